//! Where a precision that is left to us may round: told by what a session says of itself, so that it holds on machines on
//! which nothing is faster than fp32, too.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

mod common;
#[path = "common/fine_tuned.rs"]
#[expect(dead_code, reason = "other tests need more of it")]
mod fine_tuned;
#[path = "common/sample.rs"]
#[expect(dead_code, reason = "other tests need more of it")]
mod sample;

use common::onnxruntime;
use model::task::{Objective, TaskSpec};
use model::{Tiles, TokenModality};
use pipeline::sessions::Sessions;
use runtime::{Cancel, Device, Precision, Session, SessionOptions};
use sample::Sample;

const TILES: Tiles = Tiles { height_px: 64, width_px: 64, batch: 1 };

/// Opens a session whose precision is left to us.
fn open(session: impl FnOnce(&Sessions<'_>) -> Result<Session, pipeline::Error>) -> Session {
    let (library, cancel) = (onnxruntime(), Cancel::default());
    let options = SessionOptions { device: Device::Cpu, precision: Precision::Auto, threads: 1 };
    session(&Sessions { library: &library, options: &options, runs: 1, cancel: &cancel }).unwrap()
}

fn assert_exact(session: &Session, reason: &str) {
    assert_eq!(session.route().precision, Precision::Fp32);
    let remarks = session.remarks();
    assert!(remarks.len() == 1 && remarks[0].starts_with(reason), "{remarks:?}");
}

fn assert_tried(session: &Session) {
    let remarks = session.remarks();
    assert!(remarks.iter().any(|remark| remark.starts_with("Tried the ")), "{remarks:?}");
}

#[test]
fn pictures_of_continuous_values_are_exact_and_classes_are_not() {
    let sample = Sample::import();
    let decoder = |modality| open(|sessions| sessions.decoder(&sample.tokenizers[&modality], TILES));
    assert_exact(&decoder(TokenModality::Dem), "Continuous values");
    assert_tried(&decoder(TokenModality::Lulc));
}

#[test]
fn a_regression_is_exact_and_a_segmentation_is_not() {
    let pack = fine_tuned::model("sample/water_tim");
    let spec = TaskSpec { tiles: TILES, dates: 1 };
    let mut task = pack.architecture().task.clone();
    assert_tried(&open(|sessions| sessions.map(&pack, &task, &spec)));
    let channels = task.objective.channels();
    task.objective = Objective::Regression { outputs: channels, unit: String::new() };
    assert_exact(&open(|sessions| sessions.map(&pack, &task, &spec)), "Continuous values");
}
