//! The raw image modalities of TerraMind 1.0.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A kind of image that TerraMind takes as it is, without a tokenizer.
///
/// The order is that of [`Modality::ALL`]; [`crate::fixed_input`] depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Modality {
    /// Sentinel-2, surface reflectance.
    #[serde(rename = "S2L2A")]
    S2L2A,
    /// Sentinel-2, top-of-atmosphere reflectance.
    #[serde(rename = "S2L1C")]
    S2L1C,
    /// Red, green, blue as pictures have them.
    #[serde(rename = "RGB")]
    Rgb,
    /// Sentinel-1, ground range detected.
    #[serde(rename = "S1GRD")]
    S1Grd,
    /// Sentinel-1, radiometrically terrain corrected.
    #[serde(rename = "S1RTC")]
    S1Rtc,
    /// Elevation.
    #[serde(rename = "DEM")]
    Dem,
}

/// The channels of a modality.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Channels {
    /// The bands in the order of the channels.
    pub bands: &'static [&'static str],
    /// The mean of every channel in pre-training.
    pub mean: &'static [f64],
    /// The standard deviation of every channel in pre-training.
    pub std: &'static [f64],
    /// What a pixel's value, and mean and standard deviation, mean.
    pub unit: &'static str,
}

/// A modality that has channels.
pub trait HasChannels: Copy {
    /// Its channels.
    fn channels(self) -> Channels;
}

/// What is known of one modality.
struct Facts {
    name: &'static str,
    checkpoint_key: &'static str,
    unit: &'static str,
    bands: &'static [&'static str],
    mean: &'static [f64],
    std: &'static [f64],
}

impl Modality {
    /// All of them, in TerraTorch's order.
    pub const ALL: [Self; 6] = [Self::S2L2A, Self::S2L1C, Self::Rgb, Self::S1Grd, Self::S1Rtc, Self::Dem];

    /// The name that users and graphs use, such as `S1GRD`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// The modality of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|modality| modality.name() == name)
    }

    /// The name inside checkpoints, such as `untok_sen1grd@224`.
    #[must_use]
    pub fn checkpoint_key(self) -> &'static str {
        self.facts().checkpoint_key
    }

    /// The bands in the order of the channels, under TerraTorch's names.
    #[must_use]
    pub fn bands(self) -> &'static [&'static str] {
        self.facts().bands
    }

    /// The mean of every channel in pre-training, in [`Modality::unit`].
    #[must_use]
    pub fn mean(self) -> &'static [f64] {
        self.facts().mean
    }

    /// The standard deviation of every channel in pre-training, in [`Modality::unit`].
    #[must_use]
    pub fn std(self) -> &'static [f64] {
        self.facts().std
    }

    /// What a pixel's value means.
    #[must_use]
    pub fn unit(self) -> &'static str {
        self.facts().unit
    }

    /// The position in [`Modality::ALL`].
    pub(crate) fn index(self) -> usize {
        self as usize
    }

    fn facts(self) -> &'static Facts {
        &FACTS[self.index()]
    }
}

impl HasChannels for Modality {
    fn channels(self) -> Channels {
        Channels { bands: self.bands(), mean: self.mean(), std: self.std(), unit: self.unit() }
    }
}

impl fmt::Display for Modality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

const REFLECTANCE: &str = "reflectance × 10,000";

/// In the order of [`Modality::ALL`].
static FACTS: [Facts; 6] = [
    Facts {
        name: "S2L2A",
        checkpoint_key: "untok_sen2l2a@224",
        unit: REFLECTANCE,
        bands: &[
            "COASTAL_AEROSOL",
            "BLUE",
            "GREEN",
            "RED",
            "RED_EDGE_1",
            "RED_EDGE_2",
            "RED_EDGE_3",
            "NIR_BROAD",
            "NIR_NARROW",
            "WATER_VAPOR",
            "SWIR_1",
            "SWIR_2",
        ],
        mean: &[
            1390.458, 1503.317, 1718.197, 1853.91, 2199.1, 2779.975, 2987.011, 3083.234, 3132.22, 3162.988,
            2424.884, 1857.648,
        ],
        std: &[
            2106.761, 2141.107, 2038.973, 2134.138, 2085.321, 1889.926, 1820.257, 1871.918, 1753.829,
            1797.379, 1434.261, 1334.311,
        ],
    },
    Facts {
        name: "S2L1C",
        checkpoint_key: "untok_sen2l1c@224",
        unit: REFLECTANCE,
        bands: &[
            "COASTAL_AEROSOL",
            "BLUE",
            "GREEN",
            "RED",
            "RED_EDGE_1",
            "RED_EDGE_2",
            "RED_EDGE_3",
            "NIR_BROAD",
            "NIR_NARROW",
            "WATER_VAPOR",
            "CIRRUS",
            "SWIR_1",
            "SWIR_2",
        ],
        mean: &[
            2357.089, 2137.385, 2018.788, 2082.986, 2295.651, 2854.537, 3122.849, 3040.56, 3306.481,
            1473.847, 506.07, 2472.825, 1838.929,
        ],
        std: &[
            1624.683, 1675.806, 1557.708, 1833.702, 1823.738, 1733.977, 1732.131, 1679.732, 1727.26,
            1024.687, 442.165, 1331.411, 1160.419,
        ],
    },
    Facts {
        name: "RGB",
        checkpoint_key: "untok_sen2rgb@224",
        unit: "brightness, 0 to 255",
        bands: &["RED", "GREEN", "BLUE"],
        mean: &[87.271, 80.931, 66.667],
        std: &[58.767, 47.663, 42.631],
    },
    Facts {
        name: "S1GRD",
        checkpoint_key: "untok_sen1grd@224",
        unit: "dB",
        bands: &["VV", "VH"],
        mean: &[-12.599, -20.293],
        std: &[5.195, 5.890],
    },
    Facts {
        name: "S1RTC",
        checkpoint_key: "untok_sen1rtc@224",
        unit: "dB",
        bands: &["VV", "VH"],
        mean: &[-10.93, -17.329],
        std: &[4.391, 4.459],
    },
    Facts {
        name: "DEM",
        checkpoint_key: "untok_dem@224",
        unit: "m",
        bands: &["DEM"],
        mean: &[670.665],
        std: &[951.272],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_stand_at_their_modality() {
        for (index, modality) in Modality::ALL.into_iter().enumerate() {
            assert_eq!(modality.index(), index);
            assert_eq!(modality.bands().len(), modality.mean().len());
            assert_eq!(modality.bands().len(), modality.std().len());
            assert_eq!(Modality::from_name(modality.name()), Some(modality));
            assert_eq!(serde_json::to_value(modality).unwrap(), modality.name());
        }
        let channels = Modality::ALL.map(|modality| modality.bands().len());
        assert_eq!(channels, [12, 13, 3, 2, 2, 1]);
        assert_eq!(Modality::from_name("LULC"), None);
    }
}
