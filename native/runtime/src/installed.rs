//! The runtime that a user has installed: where it lies, and whether all of it is still there.
//!
//! Sizes are written down when a runtime is installed, and compared before it is loaded: what was deleted or cut off
//! must neither be passed over silently nor loaded.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The file with the sizes of all others beside it, by name.
const CONTENTS: &str = "contents.json";

/// Bytes by the name of a file.
type Contents = BTreeMap<String, u64>;

/// Where the runtime lies that a user has installed; `data` is the user's folder of TerraMind.
#[must_use]
pub fn installed_in(data: &Path) -> PathBuf {
    data.join("runtime")
}

/// Writes down what is in the folder of a runtime that is complete.
pub fn seal(folder: &Path) -> io::Result<()> {
    let mut contents = Contents::new();
    for entry in fs::read_dir(folder)? {
        let (entry, about) = entry.and_then(|entry| entry.metadata().map(|about| (entry, about)))?;
        if let (true, Ok(name)) = (about.is_file(), entry.file_name().into_string()) {
            contents.insert(name, about.len());
        }
    }
    let mut file = File::create_new(folder.join(CONTENTS))?;
    serde_json::to_writer_pretty(&mut file, &contents)?;
    // Whole like the others if the power goes.
    file.sync_all()
}

/// Whether everything is there that was when the folder was sealed; else what is wrong. Where there is no folder, or nothing
/// in it, nothing was installed.
pub(crate) fn check(folder: &Path) -> Result<(), String> {
    let entries = fs::read_dir(folder).map(Iterator::count);
    match entries {
        Ok(0) => return Ok(()),
        Ok(_) => {}
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(reason) => return Err(reason.to_string()),
    }
    let path = folder.join(CONTENTS);
    let read = fs::read(&path).and_then(|bytes| Ok(serde_json::from_slice::<Contents>(&bytes)?));
    let contents = read.map_err(|reason| format!("{CONTENTS} cannot be read: {reason}"))?;
    for (name, bytes) in contents {
        match fs::metadata(folder.join(&name)) {
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => {
                return Err(format!("{name} is missing"));
            }
            Err(reason) => return Err(format!("{name}: {reason}")),
            Ok(about) if about.len() != bytes => {
                return Err(format!("{name} has {} bytes instead of {bytes}", about.len()));
            }
            Ok(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_cut_off_or_deleted_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("libonnxruntime.so.1.26.0");
        fs::write(&library, "all of it").unwrap();
        fs::create_dir(folder.path().join("licences")).unwrap();
        assert!(check(folder.path()).unwrap_err().contains(CONTENTS), "nothing to be compared with");
        assert!(check(&library).is_err(), "this is no folder");
        assert_eq!(check(&folder.path().join("nowhere")), Ok(()));
        assert_eq!(check(&folder.path().join("licences")), Ok(()), "an empty folder is none");
        seal(folder.path()).unwrap();
        assert_eq!(check(folder.path()), Ok(()));
        fs::write(&library, "all").unwrap();
        assert_eq!(check(folder.path()).unwrap_err(), "libonnxruntime.so.1.26.0 has 3 bytes instead of 9");
        fs::remove_file(&library).unwrap();
        assert_eq!(check(folder.path()).unwrap_err(), "libonnxruntime.so.1.26.0 is missing");
        fs::write(folder.path().join(CONTENTS), "{").unwrap();
        assert!(check(folder.path()).unwrap_err().contains(CONTENTS));
    }
}
