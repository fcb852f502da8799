//! Extents, windows, the tile lattice and blend weights: the arithmetic of where things lie.
//!
//! - [`Grid`]: the affine map between pixels and the world, and which [`Window`] of pixels an [`Extent`] covers;
//! - [`Lattice`]: how a grid of any size is covered by overlapping tiles whose patches lie on one lattice;
//! - [`reflect`]: which pixel stands in for one beyond the edge;
//! - [`interpolation`]: from one value per patch to one per pixel;
//! - [`resample`]: from the pixels of one grid to those of another.
//!
//! ```
//! use grid::{Lattice, Window};
//!
//! // A Sentinel-2 scene of 500 × 300 pixels in tiles of 224 that overlap by 32.
//! let lattice = Lattice::new(500, 300, 224, 32).unwrap();
//! assert_eq!(lattice.cells(), (32, 19));
//! let tiles = lattice.tiles_over(Window { x: 0, y: 0, width: 32, height: 19 });
//! assert_eq!(tiles.len(), 3 * 2);
//! ```
//!
//! It does no I/O and knows no coordinate reference systems: that is `raster`'s.

mod geometry;
pub mod interpolation;
mod lattice;
pub mod reflect;
pub mod resample;

pub use geometry::{Extent, Grid, GridError, Window};
pub use lattice::{Lattice, LatticeError, PATCH_PX, Tile};
