//! Files that appear whole or not at all: hidden beside the destination until they are complete.

use crate::{Error, notes};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// What GDAL keeps of a raster beside its file, after the file's name: statistics, attribute tables, categories.
pub(crate) const SIDECAR: &str = ".aux.xml";

/// All that GDAL, QGIS and SQLite keep beside a file, after the file's name. Of an older file it would be taken for
/// that of the new one; a foreign `-wal` even becomes part of a GeoPackage.
const BESIDE: [&str; 6] = [SIDECAR, ".ovr", ".msk", "-journal", "-wal", "-shm"];

/// How hidden files are named: `.` and the destination's name, this, numbers, and the ending.
const MARK: &str = ".terramind-";
const ENDING: &str = ".part";

/// The file that a hidden one is made from, after the hidden file's name, and what GDAL keeps beside that.
const WORK: &str = ".work";
const WORK_BESIDE: [&str; 3] = [".work.aux.xml", ".work.ovr", WORK];

/// A hidden, locked file beside its destination. It is removed when dropped, with what GDAL put beside it; after
/// [`Completed::publish`] there is nothing left to remove.
pub(crate) struct Staged {
    path: PathBuf,
    destination: PathBuf,
    /// Held so that another run's sweep can tell a file in use from one that a killed run left.
    lock: File,
}

/// An output that lacks nothing but its name. Dropped, it is gone.
pub struct Completed(Staged);

impl Staged {
    /// Checks that `destination` can be written and starts an empty file beside it. What earlier runs that were
    /// killed left there is removed.
    pub fn beside(destination: &Path) -> Result<Self, Error> {
        let refused = |reason: String| Error::Destination { path: destination.to_owned(), reason };
        let (folder, name) = checked(destination).map_err(refused)?;
        let prefix = format!(".{}{MARK}", name.to_string_lossy());
        sweep(folder, &prefix);
        let path = folder.join(format!("{prefix}{}-{}{ENDING}", std::process::id(), next_number()));
        let lock = File::create_new(&path).map_err(|e| refused(e.to_string()))?;
        notes::note(&path);
        let staged = Self { path, destination: destination.to_owned(), lock };
        staged.lock.try_lock().map_err(|e| refused(e.to_string()))?;
        Ok(staged)
    }

    /// The hidden file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where what the hidden file is made from may lie. It is removed with it.
    pub fn work_path(&self) -> PathBuf {
        with_suffix(&self.path, WORK)
    }

    /// Removes what the hidden file was made from.
    pub fn remove_work(&self) {
        remove_work(&self.path);
    }

    /// The name that it is to take.
    pub fn destination(&self) -> &Path {
        &self.destination
    }

    /// Says that the file is closed and right; makes sure that it is on the disk.
    pub fn complete(self) -> Result<Completed, Error> {
        let sync = |path: &Path| File::open(path).and_then(|f| f.sync_all());
        let sidecar = self.sidecar();
        let synced = sync(&self.path).and_then(|()| sidecar.as_deref().map_or(Ok(()), sync));
        synced.map_err(|e| self.failed(e.to_string()))?;
        Ok(Completed(self))
    }

    /// What GDAL wrote beside the hidden file, if anything.
    fn sidecar(&self) -> Option<PathBuf> {
        Some(with_suffix(&self.path, SIDECAR)).filter(|path| path.is_file())
    }

    fn failed(&self, reason: String) -> Error {
        Error::Write { path: self.destination.clone(), reason }
    }

    /// Gives the file its name, replacing an older output with all that lies beside that. Where it fails the older
    /// output stays.
    fn publish(&self) -> Result<(), Error> {
        // The sidecar first: as long as the file itself is here and locked, no other run sweeps the sidecar.
        let sidecar = self.sidecar();
        let published_sidecar = with_suffix(&self.destination, SIDECAR);
        if let Some(sidecar) = &sidecar {
            fs::rename(sidecar, &published_sidecar).map_err(|e| self.failed(e.to_string()))?;
        }
        if let Err(e) = fs::rename(&self.path, &self.destination) {
            if sidecar.is_some() {
                let _ = fs::remove_file(&published_sidecar);
            }
            return Err(self.failed(e.to_string()));
        }
        for suffix in BESIDE {
            if suffix != SIDECAR || sidecar.is_none() {
                let _ = fs::remove_file(with_suffix(&self.destination, suffix));
            }
        }
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        let _ = self.lock.unlock();
        self.remove_work();
        remove_with_all_beside(&self.path);
    }
}

impl Completed {
    /// The hidden file, to be read only.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Gives the output its name, replacing an older one.
    pub fn publish(self) -> Result<(), Error> {
        self.0.publish()
    }
}

/// Gives the outputs of one run their names, all or none: everything that can be known beforehand is looked at before
/// the first name changes, and what was published is removed again should a later one fail all the same (older outputs
/// that it replaced are gone then).
pub fn publish_all(outputs: Vec<Completed>) -> Result<(), Error> {
    for Completed(staged) in &outputs {
        let refused = |reason| Error::Destination { path: staged.destination.clone(), reason };
        checked(&staged.destination).map_err(refused)?;
        fs::metadata(&staged.path).map_err(|e| staged.failed(e.to_string()))?;
    }
    let mut published: Vec<PathBuf> = Vec::new();
    for Completed(staged) in outputs {
        if let Err(error) = staged.publish() {
            for path in &published {
                remove_with_all_beside(path);
            }
            return Err(error);
        }
        published.push(staged.destination.clone());
    }
    Ok(())
}

/// The folder and the name of a destination that can be written, or why it cannot.
pub(crate) fn checked(destination: &Path) -> Result<(&Path, &OsStr), String> {
    let Some(name) = destination.file_name() else { return Err(String::from("it names no file")) };
    if destination.is_dir() {
        return Err(String::from("it is a folder"));
    }
    let folder = match destination.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(format!("there is no folder {}", folder.display()));
    }
    // Renaming replaces even a write-protected file, and an administrator may write anywhere: who protected data
    // meant it.
    if is_protected(destination) || is_protected(folder) {
        return Err(String::from("it is write-protected"));
    }
    Ok((folder, name))
}

fn is_protected(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|about| about.permissions().readonly())
}

/// Tells several outputs of one process apart.
fn next_number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Removes what killed runs left for this destination: files of this prefix that no process holds locked, and what
/// lies beside such a file or is all that is left of one.
fn sweep(folder: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(prefix) {
            let file = WORK_BESIDE
                .iter()
                .chain(&BESIDE)
                .find_map(|suffix| name.strip_suffix(suffix))
                .unwrap_or(&name);
            if !is_in_use(&folder.join(file)) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Whether a process holds the file locked, or may do so.
fn is_in_use(path: &Path) -> bool {
    match File::open(path) {
        Ok(file) => file.try_lock().is_err(),
        Err(error) => error.kind() != ErrorKind::NotFound,
    }
}

/// Removes a hidden file of a process that died, if it is one and nobody holds it.
pub(crate) fn remove_left(path: &Path) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if name.starts_with('.') && name.contains(MARK) && name.ends_with(ENDING) && !is_in_use(path) {
        remove_work(path);
        remove_with_all_beside(path);
    }
}

fn remove_work(path: &Path) {
    for suffix in WORK_BESIDE {
        let _ = fs::remove_file(with_suffix(path, suffix));
    }
}

fn remove_with_all_beside(path: &Path) {
    let _ = fs::remove_file(path);
    for suffix in BESIDE {
        let _ = fs::remove_file(with_suffix(path, suffix));
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut whole = path.as_os_str().to_owned();
    whole.push(suffix);
    PathBuf::from(whole)
}
