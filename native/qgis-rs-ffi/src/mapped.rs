//! Makes the GDAL that QGIS uses visible to the core.
//!
//! The packaged core has no dependency on `libgdal` of its own: the name of that library holds GDAL's
//! version, and a second copy in the process would be a second set of drivers, caches and errors.
//! Instead its symbols are resolved from the copy that QGIS mapped, which has to be visible to everyone
//! for that. In the `qgis` program it is; Python loads QGIS for itself only.
//!
//! The copy is found by following QGIS's own dependencies, never by file name: a Python package may
//! have brought a GDAL of its own into the process.
// The dynamic loader's interface is C.
#![allow(unsafe_code)]

use crate::error::Error;
use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_NOW};
use std::ffi::{CStr, c_void};
use std::path::PathBuf;

/// Libraries that the core shares with QGIS, each with a function that it exports.
const SHARED: [(&str, &CStr); 2] = [("GDAL", c"GDALVersionInfo"), ("PROJ", c"proj_info")];

/// Makes the libraries that the core shares with QGIS visible to it.
///
/// `in_qgis` is the address of any function of `libqgis_core`.
pub fn share_libraries_of(in_qgis: *const c_void) -> Result<(), Error> {
    let qgis = reopen("QGIS library", in_qgis, 0)?;
    for (name, symbol) in SHARED {
        // SAFETY: the symbol is only used as an address, never called.
        let address = unsafe { qgis.get::<*const c_void>(symbol.to_bytes_with_nul()) }
            .map_err(|error| Error::NotMapped { name, reason: error.to_string() })?;
        // Dropping a handle would only lower its count, but nothing here is ever to be unloaded.
        std::mem::forget(reopen(name, address.as_raw_ptr(), RTLD_GLOBAL)?);
    }
    std::mem::forget(qgis);
    Ok(())
}

/// Opens the library that holds `address` once more, without loading anything.
fn reopen(name: &'static str, address: *const c_void, visibility: i32) -> Result<Library, Error> {
    let path = path_of(address)
        .ok_or_else(|| Error::NotMapped { name, reason: "no library holds its functions".into() })?;
    // SAFETY: with RTLD_NOLOAD no code of the library runs: it is mapped and initialised already.
    unsafe { Library::open(Some(path), RTLD_NOW | libc::RTLD_NOLOAD | visibility) }
        .map_err(|error| Error::NotMapped { name, reason: error.to_string() })
}

/// The file of the library that holds `address`.
fn path_of(address: *const c_void) -> Option<PathBuf> {
    // SAFETY: all-zero is a valid `Dl_info` (null pointers).
    let mut info: libc::Dl_info = unsafe { std::mem::zeroed() };
    // SAFETY: `dladdr` takes any address and fills `info` where it knows it.
    if unsafe { libc::dladdr(address, &raw mut info) } == 0 || info.dli_fname.is_null() {
        return None;
    }
    // SAFETY: `dladdr` succeeded, so the name is a string of the dynamic loader's that lives as long as
    // the library is mapped.
    let name = unsafe { CStr::from_ptr(info.dli_fname) };
    Some(std::os::unix::ffi::OsStrExt::from_bytes(name.to_bytes()))
        .map(|name: &std::ffi::OsStr| PathBuf::from(name))
}
