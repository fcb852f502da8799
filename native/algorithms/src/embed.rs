//! Embed layer: features of every patch as a raster.

use crate::common::creation;
use crate::common::device::{self, PRECISION};
use crate::common::layers::{self, judge};
use crate::common::memory;
use crate::common::place;
use crate::common::reading::{self, Reading};
use crate::common::resume::{self, Resume};
use crate::common::telling::{Telling, computed_by};
use crate::common::tiling::{self, OVERLAP, TILE_SIZE};
use crate::description::{Algorithm, Kind, Output, OutputKind, Parameter};
use crate::generate::sources;
use crate::host::Context;
use crate::models::MODEL;
use crate::result::{Outcome, OutputLayer, Style};
use crate::values::Values;
use crate::{Error, models};
use model::encoder::Merge;
use model::{Modality, Pack};
use pipeline::embed::{Plan, Request, Resolution};
use pipeline::{Inputs, LayerModality, Means, Watch};
use serde_json::Map;

const ID: &str = "embedlayer";

const BLOCK: &str = "BLOCK";
const MERGE: &str = "MERGE";
const RESOLUTION: &str = "RESOLUTION";
const OUTPUT: &str = "OUTPUT";

/// How many features QGIS draws at once.
const SHOWN_BANDS: [usize; 3] = [1, 2, 3];

pub(crate) fn describe() -> Algorithm {
    let mut parameters = vec![layers::model_parameter()];
    parameters.extend(Modality::ALL.iter().map(|&modality| layers::image_parameter(modality)));
    parameters.extend(place::parameters());
    parameters.extend(feature_parameters());
    parameters.extend(reading::parameters());
    parameters.extend(device::parameters());
    parameters.push(memory::parameter());
    parameters.push(resume::parameter());
    parameters.push(creation::parameter());
    parameters.push(Parameter::new(
        OUTPUT,
        "Features",
        "The GeoTIFF to write: 32-bit floats, one band per feature.",
        Kind::RasterDestination { extension: "tif" },
    ));
    Algorithm {
        id: ID,
        name: "Embed layer",
        group: "Features",
        group_id: "features",
        summary: "Turns satellite layers into TerraMind's features: what the model sees in every patch of 16 × 16 pixels.",
        help: "Features (also called embeddings) describe the content of a patch by some hundred numbers. Similar \
               places have similar features: use them for clustering, similarity search, change detection, or as \
               input of a classifier.\n\n\
               Give at least one layer. Layers on other grids are put on that of the first optical layer (else of \
               the first), or on the grid that you ask for. Bands are found by their names, else by their order. \
               TerraMind was trained on 10 m pixels. Without data a patch is \
               nodata; single missing pixels are replaced by the modality's mean.\n\n\
               The layers are covered by overlapping tiles that belong to the layers, not to the chosen area: a \
               patch gets the same features whatever area is asked for. The area is widened to whole patches.",
        tags: vec![
            "embedding",
            "features",
            "encoder",
            "similarity search",
            "clustering",
            "change detection",
            "sentinel-2",
            "sentinel-1",
            "radar",
            "dem",
            "terramind",
            "foundation model",
            "deep learning",
        ],
        parameters,
        outputs: vec![Output { name: "FEATURES", label: "Number of features", kind: OutputKind::Number }],
    }
}

fn feature_parameters() -> [Parameter; 5] {
    let [tile_size, overlap] = tiling::parameters();
    [
        Parameter::new(
            BLOCK,
            "Block",
            "Which block's output to take: 0 is the first, -1 the last (the default, and the only one that is normalised), -2 the one before it.",
            Kind::Integer { minimum: -1000, maximum: Some(1000), default: -1 },
        )
        .advanced(),
        Parameter::new(
            MERGE,
            "Merge of modalities",
            "How the features of several layers become one: their mean, their maximum, or all of them side by side.",
            Kind::choice(&[("mean", "Mean"), ("max", "Maximum"), ("concat", "Side by side")], "mean"),
        ),
        tile_size,
        overlap,
        Parameter::new(
            RESOLUTION,
            "Resolution",
            "One cell per patch of 16 × 16 pixels is all that the model knows. One per pixel interpolates between the patches' centres and is 256 times as large.",
            Kind::choice(&[("patch", "One cell per patch"), ("pixel", "One cell per pixel")], "patch"),
        ),
    ]
}

pub(crate) fn run(values: &Values, context: &Context) -> Result<Outcome, Error> {
    let host = context.host;
    let creation = creation::options(values)?;
    let pack = models::open(values.text(MODEL).unwrap_or_default())?;
    let reading = Reading::of(values)?;
    let layer = |modality: Modality| {
        let source = values.text(modality.name())?.to_owned();
        Some(reading.spec(LayerModality::Image(modality), vec![source]))
    };
    let layers: Vec<_> = Modality::ALL.into_iter().filter_map(layer).collect();
    reading.check(&layers)?;
    let inputs = Inputs::open(&layers, Some(&pack), &reading.setting)?;
    let request = Request {
        place: place::of(values, context)?,
        block: block(values.integer(BLOCK), &pack)?,
        merge: merge(values.text(MERGE)),
        tile_px: values.integer(TILE_SIZE) as usize,
        overlap_px: values.integer(OVERLAP) as usize,
        resolution: if values.text(RESOLUTION) == Some("pixel") {
            Resolution::Pixel
        } else {
            Resolution::Patch
        },
    };
    judge(&inputs, &pack.manifest().source, request.place.as_ref(), context)?;
    let names = modality_names(&inputs);
    let state = resume::state(&inputs, request.place.as_ref())?;
    let plan = Plan::new(inputs, &pack, &request)?;
    let (cells, tiles, features) = (plan.output_grid(), plan.tiles(), plan.features());
    host.info(&format!("{features} features of {names} by {}", pack.architecture().label()));
    host.info(&format!("{} × {} cells, tiles to compute: {tiles}", cells.width_px(), cells.height_px()));

    let (library, options) = device::runtime(values, context)?;
    let mut metadata = metadata(values, &pack, &names, request.block);
    metadata.push((String::from("TERRAMIND_SOURCES"), sources(&layers)));
    metadata.extend(reading.facts().into_iter().map(|(key, value)| (format!("TERRAMIND_{key}"), value)));
    let output = values.path(OUTPUT).unwrap_or_default();
    // The output before the session: a wrong destination is cheap to find out, loading a large model is not.
    let models = resume::models(&pack, [].into_iter());
    let request = resume::Request { id: ID, values, models: &models, state: state.as_deref() };
    let resume = Resume::of(&request, Some(&output), plan.journal_bytes(), context)?;
    let mut writer = plan.create_output(&output, &creation, metadata)?;
    models::verify_once(&pack, &library, context)?;
    let session = plan.open_session(&pack, &library, &options, context.cancel)?;
    for (key, value) in computed_by(session.route().to_string(), &library) {
        writer.describe(key, &value)?;
    }
    let telling = Telling::new(context);
    telling.session(&session);
    let journal = resume.journal();
    let means =
        Means { library: &library, options: &options, cancel: context.cancel, watch: &telling, journal };
    let skipped = plan.run(session, writer, means)?;
    resume.finish();
    if skipped > 0 {
        host.info(&format!("{skipped} of {tiles} tiles hold no data and were skipped"));
    }

    let mut outputs = Map::new();
    outputs.insert(String::from(OUTPUT), output.display().to_string().into());
    outputs.insert(String::from("FEATURES"), features.into());
    let layer = OutputLayer {
        output: OUTPUT,
        name: format!("Features of {names} ({})", pack.manifest().name),
        style: Some(Style::Multiband { bands: SHOWN_BANDS }),
        notes: None,
    };
    Ok(Outcome { outputs, layers: vec![layer] })
}

/// Blocks count from 0, and from -1 backwards.
fn block(number: i64, pack: &Pack) -> Result<usize, Error> {
    let depth = pack.architecture().depth as i64;
    let index = if number < 0 { depth + number } else { number };
    if (0..depth).contains(&index) {
        return Ok(index as usize);
    }
    Err(Error::InvalidValue {
        name: BLOCK,
        value: number.to_string(),
        expected: format!(
            "the model \"{}\" has the blocks 0 to {}, or counted from the last, -1 to -{depth}",
            pack.manifest().name,
            depth - 1
        ),
    })
}

fn merge(word: Option<&str>) -> Merge {
    match word {
        Some("max") => Merge::Max,
        Some("concat") => Merge::Concat,
        _ => Merge::Mean,
    }
}

/// Where the numbers come from, for whoever finds the file later.
fn metadata(values: &Values, pack: &Pack, inputs: &str, block: usize) -> Vec<(String, String)> {
    let word = |name| values.text(name).unwrap_or_default().to_owned();
    [
        ("TIFFTAG_SOFTWARE", crate::SOFTWARE.to_owned()),
        ("TERRAMIND_MODEL", pack.manifest().name.clone()),
        ("TERRAMIND_MODEL_SHA256", pack.manifest().source.sha256.clone()),
        ("TERRAMIND_INPUTS", inputs.to_owned()),
        ("TERRAMIND_BLOCK", block.to_string()),
        ("TERRAMIND_MERGE", word(MERGE)),
        ("TERRAMIND_TILE_SIZE", values.integer(TILE_SIZE).to_string()),
        ("TERRAMIND_OVERLAP", values.integer(OVERLAP).to_string()),
        ("TERRAMIND_RESOLUTION", word(RESOLUTION)),
        ("TERRAMIND_PRECISION", word(PRECISION)),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .to_vec()
}

/// The modalities of the layers, with a mark for those that were generated.
fn modality_names(inputs: &Inputs) -> String {
    let generated = inputs.generated();
    let name = |modality: Modality| {
        let mark = if generated.contains(&LayerModality::Image(modality)) { " (generated)" } else { "" };
        format!("{}{mark}", modality.name())
    };
    inputs.images().into_iter().map(name).collect::<Vec<_>>().join(" + ")
}
