//! A look at the layers before the work begins.

use crate::band_order;
use crate::inputs::{Input, Preparation};
use crate::plausibility::{Finding, Sample, findings};
use crate::{Error, Inputs, Place};
use grid::Window;
use model::band_label;
use raster::Layer;

/// Samples along each side of the area.
const SAMPLES_PER_SIDE: usize = 3;

/// Side of a sample.
const SAMPLE_PX: usize = 128;

impl Inputs {
    /// What is unlikely about the layers' values in a place: nine samples of each layer are held against what its
    /// modality means.
    pub fn findings(&self, place: Option<&Place>) -> Result<Vec<Finding>, Error> {
        let samples = samples(self.window(place)?);
        let mut found = Vec::new();
        for input in self.layers() {
            found.extend(repeated(input));
            for layer in &input.dates {
                found.extend(look_at(input, layer, &samples)?);
            }
        }
        Ok(found)
    }
}

/// A raster that stands for several dates.
fn repeated(input: &Input) -> Option<Finding> {
    let is_same = |a: &Layer, b: &Layer| a.source() == b.source() && a.bands_in_file().eq(b.bands_in_file());
    let (first, second) = (0..input.dates.len())
        .flat_map(|second| (0..second).map(move |first| (first, second)))
        .find(|&(first, second)| is_same(&input.dates[first], &input.dates[second]))?;
    Some(Finding::Warning(format!(
        "{}: dates {} and {} are the same raster, so that nothing changes between them; give the raster of each date: {}",
        input.modality.name(),
        first + 1,
        second + 1,
        input.dates[first].source()
    )))
}

fn look_at(input: &Input, layer: &Layer, samples: &[Window]) -> Result<Vec<Finding>, Error> {
    let (mut values, mut valid) =
        (vec![Vec::new(); layer.band_count()], vec![Vec::new(); layer.band_count()]);
    for &window in samples {
        let pixels = layer.read(window)?;
        let size = window.width * window.height;
        for band in 0..layer.band_count() {
            values[band].extend_from_slice(&pixels.values[band * size..(band + 1) * size]);
            valid[band].extend_from_slice(&pixels.valid[band * size..(band + 1) * size]);
        }
    }
    let class = [String::from("class")];
    let (bands, mean, std, offset) = match &input.preparation {
        Preparation::Standardise { bands, mean, std, offset } => (&bands[..], &mean[..], &std[..], *offset),
        Preparation::Classes { .. } => (&class[..], &[0.0][..], &[1.0][..], 0.0),
    };
    let (values, valid) = (values.concat(), valid.concat());
    let modality = input.modality.name();
    let descriptions: Vec<_> = layer.band_descriptions().collect();
    let order = band_order::finding(modality, bands, &descriptions);
    let labels: Vec<_> = bands.iter().map(|band| band_label(modality, band).to_owned()).collect();
    let usual_units = input.preparation.has_usual_units(input.modality);
    let (bands, values, valid) = (&labels[..], &values[..], &valid[..]);
    let sample = Sample { modality, bands, mean, std, values, valid, offset, usual_units };
    Ok(order.into_iter().chain(findings(&sample)).collect())
}

/// Windows in the middle of equal parts of an area, or all of it where it is small.
fn samples(area: Window) -> Vec<Window> {
    let along = |first: usize, length: usize| -> Vec<(usize, usize)> {
        if length <= SAMPLES_PER_SIDE * SAMPLE_PX {
            return vec![(first, length)];
        }
        let middle = |i: usize| first + length * (2 * i + 1) / (2 * SAMPLES_PER_SIDE);
        (0..SAMPLES_PER_SIDE).map(|i| (middle(i) - SAMPLE_PX / 2, SAMPLE_PX)).collect()
    };
    let columns = along(area.x, area.width);
    along(area.y, area.height)
        .into_iter()
        .flat_map(|(y, height)| columns.iter().map(move |&(x, width)| Window { x, y, width, height }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_lie_in_the_area_and_apart() {
        let area = Window { x: 100, y: 7, width: 5000, height: 300 };
        let found = samples(area);
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|w| w.x >= area.x && w.x_end() <= area.x_end() && w.width == SAMPLE_PX));
        assert!(found.iter().all(|w| (w.y, w.height) == (7, 300)));
        assert!(found.windows(2).all(|pair| pair[0].x_end() < pair[1].x));
        assert_eq!(samples(Window { width: 6000, height: 6000, ..area }).len(), 9);
    }
}
