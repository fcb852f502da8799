//! Values that wait on the disk.

use crate::Error;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// A file without a name, which is gone when the process ends, however it ends. Places in it count values.
pub(crate) struct Scratch {
    file: File,
    folder: PathBuf,
}

impl Scratch {
    /// A file on the disk of a folder.
    pub fn new(folder: &Path) -> Result<Self, Error> {
        let failed = |reason| Error::Scratch { folder: folder.to_owned(), reason };
        let file = tempfile::tempfile_in(folder).map_err(failed)?;
        Ok(Self { file, folder: folder.to_owned() })
    }

    /// Puts values at a place.
    pub fn write(&self, at: u64, values: &[f32]) -> Result<(), Error> {
        self.told(self.file.write_all_at(bytemuck::cast_slice(values), byte(at)))
    }

    /// Fills `values` with what lies at a place.
    pub fn read(&self, at: u64, values: &mut [f32]) -> Result<(), Error> {
        self.told(self.file.read_exact_at(bytemuck::cast_slice_mut(values), byte(at)))
    }

    fn told(&self, result: io::Result<()>) -> Result<(), Error> {
        result.map_err(|reason| Error::Scratch { folder: self.folder.clone(), reason })
    }
}

fn byte(value: u64) -> u64 {
    value * size_of::<f32>() as u64
}
