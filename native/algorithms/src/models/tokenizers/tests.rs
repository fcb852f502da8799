use super::*;
use crate::models::formulas::write_checkpoint;
use crate::models::reduced::{stage, stage_golden};
use TokenModality::{Dem, Lulc, Ndvi};
use model::pack::MANIFEST;
use std::fs;

/// A folder of models with the reduced tokenizers of DEM and NDVI, and folders for a model's own and others.
struct Folders {
    top: tempfile::TempDir,
}

impl Folders {
    fn new() -> Self {
        let folders = Self { top: tempfile::tempdir().unwrap() };
        for name in ["shared", "own", "given"] {
            fs::create_dir(folders.path(name)).unwrap();
        }
        folders.install(Dem, "shared/dem");
        folders.install(Ndvi, "shared/ndvi");
        folders
    }

    fn path(&self, name: &str) -> PathBuf {
        self.top.path().join(name)
    }

    fn install(&self, modality: TokenModality, name: &str) {
        stage_golden(modality, self.top.path()).publish(&self.path(name)).unwrap();
    }

    /// A tokenizer of DEM with other weights.
    fn install_other_dem(&self, name: &str) {
        let source = write_checkpoint(Dem, self.top.path(), "dem.safetensors");
        let mut bytes = fs::read(&source).unwrap();
        let lowest = bytes.len() - 4;
        bytes[lowest] ^= 1;
        fs::write(&source, bytes).unwrap();
        stage(&source, Some(Dem), self.top.path()).unwrap().publish(&self.path(name)).unwrap();
    }

    fn place(&self, name: &str) -> Place {
        Place::of(&self.path(name), packs_in(&self.path(name)))
    }

    fn find(&self, wanted: &[TokenModality]) -> Result<BTreeMap<TokenModality, PathBuf>, Error> {
        find(&[self.place("own"), self.place("shared")], wanted)
    }

    /// The message that a search ends with.
    fn refused(&self, wanted: &[TokenModality]) -> String {
        self.find(wanted).unwrap_err().to_string()
    }
}

#[test]
fn the_first_place_that_has_one_wins() {
    let folders = Folders::new();
    let shared = [(Dem, folders.path("shared/dem")), (Ndvi, folders.path("shared/ndvi"))];
    assert_eq!(folders.find(&[Ndvi, Dem]).unwrap(), BTreeMap::from(shared.clone()));
    assert_eq!(folders.find(&[]).unwrap(), BTreeMap::new());

    folders.install_other_dem("own/DEM");
    let mut found = BTreeMap::from(shared);
    found.insert(Dem, folders.path("own/DEM"));
    assert_eq!(folders.find(&[Ndvi, Dem]).unwrap(), found);

    let given = given(&folders.path("shared/dem"), &[Dem, Ndvi]).unwrap();
    let places = [given, folders.place("own"), folders.place("shared")];
    found.insert(Dem, folders.path("shared/dem"));
    assert_eq!(find(&places, &[Dem, Ndvi]).unwrap(), found);
}

#[test]
fn what_is_found_is_opened() {
    let folders = Folders::new();
    let found = tokenizers(None, Some(&folders.path("shared")), &[Dem, Ndvi]).unwrap();
    let modalities: Vec<_> = found.iter().map(|(key, pack)| (*key, pack.architecture().modality)).collect();
    assert_eq!(modalities, [(Dem, Dem), (Ndvi, Ndvi)]);
    // The weights of one are those of the other.
    let weights = |name: &str| folders.path(name).join(model::pack::WEIGHTS);
    fs::copy(weights("shared/ndvi"), weights("shared/dem")).unwrap();
    let error = tokenizers(None, Some(&folders.path("shared")), &[Dem]).unwrap_err();
    assert!(matches!(error, Error::Model(model::Error::Altered { .. })), "{error}");
}

#[test]
fn what_is_missing_is_named_with_its_files() {
    let folders = Folders::new();
    let message = folders.refused(&[Lulc, Dem, TokenModality::S1Grd, Lulc]);
    for words in [
        "no tokenizer of LULC, S1GRD:",
        "download TerraMind_Tokenizer_LULC.pt, TerraMind_Tokenizer_S1GRD.pt (huggingface.co/ibm-esa-geospatial) and",
        "terramind:importmodel",
        "TOKENIZERS",
        folders.path("own").to_str().unwrap(),
        folders.path("shared").to_str().unwrap(),
    ] {
        assert!(message.contains(words), "{words}: {message}");
    }

    // A tokenizer that cannot be read may be the one that is missing, and does not hinder others.
    let manifest = folders.path("shared/dem").join(MANIFEST);
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replacen("\"DEM\"", "\"RGB\"", 1)).unwrap();
    let message = folders.refused(&[Dem]);
    assert!(message.contains("cannot be read") && message.contains(manifest.to_str().unwrap()), "{message}");
    folders.find(&[Ndvi]).unwrap();
}

#[test]
fn of_two_different_ones_the_user_chooses() {
    let folders = Folders::new();
    folders.install(Dem, "shared/copy");
    // The same weights: it does not matter which.
    assert_eq!(folders.find(&[Dem]).unwrap()[&Dem], folders.path("shared/copy"));
    folders.install_other_dem("shared/other");
    let message = folders.refused(&[Ndvi, Dem]);
    for words in ["two different tokenizers of DEM", "shared/copy", "shared/other", "TOKENIZERS", "MODEL"] {
        assert!(message.contains(words), "{words}: {message}");
    }
    folders.find(&[Ndvi]).unwrap();

    let given = given(&folders.path("shared/other"), &[Dem]).unwrap();
    assert_eq!(find(&[given], &[Dem]).unwrap()[&Dem], folders.path("shared/other"));
    fs::rename(folders.path("shared/other"), folders.path("own/DEM")).unwrap();
    assert_eq!(folders.find(&[Dem]).unwrap()[&Dem], folders.path("own/DEM"));
}

#[test]
fn a_folder_without_any_of_the_wanted_is_refused() {
    let folders = Folders::new();
    let refused = |name: &str, wanted: &[TokenModality]| {
        let message = tokenizers(None, Some(&folders.path(name)), wanted).unwrap_err().to_string();
        assert!(message.contains("TOKENIZERS") && message.contains(name), "{message}");
        message
    };
    assert!(refused("nowhere", &[Dem]).contains("no such folder"));
    let message = refused("given", &[Dem, Lulc]);
    assert!(message.contains("tokenizer of DEM, LULC") && message.contains("TerraMind_Tokenizer_DEM.pt"));
    assert!(refused("shared/ndvi", &[Dem]).contains("TerraMind_Tokenizer_DEM.pt"));
}

#[test]
fn hidden_folders_and_models_are_no_tokenizers() {
    let folders = Folders::new();
    fs::rename(folders.path("shared/dem"), folders.path("shared/.import-dem")).unwrap();
    assert!(!folders.place("shared").has(Dem));
    let manifest = folders.path("shared/ndvi").join(MANIFEST);
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replacen("\"tokenizer\"", "\"terramind\"", 1)).unwrap();
    let place = folders.place("shared");
    assert!(!place.has(Ndvi) && place.damaged.is_none());
}
