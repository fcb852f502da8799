//! Whole generations, from rasters to rasters, against TerraTorch's on the model and the scene of `sample/`.
//!
//! `tests/goldens/generation` says how the numbers were made.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

mod common;
#[path = "common/sample.rs"]
mod sample;

use common::{goldens, onnxruntime, relative_rms};
use grid::Window;
use model::diffusion::Schedule;
use model::generation::Target;
use model::sampling::Sampling;
use model::{Modality, TokenModality};
use pipeline::generate::{Models, Plan, Request};
use pipeline::products::Product;
use pipeline::{Inputs, Journal, LayerModality, LayerSpec, Means, Setting};
use raster::{CreationOptions, Layer};
use runtime::{Cancel, Device, Precision, SessionOptions};
use safetensors::SafeTensors;
use sample::{Sample, Silent, scene, write};
use serde::Deserialize;
use std::fs;
use std::path::Path;

/// Of ten steps of diffusion, as one step differs by up to 1e-5.
const RELATIVE_RMS: f64 = 1e-4;

#[derive(Deserialize)]
struct Cases {
    seed: u64,
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    crop: Crop,
    steps: usize,
    inputs: Vec<Input>,
    outputs: Vec<Output>,
}

#[derive(Deserialize)]
struct Crop {
    left: usize,
    upper: usize,
    size: usize,
}

#[derive(Deserialize)]
struct Input {
    modality: String,
    values: Option<String>,
}

#[derive(Deserialize)]
struct Output {
    modality: TokenModality,
    ids: String,
    classes: Option<String>,
    values: Option<String>,
}

impl Run {
    /// The inputs as rasters of their own, whose first pixel is the origin of their system.
    fn layers(&self, goldens: &SafeTensors, folder: &Path) -> Vec<LayerSpec> {
        let size = self.crop.size;
        let window = Window { x: self.crop.left, y: self.crop.upper, width: size, height: size };
        let layer = |input: &Input| {
            let values = match &input.values {
                None => scene(&input.modality).read(window).unwrap().values,
                Some(name) => numbers(goldens, name),
            };
            let path = folder.join(format!("{}.tif", input.modality));
            write(&path, (0, 0), (size, size), &values, None);
            LayerSpec::new(modality(&input.modality), vec![path.to_str().unwrap().to_owned()])
        };
        self.inputs.iter().map(layer).collect()
    }
}

fn modality(name: &str) -> LayerModality {
    let image = Modality::ALL.iter().find(|modality| modality.name() == name);
    image.map_or_else(
        || LayerModality::Tokens(TokenModality::from_name(name).unwrap()),
        |modality| LayerModality::Image(*modality),
    )
}

/// Any tensor as 32-bit floats.
fn numbers(goldens: &SafeTensors, name: &str) -> Vec<f32> {
    let tensor = goldens.tensor(name).unwrap();
    let four = |bytes: &[u8]| <[u8; 4]>::try_from(bytes).unwrap();
    match tensor.dtype() {
        safetensors::Dtype::F32 => tensor.data().chunks(4).map(|b| f32::from_le_bytes(four(b))).collect(),
        safetensors::Dtype::I32 => {
            tensor.data().chunks(4).map(|b| i32::from_le_bytes(four(b)) as f32).collect()
        }
        safetensors::Dtype::U8 => tensor.data().iter().map(|&b| f32::from(b)).collect(),
        other => panic!("{name} is {other:?}"),
    }
}

fn read(path: &Path) -> Vec<f32> {
    let layer = Layer::open(path.to_str().unwrap()).unwrap();
    layer.read(layer.grid().window()).unwrap().values
}

#[test]
fn rasters_become_the_rasters_that_terratorch_makes() {
    let folder = goldens().join("generation");
    let cases: Cases = serde_json::from_slice(&fs::read(folder.join("whole_runs.json")).unwrap()).unwrap();
    let bytes = fs::read(folder.join("whole_runs.safetensors")).unwrap();
    let goldens = SafeTensors::deserialize(&bytes).unwrap();
    let sample = Sample::import();
    let options = SessionOptions { device: Device::Cpu, precision: Precision::Fp32, threads: 0 };
    let library = onnxruntime();
    let mut compared = 0;
    for run in cases.runs {
        let place = tempfile::tempdir().unwrap();
        let layers = run.layers(&goldens, place.path());
        let outputs: Vec<_> = run.outputs.iter().map(|output| output.modality).collect();
        let request = Request {
            place: None,
            outputs: outputs.iter().map(|modality| Target::Tokens(*modality)).collect(),
            coordinates: None,
            sampling: Sampling::new(0.0, 0, 0.0).unwrap(),
            seeds: vec![cases.seed],
            schedule: Schedule::new(run.steps).unwrap(),
            harmonize: false,
            tile_px: run.crop.size,
            overlap_px: 0,
        };
        let models = Models { pack: &sample.pack, tokenizers: &sample.tokenizers };
        let inputs = Inputs::open(&layers, Some(&sample.pack), &Setting::default()).unwrap();
        let plan = Plan::new(inputs, models, request, &outputs).unwrap();
        let path = |modality: TokenModality| place.path().join(format!("generated_{modality}.tif"));
        let tokens = place.path().join("tokens.tif");
        let mut products: Vec<_> = outputs.iter().map(|m| (Product::Values(*m), path(*m))).collect();
        products.push((Product::Tokens, tokens.clone()));
        let files = plan.create_files(&products, &CreationOptions::default(), |_| vec![]).unwrap();
        let means = Means {
            library: &library,
            options: &options,
            cancel: &Cancel::default(),
            watch: &Silent,
            journal: &Journal::none(),
        };
        let (summary, files) = plan.run(files, means).unwrap();
        assert_eq!((summary.tiles, summary.skipped), (1, 0));
        files.publish(&[], means).unwrap();

        let ids = read(&tokens);
        let patches = ids.len() / outputs.len();
        for (found, output) in ids.chunks(patches).zip(&run.outputs) {
            assert_eq!(found, numbers(&goldens, &output.ids), "{}", output.ids);
            let found = read(&path(output.modality));
            if let Some(name) = &output.classes {
                assert_eq!(found, numbers(&goldens, name), "{name}");
                compared += 1;
            }
            if let Some(name) = &output.values {
                let expected = numbers(&goldens, name);
                let rms = relative_rms(&found, &expected);
                println!("{name:45} relative RMS {rms:.1e}");
                assert!(rms <= RELATIVE_RMS, "{name}: {rms:e}");
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 8, "every golden is compared");
}
