//! What a user is told when something cannot be done.

use std::path::PathBuf;
use thiserror::Error;

/// An error of a run, in words for the one who started it.
#[derive(Debug, Error)]
pub enum Error {
    /// No such algorithm.
    #[error("there is no algorithm \"{name}\"; there are: {known}")]
    UnknownAlgorithm {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// No such parameter.
    #[error("{algorithm} has no parameter {name}; it has: {known}")]
    UnknownParameter {
        /// The algorithm's name.
        algorithm: &'static str,
        /// What was given.
        name: String,
        /// What there is.
        known: String,
    },
    /// A run takes too much memory.
    #[error(
        "the run was stopped because it had taken {taken} of memory, {}: choose a smaller TILE_SIZE, fewer layers or outputs, or a smaller model{}",
        match limit { Some(limit) => format!("more than the {limit} of MEMORY_LIMIT"), None => format!("and only {free} were left") },
        match limit { Some(_) => ", or give it more", None => ", or close other programs" }
    )]
    Memory {
        /// What it had taken, in words.
        taken: String,
        /// What it was given, if it was.
        limit: Option<String>,
        /// What was left.
        free: String,
    },
    /// A value that has to be given was not.
    #[error("{name} ({label}) is missing: {help}")]
    MissingValue {
        /// The parameter.
        name: &'static str,
        /// Its name in the dialog.
        label: &'static str,
        /// Its help.
        help: &'static str,
    },
    /// A value cannot be used.
    #[error("{name} cannot be {value}: {expected}")]
    InvalidValue {
        /// The parameter.
        name: &'static str,
        /// What was given.
        value: String,
        /// What is allowed.
        expected: String,
    },
    /// No model of this name.
    #[error("MODEL: there is no model \"{name}\" {known}")]
    UnknownModel {
        /// What was asked for.
        name: String,
        /// What there is and where, or how to get one.
        known: String,
    },
    /// A configuration cannot be read.
    #[error("CONFIG: the configuration cannot be read ({reason}): {path}")]
    Configuration {
        /// What the system says.
        #[source]
        reason: std::io::Error,
        /// The configuration.
        path: PathBuf,
    },
    /// A fine-tuned model cannot be described.
    #[error("{parameter}: {fault}: {path}")]
    Description {
        /// The parameter that the file was given by.
        parameter: &'static str,
        /// What is wrong with its description.
        #[source]
        fault: model::task::config::ConfigFault,
        /// The configuration, or the checkpoint where there is none.
        path: PathBuf,
    },
    /// A layer of a modality that a fine-tuned model does not take.
    #[error("{modality}: this model takes {known}; leave {modality} empty, or choose another model")]
    NotTaken {
        /// The modality, which is also the parameter's name.
        modality: &'static str,
        /// What it takes.
        known: String,
    },
    /// This is something else than a model.
    #[error("MODEL: \"{name}\" is {found}, not {wanted}; {choices}")]
    NoModel {
        /// What was asked for.
        name: String,
        /// What it is.
        found: &'static str,
        /// What was expected.
        wanted: &'static str,
        /// Which models there are, or how to get one.
        choices: String,
    },
    /// No tokenizer of some modalities.
    #[error(
        "there is no tokenizer of {modalities}: download {files} (huggingface.co/ibm-esa-geospatial) and run Import model (terramind:importmodel) for each, or choose the folder that holds them by TOKENIZERS; looked in {looked}{damaged}"
    )]
    NoTokenizer {
        /// The modalities.
        modalities: String,
        /// The files that they were published as.
        files: String,
        /// The folders that were searched.
        looked: String,
        /// What is wrong with a tokenizer that may be one of them, if there is one.
        damaged: String,
    },
    /// Two tokenizers that could both be meant.
    #[error(
        "there are two different tokenizers of {modality}: {} and {}. Choose the folder of one of them by TOKENIZERS, or import the one that a model is to use again with MODEL", first.display(), second.display()
    )]
    SeveralTokenizers {
        /// Their modality.
        modality: model::TokenModality,
        /// The folder of one.
        first: PathBuf,
        /// The folder of another.
        second: PathBuf,
    },
    /// A model or tokenizer gives another answer than when it was imported.
    #[error(
        "the {kind} \"{name}\" cannot be trusted on this machine: {source}. Import it again; if that does not help, this ONNX Runtime computes something else than the one it was imported with"
    )]
    WrongAnswer {
        /// Whether it is a model or a tokenizer.
        kind: &'static str,
        /// What it is called.
        name: String,
        /// What differs.
        #[source]
        source: model::Mismatch,
    },
    /// A component says the same to everything.
    #[error(
        "INPUT: the {component} of this {kind} answers with the same number everywhere, so its weights are empty; download or save the file again"
    )]
    Constant {
        /// Whether it is a model or a tokenizer.
        kind: &'static str,
        /// The part of it.
        component: &'static str,
    },
    /// A checkpoint cannot be read.
    #[error("INPUT: {0}")]
    Checkpoint(#[from] checkpoint::Error),
    /// A folder cannot be made or read.
    #[error("{doing} failed ({reason}): {path}")]
    Folder {
        /// What was tried.
        doing: &'static str,
        /// The system's words.
        reason: std::io::Error,
        /// The folder.
        path: PathBuf,
    },
    /// The system tells no home folder.
    #[error("there is no home folder to keep models in; set TERRAMIND_MODELS to a folder")]
    NoHome,
    /// A model pack cannot be made, read or used.
    #[error("{0}")]
    Model(#[from] model::Error),
    /// Nobody has said yes to what a runtime brings with it.
    #[error(
        "{remarks}Nothing was fetched, because ACCEPT is not set. What would be: {label}, {sizes}. It is other people's work, on their own terms ({licences}): set ACCEPT=true if you agree to them"
    )]
    NotAccepted {
        /// What would be installed.
        label: &'static str,
        /// How much would be fetched from where, and what it would take of which disk, in words.
        sizes: String,
        /// Whose terms apply.
        licences: &'static str,
        /// What is to be known before, each a sentence and a space.
        remarks: String,
    },
    /// The system tells no home folder, so that a runtime has no place.
    #[error("there is no home folder to install a runtime in; set XDG_DATA_HOME to a folder")]
    NoDataFolder,
    /// A runtime does not fit on the disk.
    #[error(
        "installing this takes up to {needed} of the disk, but only {available} are free in {}: make room there", folder.display()
    )]
    NoSpaceForRuntime {
        /// Bytes with their unit.
        needed: String,
        /// Bytes with their unit.
        available: String,
        /// Where it was to go.
        folder: PathBuf,
    },
    /// An index does not have a file.
    #[error("INDEX: {index} lacks {files}: name another index, or a folder that holds these files")]
    NotInIndex {
        /// All files that are missing.
        files: String,
        /// Where they were looked for.
        index: String,
    },
    /// A server does not give a file.
    #[error(
        "the download failed ({reason}), and nothing was installed: look at the network, its proxy and INDEX, and run this again: {address}"
    )]
    Fetch {
        /// What the HTTP client says.
        reason: String,
        /// What was fetched.
        address: String,
    },
    /// A file came, but it is another one or not all of it.
    #[error(
        "this is not the file that this version of the plugin knows ({reason}), so nothing was installed: run this again, and if it is said again, do not trust this source: {place}"
    )]
    OtherFile {
        /// What differs.
        reason: String,
        /// Where it came from.
        place: String,
    },
    /// A wheel cannot be unpacked.
    #[error("the wheel cannot be unpacked, and nothing was installed ({reason}): {file}")]
    Wheel {
        /// What is wrong, with the member.
        reason: String,
        /// The wheel.
        file: String,
    },
    /// A runtime came whole, but is of no use here.
    #[error("this runtime does not work on this machine, so it was not installed: {0}")]
    Trial(#[source] runtime::Error),
    /// The work itself failed.
    #[error("{0}")]
    Pipeline(#[from] pipeline::Error),
    /// Nothing is to be generated.
    #[error(
        "there is nothing to generate: give a destination to at least one modality, for example OUTPUT_LULC for land cover or OUTPUT_DEM for elevation"
    )]
    NoOutput,
    /// No part of a scene is wanted.
    #[error(
        "there is nothing to make: give a destination to at least one modality, for example OUTPUT_S2L2A for Sentinel-2 or OUTPUT_LULC for land cover"
    )]
    NoSceneOutput,
    /// Something is input and output.
    #[error(
        "{name} cannot be an input and an output at once: take it away on one side. Only modalities that the model takes as images (S2L2A, S1GRD, S1RTC, DEM) can be generated again from themselves"
    )]
    InputAndOutput {
        /// The modality, or coordinates.
        name: &'static str,
    },
    /// A layer's values cannot be what its modality means.
    #[error("{0}")]
    Implausible(String),
    /// A prediction is to be compared with nothing.
    #[error(
        "there is nothing to compare the prediction with: give REFERENCE, a raster of classes, or REFERENCE_POLYGONS"
    )]
    NoReference,
    /// A prediction is to be compared with two things.
    #[error(
        "a prediction is compared with one reference: give either REFERENCE, a raster of classes, or REFERENCE_POLYGONS, not both"
    )]
    TwoReferences,
    /// A field of polygons for a raster.
    #[error(
        "FIELD is a field of REFERENCE_POLYGONS, but the reference is a raster: leave FIELD empty (found \"{found}\")"
    )]
    FieldOfRaster {
        /// What was given.
        found: String,
    },
    /// Polygons without a field that says their classes.
    #[error(
        "FIELD is missing: name the field of REFERENCE_POLYGONS that holds the class of each polygon, as number or name"
    )]
    NoField,
    /// A table cannot be put into words.
    #[error("the table cannot be written: {0}")]
    Table(#[from] csv::Error),
    /// A coordinate reference system is not understood.
    #[error("{name}: {source}")]
    Place {
        /// The parameter.
        name: &'static str,
        /// What is wrong.
        #[source]
        source: raster::Error,
    },
}

impl Error {
    /// Whether the user asked for this end.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        let model = match self {
            Self::Pipeline(pipeline::Error::Cancelled) => return true,
            Self::Model(error) | Self::Pipeline(pipeline::Error::Model(error)) => error,
            _ => return false,
        };
        matches!(model, model::Error::Cancelled)
    }
}

impl From<raster::Error> for Error {
    fn from(error: raster::Error) -> Self {
        Self::Pipeline(error.into())
    }
}

impl From<runtime::Error> for Error {
    fn from(error: runtime::Error) -> Self {
        Self::Pipeline(error.into())
    }
}
