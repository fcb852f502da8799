//! The table of classes and the document of everything.

use super::subject::Subject;
use crate::Error;
use pipeline::evaluate::{ClassScores, Found};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// One row of the table; scores that are not defined are empty.
#[derive(Serialize)]
struct Row<'a> {
    class: u8,
    name: &'a str,
    iou: Option<f64>,
    precision: Option<f64>,
    recall: Option<f64>,
    f1: Option<f64>,
    reference_px: u64,
    prediction_px: u64,
}

impl<'a> Row<'a> {
    fn of(scores: &ClassScores, names: &'a BTreeMap<u8, String>) -> Self {
        let ClassScores { class, reference_px, prediction_px, iou, precision, recall, f1 } = *scores;
        let name = names.get(&class).map_or("", String::as_str);
        Self { class, name, iou, precision, recall, f1, reference_px, prediction_px }
    }
}

/// The table, as CSV.
pub(super) fn table(found: &Found, names: &BTreeMap<u8, String>) -> Result<String, Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for scores in &found.scores.classes {
        writer.serialize(Row::of(scores, names))?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Everything, as JSON.
pub(super) fn document(subject: &Subject, found: &Found, names: &BTreeMap<u8, String>) -> String {
    let scores = &found.scores;
    let rows: Vec<_> = scores.classes.iter().map(|scores| Row::of(scores, names)).collect();
    let classes: Vec<_> = scores.classes.iter().map(|scores| scores.class).collect();
    let counts = |&reference: &u8| -> Vec<u64> {
        classes.iter().map(|&prediction| found.confusion.count(reference, prediction)).collect()
    };
    let document = json!({
        "subject": subject,
        "pixels": scores.pixels,
        "labelled_pixels_without_prediction": found.unpredicted_px,
        "scores": {
            "mean_iou": scores.mean_iou,
            "micro_iou": scores.micro_iou,
            "macro_f1": scores.macro_f1,
            "mean_recall": scores.mean_recall,
            "overall_accuracy": scores.overall_accuracy,
        },
        "classes": rows,
        "confusion_matrix": {
            "rows": "reference",
            "columns": "prediction",
            "classes": classes,
            "pixels": classes.iter().map(counts).collect::<Vec<_>>(),
        },
    });
    format!("{document:#}\n")
}
