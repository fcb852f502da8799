//! Notes of hidden files: what a killed run left is found again wherever it lies.
//!
//! A destination is swept when it is written again. QGIS's temporary outputs lie in a new folder each time, so
//! nobody would come back to them. Each process therefore writes down the hidden files that it starts, in a file of its own
//! that it holds locked; whoever comes later removes what the notes of dead processes name.

use crate::staged;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

const ENDING: &str = "notes";

/// Between paths, as it is in none of them.
const SEPARATOR: char = '\0';

static NOTES: OnceLock<Option<Mutex<File>>> = OnceLock::new();

/// Keeps notes of this process's hidden files in a folder, and removes what processes left that died; once is enough.
/// Without it, or where the folder cannot be written, leftovers stay until their destination is written again.
pub fn keep_notes_in(folder: &Path) {
    NOTES.get_or_init(|| {
        fs::create_dir_all(folder).ok()?;
        sweep(folder);
        let name = format!("{}-{:x}.{ENDING}", std::process::id(), since_1970_ns());
        let file = File::create_new(folder.join(name)).ok()?;
        // Locked as long as this process lives.
        file.try_lock().ok()?;
        Some(Mutex::new(file))
    });
}

/// Writes down a hidden file.
pub(crate) fn note(path: &Path) {
    let Some(Some(notes)) = NOTES.get() else { return };
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    // What cannot be noted is only not found again.
    if let (Ok(mut file), Some(path)) = (notes.lock(), path.to_str()) {
        let _ = file.write_all(format!("{path}{SEPARATOR}").as_bytes());
    }
}

fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let notes = entries.flatten().map(|entry| entry.path());
    for notes in notes.filter(|path| path.extension().is_some_and(|ending| ending == ENDING)) {
        let Ok(file) = File::open(&notes) else { continue };
        // Somebody's who is alive.
        if file.try_lock().is_err() {
            continue;
        }
        let text = fs::read_to_string(&notes).unwrap_or_default();
        for path in text.split(SEPARATOR).filter(|path| !path.is_empty()) {
            staged::remove_left(&PathBuf::from(path));
        }
        let _ = fs::remove_file(&notes);
    }
}

fn since_1970_ns() -> u128 {
    std::time::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_nanos())
}
