//! Renders a window into raw files of 32-bit floats, band by band, and says how long it took.
//!
//! `cargo run --release -p synthetic --example window -- FOLDER SEED COLUMN ROW SIZE [PIXEL_M SEASON CLOUDS FLOODED]`

use std::time::Instant;
use synthetic::{Conditions, Modality, Season, View, World};

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize, default: f64| {
        arguments.get(index).and_then(|text| text.parse::<f64>().ok()).unwrap_or(default)
    };
    let folder = arguments.first().map_or(".", String::as_str);
    let size = number(4, 512.0) as usize;
    let view = View {
        column: number(2, 0.0) as i64,
        row: number(3, 0.0) as i64,
        width: size,
        height: size,
        pixel_m: number(5, 10.0),
    };
    let conditions = Conditions {
        season: Season::ALL[number(6, 2.0) as usize % 4],
        cloud_share: number(7, 0.03) as f32,
        flooded: number(8, 0.0) > 0.0,
        noise: true,
    };
    let world = World::under(number(1, 1.0) as u64, conditions);
    let begin = Instant::now();
    let survey = world.survey(view);
    let megapixels = view.pixels() as f64 / 1e6;
    println!("survey: {:.2} megapixels per second", megapixels / begin.elapsed().as_secs_f64());
    for modality in Modality::ALL {
        let begin = Instant::now();
        let values = survey.render(modality);
        println!("{modality:?}: {:.2} megapixels per second", megapixels / begin.elapsed().as_secs_f64());
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        std::fs::write(format!("{folder}/{modality:?}.f32"), bytes)?;
    }
    Ok(())
}
