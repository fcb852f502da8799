//! The bridge inside a real QGIS, with a core that knows no models.
//!
//! Each test lays out a plugin folder as it is installed, and starts Python or `qgis_process` with a
//! profile of its own. The cases themselves are the scripts in `tests/pyqgis`.

// A helper that fails is a test that fails.
#![allow(clippy::unwrap_used)]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};
use tempfile::TempDir;

const MINOR: &str = env!("QGIS_MINOR");

/// A profile with the plugin in it.
struct Installed {
    home: TempDir,
    plugin: PathBuf,
}

impl Installed {
    fn new() -> Self {
        // Qt wants the folder for sockets to be the user's alone.
        let private = fs::Permissions::from_mode(0o700);
        let home = tempfile::Builder::new().permissions(private).tempdir().unwrap();
        let plugin = home.path().join(".local/share/QGIS/QGIS3/profiles/default/python/plugins/terramind");
        fs::create_dir_all(plugin.join("lib")).unwrap();
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for file in fs::read_dir(repository.join("plugin")).unwrap().map(Result::unwrap) {
            if file.file_type().unwrap().is_file() {
                fs::copy(file.path(), plugin.join(file.file_name())).unwrap();
            }
        }
        fs::copy(repository.join("metadata.txt"), plugin.join("metadata.txt")).unwrap();
        let installed = Self { home, plugin };
        fs::copy(built("libqgis_rs_ffi.so"), installed.shim(MINOR)).unwrap();
        fs::copy(built("examples/libfake_core.so"), installed.core()).unwrap();
        // As it is packaged: one library serves all patch levels of a minor version.
        let needed = text(&run(Command::new("patchelf").arg("--print-needed").arg(installed.shim(MINOR))));
        let qgis = needed.lines().find(|name| name.starts_with("libqgis_core.so")).unwrap();
        installed.patch(&["--remove-needed", qgis], &installed.shim(MINOR));
        installed
    }

    fn shim(&self, minor: &str) -> PathBuf {
        self.plugin.join(format!("lib/libqgis_rs_ffi-{minor}.so"))
    }

    fn core(&self) -> PathBuf {
        self.plugin.join("lib/libterramind.so")
    }

    fn patch(&self, arguments: &[&str], library: &Path) {
        run(Command::new("patchelf").args(arguments).arg(library).current_dir(&self.home));
    }

    /// A command whose QGIS knows nothing but this profile and has no display.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_remove("PYTHONPATH")
            .env("HOME", self.home.path())
            .env("XDG_RUNTIME_DIR", self.home.path());
        command
            .env("QT_QPA_PLATFORM", "offscreen")
            .env("LC_ALL", "C.UTF-8")
            .env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }

    /// Runs a case to its last line.
    fn case(&self, script: &str, environment: &[(&str, &Path)], words: &[&str]) {
        let scratch = tempfile::tempdir().unwrap();
        let mut python = self.command("/usr/bin/python3");
        python.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pyqgis").join(script));
        python.arg(self.plugin.parent().unwrap()).arg(scratch.path()).args(words);
        python.envs(environment.iter().copied());
        let output = run(&mut python);
        assert!(text(&output).contains("finished"), "{script} ended early: {}", text(&output));
    }

    fn qgis_process(&self, arguments: &[&str]) -> Output {
        self.command("/usr/bin/qgis_process.bin").args(arguments).output().unwrap()
    }
}

/// What cargo built beside this test; what lies further up may be of an earlier build.
fn built(file: &str) -> PathBuf {
    let profile = env::current_exe().unwrap().ancestors().nth(2).unwrap().to_owned();
    [profile.join("deps").join(file), profile.join(file)].into_iter().find(|path| path.is_file()).unwrap()
}

/// Runs a command that must succeed.
fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{error}: {command:?}"));
    assert!(output.status.success(), "{:?}\n{}\n{}", output.status, text(&output), errors(&output));
    output
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn values_arrive_as_the_contract_says() {
    Installed::new().case("values.py", &[], &[]);
}

#[test]
fn every_end_of_a_run_leaves_qgis_alive() {
    Installed::new().case("ends.py", &[], &[]);
}

#[test]
fn outputs_are_named_and_drawn() {
    Installed::new().case("layers.py", &[], &[]);
}

#[test]
fn every_style_is_drawn_and_notes_are_kept() {
    Installed::new().case("styles.py", &[], &[]);
}

#[test]
fn optional_destinations_are_written_only_where_wanted() {
    Installed::new().case("optional.py", &[], &[]);
}

#[test]
fn the_plugin_loads_unloads_and_follows_the_map() {
    Installed::new().case("loading.py", &[], &[]);
}

#[test]
fn a_qgis_without_a_library_is_told_which_there_are() {
    let installed = Installed::new();
    fs::rename(installed.shim(MINOR), installed.shim("3.10")).unwrap();
    fs::copy(installed.shim("3.10"), installed.shim("3.12")).unwrap();
    installed.case("refusals.py", &[], &[&format!("no library for QGIS {MINOR}"), "3.10, 3.12"]);
}

#[test]
fn a_running_qgis_of_another_minor_version_is_refused() {
    let installed = Installed::new();
    // Only a library with a wrong name gets this far.
    fs::rename(installed.shim(MINOR), installed.shim("3.99")).unwrap();
    let preloaded = built("examples/libother_qgis.so");
    let words = [&*format!("built for QGIS {MINOR}"), "QGIS 3.99 is running"];
    installed.case("refusals.py", &[("LD_PRELOAD", &preloaded)], &words);
}

#[test]
fn a_missing_library_is_named_with_its_remedy() {
    let words =
        ["this system has no libmissing.so.7", "Install the package", "apt-file search libmissing.so.7"];
    let installed = Installed::new();
    installed.patch(&["--add-needed", "libmissing.so.7"], &installed.core());
    installed.case("refusals.py", &[], &words);

    let installed = Installed::new();
    installed.patch(&["--add-needed", "libmissing.so.7"], &installed.shim(MINOR));
    installed.case("refusals.py", &[], &words);
}

#[test]
fn a_core_that_is_missing_or_speaks_otherwise_is_refused() {
    let installed = Installed::new();
    let words = ["speaks version 2 of the contract, expected 1"];
    installed.case("refusals.py", &[("FAKE_CORE_ABI", Path::new("2"))], &words);
    fs::remove_file(installed.core()).unwrap();
    installed.case("refusals.py", &[], &["the core could not be loaded", "libterramind.so"]);
}

#[test]
fn qgis_process_lists_runs_and_reports_failure() {
    let installed = Installed::new();
    run(installed.command("/usr/bin/qgis_process.bin").args(["plugins", "enable", "terramind"]));

    let listed = installed.qgis_process(&["list"]);
    assert!(text(&listed).contains("terramind:echo"), "{}\n{}", text(&listed), errors(&listed));

    let echoed =
        installed.qgis_process(&["run", "terramind:echo", "--", "COUNT=7", "EXTENT=1,2,3,4 [EPSG:3857]"]);
    assert!(echoed.status.success(), "{}", errors(&echoed));
    let shown = text(&echoed);
    assert!(shown.contains(r#""COUNT":7"#) && shown.contains(r#""crs":"EPSG:3857""#), "{shown}");

    // Optional destinations: none unless asked for.
    let wanted = ["run", "terramind:echo", "--", "OUTPUT=TEMPORARY_OUTPUT", "OUTPUT_POINTS=TEMPORARY_OUTPUT"];
    for (arguments, there) in [(&wanted[..2], false), (&wanted, true)] {
        let echoed = installed.qgis_process(arguments);
        assert!(echoed.status.success(), "{}", errors(&echoed));
        let shown = text(&echoed);
        assert_eq!(shown.contains(r#""OUTPUT":"#), there, "{shown}");
        assert_eq!(shown.contains("OUTPUT_POINTS.gpkg"), there, "{shown}");
    }

    for (arguments, words) in [
        (&["run", "terramind:fail"][..], "Band B8A is missing"),
        (&["run", "terramind:panic"], "The core panicked"),
        (&["run", "terramind:echo", "--", "COUNTS=7"], "Unknown parameter"),
        (&["run", "terramind:echo", "--", "MODE=cell"], "patch, pixel"),
    ] {
        let failed = installed.qgis_process(arguments);
        let said = text(&failed) + &errors(&failed);
        assert!(failed.status.code().is_some_and(|code| code != 0), "{arguments:?} succeeded: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}
