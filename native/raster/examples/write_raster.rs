//! Writes a made-up raster and tells how long its two stages take, and how large their files are:
//! `cargo run --release -p raster --example write_raster -- OUT.tif WIDTH HEIGHT BANDS float|class`.

use grid::Grid;
use raster::{BandSpec, Class, CreationOptions, Crs, RasterSpec, SampleType, Writer};
use std::error::Error;
use std::path::Path;
use std::time::Instant;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<_> = env::args().skip(1).collect();
    let [path, width, height, bands, kind, options @ ..] = &args[..] else {
        return Err("give OUT.tif WIDTH HEIGHT BANDS float|class [OPTIONS]".into());
    };
    let (width, height, bands): (usize, usize, usize) = (width.parse()?, height.parse()?, bands.parse()?);
    let path = Path::new(path);
    let classes = (0..10).map(|value| Class { value, name: format!("class {value}"), colour: [value, 0, 0] });
    let is_classes = kind == "class";
    let spec = RasterSpec {
        grid: Grid::new([500_000.0, 10.0, 0.0, 5_200_000.0, 0.0, -10.0], width, height)?,
        crs: Crs::from_text("EPSG:32633")?,
        bands: (1..=bands).map(|band| BandSpec::named(format!("band {band}"))).collect(),
        sample: if is_classes { SampleType::Byte } else { SampleType::Float32 },
        nodata: Some(if is_classes { 255.0 } else { f64::NAN }),
        classes: if is_classes { classes.collect() } else { vec![] },
        metadata: vec![],
        creation: CreationOptions::parse(options.first().map_or("", String::as_str))?,
    };
    let started = Instant::now();
    let mut writer = Writer::create(path, spec)?;
    let mut first = 0;
    while first < height {
        let rows = (height - first).min(16);
        writer.write_rows(first, rows, |band, values| {
            for (i, value) in values.iter_mut().enumerate() {
                let (x, y) = ((i % width) as f32, (first + i / width) as f32);
                let smooth = (x / 90.0).sin() * (y / 70.0).cos() + (x * y / 1e5).sin() + band as f32;
                // Some noise, as measurements have it.
                let noise = ((x * 12.9898 + y * 78.233).sin() * 43758.547).fract() * 0.01;
                *value = if is_classes { ((smooth + 2.0) * 2.4).floor() } else { smooth + noise };
            }
        })?;
        first += rows;
    }
    let rows_s = started.elapsed().as_secs_f64();
    let mut hidden_bytes = 0;
    for file in fs::read_dir(path.parent().unwrap_or(Path::new(".")))?.flatten() {
        if file.file_name().to_string_lossy().ends_with(".part.work") {
            hidden_bytes = file.metadata()?.len();
        }
    }
    writer.finish()?;
    let bytes = fs::metadata(path)?.len();
    println!(
        "rows: {rows_s:.1} s, {hidden_bytes} bytes; all: {:.1} s, {bytes} bytes",
        started.elapsed().as_secs_f64()
    );
    Ok(())
}
