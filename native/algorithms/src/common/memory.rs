//! How much memory there is, and how much of it a run may take.
//!
//! Where memory runs out, the system ends the process, and in QGIS everything that was not saved is lost. So a run is
//! planned by what it may take (`pipeline::Memory`), and watched, and stopped before.

use crate::Error;
use crate::description::{Kind, Parameter};
use crate::host::Host;
use crate::values::Values;
use parking_lot::Mutex;
use pipeline::Memory;
use raster::bytes::{rounded_down, rounded_up};
use runtime::Cancel;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

pub(crate) const MEMORY_LIMIT: &str = "MEMORY_LIMIT";

const MEGABYTE: u64 = 1_000_000;

/// How often is looked.
const PERIOD: Duration = Duration::from_millis(50);

/// The part of all memory that is left to the system and other programs.
const RESERVE: f64 = 0.05;

pub(crate) fn parameter() -> Parameter {
    Parameter::new(
        MEMORY_LIMIT,
        "Memory limit",
        "Megabytes that the run may take. A run that is going to take more is refused before it begins, and one that does so anyway is stopped, so that neither QGIS nor other programs are ended by the system; 0 takes what is free, but for a reserve of 5 %.",
        Kind::Integer { minimum: 0, maximum: Some(10_000_000), default: 0 },
    )
    .advanced()
}

/// What a look at the memory tells, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// What this process holds.
    own: u64,
    /// What anybody can still have.
    pub free: u64,
    /// All there is.
    pub total: u64,
}

impl Look {
    /// What is left to others.
    fn reserve(self) -> u64 {
        (self.total as f64 * RESERVE) as u64
    }
}

/// What the memory is like now.
pub(crate) fn look() -> Look {
    Machine::new().look()
}

/// Memory of this process and of the machine, or of the container that it runs in.
struct Machine {
    system: System,
    process: Option<Pid>,
}

impl Machine {
    fn new() -> Self {
        Self { system: System::new(), process: sysinfo::get_current_pid().ok() }
    }

    fn look(&mut self) -> Look {
        self.system.refresh_memory();
        if let Some(process) = self.process {
            let only = ProcessRefreshKind::nothing().with_memory();
            self.system.refresh_processes_specifics(ProcessesToUpdate::Some(&[process]), false, only);
        }
        let own =
            self.process.and_then(|process| self.system.process(process)).map_or(0, sysinfo::Process::memory);
        let (free, total) = (self.system.available_memory(), self.system.total_memory());
        // Without a limit a container tells that of the machine.
        match self.system.cgroup_limits() {
            Some(limits) if limits.total_memory < total => {
                Look { own, free: free.min(limits.free_memory), total: limits.total_memory }
            }
            _ => Look { own, free, total },
        }
    }
}

/// Whether a run has to stop: what it took is more than it was given, or too little is left.
fn is_too_much(first: Look, now: Look, limit: Option<u64>) -> bool {
    let taken = now.own.saturating_sub(first.own);
    if let Some(limit) = limit {
        return taken > limit;
    }
    let reserve = now.reserve();
    // Somebody else may have filled it: then stopping would not help.
    now.free < reserve && taken > reserve
}

/// Knows what a run takes, and what it may.
pub(crate) struct Guard {
    machine: Mutex<Machine>,
    first: Look,
    /// The most that the process held since then.
    most: AtomicU64,
    /// What the run was given, if it was.
    limit: Option<u64>,
}

impl Guard {
    /// From now on; nothing for algorithms without a limit.
    fn of(values: &Values) -> Option<Self> {
        let limit = values.integer_if_any(MEMORY_LIMIT)?;
        let mut machine = Machine::new();
        let first = machine.look();
        Some(Self {
            machine: Mutex::new(machine),
            first,
            most: AtomicU64::new(first.own),
            limit: (limit > 0).then_some(limit as u64 * MEGABYTE),
        })
    }

    fn look(&self) -> Look {
        let look = self.machine.lock().look();
        self.most.fetch_max(look.own, Ordering::Relaxed);
        look
    }

    /// The most that the run took.
    fn taken(&self) -> u64 {
        self.most.load(Ordering::Relaxed).saturating_sub(self.first.own)
    }

    /// What a run is planned by.
    pub fn memory(&self) -> Memory {
        let now = self.look();
        Memory {
            before: self.first.own,
            now: now.own,
            most: self.most.load(Ordering::Relaxed),
            limit: self.limit,
            free: now.free.saturating_sub(now.reserve()),
        }
    }
}

/// Runs `work` within its limit, and tells how much it took. Runs are planned so that they keep to it; this is the last guard.
pub(crate) fn within_limit<T>(
    values: &Values,
    host: &dyn Host,
    cancel: &Cancel,
    work: impl FnOnce(Option<&Guard>) -> Result<T, Error>,
) -> Result<T, Error> {
    let Some(guard) = Guard::of(values) else { return work(None) };
    let guard = &guard;
    let (result, stopped_at) = thread::scope(|scope| {
        let (done, wait) = channel::<()>();
        let watching = scope.spawn(move || {
            while wait.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
                let now = guard.look();
                if is_too_much(guard.first, now, guard.limit) {
                    cancel.cancel();
                    return Some(now);
                }
            }
            None
        });
        let result = work(Some(guard));
        drop(done);
        (result, watching.join().unwrap_or_default())
    });
    let most = guard.taken();
    match (result, stopped_at) {
        (Err(error), Some(now)) if error.is_cancelled() => Err(Error::Memory {
            taken: rounded_up(most),
            limit: guard.limit.map(rounded_down),
            free: rounded_down(now.free),
        }),
        (result, _) => {
            if result.is_ok() && most > 0 {
                host.memory(&rounded_up(most));
                host.info(&format!(
                    "Memory at most: {}, {} of it by this run",
                    rounded_up(guard.first.own + most),
                    rounded_up(most)
                ));
            }
            result
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_stops_at_its_limit_or_where_it_leaves_too_little() {
        let look = |own, free| Look { own, free, total: 1000 };
        let first = look(100, 500);
        assert!(!is_too_much(first, look(150, 450), Some(60)));
        assert!(is_too_much(first, look(161, 439), Some(60)));
        assert!(!is_too_much(first, look(550, 50), None), "the reserve is there");
        assert!(is_too_much(first, look(551, 49), None));
        assert!(!is_too_much(first, look(120, 10), None), "it was somebody else");
        assert!(!is_too_much(first, look(50, 500), Some(0)), "less than before");
    }

    #[test]
    fn the_machine_tells_what_this_process_takes() {
        let mut machine = Machine::new();
        let first = machine.look();
        assert!(first.own > 0 && first.free > 0 && first.total >= first.free, "{first:?}");
        let filled = vec![1_u8; 200_000_000];
        let now = machine.look();
        assert!(now.own - first.own > 150_000_000, "{first:?} {now:?} {}", filled[12]);
    }
}
