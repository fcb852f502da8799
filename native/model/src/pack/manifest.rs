//! What a pack says about itself.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Component, MANIFEST};
use crate::modality::Channels;
use crate::{Architecture, Error, HasChannels, KnownAnswer, Modality};

/// The format that this version writes and reads.
pub const FORMAT: u32 = 1;

/// What a pack is the pack of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An encoder-decoder. The only kind that there was before manifests named it.
    #[default]
    TerraMind,
    /// A tokenizer.
    Tokenizer,
    /// A model that was fine-tuned with TerraTorch.
    FineTuned,
}

/// `manifest.json` of an encoder-decoder.
pub type Manifest = ManifestOf<Architecture>;

/// `manifest.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(serialize = "C: Component", deserialize = "C: Component"))]
pub struct ManifestOf<C: Component> {
    /// [`FORMAT`].
    pub format: u32,
    /// What it is the pack of.
    #[serde(default)]
    pub kind: Kind,
    /// What users call the model.
    pub name: String,
    /// Its dimensions.
    pub architecture: C,
    /// How its inputs are standardised.
    pub modalities: Vec<Normalisation<C::Modality>>,
    /// The checkpoint that it was made of.
    pub source: Source,
    /// The weights file.
    pub weights: WeightsFile,
    /// Tensors of the checkpoint that are not in the pack because nothing uses them.
    pub dropped: Vec<String>,
    /// Tensors of the checkpoint that are not in the pack because they are not TerraMind's.
    pub unknown: Vec<String>,
    /// What the model said when it was imported.
    pub known_answers: Vec<KnownAnswer>,
}

/// The bands of a modality, and the mean and standard deviation that its channels are standardised with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Normalisation<M = Modality> {
    /// The modality.
    pub modality: M,
    /// What a pixel's value means.
    pub unit: String,
    /// The bands in the order of the channels.
    pub bands: Vec<String>,
    /// The mean of every channel.
    pub mean: Vec<f64>,
    /// The standard deviation of every channel.
    pub std: Vec<f64>,
}

/// The checkpoint that a pack was made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its name, without folders.
    pub file_name: String,
    /// Its digest.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

/// The weights file of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightsFile {
    /// Its digest.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

impl Kind {
    /// What the pack in a folder is the pack of, which is all that is read of its manifest.
    pub fn of_pack(folder: &Path) -> Result<Self, Error> {
        let (_, beginning) = Beginning::read(folder)?;
        Ok(beginning.kind)
    }

    /// What to call it in messages.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::TerraMind => "a TerraMind model",
            Self::Tokenizer => "a tokenizer",
            Self::FineTuned => "a fine-tuned model",
        }
    }

    /// The same in one word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::TerraMind => "model",
            Self::Tokenizer => "tokenizer",
            Self::FineTuned => "fine-tuned model",
        }
    }
}

impl<M: HasChannels> Normalisation<M> {
    /// That of pre-training.
    #[must_use]
    pub fn of_pretraining(modality: M) -> Self {
        let Channels { bands, mean, std, unit } = modality.channels();
        Self {
            modality,
            unit: unit.into(),
            bands: bands.iter().map(ToString::to_string).collect(),
            mean: mean.to_vec(),
            std: std.to_vec(),
        }
    }

    fn is_sound(&self) -> bool {
        let channels = self.modality.channels().bands.len();
        self.bands.len() == channels
            && self.mean.len() == channels
            && self.std.len() == channels
            && self.std.iter().all(|&std| std > 0.0)
    }
}

/// Enough to tell another kind from a damaged manifest.
#[derive(Deserialize)]
struct Beginning {
    #[serde(default)]
    kind: Kind,
}

impl Beginning {
    /// Reads the text of a manifest, and what it begins with if this version can read the rest.
    fn read(folder: &Path) -> Result<(String, Self), Error> {
        /// By itself: a newer format may have kinds that are not known here.
        #[derive(Deserialize)]
        struct Format {
            format: u64,
        }

        let path = folder.join(MANIFEST);
        if !path.is_file() {
            return Err(Error::NoPack { path: folder.into() });
        }
        let text = fs::read_to_string(&path).map_err(Error::io("read the manifest", &path))?;
        let damaged =
            |error: serde_json::Error| Error::Manifest { reason: error.to_string(), path: path.clone() };
        let Format { format } = serde_json::from_str(&text).map_err(damaged)?;
        if format != u64::from(FORMAT) {
            return Err(Error::Format { found: format, expected: FORMAT, path: folder.into() });
        }
        let beginning = serde_json::from_str(&text).map_err(damaged)?;
        Ok((text, beginning))
    }
}

impl<C: Component> ManifestOf<C> {
    /// Reads and checks the manifest of a pack.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let (text, Beginning { kind }) = Beginning::read(folder)?;
        if kind != C::KIND {
            return Err(Error::Kind { found: kind, expected: C::KIND, path: folder.into() });
        }
        let path = folder.join(MANIFEST);
        let damaged = |reason: String| Error::Manifest { reason, path };
        let manifest: Self = match serde_json::from_str(&text) {
            Ok(manifest) => manifest,
            Err(error) => return Err(damaged(error.to_string())),
        };
        let modalities = manifest.modalities.iter().map(|normalisation| normalisation.modality);
        if !modalities.eq(manifest.architecture.modalities()) {
            return Err(damaged("its lists of modalities differ".into()));
        }
        match manifest.modalities.iter().find(|normalisation| !normalisation.is_sound()) {
            Some(wrong) => Err(damaged(format!("the normalisation of {} is not usable", wrong.modality))),
            None => Ok(manifest),
        }
    }

    /// How a modality's inputs are standardised, if the model knows it.
    #[must_use]
    pub fn normalisation(&self, modality: C::Modality) -> Option<&Normalisation<C::Modality>> {
        self.modalities.iter().find(|normalisation| normalisation.modality == modality)
    }
}
