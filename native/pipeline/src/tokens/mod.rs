//! Stage one: token ids for all patches that are needed.
//!
//! Tile by tile of one lattice, each prediction feeding the next of the same tile, as TerraTorch chains them. One
//! graph is in memory at a time: all tiles go through it before the next is loaded, and the layers are read again.

pub(crate) mod encode;
mod patch_map;
pub(crate) mod predict;
mod tile_ids;

pub(crate) use patch_map::PatchMap;
pub(crate) use tile_ids::TileIds;
