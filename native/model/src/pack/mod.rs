//! Model packs: a folder with `manifest.json` and `weights.safetensors`.
//!
//! [`StagedPack`] makes one out of a checkpoint, [`Pack`] opens it. Encoder-decoders, tokenizers and fine-tuned
//! models have packs of the same form; a manifest says of which [`Kind`] its pack is.

mod component;
mod hidden;
mod manifest;
mod staged;
mod weights;

use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use graph::ExternalTensor;

pub use component::Component;
pub use hidden::Hidden;
pub use manifest::{FORMAT, Kind, Manifest, ManifestOf, Normalisation, Source, WeightsFile};
pub use staged::{StagedFineTunedPack, StagedPack, StagedPackOf, StagedTokenizerPack};
pub use weights::Weights;

use crate::task::FineTuned;
use crate::{Architecture, Error, Tokenizer, digest};

/// The name of the manifest in a pack.
pub const MANIFEST: &str = "manifest.json";

/// The name of the weights file in a pack; external tensors of graphs refer to it.
pub const WEIGHTS: &str = "weights.safetensors";

/// The folder in the pack of an encoder-decoder that holds the packs of tokenizers that only this model uses.
pub const TOKENIZERS: &str = "tokenizers";

/// The pack of an encoder-decoder.
pub type Pack = PackOf<Architecture>;

/// The pack of a tokenizer.
pub type TokenizerPack = PackOf<Tokenizer>;

/// The pack of a fine-tuned model.
pub type FineTunedPack = PackOf<FineTuned>;

/// Whether a folder is a pack, whole or damaged: it has a manifest, and weights beside it or a manifest that is one of ours.
#[must_use]
pub fn is_pack(folder: &Path) -> bool {
    let manifest = folder.join(MANIFEST);
    manifest.is_file() && (folder.join(WEIGHTS).is_file() || Kind::of_pack(folder).is_ok())
}

/// Removes the files of a pack, and its folder unless somebody else's files lie there; of a link only the link. The
/// manifest goes first: no other run opens half of it. Returns whether the folder is gone.
pub fn remove(folder: &Path) -> Result<bool, Error> {
    let failed = || Error::io("remove the model pack", folder);
    if folder.is_symlink() {
        return fs::remove_file(folder).map(|()| true).map_err(failed());
    }
    for file in [MANIFEST, WEIGHTS] {
        match fs::remove_file(folder.join(file)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed()(error)),
            _ => {}
        }
    }
    let own = fs::read_dir(folder.join(TOKENIZERS)).into_iter().flatten().flatten();
    for pack in own.map(|entry| entry.path()).filter(|path| is_pack(path)) {
        remove(&pack)?;
    }
    // What is not empty stays.
    let _ = fs::remove_dir(folder.join(TOKENIZERS));
    Ok(fs::remove_dir(folder).is_ok())
}

/// A model pack whose manifest and tensors fit together.
#[derive(Debug)]
pub struct PackOf<C: Component> {
    folder: PathBuf,
    manifest: ManifestOf<C>,
    weights: Weights,
}

impl<C: Component> PackOf<C> {
    /// Opens a pack: checks the manifest, and that the weights file has the tensors it promises. Whatever else
    /// lies in the folder ([`TOKENIZERS`]) is not looked at.
    ///
    /// The weights themselves are not read: see [`Pack::verify_weights`].
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let manifest = ManifestOf::<C>::read(folder)?;
        let path = folder.join(WEIGHTS);
        let weights = Weights::open(&path)?;
        let altered = |reason: &str| Error::Altered { reason: reason.into(), path: path.clone() };
        if weights.file_bytes() != manifest.weights.bytes {
            return Err(altered("the weights file has another size"));
        }
        let found = manifest
            .architecture
            .recognise_again(&weights.shapes())
            .map_err(|error| altered(&error.to_string()))?;
        if found != manifest.architecture {
            return Err(altered("the weights are of another architecture than the manifest says"));
        }
        Ok(Self { folder: folder.into(), manifest, weights })
    }

    /// The folder, which a runtime must be told to find the weights.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the pack says about itself.
    #[must_use]
    pub fn manifest(&self) -> &ManifestOf<C> {
        &self.manifest
    }

    /// The dimensions of the model.
    #[must_use]
    pub fn architecture(&self) -> &C {
        &self.manifest.architecture
    }

    /// Reads the whole weights file and compares its digest with the manifest's; `cancelled` may break off.
    pub fn verify_weights(&self, cancelled: impl Fn() -> bool) -> Result<(), Error> {
        let path = self.folder.join(WEIGHTS);
        let go_on = |_| if cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        let found = digest::of_file(&path, go_on).map_err(Error::io("read the weights", &path))?;
        if found.ok_or(Error::Cancelled)? == self.manifest.weights.sha256 {
            Ok(())
        } else {
            Err(Error::Altered { reason: "the weights have another SHA-256".into(), path })
        }
    }

    /// The tensors.
    #[must_use]
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// Where a tensor lies, relative to the pack's folder.
    pub fn tensor(&self, name: &str) -> Result<ExternalTensor, Error> {
        self.weights.tensor(name)
    }

    /// The values of a tensor.
    pub fn read(&self, name: &str) -> Result<Vec<f32>, Error> {
        self.weights.read(name)
    }
}
