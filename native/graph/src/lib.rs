//! A small ONNX graph builder, without knowing TerraMind.
//!
//! A [`Builder`] collects nodes and hands out a [`Value`] for each result; every value has a static
//! shape of 32-bit floats (or of whole numbers, for ids), and a node that its inputs' shapes do not suit is an error while building,
//! not a puzzle while running. [`Builder::finish`] makes a [`Model`]: bytes for a runtime, or a standard
//! `.onnx` on disk. Large weights are never held here, an [`ExternalTensor`] says where they lie.
//!
//! ```
//! use graph::{Builder, ExternalTensor};
//!
//! let mut graph = Builder::new("example");
//! let x = graph.input("x", &[8, 4])?; // [token, feature]
//! let weight = graph.weight(
//!     "fc.weight",
//!     &ExternalTensor { location: "weights.bin".into(), offset: 0, length: 48, shape: vec![3, 4] },
//! )?;
//! let y = graph.linear(&x, &weight, None)?;
//! let y = graph.gelu(&y)?;
//! assert_eq!(y.shape(), [8, 3]);
//! let model = graph.finish(&[("y", &y)])?;
//! assert!(!model.to_bytes().is_empty());
//! # Ok::<(), graph::Error>(())
//! ```
//!
//! Only operators of the standard set, version 17, are written, so that any runtime takes the graphs.
//! This crate runs nothing, and reads weights only to copy them beside a saved `.onnx` or to round them
//! ([`Model::in_int8`]).

mod blocks;
mod builder;
mod error;
mod forms;
mod model;
mod ops;
mod proto;
mod value;

pub use builder::Builder;
pub use error::Error;
pub use forms::WeightBits;
pub use model::Model;
pub use ops::resampling::Coincide;
pub use value::{Element, ExternalTensor, Value};
