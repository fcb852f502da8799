//! Whatever is not a checkpoint is named, with what to do, and the path last.
#![allow(clippy::unwrap_used, reason = "helpers of tests, which the setting for tests does not cover")]

use std::fs;
use std::path::Path;

use checkpoint::{Checkpoint, Problem};

fn message(path: &Path) -> String {
    let error = Checkpoint::open(path).unwrap_err().to_string();
    assert!(error.ends_with(&path.display().to_string()), "{error}");
    error
}

fn fixture_message(name: &str) -> String {
    message(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/foreign").join(name))
}

fn content_message(content: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.pt");
    fs::write(&path, content).unwrap();
    message(&path)
}

fn assert_says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "expected \"{part}\" in: {message}");
    }
}

#[test]
fn other_formats_of_pytorch() {
    assert_says(&fixture_message("legacy.pt"), &["before version 1.6", "torch.save"]);
    assert_says(&fixture_message("torchscript.pt"), &["TorchScript", "state_dict()"]);
    assert_says(
        &fixture_message("whole_module.pt"),
        &["torch.nn.modules.container.Sequential", "model.state_dict()"],
    );
    assert_says(&fixture_message("no_tensors.pt"), &["\"epoch\" (int)", "\"state_dict\" (dict)"]);
}

#[test]
fn files_of_other_programs() {
    assert_says(&content_message(b""), &["an empty file", "download"]);
    assert_says(&content_message(b"<!DOCTYPE html><html>Login</html>"), &["a web page", "download"]);
    assert_says(
        &content_message(b"version https://git-lfs.github.com/spec/v1\n"),
        &["Git LFS", "git lfs pull"],
    );
    assert_says(&content_message(b"II*\0\x08\0\0\0\0\0"), &["a TIFF image", "choose"]);
    assert_says(&content_message(&[0; 600]), &["unknown kind"]);
    assert_says(&content_message(b"PK\x05\x06"), &["an empty zip"]);
}

#[test]
fn a_zip_archive_of_something_else() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("folder/model.pt", zip::write::SimpleFileOptions::default()).unwrap();
    let content = zip.finish().unwrap().into_inner();
    assert_says(&content_message(&content), &["that torch.save did not write", "unpack"]);
}

#[test]
fn paths_without_a_file() {
    let folder = tempfile::tempdir().unwrap();
    assert_says(&message(folder.path()), &["not a file"]);
    let error = Checkpoint::open(&folder.path().join("nowhere.pt")).unwrap_err();
    assert!(matches!(error.problem, Problem::Open(_)));
    assert!(std::error::Error::source(&error).is_some());
}
