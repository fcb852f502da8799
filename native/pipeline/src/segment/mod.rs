//! Layers become maps of classes or values, by a model that was fine-tuned with TerraTorch.
//!
//! ```text
//! layers ─▶ imagine: tokens of what the model imagines, tile by tile
//!        ─▶ predict: images and tokens ─▶ logits ─▶ blended ─▶ maps
//!        ─▶ decoding: what was imagined, as pixels, where that is wanted
//! ```
//!
//! A tile is told the tokens that were imagined in that very tile, as TerraTorch does: so its result is TerraTorch's.
//! They are computed once for a tile, and serve the prediction and the pixels of what was imagined.

mod imagine;
mod maps;
mod palette;
mod predict;

pub use maps::{Files, Map, Output, effect_classes};
pub use palette::classes;

use crate::decoding::{Cut, Decoding, tokenizer};
use crate::inputs::{Inputs, LayerModality};
use crate::memory::Needs;
use crate::pixels::Member;
use crate::rates::Rates;
use crate::scene::Scene;
use crate::tokens::predict::Known;
use crate::tokens::{PatchMap, encode};
use crate::watch::{Meter, Size};
use crate::{Error, Means, Place};
use grid::{Grid, Lattice, PATCH_PX, Tile, Window};
use model::diffusion::Schedule;
use model::generation::Source;
use model::sampling::Sampling;
use model::task::{MULTIPLE_PX, Objective, Task, TaskSpec};
use model::{FineTunedPack, Tiles, TokenModality, TokenizerPack};
use raster::CreationOptions;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where; the whole inputs if absent. It is widened to whole patches, for classification to whole tiles.
    pub place: Option<Place>,
    /// The modalities whose tokens the model is told beside its images, imagined or given as layers.
    pub tim: Vec<TokenModality>,
    /// How tokens are drawn.
    pub sampling: Sampling,
    /// Of the draws, and of the noise that decoding begins with.
    pub seed: u64,
    /// The steps of diffusion in which imagined modalities are decoded.
    pub schedule: Schedule,
    /// Side of a tile, a multiple of 32.
    pub tile_px: usize,
    /// Overlap of neighbouring tiles; of no effect on classification, whose tiles do not overlap.
    pub overlap_px: usize,
}

/// What a segmentation runs on.
#[derive(Clone, Copy)]
pub struct Models<'a> {
    /// The fine-tuned model.
    pub pack: &'a FineTunedPack,
    /// The tokenizers of the tokenized inputs, and of what is to be decoded.
    pub tokenizers: &'a BTreeMap<TokenModality, TokenizerPack>,
}

/// What a run tells afterwards.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Tiles of the prediction.
    pub tiles: usize,
    /// Those of them that hold no data.
    pub skipped: usize,
    /// What was predicted of each tile, where a model classifies whole tiles.
    pub classified: Vec<Classified>,
}

/// The class of a whole tile.
#[derive(Debug, Clone, PartialEq)]
pub struct Classified {
    /// The cell of the result, as columns and rows from its upper left.
    pub cell: (usize, usize),
    /// The likeliest class.
    pub class: usize,
    /// The probability of each class.
    pub probabilities: Vec<f32>,
}

/// A checked request: everything that can be known before a pixel is read.
pub struct Plan<'a> {
    models: Models<'a>,
    scene: Scene,
    decoding: Decoding<'a>,
    request: Request,
    /// The model with what it is told in this run.
    task: Task,
    spec: TaskSpec,
    /// The tiles of the scene, by their numbers, that the result needs.
    tiles: Vec<usize>,
    cells: Window,
    /// Whether somebody sees what is imagined.
    shows_imagined: bool,
}

impl<'a> Plan<'a> {
    /// Checks a request against the inputs and the models; `decoded` are the imagined modalities that pixels are
    /// wanted of.
    pub fn new(
        inputs: Inputs,
        models: Models<'a>,
        mut request: Request,
        decoded: &[TokenModality],
    ) -> Result<Self, Error> {
        let task = models.pack.architecture().task.imagining(&request.tim)?;
        if !request.tile_px.is_multiple_of(MULTIPLE_PX) {
            return Err(Error::TaskTile { tile_px: request.tile_px, multiple_px: MULTIPLE_PX });
        }
        if let Some(missing) = missing(&inputs, &task) {
            let model = models.pack.manifest().name.clone();
            let modality = match missing {
                LayerModality::Own(place) => {
                    format!("{} ({})", missing.name(), task.backbone.modalities[place].name)
                }
                _ => missing.name().to_owned(),
            };
            return Err(Error::NeedsModality { modality, model });
        }
        if matches!(task.objective, Objective::Classification { .. }) {
            request.overlap_px = 0;
        }
        let dates = inputs.dates();
        if dates > 1 && !decoded.is_empty() {
            return Err(Error::ImaginedDates { dates });
        }
        let (tile_px, overlap_px) = (request.tile_px, request.overlap_px);
        let tiles = Tiles { height_px: tile_px, width_px: tile_px, batch: 1 };
        let spec = TaskSpec { tiles, dates };
        // Only to know that it can be built.
        model::task::build(&task, models.pack.weights(), &spec)?;

        let grid = inputs.grid();
        let size_px = (grid.width_px(), grid.height_px());
        let lattice = Lattice::new(size_px.0, size_px.1, tile_px, overlap_px)?;
        let cells = inputs.window(request.place.as_ref())?.coarsened(PATCH_PX);
        let cut = Cut { size_px, tile_px, overlap_px, cells };
        let (schedule, seeds) = (request.schedule.clone(), vec![request.seed]);
        let decoding = Decoding::new(models.tokenizers, decoded, cut, schedule, seeds)?;
        let looked_at = if decoded.is_empty() { cells } else { decoding.windows.cells() };
        let scene = Scene::new(inputs, lattice, looked_at);
        let shows_imagined = !decoded.is_empty();
        let mut plan =
            Self { models, scene, decoding, request, task, spec, tiles: Vec::new(), cells, shows_imagined };
        plan.tiles = plan.needed();
        Ok(plan)
    }

    /// Number of tiles to predict.
    #[must_use]
    pub fn tiles(&self) -> usize {
        self.tiles.len()
    }

    /// The bytes of all that is computed at most, as a journal keeps them; `decoded` are the imagined modalities that
    /// pixels are wanted of.
    #[must_use]
    pub fn journal_bytes(&self, decoded: &[TokenModality]) -> u64 {
        let pixels = self.request.tile_px.pow(2);
        // Twice: without what is imagined, too.
        let values = if self.classifies() { 1 } else { 2 * self.task.objective.channels() };
        let maps = self.tiles() * pixels * (size_of::<f32>() * values + 1);
        let ids = self.scene.tiles.len() * self.task.backbone.tim.len() * self.spec.dates * pixels / 32;
        (maps + ids) as u64 + decoded.iter().map(|&modality| self.decoding.bytes(modality)).sum::<u64>()
    }

    /// Where the cells of the maps lie: pixels, or tiles where whole tiles are classified.
    #[must_use]
    pub fn output_grid(&self) -> Grid {
        let grid = self.scene.inputs().grid();
        if self.classifies() {
            grid.coarsened(self.request.tile_px).sub_grid(self.tile_cells())
        } else {
            grid.sub_grid(self.decoding.windows.pixels)
        }
    }

    /// What the model imagines itself in this run.
    #[must_use]
    pub fn imagined(&self) -> Vec<TokenModality> {
        let given = self.scene.inputs().tokenized();
        self.task.backbone.tim.iter().copied().filter(|modality| !given.contains(modality)).collect()
    }

    /// The tiles that share patches with the result; of whole tiles, those that are a cell of it.
    fn needed(&self) -> Vec<usize> {
        let over = self.scene.lattice.tiles_over(self.cells);
        let cells = self.tile_cells();
        let is_needed = |tile: &Tile| {
            let (column, row) = self.cell_of(*tile);
            let is_cell =
                (cells.x..cells.x_end()).contains(&column) && (cells.y..cells.y_end()).contains(&row);
            over.contains(tile) && (!self.classifies() || is_cell)
        };
        (0..self.scene.tiles.len()).filter(|&tile| is_needed(&self.scene.tiles[tile])).collect()
    }

    /// The cell that a tile is of a grid of tiles: column and row. The last tile snaps to the grid's edge, and
    /// stands for the cell of which it covers what the grid has.
    fn cell_of(&self, tile: Tile) -> (usize, usize) {
        let side = self.request.tile_px / PATCH_PX;
        (tile.column.div_ceil(side), tile.row.div_ceil(side))
    }

    fn classifies(&self) -> bool {
        matches!(self.task.objective, Objective::Classification { .. })
    }

    /// The cells of the grid of tiles that hold patches of the result.
    fn tile_cells(&self) -> Window {
        self.cells.coarsened(self.request.tile_px / PATCH_PX)
    }

    /// Starts the files, stored as `creation` says; `metadata` tells what each says about itself.
    pub fn create_files(
        &self,
        outputs: &[(Output, PathBuf)],
        creation: &CreationOptions,
        metadata: impl Fn(Output) -> Vec<(String, String)>,
    ) -> Result<Files, Error> {
        let effect = outputs.iter().any(|(output, _)| *output == Output::Map(Map::Effect));
        if effect {
            self.without_imagined()?;
        }
        let place = maps::Place {
            grid: self.output_grid(),
            pixels: self.decoding.windows.pixels,
            first_row: if self.classifies() { self.tile_cells().y } else { self.decoding.windows.pixels.y },
        };
        Files::create(outputs, &self.task.objective, &self.scene.inputs(), &place, creation, metadata)
    }

    /// The same model without anything that it imagines.
    fn without_imagined(&self) -> Result<Task, Error> {
        if self.task.backbone.tim.is_empty() {
            return Err(Error::NothingImagined);
        }
        Ok(self.task.imagining(&[])?)
    }

    /// Computes everything and fills the files, which are complete but for their names when it returns.
    pub fn run(self, mut files: Files, means: Means<'_>) -> Result<(Summary, Files), Error> {
        let mut meter = self.meter(&files, means)?;
        let mut valid = PatchMap::new(self.scene.cells);
        let known = self.imagine(&mut valid, means, &mut meter)?;
        let summary = self.predict(&known, &mut files, means, &mut meter)?;
        for Known { source, members } in known {
            if let Source::Tokens(modality) = source
                && files.imagined.decodes(modality)
            {
                let tiles = self.scene.tiles.iter().enumerate().map(|(i, tile)| (*tile, members[0].get(i)));
                let map = PatchMap::of_tiles(&self.scene.lattice, self.scene.cells, tiles);
                let member = Member { tiles: Arc::clone(&members[0]), map: Arc::new(map) };
                let tokens = (modality, vec![member]);
                self.decoding.run(&self.scene, tokens, &valid, &mut files.imagined, (means, &mut meter))?;
            }
        }
        means.cancel.check()?;
        Ok((summary, files))
    }

    /// Counts the work, after one tile was tried where there are many.
    fn meter<'m>(&self, files: &Files, means: Means<'m>) -> Result<Meter<'m>, Error> {
        let rates = Rates::of(
            |usual| self.work(files, usual),
            means,
            |rates| {
                // Those of all dates of a tile; a run counts once for each.
                let dates = self.spec.dates as f64;
                rates.map = rates.seconds(&self.open(&self.task, means)?, means)? / dates;
                let tokenized = self.scene.inputs().tokenized();
                if let Some(&modality) = tokenized.first() {
                    let pack = tokenizer(self.models.tokenizers, modality)?;
                    let seconds = encode::seconds(pack, &self.scene, rates, means)?;
                    rates.encoding = seconds / dates;
                }
                if let Some(&modality) = self.imagined().first() {
                    rates.prediction =
                        rates.seconds(&self.open_imagination(&[], modality, means)?, means)? / dates;
                }
                let middle = self.scene.tiles.len() / 2;
                rates.read(|| self.scene.reader().read(middle, |_| true).map(drop))?;
                self.decoding.measure(self.decoded(files), rates, means)
            },
        )?;
        let work = self.work(files, &rates);
        let size = Size { tiles: self.tiles.len(), disk_bytes: files.disk_bytes(), needs: self.needs(files) };
        Meter::new(means.watch, rates, work, size)
    }

    /// What a run holds of memory beside its graphs.
    fn needs(&self, files: &Files) -> Needs {
        let needs = self.scene.needs(files.writers());
        let needs = self.decoding.needs(needs, self.decoded(files));
        if self.classifies() {
            return needs;
        }
        let rows = self.scene.lattice.tile_cells();
        needs.blending(rows, self.decoding.windows.pixels.width, self.predicted_channels(files))
    }

    /// Channels of what is blended: those of the model without what it imagines, too, where its effect is wanted.
    fn predicted_channels(&self, files: &Files) -> usize {
        self.task.objective.channels() * if files.has(Map::Effect) { 2 } else { 1 }
    }

    /// What was imagined that pixels are wanted of.
    fn decoded(&self, files: &Files) -> impl Iterator<Item = TokenModality> {
        let imagined = self.task.backbone.tim.iter().copied();
        imagined.filter(|modality| files.imagined.decodes(*modality))
    }

    /// All the work of a run.
    fn work(&self, files: &Files, rates: &Rates) -> f64 {
        let looked_at = self.scene.tiles.len() as f64 * self.spec.dates as f64;
        let imagined = self.imagined().len();
        let given = self.task.backbone.tim.len() - imagined;
        let runs = if files.has(Map::Effect) { 2.0 } else { 1.0 };
        looked_at * (imagined as f64 * rates.prediction + given as f64 * rates.encoding)
            + runs * self.tiles.len() as f64 * self.work_of_tile(rates)
            + self.decoded(files).map(|modality| self.decoding.work(modality, rates)).sum::<f64>()
    }

    fn work_of_tile(&self, rates: &Rates) -> f64 {
        rates.map * self.spec.dates as f64
    }
}

/// A modality that the model takes as an image and that no layer shows.
fn missing(inputs: &Inputs, task: &Task) -> Option<LayerModality> {
    let given: Vec<_> = inputs.layers().iter().map(|input| input.modality).collect();
    LayerModality::of_task(task).into_iter().find(|modality| !given.contains(modality))
}
