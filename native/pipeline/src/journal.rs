//! What of a run is done, kept on the disk, so that an interrupted run of the same request goes on from there.
//!
//! A run computes the same things in the same order each time. The journal holds the result of each tile in that
//! order; whoever goes on takes those first, blends and writes them again, and computes the rest. So the outcome has
//! the same bytes as without an interruption. With each result stands what computed it: where that is another one
//! now, because a device or precision was chosen anew, the rest is computed from there, and no result is mixed.
//!
//! The file begins with a mark and the request, after its length. Then come records, each its length, a checksum, and the result;
//! one that was cut off is the end.

use crate::Error;
use parking_lot::Mutex;
use raster::KeptFile;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// What the file begins with.
const MAGIC: &[u8] = b"TerraMind journal 1\n";

/// Bytes of a record before its result: length and checksum, each 32 bits, little endian.
const HEADER: usize = 8;

/// The results of an interrupted run, and those of this one.
pub struct Journal {
    /// Nothing where nothing is kept.
    open: Mutex<Option<Open>>,
    /// Whether a run goes on without it where it cannot be kept.
    is_dispensable: bool,
    /// Why it is kept no longer.
    lost: Mutex<Option<String>>,
}

struct Open {
    kept: KeptFile,
    /// Here what an earlier run has done ends. It is kept until this run has something to put in its place.
    end: u64,
    /// Whether the next result may be one of those.
    replays: bool,
    /// Whether another route computed what comes next.
    is_of_another_route: bool,
    /// The next is read or written here.
    at: u64,
    /// Where the results begin.
    first: u64,
}

impl Journal {
    /// Keeps nothing.
    #[must_use]
    pub const fn none() -> Self {
        Self { open: Mutex::new(None), is_dispensable: true, lost: Mutex::new(None) }
    }

    /// That of a request, beside the output `destination`: with what an interrupted run of the same request has done.
    /// What another request left there is lost. While another run uses it nothing is kept.
    pub fn beside(destination: &Path, request: &str) -> Result<Self, Error> {
        let Some(kept) = KeptFile::beside(destination)? else { return Ok(Self::none()) };
        let failed = |reason| failed(kept.path(), reason);
        let mut file = kept.file();
        let mut beginning = MAGIC.to_vec();
        beginning.extend((request.len() as u64).to_le_bytes());
        beginning.extend(request.as_bytes());
        let first = beginning.len() as u64;
        let mut found = Vec::new();
        file.take(first).read_to_end(&mut found).map_err(failed)?;
        if !found.is_empty() && !found.starts_with(MAGIC) {
            let reason = String::from("somebody else's file has this name");
            return Err(raster::Error::Kept { path: kept.path().to_owned(), reason }.into());
        }
        let is_same = found == beginning;
        if !is_same {
            let written = file
                .set_len(0)
                .and_then(|()| file.seek(SeekFrom::Start(0)))
                .and_then(|_| file.write_all(&beginning));
            written.map_err(failed)?;
        }
        let end = file.metadata().map_err(failed)?.len();
        let open = Open { kept, end, replays: true, is_of_another_route: false, at: first, first };
        Ok(Self { open: Mutex::new(Some(open)), is_dispensable: false, lost: Mutex::new(None) })
    }

    /// The same, but a run goes on without it where it can no longer be kept.
    #[must_use]
    pub fn dispensable(mut self) -> Self {
        self.is_dispensable = true;
        self
    }

    /// Removes what any request left beside an output, unless another run uses it or it is somebody else's.
    pub fn forget(destination: &Path) {
        // Nothing was asked for, so nothing of it is the same, and a journal without results goes.
        drop(Self::beside(destination, ""));
    }

    /// Where it lies, if anything is kept.
    #[must_use]
    pub fn path(&self) -> Option<PathBuf> {
        self.open.lock().as_ref().map(|open| open.kept.path().to_owned())
    }

    /// Why it is kept no longer, if that is so.
    #[must_use]
    pub fn lost(&self) -> Option<String> {
        self.lost.lock().clone()
    }

    /// Whether there is something to go on from.
    #[must_use]
    pub fn has_results(&self) -> bool {
        self.open.lock().as_ref().is_some_and(Open::has_results)
    }

    /// The run has come to its end: nothing is kept.
    pub fn finish(self) {
        if let Some(open) = self.open.lock().take() {
            open.kept.remove();
        }
    }

    /// The next result, if an earlier run had it from the same route.
    pub(crate) fn replay<T: DeserializeOwned>(&self, route: &str) -> Result<Option<T>, Error> {
        let mut found = None;
        self.with(|open| {
            if !open.replays || open.at >= open.end {
                return Ok(());
            }
            let bytes = open.next()?;
            let entry = bytes.as_deref().and_then(|bytes| postcard::from_bytes::<(&str, T)>(bytes).ok());
            // Cut off, or of another route or program: from here on everything is computed.
            open.replays = false;
            if let Some((by, result)) = entry {
                open.is_of_another_route = by != route;
                if by == route {
                    open.at += (HEADER + bytes.map_or(0, |bytes| bytes.len())) as u64;
                    open.replays = true;
                    found = Some(result);
                }
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Whether an earlier run has done what comes next on another route, so that it is computed again.
    pub(crate) fn is_of_another_route(&self) -> bool {
        self.open.lock().as_ref().is_some_and(|open| open.is_of_another_route)
    }

    /// Keeps the next result of a route.
    pub(crate) fn record<T: Serialize>(&self, route: &str, result: &T) -> Result<(), Error> {
        self.with(|open| {
            postcard::to_stdvec(&(route, result)).map_err(io::Error::other).and_then(|bytes| open.add(&bytes))
        })
    }

    /// Works with the file, if there is one; where that fails and nobody insists there is none any more.
    fn with(&self, work: impl FnOnce(&mut Open) -> io::Result<()>) -> Result<(), Error> {
        let mut open = self.open.lock();
        let Some(Err(reason)) = open.as_mut().map(work) else { return Ok(()) };
        match open.take() {
            Some(lost) if self.is_dispensable => {
                *self.lost.lock() = Some(reason.to_string());
                lost.kept.remove();
                Ok(())
            }
            kept => {
                let path = kept.as_ref().map(|open| open.kept.path().to_owned()).unwrap_or_default();
                *open = kept;
                Err(failed(&path, reason))
            }
        }
    }
}

impl Open {
    fn has_results(&self) -> bool {
        self.end.max(self.at) > self.first
    }

    /// What the next record holds; nothing where it is not whole.
    fn next(&self) -> io::Result<Option<Vec<u8>>> {
        let mut file: &File = self.kept.file();
        let left = self.end - self.at;
        if left < HEADER as u64 {
            return Ok(None);
        }
        let mut header = [0; HEADER];
        file.seek(SeekFrom::Start(self.at))?;
        file.read_exact(&mut header)?;
        let number =
            |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let (length, checksum) = (number(0), number(4));
        if u64::from(length) > left - HEADER as u64 {
            return Ok(None);
        }
        let mut bytes = vec![0; length as usize];
        file.read_exact(&mut bytes)?;
        Ok(Some(bytes).filter(|bytes| crc32fast::hash(bytes) == checksum))
    }

    fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        let mut record = length.to_le_bytes().to_vec();
        record.extend(crc32fast::hash(bytes).to_le_bytes());
        record.extend(bytes);
        let mut file: &File = self.kept.file();
        // Whatever lies behind was cut off.
        if self.end > self.at {
            file.set_len(self.at)?;
        }
        file.seek(SeekFrom::Start(self.at))?;
        file.write_all(&record)?;
        self.at += record.len() as u64;
        self.end = self.at;
        self.is_of_another_route = false;
        Ok(())
    }
}

impl Drop for Journal {
    /// A run that stops before its first result leaves nothing.
    fn drop(&mut self) {
        if let Some(open) = self.open.get_mut().take_if(|open| !open.has_results()) {
            open.kept.remove();
        }
    }
}

fn failed(path: &Path, reason: io::Error) -> Error {
    Error::Journal { path: path.to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const ROUTE: &str = "CPU in fp32";

    type Entry = (Option<Vec<f32>>, Vec<bool>);

    fn entry(value: f32) -> Entry {
        (Some(vec![value, -0.0, f32::NAN]), vec![true, false])
    }

    fn bits(entry: &Entry) -> Vec<u32> {
        entry.0.iter().flatten().map(|value| value.to_bits()).collect()
    }

    /// All results that an earlier run left.
    fn left(journal: &Journal) -> Vec<Entry> {
        std::iter::from_fn(|| journal.replay(ROUTE).unwrap()).collect()
    }

    #[test]
    fn the_same_request_goes_on_where_it_stopped_and_another_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("map.tif");
        let journal = Journal::beside(&output, "a").unwrap();
        assert!(left(&journal).is_empty() && !journal.has_results());
        journal.record(ROUTE, &entry(1.0)).unwrap();
        journal.record(ROUTE, &entry(2.0)).unwrap();
        drop(journal);
        let journal = Journal::beside(&output, "a").unwrap();
        assert!(journal.has_results());
        let found = left(&journal);
        assert_eq!(found.iter().map(bits).collect::<Vec<_>>(), [bits(&entry(1.0)), bits(&entry(2.0))]);
        journal.record(ROUTE, &entry(3.0)).unwrap();
        drop(journal);
        let journal = Journal::beside(&output, "a").unwrap();
        assert_eq!(left(&journal).len(), 3);
        drop(journal);
        let journal = Journal::beside(&output, "b").unwrap();
        assert!(left(&journal).is_empty());
        drop(journal);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was done");
        assert!(left(&Journal::beside(&output, "a").unwrap()).is_empty());
    }

    #[test]
    fn what_another_route_computed_is_computed_again() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("map.tif");
        let journal = Journal::beside(&output, "a").unwrap();
        (0..3).for_each(|i| journal.record(ROUTE, &entry(i as f32)).unwrap());
        drop(journal);
        let journal = Journal::beside(&output, "a").unwrap();
        assert!(journal.replay::<Entry>(ROUTE).unwrap().is_some());
        assert!(!journal.is_of_another_route());
        assert!(journal.replay::<Entry>("CPU in int8").unwrap().is_none() && journal.is_of_another_route());
        drop(journal);
        let journal = Journal::beside(&output, "a").unwrap();
        assert_eq!(left(&journal).len(), 3, "who stops before anything is computed loses nothing");
        drop(journal);
        let journal = Journal::beside(&output, "a").unwrap();
        journal.replay::<Entry>(ROUTE).unwrap().unwrap();
        assert!(journal.replay::<Entry>("CPU in int8").unwrap().is_none());
        journal.record("CPU in int8", &entry(9.0)).unwrap();
        assert!(!journal.is_of_another_route());
        drop(journal);
        let journal = Journal::beside(&output, "a").unwrap();
        assert_eq!(left(&journal).len(), 1);
        let other = journal.replay::<Entry>("CPU in int8").unwrap();
        assert!(other.is_none(), "the first route had no more, and behind it everything is computed");
    }

    #[test]
    fn a_record_that_was_cut_off_or_damaged_is_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("map.tif");
        let damaged = |spoil: &dyn Fn(&mut Vec<u8>)| {
            let journal = Journal::beside(&output, "a").unwrap();
            let path = journal.path().unwrap();
            (0..3).for_each(|i| journal.record(ROUTE, &entry(i as f32)).unwrap());
            drop(journal);
            let mut bytes = fs::read(&path).unwrap();
            spoil(&mut bytes);
            fs::write(&path, bytes).unwrap();
            let journal = Journal::beside(&output, "a").unwrap();
            let found = left(&journal).len();
            journal.record(ROUTE, &entry(9.0)).unwrap();
            drop(journal);
            let journal = Journal::beside(&output, "a").unwrap();
            let again = left(&journal);
            assert_eq!(again.len(), found + 1);
            assert_eq!(bits(&again[found]), bits(&entry(9.0)));
            journal.finish();
            found
        };
        assert_eq!(damaged(&|bytes| bytes.truncate(bytes.len() - 1)), 2);
        assert_eq!(damaged(&|bytes| bytes.truncate(bytes.len() - 20)), 2);
        assert_eq!(damaged(&|bytes| *bytes.last_mut().unwrap() ^= 1), 2);
        assert_eq!(damaged(&|_| ()), 3);
        assert_eq!(damaged(&|bytes| bytes.extend([1, 2, 3])), 3);
        assert_eq!(damaged(&|bytes| bytes.extend([255; 12])), 3);
    }

    #[test]
    fn a_dispensable_one_gives_way_where_it_cannot_be_kept() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("map.tif");
        let broken = || io::Error::other("made up");
        let journal = Journal::beside(&output, "a").unwrap();
        journal.record(ROUTE, &entry(1.0)).unwrap();
        let error = journal.with(|_| Err(broken())).unwrap_err().to_string();
        assert!(error.contains("made up") && error.contains(".map.tif.terramind.journal"), "{error}");
        assert!(journal.has_results() && journal.lost().is_none());
        let journal = journal.dispensable();
        journal.with(|_| Err(broken())).unwrap();
        assert_eq!(journal.lost().unwrap(), "made up");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "it makes room");
        journal.record(ROUTE, &entry(2.0)).unwrap();
        assert!(left(&journal).is_empty() && journal.path().is_none());
    }

    #[test]
    fn it_is_written_over_nobodys_file() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("map.tif");
        let path = folder.path().join(".map.tif.terramind.journal");
        let refused = |what: &str| {
            let error = Journal::beside(&output, "a").err().unwrap().to_string();
            assert!(error.contains(path.to_str().unwrap()), "{what}: {error}");
            Journal::forget(&output);
            assert!(path.symlink_metadata().is_ok(), "{what}");
        };
        fs::write(&path, "precious").unwrap();
        refused("a file of another kind");
        assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
        let other = folder.path().join("precious.txt");
        fs::rename(&path, &other).unwrap();
        std::os::unix::fs::symlink(&other, &path).unwrap();
        refused("a link");
        assert_eq!(fs::read_to_string(&other).unwrap(), "precious");
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        refused("a folder");
        fs::remove_dir(&path).unwrap();
        let journal = Journal::beside(&output, "a").unwrap();
        journal.record(ROUTE, &entry(1.0)).unwrap();
        Journal::forget(&output);
        assert!(path.exists(), "it is in use");
        drop(journal);
        Journal::forget(&output);
        assert!(!path.exists(), "nobody goes on");
    }

    #[test]
    fn two_runs_do_not_share_one_and_none_keeps_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("map.tif");
        let journal = Journal::beside(&output, "a").unwrap();
        journal.record(ROUTE, &entry(1.0)).unwrap();
        let other = Journal::beside(&output, "a").unwrap();
        assert!(other.path().is_none() && left(&other).is_empty());
        other.record(ROUTE, &entry(2.0)).unwrap();
        drop(other);
        journal.finish();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
