//! Writes the noise that a diffusion begins with, for other programs: float32 `[channel, y, x]` as `.npy`.
//!
//! ```text
//! cargo run -p model --example save_noise -- noise/DEM.npy DEM SEED X,Y WIDTHxHEIGHT
//! ```

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};

use model::TokenModality;
use model::diffusion::{Noise, PixelWindow};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [output, modality, seed, place, size] = &arguments[..] else {
        return Err("expected OUTPUT.npy MODALITY SEED X,Y WIDTHxHEIGHT".into());
    };
    let modality = TokenModality::from_name(modality).ok_or("the modality is none that has tokens")?;
    let (x, y) = place.split_once(',').ok_or("a place is written like 96,-32")?;
    let (width, height) = size.split_once('x').ok_or("a size is written like 224x224")?;
    let window =
        PixelWindow { x: x.parse()?, y: y.parse()?, width_px: width.parse()?, height_px: height.parse()? };
    let values = Noise::new(seed.parse()?, modality).window(window);

    let mut file = BufWriter::new(File::create(output)?);
    let channels = modality.channels().bands.len();
    let header =
        format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({channels}, {height}, {width}), }}");
    // The format pads its header, which a line feed ends, so that the values begin at a multiple of 64 bytes.
    let length = (10 + header.len() + 1).next_multiple_of(64) - 10;
    file.write_all(b"\x93NUMPY\x01\x00")?;
    file.write_all(&u16::try_from(length)?.to_le_bytes())?;
    writeln!(file, "{header:<width$}", width = length - 1)?;
    for value in values {
        file.write_all(&value.to_le_bytes())?;
    }
    file.flush()?;
    Ok(())
}
