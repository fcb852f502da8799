//! The sessions that runs open: the graph of each, and how many of its runs go on at once.

use crate::{Error, concurrency};
use graph::Model;
use grid::PATCH_PX;
use model::encoder::EncoderSpec;
use model::generation::{PredictionSpec, Source};
use model::task::{Objective, Task, TaskSpec};
use model::tokenizer::{Decoder, class_decoder, denoiser};
use model::{FineTunedPack, Pack, Tiles, TokenModality, TokenizerPack};
use runtime::library::Loaded;
use runtime::{Cancel, Precision, Session, SessionOptions};
use std::path::Path;

/// Why nothing was tried where it was asked for.
const EXACT_TOKENS: &str =
    "Tokens that are generated are computed in fp32: PRECISION=auto does not round them";

/// The same of continuous values: bf16 has eight binary digits for each.
const EXACT_PICTURES: &str = "Continuous values are computed in fp32: PRECISION=auto makes no steps in them";

/// What sessions are opened with.
#[derive(Clone, Copy)]
pub struct Sessions<'a> {
    /// ONNX Runtime.
    pub library: &'a Loaded,
    /// On what and how exactly.
    pub options: &'a SessionOptions,
    /// How many runs of a session there will be, of which as many go on at once as there are threads and memory for.
    pub runs: usize,
    /// Ends a trial of several ways.
    pub cancel: &'a Cancel,
}

impl Sessions<'_> {
    /// From images to features.
    pub fn encoder(&self, pack: &Pack, spec: &EncoderSpec) -> Result<Session, Error> {
        let graph = model::encoder::build(pack, spec)?;
        let tokens = spec.inputs.len() * patches(spec.height_px, spec.width_px);
        self.open(&graph, pack.folder(), concurrency::of_transformer(self.runs, tokens))
    }

    /// From images, tokens and words of coordinates, which are few, to the logits of a target.
    pub fn prediction(&self, pack: &Pack, spec: &PredictionSpec) -> Result<Session, Error> {
        let graph = model::generation::build(pack, spec)?;
        let is_of_patches = |source: &&Source| !matches!(source, Source::Coordinates { .. });
        let told = spec.inputs.iter().filter(is_of_patches).count();
        let tokens = (told + 1) * patches(spec.tiles.height_px, spec.tiles.width_px);
        let at_once = concurrency::of_transformer(self.runs, tokens);
        self.open_exact(&graph, pack.folder(), at_once, EXACT_TOKENS)
    }

    /// From pixels to token ids: always exactly, because in bf16 one id in twenty is another.
    pub fn tokenizer(&self, pack: &TokenizerPack, tiles: Tiles) -> Result<Session, Error> {
        let graph = model::tokenizer::encoder::build(pack, tiles)?;
        let options = SessionOptions { precision: Precision::Fp32, ..*self.options };
        let tokens = tiles.batch * patches(tiles.height_px, tiles.width_px);
        let at_once = concurrency::of_transformer(self.runs, tokens);
        self.with(&options).open(&graph, pack.folder(), at_once)
    }

    /// From token ids to logits of classes, or one step of diffusion.
    pub fn decoder(&self, pack: &TokenizerPack, tiles: Tiles) -> Result<Session, Error> {
        match &pack.architecture().decoder {
            Decoder::Classes(_) => {
                let graph = class_decoder::build(pack, tiles)?;
                let tokens = patches(tiles.height_px, tiles.width_px);
                self.open(&graph, pack.folder(), concurrency::of_transformer(self.runs, tokens))
            }
            Decoder::Diffusion(unet) => {
                let graph = denoiser::build(pack, tiles)?;
                let at_once = concurrency::of_unet(self.runs, unet.channels, denoiser::cells(tiles));
                self.open_exact(&graph, pack.folder(), at_once, EXACT_PICTURES)
            }
        }
    }

    /// What a fine-tuned model imagines of a modality where it is told of others. It is rounded as the map is: other tokens hardly
    /// change that. Where what is imagined is shown itself, the options should be [`SessionOptions::exact_if_auto`].
    pub fn imagination(
        &self,
        pack: &FineTunedPack,
        task: &Task,
        spec: &TaskSpec,
        told: &[TokenModality],
        modality: TokenModality,
    ) -> Result<Session, Error> {
        let graph = model::task::build_imagination(task, pack.weights(), spec, told, modality)?;
        let sources = task.backbone.modalities.len() + told.len() + 1;
        let tokens = sources * patches(spec.tiles.height_px, spec.tiles.width_px) * spec.dates;
        self.open(&graph, pack.folder(), concurrency::of_transformer(self.runs, tokens))
    }

    /// From images and what was imagined to a map: one run at a time, because its decoder works at the resolution of pixels.
    pub fn map(&self, pack: &FineTunedPack, task: &Task, spec: &TaskSpec) -> Result<Session, Error> {
        let graph = model::task::build(task, pack.weights(), spec)?;
        match task.objective {
            Objective::Regression { .. } => self.open_exact(&graph, pack.folder(), 1, EXACT_PICTURES),
            _ => self.open(&graph, pack.folder(), 1),
        }
    }

    /// A session that is exact where the precision was left to us, and says why.
    fn open_exact(
        &self,
        graph: &Model,
        weights_folder: &Path,
        at_once: usize,
        reason: &str,
    ) -> Result<Session, Error> {
        let options = self.options.exact_if_auto();
        let session = self.with(&options).open(graph, weights_folder, at_once)?;
        let is_auto = self.options.precision == Precision::Auto;
        Ok(if is_auto { session.with_remark(reason) } else { session })
    }

    fn with<'a>(&'a self, options: &'a SessionOptions) -> Sessions<'a> {
        Sessions { options, ..*self }
    }

    fn open(&self, graph: &Model, weights_folder: &Path, at_once: usize) -> Result<Session, Error> {
        Ok(Session::open_for(self.library, graph, weights_folder, self.options, at_once, self.cancel)?)
    }
}

fn patches(height_px: usize, width_px: usize) -> usize {
    (height_px / PATCH_PX) * (width_px / PATCH_PX)
}
