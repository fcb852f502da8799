//! How large tiles are and how far they overlap.

use crate::description::{Kind, Parameter};

pub(crate) const TILE_SIZE: &str = "TILE_SIZE";
pub(crate) const OVERLAP: &str = "OVERLAP";

/// Attention compares every patch with every other: memory grows with the fourth power of a tile's side. At twice
/// this side one attention matrix of base takes 13 GB for one layer (patches² × heads × 4 bytes).
const LARGEST_TILE_PX: i64 = 1024;

pub(crate) fn parameters() -> [Parameter; 2] {
    [
        Parameter::new(
            TILE_SIZE,
            "Tile size",
            "Pixels that the model sees at once, a multiple of 16. TerraMind was trained on 224; larger tiles see more context and need more memory.",
            Kind::Integer { minimum: 16, maximum: Some(LARGEST_TILE_PX), default: 224 },
        )
        .advanced(),
        Parameter::new(
            OVERLAP,
            "Overlap",
            "Pixels that neighbouring tiles share, a multiple of 16; they are blended gradually. More hides seams better and takes longer.",
            Kind::Integer { minimum: 0, maximum: Some(LARGEST_TILE_PX - 16), default: 32 },
        )
        .advanced(),
    ]
}
