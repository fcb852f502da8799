//! What a generation promises whatever the weights are, on the model and the scene of `sample/`.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

mod common;
#[path = "common/sample.rs"]
mod sample;

use common::onnxruntime;
use grid::{Extent, Window};
use model::coordinates::Position;
use model::diffusion::Schedule;
use model::generation::Target;
use model::sampling::Sampling;
use model::{Modality, TokenModality};
use pipeline::generate::{Coordinates, Models, Plan, Request, Summary};
use pipeline::products::Product;
use pipeline::{Error, Inputs, Journal, LayerModality, LayerSpec, Means, Place, Setting, Unit};
use raster::{CreationOptions, Crs, Layer, Pixels};
use runtime::{Cancel, Device, Precision, SessionOptions};
use sample::{Sample, Silent, scene, write};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tempfile::TempDir;

static SAMPLE: LazyLock<Sample> = LazyLock::new(Sample::import);

const ALL: [TokenModality; 6] = TokenModality::ALL;
const NODATA: f64 = 0.0;

/// A folder with layers, and runs whose files go there.
struct Work {
    folder: TempDir,
    layers: Vec<LayerSpec>,
    options: SessionOptions,
}

/// The results of one run.
struct Results {
    folder: PathBuf,
    summary: Summary,
}

impl Work {
    /// S2L2A of a part of the scene.
    fn new(window: Window) -> Self {
        let options = SessionOptions { device: Device::Cpu, precision: Precision::Fp32, threads: 0 };
        let mut work = Self { folder: tempfile::tempdir().unwrap(), layers: vec![], options };
        let values = scene("S2L2A").read(window).unwrap().values;
        work.add(LayerModality::Image(Modality::S2L2A), (window.width, window.height), &values);
        work
    }

    fn add(&mut self, modality: LayerModality, size: (usize, usize), values: &[f32]) {
        self.add_at((0, 0), modality, size, values);
    }

    /// A layer that begins so many pixels to the right of the origin of its system, and below it.
    fn add_at(
        &mut self,
        first: (usize, usize),
        modality: LayerModality,
        size: (usize, usize),
        values: &[f32],
    ) {
        let path = self.folder.path().join(format!("{}.tif", modality.name()));
        write(&path, first, size, values, Some(NODATA));
        self.layers.push(LayerSpec::new(modality, vec![path.to_str().unwrap().to_owned()]));
    }

    fn run(&self, name: &str, request: Request, products: &[Product]) -> Result<Results, Error> {
        let folder = self.folder.path().join(name);
        fs::create_dir(&folder).unwrap();
        let decoded: Vec<_> = products.iter().filter_map(|product| product.decodes()).collect();
        let models = Models { pack: &SAMPLE.pack, tokenizers: &SAMPLE.tokenizers };
        let plan = Plan::new(
            Inputs::open(&self.layers, Some(&SAMPLE.pack), &Setting::default())?,
            models,
            request,
            &decoded,
        )?;
        let products: Vec<_> = products.iter().map(|product| (*product, path(&folder, *product))).collect();
        let files = plan.create_files(&products, &CreationOptions::default(), |_| vec![])?;
        let (library, cancel) = (onnxruntime(), Cancel::default());
        let means = Means {
            library: &library,
            options: &self.options,
            cancel: &cancel,
            watch: &Silent,
            journal: &Journal::none(),
        };
        let (summary, files) = plan.run(files, means)?;
        files.publish(&summary.guesses, means)?;
        Ok(Results { folder, summary })
    }
}

impl Results {
    fn layer(&self, product: Product) -> Layer {
        Layer::open(path(&self.folder, product).to_str().unwrap()).unwrap()
    }

    fn pixels(&self, product: Product) -> Pixels {
        let layer = self.layer(product);
        layer.read(layer.grid().window()).unwrap()
    }

    /// All values; nodata as nothing.
    fn values(&self, product: Product) -> Vec<Option<u32>> {
        bits(&self.pixels(product))
    }
}

fn bits(pixels: &Pixels) -> Vec<Option<u32>> {
    pixels.values.iter().zip(&pixels.valid).map(|(value, valid)| valid.then_some(value.to_bits())).collect()
}

fn path(folder: &Path, product: Product) -> PathBuf {
    let name = format!("{product:?}").replace(['(', ')'], "_");
    folder.join(if product == Product::Coordinates { format!("{name}.gpkg") } else { format!("{name}.tif") })
}

fn values_of(modalities: &[TokenModality]) -> Vec<Product> {
    modalities.iter().map(|modality| Product::Values(*modality)).collect()
}

/// Draws tokens by chance; two steps.
fn request(outputs: &[TokenModality]) -> Request {
    Request {
        place: None,
        outputs: outputs.iter().map(|modality| Target::Tokens(*modality)).collect(),
        coordinates: None,
        sampling: Sampling::default(),
        seeds: vec![11],
        schedule: Schedule::new(2).unwrap(),
        harmonize: false,
        tile_px: 96,
        overlap_px: 32,
    }
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

#[test]
fn a_pixel_is_the_same_to_the_bit_whatever_area_is_asked_for() {
    let work = Work::new(window(100, 60, 264, 200));
    let mut products = values_of(&ALL);
    products.extend([Product::Tokens, Product::Entropy, Product::Probabilities]);
    let whole = work.run("whole", request(&ALL), &products).unwrap();
    assert!(whole.summary.tiles > 6);
    let part = Request { place: Some(place(window(112, 80, 100, 60))), ..request(&ALL) };
    let part = work.run("part", part, &products).unwrap();
    for product in products {
        let (all, some) = (whole.layer(product), part.layer(product));
        let place = all.grid().window_of(&some.grid().extent()).unwrap();
        assert!(place.width < all.grid().width_px() && place.x > 0, "{product:?}");
        assert_eq!(bits(&all.read(place).unwrap()), part.values(product), "{product:?}");
    }
}

#[test]
fn chance_belongs_to_the_place_in_the_world() {
    // Tiles that do not overlap, so that a raster cut out along them is computed alike.
    let request = |outputs: &[TokenModality]| Request { overlap_px: 0, ..request(outputs) };
    let outputs = [TokenModality::S1Grd, TokenModality::Lulc];
    let products = [Product::Tokens, Product::Values(outputs[0]), Product::Values(outputs[1])];
    let work = Work::new(window(64, 64, 288, 288));
    let whole = work.run("whole", request(&outputs), &products).unwrap();
    let mut part = Work::new(window(64, 64, 96, 96));
    part.layers.clear();
    let cut = window(96, 192, 96, 96);
    let values = scene("S2L2A").read(window(64 + 96, 64 + 192, 96, 96)).unwrap().values;
    part.add_at((96, 192), LayerModality::Image(Modality::S2L2A), (96, 96), &values);
    let part = part.run("part", request(&outputs), &products).unwrap();
    for product in products {
        let layer = whole.layer(product);
        let place = if product == Product::Tokens { cut.coarsened(16) } else { cut };
        assert_eq!(bits(&layer.read(place).unwrap()), part.values(product), "{product:?}");
    }

    // The same picture in two tiles: other draws, and, where the tokens are the same, other noise.
    let pair: Vec<f32> = values.chunks(96).flat_map(|row| [row, row].concat()).collect();
    let mut twice = Work::new(window(64, 64, 96, 96));
    twice.layers.clear();
    twice.add(LayerModality::Image(Modality::S2L2A), (192, 96), &pair);
    let halves = |results: &Results, product: Product| {
        let layer = results.layer(product);
        let width = layer.grid().width_px() / 2;
        let height = layer.grid().height_px();
        [0, width].map(|x| bits(&layer.read(window(x, 0, width, height)).unwrap()))
    };
    let drawn = twice.run("drawn", request(&outputs), &products).unwrap();
    let [left, right] = halves(&drawn, Product::Tokens);
    assert_ne!(left, right);
    let coldest = Request { sampling: Sampling::new(0.0, 0, 0.0).unwrap(), ..request(&outputs) };
    let likeliest = twice.run("likeliest", coldest, &products).unwrap();
    let [left, right] = halves(&likeliest, Product::Tokens);
    assert_eq!(left, right);
    let [left, right] = halves(&likeliest, products[1]);
    assert_ne!(left, right);
    let [left, right] = halves(&likeliest, products[2]);
    assert_eq!(left, right, "land cover begins with no noise");
}

#[test]
fn threads_change_nothing_and_seeds_do() {
    let mut work = Work::new(window(128, 128, 112, 96));
    let products = values_of(&[TokenModality::S1Grd, TokenModality::Lulc]);
    let outputs = [TokenModality::S1Grd, TokenModality::Lulc];
    work.options.threads = 1;
    let one = work.run("one", request(&outputs), &products).unwrap();
    work.options.threads = 2;
    let two = work.run("two", request(&outputs), &products).unwrap();
    let other = work.run("other", Request { seeds: vec![12], ..request(&outputs) }, &products).unwrap();
    for product in products {
        let bytes = |results: &Results| fs::read(path(&results.folder, product)).unwrap();
        assert!(bytes(&one) == bytes(&two), "{product:?}");
        assert_ne!(one.values(product), other.values(product), "{product:?}");
    }
}

#[test]
fn patches_without_data_are_nodata_and_the_others_are_not() {
    // The corner that the orbit did not see.
    let corner = window(352, 0, 128, 96);
    let work = Work::new(corner);
    let mut products = values_of(&ALL);
    products.extend([Product::Tokens, Product::Entropy]);
    let results = work.run("out", request(&ALL), &products).unwrap();
    let input = scene("S2L2A").read(corner).unwrap();
    let has_data =
        |x: usize, y: usize| (0..256).any(|i| input.valid[(y * 16 + i / 16) * 128 + x * 16 + i % 16]);
    let expected: Vec<bool> = (0..48).map(|i| has_data(i % 8, i / 8)).collect();
    assert!(expected.contains(&true) && expected.contains(&false));
    for product in products {
        let pixels = results.pixels(product);
        let step = if matches!(product, Product::Tokens | Product::Entropy) { 1 } else { 16 };
        let width = 8 * step;
        for (i, valid) in pixels.valid.iter().enumerate() {
            let (x, y) = (i % width / step, i / width % (6 * step) / step);
            assert_eq!(*valid, expected[y * 8 + x], "{product:?} {x} {y}");
        }
    }
    let empty = Work::new(window(464, 0, 16, 16));
    let results =
        empty.run("out", request(&[TokenModality::Dem]), &values_of(&[TokenModality::Dem])).unwrap();
    assert_eq!((results.summary.tiles, results.summary.skipped), (1, 1));
    assert!(results.pixels(Product::Values(TokenModality::Dem)).valid.iter().all(|valid| !valid));
}

#[test]
fn any_size_and_any_tile_works() {
    for (size, tile_px, overlap_px) in
        [((40, 20), 96, 32), ((200, 130), 48, 16), ((17, 100), 80, 0), ((1, 1), 16, 0)]
    {
        let work = Work::new(window(128, 128, size.0, size.1));
        let request = Request { tile_px, overlap_px, ..request(&ALL) };
        let results = work.run("out", request, &values_of(&ALL)).unwrap();
        for product in values_of(&ALL) {
            let grid = results.layer(product).grid();
            assert_eq!((grid.width_px(), grid.height_px()), size, "{product:?}");
            assert!(results.pixels(product).valid.iter().all(|valid| *valid), "{product:?} {size:?}");
        }
    }
}

#[test]
fn an_ensemble_is_the_mean_of_its_members_and_tells_their_spread() {
    let work = Work::new(window(128, 128, 64, 64));
    let outputs = [TokenModality::Lulc, TokenModality::S1Grd];
    let products = [
        Product::Values(TokenModality::S1Grd),
        Product::Uncertainty(TokenModality::S1Grd),
        Product::Values(TokenModality::Lulc),
        Product::Uncertainty(TokenModality::Lulc),
        Product::Probabilities,
        Product::Tokens,
        Product::Entropy,
    ];
    let one = |seed: u64| {
        let request = Request { seeds: vec![seed], tile_px: 64, ..request(&outputs) };
        let products = [products[0], products[2], products[4], Product::Tokens, Product::Entropy];
        work.run(&seed.to_string(), request, &products).unwrap()
    };
    let members = [one(1), one(2), one(3)];
    let request = Request { seeds: vec![1, 2, 3], tile_px: 64, ..request(&outputs) };
    let ensemble = work.run("ensemble", request, &products).unwrap();

    let of = |product: Product| -> Vec<Vec<f32>> {
        members.iter().map(|member| member.pixels(product).values).collect()
    };
    let close = |a: f64, b: f64, scale: f64| (a - b).abs() <= 1e-5 * scale;
    assert_eq!(ensemble.values(Product::Tokens), members[0].values(Product::Tokens), "the first member's");
    let entropies = of(Product::Entropy);
    for (i, found) in ensemble.pixels(Product::Entropy).values.iter().enumerate() {
        let mean = entropies.iter().map(|member| f64::from(member[i])).sum::<f64>() / 3.0;
        assert!(close(f64::from(*found), mean, 14.0), "{i}: {found} for {mean}");
    }
    let values = of(products[0]);
    let (mean, spread) = (ensemble.pixels(products[0]).values, ensemble.pixels(products[1]).values);
    let mut differ = 0;
    for i in 0..mean.len() {
        let members = values.iter().map(|member| f64::from(member[i]));
        let expected = members.clone().sum::<f64>() / 3.0;
        let deviation = (members.map(|v| (v - expected).powi(2)).sum::<f64>() / 2.0).sqrt();
        assert!(close(f64::from(mean[i]), expected, 20.0), "{i}");
        assert!(close(f64::from(spread[i]), deviation, 20.0), "{i}: {} for {deviation}", spread[i]);
        differ += usize::from(deviation > 0.1);
    }
    assert!(differ > mean.len() / 2, "the members differ");

    let classes = of(products[2]);
    let (class, doubt) = (ensemble.pixels(products[2]).values, ensemble.pixels(products[3]).values);
    let probabilities = ensemble.pixels(products[4]).values;
    let of_members = of(products[4]);
    for i in 0..class.len() {
        let votes = classes.iter().filter(|member| member[i].to_bits() == class[i].to_bits()).count();
        let most =
            (0..10_u8).map(|c| classes.iter().filter(|m| m[i].to_bits() == f32::from(c).to_bits()).count());
        assert_eq!(Some(votes), most.max(), "{i}");
        assert!(close(f64::from(doubt[i]), 1.0 - votes as f64 / 3.0, 1.0), "{i}");
        let sum: f32 = (0..10).map(|c| probabilities[c * class.len() + i]).sum();
        assert!((sum - 1.0).abs() < 1e-5, "{i}: {sum}");
    }
    for (i, found) in probabilities.iter().enumerate() {
        let expected = of_members.iter().map(|member| f64::from(member[i])).sum::<f64>() / 3.0;
        assert!(close(f64::from(*found), expected, 1.0), "{i}");
    }
}

#[test]
fn each_output_feeds_the_next_even_without_a_destination() {
    let work = Work::new(window(128, 128, 96, 96));
    let [dem, lulc] = [TokenModality::Dem, TokenModality::Lulc];
    let product = [Product::Values(dem)];
    let coldest = |outputs: &[TokenModality]| Request {
        sampling: Sampling::new(0.0, 0, 0.0).unwrap(),
        ..request(outputs)
    };
    let alone = work.run("alone", coldest(&[dem]), &product).unwrap();
    let fed = work.run("fed", coldest(&[lulc, dem]), &product).unwrap();
    let first = work.run("first", coldest(&[dem, lulc]), &product).unwrap();
    assert_ne!(alone.values(product[0]), fed.values(product[0]));
    assert_eq!(alone.values(product[0]), first.values(product[0]));
}

#[test]
fn land_cover_and_vegetation_are_inputs_too() {
    let size = (64, 64);
    let mut work = Work::new(window(128, 128, 64, 64));
    work.layers.clear();
    let classes: Vec<f32> = (0..4096).map(|i| (i / 300 % 9 + 1) as f32).collect();
    work.add(LayerModality::Tokens(TokenModality::Lulc), size, &classes);
    let dem = [TokenModality::Dem];
    let one = work.run("one", request(&dem), &values_of(&dem)).unwrap();
    let index: Vec<f32> = (0..4096).map(|i| 0.1 + (i % 64) as f32 / 100.0).collect();
    work.add(LayerModality::Tokens(TokenModality::Ndvi), size, &index);
    let both = work.run("both", request(&dem), &values_of(&dem)).unwrap();
    assert_ne!(one.values(Product::Values(dem[0])), both.values(Product::Values(dem[0])));

    let mut wrong = classes;
    (wrong[5], wrong[6]) = (11.0, 2.5);
    work.layers.clear();
    work.add(LayerModality::Tokens(TokenModality::Lulc), size, &wrong);
    let message = work.run("wrong", request(&dem), &values_of(&dem)).err().unwrap().to_string();
    assert!(message.contains("LULC has the values 2.5, 11") && message.contains("9 rangeland"), "{message}");
    assert_eq!(fs::read_dir(work.folder.path().join("wrong")).unwrap().count(), 0, "nothing is left");
}

#[test]
fn coordinates_are_told_and_guessed() {
    let work = Work::new(window(128, 128, 160, 96));
    let lulc = Product::Tokens;
    let with = |name: &str, coordinates| {
        work.run(name, Request { coordinates, ..request(&[TokenModality::Lulc]) }, &[lulc])
            .unwrap()
            .values(lulc)
    };
    let without = with("without", None);
    let of_tiles = with("of_tiles", Some(Coordinates::OfTiles));
    // The raster's corner is where the equator meets the left edge of UTM zone 33's system, at 10.5° east.
    let near = Position { latitude: 0.0, longitude: 10.5 };
    assert_eq!(of_tiles, with("near", Some(Coordinates::Given(near))));
    let far = Position { latitude: 60.0, longitude: -100.0 };
    assert_ne!(of_tiles, with("far", Some(Coordinates::Given(far))));
    assert_ne!(of_tiles, without);

    let outputs = vec![Target::Coordinates, Target::Tokens(TokenModality::Lulc)];
    let request = Request { outputs, seeds: vec![1, 2], ..request(&[]) };
    let guessed = work.run("guessed", request, &[Product::Coordinates, lulc]).unwrap();
    assert_eq!(guessed.summary.guesses.len(), 2 * guessed.summary.tiles);
    for guess in &guessed.summary.guesses {
        assert!(
            guess.centre.latitude.abs() < 0.1 && (guess.centre.longitude - 10.5).abs() < 0.1,
            "{guess:?}"
        );
    }
    assert!(path(&guessed.folder, Product::Coordinates).is_file());
}

#[test]
fn every_unit_gives_the_same_result_and_is_told_whether_it_is_given_or_found() {
    let part = window(128, 128, 64, 64);
    let products = [Product::Values(TokenModality::S2L2A), Product::Tokens];
    let outcome = |work: &Work, name: &str| {
        let results = work.run(name, request(&[TokenModality::S2L2A]), &products).unwrap();
        (results.values(products[0]), results.values(products[1]))
    };
    let notes = |work: &Work| {
        let inputs = Inputs::open(&work.layers, Some(&SAMPLE.pack), &Setting::default()).unwrap();
        let findings = inputs.findings(None).unwrap().into_iter().map(|finding| finding.to_string());
        inputs.notes().iter().cloned().chain(findings).collect::<Vec<_>>().join("\n")
    };
    let plain = Work::new(part);
    let expected = outcome(&plain, "plain");
    let usual = scene("S2L2A").read(part).unwrap().values;
    let tell = "S2L2A: read as reflectance";
    assert!(notes(&plain).contains(&format!("{tell} × 10,000 (98 % of its values")), "{}", notes(&plain));
    for (name, unit, raised, found) in [
        ("raised", Unit::Raised, true, "10,000 with 1000 added, which is taken off"),
        ("reflectance", Unit::Reflectance, false, "from 0 to 1, which is multiplied by 10,000"),
    ] {
        let value = |value: &f32| if raised { value + 1000.0 } else { value / 10_000.0 };
        let values: Vec<f32> = usual.iter().map(value).collect();
        let mut work = Work::new(part);
        work.layers.clear();
        work.add(LayerModality::Image(Modality::S2L2A), (64, 64), &values);
        let said = notes(&work);
        assert!(said.contains(found) && said.contains("S2_UNITS would win"), "{said}");
        let (values, tokens) = outcome(&work, name);
        assert_eq!(tokens, expected.1, "{name}");
        // Thousandths are rounded once more on the way; what tokens become is the same.
        assert_eq!(values, expected.0, "{name}");
        work.layers[0].unit = Some(unit);
        assert!(notes(&work).contains("(as given)"), "{}", notes(&work));
        assert_eq!(outcome(&work, &format!("{name}_given")).1, expected.1, "{name}");
        work.layers[0].unit = Some(Unit::Usual);
        assert_ne!(outcome(&work, &format!("{name}_wrong")).1, expected.1, "what is given wins");
    }
}

#[test]
fn unlikely_values_are_found_wherever_they_are_and_whatever_the_unit() {
    let mut work = Work::new(window(128, 128, 64, 64));
    let raised: Vec<_> = scene("S2L2A").read(window(128, 128, 64, 64)).unwrap().values;
    let raised: Vec<_> = raised.iter().map(|value| value + 1000.0).collect();
    let findings = |work: &Work| {
        let inputs = Inputs::open(&work.layers, Some(&SAMPLE.pack), &Setting::default()).unwrap();
        inputs.findings(None).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert!(findings(&work).is_empty());
    for (unit, count) in [(None, 1), (Some(Unit::Raised), 0), (Some(Unit::Usual), 1)] {
        work.layers.clear();
        work.add(LayerModality::Image(Modality::S2L2A), (64, 64), &raised);
        work.layers[0].unit = unit;
        assert_eq!(findings(&work).len(), count, "{unit:?}");
    }
    let mut classes = vec![2.0; 450 * 450];
    work.layers.clear();
    work.add(LayerModality::Tokens(TokenModality::Lulc), (450, 450), &classes);
    assert!(findings(&work).is_empty());
    // In the middle of the last of nine parts.
    classes[375 * 450 + 375] = 77.0;
    work.layers.clear();
    work.add(LayerModality::Tokens(TokenModality::Lulc), (450, 450), &classes);
    assert!(findings(&work)[0].contains("77"));
}

#[test]
fn outputs_appear_together_or_not_at_all() {
    let work = Work::new(window(128, 128, 64, 64));
    let outputs = [TokenModality::Lulc, TokenModality::Dem];
    let models = Models { pack: &SAMPLE.pack, tokenizers: &SAMPLE.tokenizers };
    let plan = || {
        let inputs = Inputs::open(&work.layers, Some(&SAMPLE.pack), &Setting::default()).unwrap();
        Plan::new(inputs, models, request(&outputs), &outputs).unwrap()
    };
    let here = |name: &str| work.folder.path().join(name);
    let products = |second: PathBuf| {
        vec![(Product::Values(outputs[0]), here("lulc.tif")), (Product::Values(outputs[1]), second)]
    };
    let refused = |second: PathBuf| {
        plan().create_files(&products(second), &CreationOptions::default(), |_| vec![]).err().unwrap()
    };
    assert!(matches!(refused(here("missing/dem.tif")), Error::Raster(_)));
    assert!(matches!(refused(here("lulc.tif")), Error::SameOutput { .. }));
    assert!(matches!(refused(PathBuf::from(&work.layers[0].sources[0])), Error::OutputIsInput { .. }));

    let files =
        plan().create_files(&products(here("dem.tif")), &CreationOptions::default(), |_| vec![]).unwrap();
    let (library, cancel) = (onnxruntime(), Cancel::default());
    cancel.cancel();
    let means = Means {
        library: &library,
        options: &work.options,
        cancel: &cancel,
        watch: &Silent,
        journal: &Journal::none(),
    };
    assert!(matches!(plan().run(files, means), Err(Error::Cancelled)));
    let left: Vec<_> = fs::read_dir(work.folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["S2L2A.tif"]);
}

#[test]
fn a_missing_tokenizer_is_named_with_its_file() {
    let work = Work::new(window(128, 128, 64, 64));
    let none = std::collections::BTreeMap::new();
    let models = Models { pack: &SAMPLE.pack, tokenizers: &none };
    let dem = [TokenModality::Dem];
    let inputs = Inputs::open(&work.layers, Some(&SAMPLE.pack), &Setting::default()).unwrap();
    let message = Plan::new(inputs, models, request(&dem), &dem).err().unwrap().to_string();
    assert!(message.contains("TerraMind_Tokenizer_DEM.pt"), "{message}");
}

#[test]
fn a_tile_is_decoded_from_its_own_tokens() {
    let (product, modality) = (Product::Values(TokenModality::Dem), [TokenModality::Dem]);
    let values = |width: usize| {
        let mut work = Work::new(window(64, 64, width, 96));
        work.layers.truncate(1);
        work.run("run", request(&modality), &[product]).unwrap().pixels(product).values
    };
    // Tiles of 96 that overlap by 32: the first alone, and with others behind it, which say other things of what they share.
    let (alone, among) = (values(96), values(224));
    for y in 0..96 {
        assert!(alone[y * 96..][..64] == among[y * 224..][..64], "row {y}");
    }
    assert!(
        (0..96).any(|y| alone[y * 96 + 64..][..32] != among[y * 224 + 64..][..32]),
        "they are blended there"
    );
}

/// That windows come to agree is shown where they disagree by levels, which random weights do not: beside the code.
#[test]
fn harmonized_windows_move_and_keep_the_mean_and_the_limits() {
    let mut work = Work::new(window(64, 64, 352, 96));
    work.layers.truncate(1);
    let product = Product::Values(TokenModality::Dem);
    let run = |harmonize: bool, name: &str| {
        let request = Request { harmonize, overlap_px: 16, ..request(&[TokenModality::Dem]) };
        let results = work.run(name, request, &[product]).unwrap();
        assert_eq!(fs::read_dir(&results.folder).unwrap().count(), 1, "nothing else is left there");
        results.pixels(product).values
    };
    let (apart, together) = (run(false, "apart"), run(true, "together"));
    assert!(apart != together);
    let mean = |values: &[f32]| values.iter().map(|v| f64::from(*v)).sum::<f64>() / values.len() as f64;
    let range = |values: &[f32]| {
        (
            values.iter().copied().fold(f32::INFINITY, f32::min),
            values.iter().copied().fold(f32::NEG_INFINITY, f32::max),
        )
    };
    // The mean ± one standard deviation of TerraMesh.
    let (channels, (least, most)) = (TokenModality::Dem.channels(), range(&together));
    let within = channels.mean[0] - channels.std[0]..=channels.mean[0] + channels.std[0];
    assert!(within.contains(&f64::from(least + 1e-2)) && within.contains(&f64::from(most - 1e-2)));
    assert!((mean(&apart) - mean(&together)).abs() < 0.05 * channels.std[0]);
    // A single window has nobody to agree with.
    let mut alone = Work::new(window(64, 64, 96, 96));
    alone.layers.truncate(1);
    let run = |harmonize: bool, name: &str| {
        let request = Request { harmonize, ..request(&[TokenModality::Dem]) };
        alone.run(name, request, &[product]).unwrap().values(product)
    };
    assert_eq!(run(true, "harmonized"), run(false, "alone"));
}
