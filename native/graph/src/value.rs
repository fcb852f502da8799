//! Handles for what flows through a graph, and references to weights outside it.

use crate::proto;

/// What the elements of a value are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// 32-bit floats.
    Float,
    /// 64-bit signed whole numbers.
    Integer,
}

/// A result in a graph under construction: its name, its static shape, and what its elements are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    name: String,
    shape: Vec<usize>,
    element: Element,
}

impl Value {
    pub(crate) fn new(name: String, shape: Vec<usize>) -> Self {
        Self { name, shape, element: Element::Float }
    }

    /// The same value, but of other elements.
    pub(crate) fn of(self, element: Element) -> Self {
        Self { element, ..self }
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

    /// What its elements are.
    #[must_use]
    pub fn element(&self) -> Element {
        self.element
    }
}

impl Element {
    pub(crate) fn data_type(self) -> i32 {
        match self {
            Self::Float => proto::FLOAT,
            Self::Integer => proto::INT64,
        }
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
