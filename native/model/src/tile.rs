//! The sizes that tiles may have.

use crate::Error;

/// The longest side of a tile. Attention compares every patch with every other one, so that tiles
/// of this size are beyond any memory anyway; the bound keeps sizes from overflowing.
pub const MAXIMUM_TILE_PX: usize = 4096;

/// Tiles that a graph takes in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tiles {
    /// Height of a tile.
    pub height_px: usize,
    /// Width of a tile.
    pub width_px: usize,
    /// Tiles per run.
    pub batch: usize,
}

impl Tiles {
    /// Refuses sides that are no multiples of `multiple_px`, and what is empty or too large.
    pub(crate) fn check(self, multiple_px: usize) -> Result<(), Error> {
        let side_suits = |px: usize| px > 0 && px.is_multiple_of(multiple_px) && px <= MAXIMUM_TILE_PX;
        if side_suits(self.height_px) && side_suits(self.width_px) && self.batch > 0 {
            return Ok(());
        }
        Err(Error::TileSize { tiles: self, multiple_px, maximum_px: MAXIMUM_TILE_PX })
    }

    /// Rows and columns of patches of that size.
    pub(crate) fn patches(self, patch_px: usize) -> [usize; 2] {
        [self.height_px / patch_px, self.width_px / patch_px]
    }
}
