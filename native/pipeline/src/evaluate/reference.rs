//! What a prediction is compared with: a raster of classes, or polygons that label places.

use super::classes::{Classes, NotAClass};
use crate::Error;
use grid::{Extent, Grid, Window};
use raster::{Crs, Layer, Mark, PolygonLayer, Resampling, Shapes};
use runtime::Cancel;
use std::collections::BTreeSet;
use std::path::Path;

/// The parameter of a reference raster.
pub const REFERENCE: &str = "REFERENCE";
/// The parameter of reference polygons.
pub const POLYGONS: &str = "REFERENCE_POLYGONS";

/// Where a reference comes from.
#[derive(Debug, Clone)]
pub enum ReferenceSpec {
    /// The first band of a raster, as GDAL opens it.
    Raster(String),
    /// A field of a vector layer of polygons.
    Polygons {
        /// The layer, as [`PolygonLayer::open`] takes it.
        source: String,
        /// The field that says the class of each polygon.
        field: String,
    },
}

/// An opened reference.
pub(super) enum Reference {
    /// On the grid of the prediction.
    Raster(Box<Layer>),
    Polygons {
        layer: PolygonLayer,
        shapes: Shapes,
    },
}

/// Where the prediction is looked at.
#[derive(Clone, Copy)]
pub(super) struct Area<'a> {
    /// All of the prediction.
    pub grid: Grid,
    pub crs: &'a Crs,
    pub window: Window,
}

impl Reference {
    pub fn open(
        spec: &ReferenceSpec,
        area: Area<'_>,
        classes: &Classes,
        cancel: &Cancel,
    ) -> Result<Self, Error> {
        match spec {
            ReferenceSpec::Raster(source) => Self::open_raster(source, area),
            ReferenceSpec::Polygons { source, field } => {
                let failed = |source| Error::Layer { modality: POLYGONS, source };
                let layer = PolygonLayer::open(source).map_err(failed)?;
                let shapes = shapes(&layer, field, area, classes, cancel)?;
                Ok(Self::Polygons { layer, shapes })
            }
        }
    }

    fn open_raster(source: &str, area: Area<'_>) -> Result<Self, Error> {
        let failed = |source| Error::Layer { modality: REFERENCE, source };
        let layer = Layer::open(source).map_err(failed)?;
        let wanted = area.grid.sub_grid(area.window).extent();
        // A place that the reference's system does not know may still lie in it in part.
        let carried = layer.crs().extent_from(area.crs, wanted);
        let there = layer.grid().extent();
        if let Some(wanted) = carried.ok().filter(|wanted| wanted.intersection(&there).is_none()) {
            let apart = apart(&wanted, &there, layer.crs());
            return Err(Error::NoOverlap { reference: REFERENCE, apart, source_name: source.to_owned() });
        }
        let placed = layer.with_bands(&[0]).on(&area.grid, area.crs, Resampling::Nearest);
        Ok(Self::Raster(Box::new(placed.map_err(failed)?)))
    }

    /// The parameter that gave it.
    pub fn parameter(&self) -> &'static str {
        match self {
            Self::Raster(_) => REFERENCE,
            Self::Polygons { .. } => POLYGONS,
        }
    }

    pub fn source(&self) -> &str {
        match self {
            Self::Raster(layer) => layer.source(),
            Self::Polygons { layer, .. } => layer.source(),
        }
    }

    pub fn reads(&self, path: &Path) -> bool {
        match self {
            Self::Raster(layer) => layer.reads(path),
            Self::Polygons { layer, .. } => layer.reads(path),
        }
    }

    /// The class of each pixel `[y, x]` of a window of the prediction's grid; none where there is no label.
    pub fn read(&self, grid: Grid, window: Window, classes: &Classes) -> Result<Vec<Option<u8>>, Error> {
        match self {
            Self::Polygons { shapes, .. } => Ok(shapes.burn(&grid.sub_grid(window))?),
            Self::Raster(layer) => {
                let pixels =
                    layer.read(window).map_err(|source| Error::Layer { modality: REFERENCE, source })?;
                let label = |(&value, &valid): (&f32, &bool)| {
                    if !valid || classes.is_ignored(f64::from(value)) {
                        return Ok(None);
                    }
                    super::classes::of(value).map(Some)
                };
                let labels: Result<Vec<_>, NotAClass> =
                    pixels.values.iter().zip(&pixels.valid).map(label).collect();
                labels.map_err(|NotAClass(value)| Error::ReferenceClass {
                    value: value.to_string(),
                    source_name: layer.source().to_owned(),
                })
            }
        }
    }
}

/// The polygons that touch the area, with their classes.
fn shapes(
    layer: &PolygonLayer,
    field: &str,
    area: Area<'_>,
    classes: &Classes,
    cancel: &Cancel,
) -> Result<Shapes, Error> {
    let failed = |source| Error::Layer { modality: POLYGONS, source };
    let source_name = || layer.source().to_owned();
    let fields = layer.fields().map_err(failed)?;
    let Some(known) = fields.iter().find(|known| known.name.eq_ignore_ascii_case(field)) else {
        let known: Vec<_> = fields.iter().map(|known| known.name.as_str()).collect();
        let known = if known.is_empty() { String::from("none") } else { known.join(", ") };
        return Err(Error::NoField { field: field.to_owned(), known, source_name: source_name() });
    };
    let mut strange = BTreeSet::new();
    let mut mark = |text: Option<&str>| {
        let Some(text) = text else { return Mark::Nothing };
        classes.mark(text, known.is_text).unwrap_or_else(|| {
            strange.insert(text.to_owned());
            Mark::Nothing
        })
    };
    let go_on = || !cancel.is_cancelled();
    let grid = area.grid.sub_grid(area.window);
    let shapes = layer.shapes(&known.name, (&grid, area.crs), &mut mark, &go_on).map_err(failed)?;
    let shapes = shapes.ok_or(Error::Cancelled)?;
    if !strange.is_empty() {
        return Err(Error::UnknownLabels {
            field: known.name.clone(),
            found: listed(strange.iter().map(String::as_str)),
            known: classes.listed(),
            source_name: source_name(),
        });
    }
    if shapes.is_empty() {
        let apart = shapes.covered().map_or_else(
            || format!("no polygon has a class in {}", known.name),
            |covered| apart(&grid.extent(), &covered, area.crs),
        );
        return Err(Error::NoOverlap { reference: POLYGONS, apart, source_name: source_name() });
    }
    Ok(shapes)
}

/// By how much two rectangles of one system miss each other. Polygons may surround a place without touching it.
fn apart(one: &Extent, other: &Extent, crs: &Crs) -> String {
    match one.gap(other) {
        (0.0, 0.0) => String::from("there is none of it, only around it"),
        (x, y) => {
            // Six decimals are a tenth of a metre in degrees.
            let rounded =
                |value: f64| format!("{value:.6}").trim_end_matches('0').trim_end_matches('.').to_owned();
            format!("they lie {} apart in x and {} in y, in units of {}", rounded(x), rounded(y), crs.name())
        }
    }
}

/// Some of many words.
pub(super) fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    const MOST: usize = 20;
    let words: Vec<_> = words.collect();
    let shown: Vec<_> = words.iter().take(MOST).map(|word| format!("\"{word}\"")).collect();
    let more = if words.len() > MOST { format!(" and {} more", words.len() - MOST) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}
