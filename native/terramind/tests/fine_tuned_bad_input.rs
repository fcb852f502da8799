//! What an analyst is told when a fine-tuned model or its layers are not as they must be.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[allow(dead_code, reason = "pre-trained models are not embedded here")]
mod common;
#[path = "../../model/tests/common/formulas.rs"]
mod formulas;
#[path = "common/scenes.rs"]
mod scenes;

use checkpoint::Checkpoint;
use common::{Home, repository, sample, text};
use formulas::write_checkpoint;
use safetensors::tensor::{Dtype, TensorView};
use scenes::{fixture, import, read, recipe, write};
use std::fs;
use std::path::Path;

/// The weights of a checkpoint, and nothing of what it says about them.
fn weights_only(name: &str, path: &Path) {
    let whole = Checkpoint::open(&fixture(name)).unwrap();
    let tensor = |(name, info): (&String, &checkpoint::TensorInfo)| {
        let values = whole.read_f32(name).unwrap();
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        (name.clone(), info.shape.clone(), bytes)
    };
    let tensors: Vec<_> = whole.tensors().iter().map(tensor).collect();
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| (name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
    fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

/// A configuration with one place changed.
fn changed(home: &Home, name: &str, from: &str, to: &str) -> String {
    let configuration = fs::read_to_string(fixture(name)).unwrap();
    assert_eq!(configuration.matches(from).count(), 1, "{from}");
    fs::write(home.path("changed.yaml"), configuration.replace(from, to)).unwrap();
    String::from("--CONFIG=changed.yaml")
}

fn no_model_is_left(home: &Home) {
    let models = home.path(".local/share/terramind/models");
    assert!(!models.exists() || fs::read_dir(models).unwrap().next().is_none());
}

#[test]
fn a_checkpoint_and_a_configuration_that_do_not_do_are_refused() {
    let home = Home::new();
    let ckpt = |name: &str| format!("--INPUT={}", fixture(&format!("{name}.ckpt")).display());
    let yaml = |name: &str| format!("--CONFIG={}", fixture(&format!("{name}.yaml")).display());
    let (floods, biomass) = (ckpt("floods"), ckpt("biomass"));
    let refuses = |arguments: &[&str], words: &[&str]| {
        let done = home.run(&[&["importmodel", "--NAME=bad"], arguments].concat());
        home.refuses(&done, words);
        no_model_is_left(&home);
    };
    weights_only("floods.ckpt", &home.path("weights.safetensors"));
    refuses(
        &["--INPUT=weights.safetensors"],
        &["CONFIG", "give the YAML configuration", "weights.safetensors"],
    );

    let prithvi =
        changed(&home, "floods.yaml", "backbone: terramind_v1_base\n", "backbone: prithvi_eo_v2_300\n");
    refuses(
        &["--INPUT=weights.safetensors", &prithvi],
        &["prithvi_eo_v2_300", "not supported", "terramind_v1_base", "changed.yaml"],
    );
    refuses(&[&floods, &prithvi], &["prithvi_eo_v2_300", "changed.yaml"]);
    refuses(&[&floods, "--CONFIG=nowhere.yaml"], &["CONFIG", "nowhere.yaml"]);
    fs::write(home.path("page.yaml"), "<!DOCTYPE html>: [").unwrap();
    refuses(&[&floods, "--CONFIG=page.yaml"], &["CONFIG", "YAML", "page.yaml"]);
    refuses(&[&ckpt("crops"), &yaml("floods")], &["floods.yaml"]);

    let floods_yaml = yaml("floods");
    let classes = "--CLASSES=Dry,Wet,Snow";
    refuses(&[&floods, &floods_yaml, classes], &["CLASSES", "Dry, Wet, Snow", "2"]);
    refuses(&[&floods, &floods_yaml, "--UNIT=t/ha"], &["UNIT", "classes, not values"]);
    refuses(&[&biomass, &yaml("biomass"), "--CLASSES=a,b"], &["CLASSES", "values"]);
    let names = changed(&home, "floods.yaml", "class_names: [Dry, Water]", "class_names: [Dry, Water, Snow]");
    refuses(&[&floods, &names], &["3", "2 classes", "changed.yaml"]);
    let demo = format!("--INPUT={}", sample("TerraMind_v1_demo.pt"));
    refuses(&[&demo, classes], &["CLASSES", "not a fine-tuned model"]);
}

#[test]
fn what_an_import_does_not_know_or_replaces_is_told() {
    let home = Home::new();
    let ckpt = format!("--INPUT={}", fixture("floods.ckpt").display());
    let tells = |arguments: &[&str]| {
        let done = home.run(&[&["importmodel", "--NAME=floods", &ckpt], arguments].concat());
        let told = text(&done.stderr);
        assert!(done.status.success(), "{told}");
        told
    };
    let yaml = format!("--CONFIG={}", fixture("floods.yaml").display());
    let replaces = "imported from this checkpoint before";
    assert!(!tells(&[&yaml]).contains(replaces));
    assert!(!tells(&[&yaml]).contains(replaces), "nothing is lost");
    let named = tells(&[&yaml, "--CLASSES=Land,Sea"]);
    assert!(named.contains(replaces) && named.contains("the names of its classes"), "{named}");
    let alone = tells(&[]);
    assert!(alone.contains(replaces) && alone.contains("means and standard deviations"), "{alone}");
    assert!(alone.contains("TerraMind's pre-training"), "{alone}");

    let unnamed = changed(&home, "floods.yaml", "    class_names: [Dry, Water]\n", "");
    weights_only("floods.ckpt", &home.path("weights.safetensors"));
    let done = home.run(&["importmodel", "--NAME=unnamed", "--INPUT=weights.safetensors", &unnamed]);
    let told = text(&done.stderr);
    assert!(done.status.success() && told.contains("with CLASSES"), "{told}");
}

#[test]
fn code_in_a_checkpoint_is_not_run_and_classes_in_it_are_skipped() {
    let home = Home::new();
    let attack = |name: &str| {
        let path = repository().join("native/checkpoint/tests/fixtures/attacks").join(name);
        format!("--INPUT={}", path.display())
    };
    let config = format!("--CONFIG={}", fixture("change.yaml").display());
    let done = home.run(&["importmodel", &attack("code_in_task.ckpt"), &config]);
    home.refuses(&done, &["INPUT", "posix.system", "nothing was run", "code_in_task.ckpt"]);
    no_model_is_left(&home);

    let done = home.run(&["importmodel", &attack("class_in_task.ckpt"), &config, "--NAME=change"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let layers = recipe("change").write(home.folder.path());
    let segment = |model: &str, output: &str| {
        let (model, output) = (format!("--MODEL={model}"), format!("--OUTPUT={output}"));
        let done = home.run(&["timsegment", &model, &layers[0], "--TILE_SIZE=64", &output]);
        assert!(done.status.success(), "{}", text(&done.stderr));
    };
    segment("change", "skipped.tif");
    let plain = format!("--INPUT={}", fixture("change.ckpt").display());
    assert!(home.run(&["importmodel", &plain, &config, "--NAME=plain"]).status.success());
    segment("plain", "plain.tif");
    assert_eq!(read(&home.path("skipped.tif")), read(&home.path("plain.tif")), "the weights are the same");
    assert!(!home.path("attacked.txt").exists());
}

#[test]
fn layers_that_do_not_fit_the_model_are_named_with_what_it_takes() {
    let home = Home::new();
    for name in ["floods_tim", "crops", "burn_scars", "planet"] {
        import(&home, name);
    }
    let layer = |name: &str, bands: usize| {
        let size = (64, 64);
        let values: Vec<_> = (0..bands * 4096).map(|i| (i % 97) as f32).collect();
        write(&home.path(&format!("{name}.tif")), size, &values);
    };
    for bands in [1, 2, 4, 5, 6, 12, 13] {
        layer(&format!("bands{bands}"), bands);
    }
    let refuses = |model: &str, more: &[&str], words: &[&str]| {
        let model = format!("--MODEL={model}");
        let done = home.run(
            &[&["timsegment", &model, "--TILE_SIZE=64", "--OVERLAP=32", "--OUTPUT=out.tif"], more].concat(),
        );
        home.refuses(&done, words);
    };
    let (l1c, s1) = ("--S2L1C=bands13.tif", "--S1GRD=bands2.tif");
    let l2a = "--S2L2A=bands6.tif";
    // Dates.
    refuses("crops", &[l2a], &["the 3 dates", "not 1;", "rasters of each modality"]);
    refuses("crops", &[l2a, l2a], &["the 3 dates", "not 2;", "rasters of each modality"]);
    refuses("burn_scars", &[l2a, l2a], &["one date", "not 2;", "rasters of each modality"]);
    // Modalities.
    refuses("floods_tim", &[l1c], &["S1GRD is missing", "floods_tim", "choose a raster"]);
    refuses("floods_tim", &[], &["each of S2L1C, S1GRD", "floods_tim", "No input layer was given"]);
    refuses("floods_tim", &["--S2L1C=a.tif;b.tif", s1], &["S2L1C", "a.tif;b.tif", "repeat S2L1C="]);
    refuses("floods_tim", &[l1c, s1, "--DEM=bands1.tif"], &["DEM", "S2L1C, S1GRD, LULC", "leave DEM empty"]);
    refuses(
        "burn_scars",
        &[l2a, "--OTHER=bands4.tif"],
        &["OTHER", "no modality of its own", "leave it empty"],
    );
    refuses("planet", &["--S2L2A=bands12.tif"], &["OTHER", "PLANET", "is missing"]);
    // Bands.
    refuses("burn_scars", &["--S2L2A=bands5.tif"], &["S2L2A needs 6 bands", "B12", "has 5", "bands5.tif"]);
    refuses("crops", &["--S2L2A=bands4.tif"], &["S2L2A needs 6 bands", "has 4"]);
    refuses("floods_tim", &["--S2L1C=bands12.tif", s1], &["S2L1C needs 13 bands", "has 12"]);
    refuses(
        "planet",
        &["--S2L2A=bands12.tif", "--OTHER=bands2.tif"],
        &["OTHER needs 4 bands", "has 2", "bands2.tif"],
    );
}

#[test]
fn outputs_and_choices_that_make_no_sense_are_named_with_a_remedy() {
    let home = Home::with_demo();
    for name in ["floods", "floods_tim", "biomass"] {
        import(&home, name);
    }
    write_checkpoint("LULC", home.folder.path(), "TerraMind_Tokenizer_LULC.safetensors");
    assert!(home.run(&["importmodel", "--INPUT=TerraMind_Tokenizer_LULC.safetensors"]).status.success());
    let floods = recipe("floods").write(home.folder.path());
    let biomass = recipe("biomass").write(home.folder.path());
    let refuses = |model: &str, more: &[&str], words: &[&str]| {
        let model_argument = format!("--MODEL={model}");
        let mut arguments = vec!["timsegment", &model_argument, "--OUTPUT=out.tif"];
        arguments.extend(if model == "biomass" { &biomass } else { &floods }.iter().map(String::as_str));
        arguments.extend(more);
        if !more.iter().any(|argument| argument.starts_with("--TILE_SIZE")) {
            arguments.push("--TILE_SIZE=64");
            arguments.push("--OVERLAP=32");
        }
        home.refuses(&home.run(&arguments), words);
    };
    let lulc = "--OUTPUT_TIM_LULC=tim.out.tif";
    refuses("floods", &[lulc], &["OUTPUT_TIM_LULC", "not imagined", "leave it empty"]);
    refuses("floods_tim", &[lulc, "--TIM_MODALITIES=none"], &["OUTPUT_TIM_LULC", "leave it empty"]);
    refuses("floods_tim", &["--OUTPUT_TIM_DEM=dem.out.tif"], &["OUTPUT_TIM_DEM", "DEM is not imagined"]);
    let effect = "--OUTPUT_TIM_EFFECT=effect.out.tif";
    refuses("floods", &[effect], &["OUTPUT_TIM_EFFECT", "is imagined in this run", "leave"]);
    refuses(
        "floods_tim",
        &[effect, "--TIM_MODALITIES=none"],
        &["OUTPUT_TIM_EFFECT", "is imagined in this run"],
    );
    refuses("floods_tim", &["--TIM_MODALITIES=DEM"], &["TIM_MODALITIES", "DEM", "imagines LULC", "none"]);
    refuses("floods", &["--TIM_MODALITIES=LULC"], &["TIM_MODALITIES", "imagines nothing", "leave it empty"]);
    refuses("floods_tim", &["--TIM_MODALITIES=LUCL"], &["TIM_MODALITIES", "\"LUCL\"", "LULC"]);
    refuses("floods", &["--TILE_SIZE=80", "--OVERLAP=32"], &["TILE_SIZE", "80", "multiples of 32"]);
    refuses("floods", &["--TILE_SIZE=64", "--OVERLAP=24"], &["overlap", "24", "multiple of 16"]);
    for output in ["OUTPUT_PROBABILITIES", "OUTPUT_CONFIDENCE", "OUTPUT_TIM_EFFECT"] {
        let argument = format!("--{output}=values.out.tif");
        refuses("biomass", &[&argument], &["leave", output]);
    }
    refuses("biomass", &["--OUTPUT_VECTOR=out.gpkg"], &["OUTPUT_VECTOR", "values, not classes", "empty"]);
    refuses(
        "TerraMind_Tokenizer_LULC",
        &[],
        &["MODEL", "TerraMind_Tokenizer_LULC", "tokenizer", "floods_tim"],
    );

    let done = home.run(&["embedlayer", "--MODEL=floods", &floods[0], "--OUTPUT=out.tif"]);
    home.refuses(&done, &["MODEL", "\"floods\" is a fine-tuned model", "there are: demo"]);
    let done = home.run(&["generatemodality", "--MODEL=floods", &floods[0], "--OUTPUT_LULC=out.tif"]);
    home.refuses(&done, &["MODEL", "\"floods\" is a fine-tuned model", "there are: demo"]);
}
