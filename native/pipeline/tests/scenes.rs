//! Embedding whole scenes: what is promised of extents, threads, nodata, cancelling and memory.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{onnxruntime, pack};
use gdal::raster::{Buffer, RasterBand};
use gdal::{Dataset, DatasetOptions, DriverManager, GdalOpenFlags, Metadata};
use grid::{Extent, Grid, Window};
use model::encoder::{self, EncoderSpec, Merge};
use model::{Modality, Pack};
use pipeline::embed::{Plan, Request, Resolution};
use pipeline::{
    Error, Forecast, Inputs, Journal, LayerModality, LayerSpec, Means, Memory, Place, Setting, Target,
    Validity, Watch,
};
use raster::{CreationOptions, Crs, Layer, Resampling};
use runtime::{Cancel, Device, Precision, Session, SessionOptions, Tensor};
use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};

const ORIGIN: (f64, f64) = (460_000.0, 5_551_000.0);
const NODATA: f64 = -32768.0;

/// A raster in EPSG:32633 at 10 m; `value(band, x, y)` is in the units of the modality.
fn scene(
    folder: &Path,
    name: &str,
    size: (usize, usize),
    bands: usize,
    value: impl Fn(usize, usize, usize) -> f32,
) -> String {
    let path = folder.join(name);
    let driver = DriverManager::get_driver_by_name("GTiff").unwrap();
    let mut dataset = driver.create_with_band_type::<f32, _>(&path, size.0, size.1, bands).unwrap();
    dataset.set_geo_transform(&[ORIGIN.0, 10.0, 0.0, ORIGIN.1, 0.0, -10.0]).unwrap();
    dataset.set_projection("EPSG:32633").unwrap();
    for b in 0..bands {
        let mut band: RasterBand = dataset.rasterband(b + 1).unwrap();
        band.set_no_data_value(Some(NODATA)).unwrap();
        let values = (0..size.0 * size.1).map(|i| value(b, i % size.0, i / size.0)).collect();
        band.write((0, 0), size, &mut Buffer::new(size, values)).unwrap();
    }
    dataset.close().unwrap();
    path.to_str().unwrap().to_owned()
}

/// Hills in every band, in the range of Sentinel-2's digital numbers.
fn hills(band: usize, x: usize, y: usize) -> f32 {
    let (x, y, b) = (x as f32, y as f32, band as f32);
    1700.0 + 900.0 * (x / (17.0 + b)).sin() * (y / (23.0 - b)).cos() + 40.0 * b
}

fn s2(folder: &Path, width: usize, height: usize) -> Vec<(Modality, String)> {
    vec![(Modality::S2L2A, scene(folder, "s2.tif", (width, height), 12, hills))]
}

fn request() -> Request {
    Request {
        place: None,
        block: 2,
        merge: Merge::Mean,
        tile_px: 64,
        overlap_px: 16,
        resolution: Resolution::Patch,
    }
}

/// An extent by pixels of the scene.
fn place(window: Window) -> Place {
    let (x, y) = (window.x as f64, window.y as f64);
    let (width, height) = (window.width as f64, window.height as f64);
    let extent = Extent {
        xmin: ORIGIN.0 + 10.0 * x,
        xmax: ORIGIN.0 + 10.0 * (x + width),
        ymin: ORIGIN.1 - 10.0 * (y + height),
        ymax: ORIGIN.1 - 10.0 * y,
    };
    Place { extent, crs: Crs::none(), name: "EXTENT" }
}

fn options(threads: usize) -> SessionOptions {
    SessionOptions { device: Device::Cpu, precision: Precision::Fp32, threads }
}

fn of_images(sources: &[(Modality, String)], pack: &Pack) -> Result<Inputs, Error> {
    let spec = |(modality, source): &(Modality, String)| {
        LayerSpec::new(LayerModality::Image(*modality), vec![source.clone()])
    };
    let specs: Vec<_> = sources.iter().map(spec).collect();
    Inputs::open(&specs, Some(pack), &Setting::default())
}

fn embed(
    sources: &[(Modality, String)],
    pack: &Pack,
    request: &Request,
    threads: usize,
    output: &Path,
) -> Result<usize, Error> {
    embed_inputs(of_images(sources, pack)?, pack, request, threads, output)
}

fn embed_inputs(
    inputs: Inputs,
    pack: &Pack,
    request: &Request,
    threads: usize,
    output: &Path,
) -> Result<usize, Error> {
    let plan = Plan::new(inputs, pack, request)?;
    let (library, options) = (onnxruntime(), options(threads));
    let session = plan.open_session(pack, &library, &options, &Cancel::default())?;
    let writer = plan.create_output(output, &CreationOptions::default(), vec![])?;
    let means = Means {
        library: &library,
        options: &options,
        cancel: &Cancel::default(),
        watch: &StopAt::never(),
        journal: &Journal::none(),
    };
    plan.run(session, writer, means)
}

struct Workplace {
    folder: tempfile::TempDir,
    pack: Pack,
}

impl Workplace {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pack = pack("plain", folder.path());
        Self { folder, pack }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn embed(&self, sources: &[(Modality, String)], request: &Request, name: &str) -> Layer {
        embed(sources, &self.pack, request, 0, &self.path(name)).unwrap();
        Layer::open(self.path(name).to_str().unwrap()).unwrap()
    }
}

/// All values of a raster; nodata as `None`.
fn values(layer: &Layer) -> Vec<Option<f32>> {
    let pixels = layer.read(layer.grid().window()).unwrap();
    pixels.values.into_iter().zip(pixels.valid).map(|(v, valid)| valid.then_some(v)).collect()
}

/// The window of another raster that covers the same place as `part`.
fn same_place(part: &Layer, whole: &Layer) -> Vec<Option<f32>> {
    let window = whole.grid().window_of(&part.grid().extent()).unwrap();
    assert_eq!((window.width, window.height), (part.grid().width_px(), part.grid().height_px()));
    let pixels = whole.read(window).unwrap();
    pixels.values.into_iter().zip(pixels.valid).map(|(v, valid)| valid.then_some(v)).collect()
}

#[test]
fn a_raster_of_one_tile_is_exactly_what_the_encoder_says() {
    let w = Workplace::new();
    let sources = s2(w.folder.path(), 64, 64);
    let features = w.embed(&sources, &request(), "out.tif");
    assert_eq!((features.grid().width_px(), features.grid().height_px()), (4, 4));
    assert_eq!(features.band_count(), 64);

    let spec = EncoderSpec {
        inputs: vec![Modality::S2L2A],
        height_px: 64,
        width_px: 64,
        batch: 1,
        block: 2,
        merge: Merge::Mean,
    };
    let graph = encoder::build(&w.pack, &spec).unwrap();
    let session = Session::open(&onnxruntime(), &graph, w.pack.folder(), &options(0)).unwrap();
    let modality = Modality::S2L2A;
    let standardised = |i: usize| {
        let (band, x, y) = (i / 4096, i % 64, i / 64 % 64);
        ((f64::from(hills(band, x, y)) - modality.mean()[band]) / modality.std()[band]) as f32
    };
    let tensor = Tensor::floats(&[1, 12, 64, 64], (0..12 * 4096).map(standardised).collect());
    let said = session.run(&[("S2L2A", tensor)], &Cancel::default()).unwrap().into_floats().unwrap();
    // The raster is [feature, y, x], the encoder says [y, x, feature].
    for (i, value) in values(&features).into_iter().enumerate() {
        let (feature, cell) = (i / 16, i % 16);
        assert_eq!(value.unwrap().to_bits(), said[cell * 64 + feature].to_bits(), "{i}");
    }
}

#[test]
fn the_result_of_a_place_does_not_depend_on_the_extent() {
    let w = Workplace::new();
    let sources = s2(w.folder.path(), 250, 203);
    for resolution in [Resolution::Patch, Resolution::Pixel] {
        let whole = w.embed(&sources, &Request { resolution, ..request() }, "whole.tif");
        for window in [
            Window { x: 70, y: 33, width: 100, height: 90 },
            Window { x: 200, y: 150, width: 50, height: 53 },
            Window { x: 5, y: 5, width: 1, height: 1 },
        ] {
            let request = Request { resolution, place: Some(place(window)), ..request() };
            let part = w.embed(&sources, &request, "part.tif");
            assert_eq!(values(&part), same_place(&part, &whole), "{resolution:?} {window:?}");
        }
    }
}

#[test]
fn an_extent_is_widened_to_whole_patches_of_the_raster() {
    let w = Workplace::new();
    let sources = s2(w.folder.path(), 250, 203);
    let request = Request { place: Some(place(Window { x: 70, y: 33, width: 3, height: 30 })), ..request() };
    let part = w.embed(&sources, &request, "part.tif");
    let transform = part.grid().transform();
    assert_eq!((part.grid().width_px(), part.grid().height_px()), (1, 2));
    assert!(
        (transform[0] - (ORIGIN.0 + 640.0)).abs() < 1e-6 && (transform[3] - (ORIGIN.1 - 320.0)).abs() < 1e-6
    );
    assert!((transform[1] - 160.0).abs() < 1e-9 && (transform[5] + 160.0).abs() < 1e-9);
    assert!(part.crs() == &Crs::from_text("EPSG:32633").unwrap());
}

#[test]
fn threads_do_not_change_a_bit() {
    let w = Workplace::new();
    let sources = s2(w.folder.path(), 180, 150);
    let bytes = [1, 2, 3].map(|threads| {
        let output = w.path("out.tif");
        embed(&sources, &w.pack, &request(), threads, &output).unwrap();
        fs::read(output).unwrap()
    });
    assert!(bytes[0] == bytes[1] && bytes[1] == bytes[2]);
}

#[test]
fn every_option_that_should_change_the_result_does() {
    let w = Workplace::new();
    let mut sources = s2(w.folder.path(), 100, 100);
    let plain = values(&w.embed(&sources, &request(), "plain.tif"));
    let tiles = Request { tile_px: 96, ..request() };
    let overlap = Request { overlap_px: 32, ..request() };
    let block = Request { block: 1, ..request() };
    for changed in [tiles, overlap, block] {
        assert_ne!(values(&w.embed(&sources, &changed, "changed.tif")), plain, "{changed:?}");
    }
    sources[0].1 = scene(w.folder.path(), "swapped.tif", (100, 100), 12, |b, x, y| {
        hills(if b < 2 { 1 - b } else { b }, x, y)
    });
    assert_ne!(values(&w.embed(&sources, &request(), "swapped-out.tif")), plain, "two bands swapped");
}

#[test]
fn several_layers_are_merged_in_each_way() {
    let w = Workplace::new();
    // One tile: a blend of maxima is not the maximum of blends.
    let mut sources = s2(w.folder.path(), 64, 64);
    let dem = scene(w.folder.path(), "dem.tif", (64, 64), 1, |_, x, y| (300 + 3 * x + y) as f32);
    sources.push((Modality::Dem, dem));
    let [mean, max, concat] = [Merge::Mean, Merge::Max, Merge::Concat].map(|merge| {
        let layer = w.embed(&sources, &Request { merge, ..request() }, "out.tif");
        let names: Vec<_> = layer.band_descriptions().map(ToOwned::to_owned).collect();
        (values(&layer), names)
    });
    assert_eq!((mean.1.len(), max.1.len(), concat.1.len()), (64, 64, 128));
    assert_eq!((concat.1[0].as_str(), concat.1[64].as_str()), ("S2L2A feature 1", "DEM feature 1"));
    let half = concat.0.len() / 2;
    for i in 0..half {
        let (a, b) = (concat.0[i].unwrap(), concat.0[half + i].unwrap());
        assert!((mean.0[i].unwrap() - f32::midpoint(a, b)).abs() < 1e-5, "{i}");
        assert!((max.0[i].unwrap() - a.max(b)).abs() < 1e-5, "{i}");
    }
}

#[test]
fn patches_without_data_are_nodata_and_tiles_without_are_skipped() {
    let w = Workplace::new();
    let value = |b, x, y| if x < 150 { NODATA as f32 } else { hills(b, x, y) };
    let source = scene(w.folder.path(), "half.tif", (300, 64), 12, value);
    let sources = vec![(Modality::S2L2A, source)];
    let output = w.path("out.tif");
    let skipped = embed(&sources, &w.pack, &request(), 0, &output).unwrap();
    assert_eq!(skipped, 2, "of the tiles at 0, 48, 96, … px the first two hold only nodata");
    let layer = Layer::open(output.to_str().unwrap()).unwrap();
    for (i, value) in values(&layer).into_iter().enumerate() {
        // 19 columns of patches; the one from 144 to 160 px holds ten columns of data.
        assert_eq!(value.is_some(), i % 19 >= 9, "{i}");
        assert!(value.is_none_or(f32::is_finite));
    }
}

#[test]
fn the_first_layer_says_where_there_is_data_and_pixels_keep_their_place() {
    let w = Workplace::new();
    let mut sources = s2(w.folder.path(), 100, 100);
    let dem =
        scene(w.folder.path(), "dem.tif", (100, 100), 1, |_, x, _| if x < 50 { NODATA as f32 } else { 9.0 });
    sources.push((Modality::Dem, dem));
    let request = Request { resolution: Resolution::Pixel, ..request() };
    let features = w.embed(&sources, &request, "out.tif");
    assert!(features.grid().aligns_with(&Layer::open(&sources[0].1).unwrap().grid()));
    assert!(values(&features).iter().all(Option::is_some));
}

#[test]
fn rasters_smaller_than_a_patch_are_padded() {
    let w = Workplace::new();
    for (width, height) in [(1, 1), (5, 40), (17, 16)] {
        let sources = s2(w.folder.path(), width, height);
        let features = w.embed(&sources, &request(), "out.tif");
        let size = (features.grid().width_px(), features.grid().height_px());
        assert_eq!(size, (width.div_ceil(16), height.div_ceil(16)));
        assert!(values(&features).into_iter().all(|v| v.is_some_and(f32::is_finite)));
        let pixels = w.embed(&sources, &Request { resolution: Resolution::Pixel, ..request() }, "px.tif");
        assert_eq!((pixels.grid().width_px(), pixels.grid().height_px()), (width, height));
    }
}

#[test]
fn a_run_of_many_tiles_is_forecast_by_trying_one() {
    struct Hearing(Cell<Option<Forecast>>, Cell<f64>);
    impl Watch for Hearing {
        fn progress(&self, done: f64) {
            assert!(self.0.get().is_some() && done >= self.1.get());
            self.1.set(done);
        }
        fn stage(&self, _: &str) {}
        fn session(&self, _: &Session) {}
        fn forecast(&self, forecast: Forecast) {
            self.0.set(Some(forecast));
        }
    }
    let w = Workplace::new();
    let sources = s2(w.folder.path(), 400, 320);
    let plan = Plan::new(of_images(&sources, &w.pack).unwrap(), &w.pack, &request()).unwrap();
    let (tiles, library, options) = (plan.tiles(), onnxruntime(), options(1));
    let session = plan.open_session(&w.pack, &library, &options, &Cancel::default()).unwrap();
    let writer = plan.create_output(&w.folder.path().join("f.tif"), &CreationOptions::default(), vec![]);
    let (watch, cancel, journal) =
        (Hearing(Cell::default(), Cell::default()), Cancel::default(), Journal::none());
    let means =
        Means { library: &library, options: &options, cancel: &cancel, watch: &watch, journal: &journal };
    plan.run(session, writer.unwrap(), means).unwrap();
    let forecast = watch.0.get().unwrap();
    assert_eq!((forecast.tiles, tiles), (tiles, 56));
    assert!(forecast.seconds > 0.0 && forecast.disk_bytes > 25 * 20 * 4, "{forecast:?}");
    assert!((watch.1.get() - 1.0).abs() < 1e-9);
}

/// Tells what memory there is, and that no tile is computed.
struct Tight(Memory);

impl Watch for Tight {
    fn progress(&self, _: f64) {
        assert!(self.0.limit.is_none(), "it should have been refused");
    }
    fn stage(&self, _: &str) {}
    fn session(&self, _: &Session) {}
    fn memory(&self) -> Option<Memory> {
        Some(self.0)
    }
}

#[test]
fn which_band_went_where_is_told_and_wrong_numbers_are_listed() {
    let w = Workplace::new();
    let (size, folder) = ((32, 32), w.folder.path());
    let name = |path: &str, names: &[&str]| {
        let options =
            DatasetOptions { open_flags: GdalOpenFlags::GDAL_OF_UPDATE, ..DatasetOptions::default() };
        let dataset = Dataset::open_ex(path, options).unwrap();
        for (index, name) in (1..).zip(names) {
            let mut band = dataset.rasterband(index).unwrap();
            band.set_description(name).unwrap();
        }
    };
    let two = scene(folder, "two.tif", size, 2, hills);
    let three = scene(folder, "three.tif", size, 3, hills);
    name(&three, &["VV", "", "angle"]);
    let open = |modality, source: &str, bands: Option<&[usize]>| {
        let spec = LayerSpec {
            bands: bands.map(<[usize]>::to_vec),
            ..LayerSpec::new(LayerModality::Image(modality), vec![source.to_owned()])
        };
        Inputs::open(&[spec], Some(&w.pack), &Setting::default())
    };
    let s1 = Modality::S1Grd;
    let told = |inputs: Inputs, words: &[&str]| {
        let note = &inputs.notes()[0];
        assert!(words.iter().all(|word| note.contains(word)), "{note}");
    };
    told(open(s1, &two, None).unwrap(), &["order alone", "VV is band 1, VH is band 2"]);
    let chosen = open(s1, &three, Some(&[3, 1])).unwrap();
    told(chosen, &["as BANDS says", "VV is band 3 (\"angle\"), VH is band 1 (\"VV\")"]);
    let refused = |source: &str, bands: Option<&[usize]>, words: &[&str]| {
        let message = open(s1, source, bands).err().unwrap().to_string();
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
    };
    refused(&three, None, &["needs 2 bands (VV, VH)", "has 3 (1 VV, 2 unnamed, 3 angle)", "by BANDS"]);
    refused(&three, Some(&[1, 4]), &["no band 4", "has 3, counted from 1 (1 VV, 2 unnamed, 3 angle)"]);
    refused(&three, Some(&[3]), &["BANDS names 1 of the bands", "(3 angle)", "2 are wanted (VV, VH)"]);
    name(&two, &["VV", "VH"]);
    told(open(s1, &two, None).unwrap(), &["by their descriptions"]);
}

#[test]
fn a_run_that_memory_does_not_suffice_for_is_refused_before_the_first_tile() {
    let w = Workplace::new();
    // Few tiles, which only a limit makes worth a trial.
    let sources = s2(w.folder.path(), 100, 100);
    let run = |memory: Memory| {
        let plan = Plan::new(of_images(&sources, &w.pack).unwrap(), &w.pack, &request()).unwrap();
        let (library, options) = (onnxruntime(), options(1));
        let session = plan.open_session(&w.pack, &library, &options, &Cancel::default()).unwrap();
        let writer = plan.create_output(&w.folder.path().join("f.tif"), &CreationOptions::default(), vec![]);
        let (watch, cancel, journal) = (Tight(memory), Cancel::default(), Journal::none());
        let means =
            Means { library: &library, options: &options, cancel: &cancel, watch: &watch, journal: &journal };
        plan.run(session, writer.unwrap(), means)
    };
    let mb = 1_000_000;
    let memory = Memory { before: 50 * mb, now: 90 * mb, most: 90 * mb, limit: None, free: 900 * mb };
    let message = run(Memory { limit: Some(40 * mb), ..memory }).unwrap_err().to_string();
    let words = ["more than the 40 MB of MEMORY_LIMIT", "held already 40 MB", "tiles that wait"];
    assert!(words.iter().all(|word| message.contains(word)), "{message}");
    let names = fs::read_dir(w.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(names.into_iter().all(|name| !name.to_string_lossy().contains("f.tif")), "nothing is left");
    assert!(matches!(run(Memory { free: 0, ..memory }), Err(Error::TooMuchMemory { .. })));
    // More than a quarter of it, and still it runs.
    assert_eq!(run(Memory { free: 20 * mb, ..memory }).unwrap(), 0);
}

/// Cancels when so many tiles are done.
struct StopAt {
    cancel: Cancel,
    tile: usize,
    done: Cell<usize>,
}

impl StopAt {
    fn never() -> Self {
        Self { cancel: Cancel::default(), tile: usize::MAX, done: Cell::new(0) }
    }
}

impl Watch for StopAt {
    fn progress(&self, _: f64) {
        self.done.set(self.done.get() + 1);
        if self.done.get() == self.tile {
            self.cancel.cancel();
        }
    }

    fn stage(&self, _: &str) {}

    fn session(&self, _: &Session) {}
}

#[test]
fn a_cancelled_run_leaves_nothing_and_the_older_output_untouched() {
    let w = Workplace::new();
    let sources = s2(w.folder.path(), 400, 400);
    let out = w.path("results");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("features.tif"), "older").unwrap();
    let plan = Plan::new(of_images(&sources, &w.pack).unwrap(), &w.pack, &request()).unwrap();
    let (library, options) = (onnxruntime(), options(0));
    let session = plan.open_session(&w.pack, &library, &options, &Cancel::default()).unwrap();
    let writer = plan.create_output(&out.join("features.tif"), &CreationOptions::default(), vec![]).unwrap();
    let watch = StopAt { tile: 5, ..StopAt::never() };
    let means = Means {
        library: &library,
        options: &options,
        cancel: &watch.cancel,
        watch: &watch,
        journal: &Journal::none(),
    };
    assert!(matches!(plan.run(session, writer, means), Err(Error::Cancelled)));
    assert!(watch.done.get() < 12, "the queues hold a few tiles, not the scene");
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
    assert_eq!(fs::read(out.join("features.tif")).unwrap(), b"older");
}

#[test]
fn cancelling_interrupts_a_run_of_the_session() {
    let w = Workplace::new();
    // One tile of 1024 px is 4096 tokens: some seconds of attention.
    let spec = EncoderSpec {
        inputs: vec![Modality::S2L2A],
        height_px: 1024,
        width_px: 1024,
        batch: 1,
        block: 2,
        merge: Merge::Mean,
    };
    let graph = encoder::build(&w.pack, &spec).unwrap();
    let session = Session::open(&onnxruntime(), &graph, w.pack.folder(), &options(1)).unwrap();
    let tensor = Tensor::floats(&[1, 12, 1024, 1024], vec![0.5; 12 << 20]);
    let cancel = Cancel::default();
    let from_outside = cancel.clone();
    let result = std::thread::scope(|scope| {
        scope.spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(100));
            from_outside.cancel();
        });
        session.run(&[("S2L2A", tensor)], &cancel)
    });
    assert!(matches!(result, Err(runtime::Error::Cancelled)));
    assert!(
        matches!(session.run::<&str>(&[], &cancel), Err(runtime::Error::Cancelled)),
        "it stays cancelled"
    );
}

#[test]
fn wrong_layers_are_refused_by_name() {
    let w = Workplace::new();
    let folder = w.folder.path();

    let refused = |sources: &[(Modality, String)]| of_images(sources, &w.pack).err().unwrap().to_string();

    let message = refused(&[]);
    assert!(message.contains("S2L2A") && message.contains("DEM"), "{message}");

    let ten = scene(folder, "ten.tif", (64, 64), 10, hills);
    let message = refused(&[(Modality::S2L2A, ten)]);
    assert!(["S2L2A needs 12", "has 10", "ten.tif"].iter().all(|w| message.contains(w)), "{message}");
}

/// A raster of one band, of what `of` says of a place.
fn placed(folder: &Path, name: &str, system: &str, grid: Grid, of: impl Fn(f64, f64) -> f32) -> String {
    let path = folder.join(name);
    let size = (grid.width_px(), grid.height_px());
    let driver = DriverManager::get_driver_by_name("GTiff").unwrap();
    let mut dataset = driver.create_with_band_type::<f32, _>(&path, size.0, size.1, 1).unwrap();
    dataset.set_geo_transform(&grid.transform()).unwrap();
    if !system.is_empty() {
        dataset.set_projection(system).unwrap();
    }
    let value = |i: usize| {
        let (x, y) = grid.world_from_pixel((i % size.0) as f64 + 0.5, (i / size.0) as f64 + 0.5);
        of(x, y)
    };
    let values = (0..size.0 * size.1).map(value).collect();
    dataset.rasterband(1).unwrap().write((0, 0), size, &mut Buffer::new(size, values)).unwrap();
    dataset.close().unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn layers_on_other_grids_are_put_on_that_of_the_first_optical_one() {
    let w = Workplace::new();
    let folder = w.folder.path();
    let s2 = s2(folder, 64, 64);
    let grid = |transform, width, height| Grid::new(transform, width, height).unwrap();
    // A slope in metres of UTM, once on the scene's grid and once on a larger one, shifted by two and three pixels.
    let slope = |x: f64, y: f64| (x - ORIGIN.0 + 0.5 * (y - ORIGIN.1)) as f32;
    let own = grid([ORIGIN.0, 10.0, 0.0, ORIGIN.1, 0.0, -10.0], 64, 64);
    let larger = grid([ORIGIN.0 - 20.0, 10.0, 0.0, ORIGIN.1 + 30.0, 0.0, -10.0], 80, 90);
    let same = placed(folder, "same.tif", "EPSG:32633", own, slope);
    let larger = placed(folder, "larger.tif", "EPSG:32633", larger, slope);
    let run = |dem: &str, dem_first: bool, name: &str| {
        let mut sources = vec![s2[0].clone(), (Modality::Dem, dem.to_owned())];
        if dem_first {
            sources.reverse();
        }
        let inputs = of_images(&sources, &w.pack).unwrap();
        assert!(inputs.grid().aligns_with(&own), "{name}");
        let output = folder.join(name);
        embed(&sources, &w.pack, &request(), 1, &output).unwrap();
        let of_grids = inputs.notes().iter().filter(|note| note.contains("put on")).cloned();
        (of_grids.collect::<Vec<_>>(), fs::read(output).unwrap())
    };
    let (notes, expected) = run(&same, false, "expected.tif");
    assert!(notes.is_empty(), "{notes:?}");
    let (notes, found) = run(&larger, false, "found.tif");
    assert!(found == expected, "whole pixels are copied");
    let told = ["DEM", "S2L2A", "80 × 90", "64 × 64", "bilinear", "larger.tif"];
    assert!(notes.len() == 1 && told.iter().all(|word| notes[0].contains(word)), "{notes:?}");
    run(&larger, true, "turned.tif");

    let degrees = grid([12.0, 0.000_1, 0.0, 47.0, 0.0, -0.000_1], 50, 50);
    let refused = |dem: String| {
        let sources = [s2[0].clone(), (Modality::Dem, dem)];
        of_images(&sources, &w.pack).err().unwrap().to_string()
    };
    let message = refused(placed(folder, "far.tif", "EPSG:4326", degrees, slope));
    let told = ["DEM", "does not overlap", "metres too far west", "far.tif"];
    assert!(told.iter().all(|word| message.contains(word)), "{message}");
    let message = refused(placed(folder, "nowhere.tif", "", degrees, slope));
    assert!(message.contains("Assign projection") && message.contains("nowhere.tif"), "{message}");
}

#[test]
fn an_extent_in_degrees_finds_the_same_pixels_and_one_outside_is_refused() {
    let w = Workplace::new();
    let sources = s2(w.folder.path(), 250, 203);
    let inputs = of_images(&sources, &w.pack).unwrap();
    // The scene's own extent in degrees; its window in UTM may only be larger.
    let degrees = Crs::from_text("EPSG:4326").unwrap();
    let part = place(Window { x: 50, y: 40, width: 100, height: 90 }).extent;
    let extent = degrees.extent_from(&Crs::from_text("EPSG:32633").unwrap(), part).unwrap();
    let window = inputs.window(Some(&Place { extent, crs: degrees.clone(), name: "EXTENT" })).unwrap();
    assert!(window.x <= 50 && window.y <= 40 && window.x_end() >= 150 && window.y_end() >= 130, "{window:?}");
    assert!(window.width < 110 && window.height < 100, "{window:?}");

    // The whole world holds the scene, though UTM is not defined for most of it.
    let world = Extent { xmin: -180.0, ymin: -90.0, xmax: 180.0, ymax: 90.0 };
    let all = inputs.window(Some(&Place { extent: world, crs: degrees.clone(), name: "EXTENT" })).unwrap();
    assert_eq!(all, inputs.grid().window());

    let far = Extent { xmin: 10.0, ymin: 40.0, xmax: 10.1, ymax: 40.1 };
    let message =
        inputs.window(Some(&Place { extent: far, crs: degrees, name: "EXTENT" })).unwrap_err().to_string();
    assert!(
        message.contains("EXTENT") && message.contains("outside the layers") && message.contains("460000"),
        "{message}"
    );
}

/// The scene of Sentinel-2 on a grid of somebody's choice.
fn on(w: &Workplace, source: &str, target: Target) -> Result<Inputs, Error> {
    let spec = LayerSpec::new(LayerModality::Image(Modality::S2L2A), vec![source.to_owned()]);
    let setting = Setting { target, ..Setting::default() };
    Inputs::open(&[spec], Some(&w.pack), &setting)
}

#[test]
fn layers_are_brought_to_the_grid_that_is_asked_for() {
    let w = Workplace::new();
    let s2 = s2(w.folder.path(), 64, 64)[0].1.clone();
    let crs = |text: &str| Some(Crs::from_text(text).unwrap());
    let inputs = |crs, cell_size| on(&w, &s2, Target { crs, cell_size, ..Target::default() });
    let own = Layer::open(&s2).unwrap().grid();
    for same in [inputs(None, None), inputs(crs("EPSG:32633"), None), inputs(None, Some(10.0))] {
        let same = same.unwrap();
        let moved = same.notes().iter().any(|note| note.contains("put on"));
        assert!(same.grid() == own && !moved, "{:?}", same.notes());
    }
    let coarse = inputs(None, Some(20.0)).unwrap();
    assert_eq!(coarse.grid().width_px(), 32);
    assert_eq!(coarse.grid().extent(), own.extent());
    let moved = inputs(crs("EPSG:3857"), None).unwrap();
    let cell = moved.grid().transform()[1];
    assert!((cell - 10.0).abs() < 1e-9, "{cell}: the pixels' own size, in metres as well");
    let told = moved.notes().iter().find(|note| note.contains("put on")).unwrap();
    assert!(["S2L2A", "cells of 10 metres", "bilinear"].iter().all(|word| told.contains(word)), "{told}");
    let message = inputs(crs("EPSG:4326"), None).err().unwrap().to_string();
    assert!(message.contains("CELL_SIZE is missing") && message.contains("in degrees"), "{message}");

    let degrees = inputs(crs("EPSG:4326"), Some(0.0001)).unwrap();
    let findings: Vec<_> = degrees.findings(None).unwrap().iter().map(ToString::to_string).collect();
    let told = ["in degrees", "TARGET_CRS", "EPSG:32633", "CELL_SIZE to 10"];
    assert!(findings.iter().any(|finding| told.iter().all(|word| finding.contains(word))), "{findings:?}");
    let coarse = inputs(None, Some(30.0)).unwrap().findings(None).unwrap();
    assert!(coarse.iter().any(|finding| finding.message().contains("30 × 30 m")), "{coarse:?}");
}

#[test]
fn a_target_without_a_plane_and_one_of_too_many_pixels_are_refused() {
    let w = Workplace::new();
    let s2 = s2(w.folder.path(), 64, 64)[0].1.clone();
    for (crs, name) in [("EPSG:4978", "EPSG:4978"), ("EPSG:5773", "EGM96")] {
        let target = Target { crs: Some(Crs::from_text(crs).unwrap()), ..Target::default() };
        let message = on(&w, &s2, target).err().unwrap().to_string();
        assert!(message.contains("TARGET_CRS") && message.contains("UTM"), "{name}: {message}");
    }
    let tiny = on(&w, &s2, Target { cell_size: Some(0.001), ..Target::default() }).unwrap();
    let message = tiny.window(None).unwrap_err().to_string();
    assert!(message.contains("640000 × 640000") && message.contains("CELL_SIZE"), "{message}");
    assert!(on(&w, &s2, Target { cell_size: Some(0.01), ..Target::default() }).unwrap().window(None).is_ok());
}

#[test]
fn a_layer_with_rows_from_the_south_is_seen_north_up() {
    let w = Workplace::new();
    let usual = s2(w.folder.path(), 70, 64);
    let mirrored = w.folder.path().join("mirrored.tif");
    let (x, y) = (ORIGIN.0 + 700.0, ORIGIN.1 - 640.0);
    for (transform, turn) in [
        ([ORIGIN.0, 10.0, 0.0, y, 0.0, 10.0], (false, true)),
        ([x, -10.0, 0.0, ORIGIN.1, 0.0, -10.0], (true, false)),
    ] {
        let path = scene(w.folder.path(), "mirrored.tif", (70, 64), 12, |band, x, y| {
            hills(band, if turn.0 { 69 - x } else { x }, if turn.1 { 63 - y } else { y })
        });
        let options =
            DatasetOptions { open_flags: GdalOpenFlags::GDAL_OF_UPDATE, ..DatasetOptions::default() };
        Dataset::open_ex(&mirrored, options).unwrap().set_geo_transform(&transform).unwrap();
        let embed = |sources, name| values(&w.embed(sources, &request(), name));
        let expected = embed(&usual, "usual_features.tif");
        let inputs = on(&w, &path, Target::default()).unwrap();
        assert!(inputs.notes().iter().any(|note| note.contains("run the other way")), "{:?}", inputs.notes());
        assert_eq!(embed(&[(Modality::S2L2A, path)], "features.tif"), expected, "{transform:?}");
    }
}

#[test]
fn results_of_a_turned_layer_lie_where_its_pixels_do() {
    let w = Workplace::new();
    let straight = s2(w.folder.path(), 96, 80);
    let (sin, cos) = 30_f64.to_radians().sin_cos();
    let transform = [ORIGIN.0, 10.0 * cos, 10.0 * sin, ORIGIN.1, 10.0 * sin, -10.0 * cos];
    let path = scene(w.folder.path(), "turned.tif", (96, 80), 12, hills);
    let options = DatasetOptions { open_flags: GdalOpenFlags::GDAL_OF_UPDATE, ..DatasetOptions::default() };
    Dataset::open_ex(&path, options).unwrap().set_geo_transform(&transform).unwrap();
    let turned = Grid::new(transform, 96, 80).unwrap();

    let request = Request { resolution: Resolution::Pixel, ..request() };
    let whole = values(&w.embed(&straight, &request, "straight_features.tif"));
    // A part: all that lies around a place in the lower right.
    let (x, y) = turned.world_from_pixel(70.0, 60.0);
    let extent = Extent { xmin: x - 50.0, xmax: x + 50.0, ymin: y - 50.0, ymax: y + 50.0 };
    let place = Place { extent, crs: Crs::none(), name: "EXTENT" };
    let part = Request { place: Some(place), ..request };
    let features = w.embed(&[(Modality::S2L2A, path.clone())], &part, "turned_features.tif");
    let grid = features.grid();
    assert!(grid.width_px() < 96 && grid.height_px() < 80 && grid.turn() > 29.9, "{grid:?}");
    let (found, size) = (values(&features), (grid.width_px(), grid.height_px()));
    for (column, row) in [(0, 0), (size.0 - 1, 3), (size.0 / 2, size.1 - 1)] {
        let (x, y) = grid.world_from_pixel(column as f64 + 0.5, row as f64 + 0.5);
        let (own_column, own_row) = turned.pixel_from_world(x, y);
        let own = own_row as usize * 96 + own_column as usize;
        assert_eq!(found[row * size.0 + column], whole[own], "{column} {row}");
    }

    let inputs = |target| on(&w, &path, target).unwrap();
    let told = |inputs: &Inputs| inputs.notes().iter().any(|note| note.contains("turned by 30.0 degrees"));
    assert!(told(&inputs(Target::default())), "{:?}", inputs(Target::default()).notes());
    let crs = Some(Crs::from_text("EPSG:32633").unwrap());
    for target in [Target { crs, ..Target::default() }, Target { cell_size: Some(10.0), ..Target::default() }]
    {
        let upright = inputs(target);
        assert!(!told(&upright) && !upright.grid().is_turned(), "{:?}", upright.notes());
        assert!((upright.grid().cell_size().0 - 10.0).abs() < 1e-9);
        assert!(upright.grid().extent().contains(&turned.extent()));
    }
}

#[test]
fn a_scene_across_180_degrees_is_brought_to_degrees_that_go_on() {
    let w = Workplace::new();
    // 64 pixels of 300 m around 180° at the equator.
    let utm = Grid::new([156_400.0, 300.0, 0.0, 10_000.0, 0.0, -300.0], 64, 30).unwrap();
    let dem =
        placed(w.folder.path(), "across.tif", "EPSG:32601", utm, |x, _| ((x - 166_021.0) / 100.0) as f32);
    let spec = LayerSpec::new(LayerModality::Image(Modality::Dem), vec![dem]);
    let crs = Some(Crs::from_text("EPSG:4326").unwrap());
    let target = Target { crs: crs.clone(), cell_size: Some(0.0025), ..Target::default() };
    let setting = Setting { target, ..Setting::default() };
    let inputs = Inputs::open(&[spec], Some(&w.pack), &setting).unwrap();
    let grid = inputs.grid();
    let e = grid.extent();
    assert!((179.9..180.0).contains(&e.xmin) && (180.0..180.1).contains(&e.xmax), "{e:?}");
    // The world that a map shows ends at 180, and holds the scene nevertheless.
    let place = |xmin, xmax| Place {
        extent: Extent { xmin, xmax, ymin: -80.0, ymax: 80.0 },
        crs: crs.clone().unwrap(),
        name: "EXTENT",
    };
    assert_eq!(inputs.window(Some(&place(-180.0, 180.0))).unwrap(), grid.window());
    let beyond = inputs.window(Some(&place(-180.0, -179.0))).unwrap();
    assert!((grid.width_px() / 2 - 1..=grid.width_px() / 2 + 3).contains(&beyond.x), "{beyond:?}");
    assert!(inputs.window(Some(&place(-170.0, 170.0))).is_err());
    let request = Request { resolution: Resolution::Pixel, ..request() };
    let output = w.folder.path().join("features.tif");
    assert_eq!(embed_inputs(inputs, &w.pack, &request, 1, &output).unwrap(), 0);
    let features = Layer::open(output.to_str().unwrap()).unwrap();
    assert!(
        features.grid().aligns_with(&grid) && values(&features).iter().filter(|v| v.is_some()).count() > 1000
    );
}

#[test]
fn cubic_interpolation_is_told_and_gives_other_values_than_bilinear() {
    let w = Workplace::new();
    let s2 = s2(w.folder.path(), 64, 64)[0].1.clone();
    let features = |resampling| {
        let target = Target { cell_size: Some(7.0), resampling, ..Target::default() };
        let inputs = on(&w, &s2, target).unwrap();
        let (told, output) = (inputs.notes().join(" "), w.folder.path().join("features.tif"));
        embed_inputs(inputs, &w.pack, &request(), 1, &output).unwrap();
        (values(&Layer::open(output.to_str().unwrap()).unwrap()), told)
    };
    let (bilinear, (cubic, told)) = (features(Resampling::Bilinear).0, features(Resampling::Cubic));
    assert!(told.contains("cubic interpolation"), "{told}");
    assert_ne!(bilinear, cubic);
}

#[test]
fn degrees_become_square_cells_of_ten_metres() {
    let w = Workplace::new();
    let degrees = Grid::new([14.0, 0.000_1, 0.0, 47.0, 0.0, -0.000_1], 64, 64).unwrap();
    let dem = placed(w.folder.path(), "dem.tif", "EPSG:4326", degrees, |x, _| (x * 1000.0) as f32);
    let spec = LayerSpec::new(LayerModality::Image(Modality::Dem), vec![dem]);
    let target =
        Target { crs: Some(Crs::from_text("EPSG:32633").unwrap()), cell_size: None, ..Target::default() };
    let setting = Setting { target, ..Setting::default() };
    let inputs = Inputs::open(&[spec], Some(&w.pack), &setting).unwrap();
    let [_, x, _, _, _, y] = inputs.grid().transform();
    assert!((x - 10.0).abs() + (y + 10.0).abs() < 1e-9, "{x} {y}");
    assert!((45..55).contains(&inputs.grid().width_px()), "{:?}", inputs.grid());
}

#[test]
fn a_mask_takes_pixels_away_and_a_share_takes_patches() {
    let w = Workplace::new();
    let s2 = s2(w.folder.path(), 64, 64)[0].1.clone();
    // On a grid of its own: 0 in the left quarter and in half of the second column of patches.
    let grid = Grid::new([ORIGIN.0, 20.0, 0.0, ORIGIN.1, 0.0, -20.0], 32, 32).unwrap();
    let clear = |x: f64, _: f64| f32::from(u8::from(x > ORIGIN.0 + 240.0));
    let mask = placed(w.folder.path(), "mask.tif", "EPSG:32633", grid, clear);
    let valid = |validity: Validity, name: &str| {
        let spec = LayerSpec::new(LayerModality::Image(Modality::S2L2A), vec![s2.clone()]);
        let setting = Setting { validity, ..Setting::default() };
        let inputs = Inputs::open(&[spec], Some(&w.pack), &setting).unwrap();
        let message = inputs.check_output(Path::new(&mask)).err().map(|error| error.to_string());
        assert_eq!(message.is_some(), setting.validity.mask.is_some(), "{message:?}");
        let plan = Plan::new(inputs, &w.pack, &request()).unwrap();
        let (library, options) = (onnxruntime(), options(1));
        let session = plan.open_session(&w.pack, &library, &options, &Cancel::default()).unwrap();
        let writer = plan.create_output(&w.path(name), &CreationOptions::default(), vec![]).unwrap();
        let watch = StopAt::never();
        let means = Means {
            library: &library,
            options: &options,
            cancel: &Cancel::default(),
            watch: &watch,
            journal: &Journal::none(),
        };
        plan.run(session, writer, means).unwrap();
        let layer = Layer::open(w.path(name).to_str().unwrap()).unwrap();
        layer.read(Window { x: 0, y: 0, width: 4, height: 4 }).unwrap().valid[..4].to_vec()
    };
    let masked = |most_missing| Validity { mask: Some(mask.clone()), most_missing };
    assert_eq!(valid(Validity::default(), "whole.tif"), [true; 4]);
    assert_eq!(valid(masked(1.0), "masked.tif"), [false, true, true, true]);
    assert_eq!(valid(masked(0.4), "share.tif"), [false, false, true, true]);
}

#[test]
fn a_layer_that_covers_only_a_part_is_told() {
    let w = Workplace::new();
    let folder = w.folder.path();
    let s2 = s2(folder, 64, 64);
    let half = Grid::new([ORIGIN.0, 10.0, 0.0, ORIGIN.1, 0.0, -10.0], 32, 64).unwrap();
    let dem = placed(folder, "half.tif", "EPSG:32633", half, |x, y| ((x + y) % 500.0) as f32);
    let inputs = of_images(&[s2[0].clone(), (Modality::Dem, dem)], &w.pack).unwrap();
    let findings: Vec<_> = inputs.findings(None).unwrap().iter().map(ToString::to_string).collect();
    let told = ["DEM", "no data for 50 %", "S2L2A", "half.tif"];
    assert!(findings.iter().any(|finding| told.iter().all(|word| finding.contains(word))), "{findings:?}");
}
