//! A raster as it is on the grid of another.

use super::{Band, Layer, Validity};
use crate::error::{forget_errors, recorded_error, words};
use crate::{Crs, Error};
use gdal::Dataset;
use gdal::cpl::CslStringList;
use gdal::raster::ColorInterpretation;
use gdal_sys::{GDALResampleAlg, GDALWarpOptions};
use grid::Grid;
use std::ptr;

/// More pixels of the source than the edges of a block seem to need: edges are looked at by samples.
const MARGIN_PX: &str = "2";

impl Layer {
    /// The first band of this raster on another grid, by nearest neighbour: each pixel has the value of the source's
    /// pixel that its centre lies in, and is invalid where there is none. Every pixel is placed by PROJ for itself, so
    /// that a pixel has one value whatever window it is read in. Where one of the systems is unknown coordinates are
    /// taken as they are. Values are warped as they are read; nothing is held but the blocks at hand.
    pub fn on(self, grid: &Grid, crs: &Crs) -> Result<Self, Error> {
        if self.grid == *grid && self.crs == *crs {
            return Ok(self.with_bands(&[0]));
        }
        let unusable = |reason: String| Error::Unusable {
            source_name: self.source.clone(),
            reason: format!("this raster cannot be brought onto the grid of the other ({reason})"),
        };
        let Some(band) = self.bands.first() else {
            return Err(unusable(String::from("it has no band")));
        };
        let dataset = warped(&self.dataset, band, grid, (&self.crs, crs)).map_err(unusable)?;
        let band = Band { index: 1, description: band.description.clone(), validity: Validity::Alpha(2) };
        Ok(Self {
            dataset,
            warped_from: Some(self.dataset),
            source: self.source,
            grid: *grid,
            crs: crs.clone(),
            bands: vec![band],
        })
    }
}

/// A virtual dataset of two bands, the values and an alpha band. It must be closed before `source`.
fn warped(source: &Dataset, band: &Band, grid: &Grid, (from, to): (&Crs, &Crs)) -> Result<Dataset, String> {
    let raster = source.rasterband(band.index).map_err(|e| words(&e))?;
    let flags = raster.mask_flags().map_err(|e| words(&e))?;
    if matches!(band.validity, Validity::Mask) && !flags.is_per_dataset() {
        return Err(String::from("its band has a mask of its own; save it with a nodata value instead"));
    }
    let nodata = match band.validity {
        Validity::Nodata(_) => raster.no_data_value(),
        _ => None,
    };
    let alpha = (1..=source.raster_count()).find(|&index| {
        let interpretation = source.rasterband(index).map(|band| band.color_interpretation());
        interpretation.is_ok_and(|it| it == ColorInterpretation::AlphaBand)
    });
    let mut to_pixels = CslStringList::new();
    let places = [("SRC_SRS", from), ("DST_SRS", to)];
    if places.iter().all(|(_, crs)| crs.spatial_ref().is_some()) {
        for (key, crs) in places {
            to_pixels.set_name_value(key, crs.wkt()).map_err(|e| words(&e))?;
        }
    }
    let mut options = WarpOptions::new(source, band.index)?;
    options.place(&to_pixels)?;
    options.values(nodata, alpha);
    options.create(grid)
}

/// GDAL's object, freed when dropped with what it holds.
struct WarpOptions {
    raw: *mut GDALWarpOptions,
    /// The way between the pixels of both; the finished dataset's in the end.
    transformer: *mut std::ffi::c_void,
    source: gdal_sys::GDALDatasetH,
}

#[expect(unsafe_code, reason = "the safe wrapper has no virtual datasets that warp")]
impl WarpOptions {
    fn new(source: &Dataset, band: usize) -> Result<Self, String> {
        forget_errors();
        // SAFETY: takes nothing; what it returns is ours to free.
        let options = unsafe { gdal_sys::GDALCreateWarpOptions() };
        if options.is_null() {
            return Err(recorded_error().err().unwrap_or_default());
        }
        // SAFETY: the options are valid and hold one band after the call, whose number is then ours to set.
        unsafe {
            gdal_sys::GDALWarpInitDefaultBandMapping(options, 1);
            *(*options).panSrcBands = band as i32;
            (*options).hSrcDS = source.c_dataset();
            (*options).eResampleAlg = GDALResampleAlg::GRA_NearestNeighbour;
            (*options).nDstAlphaBand = 2;
            for (key, value) in [(c"SOURCE_EXTRA", MARGIN_PX), (c"SAMPLE_GRID", "YES")] {
                let value = std::ffi::CString::new(value).unwrap_or_default();
                let list = (*options).papszWarpOptions;
                (*options).papszWarpOptions = gdal_sys::CSLSetNameValue(list, key.as_ptr(), value.as_ptr());
            }
        }
        Ok(Self { raw: options, transformer: ptr::null_mut(), source: source.c_dataset() })
    }

    fn place(&mut self, to_pixels: &CslStringList) -> Result<(), String> {
        // SAFETY: the source is valid, the list lives during the call and is not changed; no destination is needed.
        let transformer = unsafe {
            gdal_sys::GDALCreateGenImgProjTransformer2(self.source, ptr::null_mut(), to_pixels.as_ptr())
        };
        if transformer.is_null() {
            return Err(recorded_error()
                .err()
                .unwrap_or_else(|| String::from("there is no way between both")));
        }
        self.transformer = transformer;
        // SAFETY: the options are valid; the function is the one that goes with this transformer.
        unsafe {
            (*self.raw).pfnTransformer = Some(gdal_sys::GDALGenImgProjTransform);
            (*self.raw).pTransformerArg = transformer;
        }
        Ok(())
    }

    fn values(&mut self, nodata: Option<f64>, alpha: Option<usize>) {
        // SAFETY: the options are valid and hold one band.
        unsafe {
            if let Some(nodata) = nodata {
                gdal_sys::GDALWarpInitSrcNoDataReal(self.raw, nodata);
            }
            (*self.raw).nSrcAlphaBand = alpha.map_or(0, |band| band as i32);
        }
    }

    fn create(mut self, grid: &Grid) -> Result<Dataset, String> {
        let mut transform = grid.transform();
        let (width, height) = (grid.width_px() as i32, grid.height_px() as i32);
        // SAFETY: the transformer is of this kind and copies six numbers.
        unsafe {
            gdal_sys::GDALSetGenImgProjTransformerDstGeoTransform(self.transformer, transform.as_ptr());
        }
        // SAFETY: source and options are valid; the options are copied, the transformer becomes the dataset's.
        let dataset = unsafe {
            gdal_sys::GDALCreateWarpedVRT(self.source, width, height, transform.as_mut_ptr(), self.raw)
        };
        if dataset.is_null() {
            return Err(recorded_error().err().unwrap_or_else(|| String::from("GDAL does not say why")));
        }
        self.transformer = ptr::null_mut();
        // SAFETY: the handle is a new dataset's and nobody else's.
        Ok(unsafe { Dataset::from_c_dataset(dataset) })
    }
}

#[expect(unsafe_code, reason = "the safe wrapper has no virtual datasets that warp")]
impl Drop for WarpOptions {
    fn drop(&mut self) {
        // SAFETY: made by `new` and `place`, and freed nowhere else; the transformer is not the options' to free.
        unsafe {
            gdal_sys::GDALDestroyWarpOptions(self.raw);
            if !self.transformer.is_null() {
                gdal_sys::GDALDestroyGenImgProjTransformer(self.transformer);
            }
        }
    }
}
