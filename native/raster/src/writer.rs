//! A GeoTIFF that appears whole or not at all.

use crate::classes::{self, Class};
use crate::error::{forget_errors, recorded_error, words};
use crate::staged::{Completed, SIDECAR, Staged};
use crate::{Crs, Error};
use gdal::raster::{Buffer, RasterBand, RasterCreationOptions};
use gdal::{Dataset, DatasetOptions, Driver, DriverManager, Metadata};
use grid::Grid;
use std::ffi::CString;
use std::path::Path;

/// Rows in a strip of the file. A multiple of it written at once is compressed at once.
const STRIP_ROWS: usize = 16;

/// What a raster is to be.
#[derive(Debug, Clone)]
pub struct RasterSpec {
    /// Place and size.
    pub grid: Grid,
    /// Coordinate reference system.
    pub crs: Crs,
    /// The bands, in order.
    pub bands: Vec<BandSpec>,
    /// What a pixel is stored as.
    pub sample: SampleType,
    /// The value of pixels without a result, if there is one.
    pub nodata: Option<f64>,
    /// What the values of the first band mean where it is a class map; empty for any other raster. GeoTIFF wants whole
    /// numbers then, and no third band.
    pub classes: Vec<Class>,
    /// Dataset metadata, as key and value.
    pub metadata: Vec<(String, String)>,
}

/// What a band is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BandSpec {
    /// Its name.
    pub description: String,
    /// Unit of its values, e.g. `dB` or `m`; empty for none.
    pub unit: String,
}

impl BandSpec {
    /// A band without a unit.
    #[must_use]
    pub fn named(description: impl Into<String>) -> Self {
        Self { description: description.into(), unit: String::new() }
    }
}

/// What a pixel is stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleType {
    /// A whole number from 0 to 255.
    Byte,
    /// A whole number from 0 to 65535.
    UInt16,
    /// A 32-bit float.
    Float32,
}

/// A GeoTIFF under construction: a hidden file beside the destination, which takes its name in [`Writer::finish`]
/// and is removed if the writer is dropped before.
pub struct Writer {
    /// `None` only while finishing. Before `staged`, so that it is closed before the file is removed.
    dataset: Option<Dataset>,
    staged: Staged,
    bands: usize,
    width: usize,
    has_classes: bool,
}

impl Writer {
    /// Checks that `destination` can be written and starts the file. What earlier runs that were killed left
    /// unfinished beside it is removed.
    pub fn create(destination: &Path, spec: &RasterSpec) -> Result<Self, Error> {
        let staged = Staged::beside(destination)?;
        let dataset = start(staged.path(), spec)
            .map_err(|reason| Error::Destination { path: destination.to_owned(), reason })?;
        Ok(Self {
            dataset: Some(dataset),
            staged,
            bands: spec.bands.len(),
            width: spec.grid.width_px(),
            has_classes: !spec.classes.is_empty(),
        })
    }

    /// The folder that the raster is to be in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        let folder = self.staged.destination().parent().filter(|folder| !folder.as_os_str().is_empty());
        folder.unwrap_or(Path::new("."))
    }

    /// Columns of the raster.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Number of bands.
    #[must_use]
    pub fn bands(&self) -> usize {
        self.bands
    }

    /// Writes whole rows of all bands from row `first` on; `fill` is asked for the values `[y, x]` of each
    /// band, counted from 0. In a raster of whole numbers they are rounded and kept within the type's range, and NaN
    /// becomes 0. Give a multiple of 16 rows at a time where there are as many: so no strip is compressed twice.
    pub fn write_rows(
        &mut self,
        first: usize,
        rows: usize,
        mut fill: impl FnMut(usize, &mut [f32]),
    ) -> Result<(), Error> {
        let failed = |reason: String| Error::Write { path: self.staged.destination().to_owned(), reason };
        let Some(dataset) = self.dataset.as_mut() else { return Ok(()) };
        forget_errors();
        let size = (self.width, rows);
        let mut buffer = Buffer::new(size, vec![0.0; self.width * rows]);
        for band in 0..self.bands {
            fill(band, buffer.data_mut());
            let mut raster = dataset.rasterband(band + 1).map_err(|e| failed(words(&e)))?;
            raster.write((0, first as isize), size, &mut buffer).map_err(|e| failed(words(&e)))?;
        }
        // GDAL would otherwise keep finished strips until its cache is full: a twentieth of the memory.
        if (first + rows).is_multiple_of(STRIP_ROWS) {
            dataset.flush_cache().map_err(|e| failed(words(&e)))?;
        }
        recorded_error().map_err(failed)
    }

    /// Closes the file and reads its end back. What is left to do cannot fail for want of space: outputs that are to
    /// appear together are all completed before the first is published, see [`crate::publish_all`].
    pub fn complete(mut self) -> Result<Completed, Error> {
        let failed = |reason: String| Error::Write { path: self.staged.destination().to_owned(), reason };
        if let Some(dataset) = self.dataset.take() {
            forget_errors();
            dataset.close().map_err(|e| failed(words(&e)))?;
            recorded_error().map_err(failed)?;
        }
        read_back(self.staged.path(), self.has_classes).map_err(failed)?;
        self.staged.complete()
    }

    /// Completes the file and gives it its name, replacing an older output.
    pub fn finish(self) -> Result<(), Error> {
        self.complete()?.publish()
    }
}

fn start(path: &Path, spec: &RasterSpec) -> Result<Dataset, String> {
    let driver = DriverManager::get_driver_by_name("GTiff").map_err(|e| words(&e))?;
    let mut dataset = create(&driver, path, spec).map_err(|e| words(&e))?;
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

fn create(driver: &Driver, path: &Path, spec: &RasterSpec) -> gdal::errors::Result<Dataset> {
    let strips = format!("BLOCKYSIZE={STRIP_ROWS}");
    // Neighbours differ little, which helps where a number has several bytes.
    let predictor = match spec.sample {
        SampleType::Byte => None,
        SampleType::UInt16 => Some("PREDICTOR=2"),
        SampleType::Float32 => Some("PREDICTOR=3"),
    };
    let common =
        ["COMPRESS=DEFLATE", "ZLEVEL=1", "INTERLEAVE=BAND", &strips, "BIGTIFF=IF_SAFER", "SPARSE_OK=FALSE"];
    let options: RasterCreationOptions = common.into_iter().chain(predictor).collect();
    let (width, height, bands) = (spec.grid.width_px(), spec.grid.height_px(), spec.bands.len());
    match spec.sample {
        SampleType::Byte => {
            driver.create_with_band_type_with_options::<u8, _>(path, width, height, bands, &options)
        }
        SampleType::UInt16 => {
            driver.create_with_band_type_with_options::<u16, _>(path, width, height, bands, &options)
        }
        SampleType::Float32 => {
            driver.create_with_band_type_with_options::<f32, _>(path, width, height, bands, &options)
        }
    }
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

fn read_back(path: &Path, has_classes: bool) -> Result<(), String> {
    // Named, because settings for remote files (GDAL_DISABLE_READDIR_ON_OPEN) keep GDAL from looking for sidecars.
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let files = [file.to_string(), format!("{file}{SIDECAR}")];
    let siblings: Vec<_> = files.iter().map(String::as_str).collect();
    let options = DatasetOptions { sibling_files: Some(&siblings), ..DatasetOptions::default() };
    let dataset = Dataset::open_ex(path, options).map_err(|e| words(&e))?;
    let (width, height) = dataset.raster_size();
    for band in dataset.rasterbands() {
        let band = band.map_err(|e| words(&e))?;
        band.read_as::<f32>((0, height as isize - 1), (width, 1), (width, 1), None).map_err(|e| words(&e))?;
    }
    let described = || dataset.rasterband(1).is_ok_and(|band| classes::are_described(&band));
    if has_classes && !described() {
        return Err(String::from("the names of the classes were not written"));
    }
    Ok(())
}
