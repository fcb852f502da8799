//! TerraMind as ONNX graphs, and model packs, without running anything.
//!
//! - [`Modality`]: what TerraMind was trained on, with bands, units and normalisation.
//! - [`Architecture`]: recognises an encoder-decoder by the names and shapes of its tensors.
//! - [`StagedPack`] turns a checkpoint once into a model pack, a folder with `manifest.json` and
//!   `weights.safetensors`; [`Pack`] opens one.
//! - [`encoder::build`] writes the graph for one request: which modalities, which tile size, which block.
//! - [`generation::build`] writes the graph that predicts the tokens of one modality from any others.
//! - [`coordinates`]: positions as words of its vocabulary, and how predicted ones are drawn.
//! - [`task`]: models that were fine-tuned with TerraTorch.
//! - [`tokenizer`]: the graphs between images and tokens, from packs of their own ([`TokenizerPack`]).
//!
//! ```no_run
//! use model::encoder::{self, EncoderSpec, Merge};
//! use model::{Modality, Pack};
//!
//! let pack = Pack::open("models/tiny".as_ref())?;
//! pack.verify_weights(|| false)?;
//! let spec = EncoderSpec {
//!     inputs: vec![Modality::S2L2A, Modality::Dem],
//!     height_px: 224,
//!     width_px: 224,
//!     batch: 1,
//!     block: pack.architecture().depth - 1,
//!     merge: Merge::Mean,
//! };
//! let onnx = encoder::build(&pack, &spec)?.to_bytes();
//! # Ok::<(), model::Error>(())
//! ```
//!
//! Checkpoints are read by the crate `checkpoint`, graphs are run by the crate `runtime`.

pub mod architecture;
mod bands;
pub mod coordinates;
pub mod diffusion;
mod digest;
pub mod encoder;
mod error;
pub mod generation;
mod known_answer;
mod layers;
mod modality;
pub mod pack;
pub mod random;
pub mod sampling;
pub mod task;
mod tile;
mod token_modality;
pub mod tokenizer;

pub use architecture::Architecture;
pub use bands::{band_aliases, band_label};
pub use digest::hexadecimal;
pub use error::Error;
pub use known_answer::{
    FixedInput, KnownAnswer, Mismatch, fixed_image, fixed_input, fixed_tokens, fixed_values,
};
pub use modality::{Channels, HasChannels, Modality};
pub use pack::{FineTunedPack, Pack, StagedFineTunedPack, StagedPack, StagedTokenizerPack, TokenizerPack};
pub use tile::Tiles;
pub use token_modality::TokenModality;
pub use tokenizer::Tokenizer;
