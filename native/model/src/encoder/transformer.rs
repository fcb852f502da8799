//! A pre-norm transformer block.

use graph::Value;

use super::layers::Layers;
use crate::Error;
use crate::architecture::Mlp;

/// Self-attention and feed-forward on `x`, `[batch · token, feature]`, each added to what went in.
pub fn block(layers: &mut Layers<'_>, name: &str, x: &Value, batch: usize) -> Result<Value, Error> {
    let width = layers.pack.architecture().width;
    let heads = layers.pack.architecture().heads;

    let y = layers.norm(&format!("{name}.norm1"), x)?;
    let qkv = layers.linear(&format!("{name}.attn.qkv"), &y)?;
    let query = layers.graph.slice(&qkv, 1, 0..width)?;
    let key = layers.graph.slice(&qkv, 1, width..2 * width)?;
    let value = layers.graph.slice(&qkv, 1, 2 * width..3 * width)?;
    let y = layers.graph.attention(&query, &key, &value, batch, heads)?;
    let y = layers.linear(&format!("{name}.attn.proj"), &y)?;
    let x = layers.graph.add(x, &y)?;

    let y = layers.norm(&format!("{name}.norm2"), &x)?;
    let y = mlp(layers, &format!("{name}.mlp"), &y)?;
    Ok(layers.graph.add(&x, &y)?)
}

fn mlp(layers: &mut Layers<'_>, name: &str, x: &Value) -> Result<Value, Error> {
    let y = layers.linear(&format!("{name}.fc1"), x)?;
    let y = match layers.pack.architecture().mlp {
        Mlp::Gelu { .. } => layers.graph.gelu(&y)?,
        Mlp::SwiGlu { .. } => {
            let gate = layers.graph.silu(&y)?;
            let y = layers.linear(&format!("{name}.fc3"), x)?;
            layers.graph.mul(&gate, &y)?
        }
    };
    layers.linear(&format!("{name}.fc2"), &y)
}
