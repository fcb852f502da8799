//! Our fine-tuned models against those that TerraTorch's own factory builds, on the same weights.
//!
//! `tests/goldens/tasks` says how the numbers were made.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;
#[path = "../../model/tests/common/formulas.rs"]
#[allow(dead_code, reason = "only the formulas are needed here")]
mod formulas;
#[path = "../../model/tests/common/tasks.rs"]
mod tasks;

use common::{goldens, onnxruntime, relative_rms};
use formulas::{scrambled, spread};
use graph::Model;
use model::TokenModality;
use model::task::{self, Decoder, Neck, TaskModality, TaskSpec};
use runtime::library::Loaded;
use runtime::{Cancel, Device, Precision, Session, SessionOptions, Tensor, Values};
use safetensors::SafeTensors;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tasks::{Case, Cases, Size};

const RELATIVE_RMS: f64 = 1e-5;

/// The images of a case, by the formulas.
fn images(case: &Case, size: &Size) -> Vec<Values> {
    let pixels = size.height * size.width * case.dates;
    let of_modality = |(modality, seed): (&TaskModality, u32)| {
        let values = spread(seed, modality.bands.len() * pixels).map(|value| 2.0 * value);
        Values::Floats(values.collect())
    };
    case.task.backbone.modalities.iter().zip(500..).map(of_modality).collect()
}

/// What is given instead of what would be imagined, by the formulas.
fn tokens(case: &Case, size: &Size) -> Vec<Values> {
    let patches = size.height.next_multiple_of(32) * size.width.next_multiple_of(32) / 256;
    let of_modality = |(&modality, seed): (&TokenModality, u32)| {
        let choose = |h: u32| ((u64::from(h) * modality.vocabulary() as u64) >> 32) as i64;
        Values::Integers(scrambled(seed, patches * case.dates).map(choose).collect())
    };
    case.task.backbone.tim.iter().zip(600..).map(of_modality).collect()
}

/// What a graph gives for inputs in the order of its own.
fn run(library: &Loaded, graph: &Model, inputs: Vec<Values>, folder: &Path) -> Vec<f32> {
    assert_eq!(graph.inputs().len(), inputs.len());
    let named = graph.inputs().iter().zip(inputs);
    let named: Vec<_> = named
        .map(|(input, values)| (input.name(), Tensor { shape: input.shape().to_vec(), values }))
        .collect();
    let options = SessionOptions { device: Device::Cpu, precision: Precision::Fp32, threads: 2 };
    let session = Session::open(library, graph, folder, &options).unwrap();
    let output = session.run(&named, &Cancel::default()).unwrap();
    assert_eq!(output.shape, graph.outputs()[0].shape());
    output.into_floats().unwrap()
}

fn most_likely(logits: &[f32]) -> i64 {
    (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap() as i64
}

/// The tensors that TerraTorch's are in.
struct Expected(Vec<u8>);

impl Expected {
    fn floats(&self, name: &str) -> Vec<f32> {
        let tensors = SafeTensors::deserialize(&self.0).unwrap();
        let (words, _) = tensors.tensor(name).unwrap().data().as_chunks();
        words.iter().map(|&word| f32::from_le_bytes(word)).collect()
    }
}

/// What was not within the limit.
#[derive(Default)]
struct Apart(Vec<String>);

impl Apart {
    fn compare(&mut self, name: &str, found: &[f32], expected: &[f32]) {
        let rms = relative_rms(found, expected);
        println!("{name:40} relative RMS {rms:.1e}");
        // Not "above the limit": a NaN must not pass.
        if rms.is_nan() || rms > RELATIVE_RMS {
            self.0.push(format!("{name} ({rms:.1e})"));
        }
    }
}

#[test]
fn fine_tuned_models_are_terratorchs() {
    let expected = Expected(fs::read(goldens().join("tasks/outputs.safetensors")).unwrap());
    let library = onnxruntime();
    let mut apart = Apart::default();
    let cases = Cases::read();
    for case in &cases.cases {
        let folder = tempfile::tempdir().unwrap();
        let weights = cases.write_weights(case, &[], folder.path());
        for size in &case.sizes {
            let spec = TaskSpec { tiles: size.tiles(1), dates: case.dates };
            let mut inputs = images(case, size);
            if size.imagined.is_empty() {
                inputs.extend(tokens(case, size));
            }
            let tim = &case.task.backbone.tim;
            for (index, name) in size.imagined.iter().enumerate() {
                let graph =
                    task::build_imagination(&case.task, &weights, &spec, &tim[..index], tim[index]).unwrap();
                let logits = run(&library, &graph, inputs.clone(), folder.path());
                let vocabulary = tim[index].vocabulary();
                // Of the first patches of every date.
                let first = expected.floats(name);
                let (kept, all) = (first.len() / case.dates, logits.len() / case.dates);
                let found: Vec<f32> = logits.chunks(all).flat_map(|date| &date[..kept]).copied().collect();
                apart.compare(name, &found, &first);
                inputs.push(Values::Integers(logits.chunks(vocabulary).map(most_likely).collect()));
            }
            let graph = task::build(&case.task, &weights, &spec).unwrap();
            assert_eq!(graph.outputs()[0].name(), case.task.objective.output());
            let names: Vec<_> = graph.inputs().iter().map(|input| input.name().to_string()).collect();
            let images = case.task.backbone.modalities.iter().map(|modality| modality.name.clone());
            assert_eq!(
                names,
                images.chain(tim.iter().map(|&tim| task::tokens_name(tim))).collect::<Vec<_>>()
            );
            let found = run(&library, &graph, inputs, folder.path());
            apart.compare(&size.output, &found, &expected.floats(&size.output));
        }
    }
    assert!(apart.0.is_empty(), "not TerraTorch's: {}", apart.0.join(", "));
}

/// Tiles, and dates of tiles, that share a run do not mix.
#[test]
fn tiles_of_one_run_are_computed_alone() {
    let library = onnxruntime();
    let cases = Cases::read();
    for name in ["crops", "dates_tim", "classification_layers", "burn_scars_upernet"] {
        let case = cases.of(name);
        let folder = tempfile::tempdir().unwrap();
        let weights = cases.write_weights(case, &[], folder.path());
        let size = &case.sizes[1];
        let answer = |batch, inputs| {
            let spec = TaskSpec { tiles: size.tiles(batch), dates: case.dates };
            run(&library, &task::build(&case.task, &weights, &spec).unwrap(), inputs, folder.path())
        };
        let one: Vec<Values> = [images(case, size), tokens(case, size)].concat();
        let reversed = |values: &Values| match values {
            Values::Floats(values) => Values::Floats(values.iter().rev().copied().collect()),
            Values::Integers(values) => Values::Integers(values.iter().rev().copied().collect()),
        };
        let other: Vec<Values> = one.iter().map(reversed).collect();
        let both = one.iter().zip(&other).map(|(one, other)| match (one, other) {
            (Values::Floats(one), Values::Floats(other)) => Values::Floats([&one[..], other].concat()),
            (Values::Integers(one), Values::Integers(other)) => Values::Integers([&one[..], other].concat()),
            _ => unreachable!("both are of the same model"),
        });
        let both = answer(2, both.collect());
        let alone = [answer(1, one), answer(1, other)].concat();
        let rms = relative_rms(&both, &alone);
        assert!(rms <= RELATIVE_RMS, "{name}: {rms:e}");
    }
}

#[test]
fn every_decoder_and_every_neck_is_compared() {
    let Cases { cases, .. } = Cases::read();
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
