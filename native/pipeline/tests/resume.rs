//! An interrupted run that goes on gives the same bytes as one that was not, wherever it was interrupted.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

mod common;
#[path = "common/sample.rs"]
#[expect(dead_code, reason = "other tests need more of it")]
mod sample;

use common::onnxruntime;
use grid::Extent;
use model::diffusion::Schedule;
use model::encoder::Merge;
use model::generation::Target;
use model::sampling::Sampling;
use model::{Modality, TokenModality};
use pipeline::embed::{self, Resolution};
use pipeline::generate::{Models, Plan, Request};
use pipeline::products::Product;
use pipeline::{Error, Inputs, Journal, LayerModality, LayerSpec, Means, Place, Setting, Watch};
use raster::{CreationOptions, Crs};
use runtime::{Cancel, Device, Precision, Session, SessionOptions};
use sample::{Sample, project};
use std::cell::Cell;
use std::fs;
use std::path::Path;

/// Cancels after so many steps of progress.
struct StopAt {
    cancel: Cancel,
    step: usize,
    done: Cell<usize>,
    resumed: Cell<usize>,
}

impl StopAt {
    fn step(step: usize) -> Self {
        Self { cancel: Cancel::default(), step, done: Cell::new(0), resumed: Cell::new(0) }
    }
}

impl Watch for StopAt {
    fn progress(&self, _: f64) {
        self.done.set(self.done.get() + 1);
        if self.done.get() == self.step {
            self.cancel.cancel();
        }
    }

    fn stage(&self, _: &str) {}

    fn session(&self, _: &Session) {}

    fn resumed(&self) {
        self.resumed.set(self.resumed.get() + 1);
    }
}

fn inputs(sample: &Sample) -> Inputs {
    let source = project().join("sample/S2L2A.tif");
    let layer =
        LayerSpec::new(LayerModality::Image(Modality::S2L2A), vec![source.to_str().unwrap().to_owned()]);
    Inputs::open(&[layer], Some(&sample.pack), &Setting::default()).unwrap()
}

/// The part of the sample's scene that is looked at.
fn place() -> Place {
    let extent = Extent { xmin: 461_280.0, xmax: 463_840.0, ymin: 5_547_400.0, ymax: 5_549_720.0 };
    Place { extent, crs: Crs::from_text("EPSG:32633").unwrap(), name: "EXTENT" }
}

/// Runs it once whole, then again and again with an interruption at each of `steps`, and compares.
fn check(steps: &[usize], run: impl Fn(&Path, &StopAt, &Journal) -> Result<(), Error>) {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole");
    fs::create_dir(&whole).unwrap();
    let all = StopAt::step(usize::MAX);
    run(&whole, &all, &Journal::none()).unwrap();
    let parts = folder.path().join("parts");
    fs::create_dir(&parts).unwrap();
    let journal = || Journal::beside(&parts.join("first.tif"), "the request").unwrap();
    for &step in steps {
        assert!(step < all.done.get(), "{step} of {}", all.done.get());
        let attempt = journal();
        assert!(matches!(run(&parts, &StopAt::step(step), &attempt), Err(Error::Cancelled)), "{step}");
        assert!(attempt.has_results());
        drop(attempt);
        assert_eq!(fs::read_dir(&parts).unwrap().count(), 1, "only the journal is left");
    }
    let (last, watch) = (journal(), StopAt::step(usize::MAX));
    run(&parts, &watch, &last).unwrap();
    assert!(watch.resumed.get() > 0);
    last.finish();
    let names = |folder: &Path| {
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&whole), names(&parts));
    for name in names(&whole) {
        assert!(
            fs::read(whole.join(&name)).unwrap() == fs::read(parts.join(&name)).unwrap(),
            "{}",
            name.display()
        );
    }
}

fn options() -> SessionOptions {
    SessionOptions { device: Device::Cpu, precision: Precision::Fp32, threads: 1 }
}

#[test]
fn a_generation_goes_on_from_any_of_its_stages() {
    let (sample, library) = (Sample::import(), onnxruntime());
    let products = [
        Product::Values(TokenModality::Lulc),
        Product::Values(TokenModality::Dem),
        Product::Uncertainty(TokenModality::Dem),
        Product::Tokens,
        Product::Entropy,
    ];
    let outputs =
        [Target::Coordinates, Target::Tokens(TokenModality::Lulc), Target::Tokens(TokenModality::Dem)];
    let run = |folder: &Path, watch: &StopAt, journal: &Journal| {
        let request = Request {
            place: Some(place()),
            outputs: outputs.to_vec(),
            coordinates: None,
            sampling: Sampling::new(1.0, 0, 0.9).unwrap(),
            seeds: vec![1, 2],
            schedule: Schedule::new(2).unwrap(),
            harmonize: true,
            tile_px: 96,
            overlap_px: 32,
        };
        let models = Models { pack: &sample.pack, tokenizers: &sample.tokenizers };
        let plan = Plan::new(inputs(&sample), models, request, &[TokenModality::Lulc, TokenModality::Dem])?;
        let files: Vec<_> =
            products.iter().map(|product| (*product, folder.join(format!("{product:?}.tif")))).collect();
        let files = plan.create_files(&files, &CreationOptions::default(), |_| vec![])?;
        let options = options();
        let means = Means { library: &library, options: &options, cancel: &watch.cancel, watch, journal };
        let (summary, files) = plan.run(files, means)?;
        files.publish(&summary.guesses, means)?;
        // Coordinates, which the other outputs are told.
        fs::write(folder.join("guesses.txt"), format!("{summary:?}")).unwrap();
        Ok(())
    };
    // Coordinates, land cover, elevation, the decoding of one and of the other.
    check(&[3, 40, 70, 110, 130, 131], run);
}

/// Embeds the place in tiles, a cell per pixel.
fn embed(
    sample: &Sample,
    precision: Precision,
    folder: &Path,
    watch: &StopAt,
    journal: &Journal,
) -> Result<(), Error> {
    let library = onnxruntime();
    let request = embed::Request {
        place: Some(place()),
        block: 3,
        merge: Merge::Mean,
        tile_px: 64,
        overlap_px: 16,
        resolution: Resolution::Pixel,
    };
    let plan = embed::Plan::new(inputs(sample), &sample.pack, &request)?;
    let options = SessionOptions { precision, ..options() };
    let writer = plan.create_output(&folder.join("features.tif"), &CreationOptions::default(), vec![])?;
    let session = plan.open_session(&sample.pack, &library, &options, &Cancel::default())?;
    let means = Means { library: &library, options: &options, cancel: &watch.cancel, watch, journal };
    plan.run(session, writer, means).map(|_| ())
}

#[test]
fn an_embedding_goes_on_with_the_next_tile() {
    let sample = Sample::import();
    let run = |folder: &Path, watch: &StopAt, journal: &Journal| {
        embed(&sample, Precision::Fp32, folder, watch, journal)
    };
    check(&[2, 9, 10, 20], run);
}

/// As when a device or a precision is chosen anew.
#[test]
fn tiles_of_two_precisions_do_not_become_one_result() {
    let (sample, folder) = (Sample::import(), tempfile::tempdir().unwrap());
    let run = |name: &str, precision, step, journal: &Journal| {
        let folder = folder.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        let watch = StopAt::step(step);
        let result = embed(&sample, precision, &folder, &watch, journal);
        (result, folder.join("features.tif"), watch.resumed.get())
    };
    let journal = || Journal::beside(&folder.path().join("first.tif"), "the request").unwrap();
    let (result, whole, _) = run("whole", Precision::Int8, usize::MAX, &Journal::none());
    result.unwrap();
    let (interrupted, ..) = run("parts", Precision::Fp32, 9, &journal());
    assert!(matches!(interrupted, Err(Error::Cancelled)));
    let last = journal();
    let (result, found, resumed) = run("parts", Precision::Int8, usize::MAX, &last);
    result.unwrap();
    last.finish();
    assert_eq!(resumed, 0);
    assert!(fs::read(whole).unwrap() == fs::read(found).unwrap());
}
