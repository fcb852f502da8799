//! What is done with a finished build: `cargo xtask install`, `package`, `matrix` and `bench`.
//!
//! - [`plugin`] puts the parts of a build together into the folder that QGIS loads,
//! - [`package`] zips that folder for QGIS's plugin manager,
//! - [`matrix`] runs the end-to-end tests in the QGIS of another Debian release,
//! - [`mod@bench`] measures time, memory and seams, also against TerraTorch,
//! - [`translations`] compiles translation files,
//! - [`elf`] edits which libraries a library asks the loader for.
//!
//! Nothing here but `bench` builds, and nothing fetches ONNX Runtime: `cargo build --release` and `runtime/fetch.sh` do.

mod bench;
mod elf;
mod matrix;
mod package;
mod plugin;
mod translations;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::Parser;

use crate::plugin::Parts;

/// Installs, packages and measures the TerraMind plugin, and runs it in the QGIS of other Debian releases.
#[derive(Parser)]
#[command(version)]
enum Task {
    /// Put the plugin into a QGIS profile, replacing an older one there.
    Install {
        #[command(flatten)]
        parts: Parts,
        /// Folder of the profile [default: the user's profile "default"].
        #[arg(long, value_name = "FOLDER")]
        profile_dir: Option<PathBuf>,
    },
    /// Zip the plugin for "Install from ZIP" of QGIS's plugin manager.
    Package {
        #[command(flatten)]
        parts: Parts,
        /// The zip file [default: target/terramind-VERSION.zip].
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Run the end-to-end tests in the QGIS of another Debian release, with the core that was built here (as root).
    Matrix {
        #[command(flatten)]
        parts: Parts,
        /// The Debian release: trixie has QGIS 3.40.
        #[arg(long, default_value = "trixie")]
        suite: String,
    },
    /// Measure time, memory and seams of the command line program, and print them as a Markdown table.
    Bench {
        #[command(flatten)]
        parts: Parts,
        #[command(flatten)]
        options: bench::Options,
    },
}

fn main() -> Result<()> {
    match Task::parse() {
        Task::Install { parts, profile_dir } => {
            let profile = profile_dir.map_or_else(default_profile, Ok)?;
            let folder = plugin::install(&parts, &profile)?;
            println!("Installed {}", folder.display());
        }
        Task::Package { parts, output } => {
            let file = output.unwrap_or_else(|| {
                target_folder().join(format!("terramind-{}.zip", env!("CARGO_PKG_VERSION")))
            });
            package::write(&parts, &file)?;
            println!("Wrote {}", file.display());
        }
        Task::Matrix { parts, suite } => matrix::run_suite(&parts, &suite)?,
        Task::Bench { parts, options } => bench::run(&parts, &options)?,
    }
    Ok(())
}

/// The root of the checkout.
fn checkout() -> &'static Path {
    // `native/xtask`, two folders below.
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the crate lies in native/xtask")
}

/// Where cargo puts what it builds.
fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| checkout().join("target"), PathBuf::from)
}

/// The profile that QGIS opens unless told otherwise.
fn default_profile() -> Result<PathBuf> {
    let data = match std::env::var_os("XDG_DATA_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => home()?.join(".local/share"),
    };
    Ok(data.join("QGIS/QGIS3/profiles/default"))
}

fn home() -> Result<PathBuf> {
    Ok(PathBuf::from(std::env::var_os("HOME").context("the environment variable HOME is not set")?))
}

/// Runs a program to its end; its output goes where ours goes.
fn run(command: &mut Command) -> Result<()> {
    let status =
        command.status().with_context(|| format!("cannot start {}", command.get_program().display()))?;
    ensure!(status.success(), "{} failed ({status})", command.get_program().display());
    Ok(())
}
