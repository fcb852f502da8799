//! Install runtime: another ONNX Runtime comes into the user's folder, whole or not at all.

mod index;
mod packages;
#[cfg(test)]
mod tests;
mod watch;
mod wheel;

use crate::common::machine::GraphicsCards;
use crate::description::{Algorithm, Kind, Output, OutputKind, Parameter};
use crate::host::Context;
use crate::result::Outcome;
use crate::values::Values;
use crate::{Error, folders};
use index::{Index, Source};
use model::pack::Hidden;
use packages::Package;
use raster::bytes::{rounded_down, rounded_up};
use runtime::installed::{installed_in, seal};
use runtime::library::{self, Origin, VARIABLE};
use serde_json::Map;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use watch::Watch;

const PACKAGE: &str = "PACKAGE";
const ACCEPT: &str = "ACCEPT";
const INDEX: &str = "INDEX";

/// The Python Package Index.
const PYPI: &str = "https://pypi.org/simple";

/// The file that says what an installed runtime was made of.
const PINS: &str = "pins";

/// What failed, in words.
const WRITING: &str = "writing a file";

pub(crate) fn describe() -> Algorithm {
    Algorithm {
        id: "installruntime",
        name: "Install runtime",
        group: "Models",
        group_id: "models",
        summary: "Fetches another ONNX Runtime, for NVIDIA graphics cards or with OpenVINO, and uses it from then on.",
        help: help(),
        tags: vec![
            "onnx runtime",
            "onnxruntime",
            "gpu",
            "cuda",
            "cudnn",
            "nvidia",
            "graphics card",
            "openvino",
            "bf16",
            "install",
            "download",
        ],
        parameters: parameters(),
        outputs: vec![Output { name: "FOLDER", label: "Folder of the runtime", kind: OutputKind::Folder }],
    }
}

/// Sizes as the table of packages has them.
fn help() -> &'static str {
    static HELP: LazyLock<String> = LazyLock::new(|| {
        let sizes = |word| {
            packages::named(word)
                .map(|p| (rounded_up(p.bytes()), rounded_up(p.unpacked_bytes())))
                .unwrap_or_default()
        };
        let (cuda, openvino) = (sizes(packages::CUDA), sizes(packages::OPENVINO));
        format!(
            "Models are run by ONNX Runtime. The one that comes with the plugin computes on the processor, with OpenVINO where \
             that is faster; this fetches a build from the Python Package Index, with the libraries that it needs. For NVIDIA \
             graphics cards that is {} to fetch, and {} on the disk; NVIDIA's driver is not among it, it comes with the \
             system. The build for processors ({}, {} on the disk) is the very one that comes with the plugin: it is of use \
             where that is missing, or to have another in its place again.\n\n\
             Nothing is fetched before you agree to the licences of what is fetched: without ACCEPT the run ends with a \
             message that names them, the sizes, and the places.\n\n\
             Each file is compared with a hash that this version of the plugin knows, whatever the index says, and only \
             libraries and licences are taken out of it; no Python is run. The new runtime is tried before it takes \
             its place, which is the folder runtime in the user's data. What was there before is replaced, and stays if \
             the download fails or is cancelled. Delete the folder to go back to the plugin's own.\n\n\
             A runtime that QGIS has loaded stays in memory: start QGIS again to use the new one. Then Runtime \
             information tells what works.",
            cuda.0, cuda.1, openvino.0, openvino.1
        )
    });
    &HELP
}

fn parameters() -> Vec<Parameter> {
    vec![
        Parameter::new(
            PACKAGE,
            "Runtime",
            "Which one. What was installed before is replaced.",
            Kind::choice(&packages::CHOICES, packages::CUDA),
        ),
        Parameter::new(
            ACCEPT,
            "I agree to the licences of what is fetched",
            "Without it nothing is fetched, and a message tells what would be, and on which terms.",
            Kind::Boolean { default: false },
        ),
        Parameter::new(
            INDEX,
            "Index of packages",
            "The address of a mirror of the Python Package Index, where PyPI itself cannot be reached; or a folder that holds the files, for machines without a network.",
            Kind::String { default: Some(PYPI.to_owned()), suggestions: vec![] },
        )
        .advanced(),
    ]
}

pub(crate) fn run(values: &Values, context: &Context) -> Result<Outcome, Error> {
    let data = folders::data().ok_or(Error::NoDataFolder)?;
    let wanted = values.text(PACKAGE).unwrap_or_default();
    let named = values.text(INDEX).unwrap_or(PYPI);
    let index = Index::of(named).ok_or_else(|| Error::InvalidValue {
        name: INDEX,
        value: format!("\"{}\"", index::without_password(named)),
        expected: String::from("it must be an address that begins with https:// or http://, or a folder"),
    })?;
    if let Index::Folder(folder) = &index
        && !folder.is_dir()
    {
        return Err(Error::InvalidValue {
            name: INDEX,
            value: format!("\"{index}\""),
            expected: String::from("there is no such folder"),
        });
    }
    let package = packages::named(wanted).ok_or_else(|| Error::InvalidValue {
        name: PACKAGE,
        value: format!("\"{wanted}\""),
        expected: String::from("this version does not know its files"),
    })?;
    let installation = Installation {
        package: &package,
        index: &index,
        data: &data,
        free: raster::free_bytes,
        try_out: library::try_out,
        remarks: remarks(wanted, context.home, &data),
        context,
    };
    installation.run(values.boolean(ACCEPT))
}

/// What speaks against an installation, or for something else beside it.
fn remarks(package: &str, home: Option<&Path>, data: &Path) -> Vec<String> {
    let mut remarks = Vec::new();
    if package == packages::CUDA && GraphicsCards::here().is_none() {
        remarks.push(String::from(
            "No NVIDIA graphics card was found on this machine: this would be of no use here.",
        ));
    }
    if let Some(chosen) = library::chosen() {
        let chosen = chosen.display();
        remarks.push(format!(
            "{VARIABLE} names {chosen}: what is installed here is not used before you unset it."
        ));
    } else if package == packages::OPENVINO
        && library::look(home, Some(data)).is_ok_and(|(_, origin)| origin == Origin::Shipped)
    {
        remarks
            .push(String::from("The ONNX Runtime that came with this program works, and is the very same."));
    }
    remarks
}

/// One installation. What depends on the machine can be another thing in tests.
struct Installation<'a> {
    package: &'a Package,
    index: &'a Index,
    /// The user's folder of TerraMind.
    data: &'a Path,
    /// Bytes that are free where a file is to be.
    free: fn(&Path) -> Option<u64>,
    /// Loads the library in a folder and returns its version.
    try_out: fn(&Path) -> Result<String, runtime::Error>,
    /// To be told before anything is fetched.
    remarks: Vec<String>,
    context: &'a Context<'a>,
}

impl Installation<'_> {
    fn run(&self, accepted: bool) -> Result<Outcome, Error> {
        let place = installed_in(self.data);
        if !accepted {
            return Err(self.not_accepted(&place));
        }
        for remark in &self.remarks {
            self.context.host.warning(remark);
        }
        let watch = Watch::new(self.context, self.package.bytes() + self.package.unpacked_bytes());
        // All of them, before gigabytes are fetched in vain.
        let (mut sources, mut missing) = (Vec::new(), Vec::new());
        for wheel in &self.package.wheels {
            match self.index.find(wheel, &watch)? {
                Some(source) => sources.push((wheel, source)),
                None => missing.push(wheel.file()),
            }
        }
        if !missing.is_empty() {
            return Err(Error::NotInIndex { files: missing.join(", "), index: self.index.to_string() });
        }
        let staged = Hidden::for_import(self.data)?;
        self.check_space(staged.path())?;
        for (wheel, source) in &sources {
            let doing = if matches!(source, Source::File(_)) { "Reading" } else { "Fetching" };
            let size = rounded_up(wheel.bytes);
            self.context.host.info(&format!("{doing} {} ({size}): {source}", wheel.file()));
            wheel::install(wheel, source, staged.path(), &watch)?;
        }
        self.write_pins(staged.path())?;
        seal(staged.path()).map_err(failed(WRITING, staged.path()))?;
        let version = (self.try_out)(staged.path()).map_err(Error::Trial)?;
        // The last moment to stop.
        watch.check()?;
        exchange(staged, &place, self.data)?;
        // Whole ones of before, whose installations were killed: a whole one has the place now.
        Hidden::sweep_replaced_runtimes(self.data);
        self.tell(&version, &place);
        let mut outputs = Map::new();
        outputs.insert(String::from("FOLDER"), place.display().to_string().into());
        Ok(Outcome { outputs, layers: vec![] })
    }

    fn not_accepted(&self, place: &Path) -> Error {
        Error::NotAccepted {
            label: self.package.label,
            sizes: format!(
                "{} from {}; it takes up to {} of the disk in {} while it is installed",
                rounded_up(self.package.bytes()),
                self.index,
                rounded_up(self.package.disk_bytes()),
                place.display()
            ),
            licences: self.package.licences,
            remarks: self.remarks.iter().flat_map(|remark| [remark.as_str(), " "]).collect(),
        }
    }

    fn check_space(&self, folder: &Path) -> Result<(), Error> {
        let needed = self.package.disk_bytes();
        match (self.free)(&folder.join(PINS)) {
            Some(available) if available < needed => Err(Error::NoSpaceForRuntime {
                needed: rounded_up(needed),
                available: rounded_down(available),
                folder: self.data.to_owned(),
            }),
            _ => Ok(()),
        }
    }

    /// So that whoever finds the folder knows where it is from.
    fn write_pins(&self, folder: &Path) -> Result<(), Error> {
        let lines = self.package.wheels.iter().map(|wheel| format!("{}  {}\n", wheel.sha256, wheel.file()));
        let path = folder.join(PINS);
        fs::write(&path, lines.collect::<String>()).map_err(failed(WRITING, &path))
    }

    fn tell(&self, version: &str, place: &Path) {
        let host = self.context.host;
        host.info(&format!("ONNX Runtime {version} is in {}", place.display()));
        if let Some(loaded) = library::loaded() {
            let until = if loaded.starts_with(place) {
                String::from("no model runs until then, because it has loaded what was replaced")
            } else {
                format!("until then it goes on with the one that it has loaded ({})", loaded.display())
            };
            host.warning(&format!("Start QGIS again to use it: {until}"));
        }
    }
}

/// The error of what was done with a path.
fn failed(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |reason| Error::Folder { doing, reason, path }
}

/// Gives a folder its place, and removes what was there. What a process has open of that stays readable for it.
fn exchange(new: Hidden, place: &Path, data: &Path) -> Result<(), Error> {
    let failed = || failed("putting the runtime in its place", place);
    if place.symlink_metadata().is_ok() {
        let aside = Hidden::for_replaced_runtime(data)?;
        let old = aside.path().join("replaced");
        fs::rename(place, &old).map_err(failed())?;
        if let Err(reason) = fs::rename(new.path(), place) {
            if fs::rename(&old, place).is_err() {
                // The hidden folder holds the only copy now.
                aside.keep();
            }
            return Err(failed()(reason));
        }
    } else {
        fs::rename(new.path(), place).map_err(failed())?;
    }
    // It has another name now: there is nothing left to remove.
    new.keep();
    Ok(())
}
