//! Devices and precisions: which execution provider runs what, and what each needs.
//!
//! Providers are data: a session walks over the [`ROUTES`] that fit its request and takes the first that works.

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
    /// Whether several threads may run one session at once, and gain by it.
    pub(crate) side_by_side: bool,
    /// Why this route cannot be taken with this library on this machine, as far as that can be known without
    /// trying. What else a provider misses, ONNX Runtime says when it loads it: loading a provider's library
    /// without ONNX Runtime around it ends the process.
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
        side_by_side: false,
        check: check_cuda,
        provider: cuda,
    },
    Route {
        device: Device::Cpu,
        precision: Precision::Fp32,
        name: "CPU",
        side_by_side: true,
        check: |_| Ok(()),
        provider: cpu,
    },
    Route {
        device: Device::Cpu,
        precision: Precision::Bf16,
        name: "OpenVINO",
        side_by_side: false,
        check: check_openvino_bf16,
        provider: openvino_bf16,
    },
];

impl Route {
    /// Whether the library, which lies in `folder`, and this machine have what the route needs.
    pub(crate) fn check(&self, folder: &Path) -> Result<(), String> {
        (self.check)(folder)
    }

    pub(crate) fn dispatch(&self, threads: usize) -> ExecutionProviderDispatch {
        (self.provider)(threads).error_on_failure()
    }
}

/// The routes that fit a request, most wanted first.
pub(crate) fn fitting(device: Device, precision: Precision) -> impl Iterator<Item = Route> {
    ROUTES.into_iter().filter(move |route| {
        route.precision == precision && (device == Device::Auto || device == route.device)
    })
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
    if folder.join(file).is_file() {
        return Ok(());
    }
    Err(format!("it needs {build}, and this one has no {file}"))
}

#[cfg(target_arch = "x86_64")]
fn has_bf16() -> bool {
    std::arch::is_x86_feature_detected!("avx512bf16")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_bf16() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_prefers_the_graphics_card_and_bf16_has_none() {
        let names = |device, precision| fitting(device, precision).map(|r| r.name).collect::<Vec<_>>();
        assert_eq!(names(Device::Auto, Precision::Fp32), ["CUDA", "CPU"]);
        assert_eq!(names(Device::Cuda, Precision::Fp32), ["CUDA"]);
        assert_eq!(names(Device::Auto, Precision::Bf16), ["OpenVINO"]);
        assert!(names(Device::Cuda, Precision::Bf16).is_empty());
    }
}
