//! A prediction of classes against a reference: confusion matrix and scores.
//!
//! Both are read in strips of rows on the prediction's grid, so memory does not grow with the rasters. A pixel counts
//! where the prediction has a value and the reference a label.

mod classes;
mod confusion;
mod reference;
mod remarks;
mod scores;

pub use classes::Ignored;
pub use confusion::{Confusion, Counts};
pub use reference::{POLYGONS, REFERENCE, ReferenceSpec};
pub use scores::{ClassScores, Scores};

use crate::{Error, Place, Watch};
use classes::{Classes, Met, NotAClass};
use grid::{Grid, Window};
use raster::{Crs, Layer, Tally};
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
    remarks: Vec<String>,
}

/// What a comparison found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Every pixel that has a class on both sides.
    pub confusion: Confusion,
    /// What follows from it.
    pub scores: Scores,
    /// Pixels with a label that have no prediction, by label; they count nowhere.
    pub unpredicted: Counts,
    /// Pixels with a prediction that have no label, by prediction; they count nowhere either.
    pub unlabelled: Counts,
    /// What users should know, a sentence each.
    pub remarks: Vec<String>,
}

/// What was counted so far.
#[derive(Default)]
struct Counted {
    confusion: Confusion,
    unpredicted: Counts,
    unlabelled: Counts,
    /// Values that mean "no label".
    met: Met,
}

impl Counted {
    /// Whether the class was predicted anywhere, with a label or without.
    fn is_predicted(&self, class: u8) -> bool {
        self.confusion.prediction_px(class) + self.unlabelled.of(class) > 0
    }

    /// Whether the reference has the class, with a prediction or without.
    fn is_labelled(&self, class: u8) -> bool {
        self.confusion.reference_px(class) + self.unpredicted.of(class) > 0
    }
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
        let area = Area { grid, crs: prediction.crs(), window, source_name: prediction.source() };
        let reference = Reference::open(reference, area, &classes, cancel)?;
        let mut remarks: Vec<_> = reference.remark().map(ToOwned::to_owned).into_iter().collect();
        remarks.extend(place.and_then(|place| remarks::of_place(place, &grid, prediction.crs())));
        Ok(Self { prediction, reference, classes, window, remarks })
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

    /// The name of the layer that reference polygons are from.
    #[must_use]
    pub fn reference_layer(&self) -> Option<String> {
        self.reference.layer_name()
    }

    /// What became of reference polygons.
    #[must_use]
    pub fn polygons(&self) -> Option<Tally> {
        self.reference.tally()
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
        let mut counted = Counted { met: self.reference.met(), ..Counted::default() };
        for first in (0..height).step_by(rows) {
            cancel.check()?;
            let strip = Window { x, y: y + first, width, height: rows.min(height - first) };
            let labels = self.reference.read(grid, strip, &self.classes, &mut counted.met)?;
            let pixels = self.prediction.read(strip)?;
            for ((value, valid), label) in pixels.values.iter().zip(&pixels.valid).zip(labels) {
                if *valid {
                    let class = classes::of(*value).map_err(|e| self.no_class_map(&e))?;
                    match label {
                        Some(label) => counted.confusion.add(label, class),
                        None => counted.unlabelled.add(class),
                    }
                } else if let Some(label) = label {
                    counted.unpredicted.add(label);
                }
            }
            watch.progress((first + strip.height) as f64 / height as f64);
        }
        if counted.confusion.pixels() == 0 {
            let (reference, source_name) = (self.reference.parameter(), self.reference.source().to_owned());
            return Err(Error::NothingInCommon { reference, source_name });
        }
        let mut remarks = self.remarks.clone();
        remarks.extend(remarks::of_classes(&counted, &self.classes, &self.reference));
        let named = self.classes.names.keys().copied().collect();
        let Counted { confusion, unpredicted, unlabelled, .. } = counted;
        let scores = Scores::of(&confusion, &named, &self.classes.ignored());
        Ok(Found { confusion, scores, unpredicted, unlabelled, remarks })
    }

    fn no_class_map(&self, NotAClass(value): &NotAClass) -> Error {
        Error::NoClassMap { value: value.to_string(), source_name: self.prediction.source().to_owned() }
    }
}
