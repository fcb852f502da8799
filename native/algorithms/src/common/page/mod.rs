//! A page about a run, for QGIS's results viewer: what went in and came out, how long it took, and by what it was made.
//!
//! It is made of finished rasters and of what the run told, so algorithms know nothing of it.

mod picture;
mod subject;

use crate::common::{html, pace};
use crate::description::{Algorithm, Kind, Parameter};
use crate::host::Host;
use crate::result::Outcome;
use crate::values::Values;
use crate::{Error, software};
use parking_lot::Mutex;
use raster::{TextWriter, publish_all};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use subject::Subject;

pub(crate) const OUTPUT_HTML: &str = "OUTPUT_HTML";

/// What keys of metadata begin with that say where a raster comes from.
const OURS: &str = "TERRAMIND_";

/// Whether there is such a page of an algorithm: it writes rasters.
pub(crate) fn suits(algorithm: &Algorithm) -> bool {
    algorithm.parameters.iter().any(|parameter| matches!(parameter.kind, Kind::RasterDestination { .. }))
}

pub(crate) fn parameter() -> Parameter {
    Parameter::new(
        OUTPUT_HTML,
        "Results page",
        "A page about the run: small pictures and statistics of its rasters, how long it took, and by what it was made. QGIS lists it in its results viewer, which opens it in the browser.",
        Kind::FileDestination { extension: "html" },
    )
    .optional()
}

/// A page under construction, which hears what the run tells.
pub(crate) struct Page<'a> {
    host: &'a dyn Host,
    path: PathBuf,
    writer: TextWriter,
    begun: Instant,
    heard: Mutex<Heard>,
}

/// What the run told.
#[derive(Debug, Default)]
struct Heard {
    messages: Vec<String>,
    warnings: Vec<String>,
    /// The first one; later ones know more.
    forecast: Option<Duration>,
    memory: Option<String>,
}

impl<'a> Page<'a> {
    /// Looks whether the page can be written where it is wanted, if it is.
    pub fn begin(algorithm: &Algorithm, values: &Values, host: &'a dyn Host) -> Result<Option<Self>, Error> {
        let Some(path) = values.path(OUTPUT_HTML).filter(|_| suits(algorithm)) else { return Ok(None) };
        let same = |other: &String| {
            path.canonicalize()
                .is_ok_and(|own| Path::new(other).canonicalize().is_ok_and(|other| own == other))
        };
        for parameter in algorithm.parameters.iter().filter(|parameter| parameter.name != OUTPUT_HTML) {
            if values.sources(parameter.name).iter().any(same) {
                return Err(pipeline::Error::OutputIsInput { modality: parameter.name, path }.into());
            }
        }
        let writer = TextWriter::create(&path)?;
        let (begun, heard) = (Instant::now(), Mutex::default());
        Ok(Some(Self { host, path, writer, begun, heard }))
    }

    /// Writes the page. The results are there already: where it fails, that is told, and the run has succeeded.
    pub fn finish(self, algorithm: &Algorithm, values: &Values, outcome: &mut Outcome) {
        let Self { host, path, writer, begun, heard } = self;
        let text = compose(algorithm, values, outcome, &heard.into_inner(), begun.elapsed());
        match writer.complete(&text).and_then(|completed| publish_all(vec![completed])) {
            Ok(()) => {
                outcome.outputs.insert(OUTPUT_HTML.to_owned(), path.display().to_string().into());
            }
            Err(error) => {
                host.warning(&format!("The results are complete, but not the page about them: {error}"));
            }
        }
    }
}

impl Host for Page<'_> {
    fn progress(&self, percent: f64) {
        self.host.progress(percent);
    }

    fn info(&self, message: &str) {
        self.heard.lock().messages.push(message.to_owned());
        self.host.info(message);
    }

    fn warning(&self, message: &str) {
        self.heard.lock().warnings.push(message.to_owned());
        self.host.warning(message);
    }

    fn forecast(&self, in_all: Duration) {
        self.heard.lock().forecast.get_or_insert(in_all);
        self.host.forecast(in_all);
    }

    fn memory(&self, most: &str) {
        self.heard.lock().memory = Some(most.to_owned());
        self.host.memory(most);
    }
}

fn compose(
    algorithm: &Algorithm,
    values: &Values,
    outcome: &Outcome,
    heard: &Heard,
    took: Duration,
) -> String {
    let outputs = Subject::outputs(algorithm, outcome);
    let provenance: Vec<_> = outputs.iter().flat_map(Subject::metadata).collect();
    let provenance = common(provenance);
    let mut body = run(algorithm, heard, took);
    body += &html::warnings(&heard.warnings);
    body += "<h2>Results</h2>\n";
    body += &outputs.iter().map(Subject::html).collect::<String>();
    let numbers: Vec<_> = algorithm
        .outputs
        .iter()
        .filter_map(|output| {
            let value = outcome.outputs.get(output.name)?;
            Some((output.label, value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)))
        })
        .collect();
    if !numbers.is_empty() {
        body += &html::pairs(&numbers);
    }
    let inputs = Subject::inputs(algorithm, values);
    if !inputs.is_empty() {
        body += "<h2>Layers that it was made from</h2>\n";
        body += &inputs.iter().map(Subject::html).collect::<String>();
    }
    if outputs.iter().chain(&inputs).any(Subject::is_sampled) {
        body += "<p>Statistics of large rasters come from their overviews: extremes may be missing.</p>\n";
    }
    if !provenance.is_empty() {
        body += "<h2>Where the results come from</h2>\n";
        body += &html::pairs(&provenance);
    }
    body += "<h2>Parameters</h2>\n";
    body += &html::pairs(&values.told(algorithm));
    body += "<h2>Log</h2>\n";
    body += &html::list(&heard.messages);
    html::page(&title(algorithm, values, outcome), &body)
}

/// What distinguishes the page from those of other runs: `Embed layer: Features of S2L2A (tiny), from scene`.
fn title(algorithm: &Algorithm, values: &Values, outcome: &Outcome) -> String {
    let mut title = match outcome.layers.as_slice() {
        [] => algorithm.name.to_owned(),
        [first, others @ ..] => {
            let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
            let first = &first.name;
            let before =
                if first.starts_with(algorithm.name) { "" } else { &format!("{}: ", algorithm.name) };
            format!("{before}{first}{more}")
        }
    };
    let rasters = algorithm.parameters.iter();
    let mut rasters = rasters.filter(|parameter| matches!(parameter.kind, Kind::Raster | Kind::Rasters));
    let source = rasters.find_map(|parameter| values.sources(parameter.name).into_iter().next());
    if let Some(name) = source.as_deref().and_then(html::stem) {
        let _ = write!(title, ", from {name}");
    }
    title
}

fn run(algorithm: &Algorithm, heard: &Heard, took: Duration) -> String {
    let mut rows = vec![("Algorithm", format!("terramind:{}", algorithm.id)), ("Time", pace::words(took))];
    rows.extend(heard.forecast.map(|forecast| ("First forecast of the time", pace::words(forecast))));
    rows.extend(heard.memory.clone().map(|most| ("Memory at most", most)));
    rows.push(("Software", software()));
    html::pairs(&rows)
}

/// Each fact once, without what its key begins with.
fn common(facts: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut told: Vec<(String, String)> = Vec::new();
    for (key, value) in facts {
        let Some(key) = key.strip_prefix(OURS) else { continue };
        if !told.iter().any(|(known, same)| known == key && *same == value) {
            told.push((key.to_owned(), value));
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Silent;
    use crate::registry::describe;
    use raster::Look;
    use serde_json::json;

    /// A row of pixels, of which those that are no number are missing.
    pub(super) fn look(values: &[f32]) -> Look {
        let valid = values.iter().map(|value| !value.is_nan()).collect();
        Look { width: values.len(), height: 1, values: values.to_vec(), valid }
    }

    #[test]
    fn all_that_write_rasters_have_a_page_and_nobody_else_has_two() {
        for algorithm in describe().algorithms {
            let pages = algorithm.parameters.iter().filter(|parameter| parameter.name == OUTPUT_HTML).count();
            let expected = usize::from(suits(&algorithm) || algorithm.id == "evaluate");
            assert_eq!(pages, expected, "{}", algorithm.id);
        }
    }

    #[test]
    fn what_a_run_tells_is_escaped_and_the_first_forecast_counts() {
        let algorithm =
            describe().algorithms.into_iter().find(|algorithm| algorithm.id == "featurecolours").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let evil = "</td><script>alert(1)</script>&\"'";
        let raw = json!({ "INPUT": evil, "OUTPUT": format!("/{evil}/o.tif"), "OUTPUT_HTML": folder.path().join("p.html") });
        let values = Values::check(&algorithm, raw.as_object().unwrap(), false).unwrap();
        let page = Page::begin(&algorithm, &values, &Silent).unwrap().unwrap();
        page.info(evil);
        page.warning(evil);
        for seconds in [25, 90] {
            page.forecast(Duration::from_secs(seconds));
        }
        page.memory("12 MB");
        let mut outcome = Outcome::default();
        page.finish(&algorithm, &values, &mut outcome);
        let path = outcome.outputs[OUTPUT_HTML].as_str().unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        assert!(!text.contains("<script"), "{text}");
        assert!(text.matches("&lt;script&gt;").count() >= 4, "{text}");
        for words in ["<h2>Warnings</h2>", "25 s</td>", "12 MB</td>", "terramind:featurecolours"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(!text.contains("1 min 30 s"));
    }

    #[test]
    fn a_page_is_named_after_what_was_made_and_from_what() {
        let named = |id: &str, raw: serde_json::Value, layers: &[&str]| {
            let algorithm = describe().algorithms.into_iter().find(|algorithm| algorithm.id == id).unwrap();
            let values = Values::check(&algorithm, raw.as_object().unwrap(), false).unwrap();
            let layer = |name: &&str| {
                let name = (*name).to_owned();
                crate::result::OutputLayer { output: "OUTPUT", name, style: None, notes: None }
            };
            let layers = layers.iter().map(layer).collect();
            title(&algorithm, &values, &Outcome { layers, ..Outcome::default() })
        };
        let raw = json!({ "MODEL": "tiny", "DEM": "/a/my dem.v2.tif", "OUTPUT": "o.tif" });
        let expected = "Embed layer: Features of DEM (tiny), from my dem.v2";
        assert_eq!(named("embedlayer", raw, &["Features of DEM (tiny)"]), expected);
        let raw = json!({ "INPUT": "WMS:https", "OUTPUT": "o.tif" });
        assert_eq!(
            named("featurecolours", raw.clone(), &["Feature colours (tiny)"]),
            "Feature colours (tiny)"
        );
        assert_eq!(named("featurecolours", raw, &[]), "Feature colours");
        let raw = json!({ "INPUT": "/tmp/processing_x/9f/OUTPUT.tif", "OUTPUT": "o.tif" });
        assert_eq!(named("featurecolours", raw, &["Feature colours"]), "Feature colours");
        let raw = json!({ "OUTPUT_DEM": "o.tif", "OUTPUT_LULC": "l.tif" });
        assert_eq!(named("samplescene", raw, &["A", "B", "C"]), "Sample scene: A and 2 more");
    }

    #[test]
    fn a_page_does_not_replace_what_is_read() {
        let algorithm =
            describe().algorithms.into_iter().find(|algorithm| algorithm.id == "featurecolours").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("raster.html");
        std::fs::write(&path, "a raster").unwrap();
        let raw = json!({ "INPUT": path, "OUTPUT": "o.tif", "OUTPUT_HTML": path });
        let values = Values::check(&algorithm, raw.as_object().unwrap(), false).unwrap();
        let message = Page::begin(&algorithm, &values, &Silent).err().unwrap().to_string();
        assert!(message.contains("INPUT") && message.contains("raster.html"), "{message}");
    }
}
