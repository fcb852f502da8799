//! Runs a graph by ONNX Runtime: from `TERRAMIND_ONNXRUNTIME` or where `./test.sh` puts it.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use graph::Model;
use ort::environment::Environment;
use ort::session::{Session, SessionInputValue};
use ort::value::Tensor;

static ENVIRONMENT: LazyLock<Environment> =
    LazyLock::new(|| ort::init_from(library()).unwrap().build().unwrap());

/// The values of an input.
pub enum Values {
    /// Of a float input.
    Floats(Vec<f32>),
    /// Of an input of whole numbers.
    Integers(Vec<i64>),
}

/// A graph that ONNX Runtime holds ready.
pub struct Runnable {
    session: Session,
    shapes: Vec<(String, Vec<usize>)>,
}

impl Runnable {
    /// Loads a graph whose weights lie in `weights_folder`.
    pub fn new(model: &Model, weights_folder: &Path) -> Self {
        let builder = Session::builder(&ENVIRONMENT).unwrap().with_intra_threads(2).unwrap();
        let folder = weights_folder.to_string_lossy();
        let mut builder = builder
            .with_config_entry("session.model_external_initializers_file_folder_path", folder)
            .unwrap();
        let session = builder.commit_from_memory(&model.to_bytes()).unwrap();
        let shapes =
            model.inputs().iter().map(|input| (input.name().to_string(), input.shape().to_vec())).collect();
        Self { session, shapes }
    }

    /// The output for inputs in the order of the graph's.
    pub fn floats(&mut self, inputs: Vec<Values>) -> Vec<f32> {
        let inputs = self.named(inputs);
        let outputs = self.session.run(inputs).unwrap();
        outputs[0].try_extract_tensor::<f32>().unwrap().1.to_vec()
    }

    /// The output, which is of whole numbers, for inputs in the order of the graph's.
    pub fn integers(&mut self, inputs: Vec<Values>) -> Vec<i64> {
        let inputs = self.named(inputs);
        let outputs = self.session.run(inputs).unwrap();
        outputs[0].try_extract_tensor::<i64>().unwrap().1.to_vec()
    }

    fn named(&self, inputs: Vec<Values>) -> Vec<(Cow<'static, str>, SessionInputValue<'static>)> {
        assert_eq!(inputs.len(), self.shapes.len());
        let value = |shape: &Vec<usize>, values| match values {
            Values::Floats(values) => Tensor::from_array((shape.clone(), values)).unwrap().into(),
            Values::Integers(values) => Tensor::from_array((shape.clone(), values)).unwrap().into(),
        };
        self.shapes
            .iter()
            .zip(inputs)
            .map(|((name, shape), values)| (Cow::Owned(name.clone()), value(shape, values)))
            .collect()
    }
}

fn library() -> PathBuf {
    let place = std::env::var_os("TERRAMIND_ONNXRUNTIME").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/onnxruntime"),
        PathBuf::from,
    );
    if place.is_file() {
        return place;
    }
    let is_library = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("libonnxruntime.so"))
    };
    let mut entries = std::fs::read_dir(&place).expect("./test.sh installs ONNX Runtime").flatten();
    entries.find_map(|entry| Some(entry.path()).filter(is_library)).expect("the folder has the library")
}
