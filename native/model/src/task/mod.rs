//! Models that were fine-tuned with TerraTorch: what they consist of, and their graphs.
//!
//! A [`Task`] says what TerraTorch's `EncoderDecoderFactory` was told: backbone, necks, decoder and head.
//! Widths are those of the weights and are not repeated here, but for what TerraTorch's users write themselves.

mod backbone;
mod build;
pub mod config;
mod decoders;
mod heads;
mod necks;
mod tensors;

use graph::Value;
use serde::{Deserialize, Serialize};

use crate::encoder::Merge;
use crate::{Error, Modality, TokenModality};

pub use build::{LOGITS, MULTIPLE_PX, TaskSpec, VALUES, build, build_imagination, tokens_name};
pub use tensors::{FineTuned, is_fine_tuned, recognise};

/// A fine-tuned model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// What it predicts.
    pub objective: Objective,
    /// From images to features.
    pub backbone: Backbone,
    /// What the features pass on their way to the decoder, in this order.
    pub necks: Vec<Neck>,
    /// From the features of several blocks to one set.
    pub decoder: Decoder,
    /// From the decoder's features to the prediction; of no effect where the weights have none.
    pub head: Head,
}

/// What a model predicts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Objective {
    /// A class for every pixel.
    Segmentation {
        /// The number of classes.
        classes: usize,
        /// Their names in the order of their numbers; empty where the configuration has none.
        names: Vec<String>,
        /// The number that stands for "no label" in the training data.
        ignore_index: Option<i64>,
    },
    /// Values for every pixel.
    Regression {
        /// How many per pixel.
        outputs: usize,
        /// What they are measured in; empty where nobody said, as TerraTorch's configurations do not.
        #[serde(default)]
        unit: String,
    },
    /// A class for the whole tile.
    Classification {
        /// The number of classes.
        classes: usize,
        /// Their names in the order of their numbers; empty where the configuration has none.
        names: Vec<String>,
    },
}

/// TerraMind's encoder as it was fine-tuned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Backbone {
    /// The images that it takes, in the order in which their tokens are concatenated.
    pub modalities: Vec<TaskModality>,
    /// How the features of several modalities become one set.
    pub merge: Merge,
    /// What it imagines first (Thinking in Modalities), in this order.
    pub tim: Vec<TokenModality>,
    /// How it takes several dates, where it does.
    pub temporal: Option<Temporal>,
}

/// One image that a fine-tuned model takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskModality {
    /// The name in the configuration.
    pub name: String,
    /// The modality of pre-training that it continues; nothing for one that was new in fine-tuning.
    pub raw: Option<Modality>,
    /// The bands in the order of the channels.
    pub bands: Vec<String>,
    /// The mean of every band, subtracted before the model.
    pub mean: Vec<f64>,
    /// The standard deviation of every band, divided by before the model.
    pub std: Vec<f64>,
    /// What stood for missing pixels in training, in the unit of the pixels; nothing where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<f64>,
}

/// How the features of several dates become one set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Temporal {
    /// What is done with those of all dates, or of all subsets.
    pub pooling: Pooling,
    /// The dates that the model was trained for. [`Pooling::Concat`] takes no other number.
    pub timestamps: Option<usize>,
    /// Lengths of the runs of dates whose features are averaged first; empty where nothing is.
    pub subset_lengths: Vec<usize>,
}

/// From features of several dates to one set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// Their mean.
    Mean,
    /// The largest of each feature.
    Max,
    /// All of them, the first date's first.
    Concat,
    /// The first date's without the second one's.
    Diff,
}

/// A step between backbone and decoder, under TerraTorch's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name")]
pub enum Neck {
    /// Keeps the features of some blocks.
    SelectIndices {
        /// Which, from 0, or from -1 backwards.
        indices: Vec<i64>,
    },
    /// Tokens become pixels of a small image.
    ReshapeTokensToImage,
    /// Four images become a pyramid, by learned convolutions.
    LearnedInterpolateToPyramidal,
    /// Reorders axes, the batch among them.
    PermuteDims {
        /// For every axis of the result, the axis that it was.
        new_order: Vec<usize>,
    },
    /// Enlarges images to a pyramid whose last one is enlarged once.
    InterpolateToPyramidal {
        /// Between neighbouring levels.
        scale_factor: usize,
        /// How pixels in between get their values.
        mode: Interpolation,
    },
    /// Shrinks images to a pyramid whose first one is kept.
    MaxpoolToPyramidal {
        /// Between neighbouring levels.
        kernel_size: usize,
    },
    /// Adds a narrower copy of the last image.
    AddBottleneckLayer,
}

/// How pixels in between get their values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interpolation {
    /// From the nearest pixel.
    Nearest,
    /// From the four pixels around, centres standing for pixels.
    Bilinear,
}

/// A decoder, under TerraTorch's name.
///
/// Indices count from 0, or from -1 backwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name")]
pub enum Decoder {
    /// Up a pyramid, with the level below beside each level.
    #[serde(rename = "UNetDecoder")]
    UNet {
        /// Features per level, the coarsest first.
        channels: Vec<usize>,
    },
    /// A pyramid of pooled features on top of a pyramid of images.
    #[serde(rename = "UperNetDecoder")]
    UperNet {
        /// Features at every level.
        channels: usize,
        /// Sides of the pooled images.
        pool_scales: Vec<usize>,
        /// Whether corners rather than edges of images coincide when they are enlarged.
        align_corners: bool,
        /// Whether it begins with what [`Neck::LearnedInterpolateToPyramidal`] does.
        scale_modules: bool,
    },
    /// Enlarges one image again and again.
    #[serde(rename = "FCNDecoder")]
    Fcn {
        /// Features of every step.
        channels: usize,
        /// The number of steps.
        num_convs: usize,
        /// Which image.
        in_index: i64,
    },
    /// One transposed convolution. Where TerraTorch is told its name, it adds a head all the same.
    #[serde(rename = "LinearDecoder")]
    Linear {
        /// The pixels that a patch becomes along each axis.
        upsampling_size: usize,
        /// Which image.
        in_index: i64,
    },
    /// Nothing.
    #[serde(rename = "IdentityDecoder")]
    Identity {
        /// Which features.
        out_index: i64,
    },
    /// One linear layer on the features of all images.
    #[serde(rename = "MLPDecoder")]
    Mlp {
        /// What follows the layer.
        activation: Activation,
        /// The features whose width the layer's result has.
        out_index: i64,
    },
}

/// An activation function, under PyTorch's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Activation {
    /// Nothing below 0.
    #[serde(rename = "ReLU")]
    Relu,
    /// With the error function.
    #[serde(rename = "GELU")]
    Gelu,
    /// `x · sigmoid( x )`.
    #[serde(rename = "SiLU")]
    Silu,
    /// The logistic function.
    Sigmoid,
    /// The hyperbolic tangent.
    Tanh,
}

/// The last layers. Dropout is nothing outside training.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Features of the convolutions (of the linear layers, for classification) before the last one.
    pub channels: Vec<usize>,
    /// How often regression doubles the image by learned convolutions first.
    pub learned_upscale_layers: usize,
    /// What follows the last layer of regression.
    pub activation: Option<Activation>,
    /// Whether classification averages over the patches before its layers, and not after.
    pub linear_after_pool: bool,
}

impl Objective {
    /// The names of the classes in the order of their numbers, `class 3` where the configuration has none; of no
    /// class for regression.
    #[must_use]
    pub fn class_names(&self) -> Vec<String> {
        match self {
            Self::Segmentation { classes, names, .. } | Self::Classification { classes, names } => {
                let name = |class: usize| names.get(class).cloned();
                (0..*classes).map(|class| name(class).unwrap_or_else(|| format!("class {class}"))).collect()
            }
            Self::Regression { .. } => Vec::new(),
        }
    }

    /// Whether there are classes, but nothing names them.
    #[must_use]
    pub fn is_unnamed(&self) -> bool {
        match self {
            Self::Segmentation { names, .. } | Self::Classification { names, .. } => names.is_empty(),
            Self::Regression { .. } => false,
        }
    }

    /// Names the classes; refuses another number of names than there are classes, and names that tell none apart.
    pub fn set_class_names(&mut self, new: Vec<String>) -> Result<(), Error> {
        let channels = self.channels();
        config::check_class_names(&new)?;
        match self {
            Self::Segmentation { names, .. } | Self::Classification { names, .. }
                if new.len() == channels =>
            {
                *names = new;
                Ok(())
            }
            Self::Regression { .. } => Err(Error::NoClasses),
            _ => Err(config::ConfigFault::ClassNames { names: new.len(), classes: channels }.into()),
        }
    }

    /// Channels of the prediction: classes, or values per pixel.
    #[must_use]
    pub fn channels(&self) -> usize {
        match self {
            Self::Segmentation { classes, .. } | Self::Classification { classes, .. } => *classes,
            Self::Regression { outputs, .. } => *outputs,
        }
    }
}

impl Task {
    /// A number of dates that the model certainly takes.
    #[must_use]
    pub fn usual_dates(&self) -> usize {
        let Some(temporal) = &self.backbone.temporal else { return 1 };
        let subsets: usize = temporal.subset_lengths.iter().sum();
        match temporal.timestamps {
            _ if subsets > 0 => subsets,
            _ if temporal.pooling == Pooling::Diff => 2,
            Some(dates) => dates,
            None => 2,
        }
    }

    /// The same model where it imagines only these modalities, in its own order. The features of a missing one are
    /// left out when features are merged, which a model that puts them side by side cannot do without.
    pub fn imagining(&self, modalities: &[TokenModality]) -> Result<Self, Error> {
        let own = &self.backbone.tim;
        if let Some(&unknown) = modalities.iter().find(|modality| !own.contains(modality)) {
            return Err(Error::NotImagined { modality: unknown, imagined: own.clone() });
        }
        let tim: Vec<_> = own.iter().copied().filter(|modality| modalities.contains(modality)).collect();
        if tim.len() < own.len() && self.backbone.merge == Merge::Concat {
            return Err(Error::NeedsImagined { imagined: own.clone() });
        }
        Ok(Self { backbone: Backbone { tim, ..self.backbone.clone() }, ..self.clone() })
    }
}

/// The features at an index that counts from 0, or from -1 backwards.
fn pick(features: &[Value], index: i64) -> Result<&Value, Error> {
    let count = features.len();
    let place = if index < 0 { index + count as i64 } else { index };
    let place = usize::try_from(place).ok();
    place.and_then(|place| features.get(place)).ok_or_else(|| Error::OtherConfiguration {
        reason: format!("there are no features {index} among {count}"),
    })
}
