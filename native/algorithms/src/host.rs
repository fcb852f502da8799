//! Who runs an algorithm, and what it hears and knows.

use crate::common::memory::Guard;
use crate::request::ExtentValue;
use runtime::Cancel;
use std::path::Path;
use std::time::Duration;

/// Hears of a run: QGIS's feedback, or the command line.
pub trait Host: Sync {
    /// From 0 to 100.
    fn progress(&self, percent: f64);
    /// Something worth knowing.
    fn info(&self, message: &str);
    /// Something that the user should look at.
    fn warning(&self, message: &str);
    /// How long the run is going to take in all, as far as that can be told now.
    fn forecast(&self, _in_all: Duration) {}
    /// How much memory the run took at most, in words.
    fn memory(&self, _most: &str) {}
}

/// What an algorithm works with besides its values.
pub(crate) struct Context<'a> {
    pub host: &'a dyn Host,
    pub cancel: &'a Cancel,
    /// What the map shows.
    pub canvas: Option<&'a ExtentValue>,
    /// The folder of the core's own libraries.
    pub home: Option<&'a Path>,
    /// What watches over the memory, where the algorithm has a limit.
    pub memory: Option<&'a Guard>,
}

/// A host that shows nothing.
#[cfg(test)]
pub(crate) struct Silent;

#[cfg(test)]
impl Host for Silent {
    fn progress(&self, _: f64) {}
    fn info(&self, _: &str) {}
    fn warning(&self, _: &str) {}
}
