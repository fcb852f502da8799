//! How rasters are stored.

use crate::Error;
use crate::description::{Kind, Parameter};
use crate::values::Values;
use raster::CreationOptions;

const CREATION_OPTIONS: &str = "CREATION_OPTIONS";

pub(crate) fn parameter() -> Parameter {
    Parameter::new(
        CREATION_OPTIONS,
        "Creation options",
        "How GeoTIFFs are stored, as options of GDAL's GeoTIFF driver with | between them, for example COMPRESS=ZSTD|ZSTD_LEVEL=15. Empty: DEFLATE without loss, blocks of 512 × 512 pixels, overviews, and the layout of Cloud Optimised GeoTIFFs.",
        Kind::String { default: None, suggestions: vec![] },
    )
    .optional()
    .advanced()
}

/// What was asked for, which GDAL must know; to be called before any work.
pub(crate) fn options(values: &Values) -> Result<CreationOptions, Error> {
    CreationOptions::parse(values.text(CREATION_OPTIONS).unwrap_or_default()).map_err(|error| match error {
        raster::Error::CreationOption { option, reason } => {
            Error::InvalidValue { name: CREATION_OPTIONS, value: option, expected: reason }
        }
        other => pipeline::Error::from(other).into(),
    })
}
