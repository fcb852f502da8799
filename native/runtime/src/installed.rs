//! The runtime that a user has installed: where it lies, and whether it is still whole.
//!
//! The system maps libraries into memory without looking at their ends: one that was cut off, by a full disk or a sync
//! that stopped, ends the process when what is missing is first touched. So sizes are written down when a runtime is
//! installed, and compared before it is loaded.

use std::collections::BTreeMap;
use std::fs;
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
    fs::write(folder.join(CONTENTS), serde_json::to_vec_pretty(&contents)?)
}

/// Whether everything is there that was when the folder was sealed; else what is wrong. A folder that never was one of ours
/// has nothing to be compared with.
pub(crate) fn check(folder: &Path) -> Result<(), String> {
    let path = folder.join(CONTENTS);
    if !path.exists() {
        return Ok(());
    }
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
        assert_eq!(check(folder.path()), Ok(()), "nothing to be compared with");
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
