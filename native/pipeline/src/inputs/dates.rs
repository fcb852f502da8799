//! The layers of a modality: one per date, each with the bands that are wanted.

use super::{Consumer, LayerModality, LayerSpec, Preparation};
use crate::{Error, band_order};
use model::task::Task;
use model::{Modality, band_label};
use raster::Layer;
use std::path::Path;

/// The layers of a modality, and what is to be told of how its rasters were read.
pub(super) struct Dates {
    pub layers: Vec<Layer>,
    pub notes: Vec<String>,
}

/// Opens the layers of all dates.
///
/// Of a raster that describes its bands those that are wanted are taken by name, in whatever order it has them. Else
/// their number decides: see [`Reading`].
pub(super) fn open(
    spec: &LayerSpec,
    preparation: &Preparation,
    consumer: Consumer<'_>,
) -> Result<Dates, Error> {
    let LayerSpec { modality, sources, bands: chosen, .. } = spec;
    let (modality, name) = (*modality, modality.name());
    let open = |source: &String| {
        let layer = Layer::open(source).map_err(|error| unreadable(name, source, error))?;
        match chosen {
            Some(bands) => choose(name, layer, bands),
            None => Ok(layer),
        }
    };
    let (mut layers, mut notes) = (Vec::with_capacity(sources.len()), Vec::new());
    for source in sources {
        let layer = open(source)?;
        let Preparation::Standardise { bands: wanted, .. } = preparation else {
            preparation.check_bands(name, &layer, chosen.is_some())?;
            layers.push(layer);
            continue;
        };
        let describe = |description| if chosen.is_some() { "" } else { description };
        let described: Vec<_> = layer.band_descriptions().map(describe).collect();
        let wish = Wish { modality, bands: wanted, task: task(modality, consumer), sources: sources.len() };
        match wish.reading(&described) {
            Some(Reading::AsItIs { why }) => {
                // One band can be no other.
                if wanted.len() > 1 || chosen.is_some() {
                    let why = if chosen.is_some() { "as BANDS says" } else { why };
                    notes.push(taken(name, wanted, &layer, why));
                }
                layers.push(layer);
            }
            Some(Reading::Bands { bands, why }) => {
                let layer = layer.with_bands(&bands);
                notes.push(taken(name, wanted, &layer, why));
                layers.push(layer);
            }
            Some(Reading::Dates(dates)) => {
                let wanted = wanted.len();
                notes.push(format!(
                    "{name}: read as {dates} dates of {wanted} bands each, one after the other: {source}"
                ));
                for date in 0..dates {
                    let bands: Vec<_> = (date * wanted..(date + 1) * wanted).collect();
                    layers.push(open(source)?.with_bands(&bands));
                }
            }
            None => preparation.check_bands(name, &layer, chosen.is_some())?,
        }
    }
    Ok(Dates { layers, notes })
}

/// Which band of a raster is taken for which of those that are wanted, and why.
fn taken(modality: &str, wanted: &[String], layer: &Layer, why: &str) -> String {
    let label = |((wanted, number), description): ((&String, usize), &str)| {
        let description = description.trim();
        let quoted = if description.is_empty() { String::new() } else { format!(" (\"{description}\")") };
        format!("{} is band {number}{quoted}", band_label(modality, wanted))
    };
    let places = wanted.iter().zip(layer.bands_in_file()).zip(layer.band_descriptions());
    let places: Vec<_> = places.map(label).collect();
    format!("{modality}: the bands that the model takes were found {why}: {}", places.join(", "))
}

/// The bands of these numbers, counted from 1, and no others.
fn choose(modality: &'static str, layer: Layer, numbers: &[usize]) -> Result<Layer, Error> {
    let places: Vec<_> = layer.bands_in_file().collect();
    let place = |number: &usize| places.iter().position(|in_file| in_file == number);
    match numbers.iter().map(|number| place(number).ok_or(*number)).collect::<Result<Vec<_>, _>>() {
        Ok(bands) => Ok(layer.with_bands(&bands)),
        Err(number) => Err(Error::NoSuchBand {
            modality,
            number,
            found: layer.band_count(),
            listed: band_order::listed(&layer),
            source_name: layer.source().to_owned(),
        }),
    }
}

/// A raster cannot be opened. Where the text looks like a list of rasters, that is the likelier reason.
fn unreadable(modality: &'static str, given: &str, source: raster::Error) -> Error {
    if given.contains(';') && !Path::new(given).exists() {
        return Error::ListOfRasters { modality, given: given.to_owned() };
    }
    Error::Layer { modality, source }
}

/// The fine-tuned model that a modality goes into as it is.
fn task(modality: LayerModality, consumer: Consumer<'_>) -> Option<&Task> {
    match (modality, consumer) {
        (LayerModality::Image(_) | LayerModality::Own(_), Consumer::FineTuned(pack)) => {
            Some(&pack.architecture().task)
        }
        _ => None,
    }
}

/// What is wanted of a raster.
struct Wish<'a> {
    modality: LayerModality,
    /// Under TerraTorch's names, in the order of the channels.
    bands: &'a [String],
    /// The fine-tuned model that wants them; only these take several dates.
    task: Option<&'a Task>,
    /// How many rasters are given for the modality.
    sources: usize,
}

/// Why bands are taken for those that are wanted.
const BY_NAME: &str = "by their descriptions";
const BY_PLACE: &str = "by their order alone, which their number fits";
const BY_PRODUCT: &str = "by the order of all bands of the product";

/// How a raster is read.
#[derive(Debug, PartialEq)]
enum Reading {
    /// It has the wanted bands, in their order, and no others.
    AsItIs { why: &'static str },
    /// These of its bands, counted from 0.
    Bands { bands: Vec<usize>, why: &'static str },
    /// So many dates, all bands of the first before those of the second.
    Dates(usize),
}

impl Wish<'_> {
    /// Decides by the descriptions of the bands, or else by their number. Where a raster can be one date with all
    /// bands of the modality as well as several dates, the number of dates that the model takes decides, and then
    /// one date.
    fn reading(&self, described: &[&str]) -> Option<Reading> {
        let (count, wanted) = (described.len(), self.bands.len());
        if let Some(bands) = band_order::places(self.modality.name(), self.bands, described) {
            let all_in_order = count == wanted && bands.iter().copied().eq(0..wanted);
            return Some(if all_in_order {
                Reading::AsItIs { why: BY_NAME }
            } else {
                Reading::Bands { bands, why: BY_NAME }
            });
        }
        if count == wanted {
            return Some(Reading::AsItIs { why: BY_PLACE });
        }
        let several = self.sources == 1 && count.is_multiple_of(wanted);
        let dates = self.task.filter(|_| several).map(|task| (task, count / wanted));
        let taken = dates.filter(|(task, dates)| task.check_dates(*dates).is_ok());
        let bands = self.among_all(described);
        match (taken, bands) {
            (Some((_, dates)), None) => Some(Reading::Dates(dates)),
            (Some((task, dates)), Some(_)) if task.check_dates(1).is_err() => Some(Reading::Dates(dates)),
            (_, Some(bands)) => Some(Reading::Bands { bands, why: BY_PRODUCT }),
            // A number of dates that the model does not take is told as such.
            (None, None) => dates
                .filter(|(task, _)| task.backbone.temporal.is_some())
                .map(|(_, dates)| Reading::Dates(dates)),
        }
    }

    /// The wanted bands in a raster that has all bands of a product in its order, as far as their number tells
    /// and what their descriptions say does not contradict that.
    fn among_all(&self, described: &[&str]) -> Option<Vec<usize>> {
        let LayerModality::Image(modality) = self.modality else { return None };
        let is_of_number = |all: &&[&str]| all.len() == described.len();
        let all = products(modality).into_iter().map(Modality::bands).find(is_of_number)?;
        let order: Vec<_> = all.iter().map(ToString::to_string).collect();
        if band_order::contradicts(modality.name(), &order, described) {
            return None;
        }
        self.bands.iter().map(|band| all.iter().position(|known| known == band)).collect()
    }
}

/// Whose orders of bands a raster of a modality may have: 13 bands are Sentinel-2's before the product of level 2A
/// leaves one out.
fn products(modality: Modality) -> Vec<Modality> {
    match modality {
        Modality::S2L2A => vec![Modality::S2L2A, Modality::S2L1C],
        other => vec![other],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::encoder::Merge;
    use model::task::{Backbone, Decoder, Head, Objective, Pooling, TaskModality, Temporal};

    /// How a raster with these bands is read for a model of four bands of S2L2A.
    fn read(
        described: &[&str],
        sources: usize,
        temporal: Option<(Pooling, Option<usize>)>,
    ) -> Option<Reading> {
        let bands: Vec<_> = ["BLUE", "GREEN", "RED", "NIR_NARROW"].map(String::from).to_vec();
        let own = TaskModality {
            name: String::from("S2L2A"),
            raw: Some(Modality::S2L2A),
            mean: vec![0.0; 4],
            std: vec![1.0; 4],
            missing: None,
            bands,
        };
        let temporal = temporal.map(|(pooling, timestamps)| Temporal {
            pooling,
            timestamps,
            subset_lengths: Vec::new(),
        });
        let task = Task {
            objective: Objective::Regression { outputs: 1, unit: String::new() },
            backbone: Backbone {
                modalities: vec![own.clone()],
                merge: Merge::Mean,
                tim: Vec::new(),
                temporal,
            },
            necks: Vec::new(),
            decoder: Decoder::Identity { out_index: -1 },
            head: Head::default(),
        };
        let modality = LayerModality::Image(Modality::S2L2A);
        Wish { modality, bands: &own.bands, task: Some(&task), sources }.reading(described)
    }

    #[test]
    fn bands_are_taken_by_their_number_their_names_or_the_order_of_all() {
        assert_eq!(read(&[""; 4], 1, None), Some(Reading::AsItIs { why: BY_PLACE }));
        assert_eq!(read(&["blue", "green", "red", "B8A"], 1, None), Some(Reading::AsItIs { why: BY_NAME }));
        assert_eq!(read(&["blue", "a", "b", "c"], 1, None), Some(Reading::AsItIs { why: BY_PLACE }));
        let mixed = read(&["red", "green", "blue", "B8A"], 1, None);
        let why = "by their descriptions";
        assert_eq!(mixed, Some(Reading::Bands { bands: vec![2, 1, 0, 3], why }), "names win over the number");
        let named = read(&["nir_narrow", "scl", "B2", "B04", "B03"], 1, None);
        assert_eq!(named, Some(Reading::Bands { bands: vec![2, 4, 3, 0], why: "by their descriptions" }));
        let why = "by the order of all bands of the product";
        assert_eq!(read(&[""; 12], 1, None), Some(Reading::Bands { bands: vec![1, 2, 3, 8], why }));
        assert_eq!(read(&[""; 13], 1, None), Some(Reading::Bands { bands: vec![1, 2, 3, 8], why }));
        assert_eq!(read(&[""; 8], 1, None), None);
        assert_eq!(read(&[""; 3], 1, None), None);
    }

    #[test]
    fn other_models_take_bands_by_name_too_but_no_dates() {
        let bands: Vec<_> = Modality::S2L2A.bands().iter().map(ToString::to_string).collect();
        let modality = LayerModality::Image(Modality::S2L2A);
        let read =
            |described: &[&str]| Wish { modality, bands: &bands, task: None, sources: 1 }.reading(described);
        let mut names =
            ["B02", "B03", "B04", "B08", "B01", "B05", "B06", "B07", "B8A", "B09", "B11", "B12", "SCL"];
        let places = vec![4, 0, 1, 2, 5, 6, 7, 3, 8, 9, 10, 11];
        assert_eq!(read(&names), Some(Reading::Bands { bands: places, why: "by their descriptions" }));
        names[12] = "B12";
        assert_eq!(read(&names), None, "which B12 is meant is not known");
        let why = "by the order of all bands of the product";
        let without_cirrus = (0..13).filter(|band| *band != 10).collect();
        assert_eq!(read(&[""; 13]), Some(Reading::Bands { bands: without_cirrus, why }));
        assert_eq!(read(&[""; 24]), None);
    }

    #[test]
    fn several_dates_in_one_raster_are_told_from_all_bands_by_what_the_model_takes() {
        let why = "by the order of all bands of the product";
        let all = Some(Reading::Bands { bands: vec![1, 2, 3, 8], why });
        let concat = Some((Pooling::Concat, Some(3)));
        assert_eq!(read(&[""; 12], 1, concat), Some(Reading::Dates(3)));
        assert_eq!(read(&[""; 8], 1, concat), Some(Reading::Dates(2)), "a wrong number is told later");
        assert_eq!(read(&[""; 12], 3, concat), all, "each raster is a date");
        assert_eq!(read(&[""; 12], 1, Some((Pooling::Max, None))), all, "both would do");
        assert_eq!(read(&[""; 8], 1, Some((Pooling::Max, None))), Some(Reading::Dates(2)));
    }
}
