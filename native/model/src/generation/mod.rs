//! The encoder-decoder: any inputs in, the logits of all tokens of one target out.
//!
//! As in TerraTorch, one pass of the decoder predicts all tokens of a modality. Several modalities are
//! predicted one after the other, each from a graph of its own that also takes the tokens predicted before:
//! add them to the inputs, *after* the others.
//!
//! Coordinates are predicted word by word: a graph gives the logits of all words, each from those before it,
//! and is run once per word ([`COORDINATE_WORDS`]).

mod source;

use graph::{Model, Value};

use crate::architecture::{COORDINATES, DECODER_SIDE, PATCH_PX};
use crate::layers::embed::{self, Embedded};
use crate::layers::transformer::{self, Sight};
use crate::layers::{Layers, axes};
use crate::tile::Tiles;
use crate::{Error, Pack, TokenModality};

pub use source::Source;

/// The name of the output: `[batch, token, vocabulary]`.
pub const LOGITS: &str = "logits";

/// The name of the input that the words of coordinates so far have, `[batch, COORDINATE_WORDS]`, where
/// coordinates are the target. What stands after the words so far does not matter.
///
/// The first is [`FIRST_WORD`]; row `i` of the logits is about word `i + 1`.
pub const WORDS_SO_FAR: &str = "words_so_far";

/// Words of coordinates that TerraTorch predicts at most, the first one counted.
pub const COORDINATE_WORDS: usize = 3;

/// What TerraTorch begins predicted coordinates with: `[S_1]`.
pub const FIRST_WORD: i64 = 5;

/// What TerraTorch ends predicted coordinates at: `[S_2]`.
pub const LAST_WORD: i64 = 6;

/// What is to be predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The tokens of all patches.
    Tokens(TokenModality),
    /// The words of coordinates.
    Coordinates,
}

/// Which prediction to build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PredictionSpec {
    /// What is known, in the order in which the tokens are concatenated.
    pub inputs: Vec<Source>,
    /// What is to be predicted.
    pub target: Target,
    /// The tiles of one run; their sides are multiples of 16.
    pub tiles: Tiles,
}

impl Target {
    /// The name for users: that of the modality, or `coordinates`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tokens(modality) => modality.name(),
            Self::Coordinates => source::COORDINATES_NAME,
        }
    }

    /// The embedding on the decoder's side, under its name in checkpoints.
    fn embedding(self) -> String {
        let key = match self {
            Self::Tokens(modality) => modality.checkpoint_key(),
            Self::Coordinates => COORDINATES,
        };
        format!("{DECODER_SIDE}.{key}")
    }

    /// The table of that embedding, which also gives the logits.
    fn table(self) -> String {
        format!("{}.token_emb.weight", self.embedding())
    }
}

/// What a model can predict, in TerraTorch's order, coordinates last: nothing where it has no decoder.
#[must_use]
pub fn targets(pack: &Pack) -> Vec<Target> {
    if pack.architecture().decoder_depth.is_none() {
        return Vec::new();
    }
    let all = TokenModality::ALL.into_iter().map(Target::Tokens).chain([Target::Coordinates]);
    all.filter(|target| pack.weights().has(&target.table())).collect()
}

impl PredictionSpec {
    fn check(&self, pack: &Pack) -> Result<(), Error> {
        let repeated =
            |index: usize| self.inputs[..index].iter().any(|&other| self.inputs[index].is_like(other));
        if self.inputs.is_empty() || (1..self.inputs.len()).any(repeated) {
            return Err(Error::Sources { inputs: self.inputs.iter().map(|input| input.name()).collect() });
        }
        self.tiles.check(PATCH_PX)?;
        self.inputs.iter().try_for_each(|input| input.check(pack))?;
        let name = || pack.manifest().name.clone();
        if pack.architecture().decoder_depth.is_none() {
            return Err(Error::NoDecoder { pack: name() });
        }
        if !pack.weights().has(&self.target.table()) {
            let tokens = self.target.name().into();
            return Err(Error::TokensMissing { pack: name(), tokens, role: "an output" });
        }
        Ok(())
    }
}

/// Writes the prediction as a graph that refers to the pack's weights, and only to those that it needs.
///
/// Its inputs have the names of [`Source::name`]; its output is [`LOGITS`].
pub fn build(pack: &Pack, spec: &PredictionSpec) -> Result<Model, Error> {
    spec.check(pack)?;
    let mut layers = Layers::new("prediction", pack.weights());
    let patches = spec.tiles.patches(PATCH_PX);
    let mut embedded = Vec::with_capacity(spec.inputs.len());
    for input in &spec.inputs {
        embedded.push(input.embed(&mut layers, spec.tiles, patches)?);
    }
    let logits = predict(&mut layers, &embedded, spec.target, spec.tiles)?;
    let model = layers.graph.finish(&[(LOGITS, &logits)])?;
    Ok(model
        .with_property("model", &pack.manifest().name)
        .with_property("source_sha256", &pack.manifest().source.sha256))
}

/// The logits of a target, `[batch, token, vocabulary]`.
pub(crate) fn predict(
    layers: &mut Layers<'_>,
    inputs: &[Embedded],
    target: Target,
    tiles: Tiles,
) -> Result<Value, Error> {
    let batch = tiles.batch;
    let (mut x, added) = known(layers, inputs)?;
    for index in 0..layers.blocks("encoder") {
        x = transformer::block(layers, &format!("encoder.{index}"), &x, batch)?;
    }
    let x = layers.norm("encoder_norm", &x)?;
    // The decoder is told again where and what the tokens were.
    let context = layers.linear("decoder_proj_context", &x)?;
    let context = add_to_all(layers, &context, &added, batch)?;

    let mut y = wanted(layers, target, tiles)?;
    for index in 0..layers.blocks("decoder") {
        let block = format!("decoder.{index}");
        y = match (index, target) {
            (0, Target::Tokens(_)) => {
                // Before the first look at the context all samples are alike, and are computed once.
                let one = look_around(layers, &block, &y, 1, Sight::Everything)?;
                layers.graph.concat(&vec![&one; batch], 0)?
            }
            (_, Target::Tokens(_)) => look_around(layers, &block, &y, batch, Sight::Everything)?,
            (_, Target::Coordinates) => look_around(layers, &block, &y, batch, Sight::Past)?,
        };
        y = transformer::cross_attention(layers, &block, &y, &context, batch)?;
        y = transformer::feed_forward(layers, &block, &y)?;
    }
    let y = layers.norm("decoder_norm", &y)?;

    let table = layers.weight(&target.table())?;
    let logits = layers.graph.linear(&y, &table, None)?;
    let [rows, vocabulary] = axes(&logits);
    Ok(layers.graph.reshape(&logits, &[batch, rows / batch, vocabulary])?)
}

/// What the encoder begins with, as rows, and what was added to every sample's tokens: `[1, token, feature]`.
fn known(layers: &mut Layers<'_>, inputs: &[Embedded]) -> Result<(Value, Value), Error> {
    let tokens: Vec<&Value> = inputs.iter().map(|input| &input.tokens).collect();
    let tokens = layers.graph.concat(&tokens, 1)?;
    let added: Vec<f32> = inputs.iter().flat_map(|input| input.added.iter().copied()).collect();
    let [batch, count, width] = axes(&tokens);
    let added = layers.graph.constant("position_and_modality", &[1, count, width], &added)?;
    let rows = layers.graph.reshape(&tokens, &[batch * count, width])?;
    Ok((add_to_all(layers, &rows, &added, batch)?, added))
}

/// What the decoder begins with, as rows: of one sample for tokens, of all samples for coordinates.
fn wanted(layers: &mut Layers<'_>, target: Target, tiles: Tiles) -> Result<Value, Error> {
    let embedding = target.embedding();
    match target {
        Target::Tokens(_) => {
            let mask = layers.read("mask_token")?;
            let mut rows = embed::of_patches(layers, &embedding, tiles.patches(PATCH_PX))?;
            for row in rows.chunks_exact_mut(mask.len()) {
                row.iter_mut().zip(&mask).for_each(|(value, mask)| *value += mask);
            }
            Ok(layers.graph.constant("masked", &[rows.len() / mask.len(), mask.len()], &rows)?)
        }
        Target::Coordinates => {
            let batch = tiles.batch;
            let words = layers.graph.integer_input(WORDS_SO_FAR, &[batch, COORDINATE_WORDS])?;
            let tokens = embed::ids(layers, &embedding, &words)?;
            let [_, count, width] = axes(&tokens);
            let added = embed::of_sequence(layers, &embedding, count)?;
            let added = layers.graph.constant("position", &[1, count, width], &added)?;
            let rows = layers.graph.reshape(&tokens, &[batch * count, width])?;
            add_to_all(layers, &rows, &added, batch)
        }
    }
}

/// Adds the same to all samples' rows.
fn add_to_all(layers: &mut Layers<'_>, rows: &Value, added: &Value, batch: usize) -> Result<Value, Error> {
    let [count, width] = axes(rows);
    let samples = layers.graph.reshape(rows, &[batch, count / batch, width])?;
    let samples = layers.graph.add(&samples, added)?;
    Ok(layers.graph.reshape(&samples, &[count, width])?)
}

/// The self-attention of a block of the decoder.
fn look_around(
    layers: &mut Layers<'_>,
    block: &str,
    y: &Value,
    batch: usize,
    sight: Sight,
) -> Result<Value, Error> {
    transformer::self_attention(layers, [block, "norm1", "self_attn"], y, batch, sight)
}
