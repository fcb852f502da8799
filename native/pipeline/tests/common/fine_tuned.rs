//! Runs of small fine-tuned models.

use super::common::onnxruntime;
use super::sample::{project, write};
use checkpoint::Checkpoint;
use gdal::{Dataset, DatasetOptions, GdalOpenFlags, Metadata};
use grid::Window;
use model::diffusion::Schedule;
use model::sampling::Sampling;
use model::task::config;
use model::{FineTunedPack, StagedFineTunedPack, StagedTokenizerPack, TokenModality, TokenizerPack};
use pipeline::segment::{Models, Output, Plan, Request, Summary};
use pipeline::{Consumer, Error, Inputs, Journal, LayerModality, LayerSpec, Means, Setting, Watch};
use raster::{CreationOptions, Layer, Pixels, publish_all};
use runtime::{Cancel, Device, Precision, Session, SessionOptions};
use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tempfile::TempDir;

pub const NODATA: f64 = 0.0;

/// Imports a checkpoint with its configuration, by their path in the project without the endings. The pack stays
/// until the program ends.
pub fn model(name: &str) -> FineTunedPack {
    let folder = tempfile::tempdir().unwrap().keep();
    let source = project().join(format!("{name}.ckpt"));
    let checkpoint = Checkpoint::open(&source).unwrap();
    let configuration = fs::read_to_string(source.with_extension("yaml")).unwrap();
    let description = config::describe(checkpoint.metadata(), Some(&configuration)).unwrap();
    let go_on = |_| ControlFlow::Continue(());
    let staged =
        StagedFineTunedPack::from_checkpoint(&checkpoint, description, &source, "model", &folder, go_on);
    staged.unwrap().publish(&folder.join("model")).unwrap()
}

/// The likeliest tokens, two steps, tiles that overlap by 32.
pub fn request(tim: &[TokenModality], tile_px: usize) -> Request {
    Request {
        place: None,
        tim: tim.to_vec(),
        sampling: Sampling::new(0.0, 0, 0.0).unwrap(),
        seed: 11,
        schedule: Schedule::new(2).unwrap(),
        tile_px,
        overlap_px: 32,
    }
}

/// A folder with layers, and runs whose files go there.
pub struct Work<'a> {
    pub folder: TempDir,
    pub layers: Vec<LayerSpec>,
    pub options: SessionOptions,
    pub tokenizers: BTreeMap<TokenModality, TokenizerPack>,
    pack: &'a FineTunedPack,
}

impl<'a> Work<'a> {
    /// With the tokenizers of `sample/` that the model may need.
    pub fn new(pack: &'a FineTunedPack) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = SessionOptions { device: Device::Cpu, precision: Precision::Fp32, threads: 0 };
        let mut tokenizers = BTreeMap::new();
        for &modality in &pack.architecture().task.backbone.tim {
            let source = project().join(format!("sample/TerraMind_Tokenizer_{modality}.pt"));
            let checkpoint = Checkpoint::open(&source).unwrap();
            let go_on = |_| ControlFlow::Continue(());
            let parent = folder.path();
            let name = "tokenizer";
            let staged =
                StagedTokenizerPack::from_checkpoint(&checkpoint, &source, None, name, parent, go_on);
            tokenizers.insert(modality, staged.unwrap().publish(&parent.join(modality.name())).unwrap());
        }
        Self { folder, layers: vec![], options, tokenizers, pack }
    }

    /// A raster of `[band, y, x]` for each date.
    pub fn add(&mut self, modality: LayerModality, size: (usize, usize), dates: &[&[f32]]) {
        let raster = |(date, values): (usize, &&[f32])| {
            let path = self.folder.path().join(format!("{}_{date}.tif", modality.name()));
            write(&path, (0, 0), size, values, Some(NODATA));
            path.to_str().unwrap().to_owned()
        };
        let sources = dates.iter().enumerate().map(raster).collect();
        self.layers.push(LayerSpec::new(modality, sources));
    }

    /// Names the bands of the first raster.
    pub fn describe(&self, names: &[&str]) {
        let update = GdalOpenFlags::GDAL_OF_UPDATE;
        let options = DatasetOptions { open_flags: update, ..DatasetOptions::default() };
        let dataset = Dataset::open_ex(&self.layers[0].sources[0], options).unwrap();
        for (index, name) in names.iter().enumerate() {
            dataset.rasterband(index + 1).unwrap().set_description(name).unwrap();
        }
        dataset.close().unwrap();
    }

    pub fn run(&self, name: &str, request: Request, outputs: &[Output]) -> Result<Results, Error> {
        self.run_hearing(name, request, outputs, &Heard::default())
    }

    pub fn run_hearing(
        &self,
        name: &str,
        request: Request,
        outputs: &[Output],
        heard: &Heard,
    ) -> Result<Results, Error> {
        let folder = self.folder.path().join(name);
        fs::create_dir(&folder).unwrap();
        let imagined = |output: &Output| match output {
            Output::Imagined(modality) => Some(*modality),
            Output::Map(_) => None,
        };
        let decoded: Vec<_> = outputs.iter().filter_map(imagined).collect();
        let models = Models { pack: self.pack, tokenizers: &self.tokenizers };
        let inputs = Inputs::open(&self.layers, Consumer::FineTuned(self.pack), &Setting::default())?;
        let plan = Plan::new(inputs, models, request, &decoded)?;
        let outputs: Vec<_> = outputs.iter().map(|output| (*output, path(&folder, *output))).collect();
        let files = plan.create_files(&outputs, &CreationOptions::default(), |_| vec![])?;
        let library = onnxruntime();
        let means = Means {
            library: &library,
            options: &self.options,
            cancel: &heard.cancel,
            watch: heard,
            journal: &Journal::none(),
        };
        let (summary, files) = plan.run(files, means)?;
        publish_all(files.complete(means)?.into_iter().map(|(_, file)| file).collect())?;
        Ok(Results { folder, summary })
    }
}

/// The results of one run.
pub struct Results {
    folder: PathBuf,
    pub summary: Summary,
}

impl Results {
    pub fn layer(&self, output: Output) -> Layer {
        Layer::open(path(&self.folder, output).to_str().unwrap()).unwrap()
    }

    pub fn bytes(&self, output: Output) -> Vec<u8> {
        fs::read(path(&self.folder, output)).unwrap()
    }

    /// All values to the bit, `[band, y, x]`; nodata as nothing.
    pub fn values(&self, output: Output) -> Vec<Option<u32>> {
        self.values_in(output, self.layer(output).grid().window())
    }

    pub fn values_in(&self, output: Output, window: Window) -> Vec<Option<u32>> {
        bits(&self.layer(output).read(window).unwrap())
    }
}

fn bits(pixels: &Pixels) -> Vec<Option<u32>> {
    pixels.values.iter().zip(&pixels.valid).map(|(value, valid)| valid.then_some(value.to_bits())).collect()
}

fn path(folder: &Path, output: Output) -> PathBuf {
    folder.join(format!("{output:?}.tif").replace(['(', ')'], "_"))
}

/// Remembers the stages of a run, and may cancel at one of them.
#[derive(Default)]
pub struct Heard {
    pub cancel: Cancel,
    stages: Mutex<Vec<String>>,
    last: Option<&'static str>,
}

impl Heard {
    /// Cancels at the first stage that begins like this.
    pub fn cancelling_at(last: &'static str) -> Self {
        Self { last: Some(last), ..Self::default() }
    }

    pub fn stages(&self) -> Vec<String> {
        self.stages.lock().unwrap().clone()
    }
}

impl Watch for Heard {
    fn progress(&self, done: f64) {
        assert!((0.0..=1.0).contains(&done), "{done}");
    }

    fn stage(&self, stage: &str) {
        self.stages.lock().unwrap().push(stage.to_owned());
        if self.last.is_some_and(|last| stage.starts_with(last)) {
            self.cancel.cancel();
        }
    }

    fn session(&self, _: &Session) {}
}
