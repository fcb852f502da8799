//! Coordinate reference systems: told apart by GDAL, extents carried over by PROJ.

use crate::Error;
use gdal::spatial_ref::SpatialRef;
use grid::Extent;
use proj::Proj;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Points along each edge of an extent that are carried over, because straight edges become curved ones.
const POINTS_PER_EDGE: i32 = 21;

/// Transformations that a thread keeps: PROJ looks through its database for each, which takes as long as carrying over
/// tens of thousands of points.
const MOST_KNOWN: usize = 32;

/// What latitudes and longitudes are given in.
const WGS_84: &str = "EPSG:4326";

/// A coordinate reference system, or none.
#[derive(Debug, Clone)]
pub struct Crs {
    /// Empty for none. GDAL's own object may not go from thread to thread, so it is made where it is needed.
    wkt: String,
    name: String,
}

/// What systems in metres count in.
const METRES: &str = "metres";

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

    /// The definition; empty for none.
    #[must_use]
    pub fn wkt(&self) -> &str {
        &self.wkt
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

    /// Whether it is no system at all.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.wkt.is_empty()
    }

    /// Whether x and y are longitudes and latitudes.
    #[must_use]
    pub fn is_geographic(&self) -> bool {
        self.spatial_ref().is_some_and(|system| system.is_geographic())
    }

    /// Whether pixels can lie in it: it has two horizontal axes, unlike geocentric and vertical systems.
    #[must_use]
    pub fn is_of_maps(&self) -> bool {
        self.spatial_ref().is_some_and(|system| system.is_geographic() || system.is_projected())
    }

    /// Whether x and y are counted in metres.
    #[must_use]
    pub fn is_in_metres(&self) -> bool {
        self.unit() == METRES
    }

    /// Refuses a way from this system, that of the layer `source_name`, to another where one of both is unknown: numbers
    /// of which nobody knows the place have one only among each other.
    pub(crate) fn check_reaches(&self, target: &Self, source_name: &str) -> Result<(), Error> {
        let source_name = source_name.to_owned();
        match (self.is_none(), target.is_none()) {
            (true, false) => Err(Error::LayerUnplaced { source_name, target: target.name().to_owned() }),
            (false, true) => Err(Error::TargetUnplaced { source_name, own: self.name().to_owned() }),
            _ => Ok(()),
        }
    }

    /// What x and y are counted in, in the plural.
    #[must_use]
    pub fn unit(&self) -> String {
        let named = |name: Option<String>| match name.as_deref() {
            Some("metre" | "meter") => String::from(METRES),
            Some("degree") => String::from("degrees"),
            Some(other) => format!("units ({other})"),
            None => String::from("units"),
        };
        match self.spatial_ref() {
            Some(system) if system.is_geographic() => named(system.angular_units_name()),
            Some(system) => named(system.linear_units_name()),
            None => named(None),
        }
    }

    /// The length of a full turn, where x is a longitude.
    #[must_use]
    pub fn turn(&self) -> Option<f64> {
        let system = self.spatial_ref().filter(SpatialRef::is_geographic)?;
        let turn = std::f64::consts::TAU / system.angular_units();
        // The unit is only known to some fifteen digits, and degrees are to come out as 360.
        (turn.is_finite() && turn > 0.0).then(|| (turn * 1e9).round() / 1e9)
    }

    /// The system in metres, on WGS 84, that distorts least around a place: its UTM zone, as Sentinel-2's tiles have
    /// it (Norway's and Svalbard's are their own), or the polar stereographic system beyond.
    pub fn utm_of(latitude: f64, longitude: f64) -> Result<Self, Error> {
        if !(-90.0..=90.0).contains(&latitude) || !longitude.is_finite() {
            let reason = String::from("latitudes lie between -90 and 90 (are they swapped?)");
            return Err(Error::Point { x: longitude, y: latitude, crs: String::from(WGS_84), reason });
        }
        if latitude >= 84.0 {
            return Self::from_text("EPSG:5041");
        }
        if latitude < -80.0 {
            return Self::from_text("EPSG:5042");
        }
        let longitude = (longitude + 180.0).rem_euclid(360.0) - 180.0;
        let zone = match ((longitude + 180.0) / 6.0).floor() as u32 + 1 {
            31 if (56.0..64.0).contains(&latitude) && longitude >= 3.0 => 32,
            32..=36 if latitude >= 72.0 => 31 + 2 * ((longitude + 3.0) / 12.0).floor() as u32,
            zone => zone,
        };
        Self::from_text(&format!("EPSG:{}", if latitude < 0.0 { 32_700 } else { 32_600 } + zone))
    }

    /// The extent in this system that surely holds `extent`, which is given in `from`. Longitudes of what lies across 180°
    /// go on beyond it. Where one of the two
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
        let transformation = from.transformation(self).map_err(failed)?;
        let [xmin, ymin, xmax, ymax] = transformation
            .transform_bounds(extent.xmin, extent.ymin, extent.xmax, extent.ymax, POINTS_PER_EDGE)
            .map_err(|e| failed(e.to_string()))?;
        // Of what lies across the far side of the Earth, where longitudes begin anew, PROJ tells the eastern end first.
        let xmax = if xmin > xmax { xmax + self.turn().unwrap_or_default() } else { xmax };
        let carried = Extent { xmin, ymin, xmax, ymax };
        if !carried.is_valid() {
            return Err(failed(String::from("part of it lies where the other system is not defined")));
        }
        Ok(carried)
    }

    /// The way from this system to another; found once in a thread, to which PROJ's objects are bound.
    pub(crate) fn transformation(&self, target: &Self) -> Result<Rc<Proj>, String> {
        // PROJ has no error for these, which its wrapper does not expect.
        let is_local = |system: &Self| system.spatial_ref().is_some_and(|system| system.is_local());
        if let Some(local) = [self, target].into_iter().find(|system| is_local(system)) {
            return Err(format!("{} is a local system, which has no place on Earth", local.name));
        }
        thread_local! {
            static KNOWN: RefCell<HashMap<(String, String), Rc<Proj>>> = RefCell::default();
        }
        let way = (self.wkt.clone(), target.wkt.clone());
        KNOWN.with_borrow_mut(|known| {
            if let Some(transformation) = known.get(&way) {
                return Ok(Rc::clone(transformation));
            }
            // More than any run needs; QGIS may go on for weeks.
            if known.len() >= MOST_KNOWN {
                known.clear();
            }
            let found = Proj::new_known_crs(&way.0, &way.1, None).map_err(|e| e.to_string())?;
            let found = Rc::new(found);
            known.insert(way, Rc::clone(&found));
            Ok(found)
        })
    }

    /// Latitude and longitude (WGS 84, degrees, north and east positive) of a point that is given in this
    /// system: x to the right and y up, whatever the order of the axes that the system declares.
    pub fn geographic(&self, x: f64, y: f64) -> Result<(f64, f64), Error> {
        let failed = |reason: String| Error::Point { x, y, crs: self.name.clone(), reason };
        if self.wkt.is_empty() {
            return Err(Error::NoCrs);
        }
        let transformation = self.transformation(&Self::from_text(WGS_84)?).map_err(failed)?;
        let (longitude, latitude) = transformation.convert((x, y)).map_err(|e| failed(e.to_string()))?;
        if !longitude.is_finite() || !(-90.0..=90.0).contains(&latitude) {
            return Err(failed(String::from(
                "it lies where that system is not defined (are x and y swapped?)",
            )));
        }
        // Layers may count longitudes from 0 to 360; 180 itself stays.
        let turns = ((longitude.abs() - 180.0) / 360.0).ceil().max(0.0);
        Ok((latitude, longitude - turns * 360.0_f64.copysign(longitude)))
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
    fn every_place_has_a_system_in_metres() {
        let at = |latitude, longitude| Crs::utm_of(latitude, longitude).unwrap().name().to_owned();
        assert_eq!(at(46.95, 7.44), "EPSG:32632");
        assert_eq!(at(-33.9, 18.4), "EPSG:32734");
        assert_eq!(
            (at(0.0, -180.0), at(0.0, 180.0), at(0.0, 179.9)),
            ("EPSG:32601".into(), "EPSG:32601".into(), "EPSG:32660".into())
        );
        // Bergen lies in 31, but is mapped in 32; Svalbard has 31, 33, 35 and 37 alone.
        assert_eq!(at(60.4, 5.3), "EPSG:32632");
        let svalbard = [8.0, 9.0, 20.9, 21.0, 33.0].map(|longitude| at(78.0, longitude));
        assert_eq!(svalbard, ["EPSG:32631", "EPSG:32633", "EPSG:32633", "EPSG:32635", "EPSG:32637"]);
        assert_eq!((at(88.0, 10.0), at(-85.0, 10.0)), ("EPSG:5041".into(), "EPSG:5042".into()));
        assert!(Crs::utm_of(146.0, 7.0).is_err() && Crs::utm_of(7.0, f64::NAN).is_err());
    }

    #[test]
    fn systems_know_their_units() {
        let unit = |text: &str| Crs::from_text(text).unwrap().unit();
        assert_eq!((unit("EPSG:32633"), unit("EPSG:4326")), ("metres".into(), "degrees".into()));
        assert_eq!((unit("EPSG:2263"), unit("")), ("units (US survey foot)".into(), "units".into()));
        assert_eq!(Crs::from_text("EPSG:4326").unwrap().turn(), Some(360.0));
        assert_eq!(Crs::from_text("EPSG:32633").unwrap().turn(), None);
    }

    #[test]
    fn a_local_system_has_no_place_on_earth() {
        let local = Crs::from_text("LOCAL_CS[\"x\",UNIT[\"m\",1]]").unwrap();
        let error = local.geographic(0.0, 0.0).unwrap_err().to_string();
        assert!(error.contains("no place on Earth"), "{error}");
        let extent = Extent { xmin: 0.0, ymin: 0.0, xmax: 1.0, ymax: 1.0 };
        assert!(Crs::from_text("EPSG:4326").unwrap().extent_from(&local, extent).is_err());
        assert!(local.extent_from(&Crs::from_text("EPSG:4326").unwrap(), extent).is_err());
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
    fn longitudes_go_on_where_an_extent_lies_across_180_degrees() {
        let (utm, degrees) = (Crs::from_text("EPSG:32601").unwrap(), Crs::from_text("EPSG:4326").unwrap());
        // 180° lies 333.9 km west of the zone's middle at the equator.
        let across = Extent { xmin: 156_021.0, ymin: 0.0, xmax: 176_021.0, ymax: 10_000.0 };
        let e = degrees.extent_from(&utm, across).unwrap();
        assert!((e.xmin - 179.91).abs() < 0.001 && (e.xmax - 180.09).abs() < 0.001, "{e:?}");
        let back = utm.extent_from(&degrees, e).unwrap();
        assert!(
            (back.xmin - across.xmin).abs() < 100.0 && (back.xmax - across.xmax).abs() < 100.0,
            "{back:?}"
        );
    }

    #[test]
    fn what_has_no_image_is_an_error() {
        let utm = Crs::from_text("EPSG:3857").unwrap();
        let degrees = Crs::from_text("EPSG:4326").unwrap();
        let beyond = Extent { xmin: 10.0, ymin: 95.0, xmax: 20.0, ymax: 99.0 };
        assert!(matches!(utm.extent_from(&degrees, beyond), Err(Error::Extent { .. })));
    }

    fn geographic(system: &str, x: f64, y: f64) -> (f64, f64) {
        Crs::from_text(system).unwrap().geographic(x, y).unwrap()
    }

    fn assert_near((latitude, longitude): (f64, f64), expected: (f64, f64), tolerance: f64) {
        let near = (latitude - expected.0).abs() < tolerance && (longitude - expected.1).abs() < tolerance;
        assert!(near, "{latitude} {longitude}, not {expected:?}");
    }

    #[test]
    fn points_have_latitude_and_longitude() {
        // Where UTM zone 33 has its central meridian, 15° east, and the equator.
        assert_near(geographic("EPSG:32633", 500_000.0, 0.0), (0.0, 15.0), 1e-9);
        // South of it the false northing counts.
        assert_near(geographic("EPSG:32733", 500_000.0, 10_000_000.0), (0.0, 15.0), 1e-9);
        // The old observatory of Bern, origin of the Swiss grid.
        assert_near(geographic("EPSG:2056", 2_600_000.0, 1_200_000.0), (46.951_083, 7.438_632), 1e-5);
        // Latitude comes first in EPSG:4326, but x is the longitude.
        assert_near(geographic("EPSG:4326", 7.44, 46.95), (46.95, 7.44), 1e-12);
        assert_near(geographic("OGC:CRS84", 7.44, 46.95), (46.95, 7.44), 1e-12);
        // Half the circumference of the equator times 85.051…°, as web maps end.
        let edge = 20_037_508.342_789_244;
        assert_near(geographic("EPSG:3857", edge / 2.0, edge), (85.051_128_78, 90.0), 1e-8);
    }

    #[test]
    fn datums_differ() {
        // The meridian of the British map lies a hundred metres west of that of WGS 84.
        let (latitude, longitude) = geographic("EPSG:4277", 0.0, 51.4779);
        assert!((-0.0019..-0.0013).contains(&longitude), "{longitude}");
        assert!((51.4779..51.4789).contains(&latitude), "{latitude}");
    }

    #[test]
    fn longitudes_are_brought_to_their_range() {
        assert_near(geographic("EPSG:4326", 190.0, 1.0), (1.0, -170.0), 1e-9);
        assert_near(geographic("EPSG:4326", -181.0, 1.0), (1.0, 179.0), 1e-9);
        assert_near(geographic("EPSG:4326", 360.0, 1.0), (1.0, 0.0), 1e-9);
        assert_near(geographic("EPSG:4326", -180.0, 1.0), (1.0, -180.0), 1e-9);
    }

    #[test]
    fn what_has_no_latitude_is_an_error() {
        let error = Crs::none().geographic(1.0, 2.0).unwrap_err();
        assert!(error.to_string().contains("no coordinate reference system"), "{error}");
        let error = Crs::from_text("EPSG:4326").unwrap().geographic(7.44, 146.95).unwrap_err().to_string();
        assert!(error.contains("146.95") && error.contains("EPSG:4326"), "{error}");
        assert!(Crs::from_text("EPSG:32633").unwrap().geographic(1e30, 1e30).is_err());
        assert!(Crs::from_text("EPSG:32633").unwrap().geographic(f64::NAN, 0.0).is_err());
    }
}
