//! What a layer's numbers mean, and how they become what models know.

use super::LayerModality;
use model::{Modality, TokenModality};
use raster::{Pixels, Scale};

/// What the numbers of a layer mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// What models were trained on: reflectance × 10,000, decibels, 0 to 255, metres.
    Usual,
    /// Sentinel-2: reflectance × 10,000 with 1000 added, as in products since 2022-01-25 (baseline 04.00).
    Raised,
    /// Sentinel-2: reflectance from 0 to 1.
    Reflectance,
    /// Sentinel-1: power, as a ratio (σ⁰ or γ⁰); dB is 10 · log₁₀ of it.
    Power,
    /// Pictures: 0 to 65,535.
    SixteenBit,
    /// Pictures: 0 to 1.
    Brightness,
}

/// What is added to [`Unit::Raised`].
pub(crate) const RAISED_BY: f64 = 1000.0;

impl Unit {
    /// A number in the unit that models know; nothing where there is none.
    fn usual(self, value: f64) -> Option<f64> {
        match self {
            Self::Usual => Some(value),
            Self::Raised => Some(value - RAISED_BY),
            Self::Reflectance => Some(value * 10_000.0),
            Self::Power => (value > 0.0).then(|| 10.0 * value.log10()),
            // 65,535 = 257 · 255
            Self::SixteenBit => Some(value / 257.0),
            Self::Brightness => Some(value * 255.0),
        }
    }

    /// What it is, in words.
    pub(crate) fn words(self, quantity: Quantity) -> &'static str {
        match self {
            Self::Usual => quantity.usual(),
            Self::Raised => "reflectance × 10,000 with 1000 added, which is taken off",
            Self::Reflectance => "reflectance from 0 to 1, which is multiplied by 10,000",
            Self::Power => "power, which becomes decibels",
            Self::SixteenBit => "a picture of 16 bit, which becomes 0 to 255",
            Self::Brightness => "brightness from 0 to 1, which becomes 0 to 255",
        }
    }
}

/// The parameter of Sentinel-2's unit.
pub const S2_UNITS: &str = "S2_UNITS";
/// The parameter of Sentinel-1's unit.
pub const S1_UNITS: &str = "S1_UNITS";
/// The parameter of the unit of pictures.
pub const RGB_UNITS: &str = "RGB_UNITS";

/// What kind of numbers a modality has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Sentinel-2.
    Reflectance,
    /// Sentinel-1.
    Backscatter,
    /// RGB.
    Picture,
    /// Elevation.
    Elevation,
    /// Everything else, which comes in one unit.
    Other,
}

impl Quantity {
    /// That of a modality.
    #[must_use]
    pub fn of(modality: LayerModality) -> Self {
        match modality {
            LayerModality::Image(Modality::S2L2A | Modality::S2L1C)
            | LayerModality::Tokens(TokenModality::S2L2A) => Self::Reflectance,
            LayerModality::Image(Modality::S1Grd | Modality::S1Rtc)
            | LayerModality::Tokens(TokenModality::S1Grd | TokenModality::S1Rtc) => Self::Backscatter,
            LayerModality::Image(Modality::Rgb) => Self::Picture,
            LayerModality::Image(Modality::Dem) | LayerModality::Tokens(TokenModality::Dem) => {
                Self::Elevation
            }
            LayerModality::Tokens(TokenModality::Lulc | TokenModality::Ndvi) | LayerModality::Own(_) => {
                Self::Other
            }
        }
    }

    /// The parameter that says the unit; none where there is nothing to choose.
    #[must_use]
    pub fn parameter(self) -> Option<&'static str> {
        match self {
            Self::Reflectance => Some(S2_UNITS),
            Self::Backscatter => Some(S1_UNITS),
            Self::Picture => Some(RGB_UNITS),
            Self::Elevation | Self::Other => None,
        }
    }

    /// The unit of pre-training.
    fn usual(self) -> &'static str {
        match self {
            Self::Reflectance => "reflectance × 10,000",
            Self::Backscatter => "decibels",
            Self::Picture => "0 to 255",
            Self::Elevation => "metres",
            Self::Other => "what they are",
        }
    }
}

/// How the numbers of one raster become those that models know.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Conversion {
    /// What each band declares its numbers to stand for; empty where none does.
    scales: Vec<Scale>,
    /// The unit of what they stand for.
    pub unit: Unit,
}

impl Conversion {
    /// Numbers are taken as they are.
    pub const NONE: Self = Self { scales: Vec::new(), unit: Unit::Usual };

    pub fn new(scales: Vec<Scale>, unit: Unit) -> Self {
        let declared = scales.iter().any(|scale| *scale != Scale::NONE);
        Self { scales: if declared { scales } else { Vec::new() }, unit }
    }

    /// Whether the raster declares a scale or an offset.
    pub fn is_scaled(&self) -> bool {
        !self.scales.is_empty()
    }

    /// A number of a band, counted from 0.
    pub fn value(&self, band: usize, value: f32) -> Option<f64> {
        let value = f64::from(value);
        let scale = self.scales.get(band).copied().unwrap_or(Scale::NONE);
        self.unit.usual(if scale == Scale::NONE { value } else { scale.factor * value + scale.offset })
    }

    /// Whether all numbers of a band, counted from 0, are what models know already.
    pub fn takes_as_it_is(&self, band: usize) -> bool {
        self.unit == Unit::Usual && self.scales.get(band).is_none_or(|scale| *scale == Scale::NONE)
    }

    /// Marks the pixels of `bands` bands that have no number.
    pub fn mark(&self, pixels: &mut Pixels, bands: usize) {
        if self.unit != Unit::Power {
            return;
        }
        let size = pixels.values.len() / bands.max(1);
        for (at, (value, valid)) in pixels.values.iter().zip(&mut pixels.valid).enumerate() {
            *valid &= self.value(at / size, *value).is_some();
        }
    }

    /// All pixels of `bands` bands; those without a number are not valid afterwards.
    pub fn pixels(&self, mut pixels: Pixels, bands: usize) -> Pixels {
        if *self == Self::NONE {
            return pixels;
        }
        let size = pixels.values.len() / bands.max(1);
        for (at, (value, valid)) in pixels.values.iter_mut().zip(&mut pixels.valid).enumerate() {
            match self.value(at / size, *value) {
                Some(usual) => *value = usual as f32,
                None => *valid = false,
            }
        }
        pixels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_becomes_the_usual_one() {
        for (unit, value, usual) in [
            (Unit::Usual, 1234.0, Some(1234.0)),
            (Unit::Raised, 1234.0, Some(234.0)),
            (Unit::Reflectance, 0.25, Some(2500.0)),
            (Unit::Power, 0.01, Some(-20.0)),
            (Unit::Power, 0.0, None),
            (Unit::SixteenBit, 65_535.0, Some(255.0)),
            (Unit::Brightness, 0.5, Some(127.5)),
        ] {
            assert_eq!(unit.usual(value), usual, "{unit:?}");
        }
    }

    #[test]
    fn declared_scales_come_first_and_what_has_no_number_is_not_valid() {
        let scales = vec![Scale { factor: 0.0001, offset: -0.1 }, Scale::NONE];
        let conversion = Conversion::new(scales, Unit::Reflectance);
        assert!((conversion.value(0, 3000.0).unwrap() - 2000.0).abs() < 1e-9);
        assert_eq!(conversion.value(1, 0.5), Some(5000.0));
        let pixels = Pixels { values: vec![0.1, 0.0], valid: vec![true; 2] };
        let decibels = Conversion::new(vec![Scale::NONE], Unit::Power).pixels(pixels, 1);
        assert_eq!((decibels.values[0], decibels.valid), (-10.0, vec![true, false]));
    }
}
