//! Segments by the land cover that a pre-trained model generates.

use super::describe::{ID, TIM_MODALITIES};
use super::outputs::{self, VECTOR, name_of};
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
use crate::generate::{self, GENERATED_VERB, Provenance, SEED, STEPS, layer_name, tell_skipped};
use crate::host::Context;
use crate::models::TOKENIZERS;
use crate::result::{Outcome, OutputLayer};
use crate::values::Values;
use crate::{Error, models};
use model::diffusion::Schedule;
use model::generation::Target;
use model::{Pack, TokenModality};
use pipeline::generate::{Models, Plan, Request};
use pipeline::products::{Product, land_cover_classes};
use pipeline::segment::{Map, Output};
use pipeline::{Inputs, LayerModality, LayerSpec, Means};
use serde_json::Map as JsonMap;
use std::path::PathBuf;

pub(super) fn run(pack: &Pack, values: &Values, context: &Context) -> Result<Outcome, Error> {
    let host = context.host;
    let creation = creation::options(values)?;
    let model = &pack.manifest().name;
    let reading = Reading::of(values)?;
    let layers = layers::of_pretrained(values, &reading)?;
    reading.check(&layers)?;
    if layers.is_empty() {
        let known = pack.architecture().modalities.iter().map(|modality| modality.name());
        let names: Vec<_> = known.chain(["NDVI"]).collect();
        return Err(pipeline::Error::NoInput(names.join(", ")).into());
    }
    let before = before(values, &layers)?;
    let wanted = outputs::wanted(values);
    let products = products(&wanted, &before)?;
    let decoded = generate::decoded(&products);
    let tokenized = layers.iter().filter_map(|layer| match layer.modality {
        LayerModality::Tokens(modality) => Some(modality),
        _ => None,
    });
    let needed: Vec<_> = tokenized.chain(decoded.iter().copied()).collect();
    let tokenizers = models::tokenizers(Some(pack), values.path(TOKENIZERS).as_deref(), &needed)?;

    let inputs = Inputs::open(&layers, Some(pack), &reading.setting)?;
    let outputs: Vec<_> = before.iter().copied().chain([TokenModality::Lulc]).map(Target::Tokens).collect();
    let mut provenance = Provenance::of_tiles(GENERATED_VERB, values, pack.manifest());
    provenance.inputs(&layers, &inputs.generated(), None);
    provenance.add(reading.facts());
    provenance.order(&outputs);
    provenance.add(facts_of_sampling(values));
    provenance.tokenizers(tokenizers.values());
    let request = Request {
        place: place::of(values, context)?,
        outputs,
        coordinates: None,
        sampling: sampling(values)?,
        seeds: vec![values.integer(SEED) as u64],
        schedule: Schedule::new(values.integer(STEPS) as usize)?,
        harmonize: false,
        tile_px: values.integer(TILE_SIZE) as usize,
        overlap_px: values.integer(OVERLAP) as usize,
    };
    if let Some(path) = values.path(VECTOR) {
        inputs.check_output(&path)?;
    }
    judge(&inputs, &pack.manifest().source, request.place.as_ref(), context)?;
    let state = resume::state(&inputs, request.place.as_ref())?;
    let plan = Plan::new(inputs, Models { pack, tokenizers: &tokenizers }, request, &decoded)?;
    host.info(&format!(
        "{model} is a pre-trained model: segmented by its own land cover (LULC), without fine-tuning"
    ));
    let (width, height) = plan.size_px();
    host.info(&format!("{width} × {height} pixels (whole patches); tiles to predict: {}", plan.tiles()));

    let (library, options) = device::runtime(values, context)?;
    let models = resume::models(pack, tokenizers.values());
    let request = resume::Request { id: ID, values, models: &models, state: state.as_deref() };
    let output = products.first().map(|(_, path)| path.as_path());
    let resume = Resume::of(&request, output, plan.journal_bytes(&decoded), context)?;
    // The outputs before the sessions: a wrong destination is cheap to find out, loading a large model is not.
    let files = plan.create_files(&products, &creation, |product| provenance.metadata(product))?;
    let land_cover = Product::Values(TokenModality::Lulc);
    let statement = provenance.statement(land_cover);
    let polygons = Polygons::create(values, &statement, context)?;
    models::verify_with(pack, tokenizers.values(), &library, context)?;
    let telling = Telling::new(context);
    let journal = resume.journal();
    let means =
        Means { library: &library, options: &options, cancel: context.cancel, watch: &telling, journal };
    let (summary, mut files) = plan.run(files, means)?;
    for (key, value) in computed_by(telling.provider(), &library) {
        files.describe(key, &value)?;
    }
    let mut completed = files.complete(&[], means)?;
    if let Some(polygons) = polygons
        && let Some((_, map)) = completed.iter().find(|(product, _)| *product == land_cover)
    {
        let drawn = polygons.outline(map, &land_cover_classes())?;
        completed.push((land_cover, drawn));
    }
    raster::publish_all(completed.into_iter().map(|(_, file)| file).collect())?;
    resume.finish();
    tell_skipped(summary.skipped, summary.tiles, context);

    let mut results = JsonMap::new();
    for (output, path) in &wanted {
        results.insert(name_of(*output).to_owned(), path.display().to_string().into());
    }
    results.insert(String::from("METHOD"), "land cover of a pre-trained model".into());
    let layer = |((output, _), (product, _)): (&(Output, PathBuf), &(Product, PathBuf))| OutputLayer {
        output: name_of(*output),
        name: layer_name(*product, GENERATED_VERB, model),
        style: generate::style(*product),
        notes: Some(provenance.notes(*product)),
    };
    let mut shown: Vec<_> = wanted.iter().zip(&products).map(layer).collect();
    if let Some(path) = values.path(VECTOR) {
        results.insert(VECTOR.to_owned(), path.display().to_string().into());
        let notes = Some(provenance.notes(land_cover));
        shown.push(OutputLayer { output: VECTOR, name: format!("Polygons by {model}"), style: None, notes });
    }
    Ok(Outcome { outputs: results, layers: shown })
}

/// What is generated before the land cover.
fn before(values: &Values, layers: &[LayerSpec]) -> Result<Vec<TokenModality>, Error> {
    let asked = layers::tim(values)?.unwrap_or_default();
    if asked.contains(&TokenModality::Lulc) {
        return Err(Error::InvalidValue {
            name: TIM_MODALITIES,
            value: String::from("LULC"),
            expected: String::from(
                "a pre-trained model generates the land cover last, from everything before; leave it out",
            ),
        });
    }
    let is_given =
        |modality: &TokenModality| layers.iter().any(|layer| layer.modality.name() == modality.name());
    Ok(asked.into_iter().filter(|modality| !is_given(modality)).collect())
}

/// The products of a generation that the outputs are.
fn products(
    wanted: &[(Output, PathBuf)],
    before: &[TokenModality],
) -> Result<Vec<(Product, PathBuf)>, Error> {
    let refused = |output: Output, expected: String| Error::InvalidValue {
        name: name_of(output),
        value: String::from("written"),
        expected,
    };
    let product = |(output, path): &(Output, PathBuf)| {
        let product = match *output {
            Output::Map(Map::Prediction) => Product::Values(TokenModality::Lulc),
            Output::Map(Map::Confidence) => Product::Confidence,
            Output::Map(Map::Probabilities) => Product::Probabilities,
            Output::Map(Map::Effect) => {
                let reason =
                    "only fine-tuned models can be asked what their imagination changes; leave it empty";
                return Err(refused(*output, reason.to_owned()));
            }
            Output::Imagined(TokenModality::Lulc) => {
                return Err(refused(
                    *output,
                    String::from("the land cover is the result itself; leave it empty"),
                ));
            }
            Output::Imagined(modality) if before.contains(&modality) => Product::Values(modality),
            Output::Imagined(modality) => {
                let reason = format!(
                    "{modality} is not imagined in this run; name it in {TIM_MODALITIES}, or leave it empty"
                );
                return Err(refused(*output, reason));
            }
        };
        Ok((product, path.clone()))
    };
    wanted.iter().map(product).collect()
}
