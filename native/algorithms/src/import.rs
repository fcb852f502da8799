//! Import model: a checkpoint becomes a model pack.

use crate::description::{Algorithm, Kind, Output, OutputKind, Parameter};
use crate::host::Context;
use crate::result::Outcome;
use crate::values::Values;
use crate::{Error, folders};
use checkpoint::Checkpoint;
use model::pack::Manifest;
use model::{Modality, Pack, StagedPack};
use runtime::library;
use serde_json::Map;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

const INPUT: &str = "INPUT";
const NAME: &str = "NAME";
const DEST: &str = "DEST";

pub(crate) fn describe() -> Algorithm {
    Algorithm {
        id: "importmodel",
        name: "Import model",
        group: "Models",
        group_id: "models",
        summary: "Makes a TerraMind checkpoint (.pt or .safetensors) usable here, once.",
        help: "Reads a checkpoint as it is published (TerraMind_v1_tiny.pt, _small, _base, _large) or a reduced \
               model of the same layout, checks that it is complete, and keeps it as a model pack: a folder with \
               manifest.json and weights.safetensors. Nothing in the file is executed.\n\n\
               The size is recognised by the tensors. A missing tensor is an error that names it, because a model \
               with unloaded weights gives maps that mean nothing. The model is run once on a fixed input; its \
               answer is kept in the pack and compared when the model is first used on another machine.\n\n\
               Afterwards choose the model by its name in the other algorithms.",
        tags: vec!["checkpoint", "weights", "pytorch", "safetensors", "install"],
        parameters: vec![
            Parameter::new(
                INPUT,
                "Checkpoint",
                "The downloaded file, for example TerraMind_v1_base.pt.",
                Kind::File { extensions: vec!["pt", "safetensors"] },
            ),
            Parameter::new(
                NAME,
                "Name",
                "What to call the model in the other algorithms, for example base. Letters, digits, dots, dashes and underscores.",
                Kind::String { default: None, suggestions: vec![] },
            ),
            Parameter::new(
                DEST,
                "Folder of the model pack",
                "Where to put it instead of the folder of installed models. Choose such a model by this path.",
                Kind::Folder,
            )
            .optional()
            .advanced(),
        ],
        outputs: vec![
            Output { name: "MODEL", label: "Model", kind: OutputKind::String },
            Output { name: "FOLDER", label: "Folder of the model pack", kind: OutputKind::Folder },
        ],
    }
}

pub(crate) fn run(values: &Values, context: &Context) -> Result<Outcome, Error> {
    let source = values.path(INPUT).unwrap_or_default();
    let name = checked_name(values.text(NAME).unwrap_or_default())?;
    let destination = match values.path(DEST) {
        Some(folder) => folder,
        None => folders::models().ok_or(Error::NoHome)?.join(name),
    };
    // Before the long work: without ONNX Runtime the model cannot be tried.
    let library = library::load(context.home, folders::data().as_deref())?;

    let checkpoint = Checkpoint::open(&source)?;
    context.host.info(&format!("{}: {} tensors", source.display(), checkpoint.tensors().len()));
    let progress = |done: f64| {
        context.host.progress(done * 90.0);
        if context.cancel.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let parent = parent_of(&destination)?;
    let mut staged = StagedPack::from_checkpoint(&checkpoint, &source, name, &parent, progress)?;
    report(staged.pack().manifest(), context);
    let answer = pipeline::known_answer::of_encoder(staged.pack(), &library, context.cancel)?;
    staged.add_known_answer(answer)?;
    let pack = staged.publish(&destination)?;
    context.host.progress(100.0);
    context.host.info(&format!("The model is in {}", pack.folder().display()));
    Ok(outcome(&pack, values.text(DEST)))
}

fn outcome(pack: &Pack, dest: Option<&str>) -> Outcome {
    let mut outputs = Map::new();
    // What MODEL takes: the name of an installed model, the path of another one.
    let model = dest.map_or_else(|| pack.manifest().name.clone(), ToOwned::to_owned);
    outputs.insert(String::from("MODEL"), model.into());
    outputs.insert(String::from("FOLDER"), pack.folder().display().to_string().into());
    Outcome { outputs, layers: vec![] }
}

/// Tells what was found in the checkpoint.
fn report(manifest: &Manifest, context: &Context) {
    let names =
        |modalities: Vec<Modality>| modalities.iter().map(|m| m.name()).collect::<Vec<_>>().join(", ");
    let a = &manifest.architecture;
    context.host.info(&format!("It is {} with {} blocks", a.label(), a.depth));
    context.host.info(&format!("It takes {}", names(a.modalities.clone())));
    let absent: Vec<_> = Modality::ALL.iter().copied().filter(|m| !a.modalities.contains(m)).collect();
    if !absent.is_empty() {
        context.host.warning(&format!("This model does not know {}", names(absent)));
    }
    if !manifest.dropped.is_empty() {
        // Every published file has them; their names are in the manifest.
        let count = manifest.dropped.len();
        context
            .host
            .info(&format!("Left out as not needed (unused, or the same as another): {count} tensors"));
    }
    if !manifest.unknown.is_empty() {
        context.host.warning(&format!("Not known and left out: {}", list(&manifest.unknown)));
    }
}

/// The first names of a long list.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 10;
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// A name is a folder's name, on every system.
fn checked_name(name: &str) -> Result<&str, Error> {
    const LONGEST: usize = 100;
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    if name.len() <= LONGEST && name.chars().all(allowed) && !name.starts_with('.') {
        return Ok(name);
    }
    Err(Error::InvalidValue {
        name: NAME,
        value: format!("\"{name}\""),
        expected: format!(
            "use at most {LONGEST} letters, digits, dots, dashes and underscores, not beginning with a dot"
        ),
    })
}

/// The folder that will hold the pack's folder, made if need be.
fn parent_of(destination: &Path) -> Result<PathBuf, Error> {
    let failed = |reason| Error::Folder { doing: "making the folder", reason, path: destination.to_owned() };
    let absolute = std::path::absolute(destination).map_err(failed)?;
    let parent = absolute.parent().unwrap_or(&absolute).to_owned();
    std::fs::create_dir_all(&parent).map_err(failed)?;
    Ok(parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_folder_name() {
        for good in ["base", "TerraMind_v1-tiny.2", "größe"] {
            assert!(checked_name(good).is_ok(), "{good}");
        }
        for bad in ["../x", "a/b", ".hidden", "a b", &"x".repeat(101)] {
            assert!(checked_name(bad).unwrap_err().to_string().contains("NAME"), "{bad}");
        }
    }
}
