//! Notes of hidden files: what a killed run left is found again wherever it lies.
//!
//! A destination is swept when it is written again. QGIS's temporary outputs lie in a new folder each time, so
//! nobody would come back to them. Each process therefore writes down the hidden files that it starts, in a file of its own
//! that it holds locked; whoever comes later removes what the notes of dead processes name. Files that are kept for
//! a run that goes on are removed when they are old, and noted again until then.

use crate::{kept, staged};
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
        let kept = sweep(folder);
        let name = format!("{}-{:x}.{ENDING}", std::process::id(), since_1970_ns());
        let file = File::create_new(folder.join(name)).ok()?;
        // Locked as long as this process lives.
        file.try_lock().ok()?;
        let notes = Mutex::new(file);
        for path in &kept {
            write(&notes, path);
        }
        Some(notes)
    });
}

/// Writes down a hidden file.
pub(crate) fn note(path: &Path) {
    if let Some(Some(notes)) = NOTES.get() {
        write(notes, path);
    }
}

fn write(notes: &Mutex<File>, path: &Path) {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    // What cannot be noted is only not found again.
    if let (Ok(mut file), Some(path)) = (notes.lock(), path.to_str()) {
        let _ = file.write_all(format!("{path}{SEPARATOR}").as_bytes());
    }
}

/// Removes what dead processes left. Returns what is kept a while longer.
fn sweep(folder: &Path) -> Vec<PathBuf> {
    let mut kept = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return kept };
    let notes = entries.flatten().map(|entry| entry.path());
    for notes in notes.filter(|path| path.extension().is_some_and(|ending| ending == ENDING)) {
        let Ok(file) = File::open(&notes) else { continue };
        // Somebody's who is alive.
        if file.try_lock().is_err() {
            continue;
        }
        let text = fs::read_to_string(&notes).unwrap_or_default();
        for path in text.split(SEPARATOR).filter(|path| !path.is_empty()).map(PathBuf::from) {
            if !kept::is_kept(&path) {
                staged::remove_left(&path);
            } else if kept::remove_older(&path, kept::KEPT_FOR) && !kept.contains(&path) {
                kept.push(path);
            }
        }
        let _ = fs::remove_file(&notes);
    }
    kept
}

fn since_1970_ns() -> u128 {
    std::time::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_nanos())
}
