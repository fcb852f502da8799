//! Collects inputs, weights and nodes.

use std::collections::HashMap;

use crate::proto::{self, AttributeProto, NodeProto, TensorProto, ValueInfoProto};
use crate::{Element, Error, ExternalTensor, Model, Value};

/// A graph under construction.
///
/// Operators (`add`, `reshape`, …) and larger building blocks (`linear`, `attention`, …) are methods;
/// each appends its nodes and returns the result.
#[derive(Debug)]
pub struct Builder {
    name: String,
    scope: Vec<String>,
    inputs: Vec<Value>,
    nodes: Vec<NodeProto>,
    results: Vec<ValueInfoProto>,
    /// Inline constants: small, or computed.
    constants: Vec<TensorProto>,
    scalars: HashMap<u32, Value>,
    weights: Vec<(String, ExternalTensor)>,
}

impl Builder {
    /// An empty graph.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            scope: Vec::new(),
            inputs: Vec::new(),
            nodes: Vec::new(),
            results: Vec::new(),
            constants: Vec::new(),
            scalars: HashMap::new(),
            weights: Vec::new(),
        }
    }

    /// Builds a part of the graph under a name that its nodes' names begin with.
    pub fn scope<T, E>(&mut self, name: &str, build: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        self.scope.push(name.into());
        let result = build(self);
        self.scope.pop();
        result
    }

    /// An input of the graph.
    pub fn input(&mut self, name: &str, shape: &[usize]) -> Result<Value, Error> {
        self.claim(name)?;
        let value = Value::new(name.into(), shape.to_vec());
        self.inputs.push(value.clone());
        Ok(value)
    }

    /// An input of whole numbers, such as the ids of tokens.
    pub fn integer_input(&mut self, name: &str, shape: &[usize]) -> Result<Value, Error> {
        self.claim(name)?;
        let value = Value::new(name.into(), shape.to_vec()).of(Element::Integer);
        self.inputs.push(value.clone());
        Ok(value)
    }

    /// A weight that lies outside the graph. The same weight may be asked for again.
    pub fn weight(&mut self, name: &str, tensor: &ExternalTensor) -> Result<Value, Error> {
        let value = Value::new(name.into(), tensor.shape.clone());
        if self.weights.iter().any(|(known, at)| known == name && at == tensor) {
            return Ok(value);
        }
        self.claim(name)?;
        let expected = tensor.shape.iter().product::<usize>() * size_of::<f32>();
        if tensor.length != expected as u64 {
            return Err(Error::Length {
                name: name.into(),
                shape: tensor.shape.clone(),
                unit: "bytes",
                expected,
                found: tensor.length as usize,
            });
        }
        self.weights.push((name.into(), tensor.clone()));
        Ok(value)
    }

    /// A constant whose values become part of the graph itself.
    pub fn constant(&mut self, name: &str, shape: &[usize], values: &[f32]) -> Result<Value, Error> {
        self.claim(name)?;
        let expected = shape.iter().product();
        if values.len() != expected {
            return Err(Error::Length {
                name: name.into(),
                shape: shape.to_vec(),
                unit: "values",
                expected,
                found: values.len(),
            });
        }
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constants.push(TensorProto::inline(name, shape, proto::FLOAT, bytes));
        Ok(Value::new(name.into(), shape.to_vec()))
    }

    /// A row of whole numbers that become part of the graph itself.
    pub fn integer_constant(&mut self, name: &str, values: &[i64]) -> Result<Value, Error> {
        self.claim(name)?;
        self.constants.push(integers(name, values));
        Ok(Value::new(name.into(), vec![values.len()]).of(Element::Integer))
    }

    /// Makes `outputs`, under the names given, the results of the finished model.
    pub fn finish(mut self, outputs: &[(&str, &Value)]) -> Result<Model, Error> {
        let mut named = Vec::with_capacity(outputs.len());
        for &(name, value) in outputs {
            self.claim(name)?;
            // A runtime removes it; it spares every block from having to know that its result is the last.
            self.nodes.push(NodeProto {
                input: vec![value.name().into()],
                output: vec![name.into()],
                name: format!("output/{name}"),
                op_type: "Identity".into(),
                attribute: Vec::new(),
            });
            named.push(Value::new(name.into(), value.shape().to_vec()).of(value.element()));
        }
        let graph = proto::GraphProto {
            node: self.nodes,
            name: self.name,
            initializer: self.constants,
            input: self.inputs.iter().map(ValueInfoProto::new).collect(),
            output: named.iter().map(ValueInfoProto::new).collect(),
            value_info: self.results,
        };
        Ok(Model::new(graph, self.weights, self.inputs, named))
    }

    /// A scalar constant; equal ones are shared.
    pub(crate) fn scalar(&mut self, value: f32) -> Value {
        if let Some(known) = self.scalars.get(&value.to_bits()) {
            return known.clone();
        }
        let name = format!("scalar/{}", self.scalars.len());
        self.constants.push(TensorProto::inline(&name, &[], proto::FLOAT, value.to_le_bytes().to_vec()));
        let scalar = Value::new(name, Vec::new());
        self.scalars.insert(value.to_bits(), scalar.clone());
        scalar
    }

    /// The name that the next node of this operator gets.
    pub(crate) fn next_node(&self, operation: &str) -> String {
        let mut name = self.scope.join("/");
        if !name.is_empty() {
            name.push('/');
        }
        format!("{name}{operation}_{}", self.nodes.len())
    }

    /// Refuses the inputs of the node that was about to be made.
    pub(crate) fn refuse(
        &self,
        operation: &'static str,
        inputs: &[&Value],
        rule: impl Into<String>,
    ) -> Error {
        Error::Shapes {
            node: self.next_node(operation),
            operation,
            shapes: inputs.iter().map(|input| input.shape().to_vec()).collect(),
            rule: rule.into(),
        }
    }

    /// Appends a node whose result has the given shape.
    pub(crate) fn node(
        &mut self,
        operation: &'static str,
        inputs: &[&Value],
        attributes: Vec<AttributeProto>,
        shape: Vec<usize>,
    ) -> Value {
        self.node_with_integers(operation, inputs, &[], attributes, shape)
    }

    /// Appends a node that, after its other inputs, takes vectors of whole numbers (`Reshape`, `Slice`).
    pub(crate) fn node_with_integers(
        &mut self,
        operation: &'static str,
        inputs: &[&Value],
        integers_after: &[&[i64]],
        attributes: Vec<AttributeProto>,
        shape: Vec<usize>,
    ) -> Value {
        let name = self.next_node(operation);
        let mut input: Vec<String> = inputs.iter().map(|input| input.name().into()).collect();
        for (index, values) in integers_after.iter().enumerate() {
            let constant = format!("{name}/integers_{index}");
            self.constants.push(integers(&constant, values));
            input.push(constant);
        }
        // What moves or adds up whole numbers gives whole numbers; `Cast` and `Gather` say what they give.
        let element = inputs.first().map_or(Element::Float, |input| input.element());
        self.node_of(operation, input, attributes, Value::new(name, shape).of(element))
    }

    /// Appends a node whose inputs are names, one of which may be empty for an input that is left out.
    /// Its result has the node's own name ([`Builder::next_node`]).
    pub(crate) fn node_of(
        &mut self,
        operation: &'static str,
        input: Vec<String>,
        attribute: Vec<AttributeProto>,
        result: Value,
    ) -> Value {
        self.nodes.push(NodeProto::new(result.name().to_string(), operation, input, attribute));
        self.results.push(ValueInfoProto::new(&result));
        result
    }

    /// A row of floats that belongs to a node alone.
    pub(crate) fn floats_of_node(&mut self, name: String, values: &[f32]) -> String {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constants.push(TensorProto::inline(&name, &[values.len()], proto::FLOAT, bytes));
        name
    }

    /// A row of whole numbers that belongs to a node alone.
    pub(crate) fn integers_of_node(&mut self, name: String, values: &[i64]) -> String {
        self.constants.push(integers(&name, values));
        name
    }

    fn claim(&self, name: &str) -> Result<(), Error> {
        let taken = self.inputs.iter().any(|input| input.name() == name)
            || self.weights.iter().any(|(weight, _)| weight == name)
            || self.constants.iter().any(|constant| constant.name == name)
            || self.nodes.iter().any(|node| node.output.iter().any(|output| output == name));
        if taken { Err(Error::NameTaken { name: name.into() }) } else { Ok(()) }
    }
}

fn integers(name: &str, values: &[i64]) -> TensorProto {
    let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    TensorProto::inline(name, &[values.len()], proto::INT64, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(shape: &[usize], length: u64) -> ExternalTensor {
        ExternalTensor { location: "w".into(), offset: 0, length, shape: shape.to_vec() }
    }

    #[test]
    fn a_name_is_given_once() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[1]).unwrap();
        assert!(matches!(graph.input("x", &[1]), Err(Error::NameTaken { .. })));
        assert!(matches!(graph.constant("x", &[1], &[0.0]), Err(Error::NameTaken { .. })));
        assert!(matches!(graph.finish(&[("x", &x)]), Err(Error::NameTaken { .. })));
    }

    #[test]
    fn a_weight_may_be_used_twice_but_not_differ() {
        let mut graph = Builder::new("g");
        let first = graph.weight("w", &weight(&[2, 3], 24)).unwrap();
        assert_eq!(first, graph.weight("w", &weight(&[2, 3], 24)).unwrap());
        assert!(matches!(graph.weight("w", &weight(&[3, 2], 24)), Err(Error::NameTaken { .. })));
    }

    #[test]
    fn lengths_must_suit_shapes() {
        let mut graph = Builder::new("g");
        let error = graph.weight("w", &weight(&[2, 3], 23)).unwrap_err();
        assert_eq!(error.to_string(), "tensor w of shape [2, 3] needs 24 bytes, found 23");
        assert!(matches!(
            graph.constant("c", &[2, 2], &[0.0; 3]),
            Err(Error::Length { expected: 4, found: 3, .. })
        ));
    }

    #[test]
    fn errors_say_where() {
        let mut graph = Builder::new("g");
        let a = graph.input("a", &[2, 3]).unwrap();
        let b = graph.input("b", &[2, 4]).unwrap();
        let error =
            graph.scope("encoder.0", |graph| graph.scope("mlp", |graph| graph.add(&a, &b))).unwrap_err();
        let message = error.to_string();
        assert!(message.contains("encoder.0/mlp/Add_0"), "{message}");
        assert!(message.contains("[2, 3] and [2, 4]"), "{message}");
    }

    #[test]
    fn equal_scalars_are_shared() {
        let mut graph = Builder::new("g");
        assert_eq!(graph.scalar(0.5), graph.scalar(0.5));
        assert_ne!(graph.scalar(0.5), graph.scalar(1.0));
    }
}
