//! Checkpoints that TerraTorch's tasks leave: what `fixtures/tasks/make.py` made.
#![allow(clippy::unwrap_used, reason = "helpers of tests, which the setting for tests does not cover")]

use std::path::Path;

use checkpoint::{Checkpoint, Value};

fn fixture(name: &str) -> Checkpoint {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tasks").join(name);
    Checkpoint::open(&path).unwrap_or_else(|error| panic!("{error}"))
}

fn text(text: &str) -> Value {
    Value::Str(text.to_owned())
}

#[test]
fn tensors_are_those_of_the_state_dict_alone() {
    for (name, count) in
        [("floods.ckpt", 177), ("floods_tim.ckpt", 324), ("burn_scars.ckpt", 234), ("crops.ckpt", 210)]
    {
        let checkpoint = fixture(name);
        assert!(checkpoint.tensors().keys().all(|tensor| tensor.starts_with("model.")), "{name}");
        assert_eq!(checkpoint.tensors().len(), count, "{name}");
        assert_eq!(checkpoint.tensors()["model.head.head.2.weight"].shape.len(), 4, "{name}");
        assert!(checkpoint.read_f32("model.head.head.2.bias").unwrap().iter().all(|bias| bias.is_finite()));
    }
}

#[test]
fn the_command_line_saves_the_task_with_its_class() {
    let checkpoint = fixture("floods_tim.ckpt");
    let parameters = &checkpoint.metadata()["hyper_parameters"];
    let task = text("terratorch.tasks.SemanticSegmentationTask");
    assert_eq!(parameters.get("_class_path"), Some(&task));
    assert_eq!(parameters.get("ignore_index"), Some(&Value::Int(-1)));
    assert_eq!(parameters.get("model"), Some(&Value::None));
    assert_eq!(parameters.get("class_names"), Some(&Value::List(vec![text("Dry"), text("Water")])));
    let arguments = parameters.get("model_args").unwrap();
    assert_eq!(arguments.get("head_dropout"), Some(&Value::Float(0.1)));
    assert_eq!(arguments.get("backbone_tim_modalities"), Some(&Value::List(vec![text("LULC")])));
    let Some(Value::List(necks)) = arguments.get("necks") else { panic!() };
    assert_eq!(necks[0].get("indices"), Some(&Value::List([2, 5, 8, 11].map(Value::Int).to_vec())));
}

#[test]
fn a_task_made_in_python_saves_its_kind() {
    let checkpoint = fixture("notebook.ckpt");
    let parameters = &checkpoint.metadata()["hyper_parameters"];
    assert_eq!(parameters.get("_class_path"), None);
    assert_eq!(parameters.get("task"), Some(&text("segmentation")));
    let arguments = parameters.get("model_args").unwrap();
    let Some(Value::List(necks)) = arguments.get("necks") else { panic!() };
    assert_eq!(necks[0].get("indices"), Some(&Value::Tuple(vec![Value::Int(-1)])));
}

#[test]
fn states_of_training_are_described_and_not_built() {
    let checkpoint = fixture("floods.ckpt");
    let metadata = checkpoint.metadata();
    assert_eq!(metadata["global_step"], Value::Int(1));
    assert!(matches!(&metadata["pytorch-lightning_version"], Value::Str(version) if !version.is_empty()));
    let Value::Dict(callbacks) = &metadata["callbacks"] else { panic!() };
    let (_, stopping) =
        callbacks.iter().find(|(name, _)| format!("{name:?}").contains("EarlyStopping")).unwrap();
    assert_eq!(stopping.get("best_score"), Some(&Value::Opaque("torch.Tensor".to_owned())));
    assert_eq!(stopping.get("patience"), Some(&Value::Int(3)));
    assert!(metadata.contains_key("optimizer_states") && !metadata.contains_key("state_dict"));
}
