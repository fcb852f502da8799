//! The steps between backbone and decoder: TerraTorch's `necks.py`.

use graph::{Coincide, Value};

use super::{Interpolation, Neck, pick};
use crate::Error;
use crate::layers::Layers;

/// Applies all necks in their order to the features `[batch, patch, feature]` of all blocks.
pub fn apply(
    layers: &mut Layers<'_>,
    necks: &[Neck],
    mut features: Vec<Value>,
    patches: [usize; 2],
) -> Result<Vec<Value>, Error> {
    for (index, neck) in necks.iter().enumerate() {
        features = one(layers, &format!("neck.{index}"), neck, features, patches)?;
    }
    Ok(features)
}

fn one(
    layers: &mut Layers<'_>,
    name: &str,
    neck: &Neck,
    mut features: Vec<Value>,
    patches: [usize; 2],
) -> Result<Vec<Value>, Error> {
    match neck {
        Neck::SelectIndices { indices } => {
            indices.iter().map(|&index| pick(&features, index).cloned()).collect()
        }
        Neck::ReshapeTokensToImage => {
            features.iter().map(|tokens| tokens_to_image(layers, tokens, patches)).collect()
        }
        Neck::LearnedInterpolateToPyramidal => learned_pyramid(layers, name, &features),
        Neck::PermuteDims { new_order } => {
            features.iter().map(|x| Ok(layers.graph.transpose(x, new_order)?)).collect()
        }
        Neck::InterpolateToPyramidal { scale_factor, mode } => {
            let exponents = (1..=features.len() as u32).rev();
            features
                .iter()
                .zip(exponents)
                .map(|(x, exponent)| enlarged(layers, x, scale_factor.saturating_pow(exponent), *mode))
                .collect()
        }
        Neck::MaxpoolToPyramidal { kernel_size } => features
            .iter()
            .zip(0..)
            .map(|(x, exponent)| match exponent {
                0 => Ok(x.clone()),
                _ => Ok(layers.graph.max_pool(x, kernel_size.saturating_pow(exponent))?),
            })
            .collect(),
        Neck::AddBottleneckLayer => {
            let narrow = layers.convolution(&format!("{name}.bottleneck"), pick(&features, -1)?, 1, 0)?;
            features.push(narrow);
            Ok(features)
        }
    }
}

/// `[batch, patch, feature]` as `[batch, feature, y, x]`; images stay as they are.
///
/// TerraTorch takes the patches for a square where their number is one, also those of a tile that is not
/// square (2 x 8 patches, say); here they lie where they are.
fn tokens_to_image(layers: &mut Layers<'_>, tokens: &Value, patches: [usize; 2]) -> Result<Value, Error> {
    let &[batch, count, width] = tokens.shape() else { return Ok(tokens.clone()) };
    let turned = layers.graph.transpose(tokens, &[0, 2, 1])?;
    debug_assert_eq!(count, patches[0] * patches[1]);
    Ok(layers.graph.reshape(&turned, &[batch, width, patches[0], patches[1]])?)
}

/// Four images become a pyramid: four times, twice, once and half as large.
pub fn learned_pyramid(layers: &mut Layers<'_>, name: &str, features: &[Value]) -> Result<Vec<Value>, Error> {
    let [first, second, third, fourth] = features else {
        let reason = format!("the learned pyramid takes 4 features, not {}", features.len());
        return Err(Error::OtherConfiguration { reason });
    };
    let part = |part: &str| if name.is_empty() { part.into() } else { format!("{name}.{part}") };
    let x = layers.expand_pixels(&part("fpn1.0"), first)?;
    let x = layers.batch_norm(&part("fpn1.1"), &x)?;
    let x = layers.graph.gelu(&x)?;
    let first = layers.expand_pixels(&part("fpn1.3"), &x)?;
    let second = layers.expand_pixels(&part("fpn2.0"), second)?;
    let fourth = layers.graph.max_pool(fourth, 2)?;
    Ok(vec![first, second, third.clone(), fourth])
}

fn enlarged(layers: &mut Layers<'_>, x: &Value, factor: usize, mode: Interpolation) -> Result<Value, Error> {
    let &[_, _, height, width] = x.shape() else { return Err(Error::NoImages) };
    let size = [height.saturating_mul(factor), width.saturating_mul(factor)];
    Ok(match mode {
        Interpolation::Nearest => layers.graph.resize_nearest(x, size)?,
        Interpolation::Bilinear => layers.graph.resize_bilinear(x, size, Coincide::Edges)?,
    })
}
