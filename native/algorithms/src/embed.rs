//! Embed layer: features of every patch as a raster.

use crate::description::{Algorithm, Kind, Output, OutputKind, Parameter};
use crate::host::Context;
use crate::request::ExtentValue;
use crate::result::{Outcome, OutputLayer, Style};
use crate::values::Values;
use crate::{Error, folders, models};
use grid::Extent;
use model::encoder::Merge;
use model::{Modality, Pack};
use pipeline::embed::{Plan, Request, Resolution};
use pipeline::{Inputs, Place};
use raster::Crs;
use runtime::{Device, Precision, Session, SessionOptions, library};
use serde_json::Map;

const MODEL: &str = "MODEL";
const AREA: &str = "AREA";
const EXTENT: &str = "EXTENT";
const BLOCK: &str = "BLOCK";
const MERGE: &str = "MERGE";
const TILE_SIZE: &str = "TILE_SIZE";
const OVERLAP: &str = "OVERLAP";
const RESOLUTION: &str = "RESOLUTION";
const DEVICE: &str = "DEVICE";
const PRECISION: &str = "PRECISION";
const THREADS: &str = "THREADS";
const OUTPUT: &str = "OUTPUT";

/// Attention compares every patch with every other: memory grows with the fourth power of a tile's side. At twice
/// this side one attention matrix of base takes 13 GB for one layer (patches² × heads × 4 bytes).
const LARGEST_TILE_PX: i64 = 1024;

/// How many features QGIS draws at once.
const SHOWN_BANDS: [usize; 3] = [1, 2, 3];

pub(crate) fn describe() -> Algorithm {
    let mut parameters = vec![model_parameter()];
    parameters.extend(Modality::ALL.iter().map(|&modality| input_parameter(modality)));
    parameters.extend(place_parameters());
    parameters.extend(feature_parameters());
    parameters.extend(runtime_parameters());
    parameters.push(Parameter::new(
        OUTPUT,
        "Features",
        "The GeoTIFF to write: 32-bit floats, one band per feature.",
        Kind::RasterDestination { extension: "tif" },
    ));
    Algorithm {
        id: "embedlayer",
        name: "Embed layer",
        group: "Features",
        group_id: "features",
        summary: "Turns satellite layers into TerraMind's features: what the model sees in every patch of 16 × 16 pixels.",
        help: "Features (also called embeddings) describe the content of a patch by some hundred numbers. Similar \
               places have similar features: use them for clustering, similarity search, change detection, or as \
               input of a classifier.\n\n\
               Give at least one layer. All layers must lie on one grid, and each must have the bands of its \
               modality in their usual order. TerraMind was trained on 10 m pixels. Without data a patch is \
               nodata; single missing pixels are replaced by the modality's mean.\n\n\
               The layers are covered by overlapping tiles that belong to the layers, not to the chosen area: a \
               patch gets the same features whatever area is asked for. The area is widened to whole patches.",
        tags: vec!["embedding", "features", "terramind", "sentinel", "foundation model", "deep learning"],
        parameters,
        outputs: vec![Output { name: "FEATURES", label: "Number of features", kind: OutputKind::Number }],
    }
}

fn model_parameter() -> Parameter {
    let suggestions = models::installed();
    Parameter::new(
        MODEL,
        "Model",
        "An installed model by its name, or the folder of a model pack. Import model installs one.",
        Kind::String { default: suggestions.first().cloned(), suggestions },
    )
}

fn input_parameter(modality: Modality) -> Parameter {
    let (label, help) = match modality {
        Modality::S2L2A => (
            "Sentinel-2 L2A",
            "12 bands B01 to B09, B8A, B11, B12 in TerraMind's order, as reflectance × 10,000 without the +1000 offset of newer products.",
        ),
        Modality::S2L1C => (
            "Sentinel-2 L1C",
            "13 bands B01 to B12 with B8A and B10, top of atmosphere, as reflectance × 10,000 without offset.",
        ),
        Modality::Rgb => ("RGB", "3 bands red, green, blue from 0 to 255."),
        Modality::S1Grd => ("Sentinel-1 GRD", "2 bands VV, VH in decibels."),
        Modality::S1Rtc => ("Sentinel-1 RTC", "2 bands VV, VH in decibels, terrain corrected."),
        Modality::Dem => ("DEM", "1 band, elevation in metres."),
    };
    Parameter::new(modality.name(), label, help, Kind::Raster).optional()
}

fn place_parameters() -> [Parameter; 2] {
    let mut area =
        Kind::choice(&[("map", "What the map shows"), ("layers", "All that the layers cover")], "layers");
    if let Kind::Enum { default_with_map, .. } = &mut area {
        *default_with_map = Some("map");
    }
    [
        Parameter::new(AREA, "Area", "Which part of the layers to use, unless an extent is given.", area),
        Parameter::new(
            EXTENT,
            "Extent",
            "A rectangle, as xmin,xmax,ymin,ymax with its coordinate reference system behind, for example 14.4,14.5,50.0,50.1 [EPSG:4326]; without one, that of the layers. It wins over the area.",
            Kind::Extent,
        )
        .optional(),
    ]
}

fn feature_parameters() -> [Parameter; 5] {
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
        Parameter::new(
            TILE_SIZE,
            "Tile size",
            "Pixels that the model sees at once, a multiple of 16. TerraMind was trained on 224; larger tiles see more context and need more memory.",
            Kind::Integer { minimum: 16, maximum: Some(LARGEST_TILE_PX), default: 224 },
        )
        .advanced(),
        Parameter::new(
            OVERLAP,
            "Overlap",
            "Pixels that neighbouring tiles share, a multiple of 16; they are blended gradually.",
            Kind::Integer { minimum: 0, maximum: Some(LARGEST_TILE_PX - 16), default: 32 },
        )
        .advanced(),
        Parameter::new(
            RESOLUTION,
            "Resolution",
            "One cell per patch of 16 × 16 pixels is all that the model knows. One per pixel interpolates between the patches' centres and is 256 times as large.",
            Kind::choice(&[("patch", "One cell per patch"), ("pixel", "One cell per pixel")], "patch"),
        ),
    ]
}

fn runtime_parameters() -> [Parameter; 3] {
    [
        Parameter::new(
            DEVICE,
            "Device",
            "Auto takes a graphics card if it works and the processor if not; the log says which and why.",
            Kind::choice(&[("auto", "Auto"), ("cpu", "Processor"), ("cuda", "NVIDIA graphics card")], "auto"),
        )
        .advanced(),
        Parameter::new(
            PRECISION,
            "Precision",
            "fp32 gives TerraTorch's numbers. bf16 is faster on processors that have it (AVX512-BF16, AMX) and differs by about one percent.",
            Kind::choice(&[("fp32", "fp32 (exact)"), ("bf16", "bf16 (faster)")], "fp32"),
        )
        .advanced(),
        Parameter::new(
            THREADS,
            "Threads",
            "Processor threads to use; 0 takes one per core.",
            Kind::Integer { minimum: 0, maximum: Some(1024), default: 0 },
        )
        .advanced(),
    ]
}

pub(crate) fn run(values: &Values, context: &Context) -> Result<Outcome, Error> {
    let host = context.host;
    let pack = models::open(values.text(MODEL).unwrap_or_default())?;
    let sources: Vec<_> = Modality::ALL
        .iter()
        .filter_map(|&modality| Some((modality, values.text(modality.name())?.to_owned())))
        .collect();
    let inputs = Inputs::open(&sources, &pack)?;
    let request = Request {
        place: place(values, context)?,
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
    let plan = Plan::new(inputs, &pack, &request)?;
    let names = modality_names(&sources);
    let (cells, tiles, features) = (plan.output_grid(), plan.tiles(), plan.features());
    host.info(&format!("{features} features of {names} by {}", pack.architecture().label()));
    host.info(&format!("{} × {} cells, tiles to compute: {tiles}", cells.width_px(), cells.height_px()));

    let library = library::load(context.home, folders::data().as_deref())?;
    let options = session_options(values);
    let metadata = metadata(values, &pack, &names, request.block);
    let output = values.path(OUTPUT).unwrap_or_default();
    // The output before the session: a wrong destination is cheap to find out, loading a large model is not.
    let writer = plan.create_output(&output, metadata)?;
    models::verify_once(&pack, &library, context)?;
    let session = plan.open_session(&pack, &library, &options)?;
    tell_route(&session, context);
    let progress = |done: usize| host.progress(100.0 * done as f64 / tiles as f64);
    let skipped = plan.run(session, writer, context.cancel, progress)?;
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

/// Where: the extent, else the map's, else everywhere.
fn place(values: &Values, context: &Context) -> Result<Option<Place>, Error> {
    if let Some(extent) = values.extent(EXTENT) {
        return placed(extent, EXTENT).map(Some);
    }
    if values.text(AREA) != Some("map") {
        return Ok(None);
    }
    let Some(canvas) = context.canvas else {
        return Err(Error::InvalidValue {
            name: AREA,
            value: String::from("map"),
            expected: String::from("there is no map here; choose layers, or give an EXTENT"),
        });
    };
    let place = placed(canvas, "AREA: what the map shows")?;
    let e = place.extent;
    context.host.info(&format!(
        "Extent of the map: {},{},{},{} [{}]",
        e.xmin,
        e.xmax,
        e.ymin,
        e.ymax,
        place.crs.name()
    ));
    Ok(Some(place))
}

fn placed(value: &ExtentValue, name: &'static str) -> Result<Place, Error> {
    let extent = Extent { xmin: value.xmin, ymin: value.ymin, xmax: value.xmax, ymax: value.ymax };
    let crs = Crs::from_text(&value.crs).map_err(|source| Error::Place { name, source })?;
    Ok(Place { extent, crs, name })
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

fn session_options(values: &Values) -> SessionOptions {
    SessionOptions {
        device: match values.text(DEVICE) {
            Some("cpu") => Device::Cpu,
            Some("cuda") => Device::Cuda,
            _ => Device::Auto,
        },
        precision: if values.text(PRECISION) == Some("bf16") { Precision::Bf16 } else { Precision::Fp32 },
        threads: values.integer(THREADS) as usize,
    }
}

fn tell_route(session: &Session, context: &Context) {
    for reason in session.passed_over() {
        context.host.info(reason);
    }
    let precision = match session.route().precision {
        Precision::Fp32 => "fp32",
        Precision::Bf16 => "bf16",
    };
    context.host.info(&format!(
        "Running on {} in {precision} with {} threads",
        session.route().name,
        session.threads()
    ));
}

/// Where the numbers come from, for whoever finds the file later.
fn metadata(values: &Values, pack: &Pack, inputs: &str, block: usize) -> Vec<(String, String)> {
    let word = |name| values.text(name).unwrap_or_default().to_owned();
    [
        ("TIFFTAG_SOFTWARE", format!("TerraMind for QGIS {}", env!("CARGO_PKG_VERSION"))),
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

fn modality_names(sources: &[(Modality, String)]) -> String {
    sources.iter().map(|(modality, _)| modality.name()).collect::<Vec<_>>().join(" + ")
}
