//! A window of a world, and what satellites measure of it.

use crate::conditions::Conditions;
use crate::cover::{Class, Surface};
use crate::modality::Modality;
use crate::noise::Noise;
use crate::optical::{self, BANDS, CIRRUS};
use crate::radar;
use crate::sky::{Air, Sky};
use crate::view::View;

/// A pixel is a cloud where one hides more than this share of it.
const CLOUDY: f32 = 0.5;

/// A window of a world, from which every modality can be rendered.
pub struct Survey {
    /// What was asked for.
    pub(crate) view: View,
    /// The same, widened to whole pixels of the coarsest band.
    pub(crate) whole: View,
    pub(crate) conditions: Conditions,
    pub(crate) sky: Sky,
    pub(crate) optical_noise: Noise,
    pub(crate) radar_noise: Noise,
    /// Sides of the pixels of Sentinel-2's three resolutions, in pixels.
    pub(crate) sides: [usize; 3],
    /// Of `whole`, row by row.
    pub(crate) pixels: Vec<Pixel>,
}

/// What is known of a pixel before anything looks at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pixel {
    pub surface: Surface,
    pub height_m: f32,
    /// Rise eastwards and northwards, per metre.
    pub slope: [f32; 2],
    pub air: Air,
}

impl Survey {
    /// Which pixels it holds.
    #[must_use]
    pub fn view(&self) -> View {
        self.view
    }

    /// One modality, `[band, y, x]`.
    #[must_use]
    pub fn render(&self, modality: Modality) -> Vec<f32> {
        match modality {
            Modality::S2L2A => {
                let seen = self.reflectances();
                self.fill(|index, _| self.l2a(index, &seen[index]))
            }
            Modality::S2L1C => {
                let seen = self.reflectances();
                self.fill(|index, pixel| self.l1c(index, pixel, &seen[index]))
            }
            // Their bands have pixels of 10 m: nothing is to be averaged.
            Modality::Rgb => self.fill(|index, pixel| {
                let bands = self.l2a(index, &self.reflectance(pixel));
                [3, 2, 1].map(|band: usize| optical::eight_bits(bands[band]))
            }),
            Modality::Ndvi => self.fill(|index, pixel| {
                let bands = self.l2a(index, &self.reflectance(pixel));
                [optical::ndvi(bands[3], bands[7])]
            }),
            Modality::S1Grd => self.fill(|index, pixel| {
                let factor = radar::slope_factor(pixel.slope[0]);
                self.radar(index, radar::flattened(&pixel.surface).map(|power| power * factor), 0)
            }),
            Modality::S1Rtc => {
                self.fill(|index, pixel| self.radar(index, radar::flattened(&pixel.surface), 2))
            }
            Modality::Dem => self.fill(|_, pixel| [pixel.height_m]),
            Modality::Lulc => self.fill(|_, pixel| {
                let is_cloudy = pixel.air.cloud > CLOUDY;
                [f32::from(if is_cloudy { Class::Clouds } else { pixel.surface.class } as u8)]
            }),
            Modality::Flood => self.fill(|_, pixel| [f32::from(u8::from(pixel.surface.is_flooded))]),
        }
    }

    /// The bands of every pixel that was asked for, from pixels first to bands first.
    fn fill<const N: usize>(&self, values: impl Fn(usize, &Pixel) -> [f32; N]) -> Vec<f32> {
        let View { column, row, width, height, .. } = self.view;
        let (left, top) = ((column - self.whole.column) as usize, (row - self.whole.row) as usize);
        let count = width * height;
        let mut bands = vec![0.0; N * count];
        for y in 0..height {
            for x in 0..width {
                let index = (top + y) * self.whole.width + left + x;
                for (band, value) in values(index, &self.pixels[index]).into_iter().enumerate() {
                    bands[band * count + y * width + x] = value;
                }
            }
        }
        bands
    }

    /// What Sentinel-2 would see of every pixel of `whole` from below the air, each band at its own resolution.
    fn reflectances(&self) -> Vec<[f32; BANDS]> {
        let mut seen: Vec<_> = self.pixels.iter().map(|pixel| self.reflectance(pixel)).collect();
        for (bands, side) in optical::COARSE.into_iter().zip(self.sides[1..].iter().copied()) {
            if side < 2 {
                continue;
            }
            for top in (0..self.whole.height).step_by(side) {
                for left in (0..self.whole.width).step_by(side) {
                    self.average(&mut seen, bands, (left, top), side);
                }
            }
        }
        seen
    }

    /// Gives some bands of a square of pixels their mean.
    fn average(&self, seen: &mut [[f32; BANDS]], bands: &[usize], (left, top): (usize, usize), side: usize) {
        let mut sums = [0.0; BANDS];
        for y in top..top + side {
            let begin = y * self.whole.width + left;
            for pixel in &seen[begin..begin + side] {
                for &band in bands {
                    sums[band] += pixel[band];
                }
            }
        }
        let share = 1.0 / (side * side) as f32;
        for y in top..top + side {
            let begin = y * self.whole.width + left;
            for pixel in &mut seen[begin..begin + side] {
                for &band in bands {
                    pixel[band] = sums[band] * share;
                }
            }
        }
    }

    fn reflectance(&self, pixel: &Pixel) -> [f32; BANDS] {
        let [dx, dy] = pixel.slope;
        let light = optical::illumination(self.conditions.season.sun(), dx, dy);
        optical::surface_reflectance(&pixel.surface, light, &pixel.air)
    }

    fn l2a(&self, index: usize, seen: &[f32; BANDS]) -> [f32; BANDS] {
        let noise = self.sensor_noise(index);
        std::array::from_fn(|band| optical::digital(seen[band], noise[band]))
    }

    fn l1c(&self, index: usize, pixel: &Pixel, seen: &[f32; BANDS]) -> [f32; BANDS + 1] {
        let (column, row) = self.column_and_row(index);
        let (x, y) = self.whole.place(column, row);
        let mut bands =
            optical::top_of_atmosphere(seen, pixel.height_m, self.sky.haze(x, y), self.sky.cirrus(x, y));
        let sensor = self.sensor_noise(index);
        for (band, value) in bands.iter_mut().enumerate() {
            // The bands of both products are one measurement: one noise. B10, as coarse as B09, has nearly none.
            let noise = match band {
                CIRRUS => 0.2 * sensor[CIRRUS - 1],
                band => sensor[if band < CIRRUS { band } else { band - 1 }],
            };
            *value = optical::digital(*value, noise);
        }
        bands
    }

    /// About normal with a deviation of 1, the same all over a pixel of the band: sums of four bytes of a hash.
    fn sensor_noise(&self, index: usize) -> [f32; BANDS] {
        if !self.conditions.noise {
            return [0.0; BANDS];
        }
        let (column, row) = self.column_and_row(index);
        let places = self.sides.map(|side| {
            [self.whole.column + column, self.whole.row + row].map(|pixels| pixels.div_euclid(side as i64))
        });
        std::array::from_fn(|band| {
            let [column, row] = places[optical::RESOLUTION[band]];
            let bits = self.optical_noise.octave(band as u32).hash(column, row);
            let sum: u32 = bits.to_le_bytes().into_iter().map(u32::from).sum();
            (sum as f32 - 510.0) * (1.0 / 147.8)
        })
    }

    fn radar(&self, index: usize, powers: [f32; 2], stream: u32) -> [f32; 2] {
        let (column, row) = self.column_and_row(index);
        let (column, row) = (self.whole.column + column, self.whole.row + row);
        let speckle = |band: u32| {
            self.conditions.noise.then(|| self.radar_noise.octave(stream + band).uniform(column, row))
        };
        [radar::decibels(powers[0], 0, speckle(0)), radar::decibels(powers[1], 1, speckle(1))]
    }

    /// Where in `whole` a pixel lies.
    fn column_and_row(&self, index: usize) -> (i64, i64) {
        ((index % self.whole.width) as i64, (index / self.whole.width) as i64)
    }
}
