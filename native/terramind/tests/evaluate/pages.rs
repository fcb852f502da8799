//! The commands of the documentation run as they are written.

use super::common::{Home, repository, text};
use super::{outputs, said};
use std::fs;
use std::process::{Command, Output};

/// The commands of a page, one a line.
fn commands(page: &str) -> Vec<String> {
    let page = fs::read_to_string(repository().join("docs").join(page)).unwrap();
    let blocks = page.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    let joined = blocks.collect::<String>().replace("\\\n", " ");
    joined.lines().filter(|line| line.starts_with("terramind run ")).map(ToOwned::to_owned).collect()
}

/// Runs a line in a shell in which `terramind` is a command.
fn shell(home: &Home, line: &str) -> Output {
    let program = home.command();
    let name = home.path("terramind");
    let _ = std::os::unix::fs::symlink(program.get_program(), name);
    let path = format!("{}:{}", home.folder.path().display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).env("PATH", path).current_dir(home.folder.path());
    for (variable, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(variable, value),
            None => shell.env_remove(variable),
        };
    }
    shell.output().unwrap()
}

#[test]
fn the_pages_commands_run_as_they_are_written() {
    let home = Home::new();
    std::os::unix::fs::symlink(repository().join("sample"), home.path("sample")).unwrap();
    for line in commands("fine-tuned-models.md") {
        outputs(&shell(&home, &line));
    }
    let evaluations = commands("evaluation.md");
    assert!(evaluations.len() >= 3, "{evaluations:?}");
    for line in evaluations {
        let done = shell(&home, &line);
        // The model was fitted to what it is compared with.
        assert!(outputs(&done)["MIOU"].as_f64().unwrap() > 0.9, "{line}: {}", text(&done.stdout));
        assert!(!said(&done).contains("Warning:"), "{line}: {}", said(&done));
    }
}
