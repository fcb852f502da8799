//! The layers of one run: opened, checked, and read as tiles that a model or a tokenizer takes.

mod align;
mod dates;
mod detect;
mod mask;
mod place;
mod preparation;
mod units;

pub use align::Target;
pub use mask::{MASK, Validity};
pub use place::Place;
pub(crate) use preparation::Preparation;
pub(crate) use units::{Conversion, RAISED_BY};
pub use units::{Quantity, RGB_UNITS, S1_UNITS, S2_UNITS, Unit};

use crate::Error;
use dates::Dates;
use detect::Detected;
use grid::{Grid, Tile, Window};
use mask::Mask;
use model::task::Task;
use model::{FineTunedPack, Modality, Pack, TokenModality};
use raster::{Crs, Layer, Pixels};
use runtime::Tensor;
use std::path::Path;

/// More pixels than this are a mistake, of a cell size in the wrong unit above all: they are 3 million km² in pixels of
/// 10 m. Beyond it, already the list of tiles would fill the memory.
const LARGEST_PX: u64 = 30_000_000_000;

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
    /// Which bands of each raster are meant, counted from 1, in the order of the model's; else they are found.
    pub bands: Option<Vec<usize>>,
    /// In what unit its values are; else that is found out for each raster.
    pub unit: Option<Unit>,
}

impl LayerSpec {
    /// A modality whose bands and unit are found out.
    #[must_use]
    pub fn new(modality: LayerModality, sources: Vec<String>) -> Self {
        Self { modality, sources, bands: None, unit: None }
    }
}

/// How layers become tiles, beside what each of them is.
#[derive(Debug, Clone, Default)]
pub struct Setting {
    /// On what grid.
    pub target: Target,
    /// Where there is data.
    pub validity: Validity,
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
    /// Decisions that may well be wrong.
    doubts: Vec<String>,
    mask: Mask,
    /// Whether the consumer was trained on pixels of 10 m.
    of_ten_metres: bool,
}

pub(crate) struct Input {
    /// One layer per date.
    pub dates: Vec<Layer>,
    /// How the numbers of each date become those that models know.
    pub conversions: Vec<Conversion>,
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
    /// Opens the layers, puts them on one grid, and checks that they fit each other and, for images, the model.
    pub fn open<'a>(
        specs: &[LayerSpec],
        consumer: impl Into<Consumer<'a>>,
        setting: &Setting,
    ) -> Result<Self, Error> {
        let consumer = consumer.into();
        let (mut layers, mut notes) = (Vec::with_capacity(specs.len()), Vec::new());
        let mut doubts = Vec::new();
        for spec in specs {
            let modality = &spec.modality;
            let preparation = Preparation::of(*modality, consumer)?;
            let Dates { layers: dates, notes: told } = dates::open(spec, &preparation, consumer)?;
            notes.extend(told);
            let name = match (consumer, modality) {
                (Consumer::FineTuned(pack), LayerModality::Image(_) | LayerModality::Own(_)) => {
                    preparation::task_modality(*modality, pack)?.name.clone()
                }
                _ => modality.name().to_owned(),
            };
            let mut input = Input { dates, conversions: Vec::new(), modality: *modality, name, preparation };
            for (told, is_doubtful) in input.find_units(spec.unit, consumer)? {
                if is_doubtful { doubts.push(told) } else { notes.push(told) }
            }
            layers.push(input);
        }
        if layers.first().is_none_or(|first: &Input| first.dates.is_empty()) {
            return Err(Error::NoInput(consumer.wanted()));
        }
        notes.extend(align::align(&mut layers, &setting.target)?);
        let first = &layers[0].dates[0];
        let (mask, told) = Mask::open(&setting.validity, &first.grid(), first.crs())?;
        notes.extend(told);
        let of_ten_metres = !matches!(consumer, Consumer::FineTuned(_));
        let inputs = Self { layers, notes, doubts, mask, of_ten_metres };
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

    /// By how much GDAL's cache is going to grow when a window is read: by what the layers have there, with whole blocks
    /// around, as far as it may.
    pub(crate) fn cache_to_come(&self, window: Window) -> u64 {
        const BLOCK_PX: usize = 512;
        let grid = self.grid();
        let part = |side: usize, all: usize| (side + 2 * BLOCK_PX) as f64 / all as f64;
        let share = part(window.width, grid.width_px()) * part(window.height, grid.height_px());
        let layers = self.layers.iter().flat_map(|input| &input.dates).chain(self.mask.layer());
        raster::cache_to_come(layers.map(|layer| (layer.bytes() as f64 * share.min(1.0)) as u64).sum())
    }

    /// How many dates each modality has.
    #[must_use]
    pub fn dates(&self) -> usize {
        self.layers[0].dates.len()
    }

    /// Decisions about the layers that may well be wrong.
    pub(crate) fn doubts(&self) -> &[String] {
        &self.doubts
    }

    /// Whether whoever takes them was trained on pixels of 10 m.
    pub(crate) fn of_ten_metres(&self) -> bool {
        self.of_ten_metres
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

    /// The layers that have none of these metadata items.
    #[must_use]
    pub fn without(&self, items: &[&str]) -> Vec<LayerModality> {
        let has = |layer: &Layer| items.iter().any(|item| layer.metadata(item).is_some());
        let lacks = |input: &&Input| input.dates.iter().any(|layer| !has(layer));
        self.layers.iter().filter(lacks).map(|input| input.modality).collect()
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
        let layer = self.layers.iter().find(|input| input.dates.iter().any(|layer| layer.reads(path)));
        let name = layer.map(|input| input.modality.name());
        match name.or_else(|| self.mask.reads(path).then_some(MASK)) {
            Some(modality) => Err(Error::OutputIsInput { modality, path: path.to_owned() }),
            None => Ok(()),
        }
    }

    /// Everything about the layers and a place that results depend on beside the parameters: the grid, the pixels of the
    /// place, and the state of each file. Nothing where a layer may change unnoticed ([`Layer::state`]).
    pub fn state(&self, place: Option<&Place>) -> Result<Option<String>, Error> {
        let layers = self.layers.iter().flat_map(|input| &input.dates);
        let grid = format!("{:?} {:?}", self.grid(), self.window(place)?);
        let files: Option<Vec<_>> = layers.chain(self.mask.layer()).map(Layer::state).collect();
        Ok(files.map(|files| [vec![grid], files.concat()].concat().join("\n")))
    }

    /// The pixels of a place; without one, all there are.
    pub fn window(&self, place: Option<&Place>) -> Result<Window, Error> {
        let window = match place {
            Some(place) => place.window(&self.grid(), self.crs())?,
            None => self.grid().window(),
        };
        if window.width as u64 * window.height as u64 > LARGEST_PX {
            return Err(Error::TooLarge { width_px: window.width, height_px: window.height });
        }
        Ok(window)
    }

    /// The pixels of one layer's first date, in the unit that models know.
    pub(crate) fn pixels(&self, modality: LayerModality, window: Window) -> Result<Pixels, Error> {
        let layer = self.layers.iter().find(|input| input.modality == modality);
        let layer = layer.ok_or_else(|| Error::NoInput(modality.name().to_owned()))?;
        let mut pixels = layer.dates[0].read(window)?;
        self.mask.apply(&mut pixels, window)?;
        Ok(layer.conversions[0].pixels(pixels, layer.dates[0].band_count()))
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
                let mut pixels = layer.read(window)?;
                self.mask.apply(&mut pixels, window)?;
                let conversion = &input.conversions[date];
                conversion.mark(&mut pixels, layer.band_count());
                if (index, date) == (0, 0) {
                    valid_px = valid_pixels(&pixels, window);
                    valid = self.mask.patches(&mut valid_px, tile, self.grid());
                }
                if !is_wanted {
                    break;
                }
                values.extend(input.prepare(pixels, conversion, layer)?);
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
    pub fn label(&self, date: usize) -> String {
        let name = self.modality.name();
        if self.dates.len() == 1 { name.to_owned() } else { format!("date {} of {name}", date + 1) }
    }

    /// Finds out in what unit the values of each date are, unless that is given, and says so, and whether it may well be
    /// wrong.
    fn find_units(
        &mut self,
        given: Option<Unit>,
        consumer: Consumer<'_>,
    ) -> Result<Vec<(String, bool)>, Error> {
        let quantity = Quantity::of(self.modality);
        let is_usual = self.preparation.has_usual_units(self.modality);
        if let (false, Some(parameter), Some(_), Consumer::FineTuned(pack)) =
            (is_usual, quantity.parameter(), given, consumer)
        {
            return Err(Error::UnitOfModel { parameter, model: pack.manifest().name.clone() });
        }
        // What a fine-tuned model was trained on is its own affair: nothing is guessed at.
        let is_own = matches!(consumer, Consumer::FineTuned(_)) && given.is_none();
        if is_own || !is_usual || matches!(self.preparation, Preparation::Classes { .. }) {
            self.conversions = vec![Conversion::NONE; self.dates.len()];
            return Ok(Vec::new());
        }
        if quantity == Quantity::Elevation {
            let dates = std::mem::take(&mut self.dates).into_iter();
            self.dates = dates.map(|layer| layer.with_nodata(NO_ELEVATION)).collect();
        }
        let find = |layer: &Layer| match given {
            Some(unit) => Ok(Detected::given(layer, unit)),
            None => detect::detect(quantity, layer),
        };
        let found: Vec<_> = self.dates.iter().map(find).collect::<Result<_, _>>()?;
        let says = |(date, Detected { conversion, why, is_doubtful }): (usize, &Detected)| {
            let parameter = quantity.parameter().filter(|_| given.is_none());
            let wins = parameter.map_or_else(String::new, |name| format!("; {name} would win over this"));
            let words = conversion.unit.words(quantity);
            let doubt = if *is_doubtful {
                ". If this is a place of bright sand or cloud, set S2_UNITS to dn"
            } else {
                ""
            };
            (format!("{}: read as {words} ({why}{wins}){doubt}", self.label(date)), *is_doubtful)
        };
        let told = found.iter().enumerate().filter(|(_, detected)| !detected.why.is_empty()).map(says);
        let told = told.collect();
        self.conversions = found.into_iter().map(|detected| detected.conversion).collect();
        Ok(told)
    }

    fn prepare(&self, pixels: Pixels, conversion: &Conversion, layer: &Layer) -> Result<Vec<f32>, Error> {
        self.preparation.apply(pixels, conversion).map_err(|values| Error::Classes {
            modality: self.modality.name(),
            values,
            source_name: layer.source().to_owned(),
        })
    }
}

/// The parameter of layers whose modalities only a fine-tuned model knows.
pub const OWN: &str = "OTHER";

/// What elevation models hold where they know nothing, whether they declare it or not.
const NO_ELEVATION: f32 = -32_768.0;

/// The metadata item that generated rasters have.
pub const GENERATED: &str = "TERRAMIND_STATEMENT";

/// Whether any band has a valid value, per pixel.
pub(crate) fn valid_pixels(pixels: &Pixels, window: Window) -> Vec<bool> {
    let size = window.width * window.height;
    let mut valid = vec![false; size];
    for band in pixels.valid.chunks_exact(size) {
        for (any, own) in valid.iter_mut().zip(band) {
            *any |= own;
        }
    }
    valid
}
