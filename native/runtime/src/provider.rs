//! Devices and precisions: which execution provider runs what, and what each needs.
//!
//! Providers are data: a session looks at the [`ROUTES`] that fit its request, and takes the fastest that works.

use graph::{Model, WeightBits};
use ort::ep::{self, ArbitrarilyConfigurableExecutionProvider, ExecutionProviderDispatch};
use std::fmt;
use std::path::Path;

/// Where a model is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// Whatever is the fastest that works.
    Auto,
    /// The processor.
    Cpu,
    /// An NVIDIA graphics card.
    Cuda,
}

/// How numbers are held while a model runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// Whatever is the fastest that works.
    Auto,
    /// 32-bit floats: TerraTorch's numbers to within 1e-5.
    Fp32,
    /// 16-bit brain floats: faster on processors that have them, agrees to about 1e-2.
    Bf16,
    /// 16-bit floats: faster on graphics cards, agrees to about 1e-3.
    Fp16,
    /// Linear layers in whole numbers of 8 bits, all else as in [`Precision::Fp32`]: agrees to about 3e-2.
    Int8,
}

impl Precision {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Auto, Self::Fp32, Self::Bf16, Self::Fp16, Self::Int8];

    /// The one of this word, as [`fmt::Display`] has it.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|precision| precision.to_string() == word)
    }
}

impl Device {
    /// What it is chosen by.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
        }
    }
}

/// What there is where a driver for graphics cards of NVIDIA is loaded: its version, its device, and that of the Windows
/// below this Linux.
const NVIDIA_DRIVER: [&str; 3] = ["/proc/driver/nvidia/version", "/dev/nvidiactl", "/dev/dxg"];

/// Whether a driver for graphics cards of NVIDIA is loaded. Without one there is no card that could be used.
#[must_use]
pub fn has_nvidia_driver() -> bool {
    NVIDIA_DRIVER.iter().any(|path| Path::new(path).exists())
}

/// The version of the driver for graphics cards of NVIDIA, with that of its compiler; empty where it is not told.
pub(crate) fn nvidia_driver() -> String {
    std::fs::read_to_string(NVIDIA_DRIVER[0]).unwrap_or_default()
}

/// The file beside ONNX Runtime that makes it one for CUDA.
pub const CUDA_PROVIDER: &str = "libonnxruntime_providers_cuda.so";

/// How the names of the libraries begin that it needs, each after those that it needs itself. What these load later, they find
/// beside themselves.
pub(crate) const CUDA_LIBRARIES: [&str; 6] =
    ["libcudart", "libcublasLt", "libcublas", "libcurand", "libcufft", "libcudnn"];

/// The file beside ONNX Runtime that makes it one with OpenVINO.
const OPENVINO_PROVIDER: &str = "libonnxruntime_providers_openvino.so";

/// One way to run a model.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// The device that it uses; never [`Device::Auto`].
    pub device: Device,
    /// The precision that it computes in; never [`Precision::Auto`].
    pub precision: Precision,
    /// The execution provider's name for the log.
    pub name: &'static str,
    /// Whether several threads may run one session at once, and gain by it.
    pub(crate) side_by_side: bool,
    /// Why this route cannot be taken with this library on this machine, as far as that can be known without
    /// trying. What else a provider misses, ONNX Runtime says when it loads it: loading a provider's library
    /// without ONNX Runtime around it ends the process.
    pub(crate) check: fn(&Path) -> Result<(), String>,
    /// The model in the form that the route runs; reads weights from the folder where it needs them.
    pub(crate) form: fn(&Model, &Path) -> Result<Vec<u8>, graph::Error>,
    /// The provider's configuration for so many threads.
    pub(crate) provider: fn(usize) -> ExecutionProviderDispatch,
}

/// Every way there is; of two that are equally fast, the former is taken.
pub const ROUTES: [Route; 5] = [
    Route {
        device: Device::Cuda,
        precision: Precision::Fp32,
        name: "CUDA",
        side_by_side: false,
        check: check_cuda,
        form: as_built,
        provider: cuda,
    },
    Route {
        device: Device::Cpu,
        precision: Precision::Fp32,
        name: "CPU",
        side_by_side: true,
        check: |_| Ok(()),
        form: as_built,
        provider: cpu,
    },
    Route {
        device: Device::Cuda,
        precision: Precision::Fp16,
        name: "CUDA",
        side_by_side: false,
        check: check_cuda,
        form: |model, _| Ok(model.in_fp16().into_bytes()),
        provider: cuda,
    },
    Route {
        device: Device::Cpu,
        precision: Precision::Bf16,
        name: "OpenVINO",
        side_by_side: false,
        check: check_openvino_bf16,
        form: as_built,
        provider: openvino_bf16,
    },
    Route {
        device: Device::Cpu,
        precision: Precision::Int8,
        name: "CPU",
        side_by_side: true,
        check: |_| Ok(()),
        form: |model, weights_folder| Ok(model.in_int8(weights_folder, weight_bits())?.into_bytes()),
        provider: cpu,
    },
];

impl Route {
    /// Whether the library, which lies in `folder`, and this machine have what the route needs.
    pub(crate) fn check(&self, folder: &Path) -> Result<(), String> {
        (self.check)(folder)
    }

    /// The bytes of the model, whose weights lie in the folder, as this route runs it.
    pub(crate) fn formed(&self, model: &Model, weights_folder: &Path) -> Result<Vec<u8>, graph::Error> {
        (self.form)(model, weights_folder)
    }

    /// What results depend on: the route, the library, and how finely weights are rounded.
    pub(crate) fn signature(&self, library_build: &str) -> String {
        match self.precision {
            Precision::Int8 => format!("{self}, weights of {:?} bits, {library_build}", weight_bits()),
            _ => format!("{self}, {library_build}"),
        }
    }

    pub(crate) fn dispatch(&self, threads: usize) -> ExecutionProviderDispatch {
        (self.provider)(threads).error_on_failure()
    }
}

/// The device and the precision, as the log has them: "CPU in fp32".
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.name, self.precision)
    }
}

/// In a sentence.
impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "any device",
            Self::Cpu => "the processor",
            Self::Cuda => "a graphics card",
        })
    }
}

/// As values of parameters have it.
impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Fp32 => "fp32",
            Self::Bf16 => "bf16",
            Self::Fp16 => "fp16",
            Self::Int8 => "int8",
        })
    }
}

/// The routes that fit a request. fp16 is taken only where it is asked for: nobody has measured yet what it does to results.
pub(crate) fn fitting(device: Device, precision: Precision) -> impl Iterator<Item = Route> {
    ROUTES.into_iter().filter(move |route| {
        let is_measured = route.precision != Precision::Fp16;
        (precision == route.precision || precision == Precision::Auto && is_measured)
            && (device == Device::Auto || device == route.device)
    })
}

#[expect(clippy::unnecessary_wraps, reason = "all forms have this signature")]
fn as_built(model: &Model, _: &Path) -> Result<Vec<u8>, graph::Error> {
    Ok(model.to_bytes())
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
    if !has_nvidia_driver() {
        return Err(String::from("this machine has no NVIDIA graphics card, or its driver is not loaded"));
    }
    if !folder.join(CUDA_PROVIDER).is_file() {
        return Err(String::from(
            "the ONNX Runtime in use is not built for it; run Install runtime (terramind:installruntime) with PACKAGE=cuda and start QGIS again",
        ));
    }
    Ok(())
}

fn check_openvino_bf16(folder: &Path) -> Result<(), String> {
    if !has_bf16() {
        return Err(String::from("this processor has no bf16 arithmetic (AVX512-BF16 or AMX)"));
    }
    if !folder.join(OPENVINO_PROVIDER).is_file() {
        return Err(String::from(
            "the ONNX Runtime in use is not built with it; the plugin's own is, as is that of Install runtime (terramind:installruntime) with PACKAGE=openvino",
        ));
    }
    Ok(())
}

/// Processors with VNNI add products of 8 bits in 32 bits.
fn weight_bits() -> WeightBits {
    if has_vnni() { WeightBits::Eight } else { WeightBits::Seven }
}

/// As ONNX Runtime decides it: of a processor with AVX512 but without its VNNI it takes the kernels that add in 16 bits, even
/// if it has the VNNI of AVX.
#[cfg(target_arch = "x86_64")]
fn has_vnni() -> bool {
    use std::arch::is_x86_feature_detected as has;
    let has_avx512 = has!("avx512f") && has!("avx512bw") && has!("avx512dq") && has!("avx512vl");
    has!("avx512vnni") || has!("avxvnni") && !has_avx512
}

#[cfg(not(target_arch = "x86_64"))]
fn has_vnni() -> bool {
    false
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
    fn requests_have_the_routes_that_fit_them() {
        let names =
            |device, precision| fitting(device, precision).map(|route| route.to_string()).collect::<Vec<_>>();
        assert_eq!(names(Device::Auto, Precision::Fp32), ["CUDA in fp32", "CPU in fp32"]);
        assert_eq!(names(Device::Cuda, Precision::Fp32), ["CUDA in fp32"]);
        assert_eq!(names(Device::Auto, Precision::Bf16), ["OpenVINO in bf16"]);
        assert_eq!(names(Device::Cuda, Precision::Auto), ["CUDA in fp32"]);
        assert_eq!(names(Device::Cpu, Precision::Auto), ["CPU in fp32", "OpenVINO in bf16", "CPU in int8"]);
        assert!(names(Device::Cuda, Precision::Bf16).is_empty());
    }
}
