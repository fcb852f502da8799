//! Known answers: what a model said to a fixed input when it was imported.
//!
//! A pack that later gives another answer was damaged, or runs on a processor or provider that computes
//! something else. The input is a formula of whole numbers, so that every machine makes the same one.

use serde::{Deserialize, Serialize};

use crate::{Modality, TokenModality, digest};

/// How far a statistic may be off, in standard deviations of the known answer.
const TOLERANCE: f64 = 1e-3;

/// The input `[1, channel, y, x]` of a known answer, already standardised: values in -2 … 2.
///
/// With `i` the flat index and `m` the position in [`Modality::ALL`], the value is
/// `u / 2³² · 4 − 2` where `u = ( i · 2654435761 + ( m + 1 ) · 40503 ) mod 2³²`.
#[must_use]
pub fn fixed_input(modality: Modality, height_px: usize, width_px: usize) -> Vec<f32> {
    let count = modality.bands().len() * height_px * width_px;
    spread(scrambled(modality.index() as u32, count))
}

/// The same `[1, channel, y, x]` for a tokenizer. NDVI has the place 7 after the modalities of
/// [`Modality::ALL`]; in LULC's, where it has the place 6, a pixel is of the class `⌊ u · 10 / 2³² ⌋`.
#[must_use]
pub fn fixed_image(modality: TokenModality, height_px: usize, width_px: usize) -> Vec<f32> {
    let pixels = height_px * width_px;
    match modality {
        TokenModality::Lulc => {
            let classes = modality.channels().bands.len();
            let of_pixels = choices(scrambled(6, pixels), classes);
            let is = |class: i64| of_pixels.iter().map(move |&found| f32::from(u8::from(found == class)));
            (0..classes as i64).flat_map(is).collect()
        }
        TokenModality::Ndvi => spread(scrambled(7, pixels)),
        _ => modality.image().map_or_else(Vec::new, |image| fixed_input(image, height_px, width_px)),
    }
}

/// The inputs of a fine-tuned model: `count` values as in [`fixed_input`], with `m` = 16 plus the place of the
/// modality among the model's.
#[must_use]
pub fn fixed_values(place: usize, count: usize) -> Vec<f32> {
    spread(scrambled(16 + place as u32, count))
}

/// The token ids of a known answer: `⌊ u · vocabulary / 2³² ⌋` with the `u` of [`fixed_input`] at `m` = 8.
#[must_use]
pub fn fixed_tokens(vocabulary: usize, count: usize) -> Vec<i64> {
    choices(scrambled(8, count), vocabulary)
}

/// The numbers `u`.
fn scrambled(place: u32, count: usize) -> impl Iterator<Item = u32> {
    let start = (place + 1).wrapping_mul(40503);
    (0..count).map(move |index| (index as u32).wrapping_mul(2_654_435_761).wrapping_add(start))
}

fn spread(scrambled: impl Iterator<Item = u32>) -> Vec<f32> {
    scrambled.map(|u| (f64::from(u) / 4_294_967_296.0 * 4.0 - 2.0) as f32).collect()
}

fn choices(scrambled: impl Iterator<Item = u32>, count: usize) -> Vec<i64> {
    scrambled.map(|u| ((u64::from(u) * count as u64) >> 32) as i64).collect()
}

/// Which input a known answer belongs to: every input modality of its component, at this size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedInput {
    /// Height of the tile.
    pub height_px: usize,
    /// Width of the tile.
    pub width_px: usize,
}

/// What a component of a model said to a fixed input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownAnswer {
    /// The part of the model that was asked, such as `encoder` or `tokenizer decoder`.
    pub component: String,
    /// What it was asked.
    pub input: FixedInput,
    /// Mean of the output.
    pub mean: f64,
    /// Standard deviation of the output.
    pub std: f64,
    /// Smallest value of the output.
    pub min: f64,
    /// Largest value of the output.
    pub max: f64,
    /// SHA-256 of the output's little-endian 32-bit floats.
    pub sha256: String,
}

/// An answer differs from the known one.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error(
    "its {component} gives another answer than at the import: {statistic} {found:.6}, expected {expected:.6}"
)]
pub struct Mismatch {
    /// The component that was asked.
    pub component: String,
    /// What differs.
    pub statistic: &'static str,
    /// The value when the model was imported.
    pub expected: f64,
    /// The value now.
    pub found: f64,
}

impl KnownAnswer {
    /// Summarises the output of a component.
    #[must_use]
    pub fn of(component: &str, input: FixedInput, output: &[f32]) -> Self {
        let count = output.len() as f64;
        let values = || output.iter().map(|&value| f64::from(value));
        let mean = values().sum::<f64>() / count;
        let std = (values().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt();
        Self {
            component: component.into(),
            input,
            mean,
            std,
            min: values().fold(f64::INFINITY, f64::min),
            max: values().fold(f64::NEG_INFINITY, f64::max),
            sha256: digest::of_values(output),
        }
    }

    /// Compares a new answer with this one: the same to the bit, or alike within what processors differ by.
    pub fn matches(&self, other: &Self) -> Result<(), Mismatch> {
        if self.sha256 == other.sha256 {
            return Ok(());
        }
        let statistics = [
            ("mean", self.mean, other.mean),
            ("standard deviation", self.std, other.std),
            ("minimum", self.min, other.min),
            ("maximum", self.max, other.max),
        ];
        for (statistic, expected, found) in statistics {
            let alike = (found - expected).abs() <= TOLERANCE * self.std;
            // Not "off by more than": a NaN must not pass.
            if !alike {
                return Err(Mismatch { component: self.component.clone(), statistic, expected, found });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(output: &[f32]) -> KnownAnswer {
        KnownAnswer::of("encoder/DEM", FixedInput { height_px: 224, width_px: 224 }, output)
    }

    #[test]
    fn fixed_inputs_follow_the_formula() {
        let dem = fixed_input(Modality::Dem, 16, 32);
        assert_eq!(dem.len(), 512);
        let expected = |index: u64, m: u64| {
            let u = (index * 2_654_435_761 + (m + 1) * 40503) % (1 << 32);
            (u as f64 / (1_u64 << 32) as f64 * 4.0 - 2.0) as f32
        };
        assert_eq!(dem[511].to_bits(), expected(511, 5).to_bits());
        let optical = fixed_input(Modality::S2L2A, 224, 224);
        assert_eq!(optical[12 * 224 * 224 - 1].to_bits(), expected(12 * 224 * 224 - 1, 0).to_bits());
    }

    #[test]
    fn fixed_images_and_tokens_follow_the_formula() {
        let u = |index: u64, m: u64| (index * 2_654_435_761 + (m + 1) * 40503) % (1 << 32);
        assert_eq!(fixed_image(TokenModality::Dem, 16, 32), fixed_input(Modality::Dem, 16, 32));
        let ndvi = fixed_image(TokenModality::Ndvi, 16, 32);
        let expected = (u(511, 7) as f64 / (1_u64 << 32) as f64 * 4.0 - 2.0) as f32;
        assert_eq!(ndvi[511].to_bits(), expected.to_bits());
        let lulc = fixed_image(TokenModality::Lulc, 16, 32);
        for pixel in 0..512 {
            let class = (u(pixel, 6) * 10) >> 32;
            let expected = (0..10).map(|channel| if channel == class { 1.0 } else { 0.0 });
            assert!(lulc.iter().skip(pixel as usize).step_by(512).copied().eq(expected), "{pixel}");
        }
        let tokens = fixed_tokens(15360, 24);
        assert_eq!((tokens.len(), tokens[23]), (24, ((u(23, 8) * 15360) >> 32) as i64));
    }

    #[test]
    fn statistics_are_right() {
        let answer = answer(&[1.0, 2.0, 3.0, 6.0]);
        assert_eq!((answer.mean, answer.min, answer.max), (3.0, 1.0, 6.0));
        assert!((answer.std - 3.5_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn small_differences_pass_and_large_ones_do_not() {
        let known = answer(&[-1.0, 0.0, 1.0]);
        assert_eq!(known.matches(&known), Ok(()));
        assert_eq!(known.matches(&answer(&[-1.0, 1e-5, 1.0])), Ok(()));
        let mismatch = known.matches(&answer(&[-1.0, 0.0, 1.1])).unwrap_err();
        assert_eq!(mismatch.statistic, "mean");
        assert!(mismatch.to_string().contains("encoder/DEM"), "{mismatch}");
        assert!(known.matches(&answer(&[f32::NAN, 0.0, 1.0])).is_err());
        assert!(known.matches(&answer(&[])).is_err());
    }
}
