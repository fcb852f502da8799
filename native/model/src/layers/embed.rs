//! From images and token ids to tokens `[batch, token, feature]`, and what is added to them.

use graph::Value;

use super::{Layers, axes, position};
use crate::architecture::{PATCH_PX, image_embedding};
use crate::{Error, Modality};

/// The tokens of one input, and what is to be added to them.
pub struct Embedded {
    /// The name of the graph's input.
    pub name: String,
    /// `[batch, token, feature]`.
    pub tokens: Value,
    /// Position and modality of every token of a sample.
    pub added: Vec<f32>,
}

/// The tokens of an image, which becomes an input of the graph under the modality's name.
pub fn image(
    layers: &mut Layers<'_>,
    modality: Modality,
    batch: usize,
    patches: [usize; 2],
) -> Result<Value, Error> {
    let size = patches.map(|count| count * PATCH_PX);
    let shape = [batch, modality.bands().len(), size[0], size[1]];
    let image = layers.graph.input(modality.name(), &shape)?;
    pixels(layers, &image_embedding(modality), &image)
}

/// The tokens of an image `[batch, channel, y, x]`; `name` is the embedding in the checkpoint.
pub fn pixels(layers: &mut Layers<'_>, name: &str, image: &Value) -> Result<Value, Error> {
    let [batch, channels, height, width] = axes(image);
    let [rows, columns] = [height / PATCH_PX, width / PATCH_PX];
    let cut = layers.graph.reshape(image, &[batch, channels, rows, PATCH_PX, columns, PATCH_PX])?;
    // [batch, patch_y, patch_x, y, x, channel]: inside a patch the channel runs fastest.
    let cut = layers.graph.transpose(&cut, &[0, 2, 4, 3, 5, 1])?;
    let cut = layers.graph.reshape(&cut, &[batch * rows * columns, PATCH_PX * PATCH_PX * channels])?;
    let projection = layers.weight(&format!("{name}.proj.weight"))?;
    let tokens = layers.graph.linear(&cut, &projection, None)?;
    let [_, width] = axes(&tokens);
    Ok(layers.graph.reshape(&tokens, &[batch, rows * columns, width])?)
}

/// The tokens of ids `[batch, token]`; `name` is the embedding in the checkpoint.
pub fn ids(layers: &mut Layers<'_>, name: &str, ids: &Value) -> Result<Value, Error> {
    let table = layers.weight(&format!("{name}.token_emb.weight"))?;
    Ok(layers.graph.gather(&table, ids)?)
}

/// Position and modality, to be added to the tokens of a grid of patches.
pub fn of_patches(layers: &Layers<'_>, name: &str, patches: [usize; 2]) -> Result<Vec<f32>, Error> {
    let positions = layers.read(&format!("{name}.pos_emb"))?;
    let modality = layers.read(&format!("{name}.mod_emb"))?;
    let width = modality.len();
    // Fine-tuned models may store positions for another size than that of pre-training.
    let side = (positions.len() / width.max(1)).isqrt();
    if positions.is_empty() || side * side * width != positions.len() {
        return Err(Error::Positions { name: format!("{name}.pos_emb") });
    }
    Ok(with_modality(position::resize(&positions, side, width, patches), &modality))
}

/// Position and modality, to be added to the first tokens of a sequence.
pub fn of_sequence(layers: &Layers<'_>, name: &str, count: usize) -> Result<Vec<f32>, Error> {
    let mut positions = layers.read(&format!("{name}.pos_emb"))?;
    let modality = layers.read(&format!("{name}.mod_emb"))?;
    positions.truncate(count * modality.len());
    Ok(with_modality(positions, &modality))
}

fn with_modality(mut positions: Vec<f32>, modality: &[f32]) -> Vec<f32> {
    for token in positions.chunks_exact_mut(modality.len()) {
        token.iter_mut().zip(modality).for_each(|(value, modality)| *value += modality);
    }
    positions
}
