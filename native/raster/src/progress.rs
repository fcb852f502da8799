//! GDAL's long work: how far it is, whether it is to go on, and how much it keeps in memory meanwhile.

use crate::cache::Share;
use gdal_sys::GDALProgressFunc;
use std::cell::Cell;
use std::ffi::{c_char, c_int, c_void};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

/// Hears which part is done, 0 to 1, and says whether to go on.
pub type Progress<'a> = &'a dyn Fn(f64) -> bool;

/// What a function of GDAL's is given to report to.
pub(crate) struct Listener<'a> {
    progress: Progress<'a>,
    /// The part of the whole that this function does.
    part: Range<f64>,
    stopped: Cell<bool>,
    cache: Share,
}

impl<'a> Listener<'a> {
    /// For a function that does this part of the whole.
    pub fn new(progress: Progress<'a>, part: Range<f64>) -> Self {
        Self { progress, part, stopped: Cell::new(false), cache: Share::new() }
    }

    /// Whether it told GDAL to stop.
    pub fn stopped(&self) -> bool {
        self.stopped.get()
    }

    /// The callback that GDAL is to be given, with [`Self::argument`].
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "what belongs to the argument, as GDAL takes it"
    )]
    pub fn function(&self) -> GDALProgressFunc {
        Some(hear)
    }

    /// What the callback is to be given; it must not outlive this.
    pub fn argument(&self) -> *mut c_void {
        ptr::from_ref(self).cast_mut().cast()
    }

    fn hear(&self, done: f64) -> bool {
        self.cache.relieve();
        let done = self.part.start + (self.part.end - self.part.start) * done.clamp(0.0, 1.0);
        // A panic must not reach GDAL.
        let goes_on = catch_unwind(AssertUnwindSafe(|| (self.progress)(done))).unwrap_or(false);
        self.stopped.set(self.stopped.get() || !goes_on);
        goes_on
    }
}

/// GDAL's callback: 0 ends the work.
///
/// `argument` points to a [`Listener`].
#[expect(unsafe_code, reason = "a callback that C calls")]
unsafe extern "C" fn hear(done: f64, _: *const c_char, argument: *mut c_void) -> c_int {
    // SAFETY: those who hand this function to GDAL hand such a pointer with it, and GDAL calls on their thread.
    let listener = unsafe { &*argument.cast::<Listener<'_>>() };
    c_int::from(listener.hear(done))
}
