//! From a running pipeline to the host.

use crate::common::device;
use crate::common::pace::Pace;
use crate::host::Context;
use parking_lot::Mutex;
use pipeline::Watch;
use runtime::Session;
use std::time::Instant;

/// Tells the host of a run: what it does, how far it is, and on what it runs whenever that changes.
pub(crate) struct Telling<'a> {
    context: &'a Context<'a>,
    route: Mutex<String>,
    begun: Instant,
    pace: Mutex<Pace>,
    done: Mutex<f64>,
}

impl<'a> Telling<'a> {
    pub fn new(context: &'a Context<'a>) -> Self {
        Self {
            context,
            route: Mutex::default(),
            begun: Instant::now(),
            pace: Mutex::default(),
            done: Mutex::default(),
        }
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

    fn stage(&self, what: &str) {
        self.context.host.info(what);
    }

    fn session(&self, session: &Session) {
        let route = device::route(session);
        let mut told = self.route.lock();
        if *told != route {
            device::tell_route(session, self.context);
            *told = route;
        }
    }
}
