//! From the file that rows are written to, to the one that is published: tiled, compressed, with overviews, its
//! directory first, as a Cloud Optimised GeoTIFF has it.
//!
//! GDAL's COG driver is not used: before GDAL 3.11 it stores all bands of a pixel together, which hundreds of features do
//! not bear, and what it does for other rasters its GeoTIFF driver does just as well.

use crate::cache::Share;
use crate::creation::{self, BLOCK_PX, overview_factors};
use crate::error::{forget_errors, recorded_error, words};
use crate::progress::{Listener, Progress};
use crate::spec::RasterSpec;
use crate::staged::SIDECAR;
use crate::{Error, classes};
use gdal::cpl::CslStringList;
use gdal::{Dataset, DatasetOptions};
use gdal_sys::CPLErr;
use std::ffi::{CString, c_int};
use std::path::Path;
use std::ptr;

/// The part of the time that overviews take.
const OVERVIEWS_PART: f64 = 0.3;

/// Why a file was not made.
pub(crate) enum Failure {
    /// The user asked to stop.
    Cancelled,
    /// In GDAL's words.
    Failed(String),
}

impl Failure {
    /// The error for a file that was to become `destination`.
    pub fn of(self, destination: &Path) -> Error {
        match self {
            Self::Cancelled => Error::Cancelled,
            Self::Failed(reason) => Error::Write { path: destination.to_owned(), reason },
        }
    }
}

impl From<String> for Failure {
    fn from(reason: String) -> Self {
        Self::Failed(reason)
    }
}

/// Gives a raster whose rows are all there its overviews.
#[expect(unsafe_code, reason = "the safe wrapper reports no progress")]
pub(crate) fn add_overviews(
    rows: &mut Dataset,
    spec: &RasterSpec,
    progress: Progress<'_>,
) -> Result<(), Failure> {
    let factors: Vec<c_int> = overview_factors(spec.size());
    if factors.is_empty() {
        return Ok(());
    }
    let listener = Listener::new(progress, 0.0..OVERVIEWS_PART);
    let resampling = CString::new(spec.sample.resampling()).map_err(|e| e.to_string())?;
    let quiet = Quiet::new();
    forget_errors();
    // SAFETY: the handle is valid, the texts and numbers live during the call, no list of bands means all of them, and the
    // callback gets the argument that belongs to it.
    let result = unsafe {
        gdal_sys::GDALBuildOverviews(
            rows.c_dataset(),
            resampling.as_ptr(),
            factors.len() as c_int,
            factors.as_ptr(),
            0,
            ptr::null(),
            listener.function(),
            listener.argument(),
        )
    };
    drop(quiet);
    // What was kept for it is of no use to the copy.
    rows.flush_cache().map_err(|e| words(&e))?;
    outcome(result == CPLErr::CE_None, &listener)
}

/// Keeps this thread's messages from the log, though not from [`recorded_error`]: GDAL warns that an overview of a class
/// map, which the next one is made of, has no colours.
struct Quiet;

#[expect(unsafe_code, reason = "the safe wrapper's handler is that of all threads")]
impl Quiet {
    fn new() -> Self {
        // SAFETY: the handler is GDAL's own; it is taken off again by the same thread when this is dropped.
        unsafe { gdal_sys::CPLPushErrorHandler(Some(gdal_sys::CPLQuietErrorHandler)) };
        Self
    }
}

#[expect(unsafe_code, reason = "as above")]
impl Drop for Quiet {
    fn drop(&mut self) {
        // SAFETY: undoes what `new` did.
        unsafe { gdal_sys::CPLPopErrorHandler() };
    }
}

/// Copies a raster with its overviews into the file at `path`.
#[expect(unsafe_code, reason = "the safe wrapper reports no progress")]
pub(crate) fn copy(
    rows: &Dataset,
    path: &Path,
    spec: &RasterSpec,
    progress: Progress<'_>,
) -> Result<(), Failure> {
    let from = if overview_factors(spec.size()).is_empty() { 0.0 } else { OVERVIEWS_PART };
    let listener = Listener::new(progress, from..1.0);
    let driver = creation::driver().map_err(|e| words(&e))?;
    let options = spec.creation.complete(spec.sample, spec.bands.len(), spec.size());
    // GDAL would take the band beside one with colours for how opaque these are, unless the colours lie in the sidecar.
    let photometric =
        (!spec.classes.is_empty() && spec.bands.len() == 2).then(|| String::from("PHOTOMETRIC=MINISBLACK"));
    let options: CslStringList = options.into_iter().chain(photometric).collect();
    let name = CString::new(path.to_string_lossy().as_bytes()).map_err(|e| e.to_string())?;
    let setting = OverviewBlocks::set(&options)?;
    forget_errors();
    // SAFETY: the handles are valid, name and options live during the call, and the callback gets the argument that
    // belongs to it. What is returned is ours to close.
    let written = unsafe {
        let copied = gdal_sys::GDALCreateCopy(
            driver.c_driver(),
            name.as_ptr(),
            rows.c_dataset(),
            0,
            options.as_ptr(),
            listener.function(),
            listener.argument(),
        );
        if !copied.is_null() {
            gdal_sys::GDALClose(copied);
        }
        !copied.is_null()
    };
    drop(setting);
    outcome(written, &listener)
}

/// Keeps GDAL making overviews of other blocks than the raster's.
struct OverviewBlocks;

impl OverviewBlocks {
    const SETTING: &str = "GDAL_TIFF_OVR_BLOCKSIZE";

    fn set(options: &CslStringList) -> Result<Self, String> {
        let side = options.fetch_name_value("BLOCKXSIZE").unwrap_or_else(|| BLOCK_PX.to_string());
        gdal::config::set_thread_local_config_option(Self::SETTING, &side).map_err(|e| words(&e))?;
        Ok(Self)
    }
}

impl Drop for OverviewBlocks {
    fn drop(&mut self) {
        let _ = gdal::config::clear_thread_local_config_option(Self::SETTING);
    }
}

/// What became of a function of GDAL's that a listener was given to.
fn outcome(succeeded: bool, listener: &Listener<'_>) -> Result<(), Failure> {
    if listener.stopped() {
        return Err(Failure::Cancelled);
    }
    // A full disk is recorded, but not always returned.
    recorded_error()?;
    if succeeded { Ok(()) } else { Err(Failure::from(String::from("GDAL did not say why"))) }
}

/// Reads what must be there of a finished file, from its directory to its last block.
pub(crate) fn verify(path: &Path, spec: &RasterSpec) -> Result<(), String> {
    // Named, because settings for remote files (GDAL_DISABLE_READDIR_ON_OPEN) keep GDAL from looking for sidecars.
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let files = [file.to_string(), format!("{file}{SIDECAR}")];
    let siblings: Vec<_> = files.iter().map(String::as_str).collect();
    let options = DatasetOptions { sibling_files: Some(&siblings), ..DatasetOptions::default() };
    let dataset = Dataset::open_ex(path, options).map_err(|e| words(&e))?;
    let (width, height) = dataset.raster_size();
    if (width, height) != spec.size() || dataset.raster_count() != spec.bands.len() {
        return Err(String::from("the file has another size than what was written"));
    }
    let overviews = overview_factors(spec.size()).len();
    let cache = Share::new();
    for band in dataset.rasterbands() {
        let band = band.map_err(|e| words(&e))?;
        band.read_as::<f32>((0, height as isize - 1), (width, 1), (width, 1), None).map_err(|e| words(&e))?;
        if band.overview_count().map_err(|e| words(&e))? as usize != overviews {
            return Err(String::from("the overviews were not written"));
        }
        cache.relieve();
    }
    let described = || dataset.rasterband(1).is_ok_and(|band| classes::are_described(&band));
    if !spec.classes.is_empty() && !described() {
        return Err(String::from("the names of the classes were not written"));
    }
    Ok(())
}
