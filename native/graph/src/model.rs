//! A finished graph: as bytes, or as a file.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use prost::Message;

use crate::proto::{self, ModelProto, StringStringEntryProto, TensorProto};
use crate::{Error, ExternalTensor, Value};

/// Weights begin at multiples of this in a saved model, so that a runtime can map them.
const ALIGNMENT_BYTES: u64 = 4096;

/// A finished ONNX model.
#[derive(Debug, Clone)]
pub struct Model {
    /// Everything but the references to the weights.
    proto: ModelProto,
    weights: Vec<(String, ExternalTensor)>,
    inputs: Vec<Value>,
    outputs: Vec<Value>,
}

impl Model {
    pub(crate) fn new(
        graph: proto::GraphProto,
        weights: Vec<(String, ExternalTensor)>,
        inputs: Vec<Value>,
        outputs: Vec<Value>,
    ) -> Self {
        let proto = ModelProto {
            ir_version: proto::IR_VERSION,
            producer_name: env!("CARGO_PKG_NAME").into(),
            producer_version: env!("CARGO_PKG_VERSION").into(),
            graph: Some(graph),
            opset_import: vec![proto::OperatorSetIdProto {
                domain: String::new(),
                version: proto::OPSET_VERSION,
            }],
            metadata_props: Vec::new(),
        };
        Self { proto, weights, inputs, outputs }
    }

    /// The graph without the references to the weights.
    pub(crate) fn graph(&self) -> &proto::GraphProto {
        self.proto.graph.as_ref().expect("a finished model has a graph")
    }

    /// The weights that lie outside, by their names.
    pub(crate) fn weights(&self) -> &[(String, ExternalTensor)] {
        &self.weights
    }

    /// The same inputs and outputs with another graph between them.
    pub(crate) fn with_graph(
        &self,
        graph: proto::GraphProto,
        weights: Vec<(String, ExternalTensor)>,
    ) -> Self {
        let proto = ModelProto { graph: Some(graph), ..self.proto.clone() };
        Self { proto, weights, inputs: self.inputs.clone(), outputs: self.outputs.clone() }
    }

    /// Adds a piece of information for whoever looks at the model (`metadata_props`).
    #[must_use]
    pub fn with_property(mut self, key: &str, value: &str) -> Self {
        self.proto.metadata_props.push(StringStringEntryProto::new(key, &value));
        self
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.graph().name
    }

    /// The inputs in the order in which they were declared.
    #[must_use]
    pub fn inputs(&self) -> &[Value] {
        &self.inputs
    }

    /// The outputs in the order in which they were named.
    #[must_use]
    pub fn outputs(&self) -> &[Value] {
        &self.outputs
    }

    /// The serialised model; its weights stay where they are, relative to a folder the runtime is told.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.clone().into_bytes()
    }

    /// The same of a model that is not needed any more: without a second copy of what it holds.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        let Self { proto, weights, .. } = self;
        encode(proto, weights.iter().map(|(name, tensor)| reference(name, tensor)))
    }

    /// Saves a standard `.onnx` for other tools, and the weights that it uses in one file beside it.
    ///
    /// `weights_folder` is where the weights' locations are found. The weights are copied because runtimes
    /// refuse external data outside the model's own folder. The `.onnx` appears last, and whole.
    pub fn save(&self, path: &Path, weights_folder: &Path) -> Result<(), Error> {
        let mut data_name = path.file_name().unwrap_or_default().to_os_string();
        data_name.push(".data");
        let data_path = path.with_file_name(&data_name);

        let moved = self.moved_weights(&data_name.to_string_lossy());
        appear(&data_path, |file| self.copy_weights(&moved, weights_folder, file))?;
        let references = self.weights.iter().zip(&moved).map(|((name, _), tensor)| reference(name, tensor));
        let bytes = encode(self.proto.clone(), references);
        appear(path, |file| {
            file.write_all(&bytes).map_err(|source| Error::Save { path: path.into(), source })
        })
    }

    fn moved_weights(&self, location: &str) -> Vec<ExternalTensor> {
        let mut end = 0_u64;
        self.weights
            .iter()
            .map(|(_, tensor)| {
                let offset = end.next_multiple_of(ALIGNMENT_BYTES);
                end = offset + tensor.length;
                ExternalTensor { location: location.into(), offset, ..tensor.clone() }
            })
            .collect()
    }

    fn copy_weights(
        &self,
        moved: &[ExternalTensor],
        weights_folder: &Path,
        target: &mut BufWriter<File>,
    ) -> Result<(), Error> {
        for ((_, from), to) in self.weights.iter().zip(moved) {
            let source_path = weights_folder.join(&from.location);
            let mut copy = || -> io::Result<()> {
                let mut source = File::open(&source_path)?;
                source.seek(SeekFrom::Start(from.offset))?;
                target.seek(SeekFrom::Start(to.offset))?;
                if io::copy(&mut source.take(from.length), target)? < from.length {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                Ok(())
            };
            copy().map_err(|source| Error::Save { path: source_path.clone(), source })?;
        }
        Ok(())
    }
}

fn encode(mut model: ModelProto, weights: impl Iterator<Item = TensorProto>) -> Vec<u8> {
    if let Some(graph) = &mut model.graph {
        graph.initializer.extend(weights);
    }
    model.encode_to_vec()
}

fn reference(name: &str, tensor: &ExternalTensor) -> TensorProto {
    TensorProto {
        dims: tensor.shape.iter().map(|&length| length as i64).collect(),
        data_type: proto::FLOAT,
        name: name.into(),
        raw_data: None,
        external_data: vec![
            StringStringEntryProto::new("location", &tensor.location),
            StringStringEntryProto::new("offset", &tensor.offset),
            StringStringEntryProto::new("length", &tensor.length),
        ],
        data_location: Some(proto::EXTERNAL),
    }
}

/// Writes a file under a provisional name and gives it its own once it is complete.
fn appear(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> Result<(), Error>) -> Result<(), Error> {
    let mut part = path.as_os_str().to_os_string();
    part.push(".part");
    let part = PathBuf::from(part);
    let failed = |source| Error::Save { path: path.into(), source };
    let written = (|| {
        let mut file = BufWriter::new(File::create(&part).map_err(failed)?);
        write(&mut file)?;
        file.flush().map_err(failed)?;
        fs::rename(&part, path).map_err(failed)
    })();
    if written.is_err() {
        // The error that is returned matters more than a remainder that cannot be removed.
        let _ = fs::remove_file(&part);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Builder;

    fn model() -> Model {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[2, 3]).unwrap();
        let at = |offset| ExternalTensor { location: "w.bin".into(), offset, length: 36, shape: vec![3, 3] };
        let a = graph.weight("a", &at(4)).unwrap();
        let b = graph.weight("b", &at(40)).unwrap();
        let y = graph.linear(&x, &a, None).unwrap();
        let y = graph.linear(&y, &b, None).unwrap();
        graph.finish(&[("y", &y)]).unwrap()
    }

    fn weights(bytes: &[u8]) -> Vec<(String, String, u64)> {
        let graph = ModelProto::decode(bytes).unwrap().graph.unwrap();
        graph
            .initializer
            .iter()
            .filter(|tensor| tensor.data_location == Some(proto::EXTERNAL))
            .map(|tensor| {
                let entry = |index: usize| tensor.external_data[index].value.clone();
                (tensor.name.clone(), entry(0), entry(1).parse().unwrap())
            })
            .collect()
    }

    #[test]
    fn bytes_refer_to_the_weights_where_they_are() {
        let model = model();
        let expected = [("a".into(), "w.bin".into(), 4), ("b".into(), "w.bin".into(), 40)];
        assert_eq!(weights(&model.to_bytes()), expected);
        let decoded = ModelProto::decode(&model.to_bytes()[..]).unwrap();
        assert_eq!((decoded.ir_version, decoded.opset_import[0].version), (8, 17));
    }

    #[test]
    fn a_saved_model_brings_its_weights() {
        let folder = tempfile::tempdir().unwrap();
        let source: Vec<u8> = (0..76).collect();
        fs::write(folder.path().join("w.bin"), &source).unwrap();
        let path = folder.path().join("out").join("m.onnx");
        fs::create_dir(path.parent().unwrap()).unwrap();
        model().save(&path, folder.path()).unwrap();

        let data = fs::read(path.with_file_name("m.onnx.data")).unwrap();
        let expected = [("a".into(), "m.onnx.data".into(), 0), ("b".into(), "m.onnx.data".into(), 4096)];
        assert_eq!(weights(&fs::read(&path).unwrap()), expected);
        assert_eq!(data[..36], source[4..40]);
        assert_eq!(data[4096..], source[40..76]);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 2, "nothing provisional is left");
    }

    #[test]
    fn weights_that_are_too_short_leave_nothing() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("w.bin"), [0; 75]).unwrap();
        let path = folder.path().join("m.onnx");
        let error = model().save(&path, folder.path()).unwrap_err();
        assert!(error.to_string().contains("w.bin"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
