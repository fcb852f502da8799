//! The tensors that an architecture consists of.

use std::fmt;

use super::{Architecture, Mlp, PATCH_PX, POSITIONS_PER_SIDE, Shapes, Size};
use crate::{Modality, TokenModality};

/// The one token modality that is a sequence.
pub const COORDINATES: &str = "coords";

/// Words that coordinates are made of, in the published sizes.
const COORDINATE_VOCABULARY: usize = 30000;

/// Longest sequence for which positions are stored in the published sizes.
const SEQUENCE_LENGTH: usize = 512;

/// Token modalities under their names in checkpoints, with their vocabulary in the published sizes.
pub fn tokens() -> impl Iterator<Item = (&'static str, usize)> {
    let images = TokenModality::ALL.into_iter();
    images
        .map(|modality| (modality.checkpoint_key(), modality.vocabulary()))
        .chain([(COORDINATES, COORDINATE_VOCABULARY)])
}

/// Enough to see what is wrong with a file.
const PROBLEMS_SHOWN: usize = 10;

/// A tensor that must be there.
#[derive(Debug)]
pub struct Expected {
    /// Its name.
    pub name: String,
    /// Another name for the same values, for weights that two layers share.
    pub alias: Option<String>,
    /// The length of every axis; nothing where a reduced model may have any.
    shape: Vec<Option<usize>>,
}

/// Tensors that are missing or have the wrong shape.
#[derive(Debug, Default)]
pub struct Problems {
    missing: Vec<String>,
    misshapen: Vec<String>,
}

impl Expected {
    /// The same tensor inside a larger model, whose names for it begin with `prefix`.
    pub(crate) fn inside(mut self, prefix: &str) -> Self {
        self.name.insert_str(0, prefix);
        if let Some(alias) = &mut self.alias {
            alias.insert_str(0, prefix);
        }
        self
    }

    /// A tensor of exactly that shape.
    pub fn new(name: String, shape: &[usize]) -> Self {
        Self { name, alias: None, shape: shape.iter().copied().map(Some).collect() }
    }

    /// The name under which it is there, if it is, and the names that are superfluous then.
    pub fn find<'a>(&'a self, tensors: &Shapes) -> Option<(&'a str, Option<&'a str>)> {
        let alias = self.alias.as_deref().filter(|alias| tensors.contains_key(*alias));
        if tensors.contains_key(&self.name) {
            Some((&self.name, alias))
        } else {
            alias.map(|alias| (alias, None))
        }
    }

    fn suits(&self, shape: &[usize]) -> bool {
        let axis_suits = |(&expected, &found): (&Option<usize>, &usize)| {
            expected.map_or(found > 0, |expected| expected == found)
        };
        shape.len() == self.shape.len() && self.shape.iter().zip(shape).all(axis_suits)
    }
}

impl Problems {
    /// Compares what there is with what must be.
    pub(crate) fn find<'a>(expected: impl IntoIterator<Item = &'a Expected>, tensors: &Shapes) -> Self {
        let mut problems = Self::default();
        for expected in expected {
            let Some((name, alias)) = expected.find(tensors) else {
                problems.missing.push(expected.name.clone());
                continue;
            };
            for name in [Some(name), alias].into_iter().flatten() {
                let found = &tensors[name];
                if !expected.suits(found) {
                    let shape: Vec<String> = expected
                        .shape
                        .iter()
                        .map(|length| length.map_or_else(|| "any".into(), |length| length.to_string()))
                        .collect();
                    problems.misshapen.push(format!("{name} is {found:?} instead of [{}]", shape.join(", ")));
                }
            }
        }
        problems
    }

    /// A single problem that is no tensor of its own.
    pub(super) fn missing(what: &str) -> Self {
        Self { missing: vec![what.into()], misshapen: Vec::new() }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.misshapen.is_empty()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.missing.is_empty() {
            write!(f, "it lacks {}", first_of(&self.missing))?;
        }
        if !self.missing.is_empty() && !self.misshapen.is_empty() {
            write!(f, ", and ")?;
        }
        if !self.misshapen.is_empty() {
            write!(f, "{}", first_of(&self.misshapen))?;
        }
        Ok(())
    }
}

/// The first names of a list, and how many more there are.
pub fn first_of(names: &[String]) -> String {
    let shown = names.iter().take(PROBLEMS_SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(PROBLEMS_SHOWN) {
        Some(more @ 1..) => format!("{shown} and {more} more"),
        _ => shown,
    }
}

impl Architecture {
    /// The encoder without the embeddings of modalities.
    pub(crate) fn encoder(&self) -> Vec<Expected> {
        let mut tensors = Vec::new();
        for index in 0..self.depth {
            let block = format!("encoder.{index}");
            self.norm(&mut tensors, &format!("{block}.norm1"));
            self.attention(&mut tensors, &format!("{block}.attn"));
            self.norm(&mut tensors, &format!("{block}.norm2"));
            self.mlp(&mut tensors, &format!("{block}.mlp"));
        }
        self.norm(&mut tensors, "encoder_norm");
        tensors
    }

    /// The decoder without the embeddings of modalities.
    pub(crate) fn decoder(&self, depth: usize) -> Vec<Expected> {
        let mut tensors = vec![Expected::new("mask_token".into(), &[1, 1, self.width])];
        // This one has a bias at every size.
        layer(&mut tensors, "decoder_proj_context", [self.width, self.width], true);
        for index in 0..depth {
            let block = format!("decoder.{index}");
            self.norm(&mut tensors, &format!("{block}.norm1"));
            self.attention(&mut tensors, &format!("{block}.self_attn"));
            self.norm(&mut tensors, &format!("{block}.query_norm"));
            self.norm(&mut tensors, &format!("{block}.context_norm"));
            self.layer(&mut tensors, &format!("{block}.cross_attn.q"), [self.width, self.width]);
            self.layer(&mut tensors, &format!("{block}.cross_attn.kv"), [2 * self.width, self.width]);
            self.layer(&mut tensors, &format!("{block}.cross_attn.proj"), [self.width, self.width]);
            self.norm(&mut tensors, &format!("{block}.norm2"));
            self.mlp(&mut tensors, &format!("{block}.mlp"));
        }
        self.norm(&mut tensors, "decoder_norm");
        tensors
    }

    /// The embedding of a raw modality.
    pub(super) fn raw_embedding(&self, modality: Modality) -> Vec<Expected> {
        self.image_embedding(modality.checkpoint_key(), modality.bands().len())
    }

    /// The embedding of an image of any number of channels under its name in checkpoints.
    pub(crate) fn image_embedding(&self, key: &str, channels: usize) -> Vec<Expected> {
        let tensor =
            |part: &str, shape: &[usize]| Expected::new(format!("{ENCODER_SIDE}.{key}.{part}"), shape);
        vec![
            tensor("mod_emb", &[1, 1, self.width]),
            tensor("pos_emb", &[1, POSITIONS_PER_SIDE.pow(2), self.width]),
            tensor("proj.weight", &[self.width, PATCH_PX * PATCH_PX * channels]),
        ]
    }

    /// The embedding of a token modality; `side` is `encoder_embeddings` or `decoder_embeddings`.
    pub(crate) fn token_embedding(&self, side: &str, (key, vocabulary): (&str, usize)) -> Vec<Expected> {
        let published = self.size != Size::Reduced;
        let positions = match key {
            COORDINATES => published.then_some(SEQUENCE_LENGTH),
            _ => Some(POSITIONS_PER_SIDE.pow(2)),
        };
        let tensor =
            |part: &str, shape| Expected { name: format!("{side}.{key}.{part}"), alias: None, shape };
        let mut table = tensor("token_emb.weight", vec![published.then_some(vocabulary), Some(self.width)]);
        if side == DECODER_SIDE {
            table.alias = Some(format!("{side}.{key}.to_logits.weight"));
        }
        vec![
            tensor("mod_emb", vec![Some(1), Some(1), Some(self.width)]),
            tensor("pos_emb", vec![Some(1), positions, Some(self.width)]),
            table,
        ]
    }

    fn attention(&self, tensors: &mut Vec<Expected>, name: &str) {
        self.layer(tensors, &format!("{name}.qkv"), [3 * self.width, self.width]);
        self.layer(tensors, &format!("{name}.proj"), [self.width, self.width]);
    }

    fn mlp(&self, tensors: &mut Vec<Expected>, name: &str) {
        let (Mlp::Gelu { hidden } | Mlp::SwiGlu { hidden }) = self.mlp;
        self.layer(tensors, &format!("{name}.fc1"), [hidden, self.width]);
        self.layer(tensors, &format!("{name}.fc2"), [self.width, hidden]);
        if matches!(self.mlp, Mlp::SwiGlu { .. }) {
            self.layer(tensors, &format!("{name}.fc3"), [hidden, self.width]);
        }
    }

    fn layer(&self, tensors: &mut Vec<Expected>, name: &str, shape: [usize; 2]) {
        layer(tensors, name, shape, self.biases);
    }

    fn norm(&self, tensors: &mut Vec<Expected>, name: &str) {
        tensors.push(Expected::new(format!("{name}.weight"), &[self.width]));
        tensors.push(Expected::new(format!("{name}.bias"), &[self.width]));
    }
}

/// Names of embeddings on the encoder's and the decoder's side.
pub const ENCODER_SIDE: &str = "encoder_embeddings";
pub const DECODER_SIDE: &str = "decoder_embeddings";

fn layer(tensors: &mut Vec<Expected>, name: &str, shape: [usize; 2], bias: bool) {
    tensors.push(Expected::new(format!("{name}.weight"), &shape));
    if bias {
        tensors.push(Expected::new(format!("{name}.bias"), &shape[..1]));
    }
}
