//! What a run needs beside its plan.

use crate::sessions::Sessions;
use crate::{Journal, Watch};
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
    /// What of it is done already, and what gets done.
    pub journal: &'a Journal,
}

/// What it takes to go through tiles.
#[derive(Clone, Copy)]
pub(crate) struct Course<'a> {
    pub cancel: &'a Cancel,
    pub watch: &'a dyn Watch,
    pub journal: &'a Journal,
}

impl<'a> Means<'a> {
    pub(crate) fn course(&self) -> Course<'a> {
        Course { cancel: self.cancel, watch: self.watch, journal: self.journal }
    }

    /// What opens sessions of which there will be so many runs.
    pub(crate) fn sessions(&self, runs: usize) -> Sessions<'a> {
        Sessions { library: self.library, options: self.options, runs, cancel: self.cancel }
    }
}
