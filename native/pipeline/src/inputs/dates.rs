//! The layers of a modality: one per date, each with the bands that are wanted.

use super::preparation::{Preparation, task_modality};
use super::{Consumer, LayerModality};
use crate::{Error, band_order};
use model::band_label;
use model::task::{Task, TaskModality};
use raster::Layer;

/// The layers of a modality, and what is to be told of how its rasters were read.
pub(super) struct Dates {
    pub layers: Vec<Layer>,
    pub notes: Vec<String>,
}

/// Opens the layers of all dates.
///
/// Layers have the wanted bands and no others, but for fine-tuned models, which may want a part of a modality's
/// bands: see [`Reading`].
pub(super) fn open(
    modality: LayerModality,
    sources: &[String],
    preparation: &Preparation,
    consumer: Consumer<'_>,
) -> Result<Dates, Error> {
    let name = modality.name();
    let open =
        |source: &String| Layer::open(source).map_err(|source| Error::Layer { modality: name, source });
    let (mut layers, mut notes) = (Vec::with_capacity(sources.len()), Vec::new());
    for source in sources {
        let layer = open(source)?;
        let Consumer::FineTuned(pack) = consumer else {
            preparation.check_bands(name, &layer)?;
            layers.push(layer);
            continue;
        };
        if let LayerModality::Tokens(_) = modality {
            preparation.check_bands(name, &layer)?;
            layers.push(layer);
            continue;
        }
        let own = task_modality(modality, pack)?;
        match Reading::of(&layer, name, own, &pack.architecture().task, sources.len()) {
            Some(Reading::AsItIs) => layers.push(layer),
            Some(Reading::Bands { bands, why }) => {
                let label = |(band, name_of): (&usize, &String)| {
                    format!("{} is band {}", band_label(name, name_of), band + 1)
                };
                let places: Vec<_> = bands.iter().zip(&own.bands).map(label).collect();
                notes.push(format!(
                    "{name}: of {} bands those that the model takes, {why}: {}",
                    layer.band_count(),
                    places.join(", ")
                ));
                layers.push(layer.with_bands(&bands));
            }
            Some(Reading::Dates(dates)) => {
                let wanted = own.bands.len();
                notes.push(format!(
                    "{name}: read as {dates} dates of {wanted} bands each, one after the other: {source}"
                ));
                for date in 0..dates {
                    let bands: Vec<_> = (date * wanted..(date + 1) * wanted).collect();
                    layers.push(open(source)?.with_bands(&bands));
                }
            }
            None => preparation.check_bands(name, &layer)?,
        }
    }
    Ok(Dates { layers, notes })
}

/// How a raster is read for a fine-tuned model.
#[derive(Debug, PartialEq)]
enum Reading {
    /// It has the wanted bands and no others.
    AsItIs,
    /// These of its bands, counted from 0.
    Bands { bands: Vec<usize>, why: &'static str },
    /// So many dates, all bands of the first before those of the second.
    Dates(usize),
}

impl Reading {
    /// Decides by the number of bands and their descriptions. Where a raster can be one date with all bands of the
    /// modality as well as several dates, the number of dates that the model takes decides, and then one date.
    fn of(layer: &Layer, parameter: &str, own: &TaskModality, task: &Task, sources: usize) -> Option<Self> {
        let described: Vec<_> = layer.band_descriptions().collect();
        Self::of_bands(&described, parameter, own, task, sources)
    }

    fn of_bands(
        described: &[&str],
        parameter: &str,
        own: &TaskModality,
        task: &Task,
        sources: usize,
    ) -> Option<Self> {
        let (count, wanted) = (described.len(), own.bands.len());
        if count == wanted {
            return Some(Self::AsItIs);
        }
        if let Some(bands) = band_order::places(parameter, &own.bands, described) {
            return Some(Self::Bands { bands, why: "by their descriptions" });
        }
        let dates = (sources == 1 && count.is_multiple_of(wanted)).then_some(count / wanted);
        let dates = dates.filter(|&dates| task.check_dates(dates).is_ok());
        let all = own.raw.map(|raw| raw.bands()).filter(|all| all.len() == count);
        let place = |band: &String| all?.iter().position(|known| known == band);
        let bands: Option<Vec<_>> = own.bands.iter().map(place).collect();
        match (dates, bands) {
            (Some(dates), None) => Some(Self::Dates(dates)),
            (Some(dates), Some(_)) if task.check_dates(1).is_err() => Some(Self::Dates(dates)),
            (_, Some(bands)) => Some(Self::Bands { bands, why: "by the order of all bands of the modality" }),
            // A number of dates that the model does not take is told as such.
            (None, None)
                if sources == 1 && count.is_multiple_of(wanted) && task.backbone.temporal.is_some() =>
            {
                Some(Self::Dates(count / wanted))
            }
            (None, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Modality;
    use model::encoder::Merge;
    use model::task::{Backbone, Decoder, Head, Objective, Pooling, Temporal};

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
        Reading::of_bands(described, "S2L2A", &own, &task, sources)
    }

    #[test]
    fn bands_are_taken_by_their_number_their_names_or_the_order_of_all() {
        assert_eq!(read(&[""; 4], 1, None), Some(Reading::AsItIs));
        let named = read(&["nir_narrow", "scl", "B2", "B04", "B03"], 1, None);
        assert_eq!(named, Some(Reading::Bands { bands: vec![2, 4, 3, 0], why: "by their descriptions" }));
        let why = "by the order of all bands of the modality";
        assert_eq!(read(&[""; 12], 1, None), Some(Reading::Bands { bands: vec![1, 2, 3, 8], why }));
        assert_eq!(read(&[""; 8], 1, None), None);
        assert_eq!(read(&[""; 3], 1, None), None);
    }

    #[test]
    fn several_dates_in_one_raster_are_told_from_all_bands_by_what_the_model_takes() {
        let why = "by the order of all bands of the modality";
        let all = Some(Reading::Bands { bands: vec![1, 2, 3, 8], why });
        let concat = Some((Pooling::Concat, Some(3)));
        assert_eq!(read(&[""; 12], 1, concat), Some(Reading::Dates(3)));
        assert_eq!(read(&[""; 8], 1, concat), Some(Reading::Dates(2)), "a wrong number is told later");
        assert_eq!(read(&[""; 12], 3, concat), all, "each raster is a date");
        assert_eq!(read(&[""; 12], 1, Some((Pooling::Max, None))), all, "both would do");
        assert_eq!(read(&[""; 8], 1, Some((Pooling::Max, None))), Some(Reading::Dates(2)));
    }
}
