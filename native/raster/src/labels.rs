//! Polygons that label places with classes, burnt into pixels window by window.

mod source;

use crate::error::{forget_errors, recorded_error, words};
use crate::polygons::GoOn;
use crate::{Crs, Error, files};
use gdal::raster::rasterize;
use gdal::spatial_ref::{AxisMappingStrategy, CoordTransform, SpatialRef};
use gdal::vector::{Geometry, LayerAccess, geometry_type_flatten};
use gdal::{Dataset, DatasetOptions, DriverManager, GdalOpenFlags};
use gdal_sys::{OGRFieldType, OGRwkbGeometryType};
use grid::{Extent, Grid};
use source::Source;
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

/// One of several layers of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sublayer {
    /// Its name.
    pub name: String,
    /// Whether it is declared to hold polygons, or geometries of any kind.
    pub may_hold_polygons: bool,
    /// Its fields, in their order.
    pub fields: Vec<Field>,
}

/// What became of the features of a layer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Polygons that touch the pixels.
    pub used: u64,
    /// Polygons that lie elsewhere.
    pub elsewhere: u64,
    /// Features with a geometry that mean nothing.
    pub without_value: u64,
    /// Features without a geometry, or with an empty one.
    pub without_geometry: u64,
}

/// Polygons in the system of a raster, in the order of the layer.
pub struct Shapes {
    all: Vec<Shape>,
    tally: Tally,
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
    /// some of its features, as QGIS writes it. Without them it is the first layer with all features; see
    /// [`Self::unchosen`].
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

    /// Whether `path` is one of the files that this layer is read from, through virtual layers, too.
    #[must_use]
    pub fn reads(&self, path: &Path) -> bool {
        path.canonicalize().is_ok_and(|path| files::behind(&self.dataset).contains(&path))
    }

    /// All layers of the file, where it has several and the source says nothing of which is meant.
    #[must_use]
    pub fn unchosen(&self) -> Vec<Sublayer> {
        if self.source.layer.is_some() || self.source.number.is_some() || self.dataset.layer_count() < 2 {
            return Vec::new();
        }
        let of = |layer: gdal::vector::Layer| Sublayer {
            name: layer.name(),
            may_hold_polygons: may_hold_polygons(layer.defn().geometry_type()),
            fields: fields(&layer),
        };
        self.dataset.layers().map(of).collect()
    }

    /// The same file with another of its layers.
    pub fn choose(&mut self, name: &str) {
        self.source.layer = Some(name.to_owned());
    }

    /// The layer's own name.
    pub fn name(&self) -> Result<String, Error> {
        Ok(self.layer()?.name())
    }

    /// The coordinate reference system, or none.
    pub fn crs(&self) -> Result<Crs, Error> {
        Ok(crs(&self.layer()?))
    }

    /// The fields, in their order.
    pub fn fields(&self) -> Result<Vec<Field>, Error> {
        Ok(fields(&self.layer()?))
    }

    /// The polygons that touch the pixels of a grid, in its system. `mark` says by the value of `field` (without a value:
    /// `None`) what each polygon of the layer means; features without geometry are passed over. Nothing is returned when
    /// `go_on` says no. Either both systems are known or none is: else it is an error.
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
        let own = self::crs(&layer);
        own.check_reaches(crs, &self.source.given)?;
        let transformation = transformation(&own, crs).map_err(failed)?;
        let area = grid.extent();
        let (mut shapes, mut covered, mut tally) = (Vec::new(), None, Tally::default());
        forget_errors();
        for (index, feature) in layer.features().enumerate() {
            if index % STEP == 0 && !go_on() {
                return Ok(None);
            }
            let Some(polygon) = feature.geometry().filter(|geometry| !is_nothing(geometry)) else {
                tally.without_geometry += 1;
                continue;
            };
            let text = feature.field_as_string(field).map_err(|e| failed(words(&e)))?;
            let value = match mark(text.as_deref().map(str::trim).filter(|text| !text.is_empty())) {
                Mark::Class(class) => i16::from(class),
                Mark::NoLabel => NO_LABEL,
                Mark::Nothing => {
                    tally.without_value += 1;
                    continue;
                }
            };
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
                tally.used += 1;
            } else {
                tally.elsewhere += 1;
            }
        }
        recorded_error().map_err(|reason| failed(format!("it cannot be read to its end ({reason})")))?;
        Ok(Some(Shapes { all: shapes, tally, covered }))
    }

    fn layer(&self) -> Result<gdal::vector::Layer<'_>, Error> {
        let failed = |reason| Error::OpenVector { source_name: self.source.given.clone(), reason };
        let layer = match (&self.source.layer, self.source.number) {
            (Some(name), _) => self.dataset.layer_by_name(name).map_err(|_| {
                let known: Vec<_> = self.dataset.layers().map(|layer| layer.name()).collect();
                failed(format!("it has no layer \"{name}\"; it has: {}", known.join(", ")))
            })?,
            (None, number) => self.dataset.layer(number.unwrap_or(0)).map_err(|e| failed(words(&e)))?,
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
        self.all.is_empty()
    }

    /// What became of the features of the layer.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally
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
        let here = || self.all.iter().filter(|shape| area.intersection(&shape.extent).is_some());
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

fn fields(layer: &gdal::vector::Layer) -> Vec<Field> {
    let is_text = |kind| kind == OGRFieldType::OFTString;
    let fields = layer.defn().fields();
    fields.map(|field| Field { name: field.name(), is_text: is_text(field.field_type()) }).collect()
}

/// A layer's system. Files of the kind GPKG call what they do not know "Undefined Cartesian SRS", which newer versions of GDAL take
/// for a system.
fn crs(layer: &gdal::vector::Layer) -> Crs {
    let known = layer.spatial_ref().filter(|system| {
        !system.name().is_some_and(|name| name.to_ascii_lowercase().starts_with("undefined "))
    });
    known.and_then(|system| Crs::of(&system).ok()).unwrap_or_else(Crs::none)
}

/// The way from one system to another; none where both are the same, or unknown.
fn transformation(from: &Crs, to: &Crs) -> Result<Option<CoordTransform>, String> {
    let (Some(mut source), Some(mut target)) = (from.spatial_ref(), to.spatial_ref()) else {
        return Ok(None);
    };
    if from == to {
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

/// Whether a feature has no geometry, or one without points.
#[expect(
    unsafe_code,
    reason = "the safe wrapper does not tell that there is none, and GDAL minds being asked of it"
)]
fn is_nothing(geometry: &Geometry) -> bool {
    // SAFETY: the pointer, which is set, is only compared with NULL.
    unsafe { geometry.c_geometry() }.is_null() || geometry.is_empty()
}

fn may_hold_polygons(declared: OGRwkbGeometryType::Type) -> bool {
    let kinds =
        [OGRwkbGeometryType::wkbPolygon, OGRwkbGeometryType::wkbMultiPolygon, OGRwkbGeometryType::wkbUnknown];
    kinds.contains(&geometry_type_flatten(declared))
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
