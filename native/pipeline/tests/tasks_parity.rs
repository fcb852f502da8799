//! Our fine-tuned models against those that TerraTorch's own factory builds, on the same weights.
//!
//! `tests/goldens/tasks` says how the numbers were made.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;
#[path = "../../model/tests/common/formulas.rs"]
#[allow(dead_code, reason = "only the formulas are needed here")]
mod formulas;

use common::{goldens, onnxruntime};
use formulas::{scrambled, spread};
use model::Tiles;
use model::pack::{WEIGHTS, Weights};
use model::task::{self, Decoder, Neck, Task, TaskSpec};
use runtime::library::Loaded;
use runtime::{Cancel, Device, Precision, Session, SessionOptions, Tensor, Values};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const RELATIVE_RMS: f64 = 1e-5;

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    task: Task,
    dates: usize,
    sizes: Vec<Size>,
    /// Name, shape, seed, offset, scale.
    tensors: Vec<(String, Vec<usize>, u32, f32, f32)>,
}

#[derive(Deserialize)]
struct Size {
    height: usize,
    width: usize,
    output: String,
}

fn cases() -> Vec<Case> {
    let text = fs::read(goldens().join("tasks/cases.json")).unwrap();
    serde_json::from_slice::<Cases>(&text).unwrap().cases
}

/// Writes the weights of a case.
fn write_weights(case: &Case, folder: &Path) -> Weights {
    let values = |seed, shape: &[usize], offset, scale| {
        let numbers = spread(seed, shape.iter().product());
        numbers.flat_map(|value| f32::to_le_bytes(scale * value + offset)).collect::<Vec<u8>>()
    };
    let tensors: Vec<_> = case
        .tensors
        .iter()
        .map(|(name, shape, seed, offset, scale)| (name, shape, values(*seed, shape, *offset, *scale)))
        .collect();
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| (name, TensorView::new(Dtype::F32, shape.to_vec(), bytes).unwrap()));
    let path = folder.join(WEIGHTS);
    fs::write(&path, safetensors::serialize(views, None).unwrap()).unwrap();
    Weights::open(&path).unwrap()
}

/// What goes into a graph, by the formulas: images first, then ids.
fn inputs(case: &Case, size: &Size) -> Vec<(String, Values)> {
    let pixels = size.height * size.width * case.dates;
    let images = case.task.backbone.modalities.iter().zip(500..).map(|(modality, seed)| {
        let values = spread(seed, modality.bands.len() * pixels).map(|value| 2.0 * value);
        (modality.name.clone(), Values::Floats(values.collect()))
    });
    let patches = size.height.next_multiple_of(32) * size.width.next_multiple_of(32) / 256;
    let tokens = case.task.backbone.tim.iter().zip(600..).map(|(&modality, seed)| {
        let choose = |h: u32| ((u64::from(h) * modality.vocabulary() as u64) >> 32) as i64;
        let ids = scrambled(seed, patches * case.dates).map(choose);
        (task::tokens_name(modality), Values::Integers(ids.collect()))
    });
    images.chain(tokens).collect()
}

fn run(library: &Loaded, case: &Case, size: &Size, weights: &Weights, folder: &Path) -> Vec<f32> {
    let tiles = Tiles { height_px: size.height, width_px: size.width, batch: 1 };
    let graph = task::build(&case.task, weights, &TaskSpec { tiles, dates: case.dates }).unwrap();
    assert_eq!(graph.outputs()[0].name(), case.task.objective.output());
    let inputs = inputs(case, size);
    assert_eq!(graph.inputs().len(), inputs.len());
    let named = graph.inputs().iter().zip(inputs);
    let named: Vec<_> = named
        .map(|(input, (name, values))| {
            assert_eq!(input.name(), name);
            (input.name(), Tensor { shape: input.shape().to_vec(), values })
        })
        .collect();
    let options = SessionOptions { device: Device::Cpu, precision: Precision::Fp32, threads: 2 };
    let mut session = Session::open(library, &graph.to_bytes(), folder, &options).unwrap();
    let output = session.run(&named, &Cancel::default()).unwrap();
    assert_eq!(output.shape, graph.outputs()[0].shape());
    output.into_floats().unwrap()
}

fn relative_rms(found: &[f32], expected: &[f32]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let squares = |values: &mut dyn Iterator<Item = f64>| values.map(|value| value * value).sum::<f64>();
    let mut differences = found.iter().zip(expected).map(|(&a, &b)| f64::from(a) - f64::from(b));
    let mut reference = expected.iter().map(|&value| f64::from(value));
    (squares(&mut differences) / squares(&mut reference)).sqrt()
}

#[test]
fn fine_tuned_models_are_terratorchs() {
    let outputs = fs::read(goldens().join("tasks/outputs.safetensors")).unwrap();
    let outputs = SafeTensors::deserialize(&outputs).unwrap();
    let library = onnxruntime();
    let mut apart = Vec::new();
    for case in cases() {
        let folder = tempfile::tempdir().unwrap();
        let weights = write_weights(&case, folder.path());
        for size in &case.sizes {
            let found = run(&library, &case, size, &weights, folder.path());
            let (words, _) = outputs.tensor(&size.output).unwrap().data().as_chunks();
            let expected: Vec<f32> = words.iter().map(|&word| f32::from_le_bytes(word)).collect();
            let rms = relative_rms(&found, &expected);
            println!("{:40} relative RMS {rms:.1e}", size.output);
            // Not "above the limit": a NaN must not pass.
            if !(rms <= RELATIVE_RMS) {
                apart.push(format!("{} ({rms:.1e})", size.output));
            }
        }
    }
    assert!(apart.is_empty(), "not TerraTorch's: {}", apart.join(", "));
}

#[test]
fn every_decoder_and_every_neck_is_compared() {
    let cases = cases();
    let decoders: BTreeSet<_> = cases
        .iter()
        .map(|case| match case.task.decoder {
            Decoder::UNet { .. } => "UNet",
            Decoder::UperNet { .. } => "UperNet",
            Decoder::Fcn { .. } => "FCN",
            Decoder::Linear { .. } => "Linear",
            Decoder::Identity { .. } => "Identity",
            Decoder::Mlp { .. } => "MLP",
        })
        .collect();
    assert_eq!(decoders.len(), 6);
    let necks: BTreeSet<_> = cases
        .iter()
        .flat_map(|case| &case.task.necks)
        .map(|neck| match neck {
            Neck::SelectIndices { .. } => "SelectIndices",
            Neck::ReshapeTokensToImage => "ReshapeTokensToImage",
            Neck::LearnedInterpolateToPyramidal => "LearnedInterpolateToPyramidal",
            Neck::PermuteDims { .. } => "PermuteDims",
            Neck::InterpolateToPyramidal { .. } => "InterpolateToPyramidal",
            Neck::MaxpoolToPyramidal { .. } => "MaxpoolToPyramidal",
            Neck::AddBottleneckLayer => "AddBottleneckLayer",
        })
        .collect();
    assert_eq!(necks.len(), 7);
}
