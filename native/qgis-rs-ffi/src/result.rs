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
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Style {
    Multiband { bands: [i32; 3] },
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
    fn from(Layer { output, name, style }: Layer) -> Self {
        let multiband = style.is_some();
        let [red, green, blue] = style.map_or([0; 3], |Style::Multiband { bands }| bands);
        Self { output, name, multiband, red, green, blue }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_and_outputs_are_read() {
        let result = from_json(
            r#"{ "status": "ok", "outputs": { "OUTPUT": "/tmp/a.tif", "BANDS": 192 },
                 "layers": [ { "output": "OUTPUT", "name": "A", "style": { "kind": "multiband", "bands": [3, 2, 1] } },
                             { "output": "OUTPUT", "name": "B" } ] }"#,
        )
        .unwrap();
        assert!(result.status == ffi::RunStatus::Ok);
        assert_eq!(result.outputs_json, r#"{"BANDS":192,"OUTPUT":"/tmp/a.tif"}"#);
        let [styled, plain] = &result.layers[..] else { panic!("two layers") };
        assert_eq!((styled.multiband, styled.red, styled.green, styled.blue), (true, 3, 2, 1));
        assert!(!plain.multiband);
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
        for text in ["", "{}", r#"{ "status": "fine" }"#, r#"{ "status": "ok" }"#] {
            let error = from_json(text).expect_err(text);
            assert!(error.to_string().starts_with("the core returned an unreadable result"), "{error}");
        }
    }
}
