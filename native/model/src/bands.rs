//! What analysts call the bands of Sentinel-2.

/// TerraTorch's names and the products'.
const SENTINEL_2: [(&str, &str); 13] = [
    ("COASTAL_AEROSOL", "B01"),
    ("BLUE", "B02"),
    ("GREEN", "B03"),
    ("RED", "B04"),
    ("RED_EDGE_1", "B05"),
    ("RED_EDGE_2", "B06"),
    ("RED_EDGE_3", "B07"),
    ("NIR_BROAD", "B08"),
    ("NIR_NARROW", "B8A"),
    ("WATER_VAPOR", "B09"),
    ("CIRRUS", "B10"),
    ("SWIR_1", "B11"),
    ("SWIR_2", "B12"),
];

/// What STAC, Earth Engine and ESA's handbook call the bands of Sentinel-2, in capitals with underscores. `NIR` alone
/// is the broad one, as in STAC.
const ALIASES: [(&str, &[&str]); 13] = [
    ("COASTAL_AEROSOL", &["COASTAL", "AEROSOL", "AEROSOLS", "ULTRA_BLUE"]),
    ("BLUE", &[]),
    ("GREEN", &[]),
    ("RED", &[]),
    ("RED_EDGE_1", &["REDEDGE1", "REDEDGE071", "RED_EDGE1", "VEGETATION_RED_EDGE_1", "RE1"]),
    ("RED_EDGE_2", &["REDEDGE2", "REDEDGE075", "RED_EDGE2", "VEGETATION_RED_EDGE_2", "RE2"]),
    ("RED_EDGE_3", &["REDEDGE3", "REDEDGE078", "RED_EDGE3", "VEGETATION_RED_EDGE_3", "RE3"]),
    ("NIR_BROAD", &["NIR", "NIR1"]),
    ("NIR_NARROW", &["NIR08", "NARROW_NIR", "NIR2", "RED_EDGE_4", "REDEDGE4"]),
    ("WATER_VAPOR", &["NIR09", "WATER_VAPOUR", "WVP"]),
    ("CIRRUS", &["SWIR_CIRRUS"]),
    ("SWIR_1", &["SWIR16", "SWIR1"]),
    ("SWIR_2", &["SWIR22", "SWIR2"]),
];

/// Other names of a band of Sentinel-2, in capitals with underscores; none of other modalities' bands.
#[must_use]
pub fn band_aliases(modality: &str, band: &str) -> &'static [&'static str] {
    if !matches!(modality, "S2L2A" | "S2L1C") {
        return &[];
    }
    ALIASES.iter().find(|(name, _)| *name == band).map_or(&[], |(_, aliases)| aliases)
}

/// What to call a band of a modality in messages and files: `B08` for `NIR_BROAD` of `S2L2A`; others keep their name.
///
/// ```
/// assert_eq!(model::band_label("S2L2A", "NIR_NARROW"), "B8A");
/// assert_eq!(model::band_label("RGB", "RED"), "RED");
/// ```
#[must_use]
pub fn band_label<'a>(modality: &str, band: &'a str) -> &'a str {
    if !matches!(modality, "S2L2A" | "S2L1C") {
        return band;
    }
    SENTINEL_2.iter().find(|(name, _)| *name == band).map_or(band, |(_, label)| label)
}
