//! Handles for what flows through a graph, and references to weights outside it.

/// A result in a graph under construction: its name and its static shape of 32-bit floats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    name: String,
    shape: Vec<usize>,
}

impl Value {
    pub(crate) fn new(name: String, shape: Vec<usize>) -> Self {
        Self { name, shape }
    }

    /// The name, unique in its graph.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The length of every axis.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }
}

/// Where the little-endian 32-bit floats of a weight lie, outside the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalTensor {
    /// The file, relative to the folder that the runtime is told about.
    pub location: String,
    /// First byte in the file.
    pub offset: u64,
    /// Number of bytes.
    pub length: u64,
    /// The length of every axis.
    pub shape: Vec<usize>,
}
