//! Segments by a fine-tuned model.

use super::describe::{ID, NOTHING, TIM_MODALITIES};
use super::outputs::{self, VECTOR, layer_name, name_of, style};
use super::polygons::Polygons;
use super::{facts_of_sampling, layers, sampling};
use crate::common::creation;
use crate::common::device;
use crate::common::layers::judge;
use crate::common::place;
use crate::common::reading::Reading;
use crate::common::resume::{self, Resume};
use crate::common::telling::{Telling, computed_by};
use crate::common::tiling::{OVERLAP, TILE_SIZE};
use crate::generate::{Provenance, SEED, STEPS, tell_skipped};
use crate::host::Context;
use crate::models::TOKENIZERS;
use crate::result::{Outcome, OutputLayer};
use crate::values::Values;
use crate::{Error, models};
use model::diffusion::Schedule;
use model::task::{Objective, Task};
use model::{FineTunedPack, TokenModality};
use pipeline::segment::{self, Map, Models, Output, Plan, Request};
use pipeline::{Consumer, Inputs, LayerModality, LayerSpec, Means};
use serde_json::Map as JsonMap;
use std::path::PathBuf;

pub(super) fn run(pack: &FineTunedPack, values: &Values, context: &Context) -> Result<Outcome, Error> {
    let creation = creation::options(values)?;
    let (task, model) = (&pack.architecture().task, &pack.manifest().name);
    let reading = Reading::of(values)?;
    let layers = layers::of_task(values, task, &reading)?;
    reading.check(&layers)?;
    let given = given(&layers);
    let tim = told(values, task, &given)?;
    let wanted = outputs::wanted(values);
    let imagined = outputs::imagined(&wanted);
    check_imagined(&imagined, &tim, &given)?;
    if task.objective.class_names().is_empty() {
        refuse_classes(values, &wanted)?;
    }
    let needed: Vec<_> = given.iter().chain(&imagined).copied().collect();
    let tokenizers = models::tokenizers(None, values.path(TOKENIZERS).as_deref(), &needed)?;

    let inputs = Inputs::open(&layers, Consumer::FineTuned(pack), &reading.setting)?;
    let mut provenance = Provenance::of_tiles("Predicted", values, pack.manifest());
    provenance.inputs(&layers, &inputs.generated(), None);
    provenance.add(reading.facts());
    provenance.add(facts_of_sampling(values));
    provenance.add(vec![("TIM", names(&tim))]);
    provenance.tokenizers(tokenizers.values());
    let request = Request {
        place: place::of(values, context)?,
        tim: tim.clone(),
        sampling: sampling(values)?,
        seed: values.integer(SEED) as u64,
        schedule: Schedule::new(values.integer(STEPS) as usize)?,
        tile_px: values.integer(TILE_SIZE) as usize,
        overlap_px: values.integer(OVERLAP) as usize,
    };
    if let Some(path) = values.path(VECTOR) {
        inputs.check_output(&path)?;
    }
    judge(&inputs, &pack.manifest().source, request.place.as_ref(), context)?;
    let crs = inputs.crs().clone();
    let state = resume::state(&inputs, request.place.as_ref())?;
    let plan = Plan::new(inputs, Models { pack, tokenizers: &tokenizers }, request, &imagined)?;
    tell(&plan, pack, &given, context);

    let (library, options) = device::runtime(values, context)?;
    let statement = format!("Predicted by the fine-tuned model {model}, not measured.");
    let statement_of = |output: Output| match output {
        Output::Map(_) => statement.clone(),
        Output::Imagined(_) => format!("Imagined by the fine-tuned model {model}, not measured."),
    };
    let models = resume::models(pack, tokenizers.values());
    let request = resume::Request { id: ID, values, models: &models, state: state.as_deref() };
    let output = wanted.first().map(|(_, path)| path.as_path());
    let resume = Resume::of(&request, output, plan.journal_bytes(&imagined), context)?;
    // The outputs before the sessions: a wrong destination is cheap to find out, loading a large model is not.
    let files =
        plan.create_files(&wanted, &creation, |output| provenance.metadata_saying(&statement_of(output)))?;
    let polygons = Polygons::create(values, &statement, context)?;
    models::verify_with(pack, tokenizers.values(), &library, context)?;
    let grid = plan.output_grid();
    let telling = Telling::new(context);
    let journal = resume.journal();
    let means =
        Means { library: &library, options: &options, cancel: context.cancel, watch: &telling, journal };
    let (summary, mut files) = plan.run(files, means)?;
    for (key, value) in computed_by(telling.provider(), &library) {
        files.describe(key, &value)?;
    }
    let mut completed = files.complete(means)?;
    if let Some(polygons) = polygons {
        let classes = segment::classes(&task.objective.class_names());
        let is_map = |(output, _): &&(Output, _)| *output == Output::Map(Map::Prediction);
        let drawn = match completed.iter().find(is_map) {
            Some((_, map)) if !matches!(task.objective, Objective::Classification { .. }) => {
                polygons.outline(map, &classes)?
            }
            _ => polygons.tiles((grid, &crs), &classes, &summary.classified)?,
        };
        completed.push((Output::Map(Map::Prediction), drawn));
    }
    raster::publish_all(completed.into_iter().map(|(_, file)| file).collect())?;
    resume.finish();
    tell_skipped(summary.skipped, summary.tiles, context);

    let mut results = JsonMap::new();
    for (output, path) in &wanted {
        results.insert(name_of(*output).to_owned(), path.display().to_string().into());
    }
    if let Some(path) = values.path(VECTOR) {
        results.insert(VECTOR.to_owned(), path.display().to_string().into());
    }
    results.insert(String::from("METHOD"), "fine-tuned model".into());
    let layer = |(output, _): &(Output, PathBuf)| OutputLayer {
        output: name_of(*output),
        name: layer_name(*output, &task.objective, model),
        style: style(*output, &task.objective),
        notes: Some(provenance.notes_saying(&statement_of(*output))),
    };
    let mut shown: Vec<_> = wanted.iter().map(layer).collect();
    if values.path(VECTOR).is_some() {
        let name = format!("Polygons by {model}");
        let notes = Some(provenance.notes_saying(&statement));
        shown.push(OutputLayer { output: VECTOR, name, style: None, notes });
    }
    Ok(Outcome { outputs: results, layers: shown })
}

/// Refuses to write what is not imagined: what the model is not told, or what is given.
fn check_imagined(
    written: &[TokenModality],
    tim: &[TokenModality],
    given: &[TokenModality],
) -> Result<(), Error> {
    match written.iter().find(|modality| given.contains(modality) || !tim.contains(modality)) {
        Some(&modality) => Err(Error::InvalidValue {
            name: name_of(Output::Imagined(modality)),
            value: String::from("written"),
            expected: format!("{modality} is not imagined in this run; leave it empty"),
        }),
        None => Ok(()),
    }
}

/// Refuses what only models of classes have.
fn refuse_classes(values: &Values, wanted: &[(Output, PathBuf)]) -> Result<(), Error> {
    let is_of_classes = |output: &Output| matches!(output, Output::Map(map) if map.is_of_classes());
    let maps = wanted.iter().map(|(output, _)| *output).find(is_of_classes).map(name_of);
    match maps.or_else(|| values.path(VECTOR).map(|_| VECTOR)) {
        Some(name) => Err(Error::InvalidValue {
            name,
            value: String::from("written"),
            expected: String::from("the model predicts values, not classes; leave it empty"),
        }),
        None => Ok(()),
    }
}

/// The modalities that are given as layers instead of being imagined.
fn given(layers: &[LayerSpec]) -> Vec<TokenModality> {
    let tokens = |layer: &LayerSpec| match layer.modality {
        LayerModality::Tokens(modality) => Some(modality),
        _ => None,
    };
    layers.iter().filter_map(tokens).collect()
}

/// What the model is told beside its images, in its own order: what is asked for, or all it knows; and what is given.
fn told(values: &Values, task: &Task, given: &[TokenModality]) -> Result<Vec<TokenModality>, Error> {
    let own = &task.backbone.tim;
    let asked = layers::tim(values)?.unwrap_or_else(|| own.clone());
    if let Some(unknown) = asked.iter().find(|modality| !own.contains(modality)) {
        let known = if own.is_empty() {
            String::from("nothing; leave it empty")
        } else {
            format!("{}; give some of that, or {NOTHING}", names(own))
        };
        return Err(Error::InvalidValue {
            name: TIM_MODALITIES,
            value: unknown.name().to_owned(),
            expected: format!("this model imagines {known}"),
        });
    }
    Ok(own.iter().copied().filter(|modality| asked.contains(modality) || given.contains(modality)).collect())
}

fn names(modalities: &[TokenModality]) -> String {
    let names: Vec<_> = modalities.iter().map(|modality| modality.name()).collect();
    if names.is_empty() { String::from("none") } else { names.join(", ") }
}

/// Says what is going to happen.
fn tell(plan: &Plan<'_>, pack: &FineTunedPack, given: &[TokenModality], context: &Context) {
    let host = context.host;
    host.info(&format!("By the fine-tuned model {}: {}", pack.manifest().name, pack.architecture().label()));
    for note in &pack.architecture().notes {
        host.warning(note);
    }
    let imagined = plan.imagined();
    if !imagined.is_empty() {
        host.info(&format!("It imagines {} first", names(&imagined)));
    }
    if !given.is_empty() {
        host.info(&format!("Given, so that it is not imagined: {}", names(given)));
    }
    let grid = plan.output_grid();
    let cells = match pack.architecture().task.objective {
        Objective::Classification { .. } => "tiles in the result; tiles do not overlap",
        _ => "pixels (whole patches)",
    };
    let (width, height) = (grid.width_px(), grid.height_px());
    host.info(&format!("{width} × {height} {cells}; tiles to predict: {}", plan.tiles()));
}
