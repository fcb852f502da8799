//! Who runs an algorithm, and what it hears and knows.

use crate::common::device;
use crate::request::ExtentValue;
use parking_lot::Mutex;
use pipeline::Watch;
use runtime::{Cancel, Session};
use std::path::Path;

/// Hears of a run: QGIS's feedback, or the command line.
pub trait Host: Sync {
    /// From 0 to 100.
    fn progress(&self, percent: f64);
    /// Something worth knowing.
    fn info(&self, message: &str);
    /// Something that the user should look at.
    fn warning(&self, message: &str);
}

/// What an algorithm works with besides its values.
pub(crate) struct Context<'a> {
    pub host: &'a dyn Host,
    pub cancel: &'a Cancel,
    /// What the map shows.
    pub canvas: Option<&'a ExtentValue>,
    /// The folder of the core's own libraries.
    pub home: Option<&'a Path>,
}

/// Tells the host of a run: what it does, how far it is, and on what it runs whenever that changes.
pub(crate) struct Telling<'a> {
    context: &'a Context<'a>,
    route: Mutex<String>,
}

impl<'a> Telling<'a> {
    pub fn new(context: &'a Context<'a>) -> Self {
        Self { context, route: Mutex::default() }
    }
}

impl Watch for Telling<'_> {
    fn progress(&self, done: f64) {
        self.context.host.progress(100.0 * done);
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
