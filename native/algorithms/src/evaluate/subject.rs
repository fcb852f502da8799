//! What was compared with what, for whoever finds a result later.

use super::describe::FIELD;
use crate::values::Values;
use pipeline::evaluate::{Comparison, Ignored, POLYGONS, PREDICTION, REFERENCE};
use raster::Tally;
use serde::Serialize;
use serde_json::{Value, json};
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
    pub layer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub polygons: Option<Polygons>,
    /// Numbers and words.
    pub ignored: Vec<Value>,
    pub grid: Place,
}

/// What became of the polygons of the reference.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Polygons {
    pub used: u64,
    pub elsewhere: u64,
    pub without_class: u64,
    pub without_geometry: u64,
}

/// The pixels that were looked at.
#[derive(Debug, Serialize)]
pub(super) struct Place {
    pub crs: String,
    /// Around all pixels, in units of the system.
    pub extent: Bounds,
    /// In GDAL's order.
    pub geotransform: [f64; 6],
    pub width_px: usize,
    pub height_px: usize,
}

/// A rectangle, in the order of the parameter `EXTENT`.
#[derive(Debug, Serialize)]
pub(super) struct Bounds {
    pub xmin: f64,
    pub xmax: f64,
    pub ymin: f64,
    pub ymax: f64,
}

/// What was to be ignored: numbers, which are whole where they can be, and words.
pub(super) fn ignored(ignored: &Ignored) -> Vec<Value> {
    // Beyond it not every whole number is a 64-bit float.
    const LARGEST: f64 = 9e15;
    let number = |&number: &f64| match number {
        whole if whole.fract() == 0.0 && whole.abs() < LARGEST => json!(whole as i64),
        other => json!(other),
    };
    ignored.numbers.iter().map(number).chain(ignored.words.iter().map(|word| json!(word))).collect()
}

impl Place {
    /// As the parameter `EXTENT` takes it.
    pub fn extent_text(&self) -> String {
        let Bounds { xmin, xmax, ymin, ymax } = self.extent;
        // Six decimals are a tenth of a metre in degrees.
        let number =
            |value: f64| format!("{value:.6}").trim_end_matches('0').trim_end_matches('.').to_owned();
        format!("{} [{}]", [xmin, xmax, ymin, ymax].map(number).join(","), self.crs)
    }
}

impl Subject {
    pub fn of(values: &Values, comparison: &Comparison, ignored: Vec<Value>) -> Self {
        let source = |name| values.text(name).map(absolute);
        let grid = comparison.grid();
        let extent = grid.extent();
        let polygons = |tally: Tally| Polygons {
            used: tally.used,
            elsewhere: tally.elsewhere,
            without_class: tally.without_value,
            without_geometry: tally.without_geometry,
        };
        let model = OF_MODEL.into_iter().filter_map(|key| Some((key, comparison.metadata(key)?)));
        Self {
            software: crate::SOFTWARE.to_owned(),
            prediction: source(PREDICTION).unwrap_or_default(),
            model: model.collect(),
            reference: source(REFERENCE).or_else(|| source(POLYGONS)).unwrap_or_default(),
            field: values.text(POLYGONS).and_then(|_| values.text(FIELD)).map(ToOwned::to_owned),
            layer: comparison.reference_layer(),
            polygons: comparison.polygons().map(polygons),
            ignored,
            grid: Place {
                crs: comparison.crs().name().to_owned(),
                extent: Bounds { xmin: extent.xmin, xmax: extent.xmax, ymin: extent.ymin, ymax: extent.ymax },
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_is_numbers_and_words() {
        let given = Ignored { numbers: vec![-1.0, 0.5, -3.4e38], words: vec![String::from("cloud")] };
        assert_eq!(json!(ignored(&given)), json!([-1, 0.5, -3.4e38, "cloud"]));
    }

    #[test]
    fn an_extent_can_be_given_again() {
        let extent = Bounds { xmin: 14.400_000_04, xmax: 14.5, ymin: -50.25, ymax: 100.0 };
        let place = Place {
            crs: String::from("EPSG:4326"),
            extent,
            geotransform: [0.0; 6],
            width_px: 1,
            height_px: 1,
        };
        assert_eq!(place.extent_text(), "14.4,14.5,-50.25,100 [EPSG:4326]");
    }
}
