//! How long the steps of a run take for one tile, and how much memory, for a progress that moves evenly and a forecast.

use crate::{Error, Means, stages};
use model::TokenModality;
use runtime::Session;
use std::collections::BTreeMap;
use std::time::Instant;

/// From so many predictions on, or what takes as long as a rule, trying one of each step takes little of the whole.
const WORTH_TRYING: f64 = 40.0;

/// Seconds that runs of graphs take: measured, or else rough times relative to each other.
#[derive(Debug, Clone)]
pub(crate) struct Rates {
    /// One run of the encoder of a tokenizer.
    pub encoding: f64,
    /// One prediction of tokens, or of what a model imagines.
    pub prediction: f64,
    /// One prediction of a map.
    pub map: f64,
    /// One run of a decoder; a diffusion decoder has several for a window.
    decoding: BTreeMap<TokenModality, f64>,
    /// The most that the process held with a graph that had run, in bytes; 0 where none was tried.
    pub held: u64,
    /// What goes into runs of a graph and comes out of them, of all tiles that are on their way at once, at most.
    pub tiles_bytes: u64,
    is_measured: bool,
}

impl Rates {
    /// Base on a processor, with a prediction as the unit.
    pub(crate) fn usual() -> Self {
        Self {
            encoding: 0.5,
            prediction: 1.0,
            map: 1.0,
            decoding: BTreeMap::new(),
            held: 0,
            tiles_bytes: 0,
            is_measured: false,
        }
    }

    /// What `measure` finds where there is much `work`, or memory was limited, and nothing is done yet. `work` is told the
    /// usual rates.
    pub fn of(
        work: impl Fn(&Self) -> f64,
        means: Means<'_>,
        measure: impl FnOnce(&mut Self) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let mut rates = Self::usual();
        let is_limited = means.watch.memory().is_some_and(|memory| memory.limit.is_some());
        if (is_limited || work(&rates) >= WORTH_TRYING) && !means.journal.has_results() {
            means.watch.stage("Trying each step on one tile");
            measure(&mut rates)?;
            rates.is_measured = true;
        }
        Ok(rates)
    }

    /// The seconds of one run of a graph.
    pub fn seconds(&mut self, session: &Session, means: Means<'_>) -> Result<f64, Error> {
        let seconds = session.trial(means.cancel)?.as_secs_f64();
        let tiles = stages::places(session.at_once()) as u64;
        self.tiles_bytes = self.tiles_bytes.max(tiles * session.bytes_of_run());
        self.held = self.held.max(means.watch.memory().map_or(0, |memory| memory.now));
        Ok(seconds)
    }

    /// While a tile is computed the next one is read: whatever takes longer counts.
    pub fn read(&mut self, read: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
        let begun = Instant::now();
        read()?;
        let seconds = begun.elapsed().as_secs_f64();
        for rate in [&mut self.encoding, &mut self.prediction, &mut self.map] {
            *rate = rate.max(seconds);
        }
        Ok(())
    }

    /// One run of the decoder of a modality.
    pub fn decoding(&self, modality: TokenModality) -> f64 {
        let usual = if modality == TokenModality::Lulc { 1.0 } else { 2.0 };
        self.decoding.get(&modality).copied().unwrap_or(usual)
    }

    /// Sets how long one run of the decoder of a modality takes.
    pub fn set_decoding(&mut self, modality: TokenModality, seconds: f64) {
        self.decoding.insert(modality, seconds);
    }

    /// Whether they are seconds.
    pub fn are_measured(&self) -> bool {
        self.is_measured
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;
    use std::time::Duration;

    #[test]
    fn where_reading_takes_longer_than_computing_it_counts() {
        let mut rates = Rates { encoding: 0.0, prediction: 1e6, map: 0.0, ..Rates::usual() };
        let slow = Duration::from_millis(3);
        rates
            .read(|| {
                thread::sleep(slow);
                Ok(())
            })
            .unwrap();
        assert!(rates.encoding >= slow.as_secs_f64() && rates.map >= slow.as_secs_f64(), "{rates:?}");
        assert!((rates.prediction - 1e6).abs() < 1e-9, "{rates:?}");
    }

    #[test]
    fn what_was_not_measured_keeps_its_usual_rate() {
        let mut rates = Rates::usual();
        rates.set_decoding(TokenModality::Dem, 7.0);
        let found = [TokenModality::Dem, TokenModality::Lulc, TokenModality::Ndvi].map(|m| rates.decoding(m));
        assert!(found.iter().zip([7.0, 1.0, 2.0]).all(|(a, b)| (a - b).abs() < 1e-9), "{found:?}");
    }
}
