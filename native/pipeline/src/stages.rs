//! Three stages on three threads with bounded queues between them: read, infer, write.

use crate::Error;
use runtime::Cancel;
use tokio::runtime::Builder;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Tiles that may wait between two stages. Two are enough to keep both busy; more would only hold memory.
const QUEUE: usize = 2;

/// Sends every item through `read`, `infer` and `write`, in order; `write` runs on the calling thread.
///
/// The first failing stage ends the others, and its error is returned. A panic in a stage continues here.
pub(crate) fn run<T, R, I>(
    items: Vec<T>,
    mut read: impl FnMut(&T) -> Result<R, Error> + Send + 'static,
    mut infer: impl FnMut(R) -> Result<I, Error> + Send + 'static,
    mut write: impl FnMut(&T, I) -> Result<(), Error>,
    cancel: &Cancel,
) -> Result<(), Error>
where
    T: Send + 'static,
    R: Send + 'static,
    I: Send + 'static,
{
    // Only the blocking threads work; the one worker is tokio's minimum.
    let threads = Builder::new_multi_thread().worker_threads(1).max_blocking_threads(2).build();
    let threads =
        threads.map_err(|e| runtime::Error::Unavailable(format!("no thread can be started: {e}")))?;
    let (to_infer, mut from_read) = mpsc::channel(QUEUE);
    let (to_write, mut from_infer) = mpsc::channel(QUEUE);
    let reader = threads.spawn_blocking({
        let cancel = cancel.clone();
        move || -> Result<(), Error> {
            for item in items {
                cancel.check()?;
                let tile = read(&item)?;
                // A closed queue means that a later stage failed and reports why.
                if to_infer.blocking_send((item, tile)).is_err() {
                    break;
                }
            }
            Ok(())
        }
    });
    let session = threads.spawn_blocking({
        let cancel = cancel.clone();
        move || -> Result<(), Error> {
            while let Some((item, tile)) = from_read.blocking_recv() {
                cancel.check()?;
                let result = infer(tile)?;
                if to_write.blocking_send((item, result)).is_err() {
                    break;
                }
            }
            Ok(())
        }
    });
    let mut written = Ok(());
    while let Some((item, result)) = from_infer.blocking_recv() {
        written = cancel.check().map_err(Error::from).and_then(|()| write(&item, result));
        if written.is_err() {
            break;
        }
    }
    drop(from_infer);
    let join = |stage: JoinHandle<Result<(), Error>>| match threads.block_on(stage) {
        Ok(result) => result,
        Err(failure) => std::panic::resume_unwind(failure.into_panic()),
    };
    let (inferred, all_read) = (join(session), join(reader));
    written.and(inferred).and(all_read).and_then(|()| cancel.check().map_err(Error::from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn fail() -> Error {
        Error::NoInput(String::from("made up"))
    }

    #[test]
    fn items_arrive_in_order() {
        let mut seen = Vec::new();
        let write = |item: &u32, result: u32| {
            seen.push((*item, result));
            Ok(())
        };
        run((0..50).collect(), |i| Ok(i * 2), |r| Ok(r + 1), write, &Cancel::default()).unwrap();
        assert_eq!(seen, (0..50).map(|i| (i, i * 2 + 1)).collect::<Vec<_>>());
    }

    #[test]
    fn the_error_of_any_stage_comes_back_and_ends_the_others() {
        let items = || (0..1000_u32).collect::<Vec<_>>();
        let cancel = Cancel::default();
        let read = run(items(), |&i| if i == 5 { Err(fail()) } else { Ok(i) }, Ok, |_, _| Ok(()), &cancel);
        assert!(matches!(read, Err(Error::NoInput(_))));
        let infer =
            run(items(), |&i| Ok(i), |r| if r == 5 { Err(fail()) } else { Ok(r) }, |_, _| Ok(()), &cancel);
        assert!(matches!(infer, Err(Error::NoInput(_))));
        let reads = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&reads);
        let read = move |&i: &u32| {
            count.fetch_add(1, Ordering::SeqCst);
            Ok(i)
        };
        let write = run(items(), read, Ok, |&i, _| if i == 5 { Err(fail()) } else { Ok(()) }, &cancel);
        assert!(matches!(write, Err(Error::NoInput(_))));
        assert!(reads.load(Ordering::SeqCst) < 20, "the queues are bounded and the reader stops");
    }

    #[test]
    fn cancelling_ends_the_run_with_its_own_error() {
        let cancel = Cancel::default();
        let write = |&i: &u32, _| {
            if i == 3 {
                cancel.cancel();
            }
            assert!(i < 10);
            Ok(())
        };
        let result = run((0..1000).collect(), |&i| Ok(i), Ok, write, &cancel);
        assert!(matches!(result, Err(Error::Cancelled)));
    }

    #[test]
    #[should_panic(expected = "made up")]
    fn a_panic_in_a_stage_continues_in_the_caller() {
        let infer = |r: u32| if r == 5 { panic!("made up") } else { Ok(r) };
        let _ = run((0..1000).collect(), |&i| Ok(i), infer, |_, _| Ok(()), &Cancel::default());
    }
}
