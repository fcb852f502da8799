//! How long it takes until the first tile is there.

use anyhow::Result;

use super::{Row, TILING, file, tiling};
use crate::bench::published::Published;
use crate::bench::stats::{alternate, median};
use crate::bench::table::seconds;
use crate::bench::{Bench, Finding};

/// The row.
pub static ROW: Row = Row {
    name: "start",
    about: "Embed layer on a scene of one tile, from the program's start to its end",
    // TerraTorch makes the model.
    needs_reference: true,
    measure,
};

/// Exactly, and in the fastest way.
const PRECISIONS: [&str; 2] = ["fp32", "auto"];

/// The most that whoever waits for a first tile is to wait.
const MOST_S: f64 = 3.0;

fn measure(bench: &Bench) -> Result<Vec<Finding>> {
    let models = Published::of(bench);
    models.install(&[])?;
    let (scene, output) = (bench.scene(TILING.tile_px)?, bench.path("start.tif"));
    let given = |precision: &str| {
        let mut given =
            vec![format!("MODEL={}", models.name()), file("S2L2A", &scene), file("OUTPUT", &output)];
        given.push(format!("PRECISION={precision}"));
        given.extend(tiling());
        given
    };
    // The first run also checks the model's weights, and tries which way is the fastest; both are done once.
    let mut first_s = Vec::new();
    for precision in PRECISIONS {
        first_s.push(bench.algorithm("embedlayer", &given(precision))?.wall_s);
    }
    let runs = alternate(bench.repeats, PRECISIONS.len(), |index| {
        bench.algorithm("embedlayer", &given(PRECISIONS[index])).map(|run| run.wall_s)
    })?;
    let finding = |((precision, runs), first_s): ((&str, Vec<f64>), f64)| {
        let ours_s = median(runs);
        Finding {
            what: format!(
                "Embed layer, {}, S2L2A, {precision}, one tile: from the program's start to its end (the very first time {}), against what is wanted",
                bench.model,
                seconds(first_s)
            ),
            ours: seconds(ours_s),
            other: seconds(MOST_S),
            ratio: MOST_S / ours_s,
            wanted: Some(1.0),
        }
    };
    Ok(PRECISIONS.into_iter().zip(runs).zip(first_s).map(finding).collect())
}
