//! In what unit a raster is, as far as it says so itself and as its values tell.
//!
//! | quantity | sign | unit |
//! |---|---|---|
//! | Sentinel-2 | `PROCESSING_BASELINE` 04.00 or newer in the metadata, no declared offset | 1000 added |
//! | | 99 % of all bands up to 2 | reflectance from 0 to 1 |
//! | | the darkest of all bands has 99 % of its values from 950 up, and 1 % below 1500 | 1000 added, with a warning |
//! | Sentinel-1 | no value of 99 % is negative, and no median above 2 | power |
//! | RGB | no value above 1 | brightness from 0 to 1 |
//! | | 1 % of the values above 20,000 | 16 bit |
//!
//! What a raster declares as scale and offset is applied before. The sample is taken from the whole raster, not from
//! the area of a run: two areas of one raster must not be read in two ways.

use super::units::{Conversion, Quantity, RAISED_BY, Unit};
use crate::Error;
use crate::plausibility::DARKEST_WITH_ADDED;
use crate::survey::samples;
use raster::{Layer, Scale};

/// Side of the nine samples of a raster.
const SAMPLE_PX: usize = 64;

/// Fewer values than this tell nothing.
const FEWEST: usize = 100;

/// A picture of 16 bit that is stretched to its range has pixels beyond this.
const BRIGHT: f64 = 20_000.0;

/// With 1000 added, water, shadow and leaves are darker than this in some band.
const DARK_WITH_ADDED: f64 = 1500.0;

/// Since when 1000 is added to Sentinel-2 products.
const RAISED_SINCE: f64 = 4.0;

/// How a raster is read, and why.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Detected {
    pub conversion: Conversion,
    /// For the log; empty where there was nothing to decide.
    pub why: String,
    /// Whether it may well be wrong: bright sand has no dark pixels either.
    pub is_doubtful: bool,
}

/// Looks at a raster on its own grid.
pub(super) fn detect(quantity: Quantity, layer: &Layer) -> Result<Detected, Error> {
    let scales: Vec<_> = layer.scales().collect();
    let declared = Conversion::new(scales.clone(), Unit::Usual);
    if quantity.parameter().is_none() {
        let why = if declared.is_scaled() { DECLARED } else { "" };
        return Ok(Detected { conversion: declared, why: why.to_owned(), is_doubtful: false });
    }
    let is_raised = quantity == Quantity::Reflectance && !declared.is_scaled() && is_raised(layer);
    let (unit, seen) = if is_raised {
        (Unit::Raised, String::from("PROCESSING_BASELINE in its metadata"))
    } else {
        of_values(quantity, &sorted(layer, &declared)?)
    };
    let before = if declared.is_scaled() { format!("{DECLARED}; ") } else { String::new() };
    let is_doubtful = unit == Unit::Raised && !is_raised;
    Ok(Detected { conversion: Conversion::new(scales, unit), why: format!("{before}{seen}"), is_doubtful })
}

const DECLARED: &str = "with the scale and offset that the raster declares";

fn is_raised(layer: &Layer) -> bool {
    let baseline = layer.metadata("PROCESSING_BASELINE");
    baseline.and_then(|text| text.trim().parse::<f64>().ok()).is_some_and(|number| number >= RAISED_SINCE)
}

/// The valid values of each band in rising order.
fn sorted(layer: &Layer, conversion: &Conversion) -> Result<Vec<Vec<f64>>, Error> {
    let count = layer.band_count();
    let mut bands = vec![Vec::new(); count];
    for window in samples(layer.grid().window(), SAMPLE_PX) {
        let pixels = layer.read(window)?;
        let size = window.width * window.height;
        for (at, (value, valid)) in pixels.values.iter().zip(&pixels.valid).enumerate() {
            let band = at / size;
            bands[band].extend(conversion.value(band, *value).filter(|_| *valid));
        }
    }
    for band in &mut bands {
        band.sort_unstable_by(f64::total_cmp);
    }
    Ok(bands)
}

/// The unit that values look like, and what they look like.
fn of_values(quantity: Quantity, bands: &[Vec<f64>]) -> (Unit, String) {
    if bands.iter().any(|band| band.len() < FEWEST) {
        return (Unit::Usual, String::from("too few values to tell"));
    }
    let at = |band: &Vec<f64>, share: f64| band[((band.len() - 1) as f64 * share).round() as usize];
    let most = |share: f64| bands.iter().map(|band| at(band, share)).fold(f64::NEG_INFINITY, f64::max);
    let least = |share: f64| bands.iter().map(|band| at(band, share)).fold(f64::INFINITY, f64::min);
    let (low, median, high) = (least(0.01), most(0.5), most(0.99));
    let unit = match quantity {
        Quantity::Reflectance if high <= 2.0 => Unit::Reflectance,
        Quantity::Reflectance
            if (DARKEST_WITH_ADDED..=DARK_WITH_ADDED).contains(&low) && high > RAISED_BY =>
        {
            Unit::Raised
        }
        Quantity::Backscatter if low >= 0.0 && median <= 2.0 => Unit::Power,
        Quantity::Picture if most(1.0) <= 1.0 => Unit::Brightness,
        Quantity::Picture if high > BRIGHT => Unit::SixteenBit,
        _ => Unit::Usual,
    };
    let number = |value: f64| {
        let decimals = if value.abs() >= 10.0 || value.fract() == 0.0 { 0 } else { 3 };
        format!("{value:.decimals$}")
    };
    (unit, format!("98 % of its values go from {} to {}", number(low), number(high)))
}

impl Detected {
    /// The unit is given, not detected.
    pub fn given(layer: &Layer, unit: Unit) -> Self {
        let scales: Vec<Scale> = layer.scales().collect();
        let conversion = Conversion::new(scales, unit);
        let why =
            if conversion.is_scaled() { format!("{DECLARED}; as given") } else { String::from("as given") };
        Self { conversion, why, is_doubtful: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(quantity: Quantity, bands: &[(f64, f64)]) -> Unit {
        let even = |&(first, last): &(f64, f64)| {
            (0..=1000).map(|i| first + (last - first) * f64::from(i) / 1000.0).collect()
        };
        of_values(quantity, &bands.iter().map(even).collect::<Vec<_>>()).0
    }

    #[test]
    fn values_tell_their_unit() {
        use Quantity::{Backscatter, Picture, Reflectance};
        assert_eq!(unit(Reflectance, &[(300.0, 2500.0), (900.0, 6000.0)]), Unit::Usual);
        assert_eq!(unit(Reflectance, &[(1010.0, 2500.0), (1900.0, 7000.0)]), Unit::Raised);
        assert_eq!(unit(Reflectance, &[(1600.0, 4000.0)]), Unit::Usual, "sand: told, but not guessed at");
        assert_eq!(unit(Reflectance, &[(3000.0, 8000.0), (4000.0, 9000.0)]), Unit::Usual, "clouds or snow");
        assert_eq!(unit(Reflectance, &[(0.01, 0.3), (0.1, 1.2)]), Unit::Reflectance);
        assert_eq!(unit(Reflectance, &[(0.0, 255.0)]), Unit::Usual, "a picture: told, but not guessed at");
        assert_eq!(unit(Backscatter, &[(-25.0, -3.0), (-30.0, -9.0)]), Unit::Usual);
        assert_eq!(unit(Backscatter, &[(0.001, 0.8), (0.0, 0.2)]), Unit::Power);
        assert_eq!(unit(Backscatter, &[(3.0, 25.0), (9.0, 30.0)]), Unit::Usual, "the sign is swapped: told");
        assert_eq!(unit(Picture, &[(0.0, 255.0)]), Unit::Usual);
        assert_eq!(unit(Picture, &[(0.0, 1.0)]), Unit::Brightness);
        assert_eq!(unit(Picture, &[(0.0, 65_535.0)]), Unit::SixteenBit);
        assert_eq!(unit(Picture, &[(0.0, 3000.0)]), Unit::Usual, "reflectance, perhaps: told");
    }
}
