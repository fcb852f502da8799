//! What a run needs beside its plan.

use crate::Watch;
use runtime::library::Loaded;
use runtime::{Cancel, SessionOptions};

/// How a run is computed, and who hears of it.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// ONNX Runtime.
    pub library: &'a Loaded,
    /// On what and how exactly.
    pub options: &'a SessionOptions,
    /// Ends it.
    pub cancel: &'a Cancel,
    /// Hears of it.
    pub watch: &'a dyn Watch,
}
