//! Values that wait on the disk.

use crate::Error;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A file without a name, which is gone when the process ends, however it ends.
pub(crate) struct Scratch {
    file: File,
    folder: PathBuf,
    /// Where each entry begins and how many values it has.
    entries: Vec<Option<(u64, usize)>>,
    end: u64,
}

impl Scratch {
    /// A file on the disk of a folder.
    pub fn new(folder: &Path) -> Result<Self, Error> {
        let failed = |reason| Error::Scratch { folder: folder.to_owned(), reason };
        let file = tempfile::tempfile_in(folder).map_err(failed)?;
        Ok(Self { file, folder: folder.to_owned(), entries: Vec::new(), end: 0 })
    }

    /// The next entry.
    pub fn add(&mut self, values: Option<&[f32]>) -> Result<(), Error> {
        let Some(values) = values else {
            self.entries.push(None);
            return Ok(());
        };
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_ne_bytes()).collect();
        let written = self.file.seek(SeekFrom::Start(self.end)).and_then(|_| self.file.write_all(&bytes));
        written.map_err(|reason| Error::Scratch { folder: self.folder.clone(), reason })?;
        self.entries.push(Some((self.end, values.len())));
        self.end += bytes.len() as u64;
        Ok(())
    }

    /// An entry, counted from 0.
    pub fn read(&self, index: usize) -> Result<Option<Vec<f32>>, Error> {
        let Some(&Some((start, count))) = self.entries.get(index) else { return Ok(None) };
        let mut bytes = vec![0; count * size_of::<f32>()];
        let mut file = &self.file;
        let read = file.seek(SeekFrom::Start(start)).and_then(|_| file.read_exact(&mut bytes));
        read.map_err(|reason| Error::Scratch { folder: self.folder.clone(), reason })?;
        let value = |bytes: &[u8]| f32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        Ok(Some(bytes.chunks_exact(size_of::<f32>()).map(value).collect()))
    }
}
