//! Who hears of a run.

use crate::Error;
use crate::memory::{Memory, Needs};
use crate::rates::Rates;
use runtime::Session;

/// Hears what a run does and how far it is.
pub trait Watch {
    /// The part that is done, 0 to 1.
    fn progress(&self, done: f64);
    /// What begins now, as a sentence.
    fn stage(&self, what: &str);
    /// Up to here an interrupted run had done it; from now on it takes its time.
    fn resumed(&self) {}
    /// How long it is going to take and how much of the disk, before the work begins.
    fn forecast(&self, forecast: Forecast) {
        let _ = forecast;
    }
    /// How much memory there is for it, where that is known.
    fn memory(&self) -> Option<Memory> {
        None
    }
    /// A graph was loaded.
    fn session(&self, session: &Session);
}

/// What a run is going to take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// Tiles to compute.
    pub tiles: usize,
    /// Seconds, by what one run of each graph took.
    pub seconds: f64,
    /// Bytes of the disk at most, until the outputs are complete.
    pub disk_bytes: u64,
    /// Bytes of memory that the process holds at most; 0 where nobody knows what it holds now.
    pub memory_bytes: u64,
    /// What of them the run takes.
    pub own_bytes: u64,
}

/// The part of the progress that is computing; what remains is for the files.
pub(crate) const COMPUTED: f64 = 0.95;

/// How large a run is, as [`Forecast`] tells it.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub tiles: usize,
    pub disk_bytes: u64,
    pub needs: Needs,
}

/// Counts work of several sorts towards one progress.
pub(crate) struct Meter<'a> {
    watch: &'a dyn Watch,
    /// What each sort counts.
    pub rates: Rates,
    /// Rows that wait to be blended and take more bytes lie on the disk.
    pub waiting_bytes: u64,
    total: f64,
    done: f64,
}

impl<'a> Meter<'a> {
    /// For so much work in all, at these rates; where they were measured, that is a forecast. An error where there is not
    /// enough memory.
    pub fn new(watch: &'a dyn Watch, rates: Rates, total: f64, size: Size) -> Result<Self, Error> {
        let Size { tiles, disk_bytes, needs } = size;
        let plan = needs.plan(watch.memory(), &rates)?;
        if rates.are_measured() {
            let (memory_bytes, own_bytes) = (plan.most, plan.taken);
            watch.forecast(Forecast { tiles, seconds: total, disk_bytes, memory_bytes, own_bytes });
        }
        Ok(Self { watch, rates, waiting_bytes: plan.waiting, total, done: 0.0 })
    }

    /// So much more is done.
    pub fn add(&mut self, work: f64) {
        self.done += work;
        self.watch.progress(COMPUTED * (self.done / self.total).min(1.0));
    }
}
