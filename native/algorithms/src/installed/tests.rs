use super::{list, remove};
use crate::configuration::configure;
use crate::host::{Context, Silent};
use crate::result::Outcome;
use crate::values::Values;
use crate::{Error, folders};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;

fn context_of<T>(work: impl FnOnce(&Context) -> T) -> T {
    work(&Context {
        host: &Silent,
        cancel: &runtime::Cancel::default(),
        canvas: None,
        home: None,
        memory: None,
    })
}

fn removed(name: &str) -> Result<Outcome, Error> {
    let raw: Map<String, Value> = [(String::from("MODEL"), name.into())].into_iter().collect();
    let values = Values::check(&remove::describe(), &raw, false)?;
    context_of(|context| remove::run(&values, context))
}

fn listed() -> Vec<Value> {
    let values = Values::check(&list::describe(), &Map::new(), false).unwrap();
    let outcome = context_of(|context| list::run(&values, context)).unwrap();
    serde_json::from_str(outcome.outputs["MODELS"].as_str().unwrap()).unwrap()
}

fn damaged_pack(folder: &Path) {
    fs::create_dir(folder).unwrap();
    fs::write(folder.join("manifest.json"), "{").unwrap();
    fs::write(folder.join("weights.safetensors"), "").unwrap();
}

#[test]
fn damaged_packs_are_listed_and_only_packs_of_the_folder_are_removed() {
    let outside = tempfile::tempdir().unwrap();
    let models = outside.path().join("models");
    fs::create_dir(&models).unwrap();
    damaged_pack(&outside.path().join("elsewhere"));
    damaged_pack(&models.join("broken"));
    fs::create_dir(models.join("no pack")).unwrap();
    let _alone = crate::configuration::ALONE.lock();
    assert_eq!(configure(&json!({ "models": models }).to_string()), [""; 0]);
    assert_eq!(folders::models().unwrap(), models, "this test needs TERRAMIND_MODELS unset");

    let packs = listed();
    assert_eq!(packs.len(), 1);
    assert_eq!(packs[0]["name"], "broken");
    assert_eq!(packs[0]["kind"], "damaged");
    assert!(packs[0]["description"].as_str().unwrap().contains("manifest.json"), "{packs:?}");

    let elsewhere = outside.path().join("elsewhere").display().to_string();
    for wrong in ["../elsewhere", "..", ".", "no pack", &elsewhere, "broken/"] {
        let message = removed(wrong).unwrap_err().to_string();
        assert!(message.contains(wrong) && message.contains("broken"), "{message}");
    }
    assert!(outside.path().join("elsewhere/manifest.json").is_file());
    removed("broken").unwrap();
    assert!(listed().is_empty());
    assert_eq!(fs::read_dir(&models).unwrap().count(), 1, "nothing hidden is left");

    // Somebody else's folders with a file of that name are no packs, and files beside a pack are not its own.
    for text in ["{\"manifest_version\":3,\"name\":\"x\"}", "not json"] {
        fs::create_dir_all(models.join("extension")).unwrap();
        fs::write(models.join("extension/manifest.json"), text).unwrap();
        assert!(listed().is_empty() && removed("extension").is_err());
        assert!(models.join("extension/manifest.json").is_file());
    }
    damaged_pack(&models.join("mixed"));
    fs::write(models.join("mixed/thesis.doc"), "precious").unwrap();
    fs::create_dir_all(models.join("mixed/tokenizers/notes")).unwrap();
    damaged_pack(&models.join("mixed/tokenizers/dem"));
    removed("mixed").unwrap();
    assert!(listed().is_empty() && models.join("mixed/thesis.doc").is_file());
    assert!(models.join("mixed/tokenizers/notes").is_dir() && !models.join("mixed/tokenizers/dem").exists());

    // A link is removed, and not what it leads to.
    std::os::unix::fs::symlink(outside.path().join("elsewhere"), models.join("linked")).unwrap();
    removed("linked").unwrap();
    assert!(outside.path().join("elsewhere/manifest.json").is_file() && listed().is_empty());
    assert_eq!(configure("{}"), [""; 0]);
}
