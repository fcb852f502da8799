//! Renders a window into raw files of 32-bit floats, band by band, and says how long a processor was busy.
//!
//! `cargo run --release -p synthetic --example window -- FOLDER SEED COLUMN ROW SIZE [PIXEL_M SEASON CLOUDS FLOODED]`

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
    let begin = busy_s();
    let survey = world.survey(view);
    let megapixels = view.pixels() as f64 / 1e6;
    println!("survey: {:.2} megapixels per second", megapixels / (busy_s() - begin));
    for modality in Modality::ALL {
        let begin = busy_s();
        let values = survey.render(modality);
        println!("{modality:?}: {:.2} megapixels per second", megapixels / (busy_s() - begin));
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        std::fs::write(format!("{folder}/{modality:?}.f32"), bytes)?;
    }
    Ok(())
}

/// Seconds that this process has computed: on a machine with other work the clock says little. 0 where Linux does not
/// tell.
fn busy_s() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = text.split_whitespace().next().and_then(|word| word.parse::<f64>().ok());
    nanoseconds.unwrap_or_default() / 1e9
}
