//! What can go wrong between QGIS and the core.

use std::path::PathBuf;

/// What can go wrong between QGIS and the core.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The library was built for another QGIS.
    #[error(
        "this library was built for QGIS {built}, but QGIS {running} is running; \
         install the TerraMind plugin that is made for QGIS {running}"
    )]
    OtherQgis {
        /// Minor version of the headers at build time.
        built: String,
        /// Minor version of the QGIS in this process.
        running: String,
    },
    /// The process has no usable copy of a library that QGIS itself needs.
    #[error("the {name} that QGIS uses could not be made visible to TerraMind: {reason}")]
    NotMapped {
        /// The library in words.
        name: &'static str,
        /// What the dynamic loader said.
        reason: String,
    },
    /// The core's file could not be loaded.
    #[error("the core could not be loaded: {reason}: {path}", path = path.display())]
    Load {
        /// What the dynamic loader said; it names the library that is missing.
        reason: String,
        /// The core.
        path: PathBuf,
    },
    /// The core speaks another version of the contract.
    #[error(
        "the core speaks version {found} of the contract, expected {expected}; \
         install the plugin afresh and restart QGIS: {path}",
        path = path.display()
    )]
    AbiVersion {
        /// The version that this library speaks.
        expected: u32,
        /// The version that the core speaks.
        found: u32,
        /// The core.
        path: PathBuf,
    },
    /// Nothing was loaded before something was asked of the core.
    #[error("the core is not loaded")]
    NotLoaded,
    /// The core returned no document at all.
    #[error("the core returned nothing from {function}")]
    NoDocument {
        /// The function of the core.
        function: &'static str,
    },
    /// The core returned a document that is not what the contract says.
    #[error("the core returned an unreadable {document}: {source}")]
    Document {
        /// Which document.
        document: &'static str,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The core does not take all of the defaults that the user has chosen; its own words.
    #[error("{0}")]
    Configuration(String),
    /// The core knows no algorithm of this name (any more).
    #[error("the core knows no algorithm “{id}”")]
    UnknownAlgorithm {
        /// The algorithm asked for.
        id: String,
    },
    /// The thread that a run needs could not be started.
    #[error("the run could not be started: {0}")]
    Thread(#[source] std::io::Error),
    /// A programming error, stopped at the boundary.
    #[error("internal error: {0}")]
    Panic(String),
    /// QGIS's side of the bridge failed.
    #[error("QGIS refused: {0}")]
    Qgis(#[from] cxx::Exception),
    /// The bootstrap passed something that is not text.
    #[error("the bootstrap passed no text for {0}")]
    Argument(&'static str),
}
