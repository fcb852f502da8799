//! What the bands of a raster are called.

use gdal::raster::RasterBand;
use gdal::{Dataset, Metadata};
use std::collections::BTreeSet;
use std::path::Path;

/// Where GDAL tells the sources of a virtual band.
const SOURCES: &str = "vrt_sources";

/// The descriptions of all bands, empty where a band has none. Where a virtual raster puts files beside each other that
/// describe no band, these are their names: `T32UPU_20200101T102031_B02_10m` for what `gdalbuildvrt -separate` made of such
/// a file.
pub fn of(dataset: &Dataset) -> gdal::errors::Result<Vec<String>> {
    let bands = (1..=dataset.raster_count()).map(|index| dataset.rasterband(index));
    let bands = bands.collect::<gdal::errors::Result<Vec<_>>>()?;
    let described: Vec<_> = bands.iter().map(|band| band.description().unwrap_or_default()).collect();
    if bands.len() > 1 && described.iter().all(String::is_empty) {
        let files: Vec<_> = bands.iter().map_while(file).collect();
        // Of a mosaic all bands come from the same files.
        if files.iter().collect::<BTreeSet<_>>().len() == bands.len() {
            return Ok(files);
        }
    }
    Ok(described)
}

/// The name of the file that a virtual band is read from, without folder and ending.
fn file(band: &RasterBand) -> Option<String> {
    let sources = band.metadata_domain(SOURCES)?;
    let (_, rest) = sources.first()?.split_once("<SourceFilename")?;
    let (name, _) = rest.split_once('>')?.1.split_once("</SourceFilename>")?;
    Some(Path::new(name).file_stem()?.to_string_lossy().into_owned())
}
