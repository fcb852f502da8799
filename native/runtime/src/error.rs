//! What can go wrong between us and ONNX Runtime.

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
    /// There is a library, but the system cannot load it.
    #[error("ONNX Runtime cannot be loaded ({reason}): {path}")]
    Load {
        /// The system loader's words, which name a missing library.
        reason: String,
        /// The library.
        path: PathBuf,
    },
    /// There is a library that the user has installed, but the system cannot load it.
    #[error(
        "the ONNX Runtime that was installed by Install runtime cannot be loaded ({reason}): install it again, or delete this folder to go back to the one that came with the plugin: {folder}"
    )]
    Installed {
        /// The system loader's words, which name a missing library.
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
    /// No route to the chosen device and precision works, or none takes the graph; says why for each.
    #[error("{0}")]
    Unavailable(String),
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
