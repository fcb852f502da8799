//! What the numbers were measured on.

use std::fs;
use std::process::Command;
use std::time::SystemTime;

use anyhow::Result;

use super::{Bench, child};
use crate::checkout;

/// Date, machine and versions, as lines of Markdown.
pub fn describe(bench: &Bench) -> Result<String> {
    let date = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let revision =
        output(Command::new("git").arg("-C").arg(checkout()).args(["describe", "--always", "--dirty"]));
    let program = child::run(bench.program().arg("--version"))?.printed;
    let mut versions =
        vec![format!("{}{}", program.trim(), revision.map(|r| format!(" ({r})")).unwrap_or_default())];
    versions.extend(bench.onnxruntime());
    if let Some(reference) = bench.reference() {
        versions.push(reference.versions()?);
    }
    let busy = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    Ok(format!(
        "{} · {}, {} of {} threads · {} · load {} at the end\n\n{}\n\n",
        &date[..date.find('T').unwrap_or(date.len())],
        cpu_model().unwrap_or_else(|| String::from("unknown processor")),
        bench.threads(),
        num_cpus::get(),
        system().unwrap_or_else(|| std::env::consts::OS.into()),
        busy.split(' ').next().unwrap_or("unknown"),
        versions.join(" · "),
    ))
}

fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn cpu_model() -> Option<String> {
    value_of(&fs::read_to_string("/proc/cpuinfo").ok()?, "model name", ':')
}

fn system() -> Option<String> {
    value_of(&fs::read_to_string("/etc/os-release").ok()?, "PRETTY_NAME", '=')
}

/// The first value of `key` in lines of `key separator value`.
fn value_of(text: &str, key: &str, separator: char) -> Option<String> {
    text.lines()
        .filter_map(|line| line.split_once(separator))
        .find_map(|(found, value)| (found.trim() == key).then(|| value.trim().trim_matches('"').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_whole_key() {
        let text = "model\t: 17\nmodel name\t: Processor: fast\nmodel name\t: other\n";
        assert_eq!(value_of(text, "model name", ':').unwrap(), "Processor: fast");
        assert_eq!(
            value_of("NAME=\"a\"\nPRETTY_NAME=\"Debian 12\"", "PRETTY_NAME", '=').unwrap(),
            "Debian 12"
        );
        assert_eq!(value_of(text, "name", ':'), None);
    }
}
