//! What a prediction is made from.

use crate::architecture::{COORDINATES, ENCODER_SIDE, image_embedding};
use crate::layers::Layers;
use crate::layers::embed::{self, Embedded};
use crate::tile::Tiles;
use crate::{Error, Modality, Pack, TokenModality};

/// What users and graphs call coordinates.
pub const COORDINATES_NAME: &str = "coordinates";

/// One input of a prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// An image as it is: `[batch, channel, y, x]`, standardised.
    Image(Modality),
    /// Token ids, whole numbers, `[batch, patch]`, row by row.
    Tokens(TokenModality),
    /// The words of coordinates, whole numbers, `[batch, word]`; all samples have the same number of them.
    Coordinates {
        /// That number, up to and with the word that ends them.
        words: usize,
    },
}

impl Source {
    /// The name of the graph's input: `S2L2A`, `LULC_tokens`, `coordinates`.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Image(modality) => modality.name().into(),
            Self::Tokens(modality) => format!("{modality}_tokens"),
            Self::Coordinates { .. } => COORDINATES_NAME.into(),
        }
    }

    /// Whether both are of one kind, and so of one name.
    pub(super) fn is_like(self, other: Self) -> bool {
        self.name() == other.name()
    }

    /// Refuses what the model has no embedding for.
    pub(super) fn check(self, pack: &Pack) -> Result<(), Error> {
        let name = || pack.manifest().name.clone();
        let embedding = self.embedding();
        let tokens = match self {
            Self::Image(modality) => {
                let available = &pack.architecture().modalities;
                if available.contains(&modality) {
                    return Ok(());
                }
                return Err(Error::ModalityMissing { pack: name(), modality, available: available.clone() });
            }
            Self::Tokens(modality) => modality.name(),
            Self::Coordinates { .. } => COORDINATES_NAME,
        };
        if !pack.weights().has(&format!("{embedding}.token_emb.weight")) {
            return Err(Error::TokensMissing { pack: name(), tokens: tokens.into(), role: "an input" });
        }
        if let Self::Coordinates { words } = self {
            let positions = pack.tensor(&format!("{embedding}.pos_emb"))?.shape;
            let maximum = positions.get(1).copied().unwrap_or(0);
            if !(1..=maximum).contains(&words) {
                return Err(Error::CoordinateWords { found: words, maximum });
            }
        }
        Ok(())
    }

    /// Declares the input.
    pub(super) fn embed(
        self,
        layers: &mut Layers<'_>,
        tiles: Tiles,
        patches: [usize; 2],
    ) -> Result<Embedded, Error> {
        let embedding = self.embedding();
        let batch = tiles.batch;
        let name = self.name();
        let (tokens, added) = match self {
            Self::Image(modality) => (
                embed::image(layers, modality, batch, patches)?,
                embed::of_patches(layers, &embedding, patches)?,
            ),
            Self::Tokens(_) => {
                let ids = layers.graph.integer_input(&name, &[batch, patches[0] * patches[1]])?;
                (embed::ids(layers, &embedding, &ids)?, embed::of_patches(layers, &embedding, patches)?)
            }
            Self::Coordinates { words } => {
                let ids = layers.graph.integer_input(&name, &[batch, words])?;
                (embed::ids(layers, &embedding, &ids)?, embed::of_sequence(layers, &embedding, words)?)
            }
        };
        Ok(Embedded { name, tokens, added })
    }

    /// The embedding on the encoder's side, under its name in checkpoints.
    fn embedding(self) -> String {
        match self {
            Self::Image(modality) => image_embedding(modality),
            Self::Tokens(modality) => format!("{ENCODER_SIDE}.{}", modality.checkpoint_key()),
            Self::Coordinates { .. } => format!("{ENCODER_SIDE}.{COORDINATES}"),
        }
    }
}
