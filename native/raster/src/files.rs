//! Which files a dataset is read from.

use gdal::Dataset;
use std::collections::BTreeSet;
use std::ffi::{CStr, CString};
use std::io::Read;
use std::mem::MaybeUninit;
use std::path::{Path, PathBuf};

/// What descriptions of virtual datasets begin with: those that name other files.
const VIRTUAL: [&[u8]; 3] = [b"<VRTDataset", b"<OGRVRTDataSource", b"<GDALTileIndexDataset"];

/// All files that a dataset is read from, through virtual datasets of virtual datasets, as far as they are there.
/// GDAL lists only those that are named directly.
pub fn behind(dataset: &Dataset) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut next = listed(dataset);
    while let Some(path) = next.pop() {
        let Ok(path) = path.canonicalize() else { continue };
        if is_virtual(&path) && !found.contains(&path) {
            // What cannot be opened has no pixels to lose either.
            next.extend(Dataset::open(&path).iter().flat_map(listed));
        }
        found.insert(path);
    }
    found
}

/// The files that a dataset is read from and that no disk of this machine has as such, on servers or in archives: name,
/// size, and when they were changed, in seconds since 1970, as far as GDAL knows.
pub fn elsewhere(dataset: &Dataset) -> Vec<(PathBuf, i64, i64)> {
    let mut files: Vec<_> = listed(dataset).into_iter().filter(|path| !path.exists()).map(state).collect();
    files.sort();
    files
}

#[expect(unsafe_code, reason = "the safe wrapper does not have this function")]
fn state(path: PathBuf) -> (PathBuf, i64, i64) {
    let name = CString::new(path.as_os_str().as_encoded_bytes()).unwrap_or_default();
    let mut about = MaybeUninit::<libc::stat64>::zeroed();
    // SAFETY: the name ends with NUL; GDAL fills a `stat64` of the C library, whose fields its bindings do not show, and of
    // which zeros are a valid value.
    let about = unsafe {
        gdal_sys::VSIStatL(name.as_ptr(), about.as_mut_ptr().cast());
        about.assume_init()
    };
    (path, about.st_size, about.st_mtime)
}

fn is_virtual(path: &Path) -> bool {
    let mut beginning = [0; 64];
    let read = std::fs::File::open(path).and_then(|mut file| file.read(&mut beginning));
    let text = beginning[..read.unwrap_or(0)].trim_ascii_start();
    VIRTUAL.iter().any(|word| text.starts_with(word))
}

#[expect(unsafe_code, reason = "the safe wrapper does not have this function")]
fn listed(dataset: &Dataset) -> Vec<PathBuf> {
    // SAFETY: the handle is valid as long as the dataset; GDAL returns a list that ends with NULL (or NULL for
    // an empty one) and that is ours to free.
    unsafe {
        let list = gdal_sys::GDALGetFileList(dataset.c_dataset());
        let mut files = Vec::new();
        let mut next = list;
        while !next.is_null() && !(*next).is_null() {
            files.push(PathBuf::from(CStr::from_ptr(*next).to_string_lossy().into_owned()));
            next = next.add(1);
        }
        gdal_sys::CSLDestroy(list);
        files
    }
}
