//! Stage two: pixels out of token ids.
//!
//! Windows are decoded one by one and blended. They are the tiles that the tokens came from where the decoder can take
//! those; else they lie on a lattice of their own. One decoder is in memory at a time.

mod blend;
mod decoder;
mod harmony;
mod mix;
mod scratch;
mod sums;

pub(crate) use blend::{Blend, Rows};
pub(crate) use decoder::{Decoder, multiple_px};
pub(crate) use mix::{Mix, largest, probabilities};

use crate::means::Course;
use crate::scene::Scene;
use crate::tokens::{PatchMap, TileIds};
use crate::{Error, stages};
use grid::{Lattice, PATCH_PX, Tile, Window, reflect};
use harmony::Harmony;
use model::TokenModality;
use model::diffusion::{Noise, PixelWindow};
use model::tokenizer::codes;
use scratch::Scratch;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// Where pixels are decoded.
pub(crate) struct Windows {
    lattice: Lattice,
    tiles: Vec<Tile>,
    /// The pixels wanted, whole patches except at the grid's edge.
    pub pixels: Window,
}

impl Windows {
    /// Windows of `window_px` over some patches of a grid of `size_px` (columns, rows).
    pub fn new(
        size_px: (usize, usize),
        window_px: usize,
        overlap_px: usize,
        cells: Window,
    ) -> Result<Self, Error> {
        let lattice = Lattice::new(size_px.0, size_px.1, window_px, overlap_px)?;
        let tiles = lattice.tiles_over(cells);
        let pixels = cells.refined(PATCH_PX, size_px.0, size_px.1);
        Ok(Self { lattice, tiles, pixels })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.tiles.len()
    }

    /// The bytes of so many channels of all windows.
    pub fn bytes(&self, channels: usize) -> u64 {
        let pixels = |tile: &Tile| (tile.window_px().width * tile.window_px().height) as u64;
        self.tiles.iter().map(pixels).sum::<u64>() * (channels * size_of::<f32>()) as u64
    }

    /// Side of a window.
    pub fn side_px(&self) -> usize {
        self.lattice.tile_cells() * PATCH_PX
    }

    /// Whether a tile shares pixels with those wanted.
    pub fn touches(&self, tile: Tile) -> bool {
        let (tile, pixels) = (tile.window_px(), self.pixels);
        tile.x < pixels.x_end()
            && tile.x_end() > pixels.x
            && tile.y < pixels.y_end()
            && tile.y_end() > pixels.y
    }

    /// The patches that the windows look at: those whose tokens are needed.
    pub fn cells(&self) -> Window {
        let (columns, rows) = self.lattice.cells();
        let first = |of: fn(&Tile) -> usize| self.tiles.iter().map(of).min().unwrap_or(0);
        let end = |of: fn(&Tile) -> usize| self.tiles.iter().map(|w| of(w) + w.size).max().unwrap_or(0);
        let (x, y) = (first(|w| w.column), first(|w| w.row));
        Window { x, y, width: end(|w| w.column).min(columns) - x, height: end(|w| w.row).min(rows) - y }
    }
}

/// The ids of a window `[y, x]` of a grid of so many patches (columns, rows). Beyond the grid they are mirrored; where
/// there is none stands the middle one.
fn ids_of(window: Tile, cells: (usize, usize), map: &PatchMap<u16>, modality: TokenModality) -> Vec<u16> {
    let middle = codes::id_of(modality, &vec![0.5; modality.levels().len()]) as u16;
    let at = |x: usize, y: usize| map.get(reflect::index(x, cells.0), reflect::index(y, cells.1));
    (window.row..window.row + window.size)
        .flat_map(|y| (window.column..window.column + window.size).map(move |x| (x, y)))
        .map(|(x, y)| at(x, y).unwrap_or(middle))
        .collect()
}

/// A window that is to be decoded.
struct Place {
    window: Tile,
    /// The tile of the scene that it is, if it is one.
    tile: Option<usize>,
    pixels: PixelWindow,
    has_data: bool,
}

/// Of each member its ids and the noise that it begins with; nothing where a window has no data.
type Members = Option<Vec<(Vec<u16>, Vec<f32>)>>;

/// The tokens of a modality that one member of an ensemble has.
#[derive(Clone)]
pub(crate) struct Member {
    /// Those of each tile of the scene.
    pub tiles: Arc<TileIds>,
    /// One for each patch, out of the tiles.
    pub map: Arc<PatchMap<u16>>,
}

/// Which tile of the scene a window is, if windows are its tiles. Then what a tile says is decoded as a whole: where tiles
/// disagree, in the level of a surface above all, their pixels can be levelled and blended. Out of the map, a window would
/// hold the tokens of several tiles, and their borders as steps.
fn tiles_of(scene: &Scene, windows: &Windows) -> Vec<Option<usize>> {
    let is_same = windows.lattice == scene.lattice;
    let numbers: HashMap<_, _> =
        scene.tiles.iter().enumerate().map(|(index, tile)| ((tile.column, tile.row), index)).collect();
    let number = |window: &Tile| numbers.get(&(window.column, window.row)).copied().filter(|_| is_same);
    windows.tiles.iter().map(number).collect()
}

/// The tokens of one modality, ready to be decoded.
pub(crate) struct Tokens {
    /// What they are of.
    pub modality: TokenModality,
    /// Those of each member of an ensemble.
    pub members: Vec<Member>,
    /// The seed of each member's noise.
    pub seeds: Vec<u64>,
}

/// What is to be decoded, and where.
pub(crate) struct Job<'a> {
    /// The grid.
    pub scene: &'a Scene,
    /// Where on it.
    pub windows: &'a Windows,
    /// The patches that have data.
    pub valid: &'a PatchMap<bool>,
    /// What from.
    pub tokens: Tokens,
    /// How the members become one.
    pub mix: Mix,
    /// Whether windows are brought to one level; else they stay at their own.
    pub harmonize: bool,
    /// Where lies what is not complete.
    pub folder: &'a Path,
    /// Rows that take more wait there.
    pub waiting_bytes: u64,
}

/// Decodes all windows; `write` hears the finished rows, `done` that a window is.
pub(crate) fn run(
    job: Job<'_>,
    decoder: Decoder,
    course: Course<'_>,
    mut done: impl FnMut(),
    mut write: impl FnMut(&Rows) -> Result<(), Error>,
) -> Result<(), Error> {
    let cancel = course.cancel;
    let Job { scene, windows, valid, tokens, mix, harmonize, folder, waiting_bytes } = job;
    let modality = tokens.modality;
    let mut blend =
        Blend::new(waiting_bytes, windows.lattice.clone(), windows.pixels, mix.channels(), folder)?;
    let places = windows.tiles.iter().zip(tiles_of(scene, windows));
    let place = |(&window, tile): (&Tile, Option<usize>)| Place {
        window,
        tile,
        pixels: scene.pixels(window),
        has_data: valid.any_in(window),
    };
    let jobs: Vec<_> = places.map(place).collect();
    let read = {
        let (members, cells, takes_noise) =
            (tokens.members.clone(), windows.lattice.cells(), decoder.takes_noise());
        let noises: Vec<_> = tokens.seeds.iter().map(|&seed| Noise::new(seed, modality)).collect();
        move |&Place { window, tile, pixels, has_data }: &Place| -> Result<Members, Error> {
            let member = |(member, noise): (&Member, &Noise)| {
                let noise = if takes_noise { noise.window(pixels) } else { Vec::new() };
                let own = tile.and_then(|tile| member.tiles.get(tile)).map(<[u16]>::to_vec);
                (own.unwrap_or_else(|| ids_of(window, cells, &member.map, modality)), noise)
            };
            Ok(has_data.then(|| members.iter().zip(&noises).map(member).collect()))
        }
    };
    let (limits, engine) = (decoder.limits(), decoder.engine());
    let infer = {
        let cancel = cancel.clone();
        move |members: Members| -> Result<Option<Vec<f32>>, Error> {
            let Some(members) = members else { return Ok(None) };
            let mut mixed = mix.start();
            for (ids, noise) in members {
                mixed.add(decoder.decode(&ids, noise, &cancel)?);
            }
            Ok(Some(mixed.finish()))
        }
    };
    let mut write = |rows: &Rows| {
        cancel.check()?;
        write(rows)
    };
    let mut blend_and_write =
        |window: Tile, values: Option<&[f32]>| blend.add(window, values, |_| true, &mut write);
    let mut harmony = match mix.bands().filter(|_| harmonize) {
        Some(bands) => Some(Harmony::new(bands, limits, Scratch::new(folder)?)),
        None => None,
    };
    let take = |&Place { window, .. }: &Place, values: Option<Vec<f32>>| {
        done();
        match &mut harmony {
            Some(harmony) => harmony.add(window, values.as_deref()),
            None => blend_and_write(window, values.as_deref()),
        }
    };
    stages::run(jobs, read, infer, engine, |_, values| Ok(values), take, course)?;
    if let Some(harmony) = harmony {
        harmony.finish(blend_and_write)?;
    }
    blend.finish(write)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_beyond_the_grid_are_mirrored_and_missing_ones_are_the_middle() {
        // 40 × 20 pixels are 3 × 2 patches in one window of 4 × 4.
        let cells = Window { x: 0, y: 0, width: 3, height: 2 };
        let windows = Windows::new((40, 20), 64, 0, cells).unwrap();
        assert_eq!((windows.count(), windows.cells()), (1, cells));
        assert_eq!(windows.pixels, Window { x: 0, y: 0, width: 40, height: 20 });
        let lattice = Lattice::new(40, 20, 32, 0).unwrap();
        let mut map = PatchMap::new(cells);
        map.add(&lattice, Tile { column: 0, row: 0, size: 2 }, &[1, 2, 4, 5]);
        let found = ids_of(windows.tiles[0], windows.lattice.cells(), &map, TokenModality::Lulc);
        // Levels 7 5 5 5 5: 3 + 7 · 2 + 35 · 2 + 175 · 2 + 875 · 2.
        let m = 3 + 14 + 70 + 350 + 1750;
        assert_eq!(found, [1, 2, m, 2, 4, 5, m, 5, 1, 2, m, 2, 4, 5, m, 5]);
    }

    #[test]
    fn the_windows_of_a_part_look_at_whole_windows_of_the_grid() {
        let part = Window { x: 10, y: 3, width: 2, height: 1 };
        let windows = Windows::new((640, 480), 64, 16, part).unwrap();
        // Windows of four patches begin at every third.
        assert_eq!(windows.tiles.iter().map(|w| (w.column, w.row)).collect::<Vec<_>>(), [(9, 0), (9, 3)]);
        assert_eq!(windows.cells(), Window { x: 9, y: 0, width: 4, height: 7 });
        assert_eq!(windows.pixels, Window { x: 160, y: 48, width: 32, height: 16 });
    }
}
