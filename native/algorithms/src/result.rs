//! The run result of `docs/contract.md`.

use serde::Serialize;
use serde_json::{Map, Value};

/// How a run ended.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum RunResult {
    /// It did what was asked.
    Ok(Outcome),
    /// It did not, and nothing is left behind.
    Error {
        /// What is wrong, where, and what to do about it.
        message: String,
    },
    /// The user stopped it, and nothing is left behind.
    Cancelled {
        /// For the log.
        message: String,
    },
}

/// What a successful run made.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Outcome {
    /// Values by output name.
    pub outputs: Map<String, Value>,
    /// How QGIS is to show outputs that it loads.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<OutputLayer>,
}

/// How QGIS is to show one output.
#[derive(Debug, Clone, Serialize)]
pub struct OutputLayer {
    /// The output's name.
    pub output: &'static str,
    /// The layer's name.
    pub name: String,
    /// How it is drawn; QGIS's own way if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<Style>,
    /// What everybody who sees the layer should know, in paragraphs separated by blank lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// How a raster is drawn. Bands are counted from 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Style {
    /// Three bands as red, green and blue.
    Multiband {
        /// In this order.
        bands: [usize; 3],
    },
    /// One band from black to white.
    Gray {
        /// The band.
        band: usize,
        /// From where to where.
        #[serde(flatten)]
        range: Range,
    },
    /// One band in colours that run into each other.
    Ramp {
        /// The band.
        band: usize,
        /// A colour ramp of QGIS's, such as `Viridis`.
        ramp: &'static str,
        /// Whether the ramp is turned round.
        invert: bool,
        /// From where to where.
        #[serde(flatten)]
        range: Range,
    },
    /// One band, one colour for each class.
    Paletted {
        /// The band.
        band: usize,
        /// The classes, in the legend's order.
        classes: Vec<StyleClass>,
    },
}

/// The values that the ends of a ramp stand for. What is absent is taken from the data: the values that 2 % of the pixels
/// lie below or above.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Range {
    /// The lower end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<f64>,
    /// The upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<f64>,
}

/// One class of a legend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StyleClass {
    /// In pixels.
    pub value: u8,
    /// For people.
    pub label: String,
    /// `#rrggbb`.
    pub colour: String,
}

impl StyleClass {
    /// A class of a written raster.
    #[must_use]
    pub fn of(class: &raster::Class) -> Self {
        let [red, green, blue] = class.colour;
        Self {
            value: class.value,
            label: class.name.clone(),
            colour: format!("#{red:02x}{green:02x}{blue:02x}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn styles_read_as_the_contract_says() {
        let water = raster::Class { value: 1, name: String::from("Water"), colour: [65, 155, 223] };
        let fixed = Range { minimum: Some(0.0), maximum: None };
        for (style, expected) in [
            (Style::Multiband { bands: [4, 3, 2] }, json!({ "kind": "multiband", "bands": [4, 3, 2] })),
            (Style::Gray { band: 2, range: Range::default() }, json!({ "kind": "gray", "band": 2 })),
            (
                Style::Ramp { band: 1, ramp: "Viridis", invert: true, range: fixed },
                json!({ "kind": "ramp", "band": 1, "ramp": "Viridis", "invert": true, "minimum": 0.0 }),
            ),
            (
                Style::Paletted { band: 1, classes: vec![StyleClass::of(&water)] },
                json!({ "kind": "paletted", "band": 1,
                        "classes": [ { "value": 1, "label": "Water", "colour": "#419bdf" } ] }),
            ),
        ] {
            assert_eq!(serde_json::to_value(&style).unwrap(), expected);
        }
        let plain = OutputLayer { output: "OUTPUT", name: String::from("A"), style: None, notes: None };
        assert_eq!(serde_json::to_value(&plain).unwrap(), json!({ "output": "OUTPUT", "name": "A" }));
    }
}
