//! Evaluate: a map of classes against a reference.

mod describe;
mod files;
mod report;
mod subject;

pub(crate) use describe::describe;

use crate::Error;
use crate::common::place;
use crate::common::telling::Telling;
use crate::host::Context;
use crate::result::Outcome;
use crate::values::Values;
use describe::{ACCURACY, DOCUMENT, FIELD, IGNORE, MACRO_F1, MIOU, PIXELS, REPORT, TABLE};
use pipeline::evaluate::{Comparison, Found, Ignored, POLYGONS, PREDICTION, REFERENCE, ReferenceSpec};
use raster::{Tally, TextWriter, publish_all};
use serde_json::Map;
use std::path::PathBuf;
use subject::Subject;

pub(crate) fn run(values: &Values, context: &Context) -> Result<Outcome, Error> {
    let place = place::of(values, context)?;
    let prediction = values.text(PREDICTION).unwrap_or_default();
    let reference = reference(values)?;
    let ignored = ignored(values.text(IGNORE).unwrap_or_default());
    let subject_ignored = subject::ignored(&ignored);
    let comparison = Comparison::open(prediction, &reference, place.as_ref(), ignored, context.cancel)?;
    let writers = writers(values, &comparison)?;
    let found = comparison.run(&Telling::new(context), context.cancel)?;
    tell(&found, &comparison, context);

    let subject = Subject::of(values, &comparison, subject_ignored);
    let mut outputs = Map::new();
    let mut completed = Vec::with_capacity(writers.len());
    for (name, path, writer) in writers {
        let names = comparison.names();
        let text = match name {
            TABLE => files::table(&found, names)?,
            DOCUMENT => files::document(&subject, &found, names),
            _ => report::report(&subject, &found, names),
        };
        completed.push(writer.complete(&text)?);
        outputs.insert(name.to_owned(), path.display().to_string().into());
    }
    publish_all(completed)?;
    let scores = &found.scores;
    for (name, score) in
        [(MIOU, scores.mean_iou), (ACCURACY, scores.overall_accuracy), (MACRO_F1, scores.macro_f1)]
    {
        outputs.extend(score.map(|score| (name.to_owned(), score.into())));
    }
    outputs.insert(PIXELS.to_owned(), scores.pixels.into());
    Ok(Outcome { outputs, layers: Vec::new() })
}

fn reference(values: &Values) -> Result<ReferenceSpec, Error> {
    match (values.text(REFERENCE), values.text(POLYGONS)) {
        (Some(raster), None) => match values.text(FIELD) {
            Some(found) => Err(Error::FieldOfRaster { found: found.to_owned() }),
            None => Ok(ReferenceSpec::Raster(raster.to_owned())),
        },
        (None, Some(polygons)) => {
            let field = values.text(FIELD).ok_or(Error::NoField)?.trim().to_owned();
            Ok(ReferenceSpec::Polygons { source: polygons.to_owned(), field })
        }
        (Some(_), Some(_)) => Err(Error::TwoReferences),
        (None, None) => Err(Error::NoReference),
    }
}

fn ignored(text: &str) -> Ignored {
    let mut ignored = Ignored::default();
    for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        match word.parse() {
            Ok(number) => ignored.numbers.push(number),
            Err(_) => ignored.words.push(word.to_owned()),
        }
    }
    ignored
}

/// The files that are wanted, each with its parameter.
fn writers(
    values: &Values,
    comparison: &Comparison,
) -> Result<Vec<(&'static str, PathBuf, TextWriter)>, Error> {
    let mut writers: Vec<(_, PathBuf, _)> = Vec::new();
    for name in [REPORT, TABLE, DOCUMENT] {
        let Some(path) = values.path(name) else { continue };
        comparison.check_output(&path)?;
        let writer = TextWriter::create(&path)?;
        writers.push((name, path, writer));
    }
    Ok(writers)
}

fn tell(found: &Found, comparison: &Comparison, context: &Context) {
    let scores = &found.scores;
    let number = |score: Option<f64>| score.map_or_else(|| String::from("–"), |score| format!("{score:.4}"));
    context.host.info(&format!(
        "Mean IoU {}, overall accuracy {}, mean F1 {} over {} pixels",
        number(scores.mean_iou),
        number(scores.overall_accuracy),
        number(scores.macro_f1),
        scores.pixels
    ));
    for class in &scores.classes {
        let told = if class.occurs() {
            format!(
                "IoU {}, precision {}, recall {}",
                number(class.iou),
                number(class.precision),
                number(class.recall)
            )
        } else {
            String::from("occurs neither in the reference nor in the prediction, and has no part in means")
        };
        let ignored = if class.ignored { " (ignored)" } else { "" };
        let label = report::label(class.class, comparison.names());
        context.host.info(&format!("Class {label}{ignored}: {told}"));
    }
    if let Some(Tally { used, elsewhere, without_value, without_geometry }) = comparison.polygons() {
        context.host.info(&format!(
            "Polygons: {used} used, {elsewhere} outside the area, {without_value} passed over because their field is empty, {without_geometry} without a geometry"
        ));
    }
    let unpredicted_px = found.unpredicted.pixels();
    if unpredicted_px > 0 {
        context.host.warning(&format!(
            "{unpredicted_px} pixels have a label, but no prediction; they are left out of all numbers"
        ));
    }
    found.remarks.iter().for_each(|remark| context.host.warning(remark));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_are_told_apart() {
        let found = ignored(" -1, 255,,no label ,-3.4e38");
        assert_eq!(found.numbers, [-1.0, 255.0, -3.4e38]);
        assert_eq!(found.words, ["no label"]);
    }
}
