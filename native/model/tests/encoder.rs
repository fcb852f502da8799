//! Encoders as graphs: shapes and refusals. `onnx_parity.py` beside this file compares their numbers.

mod common;

use common::stage;
use model::encoder::{self, EncoderSpec, FEATURES, Merge};
use model::{Error, Modality};

fn spec(inputs: &[Modality]) -> EncoderSpec {
    EncoderSpec {
        inputs: inputs.to_vec(),
        height_px: 160,
        width_px: 288,
        batch: 2,
        block: 2,
        merge: Merge::Mean,
    }
}

#[test]
fn inputs_and_features_have_the_shapes_asked_for() {
    let parent = tempfile::tempdir().unwrap();
    for model in ["plain", "swiglu"] {
        let staged = stage(model, parent.path()).unwrap();
        let pack = staged.pack();
        let width = pack.architecture().width;
        for (merge, features) in [(Merge::Mean, width), (Merge::Max, width), (Merge::Concat, 2 * width)] {
            let spec = EncoderSpec { merge, ..spec(&[Modality::S1Rtc, Modality::Dem]) };
            assert_eq!(spec.features(pack), features);
            let graph = encoder::build(pack, &spec).unwrap();
            let inputs: Vec<_> = graph.inputs().iter().map(|input| (input.name(), input.shape())).collect();
            assert_eq!(inputs, [("S1RTC", &[2, 2, 160, 288][..]), ("DEM", &[2, 1, 160, 288])]);
            let [output] = graph.outputs() else { panic!("one output") };
            assert_eq!((output.name(), output.shape()), (FEATURES, &[2, 10, 18, features][..]));
        }
    }
}

#[test]
fn only_the_blocks_up_to_the_wanted_one_are_built() {
    let parent = tempfile::tempdir().unwrap();
    let staged = stage("plain", parent.path()).unwrap();
    let names = |block| {
        let spec = EncoderSpec { block, ..spec(&[Modality::Dem]) };
        let bytes = encoder::build(staged.pack(), &spec).unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        ["encoder.1.norm1.weight", "encoder.2.norm1.weight", "encoder_norm.weight"]
            .map(|name| text.contains(name))
    };
    assert_eq!(names(0), [false, false, false]);
    assert_eq!(names(1), [true, false, false]);
    assert_eq!(names(2), [true, true, true]);
}

#[test]
fn weights_are_referred_to_and_not_copied() {
    let parent = tempfile::tempdir().unwrap();
    let staged = stage("plain", parent.path()).unwrap();
    let positions = 10 * 18 * 64 * 4;
    let bytes = encoder::build(staged.pack(), &spec(&[Modality::S2L2A])).unwrap().to_bytes();
    assert!(bytes.len() < positions + 40_000, "{}", bytes.len());
}

#[test]
fn requests_that_cannot_be_met_are_refused() {
    let parent = tempfile::tempdir().unwrap();
    let staged = stage("plain", parent.path()).unwrap();
    let refuse = |spec: EncoderSpec| encoder::build(staged.pack(), &spec).unwrap_err();
    let dem = || spec(&[Modality::Dem]);
    assert!(matches!(refuse(spec(&[])), Error::Inputs { .. }));
    assert!(matches!(refuse(spec(&[Modality::Dem, Modality::Rgb, Modality::Dem])), Error::Inputs { .. }));
    assert!(matches!(refuse(EncoderSpec { block: 3, ..dem() }), Error::Block { depth: 3, block: 3, .. }));
    for (height_px, width_px, batch) in [(0, 16, 1), (16, 24, 1), (16, 16, 0), (4112, 16, 1)] {
        let error = refuse(EncoderSpec { height_px, width_px, batch, ..dem() });
        assert!(matches!(error, Error::TileSize { .. }), "{height_px} {width_px} {batch}");
    }
}

#[test]
fn missing_modalities_are_named_with_those_there_are() {
    use safetensors::tensor::{Dtype, TensorView};
    use std::ops::ControlFlow;

    // The golden checkpoint without its optical modalities.
    let parent = tempfile::tempdir().unwrap();
    let checkpoint = checkpoint::Checkpoint::open(&common::golden("plain")).unwrap();
    let tensors: Vec<_> = checkpoint
        .tensors()
        .iter()
        .filter(|(name, _)| !name.contains("untok_sen2"))
        .map(|(name, info)| {
            let bytes: Vec<u8> =
                checkpoint.read_f32(name).unwrap().iter().flat_map(|value| value.to_le_bytes()).collect();
            (name.clone(), info.shape.clone(), bytes)
        })
        .collect();
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| (name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
    let path = parent.path().join("radar.safetensors");
    std::fs::write(&path, safetensors::serialize(views, None).unwrap()).unwrap();

    let checkpoint = checkpoint::Checkpoint::open(&path).unwrap();
    let staged = model::StagedPack::from_checkpoint(&checkpoint, &path, "radar", parent.path(), |_| {
        ControlFlow::Continue(())
    })
    .unwrap();
    let error = encoder::build(staged.pack(), &spec(&[Modality::Dem, Modality::S2L2A])).unwrap_err();
    assert_eq!(error.to_string(), "the model radar does not know S2L2A; it knows S1GRD, S1RTC, DEM");
}
