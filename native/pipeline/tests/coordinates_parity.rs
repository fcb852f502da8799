//! Predictions from and of coordinates against TerraTorch's on the same weights, in batches of two:
//! `tests/goldens/generation` says how the numbers were made.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use checkpoint::Checkpoint;
use common::{goldens, onnxruntime};
use model::coordinates::{Draft, Drawer, Position, TO_COME, words_of};
use model::generation::{self, COORDINATE_WORDS, LOGITS, PredictionSpec, Source, Target, WORDS_SO_FAR};
use model::sampling::{PatchPosition, Sampling};
use model::{Modality, Pack, StagedPack, Tiles, TokenModality, fixed_input};
use runtime::library::Loaded;
use runtime::{Cancel, Device, Precision, Session, SessionOptions, Tensor};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde::Deserialize;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

const RELATIVE_RMS: f64 = 1e-5;
const BATCH: usize = 2;
/// Of the published 30,000 words those up to the last longitude.
const WORDS: usize = 6366;
const FIRST_LATITUDE: usize = 4204;

#[derive(Deserialize)]
struct Cases {
    /// One per sample, where coordinates are given.
    positions: [Place; BATCH],
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    model: String,
    height: usize,
    width: usize,
    inputs: Vec<Input>,
    outputs: Vec<Output>,
}

#[derive(Deserialize)]
struct Input {
    modality: String,
    /// Of the ids, where the input is tokens.
    seed: Option<u32>,
}

#[derive(Deserialize)]
struct Output {
    modality: String,
    logits: String,
    /// Where the output is tokens.
    ids: Option<String>,
    /// What was drawn, `[S_1]` included, where the output is coordinates.
    words: Option<[Vec<i64>; BATCH]>,
    /// What the later outputs' encoder gets of it.
    told: Option<[Vec<i64>; BATCH]>,
    positions: Option<[Option<Place>; BATCH]>,
}

#[derive(Clone, Copy, Deserialize)]
struct Place {
    latitude: f64,
    longitude: f64,
}

impl From<Place> for Position {
    fn from(Place { latitude, longitude }: Place) -> Self {
        Self { latitude, longitude }
    }
}

impl Run {
    fn tiles(&self) -> Tiles {
        Tiles { height_px: self.height, width_px: self.width, batch: BATCH }
    }
}

/// The tensors of the goldens.
struct Goldens(Vec<u8>);

impl Goldens {
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

/// The formula of the goldens' README.
fn scrambled(seed: u32, count: usize) -> impl Iterator<Item = u32> {
    let start = seed.wrapping_mul(0x9E37_79B9);
    (0..count as u32).map(move |index| {
        let h = index.wrapping_add(start);
        let h = (h ^ (h >> 16)).wrapping_mul(0x85EB_CA6B);
        let h = (h ^ (h >> 13)).wrapping_mul(0xC2B2_AE35);
        h ^ (h >> 16)
    })
}

fn choices(seed: u32, count: usize, n: usize) -> Vec<i64> {
    scrambled(seed, count).map(|h| ((u64::from(h) * n as u64) >> 32) as i64).collect()
}

/// A table of words: numbers in `-scale` … `scale`, those of words before `first` a sixteenth of that.
fn table(seed: u32, width: usize, scale: f32, first: usize) -> Vec<u8> {
    let spread = scrambled(seed, WORDS * width).map(|h| (h >> 8) as f32 / 8_388_608.0 - 1.0);
    let values = spread.enumerate().map(|(index, value)| {
        let value = scale * value;
        if index / width < first { value / 16.0 } else { value }
    });
    values.flat_map(f32::to_le_bytes).collect()
}

/// The pack of a committed checkpoint with tables for words as the vocabulary has them.
fn pack(model: &str, folder: &Path) -> Pack {
    let original = Checkpoint::open(&goldens().join(format!("{model}.pt"))).unwrap();
    let tensors: Vec<_> = original
        .tensors()
        .iter()
        .map(|(name, info)| {
            let width = info.shape.last().copied().unwrap_or(1);
            let (shape, bytes) = match name.as_str() {
                "encoder_embeddings.coords.token_emb.weight" => {
                    (vec![WORDS, width], table(91, width, 0.25, 0))
                }
                "decoder_embeddings.coords.token_emb.weight"
                | "decoder_embeddings.coords.to_logits.weight" => {
                    (vec![WORDS, width], table(100, width, 1.0 / 16.0, FIRST_LATITUDE))
                }
                _ => {
                    let values = original.read_f32(name).unwrap();
                    (info.shape.clone(), values.into_iter().flat_map(f32::to_le_bytes).collect())
                }
            };
            (name.clone(), shape, bytes)
        })
        .collect();
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| (name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
    let source = folder.join(format!("{model}.safetensors"));
    fs::write(&source, safetensors::serialize(views, None).unwrap()).unwrap();
    let opened = Checkpoint::open(&source).unwrap();
    let go_on = |_| ControlFlow::Continue(());
    let staged = StagedPack::from_checkpoint(&opened, &source, model, folder, go_on).unwrap();
    staged.publish(&folder.join(model)).unwrap()
}

/// What is known of a batch: how the graph takes it, and its values.
#[derive(Clone)]
struct Known(Source, Tensor);

fn tokens(modality: TokenModality, ids: Vec<i64>) -> Known {
    Known(Source::Tokens(modality), Tensor::integers(&[BATCH, ids.len() / BATCH], ids))
}

fn coordinates(words: &[Vec<i64>; BATCH]) -> Known {
    assert_eq!(words[0].len(), words[1].len(), "the goldens have no batch that TerraTorch pads");
    let count = words[0].len();
    Known(Source::Coordinates { words: count }, Tensor::integers(&[BATCH, count], words.concat()))
}

fn given(input: &Input, run: &Run, positions: [Place; BATCH], pack: &Pack) -> Known {
    if input.modality == "coords" {
        return coordinates(&positions.map(|place| words_of(place.into()).unwrap()));
    }
    if let Some(seed) = input.seed {
        let modality = TokenModality::from_name(&input.modality).unwrap();
        let name = format!("encoder_embeddings.{}.token_emb.weight", modality.checkpoint_key());
        let vocabulary = pack.tensor(&name).unwrap().shape[0];
        return tokens(modality, choices(seed, BATCH * run.height * run.width / 256, vocabulary));
    }
    let modality = Modality::from_name(&input.modality).unwrap();
    let first = fixed_input(modality, run.height, run.width);
    let second: Vec<f32> = first.iter().map(|value| -value).collect();
    let shape = [BATCH, modality.bands().len(), run.height, run.width];
    Known(Source::Image(modality), Tensor::floats(&shape, [first, second].concat()))
}

/// A prediction, ready to run.
struct Prediction {
    session: Session,
    inputs: Vec<(String, Tensor)>,
}

impl Prediction {
    fn new(library: &Loaded, pack: &Pack, known: &[Known], target: Target, tiles: Tiles) -> Self {
        let spec = PredictionSpec { inputs: known.iter().map(|k| k.0).collect(), target, tiles };
        let graph = generation::build(pack, &spec).unwrap();
        assert_eq!(graph.outputs()[0].name(), LOGITS);
        let options = SessionOptions { device: Device::Cpu, precision: Precision::Fp32, threads: 0 };
        let session = Session::open(library, &graph, pack.folder(), &options).unwrap();
        let inputs = known.iter().map(|Known(source, tensor)| (source.name(), tensor.clone())).collect();
        Self { session, inputs }
    }

    /// The logits, `[sample, row, vocabulary]`.
    fn logits(&mut self, more: Option<(&str, Tensor)>) -> Tensor {
        let known = self.inputs.iter().map(|(name, tensor)| (name.as_str(), tensor.clone()));
        let inputs: Vec<_> = known.chain(more).collect();
        self.session.run(&inputs, &Cancel::default()).unwrap()
    }
}

#[track_caller]
fn assert_alike(name: &str, found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len(), "{name}");
    let (mut squares, mut reference) = (0.0, 0.0);
    for (&found, &expected) in found.iter().zip(expected) {
        squares += (f64::from(found) - f64::from(expected)).powi(2);
        reference += f64::from(expected).powi(2);
    }
    let rms = (squares / reference).sqrt();
    println!("{name:60} relative RMS {rms:.1e}");
    // Not "above the limit": a NaN must not pass.
    assert!(rms <= RELATIVE_RMS, "{name}: {rms:e}");
}

fn largest(row: &[f32]) -> i64 {
    (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap() as i64
}

/// Draws the words of both samples, and compares them and the logits behind them.
fn draw(prediction: &mut Prediction, output: &Output, expected: &Goldens) -> [Draft; BATCH] {
    let coldest = Drawer::new(Sampling::new(0.0, 0, 0.0).unwrap(), 0);
    let mut drafts = [Draft::default(), Draft::default()];
    let mut last = Vec::new();
    while !drafts.iter().all(Draft::is_finished) {
        let so_far = drafts.each_ref().map(Draft::so_far).concat();
        let so_far = Tensor::integers(&[BATCH, COORDINATE_WORDS], so_far);
        last = prediction.logits(Some((WORDS_SO_FAR, so_far))).into_floats().unwrap();
        for (draft, logits) in drafts.iter_mut().zip(last.chunks_exact(COORDINATE_WORDS * WORDS)) {
            draft.draw(logits, &coldest, PatchPosition { column: 0, row: 0 }).unwrap();
        }
    }
    // Those of the last run are about all words.
    assert_alike(&output.logits, &last, &expected.floats(&output.logits));
    let drawn = drafts.each_ref().map(|draft| draft.so_far()[1..].to_vec());
    let all = output.words.clone().unwrap();
    assert_eq!(drawn, all.map(|words| words[1..COORDINATE_WORDS].to_vec()), "{}", output.logits);
    assert_eq!(drafts.each_ref().map(Draft::told), output.told.clone().unwrap(), "{}", output.logits);
    let positions = output.positions.unwrap().map(|place| place.map(Position::from));
    assert_eq!(drafts.each_ref().map(Draft::position), positions, "{}", output.logits);
    drafts
}

#[test]
fn coordinates_in_and_out_are_terratorchs() {
    let folder = tempfile::tempdir().unwrap();
    let library = onnxruntime();
    let here = goldens().join("generation");
    let expected = Goldens(fs::read(here.join("coordinates.safetensors")).unwrap());
    let cases: Cases = serde_json::from_slice(&fs::read(here.join("coordinates.json")).unwrap()).unwrap();
    let packs = ["plain", "swiglu"].map(|name| (name, pack(name, folder.path())));
    let given_in = |run: &Run| run.inputs.iter().any(|input| input.modality == "coords");
    assert!(cases.runs.iter().any(given_in) && !cases.runs.iter().all(given_in));
    for run in &cases.runs {
        let (_, pack) = packs.iter().find(|(name, _)| *name == run.model).unwrap();
        let mut known: Vec<_> =
            run.inputs.iter().map(|input| given(input, run, cases.positions, pack)).collect();
        let place = run.outputs.iter().position(|output| output.modality == "coords");
        let to_come = place.filter(|&place| place + 1 < run.outputs.len());
        for (index, output) in run.outputs.iter().enumerate() {
            let mut inputs = known.clone();
            if to_come.is_some_and(|place| index <= place) {
                inputs.push(coordinates(&[TO_COME.to_vec(), TO_COME.to_vec()]));
            }
            if output.modality == "coords" {
                let target = Target::Coordinates;
                let mut prediction = Prediction::new(&library, pack, &inputs, target, run.tiles());
                let drafts = draw(&mut prediction, output, &expected);
                known.push(coordinates(&drafts.each_ref().map(Draft::told)));
                continue;
            }
            let modality = TokenModality::from_name(&output.modality).unwrap();
            let target = Target::Tokens(modality);
            let logits = Prediction::new(&library, pack, &inputs, target, run.tiles()).logits(None);
            let vocabulary = logits.shape[2];
            let logits = logits.into_floats().unwrap();
            assert_alike(&output.logits, &logits, &expected.floats(&output.logits));
            let ids: Vec<_> = logits.chunks_exact(vocabulary).map(largest).collect();
            assert_eq!(ids, expected.ids(output.ids.as_ref().unwrap()), "{}", output.logits);
            known.push(tokens(modality, ids));
        }
    }
}
