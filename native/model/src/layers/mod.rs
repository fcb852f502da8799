//! Layers whose weights are a pack's, shared by all graphs of this crate.

pub mod embed;
pub mod position;
pub mod transformer;

use std::collections::BTreeSet;

use graph::{Builder, Value};

use crate::Error;
use crate::pack::Weights;

/// Epsilon of every layer normalisation in TerraMind.
const EPSILON: f32 = 1e-6;

/// A graph under construction, and the weights of the pack that it is built from.
pub struct Layers<'a> {
    /// The graph.
    pub graph: Builder,
    /// What the names of weights begin with, before those that are asked for.
    pub prefix: String,
    /// The names of the weights that the graph refers to so far.
    used: BTreeSet<String>,
    weights: &'a Weights,
}

impl<'a> Layers<'a> {
    /// An empty graph of that name.
    pub fn new(name: &str, weights: &'a Weights) -> Self {
        Self { graph: Builder::new(name), prefix: String::new(), used: BTreeSet::new(), weights }
    }

    /// A linear layer on rows, with a bias where the model has one.
    ///
    /// A convolution over single pixels is one too.
    pub fn linear(&mut self, name: &str, x: &Value) -> Result<Value, Error> {
        let name_of_weight = format!("{}{name}.weight", self.prefix);
        self.used.insert(name_of_weight.clone());
        let mut tensor = self.weights.tensor(&name_of_weight)?;
        while tensor.shape.len() > 2 && tensor.shape.last() == Some(&1) {
            tensor.shape.pop();
        }
        let weight = self.graph.weight(&name_of_weight, &tensor)?;
        let bias = self.bias(name)?;
        Ok(self.graph.linear(x, &weight, bias.as_ref())?)
    }

    /// A layer normalisation.
    pub fn norm(&mut self, name: &str, x: &Value) -> Result<Value, Error> {
        let weight = self.weight(&format!("{name}.weight"))?;
        let bias = self.weight(&format!("{name}.bias"))?;
        Ok(self.graph.layer_norm(x, &weight, &bias, EPSILON)?)
    }

    /// A convolution, with a bias where the model has one.
    pub fn convolution(
        &mut self,
        name: &str,
        x: &Value,
        stride: usize,
        padding: usize,
    ) -> Result<Value, Error> {
        let weight = self.weight(&format!("{name}.weight"))?;
        let bias = self.bias(name)?;
        Ok(self.graph.convolution(x, &weight, bias.as_ref(), stride, padding)?)
    }

    /// A transposed convolution whose kernels lie side by side.
    pub fn expand_pixels(&mut self, name: &str, x: &Value) -> Result<Value, Error> {
        let weight = self.weight(&format!("{name}.weight"))?;
        let bias = self.bias(name)?;
        Ok(self.graph.expand_pixels(x, &weight, bias.as_ref())?)
    }

    /// A batch normalisation, outside training.
    pub fn batch_norm(&mut self, name: &str, x: &Value) -> Result<Value, Error> {
        /// PyTorch's.
        const EPSILON: f32 = 1e-5;
        let weight = self.weight(&format!("{name}.weight"))?;
        let bias = self.weight(&format!("{name}.bias"))?;
        let mean = self.weight(&format!("{name}.running_mean"))?;
        let variance = self.weight(&format!("{name}.running_var"))?;
        Ok(self.graph.batch_norm(x, [&weight, &bias, &mean, &variance], EPSILON)?)
    }

    /// A layer normalisation of every pixel.
    pub fn pixel_norm(&mut self, name: &str, x: &Value) -> Result<Value, Error> {
        let weight = self.weight(&format!("{name}.weight"))?;
        let bias = self.weight(&format!("{name}.bias"))?;
        Ok(self.graph.pixel_norm(x, &weight, &bias, EPSILON)?)
    }

    /// A weight by its name.
    pub fn weight(&mut self, name: &str) -> Result<Value, Error> {
        let name = format!("{}{name}", self.prefix);
        self.used.insert(name.clone());
        Ok(self.graph.weight(&name, &self.weights.tensor(&name)?)?)
    }

    /// The weights whose names begin so, and that the graph does not refer to.
    pub fn unused(&self, beginnings: &[&str]) -> Vec<String> {
        let begins = |name: &&String| beginnings.iter().any(|beginning| name.starts_with(beginning));
        let shapes = self.weights.shapes();
        shapes.keys().filter(begins).filter(|name| !self.used.contains(*name)).cloned().collect()
    }

    /// Whether there is a weight of that name.
    pub fn has(&self, name: &str) -> bool {
        self.weights.has(&format!("{}{name}", self.prefix))
    }

    /// How many transformer blocks a side (`encoder`, `decoder`) has.
    pub fn blocks(&self, side: &str) -> usize {
        let there = |index: &usize| self.has(&format!("{side}.{index}.norm1.weight"));
        (0..usize::MAX).take_while(there).count()
    }

    /// The values of a weight.
    pub fn read(&self, name: &str) -> Result<Vec<f32>, Error> {
        self.weights.read(&format!("{}{name}", self.prefix))
    }

    fn bias(&mut self, name: &str) -> Result<Option<Value>, Error> {
        let name = format!("{name}.bias");
        if self.has(&name) { Ok(Some(self.weight(&name)?)) } else { Ok(None) }
    }
}

/// The axes of a value that was built with that many.
pub fn axes<const N: usize>(x: &Value) -> [usize; N] {
    x.shape().try_into().expect("values have the number of axes that they were built with")
}
