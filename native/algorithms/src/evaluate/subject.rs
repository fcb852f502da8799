//! What was compared with what, for whoever finds a result later.

use super::describe::{FIELD, IGNORE};
use crate::values::Values;
use pipeline::evaluate::{Comparison, POLYGONS, PREDICTION, REFERENCE};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Metadata of predictions that says which model they are from.
const OF_MODEL: [&str; 2] = ["TERRAMIND_MODEL", "TERRAMIND_MODEL_SHA256"];

/// What was compared with what.
#[derive(Debug, Serialize)]
pub(super) struct Subject {
    pub software: String,
    pub prediction: String,
    /// The model that the prediction says it is from; nothing where it does not.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub model: BTreeMap<&'static str, String>,
    pub reference: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// As it was given.
    pub ignored: String,
    pub grid: Place,
}

/// The pixels that were looked at.
#[derive(Debug, Serialize)]
pub(super) struct Place {
    pub crs: String,
    /// In GDAL's order.
    pub geotransform: [f64; 6],
    pub width_px: usize,
    pub height_px: usize,
}

impl Subject {
    pub fn of(values: &Values, comparison: &Comparison) -> Self {
        let source = |name| values.text(name).map(absolute);
        let grid = comparison.grid();
        let model = OF_MODEL.into_iter().filter_map(|key| Some((key, comparison.metadata(key)?)));
        Self {
            software: format!("TerraMind for QGIS {}", env!("CARGO_PKG_VERSION")),
            prediction: source(PREDICTION).unwrap_or_default(),
            model: model.collect(),
            reference: source(REFERENCE).or_else(|| source(POLYGONS)).unwrap_or_default(),
            field: values.text(POLYGONS).and_then(|_| values.text(FIELD)).map(ToOwned::to_owned),
            ignored: values.text(IGNORE).unwrap_or_default().to_owned(),
            grid: Place {
                crs: comparison.crs().name().to_owned(),
                geotransform: grid.transform(),
                width_px: grid.width_px(),
                height_px: grid.height_px(),
            },
        }
    }
}

/// Files with their whole path; anything else, such as a layer of a database, as it was given.
fn absolute(source: &str) -> String {
    let (path, layer) = source.split_at(source.find("|layer").unwrap_or(source.len()));
    let file = Path::new(path);
    let absolute = if file.exists() { std::path::absolute(file).ok() } else { None };
    absolute.map_or_else(|| source.to_owned(), |file| format!("{}{layer}", file.display()))
}
