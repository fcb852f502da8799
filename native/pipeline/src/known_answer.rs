//! What the components of a pack say to fixed inputs: computed at import, compared when a pack is first used on a
//! machine.
//!
//! [`Questioned::questions`] lists what a pack can be asked. Each question opens one session of its own, runs it
//! once, exactly (fp32, processor), and closes it, so that no two components are in memory together.

use crate::Error;
use graph::Model;
use model::architecture::PATCH_PX;
use model::encoder::{EncoderSpec, Merge};
use model::generation::{PredictionSpec, Source, Target};
use model::pack::{Component, PackOf};
use model::task::{self, FineTuned, Task, TaskModality, TaskSpec};
use model::tokenizer::{Decoder, Tokenizer, class_decoder, codes, denoiser};
use model::{
    Architecture, FineTunedPack, FixedInput, KnownAnswer, Modality, Pack, Tiles, TokenModality,
    TokenizerPack, fixed_image, fixed_input, fixed_tokens, fixed_values,
};
use runtime::library::Loaded;
use runtime::{Cancel, Device, Precision, Session, SessionOptions, Tensor};

/// Small, so that it takes no time, and neither 14 × 14 patches nor square, so that the positions count.
const INPUT: FixedInput = FixedInput { height_px: 64, width_px: 96 };

/// The time step of the one step of diffusion that is asked for: in the middle, where noise and image both count.
const TIME_STEP: i64 = denoiser::TIME_STEPS as i64 / 2;

/// One question to a pack.
pub struct Question<C: Component> {
    /// The component that is asked, as in [`KnownAnswer::component`].
    pub component: &'static str,
    ask: fn(&PackOf<C>, &Loaded, &Cancel) -> Result<KnownAnswer, Error>,
}

impl<C: Component> Question<C> {
    /// Asks.
    pub fn ask(&self, pack: &PackOf<C>, library: &Loaded, cancel: &Cancel) -> Result<KnownAnswer, Error> {
        (self.ask)(pack, library, cancel)
    }
}

/// What packs can be asked about.
pub trait Questioned: Component {
    /// The questions that a pack can answer, one for each of its components.
    fn questions(pack: &PackOf<Self>) -> Vec<Question<Self>>;
}

impl Questioned for Architecture {
    fn questions(pack: &Pack) -> Vec<Question<Self>> {
        let encoder = Question { component: ENCODER, ask: of_encoder };
        let decoder = first_target(pack).map(|_| Question { component: DECODER, ask: of_decoder });
        [encoder].into_iter().chain(decoder).collect()
    }
}

impl Questioned for Tokenizer {
    fn questions(_: &TokenizerPack) -> Vec<Question<Self>> {
        vec![
            Question { component: TOKENIZER_ENCODER, ask: of_tokenizer_encoder },
            Question { component: TOKENIZER_DECODER, ask: of_tokenizer_decoder },
        ]
    }
}

impl Questioned for FineTuned {
    fn questions(pack: &FineTunedPack) -> Vec<Question<Self>> {
        let whole = Question { component: WHOLE, ask: of_fine_tuned };
        let imagination = Question { component: IMAGINATION, ask: of_imagination };
        let imagines = !pack.architecture().task.backbone.tim.is_empty();
        [whole].into_iter().chain(imagines.then_some(imagination)).collect()
    }
}

const WHOLE: &str = "model";
const IMAGINATION: &str = "imagination";
const ENCODER: &str = "encoder";
const DECODER: &str = "decoder";
const TOKENIZER_ENCODER: &str = "tokenizer encoder";
const TOKENIZER_DECODER: &str = "tokenizer decoder";

/// What the whole encoder says of all modalities of the pack at once.
pub fn of_encoder(pack: &Pack, library: &Loaded, cancel: &Cancel) -> Result<KnownAnswer, Error> {
    let architecture = pack.architecture();
    let spec = EncoderSpec {
        inputs: architecture.modalities.clone(),
        height_px: INPUT.height_px,
        width_px: INPUT.width_px,
        batch: 1,
        block: architecture.depth - 1,
        merge: Merge::Concat,
    };
    let graph = model::encoder::build(pack, &spec)?;
    let output = run(&graph, pack, &images(pack), library, cancel)?;
    Ok(KnownAnswer::of(ENCODER, INPUT, &output))
}

/// The logits of the first modality whose tokens the model predicts, from all its image modalities at once.
///
/// A model that predicts none is an error.
pub fn of_decoder(pack: &Pack, library: &Loaded, cancel: &Cancel) -> Result<KnownAnswer, Error> {
    let target =
        first_target(pack).ok_or_else(|| model::Error::NoDecoder { pack: pack.manifest().name.clone() })?;
    let inputs = pack.architecture().modalities.iter().copied().map(Source::Image).collect();
    let spec = PredictionSpec { inputs, target, tiles: tiles(INPUT) };
    let graph = model::generation::build(pack, &spec)?;
    let output = run(&graph, pack, &images(pack), library, cancel)?;
    Ok(KnownAnswer::of(DECODER, INPUT, &output))
}

/// What the encoder of a tokenizer says of its modality, before the quantisation: one last bit can make another
/// id on another processor, but these numbers differ by no more than that bit.
pub fn of_tokenizer_encoder(
    pack: &TokenizerPack,
    library: &Loaded,
    cancel: &Cancel,
) -> Result<KnownAnswer, Error> {
    let graph = model::tokenizer::encoder::build_latent(pack, tiles(INPUT))?;
    let inputs = [(model::tokenizer::encoder::IMAGE, image(pack.architecture().modality, INPUT))];
    let output = run(&graph, pack, &inputs, library, cancel)?;
    Ok(KnownAnswer::of(TOKENIZER_ENCODER, INPUT, &output))
}

/// What the decoder of a tokenizer makes of fixed tokens: the logits of classes, or one step of diffusion.
pub fn of_tokenizer_decoder(
    pack: &TokenizerPack,
    library: &Loaded,
    cancel: &Cancel,
) -> Result<KnownAnswer, Error> {
    let modality = pack.architecture().modality;
    let tokens = |[rows, columns]: [usize; 2]| fixed_tokens(modality.vocabulary(), rows * columns);
    let (size, graph, inputs) = match &pack.architecture().decoder {
        Decoder::Classes(_) => {
            let [rows, columns] = patches(INPUT);
            let tokens = Tensor::integers(&[1, rows, columns], tokens([rows, columns]));
            let graph = class_decoder::build(pack, tiles(INPUT))?;
            (INPUT, graph, vec![(class_decoder::TOKENS, tokens)])
        }
        Decoder::Diffusion(unet) => {
            // Published decoders need multiples of 32, deeper ones larger ones.
            let side_px = denoiser::multiple_px(unet).max(INPUT.height_px / 2);
            let size = FixedInput { height_px: 2 * side_px, width_px: 3 * side_px };
            let [rows, columns] = patches(size);
            // None of the ids is beyond the vocabulary.
            let codes = codes::codes_of(modality, &tokens([rows, columns]), 1).unwrap_or_default();
            let codes = Tensor::floats(&[1, modality.levels().len(), rows, columns], codes);
            let inputs = vec![
                (denoiser::NOISY, image(modality, size)),
                (denoiser::TIME_STEP, Tensor::integers(&[1], vec![TIME_STEP])),
                (denoiser::CODES, codes),
            ];
            (size, denoiser::build(pack, tiles(size))?, inputs)
        }
    };
    let output = run(&graph, pack, &inputs, library, cancel)?;
    Ok(KnownAnswer::of(TOKENIZER_DECODER, size, &output))
}

/// What a fine-tuned model predicts for its images, and for fixed tokens of what it imagines.
pub fn of_fine_tuned(pack: &FineTunedPack, library: &Loaded, cancel: &Cancel) -> Result<KnownAnswer, Error> {
    let task = &pack.architecture().task;
    let spec = task_spec(task);
    let graph = task::build(task, pack.weights(), &spec)?;
    let mut inputs = task_images(task, spec);
    let [rows, columns] = patches(INPUT);
    for &modality in &task.backbone.tim {
        let tokens = fixed_tokens(modality.vocabulary(), spec.dates * rows * columns);
        let tokens = Tensor::integers(&[spec.dates, rows * columns], tokens);
        inputs.push((task::tokens_name(modality), tokens));
    }
    let output = run(&graph, pack, &inputs, library, cancel)?;
    Ok(KnownAnswer::of(WHOLE, INPUT, &output))
}

/// The logits of the first modality that a fine-tuned model imagines; one that imagines none is an error.
pub fn of_imagination(pack: &FineTunedPack, library: &Loaded, cancel: &Cancel) -> Result<KnownAnswer, Error> {
    let task = &pack.architecture().task;
    let no_decoder = || model::Error::NoDecoder { pack: pack.manifest().name.clone() };
    let &target = task.backbone.tim.first().ok_or_else(no_decoder)?;
    let spec = task_spec(task);
    let graph = task::build_imagination(task, pack.weights(), &spec, &[], target)?;
    let output = run(&graph, pack, &task_images(task, spec), library, cancel)?;
    Ok(KnownAnswer::of(IMAGINATION, INPUT, &output))
}

fn task_spec(task: &Task) -> TaskSpec {
    TaskSpec { tiles: tiles(INPUT), dates: task.usual_dates() }
}

/// The fixed inputs of all modalities of a fine-tuned model.
fn task_images(task: &Task, spec: TaskSpec) -> Vec<(String, Tensor)> {
    let FixedInput { height_px, width_px } = INPUT;
    let input = |(place, modality): (usize, &TaskModality)| {
        let shape = [spec.dates, modality.bands.len(), height_px, width_px];
        let values = fixed_values(place, shape.iter().product());
        (modality.name.clone(), Tensor::floats(&shape, values))
    };
    task.backbone.modalities.iter().enumerate().map(input).collect()
}

/// Runs a graph once in a session of its own.
fn run<C: Component, N: AsRef<str>>(
    graph: &Model,
    pack: &PackOf<C>,
    inputs: &[(N, Tensor)],
    library: &Loaded,
    cancel: &Cancel,
) -> Result<Vec<f32>, Error> {
    let options = SessionOptions { device: Device::Cpu, precision: Precision::Fp32, threads: 0 };
    let session = Session::open(library, graph, pack.folder(), &options)?;
    Ok(session.run(inputs, cancel)?.into_floats()?)
}

/// The target of the decoder's question: not coordinates, whose graph is another one.
fn first_target(pack: &Pack) -> Option<Target> {
    model::generation::targets(pack).into_iter().find(|target| matches!(target, Target::Tokens(_)))
}

/// The fixed inputs of all image modalities of a pack.
fn images(pack: &Pack) -> Vec<(&'static str, Tensor)> {
    let FixedInput { height_px, width_px } = INPUT;
    let input = |&modality: &Modality| {
        let shape = [1, modality.bands().len(), height_px, width_px];
        (modality.name(), Tensor::floats(&shape, fixed_input(modality, height_px, width_px)))
    };
    pack.architecture().modalities.iter().map(input).collect()
}

/// The fixed input of a tokenizer.
fn image(modality: TokenModality, size: FixedInput) -> Tensor {
    let FixedInput { height_px, width_px } = size;
    let shape = [1, modality.channels().bands.len(), height_px, width_px];
    Tensor::floats(&shape, fixed_image(modality, height_px, width_px))
}

fn tiles(size: FixedInput) -> Tiles {
    Tiles { height_px: size.height_px, width_px: size.width_px, batch: 1 }
}

fn patches(size: FixedInput) -> [usize; 2] {
    [size.height_px / PATCH_PX, size.width_px / PATCH_PX]
}
