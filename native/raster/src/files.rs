//! Which files a dataset is read from.

use gdal::Dataset;
use std::collections::BTreeSet;
use std::ffi::CStr;
use std::io::Read;
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
