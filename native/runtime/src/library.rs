//! Which ONNX Runtime library is used.
//!
//! ONNX Runtime is loaded at run time, once a process: a build for CUDA and one for processors can stand beside
//! each other, and QGIS starts without any. `candidates` is the order of preference: what the user has installed comes
//! before what the plugin was shipped with.

use crate::provider::{CUDA_LIBRARIES, CUDA_PROVIDER};
use crate::{Error, installed, whole};
use installed::installed_in;
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW, Symbol};
use ort::environment::Environment;
use ort::sys::{ORT_API_VERSION, OrtApiBase};
use parking_lot::Mutex;
use std::error::Error as _;
use std::ffi::CStr;
use std::fs;
use std::os::unix::fs::MetadataExt;
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
    /// Why it is this one.
    pub origin: Origin,
    /// Where is kept how fast which way was.
    pub(crate) trials: Option<PathBuf>,
    pub(crate) environment: Environment,
    /// The file's number when it was loaded; none where the system found it.
    file: Option<FileNumber>,
}

impl Loaded {
    /// Where the library lies, and its providers beside it.
    pub(crate) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }
}

/// Who chose a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// [`VARIABLE`] names it.
    Variable,
    /// The user installed it.
    Installed,
    /// It came with the plugin or the command line.
    Shipped,
    /// The system has it.
    System,
}

/// The file system's number and the file's.
type FileNumber = (u64, u64);

/// ONNX Runtime opens the libraries of its providers when they are first asked for: those beside another version would not
/// fit the one that is in memory. One that is gone leaves what is in memory usable.
fn check_unchanged(path: &Path, then: Option<FileNumber>) -> Result<(), Error> {
    match (then, file_number(path)) {
        (Some(then), Some(now)) if then != now => Err(Error::Exchanged { path: path.to_owned() }),
        _ => Ok(()),
    }
}

static LOADED: Mutex<Option<Loaded>> = Mutex::new(None);

/// Loads ONNX Runtime, or returns what this process has loaded before. `home` is the folder of the plugin's
/// own libraries (or of the command line); `data` the user's folder of TerraMind.
pub fn load(home: Option<&Path>, data: Option<&Path>) -> Result<Loaded, Error> {
    let trials = data.map(|data| data.join("trials.json"));
    let mut loaded = LOADED.lock();
    if let Some(loaded) = loaded.as_ref() {
        return check_unchanged(&loaded.path, loaded.file).map(|()| Loaded { trials, ..loaded.clone() });
    }
    let (path, origin) = look(home, data)?;
    let file = file_number(&path);
    if let Some(folder) = path.parent() {
        preload_cuda(folder);
    }
    // `init_from` and never the implicit default, which panics where nothing is found.
    let environment = ort::init_from(&path)
        .map_err(|e| unloadable(&e.to_string(), &path, origin))?
        .with_name("terramind")
        .with_telemetry(false)
        .build()
        .map_err(Error::Environment)?;
    Ok(loaded.insert(Loaded { path, build: ort::info(), origin, trials, environment, file }).clone())
}

/// The library that would be loaded, and who chose it. Nothing of it stays in memory.
pub fn look(home: Option<&Path>, data: Option<&Path>) -> Result<(PathBuf, Origin), Error> {
    find(chosen().as_deref(), home, data)
}

/// What [`VARIABLE`] names, as an absolute path: the system looks for a bare name elsewhere.
#[must_use]
pub fn chosen() -> Option<PathBuf> {
    let named = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()).map(PathBuf::from)?;
    Some(std::path::absolute(&named).unwrap_or(named))
}

/// The library that this process has loaded, if it has.
#[must_use]
pub fn loaded() -> Option<PathBuf> {
    LOADED.lock().as_ref().map(|loaded| loaded.path.clone())
}

/// Loads the library in a folder for a moment, and asks it for its version and for the functions that are used here.
/// Nothing of it stays in memory. Returns the version.
#[expect(unsafe_code, reason = "a library is loaded and asked through its C functions")]
pub fn try_out(folder: &Path) -> Result<String, Error> {
    let path =
        library_in(folder).ok_or_else(|| Error::Missing { looked_at: folder.display().to_string() })?;
    let failed = |reason: String| Error::Load { reason, path: path.clone() };
    // SAFETY: as in `probe`; the function is ONNX Runtime's only way in and has had this signature since its first
    // version, and what it returns belongs to the library, which stays open until all has been copied.
    unsafe {
        let library = open(&path).map_err(|e| failed(words(&e)))?;
        let entry: Symbol<unsafe extern "system" fn() -> *const OrtApiBase> =
            library.get(b"OrtGetApiBase").map_err(|e| failed(words(&e)))?;
        let base = entry().as_ref().ok_or_else(|| failed(String::from("it does not start")))?;
        let version = CStr::from_ptr((base.GetVersionString)()).to_string_lossy().into_owned();
        if (base.GetApi)(ORT_API_VERSION).is_null() {
            return Err(failed(format!(
                "it is version {version}, and 1.{ORT_API_VERSION} or newer is needed"
            )));
        }
        Ok(version)
    }
}

/// The first of [`candidates`] that the system can load, and who chose it. A library that is there but cannot be loaded
/// ends the search: silently taking another one would hide why the wanted one does not work.
fn find(chosen: Option<&Path>, home: Option<&Path>, data: Option<&Path>) -> Result<(PathBuf, Origin), Error> {
    let candidates = candidates(chosen, home, data);
    for (place, origin) in &candidates {
        if *origin == Origin::Installed {
            installed::check(place).map_err(|reason| Error::Installed { reason, folder: place.clone() })?;
        }
        if let Some(path) = library_in(place) {
            return match whole::check(&path).and_then(|()| probe(&path)) {
                Ok(()) => Ok((path, *origin)),
                Err(reason) => Err(unloadable(&reason, &path, *origin)),
            };
        }
    }
    if let Some(chosen) = chosen {
        let reason = if chosen.exists() { "there is no libonnxruntime in it" } else { "it is not there" };
        return Err(Error::Chosen { reason: reason.to_owned(), path: chosen.to_owned() });
    }
    // Last, the system's own search path.
    let system = PathBuf::from(FILE_NAME);
    if probe(&system).is_ok() {
        return Ok((system, Origin::System));
    }
    let mut looked_at: Vec<_> = candidates.iter().map(|(place, _)| place.display().to_string()).collect();
    looked_at.push(String::from("the system's libraries"));
    Err(Error::Missing { looked_at: looked_at.join(", ") })
}

const FILE_NAME: &str = "libonnxruntime.so";

/// Where ONNX Runtime may lie, most wanted first. If [`VARIABLE`] is set, nowhere else.
fn candidates(chosen: Option<&Path>, home: Option<&Path>, data: Option<&Path>) -> Vec<(PathBuf, Origin)> {
    if let Some(chosen) = chosen {
        return vec![(chosen.to_owned(), Origin::Variable)];
    }
    let home = home.into_iter().flat_map(|h| [h.to_owned(), h.join("onnxruntime"), h.join("../onnxruntime")]);
    let installed = data.map(|data| (installed_in(data), Origin::Installed));
    installed.into_iter().chain(home.map(|place| (place, Origin::Shipped))).collect()
}

/// What to tell of a library that is there but cannot be loaded: how to get past it depends on who chose it.
fn unloadable(reason: &str, path: &Path, origin: Origin) -> Error {
    // The loader begins with the path, which is told anyway.
    let own = format!("{}: ", path.display());
    let reason = reason.strip_prefix(&own).unwrap_or(reason).to_owned();
    match origin {
        Origin::Variable => Error::Chosen { reason, path: path.to_owned() },
        Origin::Installed => Error::Installed { reason, folder: path.parent().unwrap_or(path).to_owned() },
        Origin::Shipped | Origin::System => Error::Load { reason, path: path.to_owned() },
    }
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

/// Loads the libraries of CUDA that lie in a folder beside the provider that needs them. The provider itself looks for
/// them among the system's only, but takes what the process has loaded already under the same name. What cannot be loaded
/// is left out: the provider says what it misses when it is asked for.
#[expect(unsafe_code, reason = "loading a library runs its initialisers")]
fn preload_cuda(folder: &Path) {
    if !folder.join(CUDA_PROVIDER).is_file() {
        return;
    }
    let names: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.file_name()).collect();
    for library in CUDA_LIBRARIES {
        let is_it = |name: &str| name.strip_prefix(library).is_some_and(|rest| rest.starts_with(".so"));
        for name in names.iter().filter(|name| name.to_str().is_some_and(is_it)) {
            // SAFETY: NVIDIA's libraries set up their own state only, and are kept until the process ends.
            if let Ok(library) = unsafe { open(&folder.join(name)) } {
                std::mem::forget(library);
            }
        }
    }
}

/// The file system's number of a file that is named with its folder.
fn file_number(path: &Path) -> Option<FileNumber> {
    path.parent().filter(|folder| !folder.as_os_str().is_empty())?;
    fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Whether the system can load a library; if not, its loader names what is missing.
#[expect(unsafe_code, reason = "loading a library runs its initialisers")]
fn probe(path: &Path) -> Result<(), String> {
    // SAFETY: the library is ONNX Runtime, whose initialisers only set up their own state. It is closed again at once:
    // loading it for good is somebody else's task.
    unsafe { open(path) }.map(drop).map_err(|e| words(&e))
}

/// The system loader's words, which name a missing library; the error itself only says which call failed.
fn words(error: &libloading::Error) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

/// Loads a library whose functions others in the process are not to see: QGIS may have other versions of its own.
///
/// The library's initialisers must be sound to run.
#[expect(unsafe_code, reason = "loading a library runs its initialisers")]
unsafe fn open(path: &Path) -> Result<Library, libloading::Error> {
    // SAFETY: the caller's promise.
    unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_wins_and_is_the_only_place() {
        let home = Path::new("/plugin/lib");
        let data = Path::new("/user/terramind");
        let chosen = Path::new("/x");
        assert_eq!(candidates(Some(chosen), Some(home), Some(data)), [(chosen.to_owned(), Origin::Variable)]);
        let places = candidates(None, Some(home), Some(data));
        let expected = [(data.join("runtime"), Origin::Installed), (home.to_owned(), Origin::Shipped)];
        assert_eq!(places[..2], expected, "what was installed wins over what came along");
        assert_eq!(candidates(None, Some(home), None)[0].0, home);
        // What it names has to be there: nothing else is looked at, not even what the system has.
        let message = find(Some(chosen), Some(home), Some(data)).unwrap_err().to_string();
        assert!(message.contains(VARIABLE) && message.contains("not there"), "{message}");
        let empty = tempfile::tempdir().unwrap();
        let message = find(Some(empty.path()), Some(home), None).unwrap_err().to_string();
        assert!(message.contains("no libonnxruntime in it"), "{message}");
        let file = empty.path().join("libonnxruntime.so");
        fs::write(&file, "no library").unwrap();
        let message = find(Some(&file), None, None).unwrap_err().to_string();
        assert_eq!(message.matches(file.to_str().unwrap()).count(), 1, "{message}");
    }

    #[test]
    fn an_installed_library_that_cannot_be_used_says_how_to_go_back() {
        let data = tempfile::tempdir().unwrap();
        let installed = installed_in(data.path());
        let broken = installed.join("libonnxruntime.so.1.26.0");
        fs::create_dir(&installed).unwrap();
        fs::write(&broken, "").unwrap();
        installed::seal(&installed).unwrap();
        let home = Path::new("/plugin/lib");
        let told = || find(None, Some(home), Some(data.path())).unwrap_err().to_string();
        let words = [installed.to_str().unwrap(), "no library", "delete"];
        assert!(words.iter().all(|word| told().contains(word)), "{}", told());
        // What was cut off after its installation is not loaded at all, and what was deleted is not passed over.
        fs::write(&broken, "all of it").unwrap();
        fs::remove_file(installed.join("contents.json")).unwrap();
        installed::seal(&installed).unwrap();
        fs::write(&broken, "half").unwrap();
        assert!(told().contains("4 bytes instead of 9") && told().contains("delete"), "{}", told());
        fs::remove_file(&broken).unwrap();
        assert!(told().contains("libonnxruntime.so.1.26.0 is missing"), "{}", told());
        fs::remove_file(installed.join("contents.json")).unwrap();
        fs::write(installed.join("pins"), "").unwrap();
        assert!(told().contains("contents.json"), "{}", told());
        // Where the variable names it, the folder is no obstacle.
        assert!(matches!(find(Some(&installed), Some(home), Some(data.path())), Err(Error::Chosen { .. })));
        let shipped = unloadable("too short", Path::new("/plugin/lib/libonnxruntime.so"), Origin::Shipped);
        let shipped = shipped.to_string();
        assert!(
            shipped.contains("/plugin/lib/libonnxruntime.so") && !shipped.contains("delete"),
            "{shipped}"
        );
    }

    #[test]
    fn a_library_that_was_exchanged_while_loaded_is_not_used_further() {
        let folder = tempfile::tempdir().unwrap();
        let (path, new) = (folder.path().join("libonnxruntime.so.1"), folder.path().join("new"));
        fs::write(&path, "old").unwrap();
        fs::write(&new, "new").unwrap();
        let then = file_number(&path);
        assert!(then.is_some() && check_unchanged(&path, then).is_ok());
        fs::rename(&new, &path).unwrap();
        let message = check_unchanged(&path, then).unwrap_err().to_string();
        assert!(message.contains("start QGIS again") && message.contains("libonnxruntime.so.1"), "{message}");
        fs::remove_file(&path).unwrap();
        assert!(check_unchanged(&path, then).is_ok());
        // The system's, which has no place that could be looked at.
        assert!(check_unchanged(Path::new(FILE_NAME), file_number(Path::new(FILE_NAME))).is_ok());
    }

    #[test]
    fn what_is_no_runtime_does_not_pass_the_trial() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(try_out(folder.path()), Err(Error::Missing { .. })));
        let library = folder.path().join("libonnxruntime.so.1.26.0");
        fs::write(&library, "no library").unwrap();
        assert!(matches!(try_out(folder.path()), Err(Error::Load { .. })));
        // A library, but another one: the C library's, which is always there.
        fs::remove_file(&library).unwrap();
        std::os::unix::fs::symlink("/lib/x86_64-linux-gnu/libm.so.6", &library).unwrap();
        let message = try_out(folder.path()).unwrap_err().to_string();
        assert!(message.contains("OrtGetApiBase"), "{message}");
        // What is beside it is loaded only where there is a provider that needs it, and never an error.
        fs::write(folder.path().join("libonnxruntime_providers_cuda.so"), "").unwrap();
        fs::write(folder.path().join("libcudart.so.12"), "no library").unwrap();
        preload_cuda(folder.path());
        preload_cuda(&folder.path().join("nowhere"));
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
        let message = probe(file.path()).unwrap_err();
        assert!(message.contains(file.path().to_str().unwrap()), "{message}");
    }
}
