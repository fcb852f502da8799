//! How a raster looks in small: pixels in, colours out.

use crate::result::{Range, Style};
use raster::{Class, Look};

/// The parts of the values that may lie beyond the ends of a stretch.
const BEYOND: f64 = 0.02;

/// The looks at the bands that a style shows, as red, green, blue and opacity, `[y, x, part]`.
pub(super) fn paint(style: &Style, looks: &[Look]) -> Vec<u8> {
    let size = looks.first().map_or(0, |look| look.values.len());
    let colour: Box<dyn Fn(usize) -> [u8; 3]> = match (style, looks) {
        (Style::Multiband { .. }, [red, green, blue]) => {
            let stretches = [red, green, blue].map(|look| (look, ends(look, Range::default())));
            Box::new(move |pixel| {
                stretches.map(|(look, ends)| (255.0 * part(look.values[pixel], ends)).round() as u8)
            })
        }
        (Style::Paletted { classes, .. }, [look, ..]) => {
            let colours: Vec<_> =
                classes.iter().filter_map(|class| Some((class.value, parse(&class.colour)?))).collect();
            Box::new(move |pixel| {
                let is = |(value, _): &&(u8, [u8; 3])| *value == look.values[pixel] as u8;
                colours.iter().find(is).map_or([255; 3], |(_, colour)| *colour)
            })
        }
        (Style::Ramp { ramp, invert, range, .. }, [look, ..]) => {
            let (gradient, ends, invert) = (gradient(ramp), ends(look, *range), *invert);
            Box::new(move |pixel| {
                let part = part(look.values[pixel], ends);
                let colour = gradient.eval_continuous(if invert { 1.0 - part } else { part });
                [colour.r, colour.g, colour.b]
            })
        }
        (Style::Gray { range, .. }, [look, ..]) => {
            let ends = ends(look, *range);
            Box::new(move |pixel| [(255.0 * part(look.values[pixel], ends)).round() as u8; 3])
        }
        _ => Box::new(|_| [255; 3]),
    };
    let opaque = |pixel: usize| looks.iter().all(|look| look.valid[pixel]);
    let pixels = (0..size).map(|pixel| if opaque(pixel) { (colour(pixel), 255) } else { ([0; 3], 0) });
    pixels.flat_map(|([red, green, blue], opacity)| [red, green, blue, opacity]).collect()
}

/// The bands that a style shows, counted from 1.
pub(super) fn bands(style: &Style) -> Vec<usize> {
    match style {
        Style::Multiband { bands } => bands.to_vec(),
        Style::Gray { band, .. } | Style::Ramp { band, .. } | Style::Paletted { band, .. } => vec![*band],
    }
}

/// How a raster is drawn of which nobody says it.
pub(super) fn usual_style(descriptions: &[String], classes: &[Class]) -> Style {
    let band =
        |name: &str| descriptions.iter().position(|description| description == name).map(|index| index + 1);
    if !classes.is_empty() {
        let classes = classes.iter().map(crate::result::StyleClass::of).collect();
        return Style::Paletted { band: 1, classes };
    }
    match (band("B04"), band("B03"), band("B02"), descriptions.len()) {
        (Some(red), Some(green), Some(blue), _) => Style::Multiband { bands: [red, green, blue] },
        // Sentinel-2 without names, in its order.
        (_, _, _, 12..=13) => Style::Multiband { bands: [4, 3, 2] },
        (_, _, _, 3..) => Style::Multiband { bands: [1, 2, 3] },
        _ => Style::Gray { band: 1, range: Range::default() },
    }
}

/// QGIS's ramps of these names.
fn gradient(ramp: &str) -> colorous::Gradient {
    match ramp {
        "Magma" => colorous::MAGMA,
        "RdYlGn" => colorous::RED_YELLOW_GREEN,
        _ => colorous::VIRIDIS,
    }
}

/// From where to where, where a range leaves that to the values.
fn ends(look: &Look, range: Range) -> (f64, f64) {
    let valid = look.values.iter().zip(&look.valid).filter(|(_, valid)| **valid);
    let mut values: Vec<f32> = valid.map(|(value, _)| *value).collect();
    values.sort_unstable_by(f32::total_cmp);
    let at = |part: f64| {
        let last = values.len().saturating_sub(1) as f64;
        values.get((part * last).round() as usize).map_or(0.0, |value| f64::from(*value))
    };
    (range.minimum.unwrap_or_else(|| at(BEYOND)), range.maximum.unwrap_or_else(|| at(1.0 - BEYOND)))
}

/// Where a value lies between the ends, 0 to 1.
fn part(value: f32, (low, high): (f64, f64)) -> f64 {
    if high > low { ((f64::from(value) - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 }
}

/// `#rrggbb`
fn parse(colour: &str) -> Option<[u8; 3]> {
    let digits = colour.strip_prefix('#')?;
    let part = |index: usize| u8::from_str_radix(digits.get(2 * index..2 * index + 2)?, 16).ok();
    Some([part(0)?, part(1)?, part(2)?])
}

#[cfg(test)]
mod tests {
    use super::super::tests::look;
    use super::*;
    use crate::result::StyleClass;

    #[test]
    fn every_style_is_painted_and_what_is_missing_is_transparent() {
        let range = Range { minimum: Some(0.0), maximum: Some(10.0) };
        let one = [look(&[0.0, 10.0, f32::NAN, 99.0])];
        let gray = paint(&Style::Gray { band: 1, range }, &one);
        assert_eq!(gray, [0, 0, 0, 255, 255, 255, 255, 255, 0, 0, 0, 0, 255, 255, 255, 255]);
        let ramp = paint(&Style::Ramp { band: 1, ramp: "RdYlGn", invert: false, range }, &one);
        assert!(ramp[0] > 120 && ramp[1] < 20 && ramp[5] > 80 && ramp[4] < 20, "{ramp:?}");
        let inverted = paint(&Style::Ramp { band: 1, ramp: "RdYlGn", invert: true, range }, &one);
        assert_eq!((&ramp[..4], &ramp[4..8]), (&inverted[4..8], &inverted[..4]));
        let classes = vec![StyleClass { value: 10, label: String::new(), colour: String::from("#1a2b3c") }];
        let classes = paint(&Style::Paletted { band: 1, classes }, &one);
        assert_eq!(classes[..8], [255, 255, 255, 255, 0x1a, 0x2b, 0x3c, 255]);
        let three = [look(&[0.0, 1.0]), look(&[1.0, 0.0]), look(&[5.0, 5.0])];
        let colours = paint(&Style::Multiband { bands: [1, 2, 3] }, &three);
        assert_eq!(colours, [0, 255, 128, 255, 255, 0, 128, 255]);
    }

    #[test]
    fn rasters_are_drawn_by_what_their_bands_say() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let bands_of = |descriptions: &[&str]| bands(&usual_style(&names(descriptions), &[]));
        assert_eq!(bands_of(&["B08", "B02", "B03", "B04"]), [4, 3, 2]);
        assert_eq!(bands_of(&[""; 12]), [4, 3, 2]);
        assert_eq!((bands_of(&[""; 128]), bands_of(&["VV", "VH"])), (vec![1, 2, 3], vec![1]));
    }
}
