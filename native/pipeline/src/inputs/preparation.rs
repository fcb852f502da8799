//! How the pixels of a layer become what a graph takes.

use super::units::Conversion;
use super::{Consumer, LayerModality};
use crate::{Error, band_order};
use model::band_label;
use model::pack::Normalisation;
use model::task::TaskModality;
use model::{FineTunedPack, Modality, Pack, TokenModality};
use raster::{Layer, Pixels};

/// How pixels become what a graph takes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Preparation {
    /// `(value − mean) / std` of each band. Where there is no value `missing` stands for it, and where that is not known
    /// the mean.
    Standardise { bands: Vec<String>, mean: Vec<f64>, std: Vec<f64>, missing: Option<f64> },
    /// One channel per class: 1 for the class of the pixel, which is the first where there is no value.
    Classes { classes: usize },
}

impl Preparation {
    /// How a consumer wants a modality.
    pub fn of(modality: LayerModality, consumer: Consumer<'_>) -> Result<Self, Error> {
        fn standardise<M>(normalisation: Normalisation<M>) -> Preparation {
            let Normalisation { bands, mean, std, .. } = normalisation;
            Preparation::Standardise { bands, mean, std, missing: None }
        }
        Ok(match (modality, consumer) {
            (LayerModality::Tokens(TokenModality::Lulc), _) => {
                Self::Classes { classes: TokenModality::Lulc.channels().bands.len() }
            }
            (LayerModality::Tokens(modality), _) => standardise(Normalisation::of_pretraining(modality)),
            (_, Consumer::FineTuned(pack)) => {
                let TaskModality { bands, mean, std, missing, .. } = task_modality(modality, pack)?.clone();
                Self::Standardise { bands, mean, std, missing }
            }
            (LayerModality::Image(modality), Consumer::Pretrained(pack)) => {
                standardise(normalisation(modality, pack)?)
            }
            (LayerModality::Image(modality), Consumer::Tokenizers) => {
                standardise(Normalisation::of_pretraining(modality))
            }
            (LayerModality::Own(_), _) => return Err(unknown(modality, consumer)),
        })
    }

    /// Refuses a layer with another number of bands, which may have been chosen.
    pub fn check_bands(&self, modality: &'static str, layer: &Layer, chosen: bool) -> Result<(), Error> {
        let (expected, names) = match self {
            Self::Standardise { bands, .. } => {
                let labels: Vec<_> = bands.iter().map(|band| band_label(modality, band)).collect();
                (bands.len(), labels.join(", "))
            }
            Self::Classes { .. } => (1, String::from("the class of each pixel")),
        };
        if layer.band_count() == expected {
            return Ok(());
        }
        let (found, listed) = (layer.band_count(), band_order::listed(layer));
        let source_name = layer.source().to_owned();
        Err(if chosen {
            Error::ChosenBands { modality, expected, names, found, listed, source_name }
        } else {
            Error::Bands { modality, expected, names, found, listed, source_name }
        })
    }

    /// Whether values are in the unit that the modality has in pre-training, as far as the means tell: a model that
    /// was fine-tuned on reflectance from 0 to 1, say, has means that are far smaller.
    pub fn has_usual_units(&self, modality: LayerModality) -> bool {
        let (Self::Standardise { bands, mean, .. }, LayerModality::Image(modality)) = (self, modality) else {
            return !matches!(modality, LayerModality::Own(_));
        };
        bands.iter().zip(mean).all(|(band, mean)| {
            let known = modality.bands().iter().position(|known| known == band);
            known.is_some_and(|channel| (0.1..=10.0).contains(&(mean / modality.mean()[channel])))
        })
    }

    /// `[channel, y, x]`; the error is the values that are no class.
    pub fn apply(&self, pixels: Pixels, conversion: &Conversion) -> Result<Vec<f32>, String> {
        match self {
            Self::Standardise { mean, std, missing, .. } => {
                let size = pixels.values.len() / mean.len();
                let mut values = pixels.values;
                for (band, (mean, std)) in mean.iter().zip(std).enumerate() {
                    let range = band * size..(band + 1) * size;
                    let standard = |usual: f64| ((usual - mean) / std) as f32;
                    let absent = missing.map_or(0.0, standard);
                    // Without a decision for each pixel: this is a tenth of the time of the smallest model.
                    let as_it_is = conversion.takes_as_it_is(band);
                    for (value, valid) in values[range.clone()].iter_mut().zip(&pixels.valid[range]) {
                        *value = match *valid {
                            true if as_it_is => standard(f64::from(*value)),
                            true => conversion.value(band, *value).map_or(absent, standard),
                            false => absent,
                        };
                    }
                }
                Ok(values)
            }
            Self::Classes { classes } => one_hot(&pixels, *classes),
        }
    }
}

fn one_hot(pixels: &Pixels, classes: usize) -> Result<Vec<f32>, String> {
    let size = pixels.values.len();
    let mut values = vec![0.0; classes * size];
    let mut wrong = Vec::new();
    for (i, (&value, &valid)) in pixels.values.iter().zip(&pixels.valid).enumerate() {
        let class = if valid { value } else { 0.0 };
        if class.fract() == 0.0 && (0.0..classes as f32).contains(&class) {
            values[class as usize * size + i] = 1.0;
        } else if !wrong.contains(&class) {
            wrong.push(class);
        }
    }
    if wrong.is_empty() {
        return Ok(values);
    }
    wrong.sort_by(f32::total_cmp);
    wrong.truncate(SHOWN_VALUES);
    Err(wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

/// How many wrong values a message lists.
const SHOWN_VALUES: usize = 8;

/// How a pre-trained model wants a modality, or an error that lists those it knows.
fn normalisation(modality: Modality, pack: &Pack) -> Result<Normalisation, Error> {
    let found = pack.manifest().normalisation(modality).cloned();
    found.ok_or_else(|| unknown(LayerModality::Image(modality), Consumer::Pretrained(pack)))
}

/// A modality of a fine-tuned model, or an error that lists those it knows.
pub(crate) fn task_modality(modality: LayerModality, pack: &FineTunedPack) -> Result<&TaskModality, Error> {
    let task = &pack.architecture().task;
    let place = LayerModality::of_task(task).iter().position(|own| *own == modality);
    place
        .map(|place| &task.backbone.modalities[place])
        .ok_or_else(|| unknown(modality, Consumer::FineTuned(pack)))
}

fn unknown(modality: LayerModality, consumer: Consumer<'_>) -> Error {
    let model = match consumer {
        Consumer::Tokenizers => String::new(),
        Consumer::Pretrained(pack) => pack.manifest().name.clone(),
        Consumer::FineTuned(pack) => pack.manifest().name.clone(),
    };
    Error::UnknownModality { modality: modality.name(), model, known: consumer.known() }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "no arithmetic is done")]
mod tests {
    use super::*;

    #[test]
    fn the_mean_becomes_zero_one_deviation_one_and_nothing_the_mean() {
        let s1 = LayerModality::Tokens(TokenModality::S1Grd);
        let preparation = Preparation::of(s1, Consumer::Tokenizers).unwrap();
        let Normalisation { mean, std, .. } = Normalisation::of_pretraining(Modality::S1Grd);
        let pixels = Pixels {
            values: [mean[0], mean[0] + std[0], mean[1] - std[1], -9999.0].map(|v| v as f32).to_vec(),
            valid: vec![true, true, true, false],
        };
        let standardised = preparation.apply(pixels, &Conversion::NONE).unwrap();
        for (found, expected) in standardised.iter().zip([0.0, 1.0, -1.0, 0.0]) {
            assert!((found - expected).abs() < 1e-6, "{standardised:?}");
        }
    }

    #[test]
    fn models_with_units_of_their_own_are_told_by_their_means() {
        let red = |mean| Preparation::Standardise {
            bands: vec![String::from("RED")],
            mean: vec![mean],
            std: vec![1.0],
            missing: None,
        };
        let s2 = LayerModality::Image(Modality::S2L2A);
        assert!(red(924.0).has_usual_units(s2));
        assert!(!red(0.06).has_usual_units(s2), "reflectance");
        assert!(!red(0.0).has_usual_units(s2), "not standardised");
        assert!(!red(924.0).has_usual_units(LayerModality::Own(0)));
    }

    #[test]
    fn classes_become_channels_and_nothing_the_first() {
        let preparation =
            Preparation::of(LayerModality::Tokens(TokenModality::Lulc), Consumer::Tokenizers).unwrap();
        let pixels =
            |values: Vec<f32>| Pixels { valid: values.iter().map(|v| *v != 255.0).collect(), values };
        let channels = preparation.apply(pixels(vec![0.0, 9.0, 255.0, 4.0]), &Conversion::NONE).unwrap();
        let hot: Vec<_> = (0..40).filter(|&i| channels[i] == 1.0).collect();
        assert_eq!((channels.len(), hot), (40, vec![0, 2, 4 * 4 + 3, 9 * 4 + 1]));
        let wrong =
            preparation.apply(pixels(vec![10.0, 1.5, -1.0, 10.0, 3.0]), &Conversion::NONE).unwrap_err();
        assert_eq!(wrong, "-1, 1.5, 10");
    }
}
