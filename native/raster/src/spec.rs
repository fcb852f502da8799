//! What a raster is to be.

use crate::Crs;
use crate::classes::Class;
use crate::creation::CreationOptions;
use gdal::cpl::CslStringList;
use gdal::{Dataset, Driver};
use grid::Grid;
use std::path::Path;

/// What a raster is to be.
#[derive(Debug, Clone)]
pub struct RasterSpec {
    /// Place and size.
    pub grid: Grid,
    /// Coordinate reference system.
    pub crs: Crs,
    /// The bands, in order.
    pub bands: Vec<BandSpec>,
    /// What a pixel is stored as.
    pub sample: SampleType,
    /// The value of pixels without a result, if there is one.
    pub nodata: Option<f64>,
    /// What the values of the first band mean where it is a class map; empty for any other raster. GeoTIFF wants whole
    /// numbers then, and no third band.
    pub classes: Vec<Class>,
    /// Dataset metadata, as key and value.
    pub metadata: Vec<(String, String)>,
    /// How the file is to be stored.
    pub creation: CreationOptions,
}

impl RasterSpec {
    /// Columns and rows.
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.grid.width_px(), self.grid.height_px())
    }
}

/// What a band is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BandSpec {
    /// Its name.
    pub description: String,
    /// Unit of its values, e.g. `dB` or `m`; empty for none.
    pub unit: String,
}

impl BandSpec {
    /// A band without a unit.
    #[must_use]
    pub fn named(description: impl Into<String>) -> Self {
        Self { description: description.into(), unit: String::new() }
    }
}

/// What a pixel is stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleType {
    /// A whole number from 0 to 255.
    Byte,
    /// The same as a part of a colour: between two of them lies a third.
    Colour,
    /// A whole number from 0 to 65535.
    UInt16,
    /// A 32-bit float.
    Float32,
}

impl SampleType {
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::Byte | Self::Colour => 1,
            Self::UInt16 => 2,
            Self::Float32 => 4,
        }
    }

    /// TIFF's number of the predictor that suits it.
    pub(crate) fn predictor(self) -> Option<u8> {
        match self {
            Self::Byte | Self::Colour => None,
            Self::UInt16 => Some(2),
            Self::Float32 => Some(3),
        }
    }

    /// How overviews are made, in GDAL's words. Other whole numbers are classes and tokens, between which nothing lies.
    pub(crate) fn resampling(self) -> &'static str {
        match self {
            Self::Byte | Self::UInt16 => "MODE",
            Self::Colour | Self::Float32 => "AVERAGE",
        }
    }

    /// A new dataset of this type.
    pub(crate) fn create(
        self,
        driver: &Driver,
        path: &Path,
        (width, height): (usize, usize),
        bands: usize,
        options: &CslStringList,
    ) -> gdal::errors::Result<Dataset> {
        match self {
            Self::Byte | Self::Colour => {
                driver.create_with_band_type_with_options::<u8, _>(path, width, height, bands, options)
            }
            Self::UInt16 => {
                driver.create_with_band_type_with_options::<u16, _>(path, width, height, bands, options)
            }
            Self::Float32 => {
                driver.create_with_band_type_with_options::<f32, _>(path, width, height, bands, options)
            }
        }
    }
}
