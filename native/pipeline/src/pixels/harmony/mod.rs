//! Windows that were decoded apart are brought to one level before they are blended.
//!
//! Diffusion fixes the level of a window only as a whole, so that neighbours disagree by a constant more than by
//! anything else. Every window gets an offset per band, such that overlapping ones agree as well as they can
//! ([`levels`]); the windows wait in a scratch file until the offsets are known ([`Scratch`]). What the decoder
//! limits stays within its limits, offset or not.

mod levels;

use super::Scratch;
use crate::Error;
use grid::{Tile, Window};
use levels::Overlap;
use std::ops::RangeInclusive;

/// Windows that are waiting, and how their neighbours differ.
pub(super) struct Harmony {
    /// How many of a window's channels get an offset: the first ones.
    bands: usize,
    /// What the values of each of them are limited to, if they are.
    limits: Option<Vec<RangeInclusive<f32>>>,
    /// In the order in which they came.
    windows: Vec<Tile>,
    waiting: Waiting,
    overlaps: Vec<Overlap>,
}

impl Harmony {
    /// For windows whose first channels are `bands`, whose values stay within `limits`.
    pub fn new(bands: usize, limits: Option<Vec<RangeInclusive<f32>>>, scratch: Scratch) -> Self {
        let waiting = Waiting { scratch, entries: Vec::new(), end: 0 };
        Self { bands, limits, windows: Vec::new(), waiting, overlaps: Vec::new() }
    }

    /// Takes a window's values `[channel, y, x]`; one without values only keeps the order.
    pub fn add(&mut self, window: Tile, values: Option<&[f32]>) -> Result<(), Error> {
        if let Some(values) = values {
            for (index, other) in self.windows.iter().enumerate() {
                if !is_beside(window, *other) {
                    continue;
                }
                if let Some(others) = self.waiting.get(index)? {
                    let differences = differences((window, values), (*other, &others), self.bands);
                    let windows = (self.windows.len(), index);
                    self.overlaps.push(Overlap { windows, weight: shared(window, *other).1, differences });
                }
            }
        }
        self.windows.push(window);
        self.waiting.add(values)
    }

    /// Hands out the windows in their order, with their offsets added as far as the limits allow.
    pub fn finish(
        self,
        mut take: impl FnMut(Tile, Option<&[f32]>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let offsets = levels::solve(self.windows.len(), self.bands, &self.overlaps);
        for (index, window) in self.windows.iter().enumerate() {
            let mut values = self.waiting.get(index)?;
            if let Some(values) = &mut values {
                let size = window.window_px().width * window.window_px().height;
                for (band, offset) in offsets[index].iter().enumerate() {
                    let limits = self.limits.as_ref().map(|limits| &limits[band]);
                    for value in &mut values[band * size..(band + 1) * size] {
                        *value += *offset as f32;
                        if let Some(limits) = limits {
                            *value = value.clamp(*limits.start(), *limits.end());
                        }
                    }
                }
            }
            take(*window, values.as_deref())?;
        }
        Ok(())
    }
}

/// The values of windows, in the order in which they came.
struct Waiting {
    scratch: Scratch,
    /// Where each begins and how many values it has.
    entries: Vec<Option<(u64, usize)>>,
    end: u64,
}

impl Waiting {
    /// The next window's.
    fn add(&mut self, values: Option<&[f32]>) -> Result<(), Error> {
        if let Some(values) = values {
            self.scratch.write(self.end, values)?;
        }
        self.entries.push(values.map(|values| (self.end, values.len())));
        self.end += values.map_or(0, |values| values.len() as u64);
        Ok(())
    }

    /// Those of a window, counted from 0.
    fn get(&self, index: usize) -> Result<Option<Vec<f32>>, Error> {
        let Some(&Some((at, count))) = self.entries.get(index) else { return Ok(None) };
        let mut values = vec![0.0; count];
        self.scratch.read(at, &mut values)?;
        Ok(Some(values))
    }
}

/// Whether two windows lie beside or above each other and overlap; those that share a corner alone say little.
fn is_beside(a: Tile, b: Tile) -> bool {
    let overlap = |first: usize, other: usize| first < other + b.size && other < first + a.size;
    (a.row == b.row && overlap(a.column, b.column)) || (a.column == b.column && overlap(a.row, b.row))
}

/// What two windows share, and how many pixels that is.
fn shared(a: Tile, b: Tile) -> (Window, f64) {
    let (a, b) = (a.window_px(), b.window_px());
    let (x, y) = (a.x.max(b.x), a.y.max(b.y));
    let (width, height) = (a.x_end().min(b.x_end()) - x, a.y_end().min(b.y_end()) - y);
    (Window { x, y, width, height }, (width * height) as f64)
}

/// How much higher the values of one window are than those of another on average, where both overlap, for each band.
fn differences((a, values): (Tile, &[f32]), (b, others): (Tile, &[f32]), bands: usize) -> Vec<f64> {
    let (overlap, count) = shared(a, b);
    let (a, b) = (a.window_px(), b.window_px());
    let difference = |band: usize| {
        let row = |y: usize| {
            let part = |place: &Window, values: &[f32]| {
                let start = (band * place.height + y - place.y) * place.width + overlap.x - place.x;
                values[start..start + overlap.width].iter().map(|value| f64::from(*value)).sum::<f64>()
            };
            part(&a, values) - part(&b, others)
        };
        (overlap.y..overlap.y_end()).map(row).sum::<f64>() / count
    };
    (0..bands).map(difference).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use grid::Lattice;

    #[test]
    fn windows_that_differ_by_constants_become_one_surface_with_the_same_mean() {
        let lattice = Lattice::new(200, 150, 64, 32).unwrap();
        let windows = lattice.tiles_over(Window { x: 0, y: 0, width: 13, height: 10 });
        let level = |index: usize| (index * 7 % 5) as f32 - 2.0;
        let surface = |x: usize, y: usize| (x as f32 / 30.0).sin() + y as f32 / 100.0;
        let folder = tempfile::tempdir().unwrap();
        let mut harmony = Harmony::new(1, None, Scratch::new(folder.path()).unwrap());
        let mut mean = 0.0;
        for (index, window) in windows.iter().enumerate() {
            let place = window.window_px();
            let at = |i: usize| surface(place.x + i % place.width, place.y + i / place.width) + level(index);
            // The second channel is a spread, which has no level.
            let values: Vec<_> = (0..64 * 64).map(at).chain(vec![9.0; 64 * 64]).collect();
            mean += f64::from(level(index)) / windows.len() as f64;
            harmony.add(*window, Some(&values)).unwrap();
        }
        let mut worst = 0.0_f64;
        harmony
            .finish(|window, values| {
                let (place, values) = (window.window_px(), values.unwrap());
                for (i, value) in values[..64 * 64].iter().enumerate() {
                    let wanted = surface(place.x + i % place.width, place.y + i / place.width);
                    worst = worst.max((f64::from(value - wanted) - mean).abs());
                }
                assert!(values[64 * 64..].iter().all(|spread| (spread - 9.0).abs() < 1e-6));
                Ok(())
            })
            .unwrap();
        // Levels differ by up to 4; what is left is what keeps the mean from drifting.
        assert!(worst < 0.2, "{worst}");
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            0,
            "nothing is left, not even while it runs"
        );
    }

    #[test]
    fn offsets_move_no_value_beyond_the_limits() {
        let lattice = Lattice::new(112, 16, 64, 16).unwrap();
        let windows = lattice.tiles_over(Window { x: 0, y: 0, width: 7, height: 1 });
        let folder = tempfile::tempdir().unwrap();
        let mut harmony = Harmony::new(1, Some(vec![0.0..=4.0]), Scratch::new(folder.path()).unwrap());
        // Both meet near the middle, 2, which lifts the first one's peak beyond 4.
        for (window, level, peak) in [(windows[0], 0.0, 3.5), (windows[1], 4.0, 4.0)] {
            let mut values = vec![level; 64 * 64];
            values[0] = peak;
            harmony.add(window, Some(&values)).unwrap();
        }
        let mut found = Vec::new();
        harmony
            .finish(|_, values| {
                found.extend(values.map(|values| (values[0], values[1])));
                Ok(())
            })
            .unwrap();
        let [(first_peak, first), (_, second)] = found[..] else { panic!("{found:?}") };
        assert!(first > 1.5 && second < 2.5, "they moved: {first}, {second}");
        assert!((first_peak - 4.0).abs() < 1e-6, "{first_peak}");
    }

    #[test]
    fn a_window_without_values_stays_so_and_tells_its_neighbours_nothing() {
        let lattice = Lattice::new(112, 16, 64, 16).unwrap();
        let windows = lattice.tiles_over(Window { x: 0, y: 0, width: 7, height: 1 });
        let folder = tempfile::tempdir().unwrap();
        let mut harmony = Harmony::new(1, None, Scratch::new(folder.path()).unwrap());
        harmony.add(windows[0], None).unwrap();
        harmony.add(windows[1], Some(&[5.0; 64 * 64])).unwrap();
        let mut found = Vec::new();
        harmony
            .finish(|_, values| {
                found.push(values.map(|values| values[0]));
                Ok(())
            })
            .unwrap();
        assert_eq!(found, [None, Some(5.0)]);
    }
}
