//! Our predictions, tokenizers and denoisers against TerraTorch's on the same weights.
//!
//! `tests/goldens/generation` says how the numbers were made.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;
#[path = "../../model/tests/common/formulas.rs"]
mod formulas;
#[path = "../../model/tests/common/tokenizers.rs"]
mod tokenizers;

use common::{onnxruntime, pack, relative_rms};
use formulas::{goldens, scrambled, spread};
use graph::Model;
use model::diffusion::Schedule;
use model::generation::{self, LOGITS, PredictionSpec, Source, Target};
use model::pack::{Component, PackOf};
use model::tokenizer::{class_decoder, codes, denoiser, encoder};
use model::{Modality, StagedTokenizerPack, Tiles, TokenModality, TokenizerPack, fixed_image, fixed_input};
use runtime::library::Loaded;
use runtime::{Cancel, Device, Precision, Session, SessionOptions, Tensor, Values};
use safetensors::SafeTensors;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use tempfile::TempDir;
use tokenizers::stage_golden;

const RELATIVE_RMS: f64 = 1e-5;
const RELATIVE_RMS_OF_RUNS: f64 = 1e-4;

#[derive(Deserialize)]
struct Cases {
    tokens: Vec<TokenCase>,
    encoders: Vec<EncoderCase>,
    decoders: Vec<DecoderCase>,
    unet_steps: Vec<StepCase>,
    runs: Vec<RunCase>,
}

#[derive(Deserialize)]
struct TokenCase {
    model: String,
    #[serde(flatten)]
    size: Size,
    inputs: Vec<TokenInput>,
    outputs: Vec<TokenOutput>,
}

#[derive(Deserialize)]
struct TokenInput {
    modality: String,
    /// Of the ids, where the input is tokens.
    seed: Option<u32>,
}

#[derive(Deserialize)]
struct TokenOutput {
    modality: TokenModality,
    logits: String,
    ids: String,
}

#[derive(Deserialize)]
struct EncoderCase {
    modality: TokenModality,
    #[serde(flatten)]
    size: Size,
    /// Of the classes.
    seed: Option<u32>,
    ids: String,
    latent: String,
    codes: String,
}

#[derive(Deserialize)]
struct DecoderCase {
    #[serde(flatten)]
    size: Size,
    seed: u32,
    logits: String,
}

#[derive(Deserialize)]
struct StepCase {
    #[serde(flatten)]
    start: Start,
    timestep: i64,
    x0: String,
}

#[derive(Deserialize)]
struct RunCase {
    #[serde(flatten)]
    start: Start,
    steps: usize,
    x0: String,
    samples: String,
}

/// What a diffusion begins with.
#[derive(Deserialize)]
struct Start {
    modality: TokenModality,
    #[serde(flatten)]
    size: Size,
    ids_seed: u32,
    noise_seed: u32,
}

#[derive(Clone, Copy, Deserialize)]
struct Size {
    height: usize,
    width: usize,
}

impl Size {
    fn tiles(self) -> Tiles {
        Tiles { height_px: self.height, width_px: self.width, batch: 1 }
    }

    fn pixels(self) -> usize {
        self.height * self.width
    }

    fn patches(self) -> usize {
        self.pixels() / 256
    }
}

impl Start {
    fn noise(&self) -> Vec<f32> {
        let count = self.modality.channels().bands.len() * self.size.pixels();
        spread(self.noise_seed, count).map(|value| 2.0 * value).collect()
    }

    fn codes(&self) -> Vec<f32> {
        let ids = choices(self.ids_seed, self.size.patches(), self.modality.vocabulary());
        codes::codes_of(self.modality, &ids, 1).unwrap()
    }
}

fn cases() -> Cases {
    serde_json::from_slice(&fs::read(goldens().join("cases.json")).unwrap()).unwrap()
}

/// The tensors of one of the files of goldens.
struct Goldens(Vec<u8>);

impl Goldens {
    fn open(name: &str) -> Self {
        Self(fs::read(goldens().join(name)).unwrap())
    }

    fn floats(&self, name: &str) -> Vec<f32> {
        self.words(name).into_iter().map(f32::from_le_bytes).collect()
    }

    fn ids(&self, name: &str) -> Vec<i64> {
        self.words(name).into_iter().map(|word| i64::from(i32::from_le_bytes(word))).collect()
    }

    fn words(&self, name: &str) -> Vec<[u8; 4]> {
        let tensors = SafeTensors::deserialize(&self.0).unwrap();
        let (words, _) = tensors.tensor(name).unwrap().data().as_chunks();
        words.to_vec()
    }
}

fn choices(seed: u32, count: usize, n: usize) -> Vec<i64> {
    scrambled(seed, count).map(|h| ((u64::from(h) * n as u64) >> 32) as i64).collect()
}

/// 1 in the channel of a pixel's class.
fn one_hot(classes: &[i64]) -> Vec<f32> {
    let is = |class: i64| classes.iter().map(move |&found| if found == class { 1.0 } else { 0.0 });
    (0..10).flat_map(is).collect()
}

#[track_caller]
fn assert_alike(name: &str, found: &[f32], expected: &[f32], limit: f64) {
    let rms = relative_rms(found, expected);
    println!("{name:60} relative RMS {rms:.1e}");
    // Not "above the limit": a NaN must not pass.
    assert!(rms <= limit, "{name}: {rms:e}");
}

fn largest(logits: &[f32], step: usize) -> usize {
    (0..logits.len() / step).max_by(|&a, &b| logits[a * step].total_cmp(&logits[b * step])).unwrap()
}

/// The packs of the reduced tokenizers, made when they are first asked for.
struct Packs {
    folder: TempDir,
    made: BTreeMap<TokenModality, StagedTokenizerPack>,
}

impl Packs {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), made: BTreeMap::new() }
    }

    fn of(&mut self, modality: TokenModality) -> &TokenizerPack {
        let parent = self.folder.path();
        self.made.entry(modality).or_insert_with(|| stage_golden(modality, parent)).pack()
    }
}

/// A graph in a session, run exactly.
struct Network<'a> {
    graph: &'a Model,
    session: Session,
}

impl<'a> Network<'a> {
    fn open<C: Component>(library: &Loaded, graph: &'a Model, pack: &PackOf<C>) -> Self {
        let options = SessionOptions { device: Device::Cpu, precision: Precision::Fp32, threads: 2 };
        let session = Session::open(library, graph, pack.folder(), &options).unwrap();
        Self { graph, session }
    }

    /// The output for inputs in the order of the graph's.
    fn run(&mut self, inputs: Vec<Values>) -> Tensor {
        assert_eq!(inputs.len(), self.graph.inputs().len());
        let named = self.graph.inputs().iter().zip(inputs);
        let named: Vec<_> = named
            .map(|(input, values)| (input.name(), Tensor { shape: input.shape().to_vec(), values }))
            .collect();
        let output = self.session.run(&named, &Cancel::default()).unwrap();
        assert_eq!(output.shape, self.graph.outputs()[0].shape());
        output
    }

    fn floats(&mut self, inputs: Vec<Values>) -> Vec<f32> {
        self.run(inputs).into_floats().unwrap()
    }
}

#[test]
fn predictions_are_terratorchs() {
    let expected = Goldens::open("tokens.safetensors");
    let folder = tempfile::tempdir().unwrap();
    let library = onnxruntime();
    let packs = ["plain", "swiglu"].map(|name| (name, pack(name, folder.path())));
    for case in cases().tokens {
        let (_, pack) = packs.iter().find(|(name, _)| *name == case.model).unwrap();
        let mut known: Vec<(Source, Vec<i64>)> = Vec::new();
        for input in &case.inputs {
            known.push(match input.seed {
                None => (Source::Image(Modality::from_name(&input.modality).unwrap()), Vec::new()),
                Some(seed) => {
                    let modality = TokenModality::from_name(&input.modality).unwrap();
                    let table = format!("encoder_embeddings.{}.token_emb.weight", modality.checkpoint_key());
                    let vocabulary = pack.tensor(&table).unwrap().shape[0];
                    (Source::Tokens(modality), choices(seed, case.size.patches(), vocabulary))
                }
            });
        }
        for output in &case.outputs {
            let inputs = known.iter().map(|(source, _)| *source).collect();
            let target = Target::Tokens(output.modality);
            let spec = PredictionSpec { inputs, target, tiles: case.size.tiles() };
            let graph = generation::build(pack, &spec).unwrap();
            assert_eq!(graph.outputs()[0].name(), LOGITS);
            let vocabulary = graph.outputs()[0].shape()[2];
            let values = known.iter().map(|(source, ids)| match source {
                Source::Image(image) => {
                    Values::Floats(fixed_input(*image, case.size.height, case.size.width))
                }
                _ => Values::Integers(ids.clone()),
            });
            let logits = Network::open(&library, &graph, pack).floats(values.collect());
            assert_alike(&output.logits, &logits, &expected.floats(&output.logits), RELATIVE_RMS);
            let ids: Vec<i64> = logits.chunks(vocabulary).map(|row| largest(row, 1) as i64).collect();
            assert_eq!(ids, expected.ids(&output.ids), "{}", output.ids);
            // Each feeds the next.
            known.push((Source::Tokens(output.modality), ids));
        }
    }
}

#[test]
fn tokens_of_images_are_terratorchs() {
    let expected = Goldens::open("tokenizers.safetensors");
    let library = onnxruntime();
    let mut packs = Packs::new();
    let cases = cases().encoders;
    for modality in TokenModality::ALL {
        assert!(cases.iter().any(|case| case.modality == modality), "{modality} is compared");
    }
    for case in cases {
        let pack = packs.of(case.modality);
        let image = match case.seed {
            Some(seed) => one_hot(&choices(seed, case.size.pixels(), 10)),
            None => fixed_image(case.modality, case.size.height, case.size.width),
        };
        let graph = encoder::build_latent(pack, case.size.tiles()).unwrap();
        let latent = Network::open(&library, &graph, pack).floats(vec![Values::Floats(image.clone())]);
        assert_alike(&case.latent, &latent, &expected.floats(&case.latent), RELATIVE_RMS);
        let graph = encoder::build(pack, case.size.tiles()).unwrap();
        let ids = Network::open(&library, &graph, pack).run(vec![Values::Floats(image)]);
        let ids = ids.into_integers().unwrap();
        assert_eq!(ids, expected.ids(&case.ids), "{}", case.ids);
        assert_eq!(codes::codes_of(case.modality, &ids, 1).unwrap(), expected.floats(&case.codes));
    }
}

#[test]
fn classes_of_tokens_are_terratorchs() {
    let expected = Goldens::open("tokenizers.safetensors");
    let library = onnxruntime();
    let mut packs = Packs::new();
    for case in cases().decoders {
        let pack = packs.of(TokenModality::Lulc);
        let ids = choices(case.seed, case.size.patches(), TokenModality::Lulc.vocabulary());
        let graph = class_decoder::build(pack, case.size.tiles()).unwrap();
        let logits = Network::open(&library, &graph, pack).floats(vec![Values::Integers(ids)]);
        let expected = expected.floats(&case.logits);
        assert_alike(&case.logits, &logits, &expected, RELATIVE_RMS);
        let pixels = case.size.pixels();
        for pixel in 0..pixels {
            assert_eq!(largest(&logits[pixel..], pixels), largest(&expected[pixel..], pixels), "{pixel}");
        }
    }
}

#[test]
fn steps_of_diffusion_are_terratorchs() {
    let expected = Goldens::open("diffusion.safetensors");
    let library = onnxruntime();
    let mut packs = Packs::new();
    for case in cases().unet_steps {
        let pack = packs.of(case.start.modality);
        let graph = denoiser::build(pack, case.start.size.tiles()).unwrap();
        let clean = Network::open(&library, &graph, pack).floats(vec![
            Values::Floats(case.start.noise()),
            Values::Integers(vec![case.timestep]),
            Values::Floats(case.start.codes()),
        ]);
        assert_alike(&case.x0, &clean, &expected.floats(&case.x0), RELATIVE_RMS);
    }
}

#[test]
fn whole_diffusions_are_terratorchs() {
    let expected = Goldens::open("diffusion.safetensors");
    let library = onnxruntime();
    let mut packs = Packs::new();
    for case in cases().runs {
        let pack = packs.of(case.start.modality);
        let graph = denoiser::build(pack, case.start.size.tiles()).unwrap();
        let mut network = Network::open(&library, &graph, pack);
        let schedule = Schedule::new(case.steps).unwrap();
        let mut sample = case.start.noise();
        let (x0, samples) = (expected.floats(&case.x0), expected.floats(&case.samples));
        let by_step = x0.chunks(sample.len()).zip(samples.chunks(sample.len()));
        assert_eq!(by_step.len(), case.steps);
        for (step, (x0, expected)) in by_step.enumerate() {
            let clean = network.floats(vec![
                Values::Floats(sample.clone()),
                Values::Integers(vec![schedule.time_step(step) as i64]),
                Values::Floats(case.start.codes()),
            ]);
            assert_alike(&format!("{} {step}", case.x0), &clean, x0, RELATIVE_RMS_OF_RUNS);
            schedule.step(step, &mut sample, &clean);
            assert_alike(&format!("{} {step}", case.samples), &sample, expected, RELATIVE_RMS_OF_RUNS);
        }
    }
}
