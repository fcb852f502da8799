//! All layers on one grid.

use super::place::text;
use super::{Input, LayerModality, Preparation};
use crate::Error;
use grid::Grid;
use model::Modality;
use raster::{Crs, Layer, Resampling};

/// On what grid layers are read; without anything that of the first optical layer, else of the first.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// Its coordinate reference system; none means that of the layer.
    pub crs: Option<Crs>,
    /// The side of its cells, in units of its system; none means that of the layer's pixels, or 10 m where the layer is
    /// in degrees and the target in metres.
    pub cell_size: Option<f64>,
    /// How values between the pixels of continuous layers are made; classes take the nearest.
    pub resampling: Resampling,
}

/// Side of the cells where degrees become metres: what TerraMind was trained on.
const USUAL_CELL_M: f64 = 10.0;

/// Puts all layers on the target grid, and tells which ones were put there, from what and how. What lies on it already
/// is read as it is.
pub(super) fn align(layers: &mut [Input], target: &Target) -> Result<Vec<String>, Error> {
    let reference = layers.iter().position(|input| is_optical(input.modality)).unwrap_or(0);
    let Some(first) = layers.get(reference).and_then(|input| input.dates.first()) else {
        return Ok(Vec::new());
    };
    let (grid, crs) = target.place(first, layers[reference].modality.name())?;
    let asked = first.crs() != &crs || !grid.aligns_with(&first.grid());
    let label = if asked {
        let cell = grid.transform()[1];
        format!("the grid of {} with cells of {cell} {}", crs.name(), crs.unit())
    } else {
        format!("the grid of {}", layers[reference].label(0))
    };
    let mut notes: Vec<_> = turned(&grid, &layers[reference].label(0)).into_iter().collect();
    for input in layers {
        let names: Vec<_> = (0..input.dates.len()).map(|date| input.label(date)).collect();
        let (resampling, how) = resampling(&input.preparation, target.resampling);
        let modality = input.modality.name();
        let put = |(layer, name): (Layer, String)| {
            let Some(difference) = difference(&grid, &crs, &layer) else { return Ok(layer) };
            let source = layer.source();
            notes.push(format!(
                "{name}: put on {label} by {how}, because its own differs ({difference}): {source}"
            ));
            layer.on(&grid, &crs, resampling).map_err(|source| Error::Layer { modality, source })
        };
        input.dates =
            std::mem::take(&mut input.dates).into_iter().zip(names).map(put).collect::<Result<_, _>>()?;
    }
    Ok(notes)
}

impl Target {
    /// The grid that a layer's pixels are to be brought to, and its system.
    fn place(&self, layer: &Layer, modality: &'static str) -> Result<(Grid, Crs), Error> {
        if let Some(crs) = self.crs.as_ref().filter(|crs| !crs.is_of_maps()) {
            return Err(Error::NoMap { target: crs.name().to_owned() });
        }
        // Models were trained on images that are north up.
        let (own, crs) = (layer.grid().upright(), self.crs.clone().unwrap_or_else(|| layer.crs().clone()));
        let cell_size = match self.cell_size {
            Some(cell_size) => cell_size,
            // Whoever names the system that a turned layer has wants it north up.
            None if crs == *layer.crs() && !(self.crs.is_some() && own.is_turned()) => return Ok((own, crs)),
            None => usual_cell(layer, &crs)?,
        };
        if crs == *layer.crs() && has_cells(&own, cell_size) {
            return Ok((own, crs));
        }
        let grid = layer.grid_in(&crs, cell_size).map_err(|source| Error::Layer { modality, source })?;
        Ok((grid, crs))
    }
}

/// What is to be said of a grid that is not north up.
fn turned(grid: &Grid, of: &str) -> Option<String> {
    grid.is_turned().then(|| {
        format!(
            "the grid of {of} is turned by {:.1} degrees against north, and so are the results; models were trained on images that are north up: TARGET_CRS or CELL_SIZE brings all layers to a grid that is",
            grid.turn()
        )
    })
}

/// Whether a grid is north up with square cells of this size.
fn has_cells(grid: &Grid, cell_size: f64) -> bool {
    let [_, x, skew_x, _, skew_y, y] = grid.transform();
    let is = |side: f64| ((side - cell_size) / cell_size).abs() < 1e-6;
    is(x) && is(-y) && skew_x == 0.0 && skew_y == 0.0
}

/// The side of cells in a system where nothing else says it.
fn usual_cell(layer: &Layer, crs: &Crs) -> Result<f64, Error> {
    if layer.crs().unit() == crs.unit() {
        let (width, height) = layer.grid().cell_size();
        Ok(width.min(height))
    } else if layer.crs().is_geographic() && crs.is_in_metres() {
        Ok(USUAL_CELL_M)
    } else {
        Err(Error::NoCellSize {
            unit: layer.crs().unit(),
            target: crs.name().to_owned(),
            target_unit: crs.unit(),
        })
    }
}

fn is_optical(modality: LayerModality) -> bool {
    matches!(modality, LayerModality::Image(Modality::S2L2A | Modality::S2L1C | Modality::Rgb))
}

/// How values between pixels are made, and what to call it.
fn resampling(preparation: &Preparation, of_values: Resampling) -> (Resampling, &'static str) {
    let resampling = match preparation {
        Preparation::Classes { .. } => Resampling::Nearest,
        Preparation::Standardise { .. } => of_values,
    };
    let how = match resampling {
        Resampling::Nearest => "the nearest pixel",
        Resampling::Bilinear => "bilinear interpolation",
        Resampling::Cubic => "cubic interpolation",
    };
    (resampling, how)
}

/// What keeps a layer from lying on a grid.
fn difference(grid: &Grid, crs: &Crs, layer: &Layer) -> Option<String> {
    if crs != layer.crs() {
        return Some(format!("{} against {}", layer.crs().name(), crs.name()));
    }
    let own = layer.grid();
    if (grid.width_px(), grid.height_px()) != (own.width_px(), own.height_px()) {
        let size = |g: &Grid| format!("{} × {} pixels", g.width_px(), g.height_px());
        return Some(format!("{} against {}", size(&own), size(grid)));
    }
    if own.upright() != own && grid.aligns_with(&own.upright()) {
        return Some(String::from("its rows or columns run the other way"));
    }
    if !grid.aligns_with(&own) {
        return Some(format!("it covers {} against {}", text(&own.extent()), text(&grid.extent())));
    }
    None
}
