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

/// The most that whoever waits for a first tile is to wait.
const MOST_S: f64 = 3.0;

fn measure(bench: &Bench) -> Result<Vec<Finding>> {
    let models = Published::of(bench);
    models.install(&[])?;
    let (scene, output) = (bench.scene(TILING.tile_px)?, bench.path("start.tif"));
    let mut given = vec![format!("MODEL={}", models.name()), file("S2L2A", &scene), file("OUTPUT", &output)];
    given.extend(tiling());
    // The first run also checks the model's weights, which is done once.
    bench.algorithm("embedlayer", &given)?;
    let runs = alternate(bench.repeats, 1, |_| bench.algorithm("embedlayer", &given).map(|run| run.wall_s))?;
    let ours_s = median(runs.into_iter().flatten());
    Ok(vec![Finding {
        what: format!(
            "Embed layer, {}, S2L2A, one tile: from the program's start to its end, against what is wanted",
            bench.model
        ),
        ours: seconds(ours_s),
        other: seconds(MOST_S),
        ratio: MOST_S / ours_s,
        wanted: Some(1.0),
    }])
}
