//! The settings of TerraMind itself, as TerraTorch's `build_modality_embeddings`, `TerraMindTiM` and
//! `TemporalWrapper` understand them.

use checkpoint::Value;

use super::ConfigFault;
use super::fields::{self, Fields, show};
use crate::architecture::Size;
use crate::encoder::Merge;
use crate::task::{Pooling, Temporal};
use crate::{Modality, TokenModality};

const BACKBONES: &str = "are terramind_v1_tiny, terramind_v1_small, terramind_v1_base and terramind_v1_large, \
                         each also with _tim";

const MODALITIES: &str = "are S2L2A, S2L1C, RGB, S1GRD, S1RTC and DEM, and new ones by the number of their \
                          channels, such as {NAME: 4}";

const TIM_MODALITIES: &str = "are S2L2A, S1GRD, S1RTC, DEM, LULC and NDVI";

/// Without effect on predictions: where training starts from, what it leaves out by chance, and how tokens are
/// drawn, which whoever runs the model chooses.
const TRAINING: [&str; 9] = [
    "pretrained",
    "ckpt_path",
    "drop_rate",
    "drop_path_rate",
    "attn_drop_rate",
    "modality_drop_rate",
    "tim_temps",
    "tim_top_p",
    "tim_top_k",
];

/// A backbone, before the statistics of its inputs are known.
#[derive(Debug)]
pub struct BackboneSettings {
    /// The size in its name.
    pub size: Size,
    pub inputs: Vec<Input>,
    pub merge: Merge,
    pub tim: Vec<TokenModality>,
    pub temporal: Option<Temporal>,
}

/// An image that it takes.
#[derive(Debug)]
pub struct Input {
    pub name: String,
    pub raw: Option<Modality>,
    /// Names, or nothing for a new modality of which only the number of channels is known.
    pub bands: Vec<String>,
    pub channels: usize,
}

/// Reads `backbone_…`; `name` is that of the backbone.
pub fn read(name: &str, mut fields: Fields<'_>) -> Result<BackboneSettings, ConfigFault> {
    let (size, thinks) = size(name)?;
    fields.ignore(&TRAINING);
    let mut inputs = inputs(&mut fields)?;
    bands(&mut fields, &mut inputs, thinks)?;
    let tim = if thinks { tim(&mut fields, &inputs)? } else { Vec::new() };
    let merge = merge(&mut fields, inputs.len() + tim.len())?;
    let temporal = temporal(&mut fields)?;
    fields.only("img_size", &[Value::Int(224)])?;
    fields.only("patch_size", &[Value::Int(16)])?;
    fields.only("padding", &[Value::Str("reflect".to_owned())])?;
    fields.only("num_register_tokens", &[Value::Int(0)])?;
    fields.only("encoder_norm", &[Value::Bool(true)])?;
    fields.only("qk_norm", &[Value::Bool(false)])?;
    fields.finish()?;
    Ok(BackboneSettings { size, inputs, merge, tim, temporal })
}

/// The size in a backbone's name, and whether it thinks in modalities.
fn size(name: &str) -> Result<(Size, bool), ConfigFault> {
    let unsupported = || ConfigFault::Unsupported {
        what: "the backbone".to_owned(),
        found: name.to_owned(),
        supported: BACKBONES.to_owned(),
    };
    let plain = name.strip_prefix("terratorch_").unwrap_or(name);
    let size = plain.strip_prefix("terramind_v1_").ok_or_else(unsupported)?;
    let (size, thinks) = size.strip_suffix("_tim").map_or((size, false), |size| (size, true));
    let sizes = [Size::Tiny, Size::Small, Size::Base, Size::Large];
    let size = sizes.into_iter().find(|known| known.name() == size).ok_or_else(unsupported)?;
    Ok((size, thinks))
}

fn inputs(fields: &mut Fields<'_>) -> Result<Vec<Input>, ConfigFault> {
    let setting = fields.name("modalities");
    let wanted = "modalities, each a name or {name: number of channels}";
    let channels = fields.read("in_chans", fields::count)?;
    let mut inputs = Vec::new();
    match fields.take("modalities") {
        // TerraTorch then makes one image that pre-training did not have.
        None => inputs.push(Input::new("image", channels.unwrap_or(3))),
        Some(Value::Dict(pairs)) => new_modalities(&setting, pairs, &mut inputs)?,
        Some(Value::List(items) | Value::Tuple(items)) => {
            for item in items {
                match item {
                    Value::Str(name) => inputs.push(Input::pretrained(name)?),
                    Value::Dict(pairs) => new_modalities(&setting, pairs, &mut inputs)?,
                    other => return Err(fields::wrong(&setting, other, wanted)),
                }
            }
        }
        Some(other) => return Err(fields::wrong(&setting, other, wanted)),
    }
    if inputs.is_empty() {
        return Err(ConfigFault::Missing { setting, wanted: "expected at least one modality".to_owned() });
    }
    for (index, input) in inputs.iter().enumerate() {
        let twice =
            |other: &Input| other.name == input.name || (input.raw.is_some() && other.raw == input.raw);
        if let Some(other) = inputs[..index].iter().find(|other| twice(other)) {
            return Err(ConfigFault::Unsupported {
                what: setting,
                found: format!("with {} and {}, which share their weights,", other.name, input.name),
                supported: "is each modality once".to_owned(),
            });
        }
    }
    Ok(inputs)
}

fn new_modalities(
    setting: &str,
    pairs: &[(Value, Value)],
    inputs: &mut Vec<Input>,
) -> Result<(), ConfigFault> {
    for (name, channels) in pairs {
        let name = fields::text(setting, name)?;
        inputs.push(Input::new(name, fields::count(&format!("{setting}.{name}"), channels)?));
    }
    Ok(())
}

impl Input {
    fn new(name: &str, channels: usize) -> Self {
        Self { name: name.to_owned(), raw: None, bands: Vec::new(), channels }
    }

    fn pretrained(name: &str) -> Result<Self, ConfigFault> {
        let raw = raw_modality(name).ok_or_else(|| ConfigFault::Unsupported {
            what: "the modality".to_owned(),
            found: name.to_owned(),
            supported: MODALITIES.to_owned(),
        })?;
        let bands: Vec<_> = raw.bands().iter().map(|&band| band.to_owned()).collect();
        Ok(Self { name: name.to_owned(), raw: Some(raw), channels: bands.len(), bands })
    }
}

/// TerraTorch finds modalities by parts of their names, in this order: `S2L1C_PLANET` continues S2L1C.
fn raw_modality(name: &str) -> Option<Modality> {
    if let Some(modality) = Modality::ALL.into_iter().find(|modality| modality.checkpoint_key() == name) {
        return Some(modality);
    }
    let lower = name.to_lowercase().replace("s2", "sen2").replace("s1", "sen1");
    let parts = [
        ("sen2l2a", Modality::S2L2A),
        ("sen2l1c", Modality::S2L1C),
        ("sen1rtc", Modality::S1Rtc),
        ("sen1", Modality::S1Grd),
        ("rgb", Modality::Rgb),
        ("dem", Modality::Dem),
    ];
    parts.into_iter().find(|(part, _)| lower.contains(part)).map(|(_, modality)| modality)
}

/// As [`raw_modality`], for tokens.
fn token_modality(name: &str) -> Option<TokenModality> {
    let known = TokenModality::ALL.into_iter().find(|modality| modality.checkpoint_key() == name);
    if known.is_some() {
        return known;
    }
    let lower = name.to_lowercase().replace("s2", "sen2").replace("s1", "sen1");
    let parts = [
        ("sen2", TokenModality::S2L2A),
        ("sen1rtc", TokenModality::S1Rtc),
        ("sen1", TokenModality::S1Grd),
        ("dem", TokenModality::Dem),
        ("lulc", TokenModality::Lulc),
        ("ndvi", TokenModality::Ndvi),
    ];
    parts.into_iter().find(|(part, _)| lower.contains(part)).map(|(_, modality)| modality)
}

/// Subsets of bands and new ones. TerraTorch has none for models that imagine.
fn bands(fields: &mut Fields<'_>, inputs: &mut [Input], thinks: bool) -> Result<(), ConfigFault> {
    let setting = fields.name("bands");
    let Some(value) = fields.take("bands") else { return Ok(()) };
    if thinks {
        return Err(ConfigFault::Unsupported {
            what: setting,
            found: "for a backbone that imagines (…_tim)".to_owned(),
            supported: "are the bands of pre-training".to_owned(),
        });
    }
    let Value::Dict(pairs) = value else {
        return Err(fields::wrong(&setting, value, "a list of bands for each modality"));
    };
    for (name, bands) in pairs {
        let name = fields::text(&setting, name)?;
        let place = format!("{setting}.{name}");
        let Some(input) = inputs.iter_mut().find(|input| input.name == name) else {
            let wanted = "bands of one of the model's modalities";
            return Err(fields::wrong(&place, bands, wanted));
        };
        let found = fields::texts(&place, bands)?;
        let twice = found.iter().enumerate().any(|(index, band)| found[..index].contains(band));
        let fits = input.raw.is_some() || found.len() == input.channels;
        if found.is_empty() || twice || !fits {
            let wanted = match input.raw {
                Some(_) => "names of bands, each once".to_owned(),
                None => format!("{} names of bands, each once", input.channels),
            };
            return Err(fields::wrong(&place, bands, &wanted));
        }
        input.channels = found.len();
        input.bands = found;
    }
    Ok(())
}

fn tim(fields: &mut Fields<'_>, inputs: &[Input]) -> Result<Vec<TokenModality>, ConfigFault> {
    if let Some(new) = inputs.iter().find(|input| input.raw.is_none()) {
        return Err(ConfigFault::Unsupported {
            what: "the modality".to_owned(),
            found: format!("{} for a backbone that imagines (…_tim)", new.name),
            supported: "are S2L2A, S2L1C, RGB, S1GRD, S1RTC and DEM".to_owned(),
        });
    }
    let setting = fields.name("tim_modalities");
    let names = fields.read("tim_modalities", fields::texts)?.filter(|names| !names.is_empty());
    let names = names.unwrap_or_else(|| vec!["LULC".to_owned()]);
    let mut tim = Vec::new();
    for name in names {
        let unsupported = |found: String| ConfigFault::Unsupported {
            what: setting.clone(),
            found,
            supported: TIM_MODALITIES.to_owned(),
        };
        let modality = token_modality(&name).ok_or_else(|| unsupported(name.clone()))?;
        if inputs.iter().any(|input| input.name == name) {
            return Err(unsupported(format!("{name}, which is an input, too,")));
        }
        if tim.contains(&modality) {
            return Err(unsupported(format!("{name} a second time")));
        }
        tim.push(modality);
    }
    fields.only("tim_decoding_steps", &[Value::Int(1)])?;
    // With one imagined modality, there is nothing to chain.
    if tim.len() > 1 {
        fields.only("tim_chained_generations", &[Value::Bool(true)])?;
    } else {
        fields.ignore(&["tim_chained_generations"]);
    }
    Ok(tim)
}

fn merge(fields: &mut Fields<'_>, count: usize) -> Result<Merge, ConfigFault> {
    let setting = fields.name("merge_method");
    match fields.take_null("merge_method") {
        None => Ok(Merge::Mean),
        // Null leaves the tokens of several modalities in one row, which no decoder takes.
        Some(Value::None) if count == 1 => Ok(Merge::Mean),
        Some(Value::Str(name)) if name == "mean" => Ok(Merge::Mean),
        Some(Value::Str(name)) if name == "max" => Ok(Merge::Max),
        Some(Value::Str(name)) if name == "concat" => Ok(Merge::Concat),
        Some(other) => Err(ConfigFault::Unsupported {
            what: setting,
            found: format!("{} for {count} modalities", show(other)),
            supported: "are mean, max and concat".to_owned(),
        }),
    }
}

fn temporal(fields: &mut Fields<'_>) -> Result<Option<Temporal>, ConfigFault> {
    let used = fields.read("use_temporal", fields::truth)?.unwrap_or(false);
    let place = fields.name("temporal_");
    let mut fields = fields.split("temporal_");
    if !used {
        return Ok(None);
    }
    // Deprecated and without effect.
    fields.ignore(&["concat"]);
    let pooling = match fields.read("pooling", fields::text)? {
        None | Some("mean") => Pooling::Mean,
        Some("max") => Pooling::Max,
        Some("concat") => Pooling::Concat,
        Some("diff") => Pooling::Diff,
        Some(other) => {
            return Err(ConfigFault::Unsupported {
                what: fields.name("pooling"),
                found: other.to_owned(),
                supported: "are mean, max, concat and diff".to_owned(),
            });
        }
    };
    let timestamps = fields.read("n_timestamps", fields::count)?;
    let subset_lengths = fields.read("subset_lengths", fields::counts)?.unwrap_or_default();
    fields.only("features_permute_op", &[])?;
    fields.finish()?;
    let missing = |setting: &str, wanted: &str| {
        Err(ConfigFault::Missing { setting: format!("{place}{setting}"), wanted: wanted.to_owned() })
    };
    let contradiction = |wanted: String| {
        let setting = format!("{place}subset_lengths");
        Err(ConfigFault::Value { setting, found: format!("{subset_lengths:?}"), wanted })
    };
    let dates: usize = subset_lengths.iter().sum();
    let subsets = subset_lengths.len();
    match (pooling, timestamps) {
        (Pooling::Concat, None) => {
            missing("n_timestamps", "concat needs the number of dates that the model was trained for")
        }
        // TerraTorch counts the channels of all dates then, and gives those of the subsets.
        (Pooling::Concat, Some(timestamps)) if subsets > 0 && subsets != timestamps => {
            contradiction(format!("no subsets with concat, or {timestamps} of one date each"))
        }
        (Pooling::Diff, _) if subsets > 0 && subsets != 2 => {
            contradiction("two subsets, whose difference is taken".to_owned())
        }
        (Pooling::Diff, Some(timestamps)) if subsets == 0 && timestamps != 2 => {
            missing("subset_lengths", "diff needs two dates, or two subsets of dates")
        }
        (_, Some(timestamps)) if subsets > 0 && dates != timestamps => {
            contradiction(format!("lengths that add up to {timestamps}, the number of dates"))
        }
        _ => {
            let timestamps = timestamps.or((subsets > 0).then_some(dates));
            Ok(Some(Temporal { pooling, timestamps, subset_lengths }))
        }
    }
}
