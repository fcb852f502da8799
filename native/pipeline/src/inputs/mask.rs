//! Where there is data, and where there is too little of it.

use crate::Error;
use grid::{Grid, PATCH_PX, Tile, Window};
use raster::{Crs, Layer, Pixels, Resampling};
use std::path::Path;

/// The parameter of the mask.
pub const MASK: &str = "MASK";

/// Which pixels count, beside what the layers say themselves.
#[derive(Debug, Clone)]
pub struct Validity {
    /// A raster on any grid; where it is 0 or nodata, or does not reach, no layer counts.
    pub mask: Option<String>,
    /// From 0 to 1: of a patch with a larger share of missing pixels than this there is no result.
    pub most_missing: f64,
}

impl Default for Validity {
    fn default() -> Self {
        Self { mask: None, most_missing: 1.0 }
    }
}

/// A mask on the grid of the layers.
pub(super) struct Mask {
    layer: Option<Layer>,
    most_missing: f64,
}

impl Mask {
    /// Opens the mask, if there is one, on the grid of the layers, and says how it is read.
    pub fn open(validity: &Validity, grid: &Grid, crs: &Crs) -> Result<(Self, Option<String>), Error> {
        let most_missing = validity.most_missing;
        let Some(source) = &validity.mask else { return Ok((Self { layer: None, most_missing }, None)) };
        let failed = |source| Error::Layer { modality: MASK, source };
        let layer = Layer::open(source).map_err(failed)?.with_bands(&[0]);
        let layer = layer.on(grid, crs, Resampling::Nearest).map_err(failed)?;
        let told = format!("{MASK}: pixels where it is 0 or nodata do not count: {source}");
        Ok((Self { layer: Some(layer), most_missing }, Some(told)))
    }

    /// The raster, if there is one.
    pub fn layer(&self) -> Option<&Layer> {
        self.layer.as_ref()
    }

    /// Whether it is read from this file.
    pub fn reads(&self, path: &Path) -> bool {
        self.layer.as_ref().is_some_and(|layer| layer.reads(path))
    }

    /// Takes away what does not count from the pixels of a window.
    pub fn apply(&self, pixels: &mut Pixels, window: Window) -> Result<(), Error> {
        let Some(layer) = &self.layer else { return Ok(()) };
        let mask = layer.read(window)?;
        for band in pixels.valid.chunks_exact_mut(window.width * window.height) {
            for ((valid, value), counts) in band.iter_mut().zip(&mask.values).zip(&mask.valid) {
                *valid &= *counts && *value != 0.0;
            }
        }
        Ok(())
    }

    /// Whether there is enough in each patch of a tile, `[y, x]`. Mirrored pixels beyond the grid do not count. In a
    /// patch that has too little no pixel is valid afterwards.
    pub fn patches(&self, valid_px: &mut [bool], tile: Tile, grid: Grid) -> Vec<bool> {
        let window = tile.window_px();
        let patches = tile.size * tile.size;
        let (mut found, mut all) = (vec![0_usize; patches], vec![0_usize; patches]);
        let patch = |i: usize| i / window.width / PATCH_PX * tile.size + i % window.width / PATCH_PX;
        for (i, valid) in valid_px.iter().enumerate() {
            let (x, y) = (i % window.width, i / window.width);
            if window.x + x < grid.width_px() && window.y + y < grid.height_px() {
                all[patch(i)] += 1;
                found[patch(i)] += usize::from(*valid);
            }
        }
        let enough = |(found, all): (&usize, &usize)| {
            *found > 0 && (all - found) as f64 <= self.most_missing * *all as f64
        };
        let valid: Vec<bool> = found.iter().zip(&all).map(enough).collect();
        for (i, pixel) in valid_px.iter_mut().enumerate() {
            *pixel &= valid[patch(i)] || all[patch(i)] == 0;
        }
        valid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TILE: Tile = Tile { column: 1, row: 0, size: 2 };
    const NORTH_UP: [f64; 6] = [0.0, 1.0, 0.0, 0.0, 0.0, -1.0];

    fn patches(most_missing: f64, valid_px: &mut [bool], width: usize) -> Vec<bool> {
        let grid = Grid::new(NORTH_UP, width, 32).unwrap();
        Mask { layer: None, most_missing }.patches(valid_px, TILE, grid)
    }

    #[test]
    fn one_valid_pixel_makes_a_patch_valid_unless_it_is_a_mirror_image() {
        let mut valid_px = vec![false; 32 * 32];
        valid_px[17 * 32 + 31] = true;
        assert_eq!(patches(1.0, &mut valid_px, 48), [false, false, false, true]);
        assert!(valid_px[17 * 32 + 31]);
        // The same pixel beyond a narrower grid.
        assert_eq!(patches(1.0, &mut valid_px, 47), [false; 4]);
    }

    #[test]
    fn a_patch_that_misses_more_than_the_share_is_missing_as_a_whole() {
        // Of the first patch half is missing, of the second one pixel.
        let missing = |i: usize| (i % 32 < 8 && i / 32 < 16) || i == 20;
        let valid_px: Vec<_> = (0..32 * 32).map(|i| !missing(i)).collect();
        for (most, expected) in
            [(0.5, [true; 4]), (0.49, [false, true, true, true]), (0.0, [false, false, true, true])]
        {
            let mut own = valid_px.clone();
            assert_eq!(patches(most, &mut own, 48), expected, "{most}");
            assert_eq!(own[10], expected[0], "a pixel of the first patch that is there");
            assert_eq!(own[25], expected[1]);
        }
    }
}
