//! One run of a session, during which others of the same session may go on.
//!
//! ONNX Runtime's C interface lets several threads run one session at once. `ort` asks for a session of one's own
//! nevertheless, because providers for graphics cards were seen to break that promise. Several sessions would hold the
//! weights as often, so the C function is called here, and [`crate::Session`] lets runs of other providers wait for each
//! other.

use ort::memory::Allocator;
use ort::session::{NoSelectedOutputs, RunOptions, Session, SessionInputValue};
use ort::value::DynValue;
use ort::{AsPointer, Error};
use std::ffi::CString;
use std::ptr::{self, NonNull};

/// Runs the session on these inputs and returns its first output, in the processor's memory.
#[expect(unsafe_code, reason = "the safe wrapper wants the session for itself")]
pub(crate) fn first_output(
    session: &Session,
    inputs: &[(&str, SessionInputValue<'_>)],
    options: &RunOptions<NoSelectedOutputs>,
) -> Result<DynValue, Error> {
    let names = inputs.iter().map(|(name, _)| c_string(name)).collect::<Result<Vec<_>, _>>()?;
    let name_pointers: Vec<_> = names.iter().map(|name| name.as_ptr()).collect();
    let values: Vec<_> = inputs.iter().map(|(_, value)| value.ptr()).collect();
    let first = session.outputs().first().ok_or_else(|| Error::new("the graph has no output"))?;
    let output_name = c_string(first.name())?;
    let mut output = ptr::null_mut();
    let allocator: &Allocator = session.allocator();
    // SAFETY: all pointers are to what outlives the call, as many names as values and one place for the one output. The
    // function writes to nothing but that place and the session's own memory, which it guards itself on the processor.
    unsafe {
        let status = (ort::api().Run)(
            session.ptr().cast_mut(),
            options.ptr(),
            name_pointers.as_ptr(),
            values.as_ptr(),
            values.len(),
            &output_name.as_ptr(),
            1,
            &raw mut output,
        );
        Error::result_from_status(status)?;
    }
    let output = NonNull::new(output).ok_or_else(|| Error::new("the run gave nothing"))?;
    // SAFETY: a value that nobody else has, and by ONNX Runtime's rules in memory of the session's allocator.
    Ok(unsafe { DynValue::from_ptr(output, Some(allocator)) })
}

fn c_string(name: &str) -> Result<CString, Error> {
    CString::new(name).map_err(|_| Error::new("a name holds a zero"))
}
