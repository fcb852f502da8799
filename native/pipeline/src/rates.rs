//! How long the steps of a run take for one tile, for a progress that moves evenly and a forecast.

use crate::{Error, Means};
use model::TokenModality;
use runtime::Session;
use std::collections::BTreeMap;

/// From so many tiles on trying one of each step takes little of the whole.
const WORTH_TRYING: usize = 40;

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
    is_measured: bool,
}

impl Rates {
    /// Base on a processor, with a prediction as the unit.
    fn usual() -> Self {
        Self { encoding: 0.5, prediction: 1.0, map: 1.0, decoding: BTreeMap::new(), is_measured: false }
    }

    /// What `measure` finds where there are many `tiles` and nothing is done yet.
    pub fn of(
        tiles: usize,
        means: Means<'_>,
        measure: impl FnOnce(&mut Self) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let mut rates = Self::usual();
        if tiles >= WORTH_TRYING && !means.journal.has_results() {
            means.watch.stage("Trying each step on one tile");
            measure(&mut rates)?;
            rates.is_measured = true;
        }
        Ok(rates)
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

    /// The seconds of all the work in these rates, if they were measured.
    pub fn forecast(&self, work: f64) -> Option<f64> {
        self.is_measured.then_some(work)
    }
}

/// The seconds of one run.
pub(crate) fn seconds(mut session: Session, means: Means<'_>) -> Result<f64, Error> {
    Ok(session.trial(means.cancel)?.as_secs_f64())
}
