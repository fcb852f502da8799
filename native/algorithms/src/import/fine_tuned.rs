//! Imports a model that was fine-tuned with TerraTorch: a checkpoint of Lightning's and its configuration.

use super::{CLASSES, CONFIG, INPUT, Import, UNIT, parent_of, report};
use crate::Error;
use crate::result::Outcome;
use model::StagedFineTunedPack;
use model::pack::{Kind as PackKind, ManifestOf};
use model::task::config::{self, Description};
use model::task::{FineTuned, Objective};
use std::fs;
use std::path::Path;

impl Import<'_> {
    pub(super) fn fine_tuned(&self) -> Result<Outcome, Error> {
        self.refuse_tokenizers_parameters()?;
        let destination = self.destination()?;
        let description = self.description()?;
        let parent = parent_of(&destination)?;
        let progress = |done| self.progress(done);
        let mut staged = StagedFineTunedPack::from_checkpoint(
            &self.checkpoint,
            description,
            &self.source,
            &self.name,
            &parent,
            progress,
        )?;
        report::fine_tuned(staged.pack().manifest(), self.context.host);
        self.tell_of_change(&destination, staged.pack().manifest());
        self.ask(&mut staged)?;
        let pack = staged.publish(&destination)?;
        self.context.host.info(&format!("The model is in {}", pack.folder().display()));
        Ok(self.outcome(PackKind::FineTuned, pack.folder()))
    }

    /// Says what an installed pack of the same checkpoint said differently, because that is lost.
    fn tell_of_change(&self, destination: &Path, new: &ManifestOf<FineTuned>) {
        let there = ManifestOf::<FineTuned>::read(destination);
        // Another checkpoint's is not replaced.
        let Some(there) = there.ok().filter(|there| there.source.sha256 == new.source.sha256) else { return };
        let (old, new) = (&there.architecture.task, &new.architecture.task);
        let mut changed = Vec::new();
        if old.objective != new.objective {
            changed.push("the names of its classes or its unit");
        }
        if old.backbone.modalities != new.backbone.modalities {
            changed.push("its bands, means and standard deviations");
        }
        if !changed.is_empty() {
            self.context.host.warning(&format!(
                "The model \"{}\" was imported from this checkpoint before, with other settings: {} are replaced by what this import says. Import it again with its CONFIG, CLASSES or UNIT to change that",
                self.name,
                changed.join(" and ")
            ));
        }
    }

    /// What the two files say of the model, and what the user adds to it.
    fn description(&self) -> Result<Description, Error> {
        let path = self.values.path(CONFIG);
        let read = |path| {
            let failed =
                |reason| Error::Configuration { reason, path: self.values.path(CONFIG).unwrap_or_default() };
            fs::read_to_string(path).map_err(failed)
        };
        let configuration = path.as_ref().map(read).transpose()?;
        let described = config::describe(self.checkpoint.metadata(), configuration.as_deref());
        let mut description = described.map_err(|fault| {
            let (parameter, path) = path.map_or((INPUT, self.source.clone()), |path| (CONFIG, path));
            Error::Description { parameter, fault, path }
        })?;
        let objective = &mut description.task.objective;
        if let Some(names) = self.values.text(CLASSES) {
            let names: Vec<_> = names.split(',').map(|name| name.trim().to_owned()).collect();
            let invalid = |error: model::Error| Error::InvalidValue {
                name: CLASSES,
                value: format!("\"{}\"", names.join(", ")),
                expected: error.to_string(),
            };
            objective.set_class_names(names.clone()).map_err(invalid)?;
        }
        if let Some(new) = self.values.text(UNIT) {
            match objective {
                Objective::Regression { unit, .. } => new.clone_into(unit),
                _ => self.refuse(&[UNIT], "the model predicts classes, not values")?,
            }
        }
        Ok(description)
    }
}
