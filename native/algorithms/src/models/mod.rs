//! Installed models and tokenizers: found, opened, and checked once per machine.

pub(crate) mod demonstration;
#[cfg(test)]
#[path = "../../../model/tests/common/formulas.rs"]
mod formulas;
#[cfg(test)]
#[path = "../../../model/tests/common/tokenizers.rs"]
mod reduced;
mod tokenizers;
mod verify;

use crate::{Error, folders};
use model::pack::{self, Kind, MANIFEST};
use model::{FineTunedPack, Pack};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) use tokenizers::{TOKENIZERS, generated, tokenizers};
pub(crate) use verify::{verify_once, verify_with};

/// The parameter that names a model, in every algorithm that has one.
pub(crate) const MODEL: &str = "MODEL";

/// A model of either kind.
pub(crate) enum AnyPack {
    Pretrained(Box<Pack>),
    FineTuned(Box<FineTunedPack>),
}

/// Names of the installed models of these kinds.
pub(crate) fn installed(kinds: &[Kind]) -> Vec<String> {
    let Some(folder) = folders::models() else { return Vec::new() };
    let mut names: Vec<_> = packs_in(&folder)
        .into_iter()
        // One that cannot be read is listed, so that choosing it tells what is wrong with it.
        .filter(|pack| Kind::of_pack(pack).map_or(true, |kind| kinds.contains(&kind)))
        .filter_map(|pack| Some(pack.file_name()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    names
}

/// Opens a pre-trained model by its name, or by the path of its folder.
pub(crate) fn open(name_or_path: &str) -> Result<Pack, Error> {
    let kinds = [Kind::TerraMind];
    match Pack::open(&folder_of(name_or_path, &kinds)?) {
        Err(error) => Err(explained(error, name_or_path, &kinds)),
        Ok(pack) => Ok(pack),
    }
}

/// Opens a pre-trained or a fine-tuned model by its name, or by the path of its folder.
pub(crate) fn open_any(name_or_path: &str) -> Result<AnyPack, Error> {
    let kinds = [Kind::FineTuned, Kind::TerraMind];
    let folder = folder_of(name_or_path, &kinds)?;
    let opened = match Kind::of_pack(&folder) {
        Ok(Kind::FineTuned) => FineTunedPack::open(&folder).map(Box::new).map(AnyPack::FineTuned),
        _ => Pack::open(&folder).map(Box::new).map(AnyPack::Pretrained),
    };
    opened.map_err(|error| explained(error, name_or_path, &kinds))
}

fn folder_of(name_or_path: &str, kinds: &[Kind]) -> Result<PathBuf, Error> {
    let as_path = Path::new(name_or_path);
    let by_name = folders::models().map(|models| models.join(name_or_path));
    let is_pack = |folder: &PathBuf| folder.join(MANIFEST).is_file();
    let folder = by_name.filter(is_pack).or_else(|| Some(as_path.to_owned()).filter(is_pack));
    folder.ok_or_else(|| Error::UnknownModel { name: name_or_path.to_owned(), known: known(kinds) })
}

fn explained(error: model::Error, name_or_path: &str, kinds: &[Kind]) -> Error {
    match error {
        model::Error::Kind { found, .. } => Error::NoModel {
            name: name_or_path.to_owned(),
            found: found.label(),
            wanted: kinds[0].label(),
            choices: choices(kinds),
        },
        other => other.into(),
    }
}

/// Where models are looked for, and which there are.
pub(crate) fn known(kinds: &[Kind]) -> String {
    let place = folders::models().map_or_else(String::new, |f| format!(" in {}", f.display()));
    let none = if installed(kinds).is_empty() { "and none is " } else { "" };
    format!("{none}installed{place}; {}", choices(kinds))
}

fn choices(kinds: &[Kind]) -> String {
    match installed(kinds).as_slice() {
        [] => String::from("run Import model first"),
        names => format!("there are: {}", names.join(", ")),
    }
}

/// The packs in the folder of models, by their names.
pub(crate) fn packs(folder: &Path) -> Vec<PathBuf> {
    let mut packs = packs_in(folder);
    packs.sort();
    packs
}

/// The packs in a folder. Hidden ones are imports that are not complete.
fn packs_in(folder: &Path) -> Vec<PathBuf> {
    let is_hidden =
        |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| !is_hidden(path) && pack::is_pack(path))
        .collect()
}
