//! One run, its messages brought back to the thread that QGIS called us on.
//!
//! The core reports from any of its threads. QGIS's feedback may be a Python object whose methods need
//! the interpreter's lock, which the thread that waits for the run may hold: called from another thread
//! it would wait forever. So the core works on a thread of its own, and the calling thread does nothing
//! but hand on what arrives and look whether the user cancelled.
// The core's callbacks carry a pointer through C.
#![allow(unsafe_code)]

use crate::bridge::ffi::{RunResult, TerramindFeedback};
use crate::core_library::{Callbacks, Core, c_text};
use crate::error::Error;
use crate::{guard, result};
use std::ffi::{CStr, c_char, c_void};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, Builder};
use std::time::Duration;

/// How often the user's wish to cancel is looked at while the core says nothing.
const POLL: Duration = Duration::from_millis(50);

/// The stack that a main thread has on Linux; libraries below the core count on it.
const STACK_BYTES: usize = 8 << 20;

enum Event {
    Progress(f64),
    Log(i32, String),
}

/// What the core's threads reach during a run.
struct Link<'run> {
    events: Sender<Event>,
    cancelled: &'run AtomicBool,
}

/// Runs a request and waits for its end.
pub fn run(core: Core, request_json: &str, feedback: &TerramindFeedback) -> Result<RunResult, Error> {
    let request = c_text(request_json);
    let cancelled = AtomicBool::new(feedback.is_canceled());
    let (events, arriving) = mpsc::channel();
    let link = Link { events, cancelled: &cancelled };

    let document = thread::scope(|scope| {
        let worker = Builder::new()
            .name("terramind-run".into())
            .stack_size(STACK_BYTES)
            // The link goes with the worker: its end closes the channel.
            .spawn_scoped(scope, move || core.run(&request, &callbacks(&link)))
            .map_err(Error::Thread)?;
        loop {
            match arriving.recv_timeout(POLL) {
                Ok(Event::Progress(percent)) => feedback.set_progress(percent),
                Ok(Event::Log(level, message)) => feedback.log(level, &message),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            cancelled.store(feedback.is_canceled(), Ordering::Relaxed);
        }
        worker.join().unwrap_or_else(|panic| Err(Error::Panic(guard::message(&*panic))))
    })?;
    result::from_json(&document)
}

fn callbacks(link: &Link<'_>) -> Callbacks {
    Callbacks { context: (&raw const *link).cast::<c_void>(), progress, log, is_cancelled }
}

/// # Safety
/// `context` is what [`callbacks`] put there, during the run.
unsafe fn link<'run>(context: *const c_void) -> &'run Link<'run> {
    // SAFETY: the link outlives the run, and is shared between threads as `Sync` types only.
    unsafe { &*context.cast::<Link<'run>>() }
}

unsafe extern "C" fn progress(context: *const c_void, percent: f64) {
    // SAFETY: called by the core during the run. A closed channel means that nobody listens any more.
    let _ = unsafe { link(context) }.events.send(Event::Progress(percent));
}

unsafe extern "C" fn log(context: *const c_void, level: i32, message: *const c_char) {
    if message.is_null() {
        return;
    }
    // SAFETY: the core passes a string that ends with a zero and lives during the call.
    let message = unsafe { CStr::from_ptr(message) }.to_string_lossy().into_owned();
    // SAFETY: called by the core during the run.
    let _ = unsafe { link(context) }.events.send(Event::Log(level, message));
}

unsafe extern "C" fn is_cancelled(context: *const c_void) -> bool {
    // SAFETY: called by the core during the run.
    unsafe { link(context) }.cancelled.load(Ordering::Relaxed)
}
