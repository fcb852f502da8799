//! From images and tokens to the maps, tile by tile.

use super::{Classified, Files, Map, Plan, Summary};
use crate::inputs::{LayerModality, TileInput};
use crate::pixels::{Blend, Rows, largest, probabilities};
use crate::stages::Engine;
use crate::tokens::predict::{Known, tensor};
use crate::watch::Meter;
use crate::{Error, Means, stages};
use model::task::Task;
use runtime::{Session, Tensor};
use std::path::Path;

/// What a tile predicts: channels `[channel, y, x]`, with those of the model without what it imagines behind them, or
/// `[channel]` of the whole tile; nothing where it holds no data. Then which pixels count.
type Predicted = (Option<Vec<f32>>, Vec<bool>);

impl Plan<'_> {
    /// Predicts all tiles, and writes the maps.
    pub(super) fn predict(
        &self,
        known: &[Known],
        files: &mut Files,
        means: Means<'_>,
        meter: &mut Meter,
    ) -> Result<Summary, Error> {
        means.watch.stage("Predicting");
        let session = self.open(&self.task, means)?;
        let effect = files.has(Map::Effect);
        let without = if effect { Some(self.open(&self.without_imagined()?, means)?) } else { None };
        let read = {
            let (reader, known) = (self.scene.reader(), known.to_vec());
            let images = LayerModality::of_task(&self.task);
            let dates = self.spec.dates;
            move |&tile: &usize| -> Result<(TileInput, Vec<(String, Tensor)>), Error> {
                let input = reader.read(tile, |layer| images.contains(&layer))?;
                let told = known.iter().filter_map(|known| {
                    let ids = known.members[0].get(tile)?;
                    Some((known.source.name(), tensor(ids, dates)))
                });
                Ok((input, told.collect()))
            }
        };
        let mut engine = Engine::of(&session);
        if let Some(without) = &without {
            engine.route = format!("{}, {}", engine.route, without.computed_by());
        }
        let infer = {
            let cancel = means.cancel.clone();
            move |(input, told): (TileInput, Vec<(String, Tensor)>)| -> Result<Predicted, Error> {
                if !input.holds_data() {
                    return Ok((None, input.valid_px));
                }
                let mut tensors = input.tensors;
                let plain = match &without {
                    Some(session) => session.run(&tensors, &cancel)?.into_floats()?,
                    None => Vec::new(),
                };
                tensors.extend(told);
                let mut values = session.run(&tensors, &cancel)?.into_floats()?;
                values.extend(plain);
                if values.iter().all(|value| value.is_finite()) {
                    Ok((Some(values), input.valid_px))
                } else {
                    Err(Error::NotFinite)
                }
            }
        };
        let channels = self.predicted_channels(files);
        let work = self.work_of_tile(&meter.rates) * if effect { 2.0 } else { 1.0 };
        let mut skipped = 0;
        let mut collect = Collector::new(self, channels, (files.folder(), meter.waiting_bytes))?;
        let write = |&tile: &usize, (values, valid): Predicted| {
            skipped += usize::from(values.is_none());
            collect.add(self, tile, (values, &valid), |rows| {
                means.cancel.check()?;
                files.write_rows(rows)
            })?;
            meter.add(work);
            Ok(())
        };
        let tiles = self.tiles.clone();
        stages::run(tiles, read, infer, engine, |_, answer| Ok(answer), write, means.course())?;
        let classified = collect.finish(|rows| {
            means.cancel.check()?;
            files.write_rows(rows)
        })?;
        Ok(Summary { tiles: self.tiles.len(), skipped, classified })
    }

    pub(super) fn open(&self, task: &Task, means: Means<'_>) -> Result<Session, Error> {
        let session = means.sessions(self.tiles.len()).map(self.models.pack, task, &self.spec)?;
        means.watch.session(&session);
        Ok(session)
    }
}

/// Turns what tiles predict into finished rows of the maps.
enum Collector {
    /// Overlapping tiles of pixels.
    Pixels(Blend),
    /// One cell per tile.
    Tiles {
        channels: usize,
        /// The cells of the result, as a window of the grid of tiles.
        cells: grid::Window,
        /// The row that is being filled, and its number in the grid of tiles.
        row: Rows,
        classified: Vec<Classified>,
    },
}

impl Collector {
    /// What is not complete waits in `folder` if it takes more than so many bytes.
    fn new(plan: &Plan<'_>, channels: usize, (folder, waiting_bytes): (&Path, u64)) -> Result<Self, Error> {
        if plan.classifies() {
            let cells = plan.tile_cells();
            let row = empty_row(cells, channels, cells.y);
            return Ok(Self::Tiles { channels, cells, row, classified: Vec::new() });
        }
        let (lattice, pixels) = (plan.scene.lattice.clone(), plan.decoding.windows.pixels);
        Ok(Self::Pixels(Blend::new(waiting_bytes, lattice, pixels, channels, folder)?))
    }

    /// Takes what a tile predicts, and hands out the rows that are complete.
    fn add(
        &mut self,
        plan: &Plan<'_>,
        tile: usize,
        (values, valid): (Option<Vec<f32>>, &[bool]),
        mut take: impl FnMut(&Rows) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let place = plan.scene.tiles[tile];
        match self {
            Self::Pixels(blend) => blend.add(place, values.as_deref(), |pixel| valid[pixel], take),
            Self::Tiles { channels, cells, row, classified } => {
                let (column, line) = plan.cell_of(place);
                while row.first < line {
                    take(row)?;
                    *row = empty_row(*cells, *channels, row.first + 1);
                }
                if let Some(values) = values {
                    let x = column - cells.x;
                    for (channel, value) in values.iter().enumerate() {
                        row.values[channel * cells.width + x] = *value;
                    }
                    let logits = &values[..plan.task.objective.channels()];
                    classified.push(Classified {
                        cell: (x, line - cells.y),
                        class: largest(logits),
                        probabilities: probabilities(logits),
                    });
                }
                Ok(())
            }
        }
    }

    /// Hands out the remaining rows, and tells the classes of whole tiles.
    fn finish(self, mut take: impl FnMut(&Rows) -> Result<(), Error>) -> Result<Vec<Classified>, Error> {
        match self {
            Self::Pixels(blend) => blend.finish(take).map(|()| Vec::new()),
            Self::Tiles { row, classified, .. } => take(&row).map(|()| classified),
        }
    }
}

fn empty_row(cells: grid::Window, channels: usize, first: usize) -> Rows {
    Rows { first, count: 1, width: cells.width, values: vec![f32::NAN; channels * cells.width] }
}
