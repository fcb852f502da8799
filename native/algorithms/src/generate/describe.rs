//! What Generate modality takes and says about itself.

use super::outputs::{OUTPUTS, parameter};
use crate::common::{creation, device, layers, memory, place, reading, resume, tiling};
use crate::description::{Algorithm, Kind, Output, OutputKind, Parameter};
use crate::models::TOKENIZERS;
use model::Modality;

pub(super) const ID: &str = "generatemodality";
pub(super) const COORDINATES: &str = "COORDINATES";
pub(super) const POSITION: &str = "POSITION";
pub(super) const ORDER: &str = "ORDER";
pub(crate) const STEPS: &str = "STEPS";
pub(crate) const SEED: &str = "SEED";
pub(crate) const TEMPERATURE: &str = "TEMPERATURE";
pub(crate) const TOP_P: &str = "TOP_P";
pub(crate) const TOP_K: &str = "TOP_K";
pub(crate) const CLAMP: &str = "CLAMP";
pub(crate) const ENSEMBLE: &str = "ENSEMBLE";
pub(super) const HARMONIZE: &str = "HARMONIZE";

const HELP: &str = "TerraMind imagines what another sensor would have seen, or what the land cover is. Give the layers that \
    there are, and a destination to each modality that is missing; nothing else is generated. Layers may lie on \
    different grids. A generated S2L2A is reflectance × 10,000 without an offset. What is generated feeds what comes after it (see ORDER).\n\n\
    Generated is not measured. The result is a likely picture, not an observation: it can be wrong anywhere and does not \
    say so. Errors that the TerraMind paper (arXiv 2504.11171) reports, mean absolute: Sentinel-2 from Sentinel-1 0.074 in \
    reflectance; Sentinel-1 from Sentinel-2 2.9 dB; a DEM from Sentinel-2 216 m, from Sentinel-1 163 m: never use it \
    as elevation. ENSEMBLE shows how much of a result is chance, not how much of it is wrong.\n\n\
    Besides, the model's decoders limit values to the mean ± one standard deviation of its training data (NDVI 0.005 to \
    0.649, DEM -281 to 1622 m, VV -17.8 to -7.4 dB). CLAMP switches that off, beyond what the model was trained for.\n\n\
    A model needs a tokenizer for each modality that it writes, and for LULC and NDVI as inputs: import \
    TerraMind_Tokenizer_LULC.pt and so on with Import model. The first layer says where there is data: patches of 16 × 16 \
    pixels without any are nodata in the result.\n\n\
    The same request gives the same file, on any number of threads; with HARMONIZE off a pixel has the same \
    value whatever area is asked for, with it on two areas of one scene may differ by a smooth level. Another SEED gives another result that is as likely; TEMPERATURE 0 gives the likeliest tokens. Step counts that do not \
    divide 1000 take exactly that number of steps, evenly spaced; TerraTorch then takes one or more extra.";

pub(crate) fn describe() -> Algorithm {
    let mut parameters = vec![layers::model_parameter()];
    parameters.extend(Modality::ALL.iter().map(|&modality| layers::image_parameter(modality)));
    parameters.extend(layers::token_parameters());
    parameters.push(Parameter::new(
        COORDINATES,
        "Tell the model where it is",
        "Gives the coordinates of each tile's centre to the model, to quarters of a degree.",
        Kind::Boolean { default: false },
    ));
    parameters.extend(place::parameters());
    parameters.extend(OUTPUTS.iter().map(|(name, product)| parameter(name, *product)));
    parameters.extend(generation_parameters());
    parameters.extend([ensemble_parameter(), harmonize_parameter()]);
    parameters.extend(reading::parameters());
    parameters.extend(tiling::parameters());
    parameters.push(tokenizers_parameter());
    parameters.extend(device::parameters());
    parameters.push(memory::parameter());
    parameters.push(resume::parameter());
    parameters.push(creation::parameter());
    Algorithm {
        id: ID,
        name: "Generate modality",
        group: "Generation",
        group_id: "generation",
        summary: "Generates missing modalities (Sentinel-2, Sentinel-1, elevation, land cover, NDVI, coordinates) from the layers that there are.",
        help: HELP,
        tags: vec![
            "generative",
            "any-to-any",
            "land cover",
            "lulc",
            "ndvi",
            "dem",
            "elevation",
            "sentinel-2",
            "sentinel-1",
            "radar",
            "sar to optical",
            "optical to sar",
            "clouds",
            "imagine",
            "synthetic",
            "terramind",
            "foundation model",
            "deep learning",
        ],
        parameters,
        outputs: vec![Output {
            name: "COORDINATES_FOUND",
            label: "Guessed latitude and longitude of the middle tile",
            kind: OutputKind::String,
        }],
    }
}

fn generation_parameters() -> [Parameter; 8] {
    [
        Parameter::new(
            ORDER,
            "Order",
            "Modalities in the order of their generation, with commas between, for example LULC,DEM. Each is made from the inputs and from those before it. What is not named follows in the order of the outputs; what is named but has no destination only feeds the others.",
            Kind::String { default: None, suggestions: vec![] },
        )
        .optional()
        .advanced(),
        Parameter::new(
            POSITION,
            "Position",
            "Latitude and longitude in degrees, for example 46.95,7.44: what the model is told instead of the tiles' own coordinates.",
            Kind::String { default: None, suggestions: vec![] },
        )
        .optional()
        .advanced(),
        steps_parameter(),
        seed_parameter(),
        Parameter::new(
            TEMPERATURE,
            "Temperature",
            "How much chance there is in the choice of tokens. 1 draws them as likely as the model holds them, 0 always takes the likeliest (flatter, the same for every seed).",
            Kind::Number { minimum: 0.0, maximum: Some(10.0), default: Some(1.0) },
        )
        .advanced(),
        top_p_parameter(),
        top_k_parameter(),
        clamp_parameter(),
    ]
}

fn ensemble_parameter() -> Parameter {
    Parameter::new(
        ENSEMBLE,
        "Ensemble",
        "How many times to generate, with the seeds SEED, SEED + 1 and so on. More than one gives the mean (of land cover the majority), takes as many times as long, and can tell how far they are apart.",
        Kind::Integer { minimum: 1, maximum: Some(100), default: 1 },
    )
    .advanced()
}

fn harmonize_parameter() -> Parameter {
    Parameter::new(
        HARMONIZE,
        "One level for all windows",
        "Brings overlapping windows of a continuous result to one level before they are blended, so that no seams show: each is raised or lowered as a whole, the mean of all stays. It depends on all windows of the run, so that two areas of one scene may differ by a smooth level. Without it a pixel has the same value whatever area is asked for.",
        Kind::Boolean { default: true },
    )
    .advanced()
}

pub(crate) fn top_p_parameter() -> Parameter {
    Parameter::new(
        TOP_P,
        "Top-p",
        "Only the likeliest tokens that together have this probability are drawn from; 0 draws from all.",
        Kind::Number { minimum: 0.0, maximum: Some(1.0), default: Some(0.8) },
    )
    .advanced()
}

pub(crate) fn top_k_parameter() -> Parameter {
    Parameter::new(
        TOP_K,
        "Top-k",
        "Only so many of the likeliest tokens are drawn from; 0 draws from all.",
        Kind::Integer { minimum: 0, maximum: Some(30_000), default: 0 },
    )
    .advanced()
}

pub(crate) fn steps_parameter() -> Parameter {
    Parameter::new(
        STEPS,
        "Diffusion steps",
        "Steps in which pixels take shape from noise; land cover needs none. 10 are quick and mostly enough, 50 are finer.",
        Kind::Integer { minimum: 1, maximum: Some(1000), default: 10 },
    )
}

pub(crate) fn seed_parameter() -> Parameter {
    Parameter::new(
        SEED,
        "Seed",
        "Which of many equally likely results to take: the same number gives the same result.",
        Kind::Integer { minimum: 0, maximum: Some(i64::from(i32::MAX)), default: 0 },
    )
}

pub(crate) fn clamp_parameter() -> Parameter {
    Parameter::new(
        CLAMP,
        "Limit values as the model does",
        "Keeps generated values within the mean ± one standard deviation of the training data, as TerraTorch does. Without it they may reach further, but the model was not trained for that.",
        Kind::Boolean { default: true },
    )
    .advanced()
}

pub(crate) fn tokenizers_parameter() -> Parameter {
    Parameter::new(
        TOKENIZERS,
        "Folder of tokenizers",
        "Where tokenizers are taken from instead of the installed ones: the pack of one, or a folder of several.",
        Kind::Folder,
    )
    .optional()
    .advanced()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_warns_before_anybody_takes_it_for_a_measurement() {
        assert!(HELP.contains("Generated is not measured") && HELP.contains("never use it as elevation"));
        assert!(!HELP.contains("  "), "the lines are joined with single blanks");
    }
}
