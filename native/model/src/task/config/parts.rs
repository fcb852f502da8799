//! Objective, necks, decoder and head, with the defaults of TerraTorch 1.2.

use checkpoint::Value;

use super::ConfigFault;
use super::fields::{self, Fields};
use crate::task::{Activation, Decoder, Head, Interpolation, Neck, Objective};

const TASKS: &str = "are SemanticSegmentationTask, PixelwiseRegressionTask and ClassificationTask";

const NECKS: &str = "are SelectIndices, ReshapeTokensToImage, LearnedInterpolateToPyramidal, PermuteDims, \
                     InterpolateToPyramidal, MaxpoolToPyramidal and AddBottleneckLayer";

const DECODERS: &str =
    "are UNetDecoder, UperNetDecoder, FCNDecoder, LinearDecoder, IdentityDecoder and MLPDecoder";

const ACTIVATIONS: &str = "are ReLU, GELU, SiLU, Sigmoid and Tanh";

/// What a task predicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Segmentation,
    Regression,
    Classification,
}

impl Kind {
    /// By the class in a configuration, or by the name that tasks made in Python keep.
    pub fn of(task: &str) -> Result<Self, ConfigFault> {
        match task.rsplit('.').next().unwrap_or(task) {
            "SemanticSegmentationTask" | "segmentation" => Ok(Self::Segmentation),
            "PixelwiseRegressionTask" | "regression" => Ok(Self::Regression),
            "ClassificationTask" | "classification" => Ok(Self::Classification),
            _ => Err(unsupported("the task", task, TASKS)),
        }
    }
}

fn unsupported(what: &str, found: &str, supported: &str) -> ConfigFault {
    ConfigFault::Unsupported {
        what: what.to_owned(),
        found: found.to_owned(),
        supported: supported.to_owned(),
    }
}

/// What is predicted, with the classes' names once they are known.
pub fn objective(
    kind: Kind,
    arguments: &mut Fields<'_>,
    names: Vec<String>,
    ignore_index: Option<i64>,
) -> Result<Objective, ConfigFault> {
    if kind == Kind::Regression {
        let outputs = arguments.read("num_outputs", fields::count)?.unwrap_or(1);
        return Ok(Objective::Regression { outputs, unit: String::new() });
    }
    let classes = arguments.need("num_classes", "expected the number of classes", fields::count)?;
    if !names.is_empty() && names.len() != classes {
        return Err(ConfigFault::ClassNames { names: names.len(), classes });
    }
    check_class_names(&names)?;
    Ok(match kind {
        Kind::Classification => Objective::Classification { classes, names },
        _ => Objective::Segmentation { classes, names, ignore_index },
    })
}

/// Refuses names that do not tell the classes apart.
pub fn check_class_names(names: &[String]) -> Result<(), ConfigFault> {
    for (class, name) in names.iter().enumerate() {
        if name.trim().is_empty() {
            return Err(ConfigFault::SameClassNames { found: format!("that of class {class} is empty") });
        }
        if let Some(other) = names[..class].iter().position(|other| other == name) {
            let found = format!("classes {other} and {class} are both called \"{name}\"");
            return Err(ConfigFault::SameClassNames { found });
        }
    }
    Ok(())
}

/// Reads one item of `necks`.
pub fn neck(setting: &str, value: &Value) -> Result<Neck, ConfigFault> {
    let mut fields = Fields::of(setting, value)?;
    let name = fields.need("name", "expected the name of a neck", fields::text)?;
    let integers = |setting: &str, value| fields::list(setting, value, fields::integer);
    let neck = match name.strip_prefix("terratorch_").unwrap_or(name) {
        "SelectIndices" => {
            let indices = fields.need("indices", "expected the numbers of blocks", integers)?;
            Neck::SelectIndices { indices }
        }
        "ReshapeTokensToImage" => {
            // TerraMind has no class token; TerraTorch notices that none can be removed.
            fields.take("remove_cls_token");
            fields.only("effective_time_dim", &[Value::Int(1)])?;
            fields.only("h", &[])?;
            fields.only("temporal_inputs", &[Value::Bool(false)])?;
            Neck::ReshapeTokensToImage
        }
        "LearnedInterpolateToPyramidal" => Neck::LearnedInterpolateToPyramidal,
        "PermuteDims" => {
            let axis = |setting: &str, value: &Value| match value {
                Value::Int(axis @ 0..=3) => Ok(*axis as usize),
                other => Err(fields::wrong(setting, other, "axes from 0 to 3")),
            };
            let order = |setting: &str, value| fields::list(setting, value, axis);
            let new_order = fields.need("new_order", "expected the order of axes", order)?;
            Neck::PermuteDims { new_order }
        }
        "InterpolateToPyramidal" => {
            let scale_factor = fields.read("scale_factor", fields::count)?.unwrap_or(2);
            let mode = match fields.read("mode", fields::text)? {
                None | Some("nearest") => Interpolation::Nearest,
                Some("bilinear") => Interpolation::Bilinear,
                Some(other) => {
                    return Err(unsupported(&fields.name("mode"), other, "are nearest and bilinear"));
                }
            };
            Neck::InterpolateToPyramidal { scale_factor, mode }
        }
        "MaxpoolToPyramidal" => {
            Neck::MaxpoolToPyramidal { kernel_size: fields.read("kernel_size", fields::count)?.unwrap_or(2) }
        }
        "AddBottleneckLayer" => Neck::AddBottleneckLayer,
        _ => return Err(unsupported("the neck", name, NECKS)),
    };
    fields.finish()?;
    Ok(neck)
}

/// Reads `decoder_…`; `name` is that of the decoder.
pub fn decoder(name: &str, mut fields: Fields<'_>) -> Result<Decoder, ConfigFault> {
    let decoder = match name.strip_prefix("terratorch_").unwrap_or(name) {
        "UNetDecoder" => {
            fields.only("use_batchnorm", &[Value::Bool(true), Value::Str("batchnorm".to_owned())])?;
            fields.only("attention_type", &[])?;
            let wanted = "expected the number of features at each level";
            Decoder::UNet { channels: fields.need("channels", wanted, fields::counts)? }
        }
        "UperNetDecoder" => Decoder::UperNet {
            channels: fields.read("channels", fields::count)?.unwrap_or(256),
            pool_scales: fields.read("pool_scales", fields::counts)?.unwrap_or_else(|| vec![1, 2, 3, 6]),
            align_corners: fields.read("align_corners", fields::truth)?.unwrap_or(true),
            scale_modules: fields.read("scale_modules", fields::truth)?.unwrap_or(false),
        },
        "FCNDecoder" => Decoder::Fcn {
            channels: fields.read("channels", fields::count)?.unwrap_or(256),
            num_convs: fields.read("num_convs", fields::count)?.unwrap_or(4),
            in_index: fields.read("in_index", fields::integer)?.unwrap_or(-1),
        },
        "LinearDecoder" => {
            // TerraTorch 1.2 demands it, and adds a head: the weights say which.
            fields.read("num_classes", fields::count)?;
            let wanted = "expected the number of pixels of a patch";
            Decoder::Linear {
                upsampling_size: fields.need("upsampling_size", wanted, fields::count)?,
                in_index: fields.read("in_index", fields::integer)?.unwrap_or(-1),
            }
        }
        "IdentityDecoder" => {
            Decoder::Identity { out_index: fields.read("out_index", fields::integer)?.unwrap_or(-1) }
        }
        "MLPDecoder" => {
            // TerraTorch takes both and uses neither.
            fields.ignore(&["channels", "out_dim"]);
            Decoder::Mlp {
                activation: fields.read("activation", activation)?.unwrap_or(Activation::Relu),
                out_index: fields.read("out_index", fields::integer)?.unwrap_or(-1),
            }
        }
        _ => return Err(unsupported("the decoder", name, DECODERS)),
    };
    fields.finish()?;
    Ok(decoder)
}

/// Reads `head_…`.
pub fn head(kind: Kind, mut fields: Fields<'_>) -> Result<Head, ConfigFault> {
    fields.ignore(&["dropout"]);
    let mut head = Head::default();
    match kind {
        Kind::Segmentation => {
            head.channels = fields.read("channel_list", fields::counts)?.unwrap_or_default();
        }
        Kind::Regression => {
            head.channels = fields.read("channel_list", fields::counts)?.unwrap_or_default();
            head.learned_upscale_layers = match fields.take("learned_upscale_layers") {
                None | Some(Value::Int(0)) => 0,
                Some(value) => fields::count(&fields.name("learned_upscale_layers"), value)?,
            };
            head.activation = fields.read("final_act", activation)?;
            // TerraTorch takes it and normalises always.
            fields.ignore(&["batch_norm"]);
        }
        Kind::Classification => {
            head.channels = fields.read("dim_list", fields::counts)?.unwrap_or_default();
            head.linear_after_pool = fields.read("linear_after_pool", fields::truth)?.unwrap_or(false);
        }
    }
    fields.finish()?;
    Ok(head)
}

/// A class of `torch.nn`, with or without its module; a checkpoint may hold an object of it.
fn activation(setting: &str, value: &Value) -> Result<Activation, ConfigFault> {
    let (Value::Str(name) | Value::Opaque(name)) = value else {
        return Err(fields::wrong(setting, value, "the name of an activation, such as torch.nn.ReLU"));
    };
    match name.rsplit('.').next().unwrap_or(name) {
        "ReLU" => Ok(Activation::Relu),
        "GELU" => Ok(Activation::Gelu),
        "SiLU" => Ok(Activation::Silu),
        "Sigmoid" => Ok(Activation::Sigmoid),
        "Tanh" => Ok(Activation::Tanh),
        _ => Err(unsupported(setting, name, ACTIVATIONS)),
    }
}
