//! Which files a dataset is read from.

use gdal::Dataset;
use std::collections::BTreeSet;
use std::ffi::CStr;
use std::io::Read;
use std::path::{Path, PathBuf};

/// How much of a file is looked at.
const BEGINNING: u64 = 4096;

/// What descriptions of virtual datasets begin with: those that name other files.
const VIRTUAL: [&[u8]; 3] = [b"<VRTDataset", b"<OGRVRTDataSource", b"<GDALTileIndexDataset"];

/// All files that a dataset is read from, through virtual datasets of virtual datasets, as far as they are there.
/// GDAL lists only those that are named directly.
pub fn behind(dataset: &Dataset) -> BTreeSet<PathBuf> {
    walk(dataset).0
}

/// The same, if those files are all that it is read from: nothing where some of it lies on a server, in an archive or in a
/// database, or where GDAL does not tell.
pub fn all_behind(dataset: &Dataset) -> Option<BTreeSet<PathBuf>> {
    let (files, is_all) = walk(dataset);
    (is_all && !files.is_empty()).then_some(files)
}

fn walk(dataset: &Dataset) -> (BTreeSet<PathBuf>, bool) {
    let (mut found, mut is_all) = (BTreeSet::new(), true);
    let mut next = listed(dataset);
    while let Some(path) = next.pop() {
        let Ok(path) = path.canonicalize() else {
            is_all = false;
            continue;
        };
        if is_virtual(&path) && !found.contains(&path) {
            // What cannot be opened has no pixels to lose either.
            match Dataset::open(&path) {
                Ok(inner) => next.extend(listed(&inner)),
                Err(_) => is_all = false,
            }
        }
        found.insert(path);
    }
    (found, is_all)
}

fn is_virtual(path: &Path) -> bool {
    // Behind a prolog or a comment, too.
    let mut beginning = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(BEGINNING).read_to_end(&mut beginning));
    let has = |word: &&[u8]| beginning.windows(word.len()).any(|part| part == *word);
    read.is_ok() && VIRTUAL.iter().any(has)
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
