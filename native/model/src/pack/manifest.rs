//! What a pack says about itself.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::MANIFEST;
use crate::{Architecture, Error, KnownAnswer, Modality};

/// The format that this version writes and reads.
pub const FORMAT: u32 = 1;

/// `manifest.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// What users call the model.
    pub name: String,
    /// Its dimensions.
    pub architecture: Architecture,
    /// How its inputs are standardised.
    pub modalities: Vec<Normalisation>,
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
pub struct Normalisation {
    /// The modality.
    pub modality: Modality,
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

impl Normalisation {
    /// That of pre-training.
    #[must_use]
    pub fn of_pretraining(modality: Modality) -> Self {
        Self {
            modality,
            unit: modality.unit().into(),
            bands: modality.bands().iter().map(ToString::to_string).collect(),
            mean: modality.mean().to_vec(),
            std: modality.std().to_vec(),
        }
    }

    fn is_sound(&self) -> bool {
        let channels = self.modality.bands().len();
        self.bands.len() == channels
            && self.mean.len() == channels
            && self.std.len() == channels
            && self.std.iter().all(|&std| std > 0.0)
    }
}

impl Manifest {
    /// Reads and checks the manifest of a pack.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        /// Enough to tell a newer format from a damaged manifest.
        #[derive(Deserialize)]
        struct Format {
            format: u64,
        }

        let path = folder.join(MANIFEST);
        if !path.is_file() {
            return Err(Error::NoPack { path: folder.into() });
        }
        let text = fs::read_to_string(&path).map_err(Error::io("read the manifest", &path))?;
        let damaged = |reason: String| Error::Manifest { reason, path: path.clone() };
        let Format { format } = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
        if format != u64::from(FORMAT) {
            return Err(Error::Format { found: format, expected: FORMAT, path: folder.into() });
        }
        let manifest: Self = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
        let modalities = manifest.modalities.iter().map(|normalisation| normalisation.modality);
        if !modalities.eq(manifest.architecture.modalities.iter().copied()) {
            return Err(damaged("its lists of modalities differ".into()));
        }
        match manifest.modalities.iter().find(|normalisation| !normalisation.is_sound()) {
            Some(wrong) => Err(damaged(format!("the normalisation of {} is not usable", wrong.modality))),
            None => Ok(manifest),
        }
    }

    /// How a modality's inputs are standardised, if the model knows it.
    #[must_use]
    pub fn normalisation(&self, modality: Modality) -> Option<&Normalisation> {
        self.modalities.iter().find(|normalisation| normalisation.modality == modality)
    }
}
