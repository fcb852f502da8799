//! The end-to-end tests in the QGIS of another Debian release.
//!
//! The root file system of the release is made once and kept. In it only the shim is built; the core and the
//! program are the ones that were built here, which shows that one core serves every QGIS.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::plugin::Parts;
use crate::{checkout, elf, home, run, target_folder};

/// Makes the root of `suite` where there is none, builds the shim in it, and runs the end-to-end tests in it.
pub fn run_suite(parts: &Parts, suite: &str) -> Result<()> {
    let root = Root::open(suite)?;
    root.run(
        ". .ci/setup.sh; \
         install_packages \"${build_packages[@]}\" \"${qgis_packages[@]}\" \"${test_packages[@]}\"",
    )?;

    let target = target_folder().join("matrix").join(suite);
    root.run(&format!(
        "cargo build --release --locked --package qgis-rs-ffi --target-dir '{}'",
        target.display()
    ))?;

    let build = target.join("release");
    for name in ["libterramind.so", "terramind", "xtask"] {
        fs::copy(parts.build().join(name), build.join(name))
            .with_context(|| format!("not built yet, run cargo build --release first: {name}"))?;
    }
    // The plugin's core finds GDAL in the process; the program has to ask for the one of this release.
    elf::replace_needed(&build.join("terramind"), "libgdal.so", &root.gdal()?)?;

    root.run(&format!(
        "/usr/bin/python3 -m pytest tests/end_to_end --build '{}' --runtime '{}'",
        build.display(),
        parts.runtime().display()
    ))
}

/// The root file system of a Debian release.
struct Root {
    folder: PathBuf,
}

impl Root {
    fn open(suite: &str) -> Result<Self> {
        let cache = match std::env::var_os("XDG_CACHE_HOME") {
            Some(folder) => PathBuf::from(folder),
            None => home()?.join(".cache"),
        };
        let folder = cache.join("terramind-roots").join(suite);
        run(Command::new(script("debian_root.sh")).arg(suite).arg(&folder))?;
        Ok(Self { folder })
    }

    /// Runs a line of bash in the checkout, which is bound to the path that it has outside.
    fn run(&self, line: &str) -> Result<()> {
        let checkout = checkout().display();
        let (cargo, rustup) = (rust_folder("CARGO_HOME", ".cargo")?, rust_folder("RUSTUP_HOME", ".rustup")?);
        run(Command::new(script("enter_root.sh"))
            .arg(&self.folder)
            .arg(format!("set -e; cd '{checkout}'; {line}"))
            .arg(format!("{checkout}:{checkout}"))
            .arg(format!("{0}:{0}", target_folder().display()))
            .arg(format!("{}:/root/.cargo", cargo.display()))
            .arg(format!("{}:/root/.rustup", rustup.display())))
    }

    /// The name under which programs of this release ask for GDAL.
    fn gdal(&self) -> Result<String> {
        let library = Path::new("usr/lib/x86_64-linux-gnu/libgdal.so");
        elf::soname(&self.folder.join(library))
    }
}

fn rust_folder(variable: &str, name: &str) -> Result<PathBuf> {
    match std::env::var_os(variable) {
        Some(folder) => Ok(PathBuf::from(folder)),
        None => Ok(home()?.join(name)),
    }
}

fn script(name: &str) -> PathBuf {
    checkout().join("tests/end_to_end").join(name)
}
