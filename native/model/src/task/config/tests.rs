//! The shapes of TerraMind's recipes, and everything that is refused.

use std::collections::BTreeMap;

use checkpoint::Value;

use super::{ConfigFault, Description, describe};
use crate::architecture::Size;
use crate::encoder::Merge;
use crate::task::{Activation, Decoder, Head, Interpolation, Neck, Objective, Pooling, Temporal};
use crate::{Modality, TokenModality};

macro_rules! recipe {
    ($name:literal) => {
        include_str!(concat!("../../../../checkpoint/tests/fixtures/tasks/", $name, ".yaml"))
    };
}

const FLOODS: &str = recipe!("floods");
const FLOODS_TIM: &str = recipe!("floods_tim");
const SCARS: &str = recipe!("burn_scars");
const CROPS: &str = recipe!("crops");
const CHANGE: &str = recipe!("change");

fn read(configuration: &str) -> Result<Description, ConfigFault> {
    describe(&BTreeMap::new(), Some(configuration))
}

fn described(configuration: &str) -> Description {
    read(configuration).unwrap_or_else(|error| panic!("{error}"))
}

/// A recipe with one place changed.
fn changed(recipe: &str, from: &str, to: &str) -> String {
    assert_eq!(recipe.matches(from).count(), 1, "{from}");
    recipe.replace(from, to)
}

/// A recipe with further `model_args`.
fn with(recipe: &str, settings: &str) -> String {
    changed(recipe, "      backbone_pretrained: false\n", &format!("      {settings}\n"))
}

/// The recipe of burn scars with another decoder.
fn with_decoder(settings: &str) -> String {
    changed(SCARS, "decoder: UperNetDecoder\n      decoder_channels: 8\n", settings)
}

#[track_caller]
fn assert_refused(configuration: &str, parts: &[&str]) {
    let error = read(configuration).unwrap_err().to_string();
    for part in parts {
        assert!(error.contains(part), "expected \"{part}\" in: {error}");
    }
}

#[test]
fn floods() {
    let Description { task, size, notes } = described(FLOODS);
    assert_eq!((size, notes.len()), (Size::Base, 0));
    let names = vec!["Dry".to_owned(), "Water".to_owned()];
    assert_eq!(task.objective, Objective::Segmentation { classes: 2, names, ignore_index: Some(-1) });
    let [optical, radar] = task.backbone.modalities.as_slice() else { panic!() };
    assert_eq!((optical.name.as_str(), optical.raw), ("S2L1C", Some(Modality::S2L1C)));
    assert_eq!(optical.bands, Modality::S2L1C.bands());
    assert_eq!((optical.mean[12], optical.std[0]), (1838.0, 1624.0));
    assert_eq!(
        (radar.mean.as_slice(), radar.std.as_slice()),
        ([-12.6, -20.3].as_slice(), [5.2, 5.9].as_slice())
    );
    assert_eq!((task.backbone.merge, &task.backbone.temporal), (Merge::Mean, &None));
    assert!(task.backbone.tim.is_empty());
    let necks = [
        Neck::SelectIndices { indices: vec![2, 5, 8, 11] },
        Neck::ReshapeTokensToImage,
        Neck::LearnedInterpolateToPyramidal,
    ];
    assert_eq!(task.necks, necks);
    assert_eq!(task.decoder, Decoder::UNet { channels: vec![8, 8, 4, 4] });
    assert_eq!(task.head, Head::default());
}

#[test]
fn floods_with_imagined_land_cover() {
    let task = described(FLOODS_TIM).task;
    assert_eq!(task.backbone.tim, [TokenModality::Lulc]);
    assert_eq!(task.backbone.modalities, described(FLOODS).task.backbone.modalities);
    let default = changed(FLOODS_TIM, "      backbone_tim_modalities: [LULC]\n", "");
    assert_eq!(described(&default).task, task);
    let several = changed(FLOODS_TIM, "[LULC]", "[NDVI, location_free_lulc, DEM]");
    assert_eq!(
        described(&several).task.backbone.tim,
        [TokenModality::Ndvi, TokenModality::Lulc, TokenModality::Dem]
    );
}

#[test]
fn burn_scars() {
    let task = described(SCARS).task;
    let [scene] = task.backbone.modalities.as_slice() else { panic!() };
    assert_eq!(scene.raw, Some(Modality::S2L2A));
    assert_eq!(scene.bands, ["BLUE", "GREEN", "RED", "NIR_NARROW", "SWIR_1", "SWIR_2"]);
    assert_eq!((scene.mean[0], scene.std[5]), (0.033, 0.072));
    let pool_scales = vec![1, 2, 3, 6];
    let upernet = Decoder::UperNet { channels: 8, pool_scales, align_corners: true, scale_modules: false };
    assert_eq!(task.decoder, upernet);
}

#[test]
fn crops_of_three_dates() {
    let Description { task, notes, .. } = described(CROPS);
    let temporal = Temporal { pooling: Pooling::Concat, timestamps: Some(3), subset_lengths: vec![] };
    assert_eq!(task.backbone.temporal, Some(temporal));
    // The data module has its statistics in its code.
    let scene = &task.backbone.modalities[0];
    assert_eq!((scene.mean[0], scene.std[3]), (494.905_781, 896.601_013));
    assert!(notes.is_empty(), "{notes:?}");
    let objective = Objective::Segmentation { classes: 13, names: vec![], ignore_index: Some(-1) };
    assert_eq!(task.objective, objective);
    assert_refused(
        &changed(CROPS, "RED, NIR_NARROW", "NIR_NARROW, RED"),
        &["data.init_args.bands", "NIR_NARROW"],
    );
}

#[test]
fn dates_are_pooled_in_four_ways() {
    let temporal = |settings: &str| {
        let pooling = "temporal_pooling: concat\n      backbone_temporal_n_timestamps: 3";
        read(&changed(CROPS, pooling, settings)).map(|found| found.task.backbone.temporal)
    };
    let found = |pooling, timestamps, lengths: &[usize]| {
        Some(Temporal { pooling, timestamps, subset_lengths: lengths.to_vec() })
    };
    assert_eq!(temporal("temporal_pooling: max").unwrap(), found(Pooling::Max, None, &[]));
    assert_eq!(temporal("temporal_pooling: null").unwrap(), found(Pooling::Mean, None, &[]));
    let subsets = "\n      backbone_temporal_subset_lengths: [2, 3]";
    assert_eq!(
        temporal(&format!("temporal_pooling: diff{subsets}")).unwrap(),
        found(Pooling::Diff, Some(5), &[2, 3])
    );
    for (settings, part) in [
        (
            "temporal_pooling: keep".to_owned(),
            "keep is not supported; supported are mean, max, concat and diff",
        ),
        ("temporal_pooling: concat".to_owned(), "backbone_temporal_n_timestamps is missing"),
        (
            format!("temporal_pooling: concat\n      backbone_temporal_n_timestamps: 5{subsets}"),
            "subset_lengths",
        ),
        (format!("temporal_pooling: mean\n      backbone_temporal_n_timestamps: 4{subsets}"), "add up to 4"),
        (
            "temporal_pooling: diff\n      backbone_temporal_n_timestamps: 3".to_owned(),
            "subset_lengths is missing",
        ),
        (
            "temporal_subset_lengths: [1, 1, 1]\n      backbone_temporal_pooling: diff".to_owned(),
            "two subsets",
        ),
        ("temporal_features_permute_op: [0, 1]".to_owned(), "features_permute_op [0, 1] is not supported"),
    ] {
        let error = temporal(&settings).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn new_modalities_and_bands() {
    let data = "data: {init_args: {means: {PLANET_S2L1C: [7], NAIP: [1, 2]}, stds: {NAIP: [3, 4], PLANET_S2L1C: [2]}}}\n";
    let model = FLOODS.split_once("model:").unwrap().1;
    let new =
        format!("{data}model:{model}").replace("- S2L1C", "- PLANET_S2L1C").replace("- S1GRD", "- NAIP: 2");
    let task = described(&new).task;
    let [planet, naip] = task.backbone.modalities.as_slice() else { panic!() };
    assert_eq!((planet.raw, planet.mean.as_slice()), (Some(Modality::S2L1C), [7.0; 13].as_slice()));
    assert_eq!((naip.name.as_str(), naip.raw), ("NAIP", None));
    assert_eq!(naip.bands, ["band 1", "band 2"]);
    assert_eq!((naip.mean.as_slice(), naip.std.as_slice()), ([1.0, 2.0].as_slice(), [3.0, 4.0].as_slice()));
    let named = described(&with(&new, "backbone_bands: {NAIP: [RED, THERMAL]}"));
    assert_eq!(named.task.backbone.modalities[1].bands, ["RED", "THERMAL"]);
    assert_refused(
        &with(&new, "backbone_bands: {NAIP: [RED]}"),
        &["backbone_bands.NAIP", "2 names of bands"],
    );
    assert_refused(
        &with(&new, "backbone_bands: {DEM: [DEM]}"),
        &["backbone_bands.DEM", "one of the model's"],
    );
    assert_refused(&new.replace("NAIP: [1, 2], ", "").replace("NAIP: [1, 2]", "A: [1]"), &["NAIP", "both"]);
    assert_refused(
        &format!("model:{}", new.split_once("model:").unwrap().1),
        &["means and stds of NAIP", "missing"],
    );
    // A new band of a known modality has no statistics of pre-training.
    let band = changed(SCARS, "        S2L2A: [BLUE, GREEN,", "        S2L2A: [THERMAL, GREEN,");
    assert_eq!(described(&band).task.backbone.modalities[0].bands[0], "THERMAL");
    let foreign = changed(&band, "GenericNonGeoSegmentationDataModule", "mine.Scars");
    assert_refused(
        &changed(&foreign, "stds:", "means_of_others:").replace("means:", "x:"),
        &["means and stds of S2L2A"],
    );
    // Without modalities, TerraTorch makes one.
    let image = changed(SCARS, "      backbone_modalities: [S2L2A]\n", "").replace(
        "      backbone_bands:\n        S2L2A: [BLUE, GREEN, RED, NIR_NARROW, SWIR_1, SWIR_2]\n",
        "      backbone_in_chans: 6\n",
    );
    let image = &described(&image).task.backbone.modalities[0];
    assert_eq!((image.name.as_str(), image.raw, image.bands.len()), ("image", None, 6));
}

#[test]
fn statistics_are_the_data_modules_or_those_of_pretraining() {
    let without = format!("model:{}", SCARS.split_once("model:").unwrap().1);
    let Description { task, notes, .. } = described(&without);
    assert_eq!(task.backbone.modalities[0].mean[3..4], [3132.22]);
    assert!(notes.len() == 1 && notes[0].contains("S2L2A") && notes[0].contains("pre-training"), "{notes:?}");
    let own = format!("data: {{class_path: mine.Scars}}\n{without}");
    assert!(described(&own).notes[0].contains("mine.Scars"));
    // TerraTorch's own data modules then standardise nothing.
    let nothing = changed(SCARS, "    stds:", "    constant_scale: 0.5\n    others:").replace("means:", "x:");
    let Description { task, notes, .. } = described(&nothing);
    let scene = &task.backbone.modalities[0];
    assert_eq!((scene.mean.as_slice(), scene.std.as_slice()), ([0.0; 6].as_slice(), [2.0; 6].as_slice()));
    assert!(notes.len() == 1 && notes[0].contains("raw values"), "{notes:?}");
    let others = FLOODS.replace("      S1GRD: [-12.6, -20.3]\n", "").replace("      S1GRD: [5.2, 5.9]\n", "");
    let Description { task, notes, .. } = described(&others);
    assert_eq!((task.backbone.modalities[1].std.as_slice(), notes.len()), ([1.0; 2].as_slice(), 1));
    // (x / 10000 - mean) / std = (x - 10000 mean) / (10000 std)
    let scaled = changed(SCARS, "    batch_size: 4\n", "    constant_scale: 0.0001\n");
    let scene = &described(&scaled).task.backbone.modalities[0];
    assert!((scene.mean[0] - 330.0).abs() < 1e-9 && (scene.std[0] - 230.0).abs() < 1e-9);
    for (from, to, part) in [
        ("stds: [0.023,", "stds: [0.0,", "positive"),
        ("stds: [0.023,", "stds: [", "a list of 5 numbers, expected 6, one for each band of S2L2A"),
        ("stds: [0.023,", "stds: [x,", "data.init_args.stds is x, expected a number"),
        ("stds: [0.023, 0.027, 0.040, 0.078, 0.087, 0.072]", "stds: stds.txt", "not a file"),
        ("stds: [0.023, 0.027, 0.040, 0.078, 0.087, 0.072]", "seed: 4", "stds is missing"),
        ("batch_size: 4", "constant_scale: 0", "a number above 0"),
    ] {
        assert_refused(&changed(SCARS, from, to), &[part]);
    }
    assert_refused(&changed(FLOODS, "      S1GRD: [5.2, 5.9]\n", ""), &["means or stds of S1GRD"]);
}

#[test]
fn data_modules_that_do_not_standardise_are_taken_at_their_word() {
    let statistics = |configuration: &str, index: usize| {
        let Description { task, notes, .. } = described(configuration);
        let input = &task.backbone.modalities[index];
        (input.mean.clone(), input.std.clone(), notes)
    };
    let raw = (vec![0.0; 2], vec![1.0; 2]);
    let (mean, std, notes) = statistics(CHANGE, 0);
    assert_eq!((mean, std), raw);
    assert!(notes.len() == 1 && notes[0].contains("S1GRD") && notes[0].contains("raw values"), "{notes:?}");
    let regression =
        changed(CHANGE, "GenericNonGeoSegmentationDataModule", "GenericNonGeoPixelwiseRegressionDataModule");
    assert_eq!(statistics(&regression, 0).1, raw.1);
    // What is multiplied is not standardised either: 0.5 · x = (x - 0) / 2.
    let scaled = changed(CHANGE, "    num_workers: 0\n", "    constant_scale: 0.5\n");
    assert_eq!(statistics(&scaled, 0).1, [2.0; 2]);

    let unnamed = changed(FLOODS, "      S1GRD: [5.2, 5.9]\n", "");
    let unnamed = changed(&unnamed, "      S1GRD: [-12.6, -20.3]\n", "");
    let (mean, std, notes) = statistics(&unnamed, 1);
    assert_eq!((mean, std), raw);
    assert!(notes.len() == 1 && notes[0].contains("GenericMultiModalDataModule"), "{notes:?}");
    assert_eq!(statistics(&unnamed, 0).0[12..], [1838.0], "the other one is standardised");

    // Others fall back on the statistics of pre-training.
    let classification =
        changed(CHANGE, "GenericNonGeoSegmentationDataModule", "GenericNonGeoClassificationDataModule");
    let (mean, _, notes) = statistics(&classification, 0);
    assert!(mean[0] < -10.0 && notes[0].contains("pre-training"), "{mean:?} {notes:?}");
}

#[test]
fn other_tasks() {
    let heads = "task: x\n      head_channel_list: [8, 4]\n      head_final_act: torch.nn.Sigmoid";
    let regression = changed(SCARS, "SemanticSegmentationTask", "PixelwiseRegressionTask")
        .replace("num_classes: 2\n    loss", "head_learned_upscale_layers: 1\n    loss")
        .replace("    class_names: [Other, Burned]\n", "");
    let regression = with(&regression, heads.split_once("\n      ").unwrap().1);
    let task = described(&regression).task;
    assert_eq!(task.objective, Objective::Regression { outputs: 1, unit: String::new() });
    let activation = Some(Activation::Sigmoid);
    let head = Head { channels: vec![8, 4], learned_upscale_layers: 1, activation, linear_after_pool: false };
    assert_eq!(task.head, head);
    let classification = changed(SCARS, "SemanticSegmentationTask", "ClassificationTask");
    let classification = with(&classification, "head_dim_list: [16]\n      head_linear_after_pool: true");
    let task = described(&classification).task;
    assert!(
        matches!(task.objective, Objective::Classification { classes: 2, ref names } if names.len() == 2)
    );
    assert_eq!((task.head.channels.as_slice(), task.head.linear_after_pool), ([16].as_slice(), true));
}

#[test]
fn every_decoder_and_neck() {
    for (settings, decoder) in [
        ("decoder: FCNDecoder\n", Decoder::Fcn { channels: 256, num_convs: 4, in_index: -1 }),
        (
            "decoder: LinearDecoder\n      decoder_upsampling_size: 16\n",
            Decoder::Linear { upsampling_size: 16, in_index: -1 },
        ),
        ("decoder: IdentityDecoder\n      decoder_out_index: 1\n", Decoder::Identity { out_index: 1 }),
        (
            "decoder: MLPDecoder\n      decoder_activation: GELU\n",
            Decoder::Mlp { activation: Activation::Gelu, out_index: -1 },
        ),
        (
            "decoder: terratorch_FCNDecoder\n      decoder_kwargs: {channels: 3, num_convs: 1, in_index: 0}\n",
            Decoder::Fcn { channels: 3, num_convs: 1, in_index: 0 },
        ),
    ] {
        assert_eq!(described(&with_decoder(settings)).task.decoder, decoder);
    }
    let necks = "- name: PermuteDims\n          new_order: [0, 2, 1]\n        - {name: InterpolateToPyramidal, \
                 mode: bilinear}\n        - name: MaxpoolToPyramidal\n        - name: AddBottleneckLayer";
    let found = described(&changed(SCARS, "- name: LearnedInterpolateToPyramidal", necks)).task.necks;
    let expected = [
        Neck::PermuteDims { new_order: vec![0, 2, 1] },
        Neck::InterpolateToPyramidal { scale_factor: 2, mode: Interpolation::Bilinear },
        Neck::MaxpoolToPyramidal { kernel_size: 2 },
        Neck::AddBottleneckLayer,
    ];
    assert_eq!(found[2..], expected);
}

#[test]
fn what_is_not_supported_is_named_with_what_is() {
    let backbone = |name: &str| changed(SCARS, "backbone: terramind_v1_tiny", &format!("backbone: {name}"));
    for name in ["prithvi_eo_v2_300", "terramind_v01_base", "terramind_v1_huge", "timm_resnet50"] {
        assert_refused(&backbone(name), &["the backbone", name, "terramind_v1_tiny"]);
    }
    // Its own settings are not what it is refused for.
    assert_refused(&with(&backbone("prithvi_eo_v2_300"), "backbone_num_frames: 3"), &["the backbone"]);
    let neck = |settings: &str| changed(SCARS, "name: LearnedInterpolateToPyramidal", settings);
    for (configuration, parts) in [
        (
            changed(SCARS, "SemanticSegmentationTask", "ObjectDetectionTask"),
            ["the task terratorch.tasks.ObjectDetectionTask", "PixelwiseRegressionTask"],
        ),
        (
            changed(SCARS, "EncoderDecoderFactory", "SMPModelFactory"),
            ["SMPModelFactory", "is EncoderDecoderFactory"],
        ),
        (neck("name: FeaturePyramidNetworkNeck"), ["the neck FeaturePyramidNetworkNeck", "SelectIndices"]),
        (neck("{name: MaxpoolToPyramidal, size: 2}"), ["necks.size", "kernel_size"]),
        (neck("{name: InterpolateToPyramidal, mode: bicubic}"), ["bicubic", "nearest and bilinear"]),
        (neck("{name: ReshapeTokensToImage, effective_time_dim: 3}"), ["effective_time_dim 3", "is 1"]),
        (with_decoder("decoder: smp_Unet\n"), ["the decoder smp_Unet", "UNetDecoder, UperNetDecoder"]),
        (with_decoder("decoder: UNetDecoder\n"), ["decoder_channels is missing", "expected"]),
        (
            with_decoder("decoder: UNetDecoder\n      decoder_channels: 64\n"),
            ["decoder_channels is 64", "a list"],
        ),
        (
            with_decoder("decoder: UNetDecoder\n      decoder_channels: [8, -1]\n"),
            ["decoder_channels is -1", "a whole number from 1"],
        ),
        (
            with_decoder(
                "decoder: UNetDecoder\n      decoder_channels: [8]\n      decoder_attention_type: scse\n",
            ),
            ["decoder_attention_type scse", "leave it out"],
        ),
        (with_decoder("decoder: MLPDecoder\n      decoder_activation: Mish\n"), ["Mish", "ReLU, GELU"]),
        (with_decoder("decoder_kwargs: {}\n"), ["decoder is missing", "name of a decoder"]),
        (with(SCARS, "peft_config: {method: LORA}"), ["peft_config {method: LORA}", "leave it out"]),
        (with(SCARS, "rescale: false"), ["rescale false", "is true"]),
        (with(SCARS, "backbone_img_size: 512"), ["backbone_img_size 512", "is 224"]),
        (with(SCARS, "backbone_frobnicate: 1"), ["backbone_frobnicate", "merge_method"]),
        (with(SCARS, "frobnicate: 1"), ["model_args.frobnicate", "num_classes"]),
        (
            changed(FLOODS, "merge_method: mean", "merge_method: dict"),
            ["dict for 2 modalities", "mean, max and concat"],
        ),
        (changed(FLOODS, "merge_method: mean", "merge_method: null"), ["null for 2 modalities", "concat"]),
        (changed(FLOODS, "        - S1GRD\n", "        - LULC\n"), ["the modality LULC", "S1RTC and DEM"]),
        (changed(FLOODS, "        - S1GRD\n", "        - S2L1C_x\n"), ["S2L1C and S2L1C_x", "once"]),
        (with(FLOODS_TIM, "backbone_bands: {S1GRD: [VV]}"), ["backbone_bands", "of pre-training"]),
        (changed(FLOODS_TIM, "[LULC]", "[coords]"), ["backbone_tim_modalities coords", "LULC and NDVI"]),
        (changed(FLOODS_TIM, "[LULC]", "[S1GRD]"), ["which is an input, too", "LULC"]),
        (
            changed(FLOODS_TIM, "        - S1GRD\n", "        - A: 2\n"),
            ["A for a backbone that imagines", "S1GRD"],
        ),
        (with(FLOODS_TIM, "backbone_tim_decoding_steps: 4"), ["tim_decoding_steps 4", "is 1"]),
    ] {
        assert_refused(&configuration, &parts);
    }
}

#[test]
fn classes_and_names_must_agree() {
    assert_refused(&changed(SCARS, "[Other, Burned]", "[Burned]"), &["class_names has 1 names", "2 classes"]);
    assert_refused(
        &changed(SCARS, "num_classes: 2\n    loss", "x: 2\n    loss"),
        &["num_classes is missing"],
    );
}

#[test]
fn training_is_passed_over() {
    let trained = "backbone_pretrained: true\n      backbone_ckpt_path: a.pt\n      backbone_drop_path_rate: 0.1\n      \
                   backbone_tim_top_p: 0.9\n      aux_decoders: [{name: aux, decoder: FCNDecoder}]";
    assert_eq!(described(&with(FLOODS_TIM, trained)), described(FLOODS_TIM));
}

#[test]
fn something_must_describe_the_model() {
    assert!(matches!(describe(&BTreeMap::new(), None), Err(ConfigFault::NoDescription)));
    assert!(matches!(read("data: {init_args: {batch_size: 1}}"), Err(ConfigFault::NoModel)));
    assert!(matches!(read("seed_everything: 1"), Err(ConfigFault::NoModel)));
    assert!(matches!(read("model: {class_path: x}"), Err(ConfigFault::Missing { .. })));
    assert!(matches!(read("a: ["), Err(ConfigFault::NotYaml { .. })));
    let custom = "model: {class_path: SemanticSegmentationTask, init_args: {model: {class_path: my.Net}}}";
    assert_refused(custom, &["the model {class_path: my.Net}", "EncoderDecoderFactory"]);
}

/// Hyper-parameters as Lightning saves them for the model of a configuration.
fn saved(configuration: &str) -> BTreeMap<String, Value> {
    let configuration = super::yaml::read(configuration).unwrap();
    let model = configuration.get("model").unwrap();
    let Some(Value::Dict(arguments)) = model.get("init_args") else { panic!() };
    let mut arguments = arguments.clone();
    arguments.push((Value::Str("_class_path".to_owned()), model.get("class_path").unwrap().clone()));
    BTreeMap::from([("hyper_parameters".to_owned(), Value::Dict(arguments))])
}

#[test]
fn the_checkpoint_describes_the_model_and_the_configuration_its_data() {
    let alone = describe(&saved(FLOODS), None).unwrap();
    assert_eq!(alone.task.backbone.modalities[1].mean, Modality::S1Grd.mean());
    assert_eq!(alone.notes.len(), 2);
    assert_eq!(describe(&saved(FLOODS), Some(FLOODS)).unwrap(), described(FLOODS));
    let data = FLOODS.split_once("model:").unwrap().0;
    assert_eq!(describe(&saved(FLOODS), Some(data)).unwrap(), described(FLOODS));
    // Names of classes may be edited later.
    let renamed = describe(&saved(FLOODS), Some(&changed(FLOODS, "Dry, Water", "Sec, Eau"))).unwrap();
    assert!(matches!(&renamed.task.objective, Objective::Segmentation { names, .. } if names[1] == "Eau"));
    // Data modules that save their arguments.
    let mut metadata = saved(SCARS);
    let parsed = super::yaml::read(SCARS).unwrap();
    let settings = parsed.get("data").and_then(|data| data.get("init_args")).unwrap().clone();
    metadata.insert("datamodule_hyper_parameters".to_owned(), settings);
    assert_eq!(describe(&metadata, None).unwrap(), described(SCARS));
}

#[test]
fn two_accounts_must_be_of_one_model() {
    for (checkpoint, configuration, part) in [
        (
            FLOODS,
            FLOODS_TIM.to_owned(),
            "what the backbone imagines is \"LULC\" in the configuration and \"nothing\"",
        ),
        (SCARS, FLOODS.to_owned(), "the size of the backbone"),
        (SCARS, CROPS.to_owned(), "the handling of dates"),
        (SCARS, changed(SCARS, "S2L2A: [BLUE, GREEN,", "S2L2A: [GREEN, BLUE,"), "modalities and bands"),
        (SCARS, with_decoder("decoder: FCNDecoder\n"), "decoder is Fcn"),
        (SCARS, changed(SCARS, "[2, 5, 8, 11]", "[1, 5, 8, 11]"), "necks"),
        (FLOODS, changed(FLOODS, "merge_method: mean", "merge_method: max"), "merge"),
    ] {
        let error = describe(&saved(checkpoint), Some(&configuration)).unwrap_err();
        assert!(matches!(error, ConfigFault::Contradiction { .. }), "{error}");
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn objects_of_python_are_named() {
    let Value::Dict(mut arguments) = saved(SCARS).remove("hyper_parameters").unwrap() else { panic!() };
    let object = Value::Opaque("mine.Network".to_owned());
    arguments.push((Value::Str("model".to_owned()), object));
    let metadata = BTreeMap::from([("hyper_parameters".to_owned(), Value::Dict(arguments))]);
    let error = describe(&metadata, None).unwrap_err().to_string();
    assert!(error.contains("the model a Python object (mine.Network) is not supported"), "{error}");
}

#[test]
fn hyper_parameters_without_an_account_are_no_help_and_no_harm() {
    let opaque = Value::Opaque("argparse.Namespace".to_owned());
    let other = Value::Dict(vec![(Value::Str("lr".to_owned()), Value::Float(0.1))]);
    for parameters in [opaque, other] {
        let metadata = BTreeMap::from([("hyper_parameters".to_owned(), parameters)]);
        assert!(matches!(describe(&metadata, None), Err(ConfigFault::NoDescription)));
        assert_eq!(describe(&metadata, Some(FLOODS)).unwrap(), described(FLOODS));
    }
    // Older tasks keep their arguments, not what they are.
    let Value::Dict(mut arguments) = saved(FLOODS).remove("hyper_parameters").unwrap() else { panic!() };
    arguments.pop();
    let metadata = BTreeMap::from([("hyper_parameters".to_owned(), Value::Dict(arguments))]);
    let error = describe(&metadata, None).unwrap_err().to_string();
    assert!(error.contains("the class of the task"), "{error}");
    assert_eq!(describe(&metadata, Some(FLOODS)).unwrap(), described(FLOODS));
}
