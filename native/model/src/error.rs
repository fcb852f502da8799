//! What can go wrong with checkpoints, packs and graphs.

use std::path::PathBuf;

use crate::Modality;
use crate::architecture::Problems;

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
    #[error("another model, made of another file, or another folder already has this place; choose another name, or remove it first: {}", path.display())]
    AlreadyThere {
        /// The folder.
        path: PathBuf,
    },
    /// The import was cancelled.
    #[error("cancelled; nothing was written")]
    Cancelled,
    /// A component's answer has values that are not numbers.
    #[error("{component} answers with values that are not finite: the model's weights are damaged")]
    NotFinite {
        /// The component.
        component: String,
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
        "a tile of {height_px} x {width_px} pixels in batches of {batch} cannot be processed: \
         height and width must be multiples of 16, up to {maximum_px}, and the batch at least 1"
    )]
    TileSize {
        /// The height that was asked for.
        height_px: usize,
        /// The width that was asked for.
        width_px: usize,
        /// The batch that was asked for.
        batch: usize,
        /// The longest side.
        maximum_px: usize,
    },
}

impl Error {
    /// For `map_err`: says what was tried with which file.
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}

fn in_words(modalities: &[Modality]) -> String {
    if modalities.is_empty() {
        return "none".into();
    }
    modalities.iter().map(|modality| modality.name()).collect::<Vec<_>>().join(", ")
}
