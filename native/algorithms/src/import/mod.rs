//! Import model: a checkpoint becomes a model pack, or the pack of a tokenizer.

mod fine_tuned;
mod modality;
mod name;
mod report;

use crate::description::{Algorithm, Kind, Output, OutputKind, Parameter};
use crate::host::Context;
use crate::models::{self, MODEL};
use crate::result::Outcome;
use crate::values::Values;
use crate::{Error, folders};
use checkpoint::Checkpoint;
use model::pack::{Kind as PackKind, StagedPackOf, TOKENIZERS};
use model::{Pack, StagedPack, StagedTokenizerPack, TokenModality};
use pipeline::known_answer::Questioned;
use runtime::library::{self, Loaded};
use serde_json::Map;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

const INPUT: &str = "INPUT";
const NAME: &str = "NAME";
const DEST: &str = "DEST";
const MODALITY: &str = "MODALITY";
const CONFIG: &str = "CONFIG";
const CLASSES: &str = "CLASSES";
const UNIT: &str = "UNIT";

/// A trained encoder's normalised features spread by about 1. Weights that are all zero give all zero.
const SMALLEST_SPREAD: f64 = 1e-6;

/// The part of the progress that the conversion takes; the known answers have the rest.
const CONVERTED_PERCENT: f64 = 90.0;

pub(crate) fn describe() -> Algorithm {
    Algorithm {
        id: "importmodel",
        name: "Import model",
        group: "Models",
        group_id: "models",
        summary: "Makes a TerraMind checkpoint or tokenizer (.pt, .safetensors), or a model fine-tuned with TerraTorch (.ckpt), usable here, once.",
        help: "Reads a checkpoint as it is published (TerraMind_v1_tiny.pt, _small, _base, _large) or a reduced \
               model of the same layout, checks that it is complete, and keeps it as a model pack: a folder with \
               manifest.json and weights.safetensors. Nothing in the file is executed.\n\n\
               The size is recognised by the tensors. A missing tensor is an error that names it, because a model \
               with unloaded weights gives maps that mean nothing. Every part of the model is run once on a fixed \
               input; the answers are kept in the pack and compared when the model is first used on another \
               machine.\n\n\
               To generate a modality, its tokenizer is needed, too: TerraMind_Tokenizer_S2L2A.pt, _S1GRD, _S1RTC, \
               _DEM, _LULC, _NDVI. Import it in the same way; all models share it. The log of a model's import says \
               which ones are still missing.\n\n\
               A model that was fine-tuned with TerraTorch (terratorch fit) consists of two files: the .ckpt that \
               Lightning saved, and the YAML configuration, which goes to CONFIG. Segmentation, pixelwise regression and \
               classification on a TerraMind backbone, with and without Thinking in Modalities and several dates, are \
               understood; anything that is not is named. TiM segment runs such models.\n\n\
               Afterwards choose the model by its name in the other algorithms. Tokenizers need not be chosen: they \
               are found.",
        tags: vec![
            "checkpoint",
            "weights",
            "pytorch",
            "safetensors",
            "ckpt",
            "install",
            "add model",
            "tokenizer",
            "fine-tuned",
            "terratorch",
            "hugging face",
        ],
        parameters: parameters(),
        outputs: vec![
            Output { name: MODEL, label: "Model or tokenizer", kind: OutputKind::String },
            Output { name: "FOLDER", label: "Folder of the model pack", kind: OutputKind::Folder },
            Output {
                name: "KIND",
                label: "What it is: model, tokenizer or fine-tuned model",
                kind: OutputKind::String,
            },
        ],
    }
}

fn parameters() -> Vec<Parameter> {
    vec![
        Parameter::new(
            INPUT,
            "Checkpoint",
            "The downloaded file, for example TerraMind_v1_base.pt or TerraMind_Tokenizer_LULC.pt; or the .ckpt of a fine-tuned model.",
            Kind::File { extensions: vec!["pt", "safetensors", "ckpt", "pth"] },
        ),
        Parameter::new(
            CONFIG,
            "Configuration",
            "For fine-tuned models: the YAML file that the model was trained with. It says what the checkpoint does not: names of classes, means and standard deviations, and with older checkpoints the model itself.",
            Kind::File { extensions: vec!["yaml", "yml"] },
        )
        .optional(),
        Parameter::new(
            NAME,
            "Name",
            "What to call the model in the other algorithms, for example base; without it, as the file is called. Letters, digits, dots, dashes and underscores.",
            Kind::String { default: None, suggestions: vec![] },
        )
        .optional(),
        Parameter::new(
            DEST,
            "Folder of the model pack",
            "Where to put it instead of the folder of installed models. Choose such a model by this path, and such a tokenizer by TOKENIZERS.",
            Kind::Folder,
        )
        .optional()
        .advanced(),
        Parameter::new(
            MODEL,
            "Only for this model",
            "For tokenizers: the installed model (name or folder) that alone is to use this one. Without it, all models share the tokenizer.",
            Kind::String { default: None, suggestions: models::installed(&[PackKind::TerraMind]) },
        )
        .optional()
        .advanced(),
        Parameter::new(
            MODALITY,
            "Modality of the tokenizer",
            "For tokenizers whose file is no longer called as it was published: S1GRD and S1RTC, and DEM and NDVI, cannot be told apart otherwise.",
            Kind::choice(&modality::CHOICES, modality::AUTO),
        )
        .advanced(),
        Parameter::new(
            CLASSES,
            "Names of the classes",
            "For fine-tuned models: names with commas between, in the order of the classes' numbers from 0, where the configuration has none or others.",
            Kind::String { default: None, suggestions: vec![] },
        )
        .optional()
        .advanced(),
        Parameter::new(
            UNIT,
            "Unit of the values",
            "For fine-tuned models that predict values: what they are measured in, for example t/ha, which no configuration says.",
            Kind::String { default: None, suggestions: vec![] },
        )
        .optional()
        .advanced(),
    ]
}

/// One import: what every kind of checkpoint needs.
struct Import<'a> {
    values: &'a Values,
    context: &'a Context<'a>,
    checkpoint: Checkpoint,
    source: PathBuf,
    name: String,
    library: Loaded,
}

pub(crate) fn run(values: &Values, context: &Context) -> Result<Outcome, Error> {
    let source = values.path(INPUT).unwrap_or_default();
    let name = match values.text(NAME) {
        Some(name) => name::checked(name)?.to_owned(),
        None => name::of_file(&source),
    };
    // Before the long work: without ONNX Runtime the model cannot be tried.
    let library = library::load(context.home, folders::data().as_deref())?;
    let checkpoint = Checkpoint::open(&source)?;
    context.host.info(&format!("{}: {} tensors", source.display(), checkpoint.tensors().len()));
    let import = Import { values, context, checkpoint, source, name, library };
    match import.kind() {
        PackKind::TerraMind => import.model(),
        PackKind::Tokenizer => import.tokenizer(),
        PackKind::FineTuned => import.fine_tuned(),
    }
}

impl Import<'_> {
    /// A configuration makes the checkpoint that of a fine-tuned model, so that what it asks for is named even where
    /// the weights are of something else.
    fn kind(&self) -> PackKind {
        match PackKind::of_checkpoint(&self.checkpoint) {
            PackKind::TerraMind if self.values.text(CONFIG).is_some() => PackKind::FineTuned,
            kind => kind,
        }
    }

    fn model(&self) -> Result<Outcome, Error> {
        self.refuse(&[CLASSES, UNIT], "this file is not a fine-tuned model")?;
        self.refuse_tokenizers_parameters()?;
        let destination = self.destination()?;
        let parent = parent_of(&destination)?;
        let progress = |done| self.progress(done);
        let mut staged =
            StagedPack::from_checkpoint(&self.checkpoint, &self.source, &self.name, &parent, progress)?;
        report::found(staged.pack().manifest(), self.context.host);
        report::generates(staged.pack(), &destination, self.context.host);
        self.ask(&mut staged)?;
        let pack = staged.publish(&destination)?;
        self.context.host.info(&format!("The model is in {}", pack.folder().display()));
        Ok(self.outcome(PackKind::TerraMind, pack.folder()))
    }

    fn tokenizer(&self) -> Result<Outcome, Error> {
        self.refuse(&[CONFIG, CLASSES, UNIT], "this file is a tokenizer")?;
        let owner = self.owner()?;
        // Where a model's own goes is known with its modality; until then it is in the model's pack, out of the way
        // of the tokenizers that are there.
        let (destination, parent) = if let Some(owner) = &owner {
            (None, owner.folder().to_owned())
        } else {
            let destination = self.destination()?;
            let parent = parent_of(&destination)?;
            (Some(destination), parent)
        };
        let given = self.values.text(MODALITY).and_then(TokenModality::from_name);
        let progress = |done| self.progress(done);
        let mut staged = StagedTokenizerPack::from_checkpoint(
            &self.checkpoint,
            &self.source,
            given,
            &self.name,
            &parent,
            progress,
        )
        .map_err(|error| modality::explained(error, &self.source, given))?;
        let modality = staged.pack().architecture().modality;
        self.context.host.info(&format!("It is {}", staged.pack().architecture().label()));
        report::unknown(&staged.pack().manifest().unknown, self.context.host);
        self.ask(&mut staged)?;
        let destination = destination.unwrap_or_else(|| parent.join(TOKENIZERS).join(modality.name()));
        parent_of(&destination)?;
        let pack = staged.publish(&destination)?;
        report::tokenizer(&pack, owner.as_ref(), self.context.host);
        Ok(self.outcome(PackKind::Tokenizer, pack.folder()))
    }

    /// Where the pack goes unless it goes to a model.
    fn destination(&self) -> Result<PathBuf, Error> {
        match self.values.path(DEST) {
            Some(folder) => Ok(folder),
            None => Ok(folders::models().ok_or(Error::NoHome)?.join(&self.name)),
        }
    }

    /// The model that alone is to use a tokenizer.
    fn owner(&self) -> Result<Option<Pack>, Error> {
        let Some(owner) = self.values.text(MODEL) else { return Ok(None) };
        if let Some(folder) = self.values.text(DEST) {
            return Err(Error::InvalidValue {
                name: DEST,
                value: format!("\"{folder}\""),
                expected: String::from(
                    "with MODEL the tokenizer goes to that model; leave one of both empty",
                ),
            });
        }
        models::open(owner).map(Some)
    }

    /// What only tokenizers have must not seem to do something for a model.
    fn refuse_tokenizers_parameters(&self) -> Result<(), Error> {
        let reason = "this file is not a tokenizer";
        self.refuse(&[MODEL], reason)?;
        match self.values.text(MODALITY) {
            Some(modality) if modality != modality::AUTO => Err(Error::InvalidValue {
                name: MODALITY,
                value: modality.to_owned(),
                expected: format!("{reason}; leave it at auto"),
            }),
            _ => Ok(()),
        }
    }

    /// Refuses parameters that would do nothing.
    fn refuse(&self, names: &[&'static str], reason: &str) -> Result<(), Error> {
        match names.iter().find_map(|name| Some((*name, self.values.text(name)?))) {
            Some((name, value)) => Err(Error::InvalidValue {
                name,
                value: format!("\"{value}\""),
                expected: format!("{reason}; leave it empty"),
            }),
            None => Ok(()),
        }
    }

    fn progress(&self, done: f64) -> ControlFlow<()> {
        self.context.host.progress(done * CONVERTED_PERCENT);
        if self.context.cancel.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Asks every component, and keeps the answers.
    fn ask<C: Questioned>(&self, staged: &mut StagedPackOf<C>) -> Result<(), Error> {
        let questions = C::questions(staged.pack());
        let count = questions.len() as f64;
        for (index, question) in questions.iter().enumerate() {
            let answer = question.ask(staged.pack(), &self.library, self.context.cancel)?;
            if answer.std < SMALLEST_SPREAD {
                return Err(Error::Constant { kind: C::KIND.word(), component: question.component });
            }
            staged.add_known_answer(answer)?;
            let part = (index + 1) as f64 / count;
            self.context.host.progress(CONVERTED_PERCENT + part * (100.0 - CONVERTED_PERCENT));
        }
        Ok(())
    }

    fn outcome(&self, kind: PackKind, folder: &Path) -> Outcome {
        let mut outputs = Map::new();
        // What MODEL takes: the name of an installed model, the path of another one.
        let model = self.values.text(DEST).unwrap_or(&self.name);
        outputs.insert(String::from(MODEL), model.into());
        outputs.insert(String::from("FOLDER"), folder.display().to_string().into());
        outputs.insert(String::from("KIND"), kind.word().into());
        Outcome { outputs, layers: vec![] }
    }
}

/// The folder that will hold the pack's folder, made if need be.
fn parent_of(destination: &Path) -> Result<PathBuf, Error> {
    let failed = |reason| Error::Folder { doing: "making the folder", reason, path: destination.to_owned() };
    let absolute = std::path::absolute(destination).map_err(failed)?;
    let parent = absolute.parent().unwrap_or(&absolute).to_owned();
    std::fs::create_dir_all(&parent).map_err(failed)?;
    Ok(parent)
}
