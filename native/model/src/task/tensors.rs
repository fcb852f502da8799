//! Which tensors a fine-tuned model consists of, and whether a checkpoint has them.
//!
//! Names are those of TerraTorch's `PixelWiseModel` and `ScalarOutputModel`. Below `encoder.` lies the backbone
//! (a second `encoder.` where it takes several dates), inside it `sampler.model.`, the frozen encoder-decoder
//! that imagines; `neck.0.`, `neck.1.`, … count the necks; `decoder.` and `head.` follow. The tensors of the
//! whole lie below `model.` in what Lightning saves.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::config::{ConfigFault, Description};
use super::{Decoder, Head, Neck, Objective, Pooling, Task};
use crate::architecture::{
    self, Architecture, DECODER_SIDE, ENCODER_SIDE, Expected, Problems, Recognised, Shapes, Size,
};
use crate::encoder::Merge;
use crate::{Error, Modality};

/// The frozen encoder-decoder that imagines, inside the backbone.
const SAMPLER: &str = "sampler.model.";

/// A fine-tuned model whose tensors are all there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FineTuned {
    /// What it consists of.
    pub task: Task,
    /// The dimensions of its backbone, with the blocks of the decoder that imagines, where there is one.
    pub backbone: Architecture,
    /// What its user should know: assumptions that were made.
    pub notes: Vec<String>,
}

impl FineTuned {
    /// What to call it in messages: `a semantic segmentation of TerraMind 1.0 base`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("a {} of {}", kind(&self.task.objective), self.backbone.label())
    }
}

/// Checks the tensors of a checkpoint against the model that they are said to be of. Those that are kept have
/// the names that they have below `model.`.
pub fn recognise(description: Description, tensors: &Shapes) -> Result<Recognised<FineTuned>, Error> {
    let Description { task, size, notes } = description;
    let prefix = prefix(tensors);
    let mut around = Vec::new();
    let mut shapes = Shapes::new();
    for (name, shape) in tensors {
        match name.strip_prefix(prefix) {
            Some(inner) => drop(shapes.insert(inner.to_owned(), shape.clone())),
            None => around.push(name.clone()),
        }
    }
    let backbone = dimensions(&task, size, &shapes)?;
    let found = FineTuned { task, backbone, notes };
    let expected = expected(&found.task, &found.backbone, &shapes)?;
    let problems = Problems::find(&expected, &shapes);
    let model = found.label();
    if !problems.is_empty() {
        return Err(Error::Incomplete { model, problems });
    }
    let whole = |inner: &str| format!("{prefix}{inner}");
    let mut kept = BTreeMap::new();
    let mut used = BTreeSet::new();
    for expected in &expected {
        if let Some((name, superfluous)) = expected.find(&shapes) {
            kept.insert(expected.name.clone(), whole(name));
            used.insert(name);
            used.extend(superfluous);
            around.extend(superfluous.map(whole));
        }
    }
    let backbone = backbone_prefix(&found.task);
    let rest = shapes.keys().filter(|name| !used.contains(name.as_str()));
    let (superfluous, parts): (Vec<_>, Vec<_>) = rest.partition(|name| is_dropped(name, backbone));
    if !parts.is_empty() {
        let parts: Vec<_> = parts.into_iter().map(|name| whole(name)).collect();
        return Err(Error::Variant { model, parts: architecture::first_of(&parts) });
    }
    around.extend(superfluous.into_iter().map(|name| whole(name)));
    around.sort_unstable();
    Ok(Recognised { architecture: found, kept, dropped: around, unknown: Vec::new() })
}

/// Whether tensors look like those of a task on TerraMind, complete or not: a backbone inside of something.
#[must_use]
pub fn is_fine_tuned(tensors: &Shapes) -> bool {
    tensors.keys().any(|name| name.contains("encoder.encoder_embeddings."))
}

/// Lightning's task has the model as `model`; beside it lie the weights of losses.
fn prefix(tensors: &Shapes) -> &'static str {
    if tensors.keys().any(|name| name.starts_with("model.")) { "model." } else { "" }
}

/// What takes several dates is wrapped around the backbone.
fn backbone_prefix(task: &Task) -> &'static str {
    if task.backbone.temporal.is_some() { "encoder.encoder." } else { "encoder." }
}

/// Tensors without effect on predictions: tokenizers, which have packs of their own; decoders that help
/// training; what stands in for inputs that are missing; a token's embedding as input, where it is only output.
fn is_dropped(name: &str, backbone: &str) -> bool {
    let of_backbone = |inner: &str| {
        inner.starts_with("tokenizer.")
            || inner == "missing_mod_token"
            || inner.strip_prefix(SAMPLER).is_some_and(|rest| rest.starts_with(ENCODER_SIDE))
    };
    name.starts_with("aux_heads.")
        || name.ends_with(".num_batches_tracked")
        || name.strip_prefix(backbone).is_some_and(of_backbone)
}

fn kind(objective: &Objective) -> &'static str {
    match objective {
        Objective::Segmentation { .. } => "semantic segmentation",
        Objective::Regression { .. } => "pixelwise regression",
        Objective::Classification { .. } => "classification",
    }
}

/// The dimensions of the backbone: those of its published size, or of a reduced one.
fn dimensions(task: &Task, size: Size, shapes: &Shapes) -> Result<Architecture, Error> {
    let below = |prefix: &str| -> Shapes {
        let inner = |(name, shape): (&String, &Vec<usize>)| {
            name.strip_prefix(prefix).map(|name| (name.to_owned(), shape.clone()))
        };
        shapes.iter().filter_map(inner).collect()
    };
    let prefix = backbone_prefix(task);
    let backbone = below(prefix);
    let Some(&[width]) = backbone.get("encoder_norm.weight").map(Vec::as_slice) else {
        let found = format!("it has no tensor {prefix}encoder_norm.weight of one axis below \"model.\"");
        return Err(Error::NotFineTuned { found });
    };
    let mut architecture = match Architecture::published(Size::of_width(width)) {
        Some(published) if published.size == size => published,
        Some(published) => {
            return Err(Error::NotFineTuned {
                found: format!(
                    "its backbone is {} wide as that of {}, but it is described as terramind_v1_{}",
                    width,
                    published.label(),
                    size.name()
                ),
            });
        }
        None => architecture::reduced(&backbone, width)?,
    };
    let raw = |modality: &Modality| task.backbone.modalities.iter().any(|own| own.raw == Some(*modality));
    architecture.modalities = Modality::ALL.into_iter().filter(raw).collect();
    architecture.decoder_depth = match (task.backbone.tim.is_empty(), architecture.size) {
        (true, _) => None,
        (false, Size::Reduced) => Some(architecture::block_count(&backbone, &format!("{SAMPLER}decoder."))),
        (false, _) => architecture.decoder_depth,
    };
    Ok(architecture)
}

/// All tensors that must be there.
fn expected(task: &Task, architecture: &Architecture, shapes: &Shapes) -> Result<Vec<Expected>, Error> {
    let mut tensors = backbone(task, architecture);
    let mut channels = channels(task, architecture);
    for (index, neck) in task.necks.iter().enumerate() {
        channels = self::neck(&mut tensors, &format!("neck.{index}"), neck, channels)?;
    }
    let outputs = match task.objective {
        Objective::Segmentation { classes, .. } | Objective::Classification { classes, .. } => classes,
        Objective::Regression { outputs, .. } => outputs,
    };
    if let Some(width) = decoder(&mut tensors, &task.decoder, channels, outputs, shapes)? {
        head(&mut tensors, &task.objective, &task.head, width, outputs);
    }
    Ok(tensors)
}

fn backbone(task: &Task, architecture: &Architecture) -> Vec<Expected> {
    let images = || {
        task.backbone.modalities.iter().flat_map(|modality| {
            let key = match modality.raw {
                Some(raw) => raw.checkpoint_key(),
                None => &modality.name,
            };
            architecture.image_embedding(key, modality.bands.len())
        })
    };
    let tokens = |side: &'static str, count: usize| {
        let tim = task.backbone.tim.iter().take(count);
        tim.flat_map(move |token| {
            architecture.token_embedding(side, (token.checkpoint_key(), token.vocabulary()))
        })
    };
    let prefix = backbone_prefix(task);
    let imagined = task.backbone.tim.len();
    let own = architecture.encoder().into_iter().chain(images()).chain(tokens(ENCODER_SIDE, imagined));
    let mut tensors: Vec<_> = own.map(|tensor| tensor.inside(prefix)).collect();
    if let Some(depth) = architecture.decoder_depth {
        // What is imagined is told to what imagines the rest, whatever of it is given instead: unless it is alone.
        let told = if imagined > 1 { imagined } else { 0 };
        let known = tokens(ENCODER_SIDE, told).chain(tokens(DECODER_SIDE, imagined));
        let blocks = architecture.encoder().into_iter().chain(architecture.decoder(depth));
        let sampler = format!("{prefix}{SAMPLER}");
        tensors.extend(blocks.chain(images()).chain(known).map(|tensor| tensor.inside(&sampler)));
    }
    tensors
}

/// Features that each block of the backbone hands on.
fn channels(task: &Task, architecture: &Architecture) -> Vec<usize> {
    let backbone = &task.backbone;
    let merged = match backbone.merge {
        Merge::Concat => backbone.modalities.len() + backbone.tim.len(),
        Merge::Mean | Merge::Max => 1,
    };
    let dates = match &backbone.temporal {
        Some(temporal) if temporal.pooling == Pooling::Concat => temporal.timestamps.unwrap_or(1),
        _ => 1,
    };
    vec![architecture.width * merged * dates; architecture.depth]
}

fn neck(
    tensors: &mut Vec<Expected>,
    place: &str,
    neck: &Neck,
    channels: Vec<usize>,
) -> Result<Vec<usize>, Error> {
    Ok(match neck {
        Neck::SelectIndices { indices } => {
            let select = |&index: &i64| channel("SelectIndices", &channels, index);
            indices.iter().map(select).collect::<Result<_, _>>()?
        }
        Neck::LearnedInterpolateToPyramidal => pyramid(tensors, place, &channels)?,
        Neck::AddBottleneckLayer => {
            let last = channel("AddBottleneckLayer", &channels, -1)?;
            conv(tensors, &format!("{place}.bottleneck"), &[last / 2, last, 1, 1], true);
            [channels, vec![last / 2]].concat()
        }
        Neck::ReshapeTokensToImage
        | Neck::PermuteDims { .. }
        | Neck::InterpolateToPyramidal { .. }
        | Neck::MaxpoolToPyramidal { .. } => channels,
    })
}

/// Four images to a pyramid: `LearnedInterpolateToPyramidal`, and the beginning of some [`Decoder::UperNet`].
fn pyramid(tensors: &mut Vec<Expected>, place: &str, channels: &[usize]) -> Result<Vec<usize>, Error> {
    let &[first, second, third, fourth] = channels else {
        return Err(structure(
            "what goes into LearnedInterpolateToPyramidal",
            &format!("{} sets of features", channels.len()),
            "4, which SelectIndices chooses",
        ));
    };
    conv(tensors, &format!("{place}.fpn1.0"), &[first, first / 2, 2, 2], false);
    vector(tensors, &format!("{place}.fpn1.0.bias"), first / 2);
    batch_norm(tensors, &format!("{place}.fpn1.1"), first / 2);
    conv(tensors, &format!("{place}.fpn1.3"), &[first / 2, first / 4, 2, 2], false);
    vector(tensors, &format!("{place}.fpn1.3.bias"), first / 4);
    conv(tensors, &format!("{place}.fpn2.0"), &[second, second / 2, 2, 2], false);
    vector(tensors, &format!("{place}.fpn2.0.bias"), second / 2);
    Ok(vec![first / 4, second / 2, third, fourth])
}

/// The features that the head gets, unless the decoder has a head of its own.
fn decoder(
    tensors: &mut Vec<Expected>,
    decoder: &Decoder,
    channels: Vec<usize>,
    outputs: usize,
    shapes: &Shapes,
) -> Result<Option<usize>, Error> {
    Ok(match decoder {
        Decoder::UNet { channels: widths } => Some(unet(tensors, widths, &channels)?),
        Decoder::UperNet { channels: width, pool_scales, scale_modules, .. } => {
            let channels = if *scale_modules { pyramid(tensors, "decoder", &channels)? } else { channels };
            upernet(tensors, *width, pool_scales.len(), &channels)?;
            Some(*width)
        }
        Decoder::Fcn { channels: width, num_convs, in_index } => {
            let mut from = channel("FCNDecoder", &channels, *in_index)?;
            for index in 0..*num_convs {
                let place = format!("decoder.convs.{index}");
                conv(tensors, &format!("{place}.0"), &[from, *width, 2, 2], false);
                vector(tensors, &format!("{place}.0.bias"), *width);
                conv(tensors, &format!("{place}.1"), &[*width, *width, 3, 3], true);
                vector(tensors, &format!("{place}.2.ln.weight"), *width);
                vector(tensors, &format!("{place}.2.ln.bias"), *width);
                from = *width;
            }
            Some(*width)
        }
        Decoder::Linear { upsampling_size, in_index } => {
            let from = channel("LinearDecoder", &channels, *in_index)?;
            // Some versions of TerraTorch add a head to it, and then it may have any width.
            let own = shapes.get("decoder.conv.weight").and_then(|shape| shape.get(1)).copied();
            let has_head = shapes.keys().any(|name| name.starts_with("head."));
            let width = own.filter(|_| has_head).unwrap_or(outputs);
            conv(tensors, "decoder.conv", &[from, width, *upsampling_size, *upsampling_size], false);
            vector(tensors, "decoder.conv.bias", width);
            has_head.then_some(width)
        }
        Decoder::Identity { out_index } => Some(channel("IdentityDecoder", &channels, *out_index)?),
        Decoder::Mlp { out_index, .. } => {
            let width = channel("MLPDecoder", &channels, *out_index)?;
            conv(tensors, "decoder.hidden_layer", &[width, width * channels.len()], true);
            Some(width)
        }
    })
}

fn unet(tensors: &mut Vec<Expected>, widths: &[usize], channels: &[usize]) -> Result<usize, Error> {
    if widths.len() != channels.len() || widths.is_empty() {
        return Err(structure(
            "decoder_channels of UNetDecoder",
            &format!("a list of {}", widths.len()),
            &format!("{}, one for each set of features that the necks hand on", channels.len()),
        ));
    }
    // From the coarsest up, with the next finer set beside it; beside the last there is none.
    let beside = channels.iter().rev().skip(1).copied().chain([0]);
    let mut from = channels[channels.len() - 1];
    for (index, (&width, beside)) in widths.iter().zip(beside).enumerate() {
        let place = format!("decoder.decoder.blocks.{index}");
        conv(tensors, &format!("{place}.conv1.0"), &[width, from + beside, 3, 3], false);
        batch_norm(tensors, &format!("{place}.conv1.1"), width);
        conv(tensors, &format!("{place}.conv2.0"), &[width, width, 3, 3], false);
        batch_norm(tensors, &format!("{place}.conv2.1"), width);
        from = width;
    }
    Ok(from)
}

fn upernet(
    tensors: &mut Vec<Expected>,
    width: usize,
    scales: usize,
    channels: &[usize],
) -> Result<(), Error> {
    let mut module = |place: &str, from: usize, side: usize| {
        conv(tensors, &format!("decoder.{place}.conv"), &[width, from, side, side], false);
        batch_norm(tensors, &format!("decoder.{place}.norm"), width);
    };
    let last = channel("UperNetDecoder", channels, -1)?;
    for index in 0..scales {
        module(&format!("psp_modules.{index}.1"), last, 1);
    }
    module("bottleneck", last + scales * width, 3);
    for (index, &from) in channels[..channels.len() - 1].iter().enumerate() {
        module(&format!("lateral_convs.{index}"), from, 1);
        module(&format!("fpn_convs.{index}"), width, 3);
    }
    module("fpn_bottleneck", channels.len() * width, 3);
    Ok(())
}

fn head(tensors: &mut Vec<Expected>, objective: &Objective, head: &Head, width: usize, outputs: usize) {
    let mut from = width;
    // Layers before the last one, dropout among them, are counted whether they do something or not; in
    // regression only those that are there.
    let last = match objective {
        Objective::Regression { .. } => {
            let upscale = usize::from(head.learned_upscale_layers > 0);
            for index in 0..head.learned_upscale_layers {
                let place = format!("head.head.0.{index}");
                conv(tensors, &format!("{place}.conv"), &[4 * from, from, 3, 3], true);
                batch_norm(tensors, &format!("{place}.bn"), from);
            }
            for (index, &to) in head.channels.iter().enumerate() {
                let place = format!("head.head.{upscale}.{index}");
                conv(tensors, &format!("{place}.0"), &[to, from, 3, 3], false);
                batch_norm(tensors, &format!("{place}.1"), to);
                from = to;
            }
            upscale + usize::from(!head.channels.is_empty()) + 1
        }
        Objective::Segmentation { .. } | Objective::Classification { .. } => {
            let kernel = kernel(objective, 3);
            for (index, &to) in head.channels.iter().enumerate() {
                let shape = [&[to, from], kernel].concat();
                conv(tensors, &format!("head.head.0.{index}.0"), &shape, true);
                from = to;
            }
            2
        }
    };
    let shape = [&[outputs, from], kernel(objective, 1)].concat();
    conv(tensors, &format!("head.head.{last}"), &shape, true);
}

/// The sides of a convolution's kernel; classification has linear layers instead.
fn kernel(objective: &Objective, side: usize) -> &'static [usize] {
    match (objective, side) {
        (Objective::Classification { .. }, _) => &[],
        (_, 1) => &[1, 1],
        _ => &[3, 3],
    }
}

fn conv(tensors: &mut Vec<Expected>, place: &str, shape: &[usize], bias: bool) {
    tensors.push(Expected::new(format!("{place}.weight"), shape));
    if bias {
        vector(tensors, &format!("{place}.bias"), shape[0]);
    }
}

fn vector(tensors: &mut Vec<Expected>, name: &str, length: usize) {
    tensors.push(Expected::new(name.to_owned(), &[length]));
}

fn batch_norm(tensors: &mut Vec<Expected>, place: &str, width: usize) {
    for part in ["weight", "bias", "running_mean", "running_var"] {
        vector(tensors, &format!("{place}.{part}"), width);
    }
}

/// The features at an index that counts from 0, or from -1 backwards.
fn channel(part: &str, channels: &[usize], index: i64) -> Result<usize, Error> {
    let from_end = if index < 0 { channels.len() as i64 } else { 0 };
    let found = index.checked_add(from_end).and_then(|index| usize::try_from(index).ok());
    found.and_then(|index| channels.get(index).copied()).ok_or_else(|| {
        let wanted = format!("an index into {} sets of features", channels.len());
        structure(&format!("the index of {part}"), &index.to_string(), &wanted)
    })
}

fn structure(setting: &str, found: &str, wanted: &str) -> Error {
    let (setting, found, wanted) = (setting.to_owned(), found.to_owned(), wanted.to_owned());
    Error::Config(ConfigFault::Value { setting, found, wanted })
}
