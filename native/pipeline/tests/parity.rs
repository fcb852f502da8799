//! Our encoder against TerraTorch's on the same weights: `tests/goldens` says how the numbers were made.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{goldens, onnxruntime, pack};
use model::encoder::{self, EncoderSpec, Merge};
use model::{Modality, fixed_input};
use runtime::{Cancel, Device, Precision, Session, SessionOptions, Tensor};
use safetensors::SafeTensors;
use serde::Deserialize;
use std::fs;

const RELATIVE_RMS: f64 = 1e-5;
const MAX_ABS: f64 = 1e-4;

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    tensor: String,
    model: String,
    modalities: Vec<String>,
    height: usize,
    width: usize,
    merge: String,
    /// The last where absent.
    block: Option<usize>,
}

impl Case {
    fn spec(&self, depth: usize) -> EncoderSpec {
        let modality = |name: &String| Modality::from_name(name).unwrap();
        EncoderSpec {
            inputs: self.modalities.iter().map(modality).collect(),
            height_px: self.height,
            width_px: self.width,
            batch: 1,
            block: self.block.unwrap_or(depth - 1),
            merge: match self.merge.as_str() {
                "mean" => Merge::Mean,
                "max" => Merge::Max,
                "concat" => Merge::Concat,
                other => panic!("no merge {other}"),
            },
        }
    }
}

fn inputs(spec: &EncoderSpec) -> Vec<(&'static str, Tensor)> {
    let (height, width) = (spec.height_px, spec.width_px);
    let tensor =
        |m: Modality| Tensor::floats(&[1, m.bands().len(), height, width], fixed_input(m, height, width));
    spec.inputs.iter().map(|&m| (m.name(), tensor(m))).collect()
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect()
}

/// (relative RMS, largest difference)
fn differences(found: &[f32], expected: &[f32]) -> (f64, f64) {
    assert_eq!(found.len(), expected.len());
    let (mut squares, mut reference, mut most) = (0.0, 0.0, 0.0_f64);
    for (f, e) in found.iter().zip(expected) {
        let difference = f64::from(*f) - f64::from(*e);
        squares += difference * difference;
        reference += f64::from(*e).powi(2);
        // `max` would swallow a NaN.
        most = if difference.abs() <= most { most } else { difference.abs() };
    }
    ((squares / reference).sqrt(), most)
}

#[test]
fn features_are_terratorchs() {
    let folder = tempfile::tempdir().unwrap();
    let library = onnxruntime();
    let options = SessionOptions { device: Device::Cpu, precision: Precision::Fp32, threads: 0 };
    let cases: Cases = serde_json::from_slice(&fs::read(goldens().join("cases.json")).unwrap()).unwrap();
    let bytes = fs::read(goldens().join("goldens.safetensors")).unwrap();
    let expected = SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(cases.cases.len(), expected.len(), "every golden is compared");
    let packs = ["plain", "swiglu"].map(|name| (name, pack(name, folder.path())));
    for case in cases.cases {
        let (_, pack) = packs.iter().find(|(name, _)| *name == case.model).unwrap();
        let spec = case.spec(pack.architecture().depth);
        let graph = encoder::build(pack, &spec).unwrap();
        let session = Session::open(&library, &graph, pack.folder(), &options).unwrap();
        let found = session.run(&inputs(&spec), &Cancel::default()).unwrap();
        let expected = expected.tensor(&case.tensor).unwrap();
        assert_eq!(found.shape, expected.shape(), "{}", case.tensor);
        let (rms, most) = differences(&found.into_floats().unwrap(), &floats(expected.data()));
        println!("{:60} relative RMS {rms:.1e}, max abs {most:.1e}", case.tensor);
        assert!(rms <= RELATIVE_RMS && most <= MAX_ABS, "{}: {rms:e}, {most:e}", case.tensor);
    }
}
