//! TerraMind's encoder in a fine-tuned model: the features of every block, over all modalities and dates.

use graph::Value;

use super::build::{TaskSpec, mirrored_pixels, tokens_name};
use super::{Backbone, Pooling, Task, TaskModality, Temporal};
use crate::architecture::{ENCODER_SIDE, PATCH_PX, image_embedding};
use crate::encoder::merge::merge;
use crate::layers::embed::{self, Embedded};
use crate::layers::{Layers, axes, transformer};
use crate::{Error, TokenModality};

impl Task {
    /// Refuses a number of dates that the model cannot take.
    pub fn check_dates(&self, dates: usize) -> Result<(), Error> {
        let refuse = |accepted: String| Err(Error::Dates { found: dates, accepted });
        let Some(temporal) = &self.backbone.temporal else {
            return if dates == 1 { Ok(()) } else { refuse("one date".into()) };
        };
        let subsets = &temporal.subset_lengths;
        let groups = if subsets.is_empty() { dates } else { subsets.len() };
        let summed = subsets.iter().fold(0_usize, |sum, &length| sum.saturating_add(length));
        if !subsets.is_empty() && summed != dates {
            return refuse(format!("{summed} dates, in runs of {subsets:?}"));
        }
        if subsets.contains(&0) || (temporal.pooling == Pooling::Diff && groups != 2) {
            return refuse("two dates, or two runs of dates, whose difference it takes".into());
        }
        match temporal.timestamps {
            Some(trained) if temporal.pooling == Pooling::Concat && trained != dates => {
                refuse(format!("the {trained} dates that it was trained for"))
            }
            _ if dates == 0 => refuse("one or more dates".into()),
            _ => Ok(()),
        }
    }
}

/// What comes out of every block, `[batch, patch, feature]`; only the last block's is normalised.
///
/// TerraTorch's `TerraMindViT`, or `TerraMindTiM` behind its generation, in a `TemporalWrapper` where the model
/// takes several dates.
pub fn features(layers: &mut Layers<'_>, backbone: &Backbone, spec: &TaskSpec) -> Result<Vec<Value>, Error> {
    layers.prefix = prefix(backbone).into();
    let mirrored = spec.tiles.mirrored();
    let patches = mirrored.patches(PATCH_PX);
    let count = patches[0] * patches[1];
    let samples = mirrored.batch * spec.dates;

    let embedded = embed(layers, &backbone.modalities, &backbone.tim, spec)?;
    let mut tokens = Vec::with_capacity(embedded.len());
    for Embedded { name, tokens: of_source, added } in &embedded {
        let [_, count, width] = axes(of_source);
        let name = format!("{name}/position_and_modality");
        let added = layers.graph.constant(&name, &[1, count, width], added)?;
        tokens.push(layers.graph.add(of_source, &added)?);
    }
    let tokens = layers.graph.concat(&tokens.iter().collect::<Vec<_>>(), 1)?;

    let [_, length, width] = axes(&tokens);
    let mut rows = layers.graph.reshape(&tokens, &[samples * length, width])?;
    let mut features = Vec::new();
    let depth = layers.blocks("encoder");
    for index in 0..depth {
        rows = transformer::block(layers, &format!("encoder.{index}"), &rows, samples)?;
        let block = if index + 1 == depth { layers.norm("encoder_norm", &rows)? } else { rows.clone() };
        let merged = merge(&mut layers.graph, &block, backbone.merge, samples, embedded.len())?;
        let width = merged.shape().iter().product::<usize>() / (samples * count);
        let merged = layers.graph.reshape(&merged, &[samples, count, width])?;
        features.push(match &backbone.temporal {
            Some(temporal) => pool(layers, temporal, &merged, spec.dates)?,
            None => merged,
        });
    }
    layers.prefix.clear();
    Ok(features)
}

/// What the names of the backbone's weights begin with.
pub fn prefix(backbone: &Backbone) -> &'static str {
    if backbone.temporal.is_some() { "encoder.encoder." } else { "encoder." }
}

/// Declares the inputs: images, then the ids of tokens.
pub fn embed(
    layers: &mut Layers<'_>,
    images: &[TaskModality],
    tokens: &[TokenModality],
    spec: &TaskSpec,
) -> Result<Vec<Embedded>, Error> {
    let mirrored = spec.tiles.mirrored();
    let patches = mirrored.patches(PATCH_PX);
    let mut embedded = Vec::with_capacity(images.len() + tokens.len());
    for modality in images {
        let image = mirrored_image(layers, modality, spec)?;
        let embedding = embedding(modality);
        let projection = layers.weight(&format!("{embedding}.proj.weight"))?;
        let taken = projection.shape().last().map_or(0, |&inputs| inputs / (PATCH_PX * PATCH_PX));
        if taken != modality.bands.len() {
            let reason = format!("{taken} bands of {} instead of {}", modality.name, modality.bands.len());
            return Err(Error::OtherConfiguration { reason });
        }
        embedded.push(Embedded {
            name: modality.name.clone(),
            tokens: embed::pixels(layers, &embedding, &image)?,
            added: embed::of_patches(layers, &embedding, patches)?,
        });
    }
    for &modality in tokens {
        let name = tokens_name(modality);
        let shape = [mirrored.batch * spec.dates, patches[0] * patches[1]];
        let ids = layers.graph.integer_input(&name, &shape)?;
        let embedding = format!("{ENCODER_SIDE}.{}", modality.checkpoint_key());
        embedded.push(Embedded {
            name,
            tokens: embed::ids(layers, &embedding, &ids)?,
            added: embed::of_patches(layers, &embedding, patches)?,
        });
    }
    Ok(embedded)
}

/// Declares the input of an image, and mirrors its edges.
fn mirrored_image(layers: &mut Layers<'_>, modality: &TaskModality, spec: &TaskSpec) -> Result<Value, Error> {
    let tiles = spec.tiles;
    let shape = [tiles.batch * spec.dates, modality.bands.len(), tiles.height_px, tiles.width_px];
    let image = layers.graph.input(&modality.name, &shape)?;
    let [y, x] = [tiles.height_px, tiles.width_px].map(mirrored_pixels);
    if y == [0, 0] && x == [0, 0] {
        return Ok(image);
    }
    Ok(layers.graph.pad_reflected(&image, y, x)?)
}

/// The embedding of an image in the state dict.
fn embedding(modality: &TaskModality) -> String {
    match modality.raw {
        Some(raw) => image_embedding(raw),
        None => format!("{ENCODER_SIDE}.{}", modality.name),
    }
}

/// One set of features from those of all dates, `[batch · date, patch, feature]`.
fn pool(layers: &mut Layers<'_>, temporal: &Temporal, x: &Value, dates: usize) -> Result<Value, Error> {
    let graph = &mut layers.graph;
    let [samples, count, width] = axes(x);
    let batch = samples / dates;
    let mut x = graph.reshape(x, &[batch, dates, count, width])?;
    if !temporal.subset_lengths.is_empty() {
        let mut means = Vec::new();
        let mut start = 0;
        for &length in &temporal.subset_lengths {
            let run = graph.slice(&x, 1, start..start + length)?;
            let mean = graph.reduce_mean(&run, 1)?;
            means.push(graph.reshape(&mean, &[batch, 1, count, width])?);
            start += length;
        }
        x = graph.concat(&means.iter().collect::<Vec<_>>(), 1)?;
    }
    let groups = x.shape()[1];
    Ok(match temporal.pooling {
        Pooling::Mean => graph.reduce_mean(&x, 1)?,
        Pooling::Max => graph.reduce_max(&x, 1)?,
        Pooling::Concat => {
            let x = graph.transpose(&x, &[0, 2, 1, 3])?;
            graph.reshape(&x, &[batch, count, groups * width])?
        }
        Pooling::Diff => {
            let first = graph.slice(&x, 1, 0..1)?;
            let second = graph.slice(&x, 1, 1..2)?;
            let difference = graph.sub(&first, &second)?;
            graph.reshape(&difference, &[batch, count, width])?
        }
    })
}
