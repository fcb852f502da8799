//! Rasters in and out, through GDAL and PROJ.
//!
//! - [`Layer`]: an opened raster: its [`grid::Grid`], its [`Crs`], its bands, and reads of windows as [`Pixels`],
//!   on its own grid or on another;
//! - [`Crs`]: equality of coordinate reference systems, and extents carried from one to another;
//! - [`Writer`]: a GeoTIFF that appears whole or not at all, with overviews, units, and colours and names of its classes;
//! - [`CreationOptions`]: how that GeoTIFF is to be stored, where somebody wants it otherwise;
//! - [`PointsWriter`]: the same for points in a GeoPackage;
//! - [`PolygonsWriter`]: the same for the outlines of a class map's classes, and for rectangles;
//! - [`TextWriter`]: the same for tables and reports;
//! - [`png`]: a small picture in memory;
//! - [`PolygonLayer`]: polygons that label places, burnt into pixels of a grid;
//! - [`KeptFile`]: what an interrupted run leaves beside its output for the next;
//! - [`download`]: files from a server, through GDAL's proxies and certificates;
//! - [`keep_notes_in`]: what killed runs left is found again;
//! - [`publish_all`]: several outputs that appear together or not at all.
//!
//! ```no_run
//! let layer = raster::Layer::open("S2L2A.tif")?;
//! let pixels = layer.read(grid::Window { x: 0, y: 0, width: 224, height: 224 })?;
//! assert_eq!(pixels.values.len(), layer.band_count() * 224 * 224);
//! # Ok::<(), raster::Error>(())
//! ```
//!
//! It knows no models: which bands mean what is the caller's. Rasters are never held whole.

mod band_names;
pub mod bytes;
mod cache;
mod classes;
mod creation;
mod crs;
pub mod download;
mod error;
mod files;
mod geopackage;
mod kept;
mod labels;
mod layer;
mod layout;
mod notes;
mod picture;
mod points;
mod polygons;
mod progress;
mod remote;
mod space;
mod spec;
mod staged;
mod text;
mod track;
mod view;
mod writer;

pub use cache::cache_to_come;
pub use classes::Class;
pub use creation::CreationOptions;
pub use crs::Crs;
pub use error::Error;
pub use grid::resample::Resampling;
pub use kept::{KEPT_FOR, KeptFile};
pub use labels::{Field, Mark, PolygonLayer, Shapes, Sublayer, Tally};
pub use layer::{Layer, Look, Pixels, Scale};
pub use notes::keep_notes_in;
pub use picture::png;
pub use points::{Column, ColumnKind, LayerText, Point, PointsWriter, Value};
pub use polygons::{GoOn, PolygonsWriter, Rectangle};
pub use progress::Progress;
pub use space::free_bytes;
pub use spec::{BandSpec, RasterSpec, SampleType};
pub use staged::{Completed, publish_all};
pub use text::TextWriter;
pub use writer::Writer;

/// Keeps GDAL from printing its own messages to standard error: what matters comes back as [`Error`].
///
/// For programs of our own; inside QGIS the error handler is QGIS's.
pub fn silence_gdal() {
    gdal::config::set_error_handler(|_, _, _| {});
}

/// The versions of GDAL and of PROJ that this process uses.
#[must_use]
pub fn versions() -> (String, String) {
    let proj = proj::Proj::new("+proj=noop").ok().and_then(|p| p.lib_info().ok());
    (
        gdal::version::VersionInfo::release_name(),
        proj.map_or_else(|| String::from("unknown"), |info| info.version),
    )
}
