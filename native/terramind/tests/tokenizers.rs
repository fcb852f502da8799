//! Importing tokenizers, and models that need them, as a shell sees it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;
#[path = "../../model/tests/common/formulas.rs"]
mod formulas;

use checkpoint::Checkpoint;
use common::{Home, repository, sample, text};
use formulas::write_checkpoint;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

const MODALITIES: [&str; 6] = ["S2L2A", "S1GRD", "S1RTC", "DEM", "LULC", "NDVI"];

/// Writes the reduced tokenizer of a modality into the home folder.
fn tokenizer(home: &Home, modality: &str, name: &str) {
    write_checkpoint(modality, home.folder.path(), name);
}

/// Changes one bit of the last weight in a file.
fn change_a_weight(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let lowest = bytes.len() - 4;
    bytes[lowest] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// Runs an import that must succeed: its outputs, and what was logged.
fn import(home: &Home, arguments: &[&str]) -> (Value, String) {
    let done = home.run(&[&["importmodel"], arguments].concat());
    let log = text(&done.stderr);
    assert!(done.status.success(), "{log}");
    (serde_json::from_slice::<Value>(&done.stdout).unwrap()["outputs"].clone(), log)
}

fn demo() -> String {
    format!("--INPUT={}", sample("TerraMind_v1_demo.pt"))
}

fn models(home: &Home) -> PathBuf {
    home.path(".local/share/terramind/models")
}

fn manifest(pack: &Path) -> Value {
    serde_json::from_slice(&fs::read(pack.join("manifest.json")).unwrap()).unwrap()
}

fn components(pack: &Path) -> Vec<String> {
    let manifest = manifest(pack);
    let answers = manifest["known_answers"].as_array().unwrap();
    answers.iter().map(|answer| answer["component"].as_str().unwrap().to_owned()).collect()
}

fn entries(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The line of a log that begins like this.
fn line<'a>(log: &'a str, beginning: &str) -> &'a str {
    log.lines().find_map(|line| Some(&line[line.find(beginning)?..])).unwrap_or_else(|| panic!("{log}"))
}

#[test]
fn every_tokenizer_is_imported_under_its_published_name() {
    let home = Home::with_demo();
    for modality in MODALITIES {
        let name = format!("TerraMind_Tokenizer_{modality}");
        tokenizer(&home, modality, &format!("{name}.safetensors"));
        let (outputs, log) = import(&home, &[&format!("--INPUT={name}.safetensors")]);
        assert_eq!((&outputs["MODEL"], &outputs["KIND"]), (&name.as_str().into(), &"tokenizer".into()));
        let pack = models(&home).join(&name);
        assert_eq!(outputs["FOLDER"], pack.to_str().unwrap());
        assert_eq!(manifest(&pack)["architecture"]["modality"], modality);
        assert_eq!(components(&pack), ["tokenizer encoder", "tokenizer decoder"]);
        assert!(log.contains(&format!("a reduced tokenizer of {modality}")), "{log}");
        assert!(!log.contains("two different"), "{log}");
    }
    // They are no models.
    let described = home.command().args(["describe", "embedlayer"]).output().unwrap();
    let described: Value = serde_json::from_slice(&described.stdout).unwrap();
    let model = described["parameters"].as_array().unwrap().iter().find(|p| p["name"] == "MODEL").unwrap();
    assert_eq!(model["suggestions"], serde_json::json!(["demo"]));
    let s2 = format!("--S2L2A={}", sample("S2L2A.tif"));
    let done = home.run(&["embedlayer", "--MODEL=TerraMind_Tokenizer_DEM", &s2, "--OUTPUT=out.tif"]);
    home.refuses(
        &done,
        &["MODEL", "TerraMind_Tokenizer_DEM", "is a tokenizer, not a TerraMind model", "there are: demo"],
    );
    // The same file again replaces its pack.
    import(&home, &["--INPUT=TerraMind_Tokenizer_DEM.safetensors"]);
    assert_eq!(entries(&models(&home)).len(), 7);
}

#[test]
fn a_model_says_what_it_generates_and_which_tokenizers_are_missing() {
    let home = Home::new();
    tokenizer(&home, "DEM", "dem.safetensors");
    import(&home, &["--INPUT=dem.safetensors"]);
    let (outputs, log) = import(&home, &[&demo()]);
    assert_eq!(
        (&outputs["MODEL"], &outputs["KIND"]),
        (&"TerraMind_v1_demo".into(), &"model".into()),
        "named as the file"
    );
    assert_eq!(components(&models(&home).join("TerraMind_v1_demo")), ["encoder", "decoder"]);
    assert!(line(&log, "It can generate").ends_with("S2L2A, S1GRD, S1RTC, DEM, LULC, NDVI, coordinates"));
    let missing = line(&log, "To generate ");
    for modality in MODALITIES {
        let file = format!("TerraMind_Tokenizer_{modality}.pt");
        assert_eq!(missing.contains(&file), modality != "DEM", "{missing}");
    }
    for modality in MODALITIES {
        tokenizer(&home, modality, &format!("{modality}.safetensors"));
        if modality != "DEM" {
            let input = format!("--INPUT={modality}.safetensors");
            import(&home, &[&input, "--MODEL=TerraMind_v1_demo"]);
        }
    }
    let (_, log) = import(&home, &[&demo()]);
    assert!(!log.contains("missing"), "{log}");
}

#[test]
fn a_tokenizer_may_belong_to_one_model_and_outlives_its_next_import() {
    let home = Home::with_demo();
    tokenizer(&home, "DEM", "dem.safetensors");
    let (outputs, log) = import(&home, &["--INPUT=dem.safetensors", "--NAME=heights", "--MODEL=demo"]);
    let demos = models(&home).join("demo");
    let own = demos.join("tokenizers/DEM");
    assert_eq!((&outputs["MODEL"], &outputs["KIND"]), (&"heights".into(), &"tokenizer".into()));
    assert_eq!(outputs["FOLDER"], own.to_str().unwrap());
    assert_eq!(manifest(&own)["name"], "heights");
    assert!(line(&log, "The tokenizer").starts_with("The tokenizer, for the model demo only, is in"));
    assert_eq!(entries(&demos), ["manifest.json", "tokenizers", "weights.safetensors"]);
    assert_eq!(entries(&models(&home)), ["demo"]);
    let done = home.embed(&["--OUTPUT=features.tif"]);
    assert!(done.status.success(), "{}", text(&done.stderr));

    let before = fs::read(own.join("weights.safetensors")).unwrap();
    import(&home, &[&demo(), "--NAME=demo"]);
    assert_eq!(fs::read(own.join("weights.safetensors")).unwrap(), before);
    assert_eq!(entries(&models(&home)), ["demo"]);

    // By the model's folder, and not over another tokenizer.
    change_a_weight(&home.path("dem.safetensors"));
    let by_folder = format!("--MODEL={}", demos.display());
    let other = home.run(&["importmodel", "--INPUT=dem.safetensors", &by_folder]);
    home.refuses(&other, &["model or tokenizer, made of another file", "remove it first", "tokenizers/DEM"]);
    assert_eq!(entries(&demos), ["manifest.json", "tokenizers", "weights.safetensors"]);
    assert_eq!(entries(&demos.join("tokenizers")), ["DEM"]);
}

#[test]
fn a_second_tokenizer_for_all_models_is_told_of() {
    let home = Home::new();
    tokenizer(&home, "DEM", "dem.safetensors");
    import(&home, &["--INPUT=dem.safetensors"]);
    change_a_weight(&home.path("dem.safetensors"));
    let (_, log) = import(&home, &["--INPUT=dem.safetensors", "--NAME=other"]);
    let warning = line(&log, "Now there are two different tokenizers of DEM");
    for words in ["models/dem", "models/other", "TOKENIZERS", "MODEL"] {
        assert!(warning.contains(words), "{warning}");
    }
}

#[test]
fn modality_tells_what_the_file_does_not() {
    let home = Home::new();
    tokenizer(&home, "S1RTC", "radar.safetensors");
    tokenizer(&home, "DEM", "TerraMind_Tokenizer_LULC.safetensors");
    let run = |input: &str, more: &[&str]| {
        let input = format!("--INPUT={input}");
        home.run(&[&["importmodel", &input, "--NAME=bad"], more].concat())
    };
    let radar = "radar.safetensors";
    home.refuses(&run(radar, &[]), &["MODALITY", "S1GRD or S1RTC", "choose which one"]);
    let words = ["MODALITY", "DEM", "channels that it takes is 2", "S1GRD or S1RTC"];
    home.refuses(&run(radar, &["--MODALITY=DEM"]), &words);
    home.refuses(&run(radar, &["--MODALITY=radar"]), &["MODALITY", "auto, S2L2A, S1GRD"]);
    let words = [
        "INPUT",
        "TerraMind_Tokenizer_LULC",
        "by its name it is the tokenizer of LULC",
        "DEM or NDVI",
        "MODALITY",
    ];
    home.refuses(&run("TerraMind_Tokenizer_LULC.safetensors", &[]), &words);
    assert!(entries(&models(&home)).is_empty());

    import(&home, &["--INPUT=radar.safetensors", "--MODALITY=S1RTC"]);
    assert_eq!(manifest(&models(&home).join("radar"))["architecture"]["modality"], "S1RTC");
}

#[test]
fn what_only_tokenizers_have_is_refused_for_models() {
    let home = Home::with_demo();
    tokenizer(&home, "DEM", "dem.safetensors");
    let run = |input: &str, more: &str| home.run(&["importmodel", input, "--NAME=bad", more]);
    home.refuses(&run(&demo(), "--MODEL=demo"), &["MODEL", "\"demo\"", "not a tokenizer", "empty"]);
    home.refuses(&run(&demo(), "--MODALITY=DEM"), &["MODALITY", "not a tokenizer", "auto"]);
    let dem = "--INPUT=dem.safetensors";
    home.refuses(&run(dem, "--MODEL=nonesuch"), &["MODEL", "nonesuch", "there are: demo"]);
    let both = home.run(&["importmodel", dem, "--MODEL=demo", "--DEST=somewhere"]);
    home.refuses(&both, &["DEST", "somewhere", "MODEL"]);
    import(&home, &[dem]);
    home.refuses(
        &run(dem, "--MODEL=dem"),
        &["MODEL", "\"dem\" is a tokenizer, not a TerraMind model; there are: demo"],
    );
    assert_eq!(entries(&models(&home)), ["dem", "demo"]);
    assert_eq!(entries(&models(&home).join("demo")), ["manifest.json", "weights.safetensors"]);
}

#[test]
fn a_tokenizer_may_lie_anywhere() {
    let home = Home::new();
    tokenizer(&home, "LULC", "lulc.safetensors");
    let (outputs, _) = import(&home, &["--INPUT=lulc.safetensors", "--DEST=packs/ä b"]);
    assert_eq!((&outputs["MODEL"], &outputs["KIND"]), (&"packs/ä b".into(), &"tokenizer".into()));
    assert_eq!(manifest(&home.path("packs/ä b"))["name"], "lulc");
}

#[test]
fn empty_and_damaged_weights_are_refused_and_leave_nothing() {
    let home = Home::with_demo();
    tokenizer(&home, "NDVI", "ndvi.safetensors");
    let whole = fs::read(home.path("ndvi.safetensors")).unwrap();
    let header = 8 + u64::from_le_bytes(whole[..8].try_into().unwrap()) as usize;
    let filled = |weight: f32| {
        let weights = weight.to_le_bytes().into_iter().cycle().take(whole.len() - header);
        fs::write(home.path("ndvi.safetensors"), [&whole[..header], &weights.collect::<Vec<_>>()].concat())
            .unwrap();
        home.run(&["importmodel", "--INPUT=ndvi.safetensors", "--MODEL=demo"])
    };
    home.refuses(&filled(0.0), &["INPUT", "tokenizer encoder of this tokenizer", "weights are empty"]);
    home.refuses(&filled(f32::NAN), &["The tokenizer encoder answers", "not finite", "download"]);
    fs::write(home.path("ndvi.safetensors"), &whole[..whole.len() / 2]).unwrap();
    let short = home.run(&["importmodel", "--INPUT=ndvi.safetensors", "--MODEL=demo"]);
    home.refuses(&short, &["INPUT", "ndvi.safetensors"]);
    assert_eq!(entries(&models(&home)), ["demo"]);
    assert_eq!(entries(&models(&home).join("demo")), ["manifest.json", "weights.safetensors"]);
}

/// A golden model as it is, but without its decoder.
fn encoder_only(path: &Path) {
    let whole = Checkpoint::open(&repository().join("tests/goldens/plain.pt")).unwrap();
    let is_kept = |name: &str| !name.contains("decoder") && !name.contains("mask_token");
    let tensors: Vec<_> = whole
        .tensors()
        .iter()
        .filter(|(name, _)| is_kept(name))
        .map(|(name, info)| {
            let values = whole.read_f32(name).unwrap();
            let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            (name, info.shape.clone(), bytes)
        })
        .collect();
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| (name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
    fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

#[test]
fn an_encoder_without_a_decoder_is_a_model_that_only_embeds() {
    let home = Home::new();
    encoder_only(&home.path("encoder.safetensors"));
    let (_, log) = import(&home, &["--INPUT=encoder.safetensors"]);
    assert!(log.contains("It has no decoder"), "{log}");
    assert!(!log.contains("missing"), "{log}");
    assert_eq!(components(&models(&home).join("encoder")), ["encoder"]);
    let s2 = format!("--S2L2A={}", sample("S2L2A.tif"));
    let done: Output = home.run(&["embedlayer", "--MODEL=encoder", &s2, "--OUTPUT=features.tif"]);
    assert!(done.status.success(), "{}", text(&done.stderr));

    tokenizer(&home, "DEM", "dem.safetensors");
    let (_, log) = import(&home, &["--INPUT=dem.safetensors", "--MODEL=encoder"]);
    assert!(log.contains("The model encoder has no decoder: it cannot generate"), "{log}");
}
