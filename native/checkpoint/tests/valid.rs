//! What PyTorch, Lightning and safetensors write is read to the last number.
#![allow(clippy::unwrap_used, reason = "helpers of tests, which the setting for tests does not cover")]

use std::collections::BTreeMap;
use std::path::Path;

use checkpoint::{Checkpoint, Dtype, Problem, Value};

fn fixture(name: &str) -> Checkpoint {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/valid").join(name);
    Checkpoint::open(&path).unwrap_or_else(|error| panic!("{error}"))
}

fn count(numbers: u8) -> Vec<f32> {
    (0..numbers).map(f32::from).collect()
}

fn text(text: &str) -> Value {
    Value::Str(text.to_owned())
}

fn opaque(class: &str) -> Value {
    Value::Opaque(class.to_owned())
}

fn assert_is_the_network(checkpoint: &Checkpoint) {
    let shapes: BTreeMap<_, _> =
        checkpoint.tensors().iter().map(|(name, tensor)| (name.as_str(), tensor.shape.clone())).collect();
    let expected = [
        ("linear.bias", vec![2]),
        ("linear.weight", vec![2, 3]),
        ("norm.bias", vec![2]),
        ("norm.num_batches_tracked", vec![]),
        ("norm.running_mean", vec![2]),
        ("norm.running_var", vec![2]),
        ("norm.weight", vec![2]),
    ];
    assert_eq!(shapes, BTreeMap::from(expected));
    assert_eq!(checkpoint.tensors()["linear.weight"].dtype, Dtype::F32);
    assert_eq!(checkpoint.tensors()["norm.num_batches_tracked"].dtype, Dtype::I64);
    assert_eq!(checkpoint.read_f32("linear.weight").unwrap(), count(6));
    assert_eq!(checkpoint.read_f32("norm.running_var").unwrap(), count(2));
    assert_eq!(checkpoint.read_f32("norm.num_batches_tracked").unwrap(), [7.]);
}

#[test]
fn a_state_dict_is_read_whatever_the_protocol_and_packing() {
    let files = ["plain.pt", "protocol3.pt", "protocol4.pt", "protocol5.pt", "deflated.pt", "without_crc.pt"];
    for file in files {
        let checkpoint = fixture(file);
        assert_is_the_network(&checkpoint);
        assert!(checkpoint.metadata().is_empty(), "{file}: {:?}", checkpoint.metadata());
    }
}

#[test]
fn the_directory_is_found_where_the_archive_says_it_is() {
    assert_is_the_network(&fixture("name_of_21_characters.pt"));
}

#[test]
fn the_name_of_the_file_does_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.tif");
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/valid/plain.pt"), &path)
        .unwrap();
    assert_is_the_network(&Checkpoint::open(&path).unwrap());
}

fn assert_dtypes(checkpoint: &Checkpoint, dtypes: &[(&str, Dtype)]) {
    assert_eq!(checkpoint.tensors().len(), dtypes.len());
    for &(name, dtype) in dtypes {
        assert_eq!(checkpoint.tensors()[name].dtype, dtype);
        assert_eq!(checkpoint.tensors()[name].shape, [2, 3]);
        let numbers = checkpoint.read_f32(name);
        if matches!(dtype, Dtype::C64 | Dtype::C128 | Dtype::Narrow) {
            let error = numbers.unwrap_err();
            assert!(matches!(error.problem, Problem::NotReal { .. }), "{error}");
        } else {
            let expected = if dtype == Dtype::Bool { vec![0., 1., 1., 1., 1., 1.] } else { count(6) };
            assert_eq!(numbers.unwrap(), expected, "{name}");
        }
    }
}

const DTYPES: [(&str, Dtype); 16] = [
    ("bool", Dtype::Bool),
    ("u8", Dtype::U8),
    ("i8", Dtype::I8),
    ("u16", Dtype::U16),
    ("i16", Dtype::I16),
    ("u32", Dtype::U32),
    ("i32", Dtype::I32),
    ("u64", Dtype::U64),
    ("i64", Dtype::I64),
    ("f16", Dtype::F16),
    ("bf16", Dtype::Bf16),
    ("f32", Dtype::F32),
    ("f64", Dtype::F64),
    ("c64", Dtype::C64),
    ("narrow", Dtype::Narrow),
    ("c128", Dtype::C128),
];

#[test]
fn every_type_of_number_is_converted_or_named() {
    assert_dtypes(&fixture("dtypes.pt"), &DTYPES);
}

#[test]
fn safetensors_are_read_with_their_metadata() {
    let checkpoint = fixture("weights.safetensors");
    assert_dtypes(&checkpoint, &DTYPES[..15]);
    assert_eq!(checkpoint.metadata()["format"], text("pt"));
}

#[test]
fn views_of_shared_storages_are_read_row_by_row() {
    let checkpoint = fixture("views.pt");
    let read = |name: &str| (checkpoint.tensors()[name].shape.clone(), checkpoint.read_f32(name).unwrap());
    assert_eq!(read("whole"), (vec![4, 6], count(24)));
    let transposed = (0..24u8).map(|i| f32::from(i % 4 * 6 + i / 4)).collect();
    assert_eq!(read("transposed"), (vec![6, 4], transposed));
    assert_eq!(read("offset"), (vec![3, 2], vec![8., 9., 14., 15., 20., 21.]));
    assert_eq!(read("step"), (vec![2, 2], vec![0., 3., 12., 15.]));
    let permuted = (0..24u8).map(|i| f32::from(i % 6 * 4 + i / 6)).collect();
    assert_eq!(read("permuted"), (vec![4, 2, 3], permuted));
    assert_eq!(read("expanded"), (vec![4, 3], count(3).repeat(4)));
    assert_eq!(read("scalar"), (vec![], vec![5.]));
    assert_eq!(read("empty"), (vec![0, 3], vec![]));
    assert_eq!(read("parameter"), (vec![2, 2], count(4)));
    assert_eq!(read("attributed"), (vec![3], count(3)));
}

#[test]
fn numbers_of_a_big_endian_machine_are_turned() {
    let checkpoint = fixture("big_endian.pt");
    assert_eq!(checkpoint.read_f32("a").unwrap(), [1.5]);
    assert_eq!(checkpoint.read_f32("b").unwrap(), [-3.]);
}

#[test]
fn plain_values_stand_beside_the_tensors_and_other_classes_stay_opaque() {
    let checkpoint = fixture("training.pt");
    assert_is_the_network(&checkpoint);
    let found = checkpoint.metadata();
    let extra = Value::Dict(vec![(text("_extra"), text("beside the tensors"))]);
    let list = [1, -5, 300, 70000, 1 << 40, -(1 << 40)].map(Value::Int).to_vec();
    let inner = Value::Dict(vec![(text("b"), Value::List(vec![Value::Bool(false)]))]);
    let expected = [
        ("model", extra),
        ("epoch", Value::Int(3)),
        ("lr", Value::Float(0.5)),
        ("name", text("tiny größe")),
        ("nothing", Value::None),
        ("flag", Value::Bool(true)),
        ("list", Value::List(list)),
        ("tuple", Value::Tuple(vec![Value::Int(1), text("a")])),
        ("big", opaque("int")),
        ("nested", Value::Dict(vec![(text("a"), inner), (Value::Int(1), Value::Int(2))])),
        ("args", opaque("argparse.Namespace")),
        ("numpy", opaque("numpy._core.multiarray.scalar")),
        ("set", opaque("__builtin__.set")),
        ("bytes", opaque("_codecs.encode")),
        ("size", Value::Tuple(vec![Value::Int(2), Value::Int(3)])),
        ("dtype", opaque("torch.float32")),
        ("tensor", opaque("torch.Tensor")),
    ];
    assert_eq!(*found, expected.map(|(key, value)| (key.to_owned(), value)).into());
}

#[test]
fn a_lightning_checkpoint_has_its_hyper_parameters() {
    let checkpoint = fixture("lightning.ckpt");
    assert_eq!(checkpoint.tensors().keys().collect::<Vec<_>>(), ["layer.bias", "layer.weight"]);
    assert_eq!(checkpoint.read_f32("layer.weight").unwrap(), count(6));
    let parameters = &checkpoint.metadata()["hyper_parameters"];
    assert_eq!(parameters.get("lr"), Some(&Value::Float(0.01)));
    assert_eq!(parameters.get("bands"), Some(&Value::Tuple(vec![text("B02"), text("B03")])));
    assert_eq!(parameters.get("head").and_then(|head| head.get("dim")), Some(&Value::Int(8)));
    assert_eq!(parameters.get("activation"), Some(&opaque("torch.nn.modules.activation.GELU")));
    assert_eq!(parameters.get("nowhere"), None);
    assert_eq!(checkpoint.metadata()["epoch"], Value::Int(1));
    assert!(!checkpoint.metadata().contains_key("state_dict"));
}

#[test]
fn a_tensor_that_is_not_there_is_named() {
    let error = fixture("plain.pt").read_f32("encoder").unwrap_err().to_string();
    assert!(error.contains("no tensor \"encoder\"") && error.ends_with("plain.pt"), "{error}");
}
