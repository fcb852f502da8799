//! From a running pipeline to the host.

use crate::common::device;
use crate::common::memory::Guard;
use crate::common::pace::{self, Pace};
use crate::host::Context;
use parking_lot::Mutex;
use pipeline::{Forecast, Memory, Watch};
use raster::bytes::rounded_up;
use runtime::Session;
use runtime::library::Loaded;
use std::time::{Duration, Instant};

/// The metadata item that says on what a result was computed.
const PROVIDER: &str = "TERRAMIND_PROVIDER";

/// The metadata item that says by which ONNX Runtime.
const ONNX_RUNTIME: &str = "TERRAMIND_ONNX_RUNTIME";

/// What results say of how they were computed, as metadata.
pub(crate) fn computed_by(provider: String, library: &Loaded) -> [(&'static str, String); 2] {
    [(PROVIDER, provider), (ONNX_RUNTIME, version(library.build).to_owned())]
}

/// The version in ONNX Runtime's words on its build, or all of them where it is no release.
fn version(build: &str) -> &str {
    let release = build.split_once("git-branch=rel-").and_then(|(_, rest)| rest.split(',').next());
    release.map_or(build, str::trim)
}

/// Tells the host of a run: what it does, how far it is, how each graph's route was chosen, and on what it runs whenever that
/// changes.
pub(crate) struct Telling<'a> {
    context: &'a Context<'a>,
    told: Mutex<Vec<String>>,
    route: Mutex<String>,
    providers: Mutex<Vec<String>>,
    begun: Instant,
    pace: Mutex<Pace>,
    done: Mutex<f64>,
}

impl<'a> Telling<'a> {
    pub fn new(context: &'a Context<'a>) -> Self {
        Self {
            context,
            told: Mutex::default(),
            route: Mutex::default(),
            providers: Mutex::default(),
            begun: Instant::now(),
            pace: Mutex::default(),
            done: Mutex::default(),
        }
    }
}

impl Telling<'_> {
    /// What the sessions ran on, and how exactly.
    pub fn provider(&self) -> String {
        self.providers.lock().join(", ")
    }
}

impl Watch for Telling<'_> {
    fn progress(&self, done: f64) {
        self.context.host.progress(100.0 * done);
        *self.done.lock() = done;
        if let Some(forecast) = self.pace.lock().hear(self.begun.elapsed(), done) {
            self.context.host.forecast(forecast.in_all());
            self.context.host.info(&forecast.to_string());
        }
    }

    fn resumed(&self) {
        self.pace.lock().restart(self.begun.elapsed(), *self.done.lock());
    }

    fn forecast(&self, forecast: Forecast) {
        let memory = match forecast.memory_bytes {
            0 => String::new(),
            all => format!(
                ", about {} of memory, {} of it by this run",
                rounded_up(all),
                rounded_up(forecast.own_bytes)
            ),
        };
        let takes = Duration::from_secs_f64(forecast.seconds.max(1.0));
        self.context.host.forecast(self.begun.elapsed() + takes);
        self.context.host.info(&format!(
            "Forecast, by one tile of each step: {} tiles in about {}, up to {} of the disk{}",
            forecast.tiles,
            pace::words(takes),
            rounded_up(forecast.disk_bytes),
            memory
        ));
        // Trying took its time, but did nothing.
        self.pace.lock().restart(self.begun.elapsed(), 0.0);
    }

    fn memory(&self) -> Option<Memory> {
        self.context.memory.map(Guard::memory)
    }

    fn stage(&self, what: &str) {
        self.context.host.info(what);
    }

    fn session(&self, session: &Session) {
        let mut is_new = false;
        for remark in session.remarks() {
            let mut told = self.told.lock();
            // What a forecast has tried now was tried before when the work begins.
            if !told.contains(remark) && !told.contains(&remark.replacen(" before: ", " now: ", 1)) {
                self.context.host.info(remark);
                told.push(remark.clone());
                is_new = true;
            }
        }
        let route = device::route(session);
        let mut told = self.route.lock();
        if is_new || *told != route {
            self.context.host.info(&format!("Running on {route}"));
            *told = route;
            let (mut providers, provider) = (self.providers.lock(), session.route().to_string());
            if !providers.contains(&provider) {
                providers.push(provider);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_taken_out_of_the_build() {
        let words = "ORT Build Info: git-branch=rel-1.24.1, git-commit-id=b5963e82c8, build type=Release";
        assert_eq!(version(words), "1.24.1");
        assert_eq!(version("git-branch=main, git-commit-id=1"), "git-branch=main, git-commit-id=1");
    }
}
