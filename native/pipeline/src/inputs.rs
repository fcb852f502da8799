//! The layers of one run: opened, checked, and read as standardised tiles.

use crate::Error;
use grid::{Extent, Grid, Tile, Window};
use model::pack::Normalisation;
use model::{Modality, Pack};
use raster::{Crs, Layer, Pixels};
use runtime::Tensor;
use std::path::Path;

/// A rectangle somewhere in the world.
#[derive(Debug, Clone)]
pub struct Place {
    /// The rectangle in units of `crs`.
    pub extent: Extent,
    /// Its coordinate reference system; none means that of the layers.
    pub crs: Crs,
    /// What to call it in messages: the parameter, or the map.
    pub name: &'static str,
}

/// Layers that lie on one grid, the first of which says where there is data.
pub struct Inputs {
    layers: Vec<Input>,
}

struct Input {
    layer: Layer,
    normalisation: Normalisation,
}

/// What a tile holds.
pub(crate) struct TileInput {
    /// Per modality `[1, channel, y, x]`, standardised; invalid pixels are 0, the modality's mean.
    pub tensors: Vec<(&'static str, Tensor)>,
    /// Per patch `[y, x]`: whether the first layer has a valid pixel in it.
    pub valid: Vec<bool>,
}

impl Inputs {
    /// Opens the layers, each given as modality and source, and checks that they fit each other and the model.
    pub fn open(sources: &[(Modality, String)], pack: &Pack) -> Result<Self, Error> {
        let mut layers: Vec<Input> = Vec::with_capacity(sources.len());
        for (modality, source) in sources {
            let normalisation = normalisation(*modality, pack)?;
            let layer =
                Layer::open(source).map_err(|source| Error::Layer { modality: modality.name(), source })?;
            check_bands(&normalisation, &layer)?;
            if let Some(first) = layers.first()
                && let Some(difference) = difference(&first.layer, &layer)
            {
                let (first, second) = (first.normalisation.modality.name(), modality.name());
                return Err(Error::Grids { first, second, difference });
            }
            layers.push(Input { layer, normalisation });
        }
        if layers.is_empty() {
            return Err(Error::NoInput(names(&pack.architecture().modalities)));
        }
        Ok(Self { layers })
    }

    /// The modalities, in the order of the layers.
    #[must_use]
    pub fn modalities(&self) -> Vec<Modality> {
        self.layers.iter().map(|input| input.normalisation.modality).collect()
    }

    /// The grid of all layers.
    #[must_use]
    pub fn grid(&self) -> Grid {
        self.layers[0].layer.grid()
    }

    /// The coordinate reference system of all layers.
    #[must_use]
    pub fn crs(&self) -> &Crs {
        self.layers[0].layer.crs()
    }

    /// Refuses an output that would replace what the inputs are read from.
    pub(crate) fn check_output(&self, path: &Path) -> Result<(), Error> {
        match self.layers.iter().find(|input| input.layer.reads(path)) {
            Some(input) => {
                let modality = input.normalisation.modality.name();
                Err(Error::OutputIsInput { modality, path: path.to_owned() })
            }
            None => Ok(()),
        }
    }

    /// The pixels of a place; without one, all there are.
    pub fn window(&self, place: Option<&Place>) -> Result<Window, Error> {
        let Some(place) = place else { return Ok(self.grid().window()) };
        let outside = || Error::Outside {
            name: place.name,
            extent: format!("{}, {}", text(&place.extent), place.crs.name()),
            covered: format!("{}, {}", text(&self.grid().extent()), self.crs().name()),
        };
        // What a map shows may reach to where the layers' system is not defined. So the layers are looked up in
        // the map's system first, and only what both share is carried back.
        let extent = match place.crs.extent_from(self.crs(), self.grid().extent()) {
            Ok(layers) if place.extent.contains(&layers) => return Ok(self.grid().window()),
            Ok(layers) => place.extent.intersection(&layers).ok_or_else(outside)?,
            Err(_) => place.extent,
        };
        let extent = self.crs().extent_from(&place.crs, extent)?;
        self.grid().window_of(&extent).ok_or_else(outside)
    }

    pub(crate) fn read(&self, tile: Tile) -> Result<TileInput, Error> {
        let window = tile.window_px();
        let mut tensors = Vec::with_capacity(self.layers.len());
        let mut valid = Vec::new();
        for Input { layer, normalisation } in &self.layers {
            let pixels = layer.read(window)?;
            if valid.is_empty() {
                valid = valid_patches(&pixels, tile, self.grid());
            }
            let shape = [1, layer.band_count(), window.height, window.width];
            let values = standardise(normalisation, pixels);
            tensors.push((normalisation.modality.name(), Tensor::floats(&shape, values)));
        }
        Ok(TileInput { tensors, valid })
    }
}

/// `(value − mean) / std` of each band, and 0 where there is no value.
fn standardise(normalisation: &Normalisation, pixels: Pixels) -> Vec<f32> {
    let size = pixels.values.len() / normalisation.bands.len();
    let mut values = pixels.values;
    for (band, (mean, std)) in normalisation.mean.iter().zip(&normalisation.std).enumerate() {
        let range = band * size..(band + 1) * size;
        for (value, valid) in values[range.clone()].iter_mut().zip(&pixels.valid[range]) {
            *value = if *valid { ((f64::from(*value) - mean) / std) as f32 } else { 0.0 };
        }
    }
    values
}

/// Whether any band has a valid pixel in a patch of a tile; mirrored pixels beyond the grid do not count.
fn valid_patches(pixels: &Pixels, tile: Tile, grid: Grid) -> Vec<bool> {
    let window = tile.window_px();
    let mut valid = vec![false; tile.size * tile.size];
    for (i, _) in pixels.valid.iter().enumerate().filter(|(_, v)| **v) {
        let (x, y) = (i % window.width, i / window.width % window.height);
        if window.x + x < grid.width_px() && window.y + y < grid.height_px() {
            valid[y / grid::PATCH_PX * tile.size + x / grid::PATCH_PX] = true;
        }
    }
    valid
}

/// How the model wants a modality, or an error that lists those it knows.
fn normalisation(modality: Modality, pack: &Pack) -> Result<Normalisation, Error> {
    pack.manifest().normalisation(modality).cloned().ok_or_else(|| Error::UnknownModality {
        modality: modality.name(),
        model: pack.manifest().name.clone(),
        known: names(&pack.architecture().modalities),
    })
}

fn names(modalities: &[Modality]) -> String {
    let names: Vec<_> = modalities.iter().map(|m| m.name()).collect();
    names.join(", ")
}

fn check_bands(normalisation: &Normalisation, layer: &Layer) -> Result<(), Error> {
    let expected = &normalisation.bands;
    if layer.band_count() == expected.len() {
        return Ok(());
    }
    Err(Error::Bands {
        modality: normalisation.modality.name(),
        expected: expected.len(),
        names: expected.join(", "),
        found: layer.band_count(),
        source_name: layer.source().to_owned(),
    })
}

/// What keeps two layers from lying on one grid.
fn difference(a: &Layer, b: &Layer) -> Option<String> {
    if a.crs() != b.crs() {
        return Some(format!("{} against {}", b.crs().name(), a.crs().name()));
    }
    let (g, h) = (a.grid(), b.grid());
    if (g.width_px(), g.height_px()) != (h.width_px(), h.height_px()) {
        let size = |g: Grid| format!("{} × {} pixels", g.width_px(), g.height_px());
        return Some(format!("{} against {}", size(h), size(g)));
    }
    if !g.aligns_with(&h) {
        return Some(format!("it covers {} against {}", text(&h.extent()), text(&g.extent())));
    }
    None
}

/// An extent in words; six decimals are a tenth of a metre in degrees.
fn text(e: &Extent) -> String {
    let number = |v: f64| if v.abs() < 1000.0 { format!("{v:.6}") } else { format!("{v:.1}") };
    format!("x {} to {}, y {} to {}", number(e.xmin), number(e.xmax), number(e.ymin), number(e.ymax))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_becomes_zero_one_deviation_one_and_nothing_the_mean() {
        let normalisation = Normalisation::of_pretraining(Modality::S1Grd);
        let (mean, std) = (&normalisation.mean, &normalisation.std);
        let pixels = Pixels {
            values: vec![mean[0] as f32, (mean[0] + std[0]) as f32, (mean[1] - std[1]) as f32, -9999.0],
            valid: vec![true, true, true, false],
        };
        let standardised = standardise(&normalisation, pixels);
        for (found, expected) in standardised.iter().zip([0.0, 1.0, -1.0, 0.0]) {
            assert!((found - expected).abs() < 1e-6, "{standardised:?}");
        }
    }

    #[test]
    fn one_valid_pixel_of_any_band_makes_a_patch_valid() {
        let (tile, side) = (Tile { column: 1, row: 0, size: 2 }, 32);
        let mut pixels = Pixels { values: vec![0.0; 2 * side * side], valid: vec![false; 2 * side * side] };
        pixels.valid[side * side + 17 * side + 31] = true; // second band, row 17, column 31
        let north_up = [0.0, 1.0, 0.0, 0.0, 0.0, -1.0];
        let large = Grid::new(north_up, 48, 32).unwrap();
        assert_eq!(valid_patches(&pixels, tile, large), [false, false, false, true]);
        // The same pixel as a mirror image beyond the grid.
        let small = Grid::new(north_up, 47, 32).unwrap();
        assert_eq!(valid_patches(&pixels, tile, small), [false; 4]);
    }
}
