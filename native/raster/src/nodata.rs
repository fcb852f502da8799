//! What a raster says of its nodata, for those who doubt it.

use crate::Layer;
use gdal::Dataset;

/// The value that a layer's first band declares to mean nothing; none where it declares none.
///
/// [`Layer`] leaves such pixels out of what it reads. Whoever expects the value to be a class wants to know that.
#[must_use]
pub fn declared_nodata(layer: &Layer) -> Option<f64> {
    let band = layer.bands_in_file().next()?;
    Dataset::open(layer.source()).ok()?.rasterband(band).ok()?.no_data_value()
}
