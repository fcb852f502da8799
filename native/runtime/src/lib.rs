//! ONNX Runtime: found, loaded, and run, without knowing rasters.
