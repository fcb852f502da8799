//! Tells what was found in a checkpoint.

use crate::host::Host;
use crate::{Error, models};
use model::pack::{Manifest, ManifestOf};
use model::task::{FineTuned, Objective};
use model::{Modality, Pack, TokenizerPack, band_label};
use pipeline::LayerModality;
use std::path::Path;

/// A model and what it takes.
pub fn found(manifest: &Manifest, host: &dyn Host) {
    let names =
        |modalities: Vec<Modality>| modalities.iter().map(|m| m.name()).collect::<Vec<_>>().join(", ");
    let a = &manifest.architecture;
    host.info(&format!("It is {} with {} blocks", a.label(), a.depth));
    host.info(&format!("It takes {}", names(a.modalities.clone())));
    let absent: Vec<_> = Modality::ALL.iter().copied().filter(|m| !a.modalities.contains(m)).collect();
    if !absent.is_empty() {
        host.warning(&format!("This model does not know {}", names(absent)));
    }
    if !manifest.dropped.is_empty() {
        // Every published file has them; their names are in the manifest.
        let tensors = count(manifest.dropped.len(), "tensor", "tensors");
        host.info(&format!("{tensors} that are unused, or the same as another, are left out"));
    }
    unknown(&manifest.unknown, host);
}

/// A fine-tuned model: what it predicts, from what.
pub fn fine_tuned(manifest: &ManifestOf<FineTuned>, host: &dyn Host) {
    let FineTuned { task, notes, .. } = &manifest.architecture;
    host.info(&format!("It is {}", manifest.architecture.label()));
    let names = task.objective.class_names();
    match &task.objective {
        Objective::Regression { outputs, unit } => {
            let values = count(*outputs, "value", "values");
            let unit = if unit.is_empty() { String::new() } else { format!(", in {unit}") };
            host.info(&format!("It predicts {values} per pixel{unit}"));
        }
        Objective::Segmentation { .. } => host.info(&format!("Classes: {}", names.join(", "))),
        Objective::Classification { .. } => {
            host.info(&format!("Classes of whole tiles: {}", names.join(", ")));
        }
    }
    if task.objective.is_unnamed() {
        host.warning(
            "Neither the configuration nor the checkpoint names the classes, so that legends will show numbers; import the model again with CLASSES (Names of the classes) to name them",
        );
    }
    for (layer, modality) in LayerModality::of_task(task).into_iter().zip(&task.backbone.modalities) {
        let labels: Vec<_> = modality.bands.iter().map(|band| band_label(layer.name(), band)).collect();
        let own = if layer.name() == modality.name { String::new() } else { format!(" ({})", modality.name) };
        let bands = count(labels.len(), "band", "bands");
        host.info(&format!("It takes {}{own}: {bands}, {}", layer.name(), labels.join(", ")));
    }
    if let Some(temporal) = &task.backbone.temporal {
        let dates = temporal.timestamps.map_or_else(|| String::from("several"), |dates| dates.to_string());
        host.info(&format!("It takes {dates} dates of each"));
    }
    if !task.backbone.tim.is_empty() {
        let imagined: Vec<_> = task.backbone.tim.iter().map(|modality| modality.name()).collect();
        host.info(&format!("It imagines {} first (Thinking in Modalities)", imagined.join(", ")));
    }
    if !manifest.dropped.is_empty() {
        let tensors = count(manifest.dropped.len(), "tensor", "tensors");
        host.info(&format!("{tensors} of the training that predictions do not use are left out"));
    }
    for note in notes {
        host.warning(note);
    }
}

/// What a model can generate, and what for that is missing still. `folder` is where its pack will be.
pub fn generates(pack: &Pack, folder: &Path, host: &dyn Host) {
    let (targets, missing) = models::generated(pack, folder);
    if targets.is_empty() {
        host.info("It has no decoder: it can embed, but not generate");
        return;
    }
    let targets: Vec<_> = targets.iter().map(|target| target.name()).collect();
    host.info(&format!("It can generate {}", targets.join(", ")));
    if !missing.is_empty() {
        let names: Vec<_> = missing.iter().map(|modality| modality.name()).collect();
        let files: Vec<_> = missing.iter().map(|modality| modality.published_file()).collect();
        host.info(&format!(
            "To generate {}, tokenizers are still missing: import {} in the same way",
            names.join(", "),
            files.join(", ")
        ));
    }
}

/// Where a tokenizer is, and who uses it.
pub fn tokenizer(pack: &TokenizerPack, owner: Option<&Pack>, host: &dyn Host) {
    let modality = pack.architecture().modality;
    let users = owner.map_or_else(
        || String::from("The tokenizer"),
        |owner| format!("The tokenizer, for the model {} only,", owner.manifest().name),
    );
    host.info(&format!("{users} is in {}", pack.folder().display()));
    if let Some(owner) = owner.filter(|owner| owner.architecture().decoder_depth.is_none()) {
        host.warning(&format!(
            "The model {} has no decoder: it cannot generate, with this tokenizer or another one",
            owner.manifest().name
        ));
    }
    if let Err(error @ Error::SeveralTokenizers { .. }) = models::tokenizers(owner, None, &[modality]) {
        host.warning(&format!("Now {error}"));
    }
}

/// Names tensors that are not TerraMind's.
pub fn unknown(names: &[String], host: &dyn Host) {
    if !names.is_empty() {
        host.warning(&format!("Not known and left out: {}", list(names)));
    }
}

/// A number of things.
fn count(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

/// The first names of a long list.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 10;
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
