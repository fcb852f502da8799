//! What a host has chosen for all runs: the folder of models, and defaults of parameters.

use crate::description::{Algorithm, Kind};
use crate::values;
use crate::{folders, registry};
use parking_lot::RwLock;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::path::PathBuf;

/// The configuration document of `docs/contract.md`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Configuration {
    /// The folder of installed models; empty: the user's own.
    models: PathBuf,
    /// Defaults by the names of parameters, for every algorithm that has them.
    defaults: Map<String, Value>,
}

static CURRENT: RwLock<Option<Configuration>> = RwLock::new(None);

/// Takes a configuration document in place of the one before, and returns what is wrong with it, in sentences. A
/// default that cannot be is left as it was without a configuration; all else counts.
#[must_use]
pub fn configure(document: &str) -> Vec<String> {
    let mut configuration: Configuration = match serde_json::from_str(document) {
        Ok(configuration) => configuration,
        Err(error) => return vec![format!("The configuration is not understood: {error}.")],
    };
    let mut problems = Vec::new();
    let algorithms: Vec<_> = registry::unconfigured().collect();
    configuration.defaults.retain(|name, value| {
        let mut parameters = algorithms.iter().flat_map(|algorithm| &algorithm.parameters);
        let problem =
            match parameters.find(|parameter| parameter.name == name && can_be_chosen(&parameter.kind)) {
                None => format!("No algorithm has a default of {name}."),
                Some(parameter) => match values::check(parameter, value) {
                    Ok(_) => return true,
                    Err(error) => format!("{}.", error.to_string().trim_end_matches('.')),
                },
            };
        problems.push(problem);
        false
    });
    let folder = &configuration.models;
    let can_be = folder.as_os_str().is_empty() || folder.is_absolute() && folder.is_dir();
    if !can_be {
        problems.push(format!(
            "The folder of models is no folder that exists: {}. Choose one that does, or none; until then that of the user counts.",
            folder.display()
        ));
        configuration.models = PathBuf::new();
    }
    *CURRENT.write() = Some(configuration);
    if let Some(folder) = folders::overruled(models().as_deref()) {
        problems.push(folder);
    }
    problems
}

/// The folder of models that the host has chosen.
pub(crate) fn models() -> Option<PathBuf> {
    let current = CURRENT.read();
    current.as_ref().map(|c| c.models.clone()).filter(|folder| !folder.as_os_str().is_empty())
}

/// Puts the chosen defaults in place of the algorithm's own.
pub(crate) fn apply(algorithm: &mut Algorithm) {
    let current = CURRENT.read();
    let Some(Configuration { defaults, .. }) = current.as_ref() else { return };
    for parameter in &mut algorithm.parameters {
        let Some(chosen) = defaults.get(parameter.name) else { continue };
        match &mut parameter.kind {
            Kind::Enum { options, default, default_with_map } => {
                if let Some(option) = options.iter().find(|option| chosen.as_str() == Some(option.value)) {
                    (*default, *default_with_map) = (option.value, None);
                }
            }
            Kind::Integer { default, .. } => *default = values::whole_number(chosen).unwrap_or(*default),
            _ => {}
        }
    }
}

/// Which defaults [`apply`] can change.
fn can_be_chosen(kind: &Kind) -> bool {
    matches!(kind, Kind::Enum { .. } | Kind::Integer { .. })
}

/// Held by a test that configures, because the configuration belongs to the process.
#[cfg(test)]
pub(crate) static ALONE: parking_lot::Mutex<()> = parking_lot::Mutex::new(());

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn defaults_are_checked_and_change_the_description() {
        let _alone = ALONE.lock();
        let folder = tempfile::tempdir().unwrap();
        let chosen = json!({
            "models": folder.path(),
            "defaults": { "DEVICE": "cpu", "THREADS": "3", "MEMORY_LIMIT": 8000 }
        });
        assert_eq!(configure(&chosen.to_string()), [""; 0]);
        let default = |id: &str, name: &str| {
            let described = crate::describe();
            let algorithm = described.algorithms.iter().find(|a| a.id == id).unwrap();
            let parameter = algorithm.parameters.iter().find(|p| p.name == name).unwrap();
            serde_json::to_value(parameter).unwrap()["default"].clone()
        };
        for id in ["embedlayer", "generatemodality", "timsegment", "reconstruct"] {
            assert_eq!(default(id, "DEVICE"), "cpu", "{id}");
            assert_eq!(default(id, "THREADS"), 3, "{id}");
            assert_eq!(default(id, "MEMORY_LIMIT"), 8000, "{id}");
        }
        if std::env::var_os("TERRAMIND_MODELS").is_none() {
            assert_eq!(folders::models().unwrap(), folder.path());
        }

        let nonsense = json!({
            "models": "/no/such folder",
            "defaults": { "DEVICE": "abacus", "THREADS": -1, "MEMORY_LIMIT": "8 GB", "OUTPUT": "a.tif", "X": 1 }
        });
        let problems = configure(&nonsense.to_string());
        for words in
            ["/no/such folder", "\"abacus\"", "THREADS cannot be -1", "\"8 GB\"", "OUTPUT", "default of X"]
        {
            assert_eq!(problems.iter().filter(|p| p.contains(words)).count(), 1, "{words}: {problems:?}");
        }
        assert_eq!(problems.len(), 6);
        assert_eq!(default("embedlayer", "DEVICE"), "auto");
        assert_eq!(default("embedlayer", "THREADS"), 0);

        assert!(configure("{ \"modles\": \"\" }")[0].contains("modles"));
        assert_eq!(configure("{}"), [""; 0]);
        assert_eq!(models(), None);
    }
}
