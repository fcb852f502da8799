//! From logits to token ids, on the host, as TerraTorch filters and with random numbers that can be repeated.
//!
//! TerraTorch's order, which is not the usual one: top-k, then top-p *of the logits as they are*, and only
//! then the temperature. So the temperature does not change which ids are kept. A temperature of 0 takes the
//! largest logit (of equal ones the lowest id), whatever top-k and top-p are.
//!
//! - Top-k keeps all ids whose logits are at least the k-th largest: with ties more than k. 0 keeps all.
//! - Top-p keeps the most likely ids up to and with the one that takes their sum beyond top-p, of equally
//!   likely ones those with lower ids. 0 keeps all.

use crate::random::Random;
use crate::{Error, TokenModality};

/// From this temperature down TerraTorch takes the largest logit.
const COLDEST: f64 = 1e-10;

/// How many ids are sorted at first: with a usual top-p few are needed of the vocabulary.
const FIRST_SORTED: usize = 256;

/// Temperature, top-k and top-p.
///
/// ```
/// use model::sampling::Sampling;
///
/// let probabilities = Sampling::new(1.0, 2, 0.0)?.probabilities(&[1.0, 0.0, 1.0, -1.0]);
/// assert_eq!(probabilities, [0.5, 0.0, 0.5, 0.0]);
/// # Ok::<(), model::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    temperature: f64,
    top_k: usize,
    top_p: f64,
}

impl Default for Sampling {
    /// TerraTorch's: temperature 1, no top-k, top-p 0.8.
    fn default() -> Self {
        Self { temperature: 1.0, top_k: 0, top_p: 0.8 }
    }
}

impl Sampling {
    /// Temperature 0 is no chance at all; 0 switches top-k or top-p off.
    pub fn new(temperature: f64, top_k: usize, top_p: f64) -> Result<Self, Error> {
        let usable = temperature.is_finite() && temperature >= 0.0 && (0.0..=1.0).contains(&top_p);
        if !usable {
            return Err(Error::Sampling { temperature, top_p });
        }
        Ok(Self { temperature, top_k, top_p })
    }

    /// What the ids are drawn with: a probability for each logit. They must be finite.
    #[must_use]
    pub fn probabilities(&self, logits: &[f32]) -> Vec<f32> {
        let mut probabilities = vec![0.0; logits.len()];
        let kept = self.weights(logits);
        let total: f64 = kept.iter().map(|&(_, weight)| f64::from(weight)).sum();
        for (id, weight) in kept {
            probabilities[id as usize] = weight / total as f32;
        }
        probabilities
    }

    /// The id that a uniform number in 0 ≤ u < 1 means. The logits must be finite and at least one.
    #[must_use]
    pub fn pick(&self, logits: &[f32], uniform: f64) -> u32 {
        let kept = self.weights(logits);
        let total: f64 = kept.iter().map(|&(_, weight)| f64::from(weight)).sum();
        let mut sum = 0.0;
        for &(id, weight) in &kept {
            sum += f64::from(weight);
            if sum > uniform * total {
                return id;
            }
        }
        // Only by rounding; an id without weight must not be the answer.
        kept.iter().rev().find(|(_, weight)| *weight > 0.0).map_or(0, |(id, _)| *id)
    }

    /// The ids that are kept, in rising order, with weights that are proportional to their probabilities.
    fn weights(&self, logits: &[f32]) -> Vec<(u32, f32)> {
        if self.temperature <= COLDEST {
            return vec![(largest(logits), 1.0)];
        }
        let mut kept: Vec<(u32, f32)> = (0..).zip(logits.iter().copied()).collect();
        keep_top_k(&mut kept, self.top_k);
        keep_top_p(&mut kept, self.top_p);
        // As TerraTorch does it: in single precision, and divided before the maximum is taken off.
        let temperature = self.temperature as f32;
        for (_, logit) in &mut kept {
            *logit /= temperature;
        }
        let maximum = maximum(&kept);
        for (_, logit) in &mut kept {
            *logit = (*logit - maximum).exp();
        }
        kept
    }
}

fn largest(logits: &[f32]) -> u32 {
    let mut best = 0;
    for (id, logit) in logits.iter().enumerate() {
        if *logit > logits[best] {
            best = id;
        }
    }
    best as u32
}

fn maximum(kept: &[(u32, f32)]) -> f32 {
    kept.iter().map(|&(_, logit)| logit).fold(f32::NEG_INFINITY, f32::max)
}

fn keep_top_k(kept: &mut Vec<(u32, f32)>, k: usize) {
    if k == 0 || k >= kept.len() {
        return;
    }
    let mut logits: Vec<f32> = kept.iter().map(|&(_, logit)| logit).collect();
    let (_, &mut kth, _) = logits.select_nth_unstable_by(k - 1, |a, b| b.total_cmp(a));
    kept.retain(|&(_, logit)| logit >= kth);
}

fn keep_top_p(kept: &mut Vec<(u32, f32)>, p: f64) {
    if p == 0.0 || kept.is_empty() {
        return;
    }
    let maximum = maximum(kept);
    let total: f64 = kept.iter().map(|&(_, logit)| f64::from((logit - maximum).exp())).sum();
    let falling = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));

    let (mut sorted, mut sum, mut enough) = (0, 0.0, kept.len());
    while sorted < kept.len() {
        let end = (4 * sorted).max(FIRST_SORTED).min(kept.len());
        let rest = &mut kept[sorted..];
        rest.select_nth_unstable_by(end - sorted - 1, falling);
        rest[..end - sorted].sort_unstable_by(falling);
        let passes = kept[sorted..end].iter().position(|&(_, logit)| {
            // TerraTorch's probabilities and sums are of single precision, and so is where they end.
            sum += f64::from(((logit - maximum).exp()) / total as f32);
            sum as f32 > p as f32
        });
        if let Some(position) = passes {
            enough = sorted + position + 1;
            break;
        }
        sorted = end;
    }
    kept.truncate(enough);
    kept.sort_unstable_by_key(|&(id, _)| id);
}

/// Draws token ids: one uniform number per patch, by seed, modality and the patch's place in the world.
#[derive(Clone, Debug)]
pub struct Sampler {
    sampling: Sampling,
    random: Random,
    modality: TokenModality,
}

/// A patch's place on the lattice of patches that all tiles of a grid share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatchPosition {
    /// Patches to the right of the origin.
    pub column: i64,
    /// Patches below the origin.
    pub row: i64,
}

impl Sampler {
    /// The draws of one seed for one modality.
    #[must_use]
    pub fn new(sampling: Sampling, seed: u64, modality: TokenModality) -> Self {
        let random = Random::new(seed, &format!("tokens/{}", modality.name()));
        Self { sampling, random, modality }
    }

    /// The ids of a tile, `[patch]` in row-major order, from its logits `[patch, vocabulary]`.
    ///
    /// `first` is its upper left patch, `columns` is how many patches lie side by side.
    pub fn tokens(
        &self,
        logits: &[f32],
        vocabulary: usize,
        first: PatchPosition,
        columns: usize,
    ) -> Result<Vec<u32>, Error> {
        check(logits, self.modality.name())?;
        let patches = logits.chunks_exact(vocabulary).enumerate();
        Ok(patches
            .map(|(patch, logits)| {
                let column = first.column + (patch % columns) as i64;
                let row = first.row + (patch / columns) as i64;
                self.sampling.pick(logits, self.random.uniform(column, row, 0))
            })
            .collect())
    }
}

/// The entropy of each patch's distribution in bits, `[patch]`, from logits `[patch, vocabulary]`.
///
/// Of the logits as they are, before temperature, top-k and top-p: what the model is unsure of, not what was
/// drawn from. From 0 (certain) to the logarithm of the vocabulary (13.9 for 15360 tokens).
pub fn entropy(logits: &[f32], vocabulary: usize, modality: TokenModality) -> Result<Vec<f32>, Error> {
    check(logits, modality.name())?;
    Ok(logits.chunks_exact(vocabulary).map(entropy_of).collect())
}

fn entropy_of(logits: &[f32]) -> f32 {
    let maximum = f64::from(logits.iter().copied().fold(f32::NEG_INFINITY, f32::max));
    // With w = exp( x − max ): H = ln Σw − Σ w ( x − max ) / Σw, and no logarithm of 0.
    let (sum, weighted) = logits.iter().fold((0.0, 0.0), |(sum, weighted), &logit| {
        let below = f64::from(logit) - maximum;
        (sum + below.exp(), weighted + below.exp() * below)
    });
    ((sum.ln() - weighted / sum) / std::f64::consts::LN_2).max(0.0) as f32
}

/// Refuses what is not finite of the logits of a modality, or of coordinates.
pub(crate) fn check(logits: &[f32], target: &str) -> Result<(), Error> {
    if logits.iter().all(|logit| logit.is_finite()) {
        return Ok(());
    }
    Err(Error::Unpredictable { target: target.to_owned() })
}
