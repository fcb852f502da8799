//! Three stages with bounded queues between them: read and write, which have a thread each, and infer, which may have
//! several.

use crate::Error;
use crate::means::Course;
use parking_lot::Mutex;
use runtime::Session;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::runtime::Builder;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;

/// Tiles that may wait between two stages. Two are enough to keep both busy; more would only hold memory.
const QUEUE: usize = 2;

/// Items that are on their way at most where so many are inferred at once: each is read already, or still to be written.
pub(crate) fn places(at_once: usize) -> usize {
    at_once + 2 * QUEUE
}

/// What infers.
pub(crate) struct Engine {
    /// Items that it may infer at once.
    pub at_once: usize,
    /// On what it runs and how exactly: the journal keeps results apart by it.
    pub route: String,
}

impl Engine {
    pub fn of(session: &Session) -> Self {
        Self { at_once: session.at_once(), route: session.computed_by().to_owned() }
    }
}

/// Sends every item through `read`, `infer`, `reduce` and `take`; all but `infer`, of which as many go on at a time as the engine
/// allows, in order. The last two run on the calling thread.
///
/// What `reduce` makes of an answer is what the journal keeps of it. `take` hears of the items that the journal has first: they
/// are neither read nor computed.
///
/// The first failing stage ends the others, and its error is returned. A panic in a stage continues here.
pub(crate) fn run<T, R, I, K>(
    items: Vec<T>,
    mut read: impl FnMut(&T) -> Result<R, Error> + Send + 'static,
    infer: impl Fn(R) -> Result<I, Error> + Send + Sync + 'static,
    engine: Engine,
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
    let (Course { cancel, watch, journal }, Engine { at_once, route }) = (course, engine);
    let mut items = items;
    let mut done = 0;
    while done < items.len()
        && let Some(kept) = journal.replay(&route)?
    {
        cancel.check()?;
        take(&items[done], kept)?;
        done += 1;
    }
    if journal.is_of_another_route() {
        watch.stage("An interrupted run has computed this on another device, in another precision or by another ONNX Runtime: it is computed again");
    }
    if done > 0 {
        items.drain(..done);
        watch.resumed();
    }
    let mut write = |item: &T, answer: I| {
        let kept = reduce(item, answer)?;
        journal.record(&route, &kept)?;
        take(item, kept)
    };
    // Only the blocking threads work; the one worker is tokio's minimum.
    let threads = Builder::new_multi_thread().worker_threads(1).max_blocking_threads(1 + at_once).build();
    let threads = threads.map_err(runtime::Error::Thread)?;
    // Every item holds a place from the moment it is read until it is written: a slow one holds up those behind it.
    let places = Arc::new(Semaphore::new(places(at_once)));
    let (to_infer, from_read) = mpsc::channel(QUEUE);
    let (to_write, mut from_infer) = mpsc::channel(QUEUE);
    let reader = threads.spawn_blocking({
        let (cancel, places, handle) = (cancel.clone(), Arc::clone(&places), threads.handle().clone());
        move || -> Result<(), Error> {
            for (number, item) in items.into_iter().enumerate() {
                cancel.check()?;
                // Closed places or a closed queue mean that a later stage failed and reports why.
                let Ok(place) = handle.block_on(Arc::clone(&places).acquire_owned()) else { break };
                let tile = read(&item)?;
                if to_infer.blocking_send((number, (item, place), tile)).is_err() {
                    break;
                }
            }
            Ok(())
        }
    });
    let (from_read, infer) = (Arc::new(Mutex::new(from_read)), Arc::new(infer));
    let sessions: Vec<_> = (0..at_once)
        .map(|_| {
            let (cancel, to_write) = (cancel.clone(), to_write.clone());
            let (from_read, infer) = (Arc::clone(&from_read), Arc::clone(&infer));
            let closing = Closing(Arc::clone(&places));
            threads.spawn_blocking(move || -> Result<(), Error> {
                let _closing = closing;
                let next = || from_read.lock().blocking_recv();
                while let Some((number, item, tile)) = next() {
                    cancel.check()?;
                    let result = infer(tile)?;
                    if to_write.blocking_send((number, item, result)).is_err() {
                        break;
                    }
                }
                Ok(())
            })
        })
        .collect();
    // The threads have their own: when the last of them ends, so does the queue.
    drop((to_write, from_read));
    let (mut early, mut wanted, mut written) = (BTreeMap::new(), 0, Ok(()));
    while written.is_ok()
        && let Some((number, item, result)) = from_infer.blocking_recv()
    {
        early.insert(number, (item, result));
        while written.is_ok()
            && let Some(((item, _place), result)) = early.remove(&wanted)
        {
            wanted += 1;
            written = cancel.check().map_err(Error::from).and_then(|()| write(&item, result));
        }
    }
    drop((Closing(places), from_infer));
    let join = |stage: JoinHandle<Result<(), Error>>| match threads.block_on(stage) {
        Ok(result) => result,
        Err(failure) => std::panic::resume_unwind(failure.into_panic()),
    };
    let inferred = sessions.into_iter().map(join).fold(Ok(()), Result::and);
    written.and(inferred).and(join(reader)).and_then(|()| cancel.check().map_err(Error::from))
}

/// Lets nobody read any more when it ends: where one of several threads failed, nobody takes what comes behind its item.
struct Closing(Arc<Semaphore>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use crate::{Journal, Watch};
    use runtime::Cancel;

    const AT_ONCE: usize = 3;

    fn engine() -> Engine {
        Engine { at_once: AT_ONCE, route: String::from("made up") }
    }

    struct Counting(AtomicUsize);

    impl Watch for Counting {
        fn progress(&self, _: f64) {}
        fn stage(&self, _: &str) {}
        fn session(&self, _: &Session) {}
        fn resumed(&self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// The stages without a journal, on three threads at once, and with an answer that is kept as it is.
    fn run<R: Send + 'static, I: Send + Serialize + DeserializeOwned + 'static>(
        items: Vec<u32>,
        read: impl FnMut(&u32) -> Result<R, Error> + Send + 'static,
        infer: impl Fn(R) -> Result<I, Error> + Send + Sync + 'static,
        take: impl FnMut(&u32, I) -> Result<(), Error>,
        cancel: &Cancel,
    ) -> Result<(), Error> {
        let (watch, journal) = (Counting(AtomicUsize::new(0)), Journal::none());
        let course = Course { cancel, watch: &watch, journal: &journal };
        super::run(items, read, infer, engine(), |_, answer| Ok(answer), take, course)
    }

    fn fail() -> Error {
        Error::NoInput(String::from("made up"))
    }

    #[test]
    fn items_arrive_in_order_however_long_each_takes() {
        let mut seen = Vec::new();
        let write = |item: &u32, result: u32| {
            seen.push((*item, result));
            Ok(())
        };
        let infer = |r: u32| {
            // The second thread is through with several before the first is with one.
            std::thread::sleep(Duration::from_millis(if r.is_multiple_of(6) { 20 } else { 1 }));
            Ok(r + 1)
        };
        run((0..50).collect(), |i| Ok(i * 2), infer, write, &Cancel::default()).unwrap();
        assert_eq!(seen, (0..50).map(|i| (i, i * 2 + 1)).collect::<Vec<_>>());
    }

    #[test]
    fn as_many_are_inferred_at_once_as_may_and_few_wait_for_a_slow_one() {
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let reads = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&reads);
        let read = move |&i: &u32| {
            count.fetch_add(1, Ordering::SeqCst);
            Ok(i)
        };
        let (running, highest, read_by_then) = (now, Arc::clone(&most), Arc::clone(&reads));
        let infer = move |r: u32| {
            highest.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(if r == 0 { 200 } else { 5 }));
            running.fetch_sub(1, Ordering::SeqCst);
            Ok(if r == 0 { read_by_then.load(Ordering::SeqCst) } else { 0 })
        };
        let mut when_slow = 0;
        let write = |_: &u32, read_by_then: usize| {
            when_slow = when_slow.max(read_by_then);
            Ok(())
        };
        run((0..100).collect(), read, infer, write, &Cancel::default()).unwrap();
        assert_eq!(most.load(Ordering::SeqCst), AT_ONCE);
        assert_eq!(when_slow, places(AT_ONCE), "every place is taken and none twice");
    }

    #[test]
    fn the_error_of_any_stage_comes_back_and_ends_the_others() {
        let items = || (0..1000_u32).collect::<Vec<_>>();
        let cancel = Cancel::default();
        let read = run(items(), |&i| if i == 5 { Err(fail()) } else { Ok(i) }, Ok, |_, _| Ok(()), &cancel);
        assert!(matches!(read, Err(Error::NoInput(_))));
        let reads = Arc::new(AtomicUsize::new(0));
        let read = || {
            let count = Arc::clone(&reads);
            count.store(0, Ordering::SeqCst);
            move |&i: &u32| {
                count.fetch_add(1, Ordering::SeqCst);
                Ok(i)
            }
        };
        let infer = |r| if r == 5 { Err(fail()) } else { Ok(r) };
        let inferred = run(items(), read(), infer, |_, _| Ok(()), &cancel);
        assert!(matches!(inferred, Err(Error::NoInput(_))));
        assert!(reads.load(Ordering::SeqCst) < 20, "nobody reads on behind an item that failed");
        let write = run(items(), read(), Ok, |&i, _| if i == 5 { Err(fail()) } else { Ok(()) }, &cancel);
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
                    super::run((0..10).collect(), |&item| Ok(item), infer, engine(), reduce, take, course)
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
