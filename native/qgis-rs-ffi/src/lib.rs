//! One small shared library per QGIS minor version: the C++ classes in `cpp/`, the bridge to them,
//! and the loader of the core.
//!
//! `libqgis_rs_ffi.so` is what the plugin's bootstrap loads. It registers one provider in QGIS whose
//! algorithms are built from the core's description document, and hands every run to the core as the
//! JSON document of `docs/contract.md`.
//!
//! - [`exports`]: the C functions for the bootstrap; the only symbols that leave the library.
//! - `bridge`: the functions and plain structs that C++ and Rust share.
//! - `core_library`: `libterramind.so`, loaded once and never unloaded.
//! - `mapped`: makes the GDAL that QGIS uses visible to the core.
//! - `run`: one run, its messages brought back to the thread that QGIS called us on.
//! - `description`, `result`: the core's documents, checked while they are read.
//! - `canvas`: the map canvas as the bootstrap last told it.
//!
//! What the bootstrap does, in C:
//!
//! ```c
//! if ( !qgis_rs_ffi_register( "/plugin/lib/libterramind.so", "/plugin/icon.svg" ) )
//!   puts( qgis_rs_ffi_last_error() );
//! qgis_rs_ffi_set_canvas( 500000, 5200000, 600000, 5300000, "EPSG:32633" );
//! qgis_rs_ffi_unregister();
//! ```
//!
//! It knows nothing of models, rasters or ONNX Runtime, and does not link the core.

mod bridge;
mod canvas;
mod core_library;
mod description;
mod error;
pub mod exports;
mod guard;
mod mapped;
mod result;
mod run;
