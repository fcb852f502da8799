//! The list of algorithms, and running one of them.

use crate::common::memory;
use crate::common::page::{self, Page};
use crate::configuration;
use crate::description::{ABI_VERSION, Algorithm, Description, Provider};
use crate::host::{Context, Host};
use crate::result::{Outcome, RunResult};
use crate::values::Values;
use crate::{
    Error, RunRequest, colours, embed, evaluate, folders, generate, import, install_runtime, installed,
    reconstruct, runtime_info, scene, segment,
};
use runtime::Cancel;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// What every algorithm's module gives.
struct Entry {
    describe: fn() -> Algorithm,
    run: fn(&Values, &Context) -> Result<Outcome, Error>,
}

impl Entry {
    /// The algorithm with what all of its sort have.
    fn algorithm(&self) -> Algorithm {
        let mut algorithm = (self.describe)();
        if page::suits(&algorithm) {
            algorithm.parameters.push(page::parameter());
        }
        algorithm
    }

    /// The same, with the defaults that the host has chosen.
    fn described(&self) -> Algorithm {
        let mut algorithm = self.algorithm();
        configuration::apply(&mut algorithm);
        algorithm
    }
}

/// All algorithms, in the order of the documentation.
const ALGORITHMS: [Entry; 12] = [
    Entry { describe: import::describe, run: import::run },
    Entry { describe: embed::describe, run: embed::run },
    Entry { describe: colours::describe, run: colours::run },
    Entry { describe: generate::describe, run: generate::run },
    Entry { describe: reconstruct::describe, run: reconstruct::run },
    Entry { describe: segment::describe, run: segment::run },
    Entry { describe: evaluate::describe, run: evaluate::run },
    Entry { describe: scene::describe, run: scene::run },
    Entry { describe: installed::list::describe, run: installed::list::run },
    Entry { describe: installed::remove::describe, run: installed::remove::run },
    Entry { describe: runtime_info::describe, run: runtime_info::run },
    Entry { describe: install_runtime::describe, run: install_runtime::run },
];

const PROVIDER: &str = "terramind";

/// Every algorithm as it is without anybody's choices.
pub(crate) fn unconfigured() -> impl Iterator<Item = Algorithm> {
    ALGORITHMS.iter().map(Entry::algorithm)
}

/// The description document; it names the models that are installed now.
#[must_use]
pub fn describe() -> Description {
    let version = env!("CARGO_PKG_VERSION");
    Description {
        abi_version: ABI_VERSION,
        version,
        provider: Provider { id: PROVIDER, name: "TerraMind", long_name: format!("TerraMind {version}") },
        algorithms: ALGORITHMS.iter().map(Entry::described).collect(),
    }
}

/// Runs a request. `home` is the folder of the core's own libraries, where ONNX Runtime may lie.
pub fn run(request: &RunRequest, home: Option<&Path>, host: &dyn Host, cancel: &Cancel) -> RunResult {
    if let Some(cache) = folders::cache() {
        raster::keep_notes_in(&cache.join("unfinished"));
    }
    let result = catch_unwind(AssertUnwindSafe(|| try_run(request, home, host, cancel)));
    let result = match result {
        Ok(result) => result,
        Err(panic) => return RunResult::Error { message: internal_error(&*panic) },
    };
    match result {
        Ok(outcome) => RunResult::Ok(outcome),
        Err(error) if error.is_cancelled() => {
            RunResult::Cancelled { message: String::from("Cancelled; nothing was written.") }
        }
        Err(error) => RunResult::Error { message: sentence(&error.to_string()) },
    }
}

/// What to tell of a panic, which is a defect of ours.
#[must_use]
pub fn internal_error(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<String>().map(String::as_str);
    let words = words.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no words");
    format!("Internal error ({words}). Nothing was written; please report this with what you did.")
}

fn try_run(
    request: &RunRequest,
    home: Option<&Path>,
    host: &dyn Host,
    cancel: &Cancel,
) -> Result<Outcome, Error> {
    let id = request.algorithm.strip_prefix(PROVIDER).and_then(|s| s.strip_prefix(':'));
    let id = id.unwrap_or(&request.algorithm);
    let described: Vec<_> = ALGORITHMS.iter().map(|entry| (entry, entry.described())).collect();
    let Some((entry, algorithm)) = described.iter().find(|(_, algorithm)| algorithm.id == id) else {
        let known: Vec<_> = described.iter().map(|(_, algorithm)| algorithm.id).collect();
        return Err(Error::UnknownAlgorithm { name: request.algorithm.clone(), known: known.join(", ") });
    };
    let values = Values::check(algorithm, &request.parameters, request.canvas.is_some())?;
    let page = Page::begin(algorithm, &values, host)?;
    let host: &dyn Host = page.as_ref().map_or(host, |page| page);
    let canvas = request.canvas.as_ref();
    let mut outcome = memory::within_limit(&values, host, cancel, |memory| {
        (entry.run)(&values, &Context { host, cancel, canvas, home, memory })
    })?;
    if let Some(page) = page {
        page.finish(algorithm, &values, &mut outcome);
    }
    Ok(outcome)
}

/// Errors are written to follow other words; alone they begin with a capital and end with a full stop.
fn sentence(message: &str) -> String {
    let mut characters = message.chars();
    let first = characters.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    let stop = if message.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{stop}", characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::Kind;

    #[test]
    fn everything_can_be_found_and_says_what_to_choose() {
        for algorithm in unconfigured() {
            let id = algorithm.id;
            assert!(algorithm.tags.len() >= 5, "{id} is hard to find");
            assert!(
                algorithm.tags.iter().all(|tag| !tag.contains(',')),
                "translators separate them by commas"
            );
            assert!(algorithm.summary.ends_with('.') && !algorithm.help.is_empty(), "{id}");
            for parameter in algorithm.parameters {
                assert!(parameter.help.ends_with(['.', ')']), "{id} {}: {}", parameter.name, parameter.help);
            }
        }
    }

    #[test]
    fn whole_numbers_fit_the_widgets_of_qgis() {
        for algorithm in describe().algorithms {
            for parameter in algorithm.parameters {
                if let Kind::Integer { minimum, maximum, default } = parameter.kind {
                    let fits = |number: i64| i32::try_from(number).is_ok();
                    let all = fits(minimum) && maximum.is_none_or(fits) && fits(default);
                    assert!(all, "{} {}", algorithm.id, parameter.name);
                }
            }
        }
    }
}
