//! Layers of some modalities become rasters of others.

use crate::inputs::Inputs;
use crate::pixels::{self, Decoder, Mix, Windows};
use crate::products::{Files, Product};
use crate::scene::Scene;
use crate::tokens::predict::{self, Draws, Evidence, Known};
use crate::tokens::{PatchMap, TileIds, encode};
use crate::watch::{Meter, Watch};
use crate::{Error, Place};
use grid::{Lattice, PATCH_PX};
use model::diffusion::Schedule;
use model::generation::{self, PredictionSpec, Source, Target};
use model::sampling::Sampling;
use model::{Pack, Tiles, TokenModality, TokenizerPack};
use runtime::library::Loaded;
use runtime::{Cancel, Session, SessionOptions};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where; the whole inputs if absent. It is widened to whole patches.
    pub place: Option<Place>,
    /// What to predict, in this order: each feeds the next.
    pub outputs: Vec<TokenModality>,
    /// How tokens are drawn.
    pub sampling: Sampling,
    /// One for each member of the ensemble, at least one.
    pub seeds: Vec<u64>,
    /// The steps of diffusion.
    pub schedule: Schedule,
    /// What generated reflectances (S2L2A) are to be higher by than what the model knows.
    pub offset: f64,
    /// Side of a tile.
    pub tile_px: usize,
    /// Overlap of neighbouring tiles, and of neighbouring windows.
    pub overlap_px: usize,
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
}

/// A checked request: everything that can be known before a pixel is read.
pub struct Plan<'a> {
    models: Models<'a>,
    scene: Scene,
    windows: Windows,
    request: Request,
    /// For every output its graph.
    predictions: Vec<Vec<u8>>,
    tile_px: usize,
    window_px: usize,
}

impl<'a> Plan<'a> {
    /// Checks a request against the inputs and the models; `decoded` are the outputs that pixels are wanted of.
    pub fn new(
        inputs: Inputs,
        models: Models<'a>,
        request: Request,
        decoded: &[TokenModality],
    ) -> Result<Self, Error> {
        let (grid, tile_px) = (inputs.grid(), request.tile_px);
        let size = (grid.width_px(), grid.height_px());
        let lattice = Lattice::new(size.0, size.1, tile_px, request.overlap_px)?;
        let cells = inputs.window(request.place.as_ref())?.coarsened(PATCH_PX);
        let window_px = window_px(models.tokenizers, decoded, tile_px)?;
        let windows = Windows::new(size, window_px, request.overlap_px, cells)?;
        let mut sources: Vec<_> = inputs.images().into_iter().map(Source::Image).collect();
        sources.extend(inputs.tokenized().into_iter().map(Source::Tokens));
        let mut predictions = Vec::new();
        for &output in &request.outputs {
            let tiles = Tiles { height_px: tile_px, width_px: tile_px, batch: 1 };
            let spec = PredictionSpec { inputs: sources.clone(), target: Target::Tokens(output), tiles };
            predictions.push(generation::build(models.pack, &spec)?.to_bytes());
            sources.push(Source::Tokens(output));
        }
        let scene = Scene::new(inputs, lattice, windows.cells());
        Ok(Self { models, scene, windows, request, predictions, tile_px, window_px })
    }

    /// Columns and rows of the result, in pixels.
    #[must_use]
    pub fn size_px(&self) -> (usize, usize) {
        (self.windows.pixels.width, self.windows.pixels.height)
    }

    /// Number of tiles that tokens are predicted for.
    #[must_use]
    pub fn tiles(&self) -> usize {
        self.scene.tiles.len()
    }

    /// Number of windows that each modality is decoded in.
    #[must_use]
    pub fn windows(&self) -> usize {
        self.windows.count()
    }

    /// Starts the files; `metadata` tells what each says about itself.
    pub fn create_files(
        &self,
        products: &[(Product, PathBuf)],
        metadata: impl Fn(Product) -> Vec<(String, String)>,
    ) -> Result<Files, Error> {
        Files::create(products, &self.scene.inputs(), self.windows.pixels, &self.request.outputs, metadata)
    }

    /// Computes and writes everything.
    pub fn run(
        self,
        mut files: Files,
        library: &Loaded,
        options: &SessionOptions,
        cancel: &Cancel,
        watch: &dyn Watch,
    ) -> Result<Summary, Error> {
        let mut meter = Meter::new(watch, self.work(&files));
        let mut valid = PatchMap::new(self.scene.cells);
        let mut known = self.encode(&mut valid, library, options, cancel, &mut meter)?;
        let mut tokens = Vec::new();
        let mut entropies = Vec::new();
        let images = self.scene.inputs().images();
        for (&output, graph) in self.request.outputs.iter().zip(&self.predictions) {
            meter.stage(&format!("Predicting the tokens of {output}"));
            let session = Session::open(library, graph, self.models.pack.folder(), options)?;
            meter.session(&session);
            let runs = known.iter().map(|k| k.members.len()).max().unwrap_or(1);
            let predicted = predict::run(
                &self.scene,
                Evidence { images: &images, known: &known },
                output,
                Draws { sampling: self.request.sampling, seeds: &self.request.seeds },
                session,
                &mut valid,
                cancel,
                || meter.add(PREDICTION * runs as f64),
            )?;
            tokens.push(self.maps(&predicted.members));
            let entropy = predicted.entropy.iter().map(Option::as_deref);
            entropies.push(self.map(entropy));
            known.push(Known { source: Source::Tokens(output), members: predicted.members });
        }
        let firsts: Vec<_> = tokens.iter().map(|members| &*members[0]).collect();
        files.write_patches(Product::Tokens, &firsts, &valid)?;
        files.write_patches(Product::Entropy, &entropies.iter().collect::<Vec<_>>(), &valid)?;
        for (&modality, members) in self.request.outputs.iter().zip(tokens) {
            if files.decodes(modality) {
                self.decode(modality, members, &valid, &mut files, library, options, cancel, &mut meter)?;
            }
        }
        cancel.check()?;
        files.finish()?;
        Ok(self.summary(&known))
    }

    /// The tokens of the layers that models take as tokens only.
    fn encode(
        &self,
        valid: &mut PatchMap<bool>,
        library: &Loaded,
        options: &SessionOptions,
        cancel: &Cancel,
        meter: &mut Meter,
    ) -> Result<Vec<Known>, Error> {
        let tokenized = self.scene.inputs().tokenized();
        let mut known = Vec::new();
        for modality in tokenized {
            meter.stage(&format!("Turning {modality} into tokens"));
            let pack = tokenizer(self.models.tokenizers, modality)?;
            let graph = encode::graph(pack, self.tile_px)?;
            let session = encode::open(pack, &graph, library, options)?;
            meter.session(&session);
            let ids = encode::run(&self.scene, modality, session, valid, cancel, || meter.add(ENCODING))?;
            known.push(Known { source: Source::Tokens(modality), members: vec![Arc::new(ids)] });
        }
        Ok(known)
    }

    #[expect(clippy::too_many_arguments, reason = "what one stage needs of the others")]
    fn decode(
        &self,
        modality: TokenModality,
        members: Vec<Arc<PatchMap<u16>>>,
        valid: &PatchMap<bool>,
        files: &mut Files,
        library: &Loaded,
        options: &SessionOptions,
        cancel: &Cancel,
        meter: &mut Meter,
    ) -> Result<(), Error> {
        meter.stage(&format!("Decoding {modality}"));
        let pack = tokenizer(self.models.tokenizers, modality)?;
        let decoder = Decoder::open(pack, self.window_px, &self.request.schedule, library, options)?;
        meter.session(decoder.session());
        let mix = mix(modality, members.len(), files.has(Product::Uncertainty(modality)));
        let offset = if modality == TokenModality::S2L2A { self.request.offset as f32 } else { 0.0 };
        let work = self.decoding_work(modality);
        let tokens = pixels::Tokens { modality, members, seeds: self.request.seeds.clone() };
        pixels::run(
            &self.scene,
            &self.windows,
            valid,
            &tokens,
            mix,
            decoder,
            cancel,
            || meter.add(work),
            |rows| files.write_rows(modality, rows, mix, valid, offset),
        )
    }

    fn maps(&self, members: &[Arc<TileIds>]) -> Vec<Arc<PatchMap<u16>>> {
        let tiles = self.scene.tiles.len();
        members.iter().map(|ids| Arc::new(self.map((0..tiles).map(|tile| ids.get(tile))))).collect()
    }

    fn map<'v, T: Copy + 'v>(&self, values: impl Iterator<Item = Option<&'v [T]>>) -> PatchMap<T> {
        let tiles = self.scene.tiles.iter().copied().zip(values);
        PatchMap::of_tiles(&self.scene.lattice, self.scene.cells, tiles)
    }

    fn summary(&self, known: &[Known]) -> Summary {
        let tiles = self.scene.tiles.len();
        let has_data = |tile: &usize| known.last().is_some_and(|k| k.members[0].get(*tile).is_some());
        Summary { tiles, skipped: tiles - (0..tiles).filter(has_data).count() }
    }

    /// All the work of a run.
    fn work(&self, files: &Files) -> f64 {
        let (tiles, windows) = (self.tiles() as f64, self.windows() as f64);
        let members = self.request.seeds.len();
        let tokenized = self.scene.inputs().tokenized().len() as f64;
        // The first prediction is the same for all members.
        let runs = 1 + (self.request.outputs.len() - 1) * members;
        let decoded = self.request.outputs.iter().filter(|m| files.decodes(**m));
        let decoding: f64 = decoded.map(|m| self.decoding_work(*m)).sum();
        tiles * (tokenized * ENCODING + runs as f64 * PREDICTION) + windows * decoding
    }

    /// The work of decoding one window.
    fn decoding_work(&self, modality: TokenModality) -> f64 {
        let steps =
            if modality == TokenModality::Lulc { 1.0 } else { 2.0 * self.request.schedule.steps() as f64 };
        steps * self.request.seeds.len() as f64
    }
}

/// Rough times relative to each other, for a progress that moves evenly: base on a processor, per tile.
const PREDICTION: f64 = 1.0;
const ENCODING: f64 = 0.5;

/// How the members become one.
pub(crate) fn mix(modality: TokenModality, members: usize, spread: bool) -> Mix {
    let bands = modality.channels().bands.len();
    match modality {
        TokenModality::Lulc if members == 1 => Mix::Logits { classes: bands },
        TokenModality::Lulc => Mix::Votes { classes: bands },
        _ => Mix::Values { bands, spread },
    }
}

/// The side of the windows that tokens are decoded in: that of the tiles, as far as all decoders can take it.
pub(crate) fn window_px(
    tokenizers: &BTreeMap<TokenModality, TokenizerPack>,
    decoded: &[TokenModality],
    tile_px: usize,
) -> Result<usize, Error> {
    let mut side = tile_px;
    for &modality in decoded {
        side = side.next_multiple_of(pixels::multiple_px(tokenizer(tokenizers, modality)?));
    }
    Ok(side)
}

pub(crate) fn tokenizer(
    tokenizers: &BTreeMap<TokenModality, TokenizerPack>,
    modality: TokenModality,
) -> Result<&TokenizerPack, Error> {
    tokenizers.get(&modality).ok_or(Error::NoTokenizer { modality: modality.name() })
}
