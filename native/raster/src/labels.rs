//! Polygons that label places with classes, burnt into pixels window by window.

use crate::error::{forget_errors, recorded_error, words};
use crate::polygons::GoOn;
use crate::{Crs, Error};
use gdal::raster::rasterize;
use gdal::spatial_ref::{AxisMappingStrategy, CoordTransform, SpatialRef};
use gdal::vector::{Geometry, LayerAccess, geometry_type_flatten};
use gdal::{Dataset, DatasetOptions, DriverManager, GdalOpenFlags};
use gdal_sys::{OGRFieldType, OGRwkbGeometryType};
use grid::{Extent, Grid};
use std::path::Path;

/// An opened vector layer of polygons.
pub struct PolygonLayer {
    dataset: Dataset,
    source: Source,
}

/// What a polygon does to the pixels whose centres lie in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// They are of this class.
    Class(u8),
    /// They have no label, also where an earlier polygon gave one.
    NoLabel,
    /// Nothing.
    Nothing,
}

/// A field of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Whether it holds texts, not numbers.
    pub is_text: bool,
}

/// Polygons in the system of a raster, in the order of the layer.
pub struct Shapes {
    shapes: Vec<Shape>,
    /// Of all polygons that mean something, those elsewhere included.
    covered: Option<Extent>,
}

struct Shape {
    polygon: Geometry,
    extent: Extent,
    /// A class, or [`NO_LABEL`].
    value: i16,
}

const NO_LABEL: i16 = -1;

/// Features that are read between two questions whether to go on.
const STEP: usize = 256;

impl PolygonLayer {
    /// Opens a file that GDAL opens; `|layername=…`, `|layerid=…` and `|subset=…` behind it choose one of its layers and
    /// some of its features, as QGIS writes it. Without them it is the first layer with all features.
    pub fn open(source: &str) -> Result<Self, Error> {
        let source = Source::of(source);
        let failed = |reason| Error::OpenVector { source_name: source.given.clone(), reason };
        let flags = GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_VERBOSE_ERROR;
        let options = DatasetOptions { open_flags: flags, ..DatasetOptions::default() };
        let dataset = Dataset::open_ex(&source.path, options).map_err(|e| failed(words(&e)))?;
        if dataset.layer_count() == 0 {
            return Err(failed(String::from("it holds no vector layer")));
        }
        let opened = Self { dataset, source };
        opened.layer()?;
        Ok(opened)
    }

    /// The source as it was given.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source.given
    }

    /// Whether `path` is the file that this layer is read from.
    #[must_use]
    pub fn reads(&self, path: &Path) -> bool {
        let own = Path::new(&self.source.path).canonicalize();
        own.is_ok_and(|own| path.canonicalize().is_ok_and(|path| path == own))
    }

    /// The fields, in their order.
    pub fn fields(&self) -> Result<Vec<Field>, Error> {
        let layer = self.layer()?;
        let is_text = |kind| kind == OGRFieldType::OFTString;
        let fields = layer.defn().fields();
        Ok(fields.map(|field| Field { name: field.name(), is_text: is_text(field.field_type()) }).collect())
    }

    /// The polygons that touch the pixels of a grid, in its system. `mark` says by the value of `field` (without a value:
    /// `None`) what each polygon of the layer means. Nothing is returned when `go_on` says no.
    pub fn shapes(
        &self,
        field: &str,
        (grid, crs): (&Grid, &Crs),
        mark: &mut dyn FnMut(Option<&str>) -> Mark,
        go_on: GoOn<'_>,
    ) -> Result<Option<Shapes>, Error> {
        let failed = |reason: String| Error::Unusable { source_name: self.source.given.clone(), reason };
        let mut layer = self.layer()?;
        let field = layer.defn().field_index(field).map_err(|e| failed(words(&e)))?;
        let transformation = transformation(&layer, crs).map_err(failed)?;
        let area = grid.extent();
        let (mut shapes, mut covered) = (Vec::new(), None);
        forget_errors();
        for (index, feature) in layer.features().enumerate() {
            if index % STEP == 0 && !go_on() {
                return Ok(None);
            }
            let text = feature.field_as_string(field).map_err(|e| failed(words(&e)))?;
            let value = match mark(text.as_deref().map(str::trim).filter(|text| !text.is_empty())) {
                Mark::Class(class) => i16::from(class),
                Mark::NoLabel => NO_LABEL,
                Mark::Nothing => continue,
            };
            let Some(polygon) = feature.geometry() else { continue };
            check_kind(polygon).map_err(failed)?;
            let polygon = match &transformation {
                Some(transformation) => polygon.transform(transformation).map_err(|e| {
                    failed(format!("a polygon cannot be carried over to {} ({})", crs.name(), words(&e)))
                })?,
                None => polygon.clone(),
            };
            let e = polygon.envelope();
            let extent = Extent { xmin: e.MinX, ymin: e.MinY, xmax: e.MaxX, ymax: e.MaxY };
            covered = Some(covered.map_or(extent, |covered| united(covered, extent)));
            if area.intersection(&extent).is_some() {
                shapes.push(Shape { polygon, extent, value });
            }
        }
        recorded_error().map_err(|reason| failed(format!("it cannot be read to its end ({reason})")))?;
        Ok(Some(Shapes { shapes, covered }))
    }

    fn layer(&self) -> Result<gdal::vector::Layer<'_>, Error> {
        let failed = |reason| Error::OpenVector { source_name: self.source.given.clone(), reason };
        let layer = match (&self.source.layer, self.source.number) {
            (Some(name), _) => self.dataset.layer_by_name(name).map_err(|_| {
                let known: Vec<_> = self.dataset.layers().map(|layer| layer.name()).collect();
                failed(format!("it has no layer \"{name}\"; it has: {}", known.join(", ")))
            })?,
            (None, number) => self.dataset.layer(number).map_err(|e| failed(words(&e)))?,
        };
        let mut layer = layer;
        if let Some(subset) = &self.source.subset {
            layer
                .set_attribute_filter(subset)
                .map_err(|e| failed(format!("its filter is not understood: {}", words(&e))))?;
        }
        Ok(layer)
    }
}

impl Shapes {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shapes.is_empty()
    }

    /// What the polygons of the layer cover, also elsewhere; none where no polygon means anything.
    #[must_use]
    pub fn covered(&self) -> Option<Extent> {
        self.covered
    }

    /// The class of each pixel `[y, x]` of a grid, by the polygon that its centre lies in. Where polygons overlap, the
    /// later one of the layer counts.
    pub fn burn(&self, grid: &Grid) -> Result<Vec<Option<u8>>, Error> {
        let area = grid.extent();
        let here = || self.shapes.iter().filter(|shape| area.intersection(&shape.extent).is_some());
        let (width, height) = (grid.width_px(), grid.height_px());
        let polygons: Vec<_> = here().map(|shape| shape.polygon.clone()).collect();
        if polygons.is_empty() {
            return Ok(vec![None; width * height]);
        }
        let values: Vec<_> = here().map(|shape| f64::from(shape.value)).collect();
        let burn = || -> gdal::errors::Result<Vec<i16>> {
            let driver = DriverManager::get_driver_by_name("MEM")?;
            let mut dataset = driver.create_with_band_type::<i16, _>("", width, height, 1)?;
            dataset.set_geo_transform(&grid.transform())?;
            dataset.rasterband(1)?.fill(f64::from(NO_LABEL), None)?;
            rasterize(&mut dataset, &[1], &polygons, &values, None)?;
            let mut pixels = vec![NO_LABEL; width * height];
            let size = (width, height);
            dataset.rasterband(1)?.read_into_slice((0, 0), size, size, &mut pixels, None)?;
            Ok(pixels)
        };
        let pixels = burn().map_err(|e| Error::Burn { reason: words(&e) })?;
        Ok(pixels.into_iter().map(|value| u8::try_from(value).ok()).collect())
    }
}

/// The way from a layer's system to another; none where both are the same, or one is unknown.
fn transformation(layer: &gdal::vector::Layer, to: &Crs) -> Result<Option<CoordTransform>, String> {
    let from = layer.spatial_ref().and_then(|system| Crs::of(&system).ok()).unwrap_or_else(Crs::none);
    let (Some(mut source), Some(mut target)) = (from.spatial_ref(), to.spatial_ref()) else {
        return Ok(None);
    };
    if from == *to {
        return Ok(None);
    }
    // X is to the right and y up, whatever the system declares.
    let traditional = |system: &mut SpatialRef| {
        system.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    };
    traditional(&mut source);
    traditional(&mut target);
    CoordTransform::new(&source, &target)
        .map(Some)
        .map_err(|e| format!("there is no way from {} to {} ({})", from.name(), to.name(), words(&e)))
}

fn united(one: Extent, other: Extent) -> Extent {
    Extent {
        xmin: one.xmin.min(other.xmin),
        ymin: one.ymin.min(other.ymin),
        xmax: one.xmax.max(other.xmax),
        ymax: one.ymax.max(other.ymax),
    }
}

fn check_kind(geometry: &Geometry) -> Result<(), String> {
    let kind = geometry_type_flatten(geometry.geometry_type());
    if [OGRwkbGeometryType::wkbPolygon, OGRwkbGeometryType::wkbMultiPolygon].contains(&kind) {
        return Ok(());
    }
    Err(format!(
        "it holds geometries of the kind {}, but polygons are needed; bring it to them first, for example with Buffer or Convert geometry type",
        geometry.geometry_name()
    ))
}

/// A file and what of it is meant.
struct Source {
    given: String,
    path: String,
    layer: Option<String>,
    /// Counts where there is no name.
    number: usize,
    subset: Option<String>,
}

impl Source {
    fn of(given: &str) -> Self {
        let mut source =
            Self { given: given.to_owned(), path: String::new(), layer: None, number: 0, subset: None };
        // A filter may hold anything, and QGIS writes it last.
        let (rest, subset) = match given.split_once("|subset=") {
            Some((rest, subset)) => (rest, Some(subset.to_owned())),
            None => (given, None),
        };
        source.subset = subset.filter(|subset| !subset.trim().is_empty());
        let mut parts = rest.split('|');
        let path = parts.next().unwrap_or_default();
        let mut end = path.len();
        for part in parts {
            match part.split_once('=') {
                Some(("layername", name)) => source.layer = Some(name.to_owned()),
                Some(("layerid", number)) => source.number = number.parse().unwrap_or(0),
                Some(("geometrytype", _)) => {}
                // Part of the path.
                _ => end += 1 + part.len(),
            }
        }
        rest[..end].clone_into(&mut source.path);
        source
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(given: &str) -> (String, Option<String>, usize, Option<String>) {
        let Source { path, layer, number, subset, .. } = Source::of(given);
        (path, layer, number, subset)
    }

    #[test]
    fn sources_are_split_as_qgis_joins_them() {
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(parts("/a/b.gpkg"), ("/a/b.gpkg".into(), None, 0, None));
        assert_eq!(parts("/a b.gpkg|layername=x y"), ("/a b.gpkg".into(), text("x y"), 0, None));
        assert_eq!(parts("/a.gpkg|layerid=2"), ("/a.gpkg".into(), None, 2, None));
        assert_eq!(parts("/a|b.shp"), ("/a|b.shp".into(), None, 0, None));
        let filtered = "/a.gpkg|layername=x|geometrytype=Polygon|subset=\"c\" = 'a|layername=b'";
        assert_eq!(parts(filtered), ("/a.gpkg".into(), text("x"), 0, text("\"c\" = 'a|layername=b'")));
    }
}
