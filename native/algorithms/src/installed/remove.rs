//! Remove model: a model or tokenizer goes from the folder of models.

use crate::description::{Algorithm, Kind, Output, OutputKind, Parameter};
use crate::host::Context;
use crate::models::{self, MODEL};
use crate::result::Outcome;
use crate::values::Values;
use crate::{Error, folders};
use model::pack::{self, Kind as PackKind};
use serde_json::Map;

pub(crate) fn describe() -> Algorithm {
    Algorithm {
        id: "removemodel",
        name: "Remove model",
        group: "Models",
        group_id: "models",
        summary: "Deletes an installed model or tokenizer.",
        help: "The pack is deleted at once and for good, with the tokenizers that only this model uses. The checkpoint \
               that it was imported from is left alone, wherever it is, and can be imported again. Files of others in \
               the pack's folder stay.\n\n\
               Only what is in the folder of models can be removed; a model pack that lies elsewhere is a folder like \
               any other.",
        tags: vec!["delete", "uninstall", "models", "tokenizers", "disk space"],
        parameters: vec![Parameter::new(
            MODEL,
            "Model or tokenizer",
            "By its name. Installed models lists what there is.",
            Kind::String {
                default: None,
                suggestions: models::installed(&[
                    PackKind::TerraMind,
                    PackKind::FineTuned,
                    PackKind::Tokenizer,
                ]),
            },
        )],
        outputs: vec![Output { name: MODEL, label: "What was removed", kind: OutputKind::String }],
    }
}

pub(crate) fn run(values: &Values, context: &Context) -> Result<Outcome, Error> {
    let name = values.text(MODEL).unwrap_or_default();
    let folder = folders::models().ok_or(Error::NoHome)?;
    // Found among what there is, never by putting paths together: a name such as ../.. is none of them.
    let packs = models::packs(&folder);
    let Some(found) = packs.iter().find(|pack| pack.file_name().is_some_and(|n| n == name)) else {
        let known = [PackKind::TerraMind, PackKind::FineTuned, PackKind::Tokenizer];
        return Err(Error::UnknownModel { name: name.to_owned(), known: models::known(&known) });
    };
    if pack::remove(found)? {
        context.host.info(&format!("Removed {}", found.display()));
    } else {
        context.host.warning(&format!(
            "Removed the model, but not its folder, which holds other files: {}",
            found.display()
        ));
    }
    let mut outputs = Map::new();
    outputs.insert(String::from(MODEL), name.into());
    Ok(Outcome { outputs, layers: vec![] })
}
