//! From the decoder's features to the prediction: TerraTorch's `heads`.
//!
//! The layers have numbers in a `torch.nn.Sequential` in which dropout has one, too.

use graph::Value;

use super::{Head, decoders};
use crate::Error;
use crate::layers::{Layers, axes};

/// `SegmentationHead`, where the model has one: `LinearDecoder` can be without.
pub fn of_pixels(layers: &mut Layers<'_>, head: &Head, features: &Value) -> Result<Value, Error> {
    let mut x = image(features)?;
    let Some(last) = last_layer(layers) else { return Ok(x) };
    for index in 0..head.channels.len() {
        x = decoders::convolution(layers, &format!("head.head.0.{index}"), ["0", "no norm"], &x)?;
    }
    layers.convolution(&last, &x, 1, 0)
}

/// `RegressionHead`, where the model has one.
pub fn of_values(layers: &mut Layers<'_>, head: &Head, features: &Value) -> Result<Value, Error> {
    let mut x = image(features)?;
    let Some(last) = last_layer(layers) else { return Ok(x) };
    let upscales = head.learned_upscale_layers;
    for index in 0..upscales {
        let name = format!("head.head.0.{index}");
        let y = layers.convolution(&format!("{name}.conv"), &x, 1, 1)?;
        let y = layers.graph.shuffle_pixels(&y, 2)?;
        let y = layers.batch_norm(&format!("{name}.bn"), &y)?;
        x = layers.graph.relu(&y);
    }
    let place = usize::from(upscales > 0);
    for index in 0..head.channels.len() {
        x = decoders::convolution(layers, &format!("head.head.{place}.{index}"), ["0", "1"], &x)?;
    }
    let x = layers.convolution(&last, &x, 1, 0)?;
    match head.activation {
        Some(activation) => activation.of(layers, &x),
        None => Ok(x),
    }
}

/// `ScalarHead`: linear layers on the features of every patch, and their mean over the patches; or the other
/// way around.
///
/// Features are `[batch, feature, …]`, so tokens come here through a neck that turns them.
pub fn of_tiles(layers: &mut Layers<'_>, head: &Head, features: &Value) -> Result<Value, Error> {
    let (&[batch, channels, ..], count) = (features.shape(), features.shape().iter().product::<usize>())
    else {
        return Err(Error::NoImages);
    };
    let places = count / (batch * channels);
    let x = layers.graph.reshape(features, &[batch, channels, places])?;
    let last = last_layer(layers);
    if head.linear_after_pool {
        let x = layers.graph.reduce_mean(&x, 2)?;
        return linear_layers(layers, head, last.as_deref(), &x);
    }
    let x = layers.graph.transpose(&x, &[0, 2, 1])?;
    let x = layers.graph.reshape(&x, &[batch * places, channels])?;
    let x = linear_layers(layers, head, last.as_deref(), &x)?;
    let [_, classes] = axes(&x);
    let x = layers.graph.reshape(&x, &[batch, places, classes])?;
    Ok(layers.graph.reduce_mean(&x, 1)?)
}

fn linear_layers(
    layers: &mut Layers<'_>,
    head: &Head,
    last: Option<&str>,
    rows: &Value,
) -> Result<Value, Error> {
    let Some(last) = last else { return Ok(rows.clone()) };
    let mut x = rows.clone();
    for index in 0..head.channels.len() {
        let y = layers.linear(&format!("head.head.0.{index}.0"), &x)?;
        x = layers.graph.relu(&y);
    }
    layers.linear(last, &x)
}

fn image(features: &Value) -> Result<Value, Error> {
    if features.shape().len() == 4 { Ok(features.clone()) } else { Err(Error::NoImages) }
}

/// The last layer, whose number depends on what stands before it.
fn last_layer(layers: &Layers<'_>) -> Option<String> {
    let names = (1..=3).map(|place| format!("head.head.{place}"));
    names.into_iter().find(|name| layers.has(&format!("{name}.weight")))
}
