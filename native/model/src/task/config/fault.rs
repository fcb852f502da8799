//! What can be wrong with the description of a fine-tuned model.

/// Why a fine-tuned model cannot be described.
#[derive(Debug, thiserror::Error)]
pub enum ConfigFault {
    /// Neither file says what the model is.
    #[error(
        "the checkpoint does not say what model it is of (its hyper-parameters have no model_args): give the YAML \
         configuration that it was trained with, too (CONFIG)"
    )]
    NoDescription,
    /// The configuration says nothing about the model, and the checkpoint does not either.
    #[error(
        "neither the checkpoint nor the configuration says what the model consists of: expected \"model\" with \
         \"init_args\" and \"model_args\", as in the configuration that `terratorch fit` was given"
    )]
    NoModel,
    /// The configuration is no YAML, or something else than settings.
    #[error("the configuration cannot be read as YAML ({reason})")]
    NotYaml {
        /// What the YAML parser says.
        reason: String,
    },
    /// Something that TerraTorch knows and that cannot be run here.
    #[error("{what} {found} is not supported; supported {supported}")]
    Unsupported {
        /// The kind of part: `the backbone`.
        what: String,
        /// The part that was asked for.
        found: String,
        /// What can be had instead, with its verb: `are UNetDecoder, …`.
        supported: String,
    },
    /// A setting that is needed is absent.
    #[error("{setting} is missing: {wanted}")]
    Missing {
        /// The setting.
        setting: String,
        /// What it should say.
        wanted: String,
    },
    /// A setting has a value that makes no sense.
    #[error("{setting} is {found}, expected {wanted}")]
    Value {
        /// The setting.
        setting: String,
        /// Its value.
        found: String,
        /// What it should be.
        wanted: String,
    },
    /// Settings that nothing here knows.
    #[error("{settings} cannot be taken into account: nothing is known of it; known there {known}")]
    Unknown {
        /// The settings.
        settings: String,
        /// What is known at that place, with its verb.
        known: String,
    },
    /// Class names that do not fit the classes.
    #[error("class_names has {names} names, but the model has {classes} classes")]
    ClassNames {
        /// The number of names.
        names: usize,
        /// The number of classes.
        classes: usize,
    },
    /// A class without a name, or two with one.
    #[error("the classes' names must differ and not be empty, but {found}")]
    SameClassNames {
        /// What was found.
        found: String,
    },
    /// The two files describe different models.
    #[error(
        "the configuration is not that of the checkpoint: {what} is {config} in the configuration and \
         {checkpoint} in the checkpoint"
    )]
    Contradiction {
        /// The setting.
        what: &'static str,
        /// As the configuration has it.
        config: String,
        /// As the checkpoint has it.
        checkpoint: String,
    },
}
