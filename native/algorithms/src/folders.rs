//! The folders of a user.

use std::path::PathBuf;

/// Names the folder of installed models; wins over the user's data folder.
const MODELS_VARIABLE: &str = "TERRAMIND_MODELS";

/// The user's data: models and runtimes. `None` where the system tells no home folder.
pub(crate) fn data() -> Option<PathBuf> {
    dirs::data_local_dir().map(|d| d.join("terramind"))
}

/// What can be computed again at any time.
pub(crate) fn cache() -> Option<PathBuf> {
    dirs::cache_dir().map(|d| d.join("terramind"))
}

/// Installed models, each a folder.
pub(crate) fn models() -> Option<PathBuf> {
    std::env::var_os(MODELS_VARIABLE).map(PathBuf::from).or_else(|| data().map(|d| d.join("models")))
}
