//! Whether a layer's values can be what its modality means: units, offsets, codes.
//!
//! A model takes any numbers and answers with something. So before a run a sample of each layer is held against
//! what the model was trained on, and what is unlikely is said in one sentence that names the parameter, what was
//! seen, the likely cause and what to do.
//!
//! | modality | rule | grade |
//! |---|---|---|
//! | S2L2A, S2L1C | 99 % of all bands up to 2: reflectance from 0 to 1 | warning |
//! | | 99 % of all bands up to 255: a picture, or percent | warning |
//! | | nothing taken off, but 99 % of all bands from 950 up: the +1000 of newer products | warning |
//! | | 1000 taken off, but then 5 % of the values are below -500 | warning |
//! | S1GRD, S1RTC | 99 % of all bands from 0 up: linear power (medians up to 2), or dB with the sign swapped | warning |
//! | | the median of a band below -60: scaled dB | warning |
//! | RGB | no value above 1, or 1 % above 255.5 | warning |
//! | DEM | a value above 9000 m or below -500 m | warning |
//! | NDVI | 1 % of the values beyond ±1.01 | error |
//! | | fewer | warning |
//! | LULC | a value other than 0 to 9 | error |
//! | all but LULC | one value everywhere, in all bands or in some | warning |
//! | all but LULC, if nothing else was found | 1 % of a band beyond 10 standard deviations of pre-training, or 5 on average | warning |
//!
//! It is pure: who reads the sample, and what is done with the findings, is decided elsewhere.

use crate::inputs::RAISED_BY;
use model::TokenModality;
use std::collections::BTreeSet;
use std::fmt;

/// Pixels of one layer, of as many tiles as give a fair picture of it.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// The modality's name, which is also the parameter's.
    pub modality: &'a str,
    /// The layer's bands in their order; LULC has one, the classes' numbers.
    pub bands: &'a [String],
    /// The mean of each band in training; not looked at for LULC.
    pub mean: &'a [f64],
    /// The standard deviation of each band in training; not looked at for LULC.
    pub std: &'a [f64],
    /// The values in the unit that models know, `[band, pixel]`.
    pub values: &'a [f32],
    /// Whether they count, `[band, pixel]`.
    pub valid: &'a [bool],
    /// Whether the 1000 that newer products of Sentinel-2 have added were taken off.
    pub raised: bool,
    /// Whether the model was trained on the units of pre-training, which the rules by modality are about.
    pub usual_units: bool,
}

/// Something that is wrong with a layer, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The run is possible, but the result is likely to be worthless.
    Warning(String),
    /// The values cannot be what the modality means: the run should be refused.
    Error(String),
}

impl Finding {
    /// The sentence, which begins with the parameter's name.
    #[must_use]
    pub fn message(&self) -> &str {
        match self {
            Self::Warning(message) | Self::Error(message) => message,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

/// Fewer values than this have no percentiles to speak of, and may be equal by chance.
const FEWEST: usize = 100;

/// Of so many values on either side nothing is concluded.
const RARE: f64 = 0.01;

/// What the values of a sample are unlikely to be; nothing for sound ones, nor for samples without valid values.
///
/// Sorts the values of each band: some 0.1 s per million.
#[must_use]
pub fn findings(sample: &Sample<'_>) -> Vec<Finding> {
    let bands = Band::all(sample);
    if bands.is_empty() {
        return Vec::new();
    }
    if sample.modality == TokenModality::Lulc.name() {
        return classes(sample.modality, &bands).into_iter().collect();
    }
    let specific = match sample.modality {
        _ if !sample.usual_units => None,
        "NDVI" => index(&bands),
        _ if bands.iter().any(|band| band.sorted.len() < FEWEST) => return Vec::new(),
        "S2L2A" | "S2L1C" => reflectance(&bands, sample.raised),
        "S1GRD" | "S1RTC" => backscatter(&bands),
        "RGB" => brightness(&bands),
        "DEM" => elevation(&bands),
        _ => None,
    };
    let specific = specific.map(|finding| finding.named(sample.modality));
    let constant = constant(&bands).map(|finding| finding.named(sample.modality));
    let everywhere = bands.iter().all(Band::is_constant);
    let mut found: Vec<Finding> = match (specific, constant) {
        // What is the same everywhere says nothing about its unit.
        (Some(Finding::Warning(_)), Some(constant)) if everywhere => vec![constant],
        (specific, constant) => specific.into_iter().chain(constant).collect(),
    };
    if found.is_empty() {
        found.extend(unusual(sample, &bands).map(|finding| finding.named(sample.modality)));
    }
    found
}

impl Finding {
    fn named(self, modality: &str) -> Self {
        match self {
            Self::Warning(message) => Self::Warning(format!("{modality}: {message}")),
            Self::Error(message) => Self::Error(format!("{modality}: {message}")),
        }
    }
}

/// The valid values of one band.
struct Band<'a> {
    /// Place among the layer's bands, from 0.
    index: usize,
    name: &'a str,
    /// In rising order, at least one.
    sorted: Vec<f32>,
}

impl<'a> Band<'a> {
    /// Those bands that have valid values.
    fn all(sample: &Sample<'a>) -> Vec<Self> {
        let size = sample.values.len() / sample.bands.len().max(1);
        if size == 0 {
            return Vec::new();
        }
        let bands = sample.values.chunks_exact(size).zip(sample.valid.chunks_exact(size)).zip(sample.bands);
        bands
            .enumerate()
            .map(|(index, ((values, valid), name))| {
                let valid = values.iter().zip(valid).filter(|(value, valid)| **valid && value.is_finite());
                let mut sorted: Vec<f32> = valid.map(|(value, _)| *value).collect();
                sorted.sort_unstable_by(f32::total_cmp);
                Self { index, name, sorted }
            })
            .filter(|band| !band.sorted.is_empty())
            .collect()
    }

    fn first(&self) -> f64 {
        f64::from(self.sorted[0])
    }

    fn last(&self) -> f64 {
        f64::from(self.sorted[self.sorted.len() - 1])
    }

    /// The value that a share of the values does not exceed.
    fn quantile(&self, share: f64) -> f64 {
        f64::from(self.sorted[((self.sorted.len() - 1) as f64 * share).round() as usize])
    }

    fn low(&self) -> f64 {
        self.quantile(RARE)
    }

    fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    fn high(&self) -> f64 {
        self.quantile(1.0 - RARE)
    }

    fn is_constant(&self) -> bool {
        self.sorted.len() >= FEWEST && self.first() >= self.last()
    }

    /// How many values lie below a limit.
    fn below(&self, limit: f64) -> usize {
        self.sorted.partition_point(|&value| f64::from(value) < limit)
    }

    /// How many values lie above a limit.
    fn above(&self, limit: f64) -> usize {
        self.sorted.len() - self.sorted.partition_point(|&value| f64::from(value) <= limit)
    }
}

fn least<'a>(bands: &[Band<'a>], of: impl Fn(&Band<'a>) -> f64) -> f64 {
    bands.iter().map(of).fold(f64::INFINITY, f64::min)
}

fn most<'a>(bands: &[Band<'a>], of: impl Fn(&Band<'a>) -> f64) -> f64 {
    bands.iter().map(of).fold(f64::NEG_INFINITY, f64::max)
}

/// From … to … of all bands.
fn range(bands: &[Band<'_>]) -> String {
    format!("from {} to {}", number(least(bands, Band::first)), number(most(bands, Band::last)))
}

/// With as many decimals as tell something.
fn number(value: f64) -> String {
    let decimals = if value.fract() == 0.0 || value.abs() >= 1000.0 {
        0
    } else if value.abs() >= 10.0 {
        1
    } else {
        3
    };
    let text = format!("{value:.decimals$}");
    // A tiny negative value is no "-0.000".
    if text.trim_start_matches(['-', '0', '.']).is_empty() { String::from("0") } else { text }
}

/// A share in percent.
fn percent(part: usize, whole: usize) -> String {
    let percent = 100.0 * part as f64 / whole as f64;
    if percent >= 1.0 { format!("{percent:.0} %") } else { format!("{percent:.2} %") }
}

/// Offset products have their darkest pixels near [`RAISED_BY`], atmospheric correction takes some below it.
pub(crate) const DARKEST_WITH_ADDED: f64 = 950.0;

/// Where even the darkest band is brighter, there are clouds or snow, with or without an offset.
const DARK: f64 = 2000.0;

fn reflectance(bands: &[Band<'_>], raised: bool) -> Option<Finding> {
    let high = most(bands, Band::high);
    if high <= 2.0 {
        return Some(Finding::Warning(format!(
            "the values go {}, which looks like reflectance from 0 to 1, but TerraMind was trained on reflectance × 10,000; set S2_UNITS to reflectance",
            range(bands)
        )));
    }
    if high <= 255.0 {
        return Some(Finding::Warning(format!(
            "hardly any value is above {}, which looks like an 8 bit picture or percent, but TerraMind was trained on reflectance × 10,000; choose the product with its original values",
            number(high)
        )));
    }
    let darkest = least(bands, Band::low);
    if !raised && (DARKEST_WITH_ADDED..=DARK).contains(&darkest) {
        return Some(Finding::Warning(format!(
            "in every band hardly any value is below {}, which looks like a product since 2022-01-25 with 1000 added to its values, but nothing is taken off; set S2_UNITS to dn+1000, unless this is a place of bright sand or cloud",
            number(darkest)
        )));
    }
    let (total, below) = bands.iter().fold((0, 0), |(total, below), band| {
        (total + band.sorted.len(), below + band.below(-RAISED_BY / 2.0))
    });
    if raised && below as f64 > 0.05 * total as f64 {
        return Some(Finding::Warning(format!(
            "1000 is taken off, but then {} of the values are below {}, as in products without it; set S2_UNITS to dn",
            percent(below, total),
            number(-RAISED_BY / 2.0)
        )));
    }
    None
}

fn backscatter(bands: &[Band<'_>]) -> Option<Finding> {
    let (low, median) = (least(bands, Band::low), most(bands, Band::median));
    if low >= 0.0 && median <= 2.0 {
        return Some(Finding::Warning(format!(
            "no values are negative (they go {}), which looks like linear power, but TerraMind was trained on dB; set S1_UNITS to power",
            range(bands)
        )));
    }
    if low >= 0.0 {
        return Some(Finding::Warning(format!(
            "no values are negative (they go {}, the median is up to {}), which looks like dB with the sign swapped, or amplitudes that were not calibrated, but TerraMind was trained on dB such as -12 (VV) and -20 (VH); multiply the layer by -1, or calibrate it to dB",
            range(bands),
            number(median)
        )));
    }
    let median = least(bands, Band::median);
    if median < -60.0 {
        return Some(Finding::Warning(format!(
            "the median is {}, which looks like dB that were multiplied, or nodata that is not declared, but TerraMind was trained on dB such as -12 (VV) and -20 (VH); divide the layer by its scale (often 10 or 100), or declare the nodata value",
            number(median)
        )));
    }
    None
}

fn brightness(bands: &[Band<'_>]) -> Option<Finding> {
    let (last, high) = (most(bands, Band::last), most(bands, Band::high));
    let (looks_like, change) = if last <= 1.0 {
        ("brightness from 0 to 1", "set RGB_UNITS to 0to1")
    } else if high > 255.5 {
        ("a picture of 16 bit, or reflectance", "scale the layer to 0 to 255, for example with Translate")
    } else {
        return None;
    };
    Some(Finding::Warning(format!(
        "the values go {}, which looks like {looks_like}, but TerraMind was trained on pictures of 8 bit, 0 to 255; {change}",
        range(bands)
    )))
}

const HIGHEST_LAND_M: f64 = 9000.0;
const LOWEST_LAND_M: f64 = -500.0;

fn elevation(bands: &[Band<'_>]) -> Option<Finding> {
    let (first, last) = (least(bands, Band::first), most(bands, Band::last));
    if last > HIGHEST_LAND_M {
        return Some(Finding::Warning(format!(
            "the highest value is {}, but no land lies above {HIGHEST_LAND_M} m, which looks like feet, decimetres or centimetres, or nodata that is not declared; convert the layer to metres, or declare the nodata value",
            number(last)
        )));
    }
    if first < LOWEST_LAND_M {
        return Some(Finding::Warning(format!(
            "the lowest value is {}, but no land lies below {LOWEST_LAND_M} m, which looks like nodata that is not declared, or like the depth of a sea; declare the nodata value, or set what lies below the sea to 0",
            number(first)
        )));
    }
    None
}

/// A little beyond 1, for what resampling does.
const LARGEST_INDEX: f64 = 1.01;

fn index(bands: &[Band<'_>]) -> Option<Finding> {
    let total: usize = bands.iter().map(|band| band.sorted.len()).sum();
    let outside: usize =
        bands.iter().map(|band| band.below(-LARGEST_INDEX) + band.above(LARGEST_INDEX)).sum();
    if outside == 0 {
        return None;
    }
    let seen = format!("the values go {}, {} of them outside -1 to 1", range(bands), percent(outside, total));
    if (outside as f64) < RARE * total as f64 {
        return Some(Finding::Warning(format!(
            "{seen}, which happens where both reflectances are near zero or one is negative; clip the layer to -1 to 1, or declare those pixels as nodata"
        )));
    }
    let (low, high) = (least(bands, Band::low), most(bands, Band::high));
    let largest = high.max(-low);
    // A scale changes nearly all values, nodata some.
    let scaled = outside as f64 > 0.5 * total as f64;
    let (looks_like, change) = if scaled && largest > 1000.0 && largest <= 10_100.0 {
        ("an NDVI × 10,000", "divide the layer by 10,000")
    } else if scaled && low >= 0.0 && largest > 101.0 && largest <= 255.0 {
        ("an NDVI that was coded as a picture of 8 bit", "convert the layer back to -1 to 1")
    } else if scaled && largest > 10.0 && largest <= 101.0 {
        ("an NDVI × 100", "divide the layer by 100")
    } else {
        ("no NDVI, or nodata that is not declared", "choose the NDVI itself, or declare the nodata value")
    };
    Some(Finding::Error(format!("{seen}, which looks like {looks_like}; {change}")))
}

/// How many of the wrong classes are listed.
const LISTED: usize = 8;

/// ESRI's own codes that differ from TerraMind's: it has no 3 and no 6.
const ESRI: [u8; 9] = [1, 2, 4, 5, 7, 8, 9, 10, 11];

const WORLD_COVER: [u8; 11] = [10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100];

fn classes(modality: &str, bands: &[Band<'_>]) -> Option<Finding> {
    let mut found: Vec<f32> = bands.iter().flat_map(|band| band.sorted.iter().copied()).collect();
    found.sort_unstable_by(f32::total_cmp);
    found.dedup();
    let wrong: Vec<f32> =
        found.iter().copied().filter(|value| value.fract() != 0.0 || !(0.0..=9.0).contains(value)).collect();
    if wrong.is_empty() {
        return None;
    }
    let known = |codes: &[u8]| {
        let codes: BTreeSet<_> = codes.iter().map(|&code| i64::from(code)).collect();
        found.iter().all(|&value| value == 0.0 || value.fract() == 0.0 && codes.contains(&(value as i64)))
    };
    let looks_like = if known(&ESRI) {
        "ESRI's own codes (reclassify 4 to 3, 5 to 4, 7 to 5, 8 to 6, 9 to 7, 10 to 8, 11 to 9)"
    } else if known(&WORLD_COVER) {
        "the codes of ESA WorldCover"
    } else {
        "the codes of another legend, or nodata that is not declared"
    };
    let mut list: Vec<_> = wrong.iter().take(LISTED).map(|&value| number(f64::from(value))).collect();
    if wrong.len() > LISTED {
        list.push(format!("and {} more", wrong.len() - LISTED));
    }
    let names = TokenModality::Lulc.channels().bands;
    let names: Vec<_> = names.iter().enumerate().map(|(class, name)| format!("{class} {name}")).collect();
    Some(Finding::Error(format!(
        "the layer has values that are none of TerraMind's ten classes ({}), which looks like {looks_like}; reclassify the layer to {}",
        list.join(", "),
        names.join(", ")
    )))
    .map(|finding| finding.named(modality))
}

fn constant(bands: &[Band<'_>]) -> Option<Finding> {
    let same: Vec<_> = bands.iter().filter(|band| band.is_constant()).collect();
    let first = same.first()?;
    if most(bands, Band::last) <= least(bands, Band::first) {
        return Some(Finding::Warning(format!(
            "every pixel that was looked at is {}, so that the model has nothing to go by; is this the right layer, and is its nodata value declared?",
            number(first.first())
        )));
    }
    let list: Vec<_> = same.iter().map(|band| format!("{} is {}", band.name, number(band.first()))).collect();
    Some(Finding::Warning(format!(
        "every pixel that was looked at has the same value in some bands ({}), as if they were missing; check that the layer has all bands, in this order",
        list.join(", ")
    )))
}

/// Standard deviations from the mean of pre-training, beyond which single values are unusual.
const FAR: f64 = 10.0;

/// The same for the average of a band.
const FAR_ON_AVERAGE: f64 = 5.0;

fn unusual(sample: &Sample<'_>, bands: &[Band<'_>]) -> Option<Finding> {
    let mut worst: Option<(&Band<'_>, f64, usize, f64)> = None;
    for band in bands {
        let (mean, std) = (*sample.mean.get(band.index)?, *sample.std.get(band.index)?);
        let count = band.sorted.len() as f64;
        let beyond = band.below(mean - FAR * std) + band.above(mean + FAR * std);
        let distances = band.sorted.iter().map(|&value| ((f64::from(value) - mean) / std).abs());
        let average = distances.sum::<f64>() / count;
        let is_far = beyond as f64 > RARE * count || average > FAR_ON_AVERAGE;
        if is_far && worst.is_none_or(|(_, other, ..)| average > other) {
            worst = Some((band, average, beyond, mean));
        }
    }
    let (band, average, beyond, mean) = worst?;
    let std = *sample.std.get(band.index)?;
    let (looks_like, change) = match power_of_ten(sample, bands) {
        Some(power) if power > 0 => {
            let factor = thousands(10_u64.pow(power.unsigned_abs()));
            (
                format!("values × {factor}"),
                format!("divide the layer by {factor}, for example with the Raster calculator"),
            )
        }
        Some(power) => {
            let factor = thousands(10_u64.pow(power.unsigned_abs()));
            (
                format!("values ÷ {factor}"),
                format!("multiply the layer by {factor}, for example with the Raster calculator"),
            )
        }
        None => (
            String::from("another unit or scale, other bands, or nodata that is not declared"),
            String::from("check the layer's unit, the order of its bands and its nodata value"),
        ),
    };
    Some(Finding::Warning(format!(
        "the values of {} go from {} to {}, but in the model's training most were from {} to {} (on average the layer's are {} standard deviations from the mean, {} of them more than 10), which looks like {looks_like}; {change}",
        band.name,
        number(band.first()),
        number(band.last()),
        number(mean - 2.0 * std),
        number(mean + 2.0 * std),
        number(average),
        percent(beyond, band.sorted.len())
    )))
}

/// By which power of ten all bands' medians are larger than the means of training, if by the same.
fn power_of_ten(sample: &Sample<'_>, bands: &[Band<'_>]) -> Option<i32> {
    let power = |band: &Band<'_>| {
        let (mean, std) = (sample.mean.get(band.index)?, sample.std.get(band.index)?);
        // Means around 0 have no scale, as where a model is trained on the values as they are.
        let ratio = band.median() / mean;
        let is_scale = mean.abs() > 0.1 * std && ratio.is_finite() && ratio > 0.0;
        is_scale.then(|| ratio.log10())
    };
    let powers: Vec<f64> = bands.iter().map(power).collect::<Option<_>>()?;
    let mean = powers.iter().sum::<f64>() / powers.len() as f64;
    let same = powers.iter().all(|power| (power - mean).abs() < 0.75);
    let nearest = mean.round();
    let is_power = (mean - nearest).abs() < 0.25 && (1.0..=6.0).contains(&nearest.abs());
    (same && is_power).then_some(nearest as i32)
}

/// With a comma every three digits.
fn thousands(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{HasChannels, Modality};

    const PIXELS: usize = 2000;

    /// Percentiles 1 and 99 of each band of a real tile of `TerraMesh` (one without the offset, where there is one).
    const S2L2A: [(f32, f32); 12] = [
        (470.0, 1130.0),
        (418.0, 1518.5),
        (662.0, 2032.0),
        (834.0, 2720.5),
        (1342.0, 3101.0),
        (1669.0, 3323.0),
        (1875.0, 3508.0),
        (1892.0, 3556.0),
        (2194.0, 3783.0),
        (2358.0, 3649.0),
        (2836.0, 4939.0),
        (1926.0, 4278.0),
    ];
    const S1: [(f32, f32); 2] = [(-22.9, -3.6), (-26.3, -10.1)];
    const RGB: [(f32, f32); 3] = [(6.0, 253.0), (7.0, 239.25), (5.0, 219.0)];
    const DEM: [(f32, f32); 1] = [(1193.0, 1216.0)];
    const NDVI: [(f32, f32); 1] = [(-0.751, 0.906)];

    /// A layer of which each band goes evenly through its range.
    struct Layer {
        modality: &'static str,
        bands: Vec<String>,
        mean: Vec<f64>,
        std: Vec<f64>,
        values: Vec<f32>,
        valid: Vec<bool>,
        raised: bool,
        usual_units: bool,
    }

    impl Layer {
        fn new(modality: &'static str, ranges: &[(f32, f32)]) -> Self {
            let channels = Modality::from_name(modality).map(Modality::channels);
            let channels =
                channels.or_else(|| TokenModality::from_name(modality).map(HasChannels::channels)).unwrap();
            let bands = channels.bands.iter().take(ranges.len()).map(ToString::to_string).collect();
            let steps = |&(first, last): &(f32, f32)| {
                (0..PIXELS).map(move |i| first + (last - first) * i as f32 / (PIXELS - 1) as f32)
            };
            let values: Vec<f32> = ranges.iter().flat_map(steps).collect();
            let valid = vec![true; values.len()];
            Self {
                modality,
                bands,
                mean: channels.mean.to_vec(),
                std: channels.std.to_vec(),
                values,
                valid,
                raised: false,
                usual_units: true,
            }
        }

        fn changed(mut self, change: impl Fn(f32) -> f32) -> Self {
            self.values.iter_mut().for_each(|value| *value = change(*value));
            self
        }

        /// As if 1000 had been taken off.
        fn raised(mut self) -> Self {
            self.raised = true;
            self
        }

        /// The first pixels get another value in all bands.
        fn with(mut self, value: f32, count: usize) -> Self {
            self.values.chunks_mut(PIXELS).for_each(|band| band[..count].fill(value));
            self
        }

        fn findings(&self) -> Vec<Finding> {
            findings(&Sample {
                modality: self.modality,
                bands: &self.bands,
                mean: &self.mean,
                std: &self.std,
                values: &self.values,
                valid: &self.valid,
                raised: self.raised,
                usual_units: self.usual_units,
            })
        }

        /// The only finding, a warning that names the parameter and says all of this.
        #[track_caller]
        fn warns(&self, parts: &[&str]) {
            let found = self.findings();
            let [Finding::Warning(message)] = found.as_slice() else { panic!("{found:?}") };
            self.says(message, parts);
        }

        /// The same for an error.
        #[track_caller]
        fn refuses(&self, parts: &[&str]) {
            let found = self.findings();
            let [Finding::Error(message)] = found.as_slice() else { panic!("{found:?}") };
            self.says(message, parts);
        }

        #[track_caller]
        fn says(&self, message: &str, parts: &[&str]) {
            assert!(message.starts_with(&format!("{}: ", self.modality)), "{message}");
            for part in parts {
                assert!(message.contains(part), "{part:?} in: {message}");
            }
        }

        #[track_caller]
        fn is_sound(&self) {
            assert_eq!(self.findings(), []);
        }
    }

    fn s2() -> Layer {
        Layer::new("S2L2A", &S2L2A)
    }

    fn s1() -> Layer {
        Layer::new("S1GRD", &S1)
    }

    /// As many pixels of each class.
    fn lulc(classes: &[f32]) -> Layer {
        let mut layer = Layer::new("LULC", &[(0.0, 0.0)]);
        layer.values.iter_mut().zip(classes.iter().cycle()).for_each(|(value, class)| *value = *class);
        layer
    }

    #[test]
    fn sound_layers_are_sound() {
        s2().is_sound();
        s2().raised().is_sound();
        s1().is_sound();
        Layer::new("S1RTC", &S1).is_sound();
        Layer::new("RGB", &RGB).is_sound();
        Layer::new("DEM", &DEM).is_sound();
        Layer::new("NDVI", &NDVI).is_sound();
        lulc(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]).is_sound();
    }

    #[test]
    fn extremes_that_occur_are_sound() {
        // The Dead Sea, Mount Everest.
        Layer::new("DEM", &[(-430.0, 8848.0)]).is_sound();
        // Fresh snow, slopes to the sun brighter than white, dark in the short-wave infrared.
        let snow = |band| if band < 10 { (8000.0, 11_500.0) } else { (400.0, 2500.0) };
        Layer::new("S2L2A", &std::array::from_fn::<_, 12, _>(snow)).is_sound();
        // A closed cover of cloud.
        Layer::new("S2L2A", &[(4000.0, 12_000.0); 12]).is_sound();
        // Night-dark water in the infrared.
        Layer::new(
            "S2L2A",
            &[
                (200.0, 600.0),
                (150.0, 500.0),
                (60.0, 300.0),
                (20.0, 150.0),
                (1.0, 90.0),
                (1.0, 60.0),
                (1.0, 60.0),
                (1.0, 50.0),
                (1.0, 40.0),
                (1.0, 300.0),
                (1.0, 20.0),
                (1.0, 10.0),
            ],
        )
        .is_sound();
        // A calm lake, a city's corner reflectors.
        Layer::new("S1GRD", &[(-30.0, 15.0), (-38.0, 5.0)]).is_sound();
        // One class alone: the sea.
        lulc(&[1.0]).is_sound();
        // A handful of pixels with no vegetation index to speak of is no NDVI × 10,000.
        let found = Layer::new("NDVI", &NDVI).with(3.5, 5).findings();
        assert!(matches!(found.as_slice(), [Finding::Warning(_)]), "{found:?}");
    }

    #[test]
    fn invalid_values_do_not_count() {
        let mut layer = Layer::new("DEM", &DEM).with(-9999.0, 300);
        layer.valid[..300].fill(false);
        layer.is_sound();
        layer.valid.fill(false);
        layer.is_sound();
        let mut layer = s2().with(f32::NAN, 300);
        layer.is_sound();
        layer.values.clear();
        layer.valid.clear();
        layer.is_sound();
    }

    #[test]
    fn reflectance_from_0_to_1_is_told() {
        s2().changed(|v| v / 10_000.0).warns(&[
            "from 0.042 to 0.494",
            "× 10,000",
            "set S2_UNITS to reflectance",
        ]);
        Layer::new("S2L1C", &S2L2A).changed(|v| v / 10_000.0).warns(&["set S2_UNITS"]);
    }

    #[test]
    fn pictures_and_percent_are_no_reflectance() {
        s2().changed(|v| v / 20.0).warns(&["8 bit picture or percent"]);
    }

    #[test]
    fn an_offset_that_was_forgotten_is_told() {
        s2().changed(|v| v + 1000.0).warns(&[
            "below 1429",
            "nothing is taken off",
            "set S2_UNITS to dn+1000",
        ]);
        // Deep water, of which the correction takes some below the offset.
        Layer::new("S2L2A", &[(960.0, 1900.0); 12]).warns(&["set S2_UNITS to dn+1000"]);
        // One dark band is enough to know better.
        let mut one_dark = S2L2A.map(|(first, last)| (first + 1000.0, last + 1000.0));
        one_dark[11] = (300.0, 900.0);
        Layer::new("S2L2A", &one_dark).is_sound();
    }

    #[test]
    fn an_offset_too_many_is_told() {
        s2().with(-700.0, 200).raised().warns(&["1000 is taken off", "below -500", "set S2_UNITS to dn"]);
    }

    #[test]
    fn linear_power_is_no_db() {
        s1().changed(|db| 10_f32.powf(db / 10.0)).warns(&["linear power", "set S1_UNITS to power"]);
        Layer::new("S1RTC", &S1).changed(|db| 10_f32.powf(db / 10.0)).warns(&["set S1_UNITS"]);
    }

    #[test]
    fn swapped_signs_and_scales_of_db_are_told() {
        s1().changed(|db| -db).warns(&["sign swapped", "from 3.600 to 26.3", "multiply the layer by -1"]);
        s1().changed(|db| 10_f32.powf(db / 20.0) * 1000.0).warns(&["not calibrated"]);
        s1().changed(|db| db * 100.0).warns(&["the median is -18", "divide"]);
    }

    #[test]
    fn pictures_have_8_bit() {
        Layer::new("RGB", &RGB)
            .changed(|v| v / 255.0)
            .warns(&["from 0.020 to 0.992", "set RGB_UNITS to 0to1"]);
        Layer::new("RGB", &RGB).changed(|v| v * 257.0).warns(&["16 bit", "from 1285 to 65021"]);
    }

    #[test]
    fn heights_are_of_this_world_and_in_metres() {
        Layer::new("DEM", &[(3000.0, 12_000.0)]).warns(&["highest value is 12000", "feet"]);
        Layer::new("DEM", &DEM).with(-9999.0, 3).warns(&["lowest value is -9999", "nodata"]);
    }

    #[test]
    fn an_ndvi_lies_between_minus_1_and_1() {
        let ndvi = || Layer::new("NDVI", &NDVI);
        ndvi().changed(|v| v * 10_000.0).refuses(&[
            "from -7510 to 9060",
            "NDVI × 10,000",
            "divide the layer by 10,000",
        ]);
        ndvi().changed(|v| v * 100.0).refuses(&["NDVI × 100;", "divide the layer by 100"]);
        ndvi().changed(|v| (v + 1.0) * 127.0).refuses(&["8 bit"]);
        ndvi().with(-9999.0, 100).refuses(&["5 % of them", "nodata that is not declared"]);
        ndvi().with(-9999.0, 5).warns(&["0.25 % of them outside -1 to 1", "clip"]);
        ndvi().changed(|_| 4.0).findings().iter().find(|f| matches!(f, Finding::Error(_))).unwrap();
    }

    #[test]
    fn classes_are_terraminds() {
        lulc(&[1.0, 2.0, 4.0, 11.0]).refuses(&[
            "(11)",
            "ESRI's own codes",
            "11 to 9",
            "reclassify",
            "0 no data, 1 water,",
            "9 rangeland",
        ]);
        lulc(&[10.0, 30.0, 80.0, 95.0]).refuses(&["(10, 30, 80, 95)", "WorldCover"]);
        lulc(&[1.0, 2.5]).refuses(&["(2.500)", "another legend"]);
        lulc(&[1.0, 3.0, 255.0, -1.0]).refuses(&["(-1, 255)"]);
        let many: Vec<f32> = (0..40_u8).map(f32::from).collect();
        lulc(&many).refuses(&["10, 11, 12, 13, 14, 15, 16, 17, and 22 more"]);
    }

    #[test]
    fn what_is_the_same_everywhere_is_told() {
        s2().changed(|_| 0.0).warns(&["every pixel that was looked at is 0,"]);
        Layer::new("DEM", &DEM).changed(|_| 0.0).warns(&["is 0,"]);
        Layer::new("NDVI", &NDVI).changed(|_| 0.5).warns(&["is 0.500,"]);
        let mut layer = s1();
        layer.values[PIXELS..].fill(-17.0);
        layer.warns(&["VH is -17", "missing"]);
    }

    #[test]
    fn values_far_from_the_training_are_told() {
        // In dB, but with an offset of its own.
        s1().changed(|db| db - 40.0).warns(&["VV", "standard deviations", "unit"]);
        // In units of a fine-tuned model, 10,000 times as large.
        let mut scaled = s2();
        scaled.mean.iter_mut().chain(&mut scaled.std).for_each(|number| *number /= 10_000.0);
        scaled.usual_units = false;
        scaled.warns(&["values × 10,000", "divide the layer by 10,000", "most were from"]);
        // 1 % is tolerated, 2 % are not.
        s2().with(60_000.0, PIXELS / 101).is_sound();
        s2().with(60_000.0, PIXELS / 50).warns(&["2 % of them more than 10", "to 60000"]);
    }
}
