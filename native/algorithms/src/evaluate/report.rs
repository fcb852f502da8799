//! The report: a page of plain tables, which any browser shows, and so do viewers that know but little of HTML.

use super::subject::{Polygons, Subject};
use crate::common::html::{self, pairs};
use html_escape::encode_text;
use pipeline::evaluate::Found;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Where a cell of the matrix holds all pixels of its row; where it holds none it is white.
const FULL: [u8; 3] = [8, 81, 156];

/// From this share on, white is easier to read on the cell than black.
const DARK: f64 = 0.75;

/// The page. Whatever comes from files or from users is escaped.
pub(super) fn report(subject: &Subject, found: &Found, names: &BTreeMap<u8, String>) -> String {
    let mut page = facts(subject);
    page += &html::warnings(&found.remarks);
    page += &summary(found);
    page += &classes(found, names);
    page += &matrix(found, names);
    page += "<p>IoU = tp / (tp + fp + fn), precision = tp / (tp + fp), recall = tp / (tp + fn), F1 = 2 tp / (2 tp + fp + fn). \
        A dash stands for what is not defined: no pixel decides it. Means are taken over the classes that occur in the reference or \
        the prediction, as TerraTorch does.";
    if found.scores.classes.iter().any(|class| class.ignored) {
        page += " A class that is ignored (its value means \"no label\" in the reference) is left out of the mean IoU and of the IoU \
            of all pixels together, but not out of the other means.";
    }
    let mut title = String::from("Evaluation");
    if let Some(name) = html::stem(&subject.prediction) {
        let _ = write!(title, " of {name}");
    }
    if let Some(model) = subject.model.values().next() {
        let _ = write!(title, " ({model})");
    }
    html::page(&title, &(page + "</p>\n"))
}

/// A class in words: its number, and its name where it has one.
pub(super) fn label(class: u8, names: &BTreeMap<u8, String>) -> String {
    names.get(&class).map_or_else(|| class.to_string(), |name| format!("{class} {name}"))
}

fn facts(subject: &Subject) -> String {
    let grid = &subject.grid;
    let mut rows = vec![("Prediction", subject.prediction.clone())];
    rows.extend(subject.model.values().next().map(|model| ("Model", model.clone())));
    rows.push(("Reference", subject.reference.clone()));
    rows.extend(subject.layer.clone().map(|layer| ("Layer", layer)));
    rows.extend(subject.field.clone().map(|field| ("Class field", field)));
    rows.extend(subject.polygons.map(|polygons| ("Polygons", in_words(polygons))));
    if !subject.ignored.is_empty() {
        let words =
            subject.ignored.iter().map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned));
        rows.push(("No label", words.collect::<Vec<_>>().join(", ")));
    }
    rows.push(("Pixels looked at", format!("{} × {}, {}", grid.width_px, grid.height_px, grid.crs)));
    rows.push(("Extent", grid.extent_text()));
    rows.push(("Software", subject.software.clone()));
    pairs(&rows)
}

fn in_words(polygons: Polygons) -> String {
    let Polygons { used, elsewhere, without_class, without_geometry } = polygons;
    let others = [
        (elsewhere, "outside the area"),
        (without_class, "with an empty field"),
        (without_geometry, "without a geometry"),
    ];
    let others =
        others.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!(", {count} {what}"));
    format!("{used} used{}", others.collect::<String>())
}

fn summary(found: &Found) -> String {
    let scores = &found.scores;
    let mut rows = vec![
        ("Mean IoU", number(scores.mean_iou)),
        ("IoU of all pixels together", number(scores.micro_iou)),
        ("Mean F1", number(scores.macro_f1)),
        ("Mean recall", number(scores.mean_recall)),
        ("Overall accuracy", number(scores.overall_accuracy)),
        ("Pixels compared", scores.pixels.to_string()),
    ];
    for (what, counts) in [
        ("Labelled pixels without a prediction (left out)", &found.unpredicted),
        ("Predicted pixels without a label (left out)", &found.unlabelled),
    ] {
        if counts.pixels() > 0 {
            rows.push((what, counts.pixels().to_string()));
        }
    }
    format!("<h2>All classes</h2>\n{}", pairs(&rows))
}

fn classes(found: &Found, names: &BTreeMap<u8, String>) -> String {
    let mut table =
        String::from("<h2>Each class</h2>\n<table border=\"1\" cellspacing=\"0\" cellpadding=\"4\">\n<tr>");
    for head in
        ["Class", "Name", "IoU", "Precision", "Recall", "F1", "Pixels in reference", "Pixels in prediction"]
    {
        let _ = write!(table, "<th>{head}</th>");
    }
    table += "</tr>\n";
    for class in &found.scores.classes {
        let name = names.get(&class.class).map_or("", String::as_str);
        let ignored = match (class.ignored, name) {
            (false, _) => "",
            (true, "") => "(ignored)",
            (true, _) => " (ignored)",
        };
        let _ = write!(table, "<tr><td>{}</td><td>{}{ignored}</td>", class.class, encode_text(name));
        for score in [class.iou, class.precision, class.recall, class.f1] {
            let _ = write!(table, "<td align=\"right\">{}</td>", number(score));
        }
        for pixels in [class.reference_px, class.prediction_px] {
            let _ = write!(table, "<td align=\"right\">{pixels}</td>");
        }
        table += "</tr>\n";
    }
    table + "</table>\n"
}

/// So many letters of names, in all, fit side by side above the matrix…
const WIDEST: usize = 100;
/// …and in a single column.
const LONGEST: usize = 24;

/// The matrix of the classes that occur, each cell the darker the more of its row it holds.
fn matrix(found: &Found, names: &BTreeMap<u8, String>) -> String {
    let classes: Vec<_> = found.scores.classes.iter().filter(|class| class.occurs()).collect();
    let labels: Vec<_> = classes.iter().map(|class| label(class.class, names)).collect();
    let lengths = || labels.iter().map(|label| label.chars().count());
    let fit = lengths().sum::<usize>() <= WIDEST && lengths().all(|length| length <= LONGEST);
    let mut table = String::from(
        "<h2>Confusion matrix</h2>\n<p>Pixels, and the part of the reference's class in percent. Rows: class in the reference. \
        Columns: class in the prediction",
    );
    if !fit {
        let _ = write!(table, ", by number: {}", encode_text(&labels.join("; ")));
    }
    table += ".</p>\n<table border=\"1\" cellspacing=\"0\" cellpadding=\"4\">\n<tr><th></th>";
    for (class, label) in classes.iter().zip(&labels) {
        let head = if fit { label.clone() } else { class.class.to_string() };
        let _ = write!(table, "<th>{}</th>", encode_text(&head));
    }
    table += "</tr>\n";
    for (reference, label) in classes.iter().zip(&labels) {
        let _ = write!(table, "<tr><th align=\"left\">{}</th>", encode_text(label));
        for prediction in &classes {
            table += &cell(found.confusion.count(reference.class, prediction.class), reference.reference_px);
        }
        table += "</tr>\n";
    }
    table + "</table>\n"
}

/// Some of the pixels of a row. A row without any has no parts.
fn cell(pixels: u64, of_px: u64) -> String {
    let share = (of_px > 0).then(|| pixels as f64 / of_px as f64);
    let percent = share.map_or_else(|| String::from("–"), |share| format!("{:.1} %", 100.0 * share));
    let share = share.unwrap_or(0.0);
    let text = if share < DARK { "#000000" } else { "#ffffff" };
    format!(
        "<td align=\"right\" bgcolor=\"{}\"><font color=\"{text}\">{pixels}<br>{percent}</font></td>",
        colour(share)
    )
}

fn colour(share: f64) -> String {
    let [red, green, blue] = FULL.map(|full| (255.0 - share * (255.0 - f64::from(full))).round() as u8);
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn number(score: Option<f64>) -> String {
    score.map_or_else(|| String::from("–"), |score| format!("{score:.4}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_white_without_pixels_and_blue_with_all() {
        assert_eq!((colour(0.0), colour(1.0)), (String::from("#ffffff"), String::from("#08519c")));
    }

    #[test]
    fn what_is_not_defined_is_a_dash() {
        assert_eq!((number(None), number(Some(0.5))), (String::from("–"), String::from("0.5000")));
    }

    #[test]
    fn a_row_without_pixels_has_no_percentages() {
        assert!(cell(0, 0).contains(">0<br>–<") && cell(0, 7).contains(">0<br>0.0 %<"), "{}", cell(0, 0));
        assert!(cell(7, 8).contains(">7<br>87.5 %<"));
    }

    #[test]
    fn a_class_without_a_name_is_its_number() {
        let names = BTreeMap::from([(1, String::from("Water"))]);
        assert_eq!((label(1, &names), label(2, &names)), (String::from("1 Water"), String::from("2")));
    }
}
