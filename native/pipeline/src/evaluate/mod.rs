//! A prediction of classes against a reference: confusion matrix and scores.
//!
//! Both are read in strips of rows on the prediction's grid, so memory does not grow with the rasters. A pixel counts
//! where the prediction has a value and the reference a label.

mod classes;
mod confusion;
mod reference;
mod scores;

pub use classes::Ignored;
pub use confusion::Confusion;
pub use reference::{POLYGONS, REFERENCE, ReferenceSpec};
pub use scores::{ClassScores, Scores};

use crate::{Error, Place, Watch};
use classes::{Classes, NotAClass};
use grid::{Grid, Window};
use raster::{Crs, Layer};
use reference::{Area, Reference};
use runtime::Cancel;
use std::collections::BTreeMap;
use std::path::Path;

/// The parameter of a prediction.
pub const PREDICTION: &str = "PREDICTION";

/// Pixels that are read at once, at most…
const STRIP_PX: usize = 1 << 21;
/// …and rows, which are those of GDAL's blocks where it warps.
const STRIP_ROWS: usize = 128;

/// A prediction and a reference that can be compared.
pub struct Comparison {
    prediction: Layer,
    reference: Reference,
    classes: Classes,
    window: Window,
}

/// What a comparison found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Every pixel that has a class on both sides.
    pub confusion: Confusion,
    /// What follows from it.
    pub scores: Scores,
    /// Pixels with a label that have no prediction; they count nowhere.
    pub unpredicted_px: u64,
}

impl Comparison {
    /// Opens both; without a place all of the prediction counts.
    pub fn open(
        prediction: &str,
        reference: &ReferenceSpec,
        place: Option<&Place>,
        ignored: Ignored,
        cancel: &Cancel,
    ) -> Result<Self, Error> {
        let prediction = Layer::open(prediction)
            .map_err(|source| Error::Layer { modality: PREDICTION, source })?
            .with_bands(&[0]);
        let classes = Classes::new(prediction.class_names(), ignored);
        if let (ReferenceSpec::Raster(_), Some(word)) = (reference, classes.unknown_word()) {
            return Err(Error::UnknownIgnored { word: word.to_owned(), known: classes.listed() });
        }
        let grid = prediction.grid();
        let window =
            place.map_or_else(|| Ok(grid.window()), |place| place.window(&grid, prediction.crs()))?;
        let area = Area { grid, crs: prediction.crs(), window };
        let reference = Reference::open(reference, area, &classes, cancel)?;
        Ok(Self { prediction, reference, classes, window })
    }

    /// Refuses an output that would replace what is compared.
    pub fn check_output(&self, path: &Path) -> Result<(), Error> {
        let replaced = if self.prediction.reads(path) {
            PREDICTION
        } else if self.reference.reads(path) {
            self.reference.parameter()
        } else {
            return Ok(());
        };
        Err(Error::OutputIsInput { modality: replaced, path: path.to_owned() })
    }

    /// The grid of the pixels that are compared.
    #[must_use]
    pub fn grid(&self) -> Grid {
        self.prediction.grid().sub_grid(self.window)
    }

    /// The system of the prediction.
    #[must_use]
    pub fn crs(&self) -> &Crs {
        self.prediction.crs()
    }

    /// The names of the prediction's classes, as far as it tells them.
    #[must_use]
    pub fn names(&self) -> &BTreeMap<u8, String> {
        &self.classes.names
    }

    /// A metadata item of the prediction.
    #[must_use]
    pub fn metadata(&self, key: &str) -> Option<String> {
        self.prediction.metadata(key)
    }

    /// Reads everything and counts.
    pub fn run(&self, watch: &dyn Watch, cancel: &Cancel) -> Result<Found, Error> {
        let grid = self.prediction.grid();
        let Window { x, y, width, height } = self.window;
        let rows = (STRIP_PX / width.max(1)).clamp(1, STRIP_ROWS);
        let (mut confusion, mut unpredicted_px) = (Confusion::default(), 0);
        for first in (0..height).step_by(rows) {
            cancel.check()?;
            let strip = Window { x, y: y + first, width, height: rows.min(height - first) };
            let labels = self.reference.read(grid, strip, &self.classes)?;
            let pixels = self.prediction.read(strip)?;
            for ((value, valid), label) in pixels.values.iter().zip(&pixels.valid).zip(labels) {
                match (*valid, label) {
                    (true, label) => {
                        let class = classes::of(*value).map_err(|e| self.no_class_map(&e))?;
                        if let Some(label) = label {
                            confusion.add(label, class);
                        }
                    }
                    (false, Some(_)) => unpredicted_px += 1,
                    (false, None) => {}
                }
            }
            watch.progress((first + strip.height) as f64 / height as f64);
        }
        if confusion.pixels() == 0 {
            let (reference, source_name) = (self.reference.parameter(), self.reference.source().to_owned());
            return Err(Error::NothingInCommon { reference, source_name });
        }
        let named = self.classes.names.keys().copied().collect();
        let scores = Scores::of(&confusion, &named, &self.classes.ignored());
        Ok(Found { confusion, scores, unpredicted_px })
    }

    fn no_class_map(&self, NotAClass(value): &NotAClass) -> Error {
        Error::NoClassMap { value: value.to_string(), source_name: self.prediction.source().to_owned() }
    }
}
