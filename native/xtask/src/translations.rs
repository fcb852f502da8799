//! Translation files: from the form that translators edit to the one that Qt loads.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::run;

/// Compiles every `.ts` file in `from` to a `.qm` file of the same name in the new folder `to`.
pub fn compile(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    let entries = fs::read_dir(from).with_context(|| format!("cannot read the folder {}", from.display()))?;
    for entry in entries {
        let source = entry?.path();
        let Some(name) = source.file_stem().filter(|_| source.extension().is_some_and(|e| e == "ts")) else {
            continue;
        };
        let compiled = to.join(name).with_extension("qm");
        run(Command::new(lrelease()).arg("-silent").arg(&source).arg("-qm").arg(&compiled)).with_context(
            || {
                let source = source.display();
                format!("cannot compile {source}; lrelease is in Debian's package qttools5-dev-tools")
            },
        )?;
    }
    Ok(())
}

/// Debian's own place first: the one on the path may be a wrapper that finds no Qt.
fn lrelease() -> PathBuf {
    let places = ["/usr/lib/qt5/bin/lrelease", "/usr/lib/qt6/bin/lrelease"];
    let found = places.into_iter().find(|place| Path::new(place).is_file());
    found.unwrap_or("lrelease").into()
}
