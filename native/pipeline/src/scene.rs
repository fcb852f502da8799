//! What the stages of a generation share: the layers, and how their grid is cut into tiles.

use crate::Error;
use crate::Inputs;
use crate::inputs::{LayerModality, TileInput};
use crate::memory::Needs;
use grid::{Lattice, PATCH_PX, Tile, Window};
use model::coordinates::Position;
use model::diffusion::PixelWindow;
use model::sampling::PatchPosition;
use parking_lot::Mutex;
use raster::Writer;
use std::sync::Arc;

/// Layers on a lattice of tiles.
pub(crate) struct Scene {
    /// Shared with the thread that reads.
    inputs: Arc<Mutex<Inputs>>,
    /// Where the tiles lie.
    pub lattice: Lattice,
    /// The patches that have to be computed.
    pub cells: Window,
    /// The tiles that hold them.
    pub tiles: Vec<Tile>,
    /// The grid's first pixel, counted from the origin of its system.
    first_pixel: (i64, i64),
}

/// Reads tiles of a scene on another thread.
#[derive(Clone)]
pub(crate) struct Reader {
    inputs: Arc<Mutex<Inputs>>,
    tiles: Arc<[Tile]>,
}

impl Scene {
    /// The patches `cells` of the layers' grid.
    pub fn new(inputs: Inputs, lattice: Lattice, cells: Window) -> Self {
        let first_pixel = inputs.grid().first_pixel();
        let tiles = lattice.tiles_over(cells);
        Self { inputs: Arc::new(Mutex::new(inputs)), lattice, cells, tiles, first_pixel }
    }

    /// The layers, for as long as nobody reads.
    pub fn inputs(&self) -> parking_lot::MutexGuard<'_, Inputs> {
        self.inputs.lock()
    }

    /// Something that reads the tiles by their numbers.
    pub fn reader(&self) -> Reader {
        Reader { inputs: Arc::clone(&self.inputs), tiles: self.tiles.clone().into() }
    }

    /// The place of a tile's first patch in the world, which random numbers depend on.
    pub fn first_patch(&self, tile: Tile) -> PatchPosition {
        let side = PATCH_PX as i64;
        PatchPosition {
            column: self.first_pixel.0.div_euclid(side) + tile.column as i64,
            row: self.first_pixel.1.div_euclid(side) + tile.row as i64,
        }
    }

    /// Where on Earth the centres of the tiles' pixels are, as far as they lie on the grid.
    pub fn centres(&self) -> Result<Vec<Position>, Error> {
        let inputs = self.inputs();
        let grid = inputs.grid();
        let centre = |first: usize, end: usize, size: usize| (first + end.min(size)) as f64 / 2.0;
        let position = |tile: &Tile| {
            let window = tile.window_px();
            let column = centre(window.x, window.x_end(), grid.width_px());
            let row = centre(window.y, window.y_end(), grid.height_px());
            let (x, y) = grid.world_from_pixel(column, row);
            let (latitude, longitude) = inputs.crs().geographic(x, y)?;
            Ok(Position { latitude, longitude })
        };
        self.tiles.iter().map(position).collect()
    }

    /// What layers and files take of memory.
    pub fn needs<'w>(&self, writers: impl Iterator<Item = &'w Writer>) -> Needs {
        let inputs = self.inputs();
        let grid = inputs.grid();
        Needs::of(&inputs, self.cells.refined(PATCH_PX, grid.width_px(), grid.height_px()), writers)
    }

    /// The place of a tile's pixels in the world.
    pub fn pixels(&self, tile: Tile) -> PixelWindow {
        let window = tile.window_px();
        PixelWindow {
            x: self.first_pixel.0 + window.x as i64,
            y: self.first_pixel.1 + window.y as i64,
            width_px: window.width,
            height_px: window.height,
        }
    }
}

impl Reader {
    /// A tile of the layers that are `wanted`.
    pub fn read(&self, tile: usize, wanted: impl Fn(LayerModality) -> bool) -> Result<TileInput, Error> {
        self.inputs.lock().read(self.tiles[tile], wanted)
    }
}
