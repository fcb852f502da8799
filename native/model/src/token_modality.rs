//! The modalities of TerraMind 1.0 that have a tokenizer.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::modality::Channels;
use crate::{HasChannels, Modality};

/// A kind of image that TerraMind reads and writes as token ids, one per patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TokenModality {
    /// Sentinel-2, surface reflectance.
    #[serde(rename = "S2L2A")]
    S2L2A,
    /// Sentinel-1, ground range detected.
    #[serde(rename = "S1GRD")]
    S1Grd,
    /// Sentinel-1, radiometrically terrain corrected.
    #[serde(rename = "S1RTC")]
    S1Rtc,
    /// Elevation.
    #[serde(rename = "DEM")]
    Dem,
    /// Land use and land cover: ESRI's ten classes, one channel each.
    #[serde(rename = "LULC")]
    Lulc,
    /// The normalised difference vegetation index.
    #[serde(rename = "NDVI")]
    Ndvi,
}

/// ESRI's ten classes in the order of their numbers, from 0.
const CLASSES: [&str; 10] = [
    "no data",
    "water",
    "trees",
    "flooded vegetation",
    "crops",
    "built area",
    "bare ground",
    "snow/ice",
    "clouds",
    "rangeland",
];

impl TokenModality {
    /// All of them, in TerraTorch's order.
    pub const ALL: [Self; 6] = [Self::S2L2A, Self::S1Grd, Self::S1Rtc, Self::Dem, Self::Lulc, Self::Ndvi];

    /// The name that users and graphs use, such as `LULC`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::S2L2A => "S2L2A",
            Self::S1Grd => "S1GRD",
            Self::S1Rtc => "S1RTC",
            Self::Dem => "DEM",
            Self::Lulc => "LULC",
            Self::Ndvi => "NDVI",
        }
    }

    /// The modality of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|modality| modality.name() == name)
    }

    /// The file that its tokenizer was published as, such as `TerraMind_Tokenizer_LULC.pt`.
    #[must_use]
    pub fn published_file(self) -> String {
        format!("TerraMind_Tokenizer_{}.pt", self.name())
    }

    /// The name inside checkpoints of encoder-decoders, such as `tok_sen1grd@224`.
    #[must_use]
    pub fn checkpoint_key(self) -> &'static str {
        match self {
            Self::S2L2A => "tok_sen2l2a@224",
            Self::S1Grd => "tok_sen1grd@224",
            Self::S1Rtc => "tok_sen1rtc@224",
            Self::Dem => "tok_dem@224",
            Self::Lulc => "tok_lulc@224",
            Self::Ndvi => "tok_ndvi@224",
        }
    }

    /// The modality that TerraMind also takes as it is, without a tokenizer.
    #[must_use]
    pub fn image(self) -> Option<Modality> {
        match self {
            Self::S2L2A => Some(Modality::S2L2A),
            Self::S1Grd => Some(Modality::S1Grd),
            Self::S1Rtc => Some(Modality::S1Rtc),
            Self::Dem => Some(Modality::Dem),
            Self::Lulc | Self::Ndvi => None,
        }
    }

    /// Its channels, with the mean and the standard deviation of pre-training.
    #[must_use]
    pub fn channels(self) -> Channels {
        match (self, self.image()) {
            (_, Some(image)) => image.channels(),
            (Self::Ndvi, None) => {
                Channels { bands: &["NDVI"], mean: &[0.327], std: &[0.322], unit: "index, -1 to 1" }
            }
            // Classes are not standardised.
            (_, None) => Channels {
                bands: &CLASSES,
                mean: &[0.0; CLASSES.len()],
                std: &[1.0; CLASSES.len()],
                unit: "1 for the class of the pixel, 0 for the others",
            },
        }
    }

    /// How many values each number of a code can have.
    #[must_use]
    pub fn levels(self) -> &'static [u16] {
        match self {
            Self::Lulc => &[7, 5, 5, 5, 5],
            _ => &[8, 8, 8, 6, 5],
        }
    }

    /// How many token ids there are.
    #[must_use]
    pub fn vocabulary(self) -> usize {
        self.levels().iter().map(|&levels| usize::from(levels)).product()
    }
}

impl HasChannels for TokenModality {
    fn channels(self) -> Channels {
        self.channels()
    }
}

impl fmt::Display for TokenModality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_terratorchs() {
        let vocabularies = TokenModality::ALL.map(TokenModality::vocabulary);
        assert_eq!(vocabularies, [15360, 15360, 15360, 15360, 4375, 15360]);
        for modality in TokenModality::ALL {
            let Channels { bands, mean, std, .. } = modality.channels();
            assert_eq!((bands.len(), bands.len()), (mean.len(), std.len()));
            assert_eq!(TokenModality::from_name(modality.name()), Some(modality));
            assert_eq!(serde_json::to_value(modality).unwrap(), modality.name());
            assert!(modality.image().is_none_or(|image| image.name() == modality.name()));
        }
        assert_eq!(TokenModality::ALL.map(|modality| modality.channels().bands.len()), [12, 2, 2, 1, 10, 1]);
        assert_eq!(TokenModality::from_name("RGB"), None);
        assert_eq!(TokenModality::S1Rtc.published_file(), "TerraMind_Tokenizer_S1RTC.pt");
    }
}
