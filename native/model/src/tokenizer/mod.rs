//! TerraMind's tokenizers: images to token ids, and token ids to images.
//!
//! - [`encoder::build`]: standardised image → token ids.
//! - [`class_decoder::build`]: token ids → logits of classes, for LULC.
//! - [`denoiser::build`]: one step of the diffusion that paints every other modality.
//! - [`codes`]: between token ids and the codes that a denoiser takes, without any graph.
//!
//! A tokenizer is recognised by the names and shapes of its tensors, but for its modality, which they do not
//! always tell ([`modality_of`]).

pub mod class_decoder;
pub mod codes;
pub mod denoiser;
pub mod encoder;
mod layout;
mod recognise;
#[cfg(test)]
mod tests;
mod transformer;
mod unet;

use graph::{Model, Value};
use serde::{Deserialize, Serialize};

use crate::architecture::HEAD_WIDTH;
use crate::layers::Layers;
use crate::{Error, TokenModality, TokenizerPack};

pub(crate) use recognise::is_tokenizer;
pub use recognise::{modality_of, recognise};
pub use unet::{Level, Unet};

/// The dimensions of a tokenizer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokenizer {
    /// What it is the tokenizer of.
    pub modality: TokenModality,
    /// From patches to codes.
    pub encoder: Transformer,
    /// From codes to images.
    pub decoder: Decoder,
}

/// How a tokenizer turns codes into images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Decoder {
    /// By a transformer that gives the logits of classes: LULC.
    Classes(Transformer),
    /// By diffusion: all others.
    Diffusion(Unet),
}

/// The dimensions of a transformer in a tokenizer: GELU, biases everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transformer {
    /// Features per token.
    pub width: usize,
    /// Blocks.
    pub depth: usize,
    /// Width between the two layers of the feed-forward part.
    pub hidden: usize,
    /// Patches along each side of the images for which positions are stored.
    pub positions_per_side: usize,
}

impl Tokenizer {
    /// What to call it in messages: `the TerraMind 1.0 tokenizer of LULC`.
    #[must_use]
    pub fn label(&self) -> String {
        let name = if self.encoder == Transformer::PUBLISHED { "the TerraMind 1.0" } else { "a reduced" };
        format!("{name} tokenizer of {}", self.modality)
    }
}

impl Transformer {
    /// That of all published tokenizers.
    const PUBLISHED: Self = Self { width: 768, depth: 12, hidden: 3072, positions_per_side: 16 };

    /// Attention heads: one per 64 features, as everywhere in TerraMind.
    #[must_use]
    pub fn heads(&self) -> usize {
        self.width / HEAD_WIDTH
    }
}

/// Ends a graph, and says in it where it comes from.
fn finish(layers: Layers<'_>, pack: &TokenizerPack, output: &str, value: &Value) -> Result<Model, Error> {
    let model = layers.graph.finish(&[(output, value)])?;
    Ok(model
        .with_property("model", &pack.manifest().name)
        .with_property("source_sha256", &pack.manifest().source.sha256))
}
