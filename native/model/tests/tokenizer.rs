//! Packs and graphs of tokenizers: import, shapes and refusals. `generation_parity.rs` of the crate `pipeline` compares
//! their numbers.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

mod common;
#[path = "common/formulas.rs"]
mod formulas;
#[path = "common/tokenizers.rs"]
mod tokenizers;

use std::fs;

use checkpoint::Checkpoint;
use formulas::write_checkpoint;
use graph::{Element, Model};
use model::pack::{Kind, MANIFEST};
use model::tokenizer::{class_decoder, denoiser, encoder};
use model::{Error, Pack, Tiles, TokenModality, TokenizerPack};
use tokenizers::{stage, stage_golden};

fn tiles(height_px: usize, width_px: usize) -> Tiles {
    Tiles { height_px, width_px, batch: 2 }
}

fn inputs(model: &Model) -> Vec<(&str, &[usize], Element)> {
    model.inputs().iter().map(|input| (input.name(), input.shape(), input.element())).collect()
}

fn output(model: &Model) -> (&str, &[usize], Element) {
    let [output] = model.outputs() else { panic!("one output") };
    (output.name(), output.shape(), output.element())
}

#[test]
fn a_published_tokenizer_is_a_pack_of_its_kind() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("ndvi");
    stage_golden(TokenModality::Ndvi, parent.path()).publish(&folder).unwrap();
    let pack = TokenizerPack::open(&folder).unwrap();
    pack.verify_weights(|| false).unwrap();
    assert_eq!(pack.architecture().modality, TokenModality::Ndvi);
    let manifest = pack.manifest();
    assert_eq!(manifest.source.file_name, "TerraMind_Tokenizer_NDVI.safetensors");
    let normalisation = manifest.normalisation(TokenModality::Ndvi).unwrap();
    assert_eq!((normalisation.mean[0], normalisation.std[0]), (0.327, 0.322));
    assert_eq!(manifest.unknown.len() + manifest.dropped.len(), 0);

    assert_eq!(Kind::of_pack(&folder).unwrap(), Kind::Tokenizer);
    let text = fs::read_to_string(folder.join(MANIFEST)).unwrap();
    assert!(text.contains("\"kind\": \"tokenizer\""), "{text}");
    let error = Pack::open(&folder).unwrap_err().to_string();
    assert!(error.starts_with("this is the pack of a tokenizer, not of a TerraMind model"), "{error}");
}

#[test]
fn encoder_decoders_are_read_with_and_without_their_kind() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("plain");
    common::stage("plain", parent.path()).unwrap().publish(&folder).unwrap();
    assert_eq!(Kind::of_pack(&folder).unwrap(), Kind::TerraMind);
    assert!(matches!(TokenizerPack::open(&folder), Err(Error::Kind { found: Kind::TerraMind, .. })));

    // As it was written before manifests said what they are of.
    let path = folder.join(MANIFEST);
    let text = fs::read_to_string(&path).unwrap();
    let kind = "  \"kind\": \"terramind\",\n";
    assert!(text.contains(kind), "{text}");
    fs::write(&path, text.replacen(kind, "", 1)).unwrap();
    assert_eq!(Pack::open(&folder).unwrap().manifest().kind, Kind::TerraMind);
    fs::write(&path, text.replacen("\"terramind\"", "\"head\"", 1)).unwrap();
    assert!(matches!(Pack::open(&folder), Err(Error::Manifest { .. })));
}

#[test]
fn another_file_name_needs_a_modality() {
    let parent = tempfile::tempdir().unwrap();
    let source = write_checkpoint(TokenModality::S1Rtc, parent.path(), "weights.safetensors");
    assert_eq!(Kind::of_checkpoint(&Checkpoint::open(&source).unwrap()), Kind::Tokenizer);
    assert!(matches!(stage(&source, None, parent.path()), Err(Error::WhichTokenizer { .. })));
    assert!(matches!(
        stage(&source, Some(TokenModality::Dem), parent.path()),
        Err(Error::OtherTokenizer { channels: 2, .. })
    ));
    let staged = stage(&source, Some(TokenModality::S1Rtc), parent.path()).unwrap();
    assert_eq!(staged.pack().architecture().modality, TokenModality::S1Rtc);
}

#[test]
fn a_pack_of_another_modality_than_its_weights_is_altered() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("dem");
    stage_golden(TokenModality::Dem, parent.path()).publish(&folder).unwrap();
    let path = folder.join(MANIFEST);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"positions_per_side\": 16", "\"positions_per_side\": 14")).unwrap();
    assert!(matches!(TokenizerPack::open(&folder), Err(Error::Altered { .. })));
    fs::write(&path, text.replacen("\"modality\": \"DEM\"", "\"modality\": \"S2L2A\"", 1)).unwrap();
    assert!(matches!(TokenizerPack::open(&folder), Err(Error::Manifest { .. })));
}

#[test]
fn graphs_have_the_shapes_asked_for() {
    let parent = tempfile::tempdir().unwrap();
    let staged = stage_golden(TokenModality::S1Grd, parent.path());
    let model = encoder::build(staged.pack(), tiles(48, 80)).unwrap();
    assert_eq!(inputs(&model), [(encoder::IMAGE, &[2, 2, 48, 80][..], Element::Float)]);
    assert_eq!(output(&model), (encoder::TOKENS, &[2, 3, 5][..], Element::Integer));

    let model = encoder::build_latent(staged.pack(), tiles(48, 80)).unwrap();
    assert_eq!(inputs(&model), [(encoder::IMAGE, &[2, 2, 48, 80][..], Element::Float)]);
    assert_eq!(output(&model), (encoder::LATENT, &[2, 5, 3, 5][..], Element::Float));

    let model = denoiser::build(staged.pack(), tiles(64, 96)).unwrap();
    let expected = [
        (denoiser::NOISY, &[2, 2, 64, 96][..], Element::Float),
        (denoiser::TIME_STEP, &[1], Element::Integer),
        (denoiser::CODES, &[2, 5, 4, 6], Element::Float),
    ];
    assert_eq!(inputs(&model), expected);
    assert_eq!(output(&model), (denoiser::CLEAN, &[2, 2, 64, 96][..], Element::Float));

    let staged = stage_golden(TokenModality::Lulc, parent.path());
    let model = class_decoder::build(staged.pack(), tiles(48, 80)).unwrap();
    assert_eq!(inputs(&model), [(class_decoder::TOKENS, &[2, 3, 5][..], Element::Integer)]);
    assert_eq!(output(&model), (class_decoder::LOGITS, &[2, 10, 48, 80][..], Element::Float));
}

#[test]
fn requests_that_cannot_be_met_are_refused() {
    let parent = tempfile::tempdir().unwrap();
    let dem = stage_golden(TokenModality::Dem, parent.path());
    let lulc = stage_golden(TokenModality::Lulc, parent.path());
    assert!(matches!(
        class_decoder::build(dem.pack(), tiles(64, 64)),
        Err(Error::OtherDecoder { modality: TokenModality::Dem, .. })
    ));
    assert!(matches!(
        denoiser::build(lulc.pack(), tiles(64, 64)),
        Err(Error::OtherDecoder { modality: TokenModality::Lulc, .. })
    ));
    for (height, width) in [(0, 16), (16, 24), (4112, 16)] {
        assert!(matches!(encoder::build(dem.pack(), tiles(height, width)), Err(Error::TileSize { .. })));
        assert!(matches!(
            class_decoder::build(lulc.pack(), tiles(height, width)),
            Err(Error::TileSize { .. })
        ));
    }
    let error = denoiser::build(dem.pack(), tiles(48, 64)).unwrap_err().to_string();
    assert!(error.contains("multiples of 32"), "{error}");
}

#[test]
fn graphs_refer_only_to_what_they_need() {
    let parent = tempfile::tempdir().unwrap();
    let staged = stage_golden(TokenModality::Dem, parent.path());
    let has = |model: &Model, name: &str| {
        let bytes = model.to_bytes();
        bytes.windows(name.len()).any(|window| window == name.as_bytes())
    };
    let encoder = encoder::build(staged.pack(), tiles(64, 64)).unwrap();
    assert!(has(&encoder, "encoder.proj.weight") && !has(&encoder, "decoder.out.2.weight"));
    let denoiser = denoiser::build(staged.pack(), tiles(64, 64)).unwrap();
    assert!(!has(&denoiser, "encoder.proj.weight") && has(&denoiser, "decoder.out.2.weight"));
}
