//! Runs the sessions of one piece of work on made-up tiles again and again, and prints how long that took:
//!
//! ```text
//! bare_session encoder MODEL [--inputs=S2L2A+DEM]     the encoder as Embed layer runs it
//! bare_session landcover MODEL TOKENIZER              S2L2A → LULC as Generate modality does it: tokens, then classes
//! bare_session denoiser TOKENIZER                     one step of the diffusion in which Generate modality decodes
//! bare_session tim TASK                               TiM segment: what is imagined, then the map
//! ```
//!
//! MODEL, TOKENIZER and TASK are folders of model packs. The sessions are those that the algorithms open
//! ([`pipeline::sessions`]), and of each piece of work they are all there is: nothing is read, blended or written. Ids are
//! drawn at temperature 0. Options, with what they are by default:
//!
//! ```text
//! --tiles=1          tiles of a turn, 224 × 224 pixels each
//! --at-once=1        runs side by side, as far as the session lets them; the algorithms take as many as there are threads
//! --threads=0        threads of all runs that go on at once; 0 is one per physical core
//! --precision=fp32   or another of PRECISION
//! --repeats=1        turns whose median is told
//! ```
//!
//! Before the first turn as many runs as go on at once make the sessions ready. What is printed is one object of JSON.
//! `cargo xtask bench` compares it with whole programs, and with TerraTorch.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;
use std::time::Instant;

use grid::PATCH_PX;
use model::encoder::{EncoderSpec, Merge};
use model::generation::{PredictionSpec, Source, Target};
use model::sampling::{PatchPosition, Sampler, Sampling};
use model::task::{self, TaskSpec};
use model::tokenizer::{class_decoder, codes, denoiser};
use model::{FineTunedPack, Modality, Pack, Tiles, TokenModality, TokenizerPack};
use pipeline::sessions::Sessions;
use runtime::{Cancel, Device, Precision, Session, SessionOptions, Tensor, library};
use serde_json::json;

const TILE_PX: usize = 224;
const PATCHES: usize = TILE_PX / PATCH_PX;

type Failure = Box<dyn Error + Send + Sync>;

/// Token ids of a run.
type Ids = Vec<u16>;

/// What a session makes of the ids that the one before it gave, for the one after it.
type Answer = Box<dyn Fn(&Session, &[u16]) -> Result<Ids, Failure> + Sync>;

/// One session of a piece of work.
struct Step {
    session: Session,
    answer: Answer,
}

/// The command line.
struct Arguments {
    given: Vec<String>,
    options: BTreeMap<String, String>,
}

fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    let (tiles, at_once, repeats) =
        (arguments.number("tiles", 1)?, arguments.number("at-once", 1)?, arguments.number("repeats", 1)?);
    if tiles == 0 || repeats == 0 {
        return Err("--tiles and --repeats are at least 1".into());
    }
    let options = SessionOptions {
        device: Device::Cpu,
        precision: arguments.precision()?,
        threads: arguments.number("threads", 0)?,
    };

    let opening = Instant::now();
    let library = library::load(None, None)?;
    let cancel = Cancel::default();
    let sessions = Sessions { library: &library, options: &options, runs: at_once, cancel: &cancel };
    let steps = steps(&arguments, &sessions)?;
    let open_s = opening.elapsed().as_secs_f64();

    let ready = steps.iter().map(|step| step.session.at_once()).max().unwrap_or(1);
    turn(&steps, ready)?;
    let mut seconds = Vec::with_capacity(repeats);
    for _ in 0..repeats {
        let begun = Instant::now();
        turn(&steps, tiles)?;
        seconds.push(begun.elapsed().as_secs_f64());
    }
    let mut routes: Vec<_> = steps.iter().map(|step| step.session.route().to_string()).collect();
    routes.dedup();
    let said = json!({
        "tiles": tiles,
        "at_once": ready,
        "threads": steps[0].session.threads(),
        "route": routes.join(", "),
        "open_s": open_s,
        "seconds": median(&mut seconds),
    });
    println!("{said}");
    Ok(())
}

/// The sessions of a piece of work in the order in which a tile goes through them.
fn steps(arguments: &Arguments, sessions: &Sessions<'_>) -> Result<Vec<Step>, Failure> {
    let tiles = Tiles { height_px: TILE_PX, width_px: TILE_PX, batch: 1 };
    let given: Vec<_> = arguments.given.iter().map(String::as_str).collect();
    match given[..] {
        ["encoder", pack] => {
            Ok(vec![encoder(sessions, &Pack::open(Path::new(pack))?, arguments.inputs()?, tiles)?])
        }
        ["landcover", pack, tokenizer] => {
            let tokenizer = TokenizerPack::open(Path::new(tokenizer))?;
            land_cover(sessions, &Pack::open(Path::new(pack))?, &tokenizer, tiles)
        }
        ["denoiser", tokenizer] => {
            Ok(vec![diffusion(sessions, &TokenizerPack::open(Path::new(tokenizer))?, tiles)?])
        }
        ["tim", pack] => tim(sessions, &FineTunedPack::open(Path::new(pack))?, tiles),
        _ => Err("expected encoder MODEL, landcover MODEL TOKENIZER, denoiser TOKENIZER or tim TASK".into()),
    }
}

/// The encoder's last block.
fn encoder(
    sessions: &Sessions<'_>,
    pack: &Pack,
    inputs: Vec<Modality>,
    tiles: Tiles,
) -> Result<Step, Failure> {
    let images: Vec<_> =
        inputs.iter().map(|modality| (modality.name().to_owned(), image(modality.bands().len()))).collect();
    let spec = EncoderSpec {
        inputs,
        height_px: tiles.height_px,
        width_px: tiles.width_px,
        batch: tiles.batch,
        block: pack.architecture().depth - 1,
        merge: Merge::Mean,
    };
    let session = sessions.encoder(pack, &spec)?;
    Ok(Step { session, answer: silent(images) })
}

/// Tokens of land cover from S2L2A, then the classes of their pixels.
fn land_cover(
    sessions: &Sessions<'_>,
    pack: &Pack,
    tokenizer: &TokenizerPack,
    tiles: Tiles,
) -> Result<Vec<Step>, Failure> {
    let (from, to) = (Source::Image(Modality::S2L2A), TokenModality::Lulc);
    let spec = PredictionSpec { inputs: vec![from], target: Target::Tokens(to), tiles };
    let images = vec![(from.name(), image(Modality::S2L2A.bands().len()))];
    let tokens = Step { session: sessions.prediction(pack, &spec)?, answer: drawing(images, to)? };
    let shape = [1, PATCHES, PATCHES];
    let classes = Step {
        session: sessions.decoder(tokenizer, tiles)?,
        answer: Box::new(move |session, ids| {
            let ids = Tensor::integers(&shape, ids.iter().map(|&id| i64::from(id)).collect());
            session.run(&[(class_decoder::TOKENS, ids)], &Cancel::default())?;
            Ok(Ids::new())
        }),
    };
    Ok(vec![tokens, classes])
}

/// One step of diffusion.
fn diffusion(sessions: &Sessions<'_>, pack: &TokenizerPack, tiles: Tiles) -> Result<Step, Failure> {
    let session = sessions.decoder(pack, tiles)?;
    let modality = pack.architecture().modality;
    let count = PATCHES * PATCHES;
    let ids: Vec<_> = (0..count as i64).map(|i| i * 7 % modality.vocabulary() as i64).collect();
    let codes = codes::codes_of(modality, &ids, tiles.batch).ok_or("an id beyond the vocabulary")?;
    let inputs = vec![
        (denoiser::NOISY.to_owned(), image(modality.channels().bands.len())),
        (denoiser::TIME_STEP.to_owned(), Tensor::integers(&[1], vec![denoiser::TIME_STEPS as i64 / 2])),
        (denoiser::CODES.to_owned(), Tensor::floats(&[1, modality.levels().len(), PATCHES, PATCHES], codes)),
    ];
    Ok(Step { session, answer: silent(inputs) })
}

/// What a fine-tuned model imagines, which is told to what it imagines next, and its map.
fn tim(sessions: &Sessions<'_>, pack: &FineTunedPack, tiles: Tiles) -> Result<Vec<Step>, Failure> {
    let task = &pack.architecture().task;
    let spec = TaskSpec { tiles, dates: 1 };
    let [imagined] = task.backbone.tim[..] else {
        return Err("a fine-tuned model that imagines one modality is expected".into());
    };
    let images: Vec<_> = task
        .backbone
        .modalities
        .iter()
        .map(|modality| (modality.name.clone(), image(modality.bands.len())))
        .collect();
    let imagination = Step {
        session: sessions.imagination(pack, task, &spec, &[], imagined)?,
        answer: drawing(images.clone(), imagined)?,
    };
    let shape = [1, PATCHES * PATCHES];
    let map = Step {
        session: sessions.map(pack, task, &spec)?,
        answer: Box::new(move |session, ids| {
            let ids = Tensor::integers(&shape, ids.iter().map(|&id| i64::from(id)).collect());
            let mut inputs = images.clone();
            inputs.push((task::tokens_name(imagined), ids));
            session.run(&inputs, &Cancel::default())?;
            Ok(Ids::new())
        }),
    };
    Ok(vec![imagination, map])
}

/// Runs a graph that nothing follows.
fn silent(inputs: Vec<(String, Tensor)>) -> Answer {
    Box::new(move |session, _| {
        session.run(&inputs, &Cancel::default())?;
        Ok(Ids::new())
    })
}

/// Takes the likeliest ids.
fn drawing(inputs: Vec<(String, Tensor)>, modality: TokenModality) -> Result<Answer, Failure> {
    let sampler = Sampler::new(Sampling::new(0.0, 0, 0.0)?, 0, modality);
    let first = PatchPosition { column: 0, row: 0 };
    Ok(Box::new(move |session, _| {
        let logits = session.run(&inputs, &Cancel::default())?.into_floats()?;
        let vocabulary = logits.len() / (PATCHES * PATCHES);
        let ids = sampler.tokens(&logits, vocabulary, first, PATCHES)?;
        Ok(ids.into_iter().map(|id| id as u16).collect())
    }))
}

/// So many runs of all steps: one step after the other, as the algorithms have one graph in use at a time.
fn turn(steps: &[Step], runs: usize) -> Result<(), Failure> {
    let mut ids = vec![Ids::new(); runs];
    for step in steps {
        ids = step.run(&ids)?;
    }
    Ok(())
}

impl Step {
    /// The answers to all runs, as many at once as may be.
    fn run(&self, told: &[Ids]) -> Result<Vec<Ids>, Failure> {
        let next = AtomicUsize::new(0);
        let work = || -> Result<Vec<(usize, Ids)>, Failure> {
            let mut found = Vec::new();
            loop {
                let run = next.fetch_add(1, SeqCst);
                let Some(told) = told.get(run) else { return Ok(found) };
                found.push((run, (self.answer)(&self.session, told)?));
            }
        };
        let mut found = thread::scope(|scope| {
            let all: Vec<_> = (0..self.session.at_once()).map(|_| scope.spawn(work)).collect();
            let answers = all.into_iter().map(|one| one.join().expect("no thread panics"));
            answers.collect::<Result<Vec<_>, _>>()
        })?
        .concat();
        found.sort_by_key(|(run, _)| *run);
        Ok(found.into_iter().map(|(_, ids)| ids).collect())
    }
}

fn median(seconds: &mut [f64]) -> f64 {
    seconds.sort_by(f64::total_cmp);
    f64::midpoint(seconds[(seconds.len() - 1) / 2], seconds[seconds.len() / 2])
}

/// Numbers of the size of standardised pixels, [tile, channel, y, x].
fn image(channels: usize) -> Tensor {
    let shape = [1, channels, TILE_PX, TILE_PX];
    let values = (0..shape.iter().product::<usize>()).map(|i| (i as f32 * 0.37).sin() * 1.5).collect();
    Tensor::floats(&shape, values)
}

impl Arguments {
    fn parse(all: impl Iterator<Item = String>) -> Result<Self, Failure> {
        const KNOWN: [&str; 6] = ["inputs", "tiles", "at-once", "threads", "precision", "repeats"];
        let mut arguments = Self { given: Vec::new(), options: BTreeMap::new() };
        for one in all {
            match one.strip_prefix("--").map(|option| option.split_once('=')) {
                None => arguments.given.push(one),
                Some(Some((name, value))) if KNOWN.contains(&name) => {
                    arguments.options.insert(name.into(), value.into());
                }
                Some(_) => return Err(format!("{one} is none of --{}=…", KNOWN.join("=…, --")).into()),
            }
        }
        Ok(arguments)
    }

    fn number(&self, name: &str, default: usize) -> Result<usize, Failure> {
        let Some(text) = self.options.get(name) else { return Ok(default) };
        text.parse().map_err(|_| format!("--{name}={text} is no whole number").into())
    }

    fn precision(&self) -> Result<Precision, Failure> {
        let word = self.options.get("precision").map_or("fp32", String::as_str);
        Precision::from_word(word).ok_or_else(|| format!("there is no precision {word}").into())
    }

    fn inputs(&self) -> Result<Vec<Modality>, Failure> {
        let names = self.options.get("inputs").map_or("S2L2A", String::as_str).split('+');
        let modality =
            |name| Modality::from_name(name).ok_or_else(|| format!("there is no modality {name}").into());
        names.map(modality).collect()
    }
}
