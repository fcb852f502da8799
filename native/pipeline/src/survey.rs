//! A look at the layers before the work begins.

use crate::band_order;
use crate::inputs::{Conversion, Input, Preparation, Unit, valid_pixels};
use crate::plausibility::{Finding, Sample, findings};
use crate::{Error, Inputs, Place};
use grid::Window;
use model::band_label;
use raster::{Crs, Layer};

/// Samples along each side of the area.
const SAMPLES_PER_SIDE: usize = 3;

/// The share of missing pixels that is worth a word.
const MISSING: f64 = 0.02;

/// Side of a sample.
const SAMPLE_PX: usize = 128;

impl Inputs {
    /// What is unlikely about the layers' values in a place: nine samples of each layer are held against what its
    /// modality means.
    pub fn findings(&self, place: Option<&Place>) -> Result<Vec<Finding>, Error> {
        let samples = samples(self.window(place)?, SAMPLE_PX);
        let mut found: Vec<_> = self.doubts().iter().cloned().map(Finding::Warning).collect();
        found.extend(self.unusual_cells());
        for (index, input) in self.layers().iter().enumerate() {
            found.extend(repeated(input));
            for (date, (layer, conversion)) in input.dates.iter().zip(&input.conversions).enumerate() {
                found.extend(look_at(input, (layer, conversion), &samples)?);
                if (index, date) != (0, 0) {
                    found.extend(self.missing(&input.label(date), layer, &samples)?);
                }
            }
        }
        Ok(found)
    }

    /// Where a layer has nothing although the first one has, models are told the mean.
    fn missing(&self, label: &str, layer: &Layer, samples: &[Window]) -> Result<Option<Finding>, Error> {
        let first = &self.layers()[0];
        let (mut wanted, mut absent) = (0_usize, 0_usize);
        for &window in samples {
            let has = |layer: &Layer| -> Result<Vec<bool>, Error> {
                Ok(valid_pixels(&layer.read(window)?, window))
            };
            for (first, own) in has(&first.dates[0])?.into_iter().zip(has(layer)?) {
                wanted += usize::from(first);
                absent += usize::from(first && !own);
            }
        }
        if (absent as f64) < MISSING * (wanted as f64).max(1.0) {
            return Ok(None);
        }
        let how_much = if absent == wanted {
            String::from("no data at all")
        } else {
            format!("no data for {:.0} % of the pixels", 100.0 * absent as f64 / wanted as f64)
        };
        Ok(Some(Finding::Warning(format!(
            "{label}: of what was looked at it has {how_much} that {} has; there the model is told the mean, and the result is worth little. Choose a layer that covers the area, or an area that the layers share: {}",
            first.label(0),
            layer.source()
        ))))
    }

    /// Cells that are far from what TerraMind was trained on.
    fn unusual_cells(&self) -> Option<Finding> {
        let (grid, crs) = (self.grid(), self.crs());
        if !self.of_ten_metres() || crs.is_none() {
            return None;
        }
        if crs.is_geographic() {
            let extent = grid.extent();
            let centre = (f64::midpoint(extent.xmin, extent.xmax), f64::midpoint(extent.ymin, extent.ymax));
            let (latitude, longitude) = crs.geographic(centre.0, centre.1).ok()?;
            let utm = Crs::utm_of(latitude, longitude).ok()?;
            return Some(Finding::Warning(format!(
                "the layers are in degrees ({}), but TerraMind was trained on square pixels of 10 m; set TARGET_CRS to {} and CELL_SIZE to 10",
                crs.name(),
                utm.name()
            )));
        }
        let (width, height) = grid.cell_size();
        let is_usual = |side: f64| (USUAL_CELLS_M.0..=USUAL_CELLS_M.1).contains(&side);
        if !crs.is_in_metres() || is_usual(width) && is_usual(height) {
            return None;
        }
        Some(Finding::Warning(format!(
            "the layers have pixels of {width} × {height} m, but TerraMind was trained on 10 m, so that it takes things for another size; set CELL_SIZE to 10"
        )))
    }
}

/// Sides of pixels that are near enough to the 10 m of pre-training.
const USUAL_CELLS_M: (f64, f64) = (5.0, 20.0);

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

fn look_at(
    input: &Input,
    (layer, conversion): (&Layer, &Conversion),
    samples: &[Window],
) -> Result<Vec<Finding>, Error> {
    let (mut values, mut valid) =
        (vec![Vec::new(); layer.band_count()], vec![Vec::new(); layer.band_count()]);
    for &window in samples {
        let pixels = conversion.pixels(layer.read(window)?, layer.band_count());
        let size = window.width * window.height;
        for band in 0..layer.band_count() {
            values[band].extend_from_slice(&pixels.values[band * size..(band + 1) * size]);
            valid[band].extend_from_slice(&pixels.valid[band * size..(band + 1) * size]);
        }
    }
    let class = [String::from("class")];
    let (bands, mean, std) = match &input.preparation {
        Preparation::Standardise { bands, mean, std, .. } => (&bands[..], &mean[..], &std[..]),
        Preparation::Classes { .. } => (&class[..], &[0.0][..], &[1.0][..]),
    };
    let (values, valid) = (values.concat(), valid.concat());
    let modality = input.modality.name();
    let descriptions: Vec<_> = layer.band_descriptions().collect();
    let order = band_order::finding(modality, bands, &descriptions);
    let labels: Vec<_> = bands.iter().map(|band| band_label(modality, band).to_owned()).collect();
    let usual_units = input.preparation.has_usual_units(input.modality);
    let (bands, values, valid) = (&labels[..], &values[..], &valid[..]);
    let raised = conversion.unit == Unit::Raised;
    let sample = Sample { modality, bands, mean, std, values, valid, raised, usual_units };
    Ok(order.into_iter().chain(findings(&sample)).collect())
}

/// Windows in the middle of equal parts of an area, or all of it where it is small.
pub(crate) fn samples(area: Window, side_px: usize) -> Vec<Window> {
    let along = |first: usize, length: usize| -> Vec<(usize, usize)> {
        if length <= SAMPLES_PER_SIDE * side_px {
            return vec![(first, length)];
        }
        let middle = |i: usize| first + length * (2 * i + 1) / (2 * SAMPLES_PER_SIDE);
        (0..SAMPLES_PER_SIDE).map(|i| (middle(i) - side_px / 2, side_px)).collect()
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
        let found = samples(area, SAMPLE_PX);
        assert_eq!(found.len(), 3);
        assert!(found.iter().all(|w| w.x >= area.x && w.x_end() <= area.x_end() && w.width == SAMPLE_PX));
        assert!(found.iter().all(|w| (w.y, w.height) == (7, 300)));
        assert!(found.windows(2).all(|pair| pair[0].x_end() < pair[1].x));
        assert_eq!(samples(Window { width: 6000, height: 6000, ..area }, SAMPLE_PX).len(), 9);
    }
}
