//! `cargo xtask bench`: what a row of the table says is measured in one run on one machine.
//!
//! A row is a module in [`rows`]: a name, what it is about, and a function that runs programs and returns
//! [`Finding`]s, each a pair of measurements and their ratio. Everything else is here:
//!
//! - [`context`] holds what rows share: programs, models and scenes, made where they are missing,
//! - [`published`] has TerraTorch make models of published sizes,
//! - [`bare`] runs the sessions of a piece of work alone,
//! - [`child`] runs a program and says how long it took and how much memory it had,
//! - [`stats`] alternates what is compared and takes medians,
//! - [`seam`] measures how visible the borders of tiles are,
//! - [`tiny`] writes a checkpoint of random weights,
//! - [`machine`] describes what was measured on,
//! - [`table`] prints.
//!
//! Weights are random, which changes neither time nor memory. Ratios are what counts: the absolute numbers are
//! those of one machine on one day.

mod bare;
mod child;
mod context;
mod machine;
mod published;
mod rows;
mod seam;
mod stats;
mod table;
mod tiny;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

pub use context::Bench;
pub use table::Finding;

use crate::plugin::Parts;
use rows::{ROWS, Row};

/// What is measured, and how.
#[derive(clap::Args)]
pub struct Options {
    /// Rows to measure, with commas between [default: all].
    #[arg(long, value_name = "ROWS", value_delimiter = ',', value_parser = rows::named)]
    only: Vec<&'static Row>,
    /// Pixels per side of the scenes, but for the row of memory [default: what each row is defined with].
    #[arg(long, value_name = "PIXELS")]
    size: Option<usize>,
    /// Pixels per side of the scenes of the row of memory.
    #[arg(long, value_name = "PIXELS", value_delimiter = ',', default_values_t = [2000, 4000, 10_980])]
    memory_sizes: Vec<usize>,
    /// How often times are measured; the table has medians.
    #[arg(long, value_name = "TIMES", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    repeats: u16,
    /// Processor threads of both sides [default: one per physical core].
    #[arg(long, value_name = "NUMBER")]
    threads: Option<usize>,
    /// Diffusion steps of the row of seams.
    #[arg(long, value_name = "NUMBER", default_value_t = 3)]
    steps: usize,
    /// Size of the model that is compared with TerraTorch, with tokenizers as published: tiny or base.
    #[arg(long, value_name = "SIZE", default_value = "tiny", value_parser = ["tiny", "base"])]
    model: String,
    /// A Python with TerraTorch (tests/goldens/requirements.txt); without it there is no comparison with TerraTorch.
    #[arg(long, value_name = "PATH")]
    reference_python: Option<PathBuf>,
    /// Write the table to this file, too.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Where models and scenes are made and kept for the next time [default: target/bench].
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// Measures and prints.
pub fn run(parts: &Parts, options: &Options) -> Result<()> {
    let bench = Bench::open(parts, options)?;
    let rows: Vec<&Row> = if options.only.is_empty() { ROWS.to_vec() } else { options.only.clone() };
    let mut findings = Vec::new();
    let mut left_out = Vec::new();
    for row in rows {
        if row.needs_reference && bench.reference().is_none() {
            left_out.push(format!("`{}`", row.name));
            continue;
        }
        bench.say(format_args!("{}: {}", row.name, row.about));
        let found = (row.measure)(&bench).with_context(|| format!("the row {} failed", row.name))?;
        findings.extend(found.into_iter().map(|finding| (row.name, finding)));
    }
    let mut text = machine::describe(&bench)?;
    text.push_str(&table::markdown(&findings));
    if bench.reference().is_none() {
        text.push_str("\nNothing is compared with TerraTorch, as no --reference-python was given.");
        if !left_out.is_empty() {
            text.extend([" Left out: ", &left_out.join(", "), "."]);
        }
        text.push('\n');
    }
    print!("{text}");
    if let Some(file) = &options.output {
        fs::write(file, &text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}
