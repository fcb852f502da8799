//! Single pieces of work against the same in TerraTorch: same weights, same threads, one tile and eight.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::Row;
use crate::bench::bare::{self, Bare, Turn};
use crate::bench::published::Published;
use crate::bench::stats::{alternate, median, median_ratio};
use crate::bench::table::seconds;
use crate::bench::{Bench, Finding};

/// The encoder as Embed layer runs it.
pub static ENCODER: Row = Row {
    name: "encoder",
    about: "the encoder, S2L2A, against TerraTorch's",
    needs_reference: true,
    measure: |bench| {
        let models = Published::of(bench);
        models.install(&[])?;
        let work = work("encoder", &[&bench.pack(&models.name())]);
        let wanted = [("fp32", "highest", 1.15), ("auto", "highest", 3.0), ("auto", "shipped", 1.8)];
        measure(bench, &Module { work, what: "encoder, S2L2A", wanted: &wanted })
    },
};

/// What Generate modality does for a tile of land cover.
pub static LANDCOVER: Row = Row {
    name: "landcover",
    about: "S2L2A → LULC, tokens and classes, against TerraTorch's generation",
    needs_reference: true,
    measure: |bench| {
        let models = Published::of(bench);
        models.install(&["LULC"])?;
        let pack = bench.pack(&models.name());
        let work = work("landcover", &[&pack, &bench.tokenizer(&models.name(), "LULC")]);
        let wanted = [("auto", "highest", 3.0), ("auto", "shipped", 1.8)];
        measure(bench, &Module { work, what: "S2L2A → LULC, tokens and classes", wanted: &wanted })
    },
};

/// What Generate modality does several times for a tile of elevation.
pub static DENOISER: Row = Row {
    name: "denoiser",
    about: "one step of the DEM tokenizer's diffusion against TerraTorch's",
    needs_reference: true,
    measure: |bench| {
        let models = Published::of(bench);
        models.install(&["DEM"])?;
        let work = work("denoiser", &[&bench.tokenizer(&models.name(), "DEM")]);
        let wanted = [("auto", "highest", 3.0), ("auto", "shipped", 3.0)];
        measure(bench, &Module { work, what: "one step of diffusion, DEM", wanted: &wanted })
    },
};

/// What TiM segment does for a tile.
pub static TIM: Row = Row {
    name: "tim",
    about: "TiM, S2L2A, imagined LULC, UNet decoder, against TerraTorch's",
    needs_reference: true,
    measure: |bench| {
        let models = Published::of(bench);
        models.install_task()?;
        let work = work("tim", &[&bench.pack(&models.name_of_task())]);
        let wanted = [("auto", "highest", 3.0), ("auto", "shipped", 1.8)];
        let what = "TiM, S2L2A, imagined LULC, UNet [512, 256, 128, 64]";
        measure(bench, &Module { work, what, wanted: &wanted })
    },
};

/// Whether a precision can be had here.
type Works = fn(&Bench) -> bool;

/// Precisions of ours.
const PRECISIONS: &[(&str, Works)] =
    &[("fp32", |_| true), ("auto", |_| true), ("int8", |_| true), ("bf16", Bench::has_bf16)];

/// Precisions of matrix products in TerraTorch.
const MATMULS: [&str; 2] = ["highest", "shipped"];

/// Tiles of a turn.
const TILES: [usize; 2] = [1, 8];

/// Turns of a program, beside those that are taken in turn with the others.
const REPEATS: usize = 3;

/// A piece of work.
struct Module<'a> {
    /// Its name, which TerraTorch's side knows too, and the packs that it takes.
    work: Vec<String>,
    what: &'a str,
    /// The least that the ratio should be, by our precision and TerraTorch's.
    wanted: &'a [(&'a str, &'a str, f64)],
}

/// What TerraTorch's side says.
#[derive(Debug, Deserialize)]
struct Theirs {
    /// For each of [`TILES`].
    seconds: Vec<f64>,
    /// The precision of matrix products in its own word.
    matmul: String,
    threads: usize,
}

/// What runs in turn.
#[derive(Clone, Copy)]
enum Side {
    /// Ours in that precision: tiles of a turn.
    Ours { precision: &'static str, tiles: usize },
    /// TerraTorch with all numbers of tiles.
    Theirs { matmul: &'static str },
}

/// What a side said.
enum Said {
    Ours(Bare),
    Theirs(Theirs),
}

fn work(name: &str, packs: &[&Path]) -> Vec<String> {
    let packs = packs.iter().map(|pack| pack.display().to_string());
    std::iter::once(name.to_owned()).chain(packs).collect()
}

fn measure(bench: &Bench, module: &Module<'_>) -> Result<Vec<Finding>> {
    let reference = bench.reference().context("TerraTorch is needed")?;
    let precisions = PRECISIONS.iter().filter(|(_, works)| works(bench)).map(|(word, _)| *word);
    let sides = sides(precisions);
    let runs = alternate(bench.repeats, sides.len(), |side| match sides[side] {
        Side::Ours { precision, tiles } => {
            bench.say(format_args!("ours in {precision}, {tiles} tiles"));
            let turn = Turn { tiles, at_once: tiles.min(bench.threads()), repeats: REPEATS };
            let (_, bare) = bare::run(bench, &module.work, precision, turn)?;
            ensure_threads(bench, bare.threads)?;
            Ok(Said::Ours(bare))
        }
        Side::Theirs { matmul } => {
            bench.say(format_args!("TerraTorch, {matmul}"));
            let mut given = vec![
                "modules".into(),
                Published::of(bench).folder().display().to_string(),
                bench.model.clone(),
                module.work[0].clone(),
                format!("--matmul={matmul}"),
                format!("--repeats={REPEATS}"),
                "--batch".into(),
            ];
            given.extend(TILES.map(|tiles| tiles.to_string()));
            let (_, theirs): (_, Theirs) = reference.run(&given)?;
            ensure_threads(bench, theirs.threads)?;
            Ok(Said::Theirs(theirs))
        }
    })?;
    Ok(findings(&format!("{}, {}", module.what, bench.model), &sides, &runs, module.wanted))
}

fn ensure_threads(bench: &Bench, threads: usize) -> Result<()> {
    ensure!(threads == bench.threads(), "it ran on {threads} threads instead of {}", bench.threads());
    Ok(())
}

/// Of several tiles each goes through ours in a run of its own, side by side with others, as the algorithms have it.
fn sides(precisions: impl Iterator<Item = &'static str>) -> Vec<Side> {
    let ours = precisions.flat_map(|precision| TILES.map(|tiles| Side::Ours { precision, tiles }));
    ours.chain(MATMULS.map(|matmul| Side::Theirs { matmul })).collect()
}

/// Each of ours against each of TerraTorch's with as many tiles.
fn findings(what: &str, sides: &[Side], runs: &[Vec<Said>], wanted: &[(&str, &str, f64)]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, count) in TILES.into_iter().enumerate() {
        for (side, runs_of_ours) in sides.iter().zip(runs) {
            let &Side::Ours { precision, tiles } = side else { continue };
            let ours: Vec<_> = runs_of_ours.iter().filter_map(Said::ours).collect();
            let Some(first) = ours.first().filter(|_| tiles == count) else { continue };
            let ours_s: Vec<_> = ours.iter().map(|bare| bare.seconds).collect();
            for (side, runs) in sides.iter().zip(runs) {
                let Side::Theirs { matmul } = *side else { continue };
                let theirs: Vec<_> = runs.iter().filter_map(Said::theirs).collect();
                let Some(own_word) = theirs.first().map(|theirs| theirs.matmul.as_str()) else { continue };
                let other_s: Vec<_> = theirs.iter().map(|theirs| theirs.seconds[index]).collect();
                let is_it = |(ours, theirs, _): &&(&str, &str, f64)| (*ours, *theirs) == (precision, matmul);
                found.push(Finding {
                    what: format!(
                        "{what}, {tiles} {}: ours in {precision} ({}) against TerraTorch {matmul} (\"{own_word}\")",
                        if tiles == 1 { "tile" } else { "tiles" },
                        how(first, tiles)
                    ),
                    ours: seconds(median(ours_s.iter().copied())),
                    other: seconds(median(other_s.iter().copied())),
                    ratio: median_ratio(&ours_s, &other_s),
                    wanted: wanted.iter().find(is_it).map(|(.., least)| *least),
                });
            }
        }
    }
    found
}

/// On what, and how many at once.
fn how(bare: &Bare, tiles: usize) -> String {
    match (tiles, bare.at_once) {
        (1, _) => bare.route.clone(),
        (_, 1) => format!("{}, one after the other", bare.route),
        (_, at_once) => format!("{}, {at_once} side by side", bare.route),
    }
}

impl Said {
    fn ours(&self) -> Option<&Bare> {
        match self {
            Self::Ours(bare) => Some(bare),
            Self::Theirs(_) => None,
        }
    }

    fn theirs(&self) -> Option<&Theirs> {
        match self {
            Self::Theirs(theirs) => Some(theirs),
            Self::Ours(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(seconds: f64, at_once: usize) -> Vec<Said> {
        let bare = Bare { seconds, route: "CPU fp32".into(), at_once, threads: 2 };
        vec![Said::Ours(bare)]
    }

    fn theirs(printed: &str) -> Vec<Said> {
        vec![Said::Theirs(serde_json::from_str(printed).unwrap())]
    }

    #[test]
    fn each_of_ours_is_compared_with_each_of_theirs() {
        let sides = sides(["fp32"].into_iter());
        let runs = [
            ours(0.5, 1),
            ours(2.5, 2),
            theirs(r#"{"seconds": [1.0, 10.0], "matmul": "highest", "threads": 2}"#),
            theirs(r#"{"seconds": [0.25, 5.0], "matmul": "medium", "threads": 2}"#),
        ];
        let found = findings("X, base", &sides, &runs, &[("fp32", "highest", 1.15)]);
        let ratios: Vec<_> = found.iter().map(|finding| finding.ratio * 100.0).collect();
        assert_eq!(ratios, [200.0, 50.0, 400.0, 200.0]);
        assert_eq!(
            found[0].what,
            "X, base, 1 tile: ours in fp32 (CPU fp32) against TerraTorch highest (\"highest\")"
        );
        assert_eq!(
            found[3].what,
            "X, base, 8 tiles: ours in fp32 (CPU fp32, 2 side by side) against TerraTorch shipped (\"medium\")"
        );
        assert_eq!(
            found.iter().map(|finding| finding.wanted).collect::<Vec<_>>(),
            [Some(1.15), None, Some(1.15), None]
        );
    }
}
