//! `terramind`: the algorithms as a command line, for scripts, servers and clusters.
//!
//! Parameters have the names and values that `qgis_process` takes. The result is one JSON object on standard
//! output; messages go to standard error; the exit status is 0, 1 for an error, 2 for wrong usage, or 130
//! when interrupted.

use algorithms::description::{Algorithm, Description, Kind, Parameter};
use algorithms::{Host, RunRequest, RunResult};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command};
use runtime::Cancel;
use serde_json::{Map, Value};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicI32, Ordering};

/// What a shell expects of a program that an interrupt ended.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let description = algorithms::describe();
    let matches = command(&without_map(description.clone())).get_matches();
    match matches.subcommand() {
        Some(("describe", given)) => describe(&description, given),
        Some(("run", given)) => run(&description, given),
        _ => list(&description),
    }
}

/// The description without the choices that need a map, which is not here; the JSON is that of all programs.
fn without_map(mut description: Description) -> Description {
    for parameter in description.algorithms.iter_mut().flat_map(|algorithm| &mut algorithm.parameters) {
        if let Kind::Enum { options, default_with_map, .. } = &mut parameter.kind {
            let of_map = default_with_map.take();
            options.retain(|option| Some(option.value) != of_map);
        }
    }
    description
}

/// The command line, made of the same description as the dialogs in QGIS.
fn command(description: &Description) -> Command {
    let ids: Vec<_> = description.algorithms.iter().map(|a| a.id).collect();
    let algorithm = Arg::new("ALGORITHM").required(true).value_parser(PossibleValuesParser::new(ids));
    Command::new("terramind")
        .version(description.version)
        .about("TerraMind on rasters: the algorithms of the QGIS plugin as a command line")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(Command::new("list").about("Lists the algorithms"))
        .subcommand(
            Command::new("describe").about("Prints an algorithm's description as JSON").arg(algorithm),
        )
        .subcommand(
            Command::new("run")
                .about("Runs an algorithm and prints its result as JSON")
                .subcommand_required(true)
                .subcommand_value_name("ALGORITHM")
                .subcommand_help_heading("Algorithms")
                .subcommands(description.algorithms.iter().map(algorithm_command)),
        )
}

fn algorithm_command(algorithm: &Algorithm) -> Command {
    Command::new(algorithm.id)
        .alias(format!("terramind:{}", algorithm.id))
        .about(algorithm.summary)
        .after_help(algorithm.help)
        .args(algorithm.parameters.iter().map(argument))
}

/// Values are checked by the core, so that every way to run an algorithm gives the same messages.
fn argument(parameter: &Parameter) -> Arg {
    let words = match &parameter.kind {
        Kind::Enum { options, .. } => options.iter().map(|o| o.value).collect::<Vec<_>>().join("|"),
        Kind::Extent => String::from("xmin,xmax,ymin,ymax [EPSG:n]"),
        Kind::Integer { .. } | Kind::Number { .. } => String::from("NUMBER"),
        Kind::Boolean { .. } => String::from("true|false"),
        Kind::String { .. } => String::from("TEXT"),
        Kind::Folder => String::from("FOLDER"),
        Kind::Vector => String::from("FILE[|layername=NAME]"),
        Kind::Field { .. } => String::from("NAME"),
        Kind::Crs => String::from("EPSG:n"),
        Kind::Raster
        | Kind::Rasters
        | Kind::File { .. }
        | Kind::RasterDestination { .. }
        | Kind::FileDestination { .. }
        | Kind::VectorDestination { .. } => String::from("FILE"),
    };
    let default = match &parameter.kind {
        Kind::Enum { options, default, .. } => {
            let labels = options.iter().map(|option| format!("\n- {}: {}", option.value, option.label));
            format!(" [default: {default}]{}", labels.collect::<String>())
        }
        Kind::Integer { default, .. } => format!(" [default: {default}]"),
        Kind::Number { default: Some(default), .. } => format!(" [default: {default}]"),
        Kind::Boolean { default } => format!(" [default: {default}]"),
        Kind::String { default: Some(default), .. } => format!(" [default: {default}]"),
        _ => String::new(),
    };
    let action = if matches!(parameter.kind, Kind::Rasters) { ArgAction::Append } else { ArgAction::Set };
    Arg::new(parameter.name)
        .long(parameter.name)
        .action(action)
        .value_name(words)
        .allow_hyphen_values(true)
        .help(format!("{}{default}", parameter.help))
}

/// What was given for a parameter: a text, or a list where several are allowed.
fn value(parameter: &Parameter, given: &ArgMatches) -> Option<Value> {
    if matches!(parameter.kind, Kind::Rasters) {
        let values = given.get_many::<String>(parameter.name)?;
        return Some(values.cloned().map(Value::from).collect());
    }
    Some(given.get_one::<String>(parameter.name)?.clone().into())
}

fn list(description: &Description) -> ExitCode {
    for a in &description.algorithms {
        println!("{}:{}\t{}", description.provider.id, a.id, a.summary);
    }
    ExitCode::SUCCESS
}

fn describe(description: &Description, given: &ArgMatches) -> ExitCode {
    let id = given.get_one::<String>("ALGORITHM").map(String::as_str).unwrap_or_default();
    for a in description.algorithms.iter().filter(|a| a.id == id) {
        println!("{}", serde_json::to_string_pretty(a).unwrap_or_default());
    }
    ExitCode::SUCCESS
}

fn run(description: &Description, given: &ArgMatches) -> ExitCode {
    let Some((id, given)) = given.subcommand() else { return ExitCode::from(2) };
    let algorithm = description.algorithms.iter().find(|a| a.id == id);
    let parameters: Map<String, Value> = algorithm
        .into_iter()
        .flat_map(|a| &a.parameters)
        .filter_map(|p| Some((p.name.to_owned(), value(p, given)?)))
        .collect();
    raster::silence_gdal();
    let cancel = Cancel::default();
    let on_signal = cancel.clone();
    // Without a handler an interrupt would still end the program; only the clean end would be missing. Who asks twice does
    // not want to wait for a server that says nothing; what is left then is swept by the next run.
    let _ = ctrlc::set_handler(move || {
        if on_signal.is_cancelled() {
            std::process::exit(INTERRUPTED.into());
        }
        on_signal.cancel();
    });
    let request = RunRequest { algorithm: id.to_owned(), parameters, canvas: None };
    let terminal = Terminal::default();
    let result = algorithms::run(&request, home().as_deref(), &terminal, &cancel);
    terminal.end_line();
    println!("{}", serde_json::to_string(&result).unwrap_or_default());
    match result {
        RunResult::Ok(_) => ExitCode::SUCCESS,
        RunResult::Error { message } => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
        RunResult::Cancelled { message } => {
            eprintln!("{message}");
            ExitCode::from(INTERRUPTED)
        }
    }
}

/// The folder of this program.
fn home() -> Option<PathBuf> {
    std::env::current_exe().ok()?.parent().map(PathBuf::from)
}

/// Messages and, where someone watches, progress on standard error.
#[derive(Default)]
struct Terminal {
    /// The last percent shown, plus one; 0 while no line is open.
    shown: AtomicI32,
}

impl Terminal {
    fn end_line(&self) {
        if self.shown.swap(0, Ordering::Relaxed) > 0 {
            eprintln!();
        }
    }
}

impl Host for Terminal {
    fn progress(&self, percent: f64) {
        let percent = percent as i32;
        if std::io::stderr().is_terminal() && self.shown.swap(percent + 1, Ordering::Relaxed) != percent + 1 {
            eprint!("\r{percent:3} %");
            let _ = std::io::stderr().flush();
        }
    }

    fn info(&self, message: &str) {
        self.end_line();
        eprintln!("{message}");
    }

    fn warning(&self, message: &str) {
        self.end_line();
        eprintln!("Warning: {message}");
    }
}
