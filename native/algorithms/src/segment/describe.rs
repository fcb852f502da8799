//! What TiM segment takes and says about itself.

use super::outputs;
use crate::common::{creation, device, layers, memory, place, reading, resume, tiling};
use crate::description::{Algorithm, Kind, Output, OutputKind, Parameter};
use crate::generate::{
    TOP_K, TOP_P, seed_parameter, steps_parameter, tokenizers_parameter, top_k_parameter, top_p_parameter,
};
use crate::models::{self, MODEL};
use model::Modality;
use model::pack::Kind as PackKind;
use pipeline::OWN;

pub(super) const ID: &str = "timsegment";
pub(super) const TIM_MODALITIES: &str = "TIM_MODALITIES";
pub(super) const TIM_SAMPLING: &str = "TIM_SAMPLING";
pub(super) const TIM_TEMPERATURE: &str = "TIM_TEMPERATURE";
pub(super) const SIEVE: &str = "SIEVE";

/// The value of [`TIM_MODALITIES`] that means nothing at all.
pub(super) const NOTHING: &str = "none";

const HELP: &str = "Runs a model that was fine-tuned with TerraTorch over layers of any size: classes of pixels (semantic \
    segmentation), values of pixels (regression), or classes of whole tiles (classification). Import it first with Import \
    model, from the .ckpt and the YAML configuration.\n\n\
    A model with TiM (Thinking in Modalities) first imagines what another sensor would have seen, land cover by default, and \
    then decides with that in mind. Whatever it imagines may also be given as a layer: then it is used and not imagined. \
    What was imagined can be written, and where it changed the class. What is imagined is not measured.\n\n\
    Without a fine-tuned model at hand, choose a pre-trained one (TerraMind_v1_…): the layers are then segmented by its own \
    land cover (LULC, ten classes), for which the tokenizer TerraMind_Tokenizer_LULC.pt must be imported. The log says which \
    of the two was done.\n\n\
    Give every modality that the model was trained with; the log of the import lists them with their bands. A layer may have \
    just the model's bands in its order, all bands of the modality, or bands whose names say which they are. A model for \
    several dates takes as many rasters of each modality, in the order of time, or one raster with all bands of the first \
    date, then all of the second and so on.\n\n\
    Tiles overlap, and logits are blended before the class is chosen; a pixel has the same result whatever area is asked for. \
    Pixels where the first layer has no data are nodata in the result. Probabilities are the model's own, not calibrated.";

pub(crate) fn describe() -> Algorithm {
    let mut parameters = vec![model_parameter()];
    parameters.extend(Modality::ALL.iter().map(|&modality| layers::image_parameter(modality).of_dates()));
    parameters.extend(layers::token_parameters().map(Parameter::of_dates));
    parameters.push(
        Parameter::new(
            OWN,
            "Other modalities",
            "For models with modalities that were new in fine-tuning: their rasters, in the order in which the import lists them; all dates of the first before those of the second.",
            Kind::Rasters,
        )
        .optional()
        .advanced(),
    );
    parameters.extend(place::parameters());
    parameters.extend(tim_parameters());
    parameters.extend(outputs::parameters());
    parameters.push(
        Parameter::new(
            SIEVE,
            "Smallest polygon",
            "Areas of fewer pixels than this become part of their largest neighbour in the polygons; the raster keeps them. 0 keeps all.",
            Kind::Integer { minimum: 0, maximum: Some(1_000_000), default: 0 },
        )
        .advanced(),
    );
    parameters.extend(tiling::parameters());
    parameters.extend(reading::parameters());
    parameters.push(tokenizers_parameter());
    parameters.extend(device::parameters());
    parameters.push(memory::parameter());
    parameters.push(resume::parameter());
    parameters.push(creation::parameter());
    Algorithm {
        id: ID,
        name: "TiM segment",
        group: "Segmentation",
        group_id: "segmentation",
        summary: "Maps classes or values by a model fine-tuned with TerraTorch, with or without Thinking in Modalities, or land cover by a pre-trained one.",
        help: HELP,
        tags: vec![
            "segmentation",
            "classification",
            "regression",
            "tim",
            "thinking in modalities",
            "terratorch",
            "fine-tuned",
            "land cover",
            "flood",
            "water",
            "burn scars",
            "crops",
            "biomass",
            "time series",
            "terramind",
            "foundation model",
            "deep learning",
        ],
        parameters,
        outputs: vec![Output {
            name: "METHOD",
            label: "How it was segmented: fine-tuned model, or land cover of a pre-trained one",
            kind: OutputKind::String,
        }],
    }
}

fn model_parameter() -> Parameter {
    let fine_tuned = models::installed(&[PackKind::FineTuned]);
    let suggestions: Vec<_> =
        fine_tuned.into_iter().chain(models::installed(&[PackKind::TerraMind])).collect();
    Parameter::new(
        MODEL,
        "Model",
        "A fine-tuned model, or a pre-trained one to segment by its land cover: by its name, or the folder of its model pack. Import model installs one.",
        Kind::String { default: suggestions.first().cloned(), suggestions },
    )
}

fn tim_parameters() -> [Parameter; 7] {
    [
        Parameter::new(
            TIM_MODALITIES,
            "What to imagine",
            "Modalities with commas between, of those that the model imagines; without a value all of them, none for nothing. Of a pre-trained model: what to generate before the land cover, for example DEM,NDVI; without a value nothing.",
            Kind::String { default: None, suggestions: vec![] },
        )
        .optional()
        .advanced(),
        Parameter::new(
            TIM_SAMPLING,
            "How to imagine",
            "The likeliest tokens give the same result every time. Drawn ones are what TerraTorch does: they depend on the seed, and may show more detail.",
            Kind::choice(&[("argmax", "The likeliest tokens"), ("sample", "Tokens drawn by chance")], "argmax"),
        )
        .advanced(),
        seed_parameter().advanced(),
        Parameter::new(
            TIM_TEMPERATURE,
            "Temperature",
            "Where tokens are drawn: how much chance there is. 1 draws them as likely as the model holds them, less keeps to the likely ones.",
            Kind::Number { minimum: 0.0, maximum: Some(10.0), default: Some(1.0) },
        )
        .advanced(),
        top_p_parameter(),
        top_k_parameter(),
        steps_parameter().advanced(),
    ]
}

/// The parameters that mean nothing unless tokens are drawn.
pub(super) const OF_DRAWING: [&str; 3] = [TIM_TEMPERATURE, TOP_P, TOP_K];
