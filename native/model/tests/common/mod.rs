//! The reduced models of the goldens, as packs.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use checkpoint::Checkpoint;
use model::{Error, StagedPack};

/// The checkpoint of a golden model: `plain` (GELU, biases) or `swiglu`.
pub fn golden(model: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/goldens/{model}.pt"))
}

/// Stages the pack of a golden model.
pub fn stage(model: &str, parent: &Path) -> Result<StagedPack, Error> {
    let source = golden(model);
    let checkpoint = Checkpoint::open(&source)?;
    StagedPack::from_checkpoint(&checkpoint, &source, model, parent, |_| ControlFlow::Continue(()))
}
