//! The rasters of a scene: their parameters, files and styles.

use crate::description::{Kind, Parameter};
use crate::generate;
use crate::result::{Style, StyleClass};
use model::TokenModality;
use pipeline::products::{Product, land_cover_classes};
use raster::{BandSpec, Class, SampleType};
use synthetic::Modality;

/// One raster of a scene.
pub(super) struct SceneProduct {
    /// The parameter of its destination.
    pub name: &'static str,
    pub modality: Modality,
    /// What layers are called.
    pub title: &'static str,
    help: &'static str,
    pub sample: SampleType,
    unit: &'static str,
}

/// All of them, in the order of the dialog.
pub(super) const PRODUCTS: [SceneProduct; 9] = [
    SceneProduct {
        name: "OUTPUT_S2L2A",
        modality: Modality::S2L2A,
        title: "Sentinel-2 L2A",
        help: "12 bands, surface reflectance × 10,000.",
        sample: SampleType::UInt16,
        unit: "",
    },
    SceneProduct {
        name: "OUTPUT_S2L1C",
        modality: Modality::S2L1C,
        title: "Sentinel-2 L1C",
        help: "13 bands, top-of-atmosphere reflectance × 10,000, with haze and cirrus.",
        sample: SampleType::UInt16,
        unit: "",
    },
    SceneProduct {
        name: "OUTPUT_RGB",
        modality: Modality::Rgb,
        title: "RGB",
        help: "Red, green and blue from 0 to 255, stretched alike in all scenes.",
        sample: SampleType::Colour,
        unit: "",
    },
    SceneProduct {
        name: "OUTPUT_S1GRD",
        modality: Modality::S1Grd,
        title: "Sentinel-1 GRD",
        help: "VV and VH in decibels, with bright and dark slopes.",
        sample: SampleType::Float32,
        unit: "dB",
    },
    SceneProduct {
        name: "OUTPUT_S1RTC",
        modality: Modality::S1Rtc,
        title: "Sentinel-1 RTC",
        help: "VV and VH in decibels, terrain corrected.",
        sample: SampleType::Float32,
        unit: "dB",
    },
    SceneProduct {
        name: "OUTPUT_DEM",
        modality: Modality::Dem,
        title: "DEM",
        help: "Elevation in metres.",
        sample: SampleType::Float32,
        unit: "m",
    },
    SceneProduct {
        name: "OUTPUT_LULC",
        modality: Modality::Lulc,
        title: "land cover",
        help: "The true class of each pixel: 1 water, 2 trees, 3 flooded vegetation, 4 crops, 5 built area, 6 bare ground, 7 snow/ice, 8 clouds, 9 rangeland.",
        sample: SampleType::Byte,
        unit: "",
    },
    SceneProduct {
        name: "OUTPUT_NDVI",
        modality: Modality::Ndvi,
        title: "NDVI",
        help: "Vegetation index of the L2A bands, -1 to 1.",
        sample: SampleType::Float32,
        unit: "",
    },
    SceneProduct {
        name: "OUTPUT_FLOOD",
        modality: Modality::Flood,
        title: "flood",
        help: "1 for land under the flood, else 0. Permanent water is 0.",
        sample: SampleType::Byte,
        unit: "",
    },
];

impl SceneProduct {
    pub fn parameter(&self) -> Parameter {
        let label = match self.modality {
            Modality::Lulc => "Land cover (LULC)",
            Modality::Flood => "Flood",
            _ => self.title,
        };
        Parameter::new(self.name, label, self.help, Kind::RasterDestination { extension: "tif" }).optional()
    }

    pub fn bands(&self) -> Vec<BandSpec> {
        let description = |band: &str| match self.modality {
            Modality::Lulc => String::from("land cover class"),
            Modality::Flood => String::from("flood"),
            _ => band.to_owned(),
        };
        let bands = self.modality.bands().iter();
        bands.map(|band| BandSpec { description: description(band), unit: self.unit.to_owned() }).collect()
    }

    /// The classes of a map of classes.
    pub fn classes(&self) -> Vec<Class> {
        let class = |value, name: &str, colour| Class { value, name: name.to_owned(), colour };
        match self.modality {
            Modality::Lulc => land_cover_classes(),
            Modality::Flood => {
                vec![class(0, "no flood", [240, 240, 235]), class(1, "flood", [33, 102, 172])]
            }
            _ => Vec::new(),
        }
    }

    /// How a layer is drawn: as those that models generate.
    pub fn style(&self) -> Option<Style> {
        let like = |modality| generate::style(Product::Values(modality));
        match self.modality {
            Modality::S2L2A | Modality::S2L1C => like(TokenModality::S2L2A),
            Modality::Rgb => Some(Style::Multiband { bands: [1, 2, 3] }),
            Modality::S1Grd | Modality::S1Rtc => like(TokenModality::S1Grd),
            Modality::Dem => like(TokenModality::Dem),
            Modality::Lulc => like(TokenModality::Lulc),
            Modality::Ndvi => like(TokenModality::Ndvi),
            Modality::Flood => {
                let classes = self.classes().iter().map(StyleClass::of).collect();
                Some(Style::Paletted { band: 1, classes })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_modality_has_an_output_with_a_style() {
        for modality in Modality::ALL {
            let of_it: Vec<_> = PRODUCTS.iter().filter(|product| product.modality == modality).collect();
            assert_eq!(of_it.len(), 1, "{modality:?}");
            assert!(of_it[0].style().is_some() && of_it[0].parameter().optional);
        }
        // The bands are TerraMind's.
        for (product, modality) in [(0, model::Modality::S2L2A), (1, model::Modality::S2L1C)] {
            let labels = modality.bands().iter().map(|band| model::band_label(modality.name(), band));
            assert!(labels.eq(PRODUCTS[product].modality.bands().iter().copied()));
        }
    }
}
