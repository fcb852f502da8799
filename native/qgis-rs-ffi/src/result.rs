//! The core's result document, checked while it is read.

use crate::bridge::ffi;
use crate::error::Error;
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum Document {
    Ok {
        outputs: Map<String, Value>,
        #[serde(default)]
        layers: Vec<Layer>,
    },
    Error {
        message: String,
    },
    Cancelled {
        message: String,
    },
}

#[derive(Deserialize)]
struct Layer {
    output: String,
    name: String,
    style: Option<Style>,
    #[serde(default)]
    notes: String,
}

/// The styles with the fields that only they have, as the contract lists them.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Style {
    Multiband {
        bands: [i32; 3],
    },
    Gray {
        band: i32,
        minimum: Option<f64>,
        maximum: Option<f64>,
    },
    Ramp {
        band: i32,
        ramp: String,
        #[serde(default)]
        invert: bool,
        minimum: Option<f64>,
        maximum: Option<f64>,
    },
    Paletted {
        band: i32,
        classes: Vec<StyleClass>,
    },
}

#[derive(Deserialize)]
struct StyleClass {
    value: i32,
    label: String,
    colour: String,
}

/// Reads the document that `terramind_run` returns.
pub fn from_json(json: &str) -> Result<ffi::RunResult, Error> {
    let document =
        serde_json::from_str(json).map_err(|source| Error::Document { document: "result", source })?;
    Ok(match document {
        Document::Ok { outputs, layers } => ffi::RunResult {
            status: ffi::RunStatus::Ok,
            message: String::new(),
            outputs_json: Value::Object(outputs).to_string(),
            layers: layers.into_iter().map(Into::into).collect(),
        },
        Document::Error { message } => without_outputs(ffi::RunStatus::Error, message),
        Document::Cancelled { message } => without_outputs(ffi::RunStatus::Cancelled, message),
    })
}

fn without_outputs(status: ffi::RunStatus, message: String) -> ffi::RunResult {
    ffi::RunResult { status, message, outputs_json: "{}".into(), layers: Vec::new() }
}

impl From<Layer> for ffi::Layer {
    fn from(Layer { output, name, style, notes }: Layer) -> Self {
        Self { output, name, style: style.map_or_else(unset, Into::into), notes }
    }
}

impl From<Style> for ffi::Style {
    fn from(style: Style) -> Self {
        match style {
            Style::Multiband { bands } => {
                Self { kind: ffi::StyleKind::Multiband, bands: bands.to_vec(), ..unset() }
            }
            Style::Gray { band, minimum, maximum } => Self {
                kind: ffi::StyleKind::Gray,
                bands: vec![band],
                minimum: minimum.into(),
                maximum: maximum.into(),
                ..unset()
            },
            Style::Ramp { band, ramp, invert, minimum, maximum } => Self {
                kind: ffi::StyleKind::Ramp,
                bands: vec![band],
                minimum: minimum.into(),
                maximum: maximum.into(),
                ramp,
                invert,
                ..unset()
            },
            Style::Paletted { band, classes } => Self {
                kind: ffi::StyleKind::Paletted,
                bands: vec![band],
                classes: classes.into_iter().map(Into::into).collect(),
                ..unset()
            },
        }
    }
}

impl From<StyleClass> for ffi::StyleClass {
    fn from(StyleClass { value, label, colour }: StyleClass) -> Self {
        Self { value, label, colour }
    }
}

fn unset() -> ffi::Style {
    ffi::Style {
        kind: ffi::StyleKind::Unset,
        bands: Vec::new(),
        minimum: ffi::OptionalNumber::default(),
        maximum: ffi::OptionalNumber::default(),
        ramp: String::new(),
        invert: false,
        classes: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_and_outputs_are_read() {
        let result = from_json(
            r##"{ "status": "ok", "outputs": { "OUTPUT": "/tmp/a.tif", "BANDS": 192 },
                 "layers": [ { "output": "OUTPUT", "name": "A", "style": { "kind": "multiband", "bands": [3, 2, 1] } },
                             { "output": "OUTPUT", "name": "B", "notes": "Generated." },
                             { "output": "OUTPUT", "name": "C",
                               "style": { "kind": "gray", "band": 2, "maximum": 0.5 } },
                             { "output": "OUTPUT", "name": "D",
                               "style": { "kind": "ramp", "band": 1, "ramp": "Viridis", "invert": true } },
                             { "output": "OUTPUT", "name": "E", "style": { "kind": "paletted", "band": 1,
                               "classes": [ { "value": 9, "label": "Snow", "colour": "#b39fe1" } ] } } ] }"##,
        )
        .unwrap();
        assert!(result.status == ffi::RunStatus::Ok);
        assert_eq!(result.outputs_json, r#"{"BANDS":192,"OUTPUT":"/tmp/a.tif"}"#);
        let [styled, plain, gray, ramp, paletted] = &result.layers[..] else { panic!("five layers") };
        assert!(styled.style.kind == ffi::StyleKind::Multiband && styled.style.bands == [3, 2, 1]);
        assert!(plain.style.kind == ffi::StyleKind::Unset && plain.style.bands.is_empty());
        assert_eq!((&*styled.notes, &*plain.notes), ("", "Generated."));
        assert!(gray.style.kind == ffi::StyleKind::Gray && gray.style.bands == [2]);
        let (minimum, maximum) = (&gray.style.minimum, &gray.style.maximum);
        assert!(!minimum.known && maximum.known && maximum.value.to_bits() == 0.5_f64.to_bits());
        assert!(ramp.style.kind == ffi::StyleKind::Ramp && ramp.style.ramp == "Viridis" && ramp.style.invert);
        let snow = ffi::StyleClass { value: 9, label: "Snow".into(), colour: "#b39fe1".into() };
        assert!(paletted.style.kind == ffi::StyleKind::Paletted && paletted.style.classes == [snow]);
    }

    #[test]
    fn every_end_keeps_its_message() {
        let error = from_json(r#"{ "status": "error", "message": "No band." }"#).unwrap();
        assert!(error.status == ffi::RunStatus::Error && error.message == "No band.");
        let cancelled = from_json(r#"{ "status": "cancelled", "message": "Cancelled." }"#).unwrap();
        assert!(cancelled.status == ffi::RunStatus::Cancelled && cancelled.message == "Cancelled.");
    }

    #[test]
    fn nonsense_is_an_error() {
        let unknown = r#"{ "status": "ok", "outputs": {},
            "layers": [ { "output": "A", "name": "A", "style": { "kind": "rainbow" } } ] }"#;
        for text in ["", "{}", r#"{ "status": "fine" }"#, r#"{ "status": "ok" }"#, unknown] {
            let error = from_json(text).expect_err(text);
            assert!(error.to_string().starts_with("the core returned an unreadable result"), "{error}");
        }
    }
}
