//! Turns "is it cancelled?", which hosts can only be asked, into [`Cancel`], which interrupts a running session.

use runtime::Cancel;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// How often the host is asked.
const PERIOD: Duration = Duration::from_millis(50);

/// Runs `work` while another thread asks `is_cancelled` and passes a yes on.
pub fn until_done<T>(is_cancelled: impl Fn() -> bool + Send, cancel: &Cancel, work: impl FnOnce() -> T) -> T {
    thread::scope(|scope| {
        let (done, wait) = channel::<()>();
        scope.spawn(move || {
            while wait.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
                if is_cancelled() {
                    cancel.cancel();
                }
            }
        });
        let result = work();
        drop(done);
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn a_yes_reaches_the_work_and_the_end_of_the_work_ends_the_asking() {
        let (asked, cancel) = (AtomicBool::new(false), Cancel::default());
        let ended_by_cancel = until_done(
            || asked.load(Ordering::SeqCst),
            &cancel,
            || {
                assert!(!cancel.is_cancelled());
                asked.store(true, Ordering::SeqCst);
                (0..100).any(|_| {
                    thread::sleep(PERIOD);
                    cancel.is_cancelled()
                })
            },
        );
        assert!(ended_by_cancel);
    }

    #[test]
    #[should_panic(expected = "made up")]
    fn a_panic_of_the_work_goes_on_and_leaves_no_thread_behind() {
        until_done(|| false, &Cancel::default(), || panic!("made up"));
    }
}
