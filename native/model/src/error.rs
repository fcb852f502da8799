//! What can go wrong with checkpoints, packs and graphs.

use std::path::PathBuf;

use crate::architecture::Problems;
use crate::pack::Kind;
use crate::tile::Tiles;
use crate::{Modality, TokenModality};

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The tensors are of something else.
    #[error("this is not a TerraMind encoder-decoder: {found}. Choose a file such as TerraMind_v1_base.pt")]
    NotTerraMind {
        /// What it looks like instead.
        found: String,
    },
    /// A TerraMind of which something is missing or misshapen.
    #[error("the checkpoint looks like {model}, but {problems}. Download or save the file again")]
    Incomplete {
        /// The model that the tensors were compared with.
        model: String,
        /// What is wrong.
        problems: Problems,
    },
    /// A TerraMind with parts that would change its results and are not known here.
    #[error("the checkpoint is a variant of {model} that this version cannot run: it also has {parts}")]
    Variant {
        /// The model that it otherwise is.
        model: String,
        /// The first of the unknown tensors, and how many there are.
        parts: String,
    },
    /// A fine-tuned model whose description cannot be followed.
    #[error(transparent)]
    Config(#[from] crate::task::config::ConfigFault),
    /// The tensors are not those of a task of TerraTorch on TerraMind.
    #[error("this is not the fine-tuned model that it is described as: {found}")]
    NotFineTuned {
        /// What it looks like instead.
        found: String,
    },
    /// The checkpoint could not be read.
    #[error(transparent)]
    Checkpoint(#[from] checkpoint::Error),
    /// A graph could not be built or saved.
    #[error(transparent)]
    Graph(#[from] graph::Error),
    /// The folder is not a model pack.
    #[error("there is no model pack (no manifest.json): {}", path.display())]
    NoPack {
        /// The folder.
        path: PathBuf,
    },
    /// The pack was written by another version.
    #[error(
        "the model pack has format {found}, this version reads format {expected}; \
         import the model again: {}", path.display()
    )]
    Format {
        /// The format in the manifest.
        found: u64,
        /// The format that is read here.
        expected: u32,
        /// The folder.
        path: PathBuf,
    },
    /// The manifest cannot be understood.
    #[error("the model pack's manifest is damaged ({reason}); import the model again: {}", path.display())]
    Manifest {
        /// What is wrong with it.
        reason: String,
        /// The manifest.
        path: PathBuf,
    },
    /// The weights are not those that were imported.
    #[error("the model pack was altered since its import ({reason}); import the model again: {}", path.display())]
    Altered {
        /// What differs.
        reason: String,
        /// The weights file.
        path: PathBuf,
    },
    /// A file or folder could not be read or written.
    #[error("could not {action} ({source}): {}", path.display())]
    Io {
        /// What was tried: `read the weights`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// Another model has the place that a new pack was to get.
    #[error("another model or tokenizer, made of another file, or another folder already has this place; choose another name, or remove it first: {}", path.display())]
    AlreadyThere {
        /// The folder.
        path: PathBuf,
    },
    /// The import was cancelled.
    #[error("cancelled; nothing was written")]
    Cancelled,
    /// A component's answer has values that are not numbers.
    #[error(
        "the {component} answers with values that are not finite, so the weights in the file are damaged; download or \
         save it again"
    )]
    NotFinite {
        /// The component.
        component: String,
    },
    /// A prediction has values that are not numbers.
    #[error(
        "what the model says of {target} are no finite numbers: a layer holds values that are far too large (the warnings tell which)"
    )]
    Unpredictable {
        /// What was to be predicted.
        target: String,
    },
    /// No input was asked for, or one twice.
    #[error(
        "the inputs of the encoder must be at least one modality, each at most once; found {}",
        in_words(inputs)
    )]
    Inputs {
        /// What was asked for.
        inputs: Vec<Modality>,
    },
    /// The model was not trained on this modality.
    #[error("the model {pack} does not know {modality}; it knows {}", in_words(available))]
    ModalityMissing {
        /// The model pack.
        pack: String,
        /// What was asked for.
        modality: Modality,
        /// What it has.
        available: Vec<Modality>,
    },
    /// There is no such block.
    #[error("the model {pack} has {depth} blocks (0 to {}), there is no block {block}", depth - 1)]
    Block {
        /// The model pack.
        pack: String,
        /// How many blocks it has.
        depth: usize,
        /// The block that was asked for, from 0.
        block: usize,
    },
    /// A tile of that size cannot be cut into patches.
    #[error(
        "a tile of {} x {} pixels in batches of {} cannot be processed: height and width must be multiples \
         of {multiple_px}, up to {maximum_px}, and the batch at least 1",
        tiles.height_px, tiles.width_px, tiles.batch
    )]
    TileSize {
        /// What was asked for.
        tiles: Tiles,
        /// What a side must be a multiple of.
        multiple_px: usize,
        /// The longest side.
        maximum_px: usize,
    },
    /// The tensors are of something else than a tokenizer.
    #[error(
        "this is not a tokenizer of TerraMind 1.0: {found}. Choose a file such as TerraMind_Tokenizer_LULC.pt"
    )]
    NotTokenizer {
        /// What it looks like instead.
        found: String,
    },
    /// Tensors that suit several tokenizers.
    #[error(
        "the tokenizers of {} have the same layout and cannot be told apart by what is in the file: keep the \
         name that it was published under, such as TerraMind_Tokenizer_{}.pt, or say which one it is",
        names(candidates, " and "), candidates[0]
    )]
    WhichTokenizer {
        /// The modalities that it can be of, at least one.
        candidates: Vec<TokenModality>,
    },
    /// The tokenizer cannot be of the modality that it was said to be of.
    #[error(
        "this is not the tokenizer of {modality}: it takes images of {channels} channels, as that of {} does",
        names(candidates, " or ")
    )]
    OtherTokenizer {
        /// The modality that was given.
        modality: TokenModality,
        /// The channels that the file is for.
        channels: usize,
        /// The modalities that it can be of.
        candidates: Vec<TokenModality>,
    },
    /// A pack of another kind.
    #[error("this is the pack of {}, not of {}: {}", found.label(), expected.label(), path.display())]
    Kind {
        /// What it is the pack of.
        found: Kind,
        /// What it should be the pack of.
        expected: Kind,
        /// The folder.
        path: PathBuf,
    },
    /// The model can embed but not generate.
    #[error(
        "the model {pack} has no decoder, so that it can embed but not generate; \
         import a whole checkpoint, such as TerraMind_v1_base.pt"
    )]
    NoDecoder {
        /// The model pack.
        pack: String,
    },
    /// The model has no embedding for these tokens.
    #[error("the model {pack} does not know the tokens of {tokens} as {role}")]
    TokensMissing {
        /// The model pack.
        pack: String,
        /// The modality, or coordinates.
        tokens: String,
        /// `an input` or `an output`.
        role: &'static str,
    },
    /// No source of tokens was asked for, or one twice.
    #[error(
        "a prediction needs at least one input, and each at most once; found {}",
        if inputs.is_empty() { "none".into() } else { inputs.join(", ") }
    )]
    Sources {
        /// The names of what was asked for.
        inputs: Vec<String>,
    },
    /// Coordinates of no or too many words.
    #[error("coordinates must be 1 to {maximum} words long, not {found}")]
    CoordinateWords {
        /// The number that was asked for.
        found: usize,
        /// The number of positions that the model has.
        maximum: usize,
    },
    /// A position that is not on Earth.
    #[error(
        "latitude {latitude}, longitude {longitude} is no position: latitudes lie between -90 and 90 degrees, \
         longitudes between -180 and 180; give both in degrees, the latitude first"
    )]
    Position {
        /// The latitude that was given.
        latitude: f64,
        /// The longitude that was given.
        longitude: f64,
    },
    /// The tokenizer turns tokens into images in another way.
    #[error("the tokenizer of {modality} has no {wanted}")]
    OtherDecoder {
        /// The modality of the tokenizer.
        modality: TokenModality,
        /// What was asked for.
        wanted: &'static str,
    },
    /// Tokens cannot be drawn like that.
    #[error(
        "tokens cannot be drawn with temperature {temperature} and top-p {top_p}: the temperature must be a \
         number from 0 up, and top-p one from 0 to 1"
    )]
    Sampling {
        /// The temperature that was asked for.
        temperature: f64,
        /// The top-p that was asked for.
        top_p: f64,
    },
    /// Positions that are not those of a square.
    #[error("the positions {name} in the weights are not those of a square of patches")]
    Positions {
        /// The tensor.
        name: String,
    },
    /// Weights and configuration are not of the same fine-tuned model.
    #[error(
        "the weights do not suit the configuration ({reason}); choose the configuration that the model was \
         trained with"
    )]
    OtherConfiguration {
        /// What does not fit.
        reason: String,
    },
    /// A tile of that size cannot be mirrored to one that the model takes.
    #[error(
        "a tile of {} x {} pixels is too small for a fine-tuned model: its sides must be {minimum_px} pixels \
         at least", tiles.height_px, tiles.width_px
    )]
    SmallTile {
        /// What was asked for.
        tiles: Tiles,
        /// The shortest side.
        minimum_px: usize,
    },
    /// Classes are named of a model without any.
    #[error("the model predicts values, not classes")]
    NoClasses,
    /// Something is to be imagined that the model was not trained with.
    #[error("the model does not imagine {modality}; it imagines {}", names(imagined, ", "))]
    NotImagined {
        /// What was asked for.
        modality: TokenModality,
        /// What it was trained with.
        imagined: Vec<TokenModality>,
    },
    /// Something is to be left out that the model cannot do without.
    #[error(
        "the model puts the features of {} beside those of the images, so it cannot do without them",
        names(imagined, " and ")
    )]
    NeedsImagined {
        /// What it imagines.
        imagined: Vec<TokenModality>,
    },
    /// The model cannot take so many dates.
    #[error(
        "the model takes {accepted}, not {found}; give as many rasters of each modality, in the order of time"
    )]
    Dates {
        /// How many there are.
        found: usize,
        /// What it takes instead.
        accepted: String,
    },
    /// A neck, decoder or head got tokens where it takes images.
    #[error(
        "the decoder takes images, but no neck makes any of the tokens: the configuration needs \
         ReshapeTokensToImage among the necks"
    )]
    NoImages,
    /// No image can be made in so many steps.
    #[error("an image cannot be made in {steps} steps: choose 1 to {maximum}")]
    Steps {
        /// What was asked for.
        steps: usize,
        /// The steps of the training.
        maximum: usize,
    },
}

impl Error {
    /// For `map_err`: says what was tried with which file.
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}

fn names(modalities: &[TokenModality], between: &str) -> String {
    modalities.iter().map(|modality| modality.name()).collect::<Vec<_>>().join(between)
}

fn in_words(modalities: &[Modality]) -> String {
    if modalities.is_empty() {
        return "none".into();
    }
    modalities.iter().map(|modality| modality.name()).collect::<Vec<_>>().join(", ")
}
