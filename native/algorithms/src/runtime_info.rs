//! Runtime information: what models run on here, and what is missing for more.

use crate::common::machine::{self, GraphicsCards, Processor};
use crate::description::{Algorithm, Output, OutputKind};
use crate::host::Context;
use crate::models;
use crate::result::Outcome;
use crate::values::Values;
use crate::{Error, folders, software};
use runtime::library::{self, Loaded, Origin, VARIABLE};
use runtime::provider::{CUDA_PROVIDER, ROUTES};
use runtime::{Device, Precision, Session, SessionOptions};
use serde_json::Map;
use std::fs;
use std::path::Path;

pub(crate) fn describe() -> Algorithm {
    Algorithm {
        id: "runtimeinfo",
        name: "Runtime information",
        group: "Models",
        group_id: "models",
        summary: "Tells which libraries and devices models run on here, in which versions, and what is missing for more.",
        help: "Looks for ONNX Runtime as every run does, loads it, and runs a small graph on each device and \
               precision that there is: what is told to work has worked. Where something does not, the report says \
               why, and what to install.\n\n\
               Add the report when you tell of a problem. It holds names of folders and of the machine's parts, and \
               nothing of your data.",
        tags: vec![
            "onnx runtime",
            "onnxruntime",
            "gpu",
            "cuda",
            "openvino",
            "version",
            "device",
            "graphics card",
            "diagnosis",
            "troubleshooting",
        ],
        parameters: vec![],
        outputs: vec![
            Output { name: "REPORT", label: "Report", kind: OutputKind::String },
            Output { name: "LIBRARY", label: "ONNX Runtime", kind: OutputKind::String },
            Output { name: "ROUTES", label: "What works", kind: OutputKind::String },
        ],
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "all algorithms have this signature; what is missing is told, no error"
)]
pub(crate) fn run(_: &Values, context: &Context) -> Result<Outcome, Error> {
    let report = Report::new(context.home);
    for line in &report.lines {
        context.host.info(line);
    }
    for problem in &report.missing {
        context.host.warning(problem);
    }
    let mut outputs = Map::new();
    let text: Vec<_> = report.lines.iter().chain(&report.missing).map(String::as_str).collect();
    outputs.insert(String::from("REPORT"), text.join("\n").into());
    outputs.insert(String::from("LIBRARY"), report.library.into());
    outputs.insert(String::from("ROUTES"), report.routes.join(", ").into());
    Ok(Outcome { outputs, layers: vec![] })
}

/// What is found, line by line.
#[derive(Debug, Default)]
struct Report {
    lines: Vec<String>,
    /// What to do for more.
    missing: Vec<String>,
    /// The library that is used, empty if there is none.
    library: String,
    /// The routes that work.
    routes: Vec<String>,
}

impl Report {
    fn new(home: Option<&Path>) -> Self {
        let mut report = Self::default();
        report.line("Software", &software());
        let cards = GraphicsCards::here();
        let processor = Processor::here();
        report.line("Processor", &processor.to_string());
        report.line("Memory", &machine::memory());
        report.line("Graphics cards", &cards.to_string());
        let place = folders::models().map_or_else(
            || String::from("none"),
            |folder| format!("{}, packs: {}", folder.display(), models::packs(&folder).len()),
        );
        report.line("Folder of models", &place);
        report.runtime(home, &cards);
        report
    }

    fn line(&mut self, name: &str, words: &str) {
        self.lines.push(format!("{name}: {words}"));
    }

    /// The library, and what works with it.
    fn runtime(&mut self, home: Option<&Path>, cards: &GraphicsCards) {
        let data = folders::data();
        let loaded = match library::load(home, data.as_deref()) {
            Ok(loaded) => loaded,
            Err(error) => {
                self.line("ONNX Runtime", "cannot be used");
                self.missing.push(format!("No model can be run: {error}"));
                return;
            }
        };
        self.library = loaded.path.display().to_string();
        self.line("ONNX Runtime", &format!("{}; {}", self.library, loaded.build));
        self.line("Chosen because", &reason(loaded.origin));
        for route in ROUTES {
            let told = match trial(&loaded, route.device, route.precision) {
                Ok(()) => {
                    self.routes.push(route.to_string());
                    String::from("works")
                }
                Err(reason) => reason,
            };
            let typed = format!("DEVICE={}, PRECISION={}", route.device.word(), route.precision);
            self.line(&format!("{route} ({typed})"), &told);
        }
        let works = self.routes.iter().any(|route| route.starts_with("CUDA"));
        let built_for_cuda = loaded.path.with_file_name(CUDA_PROVIDER).is_file();
        if let Some(advice) = cards.advice(works, built_for_cuda) {
            self.missing.push(advice.to_owned());
        }
    }
}

/// Why it is this library.
fn reason(origin: Origin) -> String {
    match origin {
        Origin::Variable => format!("{VARIABLE} names it"),
        Origin::Installed => String::from("Install runtime has fetched it; delete its folder to go back"),
        Origin::Shipped => String::from("it came with this program"),
        Origin::System => String::from("the system has it, and nothing else was found"),
    }
}

/// Runs a small graph on a route.
fn trial(library: &Loaded, device: Device, precision: Precision) -> Result<(), String> {
    let options = SessionOptions { device, precision, threads: 1 };
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let graph = layers(folder.path())?;
    let session = Session::open(library, &graph, folder.path(), &options);
    // What to choose instead stands in the other lines.
    let session = session.map_err(|error| match error {
        runtime::Error::Unavailable { reasons, .. } => reasons,
        other => other.to_string(),
    })?;
    let input = runtime::Tensor::floats(&[1, WIDTH], vec![-1.0, 0.0, 1.0, 2.0]);
    let output = session.run(&[("x", input)], &runtime::Cancel::default()).map_err(|e| e.to_string())?;
    let values = output.into_floats().map_err(|e| e.to_string())?;
    // Of 2 it is 1.9545, and rounded near that.
    match values.last() {
        Some(last) if (last - 1.954_5).abs() < 0.05 => Ok(()),
        _ => Err(format!("it computes something else: {values:?}")),
    }
}

const WIDTH: usize = 4;

/// A graph that any provider can run: three linear layers that change nothing, of which the middle one may be rounded, and an
/// activation. The weights are put into the folder.
fn layers(folder: &Path) -> Result<graph::Model, String> {
    let identity = (0..WIDTH * WIDTH).map(|i| if i % (WIDTH + 1) == 0 { 1.0_f32 } else { 0.0 });
    let bytes: Vec<u8> = identity.flat_map(f32::to_le_bytes).collect();
    fs::write(folder.join("weights.bin"), &bytes).map_err(|e| e.to_string())?;
    let weight = graph::ExternalTensor {
        location: "weights.bin".into(),
        offset: 0,
        length: bytes.len() as u64,
        shape: vec![WIDTH, WIDTH],
    };
    let mut graph = graph::Builder::new("trial");
    let mut build = || {
        let mut x = graph.input("x", &[1, WIDTH])?;
        for name in ["first", "middle", "last"] {
            let weight = graph.weight(name, &weight)?;
            x = graph.linear(&x, &weight, None)?;
        }
        graph.gelu(&x)
    };
    let y = build().map_err(|e| e.to_string())?;
    graph.finish(&[("y", &y)]).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn the_report_names_the_library_and_what_works() {
        let target = std::env::var_os(VARIABLE).map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/onnxruntime"),
            PathBuf::from,
        );
        let report = Report::new(Some(&target));
        let text = report.lines.join("\n");
        assert!(report.library.contains("libonnxruntime.so"), "./test.sh installs ONNX Runtime: {text}");
        assert!(report.routes.iter().any(|route| route == "CPU in fp32"), "{text}");
        for words in [
            "CPU in fp32 (DEVICE=cpu, PRECISION=fp32): works",
            "Chosen because: ",
            "GDAL 3",
            "PROJ 9",
            "Processor: ",
            "Graphics cards: ",
        ] {
            assert!(text.contains(words), "{words} in {text}");
        }
        assert_eq!(report.lines.iter().filter(|line| line.starts_with("CUDA in fp32 (")).count(), 1);
    }
}
