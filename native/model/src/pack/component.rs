//! What packs can be made of.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Kind;
use crate::architecture::{self, Shapes};
use crate::task::config::Description;
use crate::task::{self, FineTuned};
use crate::{Architecture, Error, HasChannels, Modality, TokenModality, Tokenizer, tokenizer};

/// The dimensions of something that packs are made of.
pub trait Component: Clone + fmt::Debug + PartialEq + Serialize + DeserializeOwned {
    /// What its inputs are.
    type Modality: HasChannels + fmt::Debug + fmt::Display + PartialEq + Serialize + DeserializeOwned;

    /// What a manifest calls it.
    const KIND: Kind;

    /// What tensors are that were once recognised as `self`.
    fn recognise_again(&self, tensors: &Shapes) -> Result<Self, Error>;

    /// The modalities that it takes as images standardised as in pre-training.
    fn modalities(&self) -> Vec<Self::Modality>;
}

impl Component for Architecture {
    type Modality = Modality;

    const KIND: Kind = Kind::TerraMind;

    fn recognise_again(&self, tensors: &Shapes) -> Result<Self, Error> {
        Ok(architecture::recognise(tensors)?.architecture)
    }

    fn modalities(&self) -> Vec<Modality> {
        self.modalities.clone()
    }
}

impl Component for Tokenizer {
    type Modality = TokenModality;

    const KIND: Kind = Kind::Tokenizer;

    fn recognise_again(&self, tensors: &Shapes) -> Result<Self, Error> {
        Ok(tokenizer::recognise(tensors, self.modality)?.architecture)
    }

    fn modalities(&self) -> Vec<TokenModality> {
        vec![self.modality]
    }
}

impl Component for FineTuned {
    type Modality = Modality;

    const KIND: Kind = Kind::FineTuned;

    fn recognise_again(&self, tensors: &Shapes) -> Result<Self, Error> {
        let description =
            Description { task: self.task.clone(), size: self.backbone.size, notes: self.notes.clone() };
        Ok(task::recognise(description, tensors)?.architecture)
    }

    /// None: its task says how each of its inputs is standardised.
    fn modalities(&self) -> Vec<Modality> {
        Vec::new()
    }
}
