//! The plugin as one zip file, in the layout that QGIS's plugin manager installs.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::plugin::{self, Parts};

/// Writes the zip file; one that is there is replaced once the new one is complete.
pub fn write(parts: &Parts, file: &Path) -> Result<()> {
    let folder = file.parent().context("the zip file needs a folder to lie in")?;
    let scratch = tempfile::tempdir_in(folder)?;
    plugin::assemble(parts, &scratch.path().join(plugin::NAME))?;

    let new = scratch.path().join("plugin.zip");
    let mut archive = ZipWriter::new(File::create(&new)?);
    add_folder(&mut archive, &scratch.path().join(plugin::NAME), plugin::NAME)?;
    archive.finish()?.flush()?;
    fs::rename(&new, file)?;
    Ok(())
}

fn add_folder(archive: &mut ZipWriter<File>, folder: &Path, name: &str) -> Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    // The same files make the same archive, in whatever order the file system lists them.
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{name}/{}", entry.file_name().display());
        if entry.file_type()?.is_dir() {
            add_folder(archive, &entry.path(), &name)?;
        } else {
            archive.start_file(name, SimpleFileOptions::default().unix_permissions(0o644))?;
            io::copy(&mut File::open(entry.path())?, archive)?;
        }
    }
    Ok(())
}
