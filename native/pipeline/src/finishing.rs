//! Outputs that have all their rows become files: that takes a while, too.

use crate::watch::COMPUTED;
use crate::{Error, Means};
use raster::{Completed, Writer};

/// Completes the rasters of a run one after the other, and tells how far that is.
pub(crate) struct Finishing<'a> {
    means: Means<'a>,
    rasters: usize,
    done: usize,
}

impl<'a> Finishing<'a> {
    /// For so many rasters.
    pub fn new(means: Means<'a>, rasters: usize) -> Self {
        if rasters > 0 {
            means.watch.stage("Writing the results");
        }
        Self { means, rasters, done: 0 }
    }

    /// Completes the next raster but for its name.
    pub fn complete(&mut self, writer: Writer) -> Result<Completed, Error> {
        let Means { cancel, watch, .. } = self.means;
        let progress = |part: f64| {
            let finished = (self.done as f64 + part) / self.rasters as f64;
            watch.progress(COMPUTED + (1.0 - COMPUTED) * finished);
            !cancel.is_cancelled()
        };
        let completed = writer.complete_watched(&progress)?;
        self.done += 1;
        Ok(completed)
    }
}
