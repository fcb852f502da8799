//! Preloaded into a QGIS, this has it say that it is version 3.99.
// Replaces a C++ function of QGIS, so its name and signature are C++'s.
#![allow(unsafe_code)]

/// `Qgis::versionInt()`.
#[must_use]
#[unsafe(export_name = "_ZN4Qgis10versionIntEv")]
pub extern "C" fn version_int() -> i32 {
    39900
}
