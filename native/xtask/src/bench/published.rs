//! Models of published sizes with random weights, which TerraTorch's own classes make.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Bench;

/// The models of the size that the bench compares with TerraTorch.
pub struct Published<'a> {
    bench: &'a Bench,
}

impl<'a> Published<'a> {
    /// Those of a bench; nothing is made yet.
    pub fn of(bench: &'a Bench) -> Self {
        Self { bench }
    }

    /// Where the checkpoints lie.
    pub fn folder(&self) -> PathBuf {
        self.bench.path(&self.name())
    }

    /// The encoder-decoder.
    pub fn checkpoint(&self) -> PathBuf {
        self.folder().join(format!("TerraMind_v1_{}.pt", self.bench.model))
    }

    /// The name under which it is installed.
    pub fn name(&self) -> String {
        format!("reference_{}", self.bench.model)
    }

    /// The name under which the model that was fine-tuned is installed.
    pub fn name_of_task(&self) -> String {
        format!("{}_tim", self.name())
    }

    /// Makes and installs what is missing of the encoder-decoder and its tokenizers.
    pub fn install(&self, tokenizers: &[&str]) -> Result<()> {
        let (folder, checkpoint) = (self.folder(), self.checkpoint());
        let is_there = |modality: &&str| self.tokenizer(modality).is_file();
        if !checkpoint.is_file() || !tokenizers.iter().all(is_there) {
            self.make("models", &[tokenizers.join(",")])?;
        }
        self.bench.install(&self.name(), &checkpoint, &folder, tokenizers)
    }

    /// Makes and installs the model that imagines land cover from S2L2A, where it is missing.
    pub fn install_task(&self) -> Result<()> {
        let checkpoint = self.folder().join(format!("TerraMind_v1_{}_tim.ckpt", self.bench.model));
        if !checkpoint.is_file() {
            self.make("task", &[])?;
        }
        self.bench.install_task(&self.name_of_task(), &checkpoint, &checkpoint.with_extension("yaml"))
    }

    fn tokenizer(&self, modality: &str) -> PathBuf {
        self.folder().join(format!("TerraMind_Tokenizer_{modality}.pt"))
    }

    fn make(&self, command: &str, more: &[String]) -> Result<()> {
        let folder = self.folder();
        self.bench.say(format_args!("Making models in {}", folder.display()));
        let mut arguments = vec![command.into(), folder.display().to_string(), self.bench.model.clone()];
        arguments.extend_from_slice(more);
        let reference = self.bench.reference().context("TerraTorch is needed")?;
        let _: (_, String) = reference.run(&arguments)?;
        Ok(())
    }
}
