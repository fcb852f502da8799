//! The outputs of a segmentation: their parameters, and how they are shown in a project.

use crate::description::{Geometry, Kind, Parameter};
use crate::generate;
use crate::result::{Range, Style, StyleClass};
use crate::values::Values;
use model::TokenModality as M;
use model::task::Objective;
use pipeline::products::Product;
use pipeline::segment::{self, Map, Output};
use std::path::PathBuf;

/// The polygons.
pub(super) const VECTOR: &str = "OUTPUT_VECTOR";

/// Every raster with the name of its parameter.
const OUTPUTS: [(&str, Output); 10] = [
    ("OUTPUT", Output::Map(Map::Prediction)),
    ("OUTPUT_CONFIDENCE", Output::Map(Map::Confidence)),
    ("OUTPUT_PROBABILITIES", Output::Map(Map::Probabilities)),
    ("OUTPUT_TIM_EFFECT", Output::Map(Map::Effect)),
    ("OUTPUT_TIM_S2L2A", Output::Imagined(M::S2L2A)),
    ("OUTPUT_TIM_S1GRD", Output::Imagined(M::S1Grd)),
    ("OUTPUT_TIM_S1RTC", Output::Imagined(M::S1Rtc)),
    ("OUTPUT_TIM_DEM", Output::Imagined(M::Dem)),
    ("OUTPUT_TIM_LULC", Output::Imagined(M::Lulc)),
    ("OUTPUT_TIM_NDVI", Output::Imagined(M::Ndvi)),
];

pub(super) fn parameters() -> Vec<Parameter> {
    let mut parameters: Vec<_> = OUTPUTS.iter().map(|(name, output)| parameter(name, *output)).collect();
    let polygons = Parameter::new(
        VECTOR,
        "Polygons",
        "The classes as polygons with name and area in square metres; where whole tiles are classified, the tiles with the probability of each class.",
        Kind::VectorDestination { extension: "gpkg", geometry: Geometry::Polygon },
    );
    parameters.insert(1, polygons.optional());
    parameters
}

fn parameter(name: &'static str, output: Output) -> Parameter {
    const IMAGINED: &str = "What the model imagined, as pixels, in its usual unit. Needs the modality's tokenizer. Not measured.";
    let (label, help) = match output {
        Output::Map(Map::Prediction) => (
            "Segmentation",
            "The class of each pixel (of each tile, where whole tiles are classified), with names and colours; of a regression 32-bit floats.",
        ),
        Output::Map(Map::Confidence) => {
            ("Confidence", "The probability of the class, 0 to 1. It is the model's own, not calibrated.")
        }
        Output::Map(Map::Probabilities) => (
            "Probabilities",
            "One band from 0 to 1 for each class, of the blended logits. They are the model's own, not calibrated.",
        ),
        Output::Map(Map::Effect) => (
            "Effect of what was imagined",
            "First band: 1 where the class is another one than the same model's without what it imagines, else 0. Second band: the class without. Not possible for models that put the imagined features beside the others (merge method concat).",
        ),
        Output::Imagined(M::S2L2A) => ("Imagined Sentinel-2 L2A", IMAGINED),
        Output::Imagined(M::S1Grd) => ("Imagined Sentinel-1 GRD", IMAGINED),
        Output::Imagined(M::S1Rtc) => ("Imagined Sentinel-1 RTC", IMAGINED),
        Output::Imagined(M::Dem) => ("Imagined DEM", IMAGINED),
        Output::Imagined(M::Lulc) => ("Imagined land cover (LULC)", IMAGINED),
        Output::Imagined(M::Ndvi) => ("Imagined NDVI", IMAGINED),
    };
    let parameter = Parameter::new(name, label, help, Kind::RasterDestination { extension: "tif" });
    match output {
        Output::Map(Map::Prediction) => parameter,
        Output::Map(Map::Confidence) => parameter.optional(),
        _ => parameter.optional().advanced(),
    }
}

pub(super) fn name_of(output: Output) -> &'static str {
    OUTPUTS.iter().find(|(_, other)| *other == output).map_or("", |(name, _)| name)
}

/// The rasters that have a destination.
pub(super) fn wanted(values: &Values) -> Vec<(Output, PathBuf)> {
    OUTPUTS.iter().filter_map(|(name, output)| Some((*output, values.path(name)?))).collect()
}

/// The imagined modalities that pixels are wanted of.
pub(super) fn imagined(wanted: &[(Output, PathBuf)]) -> Vec<M> {
    let modality = |(output, _): &(Output, PathBuf)| match output {
        Output::Imagined(modality) => Some(*modality),
        Output::Map(_) => None,
    };
    wanted.iter().filter_map(modality).collect()
}

/// What a layer is called in a project.
pub(super) fn layer_name(output: Output, objective: &Objective, model: &str) -> String {
    match (output, objective) {
        (Output::Map(Map::Prediction), Objective::Regression { .. }) => format!("Values by {model}"),
        (Output::Map(Map::Prediction), _) => format!("Classes by {model}"),
        (Output::Map(Map::Confidence), _) => format!("Confidence of {model}"),
        (Output::Map(Map::Probabilities), _) => format!("Probabilities by {model}"),
        (Output::Map(Map::Effect), _) => format!("Effect of what {model} imagined"),
        (Output::Imagined(modality), _) => format!("{modality} imagined by {model}"),
    }
}

/// How a layer is drawn.
pub(super) fn style(output: Output, objective: &Objective) -> Option<Style> {
    let names = objective.class_names();
    let ramp = |ramp, range| Style::Ramp { band: 1, ramp, invert: false, range };
    let paletted = |classes: &[raster::Class]| Style::Paletted {
        band: 1,
        classes: classes.iter().map(StyleClass::of).collect(),
    };
    Some(match (output, objective) {
        (Output::Map(Map::Prediction), Objective::Regression { .. }) => ramp("Viridis", Range::default()),
        (Output::Map(Map::Prediction), _) => paletted(&segment::classes(&names)),
        (Output::Map(Map::Confidence), _) => {
            // No class can be likelier than all others with less.
            let lowest = 1.0 / names.len().max(1) as f64;
            ramp("Viridis", Range { minimum: Some(lowest), maximum: Some(1.0) })
        }
        (Output::Map(Map::Probabilities), _) => {
            let range = Range { minimum: Some(0.0), maximum: Some(1.0) };
            Style::Ramp { band: names.len().clamp(1, 2), ramp: "Viridis", invert: false, range }
        }
        (Output::Map(Map::Effect), _) => paletted(&segment::effect_classes()),
        (Output::Imagined(modality), _) => return generate::style(Product::Values(modality)),
    })
}
