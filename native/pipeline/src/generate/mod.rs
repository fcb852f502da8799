//! Layers of some modalities become rasters of others.

mod chain;

use crate::Means;
use crate::decoding::{Cut, Decoding, tokenizer};
use crate::inputs::{Inputs, LayerModality};
use crate::pixels::Member;
use crate::products::{Files, Guess, Product};
use crate::rates::Rates;
use crate::scene::Scene;
use crate::tokens::predict::{self, Draws, Evidence, Known};
use crate::tokens::{PatchMap, TileIds, encode};
use crate::watch::{Meter, Size};
use crate::{Error, Place};
use chain::Chain;
use grid::{Lattice, PATCH_PX};
use model::coordinates::{Draft, Position, words_of};
use model::diffusion::Schedule;
use model::generation::{self, Source, Target};
use model::sampling::Sampling;
use model::{Pack, TokenModality, TokenizerPack};
use raster::CreationOptions;
use runtime::Session;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where; the whole inputs if absent. It is widened to whole patches.
    pub place: Option<Place>,
    /// What to predict, in this order: each feeds the next.
    pub outputs: Vec<Target>,
    /// Whether and how the model is told where the tiles lie.
    pub coordinates: Option<Coordinates>,
    /// How tokens are drawn.
    pub sampling: Sampling,
    /// One for each member of the ensemble, at least one.
    pub seeds: Vec<u64>,
    /// The steps of diffusion.
    pub schedule: Schedule,
    /// Whether overlapping windows of continuous values are brought to one level. It depends on all windows of the
    /// run: two areas of one scene may then differ by a smooth level.
    pub harmonize: bool,
    /// Side of a tile.
    pub tile_px: usize,
    /// Overlap of neighbouring tiles, and of neighbouring windows.
    pub overlap_px: usize,
}

/// Coordinates as an input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Coordinates {
    /// Those of each tile's centre.
    OfTiles,
    /// The same for all tiles.
    Given(Position),
}

/// What a generation runs on.
#[derive(Clone, Copy)]
pub struct Models<'a> {
    /// The encoder-decoder.
    pub pack: &'a Pack,
    /// The tokenizers of the tokenized inputs and of the outputs that are decoded.
    pub tokenizers: &'a BTreeMap<TokenModality, TokenizerPack>,
}

/// What a run tells afterwards.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Tiles of the lattice that were looked at.
    pub tiles: usize,
    /// Those of them that hold no data.
    pub skipped: usize,
    /// Where the model takes the tiles of the area to be, if it was asked.
    pub guesses: Vec<Guess>,
}

/// A checked request: everything that can be known before a pixel is read.
pub struct Plan<'a> {
    models: Models<'a>,
    scene: Scene,
    decoding: Decoding<'a>,
    request: Request,
    chain: Chain,
    /// The centre of each tile's pixels, where anybody asks for it.
    centres: Vec<Position>,
}

impl<'a> Plan<'a> {
    /// Checks a request against the inputs and the models; `decoded` are the outputs that pixels are wanted of.
    pub fn new(
        inputs: Inputs,
        models: Models<'a>,
        request: Request,
        decoded: &[TokenModality],
    ) -> Result<Self, Error> {
        let grid = inputs.grid();
        let (columns, rows) = (grid.width_px(), grid.height_px());
        let lattice = Lattice::new(columns, rows, request.tile_px, request.overlap_px)?;
        let cells = inputs.window(request.place.as_ref())?.coarsened(PATCH_PX);
        let (tile_px, overlap_px) = (request.tile_px, request.overlap_px);
        let cut = Cut { size_px: (columns, rows), tile_px, overlap_px, cells };
        let (schedule, seeds) = (request.schedule.clone(), request.seeds.clone());
        let decoding = Decoding::new(models.tokenizers, decoded, cut, schedule, seeds)?;
        let decoding = decoding.harmonized(request.harmonize);

        let mut sources: Vec<_> = inputs.images().into_iter().map(Source::Image).collect();
        sources.extend(inputs.tokenized().into_iter().map(Source::Tokens));
        sources.extend(request.coordinates.map(|_| Chain::given_coordinates()));
        let chain = Chain::new(sources, request.outputs.clone(), request.tile_px);
        for index in 0..request.outputs.len() {
            // Only to know that it can be built.
            generation::build(models.pack, &chain.spec(index, chain.usual_words(index)))?;
        }
        let scene = Scene::new(inputs, lattice, decoding.windows.cells());
        let asked = request.outputs.contains(&Target::Coordinates)
            || request.coordinates == Some(Coordinates::OfTiles);
        let centres = if asked { scene.centres()? } else { Vec::new() };
        Ok(Self { models, scene, decoding, request, chain, centres })
    }

    /// Columns and rows of the result, in pixels.
    #[must_use]
    pub fn size_px(&self) -> (usize, usize) {
        (self.decoding.windows.pixels.width, self.decoding.windows.pixels.height)
    }

    /// Number of tiles that tokens are predicted for.
    #[must_use]
    pub fn tiles(&self) -> usize {
        self.scene.tiles.len()
    }

    /// The bytes of all that is computed at most, as a journal keeps them; `decoded` are the outputs that pixels are
    /// wanted of.
    #[must_use]
    pub fn journal_bytes(&self, decoded: &[TokenModality]) -> u64 {
        let patches = (self.request.tile_px / PATCH_PX).pow(2);
        let members = self.request.seeds.len();
        // Ids take up to three bytes, entropies four, and whether there is data one.
        let tokens = self.tiles() * self.request.outputs.len() * members * patches * 8;
        tokens as u64 + decoded.iter().map(|&modality| self.decoding.bytes(modality)).sum::<u64>()
    }

    /// Number of windows that each modality is decoded in.
    #[must_use]
    pub fn windows(&self) -> usize {
        self.decoding.windows.count()
    }

    /// Starts the files, stored as `creation` says; `metadata` tells what each says about itself.
    pub fn create_files(
        &self,
        products: &[(Product, PathBuf)],
        creation: &CreationOptions,
        metadata: impl Fn(Product) -> Vec<(String, String)>,
    ) -> Result<Files, Error> {
        let modalities: Vec<_> =
            self.request.outputs.iter().filter_map(|output| tokens_of(*output)).collect();
        let files = Files::create(
            products,
            &self.scene.inputs(),
            self.decoding.windows.pixels,
            &modalities,
            creation,
            metadata,
        )?;
        if self.request.harmonize {
            let decoded = modalities.iter().filter(|modality| files.decodes(**modality));
            self.decoding.check_scratch(decoded.copied(), files.folder())?;
        }
        Ok(files)
    }

    /// Computes everything and fills the files, which are complete but for their names when it returns.
    pub fn run(self, mut files: Files, means: Means<'_>) -> Result<(Summary, Files), Error> {
        let mut meter = self.meter(&files, means)?;
        let mut valid = PatchMap::new(self.scene.cells);
        let mut known = self.encode(&mut valid, means, &mut meter)?;
        known.extend(self.given_coordinates()?);
        let mut tokens = Vec::new();
        let mut entropies = Vec::new();
        let mut drafts = Vec::new();
        let images: Vec<_> = self.scene.inputs().images().into_iter().map(LayerModality::Image).collect();
        let draws = Draws { sampling: self.request.sampling, seeds: &self.request.seeds };
        for (index, &output) in self.request.outputs.iter().enumerate() {
            means.watch.stage(&format!("Predicting {}", output.name()));
            let mut open = |words: usize| self.open(index, words, means);
            let to_come = self.chain.to_come(index, self.scene.tiles.len());
            let all: Vec<_> = known.iter().cloned().chain(to_come).collect();
            let question = predict::Question {
                scene: &self.scene,
                evidence: Evidence { images: &images, known: &all },
                draws,
                course: means.course(),
            };
            let work = meter.rates.prediction;
            let done = || meter.add(work);
            match output {
                Target::Tokens(modality) => {
                    let predicted = predict::tokens(question, modality, &mut open, &mut valid, done)?;
                    tokens.push((modality, self.members(&predicted.members)));
                    entropies.push(self.map(predicted.entropy.iter().map(Option::as_deref)));
                    known.push(Known { source: Source::Tokens(modality), members: predicted.members });
                }
                Target::Coordinates => {
                    drafts = predict::coordinates(question, &mut open, &mut valid, done)?;
                    known.push(self.told(&drafts));
                }
            }
        }
        let firsts: Vec<_> = tokens.iter().map(|(_, members)| &*members[0].map).collect();
        files.write_patches(Product::Tokens, &firsts, &valid)?;
        files.write_patches(Product::Entropy, &entropies.iter().collect::<Vec<_>>(), &valid)?;
        for (modality, members) in tokens {
            if files.decodes(modality) {
                self.decoding.run(
                    &self.scene,
                    (modality, members),
                    &valid,
                    &mut files,
                    (means, &mut meter),
                )?;
            }
        }
        means.cancel.check()?;
        Ok((self.summary(&valid, &drafts), files))
    }

    /// The tokens of the layers that models take as tokens only.
    fn encode(
        &self,
        valid: &mut PatchMap<bool>,
        means: Means<'_>,
        meter: &mut Meter,
    ) -> Result<Vec<Known>, Error> {
        let tokenized = self.scene.inputs().tokenized();
        let mut known = Vec::new();
        for modality in tokenized {
            means.watch.stage(&format!("Turning {modality} into tokens"));
            let pack = tokenizer(self.models.tokenizers, modality)?;
            let session = encode::open(pack, &self.scene, means)?;
            let work = meter.rates.encoding;
            let ids = encode::run(&self.scene, modality, session, valid, means.course(), || meter.add(work))?;
            known.push(Known { source: Source::Tokens(modality), members: vec![Arc::new(ids)] });
        }
        Ok(known)
    }

    /// The words of coordinates that are an input.
    fn given_coordinates(&self) -> Result<Option<Known>, Error> {
        let Some(coordinates) = self.request.coordinates else { return Ok(None) };
        let mut words = TileIds::new(self.scene.tiles.len());
        for tile in 0..self.scene.tiles.len() {
            let position = match coordinates {
                Coordinates::OfTiles => self.centres[tile],
                Coordinates::Given(position) => position,
            };
            words.set(tile, words_of(position)?.into_iter().map(|word| word as u16).collect());
        }
        Ok(Some(Known { source: Chain::given_coordinates(), members: vec![Arc::new(words)] }))
    }

    /// What later predictions are told of predicted coordinates.
    fn told(&self, drafts: &[Vec<Option<Draft>>]) -> Known {
        let members = drafts.iter().map(|of_member| {
            let mut words = TileIds::new(self.scene.tiles.len());
            for (tile, draft) in of_member.iter().enumerate() {
                if let Some(draft) = draft {
                    words.set(tile, draft.told().into_iter().map(|word| word as u16).collect());
                }
            }
            Arc::new(words)
        });
        Known { source: Chain::given_coordinates(), members: members.collect() }
    }

    fn members(&self, members: &[Arc<TileIds>]) -> Vec<Member> {
        let tiles = self.scene.tiles.len();
        let map = |ids: &Arc<TileIds>| Arc::new(self.map((0..tiles).map(|tile| ids.get(tile))));
        members.iter().map(|ids| Member { tiles: Arc::clone(ids), map: map(ids) }).collect()
    }

    fn map<'v, T: Copy + 'v>(&self, values: impl Iterator<Item = Option<&'v [T]>>) -> PatchMap<T> {
        let tiles = self.scene.tiles.iter().copied().zip(values);
        PatchMap::of_tiles(&self.scene.lattice, self.scene.cells, tiles)
    }

    fn summary(&self, valid: &PatchMap<bool>, drafts: &[Vec<Option<Draft>>]) -> Summary {
        let tiles = &self.scene.tiles;
        let mut guesses = Vec::new();
        for (index, _) in tiles.iter().enumerate().filter(|(_, tile)| self.decoding.windows.touches(**tile)) {
            for (member, of_member) in drafts.iter().enumerate() {
                if let Some(draft) = &of_member[index] {
                    guesses.push(Guess { centre: self.centres[index], member, position: draft.position() });
                }
            }
        }
        let skipped = tiles.len() - tiles.iter().filter(|tile| valid.any_in(**tile)).count();
        Summary { tiles: tiles.len(), skipped, guesses }
    }

    /// Counts the work, after one tile was tried where there are many.
    fn meter<'m>(&self, files: &Files, means: Means<'m>) -> Result<Meter<'m>, Error> {
        let rates = Rates::of(
            |usual| self.work(files, usual),
            means,
            |rates| {
                let tokenized = self.scene.inputs().tokenized();
                if let Some(&modality) = tokenized.first() {
                    let pack = tokenizer(self.models.tokenizers, modality)?;
                    rates.encoding = encode::seconds(pack, &self.scene, rates, means)?;
                }
                if !self.request.outputs.is_empty() {
                    rates.prediction =
                        rates.seconds(&self.open(0, self.chain.usual_words(0), means)?, means)?;
                }
                let middle = self.tiles() / 2;
                rates.read(|| self.scene.reader().read(middle, |_| true).map(drop))?;
                self.decoding.measure(self.decoded(files), rates, means)
            },
        )?;
        let work = self.work(files, &rates);
        let needs = self.scene.needs(files.writers());
        let needs = self.decoding.needs(needs, self.decoded(files));
        let size = Size { tiles: self.tiles(), disk_bytes: files.disk_bytes(), needs };
        Meter::new(means.watch, rates, work, size)
    }

    /// The graph of a prediction that is told so many words of coordinates.
    fn open(&self, index: usize, words: usize, means: Means<'_>) -> Result<Session, Error> {
        let spec = self.chain.spec(index, words);
        let session = means.sessions(self.tiles()).prediction(self.models.pack, &spec)?;
        means.watch.session(&session);
        Ok(session)
    }

    /// The modalities that pixels are wanted of.
    fn decoded(&self, files: &Files) -> impl Iterator<Item = TokenModality> {
        let outputs = self.request.outputs.iter();
        outputs.filter_map(|output| tokens_of(*output)).filter(|modality| files.decodes(*modality))
    }

    /// All the work of a run.
    fn work(&self, files: &Files, rates: &Rates) -> f64 {
        let tiles = self.tiles() as f64;
        let tokenized = self.scene.inputs().tokenized().len() as f64;
        let mut work = tiles * tokenized * rates.encoding;
        for (index, &output) in self.request.outputs.iter().enumerate() {
            // Members that know the same are asked once.
            let is_first = index == 0 && output != Target::Coordinates;
            let runs = if is_first { 1 } else { self.request.seeds.len() };
            work += tiles * runs as f64 * rates.prediction;
        }
        work + self.decoded(files).map(|modality| self.decoding.work(modality, rates)).sum::<f64>()
    }
}

fn tokens_of(target: Target) -> Option<TokenModality> {
    match target {
        Target::Tokens(modality) => Some(modality),
        Target::Coordinates => None,
    }
}
