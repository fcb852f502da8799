//! What reading, blending and writing cost: Embed layer against the session alone.

use anyhow::Result;
use grid::{Lattice, PATCH_PX, Window};

use super::{Row, TILING, file, tiling};
use crate::bench::bare::{self, Turn};
use crate::bench::stats::{alternate, median, median_ratio};
use crate::bench::table::seconds;
use crate::bench::{Bench, Finding};

/// The row.
pub static ROW: Row = Row {
    name: "overhead",
    about: "Embed layer with tiny against the ONNX Runtime session alone, over as many tiles",
    needs_reference: false,
    measure,
};

const SIZE_PX: usize = 4000;

fn measure(bench: &Bench) -> Result<Vec<Finding>> {
    let size_px = bench.size_or(SIZE_PX);
    let (scene, model, output) = (bench.scene(size_px)?, bench.tiny()?, bench.path("embedded.tif"));
    let tiles = tiles(size_px)?;
    let mut given = vec![format!("MODEL={model}"), file("S2L2A", &scene), file("OUTPUT", &output)];
    given.extend(tiling());
    let work = ["encoder".into(), bench.pack(model).display().to_string()];
    let embed = || bench.algorithm("embedlayer", &given);
    let bare = |at_once: usize| -> Result<_> {
        let turn = Turn { tiles, at_once, repeats: 1 };
        let (run, bare) = bare::run(bench, &work, "fp32", turn)?;
        Ok((bare.seconds, run.cpu_s))
    };
    // The first run also checks the model's weights and fills the system's cache with the scene.
    embed()?;
    let runs = alternate(bench.repeats, 3, |side| match side {
        0 => embed().map(|run| (run.wall_s, run.cpu_s)),
        1 => bare(1),
        _ => bare(bench.threads()),
    })?;
    let walls = |runs: &[(f64, f64)]| runs.iter().map(|run| run.0).collect::<Vec<_>>();
    let text = |runs: &[(f64, f64)]| {
        let cpu_s = median(runs.iter().map(|run| run.1));
        format!("{} ({} of processors)", seconds(median(walls(runs))), seconds(cpu_s))
    };
    let finding = |other: usize, how: &str, wanted| Finding {
        what: format!(
            "Embed layer, tiny, S2L2A, {size_px}² pixels: whole program, against {tiles} runs of the session alone, {how}"
        ),
        ours: text(&runs[0]),
        other: text(&runs[other]),
        ratio: median_ratio(&walls(&runs[0]), &walls(&runs[other])),
        wanted,
    };
    Ok(vec![finding(1, "one after the other", Some(1.0 / 1.1)), finding(2, "side by side as in ours", None)])
}

/// How many tiles cover a scene.
fn tiles(size_px: usize) -> Result<usize> {
    let lattice = Lattice::new(size_px, size_px, TILING.tile_px, TILING.overlap_px)?;
    let side = size_px.div_ceil(PATCH_PX);
    Ok(lattice.tiles_over(Window { x: 0, y: 0, width: side, height: side }).len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_of_two_thousand_pixels_has_121_tiles() {
        assert_eq!(tiles(2000).unwrap(), 121);
    }
}
