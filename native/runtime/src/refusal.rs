//! What to say where a request has no route that works: why, and what to choose instead.

use crate::provider::{ROUTES, Route};
use crate::{Device, Error, Precision, SessionOptions};
use std::path::Path;

/// The error for a request whose routes were all left out, with the library in `folder`.
pub(crate) fn of(options: &SessionOptions, left_out: Vec<(Route, String)>, folder: &Path) -> Error {
    // What one route of a provider lacks, its others lack, too.
    let is_left = |route: &Route| left_out.iter().any(|(other, _)| other.name == route.name);
    let works: Vec<_> =
        ROUTES.into_iter().filter(|route| !is_left(route) && route.check(folder).is_ok()).collect();
    let &SessionOptions { device, precision, .. } = options;
    let instead = instead(device, precision, &works);
    if left_out.is_empty() {
        return Error::NoRoute { precision, device, instead };
    }
    let mut reasons: Vec<String> = Vec::new();
    for (route, reason) in left_out {
        let told = format!("{} cannot be used: {reason}", route.name);
        if !reasons.contains(&told) {
            reasons.push(told);
        }
    }
    Error::Unavailable { reasons: reasons.join("; "), instead }
}

/// What to choose of the routes that work: another precision on the same device, the same precision on another device, or
/// else both.
fn instead(device: Device, precision: Precision, works: &[Route]) -> String {
    let precisions = works.iter().filter(|route| device == Device::Auto || route.device == device);
    let mut precisions: Vec<_> = precisions.map(|route| route.precision.to_string()).collect();
    if let Some(last) = precisions.pop() {
        let others = precisions.join(", ");
        precisions = vec![if others.is_empty() { last } else { format!("{others} or {last}") }];
    }
    let fits = |route: &&Route| precision == Precision::Auto || route.precision == precision;
    let other = works.iter().find(|route| fits(route) && device != Device::Auto && route.device != device);
    let ways = [
        (!precisions.is_empty()).then(|| format!("the precision {}", precisions.concat())),
        other.map(|route| format!("the device {}", route.device.word())),
    ];
    let ways: Vec<_> = ways.into_iter().flatten().collect();
    match (ways.is_empty(), works.first()) {
        (true, Some(any)) => format!("the device {} and the precision {}", any.device.word(), any.precision),
        (true, None) => String::from("another model, or import this one again"),
        (false, _) => ways.join(", or "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(device: Device, precision: Precision, works: &[&str]) -> String {
        let works: Vec<_> =
            ROUTES.into_iter().filter(|route| works.contains(&route.to_string().as_str())).collect();
        instead(device, precision, &works)
    }

    #[test]
    fn what_is_proposed_works_and_is_near_to_what_was_asked_for() {
        let processor = ["CPU in fp32", "CPU in int8"];
        assert_eq!(told(Device::Auto, Precision::Bf16, &processor), "the precision fp32 or int8");
        assert_eq!(told(Device::Cuda, Precision::Fp32, &processor), "the device cpu");
        let all = ["CPU in fp32", "OpenVINO in bf16", "CPU in int8"];
        assert_eq!(told(Device::Cpu, Precision::Fp16, &all), "the precision fp32, bf16 or int8");
        assert_eq!(told(Device::Cuda, Precision::Fp16, &processor), "the device cpu and the precision fp32");
        let card = ["CUDA in fp32", "CUDA in fp16", "CPU in fp32", "CPU in int8"];
        assert_eq!(
            told(Device::Cuda, Precision::Int8, &card),
            "the precision fp32 or fp16, or the device cpu"
        );
        assert_eq!(
            told(Device::Cpu, Precision::Fp16, &card),
            "the precision fp32 or int8, or the device cuda"
        );
    }

    #[test]
    fn nothing_is_proposed_that_lacks_the_same() {
        let options = SessionOptions { device: Device::Cuda, precision: Precision::Fp32, threads: 1 };
        let left_out = |wanted: &str| {
            let route = ROUTES.into_iter().find(|route| route.to_string() == wanted).unwrap();
            vec![(route, String::from("it is broken"))]
        };
        let message = of(&options, left_out("CUDA in fp32"), Path::new("/nowhere")).to_string();
        assert_eq!(message, "CUDA cannot be used: it is broken. Choose the device cpu");
        let options = SessionOptions { device: Device::Auto, ..options };
        let message = of(&options, left_out("CPU in fp32"), Path::new("/nowhere")).to_string();
        assert!(message.ends_with("Choose another model, or import this one again"), "{message}");
        let options = SessionOptions { device: Device::Cuda, precision: Precision::Int8, ..options };
        let message = of(&options, vec![], Path::new("/nowhere")).to_string();
        assert!(message.starts_with("there is no int8 on a graphics card: choose "), "{message}");
    }
}
