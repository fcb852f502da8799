//! `libterramind.so`: loaded once, never unloaded, and spoken to over its C ABI.
// The core is reached over C function pointers that only the contract vouches for.
#![allow(unsafe_code)]

use crate::description::Description;
use crate::error::Error;
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use parking_lot::Mutex;
use serde::Deserialize;
use std::ffi::{CStr, CString, c_char, c_void};
use std::path::{Path, PathBuf};

/// The version of the contract that this library speaks.
const ABI_VERSION: u32 = 1;

/// What the core calls during a run, as the contract lays it out.
#[repr(C)]
pub struct Callbacks {
    /// Handed back untouched.
    pub context: *const c_void,
    /// 0 to 100; any thread.
    pub progress: unsafe extern "C" fn(*const c_void, f64),
    /// 0 information, 1 warning, 2 error; any thread.
    pub log: unsafe extern "C" fn(*const c_void, i32, *const c_char),
    /// Any thread.
    pub is_cancelled: unsafe extern "C" fn(*const c_void) -> bool,
}

/// The loaded core.
#[derive(Clone, Copy)]
pub struct Core {
    describe: unsafe extern "C" fn() -> *mut c_char,
    configure: unsafe extern "C" fn(*const c_char) -> *mut c_char,
    run: unsafe extern "C" fn(*const c_char, *const Callbacks) -> *mut c_char,
    string_free: unsafe extern "C" fn(*mut c_char),
}

/// What is wrong with a configuration.
#[derive(Deserialize)]
struct Problems {
    problems: Vec<String>,
}

/// The core of this process with the file that it came from.
static CORE: Mutex<Option<(PathBuf, Core)>> = Mutex::new(None);

/// Loads the core from `path`; a second time with the same path only confirms that it is there.
pub fn load(path: &Path) -> Result<(), Error> {
    let mut core = CORE.lock();
    if core.as_ref().is_none_or(|(loaded, _)| loaded != path) {
        *core = Some((path.to_owned(), Core::open(path)?));
    }
    Ok(())
}

/// The core that was loaded last.
pub fn current() -> Result<Core, Error> {
    CORE.lock().as_ref().map(|(_, core)| *core).ok_or(Error::NotLoaded)
}

impl Core {
    fn open(path: &Path) -> Result<Self, Error> {
        let load_error =
            |error: libloading::Error| Error::Load { reason: reason(&error), path: path.to_owned() };
        // SAFETY: the initialisers of a Rust library and of what it links are what the plugin ships.
        let library = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) }.map_err(load_error)?;
        // Its threads, the pools of ONNX Runtime and thread-local destructors outlive any run.
        let library: &'static Library = Box::leak(Box::new(library));
        // SAFETY: the signatures are the contract's, and their version is checked before any other use.
        unsafe {
            let abi_version: unsafe extern "C" fn() -> u32 =
                *library.get("terramind_abi_version").map_err(load_error)?;
            let found = abi_version();
            if found != ABI_VERSION {
                return Err(Error::AbiVersion { expected: ABI_VERSION, found, path: path.to_owned() });
            }
            Ok(Self {
                describe: *library.get("terramind_describe").map_err(load_error)?,
                configure: *library.get("terramind_configure").map_err(load_error)?,
                run: *library.get("terramind_run").map_err(load_error)?,
                string_free: *library.get("terramind_string_free").map_err(load_error)?,
            })
        }
    }

    /// The description document as it is now.
    pub fn describe(&self) -> Result<Description, Error> {
        // SAFETY: takes nothing, may be called at any time.
        let document = unsafe { (self.describe)() };
        Description::from_json(&self.take("terramind_describe", document)?)
    }

    /// Hands over the defaults that the user has chosen.
    pub fn configure(&self, configuration: &CStr) -> Result<(), Error> {
        // SAFETY: the pointer lives as long as the call.
        let document = unsafe { (self.configure)(configuration.as_ptr()) };
        let document = self.take("terramind_configure", document)?;
        let Problems { problems } = serde_json::from_str(&document)
            .map_err(|source| Error::Document { document: "answer to a configuration", source })?;
        if problems.is_empty() { Ok(()) } else { Err(Error::Configuration(problems.join(" "))) }
    }

    /// Runs a request to its end on this thread and returns the result document.
    pub fn run(&self, request: &CStr, callbacks: &Callbacks) -> Result<String, Error> {
        // SAFETY: both pointers live as long as the call, and the core uses neither after it.
        let document = unsafe { (self.run)(request.as_ptr(), callbacks) };
        self.take("terramind_run", document)
    }

    /// Copies a string of the core's and gives it back.
    fn take(&self, function: &'static str, string: *mut c_char) -> Result<String, Error> {
        if string.is_null() {
            return Err(Error::NoDocument { function });
        }
        // SAFETY: the core returns strings that end with a zero and live until they are freed.
        let text = unsafe { CStr::from_ptr(string) }.to_string_lossy().into_owned();
        // SAFETY: the string came from this core and is freed once.
        unsafe { (self.string_free)(string) };
        Ok(text)
    }
}

/// What the dynamic loader said, with the name of the library that is missing.
fn reason(error: &libloading::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

/// Text as C takes it; neither JSON nor messages hold a zero byte, so one ends the text.
pub fn c_text(text: &str) -> CString {
    let end = text.find('\0').unwrap_or(text.len());
    CString::new(&text[..end]).unwrap_or_default()
}
