//! Scores of small maps against those that TerraTorch's segmentation task reports for them, from rasters to numbers.

// A helper that fails is a test that fails.
#![allow(clippy::unwrap_used)]

use gdal::DriverManager;
use gdal::raster::Buffer;
use pipeline::Watch;
use pipeline::evaluate::{Comparison, Found, Ignored, ReferenceSpec};
use runtime::{Cancel, Session};
use serde::Deserialize;
use std::path::Path;

/// torchmetrics divides 32-bit floats.
const TOLERANCE: f64 = 1e-6;

/// A case of `tests/goldens/evaluation`.
#[derive(Deserialize)]
struct Golden {
    name: String,
    classes: u8,
    ignored: Option<i16>,
    reference: Vec<Vec<i16>>,
    prediction: Vec<Vec<i16>>,
    means: Means,
    iou: Vec<f64>,
    recall: Vec<f64>,
    precision: Vec<f64>,
    f1: Vec<f64>,
    confusion: Vec<Vec<u64>>,
}

/// By TerraTorch's names.
#[derive(Deserialize)]
struct Means {
    #[serde(rename = "mIoU")]
    mean_iou: f64,
    #[serde(rename = "mIoU_Micro")]
    micro_iou: f64,
    #[serde(rename = "F1_Score")]
    macro_f1: f64,
    #[serde(rename = "Accuracy")]
    mean_recall: f64,
    #[serde(rename = "Pixel_Accuracy")]
    overall_accuracy: f64,
}

struct Silent;

impl Watch for Silent {
    fn progress(&self, _: f64) {}
    fn stage(&self, _: &str) {}
    fn session(&self, _: &Session) {}
}

fn goldens() -> Vec<Golden> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/goldens/evaluation/goldens.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn raster(path: &Path, rows: &[Vec<i16>]) {
    let size = (rows[0].len(), rows.len());
    let driver = DriverManager::get_driver_by_name("GTiff").unwrap();
    let mut dataset = driver.create_with_band_type::<i16, _>(path, size.0, size.1, 1).unwrap();
    dataset.set_geo_transform(&[500_000.0, 10.0, 0.0, 5_300_000.0, 0.0, -10.0]).unwrap();
    let mut pixels = Buffer::new(size, rows.concat());
    dataset.rasterband(1).unwrap().write((0, 0), size, &mut pixels).unwrap();
}

fn evaluated(golden: &Golden) -> Found {
    let folder = tempfile::tempdir().unwrap();
    let (prediction, reference) = (folder.path().join("prediction.tif"), folder.path().join("reference.tif"));
    raster(&prediction, &golden.prediction);
    raster(&reference, &golden.reference);
    let reference = ReferenceSpec::Raster(reference.display().to_string());
    let ignored =
        Ignored { numbers: golden.ignored.map(f64::from).into_iter().collect(), ..Ignored::default() };
    let cancel = Cancel::default();
    let prediction = prediction.display().to_string();
    let comparison = Comparison::open(&prediction, &reference, None, ignored, &cancel).unwrap();
    comparison.run(&Silent, &cancel).unwrap()
}

#[test]
fn scores_are_those_of_terratorch() {
    let goldens = goldens();
    assert_eq!(goldens.len(), 10, "the goldens are not those that this test was written for");
    for golden in goldens {
        let found = evaluated(&golden);
        // torchmetrics has 0 where a score is not defined.
        let check = |what: &str, own: Option<f64>, theirs: f64| {
            let own = own.unwrap_or(0.0);
            assert!((own - theirs).abs() < TOLERANCE, "{}: {what} is {own}, not {theirs}", golden.name);
        };
        let (scores, means) = (&found.scores, &golden.means);
        check("mean IoU", scores.mean_iou, means.mean_iou);
        check("micro IoU", scores.micro_iou, means.micro_iou);
        check("mean F1", scores.macro_f1, means.macro_f1);
        check("mean recall", scores.mean_recall, means.mean_recall);
        check("overall accuracy", scores.overall_accuracy, means.overall_accuracy);
        for class in 0..golden.classes {
            let own = scores.classes.iter().find(|own| own.class == class);
            let at = usize::from(class);
            check(&format!("IoU of {class}"), own.and_then(|own| own.iou), golden.iou[at]);
            check(&format!("recall of {class}"), own.and_then(|own| own.recall), golden.recall[at]);
            check(&format!("precision of {class}"), own.and_then(|own| own.precision), golden.precision[at]);
            check(&format!("F1 of {class}"), own.and_then(|own| own.f1), golden.f1[at]);
            for prediction in 0..golden.classes {
                let counted = found.confusion.count(class, prediction);
                let theirs = golden.confusion[at][usize::from(prediction)];
                assert_eq!(counted, theirs, "{}: {class} as {prediction}", golden.name);
            }
        }
    }
}
