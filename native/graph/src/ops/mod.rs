//! Single ONNX operators as methods of the builder.

mod convolution;
mod elementwise;
mod integers;
mod layout;
mod pooling;
mod product;
mod reduce;
pub mod resampling;
