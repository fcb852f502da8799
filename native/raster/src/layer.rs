//! A raster that is read window by window.

use crate::cache::Share;
use crate::view::{Place, View};
use crate::{Class, Crs, Error, band_names, classes, error::words, files, remote};
use gdal::raster::{ColorInterpretation, RasterBand};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags, Metadata};
use grid::resample::Resampling;
use grid::{Grid, Window, reflect};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Pixels of a window, for every band.
#[derive(Debug, Clone, PartialEq)]
pub struct Pixels {
    /// Values as `[band, y, x]`; where `valid` is false the value has no meaning.
    pub values: Vec<f32>,
    /// Validity as `[band, y, x]`: neither nodata, nor masked, nor NaN, infinite or beyond 1e30.
    pub valid: Vec<bool>,
}

/// A band in few pixels, `[y, x]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Values; where `valid` is false they have no meaning.
    pub values: Vec<f32>,
    /// As in [`Pixels`].
    pub valid: Vec<bool>,
}

/// So many pixels may be read for a look where there are no overviews.
const READ_WHOLE_PX: usize = 1 << 22;

/// How a band says which of its pixels count.
#[derive(Clone)]
enum Validity {
    All,
    Nodata(f32),
    /// A mask band.
    Mask,
    /// The alpha band of this number, for which GDAL makes a mask only beside one or three bands.
    Alpha(usize),
}

#[derive(Clone)]
struct Band {
    /// Counted from 1, as GDAL does.
    index: usize,
    description: String,
    validity: Validity,
    scale: Scale,
}

/// What a band declares its values to stand for: `factor × value + offset`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// 1 where nothing is declared.
    pub factor: f64,
    /// 0 where nothing is declared.
    pub offset: f64,
}

impl Scale {
    /// Values stand for themselves.
    pub const NONE: Self = Self { factor: 1.0, offset: 0.0 };
}

/// Larger numbers are no measurements: they are nodata that was not declared, most often ±3.4e38. One of them would
/// spoil its whole tile.
const LARGEST: f32 = 1e30;

/// An opened raster.
pub struct Layer {
    dataset: Dataset,
    source: String,
    grid: Grid,
    crs: Crs,
    bands: Vec<Band>,
    /// Set where it is seen on another grid.
    view: Option<View>,
    /// Of GDAL's memory.
    share: Share,
}

impl Layer {
    /// Opens whatever GDAL opens: a path, `/vsicurl/…`, a subdataset.
    /// A server that is busy is asked again, here and when pixels are read.
    pub fn open(source: &str) -> Result<Self, Error> {
        remote::with_patience(|| Self::open_once(source))
    }

    fn open_once(source: &str) -> Result<Self, Error> {
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
        let share = Share::new();
        let (width, height) = dataset.raster_size();
        let mut bands = Vec::new();
        let is_alpha = |index: &usize| {
            dataset
                .rasterband(*index)
                .is_ok_and(|band| band.color_interpretation() == ColorInterpretation::AlphaBand)
        };
        let alpha = (1..=dataset.raster_count()).find(is_alpha);
        for (index, description) in (1..).zip(band_names::of(&dataset).map_err(|e| open_error(&e))?) {
            let band = dataset.rasterband(index).map_err(|e| open_error(&e))?;
            if is_complex(&band) {
                return Err(unusable(String::from(
                    "its values are complex numbers, which have no one value; calibrate it first, or take its amplitude",
                )));
            }
            // An alpha band says where pixels count; it is no measurement.
            if band.color_interpretation() != ColorInterpretation::AlphaBand {
                let validity = match (validity(&band).map_err(|e| open_error(&e))?, alpha) {
                    (Validity::All, Some(alpha)) => Validity::Alpha(alpha),
                    (declared, _) => declared,
                };
                let scale = Scale {
                    factor: band.scale().unwrap_or(Scale::NONE.factor),
                    offset: band.offset().unwrap_or(Scale::NONE.offset),
                };
                bands.push(Band { index, description, validity, scale });
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
        Ok(Self { dataset, source: source.to_owned(), grid, crs, bands, view: None, share })
    }

    /// The same raster with only some of its bands, counted from 0, in this order. Bands that are not there are
    /// left out.
    #[must_use]
    pub fn with_bands(mut self, bands: &[usize]) -> Self {
        let own = std::mem::take(&mut self.bands);
        self.bands = bands.iter().filter_map(|&band| own.get(band).cloned()).collect();
        self
    }

    /// The value that the first band declares to mean nothing, if any. Such pixels are left out of what is read; whoever
    /// expects the value to be a class wants to know that.
    #[must_use]
    pub fn declared_nodata(&self) -> Option<f64> {
        self.dataset.rasterband(self.bands.first()?.index).ok()?.no_data_value()
    }

    /// The same raster, in which a value stands for nothing in bands that declare neither nodata nor a mask.
    #[must_use]
    pub fn with_nodata(mut self, value: f32) -> Self {
        for band in &mut self.bands {
            if matches!(band.validity, Validity::All) {
                band.validity = Validity::Nodata(value);
            }
        }
        self
    }

    /// The same raster seen on another grid; on its own it stays as it is. Places that it does not cover are
    /// invalid. Where the grid is coarser, pixels are averaged over what they cover, from overviews where the raster
    /// has them; nearest takes the pixels themselves.
    ///
    /// What is read then depends on place alone, never on the window, and no more of the source is held at once than
    /// a window and what lies around it.
    pub fn on(mut self, grid: &Grid, crs: &Crs, resampling: Resampling) -> Result<Self, Error> {
        if self.crs == *crs && self.grid.aligns_with(grid) {
            self.view = None;
            return Ok(self);
        }
        let (own, target) =
            (Place { grid: self.grid, crs: self.crs.clone() }, Place { grid: *grid, crs: crs.clone() });
        let view = View::new(&self.source, own, target, resampling)?;
        let overview = self
            .overview(&view)
            .map_err(|e| Error::Open { source_name: self.source.clone(), reason: words(&e) })?;
        self.view = Some(view.through_overview(overview).checked()?);
        Ok(self)
    }

    /// The coarsest overview whose pixels are no larger than the view's, its number and size. All bands must have it,
    /// and so must their masks.
    fn overview(&self, view: &View) -> gdal::errors::Result<Option<(usize, (usize, usize))>> {
        // Sizes of overviews are rounded to whole pixels.
        const ROUNDING: f64 = 1.01;
        if !view.takes_overviews() {
            return Ok(None);
        }
        let bands = self.bands.iter().map(|band| self.dataset.rasterband(band.index));
        let bands = bands.collect::<gdal::errors::Result<Vec<_>>>()?;
        let mut best: Option<(usize, (usize, usize))> = None;
        let count = bands.iter().map(RasterBand::overview_count).collect::<gdal::errors::Result<Vec<_>>>()?;
        for index in 0..count.into_iter().min().unwrap_or(0).max(0) as usize {
            let size = bands[0].overview(index)?.size();
            let larger = |own: usize, reduced: usize| own as f64 / reduced as f64;
            let fine_enough = larger(self.grid.width_px(), size.0) <= view.scale.0 * ROUNDING
                && larger(self.grid.height_px(), size.1) <= view.scale.1 * ROUNDING;
            if !fine_enough || best.is_some_and(|(_, (width, _))| width <= size.0) {
                continue;
            }
            let mut in_all = true;
            for (raster, band) in bands.iter().zip(&self.bands) {
                in_all &= has_overview(raster, index, size)?
                    && match band.validity {
                        Validity::All | Validity::Nodata(_) => true,
                        // What an overview itself says of its mask may be made up.
                        Validity::Mask => has_overview(&raster.open_mask_band()?, index, size)?,
                        Validity::Alpha(alpha) => {
                            has_overview(&self.dataset.rasterband(alpha)?, index, size)?
                        }
                    };
            }
            if in_all {
                best = Some((index, size));
            }
        }
        Ok(best)
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

    /// Whether `path` is one of the files that this raster is read from: its own, a sidecar, a part of a mosaic, or of a
    /// mosaic of mosaics.
    #[must_use]
    pub fn reads(&self, path: &Path) -> bool {
        path.canonicalize().is_ok_and(|path| self.files().contains(&path))
    }

    /// All files that this raster is read from, as far as they lie on a disk.
    fn files(&self) -> BTreeSet<PathBuf> {
        files::behind(&self.dataset)
    }

    /// The state of all files that this raster is read from: name, size, when it was written, and when anything about it
    /// was changed last, which no tool can set back. Whoever finds it the same later may take the pixels to be the same.
    /// Nothing where some of it lies on a server, in an archive or in a database, which may change unnoticed.
    #[must_use]
    pub fn state(&self) -> Option<Vec<String>> {
        use std::os::unix::fs::MetadataExt;
        let state = |path: PathBuf| {
            let about = path.metadata().ok()?;
            let [changed, written] =
                [(about.ctime(), about.ctime_nsec()), (about.mtime(), about.mtime_nsec())];
            Some(format!("{} {} {} {written:?} {changed:?}", path.display(), about.ino(), about.len()))
        };
        files::all_behind(&self.dataset)?.into_iter().map(state).collect()
    }

    /// Where the pixels lie that are read: on the layer's own grid, or where it is seen.
    #[must_use]
    pub fn grid(&self) -> Grid {
        self.view.as_ref().map_or(self.grid, |view| view.target.grid)
    }

    /// A grid of square cells in another system that covers the layer, its borders whole multiples of `cell_size`
    /// (in units of that system) from the system's origin.
    pub fn grid_in(&self, crs: &Crs, cell_size: f64) -> Result<Grid, Error> {
        self.crs().check_reaches(crs, &self.source)?;
        let extent = crs.extent_from(self.crs(), self.grid().extent())?;
        Grid::snapped(&extent, cell_size).ok_or_else(|| Error::CellSize {
            cell_size,
            unit: crs.unit(),
            source_name: self.source.clone(),
        })
    }

    /// The coordinate reference system.
    #[must_use]
    pub fn crs(&self) -> &Crs {
        self.view.as_ref().map_or(&self.crs, |view| &view.target.crs)
    }

    /// The classes that the first band's values stand for, by their names, as an attribute table or category names beside
    /// the raster say it; none where nothing does. Classes without a name are left out.
    #[must_use]
    pub fn class_names(&self) -> Vec<(u8, String)> {
        let read = &self.dataset;
        let index = self.bands.first().map_or(1, |band| band.index);
        read.rasterband(index).map(|band| classes::names(&band)).unwrap_or_default()
    }

    /// The bytes of its pixels in all bands, as GDAL holds them.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let index = self.bands.first().map_or(1, |band| band.index);
        let of_pixel = self.dataset.rasterband(index).map_or(0, |band| band.band_type().bytes());
        let (width, height) = self.dataset.raster_size();
        (width * height * self.dataset.raster_count()) as u64 * u64::from(of_pixel)
    }

    /// Columns and rows of the blocks that the raster is stored in: whoever reads whole ones decodes each but once.
    #[must_use]
    pub fn block_size(&self) -> (usize, usize) {
        let index = self.bands.first().map_or(1, |band| band.index);
        self.dataset.rasterband(index).map_or((self.grid.width_px(), 1), |band| band.block_size())
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

    /// What the bands declare their values to stand for.
    pub fn scales(&self) -> impl Iterator<Item = Scale> {
        self.bands.iter().map(|b| b.scale)
    }

    /// Which of the raster's bands these are, counted from 1.
    pub fn bands_in_file(&self) -> impl Iterator<Item = usize> {
        self.bands.iter().map(|b| b.index)
    }

    /// A look at a band, counted from 0: all of it in fewer pixels, no more than `longest` along a side. They come from
    /// overviews; of a large raster that has none nothing comes, because all of it would have to be read.
    pub fn look(&self, band: usize, longest: usize) -> Result<Option<Look>, Error> {
        let (full, failed) = ((self.grid.width_px(), self.grid.height_px()), |e: gdal::errors::GdalError| {
            Error::Read { source_name: self.source.clone(), band: self.bands[band].index, reason: words(&e) }
        });
        let raster = self.dataset.rasterband(self.bands[band].index).map_err(failed)?;
        if full.0 * full.1 > READ_WHOLE_PX && raster.overview_count().map_err(failed)? <= 0 {
            return Ok(None);
        }
        let part = (longest as f64 / full.0.max(full.1) as f64).min(1.0);
        let side = |length: usize| ((length as f64 * part).round() as usize).max(1);
        let (width, height) = (side(full.0), side(full.1));
        let read = |raster: &RasterBand| {
            let mut values = vec![0.0; width * height];
            raster.read_into_slice((0, 0), full, (width, height), &mut values, None)?;
            Ok(values)
        };
        let (values, valid) = self.read_valid(&self.bands[band], read).map_err(failed)?;
        Ok(Some(Look { width, height, values, valid }))
    }

    /// The classes that the first band's values stand for, as far as the raster names them: grey where it gives no colour.
    #[must_use]
    pub fn classes(&self) -> Vec<Class> {
        let index = self.bands.first().map_or(1, |band| band.index);
        let raster = self.dataset.rasterband(index).ok();
        let colours = raster.as_ref().and_then(RasterBand::color_table);
        let colour = |value: u8| {
            let entry = colours.as_ref()?.entry_as_rgb(usize::from(value))?;
            Some([entry.r, entry.g, entry.b].map(|part| part.clamp(0, 255) as u8))
        };
        let class = |(value, name)| Class { value, name, colour: colour(value).unwrap_or([128; 3]) };
        self.class_names().into_iter().map(class).collect()
    }

    /// All metadata items of the raster, as key and value.
    #[must_use]
    pub fn metadata_items(&self) -> Vec<(String, String)> {
        let items = self.dataset.metadata_domain("").unwrap_or_default();
        items
            .iter()
            .filter_map(|item| item.split_once('='))
            .map(|(key, value)| (key.into(), value.into()))
            .collect()
    }

    /// Reads a window that may reach beyond the grid at right and bottom, where pixels are mirrored.
    pub fn read(&self, window: Window) -> Result<Pixels, Error> {
        let pixels = self.read_mirrored(window);
        self.share.relieve();
        pixels
    }

    fn read_mirrored(&self, window: Window) -> Result<Pixels, Error> {
        let grid = self.grid();
        if window.x_end() <= grid.width_px() && window.y_end() <= grid.height_px() {
            return remote::with_patience(|| self.read_inside(window));
        }
        let columns: Vec<_> =
            (window.x..window.x_end()).map(|x| reflect::index(x, grid.width_px())).collect();
        let rows: Vec<_> = (window.y..window.y_end()).map(|y| reflect::index(y, grid.height_px())).collect();
        let inside =
            Window { x: least(&columns), y: least(&rows), width: span(&columns), height: span(&rows) };
        let found = remote::with_patience(|| self.read_inside(inside))?;
        let size = window.width * window.height;
        let mut pixels = Pixels {
            values: Vec::with_capacity(size * self.bands.len()),
            valid: Vec::with_capacity(size * self.bands.len()),
        };
        for band in 0..self.bands.len() {
            for row in &rows {
                let start = (band * inside.height + row - inside.y) * inside.width;
                for column in &columns {
                    let at = start + column - inside.x;
                    pixels.values.push(found.values[at]);
                    pixels.valid.push(found.valid[at]);
                }
            }
        }
        Ok(pixels)
    }

    /// Reads a window that lies inside the grid.
    fn read_inside(&self, window: Window) -> Result<Pixels, Error> {
        let read = |overview: Option<usize>, band: usize, window: Window| {
            let band = &self.bands[band];
            self.read_band(band, overview, window).map_err(|e| Error::Read {
                source_name: self.source.clone(),
                band: band.index,
                reason: words(&e),
            })
        };
        let bands = self.bands.len();
        if let Some(view) = &self.view {
            return view.pixels(window, bands, |band, window| read(view.overview(), band, window));
        }
        let size = window.width * window.height * bands;
        let mut pixels = Pixels { values: Vec::with_capacity(size), valid: Vec::with_capacity(size) };
        for band in 0..bands {
            let (values, valid) = read(None, band, window)?;
            pixels.values.extend(values);
            pixels.valid.extend(valid);
        }
        Ok(pixels)
    }

    fn read_band(
        &self,
        band: &Band,
        overview: Option<usize>,
        window: Window,
    ) -> gdal::errors::Result<(Vec<f32>, Vec<bool>)> {
        self.read_valid(band, |raster| match overview {
            Some(overview) => read_window(&raster.overview(overview)?, window),
            None => read_window(raster, window),
        })
    }

    /// What `read` finds in a band, and which of it counts.
    fn read_valid(
        &self,
        band: &Band,
        read: impl Fn(&RasterBand) -> gdal::errors::Result<Vec<f32>>,
    ) -> gdal::errors::Result<(Vec<f32>, Vec<bool>)> {
        let raster = self.dataset.rasterband(band.index)?;
        let values = read(&raster)?;
        let valid = match band.validity {
            Validity::All => values.iter().map(|&v| is_measurement(v)).collect(),
            #[expect(clippy::float_cmp, reason = "nodata is a marker, not a measurement")]
            Validity::Nodata(nodata) => values.iter().map(|&v| is_measurement(v) && v != nodata).collect(),
            Validity::Mask => {
                // Eight bits and more; all that is not 0 counts.
                let mask = read(&raster.open_mask_band()?)?;
                values.iter().zip(mask).map(|(&v, m)| is_measurement(v) && m != 0.0).collect()
            }
            Validity::Alpha(alpha) => {
                let alpha = read(&self.dataset.rasterband(alpha)?)?;
                values.iter().zip(alpha).map(|(&v, a)| is_measurement(v) && a != 0.0).collect()
            }
        };
        Ok((values, valid))
    }
}

/// Whether a band's overview of this number is there and of this size.
fn has_overview(band: &RasterBand, index: usize, size: (usize, usize)) -> gdal::errors::Result<bool> {
    let count = usize::try_from(band.overview_count()?).unwrap_or(0);
    Ok(index < count && band.overview(index)?.size() == size)
}

/// Whether values have a real and an imaginary part, as those of radar images that are not detected.
#[expect(unsafe_code, reason = "the safe wrapper does not know complex types")]
fn is_complex(band: &RasterBand) -> bool {
    // SAFETY: the handle is valid as long as the band, and the other function takes any number.
    unsafe { gdal_sys::GDALDataTypeIsComplex(gdal_sys::GDALGetRasterDataType(band.c_rasterband())) != 0 }
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
