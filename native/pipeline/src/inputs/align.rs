//! Layers that lie on different grids are seen on that of one of them.

use super::place::text;
use super::{Input, LayerModality, Preparation};
use crate::Error;
use grid::Grid;
use model::Modality;
use raster::{Crs, Layer, Resampling};

/// Puts all layers on the grid of the first optical one, or of the first where none is optical, and tells which ones
/// were put there, from what and how. The reference itself, and what lies on its grid, are read as they are.
pub(super) fn align(layers: &mut [Input]) -> Result<Vec<String>, Error> {
    let reference = layers.iter().position(|input| is_optical(input.modality)).unwrap_or(0);
    let Some(first) = layers.get(reference).and_then(|input| input.dates.first()) else {
        return Ok(Vec::new());
    };
    let (grid, crs, label) = (first.grid(), first.crs().clone(), layers[reference].label(0));
    let mut notes = Vec::new();
    for input in layers {
        let names: Vec<_> = (0..input.dates.len()).map(|date| input.label(date)).collect();
        let (resampling, how) = resampling(&input.preparation);
        let modality = input.modality.name();
        let put = |(layer, name): (Layer, String)| {
            let Some(difference) = difference(&grid, &crs, &layer) else { return Ok(layer) };
            let source = layer.source();
            notes.push(format!("{name}: put on the grid of {label} by {how}, because its own differs ({difference}): {source}"));
            layer.on(&grid, &crs, resampling).map_err(|source| Error::Layer { modality, source })
        };
        input.dates =
            std::mem::take(&mut input.dates).into_iter().zip(names).map(put).collect::<Result<_, _>>()?;
    }
    Ok(notes)
}

fn is_optical(modality: LayerModality) -> bool {
    matches!(modality, LayerModality::Image(Modality::S2L2A | Modality::S2L1C | Modality::Rgb))
}

/// How values between pixels are made, and what to call it.
fn resampling(preparation: &Preparation) -> (Resampling, &'static str) {
    match preparation {
        Preparation::Classes { .. } => (Resampling::Nearest, "the nearest pixel"),
        Preparation::Standardise { .. } => (Resampling::Bilinear, "bilinear interpolation"),
    }
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
    if !grid.aligns_with(&own) {
        return Some(format!("it covers {} against {}", text(&own.extent()), text(&grid.extent())));
    }
    None
}
