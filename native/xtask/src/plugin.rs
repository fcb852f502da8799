//! The plugin as QGIS loads it: one folder with the bootstrap, in `lib/` the core, the shims and ONNX Runtime, and
//! in `doc/` the documentation where it was built.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::{checkout, elf, target_folder, translations};

/// Name of the plugin's folder, which is also the Python package that QGIS imports.
pub const NAME: &str = "terramind";

/// Where the parts of the plugin come from.
#[derive(clap::Args)]
pub struct Parts {
    /// Folder with `libterramind.so` and `libqgis_rs_ffi.so` [default: target/release].
    #[arg(long, value_name = "FOLDER")]
    build: Option<PathBuf>,
    /// Folder with ONNX Runtime's libraries, as runtime/fetch.sh makes it [default: target/onnxruntime].
    #[arg(long, value_name = "FOLDER")]
    runtime: Option<PathBuf>,
    /// A further `libqgis_rs_ffi.so`, built against another minor version of QGIS (may be given more than once).
    #[arg(long, value_name = "FILE")]
    shim: Vec<PathBuf>,
}

impl Parts {
    /// The folder of the build.
    pub fn build(&self) -> PathBuf {
        self.build.clone().unwrap_or_else(|| target_folder().join("release"))
    }

    /// The folder of ONNX Runtime's libraries.
    pub fn runtime(&self) -> PathBuf {
        self.runtime.clone().unwrap_or_else(|| target_folder().join("onnxruntime"))
    }
}

/// Puts the plugin into `profile`, in place of an older one, and returns its folder.
pub fn install(parts: &Parts, profile: &Path) -> Result<PathBuf> {
    let plugins = profile.join("python/plugins");
    fs::create_dir_all(&plugins).with_context(|| format!("cannot make the folder {}", plugins.display()))?;

    // Assembled beside its place and moved there whole. The files of an older plugin are never written into:
    // a running QGIS may have mapped them.
    let scratch = tempfile::Builder::new().prefix(".terramind-").tempdir_in(&plugins)?;
    let new = scratch.path().join("new");
    assemble(parts, &new)?;
    let folder = plugins.join(NAME);
    if folder.exists() {
        fs::rename(&folder, scratch.path().join("old"))?;
    }
    fs::rename(&new, &folder)?;
    Ok(folder)
}

/// Writes the plugin's files into the new folder `folder`.
pub fn assemble(parts: &Parts, folder: &Path) -> Result<()> {
    copy_folder(&checkout().join("plugin"), folder)?;
    for name in ["metadata.txt", "LICENSE", "README.md"] {
        copy(&checkout().join(name), &folder.join(name))?;
    }
    for name in ["examples", "demo"] {
        copy_folder(&checkout().join(name), &folder.join(name))?;
    }
    translations::compile(&checkout().join("i18n"), &folder.join("i18n"))?;
    // A build without documentation is a plugin, too: docs/build.sh makes it.
    let docs = parts.build().join("../docs");
    if docs.is_dir() {
        copy_folder(&docs, &folder.join("doc"))?;
    }

    let lib = folder.join("lib");
    fs::create_dir(&lib)?;
    let core = lib.join("libterramind.so");
    copy(&parts.build().join("libterramind.so"), &core)?;
    // The core works with the GDAL that QGIS has mapped, whatever its version.
    elf::remove_needed(&core, &["libgdal.so"])?;

    let own_shim = parts.build().join("libqgis_rs_ffi.so");
    for shim in std::iter::once(&own_shim).chain(&parts.shim) {
        let minor = qgis_minor(shim)?;
        let installed = lib.join(format!("libqgis_rs_ffi-{minor}.so"));
        copy(shim, &installed)?;
        // The name of libqgis_core holds the patch level; one shim serves all patch levels of its minor version.
        elf::remove_needed(&installed, &["libqgis_", "libgdal.so"])?;
    }
    copy_folder(&parts.runtime(), &lib)
}

/// The minor version of QGIS, e.g. `3.22`, that a shim was built against.
fn qgis_minor(shim: &Path) -> Result<String> {
    ensure!(shim.exists(), "not built yet, run cargo build --release first: {}", shim.display());
    let needed = elf::needed(shim)?;
    needed
        .iter()
        .find_map(|name| name.strip_prefix("libqgis_core.so."))
        .and_then(|version| version.rsplit_once('.'))
        .map(|(minor, _patch)| minor.to_owned())
        .with_context(|| {
            format!("does not ask for libqgis_core, so that its QGIS is unknown: {}", shim.display())
        })
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    let entries = fs::read_dir(from).with_context(|| format!("cannot read the folder {}", from.display()))?;
    for entry in entries {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_name() == "__pycache__" {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            copy(&entry.path(), &target)?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::run;

    /// An empty shared library that asks for the libraries `needed`.
    fn library(folder: &Path, file: &str, needed: &[&str]) {
        let empty = |output: &Path| {
            let mut compiler = Command::new("cc");
            compiler.args(["-shared", "-nostdlib", "-x", "c", "/dev/null", "-x", "none", "-o"]).arg(output);
            compiler
        };
        let mut linked = empty(&folder.join(file));
        for name in needed {
            run(empty(&folder.join(name)).arg(format!("-Wl,-soname,{name}"))).unwrap();
            linked.arg("-Wl,--no-as-needed").arg(folder.join(name));
        }
        run(&mut linked).unwrap();
    }

    #[test]
    fn the_plugin_depends_on_no_version_of_gdal_and_no_patch_level_of_qgis() {
        let target = tempfile::tempdir().unwrap();
        let build = target.path().join("release");
        fs::create_dir_all(&build).unwrap();
        fs::create_dir_all(target.path().join("docs/tutorial")).unwrap();
        fs::write(target.path().join("docs/tutorial/index.html"), "").unwrap();
        library(&build, "libterramind.so", &["libgdal.so.32", "libproj.so.25"]);
        library(&build, "libqgis_rs_ffi.so", &["libqgis_core.so.3.22.16", "libgdal.so.32"]);
        let runtime = tempfile::tempdir().unwrap();
        fs::write(runtime.path().join("libonnxruntime.so.1"), "").unwrap();
        let parts =
            Parts { build: Some(build.clone()), runtime: Some(runtime.path().into()), shim: Vec::new() };

        let profile = tempfile::tempdir().unwrap();
        let plugins = profile.path().join("python/plugins");
        fs::create_dir_all(plugins.join(NAME)).unwrap();
        fs::write(plugins.join(NAME).join("of_an_older_version.py"), "").unwrap();
        let folder = install(&parts, profile.path()).unwrap();

        assert!(!folder.join("of_an_older_version.py").exists());
        for part in [
            "icon.svg",
            "icons/embedlayer.svg",
            "examples/generate_and_embed.model3",
            "i18n/terramind_de.qm",
            "demo/flood.yaml",
        ] {
            assert!(folder.join(part).is_file(), "{part} is missing");
        }
        assert!(folder.join("doc/tutorial/index.html").exists());
        assert!(folder.join("metadata.txt").exists() && folder.join("lib/libonnxruntime.so.1").exists());
        assert_eq!(elf::needed(&folder.join("lib/libterramind.so")).unwrap(), ["libproj.so.25"]);
        assert_eq!(elf::needed(&folder.join("lib/libqgis_rs_ffi-3.22.so")).unwrap(), [""; 0]);
        assert_eq!(fs::read_dir(&plugins).unwrap().count(), 1, "scratch folders are left");
    }
}
