//! What can be rendered.

/// A kind of raster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Modality {
    /// Sentinel-2 at the surface: 12 bands, reflectance × 10,000, whole numbers.
    S2L2A,
    /// Sentinel-2 at the top of the atmosphere: 13 bands, the same unit.
    S2L1C,
    /// Red, green, blue, 0 to 255.
    Rgb,
    /// Sentinel-1 as it is detected: VV, VH in dB, with the effects of relief.
    S1Grd,
    /// Sentinel-1, terrain corrected: VV, VH in dB.
    S1Rtc,
    /// Elevation in metres.
    Dem,
    /// Land cover: the number of a [`crate::Class`]; clouds where they hide more than half.
    Lulc,
    /// NDVI of the rendered B08 and B04 of L2A.
    Ndvi,
    /// Land under a flood: 1, else 0; not hidden by clouds.
    Flood,
}

impl Modality {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::S2L2A,
        Self::S2L1C,
        Self::Rgb,
        Self::S1Grd,
        Self::S1Rtc,
        Self::Dem,
        Self::Lulc,
        Self::Ndvi,
        Self::Flood,
    ];

    /// The bands in order.
    #[must_use]
    pub fn bands(self) -> &'static [&'static str] {
        match self {
            Self::S2L2A => {
                &["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B11", "B12"]
            }
            Self::S2L1C => {
                &["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12"]
            }
            Self::Rgb => &["RED", "GREEN", "BLUE"],
            Self::S1Grd | Self::S1Rtc => &["VV", "VH"],
            Self::Dem => &["DEM"],
            Self::Lulc => &["LULC"],
            Self::Ndvi => &["NDVI"],
            Self::Flood => &["FLOOD"],
        }
    }
}
