//! Installed models: every model and tokenizer with what it is.

use crate::description::{Algorithm, Output, OutputKind};
use crate::host::Context;
use crate::models;
use crate::result::Outcome;
use crate::values::Values;
use crate::{Error, folders};
use model::pack::{Component, Kind, ManifestOf, TOKENIZERS};
use model::task::FineTuned;
use model::{Architecture, Tokenizer};
use serde::Serialize;
use serde_json::{Map, json};
use std::path::Path;

pub(crate) fn describe() -> Algorithm {
    Algorithm {
        id: "installedmodels",
        name: "Installed models",
        group: "Models",
        group_id: "models",
        summary: "Lists the installed models and tokenizers: what each is, what it was made of, and how large it is.",
        help: "Reads what the model packs in the folder of models say about themselves; their weights are not read. A \
               pack that cannot be read is listed, too, with what is wrong with it.",
        tags: vec!["models", "tokenizers", "checkpoints", "list", "installed", "weights"],
        parameters: vec![],
        outputs: vec![
            Output { name: "COUNT", label: "Number of models and tokenizers", kind: OutputKind::Number },
            Output { name: "FOLDER", label: "Folder of models", kind: OutputKind::Folder },
            Output { name: "MODELS", label: "The list as JSON", kind: OutputKind::String },
        ],
    }
}

/// A pack as it says it is.
#[derive(Debug, Serialize)]
struct Listed {
    /// What to choose it by.
    name: String,
    /// `model`, `tokenizer`, `fine-tuned model`, or `damaged`.
    kind: &'static str,
    /// What it is, in words.
    description: String,
    /// The file that it was imported from.
    source: String,
    /// Size of the weights.
    bytes: u64,
}

pub(crate) fn run(_: &Values, context: &Context) -> Result<Outcome, Error> {
    let folder = folders::models().ok_or(Error::NoHome)?;
    let listed: Vec<_> = models::packs(&folder).iter().map(|pack| look_at(pack)).collect();
    context.host.info(&format!("Folder of models: {}", folder.display()));
    for Listed { name, kind, description, source, bytes } in &listed {
        let told = format!("{name}: {kind}, {description}");
        match *kind {
            DAMAGED => context.host.warning(&told),
            _ => context.host.info(&format!("{told}; made of {source}, {:.1} MB", *bytes as f64 / 1e6)),
        }
    }
    let mut outputs = Map::new();
    outputs.insert(String::from("COUNT"), listed.len().into());
    outputs.insert(String::from("FOLDER"), folder.display().to_string().into());
    outputs.insert(String::from("MODELS"), json!(listed).to_string().into());
    Ok(Outcome { outputs, layers: vec![] })
}

const DAMAGED: &str = "damaged";

fn look_at(pack: &Path) -> Listed {
    let listed = match Kind::of_pack(pack) {
        Ok(Kind::TerraMind) => read::<Architecture>(pack, |a| {
            let modalities: Vec<_> = a.modalities.iter().map(|m| m.name()).collect();
            format!("{}, takes {}{}", a.label(), modalities.join(", "), own_tokenizers(pack))
        }),
        Ok(Kind::Tokenizer) => read::<Tokenizer>(pack, Tokenizer::label),
        Ok(Kind::FineTuned) => read::<FineTuned>(pack, |tuned| {
            let layers: Vec<_> = tuned.task.backbone.modalities.iter().map(|m| m.name.as_str()).collect();
            format!("{}, takes {}", tuned.label(), layers.join(", "))
        }),
        Err(error) => Err(error),
    };
    listed.unwrap_or_else(|error| Listed {
        name: name_of(pack),
        kind: DAMAGED,
        description: error.to_string(),
        source: String::new(),
        bytes: 0,
    })
}

fn read<C: Component>(pack: &Path, describe: impl FnOnce(&C) -> String) -> Result<Listed, model::Error> {
    let manifest = ManifestOf::<C>::read(pack)?;
    Ok(Listed {
        name: name_of(pack),
        kind: C::KIND.word(),
        description: describe(&manifest.architecture),
        source: manifest.source.file_name,
        bytes: manifest.weights.bytes,
    })
}

/// The tokenizers that only this model uses, in words.
fn own_tokenizers(pack: &Path) -> String {
    let packs = models::packs(&pack.join(TOKENIZERS));
    let own = packs.iter().filter_map(|own| ManifestOf::<Tokenizer>::read(own).ok());
    let mut names: Vec<_> = own.map(|manifest| manifest.architecture.modality.name()).collect();
    names.sort_unstable();
    match names.as_slice() {
        [] => String::new(),
        names => format!("; own tokenizers of {}", names.join(", ")),
    }
}

/// Models are chosen by their folders' names.
fn name_of(pack: &Path) -> String {
    pack.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
