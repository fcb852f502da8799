//! What can go wrong on the way from layers to an output.

use std::path::PathBuf;
use thiserror::Error;

/// An error of a run.
#[derive(Debug, Error)]
pub enum Error {
    /// A raster cannot be read, placed or written.
    #[error("{0}")]
    Raster(raster::Error),
    /// A layer cannot be opened or used.
    #[error("{modality}: {source}")]
    Layer {
        /// The modality, which is also the parameter's name.
        modality: &'static str,
        /// What is wrong with it.
        #[source]
        source: raster::Error,
    },
    /// The output would replace one of the inputs.
    #[error(
        "the output is one of the files that {modality} is read from, which would be lost; choose another name: {path}"
    )]
    OutputIsInput {
        /// The modality, which is also the parameter's name.
        modality: &'static str,
        /// The output.
        path: PathBuf,
    },
    /// The model cannot be built for this request.
    #[error("{0}")]
    Model(#[from] model::Error),
    /// ONNX Runtime is missing or failed.
    #[error("{0}")]
    Runtime(runtime::Error),
    /// Several rasters were given as one text.
    #[error(
        "{modality}: there is no raster \"{given}\". To give several, name each by itself: repeat {modality}=… on the command line, or select them in the dialog"
    )]
    ListOfRasters {
        /// The modality, which is also the parameter's name.
        modality: &'static str,
        /// What was given.
        given: String,
    },
    /// A raster has no band of a number that was given.
    #[error(
        "BANDS: {modality} has no band {number}; this raster has {found}, counted from 1 ({listed}): {source_name}"
    )]
    NoSuchBand {
        /// The modality.
        modality: &'static str,
        /// What was asked for.
        number: usize,
        /// How many there are.
        found: usize,
        /// Which they are, in order.
        listed: String,
        /// The raster.
        source_name: String,
    },
    /// More or fewer bands were chosen than a modality has.
    #[error(
        "BANDS names {found} of the bands of {modality} ({listed}), but {expected} are wanted ({names}), in this order: {source_name}"
    )]
    ChosenBands {
        /// The modality.
        modality: &'static str,
        /// How many bands it has.
        expected: usize,
        /// Which they are.
        names: String,
        /// How many were chosen.
        found: usize,
        /// Which they are, in order.
        listed: String,
        /// The raster.
        source_name: String,
    },
    /// A unit was given for a model that has one of its own.
    #[error(
        "{parameter} must be auto for the model \"{model}\": it was trained on values in a unit of its own, so layers are given to it as they are"
    )]
    UnitOfModel {
        /// The parameter.
        parameter: &'static str,
        /// The model.
        model: String,
    },
    /// Nothing says how large cells are to be.
    #[error(
        "CELL_SIZE is missing: the layers' pixels ({unit}) have no size in {target}; say how large cells are to be, in {target_unit}"
    )]
    NoCellSize {
        /// The unit of the layers' system.
        unit: String,
        /// The system that was asked for.
        target: String,
        /// Its unit.
        target_unit: String,
    },
    /// A system in which there are no maps.
    #[error(
        "TARGET_CRS is {target}, which has no plane for pixels to lie in: choose a projected system, best the UTM zone of the place, or a geographic one"
    )]
    NoMap {
        /// The system that was asked for.
        target: String,
    },
    /// No layer was given.
    #[error("no input layer was given: choose a raster for {0}")]
    NoInput(String),
    /// The model was not trained on a modality.
    #[error(
        "the model \"{model}\" does not know {modality}; it knows {known}. Leave {modality} empty, or choose another model"
    )]
    UnknownModality {
        /// The modality, which is also the parameter's name.
        modality: &'static str,
        /// The model.
        model: String,
        /// What it knows.
        known: String,
    },
    /// A layer has too few or too many bands for its modality.
    #[error(
        "{modality} needs {expected} bands ({names}), but this raster has {found} ({listed}): {source_name}. Choose another raster, or build one with these bands in this order{}",
        if found > expected { ", or say by BANDS which of them to take" } else { "" }
    )]
    Bands {
        /// The modality, which is also the parameter's name.
        modality: &'static str,
        /// How many bands it has.
        expected: usize,
        /// Which they are.
        names: String,
        /// How many the raster has.
        found: usize,
        /// Which they are, in order.
        listed: String,
        /// The raster.
        source_name: String,
    },
    /// A class raster has values that are no classes.
    #[error(
        "{modality} has the values {values}, but land cover classes are the whole numbers 0 to 9 (0 no data, 1 water, 2 trees, 3 flooded vegetation, 4 crops, 5 built area, 6 bare ground, 7 snow/ice, 8 clouds, 9 rangeland). Reclassify it first, for example with Reclassify by table: {source_name}"
    )]
    Classes {
        /// The modality, which is also the parameter's name.
        modality: &'static str,
        /// The first of them.
        values: String,
        /// The raster.
        source_name: String,
    },
    /// Modalities have different numbers of dates.
    #[error(
        "{first} has {dates} dates, but {second} has {found}: give as many rasters for each, in the order of time"
    )]
    DatesDiffer {
        /// A modality.
        first: &'static str,
        /// How many dates it has.
        dates: usize,
        /// Another modality.
        second: &'static str,
        /// How many dates that has.
        found: usize,
    },
    /// The extent misses the layers.
    #[error(
        "{name} ({extent}) lies outside the layers, which cover {covered}; choose a place that overlaps them, or all of the layers"
    )]
    Outside {
        /// The parameter, or the map.
        name: &'static str,
        /// What was asked for, in the layers' system.
        extent: String,
        /// What there is.
        covered: String,
    },
    /// Tile size or overlap cannot be.
    #[error("{0}")]
    Lattice(#[from] grid::LatticeError),
    /// A tokenizer is needed that was not given.
    #[error(
        "the tokenizer of {modality} is needed: import TerraMind_Tokenizer_{modality}.pt with Import model first"
    )]
    NoTokenizer {
        /// The modality.
        modality: &'static str,
    },
    /// A model predicts tokens that its tokenizer does not have.
    #[error(
        "the model and the tokenizer of {modality} do not belong together: the model knows other tokens. Choose a model or tokenizers of another file"
    )]
    UnknownToken {
        /// The modality.
        modality: &'static str,
    },
    /// Two outputs have one name.
    #[error(
        "two outputs have the same name, so that one would replace the other; choose another name: {path}"
    )]
    SameOutput {
        /// The name.
        path: PathBuf,
    },
    /// A fine-tuned model needs other tiles.
    #[error(
        "a fine-tuned model takes tiles whose sides are multiples of {multiple_px}, not {tile_px}: choose another TILE_SIZE"
    )]
    TaskTile {
        /// What was asked for.
        tile_px: usize,
        /// What it must be a multiple of.
        multiple_px: usize,
    },
    /// A fine-tuned model takes several modalities, and one of them has no layer.
    #[error("{modality} is missing: the model \"{model}\" was trained with it; choose a raster for it")]
    NeedsModality {
        /// The parameter, and for one of [`crate::OWN`] its name in the model.
        modality: String,
        /// The model.
        model: String,
    },
    /// Pixels are wanted of something that was imagined once for each of several dates.
    #[error("what the model imagines cannot be written for {dates} dates at once; leave that output empty")]
    ImaginedDates {
        /// How many dates there are.
        dates: usize,
    },
    /// What imagining changes is wanted of a model that imagines nothing.
    #[error(
        "nothing is imagined in this run, so it has no effect that could be shown; leave OUTPUT_TIM_EFFECT empty"
    )]
    NothingImagined,
    /// More classes than a byte can tell apart.
    #[error("the model has {classes} classes, but a class map holds at most {maximum}")]
    ManyClasses {
        /// How many it has.
        classes: usize,
        /// How many are possible.
        maximum: usize,
    },
    /// Something about classes is wanted of a model that predicts values.
    #[error(
        "the model predicts values, not classes, so there is nothing to write there; leave it empty: {path}"
    )]
    NoClasses {
        /// The output.
        path: PathBuf,
    },
    /// A prediction that is to be evaluated is no class map.
    #[error(
        "PREDICTION has the value {value}, but classes are the whole numbers 0 to 255; choose the raster of classes, not one of probabilities or values: {source_name}"
    )]
    NoClassMap {
        /// The first such value.
        value: String,
        /// The raster.
        source_name: String,
    },
    /// A reference has a value that is no class.
    #[error(
        "REFERENCE has the value {value}, but classes are the whole numbers 0 to 255; if it means \"no label\", name it in IGNORE: {source_name}"
    )]
    ReferenceClass {
        /// The first such value.
        value: String,
        /// The raster.
        source_name: String,
    },
    /// Something is to be ignored in a raster that is neither a number nor a class.
    #[error("IGNORE: \"{word}\" is neither a number nor a class of PREDICTION; {known}")]
    UnknownIgnored {
        /// What was given.
        word: String,
        /// The classes, in words.
        known: String,
    },
    /// A vector layer lacks a field.
    #[error("FIELD: there is no field \"{field}\"; the fields of the polygons are: {known}: {source_name}")]
    NoField {
        /// What was asked for.
        field: String,
        /// What there is.
        known: String,
        /// The layer.
        source_name: String,
    },
    /// Values of a field are no classes.
    #[error(
        "FIELD {field} holds {found}, which PREDICTION does not have: {known}. Rename them there, or name in IGNORE what means \"no label\": {source_name}"
    )]
    UnknownLabels {
        /// The field.
        field: String,
        /// Its strange values.
        found: String,
        /// The prediction's classes, in words.
        known: String,
        /// The layer.
        source_name: String,
    },
    /// A field holds numbers that are not whole.
    #[error(
        "FIELD {field} holds {found}, which are not whole numbers, so they cannot be classes; choose the field that holds class numbers or names: {source_name}"
    )]
    Fractions {
        /// The field.
        field: String,
        /// Its fractions.
        found: String,
        /// The layer.
        source_name: String,
    },
    /// Several layers of a file could be meant.
    #[error(
        "REFERENCE_POLYGONS: this file has several layers of polygons with the field {field}: {layers}; say which is meant by adding |layername=…: {source_name}"
    )]
    SeveralLayers {
        /// The field.
        field: String,
        /// The layers.
        layers: String,
        /// The file.
        source_name: String,
    },
    /// A reference lies somewhere, and nobody knows where the prediction does.
    #[error(
        "PREDICTION has no coordinate reference system, but {reference} is in {own}: give PREDICTION its own first, for example with Assign projection: {source_name}"
    )]
    PredictionUnplaced {
        /// The reference's parameter.
        reference: &'static str,
        /// Name of the reference's system.
        own: String,
        /// The prediction.
        source_name: String,
    },
    /// A reference lies elsewhere.
    #[error(
        "{reference} and PREDICTION do not overlap in the chosen area: {apart}; choose a reference of the same place, or another area: {source_name}"
    )]
    NoOverlap {
        /// The reference's parameter.
        reference: &'static str,
        /// By how much they miss each other, in words.
        apart: String,
        /// The reference.
        source_name: String,
    },
    /// A reference has no label where the prediction has a value.
    #[error(
        "there is no pixel that has both a class in PREDICTION and a label in {reference}: all are nodata, masked or named in IGNORE on one side: {source_name}"
    )]
    NothingInCommon {
        /// The reference's parameter.
        reference: &'static str,
        /// The reference.
        source_name: String,
    },
    /// A raster has too few or too many bands for colours.
    #[error(
        "colours are made of {least} to {most} bands, but INPUT has {found}: choose a raster of features, as Embed layer writes it{}: {source_name}", if found > most { " (with MERGE mean, it has fewer)" } else { "" }
    )]
    BandsToColour {
        /// How many it has.
        found: usize,
        /// How many it must have.
        least: usize,
        /// How many it may have.
        most: usize,
        /// The raster.
        source_name: String,
    },
    /// A raster has nothing to tell cells apart by.
    #[error("INPUT cannot be coloured, because {reason}: {source_name}")]
    NothingToColour {
        /// What is wrong with it.
        reason: String,
        /// The raster.
        source_name: String,
    },
    /// More memory is needed than there is.
    #[error(
        "the run would take about {needed} of memory, more than the {allowed} {}: {parts}. Choose a smaller TILE_SIZE, fewer layers or outputs at once, or a smaller model{}",
        if *is_limited { "of MEMORY_LIMIT" } else { "that are free" },
        if *is_limited { ", or give it more" } else { ", or close other programs" }
    )]
    TooMuchMemory {
        /// What the run would take, in words.
        needed: String,
        /// What it may take.
        allowed: String,
        /// What takes how much.
        parts: String,
        /// Whether somebody said how much it may take.
        is_limited: bool,
    },
    /// More pixels than any run could go through.
    #[error(
        "the area has {width_px} × {height_px} pixels, more than one run can go through: choose a smaller EXTENT, or a larger CELL_SIZE (it counts in the unit of the reference system, mostly metres or degrees)"
    )]
    TooLarge {
        /// Columns.
        width_px: usize,
        /// Rows.
        height_px: usize,
    },
    /// What is done cannot be kept on the disk.
    #[error(
        "what is computed cannot be kept for the case of an interruption in {} ({reason}): make room there, choose an output on another disk, or set RESUME to no", path.display()
    )]
    Journal {
        /// Where.
        path: PathBuf,
        /// The system's words.
        #[source]
        reason: std::io::Error,
    },
    /// Values cannot be kept on the disk for a while.
    #[error(
        "what is waiting to be written cannot be kept in {} ({reason}): make room there, or choose an output on another disk", folder.display()
    )]
    Scratch {
        /// Where.
        folder: PathBuf,
        /// The system's words.
        #[source]
        reason: std::io::Error,
    },
    /// A model answered with something that is no number.
    #[error(
        "the model answers with values that are no numbers: its weights are damaged, or the layers' values are far from what it was trained on"
    )]
    NotFinite,
    /// The user asked to stop.
    #[error("cancelled")]
    Cancelled,
}

impl From<raster::Error> for Error {
    fn from(error: raster::Error) -> Self {
        match error {
            raster::Error::Cancelled => Self::Cancelled,
            other => Self::Raster(other),
        }
    }
}

impl From<runtime::Error> for Error {
    fn from(error: runtime::Error) -> Self {
        match error {
            runtime::Error::Cancelled => Self::Cancelled,
            other => Self::Runtime(other),
        }
    }
}
