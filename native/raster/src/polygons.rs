//! Polygons of a class map in a GeoPackage that appears whole or not at all.
//!
//! GDAL outlines the classes strip by strip. The file is made in the system's folder of temporary files, where SQLite's
//! journals may lie, and its finished bytes become the hidden file beside the destination.

use crate::classes::Class;
use crate::error::{forget_errors, recorded_error, words};
use crate::geopackage;
use crate::points::{Column, ColumnKind, LayerText, Value, define, set};
use crate::progress::Listener;
use crate::staged::{Completed, Staged};
use crate::{Crs, Error};
use gdal::raster::{RasterBand, RasterCreationOptions};
use gdal::vector::{Feature, Geometry, LayerAccess, LayerOptions};
use gdal::{Dataset, DriverManager};
use gdal_sys::OGRwkbGeometryType;
use grid::Extent;
use std::ffi::c_int;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::ptr;

/// The column of the class's number, which GDAL fills.
const CLASS: &str = "class";
const NAME: &str = "name";

/// Square metres, planar in projected systems and on the ellipsoid in geographic ones; no value without a system.
const AREA: &str = "area_m2";

/// A GeoPackage of polygons under construction: a hidden file beside the destination.
pub struct PolygonsWriter {
    staged: Staged,
}

/// A rectangle with what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rectangle {
    /// Where it lies.
    pub extent: Extent,
    /// One per column and of its kind, in order.
    pub values: Vec<Value>,
}

/// Asked now and then whether to go on.
pub type GoOn<'a> = &'a dyn Fn() -> bool;

impl PolygonsWriter {
    /// Checks that `destination` can be written, as [`crate::Writer::create`] does, and holds no other layer than
    /// `layer`, which is to be written.
    pub fn create(destination: &Path, layer: &str) -> Result<Self, Error> {
        geopackage::refuse_others(destination, layer)?;
        Ok(Self { staged: Staged::beside(destination)? })
    }

    /// Outlines the classes of the first band of a finished class map: one polygon for each area of pixels that touch
    /// with their edges and have one class, with the class's number and name and the polygon's area. Areas of fewer
    /// than `sieve_px` pixels become part of their largest neighbour; nodata stays empty. Nothing is returned when
    /// `go_on` says no.
    pub fn outline(
        self,
        map: &Completed,
        classes: &[Class],
        text: &LayerText,
        sieve_px: usize,
        go_on: GoOn<'_>,
    ) -> Result<Option<Completed>, Error> {
        let outline = |path: &Path, folder: &Path| -> gdal::errors::Result<bool> {
            let source = Dataset::open(map.path())?;
            let sieved = if sieve_px > 1 { sieve(&source, sieve_px, folder, go_on)? } else { Sieved::No };
            let band = source.rasterband(1)?;
            let pixels = match &sieved {
                Sieved::No => source.rasterband(1)?,
                Sieved::Yes(dataset) => dataset.rasterband(1)?,
                Sieved::Cancelled => return Ok(false),
            };
            let crs = source.spatial_ref().and_then(|s| Crs::of(&s)).unwrap_or_else(|_| Crs::none());
            let columns = [(CLASS, ColumnKind::Integer), (NAME, ColumnKind::Text), (AREA, ColumnKind::Real)];
            let columns = columns.map(|(name, kind)| Column { name: name.to_owned(), kind });
            let mut dataset = DriverManager::get_driver_by_name("GPKG")?.create_vector_only(path)?;
            let mut transaction = dataset.start_transaction()?;
            let layer = add_layer(&mut transaction, &crs, text, &columns)?;
            if !polygonize(&pixels, &band.open_mask_band()?, &layer, go_on)? {
                return Ok(false);
            }
            name_and_measure(&layer, &crs, classes)?;
            transaction.commit()?;
            dataset.close()?;
            Ok(true)
        };
        self.make(outline)
    }

    /// Writes rectangles as the only layer.
    pub fn rectangles(
        self,
        crs: &Crs,
        text: &LayerText,
        columns: &[Column],
        rectangles: &[Rectangle],
    ) -> Result<Completed, Error> {
        let failed = self.failure();
        let fill = |path: &Path, _: &Path| -> gdal::errors::Result<bool> {
            let mut dataset = DriverManager::get_driver_by_name("GPKG")?.create_vector_only(path)?;
            let mut transaction = dataset.start_transaction()?;
            let layer = add_layer(&mut transaction, crs, text, columns)?;
            for Rectangle { extent: e, values } in rectangles {
                let mut feature = Feature::new(layer.defn())?;
                feature.set_geometry(Geometry::bbox(e.xmin, e.ymin, e.xmax, e.ymax)?)?;
                set(&mut feature, values)?;
                feature.create(&layer)?;
            }
            transaction.commit()?;
            dataset.close()?;
            Ok(true)
        };
        self.make(fill)?.ok_or_else(|| failed(String::from("it was broken off")))
    }

    fn failure(&self) -> impl Fn(String) -> Error + use<> {
        let path = self.staged.destination().to_owned();
        move |reason| Error::Write { path: path.clone(), reason }
    }

    /// Lets `make` write a GeoPackage, with a folder for files of its own, and takes it over.
    fn make(
        self,
        make: impl FnOnce(&Path, &Path) -> gdal::errors::Result<bool>,
    ) -> Result<Option<Completed>, Error> {
        let failed = self.failure();
        let folder = tempfile::tempdir().map_err(|e| failed(e.to_string()))?;
        let path = folder.path().join("polygons.gpkg");
        // SQLite's tables are made late, and closing returns nothing of what fails then.
        forget_errors();
        if !make(&path, folder.path()).map_err(|e| failed(words(&e)))? {
            return Ok(None);
        }
        recorded_error().map_err(&failed)?;
        // Into the file that is locked, not a new one.
        let copy = || -> io::Result<u64> {
            let mut hidden = OpenOptions::new().write(true).truncate(true).open(self.staged.path())?;
            io::copy(&mut File::open(&path)?, &mut hidden)
        };
        copy().map_err(|e| failed(e.to_string()))?;
        self.staged.complete().map(Some)
    }
}

fn add_layer<'d>(
    dataset: &'d mut Dataset,
    crs: &Crs,
    text: &LayerText,
    columns: &[Column],
) -> gdal::errors::Result<gdal::vector::Layer<'d>> {
    let spatial_ref = crs.spatial_ref();
    let description = format!("DESCRIPTION={}", text.description);
    let layer = dataset.create_layer(LayerOptions {
        name: &text.name,
        srs: spatial_ref.as_ref(),
        ty: OGRwkbGeometryType::wkbPolygon,
        options: Some(&[&description]),
    })?;
    define(&layer, columns)?;
    Ok(layer)
}

/// A map whose small areas have become part of their neighbours.
enum Sieved {
    No,
    Yes(Dataset),
    Cancelled,
}

#[expect(unsafe_code, reason = "the safe wrapper does not have this function")]
fn sieve(source: &Dataset, sieve_px: usize, folder: &Path, go_on: GoOn<'_>) -> gdal::errors::Result<Sieved> {
    let (width, height) = source.raster_size();
    let options: RasterCreationOptions =
        ["COMPRESS=DEFLATE", "ZLEVEL=1", "BIGTIFF=IF_SAFER"].into_iter().collect();
    let driver = DriverManager::get_driver_by_name("GTiff")?;
    let path = folder.join("sieved.tif");
    let mut dataset = driver.create_with_band_type_with_options::<u8, _>(path, width, height, 1, &options)?;
    dataset.set_geo_transform(&source.geo_transform()?)?;
    let band = source.rasterband(1)?;
    let (mask, sieved) = (band.open_mask_band()?, dataset.rasterband(1)?);
    let threshold = c_int::try_from(sieve_px).unwrap_or(c_int::MAX);
    let progress = |_| go_on();
    let listener = Listener::new(&progress, 0.0..1.0);
    // SAFETY: the handles are valid during the call, and the callback gets the argument that belongs to it.
    let result = unsafe {
        gdal_sys::GDALSieveFilter(
            band.c_rasterband(),
            mask.c_rasterband(),
            sieved.c_rasterband(),
            threshold,
            CONNECTEDNESS,
            ptr::null_mut(),
            listener.function(),
            listener.argument(),
        )
    };
    Ok(if finished(result, &listener)? { Sieved::Yes(dataset) } else { Sieved::Cancelled })
}

/// Pixels belong together that share an edge; a common corner is not enough.
const CONNECTEDNESS: c_int = 4;

/// Fills a layer, whose first column gets the values; whether it came to its end.
#[expect(unsafe_code, reason = "the safe wrapper does not have this function")]
fn polygonize(
    pixels: &RasterBand,
    mask: &RasterBand,
    layer: &gdal::vector::Layer,
    go_on: GoOn<'_>,
) -> gdal::errors::Result<bool> {
    let progress = |_| go_on();
    let listener = Listener::new(&progress, 0.0..1.0);
    // SAFETY: as in `sieve`.
    let result = unsafe {
        gdal_sys::GDALPolygonize(
            pixels.c_rasterband(),
            mask.c_rasterband(),
            layer.c_layer(),
            0,
            ptr::null_mut(),
            listener.function(),
            listener.argument(),
        )
    };
    finished(result, &listener)
}

/// Whether a function of GDAL's came to its end.
fn finished(result: gdal_sys::CPLErr::Type, listener: &Listener<'_>) -> gdal::errors::Result<bool> {
    if result == gdal_sys::CPLErr::CE_None {
        return Ok(true);
    }
    if listener.stopped() {
        return Ok(false);
    }
    Err(gdal::errors::GdalError::CplError {
        class: result,
        number: 0,
        msg: recorded_error().err().unwrap_or_default(),
    })
}

/// Adds names and areas to polygons that have their class.
fn name_and_measure(layer: &gdal::vector::Layer, crs: &Crs, classes: &[Class]) -> gdal::errors::Result<()> {
    let measure = Measure::of(crs);
    // Numbered from 1 by the driver; changing features while going through them would need a second connection.
    for fid in 1..=layer.feature_count() {
        let Some(mut feature) = layer.feature(fid) else { continue };
        let class = feature.field_as_integer64(0)?;
        if let Some(class) = class.and_then(|class| classes.iter().find(|own| i64::from(own.value) == class))
        {
            feature.set_field_string(1, &class.name)?;
        }
        if let (Some(measure), Some(geometry)) = (&measure, feature.geometry()) {
            let area = measure.area_m2(geometry);
            feature.set_field_double(2, area)?;
        }
        layer.set_feature(feature)?;
    }
    Ok(())
}

/// How areas are measured.
enum Measure {
    /// Metres per unit of the system.
    Planar(f64),
    /// On the ellipsoid; degrees per unit of the system.
    Geodesic { ellipsoid: Box<geographiclib_rs::Geodesic>, degrees_per_unit: f64 },
}

impl Measure {
    fn of(crs: &Crs) -> Option<Self> {
        let spatial_ref = crs.spatial_ref()?;
        if !spatial_ref.is_geographic() {
            return Some(Self::Planar(spatial_ref.linear_units()));
        }
        let (a, b) = (spatial_ref.semi_major().ok()?, spatial_ref.semi_minor().ok()?);
        let ellipsoid = Box::new(geographiclib_rs::Geodesic::new(a, (a - b) / a));
        Some(Self::Geodesic { ellipsoid, degrees_per_unit: spatial_ref.angular_units().to_degrees() })
    }

    /// The area of a polygon without its holes.
    fn area_m2(&self, polygon: &Geometry) -> f64 {
        match self {
            Self::Planar(unit_m) => polygon.area() * unit_m * unit_m,
            Self::Geodesic { ellipsoid, degrees_per_unit } => {
                let rings = (0..polygon.geometry_count()).map(|ring| {
                    let mut sum = geographiclib_rs::PolygonArea::new(
                        ellipsoid,
                        geographiclib_rs::Winding::CounterClockwise,
                    );
                    let mut points = Vec::new();
                    polygon.get_geometry(ring).get_points(&mut points);
                    // The last point is the first again.
                    points.pop();
                    for (x, y, _) in points {
                        sum.add_point(y * degrees_per_unit, x * degrees_per_unit);
                    }
                    let (_, area, _) = sum.compute(true);
                    area.abs()
                });
                rings.enumerate().map(|(ring, area)| if ring == 0 { area } else { -area }).sum()
            }
        }
    }
}
