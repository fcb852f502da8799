//! What a run is going to hold of memory, planned before the first tile.
//!
//! What a graph takes is decided by ONNX Runtime's allocator and cannot be foretold, so it is measured, by the trial of each
//! step ([`crate::rates`]). All else is arithmetic: tiles in the queues, rows that wait to be blended, GDAL's cache, and rows
//! on their way to the disk.

use crate::rates::Rates;
use crate::{Error, Inputs};
use grid::{PATCH_PX, Window};
use raster::Writer;
use raster::bytes::{rounded_down, rounded_up};

/// Rows that wait to be blended are as wide as the scene, and memory is not to grow with it: beyond this they wait on the
/// disk, unless somebody gave the run more.
pub(crate) const WAITING_BYTES: u64 = 16 << 20;

/// By how much of what it takes a run may take more than is planned: the same request takes more or less each time, because
/// allocators do not give back what is free, and differently so where threads meet differently.
const MARGIN: f64 = 0.1;

/// Memory of the process that a run is part of, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// What it held when the run began.
    pub before: u64,
    /// What it holds now.
    pub now: u64,
    /// The most that it held since the run began.
    pub most: u64,
    /// What the run may take beside that, if somebody said it.
    pub limit: Option<u64>,
    /// What it can still get, but for a reserve.
    pub free: u64,
}

impl Memory {
    /// The most that the process may hold.
    fn allowed(self) -> u64 {
        self.limit.map_or(self.now + self.free, |limit| self.before + limit)
    }

    /// What choices keep to, where there are any: what was given, else a quarter of what was free. It refuses nothing: a
    /// model of full size takes 1.4 GB, and laptops on which it runs well often have less than four times that.
    fn budget(self) -> u64 {
        let taken = self.now.saturating_sub(self.before);
        self.before + self.limit.unwrap_or((self.free + taken) / 4)
    }
}

/// What a run holds beside its graphs, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// What GDAL's cache is still going to take for the layers.
    pub layers: u64,
    /// Rows that wait to be blended, if they wait in memory.
    pub waiting: u64,
    /// The same of rows that cannot wait on the disk.
    pub kept: u64,
    /// Blended rows that are complete.
    pub finished: u64,
    /// Rows on their way to the disk.
    pub rows: u64,
    /// Files, on their way to their last form, when nothing of the others but the layers is there any more.
    pub files: u64,
}

impl Needs {
    /// What the layers take in a window of their grid, and files, of which one is written at a time.
    pub fn of<'w>(inputs: &Inputs, window: Window, writers: impl Iterator<Item = &'w Writer>) -> Self {
        let mut needs = Self { layers: inputs.cache_to_come(window), ..Self::default() };
        for writer in writers {
            needs.rows = needs.rows.max(writer.rows_bytes());
            needs.files = needs.files.max(writer.finishing_bytes());
        }
        needs
    }

    /// The same with rows of patches, as many as a window has, that wait to be blended: each has a weight beside its
    /// channels, and one is finished.
    pub fn blending(self, rows: usize, width_px: usize, channels: usize) -> Self {
        let row = values(PATCH_PX * width_px * (1 + channels));
        let waiting = self.waiting.max(rows as u64 * row);
        Self { waiting, finished: self.finished.max(row), ..self }
    }

    /// The most that the process is going to hold, and how many bytes of rows may wait in memory. An error where that, with a
    /// margin, is more than there is.
    pub fn plan(self, memory: Option<Memory>, rates: &Rates) -> Result<Plan, Error> {
        let Some(memory) = memory else {
            return Ok(Plan { most: 0, taken: 0, waiting: WAITING_BYTES });
        };
        let held = rates.held.max(memory.now);
        let tiles = rates.tiles_bytes;
        let always = held + self.layers;
        let at_work = always + tiles + self.kept + self.finished + self.rows;
        let left = memory.budget().saturating_sub(at_work.max(always + self.files));
        let may_wait = if memory.limit.is_some() { left } else { left.min(WAITING_BYTES) };
        let waiting = if self.waiting <= may_wait { self.waiting } else { 0 };
        let most = memory.most.max(at_work + waiting).max(always + self.files);
        let own = |bytes: u64| bytes.saturating_sub(memory.before);
        let margin = (MARGIN * own(most) as f64) as u64;
        if most + margin <= memory.allowed() {
            return Ok(Plan { most, taken: own(most), waiting: may_wait });
        }
        let parts = [
            ("models and all that is held already", own(held)),
            ("layers in GDAL's cache", self.layers),
            ("tiles that wait", tiles),
            ("rows that wait", self.kept + waiting),
            ("results on their way to the disk", (self.finished + self.rows).max(self.files)),
            ("what runs differ by", margin),
        ];
        let parts = parts.into_iter().filter(|(_, bytes)| *bytes > 0);
        let parts: Vec<_> = parts.map(|(what, bytes)| format!("{what} {}", rounded_up(bytes))).collect();
        Err(Error::TooMuchMemory {
            needed: rounded_up(own(most) + margin),
            allowed: rounded_down(own(memory.allowed())),
            parts: parts.join(", "),
            is_limited: memory.limit.is_some(),
        })
    }
}

/// What was planned, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The most that the process is going to hold; 0 where nobody knows.
    pub most: u64,
    /// What of it the run takes.
    pub taken: u64,
    /// Rows that take more wait on the disk.
    pub waiting: u64,
}

/// Bytes of so many values.
fn values(count: usize) -> u64 {
    (count * size_of::<f32>()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const MB: u64 = 1_000_000;

    fn memory(limit: Option<u64>, free: u64) -> Memory {
        Memory {
            before: 100 * MB,
            now: 300 * MB,
            most: 350 * MB,
            limit: limit.map(|l| l * MB),
            free: free * MB,
        }
    }

    fn needs() -> Needs {
        Needs { layers: 64 * MB, waiting: 10 * MB, kept: 0, finished: 5 * MB, rows: 15 * MB, files: 70 * MB }
    }

    /// What a step of 600 MB leaves, with tiles of 20 MB.
    fn rates() -> Rates {
        let mut rates = Rates::usual();
        (rates.held, rates.tiles_bytes) = (600 * MB, 20 * MB);
        rates
    }

    #[test]
    fn the_most_is_what_comes_together() {
        // While computing: 600 + 64 + 20 + 20 + 10; while finishing: 600 + 64 + 70.
        let plan = needs().plan(Some(memory(None, 8000)), &rates()).unwrap();
        assert_eq!((plan.most, plan.taken), (734 * MB, 634 * MB));
        let plan = Needs { files: 0, ..needs() }.plan(Some(memory(None, 8000)), &rates()).unwrap();
        assert_eq!(plan.most, 714 * MB);
        let loading = Memory { most: 900 * MB, ..memory(None, 8000) };
        assert_eq!(needs().plan(Some(loading), &rates()).unwrap().most, 900 * MB);
    }

    #[test]
    fn what_is_more_than_there_is_is_refused_with_what_takes_it() {
        let refused = |memory| needs().plan(Some(memory), &rates()).unwrap_err().to_string();
        // 634 and a tenth.
        assert!(needs().plan(Some(memory(Some(698), 8000)), &rates()).is_ok());
        let words = ["698 MB", "697 MB", "MEMORY_LIMIT", "TILE_SIZE", "held already 500 MB", "cache 64 MB"];
        let message = refused(memory(Some(697), 8000));
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
        assert!(needs().plan(Some(memory(None, 498)), &rates()).is_ok());
        let message = refused(memory(None, 497));
        assert!(message.contains("close other programs") && !message.contains("MEMORY_LIMIT"), "{message}");
    }

    #[test]
    fn a_quarter_of_what_is_free_decides_where_rows_wait_but_refuses_nothing() {
        let waiting = |memory| needs().plan(Some(memory), &rates()).unwrap().waiting;
        assert_eq!(waiting(memory(None, 8000)), WAITING_BYTES, "not more, so that memory does not grow");
        // The budget is 100 + (2400 + 200) / 4 = 750, and 734 are taken.
        assert_eq!(waiting(memory(None, 2400)), 16 * MB);
        assert_eq!(waiting(memory(None, 1000)), 0, "it runs, with rows on the disk");
        assert_eq!(waiting(memory(Some(734), 8000)), 100 * MB, "what somebody gave is used");
        assert_eq!(Needs::default().plan(None, &rates()).unwrap().waiting, WAITING_BYTES);
    }

    #[test]
    fn rows_on_the_disk_take_no_memory() {
        let wide = Needs { waiting: 200 * MB, files: 0, ..needs() };
        assert_eq!(wide.plan(Some(memory(None, 8000)), &rates()).unwrap().most, 704 * MB);
        let blending = Needs::default().blending(14, 1000, 9).blending(14, 1000, 1);
        assert_eq!((blending.waiting, blending.finished), (14 * 16 * 1000 * 10 * 4, 16 * 1000 * 10 * 4));
    }
}
