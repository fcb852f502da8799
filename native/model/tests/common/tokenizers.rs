//! The reduced tokenizers of the goldens, as packs. The tests of several crates include this file, each beside
//! `formulas`.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use checkpoint::Checkpoint;
use model::{Error, StagedTokenizerPack, TokenModality};

use super::formulas::write_checkpoint;

/// Stages the pack of a checkpoint.
pub fn stage(
    source: &Path,
    modality: Option<TokenModality>,
    parent: &Path,
) -> Result<StagedTokenizerPack, Error> {
    let checkpoint = Checkpoint::open(source)?;
    let go_on = |_| ControlFlow::Continue(());
    StagedTokenizerPack::from_checkpoint(&checkpoint, source, modality, "tokenizer", parent, go_on)
}

/// Stages the pack of a modality's reduced tokenizer.
pub fn stage_golden(modality: TokenModality, parent: &Path) -> StagedTokenizerPack {
    let source = write_checkpoint(modality, parent, &format!("TerraMind_Tokenizer_{modality}.safetensors"));
    let staged = stage(&source, None, parent).unwrap();
    fs::remove_file(source).unwrap();
    staged
}
