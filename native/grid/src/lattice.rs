//! The tile lattice: how a grid of any size is covered by tiles of one size.
//!
//! Tiles lie on a lattice that belongs to the grid, never to the extent that was asked for: so a patch's result
//! is the same for every extent that holds it.

use crate::Window;
use thiserror::Error;

/// Width and height of a patch, TerraMind's unit of sight.
pub const PATCH_PX: usize = 16;

/// Why tiles of this size and overlap cannot be laid.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum LatticeError {
    /// The tile size does not hold whole patches.
    #[error(
        "a tile size of {0} pixels does not hold whole patches: it must be a multiple of {PATCH_PX}, at least {PATCH_PX}"
    )]
    TileSize(usize),
    /// The overlap is not in whole patches, or not smaller than the tile.
    #[error(
        "an overlap of {overlap_px} pixels does not fit tiles of {tile_px}: it must be a multiple of {PATCH_PX} and smaller than the tile"
    )]
    Overlap {
        /// What was asked for.
        overlap_px: usize,
        /// The tile size it was asked for with.
        tile_px: usize,
    },
    /// The grid has no pixels.
    #[error("the grid has no pixels ({0} × {1})")]
    Empty(usize, usize),
}

/// One tile of the lattice, in patches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    /// First patch column.
    pub column: usize,
    /// First patch row.
    pub row: usize,
    /// Patches a side.
    pub size: usize,
}

impl Tile {
    /// The tile's pixels. They may reach beyond the grid, where pixels are padded.
    #[must_use]
    pub fn window_px(&self) -> Window {
        let side = self.size * PATCH_PX;
        Window { x: self.column * PATCH_PX, y: self.row * PATCH_PX, width: side, height: side }
    }
}

/// Overlapping square tiles over a grid that is padded at right and bottom to whole patches, and to one tile
/// where it is smaller than that. The last row and column of tiles snap to the padded edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lattice {
    cells: (usize, usize),
    tile: usize,
    overlap: usize,
    columns: Vec<usize>,
    rows: Vec<usize>,
}

impl Lattice {
    /// A lattice over a grid of `width_px` × `height_px`; `tile_px` and `overlap_px` are multiples of 16.
    pub fn new(
        width_px: usize,
        height_px: usize,
        tile_px: usize,
        overlap_px: usize,
    ) -> Result<Self, LatticeError> {
        if width_px == 0 || height_px == 0 {
            return Err(LatticeError::Empty(width_px, height_px));
        }
        if tile_px == 0 || !tile_px.is_multiple_of(PATCH_PX) {
            return Err(LatticeError::TileSize(tile_px));
        }
        if !overlap_px.is_multiple_of(PATCH_PX) || overlap_px >= tile_px {
            return Err(LatticeError::Overlap { overlap_px, tile_px });
        }
        let cells = (width_px.div_ceil(PATCH_PX), height_px.div_ceil(PATCH_PX));
        let (tile, overlap) = (tile_px / PATCH_PX, overlap_px / PATCH_PX);
        Ok(Self {
            cells,
            tile,
            overlap,
            columns: starts(cells.0, tile, tile - overlap),
            rows: starts(cells.1, tile, tile - overlap),
        })
    }

    /// Patch columns and rows that hold at least one pixel of the grid.
    #[must_use]
    pub fn cells(&self) -> (usize, usize) {
        self.cells
    }

    /// Patches along a tile's side.
    #[must_use]
    pub fn tile_cells(&self) -> usize {
        self.tile
    }

    /// The tiles that share patches with `cells` (a window of patches), row by row from the top left: the
    /// order in which rows of patches become complete.
    #[must_use]
    pub fn tiles_over(&self, cells: Window) -> Vec<Tile> {
        let touching = |starts: &[usize], from: usize, end: usize| -> Vec<usize> {
            starts.iter().copied().filter(|&s| s < end && s + self.tile > from).collect()
        };
        let columns = touching(&self.columns, cells.x, cells.x_end());
        touching(&self.rows, cells.y, cells.y_end())
            .into_iter()
            .flat_map(|row| columns.iter().map(move |&column| Tile { column, row, size: self.tile }))
            .collect()
    }

    /// The weight of each patch column and of each patch row of a tile when overlapping tiles are blended: a
    /// raised cosine over the overlap, 1 elsewhere and at the grid's own edge, never 0. The weight of a patch
    /// is the product of its column's and its row's; divide by the sum over all tiles that hold it.
    #[must_use]
    pub fn weights(&self, tile: Tile) -> (Vec<f32>, Vec<f32>) {
        self.ramps(tile, 1)
    }

    /// The same for each pixel column and pixel row of a tile.
    #[must_use]
    pub fn pixel_weights(&self, tile: Tile) -> (Vec<f32>, Vec<f32>) {
        self.ramps(tile, PATCH_PX)
    }

    /// The ramps of both axes, with so many steps per patch.
    fn ramps(&self, tile: Tile, steps: usize) -> (Vec<f32>, Vec<f32>) {
        let ramp = |start: usize, last: Option<&usize>| {
            let (at_start, at_end) = (start == 0, Some(&start) == last);
            let (size, overlap) = (self.tile * steps, self.overlap * steps);
            let rise = |from_edge: usize| {
                if from_edge >= overlap {
                    return 1.0;
                }
                let share = (from_edge as f64 + 0.5) / overlap as f64;
                (0.5 * (1.0 - (std::f64::consts::PI * share).cos())) as f32
            };
            (0..size)
                .map(|i| {
                    let left = if at_start { 1.0 } else { rise(i) };
                    let right = if at_end { 1.0 } else { rise(size - 1 - i) };
                    left * right
                })
                .collect()
        };
        (ramp(tile.column, self.columns.last()), ramp(tile.row, self.rows.last()))
    }
}

/// Where tiles begin along one axis.
fn starts(cells: usize, tile: usize, stride: usize) -> Vec<usize> {
    let last = cells.saturating_sub(tile);
    (0..last).step_by(stride).chain([last]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [(usize, usize); 9] = [
        (1, 1),
        (15, 17),
        (224, 224),
        (225, 224),
        (240, 480),
        (480, 400),
        (449, 1000),
        (1000, 50),
        (2000, 2000),
    ];

    #[test]
    fn one_tile_is_one_tile_with_weight_one() {
        let lattice = Lattice::new(224, 224, 224, 32).unwrap();
        let tiles = lattice.tiles_over(Window { x: 0, y: 0, width: 14, height: 14 });
        assert_eq!(tiles, [Tile { column: 0, row: 0, size: 14 }]);
        assert_eq!(lattice.weights(tiles[0]), (vec![1.0; 14], vec![1.0; 14]));
    }

    #[test]
    fn tiles_cover_every_patch_and_stay_inside() {
        for (width, height) in SIZES {
            for (tile, overlap) in [(224, 32), (224, 0), (64, 48), (16, 0), (32, 16)] {
                let lattice = Lattice::new(width, height, tile, overlap).unwrap();
                let (cols, rows) = lattice.cells();
                let mut seen = vec![0_usize; cols * rows];
                for t in lattice.tiles_over(Window { x: 0, y: 0, width: cols, height: rows }) {
                    assert!(t.column == 0 || t.column + t.size <= cols, "{width}x{height} {tile}");
                    assert!(t.row == 0 || t.row + t.size <= rows, "{width}x{height} {tile}");
                    for y in t.row..(t.row + t.size).min(rows) {
                        for x in t.column..(t.column + t.size).min(cols) {
                            seen[y * cols + x] += 1;
                        }
                    }
                }
                assert!(seen.iter().all(|&n| n > 0), "{width}x{height} tile {tile} overlap {overlap}");
            }
        }
    }

    #[test]
    fn regular_overlaps_have_weights_that_sum_to_one() {
        let lattice = Lattice::new(16 * 38, 224, 224, 32).unwrap(); // starts 0, 12, 24: no snapping
        assert_eq!(lattice.columns, [0, 12, 24]);
        let mut sums = [0.0_f32; 38];
        for t in lattice.tiles_over(Window { x: 0, y: 0, width: 38, height: 14 }) {
            for (i, w) in lattice.weights(t).0.into_iter().enumerate() {
                assert!(w > 0.0);
                sums[t.column + i] += w;
            }
        }
        assert!(sums.iter().all(|s| (s - 1.0).abs() < 1e-6), "{sums:?}");
    }

    #[test]
    fn tiles_over_a_part_are_the_tiles_of_the_whole_that_touch_it() {
        let lattice = Lattice::new(2000, 1500, 224, 32).unwrap();
        let (width, height) = lattice.cells();
        let all = lattice.tiles_over(Window { x: 0, y: 0, width, height });
        let part = Window { x: 40, y: 33, width: 3, height: 20 };
        let expected: Vec<_> = all
            .into_iter()
            .filter(|t| {
                t.column < part.x_end()
                    && t.column + t.size > part.x
                    && t.row < part.y_end()
                    && t.row + t.size > part.y
            })
            .collect();
        assert_eq!(lattice.tiles_over(part), expected);
    }

    #[test]
    fn bad_sizes_are_refused() {
        assert_eq!(Lattice::new(10, 10, 100, 0), Err(LatticeError::TileSize(100)));
        assert_eq!(Lattice::new(10, 10, 0, 0), Err(LatticeError::TileSize(0)));
        assert!(Lattice::new(10, 10, 64, 64).is_err() && Lattice::new(10, 10, 64, 8).is_err());
        assert!(Lattice::new(0, 10, 64, 16).is_err());
    }
}
