//! What a layer's bands say of themselves: which they are, and whether they are in another order.

use crate::plausibility::Finding;
use model::band_label;

/// Which of the described bands, from 0, is each of the wanted ones; nothing unless each is exactly one of them.
///
/// `wanted` are bands under TerraTorch's names; a description may be one of these or the product's (`NIR_NARROW`,
/// `B8A`), in any case, with or without the leading zero (`b8`).
pub(crate) fn places(modality: &str, wanted: &[String], described: &[&str]) -> Option<Vec<usize>> {
    let place = |band: &String| {
        let mut found = (0..described.len()).filter(|&index| is(modality, band, described[index]));
        found.next().filter(|_| found.next().is_none())
    };
    wanted.iter().map(place).collect()
}

/// Whether a description is that of a band.
fn is(modality: &str, band: &str, description: &str) -> bool {
    let description = description.trim().to_ascii_uppercase();
    let label = band_label(modality, band);
    [band, label].iter().any(|name| *name == description || name.replacen("B0", "B", 1) == description)
}

/// What is wrong with the order of bands, where all of them are described by names that the modality has.
pub(crate) fn finding(modality: &str, expected: &[String], described: &[&str]) -> Option<Finding> {
    let wanted: Vec<_> = expected.iter().map(|band| band_label(modality, band)).collect();
    let place = |description: &str| expected.iter().position(|band| is(modality, band, description));
    let places: Vec<usize> = described.iter().map(|d| place(d)).collect::<Option<_>>()?;
    if places.iter().copied().eq(0..wanted.len()) {
        return None;
    }
    Some(Finding::Warning(format!(
        "{modality}: the bands are described as {}, but {} are expected in this order; bring them into it, for example with Rearrange bands",
        described.join(", "),
        wanted.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Modality;

    fn found(modality: Modality, described: &[&str]) -> Option<String> {
        let expected: Vec<_> = modality.bands().iter().map(ToString::to_string).collect();
        finding(modality.name(), &expected, described).map(|finding| finding.message().to_owned())
    }

    #[test]
    fn the_right_order_under_any_name_and_unknown_names_are_left_alone() {
        let labels =
            ["B1", "b02", "B03", "B4", "B05", "B06", "B07", "NIR_BROAD", "b8a", "B9", "B11", "SWIR_2"];
        assert_eq!(found(Modality::S2L2A, &labels), None);
        assert_eq!(found(Modality::S1Grd, &["VV", "VH"]), None);
        assert_eq!(found(Modality::S1Grd, &["", ""]), None);
        assert_eq!(found(Modality::S1Grd, &["VH", "backscatter"]), None);
        assert_eq!(found(Modality::Rgb, &["red", "green", "blue"]), None);
    }

    #[test]
    fn another_order_is_told_with_the_right_one() {
        let message = found(Modality::S1Rtc, &["VH", "VV"]).unwrap();
        assert!(
            message.contains("S1RTC") && message.contains("VH, VV") && message.contains("VV, VH"),
            "{message}"
        );
        let mut labels = ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B09", "B8A", "B11", "B12"];
        let message = found(Modality::S2L2A, &labels).unwrap();
        assert!(message.contains("B08, B09, B8A") && message.contains("B08, B8A, B09"), "{message}");
        labels.swap(8, 9);
        assert_eq!(found(Modality::S2L2A, &labels), None);
    }
}
