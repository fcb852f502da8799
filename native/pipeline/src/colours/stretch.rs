//! From scores to colours: what most cells have fills the range. Pure arithmetic.

use super::components::COMPONENTS;

/// The parts of all cells that may lie below and above the range.
const BEYOND: f64 = 0.02;

/// The darkest and the brightest part of a colour; 0 is nodata.
const DARKEST: f64 = 1.0;
const BRIGHTEST: f64 = 255.0;

/// So many values of cells are kept at most to find the range: 64 MB.
const KEPT: usize = 16 << 20;

/// A bit pattern whose multiples are spread evenly over all numbers (2⁶⁴ divided by the golden ratio).
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Cells from everywhere, as many as memory has room for.
pub struct Sample {
    /// `[cell, band]`
    pub cells: Vec<f32>,
    bands: usize,
    /// A cell is kept if its number, spread, is not above this.
    threshold: u64,
    seen: u64,
}

impl Sample {
    /// Of a raster of so many cells: all of them, or an evenly spread part.
    #[must_use]
    pub fn of(cells: u64, bands: usize) -> Self {
        Self::keeping(KEPT / bands, cells, bands)
    }

    fn keeping(kept: usize, cells: u64, bands: usize) -> Self {
        let part = kept as f64 / cells.max(1) as f64;
        let threshold = if part >= 1.0 { u64::MAX } else { (part * u64::MAX as f64) as u64 };
        Self { cells: Vec::new(), bands, threshold, seen: 0 }
    }

    /// Takes in cells `[cell, band]`.
    pub fn add(&mut self, cells: &[f32]) {
        for cell in cells.chunks_exact(self.bands) {
            if self.seen.wrapping_mul(SPREAD) <= self.threshold {
                self.cells.extend(cell);
            }
            self.seen += 1;
        }
    }
}

/// What scores become black and full colour.
#[derive(Debug, Clone)]
pub struct Stretch([(f64, f64); COMPONENTS]);

impl Stretch {
    /// So that most of these scores lie within.
    #[must_use]
    pub fn of(scores: &[[f64; COMPONENTS]]) -> Self {
        Self(std::array::from_fn(|component| {
            let mut values: Vec<_> = scores.iter().map(|score| score[component]).collect();
            values.sort_unstable_by(f64::total_cmp);
            (quantile(&values, BEYOND), quantile(&values, 1.0 - BEYOND))
        }))
    }

    /// The parts of a colour, 1 to 255. Where the range has no width, its value lies in the middle.
    #[must_use]
    pub fn colour(&self, scores: [f64; COMPONENTS]) -> [u8; COMPONENTS] {
        std::array::from_fn(|component| {
            let (low, high) = self.0[component];
            let score = scores[component];
            let part = match (score - low) / (high - low) {
                part if high > low => part.clamp(0.0, 1.0),
                _ if score < low => 0.0,
                _ if score > high => 1.0,
                _ => 0.5,
            };
            (DARKEST + part * (BRIGHTEST - DARKEST)).round() as u8
        })
    }
}

/// The value that this part of the sorted values lies below, interpolated between neighbours as `numpy.quantile` does.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let position = part * last as f64;
    let (below, above) = (sorted[position.floor() as usize], sorted[position.ceil() as usize]);
    below + position.fract() * (above - below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_percent_at_each_end_are_cut() {
        let scores: Vec<_> = (0..=1000).rev().map(|n| [f64::from(n), -f64::from(n), 8.0]).collect();
        let stretch = Stretch::of(&scores);
        assert_eq!(stretch.0, [(20.0, 980.0), (-980.0, -20.0), (8.0, 8.0)]);
        assert_eq!(stretch.colour([500.0, -500.0, 8.0]), [128, 128, 128]);
        assert_eq!(stretch.colour([20.0, 0.0, 7.0]), [1, 255, 1]);
        assert_eq!(stretch.colour([1e9, -1e9, 9.0]), [255, 1, 255]);
    }

    #[test]
    fn a_sample_is_everything_or_an_even_part_of_it() {
        let cells: Vec<f32> = (0..20_000).map(|n| n as f32).collect();
        let mut all = Sample::of(10_000, 2);
        cells.chunks(600).for_each(|some| all.add(some));
        assert_eq!(all.cells, cells);

        let mut some = Sample::keeping(500, 10_000, 2);
        cells.chunks(600).for_each(|part| some.add(part));
        assert!((490..=510).contains(&(some.cells.len() / 2)), "{}", some.cells.len());
        // From everywhere, whatever the width of the raster.
        for part in 0..10 {
            let inside = |cell: &&[f32]| cell[0] as usize / 2000 == part;
            let count = some.cells.chunks(2).filter(inside).count();
            assert!((40..=60).contains(&count), "{part}: {count}");
        }
        for width in [16, 100, 256, 1000] {
            let mut columns = vec![0; 4];
            some.cells.chunks(2).for_each(|cell| columns[cell[0] as usize / 2 % width * 4 / width] += 1);
            assert!(columns.iter().all(|count| (90..=160).contains(count)), "{width}: {columns:?}");
        }
    }
}
