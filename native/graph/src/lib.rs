//! A small ONNX graph builder, without knowing TerraMind.
