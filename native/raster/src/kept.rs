//! A hidden file beside an output that outlives the run that writes it, so that another can go on.

use crate::{Error, notes, staged};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How it is named: `.`, the output's name, and this.
const ENDING: &str = ".terramind.journal";

/// After this nobody is expected to go on.
pub const KEPT_FOR: Duration = Duration::from_hours(7 * 24);

/// The file, locked as long as this lives. Dropped, it stays.
pub struct KeptFile {
    path: PathBuf,
    file: File,
}

impl KeptFile {
    /// That of an output, with whatever an earlier run left in it; nothing while another run uses it.
    pub fn beside(destination: &Path) -> Result<Option<Self>, Error> {
        let refused = |reason: String| Error::Destination { path: destination.to_owned(), reason };
        let (folder, name) = staged::checked(destination).map_err(refused)?;
        let path = folder.join(format!(".{}{ENDING}", name.to_string_lossy()));
        let refused = |reason: String| Error::Kept { path: path.clone(), reason };
        // Neither through a link to somebody's file, nor waiting for a pipe.
        let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false).custom_flags(flags);
        let file = options.open(&path).map_err(|error| refused(error.to_string()))?;
        if !file.metadata().is_ok_and(|about| about.is_file()) {
            return Err(refused(String::from("it is no file")));
        }
        if file.try_lock().is_err() {
            return Ok(None);
        }
        notes::note(&path);
        Ok(Some(Self { path, file }))
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it holds.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Nobody is going to go on.
    pub fn remove(self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether a hidden file is one of these.
pub(crate) fn is_kept(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') && name.ends_with(ENDING)
}

/// Removes such a file when nobody has used it for so long. Returns whether it is still there.
pub(crate) fn remove_older(path: &Path, age: Duration) -> bool {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => return error.kind() != ErrorKind::NotFound,
    };
    let modified = file.metadata().and_then(|about| about.modified());
    let is_old = modified.is_ok_and(|time| SystemTime::now().duration_since(time).is_ok_and(|a| a >= age));
    !(is_old && file.try_lock().is_ok() && fs::remove_file(path).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};

    #[test]
    fn one_run_at_a_time_finds_what_another_left() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("map.tif");
        let kept = KeptFile::beside(&output).unwrap().unwrap();
        kept.file().write_all(b"half").unwrap();
        assert!(KeptFile::beside(&output).unwrap().is_none(), "it is in use");
        assert!(remove_older(kept.path(), Duration::ZERO), "still");
        drop(kept);
        let kept = KeptFile::beside(&output).unwrap().unwrap();
        let mut text = String::new();
        kept.file().read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), is_kept(kept.path())), ("half", true));
        kept.remove();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(KeptFile::beside(&folder.path().join("missing/map.tif")).is_err());
    }

    #[test]
    fn what_is_old_goes_and_what_is_not_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = KeptFile::beside(&folder.path().join("map.tif")).unwrap().unwrap().path().to_owned();
        assert!(remove_older(&path, KEPT_FOR) && path.exists());
        File::options().write(true).open(&path).unwrap().set_modified(SystemTime::now() - KEPT_FOR).unwrap();
        assert!(!remove_older(&path, KEPT_FOR) && !path.exists());
        assert!(
            !is_kept(Path::new("/data/map.tif")) && !is_kept(Path::new("/data/.map.tif.terramind-1.part"))
        );
    }
}
