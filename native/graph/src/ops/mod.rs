//! Single ONNX operators as methods of the builder.

mod convolution;
mod elementwise;
mod integers;
mod layout;
mod product;
mod reduce;
