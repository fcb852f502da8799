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
    /// How it is drawn.
    pub style: Style,
}

/// How a raster is drawn.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Style {
    /// Three bands as red, green and blue.
    Multiband {
        /// Counted from 1.
        bands: [usize; 3],
    },
}
