//! From the features of several blocks to one set: TerraTorch's `decoders`.

use graph::{Coincide, Value};

use super::{Activation, Decoder, necks, pick};
use crate::Error;
use crate::layers::{Layers, axes};

/// Applies a decoder.
pub fn decode(layers: &mut Layers<'_>, decoder: &Decoder, features: Vec<Value>) -> Result<Value, Error> {
    let of_images = !matches!(decoder, Decoder::Identity { .. });
    if of_images && features.iter().any(|x| x.shape().len() != 4) {
        return Err(Error::NoImages);
    }
    match decoder {
        Decoder::UNet { channels } => unet(layers, &features, channels.len()),
        Decoder::UperNet { pool_scales, align_corners, scale_modules, .. } => {
            let features =
                if *scale_modules { necks::learned_pyramid(layers, "decoder", &features)? } else { features };
            let coincide = if *align_corners { Coincide::Corners } else { Coincide::Edges };
            upernet(layers, &features, pool_scales, coincide)
        }
        Decoder::Fcn { num_convs, in_index, .. } => fcn(layers, pick(&features, *in_index)?, *num_convs),
        Decoder::Linear { in_index, .. } => layers.expand_pixels("decoder.conv", pick(&features, *in_index)?),
        Decoder::Identity { out_index } => pick(&features, *out_index).cloned(),
        Decoder::Mlp { activation, .. } => mlp(layers, &features, *activation),
    }
}

impl Activation {
    /// Applies it.
    pub(super) fn of(self, layers: &mut Layers<'_>, x: &Value) -> Result<Value, Error> {
        Ok(match self {
            Self::Relu => layers.graph.relu(x),
            Self::Gelu => layers.graph.gelu(x)?,
            Self::Silu => layers.graph.silu(x)?,
            Self::Sigmoid => layers.graph.sigmoid(x),
            Self::Tanh => layers.graph.tanh(x),
        })
    }
}

/// `UNetDecoder`, around that of segmentation-models-pytorch: from the coarsest features up, each level beside
/// the one below; at the finest level once more without company.
fn unet(layers: &mut Layers<'_>, features: &[Value], blocks: usize) -> Result<Value, Error> {
    if blocks != features.len() {
        let reason = format!("the UNet has {blocks} channels for {} features", features.len());
        return Err(Error::OtherConfiguration { reason });
    }
    let mut x = pick(features, -1)?.clone();
    for block in 0..blocks {
        let beside = (block + 1 < blocks).then(|| &features[blocks - 2 - block]);
        let [_, _, height, width] = axes(beside.unwrap_or(&features[0]));
        x = layers.graph.resize_nearest(&x, [height, width])?;
        if let Some(beside) = beside {
            x = layers.graph.concat(&[&x, beside], 1)?;
        }
        for part in ["conv1", "conv2"] {
            x = convolution(layers, &format!("decoder.decoder.blocks.{block}.{part}"), ["0", "1"], &x)?;
        }
    }
    Ok(x)
}

/// `UperNetDecoder`: the coarsest features with means over parts of them, then down a pyramid of images, whose
/// levels are all taken together at the size of the finest.
fn upernet(
    layers: &mut Layers<'_>,
    features: &[Value],
    pool_scales: &[usize],
    coincide: Coincide,
) -> Result<Value, Error> {
    let coarsest = pick(features, -1)?;
    let [_, _, height, width] = axes(coarsest);
    let mut pooled = vec![coarsest.clone()];
    for (index, &side) in pool_scales.iter().enumerate() {
        let x = layers.graph.average_to(coarsest, side)?;
        let x = module(layers, &format!("decoder.psp_modules.{index}.1"), &x)?;
        pooled.push(layers.graph.resize_bilinear(&x, [height, width], coincide)?);
    }
    let top = layers.graph.concat(&pooled.iter().collect::<Vec<_>>(), 1)?;
    let top = module(layers, "decoder.bottleneck", &top)?;

    let mut laterals = Vec::with_capacity(features.len());
    for (index, x) in features[..features.len() - 1].iter().enumerate() {
        laterals.push(module(layers, &format!("decoder.lateral_convs.{index}"), x)?);
    }
    laterals.push(top);
    for index in (1..laterals.len()).rev() {
        let [_, _, height, width] = axes(&laterals[index - 1]);
        let above = layers.graph.resize_bilinear(&laterals[index], [height, width], coincide)?;
        laterals[index - 1] = layers.graph.add(&laterals[index - 1], &above)?;
    }

    let [_, _, height, width] = axes(&laterals[0]);
    let last = laterals.len() - 1;
    let mut levels = Vec::with_capacity(laterals.len());
    for (index, x) in laterals.iter().enumerate() {
        let x =
            if index < last { module(layers, &format!("decoder.fpn_convs.{index}"), x)? } else { x.clone() };
        levels.push(layers.graph.resize_bilinear(&x, [height, width], coincide)?);
    }
    let levels = layers.graph.concat(&levels.iter().collect::<Vec<_>>(), 1)?;
    module(layers, "decoder.fpn_bottleneck", &levels)
}

/// `FCNDecoder`: twice as large with every step.
fn fcn(layers: &mut Layers<'_>, x: &Value, steps: usize) -> Result<Value, Error> {
    let mut x = x.clone();
    for step in 0..steps {
        let name = format!("decoder.convs.{step}");
        x = layers.expand_pixels(&format!("{name}.0"), &x)?;
        x = layers.convolution(&format!("{name}.1"), &x, 1, 1)?;
        x = layers.pixel_norm(&format!("{name}.2.ln"), &x)?;
        x = layers.graph.gelu(&x)?;
    }
    Ok(x)
}

/// `MLPDecoder`: a linear layer on all features of a pixel.
fn mlp(layers: &mut Layers<'_>, features: &[Value], activation: Activation) -> Result<Value, Error> {
    let x = layers.graph.concat(&features.iter().collect::<Vec<_>>(), 1)?;
    let [batch, channels, height, width] = axes(&x);
    let x = layers.graph.transpose(&x, &[0, 2, 3, 1])?;
    let x = layers.graph.reshape(&x, &[batch * height * width, channels])?;
    let x = layers.linear("decoder.hidden_layer", &x)?;
    let x = activation.of(layers, &x)?;
    let [_, channels] = axes(&x);
    let x = layers.graph.reshape(&x, &[batch, height, width, channels])?;
    Ok(layers.graph.transpose(&x, &[0, 3, 1, 2])?)
}

/// TerraTorch's `ConvModule`.
fn module(layers: &mut Layers<'_>, name: &str, x: &Value) -> Result<Value, Error> {
    convolution(layers, name, ["conv", "norm"], x)
}

/// A convolution that keeps the size, a batch normalisation where the model has one, and a rectifier; `parts`
/// are the names of the first two.
pub fn convolution(
    layers: &mut Layers<'_>,
    name: &str,
    [convolution, norm]: [&str; 2],
    x: &Value,
) -> Result<Value, Error> {
    let convolution = format!("{name}.{convolution}");
    let kernel = layers.weight(&format!("{convolution}.weight"))?.shape().last().copied().unwrap_or(1);
    let x = layers.convolution(&convolution, x, 1, kernel / 2)?;
    let norm = format!("{name}.{norm}");
    // A weight without the rest is a normalisation of another kind; the missing part is then the error.
    let x = if layers.has(&format!("{norm}.weight")) { layers.batch_norm(&norm, &x)? } else { x };
    Ok(layers.graph.relu(&x))
}
