//! The model, the tokenizers and the scene of `sample/`.

use checkpoint::Checkpoint;
use gdal::DriverManager;
use gdal::raster::Buffer;
use model::{Pack, StagedPack, StagedTokenizerPack, TokenModality, TokenizerPack};
use pipeline::Watch;
use raster::Layer;
use runtime::Session;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Everything of `sample/`, imported.
pub struct Sample {
    /// The encoder-decoder.
    pub pack: Pack,
    /// All six tokenizers.
    pub tokenizers: BTreeMap<TokenModality, TokenizerPack>,
    /// Holds the packs.
    _folder: TempDir,
}

/// Hears nothing.
pub struct Silent;

impl Watch for Silent {
    fn progress(&self, done: f64) {
        assert!((0.0..=1.0).contains(&done), "{done}");
    }

    fn stage(&self, _: &str) {}

    fn session(&self, _: &Session) {}
}

pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

impl Sample {
    pub fn import() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let parent = folder.path();
        let source = |name: &str| project().join("sample").join(name);
        let go_on = |_| ControlFlow::Continue(());
        let path = source("TerraMind_v1_demo.pt");
        let checkpoint = Checkpoint::open(&path).unwrap();
        let staged = StagedPack::from_checkpoint(&checkpoint, &path, "demo", parent, go_on).unwrap();
        let pack = staged.publish(&parent.join("demo")).unwrap();
        let tokenizer = |modality: TokenModality| {
            let path = source(&format!("TerraMind_Tokenizer_{modality}.pt"));
            let checkpoint = Checkpoint::open(&path).unwrap();
            let name = format!("tokenizer-{modality}");
            let staged =
                StagedTokenizerPack::from_checkpoint(&checkpoint, &path, None, &name, parent, go_on).unwrap();
            (modality, staged.publish(&parent.join(name)).unwrap())
        };
        let tokenizers = TokenModality::ALL.into_iter().map(tokenizer).collect();
        Self { pack, tokenizers, _folder: folder }
    }
}

/// A layer of the scene.
pub fn scene(modality: &str) -> Layer {
    Layer::open(project().join("sample").join(format!("{modality}.tif")).to_str().unwrap()).unwrap()
}

/// Writes values `[band, y, x]` as a raster at 10 m in EPSG:32633, which begins so many pixels to the right of the
/// origin of that system, and below it.
pub fn write(path: &Path, first: (usize, usize), size: (usize, usize), values: &[f32], nodata: Option<f64>) {
    let bands = values.len() / (size.0 * size.1);
    let driver = DriverManager::get_driver_by_name("GTiff").unwrap();
    let mut dataset = driver.create_with_band_type::<f32, _>(path, size.0, size.1, bands).unwrap();
    let (x, y) = (10.0 * first.0 as f64, -10.0 * first.1 as f64);
    dataset.set_geo_transform(&[x, 10.0, 0.0, y, 0.0, -10.0]).unwrap();
    dataset.set_projection("EPSG:32633").unwrap();
    for (index, values) in values.chunks(size.0 * size.1).enumerate() {
        let mut band = dataset.rasterband(index + 1).unwrap();
        band.set_no_data_value(nodata).unwrap();
        band.write((0, 0), size, &mut Buffer::new(size, values.to_vec())).unwrap();
    }
    dataset.close().unwrap();
}
