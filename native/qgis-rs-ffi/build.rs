//! Compiles `cpp/` and the bridge against the QGIS whose headers are installed.
//!
//! `QGIS_INCLUDE_DIR` names another folder of QGIS headers than `/usr/include/qgis`.

use std::{env, error::Error, fs, path::Path};

const SOURCES: [&str; 8] = [
    "terramindalgorithm",
    "terramindfeedback",
    "terramindlayers",
    "terramindparameters",
    "terramindprovider",
    "terramindregistration",
    "terramindstyles",
    "terramindvalues",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=QGIS_INCLUDE_DIR");
    println!("cargo::rerun-if-changed=../../cpp");

    let headers = env::var("QGIS_INCLUDE_DIR").unwrap_or_else(|_| "/usr/include/qgis".into());
    let version = qgis_version(&headers)?;
    let qt = if version >= 40_000 { "Qt6" } else { "Qt5" };
    // What the tests name the library after.
    println!("cargo::rustc-env=QGIS_MINOR={}.{}", version / 10_000, version / 100 % 100);

    let mut build = cxx_build::bridge("src/bridge.rs");
    build.std("c++17").include("../../cpp").files(SOURCES.map(|name| format!("../../cpp/{name}.cpp")));
    build.flag("-Wall").flag("-Wextra").flag("-Werror");
    // As system headers, so that the strict warnings above are about our files alone.
    build.flag(format!("-isystem{headers}"));
    let modules = ["Core", "Gui", "Widgets", "Xml"].map(|module| format!("{qt}{module}"));
    for package in modules.iter().map(String::as_str).chain(["gdal"]) {
        let library = pkg_config::Config::new().cargo_metadata(false).probe(package)?;
        for folder in library.include_paths {
            // GCC drops its own standard folders from the search order when they are named again.
            if folder != Path::new("/usr/include") {
                build.flag(format!("-isystem{}", folder.display()));
            }
        }
    }
    build.compile("qgis_rs_ffi_cpp");

    println!("cargo::rustc-link-lib=dylib=qgis_core");
    for module in ["Core", "Gui"] {
        println!("cargo::rustc-link-lib=dylib={qt}{module}");
    }
    // The bridge's own functions are exported and named alike in every library that uses cxx.
    println!("cargo::rustc-link-arg-cdylib=-Wl,-Bsymbolic-functions");
    Ok(())
}

/// The version that the headers are of: QGIS 4 is built with Qt 6, QGIS 3 with Qt 5.
fn qgis_version(headers: &str) -> Result<u32, Box<dyn Error>> {
    let path = Path::new(headers).join("qgsconfig.h");
    let text = fs::read_to_string(&path).map_err(|error| {
        format!("no QGIS headers ({error}); install libqgis-dev or set QGIS_INCLUDE_DIR: {}", path.display())
    })?;
    let version = text
        .lines()
        .find_map(|line| line.strip_prefix("#define _QGIS_VERSION_INT "))
        .ok_or_else(|| format!("no _QGIS_VERSION_INT in {}", path.display()))?;
    Ok(version.trim().parse()?)
}
