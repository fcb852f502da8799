//! The fine-tuned models of the goldens, and their weights. The tests of several crates include this file, each
//! beside `formulas`.

use std::fs;
use std::path::Path;

use model::Tiles;
use model::pack::{WEIGHTS, Weights};
use model::task::Task;
use safetensors::tensor::{Dtype, TensorView};
use serde::Deserialize;

use super::formulas::{goldens, spread};

/// Name, shape, seed, offset, scale.
type Recipe = (String, Vec<usize>, u32, f32, f32);

#[derive(Deserialize)]
pub struct Cases {
    pub cases: Vec<Case>,
    /// Parts that models share.
    weights: Vec<Vec<Recipe>>,
}

#[derive(Clone, Deserialize)]
pub struct Case {
    pub name: String,
    pub task: Task,
    pub dates: usize,
    pub sizes: Vec<Size>,
    /// The places of its parts among the weights.
    weights: Vec<usize>,
}

#[derive(Clone, Deserialize)]
pub struct Size {
    pub height: usize,
    pub width: usize,
    pub output: String,
    /// The logits of the first patches of everything that the model imagines itself.
    pub imagined: Vec<String>,
}

impl Size {
    pub fn tiles(&self, batch: usize) -> Tiles {
        Tiles { height_px: self.height, width_px: self.width, batch }
    }
}

impl Cases {
    pub fn read() -> Self {
        serde_json::from_slice(&fs::read(goldens().join("../tasks/cases.json")).unwrap()).unwrap()
    }

    pub fn of(&self, name: &str) -> &Case {
        self.cases.iter().find(|case| case.name == name).unwrap()
    }

    /// Writes the weights of a case, and those of `more`, which are zeros.
    pub fn write_weights(&self, case: &Case, more: &[&str], folder: &Path) -> Weights {
        let parts = case.weights.iter().flat_map(|&part| &self.weights[part]);
        let mut tensors: Vec<_> = parts
            .map(|(name, shape, seed, offset, scale)| {
                let values = spread(*seed, shape.iter().product());
                let bytes: Vec<u8> = values.flat_map(|v| f32::to_le_bytes(scale * v + offset)).collect();
                (name.as_str(), shape.clone(), bytes)
            })
            .collect();
        tensors.extend(more.iter().map(|&name| (name, vec![1], vec![0; 4])));
        let views = tensors
            .iter()
            .map(|(name, shape, bytes)| (name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
        let path = folder.join(WEIGHTS);
        fs::write(&path, safetensors::serialize(views, None).unwrap()).unwrap();
        Weights::open(&path).unwrap()
    }
}
