//! Whether libraries are as long as they say themselves.
//!
//! The system maps a library into memory without looking at its end: one that was cut off, by a full disk or a copy that
//! stopped, ends the process when what is missing is first touched. So lengths are looked at before anything is loaded.

use crate::provider::CUDA_LIBRARIES;
use object::elf::FileHeader64;
use object::read::ReadCache;
use object::read::elf::{FileHeader, ProgramHeader};
use object::{Endianness, ReadRef};
use std::fs::{self, File};
use std::path::Path;

/// How the names of the libraries begin that are loaded with ONNX Runtime where they lie beside it, but for those that CUDA's
/// provider needs.
const FAMILY: [&str; 5] = ["libonnxruntime", "libopenvino", "libtbb", "libnvrtc", "libnvJitLink"];

/// Looks at a library and at those of its family beside it; says which is wrong, and what.
pub(crate) fn check(library: &Path) -> Result<(), String> {
    check_file(library)?;
    let beside = library.parent().and_then(|folder| fs::read_dir(folder).ok());
    for entry in beside.into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if is_of_family(&name) {
            check_file(&entry.path()).map_err(|reason| format!("{name}: {reason}"))?;
        }
    }
    Ok(())
}

fn is_of_family(name: &str) -> bool {
    let mut beginnings = FAMILY.iter().chain(&CUDA_LIBRARIES);
    beginnings.any(|beginning| name.starts_with(beginning)) && name.contains(".so")
}

fn check_file(path: &Path) -> Result<(), String> {
    let file = File::open(path).map_err(|reason| reason.to_string())?;
    let cache = ReadCache::new(file);
    let end = end(&cache).map_err(|_| String::from("this is no library"))?;
    let length = (&cache).len().unwrap_or_default();
    if length < end {
        return Err(format!("it was cut off, and has {length} bytes of {end}"));
    }
    Ok(())
}

/// Where the last of what a library says it has ends: of what is mapped, and of its table of sections.
fn end<'data>(data: impl ReadRef<'data>) -> object::Result<u64> {
    let header = FileHeader64::<Endianness>::parse(data)?;
    let endian = header.endian()?;
    let sections =
        header.e_shoff(endian) + u64::from(header.e_shnum(endian)) * u64::from(header.e_shentsize(endian));
    let segments = header.program_headers(endian, data)?.iter();
    let ends = segments.map(|segment| segment.p_offset(endian).saturating_add(segment.p_filesz(endian)));
    Ok(ends.fold(sections, u64::max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_as_long_as_it_says() {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("libonnxruntime.so.1");
        let bytes = fs::read("/proc/self/exe").unwrap();
        fs::write(&library, &bytes).unwrap();
        assert_eq!(check(&library), Ok(()));
        // What belongs to nobody here is not looked at.
        fs::write(folder.path().join("libother.so"), "half").unwrap();
        assert_eq!(check(&library), Ok(()));
        for part in [1, bytes.len() / 2, bytes.len() - 1] {
            fs::write(&library, &bytes[..part]).unwrap();
            let message = check(&library).unwrap_err();
            assert!(message.contains("cut off") || part == 1 && message.contains("no library"), "{message}");
        }
        fs::write(&library, &bytes).unwrap();
        fs::write(folder.path().join("libopenvino.so.2541"), &bytes[..bytes.len() / 2]).unwrap();
        let message = check(&library).unwrap_err();
        assert!(message.contains("libopenvino.so.2541: it was cut off"), "{message}");
        assert!(check(&folder.path().join("nowhere")).is_err());
    }
}
