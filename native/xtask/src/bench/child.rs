//! A program that is run to its end: its time, its memory and what it printed.

use std::io::{Read, Seek};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use wait4::Wait4;

/// What a run took.
#[derive(Debug, Clone)]
pub struct Run {
    /// From its start to its end.
    pub wall_s: f64,
    /// Of all processors, ours and the system's.
    pub cpu_s: f64,
    /// The most memory that it had at once. The system counts from before the program replaced this one, so
    /// nothing smaller than this process can be measured.
    pub peak_bytes: u64,
    /// What it printed to standard output.
    pub printed: String,
}

/// Runs a program to its end. If it fails, the error has the end of what it wrote to standard error.
pub fn run(command: &mut Command) -> Result<Run> {
    let name = command.get_program().to_owned();
    // Files, not pipes: nobody has to read while the program runs.
    let (mut output, mut errors) = (tempfile::tempfile()?, tempfile::tempfile()?);
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(errors.try_clone()?);
    let started = Instant::now();
    let mut child = command.spawn().with_context(|| format!("cannot start {}", name.display()))?;
    let ended = child.wait4()?;
    let wall_s = started.elapsed().as_secs_f64();
    if !ended.status.success() {
        let mut text = Vec::new();
        errors.rewind()?;
        errors.read_to_end(&mut text)?;
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        let end = lines[lines.len().saturating_sub(20)..].join("\n");
        bail!("{} failed ({}):\n{end}", name.display(), ended.status);
    }
    let mut printed = String::new();
    output.rewind()?;
    output.read_to_string(&mut printed)?;
    Ok(Run {
        wall_s,
        cpu_s: (ended.rusage.utime + ended.rusage.stime).as_secs_f64(),
        peak_bytes: ended.rusage.maxrss,
        printed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(line: &str) -> Result<Run> {
        run(Command::new("sh").args(["-c", line]))
    }

    #[test]
    fn time_and_output_are_those_of_the_program() {
        let run = shell("sleep 0.2; echo said").unwrap();
        assert!(run.wall_s >= 0.2 && run.cpu_s < 0.2, "{run:?}");
        assert_eq!(run.printed, "said\n");
    }

    #[test]
    fn peak_memory_is_told_in_bytes_and_grows_with_what_the_program_holds() {
        let little = shell("true").unwrap().peak_bytes;
        let much =
            shell("head -c 100000000 /dev/zero | tail -c 100000000 | tail -c 1; true").unwrap().peak_bytes;
        assert!((100_000..60_000_000).contains(&little), "{little}");
        // `tail` holds it all, and its memory counts as its parent's once it has ended.
        assert!(much > little + 50_000_000, "{much}");
    }

    #[test]
    fn a_failure_says_which_program_and_why() {
        let message = shell("echo the reason >&2; exit 3").unwrap_err().to_string();
        assert!(message.starts_with("sh failed") && message.ends_with("the reason"), "{message}");
    }
}
