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
