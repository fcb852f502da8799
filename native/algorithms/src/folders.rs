//! The folders of a user.

use crate::configuration;
use std::path::{Path, PathBuf};

/// Names the folder of installed models; wins over what the host chose and over the user's data folder.
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
    let named = std::env::var_os(MODELS_VARIABLE).map(PathBuf::from);
    named.or_else(configuration::models).or_else(|| data().map(|d| d.join("models")))
}

/// What to tell where another folder of models was chosen than the variable says.
pub(crate) fn overruled(chosen: Option<&Path>) -> Option<String> {
    let named = std::env::var_os(MODELS_VARIABLE).map(PathBuf::from)?;
    let chosen = chosen.filter(|chosen| *chosen != named)?;
    let (named, chosen) = (named.display(), chosen.display());
    Some(format!("The folder of models is {named}, as {MODELS_VARIABLE} says, and not {chosen}."))
}
