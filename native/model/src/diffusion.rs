//! The way from noise to an image: DDIM as TerraTorch configures it, and noise that belongs to the world.
//!
//! 1000 steps of training, linear betas from 1e-4 to 0.02 rescaled to a terminal signal-to-noise ratio of
//! zero, "trailing" steps, the model predicts the image (`x0`), no noise is added on the way (eta 0). The image
//! is clamped to −1 … 1 (standardised: mean ± one standard deviation) but the noise is computed from it as it
//! was before.
//!
//! A number of steps that does not divide 1000 is met exactly: steps at `1000 ( n − i ) / n`, rounded to even
//! as in the library diffusers. TerraTorch takes more steps then (31 for 30, 67 for 64), of another length than
//! it tells its formula.

use crate::random::Random;
use crate::tokenizer::denoiser::TIME_STEPS;
use crate::{Error, TokenModality};

const FIRST_BETA: f64 = 1e-4;
const LAST_BETA: f64 = 0.02;

/// The steps of one generation.
///
/// ```
/// use model::diffusion::Schedule;
///
/// let schedule = Schedule::new(10)?;
/// let mut sample = vec![0.7, -1.2];
/// for step in 0..schedule.steps() {
///     let x0 = [0.5, -3.0]; // what the UNet says to `sample` at `schedule.time_step(step)`
///     schedule.step(step, &mut sample, &x0);
/// }
/// assert_eq!(sample, [0.5, -1.0]);
/// # Ok::<(), model::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    steps: Vec<Step>,
    clamp: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    /// Of the training, from 0.
    time: usize,
    /// Share of the image in the variance of the sample before the step.
    alpha: f64,
    /// The same after it.
    next_alpha: f64,
}

impl Schedule {
    /// A schedule of exactly so many steps, 1 to 1000, which clamps.
    pub fn new(steps: usize) -> Result<Self, Error> {
        if !(1..=TIME_STEPS).contains(&steps) {
            return Err(Error::Steps { steps, maximum: TIME_STEPS });
        }
        let alphas = alphas();
        let time_step = |i: usize| {
            let end = (TIME_STEPS * (steps - i)) as f64 / steps as f64;
            end.round_ties_even() as usize - 1
        };
        let steps = (0..steps)
            .map(|i| Step {
                time: time_step(i),
                alpha: alphas[time_step(i)],
                // The last step leads to the image itself.
                next_alpha: if i + 1 < steps { alphas[time_step(i + 1)] } else { 1.0 },
            })
            .collect();
        Ok(Self { steps, clamp: true })
    }

    /// With or without limiting the image to −1 … 1 at every step.
    #[must_use]
    pub fn with_clamp(self, clamp: bool) -> Self {
        Self { clamp, ..self }
    }

    /// Whether the image is limited to −1 … 1.
    #[must_use]
    pub fn clamps(&self) -> bool {
        self.clamp
    }

    /// How many steps there are.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.steps.len()
    }

    /// The time that the `UNet` is told in a step, 999 in the first.
    #[must_use]
    pub fn time_step(&self, step: usize) -> usize {
        self.steps[step].time
    }

    /// Takes a sample one step further, given what the `UNet` said to it.
    pub fn step(&self, step: usize, sample: &mut [f32], x0: &[f32]) {
        assert_eq!(sample.len(), x0.len(), "the UNet answers with as many values as it was given");
        let Step { alpha, next_alpha, .. } = self.steps[step];
        let [image, noise] = [alpha.sqrt() as f32, (1.0 - alpha).sqrt() as f32];
        let [next_image, next_noise] = [next_alpha.sqrt() as f32, (1.0 - next_alpha).sqrt() as f32];
        for (value, &x0) in sample.iter_mut().zip(x0) {
            let epsilon = (*value - image * x0) / noise;
            let x0 = if self.clamp { x0.clamp(-1.0, 1.0) } else { x0 };
            *value = next_image * x0 + next_noise * epsilon;
        }
    }
}

/// For every time step of training, the share of the image in the variance: from almost 1 down to 0.
fn alphas() -> Vec<f64> {
    let mut product = 1.0;
    let roots: Vec<f64> = (0..TIME_STEPS)
        .map(|t| {
            let beta = FIRST_BETA + (LAST_BETA - FIRST_BETA) * t as f64 / (TIME_STEPS - 1) as f64;
            product *= 1.0 - beta;
            f64::sqrt(product)
        })
        .collect();
    // Shifted so that the last is zero, stretched so that the first stays (arXiv 2305.08891).
    let [first, last] = [roots[0], roots[TIME_STEPS - 1]];
    roots.into_iter().map(|root| ((root - last) * first / (first - last)).powi(2)).collect()
}

/// Where pixels lie on the grid that all tiles share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PixelWindow {
    /// Pixels to the right of the origin.
    pub x: i64,
    /// Pixels below the origin.
    pub y: i64,
    /// Width.
    pub width_px: usize,
    /// Height.
    pub height_px: usize,
}

/// Standard normal noise of one seed for one modality.
#[derive(Clone, Debug)]
pub struct Noise {
    random: Random,
    channels: usize,
}

impl Noise {
    /// The noise of a seed: a value belongs to a pixel of the world and to a channel, not to a tile.
    #[must_use]
    pub fn new(seed: u64, modality: TokenModality) -> Self {
        let random = Random::new(seed, &format!("noise/{}", modality.name()));
        Self { random, channels: modality.channels().bands.len() }
    }

    /// The noise of a window, `[channel, y, x]`.
    #[must_use]
    pub fn window(&self, window: PixelWindow) -> Vec<f32> {
        let area_px = window.width_px * window.height_px;
        let mut values = vec![0.0; self.channels * area_px];
        for pixel in 0..area_px {
            let x = window.x + (pixel % window.width_px) as i64;
            let y = window.y + (pixel / window.width_px) as i64;
            for (block, first) in (0..self.channels).step_by(4).enumerate() {
                let normals = self.random.normals(x, y, block as u64);
                for (channel, normal) in (first..self.channels).zip(normals) {
                    values[channel * area_px + pixel] = normal as f32;
                }
            }
        }
        values
    }
}
