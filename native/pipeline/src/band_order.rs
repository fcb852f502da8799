//! What a layer's bands say of themselves: which they are, and whether they are in another order.

use crate::plausibility::Finding;
use model::{Modality, band_aliases, band_label};
use raster::Layer;

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

/// Whether a description is that of a band: its name, one of its other names, or a text in which its product's name
/// stands alone, as in "B4, central wavelength 665 nm" and `Sigma0_VH_db`.
fn is(modality: &str, band: &str, description: &str) -> bool {
    let description = description.trim().to_ascii_uppercase().replace(['-', ' '], "_");
    let label = band_label(modality, band);
    let spellings = [band, label].into_iter().chain(band_aliases(modality, band).iter().copied());
    if spellings.map(without_zero).any(|name| name == without_zero(&description)) {
        return true;
    }
    let mut words = description.split(|character: char| !character.is_ascii_alphanumeric());
    let is_label = |word: &str| labels(modality).any(|label| without_zero(label) == without_zero(word));
    let labels: Vec<_> = words.by_ref().filter(|word| is_label(word)).collect();
    // Two of them are an index or a ratio.
    matches!(labels[..], [one] if without_zero(one) == without_zero(label))
}

/// `B4` for `B04`.
fn without_zero(name: &str) -> String {
    name.strip_prefix("B0").map_or_else(|| name.to_owned(), |number| format!("B{number}"))
}

/// The products' names of a modality's bands, which mean nothing else in a text.
fn labels(modality: &str) -> impl Iterator<Item = &'static str> {
    let modality = Modality::from_name(modality).filter(|modality| *modality != Modality::Rgb);
    let bands = modality.map(Modality::bands).unwrap_or_default();
    // A model that continues S2L2A may take cirrus, too.
    let all = if bands.len() > 2 { Modality::S2L1C.bands() } else { bands };
    all.iter().map(|band| band_label(Modality::S2L1C.name(), band))
}

/// So many bands of a raster are listed in a message.
const LISTED: usize = 20;

/// The bands of a layer, in words: number in the file and description of each.
pub(crate) fn listed(layer: &Layer) -> String {
    let bands: Vec<_> = layer.bands_in_file().zip(layer.band_descriptions()).collect();
    in_words(&bands)
}

fn in_words(bands: &[(usize, &str)]) -> String {
    if bands.iter().all(|(_, description)| description.trim().is_empty()) {
        return String::from("unnamed");
    }
    let band = |(number, description): &(usize, &str)| match description.trim() {
        "" => format!("{number} unnamed"),
        named => format!("{number} {named}"),
    };
    let shown: Vec<_> = bands.iter().take(LISTED).map(band).collect();
    let more =
        if bands.len() > LISTED { format!(" and {} more", bands.len() - LISTED) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// What is wrong with the order of bands, where a description says that it is another band than the one at its place.
pub(crate) fn finding(modality: &str, expected: &[String], described: &[&str]) -> Option<Finding> {
    let places = places_of(modality, expected, described);
    let wrong = places.iter().enumerate().any(|(index, place)| place.is_some_and(|place| place != index));
    if !wrong {
        return None;
    }
    let wanted: Vec<_> = expected.iter().map(|band| band_label(modality, band)).collect();
    Some(Finding::Warning(format!(
        "{modality}: the bands are described as {}, but {} are expected in this order; bring them into it, for example with Rearrange bands, or say by BANDS which they are",
        described.join(", "),
        wanted.join(", ")
    )))
}

/// Whether bands in this order would be others than their descriptions say.
pub(crate) fn contradicts(modality: &str, order: &[String], described: &[&str]) -> bool {
    finding(modality, order, described).is_some()
}

/// Which of the bands each description is of, if it is of any.
fn places_of(modality: &str, bands: &[String], described: &[&str]) -> Vec<Option<usize>> {
    let place = |description: &&str| bands.iter().position(|band| is(modality, band, description));
    described.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(found(Modality::S1Grd, &["VV", "backscatter"]), None);
        assert_eq!(found(Modality::Rgb, &["red", "green", "blue"]), None);
    }

    #[test]
    fn bands_are_known_by_the_names_that_products_and_tools_give_them() {
        let band = |modality: Modality, description: &str| {
            let known = modality.bands().iter().find(|band| is(modality.name(), band, description));
            known.map(|band| band_label(modality.name(), band))
        };
        for (description, label) in [
            ("B4, central wavelength 665 nm", "B04"),
            ("B8A (20 m)", "B8A"),
            ("red", "B04"),
            ("rededge1", "B05"),
            ("Vegetation Red Edge 1", "B05"),
            ("nir", "B08"),
            ("nir08", "B8A"),
            ("swir16", "B11"),
            ("SWIR 2", "B12"),
            ("coastal", "B01"),
            ("T33UVR_20200801T100031_B02_10m", "B02"),
        ] {
            assert_eq!(band(Modality::S2L2A, description), Some(label), "{description}");
        }
        for nothing in ["B04 / B08", "B99", "SCL", "", "AOT"] {
            assert_eq!(band(Modality::S2L2A, nothing), None, "{nothing}");
        }
        assert_eq!(band(Modality::S1Grd, "Sigma0_VH_db"), Some("VH"));
        assert_eq!(band(Modality::S1Rtc, "gamma0-vv"), Some("VV"));
        assert_eq!(band(Modality::S1Grd, "VV/VH"), None);
        assert_eq!(band(Modality::Rgb, "Red"), Some("RED"));
    }

    #[test]
    fn bands_are_listed_with_their_numbers_and_names() {
        assert_eq!(in_words(&[(1, "VV"), (2, " "), (4, "angle")]), "1 VV, 2 unnamed, 4 angle");
        assert_eq!(in_words(&[(1, ""), (2, "")]), "unnamed");
        let many: Vec<_> = (1..=64).map(|number| (number, "A")).collect();
        assert!(in_words(&many).ends_with("19 A, 20 A and 44 more"));
    }

    #[test]
    fn one_description_that_contradicts_its_place_is_enough() {
        assert!(found(Modality::S1Grd, &["VH", "backscatter"]).is_some());
        let mut labels = [""; 12];
        (labels[1], labels[3]) = ("B04", "B02");
        assert!(found(Modality::S2L2A, &labels).is_some());
        (labels[1], labels[3]) = ("B02", "B04");
        assert_eq!(found(Modality::S2L2A, &labels), None);
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
