//! Pre-norm transformer blocks.
//!
//! Everything works on rows: `[batch · token, feature]`.

use graph::Value;

use super::{Layers, axes};
use crate::Error;
use crate::architecture::HEAD_WIDTH;

/// What a token may look at in its own sequence.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// All of it.
    Everything,
    /// Itself and what stands before it.
    Past,
}

/// Self-attention and feed-forward on `x`, each added to what went in.
pub fn block(layers: &mut Layers<'_>, name: &str, x: &Value, batch: usize) -> Result<Value, Error> {
    let x = self_attention(layers, [name, "norm1", "attn"], x, batch, Sight::Everything)?;
    feed_forward(layers, name, &x)
}

/// Self-attention, the first part of a block: `[block, its norm, its attention]` are the names.
pub fn self_attention(
    layers: &mut Layers<'_>,
    [block, norm, attention]: [&str; 3],
    x: &Value,
    batch: usize,
    sight: Sight,
) -> Result<Value, Error> {
    let [_, width] = axes(x);
    let y = layers.norm(&format!("{block}.{norm}"), x)?;
    let qkv = layers.linear(&format!("{block}.{attention}.qkv"), &y)?;
    let query = layers.graph.slice(&qkv, 1, 0..width)?;
    let key = layers.graph.slice(&qkv, 1, width..2 * width)?;
    let value = layers.graph.slice(&qkv, 1, 2 * width..3 * width)?;
    let heads = width / HEAD_WIDTH;
    let y = match sight {
        Sight::Everything => layers.graph.attention(&query, &key, &value, batch, heads)?,
        Sight::Past => layers.graph.causal_attention(&query, &key, &value, batch, heads)?,
    };
    let y = layers.linear(&format!("{block}.{attention}.proj"), &y)?;
    Ok(layers.graph.add(x, &y)?)
}

/// Attention to another sequence, the second part of a decoder's block.
pub fn cross_attention(
    layers: &mut Layers<'_>,
    block: &str,
    x: &Value,
    context: &Value,
    batch: usize,
) -> Result<Value, Error> {
    let [_, width] = axes(x);
    let y = layers.norm(&format!("{block}.query_norm"), x)?;
    let query = layers.linear(&format!("{block}.cross_attn.q"), &y)?;
    let context = layers.norm(&format!("{block}.context_norm"), context)?;
    let pair = layers.linear(&format!("{block}.cross_attn.kv"), &context)?;
    let key = layers.graph.slice(&pair, 1, 0..width)?;
    let value = layers.graph.slice(&pair, 1, width..2 * width)?;
    let y = layers.graph.attention(&query, &key, &value, batch, width / HEAD_WIDTH)?;
    let y = layers.linear(&format!("{block}.cross_attn.proj"), &y)?;
    Ok(layers.graph.add(x, &y)?)
}

/// The feed-forward part, the last of every block: with a gate (`SwiGLU`) where the model has one.
pub fn feed_forward(layers: &mut Layers<'_>, block: &str, x: &Value) -> Result<Value, Error> {
    let input = layers.norm(&format!("{block}.norm2"), x)?;
    let y = layers.linear(&format!("{block}.mlp.fc1"), &input)?;
    let y = if layers.has(&format!("{block}.mlp.fc3.weight")) {
        let gate = layers.graph.silu(&y)?;
        let y = layers.linear(&format!("{block}.mlp.fc3"), &input)?;
        layers.graph.mul(&gate, &y)?
    } else {
        layers.graph.gelu(&y)?
    };
    let y = layers.linear(&format!("{block}.mlp.fc2"), &y)?;
    Ok(layers.graph.add(x, &y)?)
}
