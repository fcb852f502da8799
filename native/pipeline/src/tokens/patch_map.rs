//! One value per patch, out of overlapping tiles that need not agree.

use grid::{Lattice, Tile, Window};

/// Values of patches, each from the tile that sees most around it.
///
/// Token ids cannot be averaged, so overlapping tiles are not blended: a patch takes its value from the tile in
/// which it has the largest blend weight, the first of several. That depends on the lattice alone.
#[derive(Debug, Clone)]
pub(crate) struct PatchMap<T> {
    cells: Window,
    values: Vec<Option<T>>,
    weights: Vec<f32>,
}

impl<T: Copy> PatchMap<T> {
    /// Of the patches `cells`, none of which has a value yet.
    pub fn new(cells: Window) -> Self {
        let count = cells.width * cells.height;
        Self { cells, values: vec![None; count], weights: vec![0.0; count] }
    }

    /// The map of tiles with values `[y, x]`; a tile without any leaves its patches to others.
    pub fn of_tiles<'a>(
        lattice: &Lattice,
        cells: Window,
        tiles: impl IntoIterator<Item = (Tile, Option<&'a [T]>)>,
    ) -> Self
    where
        T: 'a,
    {
        let mut map = Self::new(cells);
        for (tile, values) in tiles {
            if let Some(values) = values {
                map.add(lattice, tile, values);
            }
        }
        map
    }

    /// Takes a tile's values `[y, x]`.
    pub fn add(&mut self, lattice: &Lattice, tile: Tile, values: &[T]) {
        let (column_weights, row_weights) = lattice.weights(tile);
        let cells = self.cells;
        for row in tile.row.max(cells.y)..(tile.row + tile.size).min(cells.y_end()) {
            for column in tile.column.max(cells.x)..(tile.column + tile.size).min(cells.x_end()) {
                let (x, y) = (column - tile.column, row - tile.row);
                let weight = column_weights[x] * row_weights[y];
                let at = (row - cells.y) * cells.width + column - cells.x;
                if weight > self.weights[at] {
                    self.weights[at] = weight;
                    self.values[at] = Some(values[y * tile.size + x]);
                }
            }
        }
    }

    /// The value of a patch of the grid, if it is one of these and has one.
    pub fn get(&self, column: usize, row: usize) -> Option<T> {
        let (x, y) = (column.checked_sub(self.cells.x)?, row.checked_sub(self.cells.y)?);
        (x < self.cells.width && y < self.cells.height).then(|| self.values[y * self.cells.width + x])?
    }
}

impl PatchMap<bool> {
    /// Whether it is true of any patch of a tile.
    pub fn any_in(&self, tile: Tile) -> bool {
        let mut patches = (tile.row..tile.row + tile.size)
            .flat_map(|row| (tile.column..tile.column + tile.size).map(move |column| (column, row)));
        patches.any(|(column, row)| self.get(column, row) == Some(true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_takes_the_value_of_the_tile_that_sees_most_around_it() {
        // Tiles of 4 patches that share 2: at 0 and 2, and 3 at the edge of 7 patches.
        let lattice = Lattice::new(7 * 16, 16, 64, 32).unwrap();
        let cells = Window { x: 0, y: 0, width: 7, height: 1 };
        let tiles = lattice.tiles_over(cells);
        assert_eq!(tiles.iter().map(|t| t.column).collect::<Vec<_>>(), [0, 2, 3]);
        let values: Vec<Vec<usize>> = tiles.iter().map(|t| vec![t.column; 16]).collect();
        let map =
            PatchMap::of_tiles(&lattice, cells, tiles.iter().zip(&values).map(|(t, v)| (*t, Some(&v[..]))));
        let found: Vec<_> = (0..7).map(|x| map.get(x, 0).unwrap()).collect();
        assert_eq!(found, [0, 0, 0, 2, 2, 3, 3]);
        // Part of it, and without a tile.
        let part = Window { x: 3, y: 0, width: 2, height: 1 };
        let map =
            PatchMap::of_tiles(&lattice, part, tiles.iter().zip(&values).map(|(t, v)| (*t, Some(&v[..]))));
        assert_eq!(
            [map.get(2, 0), map.get(3, 0), map.get(4, 0), map.get(5, 0)],
            [None, Some(2), Some(2), None]
        );
        let without = tiles.iter().zip(&values).map(|(t, v)| (*t, (t.column != 2).then_some(&v[..])));
        let map = PatchMap::of_tiles(&lattice, cells, without);
        assert_eq!((0..7).map(|x| map.get(x, 0).unwrap()).collect::<Vec<_>>(), [0, 0, 0, 0, 3, 3, 3]);
    }
}
