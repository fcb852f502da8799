//! The program as a shell sees it: results, messages, exit status, and what is left on the disk.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{Home, repository, sample, text};
use serde_json::Value;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn list_and_describe_tell_the_same_algorithms() {
    let home = Home::new();
    let list = text(&home.command().arg("list").output().unwrap().stdout);
    for id in ["importmodel", "embedlayer"] {
        assert!(list.contains(&format!("terramind:{id}\t")), "{list}");
        let described = home.command().args(["describe", id]).output().unwrap();
        let described: Value = serde_json::from_slice(&described.stdout).unwrap();
        assert_eq!(described["id"], id);
        for parameter in described["parameters"].as_array().unwrap() {
            assert!(!parameter["help"].as_str().unwrap().is_empty(), "{parameter}");
        }
    }
}

#[test]
fn the_map_is_not_offered_where_there_is_none() {
    let home = Home::with_demo();
    let told = text(&home.command().args(["run", "embedlayer", "--help"]).output().unwrap().stdout);
    assert!(told.contains("--AREA <layers>") && !told.contains("map|"), "{told}");
    let refused = home.embed(&["--AREA=map", "--OUTPUT=features.tif"]);
    assert!(text(&refused.stderr).contains("there is no map here"), "{}", text(&refused.stderr));
}

#[test]
fn memory_is_planned_and_refused_before_the_work() {
    let home = Home::with_demo();
    let run = |limit: &str| home.embed(&["--OUTPUT=features.tif", "--MEMORY_LIMIT", limit]);
    let done = run("2000");
    let told = text(&done.stderr);
    assert!(
        done.status.success() && told.contains("of the disk, about") && told.contains("by this run"),
        "{told}"
    );
    fs::remove_file(home.path("features.tif")).unwrap();
    // By how much of it a run takes it is refused before, or stopped at the latest.
    let told = text(&run("25").stderr);
    assert!(told.contains("25 MB of MEMORY_LIMIT") && !home.path("features.tif").exists(), "{told}");
}

#[test]
fn import_then_embed_gives_a_raster_and_one_json_object() {
    let home = Home::with_demo();
    let done = home.embed(&["--OUTPUT=features.tif", "--BLOCK=-2", "--RESOLUTION=patch"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let result: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(result["status"], "ok");
    assert_eq!(result["outputs"]["FEATURES"], 64);
    assert!(home.path("features.tif").is_file());
    assert!(text(&done.stderr).contains("Running on CPU in fp32"));
}

#[test]
fn every_choice_of_the_user_reaches_the_result() {
    let home = Home::with_demo();
    let dem = format!("--DEM={}", sample("DEM.tif"));
    let embed = |name: &str, more: &[&str]| {
        let output = format!("--OUTPUT={name}.tif");
        let done = home.embed(&[&[&output, dem.as_str()], more].concat());
        assert!(done.status.success(), "{}", text(&done.stderr));
        fs::read(home.path(&format!("{name}.tif"))).unwrap()
    };
    let plain = embed("plain", &[]);
    for (i, choice) in [
        "--BLOCK=1",
        "--MERGE=max",
        "--MERGE=concat",
        "--RESOLUTION=pixel",
        "--TILE_SIZE=256",
        "--OVERLAP=64",
        "--EXTENT=461000,462000,5548000,5549000",
    ]
    .into_iter()
    .enumerate()
    {
        assert!(embed(&format!("changed{i}"), &[choice]) != plain, "{choice} changes nothing");
    }
    assert!(embed("threads", &["--THREADS=1"]) == plain);
    let one = home.embed(&["--OUTPUT=one.tif", "--THREADS=1"]);
    assert!(text(&one.stderr).contains("with 1 threads"), "{}", text(&one.stderr));
}

#[test]
#[cfg(unix)]
fn a_disk_that_fills_up_ends_the_run_and_leaves_nothing() {
    let home = Home::with_demo();
    let s2 = format!("--S2L2A={}", sample("S2L2A.tif"));
    // A limit of a few blocks for each file stands in for a full disk.
    let limited = "trap '' XFSZ; ulimit -f 200; exec \"$0\" \"$@\"";
    let program = home.command();
    let mut shell = Command::new("sh");
    shell.args(["-c", limited]).arg(program.get_program()).args(["run", "embedlayer", "--MODEL=demo", &s2]);
    shell.args(["--RESOLUTION=pixel", "--OUTPUT=out.tif"]).current_dir(home.folder.path());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    home.refuses(&shell.output().unwrap(), &["out.tif", "disk full"]);
}

#[test]
fn a_known_answer_that_is_not_given_again_is_an_error() {
    let home = Home::with_demo();
    let manifest = home.path(".local/share/terramind/models/demo/manifest.json");
    let imported = fs::read(&manifest).unwrap();
    for (index, component) in ["encoder", "decoder"].into_iter().enumerate() {
        let mut changed: Value = serde_json::from_slice(&imported).unwrap();
        let answer = &mut changed["known_answers"][index];
        assert_eq!(answer["component"], component);
        answer["mean"] = (answer["mean"].as_f64().unwrap() + answer["std"].as_f64().unwrap()).into();
        answer["sha256"] = "0".into();
        fs::write(&manifest, changed.to_string()).unwrap();
        let words = ["model \"demo\"", component, "another answer", "mean"];
        home.refuses(&home.embed(&["--OUTPUT=out.tif"]), &words);
    }
    // As older versions wrote it.
    let mut changed: Value = serde_json::from_slice(&imported).unwrap();
    changed["known_answers"].as_array_mut().unwrap().truncate(1);
    fs::write(&manifest, changed.to_string()).unwrap();
    let done = home.embed(&["--OUTPUT=features.tif"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
}

#[test]
fn the_algorithm_may_be_named_as_in_qgis() {
    let home = Home::with_demo();
    let input = format!("--S2L2A={}", sample("S2L2A.tif"));
    let done = home.run(&["terramind:embedlayer", "--MODEL=demo", &input, "--OUTPUT=features.tif"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
}

#[test]
fn wrong_values_are_named_with_their_remedy() {
    let home = Home::with_demo();
    let dem = format!("--S1GRD={}", sample("DEM.tif"));
    let l1c = format!("--S2L1C={}", sample("S2L2A.tif"));
    let out = "--OUTPUT=out.tif";
    for (more, words) in [
        (vec![out, "--TILE_SIZE=100"], vec!["100", "multiple of 16"]),
        (vec![out, "--OVERLAP=224"], vec!["224", "smaller than the tile"]),
        (vec![out, "--OVERLAP=-16"], vec!["OVERLAP", "from 0"]),
        (vec![out, "--BLOCK=4"], vec!["BLOCK", "0 to 3", "-1 to -4"]),
        (vec![out, "--MERGE=sum"], vec!["MERGE", "mean, max, concat"]),
        (vec![out, "--RESOLUTION=1"], vec!["RESOLUTION", "patch, pixel"]),
        (vec![out, "--AREA=map"], vec!["AREA", "no map", "EXTENT"]),
        (
            vec![out, "--EXTENT=10,11,50,51 [EPSG:4326]"],
            vec!["EXTENT (x 10.0", "EPSG:4326", "outside the layers"],
        ),
        (vec![out, "--EXTENT=0,1,0,1 [EPSG:nonsense]"], vec!["EXTENT", "nonsense"]),
        (vec![out, "--EXTENT=1,2,3"], vec!["EXTENT", "xmin,xmax,ymin,ymax"]),
        (vec![out, &dem], vec!["S1GRD needs 2 bands", "VV", "has 1", "DEM.tif"]),
        (vec![out, &l1c], vec!["does not know S2L1C", "S2L2A"]),
        (vec![out, "--DEVICE=cuda"], vec!["CUDA cannot be used"]),
        (vec![out, "--DEVICE=cuda", "--PRECISION=bf16"], vec!["bf16", "graphics card", "the device cpu"]),
        (vec!["--OUTPUT=out.png"], vec!["OUTPUT", ".tif"]),
        (vec!["--OUTPUT=no/such/folder/out.tif"], vec!["no/such/folder"]),
        (vec![], vec!["OUTPUT", "missing"]),
    ] {
        home.refuses(&home.embed(&more), &words);
    }
    home.refuses(&home.run(&["embedlayer", "--MODEL=demo", out]), &["No input layer", "S2L2A"]);
    let unknown = home.run(&["embedlayer", "--MODEL=nonesuch", "--DEM=x.tif", out]);
    home.refuses(&unknown, &["nonesuch", "there are: demo"]);
    let missing = home.run(&["embedlayer", "--MODEL=demo", "--S2L2A=nowhere.tif", out]);
    home.refuses(&missing, &["S2L2A", "cannot open", "No such file", "nowhere.tif"]);
}

#[test]
fn an_output_that_is_an_input_is_refused_and_the_input_stays() {
    let home = Home::with_demo();
    let scene = home.path("scene.tif");
    fs::copy(sample("S2L2A.tif"), &scene).unwrap();
    std::os::unix::fs::symlink(&scene, home.path("link.tif")).unwrap();
    let before = fs::read(&scene).unwrap();
    for output in ["--OUTPUT=scene.tif", "--OUTPUT=./link.tif"] {
        let done = home.run(&["embedlayer", "--MODEL=demo", "--S2L2A=scene.tif", output]);
        home.refuses(&done, &["S2L2A", "would be lost", "choose another name"]);
    }
    assert!(fs::read(&scene).unwrap() == before);
}

#[test]
fn an_unknown_parameter_is_wrong_usage() {
    let done = Home::new().run(&["embedlayer", "--TILES=3"]);
    assert_eq!(done.status.code(), Some(2));
    assert!(text(&done.stderr).contains("--TILES"), "{}", text(&done.stderr));
}

#[test]
fn without_models_the_message_says_how_to_get_one() {
    let home = Home::new();
    let done = home.run(&["embedlayer", "--MODEL=demo", "--DEM=x.tif", "--OUTPUT=out.tif"]);
    home.refuses(&done, &["demo", "none is installed", "Import model"]);
}

#[test]
fn without_onnx_runtime_the_message_says_what_to_do() {
    let home = Home::with_demo();
    let s2 = format!("--S2L2A={}", sample("S2L2A.tif"));
    let mut command = home.command();
    command.env("TERRAMIND_ONNXRUNTIME", home.path("nowhere"));
    let done = command.args(["run", "embedlayer", "--MODEL=demo", &s2, "--OUTPUT=out.tif"]).output().unwrap();
    home.refuses(&done, &["TERRAMIND_ONNXRUNTIME names no ONNX Runtime", "not there", "unset", "nowhere"]);
}

#[test]
fn altered_weights_are_found_even_after_a_good_run() {
    let home = Home::with_demo();
    assert!(home.embed(&["--OUTPUT=first.tif"]).status.success());
    let weights = home.path(".local/share/terramind/models/demo/weights.safetensors");
    let modified = fs::metadata(&weights).unwrap().modified().unwrap();
    let mut bytes = fs::read(&weights).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&weights, bytes).unwrap();
    // Even where the time of the change is hidden.
    fs::File::options().append(true).open(&weights).unwrap().set_modified(modified).unwrap();
    home.refuses(&home.embed(&["--OUTPUT=out.tif"]), &["altered", "import the model again", "weights"]);
}

#[test]
fn files_that_are_no_checkpoint_are_refused_and_leave_no_model() {
    let home = Home::new();
    let demo = fs::read(sample("TerraMind_v1_demo.pt")).unwrap();
    fs::write(home.path("short.pt"), &demo[..demo.len() / 2]).unwrap();
    fs::write(home.path("page.pt"), "<!DOCTYPE html><html>Not found</html>").unwrap();
    for name in ["short.pt", "page.pt", "nowhere.pt"] {
        let input = format!("--INPUT={name}");
        home.refuses(&home.run(&["importmodel", &input, "--NAME=bad"]), &["INPUT", name]);
    }
    let models = home.path(".local/share/terramind/models");
    assert!(!models.exists() || fs::read_dir(models).unwrap().next().is_none());
}

#[test]
fn another_model_of_the_same_name_is_not_overwritten_and_the_same_one_is() {
    let home = Home::with_demo();
    let golden = repository().join("tests/goldens/plain.pt");
    let input = format!("--INPUT={}", golden.display());
    home.refuses(&home.run(&["importmodel", &input, "--NAME=demo"]), &["another name"]);
    let input = format!("--INPUT={}", sample("TerraMind_v1_demo.pt"));
    assert!(home.run(&["importmodel", &input, "--NAME=demo"]).status.success());
}

#[test]
fn a_model_may_lie_anywhere() {
    let home = Home::new();
    let input = format!("--INPUT={}", sample("TerraMind_v1_demo.pt"));
    let done = home.run(&["importmodel", &input, "--NAME=demo", "--DEST=packs/ä b"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let result: Value = serde_json::from_slice(&done.stdout).unwrap();
    let model = format!("--MODEL={}", result["outputs"]["MODEL"].as_str().unwrap());
    let s2 = format!("--S2L2A={}", sample("S2L2A.tif"));
    let done = home.run(&["embedlayer", &model, &s2, "--OUTPUT=features.tif"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
}

#[test]
#[cfg(unix)]
fn an_interrupt_ends_the_run_soon_and_leaves_nothing() {
    let home = Home::with_demo();
    let s2 = format!("--S2L2A={}", sample("S2L2A.tif"));
    // Large tiles one patch apart make this run take minutes.
    let slow = ["--TILE_SIZE=384", "--OVERLAP=368", "--THREADS=1", "--OUTPUT=out.tif"];
    let mut child = home
        .command()
        .args(["run", "embedlayer", "--MODEL=demo", &s2])
        .args(slow)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let started = |f: &fs::DirEntry| f.file_name().to_string_lossy().contains("out.tif");
    let deadline = Instant::now() + Duration::from_mins(1);
    while !fs::read_dir(home.folder.path()).unwrap().any(|e| started(&e.unwrap())) {
        assert!(Instant::now() < deadline && child.try_wait().unwrap().is_none(), "it never began to write");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(child.try_wait().unwrap().is_none(), "it was over before the interrupt");
    // The shell's own `kill`: a small Debian has no program of that name.
    let interrupt = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().unwrap();
    assert!(interrupt.success());
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(130), "{}", text(&done.stderr));
    let result: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(result["status"], "cancelled");
    assert!(!fs::read_dir(home.folder.path()).unwrap().any(|e| started(&e.unwrap())));
}
