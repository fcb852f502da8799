//! How long a run will still take, by how long it has taken.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

/// Before this nothing is said: the first tiles take longer than the others.
const FIRST: Duration = Duration::from_secs(5);

/// Then at least so long nothing more.
const SHORTEST: Duration = Duration::from_secs(20);

/// And at least this share of what has passed, so that a long run does not fill the log.
const SHARE: f64 = 0.15;

/// How far a run is, and how long it will still take.
#[derive(Debug, PartialEq)]
pub(crate) struct Forecast {
    done: f64,
    passed: Duration,
    left: Duration,
}

impl Forecast {
    /// How long the run takes in all.
    pub fn in_all(&self) -> Duration {
        self.passed + self.left
    }
}

impl Display for Forecast {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { done, passed, left } = self;
        write!(f, "{:.0} % done after {}, about {} left", 100.0 * done, words(*passed), words(*left))
    }
}

/// Decides when to say how far a run is.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    told: Option<Duration>,
    /// Since when, and from what part of the work on, it takes its time.
    from: (Duration, f64),
}

impl Pace {
    /// What was done until now says nothing about the rest.
    pub fn restart(&mut self, passed: Duration, done: f64) {
        self.from = (passed, done);
    }

    /// What to say when after `passed` the part `done` of the work is done, 0 to 1; mostly nothing.
    pub fn hear(&mut self, passed: Duration, done: f64) -> Option<Forecast> {
        let next = self.told.map_or(FIRST, |told| told + SHORTEST.max(told.mul_f64(SHARE)));
        if passed < next || done <= 0.0 || done >= 1.0 {
            return None;
        }
        let (begun, before) = self.from;
        if done <= before {
            return None;
        }
        self.told = Some(passed);
        let left = passed.saturating_sub(begun).mul_f64((1.0 - done) / (done - before));
        Some(Forecast { done, passed, left })
    }
}

/// A duration in as few words as tell it.
pub(crate) fn words(duration: Duration) -> String {
    let seconds = duration.as_secs_f64().round() as u64;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_time_left_follows_from_the_time_passed() {
        let mut pace = Pace::default();
        assert_eq!(pace.hear(seconds(4), 0.5), None, "too early");
        assert_eq!(
            pace.hear(seconds(10), 0.04).unwrap().to_string(),
            "4 % done after 10 s, about 4 min 0 s left"
        );
        assert_eq!(pace.hear(seconds(29), 0.2), None, "not so soon again");
        assert_eq!(
            pace.hear(seconds(30), 0.25).unwrap().to_string(),
            "25 % done after 30 s, about 1 min 30 s left"
        );
        assert_eq!(
            pace.hear(seconds(7200), 0.5).unwrap().to_string(),
            "50 % done after 2 h 0 min, about 2 h 0 min left"
        );
        assert_eq!(pace.hear(seconds(7200 + 1079), 0.6), None, "15 % of two hours are eighteen minutes");
        assert!(pace.hear(seconds(7200 + 1080), 0.6).is_some());
        assert_eq!(pace.hear(seconds(20_000), 1.0), None, "there is nothing left");
    }

    #[test]
    fn what_an_earlier_run_did_does_not_count() {
        let mut pace = Pace::default();
        pace.restart(seconds(2), 0.8);
        assert_eq!(pace.hear(seconds(8), 0.8), None, "nothing is known yet");
        assert_eq!(pace.hear(seconds(12), 0.9).unwrap().to_string(), "90 % done after 12 s, about 10 s left");
    }

    #[test]
    fn a_short_run_says_nothing() {
        let mut pace = Pace::default();
        assert!((1..=4).all(|second| pace.hear(seconds(second), second as f64 / 4.0).is_none()));
    }
}
