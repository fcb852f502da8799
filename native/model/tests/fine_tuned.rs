//! Checkpoints as TerraTorch 1.2 and Lightning write them, from file to checked model.
#![allow(clippy::unwrap_used, reason = "helpers of tests, which the setting for tests does not cover")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use checkpoint::Checkpoint;
use model::Error;
use model::architecture::{Recognised, Shapes, Size};
use model::task::config::{Description, describe};
use model::task::{FineTuned, recognise};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../checkpoint/tests/fixtures/tasks").join(name)
}

fn described(name: &str) -> (Description, Shapes) {
    let checkpoint = Checkpoint::open(&fixture(&format!("{name}.ckpt"))).unwrap();
    let configuration = fs::read_to_string(fixture(&format!("{name}.yaml"))).ok();
    let description = describe(checkpoint.metadata(), configuration.as_deref()).unwrap();
    let shapes = checkpoint.tensors().iter().map(|(name, info)| (name.clone(), info.shape.clone())).collect();
    (description, shapes)
}

fn recognised(name: &str) -> Recognised<FineTuned> {
    let (description, shapes) = described(name);
    recognise(description, &shapes).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn what_terratorch_fits_is_recognised_to_the_last_tensor() {
    for (name, decoder_depth, of_decoder) in [
        ("floods", None, "decoder.decoder.blocks.3.conv2.1.running_var"),
        ("floods_tim", Some(1), "encoder.sampler.model.decoder_proj_context.bias"),
        ("burn_scars", None, "decoder.psp_modules.3.1.norm.running_mean"),
        ("crops", None, "neck.2.fpn1.3.weight"),
        ("notebook", None, "decoder.convs.1.2.ln.bias"),
        ("biomass", None, "encoder.encoder_embeddings.untok_dem@224.proj.weight"),
        ("land_use", None, "head.head.0.1.0.bias"),
        ("planet", None, "encoder.encoder_embeddings.PLANET.proj.weight"),
        ("aliases", None, "encoder.encoder_embeddings.untok_sen2l1c@224.proj.weight"),
        ("change", None, "decoder.conv.weight"),
        ("season", None, "encoder.encoder.encoder_embeddings.untok_sen2l2a@224.proj.weight"),
    ] {
        let found = recognised(name);
        let architecture = &found.architecture.backbone;
        assert_eq!((architecture.size, architecture.width), (Size::Reduced, 64), "{name}");
        assert_eq!((architecture.depth, architecture.decoder_depth), (12, decoder_depth), "{name}");
        assert!(found.kept.contains_key(of_decoder), "{name}");
        let dates = ["crops", "change", "season"].contains(&name);
        let block = if dates { "encoder.encoder.encoder.11" } else { "encoder.encoder.11" };
        assert!(found.kept.contains_key(&format!("{block}.mlp.fc2.weight")), "{name}");
        let superfluous = |tensor: &String| {
            tensor.ends_with(".num_batches_tracked")
                || tensor == "model.encoder.missing_mod_token"
                || tensor.ends_with(".tok_lulc@224.to_logits.weight")
                || tensor.starts_with("model.encoder.sampler.model.encoder_embeddings.tok_lulc")
        };
        assert!(found.dropped.iter().all(superfluous), "{name}: {:?}", found.dropped);
        let (_, shapes) = described(name);
        assert_eq!(found.kept.len() + found.dropped.len(), shapes.len(), "{name}");
    }
}

#[test]
fn several_dates_are_wrapped_around_the_backbone() {
    let kept = recognised("crops").kept;
    assert_eq!(kept["encoder.encoder.encoder_norm.bias"], "model.encoder.encoder.encoder_norm.bias");
    assert!(kept.iter().all(|(inner, name)| *name == format!("model.{inner}")));
    let (mut description, shapes) = described("crops");
    description.task.backbone.temporal = None;
    assert!(matches!(recognise(description, &shapes), Err(Error::NotFineTuned { .. })));
    let (mut description, shapes) = described("floods");
    description.task.backbone.temporal = described("crops").0.task.backbone.temporal;
    assert!(matches!(recognise(description, &shapes), Err(Error::NotFineTuned { .. })));
}

#[test]
fn every_tensor_is_needed_in_its_shape() {
    for name in ["floods_tim", "burn_scars", "crops", "notebook"] {
        let (description, shapes) = described(name);
        for (inner, original) in recognised(name).kept {
            let mut holed = shapes.clone();
            holed.remove(&original);
            // The table that embeds imagined tokens is there under either name.
            let logits = original.replace("token_emb", "to_logits");
            if logits != original && holed.remove(&logits).is_none() {
                assert!(original.contains("encoder_embeddings"), "{original}");
            }
            let is_width = inner.ends_with(".encoder_norm.weight") && !inner.contains("sampler");
            match recognise(description.clone(), &holed) {
                Err(Error::Incomplete { problems, .. }) => {
                    assert!(problems.to_string().contains(&inner), "{inner}: {problems}");
                }
                Err(Error::NotFineTuned { .. }) if is_width => continue,
                other => panic!("{name} without {inner}: {other:?}"),
            }
            holed.insert(original, vec![7, 7, 7, 7, 7]);
            let error = recognise(description.clone(), &holed).unwrap_err().to_string();
            assert!(error.contains(&inner), "{error}");
        }
    }
}

#[test]
fn parts_that_would_change_results_are_refused() {
    for name in ["model.neck.1.weight", "model.head.head.0.0.0.weight", "model.encoder.register_tokens"] {
        let (description, mut shapes) = described("floods");
        shapes.insert(name.to_owned(), vec![1]);
        let error = recognise(description, &shapes).unwrap_err();
        assert!(matches!(&error, Error::Variant { parts, .. } if parts == name), "{error}");
    }
    for name in ["criterion.weight", "model.aux_heads.a.0.convs.0.weight", "model.encoder.tokenizer.tok.x"] {
        let (description, mut shapes) = described("floods");
        shapes.insert(name.to_owned(), vec![1]);
        assert!(recognise(description, &shapes).unwrap().dropped.contains(&name.to_owned()));
    }
}

#[test]
fn the_inner_model_alone_will_do() {
    let (description, shapes) = described("floods");
    let inner = shapes.into_iter().map(|(name, shape)| (name["model.".len()..].to_owned(), shape)).collect();
    let found = recognise(description, &inner).unwrap();
    assert!(found.kept.iter().all(|(inner, name)| inner == name));
}

#[test]
fn a_published_width_must_be_the_described_one() {
    let (description, mut shapes) = described("floods");
    shapes.insert("model.encoder.encoder_norm.weight".to_owned(), vec![192]);
    let error = recognise(description, &shapes).unwrap_err().to_string();
    assert!(
        error.contains("192") && error.contains("tiny") && error.contains("terramind_v1_base"),
        "{error}"
    );
}

#[test]
fn structures_that_do_not_fit_are_told() {
    let error = |change: &dyn Fn(&mut Description)| {
        let (mut description, shapes) = described("floods");
        change(&mut description);
        recognise(description, &shapes).unwrap_err().to_string()
    };
    let too_far = error(&|description| {
        description.task.necks[0] = model::task::Neck::SelectIndices { indices: vec![2, 5, 8, 12] };
    });
    assert!(too_far.contains("the index of SelectIndices is 12"), "{too_far}");
    let three = error(&|description| {
        description.task.necks[0] = model::task::Neck::SelectIndices { indices: vec![2, 5, -1] };
    });
    assert!(three.contains("3 sets of features, expected 4"), "{three}");
    let short = error(&|description| {
        description.task.decoder = model::task::Decoder::UNet { channels: vec![8] };
    });
    assert!(short.contains("decoder_channels of UNetDecoder is a list of 1, expected 4"), "{short}");
    let concat = error(&|description| description.task.backbone.merge = model::encoder::Merge::Concat);
    assert!(concat.contains("neck.2.fpn1.0.weight is [64, 32, 2, 2] instead of [128, 64, 2, 2]"), "{concat}");
}

#[test]
fn another_checkpoint_is_not_of_the_description() {
    let (description, _) = described("floods");
    let empty = Shapes::from([("layer.weight".to_owned(), vec![2, 3])]);
    assert!(matches!(recognise(description, &empty), Err(Error::NotFineTuned { .. })));
}

/// One entry of what `fixtures/make_tasks.py` wrote.
#[derive(serde::Deserialize)]
struct Variant {
    name: String,
    configuration: serde_json::Value,
    tensors: Shapes,
}

#[test]
fn every_kind_of_task_has_the_tensors_that_terratorch_gives_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tasks.json");
    let variants: Vec<Variant> = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(variants.len(), 14);
    for Variant { name, mut configuration, tensors } in variants {
        // Statistics of the bands that pre-training did not have.
        let means = "{THERMAL: [1], S2L1C_PLANET: [1], DEM: [1]}";
        configuration["data"] = "here".into();
        let data = format!("{{init_args: {{means: {means}, stds: {means}}}}}");
        // JSON is YAML.
        let configuration = configuration.to_string().replace("\"here\"", &data);
        let description = describe(&BTreeMap::new(), Some(&configuration));
        let description = description.unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = recognise(description, &tensors).unwrap_or_else(|error| panic!("{name}: {error}"));
        let needed = |tensor: &&String| {
            !(tensor.ends_with(".num_batches_tracked")
                || tensor.ends_with(".to_logits.weight")
                || *tensor == "model.encoder.missing_mod_token"
                || *tensor == "model.encoder.encoder.missing_mod_token"
                || tensor.starts_with("criterion."))
        };
        let missed: Vec<_> = found.dropped.iter().filter(needed).collect();
        // What is imagined alone is not told to what imagines.
        let alone = "model.encoder.sampler.model.encoder_embeddings.tok_lulc@224.";
        assert!(missed.iter().all(|tensor| tensor.starts_with(alone)), "{name}: {missed:?}");
        assert!(name != "tim" || missed.is_empty(), "{name}: {missed:?}");
        let published = if name == "published" { Size::Tiny } else { Size::Reduced };
        assert_eq!(found.architecture.backbone.size, published, "{name}");
    }
}
