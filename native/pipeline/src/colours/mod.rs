//! Features as colours: their first three principal components as red, green and blue.
//!
//! ```text
//! read windows ─▶ moments ─▶ components ─┬─▶ read windows ─▶ scores ─▶ colours ─▶ rows of the file
//!              └▶ sample  ─▶ stretch    ─┘
//! ```
//!
//! The raster is read twice, so memory does not grow with it; with the square of its bands it does.

mod components;
mod stretch;
mod walk;

pub use components::COMPONENTS;

use crate::watch::COMPUTED;
use crate::{Error, Watch};
use components::{Components, Moments};
use grid::Grid;
use raster::{Crs, Layer, Pixels, Writer};
use runtime::Cancel;
use std::path::Path;
use stretch::{Sample, Stretch};

/// The parameter of the features.
pub const INPUT: &str = "INPUT";

/// Of more bands the covariances alone would take minutes to decompose, during which nobody can cancel.
const MOST_BANDS: usize = 3072;

/// A band with more than this part of the variance of all decides the picture by itself.
const DECIDES: f64 = 0.99;

/// Bands that a message names; of more it tells how many.
const MOST_NAMED: usize = 5;

/// The part of the time that the first reading takes.
const FIRST_PART: f64 = 0.5;

/// A raster whose cells can be coloured.
pub struct Colouring {
    layer: Layer,
}

/// How each cell is coloured.
pub struct Palette {
    components: Components,
    stretch: Stretch,
    /// Cells that have a value in every band.
    pub cells: u64,
}

impl Palette {
    /// The part of the variance of all bands that each component shows.
    #[must_use]
    pub fn shares(&self) -> [f64; COMPONENTS] {
        self.components.shares
    }

    /// The band that nearly all of the variance is in, counted from 0, where there is one.
    #[must_use]
    pub fn deciding_band(&self) -> Option<usize> {
        let (band, share) = self.components.widest;
        (share > DECIDES).then_some(band)
    }
}

impl Colouring {
    /// Opens a raster that has enough bands, and not too many.
    pub fn open(source: &str) -> Result<Self, Error> {
        let layer = Layer::open(source).map_err(|source| Error::Layer { modality: INPUT, source })?;
        let bands = layer.band_count();
        if (COMPONENTS..=MOST_BANDS).contains(&bands) {
            return Ok(Self { layer });
        }
        Err(Error::BandsToColour {
            found: bands,
            least: COMPONENTS,
            most: MOST_BANDS,
            source_name: source.to_owned(),
        })
    }

    /// Refuses an output that would replace what is read.
    pub fn check_output(&self, path: &Path) -> Result<(), Error> {
        if self.layer.reads(path) {
            return Err(Error::OutputIsInput { modality: INPUT, path: path.to_owned() });
        }
        Ok(())
    }

    /// The grid of the cells.
    #[must_use]
    pub fn grid(&self) -> Grid {
        self.layer.grid()
    }

    /// Their coordinate reference system.
    #[must_use]
    pub fn crs(&self) -> &Crs {
        self.layer.crs()
    }

    /// How many bands they have.
    #[must_use]
    pub fn bands(&self) -> usize {
        self.layer.band_count()
    }

    /// A metadata item of the raster.
    #[must_use]
    pub fn metadata(&self, key: &str) -> Option<String> {
        self.layer.metadata(key)
    }

    /// Reads everything and finds out how it is to be coloured.
    pub fn palette(&self, watch: &dyn Watch, cancel: &Cancel) -> Result<Palette, Error> {
        let (bands, grid) = (self.bands(), self.grid());
        watch.stage("Looking for the directions in which the features differ most");
        let mut moments = Moments::new(bands);
        let mut is_empty = vec![true; bands];
        let mut sample = Sample::of(grid.width_px() as u64 * grid.height_px() as u64, bands);
        for strip in self.strips() {
            for window in strip.windows {
                cancel.check()?;
                let pixels = self.layer.read(window)?;
                for (is_empty, valid) in
                    is_empty.iter_mut().zip(pixels.valid.chunks(window.width * window.height))
                {
                    *is_empty = *is_empty && !valid.contains(&true);
                }
                let (cells, _) = whole(&pixels, bands);
                moments.add(&cells);
                sample.add(&cells);
            }
            watch.progress(
                COMPUTED * FIRST_PART * (strip.first + strip.rows) as f64 / grid.height_px() as f64,
            );
        }
        let cells = moments.count();
        let nothing = |reason| Error::NothingToColour { reason, source_name: self.layer.source().to_owned() };
        if cells == 0 {
            return Err(nothing(missing(&is_empty)));
        }
        let same = || nothing(String::from("all cells have the same values"));
        let components = moments.components().ok_or_else(same)?;
        let scores: Vec<_> = sample.cells.chunks_exact(bands).map(|cell| components.scores(cell)).collect();
        Ok(Palette { stretch: Stretch::of(&scores), components, cells })
    }

    /// Reads everything again and writes the colours; 0 where a cell lacks a value in some band.
    pub fn write(
        &self,
        palette: &Palette,
        writer: &mut Writer,
        watch: &dyn Watch,
        cancel: &Cancel,
    ) -> Result<(), Error> {
        let (bands, width, height) = (self.bands(), self.grid().width_px(), self.grid().height_px());
        watch.stage("Colouring");
        for strip in self.strips() {
            let mut colours = vec![[0; COMPONENTS]; strip.rows * width];
            for window in strip.windows {
                cancel.check()?;
                let (cells, places) = whole(&self.layer.read(window)?, bands);
                for (cell, place) in cells.chunks_exact(bands).zip(places) {
                    let (x, y) = (window.x + place % window.width, window.y + place / window.width);
                    colours[(y - strip.first) * width + x] =
                        palette.stretch.colour(palette.components.scores(cell));
                }
            }
            writer.write_rows(strip.first, strip.rows, |component, values| {
                for (value, colour) in values.iter_mut().zip(&colours) {
                    *value = f32::from(colour[component]);
                }
            })?;
            let done = (strip.first + strip.rows) as f64 / height as f64;
            watch.progress(COMPUTED * (FIRST_PART + (1.0 - FIRST_PART) * done));
        }
        Ok(())
    }

    fn strips(&self) -> Vec<walk::Strip> {
        let grid = self.grid();
        walk::strips((grid.width_px(), grid.height_px()), self.layer.block_size(), self.bands())
    }
}

/// The cells that have a value in every band, `[cell, band]`, and their places in the window.
fn whole(pixels: &Pixels, bands: usize) -> (Vec<f32>, Vec<usize>) {
    let size = pixels.values.len() / bands;
    let is_whole = |place: &usize| (0..bands).all(|band| pixels.valid[band * size + place]);
    let places: Vec<_> = (0..size).filter(is_whole).collect();
    let mut cells = Vec::with_capacity(places.len() * bands);
    for place in &places {
        cells.extend((0..bands).map(|band| pixels.values[band * size + place]));
    }
    (cells, places)
}

/// Why no cell has a value in every band.
fn missing(is_empty: &[bool]) -> String {
    let empty: Vec<_> =
        (1..).zip(is_empty).filter(|(_, is_empty)| **is_empty).map(|(band, _)| band).collect();
    let numbers: Vec<_> = empty.iter().take(MOST_NAMED).map(ToString::to_string).collect();
    let more = empty.len() - numbers.len();
    let numbers = numbers.join(", ") + &if more > 0 { format!(" and {more} more") } else { String::new() };
    let none = "nodata, NaN and what is beyond ±1e30 count as none";
    match empty.len() {
        0 => format!("no cell has a value in every band ({none})"),
        every if every == is_empty.len() => format!("it has no value anywhere ({none})"),
        1 => format!("band {numbers} has no value anywhere ({none}); leave it out"),
        _ => format!("bands {numbers} have no value anywhere ({none}); leave them out"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_without_a_value_are_named() {
        for (empty, words) in [
            (vec![false; 4], "no cell has a value in every band ("),
            (vec![true; 4], "it has no value anywhere ("),
            (vec![false, true, false], "band 2 has no value anywhere ("),
            (
                [vec![true; 7], vec![false]].concat(),
                "bands 1, 2, 3, 4, 5 and 2 more have no value anywhere (",
            ),
        ] {
            let told = missing(&empty);
            assert!(told.starts_with(words), "{told}");
        }
    }
}
