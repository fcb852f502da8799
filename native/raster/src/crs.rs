//! Coordinate reference systems: told apart by GDAL, extents carried over by PROJ.

use crate::Error;
use gdal::spatial_ref::SpatialRef;
use grid::Extent;
use proj::Proj;

/// Points along each edge of an extent that are carried over, because straight edges become curved ones.
const POINTS_PER_EDGE: i32 = 21;

/// A coordinate reference system, or none.
#[derive(Debug, Clone)]
pub struct Crs {
    /// Empty for none. GDAL's own object may not go from thread to thread, so it is made where it is needed.
    wkt: String,
    name: String,
}

impl Crs {
    pub(crate) fn of(spatial_ref: &SpatialRef) -> gdal::errors::Result<Self> {
        let name = spatial_ref.authority().ok().or_else(|| spatial_ref.name());
        let name = name.unwrap_or_else(|| String::from("an unnamed system"));
        Ok(Self { wkt: spatial_ref.to_wkt()?, name })
    }

    /// No system: numbers without a place.
    #[must_use]
    pub fn none() -> Self {
        Self { wkt: String::new(), name: String::from("no coordinate reference system") }
    }

    /// From WKT, `EPSG:32633` or a PROJ string; an empty text is no system.
    pub fn from_text(definition: &str) -> Result<Self, Error> {
        if definition.trim().is_empty() {
            return Ok(Self::none());
        }
        SpatialRef::from_definition(definition)
            .and_then(|s| Self::of(&s))
            // GDAL only gives a number.
            .map_err(|_| Error::Crs { definition: definition.to_owned() })
    }

    pub(crate) fn spatial_ref(&self) -> Option<SpatialRef> {
        // GDAL takes an empty text for a system without properties.
        if self.wkt.is_empty() { None } else { SpatialRef::from_wkt(&self.wkt).ok() }
    }

    /// A short name for messages: the authority's code where there is one.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The extent in this system that surely holds `extent`, which is given in `from`. Where one of the two
    /// is unknown the numbers are taken as they are.
    pub fn extent_from(&self, from: &Crs, extent: Extent) -> Result<Extent, Error> {
        let (Some(source), Some(target)) = (from.spatial_ref(), self.spatial_ref()) else {
            return Ok(extent);
        };
        if source == target {
            return Ok(extent);
        }
        let failed =
            |reason: String| Error::Extent { from: from.name.clone(), to: self.name.clone(), reason };
        if source.is_geographic() && (extent.ymin < -90.0 || extent.ymax > 90.0) {
            let (south, north) = (extent.ymin, extent.ymax);
            return Err(failed(format!(
                "latitudes lie between -90 and 90, but this extent's reach from {south} to {north} (are x and y swapped?)"
            )));
        }
        let transformation =
            Proj::new_known_crs(&from.wkt, &self.wkt, None).map_err(|e| failed(e.to_string()))?;
        let [xmin, ymin, xmax, ymax] = transformation
            .transform_bounds(extent.xmin, extent.ymin, extent.xmax, extent.ymax, POINTS_PER_EDGE)
            .map_err(|e| failed(e.to_string()))?;
        let carried = Extent { xmin, ymin, xmax, ymax };
        if !carried.is_valid() {
            return Err(failed(String::from("part of it lies where the other system is not defined")));
        }
        Ok(carried)
    }
}

impl PartialEq for Crs {
    fn eq(&self, other: &Self) -> bool {
        self.wkt == other.wkt
            || matches!((self.spatial_ref(), other.spatial_ref()), (Some(a), Some(b)) if a == b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_system_in_other_words_is_equal() {
        let code = Crs::from_text("EPSG:32633").unwrap();
        let wkt = Crs::from_text(&code.wkt).unwrap();
        assert!(code == wkt && code != Crs::from_text("EPSG:32632").unwrap());
        assert!(code != Crs::from_text("").unwrap());
        assert!(matches!(Crs::from_text("EPSG:nonsense"), Err(Error::Crs { .. })));
    }

    #[test]
    fn degrees_become_metres_with_longitude_first() {
        let utm = Crs::from_text("EPSG:32633").unwrap();
        let degrees = Crs::from_text("EPSG:4326").unwrap();
        let e = Extent { xmin: 15.0, ymin: 46.9, xmax: 15.1, ymax: 47.0 };
        let m = utm.extent_from(&degrees, e).unwrap();
        assert!((m.xmin - 500_000.0).abs() < 1.0, "{m:?}");
        assert!((5_194_000.0..5_195_000.0).contains(&m.ymin) && m.ymax > m.ymin + 11_000.0, "{m:?}");
    }

    #[test]
    fn what_has_no_image_is_an_error() {
        let utm = Crs::from_text("EPSG:3857").unwrap();
        let degrees = Crs::from_text("EPSG:4326").unwrap();
        let beyond = Extent { xmin: 10.0, ymin: 95.0, xmax: 20.0, ymax: 99.0 };
        assert!(matches!(utm.extent_from(&degrees, beyond), Err(Error::Extent { .. })));
    }
}
