//! On what, how exactly and with how many threads.

use crate::description::{Kind, Parameter};
use crate::host::Context;
use crate::values::Values;
use runtime::provider::NVIDIA_DRIVER;
use runtime::{Device, Precision, Session, SessionOptions};
use std::path::Path;

const DEVICE: &str = "DEVICE";
pub(crate) const PRECISION: &str = "PRECISION";
const THREADS: &str = "THREADS";

pub(crate) fn parameters() -> [Parameter; 3] {
    [
        Parameter::new(
            DEVICE,
            "Device",
            "Auto takes the fastest that works, by a trial on one tile where there is a graphics card; the log says which and why.",
            Kind::choice(&[("auto", "Auto"), ("cpu", "Processor"), ("cuda", "NVIDIA graphics card")], "auto"),
        )
        .advanced(),
        Parameter::new(
            PRECISION,
            "Precision",
            "fp32 gives TerraTorch's numbers. Auto tries on one tile what is faster here, and takes it only where results stay nearly the same: features, fine-tuned models and what turns tokens into pixels, never the choice of tokens. int8 rounds all linear layers and is faster on most processors; bf16 is faster on processors with AMX, hardly on others that have it (AVX512-BF16), fp16 on graphics cards. They differ by one or two percent.",
            Kind::choice(
                &[
                    ("fp32", "fp32 (exact)"),
                    ("auto", "Auto (the fastest that is nearly as exact)"),
                    ("int8", "int8 (faster)"),
                    ("bf16", "bf16 (faster with AMX)"),
                    ("fp16", "fp16 (graphics card)"),
                ],
                "fp32",
            ),
        )
        .advanced(),
        Parameter::new(
            THREADS,
            "Threads",
            "Processor threads to use; 0 takes one per core. Fewer leave more of the computer to other programs; the result is the same.",
            Kind::Integer { minimum: 0, maximum: Some(1024), default: 0 },
        )
        .advanced(),
    ]
}

pub(crate) fn options(values: &Values) -> SessionOptions {
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

pub(crate) fn tell_route(session: &Session, context: &Context) {
    // Where there is no such card, nobody wonders why it is not used.
    let is_known = |reason: &&String| reason.starts_with("CUDA") && !Path::new(NVIDIA_DRIVER).exists();
    for reason in session.remarks().iter().filter(|reason| !is_known(reason)) {
        context.host.info(reason);
    }
    context.host.info(&format!("Running on {}", route(session)));
}

/// The way that a session takes, in words.
pub(crate) fn route(session: &Session) -> String {
    format!("{} with {} threads", session.route(), session.threads())
}
