//! Writes a part of a tokenizer as a standard ONNX file for other tools:
//!
//! ```text
//! cargo run -p model --example save_tokenizer -- models/dem encoder.onnx encoder 224x224 [BATCH]
//! ```
//!
//! The parts are `encoder`, `classes` (the decoder of LULC) and `denoiser` (one step of diffusion).

use std::error::Error;
use std::path::Path;

use model::tokenizer::{class_decoder, denoiser, encoder};
use model::{Tiles, TokenizerPack};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [pack, output, part, size, rest @ ..] = &arguments[..] else {
        return Err("expected PACK OUTPUT.onnx PART HEIGHTxWIDTH [BATCH]".into());
    };
    let pack = TokenizerPack::open(Path::new(pack))?;
    let (height, width) = size.split_once('x').ok_or("a size is written like 224x224")?;
    let batch = rest.first().map_or(Ok(1), |batch| batch.parse())?;
    let tiles = Tiles { height_px: height.parse()?, width_px: width.parse()?, batch };
    let model = match part.as_str() {
        "encoder" => encoder::build(&pack, tiles)?,
        "classes" => class_decoder::build(&pack, tiles)?,
        "denoiser" => denoiser::build(&pack, tiles)?,
        other => return Err(format!("a tokenizer has no part {other}").into()),
    };
    model.save(Path::new(output), pack.folder())?;
    Ok(())
}
