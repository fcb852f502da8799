//! TerraMind's encoder: standardised images in, features per patch out.

pub(crate) mod merge;

use graph::Model;
use serde::{Deserialize, Serialize};

use crate::architecture::{self, PATCH_PX};
use crate::layers::{Layers, axes, embed, transformer};
pub use crate::tile::MAXIMUM_TILE_PX;
use crate::tile::Tiles;
use crate::{Error, Modality, Pack};

/// The name of the encoder's output, `[batch, patch_y, patch_x, feature]`.
pub const FEATURES: &str = "features";

/// How the features of several modalities become one set per patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Merge {
    /// Their mean.
    Mean,
    /// The largest of each feature.
    Max,
    /// All of them, one modality after the other.
    Concat,
}

/// Which encoder to build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncoderSpec {
    /// The modalities, in the order in which their tokens are concatenated.
    pub inputs: Vec<Modality>,
    /// Height of a tile, a multiple of 16.
    pub height_px: usize,
    /// Width of a tile, a multiple of 16.
    pub width_px: usize,
    /// Tiles per run.
    pub batch: usize,
    /// The block whose output is wanted, from 0. Only the last block's is normalised.
    pub block: usize,
    /// How the modalities' features become one set.
    pub merge: Merge,
}

impl EncoderSpec {
    /// The number of features per patch.
    #[must_use]
    pub fn features(&self, pack: &Pack) -> usize {
        match self.merge {
            Merge::Mean | Merge::Max => pack.architecture().width,
            Merge::Concat => pack.architecture().width * self.inputs.len(),
        }
    }

    fn check(&self, pack: &Pack) -> Result<(), Error> {
        let repeated = (1..self.inputs.len()).any(|index| self.inputs[..index].contains(&self.inputs[index]));
        if self.inputs.is_empty() || repeated {
            return Err(Error::Inputs { inputs: self.inputs.clone() });
        }
        let available = &pack.architecture().modalities;
        if let Some(&modality) = self.inputs.iter().find(|modality| !available.contains(modality)) {
            let pack = pack.manifest().name.clone();
            return Err(Error::ModalityMissing { pack, modality, available: available.clone() });
        }
        let depth = pack.architecture().depth;
        if self.block >= depth {
            return Err(Error::Block { pack: pack.manifest().name.clone(), depth, block: self.block });
        }
        self.tiles().check(PATCH_PX)
    }

    fn tiles(&self) -> Tiles {
        Tiles { height_px: self.height_px, width_px: self.width_px, batch: self.batch }
    }
}

/// Writes the encoder as a graph that refers to the pack's weights.
///
/// Its inputs are named like the modalities and are `[batch, channel, y, x]`, already standardised; its
/// output is [`FEATURES`].
pub fn build(pack: &Pack, spec: &EncoderSpec) -> Result<Model, Error> {
    spec.check(pack)?;
    let mut layers = Layers::new("encoder", pack.weights());
    let patches = spec.tiles().patches(PATCH_PX);

    let mut tokens = Vec::with_capacity(spec.inputs.len());
    for &modality in &spec.inputs {
        let image = embed::image(&mut layers, modality, spec.batch, patches)?;
        let added = embed::of_patches(&layers, &architecture::image_embedding(modality), patches)?;
        let [_, count, width] = axes(&image);
        let name = format!("{modality}/position_and_modality");
        let added = layers.graph.constant(&name, &[1, count, width], &added)?;
        tokens.push(layers.graph.add(&image, &added)?);
    }
    let tokens = layers.graph.concat(&tokens.iter().collect::<Vec<_>>(), 1)?;

    // Linear layers work on rows, so all samples' tokens stand below each other between here and the end.
    let [_, count, width] = axes(&tokens);
    let mut rows = layers.graph.reshape(&tokens, &[spec.batch * count, width])?;
    for index in 0..=spec.block {
        rows = transformer::block(&mut layers, &format!("encoder.{index}"), &rows, spec.batch)?;
    }
    if spec.block + 1 == pack.architecture().depth {
        rows = layers.norm("encoder_norm", &rows)?;
    }

    let merged = merge::merge(&mut layers.graph, &rows, spec.merge, spec.batch, spec.inputs.len())?;
    let [patch_rows, patch_columns] = patches;
    let features =
        layers.graph.reshape(&merged, &[spec.batch, patch_rows, patch_columns, spec.features(pack)])?;
    let model = layers.graph.finish(&[(FEATURES, &features)])?;
    Ok(model
        .with_property("model", &pack.manifest().name)
        .with_property("source_sha256", &pack.manifest().source.sha256))
}
