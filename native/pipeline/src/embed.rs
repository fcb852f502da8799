//! Features of every patch as a raster.

use crate::memory::Needs;
use crate::mosaic::Mosaic;
use crate::output::{BETWEEN_ROWS, Output};
use crate::rates::Rates;
use crate::sessions::Sessions;
use crate::stages::Engine;
use crate::watch::{Meter, Size};
use crate::{Error, Inputs, Means, Place, stages};
use grid::{Grid, Lattice, PATCH_PX, Tile, Window};
use model::encoder::{EncoderSpec, Merge};
use model::{Modality, Pack};
use raster::{BandSpec, CreationOptions, RasterSpec, SampleType, Writer};
use runtime::library::Loaded;
use runtime::{Cancel, Session, SessionOptions};
use std::path::Path;

/// How fine the result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// One cell per patch of 16 × 16 pixels.
    Patch,
    /// The grid of the inputs, interpolated between the centres of the patches.
    Pixel,
}

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where; the whole inputs if absent. It is widened to whole patches.
    pub place: Option<Place>,
    /// The block whose output is wanted, counted from 0.
    pub block: usize,
    /// How the features of several modalities become one.
    pub merge: Merge,
    /// Side of a tile.
    pub tile_px: usize,
    /// Overlap of neighbouring tiles.
    pub overlap_px: usize,
    /// How fine the result is.
    pub resolution: Resolution,
}

/// A checked request: everything that can be known before a pixel is read.
pub struct Plan {
    inputs: Inputs,
    lattice: Lattice,
    /// Patches of the result.
    cells: Window,
    /// Patches that have to be computed for it.
    computed: Window,
    tiles: Vec<Tile>,
    spec: EncoderSpec,
    features: usize,
    resolution: Resolution,
}

impl Plan {
    /// Checks a request against the inputs and the model.
    pub fn new(inputs: Inputs, pack: &Pack, request: &Request) -> Result<Self, Error> {
        let grid = inputs.grid();
        let lattice = Lattice::new(grid.width_px(), grid.height_px(), request.tile_px, request.overlap_px)?;
        let cells = inputs.window(request.place.as_ref())?.coarsened(PATCH_PX);
        let (columns, rows) = lattice.cells();
        let computed = match request.resolution {
            Resolution::Patch => cells,
            // Pixels at the border lie between these patches and the next.
            Resolution::Pixel => cells.grown(1, columns, rows),
        };
        let modalities = inputs.images();
        let spec = EncoderSpec {
            inputs: modalities,
            height_px: request.tile_px,
            width_px: request.tile_px,
            batch: 1,
            block: request.block,
            merge: request.merge,
        };
        let features = spec.features(pack);
        let tiles = lattice.tiles_over(computed);
        Ok(Self { inputs, lattice, cells, computed, tiles, spec, features, resolution: request.resolution })
    }

    /// Number of tiles to compute.
    #[must_use]
    pub fn tiles(&self) -> usize {
        self.tiles.len()
    }

    /// The bytes of all that is computed, as a journal keeps them.
    #[must_use]
    pub fn journal_bytes(&self) -> u64 {
        let patches = (self.spec.height_px / PATCH_PX * (self.spec.width_px / PATCH_PX)) as u64;
        self.tiles.len() as u64 * patches * (size_of::<f32>() * self.features + 1) as u64
    }

    /// Number of features of a patch: the bands of the result.
    #[must_use]
    pub fn features(&self) -> usize {
        self.features
    }

    /// Where the cells of the result lie.
    #[must_use]
    pub fn output_grid(&self) -> Grid {
        let grid = self.inputs.grid();
        match self.resolution {
            Resolution::Patch => grid.coarsened(PATCH_PX).sub_grid(self.cells),
            Resolution::Pixel => grid.sub_grid(self.output_pixels()),
        }
    }

    /// Names of the result's bands.
    fn band_names(&self) -> Vec<String> {
        match self.spec.merge {
            Merge::Concat => {
                let width = self.features / self.spec.inputs.len();
                let of = |m: &Modality| {
                    (1..=width).map(move |i| format!("{} feature {i}", m.name())).collect::<Vec<_>>()
                };
                self.spec.inputs.iter().flat_map(of).collect()
            }
            Merge::Mean | Merge::Max => (1..=self.features).map(|i| format!("feature {i}")).collect(),
        }
    }

    fn output_pixels(&self) -> Window {
        let grid = self.inputs.grid();
        self.cells.refined(PATCH_PX, grid.width_px(), grid.height_px())
    }

    /// Loads the model for this plan.
    pub fn open_session(
        &self,
        pack: &Pack,
        library: &Loaded,
        options: &SessionOptions,
        cancel: &Cancel,
    ) -> Result<Session, Error> {
        Sessions { library, options, runs: self.tiles.len(), cancel }.encoder(pack, &self.spec)
    }

    /// Starts the output, stored as `creation` says, so that a destination that cannot be written is known before any work.
    pub fn create_output(
        &self,
        path: &Path,
        creation: &CreationOptions,
        metadata: Vec<(String, String)>,
    ) -> Result<Writer, Error> {
        self.inputs.check_output(path)?;
        let spec = RasterSpec {
            grid: self.output_grid(),
            crs: self.inputs.crs().clone(),
            bands: self.band_names().into_iter().map(BandSpec::named).collect(),
            sample: SampleType::Float32,
            nodata: Some(f64::NAN),
            classes: vec![],
            metadata,
            creation: creation.clone(),
        };
        Ok(Writer::create(path, spec)?)
    }

    /// What a run holds of memory beside the model. Rows of patches always wait there, and are few.
    fn needs(&self, writer: &Writer) -> Needs {
        let grid = self.inputs.grid();
        let window = self.computed.refined(PATCH_PX, grid.width_px(), grid.height_px());
        let row = (self.computed.width * (self.features + 1) * size_of::<f32>()) as u64;
        let rows = self.lattice.tile_cells() + BETWEEN_ROWS;
        Needs { kept: rows as u64 * row, ..Needs::of(&self.inputs, window, [writer].into_iter()) }
    }

    /// Computes and writes everything. Returns how many tiles were skipped because they hold no data.
    pub fn run(self, session: Session, writer: Writer, means: Means<'_>) -> Result<usize, Error> {
        let cancel = means.cancel;
        let tiles = self.tiles.len();
        let middle = self.tiles[tiles / 2];
        let rates = Rates::of(
            |usual| tiles as f64 * usual.map,
            means,
            |rates| {
                rates.map = rates.seconds(&session, means)?;
                rates.read(|| self.inputs.read(middle, |_| true).map(drop))
            },
        )?;
        let (of_tile, work) = (rates.map, tiles as f64 * rates.map);
        let size = Size { tiles, disk_bytes: writer.disk_bytes(), needs: self.needs(&writer) };
        let mut meter = Meter::new(means.watch, rates, work, size)?;
        let mut output = match self.resolution {
            Resolution::Patch => Output::patch(writer),
            Resolution::Pixel => {
                let (pixels, all) = (self.output_pixels(), self.lattice.cells());
                Output::pixel(writer, self.computed, all, pixels, self.features)
            }
        };
        let mut mosaic = Mosaic::new(self.lattice, self.computed, self.features);
        let mut skipped = 0;
        let (inputs, engine) = (self.inputs, Engine::of(&session));
        let infer = {
            let cancel = cancel.clone();
            move |tile: crate::inputs::TileInput| {
                let features = if tile.holds_data() {
                    Some(session.run(&tile.tensors, &cancel)?.into_floats()?)
                } else {
                    None
                };
                Ok((features, tile.valid))
            }
        };
        let write = |tile: &Tile, (features, valid): (Option<Vec<f32>>, Vec<bool>)| {
            skipped += usize::from(features.is_none());
            mosaic.add(*tile, &features.unwrap_or_default(), &valid, |row| output.push(row, cancel))?;
            meter.add(of_tile);
            Ok(())
        };
        let read = move |tile: &Tile| inputs.read(*tile, |_| true);
        stages::run(self.tiles, read, infer, engine, |_, answer| Ok(answer), write, means.course())?;
        mosaic.finish(|row| output.push(row, cancel))?;
        cancel.check()?;
        output.finish(means)?;
        Ok(skipped)
    }
}
