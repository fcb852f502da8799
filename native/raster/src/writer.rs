//! A GeoTIFF that appears whole or not at all.
//!
//! Rows come in order, a raster's blocks in squares: so rows are written to a file of low blocks first, which is
//! copied when it is complete. Both lie hidden beside the destination.

use crate::classes;
use crate::creation::BLOCK_PX;
use crate::error::{forget_errors, recorded_error, words};
use crate::layout::{self, Failure};
use crate::progress::Progress;
use crate::spec::{BandSpec, RasterSpec};
use crate::staged::{Completed, Staged};
use crate::{Error, creation, space};
use gdal::cpl::CslStringList;
use gdal::raster::{Buffer, RasterBand};
use gdal::{Dataset, Metadata};
use std::ffi::CString;
use std::path::Path;

/// Rows in a block of the file that rows are written to. A multiple of it written at once is compressed at once, and a
/// square of the final file takes whole blocks of it, so that nothing is read twice.
const ROWS: usize = 16;

/// A GeoTIFF under construction: hidden files beside the destination, of which the last takes its name in
/// [`Writer::finish`]. They are removed if the writer is dropped before.
pub struct Writer {
    /// What has been written. Before `staged`, so that it is closed before the file is removed.
    rows: Dataset,
    staged: Staged,
    /// Boxed, because it is large.
    spec: Box<RasterSpec>,
}

impl Writer {
    /// Checks that all destinations can be written and that their disks have room for them together, and starts the
    /// files, in this order.
    pub fn create_all<P: AsRef<Path>>(rasters: Vec<(P, RasterSpec)>) -> Result<Vec<Self>, Error> {
        space::check_rasters(&rasters)?;
        rasters.into_iter().map(|(destination, spec)| Self::start(destination.as_ref(), spec)).collect()
    }

    /// Checks that `destination` can be written and its disk has room for it, and starts the file.
    pub fn create(destination: &Path, spec: RasterSpec) -> Result<Self, Error> {
        let rasters = [(destination, spec)];
        space::check_rasters(&rasters)?;
        let [(destination, spec)] = rasters;
        Self::start(destination, spec)
    }

    /// What earlier runs that were killed left unfinished beside the destination is removed.
    fn start(destination: &Path, spec: RasterSpec) -> Result<Self, Error> {
        let staged = Staged::beside(destination)?;
        spec.creation.try_out(spec.sample, spec.bands.len())?;
        let rows = start(&staged.work_path(), &spec)
            .map_err(|reason| Error::Destination { path: destination.to_owned(), reason })?;
        Ok(Self { rows, staged, spec: Box::new(spec) })
    }

    /// The folder that the raster is to be in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        let folder = self.staged.destination().parent().filter(|folder| !folder.as_os_str().is_empty());
        folder.unwrap_or(Path::new("."))
    }

    /// The bytes of the disk that it takes at most until it is complete.
    #[must_use]
    pub fn disk_bytes(&self) -> u64 {
        self.spec.disk_bytes()
    }

    /// The bytes of memory that rows take at most on their way to the file.
    #[must_use]
    pub fn rows_bytes(&self) -> u64 {
        self.spec.rows_bytes(ROWS)
    }

    /// The bytes of memory that completing the file takes at most.
    #[must_use]
    pub fn finishing_bytes(&self) -> u64 {
        self.spec.finishing_bytes()
    }

    /// Says one more thing about the raster, which was not known when it was begun.
    pub fn describe(&mut self, key: &str, value: &str) -> Result<(), Error> {
        let failed = |reason: String| Error::Write { path: self.staged.destination().to_owned(), reason };
        self.rows.set_metadata_item(key, value, "").map_err(|e| failed(words(&e)))
    }

    /// Columns of the raster.
    #[must_use]
    pub fn width(&self) -> usize {
        self.spec.grid.width_px()
    }

    /// Number of bands.
    #[must_use]
    pub fn bands(&self) -> usize {
        self.spec.bands.len()
    }

    /// Writes whole rows of all bands from row `first` on; `fill` is asked for the values `[y, x]` of each
    /// band, counted from 0. In a raster of whole numbers they are rounded and kept within the type's range, and NaN
    /// becomes 0. Give a multiple of 16 rows at a time where there are as many: so no block is compressed twice.
    pub fn write_rows(
        &mut self,
        first: usize,
        rows: usize,
        mut fill: impl FnMut(usize, &mut [f32]),
    ) -> Result<(), Error> {
        let failed = |reason: String| Error::Write { path: self.staged.destination().to_owned(), reason };
        forget_errors();
        let size = (self.width(), rows);
        let mut buffer = Buffer::new(size, vec![0.0; size.0 * rows]);
        for band in 0..self.bands() {
            fill(band, buffer.data_mut());
            let mut raster = self.rows.rasterband(band + 1).map_err(|e| failed(words(&e)))?;
            raster.write((0, first as isize), size, &mut buffer).map_err(|e| failed(words(&e)))?;
        }
        // GDAL would otherwise keep finished blocks until its cache is full: a twentieth of the memory.
        if (first + rows).is_multiple_of(ROWS) {
            self.rows.flush_cache().map_err(|e| failed(words(&e)))?;
        }
        recorded_error().map_err(failed)
    }

    /// Makes the final file and reads it back. What is left to do cannot fail for want of space: outputs that are to
    /// appear together are all completed before the first is published, see [`crate::publish_all`].
    pub fn complete(self) -> Result<Completed, Error> {
        self.complete_watched(&|_| true)
    }

    /// The same, which takes a while for a large raster; [`Error::Cancelled`] and no file if `progress` says so.
    pub fn complete_watched(self, progress: Progress<'_>) -> Result<Completed, Error> {
        let Self { mut rows, staged, spec } = self;
        let mut copy = || {
            forget_errors();
            rows.flush_cache().map_err(|e| words(&e))?;
            recorded_error()?;
            layout::add_overviews(&mut rows, &spec, progress)?;
            layout::copy(&rows, staged.path(), &spec, progress)
        };
        let copied = copy();
        // At once, for it takes as much of the disk as the final file.
        drop(rows);
        staged.remove_work();
        copied
            .and_then(|()| Ok(layout::verify(staged.path(), &spec)?))
            .map_err(|e: Failure| e.of(staged.destination()))?;
        staged.complete()
    }

    /// Completes the file and gives it its name, replacing an older output.
    pub fn finish(self) -> Result<(), Error> {
        self.complete()?.publish()
    }
}

fn start(path: &Path, spec: &RasterSpec) -> Result<Dataset, String> {
    let mut dataset = create(path, spec).map_err(|e| words(&e))?;
    describe(&mut dataset, spec).map_err(|e| words(&e))?;
    for (i, BandSpec { unit, .. }) in spec.bands.iter().enumerate() {
        if !unit.is_empty() {
            let band = dataset.rasterband(i + 1).map_err(|e| words(&e))?;
            set_unit(&band, unit)?;
        }
    }
    if !spec.classes.is_empty() {
        let mut band = dataset.rasterband(1).map_err(|e| words(&e))?;
        classes::describe(&mut band, &spec.classes)?;
    }
    Ok(dataset)
}

fn create(path: &Path, spec: &RasterSpec) -> gdal::errors::Result<Dataset> {
    let width = spec.grid.width_px().next_multiple_of(ROWS).min(BLOCK_PX);
    let blocks = [format!("BLOCKXSIZE={width}"), format!("BLOCKYSIZE={ROWS}")];
    // Read once and removed: compressing would only take time.
    let common = ["TILED=YES", "INTERLEAVE=BAND", "BIGTIFF=IF_SAFER"];
    let all = common.map(String::from).into_iter().chain(blocks);
    let options: CslStringList = all.collect();
    spec.sample.create(&creation::driver()?, path, spec.size(), spec.bands.len(), &options)
}

fn describe(dataset: &mut Dataset, spec: &RasterSpec) -> gdal::errors::Result<()> {
    dataset.set_geo_transform(&spec.grid.transform())?;
    if let Some(spatial_ref) = spec.crs.spatial_ref() {
        dataset.set_spatial_ref(&spatial_ref)?;
    }
    for (key, value) in &spec.metadata {
        dataset.set_metadata_item(key, value, "")?;
    }
    for (i, BandSpec { description, .. }) in spec.bands.iter().enumerate() {
        let mut band = dataset.rasterband(i + 1)?;
        band.set_description(description)?;
        if spec.nodata.is_some() {
            band.set_no_data_value(spec.nodata)?;
        }
    }
    Ok(())
}

#[expect(unsafe_code, reason = "the safe wrapper only reads units")]
fn set_unit(band: &RasterBand, unit: &str) -> Result<(), String> {
    let unit = CString::new(unit).map_err(|e| e.to_string())?;
    forget_errors();
    // SAFETY: the band's handle is valid, the unit a string that is copied. What goes wrong is recorded.
    unsafe { gdal_sys::GDALSetRasterUnitType(band.c_rasterband(), unit.as_ptr()) };
    recorded_error()
}
