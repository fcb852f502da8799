//! What a prediction is compared with: a raster of classes, or polygons that label places.

use super::classes::{Classes, Met, NotAClass};
use crate::Error;
use grid::{Extent, Grid, Window};
use raster::{Crs, Field, Layer, Mark, PolygonLayer, Resampling, Shapes, Tally};
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
    Raster { layer: Box<Layer>, nodata: Option<f64> },
    Polygons {
        layer: Box<PolygonLayer>,
        shapes: Box<Shapes>,
        /// What meant "no label".
        met: Met,
        /// What users should know of the choice of the layer.
        remark: Option<String>,
    },
}

/// Where the prediction is looked at.
#[derive(Clone, Copy)]
pub(super) struct Area<'a> {
    /// All of the prediction.
    pub grid: Grid,
    pub crs: &'a Crs,
    pub window: Window,
    /// For messages.
    pub source_name: &'a str,
}

impl Area<'_> {
    /// A reference that lies somewhere cannot be put on a grid that lies nowhere; the prediction lacks something then.
    fn check_placed(&self, reference: &'static str, own: &Crs) -> Result<(), Error> {
        if self.crs.is_none() && !own.is_none() {
            let (own, source_name) = (own.name().to_owned(), self.source_name.to_owned());
            return Err(Error::PredictionUnplaced { reference, own, source_name });
        }
        Ok(())
    }
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
                let mut layer = PolygonLayer::open(source).map_err(failed)?;
                let remark = choose(&mut layer, field)?;
                area.check_placed(POLYGONS, &layer.crs().map_err(failed)?)?;
                let (shapes, met) = shapes(&layer, field, area, classes, cancel)?;
                let (layer, shapes) = (Box::new(layer), Box::new(shapes));
                Ok(Self::Polygons { layer, shapes, met, remark })
            }
        }
    }

    fn open_raster(source: &str, area: Area<'_>) -> Result<Self, Error> {
        let failed = |source| Error::Layer { modality: REFERENCE, source };
        let layer = Layer::open(source).map_err(failed)?;
        area.check_placed(REFERENCE, layer.crs())?;
        let wanted = area.grid.sub_grid(area.window).extent();
        // A place that the reference's system does not know may still lie in it in part.
        let carried = layer.crs().extent_from(area.crs, wanted);
        let there = layer.grid().extent();
        if let Some(wanted) = carried.ok().filter(|wanted| wanted.intersection(&there).is_none()) {
            let apart = apart(&wanted, &there, layer.crs());
            return Err(Error::NoOverlap { reference: REFERENCE, apart, source_name: source.to_owned() });
        }
        let nodata = layer.declared_nodata();
        let placed = layer.with_bands(&[0]).on(&area.grid, area.crs, Resampling::Nearest);
        Ok(Self::Raster { layer: Box::new(placed.map_err(failed)?), nodata })
    }

    /// The parameter that gave it.
    pub fn parameter(&self) -> &'static str {
        match self {
            Self::Raster { .. } => REFERENCE,
            Self::Polygons { .. } => POLYGONS,
        }
    }

    pub fn source(&self) -> &str {
        match self {
            Self::Raster { layer, .. } => layer.source(),
            Self::Polygons { layer, .. } => layer.source(),
        }
    }

    pub fn reads(&self, path: &Path) -> bool {
        match self {
            Self::Raster { layer, .. } => layer.reads(path),
            Self::Polygons { layer, .. } => layer.reads(path),
        }
    }

    /// The name of the layer of polygons.
    pub fn layer_name(&self) -> Option<String> {
        match self {
            Self::Raster { .. } => None,
            Self::Polygons { layer, .. } => layer.name().ok(),
        }
    }

    /// What became of the polygons.
    pub fn tally(&self) -> Option<Tally> {
        match self {
            Self::Raster { .. } => None,
            Self::Polygons { shapes, .. } => Some(shapes.tally()),
        }
    }

    /// The value that a raster declares to mean nothing.
    pub fn nodata(&self) -> Option<f64> {
        match self {
            Self::Raster { nodata, .. } => *nodata,
            Self::Polygons { .. } => None,
        }
    }

    /// What users should know of which layer it is.
    pub fn remark(&self) -> Option<&str> {
        match self {
            Self::Raster { .. } => None,
            Self::Polygons { remark, .. } => remark.as_deref(),
        }
    }

    /// What is known before any pixel is read to mean "no label".
    pub fn met(&self) -> Met {
        match self {
            Self::Raster { nodata, .. } => {
                Met { numbers: nodata.iter().copied().collect(), ..Met::default() }
            }
            Self::Polygons { met, .. } => met.clone(),
        }
    }

    /// The class of each pixel `[y, x]` of a window of the prediction's grid; none where there is no label. `met` is
    /// told of the values that mean so.
    pub fn read(
        &self,
        grid: Grid,
        window: Window,
        classes: &Classes,
        met: &mut Met,
    ) -> Result<Vec<Option<u8>>, Error> {
        match self {
            Self::Polygons { shapes, .. } => Ok(shapes.burn(&grid.sub_grid(window))?),
            Self::Raster { layer, .. } => {
                let pixels =
                    layer.read(window).map_err(|source| Error::Layer { modality: REFERENCE, source })?;
                let label = |(&value, &valid): (&f32, &bool)| {
                    if !valid {
                        return Ok(None);
                    }
                    if classes.is_ignored(f64::from(value)) {
                        met.number(f64::from(value));
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

/// Where a file has several layers and none was named: takes the only one that can be meant, and says so.
fn choose(layer: &mut PolygonLayer, field: &str) -> Result<Option<String>, Error> {
    let all = layer.unchosen();
    let has_field = |fields: &[Field]| fields.iter().any(|known| known.name.eq_ignore_ascii_case(field));
    let fit: Vec<_> = all.iter().filter(|it| it.may_hold_polygons && has_field(&it.fields)).collect();
    if fit.len() > 1 {
        return Err(Error::SeveralLayers {
            field: field.to_owned(),
            layers: listed(fit.iter().map(|it| it.name.as_str())),
            source_name: layer.source().to_owned(),
        });
    }
    // Without a layer that fits, the first one will be refused for what it lacks.
    let Some(meant) = fit.first() else { return Ok(None) };
    layer.choose(&meant.name);
    Ok(Some(format!(
        "{POLYGONS}: this file has several layers: {}; \"{}\" is used, the only one of polygons with the field {field}. To choose another, add |layername=…: {}",
        listed(all.iter().map(|it| it.name.as_str())),
        meant.name,
        layer.source()
    )))
}

/// The polygons that touch the area, with their classes; and what meant "no label".
fn shapes(
    layer: &PolygonLayer,
    field: &str,
    area: Area<'_>,
    classes: &Classes,
    cancel: &Cancel,
) -> Result<(Shapes, Met), Error> {
    let failed = |source| Error::Layer { modality: POLYGONS, source };
    let source_name = || layer.source().to_owned();
    let fields = layer.fields().map_err(failed)?;
    let Some(known) = fields.iter().find(|known| known.name.eq_ignore_ascii_case(field)) else {
        let known: Vec<_> = fields.iter().map(|known| known.name.as_str()).collect();
        let known = if known.is_empty() { String::from("none") } else { known.join(", ") };
        return Err(Error::NoField { field: field.to_owned(), known, source_name: source_name() });
    };
    let (mut strange, mut met) = (BTreeSet::new(), Met::default());
    let mut mark = |text: Option<&str>| {
        let Some(text) = text else { return Mark::Nothing };
        match classes.mark(text, known.is_text) {
            Some(Mark::NoLabel) => {
                met.texts.insert(text.to_owned());
                classes.number(text, known.is_text).into_iter().for_each(|number| met.number(number));
                Mark::NoLabel
            }
            Some(mark) => mark,
            None => {
                strange.insert(text.to_owned());
                Mark::Nothing
            }
        }
    };
    let go_on = || !cancel.is_cancelled();
    let grid = area.grid.sub_grid(area.window);
    let shapes = layer.shapes(&known.name, (&grid, area.crs), &mut mark, &go_on).map_err(failed)?;
    let shapes = shapes.ok_or(Error::Cancelled)?;
    let is_fraction = |text: &&String| text.parse::<f64>().is_ok_and(|number| number.fract() != 0.0);
    let fractions: Vec<_> = strange.iter().filter(is_fraction).map(String::as_str).collect();
    if !fractions.is_empty() {
        let (field, found) = (known.name.clone(), listed(fractions.into_iter()));
        return Err(Error::Fractions { field, found, source_name: source_name() });
    }
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
            || format!("there is no polygon that has a class in {}", known.name),
            |covered| apart(&grid.extent(), &covered, area.crs),
        );
        return Err(Error::NoOverlap { reference: POLYGONS, apart, source_name: source_name() });
    }
    Ok((shapes, met))
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
