//! Finds the tokenizers that a run needs.

#[cfg(test)]
mod tests;

use super::packs_in;
use crate::{Error, folders};
use model::generation::{self, Target};
use model::pack::{Kind, ManifestOf, TOKENIZERS as IN_PACK};
use model::{Pack, TokenModality, Tokenizer, TokenizerPack};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The parameter that says where tokenizers are, in every algorithm that has one.
pub(crate) const TOKENIZERS: &str = "TOKENIZERS";

/// Opens the tokenizers of the wanted modalities, each from the first of these places that has one:
///
/// 1. `folder` (the value of [`TOKENIZERS`]), which is a tokenizer itself or holds some; one that has none of
///    the wanted is an error;
/// 2. the model's own, in its pack;
/// 3. the folder of models, where they are shared by all models.
///
/// Two different ones in one place are an error, and so is a modality without any. Copies are not different.
pub(crate) fn tokenizers(
    model: Option<&Pack>,
    folder: Option<&Path>,
    wanted: &[TokenModality],
) -> Result<BTreeMap<TokenModality, TokenizerPack>, Error> {
    let given = folder.map(|folder| given(folder, wanted)).transpose()?;
    let places = given.into_iter().chain(usual_places(model.map(Pack::folder)));
    let found = find(&places.collect::<Vec<_>>(), wanted)?;
    found.into_iter().map(|(modality, folder)| Ok((modality, TokenizerPack::open(&folder)?))).collect()
}

/// What a model can generate, and the modalities of it whose tokenizers are not installed. `folder` is where
/// the pack is, or will be.
pub(crate) fn generated(pack: &Pack, folder: &Path) -> (Vec<Target>, Vec<TokenModality>) {
    let places: Vec<_> = usual_places(Some(folder)).collect();
    let targets = generation::targets(pack);
    let missing = targets.iter().filter_map(|target| match target {
        Target::Tokens(modality) => Some(*modality),
        Target::Coordinates => None,
    });
    let missing = missing.filter(|&m| places.iter().all(|place| !place.has(m))).collect();
    (targets, missing)
}

/// A place where tokenizers are looked for.
struct Place {
    folder: PathBuf,
    /// The tokenizers in it whose manifests can be read.
    tokenizers: Vec<(PathBuf, ManifestOf<Tokenizer>)>,
    /// Why the first of the others cannot.
    damaged: Option<model::Error>,
}

impl Place {
    /// Looks through folders that are in `folder`, or that folder itself.
    fn of(folder: &Path, candidates: Vec<PathBuf>) -> Self {
        let mut place = Self { folder: folder.to_owned(), tokenizers: Vec::new(), damaged: None };
        for candidate in candidates {
            if matches!(Kind::of_pack(&candidate), Ok(Kind::Tokenizer)) {
                match ManifestOf::read(&candidate) {
                    Ok(manifest) => place.tokenizers.push((candidate, manifest)),
                    Err(error) => {
                        place.damaged.get_or_insert(error);
                    }
                }
            }
        }
        // For messages that do not depend on the file system's order.
        place.tokenizers.sort_by(|(one, _), (other, _)| one.cmp(other));
        place
    }

    fn all_of(&self, modality: TokenModality) -> impl Iterator<Item = &(PathBuf, ManifestOf<Tokenizer>)> {
        self.tokenizers.iter().filter(move |(_, manifest)| manifest.architecture.modality == modality)
    }

    fn has(&self, modality: TokenModality) -> bool {
        self.all_of(modality).next().is_some()
    }

    /// The one tokenizer of a modality.
    fn one_of(&self, modality: TokenModality) -> Result<Option<&Path>, Error> {
        let mut all = self.all_of(modality);
        let Some((first, manifest)) = all.next() else { return Ok(None) };
        match all.find(|(_, other)| other.weights.sha256 != manifest.weights.sha256) {
            None => Ok(Some(first)),
            Some((second, _)) => {
                Err(Error::SeveralTokenizers { modality, first: first.clone(), second: second.clone() })
            }
        }
    }
}

/// The folder that the user chose.
fn given(folder: &Path, wanted: &[TokenModality]) -> Result<Place, Error> {
    let invalid = |expected: String| Error::InvalidValue {
        name: TOKENIZERS,
        value: format!("\"{}\"", folder.display()),
        expected,
    };
    if !folder.is_dir() {
        return Err(invalid(String::from("there is no such folder")));
    }
    let itself = matches!(Kind::of_pack(folder), Ok(Kind::Tokenizer));
    let candidates = if itself { vec![folder.to_owned()] } else { packs_in(folder) };
    let mut place = Place::of(folder, candidates);
    if wanted.is_empty() || wanted.iter().any(|&modality| place.has(modality)) {
        return Ok(place);
    }
    if let Some(error) = place.damaged.take() {
        return Err(error.into());
    }
    let files: Vec<_> = wanted.iter().map(|modality| modality.published_file()).collect();
    Err(invalid(format!(
        "neither it nor a folder in it is a tokenizer of {}; choose another folder, or leave it empty and import {} by Import model (terramind:importmodel)",
        names(wanted),
        files.join(", ")
    )))
}

/// The model's own tokenizers, then those that all models share.
fn usual_places(pack: Option<&Path>) -> impl Iterator<Item = Place> {
    let own = pack.map(|pack| pack.join(IN_PACK));
    own.into_iter().chain(folders::models()).map(|folder| Place::of(&folder, packs_in(&folder)))
}

/// The folder of the tokenizer of every wanted modality, from the first place that has one.
fn find(places: &[Place], wanted: &[TokenModality]) -> Result<BTreeMap<TokenModality, PathBuf>, Error> {
    let mut found = BTreeMap::new();
    let mut missing = Vec::new();
    for &modality in wanted {
        let mut first = None;
        for place in places {
            first = place.one_of(modality)?;
            if first.is_some() {
                break;
            }
        }
        match first {
            Some(folder) => {
                found.insert(modality, folder.to_owned());
            }
            None if missing.contains(&modality) => {}
            None => missing.push(modality),
        }
    }
    if missing.is_empty() {
        return Ok(found);
    }
    let files: Vec<_> = missing.iter().map(|modality| modality.published_file()).collect();
    let looked: Vec<_> = places.iter().map(|place| place.folder.display().to_string()).collect();
    // One that is there but cannot be read may be the one that is missing.
    let damaged = places.iter().filter_map(|place| place.damaged.as_ref()).map(ToString::to_string).next();
    Err(Error::NoTokenizer {
        modalities: names(&missing),
        files: files.join(", "),
        looked: looked.join(", "),
        damaged: damaged
            .map_or_else(String::new, |reason| format!(". One that is there cannot be read: {reason}")),
    })
}

fn names(modalities: &[TokenModality]) -> String {
    modalities.iter().map(|modality| modality.name()).collect::<Vec<_>>().join(", ")
}
