//! From surfaces to what Sentinel-1 measures, in decibels.

use crate::cover::Surface;
use crate::maths::{db_from_power, mix, power_from_db};

/// Looks of a GRD product in IW mode: about 4.4.
const LOOKS: f64 = 4.4;
/// What the instrument measures where nothing comes back: VV, VH in dB.
const FLOOR_DB: [f32; 2] = [-25.5, -30.5];
/// The incidence angle on level ground: 39°, as tangent, sine and cosine.
const TANGENT: f32 = 0.809_8;
const SINE: f32 = 0.629_3;
const COSINE: f32 = 0.777_1;

/// Backscatter γ⁰ of VV and VH as powers, as if the land were flat: RTC.
pub(crate) fn flattened(surface: &Surface) -> [f32; 2] {
    let [first, second] = surface.materials.map(|material| material.facts().backscatter_db);
    // Brightness to the eye is roughness to some degree.
    let rough = 3.5 * (surface.brightness - 1.0);
    let mut powers = [0.0; 2];
    for (band, power) in powers.iter_mut().enumerate() {
        *power = power_from_db(mix(first[band], second[band], surface.share) + rough.clamp(-2.0, 2.5));
    }
    powers
}

/// How much brighter a slope is in GRD, where the area that sends an echo at once is not corrected. The satellite looks
/// eastwards; slopes towards it are bright up to layover, slopes away from it dark up to shadow (0).
pub(crate) fn slope_factor(dx: f32) -> f32 {
    // tan of the local incidence angle, whose plane is east and west: tan(θ − α).
    let below = 1.0 + TANGENT * dx;
    let local = if below > 0.02 { (TANGENT - dx) / below } else { 60.0 };
    if local <= 0.06 {
        // Layover: several slopes in one pixel.
        return 9.0;
    }
    // The area of a resolution cell grows with 1 / sin, its look with cos.
    let sine = local / (1.0 + local * local).sqrt();
    let cosine = 1.0 / (1.0 + local * local).sqrt();
    let area = SINE / sine;
    let look = (cosine / COSINE).max(0.0);
    if local > 8.0 { 0.0 } else { (area * look).min(9.0) }
}

/// What is written: a power with speckle above the floor, in dB. `uniform` draws the speckle.
pub(crate) fn decibels(power: f32, band: usize, uniform: Option<f32>) -> f32 {
    let measured = power + power_from_db(FLOOR_DB[band]);
    db_from_power(measured * uniform.map_or(1.0, |u| SPECKLE.with(|speckle| speckle.draw(u))))
}

thread_local! {
    static SPECKLE: Speckle = Speckle::new();
}

/// Quantiles of the gamma distribution of speckle: mean 1, shape [`LOOKS`].
struct Speckle {
    quantiles: Vec<f32>,
}

/// Entries of the table, equally far apart in probability.
const ENTRIES: usize = 2048;

impl Speckle {
    /// By summing the density up: no library has the inverse with bits that are the same everywhere.
    fn new() -> Self {
        const STEPS: usize = 60_000;
        const MOST: f64 = 6.0;
        let density = |x: f64| libm::exp((LOOKS - 1.0) * libm::log(x) - LOOKS * x);
        let width = MOST / STEPS as f64;
        let sum: f64 = (0..STEPS).map(|i| density((i as f64 + 0.5) * width)).sum();
        let (mut quantiles, mut below) = (Vec::with_capacity(ENTRIES), 0.0);
        for i in 0..STEPS {
            let x = (i as f64 + 0.5) * width;
            below += density(x) / sum;
            while quantiles.len() < ENTRIES && below >= (quantiles.len() as f64 + 0.5) / ENTRIES as f64 {
                quantiles.push(x as f32);
            }
        }
        quantiles.resize(ENTRIES, MOST as f32);
        Self { quantiles }
    }

    fn draw(&self, uniform: f32) -> f32 {
        let place = uniform * (ENTRIES - 1) as f32;
        let index = (place as usize).min(ENTRIES - 2);
        mix(self.quantiles[index], self.quantiles[index + 1], place - index as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speckle_has_the_moments_of_its_looks() {
        let speckle = Speckle::new();
        let draws: Vec<f64> = (0..100_000).map(|i| f64::from(speckle.draw(i as f32 / 100_000.0))).collect();
        let mean = draws.iter().sum::<f64>() / 1e5;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 1e5;
        assert!(
            (mean - 1.0).abs() < 0.005 && (mean * mean / variance - LOOKS).abs() < 0.1,
            "{mean} {variance}"
        );
    }

    #[test]
    fn slopes_towards_the_satellite_are_bright_and_those_behind_are_in_shadow() {
        assert!((slope_factor(0.0) - 1.0).abs() < 0.01);
        assert!(slope_factor(0.3) > 1.5 && slope_factor(-0.3) < 0.75);
        assert!(slope_factor(0.9) > 8.0 && slope_factor(-1.3) < 0.05);
    }

    #[test]
    fn nothing_lies_below_the_floor() {
        assert!((decibels(0.0, 1, None) + 30.5).abs() < 0.01);
        assert!((decibels(1.0, 0, None)).abs() < 0.05);
    }
}
