//! What the tests of the program share: a home folder of their own, and the program in it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

pub fn sample(name: &str) -> String {
    repository().join("sample").join(name).to_str().unwrap().to_owned()
}

/// A home folder of its own, so that nothing of the user's is read or changed.
pub struct Home {
    pub folder: TempDir,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn with_demo() -> Self {
        let home = Self::new();
        let input = format!("--INPUT={}", sample("TerraMind_v1_demo.pt"));
        let done = home.run(&["importmodel", &input, "--NAME=demo"]);
        assert!(done.status.success(), "{}", text(&done.stderr));
        home
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn command(&self) -> Command {
        let runtime = repository().join("target/onnxruntime");
        let mut command = Command::new(env!("CARGO_BIN_EXE_terramind"));
        command
            .env("HOME", self.folder.path())
            .env("TERRAMIND_ONNXRUNTIME", std::env::var_os("TERRAMIND_ONNXRUNTIME").unwrap_or(runtime.into()))
            .current_dir(self.folder.path());
        for variable in ["TERRAMIND_MODELS", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
            command.env_remove(variable);
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command().arg("run").args(arguments).output().unwrap()
    }

    /// Embed layer on the sample's Sentinel-2 scene with the demo model, with more arguments.
    pub fn embed(&self, more: &[&str]) -> Output {
        let s2 = format!("--S2L2A={}", sample("S2L2A.tif"));
        let mut arguments = vec!["embedlayer", "--MODEL=demo", &s2];
        arguments.extend(more);
        self.run(&arguments)
    }

    /// Asserts that a run fails with a message that holds these words, and leaves no `out.tif`.
    pub fn refuses(&self, done: &Output, words: &[&str]) {
        assert_eq!(done.status.code(), Some(1), "{}", text(&done.stderr));
        let result: Value = serde_json::from_slice(&done.stdout).unwrap();
        assert_eq!(result["status"], "error");
        let message = result["message"].as_str().unwrap();
        assert!(text(&done.stderr).contains(message), "the message also goes to standard error");
        assert!(words.iter().all(|w| message.contains(w)), "{words:?} in {message}");
        assert!(!message.contains('\n') && message.ends_with(['.', '?']), "{message}");
        let left = fs::read_dir(self.folder.path()).unwrap().map(|e| e.unwrap().file_name());
        let left: Vec<_> = left.filter(|n| n.to_string_lossy().contains("out.tif")).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
