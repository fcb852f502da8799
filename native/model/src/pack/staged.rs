//! Makes a pack out of a checkpoint, out of sight until it is complete.

use std::fs::{self, File};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;

use checkpoint::Checkpoint;

use super::hidden::Hidden;
use super::{
    Component, FORMAT, Kind, MANIFEST, ManifestOf, Normalisation, PackOf, Source, TOKENIZERS, WEIGHTS,
    Weights,
};
use crate::architecture::{self, Recognised, Shapes};
use crate::task::config::Description;
use crate::task::{self, FineTuned};
use crate::{Architecture, Error, KnownAnswer, TokenModality, Tokenizer, digest, tokenizer};

/// A pack of an encoder-decoder that is not published yet.
pub type StagedPack = StagedPackOf<Architecture>;

/// A pack of a tokenizer that is not published yet.
pub type StagedTokenizerPack = StagedPackOf<Tokenizer>;

/// A pack of a fine-tuned model that is not published yet.
pub type StagedFineTunedPack = StagedPackOf<FineTuned>;

/// A pack that is not published yet: in a hidden folder, without its manifest.
///
/// Dropping it removes the folder.
#[derive(Debug)]
pub struct StagedPackOf<C: Component> {
    pack: PackOf<C>,
    folder: Hidden,
}

impl StagedPack {
    /// Converts a checkpoint to a pack inside a hidden folder in `parent`, which is created if need be.
    ///
    /// `source` is the checkpoint's file. `progress` hears the part that is done, 0 to 1, and may break off.
    /// At most one tensor is in memory at a time.
    pub fn from_checkpoint(
        checkpoint: &Checkpoint,
        source: &Path,
        name: &str,
        parent: &Path,
        progress: impl FnMut(f64) -> ControlFlow<()>,
    ) -> Result<Self, Error> {
        let shapes = shapes(checkpoint);
        let recognised = architecture::recognise(&shapes)?;
        Self::convert(checkpoint, source, name, parent, &shapes, recognised, progress)
    }
}

impl StagedTokenizerPack {
    /// Converts the checkpoint of a tokenizer, as [`StagedPack::from_checkpoint`] does with an encoder-decoder.
    ///
    /// Tensors do not tell S1GRD from S1RTC nor DEM from NDVI: where `modality` is not given, the name of
    /// the file decides, as in `TerraMind_Tokenizer_S1GRD.pt`.
    pub fn from_checkpoint(
        checkpoint: &Checkpoint,
        source: &Path,
        modality: Option<TokenModality>,
        name: &str,
        parent: &Path,
        progress: impl FnMut(f64) -> ControlFlow<()>,
    ) -> Result<Self, Error> {
        let shapes = shapes(checkpoint);
        let modality = tokenizer::modality_of(&shapes, source, modality)?;
        let recognised = tokenizer::recognise(&shapes, modality)?;
        Self::convert(checkpoint, source, name, parent, &shapes, recognised, progress)
    }
}

impl StagedFineTunedPack {
    /// Converts what Lightning saved of a task of TerraTorch, as [`StagedPack::from_checkpoint`] does with an
    /// encoder-decoder. [`crate::task::config::describe`] describes it.
    pub fn from_checkpoint(
        checkpoint: &Checkpoint,
        description: Description,
        source: &Path,
        name: &str,
        parent: &Path,
        progress: impl FnMut(f64) -> ControlFlow<()>,
    ) -> Result<Self, Error> {
        let shapes = shapes(checkpoint);
        let recognised = task::recognise(description, &shapes)?;
        Self::convert(checkpoint, source, name, parent, &shapes, recognised, progress)
    }
}

impl<C: Component> StagedPackOf<C> {
    fn convert(
        checkpoint: &Checkpoint,
        source: &Path,
        name: &str,
        parent: &Path,
        shapes: &Shapes,
        recognised: Recognised<C>,
        mut progress: impl FnMut(f64) -> ControlFlow<()>,
    ) -> Result<Self, Error> {
        let kept: Shapes =
            recognised.kept.iter().map(|(name, original)| (name.clone(), shapes[original].clone())).collect();

        let source_bytes = fs::metadata(source).map_err(Error::io("read the checkpoint", source))?.len();
        let weights_bytes: usize =
            kept.values().map(|shape| shape.iter().product::<usize>() * size_of::<f32>()).sum();
        let total = (source_bytes + weights_bytes as u64) as f64;
        let mut done = 0_u64;
        let mut advance = |bytes: u64| {
            done += bytes;
            progress((done as f64 / total).min(1.0))
        };

        let sha256 = digest::of_file(source, &mut advance)
            .map_err(Error::io("read the checkpoint", source))?
            .ok_or(Error::Cancelled)?;
        let folder = Hidden::for_import(parent)?;
        let path = folder.path().join(WEIGHTS);
        let weights = Weights::write(&path, &kept, |name| {
            let values = checkpoint.read_f32(&recognised.kept[name])?;
            match advance((values.len() * size_of::<f32>()) as u64) {
                ControlFlow::Continue(()) => Ok(values),
                ControlFlow::Break(()) => Err(Error::Cancelled),
            }
        })?;
        let modalities = recognised.architecture.modalities();
        let manifest = ManifestOf {
            format: FORMAT,
            kind: C::KIND,
            name: name.into(),
            modalities: modalities.into_iter().map(Normalisation::of_pretraining).collect(),
            architecture: recognised.architecture,
            source: Source {
                file_name: source.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                sha256,
                bytes: source_bytes,
            },
            weights,
            dropped: recognised.dropped,
            unknown: recognised.unknown,
            known_answers: Vec::new(),
        };
        let pack = PackOf { folder: folder.path().into(), manifest, weights: Weights::open(&path)? };
        Ok(Self { pack, folder })
    }

    /// The pack as it stands, to build graphs from.
    #[must_use]
    pub fn pack(&self) -> &PackOf<C> {
        &self.pack
    }

    /// Records what the model said to a fixed input.
    pub fn add_known_answer(&mut self, answer: KnownAnswer) -> Result<(), Error> {
        if ![answer.mean, answer.std, answer.min, answer.max].iter().all(|value| value.is_finite()) {
            return Err(Error::NotFinite { component: answer.component });
        }
        self.pack.manifest.known_answers.push(answer);
        Ok(())
    }

    /// Writes the manifest and gives the pack its place, all at once.
    ///
    /// `destination` must be on the same file system as the folder that the pack was staged in. A pack that
    /// is there already is replaced if it was made of the very same checkpoint, and its own tokenizers move over
    /// to the new one; anything else is an error.
    pub fn publish(self, destination: &Path) -> Result<PackOf<C>, Error> {
        let replaces = match destination.read_dir() {
            Ok(mut entries) => entries.next().is_some(),
            Err(_) => destination.symlink_metadata().is_ok(),
        };
        if replaces {
            let same_source = ManifestOf::<C>::read(destination)
                .is_ok_and(|there| there.source.sha256 == self.pack.manifest.source.sha256);
            if !same_source {
                return Err(Error::AlreadyThere { path: destination.into() });
            }
        }
        self.write_manifest()?;
        let failed = || Error::io("put the model pack in its place", destination);
        if replaces {
            // Not onto the old pack, which a running process may have open: it moves aside and is removed after.
            let aside = Hidden::for_replaced(destination.parent().unwrap_or(destination))?;
            let old = aside.path().join("replaced");
            fs::rename(destination, &old).map_err(failed())?;
            if let Err(error) = self.succeed(&old, destination) {
                if let Err(error) = fs::rename(&old, destination) {
                    // The hidden folder holds the only copy now.
                    aside.keep();
                    return Err(failed()(error));
                }
                return Err(failed()(error));
            }
        } else {
            fs::rename(self.folder.path(), destination).map_err(failed())?;
        }
        // It has another name now: there is nothing left to remove.
        self.folder.keep();
        PackOf::open(destination)
    }

    /// Takes the place that the pack in `old` had, and the tokenizers that only that one used.
    fn succeed(&self, old: &Path, destination: &Path) -> io::Result<()> {
        fs::rename(self.folder.path(), destination)?;
        let tokenizers = old.join(TOKENIZERS);
        if !tokenizers.is_dir() {
            return Ok(());
        }
        fs::rename(tokenizers, destination.join(TOKENIZERS)).inspect_err(|_| {
            // Back out of sight, so that the old pack can have its place again.
            let _ = fs::rename(destination, self.folder.path());
        })
    }

    fn write_manifest(&self) -> Result<(), Error> {
        let path = self.folder.path().join(MANIFEST);
        let mut text = serde_json::to_vec_pretty(&self.pack.manifest)
            .map_err(|error| Error::Manifest { reason: error.to_string(), path: path.clone() })?;
        text.push(b'\n');
        let write = || {
            let mut file = File::create(&path)?;
            file.write_all(&text)?;
            file.sync_all()
        };
        write().map_err(Error::io("write the manifest", &path))
    }
}

impl Kind {
    /// What a checkpoint is the checkpoint of, complete or not: a tokenizer or a fine-tuned model if it looks
    /// like one, or has what Lightning keeps of a task.
    #[must_use]
    pub fn of_checkpoint(checkpoint: &Checkpoint) -> Self {
        let shapes = shapes(checkpoint);
        if tokenizer::is_tokenizer(&shapes) {
            Self::Tokenizer
        } else if checkpoint.metadata().contains_key("hyper_parameters") || task::is_fine_tuned(&shapes) {
            Self::FineTuned
        } else {
            Self::TerraMind
        }
    }
}

fn shapes(checkpoint: &Checkpoint) -> Shapes {
    checkpoint.tensors().iter().map(|(name, info)| (name.clone(), info.shape.clone())).collect()
}
