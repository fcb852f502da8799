//! Installed models and tokenizers: found, opened, and checked once per machine.

#[cfg(test)]
#[path = "../../../model/tests/common/formulas.rs"]
mod formulas;
#[cfg(test)]
#[path = "../../../model/tests/common/tokenizers.rs"]
mod reduced;
mod tokenizers;
mod verify;

use crate::{Error, folders};
use model::Pack;
use model::pack::{Kind, MANIFEST};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) use tokenizers::{TOKENIZERS, generated, tokenizers};
pub(crate) use verify::verify_once;

/// The parameter that names a model, in every algorithm that has one.
pub(crate) const MODEL: &str = "MODEL";

/// Names of the installed models. Tokenizers lie beside them, but are none.
pub(crate) fn installed() -> Vec<String> {
    let Some(folder) = folders::models() else { return Vec::new() };
    let mut names: Vec<_> = packs_in(&folder)
        .into_iter()
        // One that cannot be read is listed, so that choosing it tells what is wrong with it.
        .filter(|pack| !matches!(Kind::of_pack(pack), Ok(Kind::Tokenizer)))
        .filter_map(|pack| Some(pack.file_name()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    names
}

/// Opens a model by its name, or by the path of its folder.
pub(crate) fn open(name_or_path: &str) -> Result<Pack, Error> {
    let as_path = Path::new(name_or_path);
    let by_name = folders::models().map(|models| models.join(name_or_path));
    let is_pack = |folder: &PathBuf| folder.join(MANIFEST).is_file();
    let unknown = || Error::UnknownModel { name: name_or_path.to_owned(), known: known() };
    let folder = by_name.filter(is_pack).or_else(|| Some(as_path.to_owned()).filter(is_pack));
    match Pack::open(&folder.ok_or_else(unknown)?) {
        Err(model::Error::Kind { found, .. }) => {
            Err(Error::NoModel { name: name_or_path.to_owned(), found: found.label(), choices: choices() })
        }
        opened => Ok(opened?),
    }
}

fn known() -> String {
    let place = folders::models().map_or_else(String::new, |f| format!(" in {}", f.display()));
    let none = if installed().is_empty() { "and none is " } else { "" };
    format!("{none}installed{place}; {}", choices())
}

fn choices() -> String {
    match installed().as_slice() {
        [] => String::from("run Import model first"),
        names => format!("there are: {}", names.join(", ")),
    }
}

/// The folders in a folder that have a manifest. Hidden ones are imports that are not complete.
fn packs_in(folder: &Path) -> Vec<PathBuf> {
    let is_hidden =
        |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| !is_hidden(path) && path.join(MANIFEST).is_file())
        .collect()
}
