//! What an encoder says to a fixed input: computed at import, compared when a pack is first used on a machine.

use crate::Error;
use model::encoder::{self, EncoderSpec, Merge};
use model::{FixedInput, KnownAnswer, Pack, fixed_input};
use runtime::library::Loaded;
use runtime::{Cancel, Device, Precision, Session, SessionOptions, Tensor};

/// Small, so that it takes no time, and neither 14 × 14 patches nor square, so that the positions count.
const INPUT: FixedInput = FixedInput { height_px: 64, width_px: 96 };

/// Runs the whole encoder over all modalities of the pack at once, exactly (fp32, processor), and sums up what
/// it says.
pub fn of_encoder(pack: &Pack, library: &Loaded, cancel: &Cancel) -> Result<KnownAnswer, Error> {
    let architecture = pack.architecture();
    let modalities = architecture.modalities.clone();
    let spec = EncoderSpec {
        inputs: modalities.clone(),
        height_px: INPUT.height_px,
        width_px: INPUT.width_px,
        batch: 1,
        block: architecture.depth - 1,
        merge: Merge::Concat,
    };
    let graph = encoder::build(pack, &spec)?.to_bytes();
    let options = SessionOptions { device: Device::Cpu, precision: Precision::Fp32, threads: 0 };
    let mut session = Session::open(library, &graph, pack.folder(), &options)?;
    let inputs: Vec<_> = modalities
        .iter()
        .map(|&modality| {
            let shape = [1, modality.bands().len(), INPUT.height_px, INPUT.width_px];
            let values = fixed_input(modality, INPUT.height_px, INPUT.width_px);
            (modality.name(), Tensor::floats(&shape, values))
        })
        .collect();
    let output = session.run(&inputs, cancel)?;
    Ok(KnownAnswer::of("encoder", INPUT, &output.into_floats()?))
}
