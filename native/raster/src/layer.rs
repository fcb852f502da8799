//! A raster that is read window by window.

mod regrid;

use crate::{Crs, Error, classes, error::words};
use gdal::raster::{ColorInterpretation, RasterBand};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags, Metadata};
use grid::{Grid, Window, reflect};
use std::ffi::CStr;
use std::path::{Path, PathBuf};

/// Pixels of a window, for every band.
#[derive(Debug, Clone, PartialEq)]
pub struct Pixels {
    /// Values as `[band, y, x]`; where `valid` is false the value has no meaning.
    pub values: Vec<f32>,
    /// Validity as `[band, y, x]`: neither nodata, nor masked, nor NaN, infinite or beyond 1e30.
    pub valid: Vec<bool>,
}

/// How a band says which of its pixels count.
#[derive(Clone)]
enum Validity {
    All,
    Nodata(f32),
    /// A mask band or an alpha band.
    Mask,
    /// The alpha band of this index, which GDAL does not take for one where there is a nodata value too.
    Alpha(usize),
}

#[derive(Clone)]
struct Band {
    /// Counted from 1, as GDAL does.
    index: usize,
    description: String,
    validity: Validity,
}

/// Larger numbers are no measurements: they are nodata that was not declared, most often ±3.4e38. One of them would
/// spoil its whole tile.
const LARGEST: f32 = 1e30;

/// An opened raster.
pub struct Layer {
    /// Before what it is made from, so that it is closed first.
    dataset: Dataset,
    /// What `dataset` reads, where it lies on another grid.
    warped_from: Option<Dataset>,
    source: String,
    grid: Grid,
    crs: Crs,
    bands: Vec<Band>,
}

impl Layer {
    /// Opens whatever GDAL opens: a path, `/vsicurl/…`, a subdataset.
    pub fn open(source: &str) -> Result<Self, Error> {
        let open_error = |e: &gdal::errors::GdalError| {
            // GDAL repeats the name, which the message ends with.
            let words = words(e);
            let reason = words.strip_prefix(&format!("{source}: ")).unwrap_or(&words).to_owned();
            Error::Open { source_name: source.to_owned(), reason }
        };
        let unusable = |reason: String| Error::Unusable { source_name: source.to_owned(), reason };
        // Only with the verbose flag does GDAL say why it does not open something.
        let flags = GdalOpenFlags::GDAL_OF_RASTER | GdalOpenFlags::GDAL_OF_VERBOSE_ERROR;
        let options = DatasetOptions { open_flags: flags, ..DatasetOptions::default() };
        let dataset = Dataset::open_ex(source, options).map_err(|e| open_error(&e))?;
        let (width, height) = dataset.raster_size();
        let mut bands = Vec::new();
        for index in 1..=dataset.raster_count() {
            let band = dataset.rasterband(index).map_err(|e| open_error(&e))?;
            // An alpha band says where pixels count; it is no measurement.
            if band.color_interpretation() != ColorInterpretation::AlphaBand {
                let validity = validity(&band).map_err(|e| open_error(&e))?;
                bands.push(Band { index, description: band.description().unwrap_or_default(), validity });
            }
        }
        if bands.is_empty() {
            return Err(unusable(String::from(
                "the source holds no raster bands (several rasters in one file? choose one of them)",
            )));
        }
        let transform = match dataset.geo_transform() {
            Ok(transform) => transform,
            Err(_) if has_control_points(&dataset) => {
                return Err(unusable(String::from(
                    "this raster is placed by ground control points; bring it to a grid first, for example with Warp (reproject)",
                )));
            }
            // Without a place a raster lies in pixels, downwards from 0, as QGIS shows it.
            Err(_) => [0.0, 1.0, 0.0, 0.0, 0.0, -1.0],
        };
        let grid = Grid::new(transform, width, height).map_err(|e| unusable(e.to_string()))?;
        let crs = dataset.spatial_ref().and_then(|s| Crs::of(&s)).unwrap_or_else(|_| Crs::none());
        Ok(Self { dataset, warped_from: None, source: source.to_owned(), grid, crs, bands })
    }

    /// The same raster with only some of its bands, counted from 0, in this order. Bands that are not there are
    /// left out.
    #[must_use]
    pub fn with_bands(mut self, bands: &[usize]) -> Self {
        let own = std::mem::take(&mut self.bands);
        self.bands = bands.iter().filter_map(|&band| own.get(band).cloned()).collect();
        self
    }

    /// The source as it was given.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// A metadata item of the raster.
    #[must_use]
    pub fn metadata(&self, key: &str) -> Option<String> {
        self.dataset.metadata_item(key, "")
    }

    /// Whether `path` is one of the files that this raster is read from: its own, a sidecar, a part of a mosaic.
    #[must_use]
    pub fn reads(&self, path: &Path) -> bool {
        let Ok(path) = path.canonicalize() else { return false };
        self.files().iter().any(|file| file.canonicalize().is_ok_and(|file| file == path))
    }

    #[expect(unsafe_code, reason = "the safe wrapper does not have this function")]
    fn files(&self) -> Vec<PathBuf> {
        let read = self.warped_from.as_ref().unwrap_or(&self.dataset);
        // SAFETY: the handle is valid as long as the dataset; GDAL returns a list that ends with NULL (or NULL for
        // an empty one) and that is ours to free.
        unsafe {
            let list = gdal_sys::GDALGetFileList(read.c_dataset());
            let mut files = Vec::new();
            let mut next = list;
            while !next.is_null() && !(*next).is_null() {
                files.push(PathBuf::from(CStr::from_ptr(*next).to_string_lossy().into_owned()));
                next = next.add(1);
            }
            gdal_sys::CSLDestroy(list);
            files
        }
    }

    /// Where the pixels lie.
    #[must_use]
    pub fn grid(&self) -> Grid {
        self.grid
    }

    /// The coordinate reference system.
    #[must_use]
    pub fn crs(&self) -> &Crs {
        &self.crs
    }

    /// The classes that the first band's values stand for, by their names, as an attribute table or category names beside
    /// the raster say it; none where nothing does. Classes without a name are left out.
    #[must_use]
    pub fn class_names(&self) -> Vec<(u8, String)> {
        let read = self.warped_from.as_ref().unwrap_or(&self.dataset);
        let index = self.bands.first().map_or(1, |band| band.index);
        read.rasterband(index).map(|band| classes::names(&band)).unwrap_or_default()
    }

    /// Number of bands, alpha bands not counted.
    #[must_use]
    pub fn band_count(&self) -> usize {
        self.bands.len()
    }

    /// The bands' descriptions, empty where a band has none.
    pub fn band_descriptions(&self) -> impl Iterator<Item = &str> {
        self.bands.iter().map(|b| b.description.as_str())
    }

    /// Reads a window that may reach beyond the raster at right and bottom, where pixels are mirrored.
    pub fn read(&self, window: Window) -> Result<Pixels, Error> {
        let columns: Vec<_> =
            (window.x..window.x_end()).map(|x| reflect::index(x, self.grid.width_px())).collect();
        let rows: Vec<_> =
            (window.y..window.y_end()).map(|y| reflect::index(y, self.grid.height_px())).collect();
        let inside =
            Window { x: least(&columns), y: least(&rows), width: span(&columns), height: span(&rows) };
        let size = window.width * window.height;
        let mut pixels = Pixels {
            values: Vec::with_capacity(size * self.bands.len()),
            valid: Vec::with_capacity(size * self.bands.len()),
        };
        for band in &self.bands {
            let (values, valid) = self.read_band(band, inside).map_err(|e| Error::Read {
                source_name: self.source.clone(),
                band: band.index,
                reason: words(&e),
            })?;
            for row in &rows {
                let start = (row - inside.y) * inside.width;
                for column in &columns {
                    let at = start + column - inside.x;
                    pixels.values.push(values[at]);
                    pixels.valid.push(valid[at]);
                }
            }
        }
        Ok(pixels)
    }

    fn read_band(&self, band: &Band, window: Window) -> gdal::errors::Result<(Vec<f32>, Vec<bool>)> {
        let raster = self.dataset.rasterband(band.index)?;
        let values: Vec<f32> = read_window(&raster, window)?;
        let valid = match band.validity {
            Validity::All => values.iter().map(|&v| is_measurement(v)).collect(),
            #[expect(clippy::float_cmp, reason = "nodata is a marker, not a measurement")]
            Validity::Nodata(nodata) => values.iter().map(|&v| is_measurement(v) && v != nodata).collect(),
            Validity::Mask => {
                let mask: Vec<u8> = read_window(&raster.open_mask_band()?, window)?;
                values.iter().zip(mask).map(|(&v, m)| is_measurement(v) && m != 0).collect()
            }
            Validity::Alpha(index) => {
                let alpha: Vec<u8> = read_window(&self.dataset.rasterband(index)?, window)?;
                values.iter().zip(alpha).map(|(&v, a)| is_measurement(v) && a != 0).collect()
            }
        };
        Ok((values, valid))
    }
}

/// Neither NaN, nor infinite, nor absurd.
fn is_measurement(value: f32) -> bool {
    value.abs() < LARGEST
}

fn read_window<T: Copy + Default + gdal::raster::GdalType>(
    band: &RasterBand,
    window: Window,
) -> gdal::errors::Result<Vec<T>> {
    let size = (window.width, window.height);
    let mut buffer = vec![T::default(); window.width * window.height];
    band.read_into_slice((window.x as isize, window.y as isize), size, size, &mut buffer, None)?;
    Ok(buffer)
}

fn validity(band: &RasterBand) -> gdal::errors::Result<Validity> {
    let flags = band.mask_flags()?;
    Ok(match band.no_data_value() {
        // Values are read as 32-bit floats, so the marker is compared as one.
        Some(nodata) if flags.is_nodata() => Validity::Nodata(nodata as f32),
        _ if flags.is_all_valid() => Validity::All,
        _ => Validity::Mask,
    })
}

#[expect(unsafe_code, reason = "the safe wrapper cannot tell none from some without copying them")]
fn has_control_points(dataset: &Dataset) -> bool {
    // SAFETY: the handle is valid as long as the dataset.
    unsafe { gdal_sys::GDALGetGCPCount(dataset.c_dataset()) > 0 }
}

fn least(indices: &[usize]) -> usize {
    indices.iter().copied().min().unwrap_or(0)
}

fn span(indices: &[usize]) -> usize {
    indices.iter().copied().max().map_or(0, |most| most + 1 - least(indices))
}
