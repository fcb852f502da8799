//! Reconstruct: a raster through its tokenizer and back.

use crate::common::layers::{self, judge};
use crate::common::memory;
use crate::common::reading::{self, Reading};
use crate::common::resume::{self, Resume};
use crate::common::telling::{Telling, computed_by};
use crate::common::tiling::{OVERLAP, TILE_SIZE};
use crate::common::{creation, device, place, tiling};
use crate::description::{Algorithm, Kind, Output, OutputKind, Parameter};
use crate::generate::{
    CLAMP, Provenance, SEED, STEPS, clamp_parameter, layer_name, seed_parameter, steps_parameter, style,
    tell_limits, tokenizers_parameter,
};
use crate::host::Context;
use crate::models::{MODEL, TOKENIZERS};
use crate::result::{Outcome, OutputLayer};
use crate::values::Values;
use crate::{Error, models};
use model::diffusion::Schedule;
use model::{TokenModality, band_label};
use pipeline::products::Product;
use pipeline::reconstruct::{Agreement, Plan, Request};
use pipeline::{Inputs, LayerModality, Means};
use serde_json::Map;
use std::path::PathBuf;

const MODALITY: &str = "MODALITY";
const ID: &str = "reconstruct";
const INPUT: &str = "INPUT";
const OUTPUT: &str = "OUTPUT";
const OUTPUT_TOKENS: &str = "OUTPUT_TOKENS";

pub(crate) fn describe() -> Algorithm {
    let mut parameters = vec![
        Parameter::new(
            MODALITY,
            "Modality",
            "What the raster shows, which decides the tokenizer.",
            Kind::choice(
                &[
                    ("S2L2A", "Sentinel-2 L2A (12 bands, reflectance × 10,000)"),
                    ("S1GRD", "Sentinel-1 GRD (VV, VH in decibels)"),
                    ("S1RTC", "Sentinel-1 RTC (VV, VH in decibels)"),
                    ("DEM", "Elevation in metres"),
                    ("LULC", "Land cover, classes 0 to 9"),
                    ("NDVI", "NDVI, -1 to 1"),
                ],
                "S2L2A",
            ),
        ),
        Parameter::new(
            INPUT,
            "Raster",
            "The raster to reconstruct: of the modality above, with its bands by name or in its order.",
            Kind::Raster,
        ),
        Parameter {
            help: "The model whose tokenizers to use: its own where it has some, else those that all models share.",
            ..layers::model_parameter().optional()
        },
    ];
    parameters.extend(place::parameters());
    parameters.extend([steps_parameter(), seed_parameter(), clamp_parameter()]);
    parameters.extend(reading::parameters_of_one());
    parameters.extend(tiling::parameters());
    parameters.push(tokenizers_parameter());
    parameters.extend(device::parameters());
    parameters.push(memory::parameter());
    parameters.push(resume::parameter());
    parameters.push(creation::parameter());
    let destination =
        |name, label, help| Parameter::new(name, label, help, Kind::RasterDestination { extension: "tif" });
    parameters.push(destination(
        OUTPUT,
        "Reconstruction",
        "What the tokenizer makes of its own tokens, on the grid of the raster, in the unit that the model knows (reflectance × 10,000, dB, m).",
    ));
    let tokens = destination(
        OUTPUT_TOKENS,
        "Tokens",
        "One whole number per patch of 16 × 16 pixels: all that remains of the raster in between.",
    );
    parameters.push(tokens.optional());
    Algorithm {
        id: ID,
        name: "Reconstruct",
        group: "Generation",
        group_id: "generation",
        summary: "Sends a raster through TerraMind's tokenizer and back: shows what the model can express at best.",
        help: "A tokenizer keeps one of some thousand tokens for each patch of 16 × 16 pixels. What is lost on the way there \
               and back no generation of that modality can ever show: look at it before you judge a generation, or before \
               you use a modality as an input.\n\n\
               The log tells the root mean squared error of each band in that unit, for land cover the share of \
               pixels that keep their class.",
        tags: vec![
            "tokenizer",
            "tokens",
            "round trip",
            "autoencoder",
            "compression",
            "vqvae",
            "quality",
            "sentinel-2",
            "sentinel-1",
        ],
        parameters,
        outputs: vec![
            Output { name: "RMSE", label: "Root mean squared error, of all bands", kind: OutputKind::Number },
            Output {
                name: "ACCURACY",
                label: "Share of pixels with the same class",
                kind: OutputKind::Number,
            },
        ],
    }
}

pub(crate) fn run(values: &Values, context: &Context) -> Result<Outcome, Error> {
    let host = context.host;
    let modality = values.text(MODALITY).and_then(TokenModality::from_name).unwrap_or(TokenModality::S2L2A);
    let wanted: Vec<_> = [(OUTPUT, Product::Values(modality)), (OUTPUT_TOKENS, Product::Tokens)]
        .into_iter()
        .filter_map(|(name, product)| Some((product, values.path(name)?)))
        .collect();
    let creation = creation::options(values)?;
    let model = values.text(MODEL).map(models::open).transpose()?;
    let tokenizers = models::tokenizers(model.as_ref(), values.path(TOKENIZERS).as_deref(), &[modality])?;
    let Some(pack) = tokenizers.get(&modality) else {
        return Err(pipeline::Error::NoTokenizer { modality: modality.name() }.into());
    };
    let reading = Reading::of(values)?;
    let source = values.text(INPUT).unwrap_or_default().to_owned();
    let layers = [reading.spec(LayerModality::Tokens(modality), vec![source])];
    reading.check(&layers)?;
    let inputs = Inputs::open(&layers, None, &reading.setting)?;
    let mut provenance = Provenance::new("Reconstructed", values, pack.manifest());
    provenance.inputs(&layers, &inputs.generated(), None);
    provenance.add(reading.facts());
    let request = Request {
        place: place::of(values, context)?,
        seed: values.integer(SEED) as u64,
        schedule: Schedule::new(values.integer(STEPS) as usize)?.with_clamp(values.boolean(CLAMP)),
        tile_px: values.integer(TILE_SIZE) as usize,
        overlap_px: values.integer(OVERLAP) as usize,
    };
    judge(&inputs, &pack.manifest().source, request.place.as_ref(), context)?;
    let state = resume::state(&inputs, request.place.as_ref())?;
    let plan = Plan::new(inputs, pack, request)?;
    let (width, height) = plan.size_px();
    host.info(&format!("{width} × {height} pixels through {}", pack.architecture().label()));
    tell_limits(&[modality], values, context);

    let (library, options) = device::runtime(values, context)?;
    let models = resume::models(pack, [].into_iter());
    let request = resume::Request { id: ID, values, models: &models, state: state.as_deref() };
    let output = wanted.first().map(|(_, path)| path.as_path());
    let resume = Resume::of(&request, output, plan.journal_bytes(), context)?;
    let files = plan.create_files(&wanted, &creation, |product| provenance.metadata(product))?;
    models::verify_once(pack, &library, context)?;
    let telling = Telling::new(context);
    let journal = resume.journal();
    let means =
        Means { library: &library, options: &options, cancel: context.cancel, watch: &telling, journal };
    let (agreement, mut files) = plan.run(files, means)?;
    for (key, value) in computed_by(telling.provider(), &library) {
        files.describe(key, &value)?;
    }
    files.publish(&[], means)?;
    resume.finish();

    let mut outputs = Map::new();
    match agreement {
        Agreement::Rmse(bands) => {
            let all = (bands.iter().map(|rmse| rmse * rmse).sum::<f64>() / bands.len() as f64).sqrt();
            let labels = modality.channels().bands.iter().map(|band| band_label(modality.name(), band));
            let names = labels.zip(&bands);
            let words: Vec<_> = names.map(|(name, rmse)| format!("{name} {rmse:.4}")).collect();
            let unit = modality.channels().unit;
            host.info(&format!("Root mean squared error ({unit}): {}", words.join(", ")));
            outputs.insert(String::from("RMSE"), all.into());
        }
        Agreement::Accuracy(share) => {
            host.info(&format!("{:.1} % of the pixels keep their class", 100.0 * share));
            outputs.insert(String::from("ACCURACY"), share.into());
        }
        Agreement::NotAsked => {}
    }
    let name = |product: Product| if product == Product::Tokens { OUTPUT_TOKENS } else { OUTPUT };
    for (product, path) in &wanted {
        outputs.insert(name(*product).to_owned(), path.display().to_string().into());
    }
    let layer = |(product, _): &(Product, PathBuf)| OutputLayer {
        output: name(*product),
        name: layer_name(*product, "Reconstructed", &pack.manifest().name),
        style: style(*product),
        notes: Some(provenance.notes(*product)),
    };
    Ok(Outcome { outputs, layers: wanted.iter().map(layer).collect() })
}
