//! What the tests of this crate share: ONNX Runtime, and packs made of the committed checkpoints.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(dead_code, reason = "no test uses all of it")]

use checkpoint::Checkpoint;
use model::{Pack, StagedPack};
use runtime::library::{self, Loaded};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

pub fn goldens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/goldens")
}

/// ONNX Runtime, from `TERRAMIND_ONNXRUNTIME` or where `./test.sh` puts it.
pub fn onnxruntime() -> Loaded {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    library::load(Some(&target.join("onnxruntime")), None).expect("./test.sh installs ONNX Runtime")
}

/// A model pack of one of the committed checkpoints (`plain` or `swiglu`) in `folder`.
pub fn pack(checkpoint: &str, folder: &Path) -> Pack {
    let source = goldens().join(format!("{checkpoint}.pt"));
    let opened = Checkpoint::open(&source).unwrap();
    let staged =
        StagedPack::from_checkpoint(&opened, &source, checkpoint, folder, |_| ControlFlow::Continue(()))
            .unwrap();
    staged.publish(&folder.join(checkpoint)).unwrap()
}

/// The root of the mean squared difference, relative to that of what is expected.
pub fn relative_rms(found: &[f32], expected: &[f32]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let squares = |values: &mut dyn Iterator<Item = f64>| values.map(|value| value * value).sum::<f64>();
    let mut differences = found.iter().zip(expected).map(|(&a, &b)| f64::from(a) - f64::from(b));
    let mut reference = expected.iter().map(|&value| f64::from(value));
    (squares(&mut differences) / squares(&mut reference)).sqrt()
}
