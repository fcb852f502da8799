//! From layers and token ids to the token ids of another modality, or to coordinates, tile by tile.

use super::{PatchMap, TileIds};
use crate::inputs::{LayerModality, TileInput};
use crate::means::Course;
use crate::scene::Scene;
use crate::stages::Engine;
use crate::{Error, stages};
use model::TokenModality;
use model::coordinates::{Draft, Drawer};
use model::generation::{COORDINATE_WORDS, Source, WORDS_SO_FAR};
use model::sampling::{self, Sampler, Sampling};
use runtime::{Cancel, Session, Tensor};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Token ids, or words of coordinates, that a prediction takes beside the images.
#[derive(Clone)]
pub(crate) struct Known {
    /// What they are of. Of coordinates there may be another number of words in each tile, even none.
    pub source: Source,
    /// The ids, one for each member of an ensemble, or one for all.
    pub members: Vec<Arc<TileIds>>,
}

/// What a prediction is made from.
#[derive(Clone, Copy)]
pub(crate) struct Evidence<'a> {
    /// The layers that the model takes as they are.
    pub images: &'a [LayerModality],
    /// Token ids beside them.
    pub known: &'a [Known],
}

/// What is asked of a model.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    /// Where.
    pub scene: &'a Scene,
    /// What from.
    pub evidence: Evidence<'a>,
    /// How the answers are drawn.
    pub draws: Draws<'a>,
    /// What ends it, and what keeps it.
    pub course: Course<'a>,
}

/// How ids are drawn.
#[derive(Clone, Copy)]
pub(crate) struct Draws<'a> {
    /// Temperature, top-k and top-p.
    pub sampling: Sampling,
    /// The seeds of the members.
    pub seeds: &'a [u64],
}

/// What was predicted of a modality.
pub(crate) struct Predicted {
    /// The ids, one for each member.
    pub members: Vec<Arc<TileIds>>,
    /// Entropy of every patch of every tile in bits, the mean over what members were drawn from.
    pub entropy: Vec<Option<Vec<f32>>>,
}

/// What was drawn of a modality in one run of the graph.
#[derive(Serialize, Deserialize)]
struct Drawn {
    /// The ids of the run's member, or of all members where they know the same.
    members: Vec<Vec<u16>>,
    /// Entropy of every patch in bits.
    entropy: Vec<f32>,
}

/// The graph for a number of words of coordinates: loaded when it is needed, one at a time.
pub(crate) type Open<'a> = &'a mut dyn FnMut(usize) -> Result<Session, Error>;

/// One run of the graph: a tile, and the member whose ids it is told.
#[derive(Clone, Copy)]
struct Job {
    tile: usize,
    member: usize,
}

impl Known {
    /// What a member is told in a tile.
    fn ids(&self, Job { tile, member }: Job) -> Option<&[u16]> {
        self.members.get(member).unwrap_or(&self.members[0]).get(tile)
    }
}

impl Evidence<'_> {
    /// How many members know different things: all of the ensemble's, or one that stands for all.
    pub fn members(&self) -> usize {
        self.known.iter().map(|known| known.members.len()).max().unwrap_or(1)
    }

    /// The jobs by the number of words that they are told: usually all are told as many.
    fn jobs(&self, tiles: usize, members: usize) -> BTreeMap<usize, Vec<Job>> {
        let coordinates = self.known.iter().find(|known| matches!(known.source, Source::Coordinates { .. }));
        let mut jobs: BTreeMap<usize, Vec<Job>> = BTreeMap::new();
        let mut without = Vec::new();
        for tile in 0..tiles {
            for member in 0..members {
                let job = Job { tile, member };
                match coordinates.map(|known| known.ids(job)) {
                    None => jobs.entry(0).or_default().push(job),
                    Some(Some(words)) => jobs.entry(words.len()).or_default().push(job),
                    Some(None) => without.push(job),
                }
            }
        }
        // Tiles without data are only looked at, by whichever graph.
        match jobs.values_mut().next() {
            Some(first) => first.extend(without),
            None => jobs.extend([(0, without)]),
        }
        jobs
    }
}

/// Predicts the tokens of `modality` in all tiles; `valid` learns which patches have data, `done` that a run is.
pub(crate) fn tokens(
    question: Question<'_>,
    modality: TokenModality,
    open: Open<'_>,
    valid: &mut PatchMap<bool>,
    mut done: impl FnMut(),
) -> Result<Predicted, Error> {
    let Question { scene, evidence, draws, .. } = question;
    let tiles = scene.tiles.len();
    let (runs, dates) = (evidence.members(), scene.inputs().dates());
    let mut members = vec![TileIds::new(tiles); draws.seeds.len()];
    let mut entropy: Vec<Option<Vec<f32>>> = vec![None; tiles];
    let samplers: Vec<_> =
        draws.seeds.iter().map(|&seed| Sampler::new(draws.sampling, seed, modality)).collect();
    let answer = |session: &Session, inputs: &mut Vec<(String, Tensor)>, _: Job, cancel: &Cancel| {
        Ok(session.run(inputs, cancel)?.into_floats()?)
    };
    // Members that know the same were asked once.
    let of_run = |job: Job| if runs == 1 { 0..samplers.len() } else { job.member..job.member + 1 };
    let draw = |job: Job, logits: Vec<f32>| {
        let place = scene.tiles[job.tile];
        let vocabulary = logits.len() / (dates * place.size * place.size);
        // Later dates draw as if they lay below the tile: with numbers of their own, which overlapping tiles share.
        let draw = |sampler: &Sampler| -> Result<Vec<u16>, Error> {
            let ids = sampler.tokens(&logits, vocabulary, scene.first_patch(place), place.size)?;
            Ok(ids.into_iter().map(|id| id as u16).collect())
        };
        Ok(Drawn {
            members: samplers[of_run(job)].iter().map(draw).collect::<Result<_, _>>()?,
            entropy: sampling::entropy(&logits, vocabulary, modality)?,
        })
    };
    let write = |job: Job, has_data: &[bool], drawn: Option<Drawn>| {
        valid.add(&scene.lattice, scene.tiles[job.tile], has_data);
        if let Some(drawn) = drawn {
            for (member, ids) in of_run(job).zip(drawn.members) {
                members[member].set(job.tile, ids);
            }
            let sums = entropy[job.tile].get_or_insert_with(|| vec![0.0; drawn.entropy.len()]);
            for (sum, value) in sums.iter_mut().zip(drawn.entropy) {
                *sum += value / runs as f32;
            }
        }
        done();
        Ok(())
    };
    ask(question, runs, open, answer, draw, write)?;
    Ok(Predicted { members: members.into_iter().map(Arc::new).collect(), entropy })
}

/// Predicts coordinates in all tiles: a draft for each member and tile, none where a tile has no data.
pub(crate) fn coordinates(
    question: Question<'_>,
    open: Open<'_>,
    valid: &mut PatchMap<bool>,
    mut done: impl FnMut(),
) -> Result<Vec<Vec<Option<Draft>>>, Error> {
    let Question { scene, draws, .. } = question;
    let mut drafts = vec![vec![None; scene.tiles.len()]; draws.seeds.len()];
    let drawers: Vec<_> = draws.seeds.iter().map(|&seed| Drawer::new(draws.sampling, seed)).collect();
    let firsts: Vec<_> = scene.tiles.iter().map(|&tile| scene.first_patch(tile)).collect();
    let answer = move |session: &Session, inputs: &mut Vec<(String, Tensor)>, job: Job, cancel: &Cancel| {
        let (mut draft, others) = (Draft::default(), inputs.len());
        while !draft.is_finished() {
            inputs.truncate(others);
            inputs.push((WORDS_SO_FAR.to_owned(), Tensor::integers(&[1, COORDINATE_WORDS], draft.so_far())));
            let logits = session.run(inputs, cancel)?.into_floats()?;
            draft.draw(&logits, &drawers[job.member], firsts[job.tile])?;
        }
        Ok(draft)
    };
    let write = |job: Job, has_data: &[bool], draft: Option<Draft>| {
        valid.add(&scene.lattice, scene.tiles[job.tile], has_data);
        drafts[job.member][job.tile] = draft;
        done();
        Ok(())
    };
    // Words depend on those before them, so every member is asked for itself.
    ask(question, draws.seeds.len(), open, answer, |_, draft| Ok(draft), write)?;
    Ok(drafts)
}

/// Sends all tiles of so many members through `answer` and `reduce`. `write` hears of each job, which of the tile's patches
/// have data, and what the answer was reduced to: nothing where no patch has.
fn ask<A: Send + 'static, K: Serialize + DeserializeOwned>(
    question: Question<'_>,
    members: usize,
    open: Open<'_>,
    answer: impl Fn(&Session, &mut Vec<(String, Tensor)>, Job, &Cancel) -> Result<A, Error>
    + Clone
    + Send
    + Sync
    + 'static,
    mut reduce: impl FnMut(Job, A) -> Result<K, Error>,
    mut write: impl FnMut(Job, &[bool], Option<K>) -> Result<(), Error>,
) -> Result<(), Error> {
    for (words, jobs) in question.evidence.jobs(question.scene.tiles.len(), members) {
        let session = open(words)?;
        ask_with(question, jobs, session, answer.clone(), &mut reduce, &mut write)?;
    }
    Ok(())
}

fn ask_with<A: Send + 'static, K: Serialize + DeserializeOwned>(
    question: Question<'_>,
    jobs: Vec<Job>,
    session: Session,
    answer: impl Fn(&Session, &mut Vec<(String, Tensor)>, Job, &Cancel) -> Result<A, Error>
    + Send
    + Sync
    + 'static,
    mut reduce: impl FnMut(Job, A) -> Result<K, Error>,
    mut write: impl FnMut(Job, &[bool], Option<K>) -> Result<(), Error>,
) -> Result<(), Error> {
    let Question { scene, evidence, course, .. } = question;
    let dates = scene.inputs().dates();
    let names: Vec<_> = evidence.known.iter().map(|known| known.source.name()).collect();
    let read = {
        let (reader, images, known) = (scene.reader(), evidence.images.to_vec(), evidence.known.to_vec());
        move |&job: &Job| -> Result<(Job, TileInput, Vec<Vec<u16>>), Error> {
            let wanted = |layer| images.contains(&layer);
            let input = reader.read(job.tile, wanted)?;
            let ids = known.iter().map(|k| k.ids(job).unwrap_or_default().to_vec()).collect();
            Ok((job, input, ids))
        }
    };
    let engine = Engine::of(&session);
    let infer = {
        let cancel = course.cancel.clone();
        move |(job, input, ids): (Job, TileInput, Vec<Vec<u16>>)| -> Result<(Vec<bool>, Option<A>), Error> {
            if !input.holds_data() {
                return Ok((input.valid, None));
            }
            let mut inputs: Vec<(String, Tensor)> = input.tensors;
            // No words at all: the graph has no such input.
            let told = names.iter().zip(ids).filter(|(_, ids)| !ids.is_empty());
            inputs.extend(told.map(|(name, ids)| (name.clone(), tensor(&ids, dates))));
            Ok((input.valid, Some(answer(&session, &mut inputs, job, &cancel)?)))
        }
    };
    let reduce = |&job: &Job, (valid, answer): (Vec<bool>, Option<A>)| {
        Ok((valid, answer.map(|answer| reduce(job, answer)).transpose()?))
    };
    let write = |&job: &Job, (valid, kept): (Vec<bool>, Option<K>)| write(job, &valid, kept);
    stages::run(jobs, read, infer, engine, reduce, write, course)
}

/// Ids of so many dates, one after the other, as a graph takes them: `[date, patch]`.
pub(crate) fn tensor(ids: &[u16], dates: usize) -> Tensor {
    Tensor::integers(&[dates, ids.len() / dates], ids.iter().map(|&id| i64::from(id)).collect())
}
