//! Recognises a TerraMind encoder-decoder by the names and shapes of its tensors alone.
//!
//! Widths of 192, 384, 768 and 1024 are the published sizes, which must be complete. Any other width is a
//! *reduced model*, whose depth and modalities are read from its tensors. Published files do not say the
//! number of heads: it is one per 64 features at every size.

mod foreign;
mod layout;
mod recognise;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::Modality;

pub use layout::Problems;
pub(crate) use layout::{COORDINATES, DECODER_SIDE, ENCODER_SIDE, Expected, first_of};
pub use recognise::{Recognised, Shapes, recognise};
pub(crate) use recognise::{block_count, most_common, reduced, strip_common_prefix};

/// Features per attention head, at every size.
pub const HEAD_WIDTH: usize = 64;

/// Patches along each side of the tiles of pre-training, for which positions are stored.
pub const POSITIONS_PER_SIDE: usize = 14;

/// Length of a patch's sides.
pub const PATCH_PX: usize = 16;

/// The sizes in which TerraMind 1.0 was published, and everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Size {
    /// Width 192.
    Tiny,
    /// Width 384.
    Small,
    /// Width 768.
    Base,
    /// Width 1024.
    Large,
    /// Any other width: for tests and experiments.
    Reduced,
}

/// The feed-forward part of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Mlp {
    /// `fc2( gelu( fc1 x ) )`.
    Gelu {
        /// Width between the two layers.
        hidden: usize,
    },
    /// `fc2( silu( fc1 x ) · fc3 x )`.
    SwiGlu {
        /// Width between the layers.
        hidden: usize,
    },
}

/// The dimensions of a TerraMind encoder-decoder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Architecture {
    /// Which of the published sizes it is.
    pub size: Size,
    /// Features per token.
    pub width: usize,
    /// Blocks of the encoder.
    pub depth: usize,
    /// Attention heads.
    pub heads: usize,
    /// The feed-forward part of every block.
    pub mlp: Mlp,
    /// Whether the linear layers of the blocks have biases.
    pub biases: bool,
    /// The raw modalities that it takes, in TerraTorch's order.
    pub modalities: Vec<Modality>,
    /// Blocks of the decoder, where there is one.
    pub decoder_depth: Option<usize>,
}

impl Size {
    /// The published size of that width, or a reduced model.
    #[must_use]
    pub fn of_width(width: usize) -> Self {
        match width {
            192 => Self::Tiny,
            384 => Self::Small,
            768 => Self::Base,
            1024 => Self::Large,
            _ => Self::Reduced,
        }
    }

    /// The name in lower case: `tiny`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tiny => "tiny",
            Self::Small => "small",
            Self::Base => "base",
            Self::Large => "large",
            Self::Reduced => "reduced",
        }
    }
}

impl Architecture {
    /// A published size.
    ///
    /// Returns nothing for [`Size::Reduced`], which can be anything.
    #[must_use]
    pub fn published(size: Size) -> Option<Self> {
        let (width, depth, decoder_depth, mlp) = match size {
            Size::Tiny => (192, 12, 4, Mlp::Gelu { hidden: 768 }),
            Size::Small => (384, 12, 6, Mlp::Gelu { hidden: 1536 }),
            Size::Base => (768, 12, 12, Mlp::SwiGlu { hidden: 2048 }),
            Size::Large => (1024, 24, 24, Mlp::SwiGlu { hidden: 2730 }),
            Size::Reduced => return None,
        };
        Some(Self {
            size,
            width,
            depth,
            heads: width / HEAD_WIDTH,
            mlp,
            biases: matches!(mlp, Mlp::Gelu { .. }),
            modalities: Modality::ALL.to_vec(),
            decoder_depth: Some(decoder_depth),
        })
    }

    /// What to call it in messages: `TerraMind 1.0 tiny`.
    #[must_use]
    pub fn label(&self) -> String {
        match self.size {
            Size::Reduced => format!("a reduced TerraMind of width {}", self.width),
            size => format!("TerraMind 1.0 {}", size.name()),
        }
    }
}

/// The embedding of a raw modality in a checkpoint.
pub(crate) fn image_embedding(modality: Modality) -> String {
    format!("{ENCODER_SIDE}.{}", modality.checkpoint_key())
}
