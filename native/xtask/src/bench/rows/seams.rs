//! How visible tiles are in generated elevation, with and without HARMONIZE, and in TerraTorch's.

use std::path::Path;

use anyhow::Result;

use super::terratorch::{Tiled, tiled};
use super::{Row, TILING, file, tiling};
use crate::bench::context::read_values;
use crate::bench::seam::Seams;
use crate::bench::{Bench, Finding};
use crate::checkout;

/// The row.
pub static ROW: Row = Row {
    name: "seams",
    about: "seams between tiles of elevation generated from S2L2A, with the demonstration model",
    needs_reference: false,
    measure,
};

const SIZE_PX: usize = 2000;

fn measure(bench: &Bench) -> Result<Vec<Finding>> {
    let size_px = bench.size_or(SIZE_PX);
    let scene = bench.scene(size_px)?;
    let on = generated(bench, &scene, size_px, true)?;
    let off = generated(bench, &scene, size_px, false)?;
    let mut findings = compared("HARMONIZE on against off", on, off, bench, size_px);
    if bench.reference().is_some() {
        let other = by_terratorch(bench, &scene, size_px)?;
        findings.extend(compared(
            "HARMONIZE on against TerraTorch's tiled_inference",
            on,
            other,
            bench,
            size_px,
        ));
        findings.extend(compared(
            "HARMONIZE off against TerraTorch's tiled_inference",
            off,
            other,
            bench,
            size_px,
        ));
    }
    Ok(findings)
}

/// Ours.
fn generated(bench: &Bench, scene: &Path, size_px: usize, harmonize: bool) -> Result<Seams> {
    let output = bench.path("seams.tif");
    let mut given = vec![
        format!("MODEL={}", bench.demonstration()?),
        file("S2L2A", scene),
        file("OUTPUT_DEM", &output),
        format!("HARMONIZE={harmonize}"),
        format!("STEPS={}", bench.steps),
        "TEMPERATURE=0".into(),
        // Limits would cut off what is to be seen.
        "CLAMP=false".into(),
    ];
    given.extend(tiling());
    bench.say(format_args!("Generate modality with HARMONIZE={harmonize}"));
    bench.algorithm("generatemodality", &given)?;
    let values = bench.values(&output)?;
    std::fs::remove_file(&output)?;
    Ok(TILING.seams(&values, size_px))
}

/// TerraTorch's, with the same weights.
fn by_terratorch(bench: &Bench, scene: &Path, size_px: usize) -> Result<Seams> {
    let reference = bench.reference().expect("asked before");
    let file = bench.path("seams.f32");
    let model = checkout().join("demo/TerraMind_v1_demonstration.pt");
    let more = [
        "--matmul=highest".into(),
        "--batch=1".into(),
        format!("--steps={}", bench.steps),
        format!("--save={}", file.display()),
    ];
    bench.say(format_args!("TerraTorch"));
    let _: (_, Tiled) = reference.run(&tiled(&model, scene, "DEM", &more))?;
    Ok(TILING.seams(&read_values(&file)?, size_px))
}

fn compared(how: &str, ours: Seams, other: Seams, bench: &Bench, size_px: usize) -> Vec<Finding> {
    let finding = |index: &str, ours: f64, other: f64| Finding {
        what: format!(
            "S2L2A → DEM, demonstration model, {size_px}² pixels, {} steps, {how}: {index}",
            bench.steps
        ),
        ours: format!("{ours:.3}"),
        other: format!("{other:.3}"),
        ratio: other / ours,
        wanted: None,
    };
    vec![
        finding(
            "gradient index: mean |v(x+1) − v(x)| where tiles overlap ÷ elsewhere",
            ours.gradient,
            other.gradient,
        ),
        finding(
            "step index: mean |v(x+33) − v(x)| across overlaps of 32 ÷ within tiles",
            ours.step,
            other.step,
        ),
    ]
}
