//! Which ONNX Runtime library is used.
//!
//! ONNX Runtime is loaded at run time, once a process: a build for CUDA and one for processors can stand beside
//! each other, and QGIS starts without any. `candidates` is the order of preference.

use crate::Error;
use ort::environment::Environment;
use parking_lot::Mutex;
use std::path::{Path, PathBuf};

/// Names the library file, or a folder that holds it; wins over every other place.
pub const VARIABLE: &str = "TERRAMIND_ONNXRUNTIME";

/// The loaded library: opened once, kept until the process ends.
#[derive(Clone)]
pub struct Loaded {
    /// Where the library lies.
    pub path: PathBuf,
    /// ONNX Runtime's words on its build, which begin with its version.
    pub build: &'static str,
    /// Where is kept how fast which way was.
    pub(crate) trials: Option<PathBuf>,
    pub(crate) environment: Environment,
}

static LOADED: Mutex<Option<Loaded>> = Mutex::new(None);

/// Loads ONNX Runtime, or returns what this process has loaded before. `home` is the folder of the plugin's
/// own libraries (or of the command line); `data` the user's folder of TerraMind.
pub fn load(home: Option<&Path>, data: Option<&Path>) -> Result<Loaded, Error> {
    let trials = data.map(|data| data.join("trials.json"));
    let mut loaded = LOADED.lock();
    if let Some(loaded) = loaded.as_ref() {
        return Ok(Loaded { trials, ..loaded.clone() });
    }
    let path = find(home, data)?;
    // `init_from` and never the implicit default, which panics where nothing is found.
    let environment = ort::init_from(&path)
        .map_err(|e| Error::Load { reason: e.to_string(), path: path.clone() })?
        .with_name("terramind")
        .with_telemetry(false)
        .build()
        .map_err(Error::Environment)?;
    Ok(loaded
        .insert(Loaded {
            path,
            build: ort::info(),
            trials: data.map(|data| data.join("trials.json")),
            environment,
        })
        .clone())
}

/// The first of [`candidates`] that the system can load. A library that is there but cannot be loaded ends the
/// search: silently taking another one would hide why the wanted one does not work.
fn find(home: Option<&Path>, data: Option<&Path>) -> Result<PathBuf, Error> {
    let chosen = std::env::var_os(VARIABLE).map(PathBuf::from);
    let candidates = candidates(chosen.as_deref(), home, data);
    for folder_or_file in &candidates {
        if let Some(path) = library_in(folder_or_file) {
            return probe(&path).map(|()| path);
        }
    }
    // Last, the system's own search path.
    let system = PathBuf::from(FILE_NAME);
    if probe(&system).is_ok() {
        return Ok(system);
    }
    let mut looked_at: Vec<_> = candidates.iter().map(|c| c.display().to_string()).collect();
    looked_at.push(String::from("the system's libraries"));
    Err(Error::Missing { looked_at: looked_at.join(", ") })
}

const FILE_NAME: &str = "libonnxruntime.so";

/// Where ONNX Runtime may lie, most wanted first. If [`VARIABLE`] is set, nowhere else.
fn candidates(chosen: Option<&Path>, home: Option<&Path>, data: Option<&Path>) -> Vec<PathBuf> {
    if let Some(chosen) = chosen {
        return vec![chosen.to_owned()];
    }
    let home = home.into_iter().flat_map(|h| [h.to_owned(), h.join("onnxruntime"), h.join("../onnxruntime")]);
    home.chain(data.map(|d| d.join("runtime"))).collect()
}

/// The library that `place` is or holds. Wheels name it with its version: `libonnxruntime.so.1.24.1`.
fn library_in(place: &Path) -> Option<PathBuf> {
    if place.is_file() {
        return Some(place.to_owned());
    }
    let mut found: Vec<_> = std::fs::read_dir(place)
        .ok()?
        .flatten()
        .filter(|e| {
            e.file_name().to_str().is_some_and(|n| n == FILE_NAME || n.starts_with("libonnxruntime.so."))
        })
        .map(|e| e.path())
        .collect();
    found.sort();
    found.pop()
}

/// Whether the system can load a library; if not, its loader names what is missing.
#[expect(unsafe_code, reason = "loading a library runs its initialisers")]
fn probe(path: &Path) -> Result<(), Error> {
    // SAFETY: the library is ONNX Runtime or one of its providers, whose initialisers only set up their own state.
    // It is closed again at once where loading it for good is somebody else's task.
    unsafe { libloading::Library::new(path) }
        .map(drop)
        .map_err(|e| Error::Load { reason: e.to_string(), path: path.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_wins_and_is_the_only_place() {
        let home = Path::new("/plugin/lib");
        let data = Path::new("/user/terramind");
        assert_eq!(candidates(Some(Path::new("/x")), Some(home), Some(data)), [PathBuf::from("/x")]);
        let places = candidates(None, Some(home), Some(data));
        assert_eq!(places[0], home);
        assert_eq!(places.last().unwrap(), &data.join("runtime"));
    }

    #[test]
    fn a_versioned_library_is_found_in_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("libonnxruntime_providers_shared.so"), "").unwrap();
        assert_eq!(library_in(folder.path()), None);
        let library = folder.path().join("libonnxruntime.so.1.24.1");
        std::fs::write(&library, "").unwrap();
        assert_eq!(library_in(folder.path()), Some(library.clone()));
        assert_eq!(library_in(&library), Some(library));
    }

    #[test]
    fn a_file_that_is_no_library_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let message = probe(file.path()).unwrap_err().to_string();
        assert!(message.contains(file.path().to_str().unwrap()), "{message}");
    }
}
