//! ONNX Runtime: found, loaded, and run.
//!
//! - [`library`]: which `libonnxruntime` is used, and what is missing where none can be;
//! - [`installed`]: the one that a user has installed, and whether it is whole;
//! - [`provider`]: the table of devices and precisions, and what each needs;
//! - `choice`: which of several ways is the fastest, measured;
//! - `refusal`: what to choose instead where nothing fits;
//! - `whole`: whether libraries are complete;
//! - [`Session`]: a loaded graph that runs on named tensors;
//! - [`Cancel`]: ends a running session from another thread.
//!
//! Nothing of ONNX Runtime is touched before the first session is opened, so that QGIS starts as fast as
//! without us. It knows no rasters and no TerraMind: a graph comes with a folder of weights.

mod cancel;
mod choice;
mod error;
pub mod installed;
pub mod library;
pub mod provider;
mod refusal;
mod run;
mod session;
mod whole;

pub use cancel::Cancel;
pub use error::Error;
pub use provider::{Device, Precision};
pub use session::{Session, SessionOptions, Tensor, Values};
