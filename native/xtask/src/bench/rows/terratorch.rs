//! Land cover of a scene, against TerraTorch's `tiled_inference` with the same weights, tiles and threads.

use anyhow::{Context, Result};
use serde::Deserialize;

use super::{Row, TILING, file, tiling};
use crate::bench::published::Published;
use crate::bench::stats::{alternate, median, median_ratio};
use crate::bench::table::{megabytes, seconds};
use crate::bench::{Bench, Finding};

/// The row.
pub static ROW: Row = Row {
    name: "terratorch",
    about: "S2L2A → LULC against TerraTorch's tiled_inference",
    needs_reference: true,
    measure,
};

const SIZE_PX: usize = 2000;

/// How TerraTorch is run: precision of matrix products, tiles a batch, in words; and how many times faster `auto` is to be.
const WAYS: [(&str, usize, &str, f64); 2] = [
    ("highest", 1, "precision \"highest\", one tile a batch", 4.0),
    ("shipped", 16, "as shipped: precision \"medium\", 16 tiles a batch", 2.5),
];

/// What the script says of a run.
#[derive(Deserialize)]
pub struct Tiled {
    /// Time of `tiled_inference` alone.
    pub inference_s: f64,
}

/// What is taken of a run of either side.
struct Taken {
    /// What is compared.
    s: f64,
    /// From the program's start to its end.
    whole_s: f64,
    peak_bytes: u64,
}

/// Arguments for TerraTorch's side of a row.
pub fn tiled(model: &std::path::Path, scene: &std::path::Path, output: &str, more: &[String]) -> Vec<String> {
    let stride_px = TILING.tile_px - TILING.overlap_px;
    let mut given = vec![
        "tiled".into(),
        model.display().to_string(),
        scene.display().to_string(),
        output.into(),
        format!("--crop={}", TILING.tile_px),
        format!("--stride={stride_px}"),
    ];
    given.extend_from_slice(more);
    given
}

fn measure(bench: &Bench) -> Result<Vec<Finding>> {
    let reference = bench.reference().context("TerraTorch is needed")?;
    let size_px = bench.size_or(SIZE_PX);
    let models = Published::of(bench);
    models.install(&["LULC"])?;
    let (scene, checkpoint) = (bench.scene(size_px)?, models.checkpoint());
    let output = bench.path("terratorch.tif");
    let ours = |precision: &str| {
        let mut given = vec![
            format!("MODEL={}", models.name()),
            file("S2L2A", &scene),
            file("OUTPUT_LULC", &output),
            "TEMPERATURE=0".into(),
            format!("PRECISION={precision}"),
        ];
        given.extend(tiling());
        bench.algorithm("generatemodality", &given)
    };
    let mut precisions = vec!["fp32", "auto", "int8"];
    if bench.has_bf16() {
        precisions.push("bf16");
    }
    let ways = (0..WAYS.len()).map(Side::TerraTorch);
    let sides: Vec<_> = ways.chain(precisions.iter().copied().map(Side::Ours)).collect();
    // The first run also checks the weights.
    ours("fp32")?;
    let runs = alternate(bench.repeats, sides.len(), |side| match sides[side] {
        Side::Ours(precision) => {
            bench.say(format_args!("Generate modality in {precision}"));
            let run = ours(precision)?;
            Ok(Taken { s: run.wall_s, whole_s: run.wall_s, peak_bytes: run.peak_bytes })
        }
        Side::TerraTorch(way) => {
            let (matmul, batch, name, _) = WAYS[way];
            bench.say(format_args!("TerraTorch, {name}"));
            let more = [format!("--matmul={matmul}"), format!("--batch={batch}")];
            let (run, tiled): (_, Tiled) = reference.run(&tiled(&checkpoint, &scene, "LULC", &more))?;
            Ok(Taken { s: tiled.inference_s, whole_s: run.wall_s, peak_bytes: run.peak_bytes })
        }
    })?;
    let what = |precision: &str, way: usize| {
        format!(
            "S2L2A → LULC, {}, {size_px}² pixels, ours in {precision}, TerraTorch {}",
            bench.model, WAYS[way].2
        )
    };
    let mut findings = Vec::new();
    let (theirs, ours) = runs.split_at(WAYS.len());
    for (precision, ours) in precisions.iter().zip(ours) {
        for (way, theirs) in theirs.iter().enumerate() {
            let wanted = (*precision == "auto").then_some(WAYS[way].3);
            findings.extend(compared(&what(precision, way), ours, theirs, wanted));
        }
    }
    Ok(findings)
}

/// What runs in turn.
enum Side {
    /// Generate modality in that precision.
    Ours(&'static str),
    /// One of the [`WAYS`].
    TerraTorch(usize),
}

/// Time and memory.
fn compared(what: &str, ours: &[Taken], other: &[Taken], wanted: Option<f64>) -> [Finding; 2] {
    let column = |runs: &[Taken], of: fn(&Taken) -> f64| runs.iter().map(of).collect::<Vec<_>>();
    let peak = |runs: &[Taken]| median(column(runs, |run| run.peak_bytes as f64)) as u64;
    [
        Finding {
            what: format!("{what}: our whole program against `tiled_inference` alone"),
            ours: seconds(median(column(ours, |run| run.s))),
            other: format!(
                "{} (whole program {})",
                seconds(median(column(other, |run| run.s))),
                seconds(median(column(other, |run| run.whole_s)))
            ),
            ratio: median_ratio(&column(ours, |run| run.s), &column(other, |run| run.s)),
            wanted,
        },
        Finding {
            what: format!("{what}: peak memory"),
            ours: megabytes(peak(ours)),
            other: megabytes(peak(other)),
            ratio: peak(other) as f64 / peak(ours) as f64,
            wanted: None,
        },
    ]
}
