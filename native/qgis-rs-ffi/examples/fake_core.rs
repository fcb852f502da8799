//! A core that knows no models: the C ABI of `docs/contract.md` with algorithms that show what arrives.
//!
//! - `echo` returns its request and reports on all levels, from several threads;
//! - `copy` writes a raster, drawn and annotated as told; `several` writes those outputs that have a destination; `wait` runs until it is cancelled; `fail` and `panic` end as their names say;
//! - `garbage` and `nothing` break the contract.
//!
//! It calls GDAL without being linked to it, as the packaged core does. `FAKE_CORE_ABI` has it speak
//! another version of the contract, `FAKE_CORE_MODELS` lists what it suggests for `MODEL`.
// Stands in for a library on the other side of the C ABI.
#![allow(unsafe_code)]

use serde_json::{Value, json};
use std::ffi::{CStr, CString, c_char, c_void};
use std::panic::catch_unwind;
use std::time::Duration;
use std::{env, fs, thread};

unsafe extern "C" {
    fn GDALVersionInfo(what: *const c_char) -> *const c_char;
}

/// What the core may call during a run.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Callbacks {
    context: *mut c_void,
    progress: Option<unsafe extern "C" fn(*mut c_void, f64)>,
    log: Option<unsafe extern "C" fn(*mut c_void, i32, *const c_char)>,
    is_cancelled: Option<unsafe extern "C" fn(*mut c_void) -> bool>,
}

// SAFETY: the contract allows the callbacks on any thread.
unsafe impl Send for Callbacks {}
// SAFETY: as above.
unsafe impl Sync for Callbacks {}

impl Callbacks {
    fn progress(&self, percent: f64) {
        if let Some(progress) = self.progress {
            // SAFETY: called during the run.
            unsafe { progress(self.context, percent) }
        }
    }

    fn log(&self, level: i32, message: &str) {
        let message = CString::new(message).unwrap_or_default();
        if let Some(log) = self.log {
            // SAFETY: called during the run.
            unsafe { log(self.context, level, message.as_ptr()) }
        }
    }

    fn is_cancelled(&self) -> bool {
        // SAFETY: called during the run.
        self.is_cancelled.is_some_and(|is_cancelled| unsafe { is_cancelled(self.context) })
    }
}

/// The version of the contract, or what `FAKE_CORE_ABI` says.
#[unsafe(no_mangle)]
pub extern "C" fn terramind_abi_version() -> u32 {
    env::var("FAKE_CORE_ABI").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// The description document.
#[unsafe(no_mangle)]
pub extern "C" fn terramind_describe() -> *mut c_char {
    given(&description().to_string())
}

/// Takes defaults; `FORBIDDEN` is refused.
///
/// # Safety
/// `configuration` is a string that ends with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn terramind_configure(configuration: *const c_char) -> *mut c_char {
    // SAFETY: the caller passes a string.
    let configuration = unsafe { CStr::from_ptr(configuration) }.to_string_lossy().into_owned();
    let refused = configuration.contains("FORBIDDEN");
    let problems = if refused { vec!["FORBIDDEN is no default."] } else { vec![] };
    given(&json!({ "problems": problems }).to_string())
}

/// Runs a request.
///
/// # Safety
/// `request` is a string that ends with a zero, `callbacks` are what the contract says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn terramind_run(request: *const c_char, callbacks: *const Callbacks) -> *mut c_char {
    // SAFETY: the caller passes a string.
    let request = unsafe { CStr::from_ptr(request) }.to_string_lossy().into_owned();
    // SAFETY: the caller passes callbacks that live as long as the run.
    let callbacks = unsafe { *callbacks };
    let request: Value = serde_json::from_str(&request).unwrap_or_default();
    match request["algorithm"].as_str().unwrap_or_default() {
        "garbage" => given("no document"),
        "nothing" => std::ptr::null_mut(),
        algorithm => given(
            &catch_unwind(|| run(algorithm, &request, callbacks))
                .unwrap_or_else(|_| json!({ "status": "error", "message": "The core panicked." }))
                .to_string(),
        ),
    }
}

/// Frees what the functions above returned.
///
/// # Safety
/// `string` came from one of them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn terramind_string_free(string: *mut c_char) {
    // SAFETY: made by `CString::into_raw` in `given`.
    drop(unsafe { CString::from_raw(string) });
}

fn given(text: &str) -> *mut c_char {
    CString::new(text).unwrap_or_default().into_raw()
}

fn run(algorithm: &str, request: &Value, callbacks: Callbacks) -> Value {
    let parameters = &request["parameters"];
    match algorithm {
        "fail" => json!({ "status": "error", "message": "Band B8A is missing; S2L2A needs 12 bands." }),
        "panic" => panic!("on purpose"),
        "wait" => {
            callbacks.log(0, "waiting");
            while !callbacks.is_cancelled() {
                callbacks.progress(50.0);
                thread::sleep(Duration::from_millis(10));
            }
            json!({ "status": "cancelled", "message": "Cancelled; nothing was written." })
        }
        "copy" => {
            let output = parameters["OUTPUT"].as_str().unwrap_or_default();
            if let Err(error) = fs::copy(parameters["INPUT"].as_str().unwrap_or_default(), output) {
                return json!({ "status": "error", "message": format!("Not copied ({error}): {output}") });
            }
            let style =
                parameters["STYLE"].as_str().unwrap_or(r#"{ "kind": "multiband", "bands": [3, 2, 1] }"#);
            let mut layer = json!({ "output": "OUTPUT", "name": "Copied layer" });
            if let Ok(style) = serde_json::from_str::<Value>(style) {
                layer["style"] = style;
            }
            if parameters["NOTES"].is_string() {
                layer["notes"] = parameters["NOTES"].clone();
            }
            json!({ "status": "ok", "outputs": { "OUTPUT": output, "BANDS": 3 }, "layers": [layer] })
        }
        "several" => {
            let (mut outputs, mut layers) = (json!({ "REQUEST": request.to_string() }), Vec::new());
            for (output, input) in [("FIRST", "INPUT"), ("SECOND", "INPUT"), ("POINTS", "PLACES")] {
                let Some(path) = parameters[output].as_str() else { continue };
                if let Err(error) = fs::copy(parameters[input].as_str().unwrap_or_default(), path) {
                    return json!({ "status": "error", "message": format!("Not copied ({error}): {path}") });
                }
                outputs[output] = path.into();
                layers
                    .push(json!({ "output": output, "name": format!("My {output}"), "notes": "Generated." }));
            }
            json!({ "status": "ok", "outputs": outputs, "layers": layers })
        }
        _ => {
            thread::scope(|scope| {
                for (level, word) in [(0, "information"), (1, "a warning"), (2, "an error")] {
                    scope.spawn(move || callbacks.log(level, word));
                }
            });
            callbacks.progress(100.0);
            // SAFETY: GDAL takes the name of what to return and returns a static string.
            let gdal = unsafe { CStr::from_ptr(GDALVersionInfo(c"RELEASE_NAME".as_ptr())) };
            json!({ "status": "ok", "outputs": {
                "REQUEST": request.to_string(), "GDAL": gdal.to_string_lossy(), "SEVEN": 7
            } })
        }
    }
}

fn description() -> Value {
    let models = env::var("FAKE_CORE_MODELS").unwrap_or_else(|_| "tiny,base".into());
    let models: Vec<_> = models.split(',').collect();
    let echoed = json!([
        parameter("RASTER", json!({ "kind": "raster" })),
        parameter("MODEL", json!({ "kind": "string", "default": "tiny", "suggestions": models })),
        parameter(
            "MODE",
            json!({ "kind": "enum", "default": "pixel", "default_with_map": "patch", "options": [
            { "value": "patch", "label": "One cell per patch" }, { "value": "pixel", "label": "One cell per pixel" }
        ] })
        ),
        parameter("EXTENT", json!({ "kind": "extent" })),
        parameter(
            "COUNT",
            json!({ "kind": "integer", "minimum": 0, "maximum": 9_999_999_999_i64, "default": 4 })
        ),
        parameter("SIZE", json!({ "kind": "number", "minimum": 0.5 })),
        parameter("FLAG", json!({ "kind": "boolean", "default": true })),
        parameter("FILE", json!({ "kind": "file", "extensions": ["pt", "ckpt"] })),
        parameter("FOLDER", json!({ "kind": "folder" })),
        parameter("DATES", json!({ "kind": "rasters" })),
        parameter("POLYGONS", json!({ "kind": "vector" })),
        parameter("FIELD", json!({ "kind": "field", "parent": "POLYGONS" })),
        parameter("OUTPUT", json!({ "kind": "raster_destination", "extension": "tif" })),
        parameter("OUTPUT_POINTS", json!({ "kind": "vector_destination", "extension": "gpkg" })),
        parameter("OUTPUT_FOLDER", json!({ "kind": "folder_destination" })),
        parameter("OUTPUT_TABLE", json!({ "kind": "file_destination", "extension": "csv" })),
        parameter("OUTPUT_REPORT", json!({ "kind": "file_destination", "extension": "html" })),
    ]);
    let copied = json!([
        required("INPUT", "Layer to copy", "raster"),
        parameter("AREA", json!({ "kind": "extent" })),
        parameter("MODEL", json!({ "kind": "string", "default": "tiny", "suggestions": models })),
        parameter(
            "MODE",
            json!({ "kind": "enum", "default": "pixel", "options": [
            { "value": "patch", "label": "One cell per patch" }, { "value": "pixel", "label": "One cell per pixel" }
        ] })
        ),
        parameter("STYLE", json!({ "kind": "string" })),
        parameter("NOTES", json!({ "kind": "string" })),
        required("OUTPUT", "Copy", "raster_destination"),
    ]);
    let several = json!([
        required("INPUT", "Layer to copy", "raster"),
        parameter("PLACES", json!({ "kind": "file", "extensions": ["gpkg"] })),
        parameter("FIRST", json!({ "kind": "raster_destination", "extension": "tif" })),
        parameter("SECOND", json!({ "kind": "raster_destination", "extension": "tif" })),
        parameter("POINTS", json!({ "kind": "vector_destination", "extension": "gpkg" })),
    ]);
    json!({
        "abi_version": 1,
        "version": "9.8.7",
        "provider": { "id": "terramind", "name": "TerraMind", "long_name": "TerraMind 9.8.7" },
        "algorithms": [
            algorithm("echo", &echoed),
            algorithm("copy", &copied),
            algorithm("several", &several),
            algorithm("wait", &json!([])),
            algorithm("fail", &json!([])),
            algorithm("panic", &json!([])),
            algorithm("garbage", &json!([])),
            algorithm("nothing", &json!([])),
        ]
    })
}

fn algorithm(id: &str, parameters: &Value) -> Value {
    json!({
        "id": id, "name": format!("Fake {id}"), "group": "Fakes", "group_id": "fakes", "tags": ["fake"],
        "summary": "Does a < b.", "help": "First paragraph.\n\nSecond paragraph.",
        "parameters": parameters,
        "outputs": [
            { "name": "REQUEST", "label": "Request", "kind": "string" },
            { "name": "SEVEN", "label": "Seven", "kind": "number" }
        ]
    })
}

/// An optional parameter; `SIZE` is an advanced one.
fn parameter(name: &str, mut fields: Value) -> Value {
    let common = json!({ "name": name, "label": name.to_lowercase(), "help": format!("Help of {name}."),
                         "optional": true, "advanced": name == "SIZE" });
    if let (Value::Object(fields), Value::Object(common)) = (&mut fields, common) {
        fields.extend(common);
    }
    fields
}

fn required(name: &str, label: &str, kind: &str) -> Value {
    json!({ "name": name, "label": label, "help": "", "optional": false, "advanced": false, "kind": kind,
            "extension": "tif" })
}
