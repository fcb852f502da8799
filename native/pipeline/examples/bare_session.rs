//! Runs the encoder of a model pack on the same made-up tile again and again, and prints how long that took:
//!
//! ```text
//! cargo run --release -p pipeline --example bare_session -- PACK S2L2A+DEM TILES THREADS AT_ONCE
//! ```
//!
//! The graph and the session's options are those of Embed layer, of which this is the part that ONNX Runtime does. Embed
//! layer computes as many tiles at once as there are threads; here it can be one after the other, each with all threads.
//! `cargo xtask bench` compares both.

use std::error::Error;
use std::path::Path;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;
use std::time::Instant;

use model::encoder::{self, EncoderSpec, Merge};
use model::{Modality, Pack};
use runtime::{Cancel, Device, Precision, Session, SessionOptions, Tensor, library};

const TILE_PX: usize = 224;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [pack, modalities, tiles, threads, at_once] = &arguments[..] else {
        return Err("expected PACK MODALITY+MODALITY TILES THREADS AT_ONCE".into());
    };
    let (tiles, threads, at_once): (usize, usize, usize) =
        (tiles.parse()?, threads.parse()?, at_once.parse()?);
    let inputs: Vec<Modality> = modalities
        .split('+')
        .map(|name| Modality::from_name(name).ok_or_else(|| format!("there is no modality {name}")))
        .collect::<Result<_, _>>()?;
    let pack = Pack::open(Path::new(pack))?;
    let tensors: Vec<(&str, Tensor)> =
        inputs.iter().map(|modality| (modality.name(), tile(*modality))).collect();

    let opening = Instant::now();
    let spec = EncoderSpec {
        inputs,
        height_px: TILE_PX,
        width_px: TILE_PX,
        batch: 1,
        block: pack.architecture().depth - 1,
        merge: Merge::Mean,
    };
    let graph = encoder::build(&pack, &spec)?;
    let options = SessionOptions { device: Device::Cpu, precision: Precision::Fp32, threads };
    let session = Session::open_for(
        &library::load(None, None)?,
        &graph,
        pack.folder(),
        &options,
        at_once,
        &Cancel::default(),
    )?;
    let open_s = opening.elapsed().as_secs_f64();

    let running = Instant::now();
    let left = AtomicUsize::new(tiles);
    let work = || -> Result<(), runtime::Error> {
        while left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok() {
            session.run(&tensors, &Cancel::default())?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let all: Vec<_> = (0..session.at_once()).map(|_| scope.spawn(work)).collect();
        all.into_iter().try_for_each(|one| one.join().expect("no thread panics"))
    })?;
    println!(
        r#"{{"tiles": {tiles}, "open_s": {open_s:.6}, "run_s": {:.6}}}"#,
        running.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Numbers of the size of standardised pixels, [1, channel, y, x].
fn tile(modality: Modality) -> Tensor {
    let shape = [1, modality.bands().len(), TILE_PX, TILE_PX];
    let values = (0..shape.iter().product::<usize>()).map(|i| (i as f32 * 0.37).sin() * 1.5).collect();
    Tensor::floats(&shape, values)
}
