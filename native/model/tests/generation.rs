//! Predictions as graphs: shapes and refusals. `generation_parity.rs` of the crate `pipeline` compares
//! their numbers.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

mod common;

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use checkpoint::Checkpoint;
use common::{golden, stage};
use graph::Element;
use model::generation::{self, COORDINATE_WORDS, LOGITS, PredictionSpec, Source, Target, WORDS_SO_FAR};
use model::{Error, Modality, StagedPack, Tiles, TokenModality};
use safetensors::tensor::{Dtype, TensorView};

const S2: Source = Source::Image(Modality::S2L2A);
const LULC: Target = Target::Tokens(TokenModality::Lulc);

fn spec(inputs: &[Source], target: Target) -> PredictionSpec {
    let tiles = Tiles { height_px: 160, width_px: 288, batch: 2 };
    PredictionSpec { inputs: inputs.to_vec(), target, tiles }
}

/// The golden checkpoint without the tensors whose names hold one of the parts.
fn without(parts: &[&str], parent: &Path) -> StagedPack {
    let checkpoint = Checkpoint::open(&golden("plain")).unwrap();
    let tensors: Vec<_> = checkpoint
        .tensors()
        .iter()
        .filter(|(name, _)| !parts.iter().any(|part| name.contains(part)))
        .map(|(name, info)| {
            let values = checkpoint.read_f32(name).unwrap();
            let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            (name.clone(), info.shape.clone(), bytes)
        })
        .collect();
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| (name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
    let path = parent.join("less.safetensors");
    fs::write(&path, safetensors::serialize(views, None).unwrap()).unwrap();
    let checkpoint = Checkpoint::open(&path).unwrap();
    StagedPack::from_checkpoint(&checkpoint, &path, "less", parent, |_| ControlFlow::Continue(())).unwrap()
}

#[test]
fn images_tokens_and_coordinates_go_in() {
    let parent = tempfile::tempdir().unwrap();
    for model in ["plain", "swiglu"] {
        let staged = stage(model, parent.path()).unwrap();
        let inputs = [
            S2,
            Source::Tokens(TokenModality::S2L2A),
            Source::Coordinates { words: 3 },
            Source::Tokens(TokenModality::Ndvi),
        ];
        let graph = generation::build(staged.pack(), &spec(&inputs, LULC)).unwrap();
        let found: Vec<_> =
            graph.inputs().iter().map(|input| (input.name(), input.shape(), input.element())).collect();
        let expected = [
            ("S2L2A", &[2, 12, 160, 288][..], Element::Float),
            ("S2L2A_tokens", &[2, 180], Element::Integer),
            ("coordinates", &[2, 3], Element::Integer),
            ("NDVI_tokens", &[2, 180], Element::Integer),
        ];
        assert_eq!(found, expected);
        let [output] = graph.outputs() else { panic!("one output") };
        assert_eq!((output.name(), output.shape()), (LOGITS, &[2, 180, 20][..]));
    }
}

#[test]
fn coordinates_come_out_word_by_word() {
    let parent = tempfile::tempdir().unwrap();
    let staged = stage("plain", parent.path()).unwrap();
    let graph = generation::build(staged.pack(), &spec(&[S2], Target::Coordinates)).unwrap();
    let [_, words] = graph.inputs() else { panic!("two inputs") };
    assert_eq!((words.name(), words.shape()), (WORDS_SO_FAR, &[2, COORDINATE_WORDS][..]));
    assert_eq!(graph.outputs()[0].shape(), [2, COORDINATE_WORDS, 32]);
}

#[test]
fn a_whole_model_predicts_every_modality_and_coordinates() {
    let parent = tempfile::tempdir().unwrap();
    let staged = stage("plain", parent.path()).unwrap();
    let targets = generation::targets(staged.pack());
    let names: Vec<_> = targets.iter().map(|target| target.name()).collect();
    assert_eq!(names, ["S2L2A", "S1GRD", "S1RTC", "DEM", "LULC", "NDVI", "coordinates"]);
    for target in targets {
        generation::build(staged.pack(), &spec(&[S2], target)).unwrap();
    }
}

#[test]
fn only_the_tables_in_use_are_referred_to() {
    let parent = tempfile::tempdir().unwrap();
    let staged = stage("plain", parent.path()).unwrap();
    let inputs = [S2, Source::Tokens(TokenModality::Ndvi)];
    let bytes = generation::build(staged.pack(), &spec(&inputs, LULC)).unwrap().to_bytes();
    let has = |name: &str| bytes.windows(name.len()).any(|window| window == name.as_bytes());
    assert!(has("encoder_embeddings.untok_sen2l2a@224.proj.weight"));
    assert!(has("encoder_embeddings.tok_ndvi@224.token_emb.weight"));
    assert!(has("decoder_embeddings.tok_lulc@224.token_emb.weight"));
    for other in [
        "encoder_embeddings.untok_dem@224",
        "encoder_embeddings.tok_lulc@224",
        "decoder_embeddings.tok_ndvi@224",
        "coords",
    ] {
        assert!(!has(other), "{other}");
    }
}

#[test]
fn requests_that_cannot_be_met_are_refused() {
    let parent = tempfile::tempdir().unwrap();
    let staged = stage("plain", parent.path()).unwrap();
    let refuse = |spec: PredictionSpec| generation::build(staged.pack(), &spec).unwrap_err();
    let error = refuse(spec(&[], LULC)).to_string();
    assert!(error.ends_with("found none"), "{error}");
    let twice = [Source::Coordinates { words: 2 }, S2, Source::Coordinates { words: 3 }];
    assert!(matches!(refuse(spec(&twice, LULC)), Error::Sources { .. }));
    // The goldens have positions for 8 words.
    for words in [0, 9] {
        let error = refuse(spec(&[Source::Coordinates { words }], LULC));
        assert!(matches!(error, Error::CoordinateWords { maximum: 8, .. }), "{error}");
    }
    for (height_px, width_px, batch) in [(0, 16, 1), (16, 24, 1), (16, 16, 0), (4112, 16, 1)] {
        let tiles = Tiles { height_px, width_px, batch };
        let error = refuse(PredictionSpec { tiles, ..spec(&[S2], LULC) });
        assert!(matches!(error, Error::TileSize { .. }), "{error}");
    }
}

#[test]
fn what_a_model_lacks_is_named() {
    let parent = tempfile::tempdir().unwrap();
    let staged =
        without(&["untok_sen2l1c", "_embeddings.tok_ndvi", "decoder_embeddings.coords"], parent.path());
    let refuse =
        |inputs, target| generation::build(staged.pack(), &spec(inputs, target)).unwrap_err().to_string();
    let others = TokenModality::ALL.into_iter().filter(|&modality| modality != TokenModality::Ndvi);
    assert_eq!(generation::targets(staged.pack()), others.map(Target::Tokens).collect::<Vec<_>>());
    let error = refuse(&[Source::Image(Modality::S2L1C)], LULC);
    assert!(error.starts_with("the model less does not know S2L1C; it knows"), "{error}");
    let error = refuse(&[Source::Tokens(TokenModality::Ndvi)], LULC);
    assert_eq!(error, "the model less does not know the tokens of NDVI as an input");
    let error = refuse(&[S2], Target::Tokens(TokenModality::Ndvi));
    assert_eq!(error, "the model less does not know the tokens of NDVI as an output");
    let error = refuse(&[S2], Target::Coordinates);
    assert_eq!(error, "the model less does not know the tokens of coordinates as an output");

    let staged = without(&["decoder", "mask_token"], parent.path());
    let error = generation::build(staged.pack(), &spec(&[S2], LULC)).unwrap_err();
    assert!(matches!(error, Error::NoDecoder { .. }), "{error}");
    assert!(error.to_string().starts_with("the model less has no decoder"), "{error}");
    assert_eq!(generation::targets(staged.pack()), []);
}
