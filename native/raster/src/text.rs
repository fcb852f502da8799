//! A text file that appears whole or not at all.

use crate::Error;
use crate::staged::{Completed, Staged};
use std::fs;
use std::path::Path;

/// A text file under construction: a hidden file beside the destination.
pub struct TextWriter {
    staged: Staged,
}

impl TextWriter {
    /// Checks that `destination` can be written, as [`crate::Writer::create`] does.
    pub fn create(destination: &Path) -> Result<Self, Error> {
        Ok(Self { staged: Staged::beside(destination)? })
    }

    /// Writes the whole text, in UTF-8.
    pub fn complete(self, text: &str) -> Result<Completed, Error> {
        let failed = |reason: String| Error::Write { path: self.staged.destination().to_owned(), reason };
        // The file is there already and stays the locked one.
        fs::write(self.staged.path(), text).map_err(|e| failed(e.to_string()))?;
        self.staged.complete()
    }
}
