//! The C functions for the bootstrap: the only symbols that leave the library.
//!
//! Each returns whether it worked; [`qgis_rs_ffi_last_error`] says why not.
// This is the boundary itself: exported names and pointers from C cannot be had without `unsafe`.
#![allow(unsafe_code)]

use crate::bridge::ffi::{self, Canvas};
use crate::error::Error;
use crate::guard::guarded;
use crate::{canvas, core_library, mapped};
use parking_lot::Mutex;
use std::ffi::{CStr, CString, c_char, c_void};
use std::path::Path;

/// Why the last call failed.
static LAST_ERROR: Mutex<Option<CString>> = Mutex::new(None);

/// The version of the QGIS that this library was built for, e.g. 32216 for 3.22.16.
#[unsafe(no_mangle)]
pub extern "C" fn qgis_rs_ffi_built_for() -> i32 {
    ffi::built_qgis_version()
}

/// Loads the core and adds its provider to QGIS; a second call changes nothing.
///
/// # Safety
/// Both pointers are NULL or strings that end with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qgis_rs_ffi_register(core_path: *const c_char, icon_path: *const c_char) -> bool {
    reported(|| {
        refuse_other_qgis(ffi::built_qgis_version(), ffi::running_qgis_version())?;
        // SAFETY: the caller passes strings.
        let core_path = unsafe { text(core_path, "the core's path") }?;
        // SAFETY: as above.
        let icon_path = unsafe { text(icon_path, "the icon's path") }?;
        mapped::share_libraries_of(ffi::address_in_qgis() as *const c_void)?;
        core_library::load(Path::new(core_path))?;
        Ok(ffi::register_provider(icon_path)?)
    })
}

/// Hands the core the defaults that the user has chosen, as the contract's configuration document. Where it refuses
/// one, all others count.
///
/// # Safety
/// `configuration` is NULL or a string that ends with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qgis_rs_ffi_configure(configuration: *const c_char) -> bool {
    reported(|| {
        // SAFETY: the caller passes a string.
        let configuration = unsafe { text(configuration, "the configuration") }?;
        core_library::current()?.configure(&core_library::c_text(configuration))
    })
}

/// Takes the provider out of QGIS; the libraries stay.
#[unsafe(no_mangle)]
pub extern "C" fn qgis_rs_ffi_unregister() -> bool {
    reported(|| Ok(ffi::unregister_provider()?))
}

/// Tells what the map shows; `crs` is WKT or `EPSG:…`.
///
/// # Safety
/// `crs` is NULL or a string that ends with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn qgis_rs_ffi_set_canvas(
    xmin: f64,
    ymin: f64,
    xmax: f64,
    ymax: f64,
    crs: *const c_char,
) -> bool {
    reported(|| {
        // SAFETY: the caller passes a string.
        let crs = unsafe { text(crs, "the map's CRS") }?.to_owned();
        canvas::set(Canvas { known: true, xmin, ymin, xmax, ymax, crs });
        Ok(())
    })
}

/// Tells that there is no map (any more).
#[unsafe(no_mangle)]
pub extern "C" fn qgis_rs_ffi_clear_canvas() {
    canvas::clear();
}

/// Why the last call failed, empty if none did; lives until the next failure.
#[unsafe(no_mangle)]
pub extern "C" fn qgis_rs_ffi_last_error() -> *const c_char {
    LAST_ERROR.lock().as_ref().map_or(c"".as_ptr(), |error| error.as_ptr())
}

/// Runs `work` with panics stopped, and keeps its error for the bootstrap.
fn reported(work: impl FnOnce() -> Result<(), Error>) -> bool {
    guarded(work)
        .inspect_err(|error| *LAST_ERROR.lock() = Some(core_library::c_text(&error.to_string())))
        .is_ok()
}

/// Classes change their size between minor versions, so a library built for one corrupts another.
fn refuse_other_qgis(built: i32, running: i32) -> Result<(), Error> {
    if built / 100 == running / 100 {
        return Ok(());
    }
    let minor = |version: i32| format!("{}.{}", version / 10_000, version / 100 % 100);
    Err(Error::OtherQgis { built: minor(built), running: minor(running) })
}

/// # Safety
/// `pointer` is NULL or a string that ends with a zero and lives as long as the result is used.
unsafe fn text<'call>(pointer: *const c_char, what: &'static str) -> Result<&'call str, Error> {
    if pointer.is_null() {
        return Err(Error::Argument(what));
    }
    // SAFETY: not NULL, so a string as the caller promises.
    unsafe { CStr::from_ptr(pointer) }.to_str().map_err(|_| Error::Argument(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_minor_version_counts() {
        assert!(refuse_other_qgis(32216, 32200).is_ok());
        assert!(refuse_other_qgis(34006, 34015).is_ok());
        let error = refuse_other_qgis(32216, 34006).unwrap_err().to_string();
        assert!(
            error.starts_with("this library was built for QGIS 3.22, but QGIS 3.40 is running"),
            "{error}"
        );
        assert!(refuse_other_qgis(33200, 43200).is_err());
    }
}
