//! Tokenizers as TerraTorch writes them, whole and mutilated.

use std::path::Path;

use super::{Decoder, Level, Tokenizer, Transformer, Unet, is_tokenizer, modality_of, recognise};
use crate::architecture::Shapes;
use crate::{Error, TokenModality};

/// Names and shapes as in TerraTorch's state dicts, written down independently of the code under test.
struct Written(Shapes);

impl Written {
    fn pair(&mut self, name: &str, shape: &[usize]) {
        self.0.insert(format!("{name}.weight"), shape.to_vec());
        self.0.insert(format!("{name}.bias"), shape[..1].to_vec());
    }

    fn transformer(&mut self, side: &str, width: usize, depth: usize) {
        self.0.insert(format!("{side}.pos_emb"), vec![1, width, 16, 16]);
        let mut parts = vec![(format!("{side}.post_mlp"), format!("{side}.norm_mlp"))];
        for index in 0..depth {
            let block = format!("{side}.blocks.{index}");
            self.pair(&format!("{block}.norm1"), &[width]);
            self.pair(&format!("{block}.attn.qkv"), &[3 * width, width]);
            self.pair(&format!("{block}.attn.proj"), &[width, width]);
            parts.push((format!("{block}.mlp"), format!("{block}.norm2")));
        }
        for (mlp, norm) in parts {
            self.pair(&norm, &[width]);
            self.pair(&format!("{mlp}.fc1"), &[4 * width, width]);
            self.pair(&format!("{mlp}.fc2"), &[width, 4 * width]);
        }
    }

    fn residual(&mut self, name: &str, from: usize, to: usize, time: usize) {
        self.pair(&format!("{name}.in_layers.0"), &[from]);
        self.pair(&format!("{name}.in_layers.2"), &[to, from, 3, 3]);
        self.pair(&format!("{name}.emb_layers.1"), &[to, time]);
        self.pair(&format!("{name}.out_layers.0"), &[to]);
        self.pair(&format!("{name}.out_layers.3"), &[to, to, 3, 3]);
        if from != to {
            self.pair(&format!("{name}.skip_connection"), &[to, from, 1, 1]);
        }
    }

    fn attention(&mut self, name: &str, channels: usize) {
        self.pair(&format!("{name}.norm"), &[channels]);
        self.pair(&format!("{name}.qkv"), &[3 * channels, channels, 1]);
        self.pair(&format!("{name}.proj_out"), &[channels, channels, 1]);
    }

    /// The published network for images of so many channels, with `c` instead of 256.
    fn unet(&mut self, image: usize, c: usize) {
        let (d, time) = (2 * c, 4 * c);
        self.pair("decoder.time_embed.0", &[time, c]);
        self.pair("decoder.time_embed.2", &[time, time]);
        self.pair("decoder.input_blocks.0.0", &[c, 16 * image + 5, 3, 3]);
        for (index, from, to) in [
            (1, c, c),
            (2, c, c),
            (3, c, c),
            (5, c, d),
            (6, d, d),
            (7, d, d),
            (9, d, d),
            (10, d, d),
            (11, d, d),
        ] {
            self.residual(&format!("decoder.input_blocks.{index}.0"), from, to, time);
        }
        for index in 13..16 {
            self.residual(&format!("decoder.input_blocks.{index}.0"), d, d, time);
        }
        for (index, channels) in [(4, c), (8, d), (12, d)] {
            self.pair(&format!("decoder.input_blocks.{index}.0.op"), &[channels, channels, 3, 3]);
        }
        for index in [9, 10, 11, 13, 14, 15] {
            self.attention(&format!("decoder.input_blocks.{index}.1"), d);
        }
        self.residual("decoder.middle_block.0", d, d, time);
        self.attention("decoder.middle_block.1", d);
        self.residual("decoder.middle_block.2", d, d, time);
        let inputs = [2 * d; 11].into_iter().chain([d + c, d + c, 2 * c, 2 * c, 2 * c]);
        for (index, from) in inputs.enumerate() {
            let to = if index < 12 { d } else { c };
            self.residual(&format!("decoder.output_blocks.{index}.0"), from, to, time);
            if index < 8 {
                self.attention(&format!("decoder.output_blocks.{index}.1"), d);
            }
        }
        for name in ["3.2", "7.2", "11.1"] {
            self.pair(&format!("decoder.output_blocks.{name}.conv"), &[d, d, 3, 3]);
        }
        self.pair("decoder.out.0", &[c]);
        self.pair("decoder.out.2", &[16 * image, c, 3, 3]);
    }
}

fn encoder(image: usize, width: usize, depth: usize) -> Written {
    let mut written = Written(Shapes::new());
    written.pair("encoder.proj", &[width, image, 16, 16]);
    written.transformer("encoder", width, depth);
    written.pair("quant_proj", &[5, width, 1, 1]);
    written
}

fn diffusion(image: usize, width: usize, depth: usize, channels: usize) -> Shapes {
    let mut written = encoder(image, width, depth);
    written.unet(image, channels);
    written.0
}

fn classes(width: usize, depth: usize) -> Shapes {
    let mut written = encoder(10, width, depth);
    written.pair("post_quant_proj", &[width, 5, 1, 1]);
    written.transformer("decoder", width, depth);
    written.pair("decoder.out_proj", &[2560, width]);
    written.0
}

fn incomplete(tensors: &Shapes, modality: TokenModality) -> String {
    match recognise(tensors, modality) {
        Err(error @ Error::Incomplete { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

const PUBLISHED: Transformer = Transformer { width: 768, depth: 12, hidden: 3072, positions_per_side: 16 };

#[test]
fn published_tokenizers_are_recognised() {
    let lulc = classes(768, 12);
    // The numbers of tensors in TerraTorch's own state dicts.
    assert_eq!(lulc.len(), 310);
    let found = recognise(&lulc, TokenModality::Lulc).unwrap();
    let decoder = Decoder::Classes(PUBLISHED);
    assert_eq!(found.architecture, Tokenizer { modality: TokenModality::Lulc, encoder: PUBLISHED, decoder });
    assert_eq!((found.kept.len(), found.unknown.len()), (310, 0));
    assert_eq!(found.architecture.label(), "the TerraMind 1.0 tokenizer of LULC");

    let optical = diffusion(12, 768, 12, 256);
    assert_eq!(optical.len(), 601);
    let found = recognise(&optical, TokenModality::S2L2A).unwrap();
    assert_eq!(found.architecture.encoder, PUBLISHED);
    assert_eq!(found.architecture.decoder, Decoder::Diffusion(Unet::published()));
    assert_eq!(found.kept.len(), 601);
}

#[test]
fn every_tensor_is_needed() {
    for (whole, modality) in
        [(classes(768, 12), TokenModality::Lulc), (diffusion(1, 768, 12, 256), TokenModality::Dem)]
    {
        for name in whole.keys() {
            let mut holed = whole.clone();
            holed.remove(name);
            match recognise(&holed, modality) {
                Err(Error::Incomplete { problems, .. }) => assert!(problems.to_string().contains(name)),
                // Without its entry nothing tells how wide the decoder is.
                Err(Error::NotTokenizer { .. }) => assert_eq!(name, "decoder.input_blocks.0.0.weight"),
                other => panic!("{name}: {other:?}"),
            }
            holed.insert(name.clone(), vec![7, 7]);
            let refused = recognise(&holed, modality).unwrap_err();
            assert!(matches!(refused, Error::Incomplete { .. } | Error::NotTokenizer { .. }), "{name}");
        }
    }
}

#[test]
fn reduced_tokenizers_have_what_their_tensors_say() {
    let found = recognise(&diffusion(2, 128, 3, 32), TokenModality::S1Rtc).unwrap().architecture;
    assert_eq!(found.encoder, Transformer { width: 128, depth: 3, hidden: 512, positions_per_side: 16 });
    assert_eq!(found.encoder.heads(), 2);
    let level = |channels, attention| Level { channels, attention };
    let levels = vec![level(32, false), level(64, false), level(64, true), level(64, true)];
    assert_eq!(found.decoder, Decoder::Diffusion(Unet { channels: 32, blocks: 3, levels }));
    assert_eq!(found.label(), "a reduced tokenizer of S1RTC");

    let mut holed = diffusion(2, 128, 3, 32);
    holed.retain(|name, _| !name.starts_with("decoder.output_blocks.7.") && !name.contains("blocks.1.mlp"));
    let message = incomplete(&holed, TokenModality::S1Rtc);
    assert!(
        message.contains("decoder.output_blocks.7.0.") && message.contains("encoder.blocks.1.mlp"),
        "{message}"
    );
}

#[test]
fn channels_and_file_names_tell_the_modality() {
    let one =
        |channels, file: &str, given| modality_of(&diffusion(channels, 64, 1, 32), Path::new(file), given);
    assert_eq!(one(12, "weights.pt", None).unwrap(), TokenModality::S2L2A);
    assert_eq!(modality_of(&classes(64, 1), Path::new("x.pt"), None).unwrap(), TokenModality::Lulc);
    assert_eq!(one(2, "/a/TerraMind_Tokenizer_S1RTC.pt", None).unwrap(), TokenModality::S1Rtc);
    assert_eq!(one(1, "my-ndvi.safetensors", None).unwrap(), TokenModality::Ndvi);
    // What is said counts more than the name of the file, and folders do not count.
    assert_eq!(one(1, "ndvi.pt", Some(TokenModality::Dem)).unwrap(), TokenModality::Dem);
    let error = one(2, "/S1GRD/weights.pt", None).unwrap_err();
    assert!(matches!(&error, Error::WhichTokenizer { candidates } if candidates.len() == 2));
    let message = error.to_string();
    assert!(
        message.contains("S1GRD and S1RTC") && message.contains("TerraMind_Tokenizer_S1GRD.pt"),
        "{message}"
    );
}

#[test]
fn contradictions_are_errors() {
    let one = |channels, file: &str, given| {
        modality_of(&diffusion(channels, 64, 1, 32), Path::new(file), given).unwrap_err()
    };
    let error = one(2, "x.pt", Some(TokenModality::Dem)).to_string();
    assert!(error.contains("not the tokenizer of DEM") && error.contains("S1GRD or S1RTC"), "{error}");
    assert!(matches!(one(12, "TerraMind_Tokenizer_LULC.pt", None), Error::OtherTokenizer { .. }));
    // TerraMind 0.1 had nine classes of land cover.
    assert!(matches!(one(9, "TerraMind_v01_Tokenizer_LULC.pt", None), Error::NotTokenizer { .. }));
    let none = modality_of(&Shapes::new(), Path::new("x.pt"), None);
    assert!(matches!(none, Err(Error::NotTokenizer { .. })));
}

#[test]
fn tokenizers_are_told_from_encoder_decoders() {
    assert!(is_tokenizer(&classes(64, 1)));
    assert!(!is_tokenizer(&Shapes::from([("encoder.0.norm1.weight".into(), vec![64])])));
    let prefixed: Shapes =
        classes(64, 1).into_iter().map(|(name, shape)| (format!("model.{name}"), shape)).collect();
    assert!(is_tokenizer(&prefixed));
    let found = recognise(&prefixed, TokenModality::Lulc).unwrap();
    assert_eq!(found.kept["quant_proj.bias"], "model.quant_proj.bias");
}

#[test]
fn what_would_change_results_is_refused() {
    let with = |name: &str| {
        let mut tensors = classes(64, 1);
        tensors.insert(name.into(), vec![5]);
        recognise(&tensors, TokenModality::Lulc)
    };
    assert_eq!(with("epoch").unwrap().unknown, ["epoch"]);
    for part in ["decoder.out_conv.0.gamma", "encoder.blocks.99999999999.x", "cls_emb.weight"] {
        match with(part) {
            Err(Error::Variant { parts, .. }) => assert_eq!(parts, part),
            other => panic!("{part}: {other:?}"),
        }
    }
    // A claimed index cannot make the layout endless.
    let mut tensors = diffusion(1, 64, 1, 32);
    tensors.insert("decoder.input_blocks.99999999999.0.op.weight".into(), vec![1]);
    assert!(matches!(recognise(&tensors, TokenModality::Dem), Err(Error::Variant { .. })));
}

#[test]
fn widths_must_suit_heads_and_groups() {
    let error = recognise(&classes(100, 1), TokenModality::Lulc).unwrap_err().to_string();
    assert!(error.contains("width 100 is no multiple of 64"), "{error}");
    let error = recognise(&diffusion(1, 64, 1, 20), TokenModality::Dem).unwrap_err().to_string();
    assert!(error.contains("32 groups"), "{error}");
    let error = recognise(&classes(64, 1), TokenModality::Dem).unwrap_err();
    assert!(matches!(error, Error::NotTokenizer { .. }), "a decoder of classes is not one of diffusion");
}
