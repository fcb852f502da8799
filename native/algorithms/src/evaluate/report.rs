//! The report: a page of plain tables, which any browser shows, and so do viewers that know but little of HTML.

use super::subject::Subject;
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
    let mut page = String::from(
        "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>Evaluation</title>\n</head>\n<body>\n<h1>Evaluation</h1>\n",
    );
    page += &facts(subject);
    page += &summary(found);
    page += &classes(found, names);
    page += &matrix(found, names);
    page += "<p>IoU = tp / (tp + fp + fn), precision = tp / (tp + fp), recall = tp / (tp + fn), F1 = 2 tp / (2 tp + fp + fn). \
        A dash stands for what is not defined: no pixel decides it. Means are taken over the classes that occur in the reference or \
        the prediction, as TerraTorch does.</p>\n</body>\n</html>\n";
    page
}

fn facts(subject: &Subject) -> String {
    let grid = &subject.grid;
    let mut rows = vec![("Prediction", subject.prediction.clone())];
    rows.extend(subject.model.values().next().map(|model| ("Model", model.clone())));
    rows.push(("Reference", subject.reference.clone()));
    rows.extend(subject.field.clone().map(|field| ("Class field", field)));
    if !subject.ignored.is_empty() {
        rows.push(("No label", subject.ignored.clone()));
    }
    rows.push(("Pixels looked at", format!("{} × {}, {}", grid.width_px, grid.height_px, grid.crs)));
    rows.push(("Software", subject.software.clone()));
    pairs(&rows)
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
    if found.unpredicted_px > 0 {
        rows.push(("Labelled pixels without a prediction (left out)", found.unpredicted_px.to_string()));
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
        let _ = write!(table, "<tr><td>{}</td><td>{}</td>", class.class, encode_text(name));
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

/// The matrix of the classes that occur, each cell the darker the more of its row it holds.
fn matrix(found: &Found, names: &BTreeMap<u8, String>) -> String {
    let classes: Vec<_> = found.scores.classes.iter().filter(|class| class.occurs()).collect();
    let label = |class: u8| match names.get(&class) {
        Some(name) => format!("{class} {}", encode_text(name)),
        None => class.to_string(),
    };
    let mut table = String::from(
        "<h2>Confusion matrix</h2>\n<p>Pixels, and the part of the reference's class in percent. Rows: class in the reference. \
        Columns: class in the prediction.</p>\n<table border=\"1\" cellspacing=\"0\" cellpadding=\"4\">\n<tr><th></th>",
    );
    for class in &classes {
        let _ = write!(table, "<th>{}</th>", label(class.class));
    }
    table += "</tr>\n";
    for reference in &classes {
        let _ = write!(table, "<tr><th align=\"left\">{}</th>", label(reference.class));
        for prediction in &classes {
            let pixels = found.confusion.count(reference.class, prediction.class);
            let share =
                if reference.reference_px == 0 { 0.0 } else { pixels as f64 / reference.reference_px as f64 };
            let text = if share < DARK { "#000000" } else { "#ffffff" };
            let colour = colour(share);
            let _ = write!(
                table,
                "<td align=\"right\" bgcolor=\"{colour}\"><font color=\"{text}\">{pixels}<br>{:.1} %</font></td>",
                100.0 * share
            );
        }
        table += "</tr>\n";
    }
    table + "</table>\n"
}

fn colour(share: f64) -> String {
    let [red, green, blue] = FULL.map(|full| (255.0 - share * (255.0 - f64::from(full))).round() as u8);
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn pairs(rows: &[(&str, String)]) -> String {
    let mut table = String::from("<table cellspacing=\"0\" cellpadding=\"4\">\n");
    for (name, value) in rows {
        let _ = writeln!(table, "<tr><th align=\"left\">{name}</th><td>{}</td></tr>", encode_text(value));
    }
    table + "</table>\n"
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
}
