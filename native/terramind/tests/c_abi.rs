//! The C functions as QGIS's side calls them.
#![allow(clippy::unwrap_used, unsafe_code, reason = "a test of C functions may panic and must be unsafe")]

use serde_json::{Value, json};
use std::ffi::{CStr, CString, c_char, c_void};
use std::path::Path;
use std::ptr::null;
use std::sync::Mutex;
use terramind::{
    TerramindCallbacks, terramind_abi_version, terramind_configure, terramind_describe, terramind_run,
    terramind_string_free,
};

/// What a host heard.
#[derive(Default)]
struct Heard {
    percents: Vec<f64>,
    messages: Vec<String>,
    cancel: bool,
}

unsafe extern "C" fn progress(context: *mut c_void, percent: f64) {
    heard(context).lock().unwrap().percents.push(percent);
}

unsafe extern "C" fn log(context: *mut c_void, _level: i32, message: *const c_char) {
    // SAFETY: the core passes a string.
    let message = unsafe { CStr::from_ptr(message) }.to_str().unwrap().to_owned();
    heard(context).lock().unwrap().messages.push(message);
}

unsafe extern "C" fn is_cancelled(context: *mut c_void) -> bool {
    heard(context).lock().unwrap().cancel
}

fn heard<'a>(context: *mut c_void) -> &'a Mutex<Heard> {
    // SAFETY: every test passes a `Mutex<Heard>` that outlives the run.
    unsafe { &*context.cast::<Mutex<Heard>>() }
}

fn take(string: *mut c_char) -> Value {
    // SAFETY: the string comes from the core and is freed once.
    unsafe {
        let value = serde_json::from_slice(CStr::from_ptr(string).to_bytes()).unwrap();
        terramind_string_free(string);
        value
    }
}

fn run(request: &Value, heard: &Mutex<Heard>) -> Value {
    let request = CString::new(request.to_string()).unwrap();
    let callbacks = TerramindCallbacks {
        context: std::ptr::from_ref(heard).cast_mut().cast(),
        progress: Some(progress),
        log: Some(log),
        is_cancelled: Some(is_cancelled),
    };
    // SAFETY: both pointers are valid until the call returns.
    take(unsafe { terramind_run(request.as_ptr(), &raw const callbacks) })
}

fn sample(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sample").join(name).to_str().unwrap().to_owned()
}

#[test]
fn the_description_follows_the_contract() {
    assert_eq!(terramind_abi_version(), 1);
    let description = take(terramind_describe());
    assert_eq!(description["abi_version"], 1);
    assert_eq!(description["provider"]["id"], "terramind");
    let kinds = [
        "raster",
        "file",
        "folder",
        "string",
        "enum",
        "crs",
        "extent",
        "rasters",
        "vector",
        "field",
        "file_destination",
        "integer",
        "number",
        "boolean",
        "raster_destination",
        "vector_destination",
    ];
    for algorithm in description["algorithms"].as_array().unwrap() {
        for parameter in algorithm["parameters"].as_array().unwrap() {
            assert!(kinds.contains(&parameter["kind"].as_str().unwrap()), "{parameter}");
        }
    }
}

#[test]
fn a_configuration_is_answered_with_what_is_wrong() {
    // SAFETY: valid strings or null.
    let answer = |text: *const c_char| take(unsafe { terramind_configure(text) })["problems"].clone();
    assert_eq!(answer(c"{}".as_ptr()), json!([]));
    for (wrong, words) in [(c"[", "not understood"), (c"\xff", "not understood"), (c"{\"model\":1}", "model")]
    {
        assert!(answer(wrong.as_ptr())[0].as_str().unwrap().contains(words), "{wrong:?}");
    }
    assert!(answer(null())[0].as_str().unwrap().contains("not understood"));
}

#[test]
fn nonsense_is_an_error_and_null_is_allowed() {
    for nonsense in [c"", c"{", c"[]", c"{\"algorithm\":1}", c"{\"algorithm\":\"x\",\"more\":1}", c"\xff"] {
        // SAFETY: a valid string, and no callbacks.
        let result = take(unsafe { terramind_run(nonsense.as_ptr(), null()) });
        assert_eq!(result["status"], "error");
        assert!(result["message"].as_str().unwrap().contains("not understood"), "{result}");
    }
    // SAFETY: null is allowed everywhere.
    unsafe {
        assert_eq!(take(terramind_run(null(), null()))["status"], "error");
        terramind_string_free(std::ptr::null_mut());
    }
    let unknown = run(&json!({ "algorithm": "nonesuch" }), &Mutex::default());
    assert!(unknown["message"].as_str().unwrap().contains("embedlayer"), "{unknown}");
}

#[test]
fn a_run_reports_uses_the_map_and_can_be_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let import = json!({ "algorithm": "importmodel", "parameters": {
        "INPUT": sample("TerraMind_v1_demo.pt"), "NAME": "demo", "DEST": file("pack") } });
    let host = Mutex::default();
    let imported = run(&import, &host);
    assert_eq!(imported["status"], "ok", "{imported}");
    let percents = &host.lock().unwrap().percents.clone();
    assert!(percents.is_sorted() && percents.last() == Some(&100.0), "{percents:?}");

    // The map shows 48 × 32 pixels of the scene, in its own coordinate reference system.
    let mut embed = json!({ "algorithm": "embedlayer",
        "parameters": { "MODEL": file("pack"), "S2L2A": sample("S2L2A.tif"), "OUTPUT": file("out.tif") },
        "canvas": { "xmin": 460_800.0, "xmax": 461_280.0, "ymin": 5_549_880.0, "ymax": 5_550_200.0, "crs": "EPSG:32633" } });
    let host = Mutex::default();
    let embedded = run(&embed, &host);
    assert_eq!(embedded["status"], "ok", "{embedded}");
    let messages = host.lock().unwrap().messages.join("\n");
    assert!(messages.contains("Extent of the map: 460800,461280,5549880,5550200"), "{messages}");
    assert!(messages.contains("3 × 2 cells,"), "{messages}");
    assert_eq!(embedded["layers"][0]["output"], "OUTPUT");

    // The same without a map, and with the map but all of the layers.
    embed["parameters"]["AREA"] = "layers".into();
    let host = Mutex::default();
    run(&embed, &host);
    assert!(host.lock().unwrap().messages.join("\n").contains("30 × 25 cells,"));

    std::fs::remove_file(file("out.tif")).unwrap();
    let host = Mutex::new(Heard { cancel: true, ..Heard::default() });
    embed["parameters"]["TILE_SIZE"] = 384.into();
    embed["parameters"]["OVERLAP"] = 368.into();
    let cancelled = run(&embed, &host);
    assert_eq!(cancelled["status"], "cancelled", "{cancelled}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "only the pack is left");
}
