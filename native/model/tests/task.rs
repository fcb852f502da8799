//! Fine-tuned models as graphs: shapes and refusals. `tasks_parity.rs` of the crate `pipeline` compares their
//! numbers.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

#[path = "common/formulas.rs"]
#[expect(dead_code, reason = "only the formulas are needed here")]
mod formulas;
#[path = "common/tasks.rs"]
#[expect(dead_code, reason = "what is predicted is not looked at here")]
mod tasks;

use model::task::{self, Decoder, LOGITS, Neck, Objective, Pooling, Task, TaskSpec, Temporal, VALUES};
use model::{Error, Tiles, TokenModality};
use tasks::{Case, Cases};

const TILES: Tiles = Tiles { height_px: 100, width_px: 64, batch: 2 };

/// The graph of a case that something was changed of, with further weights.
fn build(
    case: &Case,
    more: &[&str],
    change: impl FnOnce(&mut Task, &mut TaskSpec),
) -> Result<graph::Model, Error> {
    let folder = tempfile::tempdir().unwrap();
    let weights = Cases::read().write_weights(case, more, folder.path());
    let mut task = case.task.clone();
    let mut spec = TaskSpec { tiles: TILES, dates: case.dates };
    change(&mut task, &mut spec);
    task::build(&task, &weights, &spec)
}

fn as_it_is(_: &mut Task, _: &mut TaskSpec) {}

#[test]
fn inputs_and_outputs_have_the_names_of_the_configuration() {
    let cases = Cases::read();
    let model = build(cases.of("sen1floods11_tim"), &[], as_it_is).unwrap();
    let inputs: Vec<_> = model.inputs().iter().map(|input| (input.name(), input.shape())).collect();
    // Ids are those of the tile as it is mirrored: 128 x 64.
    let expected = [("S2L1C", &[2, 13, 100, 64][..]), ("S1GRD", &[2, 2, 100, 64]), ("LULC_tokens", &[2, 32])];
    assert_eq!(inputs, expected);
    assert_eq!((model.outputs()[0].name(), model.outputs()[0].shape()), (LOGITS, &[2, 2, 100, 64][..]));

    let model = build(cases.of("crops"), &[], as_it_is).unwrap();
    assert_eq!(model.inputs()[0].shape(), [6, 6, 100, 64], "dates stand below each other");
    let model = build(cases.of("regression"), &[], as_it_is).unwrap();
    assert_eq!((model.outputs()[0].name(), model.outputs()[0].shape()), (VALUES, &[2, 1, 100, 64][..]));
    let model = build(cases.of("classification"), &[], as_it_is).unwrap();
    assert_eq!((model.outputs()[0].name(), model.outputs()[0].shape()), (LOGITS, &[2, 10][..]));
}

#[test]
fn what_is_imagined_has_a_graph_of_its_own() {
    let cases = Cases::read();
    let folder = tempfile::tempdir().unwrap();
    let case = cases.of("imagined_dates");
    let weights = cases.write_weights(case, &[], folder.path());
    let spec = TaskSpec { tiles: TILES, dates: 2 };
    let known = [TokenModality::Lulc];
    let model = task::build_imagination(&case.task, &weights, &spec, &known, TokenModality::Ndvi).unwrap();
    assert_eq!(model.inputs()[1].shape(), [4, 32]);
    assert_eq!(model.outputs()[0].shape(), [4, 32, 15360]);
    let error = task::build_imagination(&case.task, &weights, &spec, &known, TokenModality::Dem).unwrap_err();
    assert!(matches!(error, Error::OtherConfiguration { .. }), "{error}");
}

#[test]
fn configurations_of_other_models_are_told() {
    let cases = Cases::read();
    let told = |name: &str, change: fn(&mut Task), part: &str| {
        let error = build(cases.of(name), &[], |task, _| change(task)).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    };
    let more_classes = |task: &mut Task| {
        task.objective = Objective::Segmentation { classes: 9, names: Vec::new(), ignore_index: None };
    };
    told("unet/learned", more_classes, "2 classes or values instead of 9");
    told("unet/learned", |task| task.necks.truncate(1), "ReshapeTokensToImage");
    told("unet/learned", |task| task.necks.truncate(2), "as many channels as the weight");
    told(
        "unet/learned",
        |task| task.decoder = Decoder::UNet { channels: vec![8; 3] },
        "3 channels for 4 features",
    );
    told(
        "unet/learned",
        |task| task.backbone.modalities[0].bands.truncate(1),
        "2 bands of S1GRD instead of 1",
    );
    told(
        "unet/learned",
        |task| task.necks[0] = Neck::SelectIndices { indices: vec![0, 1, 4, -1] },
        "no features 4 among 4",
    );
    told(
        "unet/learned",
        |task| task.necks[0] = Neck::SelectIndices { indices: vec![0, -5] },
        "no features -5",
    );
    told("unet/learned", |task| task.backbone.tim = vec![TokenModality::Lulc], "tok_lulc@224");
    told(
        "upernet/learned",
        |task| task.necks[0] = Neck::SelectIndices { indices: vec![0] },
        "4 features, not 1",
    );
    told(
        "fcn_short",
        |task| task.decoder = Decoder::Fcn { channels: 16, num_convs: 1, in_index: 1 },
        "convs.1",
    );
    told(
        "fcn_short",
        |task| task.decoder = Decoder::Fcn { channels: 16, num_convs: 3, in_index: 1 },
        "convs.2",
    );
    told("identity_head", |task| task.head.channels.clear(), "as many channels as the weight");
    let temporal = Temporal { pooling: Pooling::Mean, timestamps: None, subset_lengths: Vec::new() };
    let error = build(cases.of("linear_last"), &[], |task, _| task.backbone.temporal = Some(temporal));
    assert!(matches!(error, Err(Error::OtherConfiguration { .. })));
}

/// Attention in a decoder and tokens that stand for no patch, say, would change the results.
#[test]
fn weights_that_nothing_takes_are_told() {
    let cases = Cases::read();
    let case = cases.of("unet/learned");
    for name in
        ["decoder.decoder.blocks.0.attention1.weight", "encoder.register_tokens", "encoder.encoder.0.more"]
    {
        let error = build(case, &[name], as_it_is).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
    }
    let none_matter = ["aux_heads.one.weight", "encoder.tokenizer.more", "neck.2.fpn1.1.num_batches_tracked"];
    build(case, &none_matter, as_it_is).unwrap();
}

#[test]
fn tiles_must_be_large_enough_to_be_mirrored() {
    let cases = Cases::read();
    let size = |height_px| {
        let tiles = Tiles { height_px, ..TILES };
        build(cases.of("linear_last"), &[], |_, spec| spec.tiles = tiles)
    };
    assert_eq!(size(12).unwrap().outputs()[0].shape(), [2, 2, 12, 64]);
    assert!(matches!(size(11), Err(Error::SmallTile { .. })));
    assert!(matches!(size(0), Err(Error::TileSize { .. })));
    let mirrored = Tiles { height_px: 200, width_px: 230, batch: 3 }.mirrored();
    assert_eq!(mirrored, Tiles { height_px: 224, width_px: 256, batch: 3 });
}

#[test]
fn dates_are_those_of_the_training() {
    let cases = Cases::read();
    let accepts = |name: &str, dates| cases.of(name).task.check_dates(dates).is_ok();
    assert!(accepts("linear_last", 1) && !accepts("linear_last", 2), "a model for one date");
    assert!(accepts("crops", 3) && !accepts("crops", 4), "concatenated");
    assert!(accepts("dates_mean", 7) && !accepts("dates_mean", 0), "a mean");
    assert!(accepts("dates_diff", 2) && !accepts("dates_diff", 3), "a difference");
    assert!(accepts("dates_diff_subsets", 3) && !accepts("dates_diff_subsets", 2), "runs of dates");
    let error = cases.of("crops").task.check_dates(2).unwrap_err().to_string();
    assert!(error.starts_with("the model takes the 3 dates that it was trained for, not 2;"), "{error}");
}

#[test]
fn descriptions_are_written_as_they_are_read() {
    for case in Cases::read().cases {
        let text = serde_json::to_string(&case.task).unwrap();
        assert_eq!(serde_json::from_str::<Task>(&text).unwrap(), case.task, "{}", case.name);
    }
}
