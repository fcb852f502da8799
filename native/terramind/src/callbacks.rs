//! What the host gave to call back.

use algorithms::Host;
use std::ffi::{CString, c_char, c_void};

/// The callbacks of `docs/contract.md`; each may be null.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct TerramindCallbacks {
    /// Handed back untouched.
    pub context: *mut c_void,
    /// Percent from 0 to 100.
    pub progress: Option<unsafe extern "C" fn(*mut c_void, f64)>,
    /// Level (0 info, 1 warning, 2 error) and message.
    pub log: Option<unsafe extern "C" fn(*mut c_void, i32, *const c_char)>,
    /// Whether the user wants to stop.
    pub is_cancelled: Option<unsafe extern "C" fn(*mut c_void) -> bool>,
}

impl TerramindCallbacks {
    /// For a host that wants to hear nothing.
    pub(crate) const NONE: Self =
        Self { context: std::ptr::null_mut(), progress: None, log: None, is_cancelled: None };
}

// SAFETY: the contract says that every callback may be called from any thread, with this context.
#[allow(unsafe_code, reason = "the raw context pointer keeps the compiler from deriving it")]
unsafe impl Send for TerramindCallbacks {}
// SAFETY: as above; the struct itself is never changed.
#[allow(unsafe_code, reason = "as above")]
unsafe impl Sync for TerramindCallbacks {}

#[allow(unsafe_code, reason = "calls of the host's C functions")]
impl TerramindCallbacks {
    pub(crate) fn is_cancelled(&self) -> bool {
        // SAFETY: the host vouches for the function and its context until `terramind_run` returns.
        self.is_cancelled.is_some_and(|ask| unsafe { ask(self.context) })
    }

    fn log(&self, level: i32, message: &str) {
        if let (Some(log), Ok(message)) = (self.log, CString::new(message.replace('\0', ""))) {
            // SAFETY: as above; the string lives until the call returns.
            unsafe { log(self.context, level, message.as_ptr()) }
        }
    }
}

#[allow(unsafe_code, reason = "calls of the host's C functions")]
impl Host for TerramindCallbacks {
    fn progress(&self, percent: f64) {
        if let Some(progress) = self.progress {
            // SAFETY: as above.
            unsafe { progress(self.context, percent) }
        }
    }

    fn info(&self, message: &str) {
        self.log(0, message);
    }

    fn warning(&self, message: &str) {
        self.log(1, message);
    }
}
