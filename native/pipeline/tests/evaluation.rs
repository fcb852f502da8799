//! A comparison goes strip by strip, and stops where it is asked to.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use grid::{Extent, Grid};
use parking_lot::Mutex;
use pipeline::evaluate::{Comparison, Ignored, ReferenceSpec};
use pipeline::{Error, Place, Watch};
use raster::{BandSpec, CreationOptions, Crs, RasterSpec, SampleType, Writer};
use runtime::{Cancel, Session};
use std::path::Path;
use tempfile::TempDir;

const ROWS: usize = 1000;

/// Classes of 20 columns and many rows.
fn spec() -> RasterSpec {
    RasterSpec {
        grid: Grid::new([500_000.0, 10.0, 0.0, 5_300_000.0, 0.0, -10.0], 20, ROWS).unwrap(),
        crs: Crs::from_text("EPSG:32633").unwrap(),
        bands: vec![BandSpec::named("class")],
        sample: SampleType::Byte,
        nodata: None,
        classes: Vec::new(),
        metadata: Vec::new(),
        creation: CreationOptions::default(),
    }
}

fn map(path: &Path) -> String {
    let mut writer = Writer::create(path, spec()).unwrap();
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

#[test]
fn a_part_is_compared_with_the_same_part_of_the_reference() {
    let folder = TempDir::new().unwrap();
    let path = map(&folder.path().join("map.tif"));
    // A reference that agrees in the last hundred rows alone.
    let other = folder.path().join("reference.tif");
    let mut writer = Writer::create(&other, spec()).unwrap();
    writer.write_rows(0, ROWS - 100, |_, values| values.fill(1.0)).unwrap();
    writer.write_rows(ROWS - 100, 100, |_, values| values.fill(3.0)).unwrap();
    writer.finish().unwrap();
    let reference = ReferenceSpec::Raster(other.to_str().unwrap().to_owned());
    let accuracy = |rows: std::ops::Range<usize>| {
        let y = |row: usize| 5_300_000.0 - 10.0 * row as f64;
        let extent = Extent { xmin: 500_000.0, xmax: 500_200.0, ymin: y(rows.end), ymax: y(rows.start) };
        let place = Place { extent, crs: Crs::none(), name: "EXTENT" };
        let cancel = Cancel::default();
        let compared =
            Comparison::open(&path, &reference, Some(&place), Ignored::default(), &cancel).unwrap();
        let scores = compared.run(&Impatient { cancel: Cancel::default(), heard: Mutex::default() }, &cancel);
        let scores = scores.unwrap().scores;
        (scores.pixels, scores.overall_accuracy.unwrap())
    };
    let close = |found: (u64, f64), pixels: u64, expected: f64| {
        assert_eq!(found.0, pixels);
        assert!((found.1 - expected).abs() < 1e-12, "{}", found.1);
    };
    close(accuracy(0..ROWS), 20_000, 0.1);
    close(accuracy(ROWS - 100..ROWS), 2000, 1.0);
    close(accuracy(ROWS - 300..ROWS - 50), 5000, 0.2);
}
