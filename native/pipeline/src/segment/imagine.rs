//! What a model imagines before it predicts, as tokens of every tile.

use super::Plan;
use crate::decoding::tokenizer;
use crate::inputs::LayerModality;
use crate::sessions::Sessions;
use crate::tokens::predict::{self, Draws, Evidence, Known};
use crate::tokens::{PatchMap, encode};
use crate::watch::Meter;
use crate::{Error, Means};
use model::TokenModality;
use model::generation::Source;
use runtime::Session;
use std::sync::Arc;

impl Plan<'_> {
    /// The tokens of everything that the model is told, in its own order. What is given as a layer is not imagined, but
    /// told to all that is; what is imagined is told to what comes after it. `valid` learns which patches have data.
    pub(super) fn imagine(
        &self,
        valid: &mut PatchMap<bool>,
        means: Means<'_>,
        meter: &mut Meter,
    ) -> Result<Vec<Known>, Error> {
        let dates = self.spec.dates;
        let mut known = Vec::new();
        let given = self.scene.inputs().tokenized();
        for modality in given {
            means.watch.stage(&format!("Turning {modality} into tokens"));
            let pack = tokenizer(self.models.tokenizers, modality)?;
            let session = encode::open(pack, &self.scene, means)?;
            let work = meter.rates.encoding * dates as f64;
            let done = || meter.add(work);
            let ids = encode::run(&self.scene, modality, session, valid, means.course(), done)?;
            known.push(Known { source: Source::Tokens(modality), members: vec![Arc::new(ids)] });
        }
        let images = LayerModality::of_task(&self.task);
        for modality in self.imagined() {
            means.watch.stage(&format!("Imagining {modality}"));
            let told: Vec<_> = known
                .iter()
                .filter_map(|known: &Known| match known.source {
                    Source::Tokens(modality) => Some(modality),
                    _ => None,
                })
                .collect();
            let mut open = |_: usize| self.open_imagination(&told, modality, means);
            let question = predict::Question {
                scene: &self.scene,
                evidence: Evidence { images: &images, known: &known },
                draws: Draws { sampling: self.request.sampling, seeds: &[self.request.seed] },
                course: means.course(),
            };
            let work = meter.rates.prediction * dates as f64;
            let done = || meter.add(work);
            let predicted = predict::tokens(question, modality, &mut open, valid, done)?;
            known.push(Known { source: Source::Tokens(modality), members: predicted.members });
        }
        let place = |known: &Known| {
            let own = |modality| known.source == Source::Tokens(modality);
            self.task.backbone.tim.iter().position(|&modality| own(modality))
        };
        known.sort_by_key(place);
        Ok(known)
    }

    /// The graph that imagines a modality where it is told of others.
    pub(super) fn open_imagination(
        &self,
        told: &[TokenModality],
        modality: TokenModality,
        means: Means<'_>,
    ) -> Result<Session, Error> {
        let options = if self.shows_imagined { means.options.exact_if_auto() } else { *means.options };
        let sessions = Sessions { options: &options, ..means.sessions(self.scene.tiles.len()) };
        let session = sessions.imagination(self.models.pack, &self.task, &self.spec, told, modality)?;
        means.watch.session(&session);
        Ok(session)
    }
}
