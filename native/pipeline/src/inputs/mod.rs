//! The layers of one run: opened, checked, and read as tiles that a model or a tokenizer takes.

mod align;
mod dates;
mod place;
mod preparation;

pub use place::Place;
pub(crate) use preparation::Preparation;

use crate::Error;
use dates::Dates;
use grid::{Grid, Tile, Window};
use model::task::Task;
use model::{FineTunedPack, Modality, Pack, TokenModality};
use raster::{Crs, Layer, Pixels};
use runtime::Tensor;
use std::path::Path;

/// What a layer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerModality {
    /// A modality that models take as it is.
    Image(Modality),
    /// A modality that goes through a tokenizer.
    Tokens(TokenModality),
    /// A modality that a fine-tuned model has of its own: that of this index among its modalities.
    Own(usize),
}

/// One modality of a run.
#[derive(Debug, Clone)]
pub struct LayerSpec {
    /// What it shows.
    pub modality: LayerModality,
    /// The rasters, as GDAL opens them: one per date, in the order of time.
    pub sources: Vec<String>,
    /// What its values are higher by than what the model knows, in their own unit; 0 for most.
    pub offset: f64,
}

/// What layers are read for, which says how their values are standardised.
#[derive(Clone, Copy)]
pub enum Consumer<'a> {
    /// Tokenizers alone.
    Tokenizers,
    /// A pre-trained model.
    Pretrained(&'a Pack),
    /// A fine-tuned model.
    FineTuned(&'a FineTunedPack),
}

/// Layers on one grid, the first of which says where there is data.
pub struct Inputs {
    layers: Vec<Input>,
    notes: Vec<String>,
}

pub(crate) struct Input {
    /// One layer per date.
    pub dates: Vec<Layer>,
    pub modality: LayerModality,
    /// What graphs call it.
    pub name: String,
    pub preparation: Preparation,
}

/// What a tile holds.
pub(crate) struct TileInput {
    /// Per modality, under the name that graphs know, `[date, channel, y, x]`, standardised; invalid pixels are 0,
    /// the modality's mean.
    pub tensors: Vec<(String, Tensor)>,
    /// Per patch `[y, x]`: whether the first layer has a valid pixel in it.
    pub valid: Vec<bool>,
    /// Per pixel `[y, x]`: whether the first layer has a valid band there. Mirrored pixels are as those they mirror.
    pub valid_px: Vec<bool>,
}

impl TileInput {
    /// Whether there is anything to compute.
    pub fn holds_data(&self) -> bool {
        self.valid.contains(&true)
    }
}

impl LayerModality {
    /// The parameter's name, which is also that of a modality that TerraMind knows.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Image(modality) => modality.name(),
            Self::Tokens(modality) => modality.name(),
            Self::Own(_) => OWN,
        }
    }

    /// What the layers of a fine-tuned model show, in the order of its modalities. A modality of pre-training
    /// stands for itself unless the model has several that continue it.
    #[must_use]
    pub fn of_task(task: &Task) -> Vec<Self> {
        let modalities = &task.backbone.modalities;
        let of = |(index, raw): (usize, Option<Modality>)| match raw {
            Some(raw) if modalities.iter().filter(|other| other.raw == Some(raw)).count() == 1 => {
                Self::Image(raw)
            }
            _ => Self::Own(index),
        };
        modalities.iter().map(|modality| modality.raw).enumerate().map(of).collect()
    }
}

impl<'a> From<Option<&'a Pack>> for Consumer<'a> {
    fn from(pack: Option<&'a Pack>) -> Self {
        pack.map_or(Self::Tokenizers, Self::Pretrained)
    }
}

impl Consumer<'_> {
    /// Which layers it cannot do without, as "choose a raster for …" goes on.
    fn wanted(self) -> String {
        match self {
            Self::FineTuned(pack) => {
                format!("each of {}, which the model \"{}\" takes", self.known(), pack.manifest().name)
            }
            Self::Pretrained(_) => format!("at least one modality ({})", self.known()),
            Self::Tokenizers => String::from("at least one modality"),
        }
    }

    /// The modalities that it takes as images.
    fn known(self) -> String {
        let names = |modalities: &[Modality]| {
            modalities.iter().map(|modality| modality.name()).collect::<Vec<_>>().join(", ")
        };
        match self {
            Self::Tokenizers => String::new(),
            Self::Pretrained(pack) => names(&pack.architecture().modalities),
            Self::FineTuned(pack) => {
                let modalities = LayerModality::of_task(&pack.architecture().task);
                modalities.iter().map(|modality| modality.name()).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

impl Inputs {
    /// Opens layers of images for a model, without offsets.
    pub fn of_images(sources: &[(Modality, String)], pack: &Pack) -> Result<Self, Error> {
        let spec = |(modality, source): &(Modality, String)| LayerSpec {
            modality: LayerModality::Image(*modality),
            sources: vec![source.clone()],
            offset: 0.0,
        };
        Self::open(&sources.iter().map(spec).collect::<Vec<_>>(), Consumer::Pretrained(pack))
    }

    /// Opens the layers, puts them on one grid, and checks that they fit each other and, for images, the model.
    pub fn open<'a>(specs: &[LayerSpec], consumer: impl Into<Consumer<'a>>) -> Result<Self, Error> {
        let consumer = consumer.into();
        let (mut layers, mut notes) = (Vec::with_capacity(specs.len()), Vec::new());
        for LayerSpec { modality, sources, offset } in specs {
            let preparation = Preparation::of(*modality, *offset, consumer)?;
            let Dates { layers: dates, notes: told } =
                dates::open(*modality, sources, &preparation, consumer)?;
            notes.extend(told);
            let name = match (consumer, modality) {
                (Consumer::FineTuned(pack), LayerModality::Image(_) | LayerModality::Own(_)) => {
                    preparation::task_modality(*modality, pack)?.name.clone()
                }
                _ => modality.name().to_owned(),
            };
            layers.push(Input { dates, modality: *modality, name, preparation });
        }
        if layers.first().is_none_or(|first: &Input| first.dates.is_empty()) {
            return Err(Error::NoInput(consumer.wanted()));
        }
        notes.extend(align::align(&mut layers)?);
        let inputs = Self { layers, notes };
        inputs.check_dates()?;
        Ok(inputs)
    }

    fn check_dates(&self) -> Result<(), Error> {
        let (first, dates) = (&self.layers[0], self.dates());
        match self.layers.iter().find(|input| input.dates.len() != dates) {
            Some(other) => Err(Error::DatesDiffer {
                first: first.modality.name(),
                dates,
                second: other.modality.name(),
                found: other.dates.len(),
            }),
            None => Ok(()),
        }
    }

    /// What was decided about the layers and should be told: which bands are read, as how many dates,
    /// and on what grid.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// How many dates each modality has.
    #[must_use]
    pub fn dates(&self) -> usize {
        self.layers[0].dates.len()
    }

    pub(crate) fn layers(&self) -> &[Input] {
        &self.layers
    }

    /// The layers that were themselves generated by a model, as their metadata tells.
    #[must_use]
    pub fn generated(&self) -> Vec<LayerModality> {
        let is_generated =
            |input: &&Input| input.dates.iter().any(|layer| layer.metadata(GENERATED).is_some());
        self.layers.iter().filter(is_generated).map(|input| input.modality).collect()
    }

    /// The modalities that models take as they are, in the order of the layers.
    #[must_use]
    pub fn images(&self) -> Vec<Modality> {
        let image = |input: &Input| match input.modality {
            LayerModality::Image(modality) => Some(modality),
            LayerModality::Tokens(_) | LayerModality::Own(_) => None,
        };
        self.layers.iter().filter_map(image).collect()
    }

    /// The modalities that go through a tokenizer, in the order of the layers.
    #[must_use]
    pub fn tokenized(&self) -> Vec<TokenModality> {
        let tokens = |input: &Input| match input.modality {
            LayerModality::Tokens(modality) => Some(modality),
            LayerModality::Image(_) | LayerModality::Own(_) => None,
        };
        self.layers.iter().filter_map(tokens).collect()
    }

    /// The grid of all layers.
    #[must_use]
    pub fn grid(&self) -> Grid {
        self.layers[0].dates[0].grid()
    }

    /// The coordinate reference system of all layers.
    #[must_use]
    pub fn crs(&self) -> &Crs {
        self.layers[0].dates[0].crs()
    }

    /// Refuses an output that would replace what the inputs are read from.
    pub fn check_output(&self, path: &Path) -> Result<(), Error> {
        match self.layers.iter().find(|input| input.dates.iter().any(|layer| layer.reads(path))) {
            Some(input) => {
                let modality = input.modality.name();
                Err(Error::OutputIsInput { modality, path: path.to_owned() })
            }
            None => Ok(()),
        }
    }

    /// The pixels of a place; without one, all there are.
    pub fn window(&self, place: Option<&Place>) -> Result<Window, Error> {
        place.map_or_else(|| Ok(self.grid().window()), |place| place.window(&self.grid(), self.crs()))
    }

    /// The pixels of one layer's first date as they are in the file.
    pub(crate) fn pixels(&self, modality: LayerModality, window: Window) -> Result<Pixels, Error> {
        let layer = self.layers.iter().find(|input| input.modality == modality);
        let layer = layer.ok_or_else(|| Error::NoInput(modality.name().to_owned()))?;
        Ok(layer.dates[0].read(window)?)
    }

    /// Reads a tile of the layers that are `wanted`, and where the first layer has data.
    pub(crate) fn read(
        &self,
        tile: Tile,
        wanted: impl Fn(LayerModality) -> bool,
    ) -> Result<TileInput, Error> {
        let window = tile.window_px();
        let mut tensors = Vec::with_capacity(self.layers.len());
        let (mut valid, mut valid_px) = (Vec::new(), Vec::new());
        for (index, input) in self.layers.iter().enumerate() {
            let is_wanted = wanted(input.modality);
            if index > 0 && !is_wanted {
                continue;
            }
            let mut values = Vec::new();
            for (date, layer) in input.dates.iter().enumerate() {
                let pixels = layer.read(window)?;
                if (index, date) == (0, 0) {
                    valid_px = valid_pixels(&pixels, window);
                    valid = valid_patches(&valid_px, tile, self.grid());
                }
                if !is_wanted {
                    break;
                }
                values.extend(input.prepare(pixels, layer)?);
            }
            if is_wanted {
                let dates = input.dates.len();
                let channels = values.len() / (dates * window.width * window.height);
                let shape = [dates, channels, window.height, window.width];
                tensors.push((input.name.clone(), Tensor::floats(&shape, values)));
            }
        }
        Ok(TileInput { tensors, valid, valid_px })
    }
}

impl Input {
    /// What to call the layer of a date in messages.
    fn label(&self, date: usize) -> String {
        let name = self.modality.name();
        if self.dates.len() == 1 { name.to_owned() } else { format!("date {} of {name}", date + 1) }
    }

    fn prepare(&self, pixels: Pixels, layer: &Layer) -> Result<Vec<f32>, Error> {
        self.preparation.apply(pixels).map_err(|values| Error::Classes {
            modality: self.modality.name(),
            values,
            source_name: layer.source().to_owned(),
        })
    }
}

/// The parameter of layers whose modalities only a fine-tuned model knows.
pub const OWN: &str = "OTHER";

/// The metadata item that generated rasters have.
pub const GENERATED: &str = "TERRAMIND_STATEMENT";

/// Whether any band has a valid value, per pixel.
fn valid_pixels(pixels: &Pixels, window: Window) -> Vec<bool> {
    let size = window.width * window.height;
    let mut valid = vec![false; size];
    for band in pixels.valid.chunks_exact(size) {
        for (any, own) in valid.iter_mut().zip(band) {
            *any |= own;
        }
    }
    valid
}

/// Whether there is a valid pixel in a patch of a tile; mirrored pixels beyond the grid do not count.
fn valid_patches(valid_px: &[bool], tile: Tile, grid: Grid) -> Vec<bool> {
    let window = tile.window_px();
    let mut valid = vec![false; tile.size * tile.size];
    for (i, _) in valid_px.iter().enumerate().filter(|(_, v)| **v) {
        let (x, y) = (i % window.width, i / window.width);
        if window.x + x < grid.width_px() && window.y + y < grid.height_px() {
            valid[y / grid::PATCH_PX * tile.size + x / grid::PATCH_PX] = true;
        }
    }
    valid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_valid_pixel_of_any_band_makes_a_patch_valid() {
        let (tile, side) = (Tile { column: 1, row: 0, size: 2 }, 32);
        let mut pixels = Pixels { values: vec![0.0; 2 * side * side], valid: vec![false; 2 * side * side] };
        pixels.valid[side * side + 17 * side + 31] = true; // second band, row 17, column 31
        let north_up = [0.0, 1.0, 0.0, 0.0, 0.0, -1.0];
        let large = Grid::new(north_up, 48, 32).unwrap();
        let valid_px = valid_pixels(&pixels, tile.window_px());
        assert_eq!(valid_px.iter().filter(|v| **v).count(), 1);
        assert_eq!(valid_patches(&valid_px, tile, large), [false, false, false, true]);
        // The same pixel as a mirror image beyond the grid.
        let small = Grid::new(north_up, 47, 32).unwrap();
        assert_eq!(valid_patches(&valid_px, tile, small), [false; 4]);
    }
}
