//! Overlapping windows of pixels become rows of a raster.

use super::mix::largest;
use super::sums::Sums;
use crate::Error;
use grid::{Lattice, PATCH_PX, Tile, Window};
use model::TokenModality;
use std::path::Path;

/// Finished rows of pixels, at most 16 at a time.
#[cfg_attr(test, derive(Clone))]
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
    /// The row of patches that `sums` begin with.
    first: usize,
    sums: Sums,
}

impl Blend {
    /// For some pixels of the lattice's grid, which begin where a patch begins. What is not complete waits in `folder` if it
    /// takes more than so many bytes.
    pub fn new(
        most_bytes: u64,
        lattice: Lattice,
        pixels: Window,
        channels: usize,
        folder: &Path,
    ) -> Result<Self, Error> {
        debug_assert!(pixels.x.is_multiple_of(PATCH_PX) && pixels.y.is_multiple_of(PATCH_PX));
        let sums = Sums::new(channels, pixels.width, lattice.tile_cells(), folder, most_bytes)?;
        Ok(Self { lattice, pixels, first: pixels.y / PATCH_PX, sums })
    }

    /// Adds a window's values `[channel, y, x]` for those of its pixels, counted row by row, that are `valid`, after the rows
    /// that it makes complete were handed out. Windows come in the order of [`Lattice::tiles_over`]; one without values only
    /// makes room.
    pub fn add(
        &mut self,
        window: Tile,
        values: Option<&[f32]>,
        valid: impl Fn(usize) -> bool,
        take: impl FnMut(&Rows) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.take_before(window.row, take)?;
        match values {
            Some(values) => self.sum(window, values, valid),
            None => Ok(()),
        }
    }

    /// Hands out the remaining rows.
    pub fn finish(mut self, take: impl FnMut(&Rows) -> Result<(), Error>) -> Result<(), Error> {
        self.take_before(self.pixels.y_end().div_ceil(PATCH_PX), take)
    }

    fn sum(&mut self, window: Tile, values: &[f32], valid: impl Fn(usize) -> bool) -> Result<(), Error> {
        let (column_weights, row_weights) = self.lattice.pixel_weights(window);
        let place = window.window_px();
        let side = place.width;
        let left = place.x.max(self.pixels.x);
        let columns = left - self.pixels.x..place.x_end().min(self.pixels.x_end()) - self.pixels.x;
        let rows = place.y.max(self.pixels.y)..place.y_end().min(self.pixels.y_end());
        for patch_row in rows.start / PATCH_PX..rows.end.div_ceil(PATCH_PX) {
            // A window begins where a patch begins; the wanted pixels may end before it does.
            let top = patch_row * PATCH_PX - place.y;
            let at = |y: usize, x: usize| (top + y, x + self.pixels.x - place.x);
            let weight = |y: usize, x: usize| {
                let (y, x) = at(y, x);
                if valid(y * side + x) { column_weights[x] * row_weights[y] } else { 0.0 }
            };
            let value = |channel: usize, y: usize, x: usize| {
                let (y, x) = at(y, x);
                values[(channel * side + y) * side + x]
            };
            self.sums.add(patch_row - self.first, columns.clone(), weight, value)?;
        }
        Ok(())
    }

    /// Hands out the rows of patches before `end`.
    fn take_before(
        &mut self,
        end: usize,
        mut take: impl FnMut(&Rows) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let (y_end, width) = (self.pixels.y_end(), self.pixels.width);
        while self.first < end && self.first * PATCH_PX < y_end {
            let first = self.first * PATCH_PX;
            let count = (y_end - first).min(PATCH_PX);
            take(&Rows { first, count, width, values: self.sums.take(count)? })?;
            self.first += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "weights of 1 change nothing")]
mod tests {
    use super::*;
    use crate::memory::WAITING_BYTES;

    /// All pixels of a window.
    fn all(_: usize) -> bool {
        true
    }

    /// Blends windows whose pixels are `value(window, x, y)`, over a part of the grid, in memory and on the disk.
    fn blend(
        size: (usize, usize),
        tile: (usize, usize),
        pixels: Window,
        value: impl Fn(Tile, usize, usize) -> f32,
    ) -> Vec<f32> {
        let in_memory = blend_within(WAITING_BYTES, size, tile, pixels, &value);
        let on_disk = blend_within(0, size, tile, pixels, &value);
        assert!(in_memory.iter().map(|v| v.to_bits()).eq(on_disk.iter().map(|v| v.to_bits())));
        in_memory
    }

    fn blend_within(
        most_bytes: u64,
        size: (usize, usize),
        tile: (usize, usize),
        pixels: Window,
        value: &impl Fn(Tile, usize, usize) -> f32,
    ) -> Vec<f32> {
        let folder = tempfile::tempdir().unwrap();
        let lattice = Lattice::new(size.0, size.1, tile.0, tile.1).unwrap();
        let mut blend = Blend::new(most_bytes, lattice.clone(), pixels, 2, folder.path()).unwrap();
        let mut rows = Vec::new();
        let mut keep = |finished: &Rows| {
            rows.push(finished.clone());
            Ok(())
        };
        for t in lattice.tiles_over(pixels.coarsened(PATCH_PX)) {
            let place = t.window_px();
            let channel = |sign: f32| {
                (0..place.width * place.height)
                    .map(move |i| sign * value(t, place.x + i % place.width, place.y + i / place.width))
            };
            let values: Vec<_> = channel(1.0).chain(channel(-1.0)).collect();
            blend.add(t, Some(&values), all, &mut keep).unwrap();
            assert!(blend.sums.begun() <= t.size);
        }
        blend.finish(&mut keep).unwrap();
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
        let mut blend = Blend::new(WAITING_BYTES, lattice.clone(), pixels, 1, Path::new("")).unwrap();
        let tiles = lattice.tiles_over(pixels.coarsened(PATCH_PX));
        let nothing = |_: &Rows| panic!("no row is complete");
        blend.add(tiles[0], None, all, nothing).unwrap();
        blend.add(tiles[1], Some(&[3.0; 64 * 64]), |pixel| pixel % 64 != 7, nothing).unwrap();
        let mut lines = 0;
        blend
            .finish(|rows| {
                for line in rows.channel(0).chunks_exact(128) {
                    assert!(line[..64].iter().all(|v| v.is_nan()) && line[71].is_nan());
                    assert!(line[64..71].iter().chain(&line[72..]).all(|v| *v == 3.0));
                    lines += 1;
                }
                Ok(())
            })
            .unwrap();
        assert_eq!(lines, 64);
    }
}
