//! Three stages on three threads with bounded queues between them: read, infer, write.

use crate::Error;
use crate::means::Course;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::runtime::Builder;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Tiles that may wait between two stages. Two are enough to keep both busy; more would only hold memory.
pub(crate) const QUEUE: usize = 2;

/// Sends every item through `read`, `infer`, `reduce` and `take`, in order; the last two run on the calling thread.
///
/// What `reduce` makes of an answer is what the journal keeps of it. `take` hears of the items that the journal has first:
/// they are neither read nor computed.
///
/// The first failing stage ends the others, and its error is returned. A panic in a stage continues here.
pub(crate) fn run<T, R, I, K>(
    items: Vec<T>,
    mut read: impl FnMut(&T) -> Result<R, Error> + Send + 'static,
    mut infer: impl FnMut(R) -> Result<I, Error> + Send + 'static,
    mut reduce: impl FnMut(&T, I) -> Result<K, Error>,
    mut take: impl FnMut(&T, K) -> Result<(), Error>,
    course: Course<'_>,
) -> Result<(), Error>
where
    T: Send + 'static,
    R: Send + 'static,
    I: Send + 'static,
    K: Serialize + DeserializeOwned,
{
    let Course { cancel, watch, journal } = course;
    let mut items = items;
    let mut done = 0;
    while done < items.len()
        && let Some(kept) = journal.replay()?
    {
        cancel.check()?;
        take(&items[done], kept)?;
        done += 1;
    }
    if done > 0 {
        items.drain(..done);
        watch.resumed();
    }
    let mut write = |item: &T, answer: I| {
        let kept = reduce(item, answer)?;
        journal.record(&kept)?;
        take(item, kept)
    };
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

    use crate::{Journal, Watch};
    use runtime::{Cancel, Session};

    struct Counting(AtomicUsize);

    impl Watch for Counting {
        fn progress(&self, _: f64) {}
        fn stage(&self, _: &str) {}
        fn session(&self, _: &Session) {}
        fn resumed(&self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// The stages without a journal, and with an answer that is kept as it is.
    fn run<R: Send + 'static, I: Send + Serialize + DeserializeOwned + 'static>(
        items: Vec<u32>,
        read: impl FnMut(&u32) -> Result<R, Error> + Send + 'static,
        infer: impl FnMut(R) -> Result<I, Error> + Send + 'static,
        take: impl FnMut(&u32, I) -> Result<(), Error>,
        cancel: &Cancel,
    ) -> Result<(), Error> {
        let (watch, journal) = (Counting(AtomicUsize::new(0)), Journal::none());
        let course = Course { cancel, watch: &watch, journal: &journal };
        super::run(items, read, infer, |_, answer| Ok(answer), take, course)
    }

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
    fn what_an_interrupted_run_has_done_is_not_done_again() {
        let folder = tempfile::tempdir().unwrap();
        let (cancel, computed) = (Cancel::default(), Arc::new(AtomicUsize::new(0)));
        // Two passes over ten items; the first attempt stops at an item of the second pass.
        let attempt = |stop_at: u32| {
            let journal = Journal::beside(&folder.path().join("out.tif"), "request").unwrap();
            let watch = Counting(AtomicUsize::new(0));
            let course = Course { cancel: &cancel, watch: &watch, journal: &journal };
            let mut taken = Vec::new();
            let mut result = Ok(());
            for pass in 0..2 {
                let count = Arc::clone(&computed);
                let infer = move |item: u32| {
                    count.fetch_add(1, Ordering::SeqCst);
                    if pass == 1 && item == stop_at { Err(fail()) } else { Ok(vec![item; 3]) }
                };
                let take = |item: &u32, kept: (u32, usize)| {
                    taken.push((pass, *item, kept));
                    Ok(())
                };
                let reduce = |item: &u32, answer: Vec<u32>| Ok((item + answer[0], answer.len()));
                result = result.and_then(|()| {
                    super::run((0..10).collect(), |&item| Ok(item), infer, reduce, take, course)
                });
            }
            let has_results = journal.has_results();
            if result.is_ok() {
                journal.finish();
            }
            (result.is_ok(), taken, watch.0.into_inner(), has_results)
        };
        let (is_whole, taken, resumed, has_results) = attempt(4);
        assert!(!is_whole && has_results && resumed == 0);
        let kept = taken.len();
        assert!((10..=14).contains(&kept), "{kept}");
        computed.store(0, Ordering::SeqCst);
        let (is_whole, taken, resumed, _) = attempt(99);
        assert!(is_whole && resumed == 1 + usize::from(kept > 10));
        assert_eq!(computed.load(Ordering::SeqCst), 20 - kept);
        let all = (0..2).flat_map(|pass| (0..10).map(move |item| (pass, item, (2 * item, 3))));
        assert_eq!(taken, all.collect::<Vec<_>>());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    #[should_panic(expected = "made up")]
    fn a_panic_in_a_stage_continues_in_the_caller() {
        let infer = |r: u32| if r == 5 { panic!("made up") } else { Ok(r) };
        let _ = run((0..1000).collect(), |&i| Ok(i), infer, |_, _| Ok(()), &Cancel::default());
    }
}
