//! Overlapping windows of pixels become rows of a raster.

use super::mix::largest;
use grid::{Lattice, PATCH_PX, Tile, Window};
use model::TokenModality;
use std::collections::VecDeque;

/// Finished rows of pixels, at most 16 at a time.
pub(crate) struct Rows {
    /// The first of them, counted in the grid.
    pub first: usize,
    /// How many.
    pub count: usize,
    /// Pixels per row.
    pub width: usize,
    /// Values `[channel, y, x]`; NaN where no window had any.
    pub values: Vec<f32>,
}

impl Rows {
    /// The values of a channel, `[y, x]`.
    #[cfg(test)]
    pub fn channel(&self, channel: usize) -> &[f32] {
        &self.values[channel * self.count * self.width..(channel + 1) * self.count * self.width]
    }

    /// The value of a band, or the class, of one pixel of a single member; nothing where no window had any.
    pub fn value(&self, modality: TokenModality, band: usize, pixel: usize) -> Option<f32> {
        let size = self.count * self.width;
        let value = if modality == TokenModality::Lulc {
            let scores: Vec<f32> = self.values.iter().skip(pixel).step_by(size).copied().collect();
            if scores[0].is_nan() { f32::NAN } else { largest(&scores) as f32 }
        } else {
            self.values[band * size + pixel]
        };
        (!value.is_nan()).then_some(value)
    }
}

/// Blends windows, which come row by row of their lattice, and hands out rows as soon as no later window touches
/// them: it never holds more rows than a window has.
pub(crate) struct Blend {
    lattice: Lattice,
    /// The pixels wanted.
    pixels: Window,
    channels: usize,
    /// The row of patches that `pending` begins with.
    first: usize,
    pending: VecDeque<Band>,
}

/// The pixels of one row of patches.
struct Band {
    /// `[channel, y, x]`.
    sums: Vec<f32>,
    /// `[y, x]`.
    weights: Vec<f32>,
}

impl Blend {
    /// For some pixels of the lattice's grid, which begin where a patch begins.
    pub fn new(lattice: Lattice, pixels: Window, channels: usize) -> Self {
        debug_assert!(pixels.x.is_multiple_of(PATCH_PX) && pixels.y.is_multiple_of(PATCH_PX));
        Self { lattice, pixels, channels, first: pixels.y / PATCH_PX, pending: VecDeque::new() }
    }

    /// Adds a window's values `[channel, y, x]`, and returns the rows that are now complete. Windows come in the
    /// order of [`Lattice::tiles_over`]; one without values only makes room.
    pub fn add(&mut self, window: Tile, values: Option<&[f32]>) -> Vec<Rows> {
        self.add_where(window, values, |_| true)
    }

    /// The same for the pixels of the window, counted row by row, that are `valid`.
    pub fn add_where(
        &mut self,
        window: Tile,
        values: Option<&[f32]>,
        valid: impl Fn(usize) -> bool,
    ) -> Vec<Rows> {
        let finished = self.take_before(window.row);
        if let Some(values) = values {
            self.sum(window, values, valid);
        }
        finished
    }

    /// The remaining rows.
    pub fn finish(mut self) -> Vec<Rows> {
        self.take_before(self.pixels.y_end().div_ceil(PATCH_PX))
    }

    fn sum(&mut self, window: Tile, values: &[f32], valid: impl Fn(usize) -> bool) {
        let (column_weights, row_weights) = self.lattice.pixel_weights(window);
        let place = window.window_px();
        let (side, width) = (place.width, self.pixels.width);
        let columns = place.x.max(self.pixels.x)..place.x_end().min(self.pixels.x_end());
        for y in place.y.max(self.pixels.y)..place.y_end().min(self.pixels.y_end()) {
            while self.first + self.pending.len() <= y / PATCH_PX {
                self.pending.push_back(Band::empty(self.channels, width));
            }
            let band = &mut self.pending[y / PATCH_PX - self.first];
            let weight = |x: usize| {
                let counts = valid((y - place.y) * side + x - place.x);
                if counts { column_weights[x - place.x] * row_weights[y - place.y] } else { 0.0 }
            };
            let weights: Vec<f32> = columns.clone().map(weight).collect();
            let start = y % PATCH_PX * width + columns.start - self.pixels.x;
            for (sum, weight) in band.weights[start..].iter_mut().zip(&weights) {
                *sum += weight;
            }
            for channel in 0..self.channels {
                let from = (channel * side + y - place.y) * side + columns.start - place.x;
                let to = channel * PATCH_PX * width + start;
                for ((sum, value), weight) in band.sums[to..].iter_mut().zip(&values[from..]).zip(&weights) {
                    *sum += weight * value;
                }
            }
        }
    }

    /// Hands out the rows of patches before `end`.
    fn take_before(&mut self, end: usize) -> Vec<Rows> {
        let (y_end, width) = (self.pixels.y_end(), self.pixels.width);
        let mut finished = Vec::new();
        while self.first < end && self.first * PATCH_PX < y_end {
            let first = self.first * PATCH_PX;
            let count = (y_end - first).min(PATCH_PX);
            // Where every window of a row was skipped, nothing was ever added.
            let band = self.pending.pop_front().unwrap_or_else(|| Band::empty(self.channels, width));
            finished.push(Rows { first, count, width, values: band.into_values(width, count) });
            self.first += 1;
        }
        finished
    }
}

impl Band {
    fn empty(channels: usize, width: usize) -> Self {
        Self { sums: vec![0.0; channels * PATCH_PX * width], weights: vec![0.0; PATCH_PX * width] }
    }

    /// The first rows, in the place of the sums: of a wide scene both together would be felt. No weight at all leaves
    /// 0 / 0 = NaN, which is nodata.
    fn into_values(self, width: usize, rows: usize) -> Vec<f32> {
        let (mut values, size) = (self.sums, rows * width);
        for sums in values.chunks_exact_mut(PATCH_PX * width) {
            for (sum, weight) in sums.iter_mut().zip(&self.weights) {
                *sum /= weight;
            }
        }
        let channels = values.len() / (PATCH_PX * width);
        for channel in 1..channels {
            let start = channel * PATCH_PX * width;
            values.copy_within(start..start + size, channel * size);
        }
        values.truncate(channels * size);
        values
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "weights of 1 change nothing")]
mod tests {
    use super::*;

    /// Blends windows whose pixels are `value(window, x, y)`, over a part of the grid.
    fn blend(
        size: (usize, usize),
        tile: (usize, usize),
        pixels: Window,
        value: impl Fn(Tile, usize, usize) -> f32,
    ) -> Vec<f32> {
        let lattice = Lattice::new(size.0, size.1, tile.0, tile.1).unwrap();
        let mut blend = Blend::new(lattice.clone(), pixels, 2);
        let mut rows = Vec::new();
        for t in lattice.tiles_over(pixels.coarsened(PATCH_PX)) {
            let place = t.window_px();
            let channel = |sign: f32| {
                let value = &value;
                (0..place.width * place.height)
                    .map(move |i| sign * value(t, place.x + i % place.width, place.y + i / place.width))
            };
            let values: Vec<_> = channel(1.0).chain(channel(-1.0)).collect();
            rows.extend(blend.add(t, Some(&values)));
            assert!(blend.pending.len() <= t.size);
        }
        rows.extend(blend.finish());
        assert_eq!(rows.iter().map(|r| r.count).sum::<usize>(), pixels.height);
        assert!(rows.windows(2).all(|pair| pair[0].first + pair[0].count == pair[1].first));
        for r in &rows {
            assert!(r.channel(0).iter().zip(r.channel(1)).all(|(a, b)| *a == -b));
        }
        rows.iter().flat_map(|r| r.channel(0).to_vec()).collect()
    }

    #[test]
    fn windows_that_agree_give_what_they_agree_on() {
        for tile in [(64, 16), (64, 0), (96, 48), (512, 32)] {
            let pixels = Window { x: 16, y: 32, width: 283, height: 100 };
            let found = blend((310, 200), tile, pixels, |_, x, y| (1000 * y + x) as f32);
            for (i, value) in found.iter().enumerate() {
                let expected = (1000 * (32 + i / 283) + 16 + i % 283) as f32;
                assert!((value - expected).abs() <= expected * 1e-6, "{tile:?} {i}: {value} for {expected}");
            }
        }
    }

    #[test]
    fn windows_that_disagree_fade_into_each_other_without_a_step() {
        let pixels = Window { x: 0, y: 0, width: 112, height: 16 };
        let found = blend((112, 16), (64, 16), pixels, |t, _, _| if t.column == 0 { 0.0 } else { 1.0 });
        assert!(found[..48].iter().all(|v| *v == 0.0) && found[64..112].iter().all(|v| *v == 1.0));
        assert!(
            found[48..64].windows(2).all(|pair| pair[0] < pair[1] && pair[1] - pair[0] < 0.12),
            "{found:?}"
        );
    }

    #[test]
    fn a_part_is_the_same_to_the_bit_as_that_part_of_the_whole() {
        let value =
            |t: Tile, x: usize, y: usize| ((x * 37 + y * 91 + t.column * 5 + t.row) % 17) as f32 / 3.0;
        let whole = blend((300, 280), (64, 32), Window { x: 0, y: 0, width: 300, height: 280 }, value);
        let part = Window { x: 80, y: 96, width: 100, height: 48 };
        for (i, found) in blend((300, 280), (64, 32), part, value).into_iter().enumerate() {
            assert_eq!(found.to_bits(), whole[(96 + i / 100) * 300 + 80 + i % 100].to_bits(), "{i}");
        }
    }

    #[test]
    fn what_no_window_covers_is_no_number() {
        let lattice = Lattice::new(128, 64, 64, 0).unwrap();
        let pixels = Window { x: 0, y: 0, width: 128, height: 64 };
        let mut blend = Blend::new(lattice.clone(), pixels, 1);
        let tiles = lattice.tiles_over(pixels.coarsened(PATCH_PX));
        blend.add(tiles[0], None);
        blend.add(tiles[1], Some(&[3.0; 64 * 64]));
        for rows in blend.finish() {
            for line in rows.channel(0).chunks_exact(128) {
                assert!(line[..64].iter().all(|v| v.is_nan()) && line[64..].iter().all(|v| *v == 3.0));
            }
        }
    }
}
