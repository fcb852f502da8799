//! Precisions, and the choice between them.

use graph::{Builder, ExternalTensor, Model};
use runtime::{Cancel, Device, Precision, Session, SessionOptions, Tensor, library};
use std::fs;
use std::path::Path;

const WIDTH: usize = 256;
const ROWS: usize = 64;

/// Numbers from -1 to 1 that look like chance.
fn noise(seed: u64, count: usize) -> Vec<f32> {
    let hash = |i: u64| {
        (i + seed).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23).wrapping_mul(0xD6E8_FEB8_6659_FD93)
    };
    (0..count as u64).map(|i| (hash(i) >> 40) as f32 / (1 << 23) as f32 - 1.0).collect()
}

/// Six linear layers with something between them, and their weights in the folder.
fn layers(folder: &Path) -> Model {
    const COUNT: usize = 6;
    let bytes = (WIDTH * WIDTH * size_of::<f32>()) as u64;
    let spread = (3.0 / WIDTH as f32).sqrt();
    let weights =
        noise(1, COUNT * WIDTH * WIDTH).into_iter().flat_map(|value| (value * spread).to_le_bytes());
    fs::write(folder.join("w.bin"), weights.collect::<Vec<_>>()).expect("room in the folder");
    let mut graph = Builder::new("layers");
    let mut x = graph.input("x", &[ROWS, WIDTH]).expect("a shape");
    for index in 0..COUNT as u64 {
        let at = ExternalTensor {
            location: "w.bin".into(),
            offset: index * bytes,
            length: bytes,
            shape: vec![WIDTH, WIDTH],
        };
        let weight = graph.weight(&format!("w{index}"), &at).expect("a new name");
        let y = graph.linear(&x, &weight, None).expect("they fit");
        // Once there is nothing between two layers.
        if index == 2 {
            x = y;
            continue;
        }
        let y = graph.gelu(&y).expect("any shape");
        x = graph.add(&x, &y).expect("they fit");
    }
    graph.finish(&[("y", &x)]).expect("an output")
}

fn open(
    model: &Model,
    folder: &Path,
    device: Device,
    precision: Precision,
) -> Result<Session, runtime::Error> {
    let data = folder.join("data");
    let library =
        library::load(None, Some(&data)).expect("TERRAMIND_ONNXRUNTIME names a folder with ONNX Runtime");
    let options = SessionOptions { device, precision, threads: 2 };
    Session::open_for(&library, model, folder, &options, 1, &Cancel::default())
}

fn run(session: &Session, inputs: Vec<f32>) -> Vec<f32> {
    let inputs = [("x", Tensor::floats(&[ROWS, WIDTH], inputs))];
    session.run(&inputs, &Cancel::default()).and_then(Tensor::into_floats).expect("it runs")
}

/// The root mean square of the differences, relative to that of `exact`.
fn relative_rms(found: &[f32], exact: &[f32]) -> f64 {
    let squares = |values: &mut dyn Iterator<Item = f32>| values.map(|v| f64::from(v).powi(2)).sum::<f64>();
    let difference = squares(&mut found.iter().zip(exact).map(|(a, b)| a - b));
    (difference / squares(&mut exact.iter().copied())).sqrt()
}

#[test]
fn int8_rounds_and_agrees() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = layers(folder.path());
    let run = |precision, inputs: Vec<f32>| {
        let session =
            open(&model, folder.path(), Device::Cpu, precision).expect("the processor is always there");
        assert_eq!(session.route().precision, precision);
        run(&session, inputs)
    };
    let mut inputs = noise(7, ROWS * WIDTH);
    let (exact, rounded) = (run(Precision::Fp32, inputs.clone()), run(Precision::Int8, inputs.clone()));
    let error = relative_rms(&rounded, &exact);
    assert!((1e-4..2e-2).contains(&error), "{error}");

    // One row of huge values costs the others nothing, and one of zeros stays finite.
    inputs[..WIDTH].iter_mut().for_each(|value| *value *= 1000.0);
    inputs[WIDTH..2 * WIDTH].fill(0.0);
    let beside = run(Precision::Int8, inputs);
    assert_eq!(beside[2 * WIDTH..], rounded[2 * WIDTH..]);
    assert!(beside.iter().all(|value| value.is_finite()));
}

#[test]
fn auto_tries_once_and_remembers() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = layers(folder.path());
    let said = |session: &Session| session.remarks().iter().find(|remark| remark.contains("Tried")).cloned();
    let first =
        open(&model, folder.path(), Device::Cpu, Precision::Auto).expect("the processor is always there");
    let told = said(&first).expect("there are several ways");
    assert!(
        told.starts_with("Tried the layers on one tile now: ") && told.contains("CPU in int8 "),
        "{told}"
    );
    let again =
        open(&model, folder.path(), Device::Cpu, Precision::Auto).expect("the processor is always there");
    assert_eq!(said(&again).expect("the same ways"), told.replacen("now", "before", 1));
    assert_eq!(again.route().precision, first.route().precision);

    // A longer run of the same graph is the same question, as long as all threads are busy.
    let longer = |wanted| {
        let data = folder.path().join("data");
        let library = library::load(None, Some(&data)).expect("it is loaded");
        let options = SessionOptions { device: Device::Cpu, precision: Precision::Auto, threads: 2 };
        let cancel = Cancel::default();
        let session = Session::open_for(&library, &model, folder.path(), &options, wanted, &cancel);
        said(&session.expect("the processor is always there")).expect("there are several ways")
    };
    assert!(longer(3).contains(" now: "), "two at once are another question than one");
    assert!(longer(40).contains(" before: "));

    let exact =
        open(&model, folder.path(), Device::Cpu, Precision::Fp32).expect("the processor is always there");
    assert!(said(&exact).is_none(), "one way needs no trial: {:?}", exact.remarks());
}

#[test]
fn a_trial_can_be_cancelled() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = layers(folder.path());
    let library = library::load(None, None).expect("TERRAMIND_ONNXRUNTIME names a folder with ONNX Runtime");
    let cancel = Cancel::default();
    cancel.cancel();
    let options = SessionOptions { device: Device::Cpu, precision: Precision::Auto, threads: 3 };
    let opened = Session::open_for(&library, &model, folder.path(), &options, 1, &cancel);
    assert!(matches!(opened, Err(runtime::Error::Cancelled)));
}

#[test]
fn a_precision_that_a_device_has_not_is_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = layers(folder.path());
    let message =
        open(&model, folder.path(), Device::Cuda, Precision::Int8).err().expect("no such way").to_string();
    for words in ["int8", "graphics card", "the device cpu"] {
        assert!(message.contains(words), "{message}");
    }
}
