//! On what, how exactly and with how many threads.

use crate::description::{Kind, Parameter};
use crate::host::Context;
use crate::values::Values;
use crate::{Error, folders};
use runtime::library::{self, Loaded};
use runtime::{Device, Precision, Session, SessionOptions};

const DEVICE: &str = "DEVICE";
pub(crate) const PRECISION: &str = "PRECISION";
const THREADS: &str = "THREADS";

pub(crate) fn parameters() -> [Parameter; 3] {
    [
        Parameter::new(
            DEVICE,
            "Device",
            "Auto takes an NVIDIA graphics card where one works and is faster, by a trial on one tile, else the processor; the log says which.",
            Kind::choice(&[("auto", "Auto"), ("cpu", "Processor"), ("cuda", "NVIDIA graphics card")], "auto"),
        )
        .advanced(),
        Parameter::new(
            PRECISION,
            "Precision",
            "fp32 gives TerraTorch's numbers: keep it for what is compared or published. Auto is for large areas: it tries on one tile what is the fastest here, and rounds only where that hardly shows: features, maps of classes by fine-tuned models, and what turns tokens into land cover; not the tokens of generated layers, nor images and elevation. int8 and bf16 round those, too: about one pixel in a hundred of a land cover gets another class, and in bf16 elevation has steps of a metre and more. int8 works on every processor, bf16 on those with AVX512-BF16 or AMX; fp16 is for NVIDIA graphics cards, and has not been measured there.",
            Kind::choice(
                &[
                    ("fp32", "fp32 (exact)"),
                    ("auto", "Auto (faster where it hardly shows)"),
                    ("int8", "int8 (faster, every processor)"),
                    ("bf16", "bf16 (faster, AVX512-BF16 or AMX)"),
                    ("fp16", "fp16 (graphics card)"),
                ],
                "fp32",
            ),
        )
        .advanced(),
        Parameter::new(
            THREADS,
            "Threads",
            "Processor threads to use; 0 takes one per core. Fewer leave more of the computer to other programs. The result is the same, unless Precision is auto and finds another way faster with them.",
            Kind::Integer { minimum: 0, maximum: Some(1024), default: 0 },
        )
        .advanced(),
    ]
}

/// ONNX Runtime, and what sessions are opened with; an error where no session could be, before any work is done.
pub(crate) fn runtime(values: &Values, context: &Context) -> Result<(Loaded, SessionOptions), Error> {
    let library = library::load(context.home, folders::data().as_deref())?;
    let options = options(values);
    Session::check(&library, &options)?;
    Ok((library, options))
}

fn options(values: &Values) -> SessionOptions {
    SessionOptions {
        device: match values.text(DEVICE) {
            Some("cpu") => Device::Cpu,
            Some("cuda") => Device::Cuda,
            _ => Device::Auto,
        },
        precision: values.text(PRECISION).and_then(Precision::from_word).unwrap_or(Precision::Fp32),
        threads: values.integer(THREADS) as usize,
    }
}

/// The way that a session takes, in words.
pub(crate) fn route(session: &Session) -> String {
    format!("{} with {} threads", session.route(), session.threads())
}
