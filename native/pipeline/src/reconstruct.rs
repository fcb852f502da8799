//! A raster through its tokenizer and back.

use crate::inputs::{Inputs, LayerModality};
use crate::pixels::{self, Decoder, Member, Mix, Rows, Windows};
use crate::products::{Files, Product};
use crate::rates::Rates;
use crate::scene::Scene;
use crate::tokens::{PatchMap, encode};
use crate::watch::{Meter, Size};
use crate::{Error, Means, Place};
use grid::{Lattice, PATCH_PX, Window};
use model::diffusion::Schedule;
use model::{TokenModality, TokenizerPack};
use raster::CreationOptions;
use std::path::PathBuf;
use std::sync::Arc;

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where; the whole layer if absent. It is widened to whole patches.
    pub place: Option<Place>,
    /// The seed of the noise that diffusion begins with.
    pub seed: u64,
    /// The steps of diffusion.
    pub schedule: Schedule,
    /// Side of a tile.
    pub tile_px: usize,
    /// Overlap of neighbouring tiles, and of neighbouring windows.
    pub overlap_px: usize,
}

/// How well the result agrees with the layer, over all pixels that have a value in both.
#[derive(Debug, Clone, PartialEq)]
pub enum Agreement {
    /// The root of the mean squared difference, in the unit that models know, of each band.
    Rmse(Vec<f64>),
    /// The share of pixels that have the same class.
    Accuracy(f64),
    /// Nothing was decoded.
    NotAsked,
}

/// A checked request: everything that can be known before a pixel is read.
pub struct Plan<'a> {
    pack: &'a TokenizerPack,
    scene: Scene,
    windows: Windows,
    request: Request,
}

impl<'a> Plan<'a> {
    /// Checks a request against the layer, the only one of `inputs`, and its tokenizer.
    pub fn new(inputs: Inputs, pack: &'a TokenizerPack, request: Request) -> Result<Self, Error> {
        let grid = inputs.grid();
        let size = (grid.width_px(), grid.height_px());
        let lattice = Lattice::new(size.0, size.1, request.tile_px, request.overlap_px)?;
        let cells = inputs.window(request.place.as_ref())?.coarsened(PATCH_PX);
        let window_px = request.tile_px.next_multiple_of(pixels::multiple_px(pack));
        let windows = Windows::new(size, window_px, request.overlap_px, cells)?;
        let scene = Scene::new(inputs, lattice, windows.cells());
        Ok(Self { pack, scene, windows, request })
    }

    /// Columns and rows of the result, in pixels.
    #[must_use]
    pub fn size_px(&self) -> (usize, usize) {
        (self.windows.pixels.width, self.windows.pixels.height)
    }

    /// The bytes of all that is computed, as a journal keeps them.
    #[must_use]
    pub fn journal_bytes(&self) -> u64 {
        let patches = (self.request.tile_px / PATCH_PX).pow(2);
        let channels = self.pack.architecture().modality.channels().bands.len();
        // Ids take up to three bytes, and whether there is data one.
        (self.scene.tiles.len() * patches * 4) as u64 + self.windows.bytes(channels)
    }

    /// Starts the files, stored as `creation` says; `metadata` tells what each says about itself.
    pub fn create_files(
        &self,
        products: &[(Product, PathBuf)],
        creation: &CreationOptions,
        metadata: impl Fn(Product) -> Vec<(String, String)>,
    ) -> Result<Files, Error> {
        let modalities = [self.pack.architecture().modality];
        Files::create(products, &self.scene.inputs(), self.windows.pixels, &modalities, creation, metadata)
    }

    /// Computes and writes everything, and compares the result with the layer.
    pub fn run(self, mut files: Files, means: Means<'_>) -> Result<(Agreement, Files), Error> {
        let modality = self.pack.architecture().modality;
        let steps = if modality == TokenModality::Lulc { 1 } else { self.request.schedule.steps() };
        let tiles = self.scene.tiles.len();
        let works = |rates: &Rates| {
            let decodes = files.decodes(modality);
            let decoding = if decodes { rates.decoding(modality) * steps as f64 } else { 0.0 };
            (decoding, tiles as f64 * rates.encoding + self.windows.count() as f64 * decoding)
        };
        let rates = Rates::of(
            |usual| works(usual).1,
            means,
            |rates| {
                rates.encoding = encode::seconds(self.pack, &self.scene, rates, means)?;
                rates.read(|| self.scene.reader().read(tiles / 2, |_| true).map(drop))?;
                if files.decodes(modality) {
                    let schedule = &self.request.schedule;
                    let seconds = Decoder::seconds(self.pack, &self.windows, schedule, rates, means)?;
                    rates.set_decoding(modality, seconds);
                }
                Ok(())
            },
        )?;
        let encoding = rates.encoding;
        let (decoding, work) = works(&rates);
        let mut needs = self.scene.needs(files.writers());
        if files.decodes(modality) {
            let channels = Mix::of(modality, 1, false).channels();
            needs = needs.blending(self.windows.side_px() / PATCH_PX, self.windows.pixels.width, channels);
        }
        let size = Size { tiles, disk_bytes: files.disk_bytes(), needs };
        let mut meter = Meter::new(means.watch, rates, work, size)?;

        means.watch.stage(&format!("Turning {modality} into tokens"));
        let session = encode::open(self.pack, &self.scene, means)?;
        let mut valid = PatchMap::new(self.scene.cells);
        let ids =
            encode::run(&self.scene, modality, session, &mut valid, means.course(), || meter.add(encoding))?;
        let tiles = self.scene.tiles.iter().enumerate().map(|(i, tile)| (*tile, ids.get(i)));
        let map = PatchMap::of_tiles(&self.scene.lattice, self.scene.cells, tiles);
        files.write_patches(Product::Tokens, &[&map], &valid)?;

        let mut difference = Difference::new(modality);
        if files.decodes(modality) {
            means.watch.stage(&format!("Decoding {modality}"));
            let decoder = Decoder::open(self.pack, &self.windows, &self.request.schedule, means)?;
            let mix = Mix::of(modality, 1, false);
            let folder = files.folder().to_owned();
            let job = pixels::Job {
                scene: &self.scene,
                windows: &self.windows,
                valid: &valid,
                tokens: pixels::Tokens {
                    modality,
                    members: vec![Member { tiles: Arc::new(ids), map: Arc::new(map) }],
                    seeds: vec![self.request.seed],
                },
                mix,
                // What was measured is not moved.
                harmonize: false,
                folder: &folder,
                waiting_bytes: meter.waiting_bytes,
            };
            pixels::run(
                job,
                decoder,
                means.course(),
                || meter.add(decoding),
                |rows| {
                    files.write_rows(modality, rows, mix, &valid)?;
                    difference.add(&self.scene, self.windows.pixels, rows)
                },
            )?;
        }
        means.cancel.check()?;
        Ok((difference.result(), files))
    }
}

/// Sums up how far reconstructed rows are from the layer's.
struct Difference {
    modality: TokenModality,
    /// Per band: squared differences, or pixels of the same class.
    sums: Vec<f64>,
    counts: Vec<u64>,
}

impl Difference {
    fn new(modality: TokenModality) -> Self {
        let bands = if modality == TokenModality::Lulc { 1 } else { modality.channels().bands.len() };
        Self { modality, sums: vec![0.0; bands], counts: vec![0; bands] }
    }

    fn add(&mut self, scene: &Scene, pixels: Window, rows: &Rows) -> Result<(), Error> {
        let window = Window { x: pixels.x, y: rows.first, width: rows.width, height: rows.count };
        let layer = scene.inputs().pixels(LayerModality::Tokens(self.modality), window)?;
        let size = window.width * window.height;
        for (band, (sum, count)) in self.sums.iter_mut().zip(&mut self.counts).enumerate() {
            for pixel in 0..size {
                let at = band * size + pixel;
                let Some(found) = rows.value(self.modality, band, pixel) else { continue };
                if !layer.valid[at] {
                    continue;
                }
                let wanted = f64::from(layer.values[at]);
                let found = f64::from(found);
                *sum += if self.modality == TokenModality::Lulc {
                    f64::from(u8::from((found - wanted).abs() < 0.5))
                } else {
                    (found - wanted).powi(2)
                };
                *count += 1;
            }
        }
        Ok(())
    }

    fn result(self) -> Agreement {
        if self.counts.iter().all(|count| *count == 0) {
            return Agreement::NotAsked;
        }
        let mean = |(sum, count): (&f64, &u64)| sum / *count as f64;
        let means = self.sums.iter().zip(&self.counts).map(mean);
        match self.modality {
            TokenModality::Lulc => Agreement::Accuracy(means.sum()),
            _ => Agreement::Rmse(means.map(f64::sqrt).collect()),
        }
    }
}
