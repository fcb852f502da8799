//! Whether the disk has room for what is going to be written, and what of memory that takes.

use crate::{Error, RasterSpec, SampleType, bytes, cache};
use std::io;
use std::path::Path;

impl RasterSpec {
    /// What writing it may take of the disk at most: its rows as they come, and then the final file, with overviews of a
    /// third, beside them. Both are compressed, which makes little of classes and leaves most of colours and floats.
    pub(crate) fn disk_bytes(&self) -> u64 {
        let pixels = self.grid.width_px() as u64 * self.grid.height_px() as u64 * self.bands.len() as u64;
        match self.sample {
            SampleType::Byte => pixels,
            SampleType::Colour => 7 * pixels / 3,
            SampleType::UInt16 => 2 * pixels,
            SampleType::Float32 => 28 * pixels / 3,
        }
    }
}

impl RasterSpec {
    /// What so many rows take of memory: as numbers, and then as GDAL keeps them until they are complete.
    pub(crate) fn rows_bytes(&self, rows: usize) -> u64 {
        let floats = (size_of::<f32>() * (self.bands.len() + 1)) as u64;
        (self.grid.width_px() * rows) as u64 * (floats + self.pixel_bytes())
    }

    /// What copying takes of memory: GDAL's cache, and blocks of all bands.
    pub(crate) fn finishing_bytes(&self) -> u64 {
        cache::while_copied((self.grid.width_px() * self.grid.height_px()) as u64 * self.pixel_bytes())
    }

    /// The bytes of all bands of one pixel.
    fn pixel_bytes(&self) -> u64 {
        let of_sample = match self.sample {
            SampleType::Byte | SampleType::Colour => 1,
            SampleType::UInt16 => 2,
            SampleType::Float32 => 4,
        };
        self.bands.len() as u64 * of_sample
    }
}

/// Refuses rasters that together do not fit on the file system that they are to be on.
pub fn check_rasters<P: AsRef<Path>>(rasters: &[(P, RasterSpec)]) -> Result<(), Error> {
    let files: Vec<_> = rasters.iter().map(|(path, spec)| (path.as_ref(), spec.disk_bytes())).collect();
    check(&files, free)
}

/// The bytes that are free where a file is to be, if the system tells.
#[must_use]
pub fn free_bytes(file: &Path) -> Option<u64> {
    free(folder_of(file)).ok().map(|(available, _)| available)
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// `free` tells how many bytes are left where a folder lies, and which file system that is.
fn check(files: &[(&Path, u64)], free: impl Fn(&Path) -> io::Result<(u64, u64)>) -> Result<(), Error> {
    let mut systems: Vec<(u64, u64, u64, &Path)> = Vec::new();
    for &(file, bytes) in files {
        let folder = folder_of(file);
        // A folder that cannot be asked cannot be written either, which the writer says better.
        let Ok((available, system)) = free(folder) else { continue };
        match systems.iter_mut().find(|(other, ..)| *other == system) {
            Some((_, needed, ..)) => *needed += bytes,
            None => systems.push((system, bytes, available, folder)),
        }
    }
    match systems.into_iter().find(|(_, needed, available, _)| needed > available) {
        Some((_, needed, available, folder)) => Err(Error::NoSpace {
            needed: bytes::rounded_up(needed),
            available: bytes::rounded_down(available),
            folder: folder.to_owned(),
        }),
        None => Ok(()),
    }
}

/// Bytes that are free for us where a folder lies, and the file system's number.
fn free(folder: &Path) -> io::Result<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    // /proc and the like hold no files.
    if fs4::total_space(folder)? == 0 {
        return Err(io::Error::from(io::ErrorKind::Unsupported));
    }
    Ok((fs4::available_space(folder)?, std::fs::metadata(folder)?.dev()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_on_one_disk_are_counted_together() {
        let free = |folder: &Path| match folder.to_str() {
            Some("/small" | "/small/too") => Ok((5_000_000_000, 1)),
            Some("/large") => Ok((90_000_000_000, 2)),
            _ => Err(io::Error::from(io::ErrorKind::NotFound)),
        };
        let file = |path: &'static str, bytes| (Path::new(path), bytes);
        let three = 3_000_000_000;
        assert!(check(&[file("/small/a.tif", three), file("/large/b.tif", three)], free).is_ok());
        assert!(check(&[file("/gone/a.tif", u64::MAX)], free).is_ok());
        let both = [file("/small/a.tif", three), file("/small/too/b.tif", three)];
        let message = check(&both, free).unwrap_err().to_string();
        let words = ["6.0 GB", "5.0 GB", "/small"];
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
    }

    #[test]
    fn this_disk_says_how_much_is_free() {
        let folder = tempfile::tempdir().unwrap();
        assert!(free(folder.path()).is_ok());
    }
}
