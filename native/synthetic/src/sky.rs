//! Clouds, their shadows, cirrus and haze.

use crate::coarse::Coarse;
use crate::conditions::Conditions;
use crate::maths::{mix, step};
use crate::noise::{Noise, finer};
use crate::view::View;

/// Height of clouds above the ground in metres, which decides where their shadows fall.
const HEIGHT_M: f32 = 900.0;
const OCTAVES: u32 = 8;
/// How many of them are interpolated.
const WIDE: u32 = 2;
const GAIN: f32 = 0.56;
const WIDEST_M: f64 = 3800.0;

/// What is between a place and the satellite.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Air {
    /// How much of the pixel the cloud hides, 0 to 1.
    pub cloud: f32,
    /// How thick it is, 0 to 1: thick ones are brighter.
    pub thickness: f32,
    /// How much of the sun a cloud takes away, 0 to 1.
    pub shadow: f32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Sky {
    clouds: Noise,
    cirrus: Noise,
    haze: Noise,
    /// Noise above this is a cloud; none for a sky without.
    threshold: Option<f32>,
    /// From a place to the cloud that shades it, in metres.
    to_sun: [f64; 2],
}

/// The octaves of clouds that are kilometres wide.
pub(crate) type Fronts = Coarse<1>;

impl Sky {
    pub fn new(seed: u64, conditions: Conditions) -> Self {
        let [east, north, up] = conditions.season.sun();
        Self {
            clouds: Noise::new(seed, "clouds"),
            cirrus: Noise::new(seed, "cirrus"),
            haze: Noise::new(seed, "haze"),
            threshold: threshold(conditions.cloud_share),
            to_sun: [east, north].map(|part| f64::from(part / up * HEIGHT_M)),
        }
    }

    /// What decides about clouds over a window and those that shade it.
    pub fn fronts(&self, view: &View) -> Option<Fronts> {
        self.threshold?;
        let (low, high) = view.corners(0.0);
        let [east, north] = self.to_sun;
        let (low, high) = ([low[0], low[1] + north], [high[0] + east, high[1]]);
        Some(Coarse::between(low, high, |x, y| [self.front(x / WIDEST_M, y / WIDEST_M)]))
    }

    /// The air over a place of the window that `fronts` were made for.
    pub fn air(&self, fronts: Option<&Fronts>, x: f64, y: f64) -> Air {
        let (Some(threshold), Some(fronts)) = (self.threshold, fronts) else {
            return Air { cloud: 0.0, thickness: 0.0, shadow: 0.0 };
        };
        let above = self.density(fronts, x, y, threshold);
        let shading = self.density(fronts, x + self.to_sun[0], y + self.to_sun[1], threshold);
        Air {
            cloud: step(-0.08, 0.08, above),
            thickness: step(-0.05, 0.42, above),
            shadow: step(-0.07, 0.07, shading),
        }
    }

    /// High ice clouds that only B10 shows well, 0 to 1.
    pub fn cirrus(&self, x: f64, y: f64) -> f32 {
        // Drawn out by the wind.
        let along = self.cirrus.fbm(0.35 * x + 0.2 * y, 1.4 * y - 0.5 * x, 9000.0, 4, 0.55);
        step(0.05, 1.1, along)
    }

    /// How hazy the air is: 1 on average.
    pub fn haze(&self, x: f64, y: f64) -> f32 {
        1.0 + 0.18 * self.haze.fbm(x, y, 14_000.0, 2, 0.5)
    }

    /// The first [`WIDE`] octaves.
    fn front(&self, mut x: f64, mut y: f64) -> f32 {
        let (mut sum, mut height) = (0.0, 1.0_f32);
        for octave in 0..WIDE {
            sum += height * self.clouds.octave(octave).at(x, y);
            height *= GAIN;
            (x, y) = finer(x, y);
        }
        sum
    }

    /// How far the noise of clouds lies above a threshold. Octaves that cannot reach it any more are not computed.
    fn density(&self, fronts: &Fronts, x: f64, y: f64, threshold: f32) -> f32 {
        let [mut sum] = fronts.at(x, y);
        let (mut x, mut y) = (x / WIDEST_M, y / WIDEST_M);
        let mut height = 1.0_f32;
        // 1 + GAIN + GAIN² + …
        let mut rest = 1.0 / (1.0 - GAIN);
        for octave in 0..OCTAVES {
            if octave >= WIDE {
                // Octaves together hardly go beyond two thirds of what each could; an edge begins 0.08 below the threshold.
                if sum + 0.66 * rest < (threshold - 0.08) * NORM {
                    return -1.0;
                }
                sum += height * self.clouds.octave(octave).at(x, y);
            }
            rest -= height;
            height *= GAIN;
            (x, y) = finer(x, y);
        }
        sum / NORM - threshold
    }
}

/// √(1 + GAIN² + GAIN⁴ + …): brings octaves to the deviation of one.
const NORM: f32 = 1.207;

/// The value that a share of the noise of clouds lies above: normal quantiles times its deviation.
fn threshold(share: f32) -> Option<f32> {
    const QUANTILES: [(f32, f32); 10] = [
        (0.0, 3.0),
        (0.01, 2.326),
        (0.03, 1.881),
        (0.06, 1.555),
        (0.1, 1.282),
        (0.2, 0.842),
        (0.4, 0.253),
        (0.6, -0.253),
        (0.8, -0.842),
        (1.0, -4.0),
    ];
    const DEVIATION: f32 = 0.267;
    if share <= 0.0 {
        return None;
    }
    let pair = QUANTILES.windows(2).find(|pair| share <= pair[1].0)?;
    let ((low, from), (high, to)) = (pair[0], pair[1]);
    Some(DEVIATION * mix(from, to, (share - low) / (high - low)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_clouds_is_what_was_asked_for() {
        for share in [0.0, 0.03, 0.2, 0.6] {
            let sky = Sky::new(4, Conditions { cloud_share: share, ..Conditions::default() });
            let mut found = 0.0;
            let view = View { column: 0, row: -200, width: 200, height: 200, pixel_m: 1471.0 };
            let fronts = sky.fronts(&view);
            for row in 0..200 {
                for column in 0..200 {
                    let (x, y) = view.place(column, row);
                    found += sky.air(fronts.as_ref(), x, y).cloud;
                }
            }
            let found = found / 40_000.0;
            assert!((found - share).abs() < 0.015 + 0.1 * share, "{share}: {found}");
        }
    }
}
