//! What users see: algorithms as data, values checked, requests run.
//!
//! - [`describe`]: every algorithm with its parameters, as one document;
//! - [`configure`]: what a host has chosen as defaults;
//! - [`run`]: a [`RunRequest`] becomes a [`RunResult`]; a [`Host`] hears of progress and messages.
//!
//! ```
//! let description = algorithms::describe();
//! assert!(description.algorithms.iter().any(|a| a.id == "embedlayer"));
//! ```
//!
//! The documents are those of `docs/contract.md`. Every algorithm is a module with a description and a `run`;
//! `registry::ALGORITHMS` lists them. It knows neither QGIS nor C++.

mod colours;
mod common;
mod configuration;
pub mod description;
mod embed;
mod error;
mod evaluate;
mod folders;
mod generate;
mod host;
mod import;
mod install_runtime;
mod installed;
mod models;
mod reconstruct;
mod registry;
pub mod request;
pub mod result;
mod runtime_info;
mod scene;
mod segment;
mod values;

pub use configuration::configure;
pub use error::Error;
pub use host::Host;
pub use registry::{describe, internal_error, run};
pub use request::RunRequest;
pub use result::RunResult;

/// What files say that they were made by.
pub(crate) const SOFTWARE: &str = concat!("TerraMind for QGIS ", env!("CARGO_PKG_VERSION"));

/// The same with the libraries that read and write rasters.
pub(crate) fn software() -> String {
    let (gdal, proj) = raster::versions();
    format!("{SOFTWARE}, GDAL {gdal}, PROJ {proj}")
}
