//! From an image to tokens: patches, projected, with position and modality added.

use graph::Value;

use super::layers::Layers;
use super::position;
use crate::architecture::{PATCH_PX, POSITIONS_PER_SIDE, embedding};
use crate::{Error, Modality};

/// The tokens `[batch, token, feature]` of a modality, whose image becomes an input of the graph.
pub fn embed(
    layers: &mut Layers<'_>,
    modality: Modality,
    batch: usize,
    patches: [usize; 2],
) -> Result<Value, Error> {
    let [rows, columns] = patches;
    let channels = modality.bands().len();
    let width = layers.pack.architecture().width;

    let image =
        layers.graph.input(modality.name(), &[batch, channels, rows * PATCH_PX, columns * PATCH_PX])?;
    let cut = layers.graph.reshape(&image, &[batch, channels, rows, PATCH_PX, columns, PATCH_PX])?;
    // [batch, patch_y, patch_x, y, x, channel]: inside a patch the channel runs fastest.
    let cut = layers.graph.transpose(&cut, &[0, 2, 4, 3, 5, 1])?;
    let cut = layers.graph.reshape(&cut, &[batch * rows * columns, PATCH_PX * PATCH_PX * channels])?;
    let projection = layers.weight(&embedding(modality, "proj.weight"))?;
    let tokens = layers.graph.linear(&cut, &projection, None)?;
    let tokens = layers.graph.reshape(&tokens, &[batch, rows * columns, width])?;

    let stored = layers.pack.read(&embedding(modality, "pos_emb"))?;
    let mut added = position::resize(&stored, POSITIONS_PER_SIDE, width, patches);
    let of_modality = layers.pack.read(&embedding(modality, "mod_emb"))?;
    for token in added.chunks_exact_mut(width) {
        token.iter_mut().zip(&of_modality).for_each(|(value, modality)| *value += modality);
    }
    let name = format!("{modality}/position_and_modality");
    let added = layers.graph.constant(&name, &[1, rows * columns, width], &added)?;
    Ok(layers.graph.add(&tokens, &added)?)
}
