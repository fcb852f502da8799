//! The layers of one run: opened, checked, and read as tiles that a model or a tokenizer takes.

use crate::Error;
use grid::{Extent, Grid, Tile, Window};
use model::pack::Normalisation;
use model::{Modality, Pack, TokenModality};
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

/// What a layer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerModality {
    /// A modality that models take as it is.
    Image(Modality),
    /// A modality that goes through a tokenizer.
    Tokens(TokenModality),
}

/// One layer of a run.
#[derive(Debug, Clone)]
pub struct LayerSpec {
    /// What it shows.
    pub modality: LayerModality,
    /// The raster, as GDAL opens it.
    pub source: String,
    /// What its values are higher by than what the model knows, in their own unit; 0 for most.
    pub offset: f64,
}

/// Layers that lie on one grid, the first of which says where there is data.
pub struct Inputs {
    layers: Vec<Input>,
}

pub(crate) struct Input {
    pub layer: Layer,
    pub modality: LayerModality,
    pub preparation: Preparation,
}

/// How pixels become what a graph takes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Preparation {
    /// `(value − offset − mean) / std` of each band, and 0 where there is no value.
    Standardise { bands: Vec<String>, mean: Vec<f64>, std: Vec<f64>, offset: f64 },
    /// One channel per class: 1 for the class of the pixel, which is the first where there is no value.
    Classes { classes: usize },
}

/// What a tile holds.
pub(crate) struct TileInput {
    /// Per modality `[1, channel, y, x]`, standardised; invalid pixels are 0, the modality's mean.
    pub tensors: Vec<(&'static str, Tensor)>,
    /// Per patch `[y, x]`: whether the first layer has a valid pixel in it.
    pub valid: Vec<bool>,
}

impl TileInput {
    /// Whether there is anything to compute.
    pub fn holds_data(&self) -> bool {
        self.valid.contains(&true)
    }
}

impl LayerModality {
    /// The modality's name, which is also the parameter's.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Image(modality) => modality.name(),
            Self::Tokens(modality) => modality.name(),
        }
    }
}

impl Inputs {
    /// Opens layers of images for a model, without offsets.
    pub fn of_images(sources: &[(Modality, String)], pack: &Pack) -> Result<Self, Error> {
        let spec = |(modality, source): &(Modality, String)| LayerSpec {
            modality: LayerModality::Image(*modality),
            source: source.clone(),
            offset: 0.0,
        };
        Self::open(&sources.iter().map(spec).collect::<Vec<_>>(), Some(pack))
    }

    /// Opens the layers, and checks that they fit each other and, for images, the model.
    pub fn open(specs: &[LayerSpec], pack: Option<&Pack>) -> Result<Self, Error> {
        let mut layers: Vec<Input> = Vec::with_capacity(specs.len());
        for LayerSpec { modality, source, offset } in specs {
            let preparation = Preparation::of(*modality, *offset, pack)?;
            let name = modality.name();
            let layer = Layer::open(source).map_err(|source| Error::Layer { modality: name, source })?;
            preparation.check_bands(name, &layer)?;
            if let Some(first) = layers.first()
                && let Some(difference) = difference(&first.layer, &layer)
            {
                return Err(Error::Grids { first: first.modality.name(), second: name, difference });
            }
            layers.push(Input { layer, modality: *modality, preparation });
        }
        if layers.is_empty() {
            return Err(Error::NoInput(
                pack.map_or_else(String::new, |p| names(&p.architecture().modalities)),
            ));
        }
        Ok(Self { layers })
    }

    pub(crate) fn layers(&self) -> &[Input] {
        &self.layers
    }

    /// The modalities that models take as they are, in the order of the layers.
    #[must_use]
    pub fn images(&self) -> Vec<Modality> {
        let image = |input: &Input| match input.modality {
            LayerModality::Image(modality) => Some(modality),
            LayerModality::Tokens(_) => None,
        };
        self.layers.iter().filter_map(image).collect()
    }

    /// The modalities that go through a tokenizer, in the order of the layers.
    #[must_use]
    pub fn tokenized(&self) -> Vec<TokenModality> {
        let tokens = |input: &Input| match input.modality {
            LayerModality::Tokens(modality) => Some(modality),
            LayerModality::Image(_) => None,
        };
        self.layers.iter().filter_map(tokens).collect()
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
                let modality = input.modality.name();
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

    /// The pixels of one layer as they are in the file.
    pub(crate) fn pixels(&self, modality: LayerModality, window: Window) -> Result<Pixels, Error> {
        let layer = self.layers.iter().find(|input| input.modality == modality);
        let layer = layer.ok_or_else(|| Error::NoInput(modality.name().to_owned()))?;
        Ok(layer.layer.read(window)?)
    }

    /// Reads a tile of the layers that are `wanted`, and where the first layer has data.
    pub(crate) fn read(
        &self,
        tile: Tile,
        wanted: impl Fn(LayerModality) -> bool,
    ) -> Result<TileInput, Error> {
        let window = tile.window_px();
        let mut tensors = Vec::with_capacity(self.layers.len());
        let mut valid = Vec::new();
        for (index, Input { layer, modality, preparation }) in self.layers.iter().enumerate() {
            if index > 0 && !wanted(*modality) {
                continue;
            }
            let pixels = layer.read(window)?;
            if index == 0 {
                valid = valid_patches(&pixels, tile, self.grid());
            }
            if wanted(*modality) {
                let values = preparation.apply(pixels).map_err(|values| Error::Classes {
                    modality: modality.name(),
                    values,
                    source_name: layer.source().to_owned(),
                })?;
                let channels = values.len() / (window.width * window.height);
                let shape = [1, channels, window.height, window.width];
                tensors.push((modality.name(), Tensor::floats(&shape, values)));
            }
        }
        Ok(TileInput { tensors, valid })
    }
}

impl Preparation {
    fn of(modality: LayerModality, offset: f64, pack: Option<&Pack>) -> Result<Self, Error> {
        let standardise = |bands: Vec<String>, mean: Vec<f64>, std: Vec<f64>| Self::Standardise {
            bands,
            mean,
            std,
            offset,
        };
        Ok(match (modality, pack) {
            (LayerModality::Image(modality), Some(pack)) => {
                let Normalisation { bands, mean, std, .. } = normalisation(modality, pack)?;
                standardise(bands, mean, std)
            }
            (LayerModality::Tokens(TokenModality::Lulc), _) => {
                Self::Classes { classes: TokenModality::Lulc.channels().bands.len() }
            }
            (LayerModality::Tokens(modality), _) => {
                let Normalisation { bands, mean, std, .. } = Normalisation::of_pretraining(modality);
                standardise(bands, mean, std)
            }
            (LayerModality::Image(modality), None) => {
                let Normalisation { bands, mean, std, .. } = Normalisation::of_pretraining(modality);
                standardise(bands, mean, std)
            }
        })
    }

    fn check_bands(&self, modality: &'static str, layer: &Layer) -> Result<(), Error> {
        let (expected, names) = match self {
            Self::Standardise { bands, .. } => (bands.len(), bands.join(", ")),
            Self::Classes { .. } => (1, String::from("the class of each pixel")),
        };
        if layer.band_count() == expected {
            return Ok(());
        }
        let (found, source_name) = (layer.band_count(), layer.source().to_owned());
        Err(Error::Bands { modality, expected, names, found, source_name })
    }

    /// `[channel, y, x]`; the error is the values that are no class.
    fn apply(&self, pixels: Pixels) -> Result<Vec<f32>, String> {
        match self {
            Self::Standardise { mean, std, offset, .. } => {
                let size = pixels.values.len() / mean.len();
                let mut values = pixels.values;
                for (band, (mean, std)) in mean.iter().zip(std).enumerate() {
                    let range = band * size..(band + 1) * size;
                    for (value, valid) in values[range.clone()].iter_mut().zip(&pixels.valid[range]) {
                        *value =
                            if *valid { ((f64::from(*value) - offset - mean) / std) as f32 } else { 0.0 };
                    }
                }
                Ok(values)
            }
            Self::Classes { classes } => one_hot(&pixels, *classes),
        }
    }
}

fn one_hot(pixels: &Pixels, classes: usize) -> Result<Vec<f32>, String> {
    let size = pixels.values.len();
    let mut values = vec![0.0; classes * size];
    let mut wrong = Vec::new();
    for (i, (&value, &valid)) in pixels.values.iter().zip(&pixels.valid).enumerate() {
        let class = if valid { value } else { 0.0 };
        if class.fract() == 0.0 && (0.0..classes as f32).contains(&class) {
            values[class as usize * size + i] = 1.0;
        } else if !wrong.contains(&class) {
            wrong.push(class);
        }
    }
    if wrong.is_empty() {
        return Ok(values);
    }
    wrong.sort_by(f32::total_cmp);
    wrong.truncate(SHOWN_VALUES);
    Err(wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

/// How many wrong values a message lists.
const SHOWN_VALUES: usize = 8;

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
#[expect(clippy::float_cmp, reason = "no arithmetic is done")]
mod tests {
    use super::*;

    #[test]
    fn the_mean_becomes_zero_one_deviation_one_and_nothing_the_mean() {
        let s1 = LayerModality::Tokens(TokenModality::S1Grd);
        let preparation = Preparation::of(s1, 2.0, None).unwrap();
        let Normalisation { mean, std, .. } = Normalisation::of_pretraining(Modality::S1Grd);
        let pixels = Pixels {
            values: [mean[0], mean[0] + std[0], mean[1] - std[1], -9999.0].map(|v| (v + 2.0) as f32).to_vec(),
            valid: vec![true, true, true, false],
        };
        let standardised = preparation.apply(pixels).unwrap();
        for (found, expected) in standardised.iter().zip([0.0, 1.0, -1.0, 0.0]) {
            assert!((found - expected).abs() < 1e-6, "{standardised:?}");
        }
    }

    #[test]
    fn classes_become_channels_and_nothing_the_first() {
        let preparation = Preparation::of(LayerModality::Tokens(TokenModality::Lulc), 0.0, None).unwrap();
        let pixels =
            |values: Vec<f32>| Pixels { valid: values.iter().map(|v| *v != 255.0).collect(), values };
        let channels = preparation.apply(pixels(vec![0.0, 9.0, 255.0, 4.0])).unwrap();
        let hot: Vec<_> = (0..40).filter(|&i| channels[i] == 1.0).collect();
        assert_eq!((channels.len(), hot), (40, vec![0, 2, 4 * 4 + 3, 9 * 4 + 1]));
        let wrong = preparation.apply(pixels(vec![10.0, 1.5, -1.0, 10.0, 3.0])).unwrap_err();
        assert_eq!(wrong, "-1, 1.5, 10");
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
