//! Layers that are in a GeoPackage already.

use crate::Error;
use gdal::vector::LayerAccess;
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};
use std::path::Path;

/// Refuses a destination that holds other layers than the one that is to be written: it would be replaced as a whole.
pub fn refuse_others(destination: &Path, layer: &str) -> Result<(), Error> {
    let flags = GdalOpenFlags::GDAL_OF_VECTOR;
    let options = DatasetOptions { open_flags: flags, ..DatasetOptions::default() };
    // What cannot be opened is no GeoPackage of anybody's.
    let Ok(there) = Dataset::open_ex(destination, options) else { return Ok(()) };
    let others: Vec<_> = there.layers().map(|other| other.name()).filter(|other| other != layer).collect();
    if others.is_empty() {
        return Ok(());
    }
    let names = others.join(", ");
    let reason = format!("it holds other layers ({names}), which would be lost; choose another file");
    Err(Error::Destination { path: destination.to_owned(), reason })
}
