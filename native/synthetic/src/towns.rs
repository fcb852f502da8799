//! Settlements: where they lie, their streets, and what stands between.

#![expect(clippy::many_single_char_names, reason = "coordinates, as formulas have them")]

use crate::maths::{split, step};
use crate::noise::Noise;
use crate::terrain::Ground;

/// Distance between places where a town may lie, in metres.
const SPACING_M: f64 = 3100.0;
/// Width of streets in metres.
const STREET_M: f32 = 11.0;

/// What is at a place in a town.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plot {
    Street,
    RedRoof,
    GreyRoof,
    BrightRoof,
    Yard,
    Garden,
}

/// The noises that towns are made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Towns {
    sites: Noise,
    outline: Noise,
    plots: Noise,
}

impl Towns {
    pub fn new(seed: u64) -> Self {
        Self {
            sites: Noise::new(seed, "towns"),
            outline: Noise::new(seed, "outline of towns"),
            plots: Noise::new(seed, "plots"),
        }
    }

    /// What is at a place if it lies in a town.
    pub fn plot(&self, x: f64, y: f64, ground: &Ground, slope: f32) -> Option<Plot> {
        if slope > 0.22 || ground.height_m > 1150.0 || ground.bank_m < 12.0 {
            return None;
        }
        let ((i, u), (j, v)) = (split(x / SPACING_M), split(y / SPACING_M));
        let mut nearest: Option<(f32, [i64; 2])> = None;
        for (dj, di) in (-1..=1).flat_map(|dj| (-1..=1).map(move |di| (dj, di))) {
            let [a, b, size] = self.sites.thrice(i + di, j + dj);
            // Most are villages, few are cities; half of the places are empty.
            let size = size * 2.0 - 1.0;
            if size <= 0.0 {
                continue;
            }
            let (dx, dy) = (u - di as f32 - a, v - dj as f32 - b);
            let radius_m = 190.0 + 1050.0 * size * size * size;
            let density = 1.0 - (dx * dx + dy * dy).sqrt() * SPACING_M as f32 / radius_m;
            if nearest.is_none_or(|(other, _)| density > other) {
                nearest = Some((density, [i + di, j + dj]));
            }
        }
        let (density, town) = nearest.filter(|(density, _)| *density > -0.9)?;
        let density = density + 0.85 * self.outline.fbm(x, y, 480.0, 3, 0.6) - 0.9 * step(0.08, 0.22, slope);
        if density < 0.0 {
            return None;
        }
        Some(self.between_streets(x, y, town, density))
    }

    fn between_streets(&self, x: f64, y: f64, [i, j]: [i64; 2], density: f32) -> Plot {
        let own = self.sites.octave(3);
        let [turn, _, wide] = own.thrice(i, j);
        // A rotation without trigonometry: any two numbers, made one long.
        let (a, b) = (1.0, 1.6 * turn - 0.8);
        let length = f32::sqrt(a * a + b * b);
        let (cosine, sine) = (f64::from(a / length), f64::from(b / length));
        // Streets bend.
        let bend = f64::from(self.outline.octave(9).at(x / 600.0, y / 600.0)) * 60.0;
        let along = x * cosine + y * sine + bend;
        let across = y * cosine - x * sine + bend;
        let block = 70.0 + 60.0 * f64::from(wide);
        let ((p, s), (q, t)) = (split(along / block), split(across / (1.6 * block)));
        let block_m = block as f32;
        let to_street = (s.min(1.0 - s) * block_m).min(t.min(1.0 - t) * 1.6 * block_m);
        if to_street < 0.5 * STREET_M {
            return Plot::Street;
        }
        let [kind, park, _] = self.plots.thrice(p, q);
        if park < 0.05 {
            return Plot::Garden;
        }
        // Halls and flats fill their blocks; houses stand in gardens.
        let is_hall = kind < 0.10 + 0.25 * step(0.5, 1.0, density);
        let plot_m = if is_hall { 48.0 } else { 17.0 };
        let (m, n) = (split(along / plot_m).0, split(across / plot_m).0);
        let [chance, roof, _] = self.plots.octave(1).thrice(m, n);
        let built = if is_hall { 0.74 } else { 0.30 + 0.45 * density.min(1.0) };
        match chance {
            w if w < built && is_hall && roof < 0.45 => Plot::BrightRoof,
            w if w < built && (is_hall || roof < 0.35) => Plot::GreyRoof,
            w if w < built => Plot::RedRoof,
            w if w < built + 0.16 => Plot::Yard,
            _ => Plot::Garden,
        }
    }
}
