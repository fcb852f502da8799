//! What can go wrong while a graph is built or saved.

use std::path::PathBuf;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A node's inputs do not suit it.
    #[error("{operation} at {node} cannot take {}: {rule}", shapes_in_words(.shapes))]
    Shapes {
        /// Where in the graph: scope, operator and number.
        node: String,
        /// The ONNX operator.
        operation: &'static str,
        /// The shapes that were handed to it.
        shapes: Vec<Vec<usize>>,
        /// What it needs.
        rule: String,
    },
    /// The number of elements or bytes of a tensor does not suit its shape.
    #[error("tensor {name} of shape {shape:?} needs {expected} {unit}, found {found}")]
    Length {
        /// The tensor.
        name: String,
        /// Its declared shape.
        shape: Vec<usize>,
        /// `values` or `bytes`.
        unit: &'static str,
        /// How many the shape needs.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// Two different things were given one name.
    #[error("the graph already has something named {name}")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// Weights could not be read.
    #[error("weights could not be read ({source}): {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
    /// A file could not be read or written while a model was saved.
    #[error("the ONNX model could not be saved ({source}): {}", path.display())]
    Save {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: std::io::Error,
    },
}

fn shapes_in_words(shapes: &[Vec<usize>]) -> String {
    let shapes: Vec<String> = shapes.iter().map(|shape| format!("{shape:?}")).collect();
    format!("shape{} {}", if shapes.len() == 1 { "" } else { "s" }, shapes.join(" and "))
}
