//! The table of classes and the document of everything.

use super::subject::Subject;
use crate::Error;
use pipeline::evaluate::{ClassScores, Found};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// One row of the table; scores that are not defined are empty.
#[derive(Clone, Copy, Serialize)]
struct Row<'a> {
    class: u8,
    name: &'a str,
    iou: Option<f64>,
    precision: Option<f64>,
    recall: Option<f64>,
    f1: Option<f64>,
    reference_px: u64,
    prediction_px: u64,
    /// Pixels with this label that have no prediction, and are left out.
    unpredicted_px: u64,
    ignored: bool,
}

impl<'a> Row<'a> {
    fn of(scores: &ClassScores, found: &Found, names: &'a BTreeMap<u8, String>) -> Self {
        let ClassScores { class, ignored, reference_px, prediction_px, iou, precision, recall, f1 } = *scores;
        let name = names.get(&class).map_or("", String::as_str);
        let unpredicted_px = found.unpredicted.of(class);
        Self { class, name, iou, precision, recall, f1, reference_px, prediction_px, unpredicted_px, ignored }
    }

    /// For people: six digits.
    fn rounded(self) -> Self {
        let Self { iou, precision, recall, f1, .. } = self;
        let [iou, precision, recall, f1] = [iou, precision, recall, f1].map(|score| score.map(six_digits));
        Self { iou, precision, recall, f1, ..self }
    }
}

/// A number to six significant digits.
fn six_digits(number: f64) -> f64 {
    format!("{number:.5e}").parse().unwrap_or(number)
}

/// The table, as CSV.
pub(super) fn table(found: &Found, names: &BTreeMap<u8, String>) -> Result<String, Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for scores in &found.scores.classes {
        writer.serialize(Row::of(scores, found, names).rounded())?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Everything, as JSON.
pub(super) fn document(subject: &Subject, found: &Found, names: &BTreeMap<u8, String>) -> String {
    let scores = &found.scores;
    let rows: Vec<_> = scores.classes.iter().map(|scores| Row::of(scores, found, names)).collect();
    let classes: Vec<_> = scores.classes.iter().map(|scores| scores.class).collect();
    let counts = |&reference: &u8| -> Vec<u64> {
        classes.iter().map(|&prediction| found.confusion.count(reference, prediction)).collect()
    };
    let document = json!({
        "subject": subject,
        "pixels": scores.pixels,
        "labelled_pixels_without_prediction": found.unpredicted.pixels(),
        "predicted_pixels_without_label": found.unlabelled.pixels(),
        "warnings": found.remarks,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_the_table_have_six_digits() {
        for (number, expected) in
            [(14.0 / 15.0, 0.933_333), (1.0, 1.0), (0.0, 0.0), (1.0 / 3000.0, 0.000_333_333)]
        {
            assert_eq!(six_digits(number).to_string(), expected.to_string());
        }
    }
}
