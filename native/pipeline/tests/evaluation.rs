//! A comparison goes strip by strip, and stops where it is asked to.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use grid::Grid;
use parking_lot::Mutex;
use pipeline::evaluate::{Comparison, Ignored, ReferenceSpec};
use pipeline::{Error, Watch};
use raster::{BandSpec, Crs, RasterSpec, SampleType, Writer};
use runtime::{Cancel, Session};
use std::path::Path;
use tempfile::TempDir;

const ROWS: usize = 1000;

fn map(path: &Path) -> String {
    let spec = RasterSpec {
        grid: Grid::new([500_000.0, 10.0, 0.0, 5_300_000.0, 0.0, -10.0], 20, ROWS).unwrap(),
        crs: Crs::from_text("EPSG:32633").unwrap(),
        bands: vec![BandSpec::named("class")],
        sample: SampleType::Byte,
        nodata: None,
        classes: Vec::new(),
        metadata: Vec::new(),
        creation: raster::CreationOptions::default(),
    };
    let mut writer = Writer::create(path, spec).unwrap();
    writer.write_rows(0, ROWS, |_, values| values.fill(3.0)).unwrap();
    writer.finish().unwrap();
    path.to_str().unwrap().to_owned()
}

/// Asks to stop once half is done.
struct Impatient {
    cancel: Cancel,
    heard: Mutex<Vec<f64>>,
}

impl Watch for Impatient {
    fn progress(&self, done: f64) {
        self.heard.lock().push(done);
        if done > 0.5 {
            self.cancel.cancel();
        }
    }

    fn stage(&self, _: &str) {}

    fn session(&self, _: &Session) {}
}

#[test]
fn it_stops_soon_after_it_is_asked_to() {
    let folder = TempDir::new().unwrap();
    let path = map(&folder.path().join("map.tif"));
    let reference = ReferenceSpec::Raster(path.clone());
    let cancel = Cancel::default();
    let comparison = Comparison::open(&path, &reference, None, Ignored::default(), &cancel).unwrap();
    let found = comparison.run(&Impatient { cancel: Cancel::default(), heard: Mutex::default() }, &cancel);
    assert_eq!(found.unwrap().scores.pixels, 20 * ROWS as u64);

    let watch = Impatient { cancel: cancel.clone(), heard: Mutex::default() };
    assert!(matches!(comparison.run(&watch, &cancel), Err(Error::Cancelled)));
    let heard = watch.heard.into_inner();
    assert!(heard.len() > 3 && heard.windows(2).all(|pair| pair[0] < pair[1]), "{heard:?}");
    assert!(heard.last().is_some_and(|&done| done > 0.5 && done < 0.7), "{heard:?}");
}
