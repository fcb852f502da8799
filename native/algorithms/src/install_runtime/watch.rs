//! How far an installation is, and whether it is to go on.

use crate::Error;
use crate::host::Context;
use std::cell::Cell;

/// Counts bytes, tells the host, and asks it.
pub(super) struct Watch<'a> {
    context: &'a Context<'a>,
    /// What is fetched and unpacked in all.
    total: u64,
    /// What of it is complete.
    done: Cell<u64>,
}

impl<'a> Watch<'a> {
    pub fn new(context: &'a Context<'a>, total: u64) -> Self {
        Self { context, total, done: Cell::new(0) }
    }

    /// Whether nobody has asked to stop.
    pub fn is_wanted(&self) -> bool {
        !self.context.cancel.is_cancelled()
    }

    /// An error if somebody has.
    pub fn check(&self) -> Result<(), Error> {
        Ok(self.context.cancel.check()?)
    }

    /// So many bytes of the present step are there; it may begin again.
    pub fn at(&self, bytes: u64) {
        let done = self.done.get() + bytes;
        self.context.host.progress(100.0 * (done as f64 / self.total.max(1) as f64).min(1.0));
    }

    /// A step of so many bytes is complete.
    pub fn finish(&self, bytes: u64) {
        self.done.set(self.done.get() + bytes);
        self.at(0);
    }
}
