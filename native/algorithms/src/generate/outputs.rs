//! The outputs of a generation: their parameters, their places in a project, and what they say about themselves.

use crate::description::{Geometry, Kind, Parameter};
use crate::result::{Range, Style, StyleClass};
use model::TokenModality as M;
use pipeline::products::{Product, land_cover_classes};

/// Every output with the name of its parameter, in the order of the dialog.
pub(super) const OUTPUTS: [(&str, Product); 16] = [
    ("OUTPUT_S2L2A", Product::Values(M::S2L2A)),
    ("OUTPUT_S1GRD", Product::Values(M::S1Grd)),
    ("OUTPUT_S1RTC", Product::Values(M::S1Rtc)),
    ("OUTPUT_DEM", Product::Values(M::Dem)),
    ("OUTPUT_LULC", Product::Values(M::Lulc)),
    ("OUTPUT_NDVI", Product::Values(M::Ndvi)),
    ("OUTPUT_COORDINATES", Product::Coordinates),
    ("OUTPUT_LULC_PROBABILITIES", Product::Probabilities),
    ("OUTPUT_TOKENS", Product::Tokens),
    ("OUTPUT_ENTROPY", Product::Entropy),
    ("OUTPUT_S2L2A_UNCERTAINTY", Product::Uncertainty(M::S2L2A)),
    ("OUTPUT_S1GRD_UNCERTAINTY", Product::Uncertainty(M::S1Grd)),
    ("OUTPUT_S1RTC_UNCERTAINTY", Product::Uncertainty(M::S1Rtc)),
    ("OUTPUT_DEM_UNCERTAINTY", Product::Uncertainty(M::Dem)),
    ("OUTPUT_LULC_UNCERTAINTY", Product::Uncertainty(M::Lulc)),
    ("OUTPUT_NDVI_UNCERTAINTY", Product::Uncertainty(M::Ndvi)),
];

/// The parameter of an output.
pub(super) fn parameter(name: &'static str, product: Product) -> Parameter {
    let (label, help) = texts(product);
    let kind = if product == Product::Coordinates {
        Kind::VectorDestination { extension: "gpkg", geometry: Geometry::Point }
    } else {
        Kind::RasterDestination { extension: "tif" }
    };
    let parameter = Parameter::new(name, label, help, kind).optional();
    match product {
        Product::Values(_) | Product::Coordinates => parameter,
        _ => parameter.advanced(),
    }
}

fn texts(product: Product) -> (&'static str, &'static str) {
    const SPREAD: &str = "How far the members of an ensemble are apart: their standard deviation in the unit of the result, one band each. Needs ENSEMBLE of at least 2.";
    match product {
        Product::Values(M::S2L2A) => ("Generated Sentinel-2 L2A", "12 bands, reflectance × 10,000."),
        Product::Values(M::S1Grd) => ("Generated Sentinel-1 GRD", "VV and VH in decibels."),
        Product::Values(M::S1Rtc) => {
            ("Generated Sentinel-1 RTC", "VV and VH in decibels, as if terrain corrected.")
        }
        Product::Values(M::Dem) => (
            "Generated DEM",
            "Metres. Shows what relief the model imagines: in the TerraMind paper it is wrong by 216 m on average from Sentinel-2. Never use it as elevation.",
        ),
        Product::Values(M::Lulc) => (
            "Generated land cover (LULC)",
            "The class of each pixel: 0 no data, 1 water, 2 trees, 3 flooded vegetation, 4 crops, 5 built area, 6 bare ground, 7 snow/ice, 8 clouds, 9 rangeland.",
        ),
        Product::Values(M::Ndvi) => ("Generated NDVI", "Vegetation index, -1 to 1."),
        Product::Coordinates => (
            "Guessed coordinates",
            "Where the model takes each tile to be, to quarters of a degree: points with the place of the tile beside.",
        ),
        Product::Probabilities => (
            "Probabilities of the land cover classes",
            "Ten bands from 0 to 1. They are the model's own, not calibrated. Of an ensemble the mean, whose largest need not be the class that most members vote for.",
        ),
        Product::Confidence => ("Confidence", "The probability of the land cover class, 0 to 1."),
        Product::Tokens => (
            "Tokens",
            "What was predicted before it became pixels: one whole number per patch of 16 × 16 pixels, one band per modality (of an ensemble the first member's).",
        ),
        Product::Entropy => (
            "Entropy of the tokens",
            "How undecided the model was in each patch, in bits: 0 is certain, 13.9 (LULC 12.1) is no idea at all. One band per modality.",
        ),
        Product::Uncertainty(M::S2L2A) => ("Uncertainty of Sentinel-2 L2A", SPREAD),
        Product::Uncertainty(M::S1Grd) => ("Uncertainty of Sentinel-1 GRD", SPREAD),
        Product::Uncertainty(M::S1Rtc) => ("Uncertainty of Sentinel-1 RTC", SPREAD),
        Product::Uncertainty(M::Dem) => ("Uncertainty of the DEM", SPREAD),
        Product::Uncertainty(M::Lulc) => (
            "Uncertainty of the land cover",
            "The share of an ensemble's members that see another class, 0 to 1 (blended where windows overlap). Needs ENSEMBLE of at least 2.",
        ),
        Product::Uncertainty(M::Ndvi) => ("Uncertainty of the NDVI", SPREAD),
    }
}

/// What a layer is called in a project: nobody should take it for a measurement.
pub(crate) fn layer_name(product: Product, verb: &str, model: &str) -> String {
    match product {
        Product::Values(M::Lulc) => format!("{verb} land cover ({model})"),
        Product::Values(modality) => format!("{verb} {modality} ({model})"),
        Product::Uncertainty(M::Lulc) => format!("Uncertainty of {} land cover ({model})", lower(verb)),
        Product::Uncertainty(modality) => format!("Uncertainty of {} {modality} ({model})", lower(verb)),
        Product::Probabilities => format!("Probabilities of {} land cover ({model})", lower(verb)),
        Product::Confidence => format!("Confidence of {} land cover ({model})", lower(verb)),
        Product::Tokens => format!("Tokens ({model})"),
        Product::Entropy => format!("Entropy of the tokens ({model})"),
        Product::Coordinates => format!("Guessed coordinates ({model})"),
    }
}

fn lower(verb: &str) -> String {
    verb.to_lowercase()
}

/// How a layer is drawn; nothing where QGIS's own way is right.
pub(crate) fn style(product: Product) -> Option<Style> {
    let from_data = Range::default();
    let between = |minimum, maximum| Range { minimum: Some(minimum), maximum: Some(maximum) };
    let ramp = |ramp, range| Style::Ramp { band: 1, ramp, invert: false, range };
    Some(match product {
        // Natural colour: B04, B03, B02.
        Product::Values(M::S2L2A) => Style::Multiband { bands: [4, 3, 2] },
        // What land and water scatter back in VV, in decibels.
        Product::Values(M::S1Grd | M::S1Rtc) => Style::Gray { band: 1, range: between(-25.0, 0.0) },
        Product::Values(M::Dem) => ramp("Viridis", from_data),
        Product::Values(M::Lulc) => {
            Style::Paletted { band: 1, classes: land_cover_classes().iter().map(StyleClass::of).collect() }
        }
        Product::Values(M::Ndvi) => ramp("RdYlGn", between(-0.2, 0.9)),
        // Built area, trees, water.
        Product::Probabilities => Style::Multiband { bands: [6, 3, 2] },
        // No class of ten can be the likeliest with less.
        Product::Confidence => ramp("Viridis", between(0.1, 1.0)),
        Product::Uncertainty(M::Lulc) => ramp("Magma", between(0.0, 1.0)),
        Product::Uncertainty(_) | Product::Entropy => ramp("Magma", from_data),
        Product::Tokens | Product::Coordinates => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_output_has_a_name_of_its_own_that_tells_the_modality() {
        for (index, (name, product)) in OUTPUTS.iter().enumerate() {
            assert!(OUTPUTS[..index].iter().all(|(other, p)| other != name && p != product), "{name}");
            if let Product::Values(modality) = product {
                assert_eq!(*name, format!("OUTPUT_{modality}"));
            }
            if let Product::Uncertainty(modality) = product {
                assert_eq!(*name, format!("OUTPUT_{modality}_UNCERTAINTY"));
            }
            assert!(parameter(name, *product).optional);
        }
    }
}
