//! From images to token ids.

use graph::{Model, Value};

use super::codes::basis;
use super::{Tokenizer, finish};
use crate::architecture::PATCH_PX;
use crate::layers::{Layers, axes};
use crate::tile::Tiles;
use crate::{Error, TokenizerPack};

/// The name of the input: `[batch, channel, y, x]`, standardised; for LULC 1 in the channel of the pixel's
/// class and 0 elsewhere.
pub const IMAGE: &str = "image";

/// The name of the output: token ids `[batch, patch_y, patch_x]`, whole numbers.
pub const TOKENS: &str = "tokens";

/// The name of the output before the quantisation: `[batch, number, patch_y, patch_x]`, any numbers, whose
/// sigmoids become codes.
pub const LATENT: &str = "latent";

/// Writes the encoder of a tokenizer, with the quantisation, as a graph that refers to the pack's weights.
pub fn build(pack: &TokenizerPack, tiles: Tiles) -> Result<Model, Error> {
    let mut layers = Layers::new("tokenizer_encoder", pack.weights());
    let latent = latent(&mut layers, pack, tiles)?;
    let [rows, columns] = tiles.patches(PATCH_PX);
    let batch = tiles.batch;

    let levels = pack.architecture().modality.levels();
    let tops: Vec<f32> = levels.iter().map(|&levels| f32::from(levels) - 1.0).collect();
    let tops = layers.graph.constant("top_levels", &[levels.len()], &tops)?;
    let basis = layers.graph.integer_constant("basis", &basis(levels).collect::<Vec<_>>())?;
    let scaled = layers.graph.sigmoid(&latent);
    let scaled = layers.graph.mul(&scaled, &tops)?;
    // From here on in whole numbers: ids have more digits than the floats of some providers.
    let code = layers.graph.round_to_integers(&scaled);
    let ids = layers.graph.mul(&code, &basis)?;
    let ids = layers.graph.reduce_sum(&ids, 1)?;
    debug_assert_eq!(axes(&ids), [batch * rows * columns]);
    let ids = layers.graph.reshape(&ids, &[batch, rows, columns])?;
    finish(layers, pack, TOKENS, &ids)
}

/// Writes the encoder without the quantisation.
///
/// A number may hang on its last bit when it is rounded, and then the id is another one on another processor;
/// these numbers show what the weights compute without that leap.
pub fn build_latent(pack: &TokenizerPack, tiles: Tiles) -> Result<Model, Error> {
    let mut layers = Layers::new("tokenizer_encoder", pack.weights());
    let latent = latent(&mut layers, pack, tiles)?;
    let [rows, columns] = tiles.patches(PATCH_PX);
    let [_, numbers] = axes(&latent);
    let latent = layers.graph.reshape(&latent, &[tiles.batch, rows, columns, numbers])?;
    let latent = layers.graph.transpose(&latent, &[0, 3, 1, 2])?;
    finish(layers, pack, LATENT, &latent)
}

/// What is to be quantised, as rows `[batch · patch, number of a code]`.
fn latent(layers: &mut Layers<'_>, pack: &TokenizerPack, tiles: Tiles) -> Result<Value, Error> {
    tiles.check(PATCH_PX)?;
    let &Tokenizer { modality, encoder, .. } = pack.architecture();
    let channels = modality.channels().bands.len();
    let patches @ [rows, columns] = tiles.patches(PATCH_PX);
    let batch = tiles.batch;
    let image = layers.graph.input(IMAGE, &[batch, channels, tiles.height_px, tiles.width_px])?;
    let x = layers.convolution("encoder.proj", &image, PATCH_PX, 0)?;
    let x = layers.graph.transpose(&x, &[0, 2, 3, 1])?;
    let x = layers.graph.reshape(&x, &[batch * rows * columns, encoder.width])?;
    let x = encoder.build(layers, "encoder", &x, batch, patches)?;
    layers.linear("quant_proj", &x)
}
