//! Linear layers in whole numbers of 8 bits.
//!
//! A weight `[out, in]` becomes whole numbers of seven or eight bits with a scale for each output, once. What it is multiplied
//! with becomes whole numbers from 1 to 255 around 128 with a scale for each row, while the model runs: a token's
//! outliers then cost the others nothing. Sums are exact; only what is rounded before them differs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use crate::proto::{self, AttributeProto, GraphProto, NodeProto, TensorProto};
use crate::{Error, ExternalTensor, Model};

/// How finely weights are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeightBits {
    /// From -63 to 63. For processors without VNNI: they add pairs of products in 16 bits, and with eight bits these overflow,
    /// so that every second feature of TerraMind is wrong.
    Seven,
    /// From -127 to 127, half the error. For processors that add products in 32 bits.
    Eight,
}

impl WeightBits {
    /// The largest weight, as a whole number.
    const fn largest(self) -> f32 {
        match self {
            Self::Seven => 63.0,
            Self::Eight => 127.0,
        }
    }
}

/// The largest value, as a whole number on either side of [`MIDDLE`].
const LARGEST_VALUE: f32 = 127.0;

/// The whole number that stands for 0 among values.
const MIDDLE: u8 = 128;

/// Outputs of a weight that are turned together, so that neither what is read nor what is written leaves the caches.
const BLOCK: usize = 64;

/// Scales are no smaller, so that what is 0 throughout stays 0.
const SMALLEST_SCALE: f32 = 1e-30;

impl Model {
    /// The same model with its linear layers in whole numbers of 8 bits; everything else stays as it is.
    ///
    /// The first layers behind the inputs and the last before the outputs stay, too: they are few, and there rounding
    /// costs most. So do layers whose input is a constant, because runtimes compute them once.
    ///
    /// Reads the weights of the layers from `weights_folder`: a quarter of their size becomes part of the model. An
    /// error where a weight cannot be read.
    pub fn in_int8(&self, weights_folder: &Path, bits: WeightBits) -> Result<Self, Error> {
        let graph = self.graph();
        let weights: BTreeMap<_, _> = self.weights().iter().map(|(name, tensor)| (name, tensor)).collect();
        let (behind, before) = (behind_layers(graph), before_layers(graph));
        let is_within =
            |node: &NodeProto, x| behind.contains(x) && node.output.iter().any(|y| before.contains(y));
        let mut made = Made::new(&graph.initializer, bits);
        for node in &graph.node {
            match layer(node).and_then(|(x, weight)| Some((x, weight, *weights.get(weight)?))) {
                Some((x, weight, tensor)) if is_within(node, x) => {
                    made.weight(weight, tensor, weights_folder)?;
                    made.layer(node, x, weight);
                }
                _ => made.nodes.push(node.clone()),
            }
        }
        let used: BTreeSet<_> = made.nodes.iter().flat_map(|node| node.input.clone()).collect();
        let left = self.weights().iter().filter(|(name, _)| used.contains(name)).cloned().collect();
        let graph = GraphProto { node: made.nodes, initializer: made.constants, ..graph.clone() };
        Ok(self.with_graph(graph, left))
    }
}

/// The input and the weight of a linear layer.
fn layer(node: &NodeProto) -> Option<(&String, &String)> {
    (node.op_type == "Gemm").then(|| Some((node.input.first()?, node.input.get(1)?)))?
}

/// Whether a node is a layer with learnt weights; a convolution is one, too.
fn is_layer(node: &NodeProto) -> bool {
    ["Gemm", "Conv"].contains(&node.op_type.as_str())
}

/// Values that depend on what a layer made of an input.
fn behind_layers(graph: &GraphProto) -> BTreeSet<&String> {
    let mut of_inputs: BTreeSet<_> = graph.input.iter().map(|input| &input.name).collect();
    let mut behind = BTreeSet::new();
    for node in &graph.node {
        let any = |values: &BTreeSet<_>| node.input.iter().any(|x| values.contains(x));
        if any(&of_inputs) {
            of_inputs.extend(&node.output);
            if is_layer(node) || any(&behind) {
                behind.extend(&node.output);
            }
        }
    }
    behind
}

/// Values that another layer makes something of.
fn before_layers(graph: &GraphProto) -> BTreeSet<&String> {
    let mut before = BTreeSet::new();
    for node in graph.node.iter().rev() {
        if is_layer(node) || node.output.iter().any(|y| before.contains(y)) {
            before.extend(&node.input);
        }
    }
    before
}

/// The new graph so far.
struct Made {
    bits: WeightBits,
    nodes: Vec<NodeProto>,
    constants: Vec<TensorProto>,
    /// Weights and values that are there in whole numbers.
    whole: BTreeSet<String>,
}

impl Made {
    const MIDDLE: &str = "int8/middle";
    const ONE: &str = "int8/one";
    const PART: &str = "int8/part";
    const SMALLEST: &str = "int8/smallest";

    fn new(constants: &[TensorProto], bits: WeightBits) -> Self {
        let scalar =
            |name, value: f32| TensorProto::inline(name, &[], proto::FLOAT, value.to_le_bytes().into());
        let own = [
            TensorProto::inline(Self::MIDDLE, &[], proto::UINT8, vec![MIDDLE]),
            scalar(Self::ONE, 1.0),
            scalar(Self::PART, 1.0 / LARGEST_VALUE),
            scalar(Self::SMALLEST, SMALLEST_SCALE),
        ];
        Self {
            bits,
            nodes: Vec::new(),
            constants: constants.iter().cloned().chain(own).collect(),
            whole: BTreeSet::new(),
        }
    }

    /// Adds a weight `[out, in]` as whole numbers `[in, out]`, with the scales `[out]`.
    fn weight(&mut self, name: &str, tensor: &ExternalTensor, folder: &Path) -> Result<(), Error> {
        if !self.whole.insert(name.to_owned()) {
            return Ok(());
        }
        let &[out, width] = tensor.shape.as_slice() else { unreachable!("the weight of a linear layer") };
        let values = read(tensor, folder)?;
        let mut scales = Vec::with_capacity(out * size_of::<f32>());
        let mut whole = vec![0_u8; out * width];
        for (block, rows) in values.chunks(width * BLOCK).enumerate() {
            let of_row = |row: &[f32]| {
                let largest = row.iter().fold(0.0_f32, |so_far, value| so_far.max(value.abs()));
                (largest / self.bits.largest()).max(SMALLEST_SCALE)
            };
            let of_block: Vec<_> = rows.chunks_exact(width).map(of_row).collect();
            scales.extend(of_block.iter().flat_map(|scale| scale.to_le_bytes()));
            for (index, column) in whole.chunks_exact_mut(out).enumerate() {
                let column = &mut column[block * BLOCK..][..of_block.len()];
                for ((number, row), scale) in column.iter_mut().zip(rows.chunks_exact(width)).zip(&of_block) {
                    *number = nearest(row[index] / scale).cast_unsigned();
                }
            }
        }
        self.constants.push(TensorProto::inline(&part(name, "whole"), &[width, out], proto::INT8, whole));
        self.constants.push(TensorProto::inline(&part(name, "scale"), &[out], proto::FLOAT, scales));
        Ok(())
    }

    /// Adds what replaces a linear layer of `x` and `weight`.
    fn layer(&mut self, node: &NodeProto, x: &str, weight: &str) {
        self.values(x);
        let name = &node.name;
        let sums =
            self.node(name, "MatMulInteger", &[&part(x, "whole"), &part(weight, "whole"), Self::MIDDLE]);
        let to_floats = vec![AttributeProto::int("to", proto::FLOAT.into())];
        let sums = self.push(part(name, "Cast"), "Cast", &[&sums], to_floats);
        let by_output = self.node(name, "Mul", &[&sums, &part(weight, "scale")]);
        let by_row = [by_output, part(x, "scale")];
        // The last one has the layer's name, which those behind it know.
        if let Some(bias) = node.input.get(2) {
            let product = self.node(&part(name, "rows"), "Mul", &by_row.each_ref().map(String::as_str));
            self.push(name.clone(), "Add", &[&product, bias], Vec::new());
        } else {
            self.push(name.clone(), "Mul", &by_row.each_ref().map(String::as_str), Vec::new());
        }
    }

    /// Adds values `[row, in]` as whole numbers, with the scales `[row, 1]`.
    fn values(&mut self, x: &str) {
        if !self.whole.insert(x.to_owned()) {
            return;
        }
        // Apart from what replaces the layer that made them, which has the same name.
        let scope = part(x, "values");
        let sizes = self.node(&scope, "Abs", &[x]);
        let of_rows = vec![AttributeProto::ints("axes", vec![1]), AttributeProto::int("keepdims", 1)];
        let largest = self.push(part(&scope, "ReduceMax"), "ReduceMax", &[&sizes], of_rows);
        let scale = self.node(&scope, "Mul", &[&largest, Self::PART]);
        let scale = self.push(part(x, "scale"), "Max", &[&scale, Self::SMALLEST], Vec::new());
        let scaled = self.node(&scope, "Div", &[x, &scale]);
        self.push(part(x, "whole"), "QuantizeLinear", &[&scaled, Self::ONE, Self::MIDDLE], Vec::new());
    }

    /// Appends a node that is named by its operator, and returns the name.
    fn node(&mut self, scope: &str, operation: &str, inputs: &[&str]) -> String {
        self.push(part(scope, operation), operation, inputs, Vec::new())
    }

    /// Appends a node, and returns its name, which is that of its result, too.
    fn push(
        &mut self,
        name: String,
        operation: &str,
        inputs: &[&str],
        attributes: Vec<AttributeProto>,
    ) -> String {
        let inputs = inputs.iter().map(|&input| input.into()).collect();
        self.nodes.push(NodeProto::new(name.clone(), operation, inputs, attributes));
        name
    }
}

/// The nearest whole number; [`f32::round`] is a call where the compiler has to suit all processors.
fn nearest(value: f32) -> i8 {
    (value + 0.5_f32.copysign(value)) as i8
}

fn part(of: &str, name: &str) -> String {
    format!("{of}/int8/{name}")
}

/// The values of a weight.
fn read(tensor: &ExternalTensor, folder: &Path) -> Result<Vec<f32>, Error> {
    let path = folder.join(&tensor.location);
    let mut bytes = vec![0; tensor.length as usize];
    let mut read = || {
        let mut file = File::open(&path)?;
        file.seek(SeekFrom::Start(tensor.offset))?;
        file.read_exact(&mut bytes)
    };
    read().map_err(|source| Error::Read { path: path.clone(), source })?;
    let (values, _) = bytes.as_chunks();
    Ok(values.iter().map(|&value| f32::from_le_bytes(value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Builder;
    use std::fs;

    /// Layers one behind the other: `[4, 4]`, then `[3, 4]` twice side by side, with and without a bias, then `[1, 3]`.
    fn model(folder: &Path) -> Model {
        let values: Vec<f32> = (0..25).map(|i| (i * 7 % 25) as f32 - 12.0).collect();
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        fs::write(folder.join("w.bin"), bytes).unwrap();
        let at = |offset| ExternalTensor { location: "w.bin".into(), offset, length: 48, shape: vec![3, 4] };
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[2, 4]).unwrap();
        let outer = |shape: [usize; 2]| {
            let length = (shape[0] * shape[1] * 4) as u64;
            ExternalTensor { location: "w.bin".into(), offset: 0, length, shape: shape.to_vec() }
        };
        let (first, last) = (outer([4, 4]), outer([1, 3]));
        let first = graph.weight("first", &first).unwrap();
        let x = graph.linear(&x, &first, None).unwrap();
        let (a, b) = (graph.weight("a", &at(4)).unwrap(), graph.weight("b", &at(52)).unwrap());
        let bias = graph.constant("bias", &[3], &[1.0, 2.0, 3.0]).unwrap();
        let first = graph.linear(&x, &a, Some(&bias)).unwrap();
        let second = graph.linear(&x, &b, None).unwrap();
        let y = graph.add(&first, &second).unwrap();
        let last = graph.weight("last", &last).unwrap();
        let y = graph.linear(&y, &last, None).unwrap();
        graph.finish(&[("y", &y)]).unwrap()
    }

    fn constant<'a>(model: &'a Model, name: &str) -> &'a TensorProto {
        model.graph().initializer.iter().find(|tensor| tensor.name == name).unwrap()
    }

    #[test]
    fn weights_are_turned_and_scaled_by_output() {
        let folder = tempfile::tempdir().unwrap();
        for (bits, largest) in [(WeightBits::Seven, 63_i8), (WeightBits::Eight, 127)] {
            let whole = model(folder.path()).in_int8(folder.path(), bits).unwrap();
            let outside: Vec<_> = whole.weights().iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(outside, ["first", "last"]);
            // The first weight's rows are values 1 to 4, 5 to 8 and 9 to 12.
            let row: Vec<f32> = (1..5).map(|i| (i * 7 % 25) as f32 - 12.0).collect();
            let scale = row.iter().fold(0.0_f32, |a, b| a.max(b.abs())) / f32::from(largest);
            let scales = constant(&whole, "a/int8/scale").raw_data.as_ref().unwrap();
            assert_eq!(scales[..4], scale.to_le_bytes());
            let numbers = constant(&whole, "a/int8/whole");
            assert_eq!(numbers.dims, [4, 3]);
            let mut found_largest = 0;
            for (index, value) in row.iter().enumerate() {
                let found = numbers.raw_data.as_ref().unwrap()[index * 3].cast_signed();
                assert!((f32::from(found) * scale - value).abs() <= scale / 2.0, "{found} for {value}");
                found_largest = found.abs().max(found_largest);
            }
            assert_eq!(found_largest, largest);
        }
    }

    #[test]
    fn values_that_two_layers_share_are_rounded_once() {
        let folder = tempfile::tempdir().unwrap();
        let whole = model(folder.path()).in_int8(folder.path(), WeightBits::Seven).unwrap();
        let count = |operation| whole.graph().node.iter().filter(|node| node.op_type == operation).count();
        assert_eq!((count("QuantizeLinear"), count("MatMulInteger"), count("Gemm")), (1, 2, 2));
    }

    #[test]
    fn layers_of_constants_stay() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("w.bin"), [0; 16]).unwrap();
        let mut graph = Builder::new("g");
        let x = graph.constant("x", &[1, 2], &[1.0, 2.0]).unwrap();
        let at = ExternalTensor { location: "w.bin".into(), offset: 0, length: 16, shape: vec![2, 2] };
        let w = graph.weight("w", &at).unwrap();
        let y = graph.linear(&x, &w, None).unwrap();
        let model = graph.finish(&[("y", &y)]).unwrap().in_int8(folder.path(), WeightBits::Seven).unwrap();
        assert_eq!(model.graph().node[0].op_type, "Gemm");
        assert_eq!(model.weights().len(), 1);
    }

    #[test]
    fn a_weight_that_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let model = model(folder.path());
        fs::write(folder.path().join("w.bin"), [0; 60]).unwrap();
        let message = model.in_int8(folder.path(), WeightBits::Seven).unwrap_err().to_string();
        assert!(message.contains("w.bin"), "{message}");
    }
}
