//! The C functions of `docs/contract.md`. No panic leaves them.

use crate::{TerramindCallbacks, until_done};
use algorithms::description::ABI_VERSION;
use algorithms::{RunRequest, RunResult};
use runtime::Cancel;
use std::ffi::{CStr, CString, OsStr, c_char, c_void};
use std::os::unix::ffi::OsStrExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// The version of the contract.
#[unsafe(no_mangle)]
#[allow(unsafe_code, reason = "an exported name must be unique in the process")]
pub extern "C" fn terramind_abi_version() -> u32 {
    ABI_VERSION
}

/// The description document, to be freed with [`terramind_string_free`]; null only if memory is out.
#[unsafe(no_mangle)]
#[allow(unsafe_code, reason = "an exported name must be unique in the process")]
pub extern "C" fn terramind_describe() -> *mut c_char {
    let document = catch_unwind(|| serde_json::to_string(&algorithms::describe()));
    into_c(document.ok().and_then(Result::ok).unwrap_or_default())
}

/// Takes a configuration document and returns what is wrong with it, to be freed with [`terramind_string_free`].
///
/// # Safety
/// `configuration` is null or a NUL-terminated string.
#[unsafe(no_mangle)]
#[allow(unsafe_code, reason = "a pointer comes from C")]
pub unsafe extern "C" fn terramind_configure(configuration: *const c_char) -> *mut c_char {
    // SAFETY: the caller vouches for the pointer.
    let text = unsafe { if configuration.is_null() { c"" } else { CStr::from_ptr(configuration) } };
    let problems = catch_unwind(|| algorithms::configure(&text.to_string_lossy()));
    let problems = problems.unwrap_or_else(|panic| vec![algorithms::internal_error(&*panic)]);
    into_c(serde_json::json!({ "problems": problems }).to_string())
}

/// Runs a request document and returns a result document, to be freed with [`terramind_string_free`].
///
/// # Safety
/// `request` is null or a NUL-terminated string, `callbacks` null or valid; both until this returns.
#[unsafe(no_mangle)]
#[allow(unsafe_code, reason = "pointers come from C")]
pub unsafe extern "C" fn terramind_run(
    request: *const c_char,
    callbacks: *const TerramindCallbacks,
) -> *mut c_char {
    // SAFETY: the caller vouches for both pointers.
    let (request, callbacks) = unsafe {
        let request = if request.is_null() { c"" } else { CStr::from_ptr(request) };
        (request, callbacks.as_ref().copied().unwrap_or(TerramindCallbacks::NONE))
    };
    let result = catch_unwind(AssertUnwindSafe(|| run(request, &callbacks)));
    let result =
        result.unwrap_or_else(|panic| RunResult::Error { message: algorithms::internal_error(&*panic) });
    into_c(serde_json::to_string(&result).unwrap_or_default())
}

/// Frees a string that came from here; null is allowed.
///
/// # Safety
/// `string` is null, or came from a function above and was not freed before.
#[unsafe(no_mangle)]
#[allow(unsafe_code, reason = "a pointer comes from C")]
pub unsafe extern "C" fn terramind_string_free(string: *mut c_char) {
    if !string.is_null() {
        // SAFETY: the caller vouches that `into_raw` made it.
        drop(unsafe { CString::from_raw(string) });
    }
}

fn run(request: &CStr, callbacks: &TerramindCallbacks) -> RunResult {
    let parsed = request.to_str().map_err(|e| e.to_string());
    let parsed = parsed.and_then(|text| serde_json::from_str::<RunRequest>(text).map_err(|e| e.to_string()));
    let request = match parsed {
        Ok(request) => request,
        Err(reason) => {
            return RunResult::Error { message: format!("The request is not understood: {reason}.") };
        }
    };
    let cancel = Cancel::default();
    let home = home();
    let work = || algorithms::run(&request, home.as_deref(), callbacks, &cancel);
    until_done(|| callbacks.is_cancelled(), &cancel, work)
}

/// The folder of this library, where the plugin also keeps ONNX Runtime.
#[allow(unsafe_code, reason = "only the loader knows where a library came from")]
fn home() -> Option<PathBuf> {
    // SAFETY: all-zero is a valid `Dl_info`, and `dladdr` only writes to it.
    let mut about: libc::Dl_info = unsafe { std::mem::zeroed() };
    let here: *const c_void = (terramind_abi_version as *const ()).cast();
    // SAFETY: both pointers are valid for the call.
    if unsafe { libc::dladdr(here, &raw mut about) } == 0 || about.dli_fname.is_null() {
        return None;
    }
    // SAFETY: the loader's own string, which lives as long as this library.
    let file = unsafe { CStr::from_ptr(about.dli_fname) };
    Path::new(OsStr::from_bytes(file.to_bytes())).parent().map(Path::to_owned)
}

fn into_c(text: String) -> *mut c_char {
    // JSON escapes NUL, so it never stands in the text.
    CString::new(text).map_or(std::ptr::null_mut(), CString::into_raw)
}
