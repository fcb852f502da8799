//! Model packs from checkpoint to folder and back.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

mod common;

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use checkpoint::Checkpoint;
use common::{golden, stage};
use model::pack::{MANIFEST, Manifest, TOKENIZERS, WEIGHTS};
use model::{Error, FixedInput, KnownAnswer, Modality, Pack, StagedPack};

fn answer(output: &[f32]) -> KnownAnswer {
    KnownAnswer::of("encoder/S2L2A", FixedInput { height_px: 224, width_px: 224 }, output)
}

fn published(model: &str, parent: &Path) -> PathBuf {
    let destination = parent.join(model);
    let mut staged = stage(model, parent).unwrap();
    staged.add_known_answer(answer(&[1.0, 2.0])).unwrap();
    staged.publish(&destination).unwrap();
    destination
}

fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_published_pack_is_whole() {
    let parent = tempfile::tempdir().unwrap();
    let folder = published("plain", parent.path());
    assert_eq!(entries(parent.path()), ["plain"], "nothing hidden is left");
    assert_eq!(entries(&folder), [MANIFEST, WEIGHTS]);

    let pack = Pack::open(&folder).unwrap();
    pack.verify_weights(|| false).unwrap();
    let manifest = pack.manifest();
    assert_eq!(manifest.name, "plain");
    assert_eq!(manifest.source.file_name, "plain.pt");
    assert_eq!(manifest.source.bytes, fs::metadata(golden("plain")).unwrap().len());
    assert_eq!(manifest.known_answers, [answer(&[1.0, 2.0])]);
    assert_eq!(manifest.normalisation(Modality::Dem).unwrap().mean, [670.665]);
    assert!(manifest.dropped.iter().any(|name| name.contains(".caption.")), "{:?}", manifest.dropped);
    assert!(manifest.unknown.is_empty());

    let checkpoint = Checkpoint::open(&golden("plain")).unwrap();
    for name in ["encoder.1.mlp.fc2.weight", "encoder_embeddings.untok_sen1grd@224.proj.weight", "mask_token"]
    {
        assert_eq!(pack.read(name).unwrap(), checkpoint.read_f32(name).unwrap(), "{name}");
        assert_eq!(pack.tensor(name).unwrap().shape, checkpoint.tensors()[name].shape);
    }
    assert!(matches!(pack.tensor("encoder.9.mlp.fc2.weight"), Err(Error::Altered { .. })));
}

#[test]
fn what_is_not_published_disappears() {
    let parent = tempfile::tempdir().unwrap();
    let staged = stage("plain", parent.path()).unwrap();
    let hidden = entries(parent.path());
    assert!(hidden.len() == 1 && hidden[0].starts_with('.'), "{hidden:?}");
    assert_eq!(staged.pack().architecture().width, 64);
    assert!(
        matches!(Pack::open(staged.pack().folder()), Err(Error::NoPack { .. })),
        "it has no manifest yet"
    );
    drop(staged);
    assert!(entries(parent.path()).is_empty());
}

#[test]
fn an_import_can_be_cancelled_at_any_time() {
    let parent = tempfile::tempdir().unwrap();
    let source = golden("plain");
    let checkpoint = Checkpoint::open(&source).unwrap();
    for stop in [0.0, 0.3, 0.6, 0.99] {
        let mut last = 0.0;
        let staged = StagedPack::from_checkpoint(&checkpoint, &source, "plain", parent.path(), |done| {
            assert!(done >= last, "progress never goes back");
            last = done;
            if done >= stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(matches!(staged, Err(Error::Cancelled)), "{stop}");
        assert!(entries(parent.path()).is_empty());
    }
}

#[test]
fn only_the_same_checkpoint_replaces_a_pack() {
    let parent = tempfile::tempdir().unwrap();
    let folder = published("plain", parent.path());
    fs::write(folder.join("old"), "").unwrap();
    stage("plain", parent.path()).unwrap().publish(&folder).unwrap();
    assert_eq!(entries(&folder), [MANIFEST, WEIGHTS], "nothing of the old pack is left");

    let other = stage("swiglu", parent.path()).unwrap().publish(&folder);
    assert!(matches!(other, Err(Error::AlreadyThere { .. })));
    let documents = parent.path().join("documents");
    fs::create_dir(&documents).unwrap();
    fs::write(documents.join("letter.txt"), "").unwrap();
    let documents = stage("plain", parent.path()).unwrap().publish(&documents);
    assert!(matches!(documents, Err(Error::AlreadyThere { .. })));
    assert_eq!(entries(parent.path()), ["documents", "plain"]);
    assert_eq!(Pack::open(&folder).unwrap().manifest().name, "plain");
}

#[test]
fn a_model_that_is_replaced_keeps_its_own_tokenizers() {
    let parent = tempfile::tempdir().unwrap();
    let folder = published("plain", parent.path());
    let tokenizer = folder.join(TOKENIZERS).join("DEM");
    fs::create_dir_all(&tokenizer).unwrap();
    fs::write(tokenizer.join(WEIGHTS), "of DEM").unwrap();
    Pack::open(&folder).unwrap();

    stage("plain", parent.path()).unwrap().publish(&folder).unwrap();
    assert_eq!(entries(parent.path()), ["plain"], "nothing hidden is left");
    assert_eq!(entries(&folder), [MANIFEST, TOKENIZERS, WEIGHTS]);
    assert_eq!(fs::read(tokenizer.join(WEIGHTS)).unwrap(), b"of DEM");

    let other = stage("swiglu", parent.path()).unwrap().publish(&folder);
    assert!(matches!(other, Err(Error::AlreadyThere { .. })));
    assert!(tokenizer.is_dir());
}

#[test]
fn a_model_whose_tokenizers_cannot_move_stays_in_its_place() {
    let parent = tempfile::tempdir().unwrap();
    let folder = published("plain", parent.path());
    let tokenizer = folder.join(TOKENIZERS).join("DEM");
    fs::create_dir_all(&tokenizer).unwrap();
    let staged = stage("plain", parent.path()).unwrap();
    // Stands where the tokenizers would go.
    let obstacle = staged.pack().folder().join(TOKENIZERS);
    fs::create_dir(&obstacle).unwrap();
    fs::write(obstacle.join("obstacle"), "").unwrap();
    fs::write(folder.join("old"), "").unwrap();
    assert!(matches!(staged.publish(&folder), Err(Error::Io { .. })));
    assert_eq!(entries(parent.path()), ["plain"], "nothing hidden is left");
    assert!(tokenizer.is_dir() && folder.join("old").is_file());
    Pack::open(&folder).unwrap();
}

#[test]
fn altered_weights_are_found() {
    let parent = tempfile::tempdir().unwrap();
    let folder = published("plain", parent.path());
    let path = folder.join(WEIGHTS);
    let whole = fs::read(&path).unwrap();

    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    fs::write(&path, &flipped).unwrap();
    let error = Pack::open(&folder).unwrap().verify_weights(|| false).unwrap_err().to_string();
    assert!(error.contains("altered") && error.contains("import the model again"), "{error}");

    fs::write(&path, &whole[..whole.len() - 4]).unwrap();
    assert!(matches!(Pack::open(&folder), Err(Error::Altered { .. })));
    fs::remove_file(&path).unwrap();
    assert!(matches!(Pack::open(&folder), Err(Error::Io { .. })));
}

#[test]
fn the_manifest_is_checked() {
    let parent = tempfile::tempdir().unwrap();
    let folder = published("plain", parent.path());
    let path = folder.join(MANIFEST);
    let text = fs::read_to_string(&path).unwrap();
    let open_with = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        Pack::open(&folder).unwrap_err()
    };
    assert!(matches!(open_with("\"format\": 1", "\"format\": 2"), Error::Format { found: 2, .. }));
    assert!(matches!(open_with("\"heads\": 1", "\"heads\": 0"), Error::Altered { .. }));
    assert!(matches!(open_with("951.272", "0.0"), Error::Manifest { .. }));
    assert!(matches!(open_with("670.665", ""), Error::Manifest { .. }));
    assert!(matches!(open_with("\"modality\": \"RGB\"", "\"modality\": \"DEM\""), Error::Manifest { .. }));
    assert!(matches!(open_with("{", ""), Error::Manifest { .. }));
    fs::remove_file(&path).unwrap();
    assert!(matches!(Manifest::read(&folder), Err(Error::NoPack { .. })));
}

#[test]
fn answers_that_are_no_numbers_are_refused() {
    let parent = tempfile::tempdir().unwrap();
    let mut staged = stage("plain", parent.path()).unwrap();
    let error = staged.add_known_answer(answer(&[1.0, f32::NAN])).unwrap_err();
    assert!(matches!(error, Error::NotFinite { component } if component == "encoder/S2L2A"));
}
