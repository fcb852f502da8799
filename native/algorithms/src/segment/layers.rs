//! Which layers a segmentation reads, and what it is told beside them.

use super::describe::{NOTHING, TIM_MODALITIES};
use crate::Error;
use crate::common::reading::Reading;
use crate::values::Values;
use model::task::Task;
use model::{Modality, TokenModality};
use pipeline::{LayerModality, LayerSpec, OWN};

/// The layers of a fine-tuned model, in the order of its modalities, then those that it would imagine otherwise.
pub(super) fn of_task(values: &Values, task: &Task, reading: &Reading) -> Result<Vec<LayerSpec>, Error> {
    let modalities = LayerModality::of_task(task);
    let own = modalities.iter().filter(|modality| matches!(modality, LayerModality::Own(_))).count();
    let mut others = others(values, own)?.into_iter();
    let mut specs = Vec::new();
    for &modality in &modalities {
        let sources = match modality {
            LayerModality::Own(_) => others.next().unwrap_or_default(),
            _ => values.rasters(modality.name()),
        };
        specs.push((modality, sources));
    }
    for modality in TokenModality::ALL {
        let image = modality.image().map(LayerModality::Image);
        if !image.is_some_and(|image| modalities.contains(&image)) && task.backbone.tim.contains(&modality) {
            specs.push((LayerModality::Tokens(modality), values.rasters(modality.name())));
        }
    }
    // What no part of the model takes: opening it says what the model knows.
    let names: Vec<_> = specs.iter().map(|(modality, _)| modality.name()).collect();
    let images = Modality::ALL.map(LayerModality::Image);
    let tokens = [TokenModality::Lulc, TokenModality::Ndvi].map(LayerModality::Tokens);
    let superfluous = images.into_iter().chain(tokens).filter(|modality| !names.contains(&modality.name()));
    for modality in superfluous {
        if !values.rasters(modality.name()).is_empty() {
            return Err(Error::NotTaken {
                modality: modality.name(),
                known: modalities
                    .iter()
                    .map(|m| m.name())
                    .chain(task.backbone.tim.iter().map(|m| m.name()))
                    .collect::<Vec<_>>()
                    .join(", "),
            });
        }
    }
    Ok(specs
        .into_iter()
        .filter(|(_, sources)| !sources.is_empty())
        .map(|(modality, sources)| reading.spec(modality, sources))
        .collect())
}

/// The rasters of modalities that were new in fine-tuning: as many for each.
fn others(values: &Values, count: usize) -> Result<Vec<Vec<String>>, Error> {
    let given = values.rasters(OWN);
    if given.is_empty() {
        return Ok(Vec::new());
    }
    let invalid = |expected: String| Error::InvalidValue { name: OWN, value: rasters(given.len()), expected };
    if count == 0 {
        return Err(invalid(String::from("this model has no modality of its own; leave it empty")));
    }
    if !given.len().is_multiple_of(count) {
        return Err(invalid(format!(
            "this model has {count} modalities of its own; give one raster for each, or as many dates of each"
        )));
    }
    Ok(given.chunks(given.len() / count).map(<[String]>::to_vec).collect())
}

fn rasters(count: usize) -> String {
    if count == 1 { String::from("one raster") } else { format!("{count} rasters") }
}

/// The layers of a pre-trained model: one raster each.
pub(super) fn of_pretrained(values: &Values, reading: &Reading) -> Result<Vec<LayerSpec>, Error> {
    let refused = |name, expected: &str| Error::InvalidValue {
        name,
        value: rasters(values.rasters(name).len()),
        expected: expected.to_owned(),
    };
    let no_dates = "a pre-trained model takes one date; give one raster, or choose a model that was fine-tuned on several dates";
    if !values.rasters(OWN).is_empty() {
        return Err(refused(OWN, "a pre-trained model has no modalities of its own; leave it empty"));
    }
    if !values.rasters(TokenModality::Lulc.name()).is_empty() {
        let reason = "the land cover is what a pre-trained model is asked for; leave it empty, or choose a fine-tuned model";
        return Err(refused(TokenModality::Lulc.name(), reason));
    }
    let images = Modality::ALL.map(LayerModality::Image);
    let mut specs = Vec::new();
    for modality in images.into_iter().chain([LayerModality::Tokens(TokenModality::Ndvi)]) {
        let sources = values.rasters(modality.name());
        match sources.len() {
            0 => {}
            1 => specs.push(reading.spec(modality, sources)),
            _ => return Err(refused(modality.name(), no_dates)),
        }
    }
    Ok(specs)
}

/// The modalities of [`TIM_MODALITIES`]; nothing where it has no value.
pub(super) fn tim(values: &Values) -> Result<Option<Vec<TokenModality>>, Error> {
    let Some(text) = values.text(TIM_MODALITIES) else { return Ok(None) };
    if text.trim().eq_ignore_ascii_case(NOTHING) {
        return Ok(Some(Vec::new()));
    }
    let mut modalities = Vec::new();
    for word in text.split(',').map(str::trim) {
        let Some(modality) = TokenModality::from_name(&word.to_ascii_uppercase()) else {
            let known: Vec<_> = TokenModality::ALL.iter().map(|modality| modality.name()).collect();
            return Err(Error::InvalidValue {
                name: TIM_MODALITIES,
                value: format!("\"{word}\""),
                expected: format!("give some of {}, with commas between, or {NOTHING}", known.join(", ")),
            });
        };
        if !modalities.contains(&modality) {
            modalities.push(modality);
        }
    }
    Ok(Some(modalities))
}
