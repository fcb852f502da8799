//! The example `bare_session` of the pipeline: the sessions of a piece of work without anything around them.

use anyhow::{Context, Result};
use serde::Deserialize;

use super::Bench;
use super::child::{self, Run};

/// What it says of itself.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Bare {
    /// The median of the turns, in seconds.
    pub seconds: f64,
    /// Providers and precisions that the sessions ran on.
    pub route: String,
    /// Runs that went on at once.
    pub at_once: usize,
    /// Threads of all of them.
    pub threads: usize,
}

/// How many tiles, and how they are computed.
#[derive(Debug, Clone, Copy)]
pub struct Turn {
    /// Of 224 × 224 pixels.
    pub tiles: usize,
    /// Runs side by side.
    pub at_once: usize,
    /// Turns whose median is taken.
    pub repeats: usize,
}

/// Runs a piece of work, by its name and the packs that it takes, with the threads of the bench.
pub fn run(bench: &Bench, work: &[String], precision: &str, turn: Turn) -> Result<(Run, Bare)> {
    let Turn { tiles, at_once, repeats } = turn;
    let mut command = bench.example("bare_session");
    command.args(work).arg(format!("--precision={precision}")).arg(format!("--threads={}", bench.threads()));
    for (name, number) in [("tiles", tiles), ("at-once", at_once), ("repeats", repeats)] {
        command.arg(format!("--{name}={number}"));
    }
    let run = child::run(&mut command)?;
    let bare = read(&run.printed)?;
    Ok((run, bare))
}

fn read(printed: &str) -> Result<Bare> {
    serde_json::from_str(printed).with_context(|| format!("bare_session printed: {printed}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_example_prints_is_read() {
        let printed = r#"{"at_once":2,"open_s":0.5,"route":"CPU fp32","seconds":4.25,"threads":2,"tiles":8}"#;
        let bare = Bare { seconds: 4.25, route: "CPU fp32".into(), at_once: 2, threads: 2 };
        assert_eq!(read(printed).unwrap(), bare);
        assert!(read("Error").unwrap_err().to_string().ends_with("printed: Error"));
    }
}
