//! Everything in floats of 16 bits, for graphics cards.

use std::collections::{BTreeMap, BTreeSet};

use half::f16;

use crate::proto::{self, AttributeProto, NodeProto, TensorProto};
use crate::{Element, Model};

/// The operator whose further inputs are factors and sizes, and have types of their own.
const RESIZE: &str = "Resize";

impl Model {
    /// The same model computing in floats of 16 bits, with inputs and outputs of 32 as before.
    ///
    /// Weights stay where they are; a runtime narrows them once, when it loads the model. What 16 bits cannot hold becomes
    /// the largest number that they can.
    #[must_use]
    pub fn in_fp16(&self) -> Self {
        let graph = self.graph();
        let is_float = |value: &&crate::Value| value.element() == Element::Float;
        let inputs = self.inputs().iter().filter(is_float).map(|input| input.name().to_owned());
        let weights = self.weights().iter().map(|(name, _)| name.clone());
        let narrowed: BTreeMap<String, String> =
            inputs.chain(weights).map(|name| (name.clone(), format!("{name}/fp16"))).collect();
        let outputs: BTreeSet<&str> =
            self.outputs().iter().filter(is_float).map(crate::Value::name).collect();

        let mut nodes: Vec<_> =
            narrowed.iter().map(|(wide, narrow)| cast(wide, narrow, proto::FLOAT16)).collect();
        for node in &graph.node {
            let mut node = node.clone();
            let those_of_values = if node.op_type == RESIZE { 1 } else { node.input.len() };
            for input in node.input.iter_mut().take(those_of_values) {
                if let Some(narrow) = narrowed.get(input) {
                    input.clone_from(narrow);
                }
            }
            if let [output] = node.output.as_slice()
                && outputs.contains(output.as_str())
                && let [x] = node.input.as_slice()
            {
                node = cast(x, output, proto::FLOAT);
            }
            nodes.push(node);
        }
        let factors: BTreeSet<&String> = {
            let resizes = graph.node.iter().filter(|node| node.op_type == RESIZE);
            resizes.flat_map(|node| node.input.iter().skip(1)).collect()
        };
        let constants = graph.initializer.iter().map(|tensor| {
            if tensor.data_type == proto::FLOAT && !factors.contains(&tensor.name) {
                narrow(tensor)
            } else {
                tensor.clone()
            }
        });
        let graph = proto::GraphProto {
            node: nodes,
            initializer: constants.collect(),
            // They say that everything has 32 bits; runtimes find out themselves.
            value_info: Vec::new(),
            ..graph.clone()
        };
        self.with_graph(graph, self.weights().to_vec())
    }
}

fn cast(from: &str, to: &str, data_type: i32) -> NodeProto {
    NodeProto::new(to.into(), "Cast", vec![from.into()], vec![AttributeProto::int("to", data_type.into())])
}

fn narrow(tensor: &TensorProto) -> TensorProto {
    let (wide, _) = tensor.raw_data.as_deref().unwrap_or_default().as_chunks();
    let largest = f16::MAX.to_f32();
    let narrow =
        |&bytes: &[u8; 4]| f16::from_f32(f32::from_le_bytes(bytes).clamp(-largest, largest)).to_le_bytes();
    let bytes = wide.iter().flat_map(narrow).collect();
    TensorProto { data_type: proto::FLOAT16, raw_data: Some(bytes), ..tensor.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Builder, ExternalTensor};

    #[test]
    fn all_but_inputs_outputs_and_factors_has_16_bits() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[1, 2, 3, 3]).unwrap();
        let at = ExternalTensor { location: "w".into(), offset: 0, length: 8, shape: vec![2, 1, 1] };
        let weight = graph.weight("w", &at).unwrap();
        let huge = graph.constant("huge", &[1], &[-1e9]).unwrap();
        let y = graph.mul(&x, &weight).unwrap();
        let y = graph.add(&y, &huge).unwrap();
        let y = graph.repeat_pixels(&y, 2).unwrap();
        let model = graph.finish(&[("y", &y)]).unwrap().in_fp16();

        let constant = |name: &str| model.graph().initializer.iter().find(|t| t.name == name).unwrap();
        assert_eq!(constant("huge").raw_data.as_deref(), Some(&f16::MIN.to_le_bytes()[..]));
        let resize = model.graph().node.iter().find(|node| node.op_type == RESIZE).unwrap();
        assert_eq!(constant(&resize.input[2]).data_type, proto::FLOAT);
        let product = model.graph().node.iter().find(|node| node.op_type == "Mul").unwrap();
        assert_eq!(product.input, ["x/fp16", "w/fp16"]);
        let last = model.graph().node.last().unwrap();
        assert_eq!((last.op_type.as_str(), last.output[0].as_str()), ("Cast", "y"));
        assert_eq!(model.weights().len(), 1, "they are narrowed by whoever loads them");
    }
}
