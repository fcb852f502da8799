//! Token ids of tiles, as they feed later predictions of the same tile.

/// The ids of every tile of a scene: those of its patches row by row, or the words of its coordinates.
///
/// Ids are below 2^16 (the largest vocabulary has 30,000), and take two bytes per patch: the only thing in memory
/// that grows with the scene.
#[derive(Debug, Clone)]
pub(crate) struct TileIds(Vec<Option<Vec<u16>>>);

impl TileIds {
    /// Of so many tiles, none of which has any yet.
    pub fn new(tiles: usize) -> Self {
        Self(vec![None; tiles])
    }

    /// The ids of a tile.
    pub fn set(&mut self, tile: usize, ids: Vec<u16>) {
        self.0[tile] = Some(ids);
    }

    /// The ids of a tile, nothing if it holds no data.
    pub fn get(&self, tile: usize) -> Option<&[u16]> {
        self.0[tile].as_deref()
    }
}
