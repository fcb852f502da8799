//! The graph of a whole model: images in, prediction out.

use graph::{Coincide, Model, Value};

use super::backbone;
use super::decoders;
use super::heads;
use super::necks;
use super::{Objective, Task};
use crate::architecture::{PATCH_PX, first_of};
use crate::generation::{self, Target};
use crate::layers::Layers;
use crate::pack::Weights;
use crate::tile::Tiles;
use crate::{Error, TokenModality};

/// The name of the output of segmentation, `[batch, class, y, x]`, and of classification, `[batch, class]`.
pub const LOGITS: &str = "logits";

/// The name of the output of regression, `[batch, value, y, x]`.
pub const VALUES: &str = "values";

/// What TerraTorch pads the sides of tiles to a multiple of: twice a patch, so that they can be halved.
pub const MULTIPLE_PX: usize = 2 * PATCH_PX;

/// The shortest side that can be mirrored to the next multiple.
const SMALLEST_PX: usize = 12;

/// Which graph to build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskSpec {
    /// The tiles of one run, of any size.
    pub tiles: Tiles,
    /// The dates of every tile; 1 for models that take one.
    pub dates: usize,
}

impl Objective {
    /// The name of the graph's output.
    #[must_use]
    pub fn output(&self) -> &'static str {
        match self {
            Self::Segmentation { .. } | Self::Classification { .. } => LOGITS,
            Self::Regression { .. } => VALUES,
        }
    }
}

impl Tiles {
    /// These tiles as the model sees them: mirrored at their edges to sides that are multiples of
    /// [`MULTIPLE_PX`].
    #[must_use]
    pub fn mirrored(self) -> Self {
        let to = |px: usize| px.next_multiple_of(MULTIPLE_PX);
        Self { height_px: to(self.height_px), width_px: to(self.width_px), ..self }
    }
}

impl TaskSpec {
    fn check(&self, task: &Task) -> Result<(), Error> {
        self.tiles.check(1)?;
        if self.tiles.height_px.min(self.tiles.width_px) < SMALLEST_PX {
            return Err(Error::SmallTile { tiles: self.tiles, minimum_px: SMALLEST_PX });
        }
        task.check_dates(self.dates)
    }
}

/// The name of the input for the tokens of a modality that the model imagines or is given.
#[must_use]
pub fn tokens_name(modality: TokenModality) -> String {
    generation::Source::Tokens(modality).name()
}

/// Writes a fine-tuned model as a graph that refers to its weights, which have the names of TerraTorch's
/// state dict without the `model.` before them.
///
/// Inputs: images under their names in the configuration, `[batch · date, channel, y, x]`, a tile's dates after
/// each other, standardised; for every modality of [`super::Backbone::tim`] the ids [`tokens_name`],
/// `[batch · date, patch]`, of the tile as [`Tiles::mirrored`]. The output is [`Objective::output`].
///
/// As TerraTorch's `PixelWiseModel` and `ScalarOutputModel`: mirrored by half of what is missing on each side,
/// run, enlarged to the mirrored size where the model gives less, and cut out again.
pub fn build(task: &Task, weights: &Weights, spec: &TaskSpec) -> Result<Model, Error> {
    spec.check(task)?;
    write(task, weights, spec).map_err(told)
}

/// Writes the graph of the encoder-decoder that a model with Thinking in Modalities has beside itself: the logits
/// of the tokens of `target`, [`generation::LOGITS`], `[batch · date, patch, vocabulary]`.
///
/// Its inputs are the images as for [`build`], and the ids of what was imagined before, in this order.
pub fn build_imagination(
    task: &Task,
    weights: &Weights,
    spec: &TaskSpec,
    known: &[TokenModality],
    target: TokenModality,
) -> Result<Model, Error> {
    spec.check(task)?;
    write_imagination(task, weights, spec, known, target).map_err(told)
}

/// What went wrong, for users who have two files that do not belong together.
fn told(error: Error) -> Error {
    match error {
        Error::Altered { reason, .. } => Error::OtherConfiguration { reason },
        Error::Graph(error) => Error::OtherConfiguration { reason: error.to_string() },
        other => other,
    }
}

fn write_imagination(
    task: &Task,
    weights: &Weights,
    spec: &TaskSpec,
    known: &[TokenModality],
    target: TokenModality,
) -> Result<Model, Error> {
    let mut layers = Layers::new("imagination", weights);
    layers.prefix = format!("{}sampler.model.", backbone::prefix(&task.backbone));
    let embedded = backbone::embed(&mut layers, &task.backbone.modalities, known, spec)?;
    let mirrored = spec.tiles.mirrored();
    let tiles = Tiles { batch: mirrored.batch * spec.dates, ..mirrored };
    let logits = generation::predict(&mut layers, &embedded, Target::Tokens(target), tiles)?;
    Ok(layers.graph.finish(&[(generation::LOGITS, &logits)])?)
}

fn write(task: &Task, weights: &Weights, spec: &TaskSpec) -> Result<Model, Error> {
    let mut layers = Layers::new("task", weights);
    let features = backbone::features(&mut layers, &task.backbone, spec)?;
    let patches = spec.tiles.mirrored().patches(PATCH_PX);
    let features = necks::apply(&mut layers, &task.necks, features, patches)?;
    let features = decoders::decode(&mut layers, &task.decoder, features)?;
    let (predicted, outputs) = match task.objective {
        Objective::Segmentation { classes, .. } => {
            (heads::of_pixels(&mut layers, &task.head, &features)?, classes)
        }
        Objective::Regression { outputs, .. } => {
            (heads::of_values(&mut layers, &task.head, &features)?, outputs)
        }
        Objective::Classification { classes, .. } => {
            (heads::of_tiles(&mut layers, &task.head, &features)?, classes)
        }
    };
    let found = predicted.shape()[1];
    if found != outputs {
        let reason = format!("{found} classes or values instead of {outputs}");
        return Err(Error::OtherConfiguration { reason });
    }
    let output = match task.objective {
        Objective::Classification { .. } => predicted,
        _ => cut_out(&mut layers, &predicted, spec.tiles)?,
    };
    let encoder = backbone::prefix(&task.backbone);
    let blocks = format!("{encoder}encoder.");
    let registers = format!("{encoder}register_tokens");
    let left = layers.unused(&["neck.", "decoder.", "head.", &blocks, &registers]);
    // They count batches in training and are nothing afterwards.
    let left: Vec<_> = left.into_iter().filter(|name| !name.ends_with("num_batches_tracked")).collect();
    if !left.is_empty() {
        // Without them the results would be others than TerraTorch's.
        let reason = format!("nothing in it takes {}", first_of(&left));
        return Err(Error::OtherConfiguration { reason });
    }
    Ok(layers.graph.finish(&[(task.objective.output(), &output)])?)
}

/// How many pixels stand before and after a side of a tile once it is mirrored.
pub(super) fn mirrored_pixels(px: usize) -> [usize; 2] {
    let missing = px.next_multiple_of(MULTIPLE_PX) - px;
    [missing / 2, missing - missing / 2]
}

/// A prediction for mirrored tiles as one for the tiles themselves.
fn cut_out(layers: &mut Layers<'_>, predicted: &Value, tiles: Tiles) -> Result<Value, Error> {
    let mirrored = tiles.mirrored();
    let size = [mirrored.height_px, mirrored.width_px];
    let mut values = layers.graph.resize_bilinear(predicted, size, Coincide::Edges)?;
    for (axis, px) in [(2, tiles.height_px), (3, tiles.width_px)] {
        let [before, after] = mirrored_pixels(px);
        if after > 0 {
            values = layers.graph.slice(&values, axis, before..before + px)?;
        }
    }
    Ok(values)
}
