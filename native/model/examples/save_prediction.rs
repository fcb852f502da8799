//! Writes the prediction of a modality's tokens as a standard ONNX file for other tools:
//!
//! ```text
//! cargo run -p model --example save_prediction -- models/tiny lulc.onnx S2L2A+DEM_tokens+coordinates:3 LULC 224x224 [BATCH]
//! ```
//!
//! Inputs are images (`S2L2A`, standardised), token ids (`DEM_tokens`) or coordinates of so many words
//! (`coordinates:3`); the target is a modality or `coordinates`.

use std::error::Error;
use std::path::Path;

use model::generation::{self, PredictionSpec, Source, Target};
use model::{Modality, Pack, Tiles, TokenModality};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [pack, output, inputs, target, size, rest @ ..] = &arguments[..] else {
        return Err("expected PACK OUTPUT.onnx INPUT+INPUT TARGET HEIGHTxWIDTH [BATCH]".into());
    };
    let pack = Pack::open(Path::new(pack))?;
    let inputs = inputs.split('+').map(source).collect::<Result<_, _>>()?;
    let target = match TokenModality::from_name(target) {
        Some(modality) => Target::Tokens(modality),
        None if target == "coordinates" => Target::Coordinates,
        None => return Err(format!("there are no tokens of {target}").into()),
    };
    let (height, width) = size.split_once('x').ok_or("a size is written like 224x224")?;
    let batch = rest.first().map_or(Ok(1), |batch| batch.parse())?;
    let tiles = Tiles { height_px: height.parse()?, width_px: width.parse()?, batch };
    generation::build(&pack, &PredictionSpec { inputs, target, tiles })?
        .save(Path::new(output), pack.folder())?;
    Ok(())
}

fn source(name: &str) -> Result<Source, Box<dyn Error>> {
    if let Some(words) = name.strip_prefix("coordinates:") {
        return Ok(Source::Coordinates { words: words.parse()? });
    }
    let tokens = name.strip_suffix("_tokens").and_then(TokenModality::from_name).map(Source::Tokens);
    tokens
        .or_else(|| Modality::from_name(name).map(Source::Image))
        .ok_or_else(|| format!("there is no input {name}").into())
}
