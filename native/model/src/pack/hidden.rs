//! Folders that users do not see, for what is not complete.

use std::fs::{self, File};
use std::path::Path;

use tempfile::TempDir;

use crate::Error;

const IMPORT: &str = ".import-";
const REPLACED: &str = ".replaced-";
const REPLACED_RUNTIME: &str = ".runtime-";

/// A hidden folder that is removed when it is dropped.
#[derive(Debug)]
pub struct Hidden {
    folder: TempDir,
    /// Held so that another import can tell a folder in use from one that a killed import left.
    _lock: Option<File>,
}

impl Hidden {
    /// For a pack, or something else, in the making. What killed imports left in `parent` is removed.
    pub fn for_import(parent: &Path) -> Result<Self, Error> {
        fs::create_dir_all(parent).map_err(Error::io("create the folder", parent))?;
        sweep(parent, IMPORT);
        Self::create(parent, IMPORT)
    }

    /// For a pack that makes way for a new one. It is not swept by itself: if the process is killed between the two
    /// renames, it holds the only copy.
    pub fn for_replaced(parent: &Path) -> Result<Self, Error> {
        Self::create(parent, REPLACED)
    }

    /// For an ONNX Runtime that makes way for a new one.
    pub fn for_replaced_runtime(parent: &Path) -> Result<Self, Error> {
        Self::create(parent, REPLACED_RUNTIME)
    }

    /// Removes the runtimes that made way and that killed processes left, where a whole one has the place again.
    pub fn sweep_replaced_runtimes(parent: &Path) {
        sweep(parent, REPLACED_RUNTIME);
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Forgets the folder without removing anything.
    pub fn keep(self) {
        let _ = self.folder.keep();
    }

    fn create(parent: &Path, prefix: &str) -> Result<Self, Error> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(prefix);
        // A pack may be meant for all users of a machine; the umask decides, as for any other folder.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let folder = builder.tempdir_in(parent).map_err(Error::io("create a hidden folder", parent))?;
        // Where folders cannot be locked nothing is ever swept.
        let lock = File::open(folder.path()).ok().filter(|lock| lock.try_lock().is_ok());
        Ok(Self { folder, _lock: lock })
    }
}

/// Removes what killed processes left: their folders, which no process holds locked.
fn sweep(parent: &Path, prefix: &str) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let left = entry.file_name().to_string_lossy().starts_with(prefix)
            && File::open(entry.path()).is_ok_and(|folder| folder.try_lock().is_ok());
        if left {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_import_left_is_swept_but_not_what_another_import_writes() {
        let parent = tempfile::tempdir().unwrap();
        let left = parent.path().join(".import-left");
        let replaced = parent.path().join(".replaced-left");
        for folder in [&left, &replaced] {
            fs::create_dir(folder).unwrap();
            fs::write(folder.join("weights.safetensors"), "half").unwrap();
        }
        let first = Hidden::for_import(parent.path()).unwrap();
        assert!(!left.exists() && replaced.exists());
        let second = Hidden::for_import(parent.path()).unwrap();
        assert!(first.path().exists() && second.path().exists());
        let runtime = parent.path().join(".runtime-left");
        fs::create_dir(&runtime).unwrap();
        let in_use = Hidden::for_replaced_runtime(parent.path()).unwrap();
        Hidden::sweep_replaced_runtimes(parent.path());
        assert!(!runtime.exists() && in_use.path().exists() && first.path().exists() && replaced.exists());
    }
}
