//! Whether memory grows with the scene.

use std::fs;

use anyhow::Result;

use super::{Row, file, tiling};
use crate::bench::child::Run;
use crate::bench::table::{megabytes, seconds};
use crate::bench::{Bench, Finding};

/// The row.
pub static ROW: Row = Row {
    name: "memory",
    about: "peak memory of the program on scenes of different size, with the sample's model",
    needs_reference: false,
    measure,
};

fn measure(bench: &Bench) -> Result<Vec<Finding>> {
    let model = bench.smallest()?;
    let mut findings = Vec::new();
    for (id, output, name) in [
        ("embedlayer", "OUTPUT", "Embed layer"),
        ("generatemodality", "OUTPUT_LULC", "Generate modality, LULC"),
    ] {
        let mut runs: Vec<(usize, Run)> = Vec::new();
        for &size_px in &bench.memory_sizes {
            let (scene, result) = (bench.scene(size_px)?, bench.path("memory.tif"));
            let mut given = vec![format!("MODEL={model}"), file("S2L2A", &scene), file(output, &result)];
            given.extend(tiling());
            bench.say(format_args!("{name}, {size_px} × {size_px}"));
            runs.push((size_px, bench.algorithm(id, &given)?));
            fs::remove_file(&result)?;
        }
        findings.extend(findings_of(name, &runs));
    }
    Ok(findings)
}

/// Every size against the one that took least.
fn findings_of(name: &str, runs: &[(usize, Run)]) -> Vec<Finding> {
    let Some((least_px, least)) = runs.iter().min_by_key(|(_, run)| run.peak_bytes) else { return vec![] };
    let finding = |(size_px, run): &(usize, Run)| Finding {
        what: format!("{name}, sample's model, S2L2A, {size_px}² pixels: peak memory, against the least"),
        ours: format!("{} (in {})", megabytes(run.peak_bytes), seconds(run.wall_s)),
        other: format!("{} at {least_px}²", megabytes(least.peak_bytes)),
        ratio: least.peak_bytes as f64 / run.peak_bytes as f64,
        wanted: Some(1.0 / 1.1),
    };
    runs.iter().map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_is_compared_with_the_one_that_took_least() {
        let run = |peak_bytes| Run { wall_s: 1.0, cpu_s: 1.0, peak_bytes, printed: String::new() };
        let findings = findings_of("X", &[(10, run(120)), (20, run(100)), (30, run(105))]);
        let ratios: Vec<_> = findings.iter().map(|f| (f.ratio * 100.0).round()).collect();
        assert_eq!(ratios, [83.0, 100.0, 95.0]);
        assert!(findings.iter().all(|f| f.other.ends_with("at 20²")));
    }
}
