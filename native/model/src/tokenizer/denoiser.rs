//! One step of diffusion: from a noisy image and the codes of its tokens to the image without noise.

use graph::{Model, Value};

use super::layout::DIFFUSION_PATCH_PX as P;
use super::recognise::GROUPS;
use super::unet::{Block, DOWN, MIDDLE, Part, UP, Unet};
use super::{Decoder, Tokenizer, finish};
use crate::architecture::PATCH_PX;
use crate::layers::{Layers, axes};
use crate::tile::Tiles;
use crate::{Error, TokenizerPack};

/// The name of the first input: the noisy image `[batch, channel, y, x]`.
pub const NOISY: &str = "noisy";

/// The name of the second input: the time step `[1]`, a whole number below [`TIME_STEPS`], for all samples.
pub const TIME_STEP: &str = "time_step";

/// The name of the third input: the codes `[batch, number, patch_y, patch_x]` ([`super::codes::codes_of`]).
pub const CODES: &str = "codes";

/// The name of the output: the image without noise, as far as the step knows it, `[batch, channel, y, x]`.
pub const CLEAN: &str = "clean";

/// Time steps of the diffusion that the tokenizers were trained with.
pub const TIME_STEPS: usize = 1000;

/// The sides of the images are halved several times after they were cut into patches.
#[must_use]
pub fn multiple_px(unet: &Unet) -> usize {
    (P << unet.halvings()).max(PATCH_PX)
}

/// Cells of a picture at the highest resolution: of one channel of one tile.
#[must_use]
pub fn cells(tiles: Tiles) -> usize {
    tiles.patches(P).iter().product()
}

/// Epsilon of the group normalisations.
const EPSILON: f32 = 1e-5;

/// Writes one step as a graph that refers to the pack's weights. LULC's tokenizer has none.
///
/// The sides of the tiles must be multiples of 32 ([`multiple_px`]).
pub fn build(pack: &TokenizerPack, tiles: Tiles) -> Result<Model, Error> {
    let Tokenizer { modality, decoder: Decoder::Diffusion(unet), .. } = pack.architecture() else {
        let modality = pack.architecture().modality;
        return Err(Error::OtherDecoder { modality, wanted: "diffusion decoder" });
    };
    tiles.check(multiple_px(unet))?;
    let Tiles { height_px, width_px, batch } = tiles;
    let channels = modality.channels().bands.len();
    let mut layers = Layers::new("denoiser", pack.weights());

    let noisy = layers.graph.input(NOISY, &[batch, channels, height_px, width_px])?;
    let step = layers.graph.integer_input(TIME_STEP, &[1])?;
    let [code_rows, code_columns] = tiles.patches(PATCH_PX);
    let codes = layers.graph.input(CODES, &[batch, modality.levels().len(), code_rows, code_columns])?;

    let [rows, columns] = tiles.patches(P);
    let x = layers.graph.reshape(&noisy, &[batch, channels, rows, P, columns, P])?;
    // Unlike in the encoder-decoder the channel runs slowest inside a patch.
    let x = layers.graph.transpose(&x, &[0, 1, 3, 5, 2, 4])?;
    let x = layers.graph.reshape(&x, &[batch, channels * P * P, rows, columns])?;
    let codes = layers.graph.repeat_pixels(&codes, PATCH_PX / P)?;
    let x = layers.graph.concat(&[&x, &codes], 1)?;

    let time = time(&mut layers, unet, &step)?;
    let x = network(&mut layers, unet, &x, &time)?;

    let x = layers.graph.reshape(&x, &[batch, channels, P, P, rows, columns])?;
    let x = layers.graph.transpose(&x, &[0, 1, 4, 2, 5, 3])?;
    let clean = layers.graph.reshape(&x, &[batch, channels, height_px, width_px])?;
    finish(layers, pack, CLEAN, &clean)
}

/// The activated features of the time step, `[1, feature]`, that all residual blocks begin with.
fn time(layers: &mut Layers<'_>, unet: &Unet, step: &Value) -> Result<Value, Error> {
    let shape = [TIME_STEPS, unet.channels];
    // A table, because sines of angles up to 1000 need all digits, which not every provider has.
    let table = layers.graph.constant("time_steps", &shape, &waves(unet.channels))?;
    let x = layers.graph.gather(&table, step)?;
    let x = layers.linear("decoder.time_embed.0", &x)?;
    let x = layers.graph.silu(&x)?;
    let x = layers.linear("decoder.time_embed.2", &x)?;
    Ok(layers.graph.silu(&x)?)
}

/// Cosines, then sines, of every time step at frequencies from 1 down to 1 / 10000.
fn waves(features: usize) -> Vec<f32> {
    let half = features / 2;
    let frequencies: Vec<f32> =
        (0..half).map(|index| (-(10000_f64.ln() as f32) * index as f32 / half as f32).exp()).collect();
    (0..TIME_STEPS)
        .flat_map(|step| {
            let angles = frequencies.iter().map(move |frequency| step as f32 * frequency);
            angles.clone().map(f32::cos).chain(angles.map(f32::sin))
        })
        .collect()
}

fn network(layers: &mut Layers<'_>, unet: &Unet, x: &Value, time: &Value) -> Result<Value, Error> {
    let plan = unet.plan();
    let mut x = x.clone();
    let mut kept = Vec::with_capacity(plan.down.len());
    for (index, parts) in plan.down.iter().enumerate() {
        x = block(layers, &format!("{DOWN}.{index}"), parts, &x, time)?;
        kept.push(x.clone());
    }
    x = block(layers, MIDDLE, &plan.middle, &x, time)?;
    for ((index, parts), other) in plan.up.iter().enumerate().zip(kept.iter().rev()) {
        x = layers.graph.concat(&[&x, other], 1)?;
        x = block(layers, &format!("{UP}.{index}"), parts, &x, time)?;
    }
    let x = norm(layers, "decoder.out.0", &x)?;
    let x = layers.graph.silu(&x)?;
    layers.convolution("decoder.out.2", &x, 1, 1)
}

fn block(
    layers: &mut Layers<'_>,
    name: &str,
    parts: &Block,
    x: &Value,
    time: &Value,
) -> Result<Value, Error> {
    let mut x = x.clone();
    for (index, part) in parts.iter().enumerate() {
        let name = format!("{name}.{index}");
        x = match part {
            Part::Entry => layers.convolution(&name, &x, 1, 1)?,
            Part::Residual { from, to } => residual(layers, &name, &x, time, from != to)?,
            Part::Attention(_) => attention(layers, &name, &x)?,
            Part::Down(_) => layers.convolution(&format!("{name}.op"), &x, 2, 1)?,
            Part::Up(_) => {
                let large = layers.graph.repeat_pixels(&x, 2)?;
                layers.convolution(&format!("{name}.conv"), &large, 1, 1)?
            }
        };
    }
    Ok(x)
}

fn residual(
    layers: &mut Layers<'_>,
    name: &str,
    x: &Value,
    time: &Value,
    widens: bool,
) -> Result<Value, Error> {
    let y = norm(layers, &format!("{name}.in_layers.0"), x)?;
    let y = layers.graph.silu(&y)?;
    let y = layers.convolution(&format!("{name}.in_layers.2"), &y, 1, 1)?;
    let time = layers.linear(&format!("{name}.emb_layers.1"), time)?;
    let [_, features] = axes(&time);
    let time = layers.graph.reshape(&time, &[1, features, 1, 1])?;
    let y = layers.graph.add(&y, &time)?;
    let y = norm(layers, &format!("{name}.out_layers.0"), &y)?;
    let y = layers.graph.silu(&y)?;
    let y = layers.convolution(&format!("{name}.out_layers.3"), &y, 1, 1)?;
    let skipped =
        if widens { layers.convolution(&format!("{name}.skip_connection"), x, 1, 0)? } else { x.clone() };
    Ok(layers.graph.add(&skipped, &y)?)
}

/// Attention of every pixel to all others, with one head.
fn attention(layers: &mut Layers<'_>, name: &str, x: &Value) -> Result<Value, Error> {
    let [batch, channels, height, width] = axes(x);
    let y = norm(layers, &format!("{name}.norm"), x)?;
    let y = layers.graph.transpose(&y, &[0, 2, 3, 1])?;
    let y = layers.graph.reshape(&y, &[batch * height * width, channels])?;
    let qkv = layers.linear(&format!("{name}.qkv"), &y)?;
    let query = layers.graph.slice(&qkv, 1, 0..channels)?;
    let key = layers.graph.slice(&qkv, 1, channels..2 * channels)?;
    let value = layers.graph.slice(&qkv, 1, 2 * channels..3 * channels)?;
    let y = layers.graph.attention(&query, &key, &value, batch, 1)?;
    let y = layers.linear(&format!("{name}.proj_out"), &y)?;
    let y = layers.graph.reshape(&y, &[batch, height, width, channels])?;
    let y = layers.graph.transpose(&y, &[0, 3, 1, 2])?;
    Ok(layers.graph.add(x, &y)?)
}

fn norm(layers: &mut Layers<'_>, name: &str, x: &Value) -> Result<Value, Error> {
    let weight = layers.weight(&format!("{name}.weight"))?;
    let bias = layers.weight(&format!("{name}.bias"))?;
    Ok(layers.graph.group_norm(x, &weight, &bias, GROUPS, EPSILON)?)
}
