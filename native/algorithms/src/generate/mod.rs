//! Generate modality: layers of some modalities become rasters of others.

mod describe;
mod outputs;
mod provenance;

pub(crate) use describe::{
    CLAMP, SEED, STEPS, TOP_K, TOP_P, clamp_parameter, describe, seed_parameter, steps_parameter,
    tokenizers_parameter, top_k_parameter, top_p_parameter,
};
pub(crate) use outputs::{layer_name, style};
pub(crate) use provenance::{GENERATED_VERB, Provenance, place_of, sources};

use crate::common::creation;
use crate::common::device;
use crate::common::layers::judge;
use crate::common::place;
use crate::common::reading::Reading;
use crate::common::resume::{self, Resume};
use crate::common::telling::{Telling, computed_by};
use crate::common::tiling::{OVERLAP, TILE_SIZE};
use crate::host::Context;
use crate::models::{MODEL, TOKENIZERS};
use crate::result::{Outcome, OutputLayer};
use crate::values::Values;
use crate::{Error, models};
use describe::{COORDINATES, ENSEMBLE, HARMONIZE, ID, ORDER, POSITION, TEMPERATURE};
use model::coordinates::Position;
use model::diffusion::Schedule;
use model::generation::Target;
use model::sampling::Sampling;
use model::{Modality, TokenModality};
use outputs::OUTPUTS;
use pipeline::generate::{Coordinates, Models, Plan, Request};
use pipeline::products::{Guess, Product};
use pipeline::{Inputs, LayerModality, LayerSpec, Means};
use serde_json::Map;
use std::path::PathBuf;

pub(crate) fn run(values: &Values, context: &Context) -> Result<Outcome, Error> {
    let creation = creation::options(values)?;
    let pack = models::open(values.text(MODEL).unwrap_or_default())?;
    let wanted = wanted(values)?;
    let decoded = decoded(&wanted);
    let outputs = order(values, &wanted)?;
    let reading = Reading::of(values)?;
    let layers = layers(values, &reading);
    let coordinates = coordinates(values)?;
    check_repeated(&layers, coordinates, &outputs)?;
    if layers.is_empty() {
        let known = pack.architecture().modalities.iter().map(|modality| modality.name());
        let names: Vec<_> = known.chain(["LULC", "NDVI"]).collect();
        return Err(pipeline::Error::NoInput(format!("at least one modality ({})", names.join(", "))).into());
    }

    let tokenized = layers.iter().filter_map(|layer| match layer.modality {
        LayerModality::Tokens(modality) => Some(modality),
        LayerModality::Image(_) | LayerModality::Own(_) => None,
    });
    let mut needed: Vec<_> = tokenized.chain(decoded.iter().copied()).collect();
    needed.sort_unstable();
    needed.dedup();
    let tokenizers = models::tokenizers(Some(&pack), values.path(TOKENIZERS).as_deref(), &needed)?;

    reading.check(&layers)?;
    let inputs = Inputs::open(&layers, Some(&pack), &reading.setting)?;
    let generated = inputs.generated();
    let mut provenance = Provenance::new(GENERATED_VERB, values, pack.manifest());
    provenance.inputs(&layers, &generated, coordinates.as_ref());
    provenance.add(reading.facts());
    provenance.order(&outputs);
    provenance.add(vec![(HARMONIZE, values.boolean(HARMONIZE).to_string())]);
    provenance.tokenizers(tokenizers.values());
    let seed = values.integer(SEED) as u64;
    let request = Request {
        place: place::of(values, context)?,
        outputs: outputs.clone(),
        coordinates,
        sampling: Sampling::new(
            values.number(TEMPERATURE),
            values.integer(TOP_K) as usize,
            values.number(TOP_P),
        )?,
        seeds: (0..values.integer(ENSEMBLE) as u64).map(|member| seed.wrapping_add(member)).collect(),
        schedule: Schedule::new(values.integer(STEPS) as usize)?.with_clamp(values.boolean(CLAMP)),
        harmonize: values.boolean(HARMONIZE),
        tile_px: values.integer(TILE_SIZE) as usize,
        overlap_px: values.integer(OVERLAP) as usize,
    };
    judge(&inputs, &pack.manifest().source, request.place.as_ref(), context)?;
    let models = Models { pack: &pack, tokenizers: &tokenizers };
    let state = resume::state(&inputs, request.place.as_ref())?;
    let plan = Plan::new(inputs, models, request, &decoded)?;
    tell(&plan, &outputs, &decoded, values, context, &pack.architecture().label());

    let (library, options) = device::runtime(values, context)?;
    let models = resume::models(&pack, tokenizers.values());
    let request = resume::Request { id: ID, values, models: &models, state: state.as_deref() };
    let output = wanted.first().map(|(_, path)| path.as_path());
    let resume = Resume::of(&request, output, plan.journal_bytes(&decoded), context)?;
    // The outputs before the sessions: a wrong destination is cheap to find out, loading a large model is not.
    let files = plan.create_files(&wanted, &creation, |product| provenance.metadata(product))?;
    models::verify_with(&pack, tokenizers.values(), &library, context)?;
    let telling = Telling::new(context);
    let journal = resume.journal();
    let means =
        Means { library: &library, options: &options, cancel: context.cancel, watch: &telling, journal };
    let (summary, mut files) = plan.run(files, means)?;
    for (key, value) in computed_by(telling.provider(), &library) {
        files.describe(key, &value)?;
    }
    files.publish(&summary.guesses, means)?;
    resume.finish();
    tell_skipped(summary.skipped, summary.tiles, context);

    let mut results = Map::new();
    for (product, path) in &wanted {
        results.insert(name_of(*product).to_owned(), path.display().to_string().into());
    }
    if outputs.contains(&Target::Coordinates) {
        tell_unreadable(&summary.guesses, context);
        results.insert(String::from("COORDINATES_FOUND"), said(&summary.guesses).into());
    }
    let layer = |(product, _): &(Product, PathBuf)| OutputLayer {
        output: name_of(*product),
        name: layer_name(*product, GENERATED_VERB, &pack.manifest().name),
        style: style(*product),
        notes: Some(provenance.notes(*product)),
    };
    Ok(Outcome { outputs: results, layers: wanted.iter().map(layer).collect() })
}

fn name_of(product: Product) -> &'static str {
    OUTPUTS.iter().find(|(_, other)| *other == product).map_or("", |(name, _)| name)
}

/// The outputs that have a destination.
fn wanted(values: &Values) -> Result<Vec<(Product, PathBuf)>, Error> {
    let wanted: Vec<_> =
        OUTPUTS.iter().filter_map(|(name, product)| Some((*product, values.path(name)?))).collect();
    if wanted.is_empty() {
        return Err(Error::NoOutput);
    }
    for (product, _) in &wanted {
        if let Product::Uncertainty(_) = product
            && values.integer(ENSEMBLE) < 2
        {
            return Err(Error::InvalidValue {
                name: name_of(*product),
                value: String::from("written"),
                expected: String::from(
                    "one member has no spread; set ENSEMBLE to 2 or more (5 is a good start)",
                ),
            });
        }
    }
    Ok(wanted)
}

/// The modalities that pixels are wanted of.
pub(crate) fn decoded(wanted: &[(Product, PathBuf)]) -> Vec<TokenModality> {
    let mut modalities: Vec<_> = wanted.iter().filter_map(|(product, _)| product.decodes()).collect();
    modalities.sort_unstable();
    modalities.dedup();
    modalities
}

/// What is predicted, in order: what ORDER says, then what else has a destination.
fn order(values: &Values, wanted: &[(Product, PathBuf)]) -> Result<Vec<Target>, Error> {
    let invalid = |value: &str, expected: String| Error::InvalidValue {
        name: ORDER,
        value: format!("\"{value}\""),
        expected,
    };
    let mut outputs = Vec::new();
    let text = values.text(ORDER).unwrap_or_default();
    for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        let target = target(word).ok_or_else(|| {
            let names: Vec<_> = TokenModality::ALL.iter().map(|m| m.name()).collect();
            invalid(
                text,
                format!("it must be some of {}, coordinates, with commas between", names.join(", ")),
            )
        })?;
        if outputs.contains(&target) {
            return Err(invalid(text, format!("{} stands there twice", target.name())));
        }
        outputs.push(target);
    }
    let mut all: Vec<_> = TokenModality::ALL.map(Target::Tokens).to_vec();
    all.push(Target::Coordinates);
    let decoded = decoded(wanted);
    let has_destination = |target: &Target| match target {
        Target::Tokens(modality) => decoded.contains(modality),
        Target::Coordinates => wanted.iter().any(|(product, _)| *product == Product::Coordinates),
    };
    let rest: Vec<_> = all.into_iter().filter(|t| has_destination(t) && !outputs.contains(t)).collect();
    outputs.extend(rest);
    if outputs.iter().all(|target| *target == Target::Coordinates)
        && wanted.iter().any(|(product, _)| matches!(product, Product::Tokens | Product::Entropy))
    {
        return Err(Error::MissingValue {
            name: ORDER,
            label: "Order",
            help: "tokens and entropy are those of some modality: name it here, or give it a destination",
        });
    }
    Ok(outputs)
}

fn target(word: &str) -> Option<Target> {
    if word.eq_ignore_ascii_case(Target::Coordinates.name()) {
        return Some(Target::Coordinates);
    }
    TokenModality::from_name(&word.to_ascii_uppercase()).map(Target::Tokens)
}

/// The layers in TerraMind's order: images first, the first of which says where there is data.
fn layers(values: &Values, reading: &Reading) -> Vec<LayerSpec> {
    let images = Modality::ALL.iter().map(|&modality| LayerModality::Image(modality));
    let tokens = [TokenModality::Lulc, TokenModality::Ndvi].map(LayerModality::Tokens);
    let layer = |modality: LayerModality| {
        let sources = vec![values.text(modality.name())?.to_owned()];
        Some(reading.spec(modality, sources))
    };
    images.chain(tokens).filter_map(layer).collect()
}

fn coordinates(values: &Values) -> Result<Option<Coordinates>, Error> {
    if let Some(text) = values.text(POSITION) {
        let numbers: Option<Vec<f64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
        let position = match numbers.as_deref() {
            Some(&[latitude, longitude]) => Some(Position { latitude, longitude }),
            _ => None,
        };
        let usable = position.filter(|p| model::coordinates::words_of(*p).is_ok());
        return usable.map(|position| Some(Coordinates::Given(position))).ok_or_else(|| {
            Error::InvalidValue {
                name: POSITION,
                value: format!("\"{text}\""),
                expected: String::from(
                    "give latitude and longitude in degrees with a comma between, for example 46.95,7.44",
                ),
            }
        });
    }
    Ok(values.boolean(COORDINATES).then_some(Coordinates::OfTiles))
}

/// TerraTorch cannot predict what it is already told as tokens. An image that is an input may be an output, too.
fn check_repeated(
    layers: &[LayerSpec],
    coordinates: Option<Coordinates>,
    outputs: &[Target],
) -> Result<(), Error> {
    let repeated = outputs.iter().find(|output| match output {
        Target::Tokens(modality) => {
            layers.iter().any(|layer| layer.modality == LayerModality::Tokens(*modality))
        }
        Target::Coordinates => coordinates.is_some(),
    });
    match repeated {
        Some(target) => Err(Error::InputAndOutput { name: target.name() }),
        None => Ok(()),
    }
}

/// Says what is going to happen.
fn tell(
    plan: &Plan<'_>,
    outputs: &[Target],
    decoded: &[TokenModality],
    values: &Values,
    context: &Context,
    model: &str,
) {
    let host = context.host;
    let names: Vec<_> = outputs.iter().map(|target| target.name()).collect();
    let chained = if names.len() > 1 { ", each feeding the next" } else { "" };
    host.info(&format!("Generating {} by {model}{chained}", names.join(", ")));
    let (width, height) = plan.size_px();
    host.info(&format!(
        "{width} × {height} pixels (whole patches); tiles to predict: {}, windows to decode for each modality: {}",
        plan.tiles(),
        plan.windows()
    ));
    for output in outputs {
        if let Target::Tokens(modality) = output
            && modality.image().is_some_and(|image| values.text(image.name()).is_some())
        {
            host.info(&format!("{modality} is an input, too: it is generated again, from all inputs"));
        }
    }
    tell_limits(decoded, values, context);
    if values.boolean(HARMONIZE) && decoded.iter().any(|modality| *modality != TokenModality::Lulc) {
        host.info("HARMONIZE brings tiles to one level over this area: another area may have another level");
    }
    if values.integer(ENSEMBLE) > 1 && values.number(TEMPERATURE) == 0.0 {
        host.info(
            "With TEMPERATURE 0 all members have the same tokens: only the noise of the decoders differs",
        );
    }
}

pub(crate) fn tell_skipped(skipped: usize, tiles: usize, context: &Context) {
    if skipped == tiles {
        context.host.warning("The first layer has no data in this area: the result is empty");
    } else if skipped > 0 {
        context.host.info(&format!("{skipped} of {tiles} tiles hold no data and were skipped"));
    }
}

/// Says what the values of continuous modalities are limited to.
pub(crate) fn tell_limits(decoded: &[TokenModality], values: &Values, context: &Context) {
    let limited = decoded.iter().filter(|modality| **modality != TokenModality::Lulc);
    let ranges: Vec<_> = limited.map(|modality| range(*modality)).collect();
    if values.boolean(CLAMP) && !ranges.is_empty() {
        context.host.info(&format!(
            "As in TerraTorch, values stay within the mean ± one standard deviation of the training data: {}. CLAMP switches that off",
            ranges.join("; ")
        ));
    }
}

/// The limits of a modality's values, those of all its bands.
fn range(modality: TokenModality) -> String {
    let channels = modality.channels();
    let limits = |sign: f64| channels.mean.iter().zip(channels.std).map(move |(mean, std)| mean + sign * std);
    let least = limits(-1.0).fold(f64::INFINITY, f64::min);
    let most = limits(1.0).fold(f64::NEG_INFINITY, f64::max);
    let digits = if most.abs() < 10.0 { 3 } else { 1 };
    let of_bands = match channels.bands.len() {
        1 => String::new(),
        count => format!(" (over its {count} bands)"),
    };
    format!("{modality} {least:.digits$} to {most:.digits$}{of_bands}")
}

/// Says how many guesses are no position.
fn tell_unreadable(guesses: &[Guess], context: &Context) {
    let without = guesses.iter().filter(|guess| guess.position.is_none()).count();
    if without > 0 {
        context.host.warning(&format!(
            "Of {} guesses of coordinates {without} are no position; they are left out",
            guesses.len()
        ));
    }
}

/// Latitude and longitude of the first member's guess in the middle; empty where it has none.
fn said(guesses: &[Guess]) -> String {
    let firsts: Vec<_> = guesses.iter().filter(|guess| guess.member == 0).collect();
    match firsts.get(firsts.len() / 2).and_then(|guess| guess.position) {
        Some(Position { latitude, longitude }) => format!("{latitude},{longitude}"),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn values(given: &Value) -> Values {
        let mut raw = json!({ "MODEL": "m" });
        raw.as_object_mut().unwrap().extend(given.as_object().unwrap().clone());
        Values::check(&describe(), raw.as_object().unwrap(), false).unwrap()
    }

    fn outputs(given: &Value) -> Result<Vec<&'static str>, String> {
        let values = values(given);
        let wanted = wanted(&values).map_err(|e| e.to_string())?;
        let order = order(&values, &wanted).map_err(|e| e.to_string())?;
        Ok(order.into_iter().map(Target::name).collect())
    }

    #[test]
    fn what_has_a_destination_is_generated_in_the_order_that_was_asked_for() {
        let [lulc, dem, points] = ["l.tif", "d.tif", "p.gpkg"];
        let found = outputs(&json!({ "OUTPUT_LULC": lulc, "OUTPUT_DEM": dem }));
        assert_eq!(found.unwrap(), ["DEM", "LULC"]);
        let found = outputs(
            &json!({ "OUTPUT_LULC": lulc, "OUTPUT_DEM": dem, "OUTPUT_COORDINATES": points, "ORDER": "lulc, NDVI" }),
        );
        assert_eq!(found.unwrap(), ["LULC", "NDVI", "DEM", "coordinates"]);
        let found = outputs(&json!({ "OUTPUT_LULC_PROBABILITIES": lulc }));
        assert_eq!(found.unwrap(), ["LULC"]);
        let found = outputs(&json!({ "OUTPUT_TOKENS": lulc, "ORDER": "coordinates,S1GRD" }));
        assert_eq!(found.unwrap(), ["coordinates", "S1GRD"]);
    }

    #[test]
    fn wrong_outputs_are_named_with_what_to_do() {
        for (given, words) in [
            (json!({}), vec!["OUTPUT_LULC"]),
            (json!({ "ORDER": "LULC" }), vec!["OUTPUT_LULC"]),
            (json!({ "OUTPUT_TOKENS": "t.tif" }), vec!["ORDER", "modality"]),
            (json!({ "OUTPUT_DEM": "t.tif", "ORDER": "DEM,RGB" }), vec!["ORDER", "RGB", "S2L2A, S1GRD"]),
            (json!({ "OUTPUT_DEM": "t.tif", "ORDER": "DEM,dem" }), vec!["ORDER", "DEM", "twice"]),
            (json!({ "OUTPUT_DEM_UNCERTAINTY": "t.tif" }), vec!["OUTPUT_DEM_UNCERTAINTY", "ENSEMBLE"]),
        ] {
            let message = outputs(&given).unwrap_err();
            assert!(words.iter().all(|word| message.contains(word)), "{given}: {message}");
        }
    }

    #[test]
    fn coordinates_are_given_or_taken_from_the_tiles() {
        assert_eq!(coordinates(&values(&json!({}))).unwrap(), None);
        assert_eq!(
            coordinates(&values(&json!({ "COORDINATES": true }))).unwrap(),
            Some(Coordinates::OfTiles)
        );
        let given = coordinates(&values(&json!({ "POSITION": "46.95, -7.44" }))).unwrap();
        let position = Position { latitude: 46.95, longitude: -7.44 };
        assert_eq!(given, Some(Coordinates::Given(position)));
        for wrong in ["46.95", "46.95;7.44", "95,7", "46.95,7.44,0", "north"] {
            let message = coordinates(&values(&json!({ "POSITION": wrong }))).unwrap_err().to_string();
            assert!(message.contains("POSITION") && message.contains(wrong), "{message}");
        }
    }

    #[test]
    fn the_guess_in_the_middle_is_said_with_the_latitude_first() {
        let centre = Position { latitude: 0.0, longitude: 0.0 };
        let guess = |member, latitude| {
            let position = Some(Position { latitude, longitude: 8.25 });
            Guess { centre, member, position }
        };
        assert_eq!(
            said(&[guess(0, 1.0), guess(1, 9.0), guess(0, 47.5), guess(1, 9.0), guess(0, 3.0)]),
            "47.5,8.25"
        );
        assert_eq!(said(&[Guess { position: None, ..guess(0, 1.0) }]), "");
    }

    #[test]
    fn only_images_may_be_input_and_output() {
        let checked = |given: &Value, outputs: &[Target]| {
            let values = values(given);
            check_repeated(
                &layers(&values, &Reading::of(&values).unwrap()),
                coordinates(&values).unwrap(),
                outputs,
            )
            .map_err(|e| e.to_string())
        };
        let dem = Target::Tokens(TokenModality::Dem);
        let lulc = Target::Tokens(TokenModality::Lulc);
        assert!(checked(&json!({ "DEM": "d.tif" }), &[dem, lulc]).is_ok());
        assert!(checked(&json!({ "LULC": "l.tif" }), &[dem, lulc]).unwrap_err().contains("LULC"));
        let error = checked(&json!({ "COORDINATES": "true" }), &[Target::Coordinates]).unwrap_err();
        assert!(error.contains("coordinates"), "{error}");
    }

    #[test]
    fn the_limits_are_those_that_terratorch_users_see() {
        assert_eq!(range(TokenModality::Dem), "DEM -280.6 to 1621.9");
        assert_eq!(range(TokenModality::Ndvi), "NDVI 0.005 to 0.649");
    }
}
