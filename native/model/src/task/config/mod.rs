//! What a fine-tuned model consists of, from what TerraTorch and Lightning keep beside its weights.
//!
//! Lightning saves the arguments of a task as `hyper_parameters` in the `.ckpt`; TerraTorch's users have the
//! same, with the data module's, in the YAML configuration of `terratorch fit`:
//!
//! ```yaml
//! model:
//!   class_path: terratorch.tasks.SemanticSegmentationTask
//!   init_args:
//!     model_factory: EncoderDecoderFactory
//!     model_args: {backbone: terramind_v1_base, backbone_modalities: [S2L2A], …}
//!     class_names: […]
//! data:
//!   class_path: …
//!   init_args: {means: …, stds: …}
//! ```
//!
//! The checkpoint's account of the model wins: it was written with the weights, and a configuration may have
//! been edited since, or be another model's. Where both describe the model, they must describe the same one.
//! What does not touch the weights is the configuration's: names of classes, and the data module's statistics,
//! which Lightning does not save for TerraTorch's data modules.
//!
//! Settings that only matter in training are passed over; any other that is not understood is an error, since
//! TerraTorch's result would depend on it.

mod backbone;
mod fault;
mod fields;
mod parts;
mod statistics;
#[cfg(test)]
mod tests;
mod yaml;

use std::collections::BTreeMap;
use std::fmt::Debug;

use checkpoint::Value;

pub use fault::ConfigFault;

use super::{Backbone, Objective, Task};
use crate::architecture::Size;
use backbone::BackboneSettings;
use fields::Fields;
use parts::Kind;
pub(crate) use parts::check_class_names;
use statistics::Data;

static NO_SETTINGS: Value = Value::Dict(Vec::new());

/// A fine-tuned model as its files describe it; its tensors have not been looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// What it consists of.
    pub task: Task,
    /// The size that the name of its backbone claims.
    pub size: Size,
    /// What its user should know: assumptions that were made.
    pub notes: Vec<String>,
}

/// Describes a model by what stands beside the tensors of its checkpoint ([`checkpoint::Checkpoint::metadata`])
/// and by its configuration, each of which may be of no help.
pub fn describe(
    metadata: &BTreeMap<String, Value>,
    configuration: Option<&str>,
) -> Result<Description, ConfigFault> {
    let configuration = configuration.map(yaml::read).transpose()?;
    let parameters = metadata.get("hyper_parameters").filter(|value| matches!(value, Value::Dict(_)));
    let mut checkpoint = parameters.map(Account::of_checkpoint).transpose()?.flatten();
    let config = match &configuration {
        Some(configuration) => Account::of_configuration(configuration)?,
        None => None,
    };
    // Tasks of older versions do not keep what they are.
    if let (Some(checkpoint), Some(config)) = (&mut checkpoint, &config) {
        checkpoint.kind = checkpoint.kind.or(config.kind);
    }
    let mut names = Vec::new();
    for account in [&config, &checkpoint].into_iter().flatten() {
        if names.is_empty() {
            names.clone_from(&account.names);
        }
    }
    let found = match (&checkpoint, &config) {
        (Some(checkpoint), Some(config)) => {
            let found = checkpoint.model(names)?;
            found.agrees_with(&config.model(config.names.clone())?)?;
            found
        }
        (Some(only), None) | (None, Some(only)) => only.model(names)?,
        (None, None) if configuration.is_none() => return Err(ConfigFault::NoDescription),
        (None, None) => return Err(ConfigFault::NoModel),
    };
    let data = match configuration.as_ref().and_then(|configuration| configuration.get("data")) {
        None | Some(Value::None) => metadata
            .get("datamodule_hyper_parameters")
            .map(|settings| Data::of(None, "datamodule_hyper_parameters", settings))
            .transpose()?,
        Some(data) => of_configuration(data)?,
    };
    found.with_statistics(data.as_ref())
}

/// `data` in a configuration.
fn of_configuration(data: &Value) -> Result<Option<Data<'_>>, ConfigFault> {
    let mut fields = Fields::of("data", data)?;
    let class = fields.read("class_path", fields::text)?;
    match (class, fields.take("init_args")) {
        (_, Some(settings)) => Data::of(class, "data.init_args", settings).map(Some),
        (Some(_), None) => Data::of(class, "data.init_args", &NO_SETTINGS).map(Some),
        (None, None) => Data::of(None, "data", data).map(Some),
    }
}

/// What one of the two files says about the model.
struct Account<'a> {
    kind: Option<Kind>,
    /// The name of `arguments` in messages.
    path: &'static str,
    arguments: &'a Value,
    names: Vec<String>,
    ignore_index: Option<i64>,
}

impl<'a> Account<'a> {
    fn of_checkpoint(parameters: &'a Value) -> Result<Option<Self>, ConfigFault> {
        let mut fields = Fields::of("hyper_parameters", parameters)?;
        // The command line keeps the class, tasks that were made in Python keep the kind.
        let class = fields.read("_class_path", fields::text)?;
        let task = class.or(fields.read("task", fields::text)?);
        Self::of(task, fields, "hyper_parameters.model_args")
    }

    fn of_configuration(configuration: &'a Value) -> Result<Option<Self>, ConfigFault> {
        let Some(model) = configuration.get("model").filter(|model| **model != Value::None) else {
            return Ok(None);
        };
        let mut fields = Fields::of("model", model)?;
        let class = fields.read("class_path", fields::text)?;
        let Some(arguments) = fields.take("init_args") else {
            let setting = "model.init_args".to_owned();
            let wanted = "expected the arguments of the task, as `terratorch fit` was given them".to_owned();
            return Err(ConfigFault::Missing { setting, wanted });
        };
        Self::of(class, Fields::of("model.init_args", arguments)?, "model.init_args.model_args")
    }

    fn of(
        task: Option<&str>,
        mut fields: Fields<'a>,
        path: &'static str,
    ) -> Result<Option<Self>, ConfigFault> {
        let unsupported = |what: &str, found: String, supported: &str| ConfigFault::Unsupported {
            what: what.to_owned(),
            found,
            supported: supported.to_owned(),
        };
        let kind = task.map(Kind::of).transpose()?;
        if let Some(model) = fields.take("model") {
            let supported = "are models that EncoderDecoderFactory builds from model_args";
            return Err(unsupported("the model", fields::show(model), supported));
        }
        let Some(arguments) = fields.take("model_args") else { return Ok(None) };
        match fields.read("model_factory", fields::text)? {
            None | Some("EncoderDecoderFactory" | "terratorch_EncoderDecoderFactory") => {}
            Some(other) => {
                return Err(unsupported("the factory", other.to_owned(), "is EncoderDecoderFactory"));
            }
        }
        let names = fields.read("class_names", fields::texts)?.unwrap_or_default();
        let ignore_index = fields.read("ignore_index", fields::integer)?;
        Ok(Some(Self { kind, path, arguments, names, ignore_index }))
    }

    /// Reads `model_args`.
    fn model(&self, names: Vec<String>) -> Result<Model, ConfigFault> {
        let Some(kind) = self.kind else {
            let setting = "the class of the task (model.class_path in a configuration)".to_owned();
            let wanted = "expected a name such as terratorch.tasks.SemanticSegmentationTask".to_owned();
            return Err(ConfigFault::Missing { setting, wanted });
        };
        let mut fields = Fields::of(self.path, self.arguments)?;
        let backbone = fields.need("backbone", "expected the name of a backbone", fields::text)?;
        // Before anything else: another backbone has other settings.
        let backbone = backbone::read(backbone, prefixed(&mut fields, "backbone_kwargs", "backbone_")?)?;
        let necks = |setting: &str, value| fields::list(setting, value, parts::neck);
        let necks = fields.read("necks", necks)?.unwrap_or_default();
        let decoder = fields.need("decoder", "expected the name of a decoder", fields::text)?;
        let decoder = parts::decoder(decoder, prefixed(&mut fields, "decoder_kwargs", "decoder_")?)?;
        let head = parts::head(kind, prefixed(&mut fields, "head_kwargs", "head_")?)?;
        let objective = parts::objective(kind, &mut fields, names, self.ignore_index)?;
        fields.only("rescale", &[Value::Bool(true)])?;
        fields.only("image_size_out", &[])?;
        fields.only("peft_config", &[])?;
        // Further decoders help training and are not asked for predictions.
        fields.ignore(&["aux_decoders"]);
        fields.finish()?;
        Ok(Model { objective, backbone, necks, decoder, head })
    }
}

/// The settings of a part: a dictionary of their own, or those with a prefix.
fn prefixed<'a>(fields: &mut Fields<'a>, own: &'static str, prefix: &str) -> Result<Fields<'a>, ConfigFault> {
    if let Some(value) = fields.take(own) {
        let own = Fields::of(&fields.name(own), value)?;
        if !own.is_empty() {
            return Ok(own);
        }
    }
    Ok(fields.split(prefix))
}

/// A model without the statistics of its inputs.
struct Model {
    objective: Objective,
    backbone: BackboneSettings,
    necks: Vec<super::Neck>,
    decoder: super::Decoder,
    head: super::Head,
}

impl Model {
    /// Whether another account is of the same model; names of classes may differ.
    fn agrees_with(&self, config: &Self) -> Result<(), ConfigFault> {
        let (ours, theirs) = (&self.backbone, &config.backbone);
        let inputs = |model: &BackboneSettings| -> Vec<_> {
            let input = |input: &backbone::Input| (input.name.clone(), input.bands.clone(), input.channels);
            model.inputs.iter().map(input).collect()
        };
        same("the size of the backbone", &ours.size, &theirs.size)?;
        let imagined = |model: &BackboneSettings| {
            let names: Vec<_> = model.tim.iter().map(|modality| modality.name()).collect();
            if names.is_empty() { String::from("nothing") } else { names.join(", ") }
        };
        same("what the backbone imagines", &imagined(ours), &imagined(theirs))?;
        same("the list of modalities and bands", &inputs(ours), &inputs(theirs))?;
        same("backbone_merge_method", &ours.merge, &theirs.merge)?;
        same("the handling of dates", &ours.temporal, &theirs.temporal)?;
        same("necks", &self.necks, &config.necks)?;
        same("decoder", &self.decoder, &config.decoder)?;
        same("head", &self.head, &config.head)?;
        same("the prediction", &outputs(&self.objective), &outputs(&config.objective))
    }

    fn with_statistics(self, data: Option<&Data<'_>>) -> Result<Description, ConfigFault> {
        let Self { objective, backbone, necks, decoder, head } = self;
        let BackboneSettings { size, inputs, merge, tim, temporal } = backbone;
        let mut notes = Vec::new();
        let modalities = statistics::give(data, inputs, &mut notes)?;
        let backbone = Backbone { modalities, merge, tim, temporal };
        let task = Task { objective, backbone, necks, decoder, head };
        Ok(Description { task, size, notes })
    }
}

/// What an objective demands of the weights.
fn outputs(objective: &Objective) -> (&'static str, usize) {
    match objective {
        Objective::Segmentation { classes, .. } => ("segmentation", *classes),
        Objective::Regression { outputs, .. } => ("regression", *outputs),
        Objective::Classification { classes, .. } => ("classification", *classes),
    }
}

fn same<T: PartialEq + Debug>(what: &'static str, checkpoint: &T, config: &T) -> Result<(), ConfigFault> {
    if checkpoint == config {
        return Ok(());
    }
    let (checkpoint, config) = (format!("{checkpoint:?}"), format!("{config:?}"));
    Err(ConfigFault::Contradiction { what, config, checkpoint })
}
