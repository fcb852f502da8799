//! The layers of a modality: one per date, each with the bands that are wanted.

use super::preparation::{Preparation, task_modality};
use super::{Consumer, LayerModality};
use crate::{Error, band_order};
use model::task::TaskModality;
use raster::Layer;

/// Opens the layers of all dates.
///
/// Layers have the wanted bands and no others, but for fine-tuned models, which may want a part of a modality's
/// bands: there a layer may also have all bands of the modality, or bands whose descriptions tell which they are,
/// and a model that takes several dates may be given them in one raster, all bands of the first date before those
/// of the second.
pub(super) fn open(
    modality: LayerModality,
    sources: &[String],
    preparation: &Preparation,
    consumer: Consumer<'_>,
) -> Result<Vec<Layer>, Error> {
    let name = modality.name();
    let open =
        |source: &String| Layer::open(source).map_err(|source| Error::Layer { modality: name, source });
    let own = match (modality, consumer) {
        (LayerModality::Image(_) | LayerModality::Own(_), Consumer::FineTuned(pack)) => {
            Some((task_modality(modality, pack)?, pack.architecture().task.backbone.temporal.is_some()))
        }
        _ => None,
    };
    let mut dates = Vec::with_capacity(sources.len());
    for source in sources {
        let layer = open(source)?;
        let count = layer.band_count();
        let Some((own, takes_dates)) = own else {
            preparation.check_bands(name, &layer)?;
            dates.push(layer);
            continue;
        };
        let wanted = own.bands.len();
        if let Some(bands) = selection(name, own, &layer) {
            dates.push(layer.with_bands(&bands));
        } else if takes_dates && sources.len() == 1 && count.is_multiple_of(wanted) {
            for first in (0..count).step_by(wanted) {
                let bands: Vec<_> = (first..first + wanted).collect();
                dates.push(open(source)?.with_bands(&bands));
            }
        } else {
            preparation.check_bands(name, &layer)?;
        }
    }
    Ok(dates)
}

/// The bands of a layer, from 0, that are those of a model's modality.
fn selection(parameter: &str, own: &TaskModality, layer: &Layer) -> Option<Vec<usize>> {
    let (count, wanted) = (layer.band_count(), &own.bands);
    if count == wanted.len() {
        return Some((0..count).collect());
    }
    let described: Vec<_> = layer.band_descriptions().collect();
    band_order::places(parameter, wanted, &described).or_else(|| {
        let all = own.raw?.bands();
        let place = |band: &String| all.iter().position(|known| known == band);
        if count == all.len() { wanted.iter().map(place).collect() } else { None }
    })
}
