//! Layers whose weights are a pack's, shared by all graphs of this crate.

pub mod embed;
pub mod position;
pub mod transformer;

use graph::{Builder, Value};

use crate::Error;
use crate::pack::Weights;

/// Epsilon of every layer normalisation in TerraMind.
const EPSILON: f32 = 1e-6;

/// A graph under construction, and the weights of the pack that it is built from.
pub struct Layers<'a> {
    /// The graph.
    pub graph: Builder,
    /// The weights.
    pub weights: &'a Weights,
}

impl<'a> Layers<'a> {
    /// An empty graph of that name.
    pub fn new(name: &str, weights: &'a Weights) -> Self {
        Self { graph: Builder::new(name), weights }
    }

    /// A linear layer on rows, with a bias where the model has one.
    ///
    /// A convolution over single pixels is one too.
    pub fn linear(&mut self, name: &str, x: &Value) -> Result<Value, Error> {
        let name_of_weight = format!("{name}.weight");
        let mut tensor = self.weights.tensor(&name_of_weight)?;
        while tensor.shape.len() > 2 && tensor.shape.last() == Some(&1) {
            tensor.shape.pop();
        }
        let weight = self.graph.weight(&name_of_weight, &tensor)?;
        let bias = format!("{name}.bias");
        let bias = if self.weights.has(&bias) { Some(self.weight(&bias)?) } else { None };
        Ok(self.graph.linear(x, &weight, bias.as_ref())?)
    }

    /// A layer normalisation.
    pub fn norm(&mut self, name: &str, x: &Value) -> Result<Value, Error> {
        let weight = self.weight(&format!("{name}.weight"))?;
        let bias = self.weight(&format!("{name}.bias"))?;
        Ok(self.graph.layer_norm(x, &weight, &bias, EPSILON)?)
    }

    /// A convolution with a bias.
    pub fn convolution(
        &mut self,
        name: &str,
        x: &Value,
        stride: usize,
        padding: usize,
    ) -> Result<Value, Error> {
        let weight = self.weight(&format!("{name}.weight"))?;
        let bias = self.weight(&format!("{name}.bias"))?;
        Ok(self.graph.convolution(x, &weight, &bias, stride, padding)?)
    }

    /// A weight by its name.
    pub fn weight(&mut self, name: &str) -> Result<Value, Error> {
        Ok(self.graph.weight(name, &self.weights.tensor(name)?)?)
    }
}

/// The axes of a value that was built with that many.
pub fn axes<const N: usize>(x: &Value) -> [usize; N] {
    x.shape().try_into().expect("values have the number of axes that they were built with")
}
