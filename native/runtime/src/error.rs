//! What can go wrong between us and ONNX Runtime.

use crate::{Device, Precision};
use std::path::PathBuf;
use thiserror::Error;

/// An error of finding, loading or running ONNX Runtime.
#[derive(Debug, Error)]
pub enum Error {
    /// No library anywhere.
    #[error(
        "ONNX Runtime is missing: no libonnxruntime was found. Install the plugin again, or set TERRAMIND_ONNXRUNTIME to a libonnxruntime file of version 1.22 or newer. Looked at: {looked_at}"
    )]
    Missing {
        /// Every place that was looked at.
        looked_at: String,
    },
    /// What the variable names is no library that can be used.
    #[error(
        "TERRAMIND_ONNXRUNTIME names no ONNX Runtime that can be used ({reason}): let it name a libonnxruntime file of version 1.22 or newer or the folder that holds one, or unset it to use the plugin's own: {path}"
    )]
    Chosen {
        /// What is wrong with it.
        reason: String,
        /// What it names.
        path: PathBuf,
    },
    /// There is a library, but the system cannot load it.
    #[error("ONNX Runtime cannot be loaded ({reason}); install the plugin again: {path}")]
    Load {
        /// The system loader's words, which name a missing library.
        reason: String,
        /// The library.
        path: PathBuf,
    },
    /// There is a library that the user has installed, but it is not whole, or the system cannot load it.
    #[error(
        "the ONNX Runtime that was installed by Install runtime cannot be used ({reason}): install it again, or delete this folder to go back to the one that came with the plugin: {folder}"
    )]
    Installed {
        /// What is missing, or the system loader's words.
        reason: String,
        /// The folder that it was installed in.
        folder: PathBuf,
    },
    /// Another library has the place of the one that is loaded.
    #[error("ONNX Runtime was exchanged while it was in use: start QGIS again to use the new one: {path}")]
    Exchanged {
        /// The library.
        path: PathBuf,
    },
    /// ONNX Runtime refused to start.
    #[error("ONNX Runtime does not start: {0}")]
    Environment(#[source] ort::Error),
    /// There is no route for the chosen device and precision.
    #[error("there is no {precision} on {device}: choose {instead}")]
    NoRoute {
        /// The precision that was chosen.
        precision: Precision,
        /// The device that was chosen.
        device: Device,
        /// What would work, in words.
        instead: String,
    },
    /// No route for the chosen device and precision works, or none takes the graph.
    #[error("{reasons}. Choose {instead}")]
    Unavailable {
        /// Why, for each route.
        reasons: String,
        /// What would work, in words.
        instead: String,
    },
    /// The system gives no further thread.
    #[error("no thread can be started: {0}; close other programs")]
    Thread(#[source] std::io::Error),
    /// Running failed.
    #[error("ONNX Runtime failed while running the model: {0}")]
    Run(#[source] ort::Error),
    /// A graph's output is of another type than its reader expects.
    #[error(
        "the model gave {found} where {wanted} were expected; report this with the request that led to it"
    )]
    OtherType {
        /// What was expected.
        wanted: &'static str,
        /// What came.
        found: &'static str,
    },
    /// [`crate::Cancel`] ended the run.
    #[error("cancelled")]
    Cancelled,
}
