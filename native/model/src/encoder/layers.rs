//! Layers whose weights are the pack's.

use graph::{Builder, Value};

use crate::{Error, Pack};

/// Epsilon of every layer normalisation in TerraMind.
const EPSILON: f32 = 1e-6;

/// A graph under construction, and the pack that its weights come from.
pub struct Layers<'a> {
    /// The graph.
    pub graph: Builder,
    /// The pack.
    pub pack: &'a Pack,
}

impl Layers<'_> {
    /// A linear layer of the blocks, with a bias where the architecture has them.
    pub fn linear(&mut self, name: &str, x: &Value) -> Result<Value, Error> {
        let weight = self.weight(&format!("{name}.weight"))?;
        let has_bias = self.pack.architecture().biases;
        let bias = if has_bias { Some(self.weight(&format!("{name}.bias"))?) } else { None };
        Ok(self.graph.linear(x, &weight, bias.as_ref())?)
    }

    /// A layer normalisation.
    pub fn norm(&mut self, name: &str, x: &Value) -> Result<Value, Error> {
        let weight = self.weight(&format!("{name}.weight"))?;
        let bias = self.weight(&format!("{name}.bias"))?;
        Ok(self.graph.layer_norm(x, &weight, &bias, EPSILON)?)
    }

    /// A weight by its name.
    pub fn weight(&mut self, name: &str) -> Result<Value, Error> {
        Ok(self.graph.weight(name, &self.pack.tensor(name)?)?)
    }
}
