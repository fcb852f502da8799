//! Writes the first band of a raster as 32-bit floats, little-endian, row after row, for programs without GDAL:
//! `cargo run --release -p raster --example save_values -- IN.tif OUT.f32`. Missing values become not-a-number.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};

use grid::Window;
use raster::Layer;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, output] = &arguments[..] else { return Err("expected IN.tif OUT.f32".into()) };
    let layer = Layer::open(input)?.with_bands(&[0]);
    let (width, height) = (layer.grid().width_px(), layer.grid().height_px());
    let mut file = BufWriter::new(File::create(output)?);
    for y in 0..height {
        let row = layer.read(Window { x: 0, y, width, height: 1 })?;
        for (value, valid) in row.values.iter().zip(&row.valid) {
            file.write_all(&if *valid { *value } else { f32::NAN }.to_le_bytes())?;
        }
    }
    file.flush()?;
    Ok(())
}
