//! Single ONNX operators as methods of the builder.

mod elementwise;
mod layout;
mod product;
mod reduce;
