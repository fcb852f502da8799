//! What users should know of a comparison that went well, but may not mean what they think.

use super::classes::Classes;
use super::reference::Reference;
use super::{Counted, PREDICTION};
use crate::Place;
use grid::{Extent, Grid};
use raster::Crs;

/// Where less than this part of an extent lies in the prediction, its numbers may be in the wrong order.
const LEAST_INSIDE: f64 = 0.1;

/// The parameter whose numbers people write. A map may well show more than a prediction.
const EXTENT: &str = "EXTENT";

/// Of an extent that lies outside the prediction for the most part.
pub(super) fn of_place(place: &Place, grid: &Grid, crs: &Crs) -> Option<String> {
    if place.name != EXTENT {
        return None;
    }
    let prediction = place.crs.extent_from(crs, grid.extent()).ok()?;
    let inside = part_inside(&place.extent, &prediction)?;
    (inside < LEAST_INSIDE).then(|| {
        format!(
            "{EXTENT}: {:.1} % of it lies outside {PREDICTION}. Are its numbers in the order xmin,xmax,ymin,ymax, and in {}?",
            100.0 * (1.0 - inside),
            if place.crs.is_none() { crs.name() } else { place.crs.name() }
        )
    })
}

/// How much of a rectangle lies in another; none for one without area.
fn part_inside(extent: &Extent, other: &Extent) -> Option<f64> {
    let area = |e: &Extent| (e.xmax - e.xmin) * (e.ymax - e.ymin);
    let shared = extent.intersection(other)?;
    (area(extent) > 0.0).then(|| area(&shared) / area(extent))
}

/// Of classes and values that one side does not know.
pub(super) fn of_classes(counted: &Counted, classes: &Classes, reference: &Reference) -> Vec<String> {
    let unknown = unknown_classes(counted, classes, reference);
    let nodata = nodata_class(counted, classes, reference);
    [unknown, nodata, never_met(counted, classes, reference)].into_iter().flatten().collect()
}

/// Classes of the reference that the prediction has not: a legend that is numbered otherwise looks like this.
fn unknown_classes(counted: &Counted, classes: &Classes, reference: &Reference) -> Option<String> {
    let in_prediction = |class: &u8| classes.names.contains_key(class) || counted.is_predicted(*class);
    let labelled: Vec<u8> = (0..=u8::MAX).filter(|&class| counted.is_labelled(class)).collect();
    let unknown: Vec<u8> = labelled.iter().copied().filter(|class| !in_prediction(class)).collect();
    if unknown.is_empty() {
        return None;
    }
    let predicted: Vec<u8> = (0..=u8::MAX).filter(in_prediction).collect();
    let parameter = reference.parameter();
    Some(format!(
        "{parameter} has classes that {PREDICTION} neither names nor has: {}. Classes of {parameter}: {}; of {PREDICTION}: {}. Are both numbered in the same way?",
        numbers(&unknown, classes),
        numbers(&labelled, classes),
        numbers(&predicted, classes),
    ))
}

/// Classes with their names, as far as there are.
fn numbers(values: &[u8], classes: &Classes) -> String {
    let text =
        |value: &u8| classes.names.get(value).map_or(value.to_string(), |name| format!("{value} {name}"));
    values.iter().map(text).collect::<Vec<_>>().join(", ")
}

/// A value that means nothing in the reference, but is a class of the prediction.
fn nodata_class(counted: &Counted, classes: &Classes, reference: &Reference) -> Option<String> {
    let nodata = reference.nodata()?;
    let class = super::classes::of(nodata as f32).ok()?;
    if !counted.is_predicted(class) || classes.is_ignored(nodata) {
        return None;
    }
    let parameter = reference.parameter();
    Some(format!(
        "{parameter} declares {class} to be nodata, so no pixel of it counts, but {PREDICTION} has the class {}. If it is one there, too, take the declaration away first, for example with gdal_edit.py -unsetnodata: {}",
        numbers(&[class], classes),
        reference.source()
    ))
}

/// Values that were to be ignored, but are not there.
fn never_met(counted: &Counted, classes: &Classes, reference: &Reference) -> Option<String> {
    let mut met = counted.met.clone();
    // A class that was predicted is left out of the mean IoU.
    let predicted = classes.ignored().into_iter().filter(|&class| counted.is_predicted(class));
    predicted.for_each(|class| met.number(f64::from(class)));
    let never = classes.never_met(&met);
    (!never.is_empty()).then(|| {
        format!(
            "IGNORE: what was compared of {} has no {}, so it changes nothing",
            reference.parameter(),
            never.join(", no ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        Grid::new([500_000.0, 10.0, 0.0, 5_300_000.0, 0.0, -10.0], 100, 100).unwrap()
    }

    fn remark(name: &'static str, [xmin, xmax, ymin, ymax]: [f64; 4], crs: &str) -> Option<String> {
        let extent = Extent { xmin, ymin, xmax, ymax };
        let place = Place { extent, crs: Crs::from_text(crs).unwrap(), name };
        of_place(&place, &grid(), &Crs::from_text("EPSG:32633").unwrap())
    }

    #[test]
    fn an_extent_mostly_elsewhere_is_doubted() {
        let swapped = [500_000.0, 5_299_000.0, 501_000.0, 5_300_000.0];
        let said = remark("EXTENT", swapped, "").unwrap();
        assert!(
            said.contains("100.0 %") && said.contains("xmin,xmax,ymin,ymax") && said.contains("EPSG:32633"),
            "{said}"
        );
        assert_eq!(remark("AREA: what the map shows", swapped, ""), None);
        for fine in [
            [500_000.0, 500_500.0, 5_299_500.0, 5_300_000.0],
            [499_000.0, 502_000.0, 5_298_000.0, 5_300_500.0],
        ] {
            assert_eq!(remark("EXTENT", fine, "EPSG:32633"), None, "{fine:?}");
        }
        // A point has no part that could lie outside.
        assert_eq!(remark("EXTENT", [500_005.0, 500_005.0, 5_299_005.0, 5_299_005.0], ""), None);
        assert!(remark("EXTENT", [14.0, 16.0, 47.0, 49.0], "EPSG:4326").is_some());
    }
}
