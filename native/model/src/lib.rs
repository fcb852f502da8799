//! TerraMind as ONNX graphs, and model packs, without running anything.
