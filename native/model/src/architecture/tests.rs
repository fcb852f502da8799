//! Checkpoints as TerraTorch writes them, whole and mutilated.

use super::{Mlp, Recognised, Shapes, Size, recognise};
use crate::{Error, Modality};

/// Names and shapes as in TerraTorch's state dicts, written down independently of the code under test.
fn terramind(width: usize, depths: [usize; 2], hidden: usize, gated: bool) -> Shapes {
    let mut tensors = Shapes::new();
    let mut add = |name: String, shape: &[usize]| drop(tensors.insert(name, shape.to_vec()));
    for (key, channels) in
        [("sen2l2a", 12), ("sen2l1c", 13), ("sen2rgb", 3), ("sen1grd", 2), ("sen1rtc", 2), ("dem", 1)]
    {
        add(format!("encoder_embeddings.untok_{key}@224.mod_emb"), &[1, 1, width]);
        add(format!("encoder_embeddings.untok_{key}@224.pos_emb"), &[1, 196, width]);
        add(format!("encoder_embeddings.untok_{key}@224.proj.weight"), &[width, 256 * channels]);
    }
    for side in ["encoder", "decoder"] {
        for (key, vocabulary, positions) in [
            ("tok_sen2l2a@224", 15360, 196),
            ("tok_sen1grd@224", 15360, 196),
            ("tok_sen1rtc@224", 15360, 196),
            ("tok_dem@224", 15360, 196),
            ("tok_lulc@224", 4375, 196),
            ("tok_ndvi@224", 15360, 196),
            ("caption", 30000, 512),
            ("coords", 30000, 512),
        ] {
            let name = format!("{side}_embeddings.{key}");
            add(format!("{name}.mod_emb"), &[1, 1, width]);
            add(format!("{name}.pos_emb"), &[1, positions, width]);
            add(format!("{name}.token_emb.weight"), &[vocabulary, width]);
            if side == "decoder" {
                add(format!("{name}.to_logits.weight"), &[vocabulary, width]);
            }
        }
    }
    let mut layer = |name: String, shape: [usize; 2], bias: bool| {
        add(format!("{name}.weight"), &shape);
        if bias {
            add(format!("{name}.bias"), &shape[..1]);
        }
    };
    for index in 0..depths[0] {
        layer(format!("encoder.{index}.attn.qkv"), [3 * width, width], !gated);
        layer(format!("encoder.{index}.attn.proj"), [width, width], !gated);
    }
    for index in 0..depths[1] {
        layer(format!("decoder.{index}.self_attn.qkv"), [3 * width, width], !gated);
        layer(format!("decoder.{index}.self_attn.proj"), [width, width], !gated);
        layer(format!("decoder.{index}.cross_attn.q"), [width, width], !gated);
        layer(format!("decoder.{index}.cross_attn.kv"), [2 * width, width], !gated);
        layer(format!("decoder.{index}.cross_attn.proj"), [width, width], !gated);
    }
    for (side, depth) in [("encoder", depths[0]), ("decoder", depths[1])] {
        for index in 0..depth {
            layer(format!("{side}.{index}.mlp.fc1"), [hidden, width], !gated);
            layer(format!("{side}.{index}.mlp.fc2"), [width, hidden], !gated);
            if gated {
                layer(format!("{side}.{index}.mlp.fc3"), [hidden, width], false);
            }
        }
    }
    layer("decoder_proj_context".into(), [width, width], true);
    let mut norm = |name: String| {
        add(format!("{name}.weight"), &[width]);
        add(format!("{name}.bias"), &[width]);
    };
    for index in 0..depths[0] {
        for part in ["norm1", "norm2"] {
            norm(format!("encoder.{index}.{part}"));
        }
    }
    for index in 0..depths[1] {
        for part in ["norm1", "norm2", "query_norm", "context_norm"] {
            norm(format!("decoder.{index}.{part}"));
        }
    }
    norm("encoder_norm".into());
    norm("decoder_norm".into());
    add("mask_token".into(), &[1, 1, width]);
    tensors
}

fn tiny() -> Shapes {
    terramind(192, [12, 4], 768, false)
}

fn reduced() -> Shapes {
    terramind(128, [3, 2], 341, true)
}

fn without(mut tensors: Shapes, part: &str) -> Shapes {
    let before = tensors.len();
    tensors.retain(|name, _| !name.contains(part));
    assert!(tensors.len() < before, "{part}");
    tensors
}

fn incomplete(tensors: &Shapes) -> String {
    match recognise(tensors) {
        Err(error @ Error::Incomplete { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn published_sizes_are_recognised() {
    for (size, tensors) in [
        (Size::Tiny, tiny()),
        (Size::Small, terramind(384, [12, 6], 1536, false)),
        (Size::Base, terramind(768, [12, 12], 2048, true)),
        (Size::Large, terramind(1024, [24, 24], 2730, true)),
    ] {
        let Recognised { architecture, kept, dropped, unknown } = recognise(&tensors).unwrap();
        assert_eq!(architecture.size, size);
        assert_eq!(architecture.width, 64 * architecture.heads);
        assert_eq!(architecture.modalities, Modality::ALL);
        assert_eq!(unknown, Vec::<String>::new());
        // Seven captions' tensors, and the seven second copies of token tables.
        assert_eq!(dropped.len(), 14, "{dropped:?}");
        assert_eq!(kept.len() + dropped.len(), tensors.len());
        assert!(kept.iter().all(|(name, original)| name == original));
    }
}

#[test]
fn published_files_without_captions_are_recognised() {
    assert_eq!(recognise(&without(tiny(), ".caption.")).unwrap().dropped.len(), 7);
}

#[test]
fn either_name_of_a_shared_table_will_do() {
    let logits_only = without(tiny(), "decoder_embeddings.tok_dem@224.token_emb");
    let kept = recognise(&logits_only).unwrap().kept;
    assert_eq!(
        kept["decoder_embeddings.tok_dem@224.token_emb.weight"],
        "decoder_embeddings.tok_dem@224.to_logits.weight"
    );
    let neither = incomplete(&without(logits_only, "decoder_embeddings.tok_dem@224.to_logits"));
    assert!(neither.contains("it lacks decoder_embeddings.tok_dem@224.token_emb.weight."), "{neither}");
}

#[test]
fn every_tensor_of_a_published_size_is_needed() {
    let whole = without(without(tiny(), ".caption."), "to_logits");
    for name in whole.keys() {
        let mut holed = whole.clone();
        holed.remove(name);
        assert!(incomplete(&holed).contains(name), "{name}");
        holed.insert(name.clone(), vec![7, 7, 7, 7]);
        assert!(incomplete(&holed).contains(&format!("{name} is [7, 7, 7, 7] instead of [")), "{name}");
    }
}

#[test]
fn long_lists_of_problems_are_cut() {
    // Two norms with two tensors each, four layers with two tensors each.
    let message = incomplete(&without(tiny(), "encoder.7."));
    assert!(message.contains("TerraMind 1.0 tiny"), "{message}");
    assert!(message.contains("encoder.7.mlp.fc1.weight") && message.contains("and 2 more"), "{message}");
}

#[test]
fn reduced_models_have_what_they_have() {
    let only_dem = ["sen2l2a", "sen2l1c", "sen2rgb", "sen1grd", "sen1rtc", "decoder", "mask_token"];
    let backbone = only_dem.iter().fold(reduced(), |tensors, part| without(tensors, part));
    let recognised = recognise(&backbone).unwrap().architecture;
    assert_eq!(recognised.modalities, [Modality::Dem]);
    assert_eq!((recognised.size, recognised.depth, recognised.heads), (Size::Reduced, 3, 2));
    assert_eq!((recognised.mlp, recognised.biases), (Mlp::SwiGlu { hidden: 341 }, false));
    assert_eq!(recognised.decoder_depth, None);
    assert_eq!(recognise(&reduced()).unwrap().architecture.decoder_depth, Some(2));
}

#[test]
fn reduced_models_have_no_holes() {
    for part in [
        "encoder.1.",
        "decoder.0.",
        "encoder.2.mlp.fc2",
        "untok_dem@224.pos_emb",
        "decoder_norm",
        "mask_token",
    ] {
        assert!(incomplete(&without(reduced(), part)).contains(part), "{part}");
    }
    let no_images = without(reduced(), "untok_");
    assert!(incomplete(&no_images).contains("raw modality"));
}

#[test]
fn a_common_prefix_is_ignored() {
    let prefixed: Shapes =
        reduced().into_iter().map(|(name, shape)| (format!("module.model.{name}"), shape)).collect();
    let recognised = recognise(&prefixed).unwrap();
    assert_eq!(recognised.architecture, recognise(&reduced()).unwrap().architecture);
    assert_eq!(recognised.kept["mask_token"], "module.model.mask_token");
}

#[test]
fn unknown_tensors_are_reported_and_variants_refused() {
    let with = |name: &str| {
        let mut tensors = reduced();
        tensors.insert(name.into(), vec![5]);
        recognise(&tensors)
    };
    assert_eq!(with("epoch").unwrap().unknown, ["epoch"]);
    assert_eq!(
        with("encoder_embeddings.untok_naip@512.mod_emb").unwrap().unknown,
        ["encoder_embeddings.untok_naip@512.mod_emb"]
    );
    for part in [
        "encoder.0.attn.q_norm.weight",
        "register_tokens",
        "encoder.99999999999.x",
        "encoder_embeddings.untok_dem@224.proj.bias",
    ] {
        match with(part) {
            Err(Error::Variant { parts, .. }) => assert_eq!(parts, part),
            other => panic!("{part}: {other:?}"),
        }
    }
}

#[test]
fn published_sizes_ignore_what_terratorch_ignores() {
    let mut tensors = tiny();
    tensors.insert("encoder.0.attn.q_norm.weight".into(), vec![64]);
    assert_eq!(recognise(&tensors).unwrap().unknown, ["encoder.0.attn.q_norm.weight"]);
}

#[test]
fn other_widths_need_whole_heads() {
    let error = recognise(&terramind(100, [1, 1], 400, false)).unwrap_err();
    assert!(error.to_string().contains("width 100 is no multiple of 64"), "{error}");
}

#[test]
fn other_files_are_not_terramind() {
    let tokenizer = Shapes::from([
        ("encoder.pos_emb".into(), vec![1, 768, 16, 16]),
        ("encoder.blocks.0.norm1.weight".into(), vec![768]),
        ("quant_proj.weight".into(), vec![5, 768, 1, 1]),
    ]);
    assert!(
        matches!(recognise(&tokenizer), Err(Error::NotTerraMind { found }) if found.contains("tokenizer"))
    );
    assert!(matches!(recognise(&Shapes::new()), Err(Error::NotTerraMind { .. })));
}
