//! The model, and the layers that it takes.

use crate::Error;
use crate::description::{Kind, Parameter};
use crate::host::Context;
use crate::models::{self, MODEL};
use model::Modality;
use pipeline::plausibility::Finding;
use pipeline::{Inputs, Place};

pub(crate) fn model_parameter() -> Parameter {
    let suggestions = models::installed();
    Parameter::new(
        MODEL,
        "Model",
        "An installed model by its name, or the folder of a model pack. Import model installs one.",
        Kind::String { default: suggestions.first().cloned(), suggestions },
    )
}

pub(crate) fn image_parameter(modality: Modality) -> Parameter {
    let (label, help) = match modality {
        Modality::S2L2A => (
            "Sentinel-2 L2A",
            "12 bands B01 to B09, B8A, B11, B12 in TerraMind's order, as reflectance × 10,000 without the +1000 offset of newer products.",
        ),
        Modality::S2L1C => (
            "Sentinel-2 L1C",
            "13 bands B01 to B12 with B8A and B10, top of atmosphere, as reflectance × 10,000 without offset.",
        ),
        Modality::Rgb => ("RGB", "3 bands red, green, blue from 0 to 255."),
        Modality::S1Grd => ("Sentinel-1 GRD", "2 bands VV, VH in decibels."),
        Modality::S1Rtc => ("Sentinel-1 RTC", "2 bands VV, VH in decibels, terrain corrected."),
        Modality::Dem => ("DEM", "1 band, elevation in metres."),
    };
    Parameter::new(modality.name(), label, help, Kind::Raster).optional()
}

/// The modalities that models take through a tokenizer only.
pub(crate) fn token_parameters() -> [Parameter; 2] {
    [
        Parameter::new(
            "LULC",
            "Land cover (LULC)",
            "1 band, the class of each pixel: 0 no data, 1 water, 2 trees, 3 flooded vegetation, 4 crops, 5 built area, 6 bare ground, 7 snow/ice, 8 clouds, 9 rangeland. Other legends have to be reclassified first.",
            Kind::Raster,
        )
        .optional(),
        Parameter::new("NDVI", "NDVI", "1 band, vegetation index from -1 to 1.", Kind::Raster).optional(),
    ]
}

/// Warns of values that are unlikely to be what their modality means, and refuses those that cannot be.
pub(crate) fn judge(inputs: &Inputs, place: Option<&Place>, context: &Context) -> Result<(), Error> {
    for finding in inputs.findings(place)? {
        match finding {
            Finding::Warning(message) => context.host.warning(&message),
            Finding::Error(message) => return Err(Error::Implausible(message)),
        }
    }
    Ok(())
}
