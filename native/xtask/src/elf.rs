//! Which libraries a shared library asks the loader for (its `NEEDED` entries), through the program `patchelf`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Names of the libraries that `library` asks for, e.g. `libgdal.so.32`.
pub fn needed(library: &Path) -> Result<Vec<String>> {
    Ok(patchelf(&["--print-needed"], library)?.lines().map(str::to_owned).collect())
}

/// The name under which others ask for `library`.
pub fn soname(library: &Path) -> Result<String> {
    Ok(patchelf(&["--print-soname"], library)?.trim().to_owned())
}

/// Takes every library out of `library`'s list whose name begins with one of `prefixes`.
///
/// The symbols are then found in the copy that the process has mapped already, of whatever version.
pub fn remove_needed(library: &Path, prefixes: &[&str]) -> Result<()> {
    for name in needed(library)? {
        if prefixes.iter().any(|prefix| name.starts_with(prefix)) {
            patchelf(&["--remove-needed", &name], library)?;
        }
    }
    Ok(())
}

/// Makes `program` ask for `new` instead of any library whose name begins with `prefix`.
pub fn replace_needed(program: &Path, prefix: &str, new: &str) -> Result<()> {
    for name in needed(program)? {
        if name.starts_with(prefix) {
            patchelf(&["--replace-needed", &name, new], program)?;
        }
    }
    Ok(())
}

fn patchelf(arguments: &[&str], file: &Path) -> Result<String> {
    let output = Command::new("patchelf")
        .args(arguments)
        .arg(file)
        .output()
        .context("cannot start patchelf: install the package patchelf")?;
    ensure!(
        output.status.success(),
        "patchelf {} failed: {}: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr).trim(),
        file.display()
    );
    String::from_utf8(output.stdout).context("patchelf printed a name that is not text")
}
