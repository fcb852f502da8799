//! From layers and token ids to the token ids of another modality, tile by tile.

use super::{PatchMap, TileIds};
use crate::inputs::{LayerModality, TileInput};
use crate::scene::Scene;
use crate::{Error, stages};
use model::generation::Source;
use model::sampling::{self, Sampler, Sampling};
use model::{Modality, TokenModality};
use runtime::{Cancel, Session, Tensor};
use std::sync::Arc;

/// Token ids that a prediction takes beside the images.
#[derive(Clone)]
pub(crate) struct Known {
    /// What they are of.
    pub source: Source,
    /// The ids, one for each member of an ensemble, or one for all.
    pub members: Vec<Arc<TileIds>>,
}

/// What was predicted.
pub(crate) struct Predicted {
    /// The ids, one for each member.
    pub members: Vec<Arc<TileIds>>,
    /// Entropy of every patch of every tile in bits, the mean over what members were drawn from.
    pub entropy: Vec<Option<Vec<f32>>>,
}

/// How ids are drawn.
#[derive(Clone, Copy)]
pub(crate) struct Draws<'a> {
    /// Temperature, top-k and top-p.
    pub sampling: Sampling,
    /// The seeds of the members.
    pub seeds: &'a [u64],
}

/// A tile on its way: images, and the known ids of each member.
struct Question {
    input: TileInput,
    known: Vec<Vec<Tensor>>,
}

/// What a prediction is made from.
#[derive(Clone, Copy)]
pub(crate) struct Evidence<'a> {
    /// The layers that the model takes as they are.
    pub images: &'a [Modality],
    /// Token ids beside them.
    pub known: &'a [Known],
}

/// Predicts the tokens of `modality` in all tiles; `valid` learns which patches have data.
pub(crate) fn run(
    scene: &Scene,
    evidence: Evidence<'_>,
    modality: TokenModality,
    draws: Draws<'_>,
    session: Session,
    valid: &mut PatchMap<bool>,
    cancel: &Cancel,
    mut done: impl FnMut(),
) -> Result<Predicted, Error> {
    let tiles = scene.tiles.len();
    let mut members = vec![TileIds::new(tiles); draws.seeds.len()];
    let mut entropy = vec![None; tiles];
    let samplers: Vec<_> =
        draws.seeds.iter().map(|&seed| Sampler::new(draws.sampling, seed, modality)).collect();
    let answer = |session: &mut Session, inputs: &[(&str, Tensor)], cancel: &Cancel| {
        Ok(session.run(inputs, cancel)?.into_floats()?)
    };
    let write = |tile: usize, answered: Answered<Vec<f32>>| {
        let place = scene.tiles[tile];
        valid.add(&scene.lattice, place, &answered.valid);
        let logits = answered.answers;
        if !logits.is_empty() {
            let vocabulary = logits[0].len() / (place.size * place.size);
            for (member, sampler) in samplers.iter().enumerate() {
                // Members that know the same were asked once.
                let logits = logits.get(member).unwrap_or(&logits[0]);
                let ids = sampler.tokens(logits, vocabulary, scene.first_patch(place), place.size)?;
                members[member].set(tile, ids.into_iter().map(|id| id as u16).collect());
            }
            entropy[tile] = Some(mean_entropy(&logits, vocabulary, modality)?);
        }
        done();
        Ok(())
    };
    ask(scene, evidence, session, cancel, answer, write)?;
    Ok(Predicted { members: members.into_iter().map(Arc::new).collect(), entropy })
}

/// What became of a tile.
struct Answered<A> {
    /// Which of its patches have data.
    valid: Vec<bool>,
    /// One for each member that knows something else, none for a tile without data.
    answers: Vec<A>,
}

/// Sends the tiles through `answer`; `write` hears the number of the tile and the answers.
fn ask<A: Send + 'static>(
    scene: &Scene,
    evidence: Evidence<'_>,
    mut session: Session,
    cancel: &Cancel,
    mut answer: impl FnMut(&mut Session, &[(&str, Tensor)], &Cancel) -> Result<A, Error> + Send + 'static,
    mut write: impl FnMut(usize, Answered<A>) -> Result<(), Error>,
) -> Result<(), Error> {
    let Evidence { images, known } = evidence;
    let runs = known.iter().map(|k| k.members.len()).max().unwrap_or(1);
    let read = {
        let (reader, images, known) = (scene.reader(), images.to_vec(), known.to_vec());
        move |&tile: &usize| -> Result<Question, Error> {
            let wanted = |layer| matches!(layer, LayerModality::Image(image) if images.contains(&image));
            let input = reader.read(tile, wanted)?;
            let of_run = |run: usize| -> Option<Vec<Tensor>> {
                known
                    .iter()
                    .map(|k| k.members.get(run).unwrap_or(&k.members[0]).get(tile).map(tensor))
                    .collect()
            };
            let known = if input.holds_data() { (0..runs).filter_map(of_run).collect() } else { vec![] };
            Ok(Question { input, known })
        }
    };
    let infer = {
        let cancel = cancel.clone();
        let names: Vec<_> = known.iter().map(|k| k.source.name()).collect();
        move |question: Question| -> Result<Answered<A>, Error> {
            let TileInput { tensors, valid } = question.input;
            let mut inputs: Vec<(&str, Tensor)> = tensors;
            let images = inputs.len();
            let mut answers = Vec::with_capacity(question.known.len());
            for ids in question.known {
                inputs.truncate(images);
                inputs.extend(names.iter().map(String::as_str).zip(ids));
                answers.push(answer(&mut session, &inputs, &cancel)?);
            }
            Ok(Answered { valid, answers })
        }
    };
    let write = |&tile: &usize, answered| write(tile, answered);
    stages::run((0..scene.tiles.len()).collect(), read, infer, write, cancel)
}

fn tensor(ids: &[u16]) -> Tensor {
    Tensor::integers(&[1, ids.len()], ids.iter().map(|&id| i64::from(id)).collect())
}

fn mean_entropy(logits: &[Vec<f32>], vocabulary: usize, modality: TokenModality) -> Result<Vec<f32>, Error> {
    let mut sums = sampling::entropy(&logits[0], vocabulary, modality)?;
    for other in &logits[1..] {
        for (sum, value) in sums.iter_mut().zip(sampling::entropy(other, vocabulary, modality)?) {
            *sum += value;
        }
    }
    for sum in &mut sums {
        *sum /= logits.len() as f32;
    }
    Ok(sums)
}
