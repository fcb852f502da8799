//! The transformers of the tokenizers.

use graph::Value;

use super::Transformer;
use crate::Error;
use crate::layers::{Layers, position, transformer};

impl Transformer {
    /// Positions, all blocks and the point-wise part after them, on rows `[batch · patch, feature]`.
    pub(super) fn build(
        &self,
        layers: &mut Layers<'_>,
        name: &str,
        x: &Value,
        batch: usize,
        patches: [usize; 2],
    ) -> Result<Value, Error> {
        let added = self.positions(layers, name, patches)?;
        let count = patches[0] * patches[1];
        let added = layers.graph.constant(&format!("{name}/position"), &[1, count, self.width], &added)?;
        let x = layers.graph.reshape(x, &[batch, count, self.width])?;
        let x = layers.graph.add(&x, &added)?;
        let mut x = layers.graph.reshape(&x, &[batch * count, self.width])?;
        for index in 0..self.depth {
            x = transformer::block(layers, &format!("{name}.blocks.{index}"), &x, batch)?;
        }
        let y = layers.norm(&format!("{name}.norm_mlp"), &x)?;
        let y = layers.linear(&format!("{name}.post_mlp.fc1"), &y)?;
        let y = layers.graph.tanh(&y);
        let y = layers.linear(&format!("{name}.post_mlp.fc2"), &y)?;
        Ok(layers.graph.add(&x, &y)?)
    }

    /// Positions of a grid of patches. Unlike those of the encoder-decoder they are stored feature by feature.
    fn positions(&self, layers: &Layers<'_>, name: &str, patches: [usize; 2]) -> Result<Vec<f32>, Error> {
        let stored = layers.read(&format!("{name}.pos_emb"))?;
        let places = self.positions_per_side.pow(2);
        let by_place: Vec<f32> =
            (0..places).flat_map(|place| stored.iter().skip(place).step_by(places).copied()).collect();
        Ok(position::resize(&by_place, self.positions_per_side, self.width, patches))
    }
}
