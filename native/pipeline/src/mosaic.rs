//! Overlapping tiles become rows of patches.

use crate::Error;
use grid::{Lattice, Tile, Window};
use std::collections::VecDeque;

/// One finished row of patches.
#[derive(Debug, PartialEq)]
pub(crate) struct CellRow {
    /// Features as `[x, feature]`, NaN where there is no result.
    pub values: Vec<f32>,
}

/// Blends tiles, which come row by row of the lattice, and hands out rows as soon as no later tile touches
/// them: it never holds more rows than a tile has.
pub(crate) struct Mosaic {
    lattice: Lattice,
    cells: Window,
    features: usize,
    /// The row of patches that `pending` begins with.
    first: usize,
    pending: VecDeque<Sums>,
}

struct Sums {
    values: Vec<f32>,
    weights: Vec<f32>,
}

impl Mosaic {
    /// For the patches `cells` of the lattice's grid, with so many features each.
    pub fn new(lattice: Lattice, cells: Window, features: usize) -> Self {
        Self { lattice, cells, features, first: cells.y, pending: VecDeque::new() }
    }

    /// Adds a tile's features `[y, x, feature]` where `valid` `[y, x]`, after the rows that it makes complete were handed
    /// out. Tiles come in the order of [`Lattice::tiles_over`].
    pub fn add(
        &mut self,
        tile: Tile,
        features: &[f32],
        valid: &[bool],
        take: impl FnMut(CellRow) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.take_rows_before(tile.row, take)?;
        let (column_weights, row_weights) = self.lattice.weights(tile);
        let columns = tile.column.max(self.cells.x)..(tile.column + tile.size).min(self.cells.x_end());
        for row in tile.row.max(self.cells.y)..(tile.row + tile.size).min(self.cells.y_end()) {
            while self.first + self.pending.len() <= row {
                self.pending.push_back(Sums::empty(self.cells.width, self.features));
            }
            let sums = &mut self.pending[row - self.first];
            for column in columns.clone() {
                let (x, y) = (column - tile.column, row - tile.row);
                let cell = y * tile.size + x;
                if valid[cell] {
                    let weight = column_weights[x] * row_weights[y];
                    let patch = &features[cell * self.features..(cell + 1) * self.features];
                    sums.add(column - self.cells.x, weight, patch);
                }
            }
        }
        Ok(())
    }

    /// Hands out the remaining rows.
    pub fn finish(mut self, take: impl FnMut(CellRow) -> Result<(), Error>) -> Result<(), Error> {
        self.take_rows_before(self.cells.y_end(), take)
    }

    fn take_rows_before(
        &mut self,
        end: usize,
        mut take: impl FnMut(CellRow) -> Result<(), Error>,
    ) -> Result<(), Error> {
        while self.first < end.min(self.cells.y_end()) {
            // Where every tile of a row was skipped, nothing was ever added.
            let sums =
                self.pending.pop_front().unwrap_or_else(|| Sums::empty(self.cells.width, self.features));
            take(sums.into_row(self.features))?;
            self.first += 1;
        }
        Ok(())
    }
}

impl Sums {
    fn empty(width: usize, features: usize) -> Self {
        Self { values: vec![0.0; width * features], weights: vec![0.0; width] }
    }

    fn add(&mut self, x: usize, weight: f32, patch: &[f32]) {
        self.weights[x] += weight;
        let values = &mut self.values[x * patch.len()..(x + 1) * patch.len()];
        for (sum, value) in values.iter_mut().zip(patch) {
            *sum += weight * value;
        }
    }

    fn into_row(mut self, features: usize) -> CellRow {
        for (patch, weight) in self.values.chunks_exact_mut(features).zip(self.weights) {
            // No weight at all leaves 0 / 0 = NaN, which is nodata.
            for value in patch {
                *value /= weight;
            }
        }
        CellRow { values: self.values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "what takes rows may fail")]
    fn keep(rows: &mut Vec<CellRow>, row: CellRow) -> Result<(), Error> {
        rows.push(row);
        Ok(())
    }

    /// Blends tiles whose features are `value(column, row)` of each patch, over a part of the grid.
    fn blend(
        size: (usize, usize),
        tile: (usize, usize),
        cells: Window,
        value: impl Fn(Tile, usize, usize) -> f32,
    ) -> Vec<CellRow> {
        let lattice = Lattice::new(size.0, size.1, tile.0, tile.1).unwrap();
        let mut mosaic = Mosaic::new(lattice.clone(), cells, 1);
        let mut rows = Vec::new();
        for t in lattice.tiles_over(cells) {
            let features: Vec<_> =
                (0..t.size * t.size).map(|i| value(t, t.column + i % t.size, t.row + i / t.size)).collect();
            mosaic.add(t, &features, &vec![true; features.len()], |row| keep(&mut rows, row)).unwrap();
            assert!(mosaic.pending.len() <= t.size);
        }
        mosaic.finish(|row| keep(&mut rows, row)).unwrap();
        rows
    }

    #[test]
    fn tiles_that_agree_give_what_they_agree_on() {
        for tile in [(64, 16), (64, 0), (96, 48), (16, 0)] {
            let cells = Window { x: 0, y: 0, width: 20, height: 13 };
            let rows = blend((310, 200), tile, cells, |_, x, y| (100 * y + x) as f32);
            assert_eq!(rows.len(), 13);
            for (y, row) in rows.iter().enumerate() {
                for (x, value) in row.values.iter().enumerate() {
                    assert!((value - (100 * y + x) as f32).abs() < 1e-3, "{tile:?} {x} {y} {value}");
                }
            }
        }
    }

    #[test]
    fn a_part_is_the_same_to_the_bit_as_that_part_of_the_whole() {
        // Tiles that disagree: each has a value of its own in every patch.
        let value = |t: Tile, x: usize, y: usize| (t.column * 31 + t.row * 17 + x * 7 + y * 3) as f32 / 3.0;
        let whole = Window { x: 0, y: 0, width: 63, height: 40 };
        let part = Window { x: 11, y: 9, width: 30, height: 20 };
        let all = blend((1000, 640), (224, 32), whole, value);
        let some = blend((1000, 640), (224, 32), part, value);
        for (y, row) in some.iter().enumerate() {
            assert_eq!(row.values, all[part.y + y].values[part.x..part.x_end()], "row {y}");
        }
    }

    #[test]
    fn between_two_tiles_the_blend_is_gradual() {
        let cells = Window { x: 0, y: 0, width: 7, height: 4 };
        let rows = blend((112, 64), (64, 16), cells, |t, _, _| if t.column == 0 { 0.0 } else { 1.0 });
        let row = &rows[0].values;
        assert!(row[..3].iter().all(|v| v.abs() < 1e-6) && row[4..].iter().all(|v| (v - 1.0).abs() < 1e-6));
        assert!((row[3] - 0.5).abs() < 1e-6, "{row:?}");
    }

    #[test]
    fn over_several_patches_the_blend_is_a_raised_cosine() {
        let cells = Window { x: 0, y: 0, width: 14, height: 8 };
        let rows = blend((224, 128), (128, 32), cells, |t, _, _| if t.column == 0 { 0.0 } else { 1.0 });
        let row = &rows[0].values;
        for (x, share) in [(6, 0.25_f64), (7, 0.75)] {
            let expected = 0.5 * (1.0 - (std::f64::consts::PI * share).cos());
            assert!((f64::from(row[x]) - expected).abs() < 1e-6, "{row:?}");
        }
    }

    #[test]
    fn invalid_patches_are_nan_and_do_not_touch_their_neighbours() {
        let lattice = Lattice::new(48, 32, 32, 16).unwrap();
        let cells = Window { x: 0, y: 0, width: 3, height: 2 };
        let mut mosaic = Mosaic::new(lattice.clone(), cells, 2);
        for tile in lattice.tiles_over(cells) {
            let valid = if tile.column == 0 { [true, false, true, true] } else { [false, true, true, true] };
            mosaic.add(tile, &[5.0; 8], &valid, |_| panic!("no row is complete")).unwrap();
        }
        let mut rows = Vec::new();
        mosaic.finish(|row| keep(&mut rows, row)).unwrap();
        let nan: Vec<_> = rows[0].values.iter().map(|v| v.is_nan()).collect();
        assert_eq!(nan, [false, false, true, true, false, false]);
        assert!(rows[1].values.iter().all(|v| (v - 5.0).abs() < 1e-6));
    }
}
