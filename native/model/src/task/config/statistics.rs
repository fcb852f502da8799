//! Means and standard deviations of the inputs, from the settings of the data module.

use checkpoint::Value;

use super::ConfigFault;
use super::backbone::Input;
use super::fields::{self, Fields};
use crate::task::TaskModality;

/// Statistics that TerraTorch's data module for multi-temporal crops has in its code, where no configuration
/// shows them: band, mean, standard deviation.
const CROPS: [(&str, f64, f64); 6] = [
    ("BLUE", 494.905_781, 284.925_432),
    ("GREEN", 815.239_594, 357.848_76),
    ("RED", 924.335_066, 575.566_823),
    ("NIR_NARROW", 2_968.881_459, 896.601_013),
    ("SWIR_1", 2_634.621_962, 951.900_334),
    ("SWIR_2", 1_739.579_917, 921.407_808),
];

/// Mean and standard deviation of every band.
type Statistics = (Vec<f64>, Vec<f64>);

const CROPS_MODULE: &str = "MultiTemporalCropClassificationDataModule";

/// Data modules that hand on the pixels as they are where they have no statistics at all.
const RAW_WITHOUT_STATISTICS: [&str; 2] =
    ["GenericNonGeoSegmentationDataModule", "GenericNonGeoPixelwiseRegressionDataModule"];

/// The data module that hands on the pixels of the modalities that its statistics do not name.
const RAW_UNLESS_NAMED: &str = "GenericMultiModalDataModule";

/// The settings of a data module that matter to predictions.
pub struct Data<'a> {
    /// Its class, where the configuration names it.
    class: Option<&'a str>,
    means: Option<&'a Value>,
    stds: Option<&'a Value>,
    /// What pixels are multiplied with before they are standardised.
    scale: Option<&'a Value>,
    bands: Option<&'a Value>,
    /// What stands for missing pixels.
    missing: Option<&'a Value>,
    path: String,
}

impl<'a> Data<'a> {
    /// Reads `data`, in which all other settings are about files and training.
    pub fn of(class: Option<&'a str>, path: &str, settings: &'a Value) -> Result<Self, ConfigFault> {
        let mut fields = Fields::of(path, settings)?;
        Ok(Self {
            class,
            means: fields.take("means"),
            stds: fields.take("stds"),
            scale: fields.take("constant_scale"),
            bands: fields.take("bands"),
            missing: fields.take("no_data_replace"),
            path: path.to_owned(),
        })
    }

    /// Whether its class has this name, whatever module it lies in.
    fn is(&self, name: &str) -> bool {
        self.class.is_some_and(|class| class.rsplit('.').next() == Some(name))
    }

    /// Whether TerraTorch does not standardise modalities that these settings have no statistics of.
    fn leaves_raw(&self) -> bool {
        match self.means {
            Some(_) => self.is(RAW_UNLESS_NAMED),
            None => RAW_WITHOUT_STATISTICS.iter().any(|name| self.is(name)),
        }
    }
}

/// Gives every input its statistics: those of the data module; none, where it trains on the pixels as they are; or
/// else those of pre-training. The last two are noted.
pub fn give(
    data: Option<&Data<'_>>,
    inputs: Vec<Input>,
    notes: &mut Vec<String>,
) -> Result<Vec<TaskModality>, ConfigFault> {
    let alone = inputs.len() == 1;
    inputs.into_iter().map(|input| give_one(data, input, alone, notes)).collect()
}

fn give_one(
    data: Option<&Data<'_>>,
    input: Input,
    alone: bool,
    notes: &mut Vec<String>,
) -> Result<TaskModality, ConfigFault> {
    let found = match data {
        Some(data) => own(data, &input, alone, notes)?,
        None => None,
    };
    let (mean, std) = match (found, data) {
        (Some(found), _) => found,
        (None, Some(data)) if data.leaves_raw() => as_they_are(data, &input, notes)?,
        (None, data) => pretraining(data, &input, notes)?,
    };
    let Input { name, raw, bands, channels } = input;
    let bands = if bands.is_empty() { (1..=channels).map(|n| format!("band {n}")).collect() } else { bands };
    let missing = data.map(missing).transpose()?.flatten();
    Ok(TaskModality { name, raw, bands, mean, std, missing })
}

/// Those of the data module, in the units of the pixels.
fn own(
    data: &Data<'_>,
    input: &Input,
    alone: bool,
    notes: &mut Vec<String>,
) -> Result<Option<Statistics>, ConfigFault> {
    let setting = |name: &str| format!("{}.{name}", data.path);
    let (mean, std) = match (data.means, data.stds) {
        (Some(means), Some(stds)) => {
            let mean = of_input(&setting("means"), means, input, alone)?;
            let std = of_input(&setting("stds"), stds, input, alone)?;
            match (mean, std) {
                (Some(mean), Some(std)) => (mean, std),
                (None, None) => return Ok(None),
                _ => {
                    return Err(ConfigFault::Missing {
                        setting: setting(&format!("means or stds of {}", input.name)),
                        wanted: "expected both".to_owned(),
                    });
                }
            }
        }
        (None, None) => match crops(data, input)? {
            Some(found) => found,
            None => return Ok(None),
        },
        (means, _) => {
            let absent = if means.is_none() { "means" } else { "stds" };
            return Err(ConfigFault::Missing {
                setting: setting(absent),
                wanted: "expected both means and stds".to_owned(),
            });
        }
    };
    if std.iter().any(|&std| std <= 0.0) {
        let found = format!("{std:?}");
        let wanted = format!("positive numbers for {}", input.name);
        return Err(ConfigFault::Value { setting: setting("stds"), found, wanted });
    }
    let Some(scale) = scale(data, input)? else { return Ok(Some((mean, std))) };
    notes.push(format!(
        "{}: pixels are multiplied by {scale} (constant_scale), as in training; give the layer as it was then, not multiplied",
        input.name
    ));
    // (scale · x - mean) / std = (x - mean / scale) / (std / scale)
    let divide = |numbers: Vec<f64>| numbers.into_iter().map(|number| number / scale).collect();
    Ok(Some((divide(mean), divide(std))))
}

/// A list for the one modality, or lists by the modalities' names.
fn of_input(
    setting: &str,
    value: &Value,
    input: &Input,
    alone: bool,
) -> Result<Option<Vec<f64>>, ConfigFault> {
    let (setting, value) = match value {
        Value::Dict(_) => match value.get(&input.name) {
            Some(value) => (format!("{setting}.{}", input.name), value),
            None => return Ok(None),
        },
        Value::Str(_) => {
            return Err(fields::wrong(setting, value, "the numbers themselves, not a file that holds them"));
        }
        _ if alone => (setting.to_owned(), value),
        _ => return Err(fields::wrong(setting, value, "a list for each modality by its name")),
    };
    let numbers = fields::numbers(&setting, value)?;
    match numbers.len() {
        1 => Ok(Some(vec![numbers[0]; input.channels])),
        length if length == input.channels => Ok(Some(numbers)),
        length => Err(ConfigFault::Value {
            setting,
            found: format!("a list of {length} numbers"),
            wanted: format!("{}, one for each band of {}", input.channels, input.name),
        }),
    }
}

/// What TerraTorch puts in the place of missing pixels before it multiplies and standardises.
fn missing(data: &Data<'_>) -> Result<Option<f64>, ConfigFault> {
    match data.missing {
        Some(Value::None) => Ok(None),
        Some(value) => fields::number(&format!("{}.no_data_replace", data.path), value).map(Some),
        // What the module has in its code.
        None => Ok(data.is(CROPS_MODULE).then_some(0.0)),
    }
}

fn scale(data: &Data<'_>, input: &Input) -> Result<Option<f64>, ConfigFault> {
    let setting = format!("{}.constant_scale", data.path);
    let value = match data.scale {
        Some(by_name @ Value::Dict(_)) => by_name.get(&input.name),
        other => other,
    };
    let Some(value) = value else { return Ok(None) };
    match fields::number(&setting, value)? {
        scale if scale > 0.0 => Ok(Some(scale)),
        _ => Err(fields::wrong(&setting, value, "a number above 0")),
    }
}

fn crops(data: &Data<'_>, input: &Input) -> Result<Option<Statistics>, ConfigFault> {
    if !data.is(CROPS_MODULE) {
        return Ok(None);
    }
    let setting = format!("{}.bands", data.path);
    let bands = match data.bands {
        Some(bands) => fields::texts(&setting, bands)?,
        None => CROPS.iter().map(|&(band, ..)| band.to_owned()).collect(),
    };
    if bands != input.bands {
        return Err(ConfigFault::Value {
            setting,
            found: bands.join(", "),
            wanted: format!("the bands of the model's {}: {}", input.name, input.bands.join(", ")),
        });
    }
    let of_band = |band: &String| CROPS.iter().find(|(name, ..)| name == band);
    let found: Option<Vec<_>> = bands.iter().map(of_band).collect();
    Ok(found.map(|found| found.iter().map(|&&(_, mean, std)| (mean, std)).unzip()))
}

/// Those that change nothing but the unit, which the scale may.
fn as_they_are(data: &Data<'_>, input: &Input, notes: &mut Vec<String>) -> Result<Statistics, ConfigFault> {
    let scale = scale(data, input)?.unwrap_or(1.0);
    notes.push(format!(
        "{} has no means and stds of {}, so the model was trained on its raw values, and they are not standardised; give \
         them in the unit and range of the training images",
        data.class.unwrap_or("the data module"),
        input.name
    ));
    Ok((vec![0.0; input.channels], vec![1.0 / scale; input.channels]))
}

/// Those of pre-training, which only bands of pre-training have.
fn pretraining(
    data: Option<&Data<'_>>,
    input: &Input,
    notes: &mut Vec<String>,
) -> Result<Statistics, ConfigFault> {
    let of_band = |band: &String| {
        let raw = input.raw?;
        let channel = raw.bands().iter().position(|known| known == band)?;
        Some((raw.mean()[channel], raw.std()[channel]))
    };
    let found: Option<Vec<_>> = input.bands.iter().map(of_band).collect();
    let Some(found) = found.filter(|found| !found.is_empty()) else {
        return Err(ConfigFault::Missing {
            setting: format!("the means and stds of {}", input.name),
            wanted:
                "TerraMind has none for bands that it was not trained on; give a configuration whose data \
                     section has them"
                    .to_owned(),
        });
    };
    let why = match data.and_then(|data| data.class) {
        Some(class) => format!("the settings of {class} have no means and stds of {}", input.name),
        None => format!("no data section with means and stds of {} was given", input.name),
    };
    notes.push(format!(
        "{why}, so those of TerraMind's pre-training are used; if the model was trained with others, give them"
    ));
    Ok(found.into_iter().unzip())
}
