//! Devices and precisions: which execution provider runs what, and what each needs.
//!
//! Providers are data: [`choose`] walks over [`ROUTES`] and takes the first that fits the request and works here.

use crate::Error;
use crate::library::{Loaded, probe};
use ort::ep::{self, ArbitrarilyConfigurableExecutionProvider, ExecutionProviderDispatch};
use std::path::Path;

/// Where a model is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// The graphics card if it works, else the processor.
    Auto,
    /// The processor.
    Cpu,
    /// An NVIDIA graphics card.
    Cuda,
}

/// How numbers are held while a model runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// 32-bit floats: TerraTorch's numbers to within 1e-5.
    Fp32,
    /// 16-bit brain floats: faster on processors that have them, agrees to about 1e-2.
    Bf16,
}

/// One way to run a model.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// The device that it uses; never [`Device::Auto`].
    pub device: Device,
    /// The precision that it computes in.
    pub precision: Precision,
    /// The execution provider's name for the log.
    pub name: &'static str,
    /// Why this route cannot be taken with this library on this machine, if so.
    check: fn(&Path) -> Result<(), String>,
    /// The provider's configuration for so many threads.
    provider: fn(usize) -> ExecutionProviderDispatch,
}

/// Every way there is, in the order of preference for [`Device::Auto`].
pub const ROUTES: [Route; 3] = [
    Route {
        device: Device::Cuda,
        precision: Precision::Fp32,
        name: "CUDA",
        check: check_cuda,
        provider: cuda,
    },
    Route { device: Device::Cpu, precision: Precision::Fp32, name: "CPU", check: |_| Ok(()), provider: cpu },
    Route {
        device: Device::Cpu,
        precision: Precision::Bf16,
        name: "OpenVINO",
        check: check_openvino_bf16,
        provider: openvino_bf16,
    },
];

impl Route {
    pub(crate) fn dispatch(&self, threads: usize) -> ExecutionProviderDispatch {
        (self.provider)(threads).error_on_failure()
    }
}

/// The first route that fits and works, and why those before it do not.
pub fn choose(library: &Loaded, device: Device, precision: Precision) -> Result<(Route, Vec<String>), Error> {
    let folder = library.path.parent().unwrap_or(Path::new("."));
    let mut passed_over = Vec::new();
    for route in ROUTES {
        if route.precision != precision || (device != Device::Auto && device != route.device) {
            continue;
        }
        match (route.check)(folder) {
            Ok(()) => return Ok((route, passed_over)),
            Err(reason) => passed_over.push(format!("{} cannot be used: {reason}", route.name)),
        }
    }
    if passed_over.is_empty() {
        passed_over.push(String::from(
            "there is no way to compute in bf16 on a graphics card; choose the precision fp32",
        ));
    }
    Err(Error::Unavailable(passed_over.join("; ")))
}

fn cpu(_threads: usize) -> ExecutionProviderDispatch {
    ep::CPU::default().build()
}

fn cuda(_threads: usize) -> ExecutionProviderDispatch {
    // TensorFloat-32 would make fp32 mean something else on a graphics card.
    ep::CUDA::default().with_tf32(false).build()
}

fn openvino_bf16(threads: usize) -> ExecutionProviderDispatch {
    let config =
        format!(r#"{{"CPU": {{"INFERENCE_PRECISION_HINT": "bf16", "INFERENCE_NUM_THREADS": "{threads}"}}}}"#);
    ep::OpenVINO::default().with_device_type("CPU").with_arbitrary_config("load_config", config).build()
}

fn check_cuda(folder: &Path) -> Result<(), String> {
    provider_library(
        folder,
        "libonnxruntime_providers_cuda.so",
        "an ONNX Runtime built for CUDA (onnxruntime-gpu)",
    )
}

fn check_openvino_bf16(folder: &Path) -> Result<(), String> {
    if !has_bf16() {
        return Err(String::from(
            "this processor has no bf16 arithmetic (AVX512-BF16 or AMX); choose the precision fp32",
        ));
    }
    provider_library(folder, "libonnxruntime_providers_openvino.so", "an ONNX Runtime built for OpenVINO")
}

fn provider_library(folder: &Path, file: &str, build: &str) -> Result<(), String> {
    let path = folder.join(file);
    if !path.is_file() {
        return Err(format!("it needs {build}, and there is no {file} beside {}", folder.display()));
    }
    probe(&path).map_err(|e| e.to_string())
}

#[cfg(target_arch = "x86_64")]
fn has_bf16() -> bool {
    std::arch::is_x86_feature_detected!("avx512bf16")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_bf16() -> bool {
    false
}
