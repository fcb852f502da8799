//! Saves the encoder of a model pack as a standard `.onnx` for other tools:
//!
//! ```text
//! cargo run -p model --example save_onnx -- models/tiny encoder.onnx S2L2A+DEM 224x224 mean last
//! ```
//!
//! The last arguments may be left out: how modalities are merged (`mean`, `max`, `concat`), which block's
//! features are wanted (from 0, or `last`), how many tiles one run takes, and in which form (`fp32`, `fp16`,
//! `int8`). The inputs must be standardised: the pack's `manifest.json` has each band's mean and standard deviation.

use std::error::Error;
use std::path::Path;

use model::encoder::{self, EncoderSpec, Merge};
use model::{Modality, Pack};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [pack, output, modalities, size, rest @ ..] = &arguments[..] else {
        return Err(
            "expected PACK OUTPUT.onnx MODALITY+MODALITY HEIGHTxWIDTH [MERGE [BLOCK [BATCH [FORM]]]]".into(),
        );
    };
    let pack = Pack::open(Path::new(pack))?;
    let inputs = modalities
        .split('+')
        .map(|name| Modality::from_name(name).ok_or_else(|| format!("there is no modality {name}")))
        .collect::<Result<_, _>>()?;
    let (height, width) = size.split_once('x').ok_or("a size is written like 224x224")?;
    let merge = match rest.first().map_or("mean", String::as_str) {
        "mean" => Merge::Mean,
        "max" => Merge::Max,
        "concat" => Merge::Concat,
        other => return Err(format!("modalities are merged by mean, max or concat, not {other}").into()),
    };
    let block = match rest.get(1).map_or("last", String::as_str) {
        "last" => pack.architecture().depth - 1,
        index => index.parse()?,
    };
    let batch = rest.get(2).map_or(Ok(1), |batch| batch.parse())?;
    let spec =
        EncoderSpec { inputs, height_px: height.parse()?, width_px: width.parse()?, batch, block, merge };
    let model = encoder::build(&pack, &spec)?;
    let model = match rest.get(3).map_or("fp32", String::as_str) {
        "fp32" => model,
        "fp16" => model.in_fp16(),
        "int8" => model.in_int8(pack.folder(), graph::WeightBits::Seven)?,
        other => return Err(format!("graphs have the forms fp32, fp16 and int8, not {other}").into()),
    };
    model.save(Path::new(output), pack.folder())?;
    Ok(())
}
