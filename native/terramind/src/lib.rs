//! `libterramind.so`: the core behind six C functions, for QGIS's side to load.
//!
//! The contract is `docs/contract.md`: a JSON request in, a JSON result out, callbacks in between. What runs is
//! in the crate `algorithms`; here are only pointers, strings and panics. The program `terramind` speaks the
//! same JSON without C.

mod callbacks;
mod ffi;
mod watch;

pub use callbacks::TerramindCallbacks;
pub use ffi::{
    terramind_abi_version, terramind_configure, terramind_describe, terramind_run, terramind_string_free,
};
pub use watch::until_done;
