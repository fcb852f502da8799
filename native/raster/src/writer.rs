//! A GeoTIFF that appears whole or not at all.

use crate::{Crs, Error, error::words};
use gdal::raster::{Buffer, RasterCreationOptions};
use gdal::{Dataset, DriverManager, Metadata};
use grid::Grid;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Rows in a strip of the file. A multiple of it written at once is compressed at once.
const STRIP_ROWS: usize = 16;

/// What a raster is to be.
#[derive(Debug, Clone)]
pub struct RasterSpec {
    /// Place and size.
    pub grid: Grid,
    /// Coordinate reference system.
    pub crs: Crs,
    /// One description per band.
    pub bands: Vec<String>,
    /// The value of pixels without a result.
    pub nodata: f32,
    /// Dataset metadata, as key and value.
    pub metadata: Vec<(String, String)>,
}

/// A Float32 GeoTIFF under construction: a hidden file beside the destination, which takes its name in
/// [`Writer::finish`] and is removed if the writer is dropped before.
pub struct Writer {
    /// `None` only while finishing.
    dataset: Option<Dataset>,
    staged: Staged,
    destination: PathBuf,
    bands: usize,
    width: usize,
}

impl Writer {
    /// Checks that `destination` can be written and starts the file. What earlier runs that were killed left
    /// unfinished beside it is removed.
    pub fn create(destination: &Path, spec: &RasterSpec) -> Result<Self, Error> {
        let refused = |reason: String| Error::Destination { path: destination.to_owned(), reason };
        let staged = Staged::beside(destination).map_err(|e| refused(e.to_string()))?;
        let dataset = start(&staged.path, spec).map_err(|e| refused(words(&e)))?;
        Ok(Self {
            dataset: Some(dataset),
            staged,
            destination: destination.to_owned(),
            bands: spec.bands.len(),
            width: spec.grid.width_px(),
        })
    }

    /// Columns of the raster.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Writes whole rows of all bands from row `first` on; `fill` is asked for the values `[y, x]` of each
    /// band, counted from 0. Give a multiple of 16 rows at a time where there are as many: so no strip is
    /// compressed twice.
    pub fn write_rows(
        &mut self,
        first: usize,
        rows: usize,
        mut fill: impl FnMut(usize, &mut [f32]),
    ) -> Result<(), Error> {
        let failed =
            |e: &gdal::errors::GdalError| Error::Write { path: self.destination.clone(), reason: words(e) };
        let Some(dataset) = self.dataset.as_mut() else { return Ok(()) };
        let size = (self.width, rows);
        let mut buffer = Buffer::new(size, vec![0.0; self.width * rows]);
        for band in 0..self.bands {
            fill(band, buffer.data_mut());
            let mut raster = dataset.rasterband(band + 1).map_err(|e| failed(&e))?;
            raster.write((0, first as isize), size, &mut buffer).map_err(|e| failed(&e))?;
        }
        // GDAL would otherwise keep finished strips until its cache is full: a twentieth of the memory.
        if (first + rows).is_multiple_of(STRIP_ROWS) {
            dataset.flush_cache().map_err(|e| failed(&e))?;
        }
        Ok(())
    }

    /// Closes the file, reads its end back, and gives it its name, replacing an older output.
    pub fn finish(mut self) -> Result<(), Error> {
        let failed = |reason: String| Error::Write { path: self.destination.clone(), reason };
        if let Some(dataset) = self.dataset.take() {
            dataset.close().map_err(|e| failed(words(&e)))?;
        }
        // GDAL before 3.7 does not report a failed close, so a full disk shows only here.
        read_back(&self.staged.path).map_err(|e| failed(words(&e)))?;
        File::open(&self.staged.path).and_then(|f| f.sync_all()).map_err(|e| failed(e.to_string()))?;
        fs::rename(&self.staged.path, &self.destination).map_err(|e| failed(e.to_string()))
    }
}

fn start(path: &Path, spec: &RasterSpec) -> gdal::errors::Result<Dataset> {
    let options = RasterCreationOptions::from_iter([
        "COMPRESS=DEFLATE",
        "PREDICTOR=3",
        "ZLEVEL=1",
        "INTERLEAVE=BAND",
        &format!("BLOCKYSIZE={STRIP_ROWS}"),
        "BIGTIFF=IF_SAFER",
        "SPARSE_OK=FALSE",
    ]);
    let (width, height) = (spec.grid.width_px(), spec.grid.height_px());
    let driver = DriverManager::get_driver_by_name("GTiff")?;
    let mut dataset = driver.create_with_band_type_with_options::<f32, _>(
        path,
        width,
        height,
        spec.bands.len(),
        &options,
    )?;
    dataset.set_geo_transform(&spec.grid.transform())?;
    if let Some(spatial_ref) = spec.crs.spatial_ref() {
        dataset.set_spatial_ref(&spatial_ref)?;
    }
    for (key, value) in &spec.metadata {
        dataset.set_metadata_item(key, value, "")?;
    }
    for (i, description) in spec.bands.iter().enumerate() {
        let mut band = dataset.rasterband(i + 1)?;
        band.set_description(description)?;
        band.set_no_data_value(Some(f64::from(spec.nodata)))?;
    }
    Ok(dataset)
}

fn read_back(path: &Path) -> gdal::errors::Result<()> {
    let dataset = Dataset::open(path)?;
    let (width, height) = dataset.raster_size();
    for band in dataset.rasterbands() {
        band?.read_as::<f32>((0, height as isize - 1), (width, 1), (width, 1), None)?;
    }
    Ok(())
}

/// A hidden, locked file that is removed when dropped. After a rename there is nothing to remove.
struct Staged {
    path: PathBuf,
    /// Held so that another run's sweep can tell a file in use from one that a killed run left.
    lock: File,
}

impl Staged {
    fn beside(destination: &Path) -> std::io::Result<Self> {
        use std::io::{Error, ErrorKind};
        let Some(name) = destination.file_name() else {
            return Err(Error::new(ErrorKind::InvalidInput, "it names no file"));
        };
        if destination.is_dir() {
            return Err(Error::new(ErrorKind::IsADirectory, "it is a folder"));
        }
        let folder = match destination.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        if !folder.is_dir() {
            return Err(Error::new(ErrorKind::NotFound, format!("there is no folder {}", folder.display())));
        }
        // Renaming replaces even a write-protected file, and an administrator may write anywhere: who protected
        // data meant it.
        if is_protected(destination) || is_protected(folder) {
            return Err(Error::new(ErrorKind::PermissionDenied, "it is write-protected"));
        }
        let prefix = format!(".{}.terramind-", name.to_string_lossy());
        sweep(folder, &prefix);
        let path = folder.join(format!("{prefix}{}-{}.part", std::process::id(), next_number()));
        let lock = File::create_new(&path)?;
        let staged = Self { path, lock };
        staged.lock.try_lock().map_err(Error::other)?;
        Ok(staged)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        let _ = self.lock.unlock();
        let _ = fs::remove_file(&self.path);
    }
}

fn is_protected(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|about| about.permissions().readonly())
}

/// Tells several runs of one process apart.
fn next_number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Removes what killed runs left for this destination: files of this prefix that no process holds locked.
fn sweep(folder: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(prefix)
            && File::open(entry.path()).is_ok_and(|f| f.try_lock().is_ok())
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}
