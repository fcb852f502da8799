//! From token ids to classes: the decoder of LULC.

use graph::Model;

use super::codes::code_of;
use super::{Decoder, Tokenizer, finish};
use crate::architecture::PATCH_PX;
use crate::layers::Layers;
use crate::tile::Tiles;
use crate::{Error, TokenizerPack};

/// The name of the input: token ids `[batch, patch_y, patch_x]`, whole numbers.
pub const TOKENS: &str = "tokens";

/// The name of the output: `[batch, class, y, x]`.
pub const LOGITS: &str = "logits";

/// Writes the decoder as a graph that refers to the pack's weights. Only LULC's tokenizer has one.
pub fn build(pack: &TokenizerPack, tiles: Tiles) -> Result<Model, Error> {
    tiles.check(PATCH_PX)?;
    let Tokenizer { modality, decoder: Decoder::Classes(transformer), .. } = pack.architecture() else {
        let modality = pack.architecture().modality;
        return Err(Error::OtherDecoder { modality, wanted: "decoder of classes" });
    };
    let classes = modality.channels().bands.len();
    let patches @ [rows, columns] = tiles.patches(PATCH_PX);
    let batch = tiles.batch;
    let mut layers = Layers::new("class_decoder", pack.weights());

    let ids = layers.graph.integer_input(TOKENS, &[batch, rows, columns])?;
    let ids = layers.graph.reshape(&ids, &[batch * rows * columns])?;
    let codes: Vec<f32> =
        (0..modality.vocabulary() as i64).filter_map(|id| code_of(*modality, id)).flatten().collect();
    let table = [modality.vocabulary(), modality.levels().len()];
    let codes = layers.graph.constant("codes", &table, &codes)?;
    // Projected before the ids choose from them: that depends on weights alone, so a runtime does it once. And
    // OpenVINO in bf16 reads beyond its memory where rows as short as codes are gathered.
    let projected = layers.linear("post_quant_proj", &codes)?;
    let x = layers.graph.gather(&projected, &ids)?; // [batch · patch, feature]
    let x = transformer.build(&mut layers, "decoder", &x, batch, patches)?;
    let x = layers.linear("decoder.out_proj", &x)?;
    // Inside a patch the class runs slowest.
    let x = layers.graph.reshape(&x, &[batch, rows, columns, classes, PATCH_PX, PATCH_PX])?;
    let x = layers.graph.transpose(&x, &[0, 3, 1, 4, 2, 5])?;
    let logits = layers.graph.reshape(&x, &[batch, classes, tiles.height_px, tiles.width_px])?;
    finish(layers, pack, LOGITS, &logits)
}
