//! Going on after an interruption.

use crate::Error;
use crate::common::{memory, page};
use crate::description::{Kind, Parameter};
use crate::host::Context;
use crate::values::Values;
use model::TokenizerPack;
use model::pack::{Component, PackOf};
use pipeline::{Inputs, Journal, Place};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

pub(crate) const RESUME: &str = "RESUME";

/// How the folder of a QGIS session's temporary outputs begins, wherever it lies; six characters follow.
const TEMPORARY_FOLDER: &str = "processing_";

/// What leads to other times, but to no other result.
const OF_NO_EFFECT: [&str; 4] = [RESUME, "THREADS", memory::MEMORY_LIMIT, page::OUTPUT_HTML];

pub(crate) fn parameter() -> Parameter {
    Parameter::new(
        RESUME,
        "Go on after an interruption",
        "Keeps what is computed beside the first output until the run is complete, or for a week: the same request then goes on where it stopped, and gives the same file. Auto does so where the output is no temporary file and the disk has plenty of room. Not where a layer lies on a server, in an archive or in a database: there it may change unnoticed.",
        Kind::choice(&[("auto", "Auto"), ("yes", "Yes"), ("no", "No")], "auto"),
    )
    .advanced()
}

/// What of a run is done, and what is to become of it.
pub(crate) struct Resume<'a> {
    journal: Journal,
    /// The output that it lies beside.
    output: Option<PathBuf>,
    context: &'a Context<'a>,
}

/// What makes one run the same as another.
pub(crate) struct Request<'a> {
    /// Of the algorithm.
    pub id: &'static str,
    /// All parameters.
    pub values: &'a Values,
    /// As [`models`] gives them.
    pub models: &'a str,
    /// Of the layers and the place, as [`state`] gives it.
    pub state: Option<&'a str>,
}

/// All about a model and the tokenizers that take part: digests of the files that they were made from, how these were
/// understood, and what they answer.
pub(crate) fn models<'a, C: Component>(
    pack: &PackOf<C>,
    tokenizers: impl Iterator<Item = &'a TokenizerPack>,
) -> String {
    let manifests = tokenizers.map(|tokenizer| serde_json::to_string(tokenizer.manifest()));
    // What was read from a file can be written again.
    let texts = [serde_json::to_string(pack.manifest())].into_iter().chain(manifests).flatten();
    texts.collect::<Vec<_>>().join("\n")
}

/// What the layers are like now, and where they are looked at; nothing where they may change unnoticed.
pub(crate) fn state(inputs: &Inputs, place: Option<&Place>) -> Result<Option<String>, Error> {
    Ok(inputs.state(place)?)
}

impl<'a> Resume<'a> {
    /// Looks for an interrupted run of the same request beside `output`. `needed` is how many bytes all that is computed
    /// takes.
    pub fn of(
        request: &Request<'_>,
        output: Option<&Path>,
        needed: u64,
        context: &'a Context<'a>,
    ) -> Result<Self, Error> {
        let with = |journal| Self { journal, output: output.map(Path::to_owned), context };
        let none = || with(Journal::none());
        let Some(output) = output else { return Ok(none()) };
        let wanted = match request.values.text(RESUME) {
            Some("yes") => true,
            Some("no") => false,
            _ => !is_temporary(output) && raster::free_bytes(output).is_none_or(|free| needed < free / 2),
        };
        if !wanted {
            return Ok(none());
        }
        let must = request.values.text(RESUME) == Some("yes");
        let Some(state) = request.state else {
            if must {
                context.host.warning(
                    "RESUME is left out: a layer lies on a server, in an archive or in a database, where it may change unnoticed",
                );
            }
            return Ok(none());
        };
        let journal = match Journal::beside(output, &request.digest(state)) {
            Ok(journal) if must => journal,
            Ok(journal) => journal.dispensable(),
            Err(error) if must => return Err(error.into()),
            // Nobody asked for it: the run goes on without one.
            Err(_) => return Ok(none()),
        };
        if must && journal.path().is_none() {
            context
                .host
                .warning("RESUME is left out: another run with the same output keeps what it computes");
        }
        if journal.has_results() {
            context.host.info(
                "An interrupted run of the same request is there: going on where it stopped (RESUME=no computes everything anew)",
            );
        }
        Ok(with(journal))
    }

    /// What is done.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The results have their names.
    pub fn finish(mut self) {
        let journal = std::mem::replace(&mut self.journal, Journal::none());
        if let Some(reason) = journal.lost() {
            self.context.host.warning(&format!(
                "What was computed could not be kept for the case of an interruption ({reason}); the run went on without"
            ));
        }
        match (journal.path(), &self.output) {
            // What an earlier run left is of no use any more.
            (None, Some(output)) => Journal::forget(output),
            _ => journal.finish(),
        }
    }
}

impl Drop for Resume<'_> {
    fn drop(&mut self) {
        if let Some(path) = self.journal.path().filter(|_| self.journal.has_results()) {
            let size = path.metadata().map_or(0, |about| about.len());
            self.context.host.info(&format!(
                "What was computed is kept for {} days: run the same again to go on. {} ({:.0} MB) can be deleted at any time",
                raster::KEPT_FOR.as_secs() / (24 * 3600),
                path.display(),
                (size as f64 / 1e6).ceil()
            ));
        }
    }
}

impl Request<'_> {
    fn digest(&self, state: &str) -> String {
        let head = [crate::SOFTWARE, self.id, state, self.models].map(String::from);
        let lines: Vec<_> = head.into_iter().chain(self.values.lines(&OF_NO_EFFECT)).collect();
        model::hexadecimal(&Sha256::digest(lines.join("\n").as_bytes()))
    }
}

/// Whether a file is one of those that QGIS or the system removes by itself. QGIS gives each output a folder named by a
/// UUID in that of its session.
fn is_temporary(output: &Path) -> bool {
    let absolute = std::path::absolute(output).unwrap_or_else(|_| output.to_owned());
    let names: Vec<_> = absolute.iter().map(|name| name.to_string_lossy()).collect();
    let is_session = |name: &str| name.strip_prefix(TEMPORARY_FOLDER).is_some_and(|rest| rest.len() == 6);
    let is_uuid = |name: &str| name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    absolute.starts_with(std::env::temp_dir())
        || names.windows(2).any(|pair| is_session(&pair[0]) && is_uuid(&pair[1]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::describe;
    use serde_json::json;

    fn values(changes: &serde_json::Value) -> Values {
        let algorithm =
            describe().algorithms.into_iter().find(|algorithm| algorithm.id == "embedlayer").unwrap();
        let mut raw = json!({ "MODEL": "m", "OUTPUT": "/data/o.tif" });
        raw.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        Values::check(&algorithm, raw.as_object().unwrap(), false).unwrap()
    }

    #[test]
    fn whatever_changes_a_result_is_another_request() {
        let digest = |changes, state: &str, models: &str| {
            Request { id: "embedlayer", values: &values(&changes), models, state: Some(state) }.digest(state)
        };
        let first = digest(json!({}), "a", "1");
        assert_eq!(first, digest(json!({}), "a", "1"));
        assert_eq!(
            first,
            digest(json!({ "THREADS": 3, "RESUME": "yes", "OUTPUT_HTML": "p.html" }), "a", "1")
        );
        for other in [
            digest(json!({ "TILE_SIZE": 256 }), "a", "1"),
            digest(json!({ "DEM": "dem.tif" }), "a", "1"),
            digest(json!({}), "b", "1"),
            digest(json!({}), "a", "2"),
        ] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn temporary_outputs_are_told_by_their_folders() {
        assert!(is_temporary(&std::env::temp_dir().join("x/OUTPUT.tif")));
        let uuid = "0123456789abcdef0123456789abcdef";
        assert!(is_temporary(&Path::new("/data/scratch/processing_aBcXyZ").join(uuid).join("OUTPUT.tif")));
        assert!(!is_temporary(Path::new("/data/processed/map.tif")));
        assert!(!is_temporary(Path::new("/data/processing_result/2026/map.tif")));
    }

    #[test]
    fn every_algorithm_that_runs_a_model_over_layers_can_go_on() {
        for algorithm in describe().algorithms {
            let has = |name: &str| algorithm.parameters.iter().any(|parameter| parameter.name == name);
            assert_eq!(has("TILE_SIZE"), has(RESUME), "{}", algorithm.id);
        }
    }
}
