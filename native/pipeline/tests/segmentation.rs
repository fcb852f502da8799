//! What a segmentation promises whatever the weights are, on the scene of `sample/` and small fine-tuned models.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

mod common;
#[path = "common/fine_tuned.rs"]
mod fine_tuned;
#[path = "common/sample.rs"]
#[allow(dead_code, reason = "the pre-trained model is not needed here")]
mod sample;

use common::onnxruntime;
use fine_tuned::{Heard, Results, Work, model};
use grid::{Extent, Window};
use model::TokenModality::{self, Lulc};
use model::sampling::Sampling;
use model::{FineTunedPack, Modality};
use pipeline::segment::{Map, Models, Output, Plan, Request};
use pipeline::{Error, Inputs, Journal, LayerModality, Means, Place, Setting};
use raster::{CreationOptions, Crs};
use sample::scene;
use std::fs;
use std::sync::LazyLock;

static WATER: LazyLock<FineTunedPack> = LazyLock::new(|| model("sample/water_tim"));
static BURN_SCARS: LazyLock<FineTunedPack> = LazyLock::new(|| of_tasks("burn_scars"));
static CROPS: LazyLock<FineTunedPack> = LazyLock::new(|| of_tasks("crops"));
static LAND_USE: LazyLock<FineTunedPack> = LazyLock::new(|| of_tasks("land_use"));

const PREDICTION: Output = Output::Map(Map::Prediction);
const CONFIDENCE: Output = Output::Map(Map::Confidence);
const PROBABILITIES: Output = Output::Map(Map::Probabilities);
const EFFECT: Output = Output::Map(Map::Effect);
const S2: LayerModality = LayerModality::Image(Modality::S2L2A);

fn of_tasks(name: &str) -> FineTunedPack {
    model(&format!("native/checkpoint/tests/fixtures/tasks/{name}"))
}

fn window(x: usize, y: usize, width: usize, height: usize) -> Window {
    Window { x, y, width, height }
}

/// A place by pixels of a raster that `write` has written.
fn place(window: Window) -> Place {
    let metres = |px: usize| 10.0 * px as f64;
    let extent = Extent {
        xmin: metres(window.x),
        xmax: metres(window.x_end()),
        ymin: -metres(window.y_end()),
        ymax: -metres(window.y),
    };
    Place { extent, crs: Crs::none(), name: "EXTENT" }
}

/// Both images of a part of the scene, for the model of water.
fn water(part: Window) -> Work<'static> {
    let mut work = Work::new(&WATER);
    for modality in [Modality::S2L2A, Modality::S1Grd] {
        let values = scene(modality.name()).read(part).unwrap().values;
        work.add(LayerModality::Image(modality), (part.width, part.height), &[&values]);
    }
    work
}

/// Likeliest tokens of land cover; tiles of 96 that overlap by 32.
fn request() -> Request {
    fine_tuned::request(&[Lulc], 96)
}

fn drawn(seed: u64) -> Request {
    Request { sampling: Sampling::default(), seed, ..request() }
}

#[test]
fn a_pixel_is_the_same_to_the_bit_whatever_area_is_asked_for() {
    let work = water(window(100, 60, 264, 200));
    let outputs = [PREDICTION, CONFIDENCE, PROBABILITIES, EFFECT, Output::Imagined(Lulc)];
    for (name, request) in [("argmax", request()), ("drawn", drawn(7))] {
        let whole = work.run(&format!("whole_{name}"), request.clone(), &outputs).unwrap();
        assert!(whole.summary.tiles > 6);
        let part = Request { place: Some(place(window(112, 80, 100, 60))), ..request };
        let part = work.run(&format!("part_{name}"), part, &outputs).unwrap();
        assert!(part.summary.tiles < whole.summary.tiles);
        for output in outputs {
            let (all, some) = (whole.layer(output), part.layer(output));
            let place = all.grid().window_of(&some.grid().extent()).unwrap();
            assert!(place.width < all.grid().width_px() && place.x > 0, "{output:?}");
            assert_eq!(whole.values_in(output, place), part.values(output), "{name} {output:?}");
        }
    }
}

#[test]
fn one_thread_and_two_write_the_same_bytes() {
    let mut work = water(window(100, 60, 160, 128));
    let outputs = [PREDICTION, CONFIDENCE, PROBABILITIES, EFFECT, Output::Imagined(Lulc)];
    work.options.threads = 1;
    let one = work.run("one", drawn(3), &outputs).unwrap();
    work.options.threads = 2;
    let two = work.run("two", drawn(3), &outputs).unwrap();
    for output in outputs {
        assert!(one.bytes(output) == two.bytes(output), "{output:?}");
    }
}

#[test]
fn a_hole_in_the_first_layer_is_a_hole_in_the_result_and_nothing_more() {
    let size = (128, 96);
    let part = window(128, 128, size.0, size.1);
    let whole = water(part);
    let mut work = Work::new(&WATER);
    let mut values = scene("S2L2A").read(part).unwrap().values;
    // A whole patch and more, a pixel alone, and one band of another pixel, which is no hole.
    let is_hole = |x: usize, y: usize| (20..50).contains(&x) && (30..61).contains(&y) || (x, y) == (100, 7);
    for (i, value) in values.iter_mut().enumerate() {
        if is_hole(i % size.0, i / size.0 % size.1) || i == 90 * size.0 + 5 {
            *value = fine_tuned::NODATA as f32;
        }
    }
    work.add(S2, size, &[&values]);
    let radar = scene("S1GRD").read(part).unwrap().values;
    work.add(LayerModality::Image(Modality::S1Grd), size, &[&radar]);
    let outputs = [PREDICTION, CONFIDENCE, PROBABILITIES, EFFECT];
    let results = work.run("out", request(), &outputs).unwrap();
    for output in outputs {
        for (i, value) in results.values(output).into_iter().enumerate() {
            let (x, y) = (i % size.0, i / size.0 % size.1);
            assert_eq!(value.is_none(), is_hole(x, y), "{output:?} {x} {y}");
        }
    }
    // Missing values of the second layer are its mean, and leave no hole.
    let mut blind = Work::new(&WATER);
    blind.add(S2, size, &[&scene("S2L2A").read(part).unwrap().values]);
    let radar = vec![fine_tuned::NODATA as f32; radar.len()];
    blind.add(LayerModality::Image(Modality::S1Grd), size, &[&radar]);
    let blind = blind.run("blind", request(), &[PROBABILITIES]).unwrap().values(PROBABILITIES);
    assert!(blind.iter().all(Option::is_some));
    assert_ne!(blind, whole.run("whole", request(), &[PROBABILITIES]).unwrap().values(PROBABILITIES));
}

#[test]
fn tiles_without_data_are_skipped() {
    let size = (224, 96);
    let part = window(128, 128, size.0, size.1);
    let mut work = Work::new(&WATER);
    let mut values = scene("S2L2A").read(part).unwrap().values;
    values
        .iter_mut()
        .enumerate()
        .filter(|(i, _)| i % size.0 < 128)
        .for_each(|(_, v)| *v = fine_tuned::NODATA as f32);
    work.add(S2, size, &[&values]);
    let radar = scene("S1GRD").read(part).unwrap().values;
    work.add(LayerModality::Image(Modality::S1Grd), size, &[&radar]);
    let results = work.run("out", request(), &[PREDICTION]).unwrap();
    assert_eq!((results.summary.tiles, results.summary.skipped), (3, 1));
    let nothing = results.values(PREDICTION).iter().filter(|value| value.is_none()).count();
    assert_eq!(nothing, 128 * size.1);
}

#[test]
fn any_size_and_any_tile_works() {
    for (size, tile_px, overlap_px) in
        [((40, 20), 96, 32), ((150, 130), 64, 16), ((17, 100), 96, 0), ((1, 1), 32, 0)]
    {
        let work = water(window(128, 128, size.0, size.1));
        let outputs = [PREDICTION, PROBABILITIES, Output::Imagined(Lulc)];
        let results = work.run("out", Request { tile_px, overlap_px, ..request() }, &outputs).unwrap();
        for output in outputs {
            let grid = results.layer(output).grid();
            assert_eq!((grid.width_px(), grid.height_px()), size, "{output:?}");
            assert!(results.values(output).iter().all(Option::is_some), "{output:?} {size:?}");
        }
    }
}

#[test]
fn a_run_that_is_cancelled_leaves_nothing() {
    let work = water(window(128, 128, 160, 96));
    let outputs = [PREDICTION, Output::Imagined(Lulc)];
    for stage in ["Imagining LULC", "Predicting", "Decoding", "Writing the results"] {
        let heard = Heard::cancelling_at(stage);
        let error = work.run_hearing("out", request(), &outputs, &heard).err().unwrap();
        assert!(matches!(error, Error::Cancelled), "{stage}: {error}");
        let folder = work.folder.path().join("out");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "{stage}");
        fs::remove_dir(folder).unwrap();
    }
}

#[test]
fn the_effect_is_the_difference_of_two_runs() {
    let work = water(window(128, 128, 160, 128));
    let with = work.run("with", drawn(5), &[PREDICTION, EFFECT]).unwrap();
    let nothing = Request { tim: vec![], ..drawn(5) };
    let without = work.run("without", nothing.clone(), &[PREDICTION]).unwrap().values(PREDICTION);
    let (class, effect) = (with.values(PREDICTION), with.values(EFFECT));
    let (changed, plain) = effect.split_at(class.len());
    assert_eq!(plain, without);
    for (i, changed) in changed.iter().enumerate() {
        let expected = if class[i] == without[i] { 0.0_f32 } else { 1.0 };
        assert_eq!(*changed, Some(expected.to_bits()), "{i}");
    }
    assert_ne!(class, without, "imagining changes something here");
    let error = work.run("neither", nothing, &[EFFECT]).err().unwrap();
    assert!(matches!(error, Error::NothingImagined), "{error}");
}

#[test]
fn what_is_given_as_a_layer_is_used_and_not_imagined() {
    let size = (96, 96);
    let mut work = water(window(128, 128, size.0, size.1));
    let imagining = Heard::default();
    let imagined = work.run_hearing("imagined", request(), &[PROBABILITIES], &imagining).unwrap();
    assert!(imagining.stages().contains(&String::from("Imagining LULC")));
    let mut given = |name: &str, class: &dyn Fn(usize) -> f32| {
        let classes: Vec<_> = (0..size.0 * size.1).map(class).collect();
        work.layers.truncate(2);
        work.add(LayerModality::Tokens(Lulc), size, &[&classes]);
        let heard = Heard::default();
        let results = work.run_hearing(name, request(), &[PROBABILITIES], &heard).unwrap();
        assert!(!heard.stages().iter().any(|stage| stage.starts_with("Imagining")), "{:?}", heard.stages());
        assert!(heard.stages().contains(&String::from("Turning LULC into tokens")), "{:?}", heard.stages());
        results.values(PROBABILITIES)
    };
    let mixed = given("mixed", &|i| (i / 700 % 9 + 1) as f32);
    assert_ne!(mixed, imagined.values(PROBABILITIES));
    assert_ne!(mixed, given("trees", &|_| 2.0), "which land cover is given matters");
}

#[test]
fn drawn_tokens_depend_on_the_seed_alone() {
    let work = water(window(128, 128, 128, 96));
    let run = |name: &str, request: Request| {
        let results: Results = work.run(name, request, &[PROBABILITIES]).unwrap();
        results.values(PROBABILITIES)
    };
    let one = run("one", drawn(1));
    assert_eq!(one, run("again", drawn(1)));
    assert_ne!(one, run("two", drawn(2)));
    let argmax = run("argmax", request());
    assert_ne!(one, argmax);
    assert_eq!(argmax, run("argmax_two", Request { seed: 2, ..request() }), "nothing is drawn");
}

/// Three bands of a part of the scene, as a colour image.
fn colours(part: Window) -> Work<'static> {
    let values = scene("S2L2A").read(part).unwrap().values;
    let size = part.width * part.height;
    let of_band = |band: usize| values[band * size..(band + 1) * size].iter().map(|value| value / 16.0);
    let values: Vec<_> = [3, 2, 1].into_iter().flat_map(of_band).collect();
    let mut work = Work::new(&LAND_USE);
    work.add(LayerModality::Image(Modality::Rgb), (part.width, part.height), &[&values]);
    work
}

#[test]
fn a_class_of_whole_tiles_is_one_cell_each_also_in_the_last_column_and_row() {
    let request = fine_tuned::request(&[], 64);
    let outputs = [PREDICTION, CONFIDENCE, PROBABILITIES];
    // Three columns and two rows of tiles of 64, the last of which snap to the edge.
    let work = colours(window(128, 128, 160, 112));
    let whole = work.run("out", request.clone(), &outputs).unwrap();
    assert_eq!((whole.summary.tiles, whole.summary.classified.len()), (6, 6));
    let layer = whole.layer(PREDICTION);
    assert_eq!((layer.grid().width_px(), layer.grid().height_px()), (3, 2));
    let [x, y] = [layer.grid().extent().xmin, layer.grid().extent().ymax];
    assert!(x.abs() < 1e-9 && y.abs() < 1e-9 && (layer.grid().extent().xmax - 3.0 * 640.0).abs() < 1e-9);
    for (column, left) in [0, 64, 96].into_iter().enumerate() {
        for (row, top) in [0, 48].into_iter().enumerate() {
            let work = colours(window(128 + left, 128 + top, 64, 64));
            let alone = work.run("out", request.clone(), &outputs).unwrap();
            for output in outputs {
                let cell = whole.values_in(output, window(column, row, 1, 1));
                assert_eq!(cell, alone.values(output), "{output:?} {column} {row}");
            }
            let classified = whole.summary.classified.iter().find(|c| c.cell == (column, row)).unwrap();
            let class = whole.values_in(PREDICTION, window(column, row, 1, 1))[0].unwrap();
            assert_eq!(f32::from_bits(class) as usize, classified.class);
            assert!((classified.probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
    }
    let all = whole.values(PROBABILITIES);
    assert_ne!(all[0], all[5], "tiles differ");
}

#[test]
fn a_part_of_a_map_of_whole_tiles_holds_the_tiles_that_it_touches() {
    let request = fine_tuned::request(&[], 64);
    let outputs = [PREDICTION, PROBABILITIES];
    let work = colours(window(128, 128, 160, 112));
    let whole = work.run("whole", request.clone(), &outputs).unwrap();
    for (index, (part, cells)) in [
        (window(70, 70, 20, 10), window(1, 1, 1, 1)),
        (window(0, 0, 65, 10), window(0, 0, 2, 1)),
        (window(150, 2, 10, 110), window(2, 0, 1, 2)),
        (window(100, 30, 40, 80), window(1, 0, 2, 2)),
    ]
    .into_iter()
    .enumerate()
    {
        let part = Request { place: Some(place(part)), ..request.clone() };
        let part = work.run(&format!("part{index}"), part, &outputs).unwrap();
        let grid = part.layer(PREDICTION).grid();
        let found = whole.layer(PREDICTION).grid().window_of(&grid.extent()).unwrap();
        assert_eq!(found, cells, "{index}");
        assert_eq!(part.summary.tiles, cells.width * cells.height, "{index}");
        for output in outputs {
            assert_eq!(part.values(output), whole.values_in(output, cells), "{index} {output:?}");
        }
    }
}

/// Six bands of three parts of the scene, as if they were dates.
fn dates() -> [Vec<f32>; 3] {
    [0, 64, 128].map(|x| scene("S2L2A").read(window(x, 128, 96, 64)).unwrap().values[..6 * 96 * 64].to_vec())
}

#[test]
fn dates_in_one_raster_are_as_dates_in_several() {
    let dates = dates();
    let request = fine_tuned::request(&[], 64);
    let run = |sources: &[&[f32]]| {
        let mut work = Work::new(&CROPS);
        work.add(S2, (96, 64), sources);
        work.run("out", request.clone(), &[PROBABILITIES]).unwrap().values(PROBABILITIES)
    };
    let [first, second, third] = &dates;
    let apart = run(&[first, second, third]);
    assert_eq!(run(&[&dates.concat()]), apart);
    assert_ne!(run(&[third, second, first]), apart, "the order counts");
}

#[test]
fn another_number_of_dates_than_the_model_was_trained_with_is_refused() {
    let [first, second, _] = &dates();
    let message = |pack, sources: &[&[f32]]| {
        let mut work = Work::new(pack);
        work.add(S2, (96, 64), sources);
        let outcome = work.run("out", fine_tuned::request(&[], 64), &[PREDICTION]);
        outcome.err().unwrap().to_string()
    };
    let two = message(&CROPS, &[first, second]);
    assert!(two.contains('3') && two.contains('2') && two.contains("date"), "{two}");
    let two = message(&BURN_SCARS, &[first, second]);
    assert!(two.contains("one date"), "{two}");
}

#[test]
fn bands_are_found_by_their_number_or_by_their_names() {
    let size = (96, 64);
    let all = scene("S2L2A").read(window(128, 128, size.0, size.1)).unwrap().values;
    let pixels = size.0 * size.1;
    let of = |bands: &[usize]| -> Vec<f32> {
        bands.iter().flat_map(|band| all[band * pixels..(band + 1) * pixels].iter().copied()).collect()
    };
    let run = |values: &[f32], names: &[&str]| {
        let mut work = Work::new(&BURN_SCARS);
        work.add(S2, size, &[values]);
        work.describe(names);
        let outcome = work.run("out", fine_tuned::request(&[], 64), &[PROBABILITIES]);
        outcome.map(|results| results.values(PROBABILITIES))
    };
    // BLUE, GREEN, RED, NIR_NARROW, SWIR_1, SWIR_2
    let own = run(&of(&[1, 2, 3, 8, 10, 11]), &[]).unwrap();
    assert_eq!(run(&all, &[]).unwrap(), own, "all bands of the product");
    let shuffled = of(&[11, 0, 8, 10, 1, 3, 2]);
    let names = ["B12", "B01", "NIR_NARROW", "b11", "B2", "RED", "green"];
    assert_eq!(run(&shuffled, &names).unwrap(), own, "seven bands by their names");
    let reversed = of(&[11, 10, 8, 3, 2, 1]);
    assert_ne!(run(&reversed, &[]).unwrap(), own, "six bands without names are taken as they come");
    let names = ["B12", "B11", "B8A", "B04", "B03", "B02"];
    assert_eq!(run(&reversed, &names).unwrap(), own, "six bands whose names say another order");
    let message = run(&shuffled, &[]).err().unwrap().to_string();
    assert!(message.contains("S2L2A needs 6 bands") && message.contains("has 7"), "{message}");
}

#[test]
fn outputs_that_cannot_be_are_refused_before_any_work() {
    let work = water(window(128, 128, 96, 96));
    let models = Models { pack: &WATER, tokenizers: &work.tokenizers };
    let open =
        || Inputs::open(&work.layers, pipeline::Consumer::FineTuned(&WATER), &Setting::default()).unwrap();
    let refused = |request: Request, decoded: &[TokenModality]| {
        Plan::new(open(), models, request, decoded).err().unwrap().to_string()
    };
    let tile = refused(Request { tile_px: 80, overlap_px: 0, ..request() }, &[]);
    assert!(tile.contains("TILE_SIZE") && tile.contains("32"), "{tile}");
    let dem = refused(Request { tim: vec![TokenModality::Dem], ..request() }, &[]);
    assert!(dem.contains("DEM") && dem.contains("LULC"), "{dem}");
    let files = |outputs: &[(Output, std::path::PathBuf)]| {
        let plan = Plan::new(open(), models, request(), &[]).unwrap();
        plan.create_files(outputs, &CreationOptions::default(), |_| vec![]).err().unwrap()
    };
    let here = |name: &str| work.folder.path().join(name);
    let twice = [(PREDICTION, here("a.tif")), (CONFIDENCE, here("a.tif"))];
    assert!(matches!(files(&twice), Error::SameOutput { .. }));
    let input = [(PREDICTION, std::path::PathBuf::from(&work.layers[1].sources[0]))];
    assert!(matches!(files(&input), Error::OutputIsInput { .. }));
    let missing = [(PREDICTION, here("a.tif")), (CONFIDENCE, here("missing/b.tif"))];
    assert!(matches!(files(&missing), Error::Raster(_)));
    assert!(!here("a.tif").exists());
}

#[test]
fn the_library_is_not_asked_when_a_run_is_cancelled_before_it_begins() {
    let work = water(window(128, 128, 96, 96));
    let models = Models { pack: &WATER, tokenizers: &work.tokenizers };
    let inputs =
        Inputs::open(&work.layers, pipeline::Consumer::FineTuned(&WATER), &Setting::default()).unwrap();
    let plan = Plan::new(inputs, models, request(), &[]).unwrap();
    let path = work.folder.path().join("out.tif");
    let files =
        plan.create_files(&[(PREDICTION, path.clone())], &CreationOptions::default(), |_| vec![]).unwrap();
    let (library, heard) = (onnxruntime(), Heard::default());
    heard.cancel.cancel();
    let means = Means {
        library: &library,
        options: &work.options,
        cancel: &heard.cancel,
        watch: &heard,
        journal: &Journal::none(),
    };
    assert!(matches!(plan.run(files, means), Err(Error::Cancelled)));
    assert!(!path.exists());
}
