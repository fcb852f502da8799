//! The files that a segmentation writes: what each holds, and how it says so.

use super::palette::classes;
use crate::finishing::Finishing;
use crate::inputs::Inputs;
use crate::pixels::{Rows, largest, probabilities};
use crate::products::{self, Product};
use crate::{Error, Means};
use grid::{Grid, Window};
use model::TokenModality;
use model::task::Objective;
use raster::{BandSpec, Class, Completed, CreationOptions, RasterSpec, SampleType, Writer};
use std::path::{Path, PathBuf};

/// What one file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// A map of the prediction.
    Map(Map),
    /// What the model imagined of a modality, in its unit.
    Imagined(TokenModality),
}

/// A map of the prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Map {
    /// Bytes, the class of each cell; 32-bit floats where the model predicts values.
    Prediction,
    /// The probability of the class, 0 to 1.
    Confidence,
    /// The probability of each class, one band each.
    Probabilities,
    /// Whether the class is another one than without what the model imagined (1) or not (0); then the class without.
    Effect,
}

/// Class of cells without a result.
const NO_CLASS: f64 = 255.0;

/// The classes of the first band of [`Map::Effect`], and their colours.
const EFFECT: [(&str, [u8; 3]); 2] = [("same class", [222, 222, 222]), ("other class", [202, 0, 32])];

/// Where maps lie.
pub(super) struct Place {
    /// The cells of the maps.
    pub grid: Grid,
    /// The pixels of what was imagined.
    pub pixels: Window,
    /// The number that the first row of the maps has in [`Rows::first`].
    pub first_row: usize,
}

/// The files of one run, under construction.
pub struct Files {
    maps: Vec<OpenMap>,
    /// What was imagined.
    pub(super) imagined: products::Files,
    channels: usize,
    first_row: usize,
}

struct OpenMap {
    map: Map,
    /// What stands for no result: a class, or no number.
    nothing: f32,
    writer: Writer,
}

impl Map {
    /// Whether it tells of classes, which models that predict values do not know.
    #[must_use]
    pub fn is_of_classes(self) -> bool {
        self != Self::Prediction
    }

    fn spec(
        self,
        objective: &Objective,
        grid: Grid,
        inputs: &Inputs,
        metadata: Vec<(String, String)>,
        creation: &CreationOptions,
    ) -> RasterSpec {
        let names = objective.class_names();
        let bytes = match self {
            Self::Prediction => !matches!(objective, Objective::Regression { .. }),
            Self::Effect => true,
            Self::Confidence | Self::Probabilities => false,
        };
        let bands = match (self, objective) {
            (Self::Prediction, Objective::Regression { outputs, unit }) => {
                let band = |number| BandSpec { description: format!("value {number}"), unit: unit.clone() };
                (1..=*outputs).map(band).collect()
            }
            (Self::Prediction, _) => vec![BandSpec::named("class")],
            (Self::Confidence, _) => vec![BandSpec::named("probability of the class")],
            (Self::Probabilities, _) => {
                names.iter().map(|name| BandSpec::named(format!("probability of {name}"))).collect()
            }
            (Self::Effect, _) => {
                vec![BandSpec::named("another class"), BandSpec::named("class without what was imagined")]
            }
        };
        let classes = match self {
            Self::Prediction => classes(&names),
            Self::Effect => effect_classes(),
            Self::Confidence | Self::Probabilities => Vec::new(),
        };
        RasterSpec {
            grid,
            crs: inputs.crs().clone(),
            bands,
            sample: if bytes { SampleType::Byte } else { SampleType::Float32 },
            nodata: Some(if bytes { NO_CLASS } else { f64::NAN }),
            classes,
            metadata,
            creation: creation.clone(),
        }
    }

    /// What a cell's channels mean in this file, one value per band.
    fn values(self, of_cell: &[f32], channels: usize) -> Vec<f32> {
        let (own, without) = of_cell.split_at(channels);
        match self {
            Self::Prediction => vec![largest(own) as f32],
            Self::Confidence => vec![probabilities(own).into_iter().fold(0.0, f32::max)],
            Self::Probabilities => probabilities(own),
            Self::Effect => {
                let plain = largest(without);
                vec![f32::from(u8::from(largest(own) != plain)), plain as f32]
            }
        }
    }
}

/// The classes of the first band of [`Map::Effect`].
#[must_use]
pub fn effect_classes() -> Vec<Class> {
    let class =
        |(value, (name, colour)): (u8, (&str, [u8; 3]))| Class { value, name: name.to_owned(), colour };
    (0..).zip(EFFECT).map(class).collect()
}

impl Files {
    /// Starts them, so that a destination that cannot be written is known before any work.
    pub(super) fn create(
        outputs: &[(Output, PathBuf)],
        objective: &Objective,
        inputs: &Inputs,
        place: &Place,
        creation: &CreationOptions,
        metadata: impl Fn(Output) -> Vec<(String, String)>,
    ) -> Result<Self, Error> {
        products::check_paths(outputs.iter().map(|(_, path)| path.as_path()), inputs)?;
        let classes = objective.class_names().len();
        if classes > NO_CLASS as usize {
            return Err(Error::ManyClasses { classes, maximum: NO_CLASS as usize });
        }
        let (mut made, mut rasters) = (Vec::new(), Vec::new());
        let mut imagined = Vec::new();
        for (output, path) in outputs {
            match output {
                Output::Map(map) if map.is_of_classes() && classes == 0 => {
                    return Err(Error::NoClasses { path: path.clone() });
                }
                Output::Map(map) => {
                    let spec = map.spec(objective, place.grid, inputs, metadata(*output), creation);
                    made.push((*map, spec.nodata.unwrap_or(f64::NAN) as f32));
                    rasters.push((path.as_path(), spec));
                }
                Output::Imagined(modality) => imagined.push((Product::Values(*modality), path.clone())),
            }
        }
        let writers = made.into_iter().zip(Writer::create_all(rasters)?);
        let maps = writers.map(|((map, nothing), writer)| OpenMap { map, nothing, writer }).collect();
        let of_imagined = |product| match product {
            Product::Values(modality) => metadata(Output::Imagined(modality)),
            _ => Vec::new(),
        };
        let imagined = products::Files::create(&imagined, inputs, place.pixels, &[], creation, of_imagined)?;
        Ok(Self { maps, imagined, channels: objective.channels(), first_row: place.first_row })
    }

    /// The folder of the first of them.
    pub(super) fn folder(&self) -> &Path {
        self.maps.first().map_or_else(|| self.imagined.folder(), |open| open.writer.folder())
    }

    /// Says one more thing about all maps.
    pub fn describe(&mut self, key: &str, value: &str) -> Result<(), Error> {
        self.maps.iter_mut().try_for_each(|open| open.writer.describe(key, value))?;
        self.imagined.describe(key, value)
    }

    /// The bytes of the disk that they take at most until they are complete.
    pub(super) fn disk_bytes(&self) -> u64 {
        self.writers().map(Writer::disk_bytes).sum()
    }

    /// The rasters.
    pub(super) fn writers(&self) -> impl Iterator<Item = &Writer> {
        self.maps.iter().map(|open| &open.writer).chain(self.imagined.writers())
    }

    /// Whether a map is wanted.
    pub(super) fn has(&self, map: Map) -> bool {
        self.maps.iter().any(|open| open.map == map)
    }

    /// Writes what was predicted.
    pub(super) fn write_rows(&mut self, rows: &Rows) -> Result<(), Error> {
        let size = rows.count * rows.width;
        let mut of_cell: Vec<f32> = Vec::with_capacity(rows.values.len() / size.max(1));
        for OpenMap { map, nothing, writer } in &mut self.maps {
            let mut values = vec![*nothing; writer.bands() * size];
            if *map == Map::Prediction && nothing.is_nan() {
                values.copy_from_slice(&rows.values[..writer.bands() * size]);
            } else {
                for cell in 0..size {
                    of_cell.clear();
                    of_cell.extend(rows.values.iter().skip(cell).step_by(size));
                    if of_cell[0].is_nan() {
                        continue;
                    }
                    for (band, value) in map.values(&of_cell, self.channels).into_iter().enumerate() {
                        values[band * size + cell] = value;
                    }
                }
            }
            writer.write_rows(rows.first - self.first_row, rows.count, |band, out| {
                out.copy_from_slice(&values[band * size..(band + 1) * size]);
            })?;
        }
        Ok(())
    }

    /// Completes all files but for their names, the prediction first if it is among them.
    pub fn complete(self, means: Means<'_>) -> Result<Vec<(Output, Completed)>, Error> {
        let mut finishing = Finishing::new(means, self.maps.len() + self.imagined.rasters());
        let mut completed = Vec::new();
        for OpenMap { map, writer, .. } in self.maps {
            completed.push((Output::Map(map), finishing.complete(writer)?));
        }
        for (product, file) in self.imagined.complete_with(&[], &mut finishing)? {
            if let Product::Values(modality) = product {
                completed.push((Output::Imagined(modality), file));
            }
        }
        Ok(completed)
    }
}
