//! Cancelling: a flag that also ends the session that is running now.

use crate::Error;
use ort::session::{NoSelectedOutputs, RunOptions};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A request to stop, shared between the one who asks and those who work.
#[derive(Clone, Default)]
pub struct Cancel(Arc<State>);

#[derive(Default)]
struct State {
    asked: AtomicBool,
    /// The runs that are under way: ONNX Runtime looks at their flags between two operators.
    running: Mutex<Vec<Arc<RunOptions<NoSelectedOutputs>>>>,
}

impl Cancel {
    /// Asks everything that holds a clone of this to stop.
    pub fn cancel(&self) {
        self.0.asked.store(true, Ordering::SeqCst);
        for options in self.0.running.lock().iter() {
            // It can only fail for a null pointer; the flag above still stops the work after this run.
            let _ = options.terminate();
        }
    }

    /// Whether someone asked.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.asked.load(Ordering::SeqCst)
    }

    /// [`Error::Cancelled`] if someone asked.
    pub fn check(&self) -> Result<(), Error> {
        if self.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// Runs `work` with options that [`Self::cancel`] terminates.
    pub(crate) fn during<T>(
        &self,
        work: impl FnOnce(&RunOptions<NoSelectedOutputs>) -> Result<T, ort::Error>,
    ) -> Result<T, Error> {
        let options = Arc::new(RunOptions::new().map_err(Error::Run)?);
        self.0.running.lock().push(Arc::clone(&options));
        // Asked for before the options were in place?
        let result = self.check().and_then(|()| work(&options).map_err(Error::Run));
        self.0.running.lock().retain(|other| !Arc::ptr_eq(other, &options));
        if self.is_cancelled() { Err(Error::Cancelled) } else { result }
    }
}
