//! The world, and what a window of it looks like.

use crate::conditions::Conditions;
use crate::cover::{Class, Cover, Region, Site, Surface};
use crate::modality::Modality;
use crate::noise::Noise;
use crate::optical::{self, BANDS};
use crate::radar;
use crate::sky::{Air, Fronts, Sky};
use crate::terrain::{Ground, Land, Terrain};
use crate::view::View;

/// A pixel is a cloud where one hides more than this share of it.
const CLOUDY: f32 = 0.5;

/// An invented piece of Earth without end: a function of a seed.
#[derive(Debug, Clone, Copy)]
pub struct World {
    seed: u64,
    conditions: Conditions,
    terrain: Terrain,
    cover: Cover,
    sky: Sky,
}

/// A window of a world, from which every modality can be rendered.
pub struct Survey {
    view: View,
    conditions: Conditions,
    sky: Sky,
    optical_noise: Noise,
    radar_noise: Noise,
    pixels: Vec<Pixel>,
}

/// What is known of a pixel before anything looks at it.
#[derive(Debug, Clone, Copy)]
struct Pixel {
    surface: Surface,
    height_m: f32,
    /// Rise eastwards and northwards, per metre.
    slope: [f32; 2],
    air: Air,
}

/// What changes slowly over a window.
struct Basis {
    land: Land,
    region: Region,
    fronts: Option<Fronts>,
}

impl World {
    /// The world of a seed on a summer's day with few clouds.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self::under(seed, Conditions::default())
    }

    /// The same at another time, under another sky.
    #[must_use]
    pub fn under(seed: u64, conditions: Conditions) -> Self {
        let sky = Sky::new(seed, &conditions);
        Self { seed, conditions, terrain: Terrain::new(seed), cover: Cover::new(seed), sky }
    }

    /// One modality of a window, `[band, y, x]`. For several use [`World::survey`], which does what they share once.
    #[must_use]
    pub fn render(&self, modality: Modality, view: View) -> Vec<f32> {
        self.survey(view).render(modality)
    }

    /// What lies in a window. Takes some 100 bytes per pixel: render large scenes in strips.
    #[must_use]
    pub fn survey(&self, view: View) -> Survey {
        let basis = Basis {
            land: self.terrain.land(&view),
            region: self.cover.region(&view),
            fronts: self.sky.fronts(&view),
        };
        let (width, height) = (view.width as i64, view.height as i64);
        let line = |row: i64| -> Vec<Ground> {
            (-1..=width).map(|column| self.ground(&basis.land, &view, column, row)).collect()
        };
        let mut pixels = Vec::with_capacity(view.pixels());
        let (mut above, mut here) = (line(-1), line(0));
        for row in 0..height {
            let below = line(row + 1);
            for column in 0..view.width {
                let (x, y) = view.place(column as i64, row);
                let rise =
                    |to: &Ground, from: &Ground| (to.height_m - from.height_m) / (2.0 * view.pixel_m as f32);
                let ground = here[column + 1];
                // Water lies level, whatever its banks do.
                let slope = if ground.bank_m < 0.0 {
                    [0.0; 2]
                } else {
                    [rise(&here[column + 2], &here[column]), rise(&above[column + 1], &below[column + 1])]
                };
                pixels.push(self.pixel(&basis, x, y, ground, slope));
            }
            (above, here) = (here, below);
        }
        Survey {
            view,
            conditions: self.conditions,
            sky: self.sky,
            optical_noise: Noise::new(self.seed, "optical sensor"),
            radar_noise: Noise::new(self.seed, "speckle"),
            pixels,
        }
    }

    fn ground(&self, land: &Land, view: &View, column: i64, row: i64) -> Ground {
        let (x, y) = view.place(column, row);
        self.terrain.ground(land, x, y)
    }

    fn pixel(&self, basis: &Basis, x: f64, y: f64, ground: Ground, slope: [f32; 2]) -> Pixel {
        let steepness = (slope[0] * slope[0] + slope[1] * slope[1]).sqrt();
        let Conditions { season, flooded, .. } = self.conditions;
        let site = Site { x, y, ground, slope: steepness };
        let surface = self.cover.surface(&basis.region, &site, season, flooded);
        // Water has no relief of its own.
        let slope = if surface.class == Class::Water { [0.0; 2] } else { slope };
        Pixel { surface, height_m: ground.height_m, slope, air: self.sky.air(basis.fronts.as_ref(), x, y) }
    }
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
            Modality::S2L2A => self.fill(|index, pixel| self.l2a(index, pixel)),
            Modality::S2L1C => self.fill(|index, pixel| self.l1c(index, pixel)),
            Modality::Rgb => self.fill(|index, pixel| {
                let bands = self.l2a(index, pixel);
                [3, 2, 1].map(|band: usize| optical::eight_bits(bands[band]))
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
            Modality::Ndvi => self.fill(|index, pixel| {
                let bands = self.l2a(index, pixel);
                [optical::ndvi(bands[3], bands[7])]
            }),
            Modality::Flood => self.fill(|_, pixel| [f32::from(u8::from(pixel.surface.is_flooded))]),
        }
    }

    /// The bands of every pixel, from pixels first to bands first.
    fn fill<const N: usize>(&self, values: impl Fn(usize, &Pixel) -> [f32; N]) -> Vec<f32> {
        let count = self.pixels.len();
        let mut bands = vec![0.0; N * count];
        for (index, pixel) in self.pixels.iter().enumerate() {
            for (band, value) in values(index, pixel).into_iter().enumerate() {
                bands[band * count + index] = value;
            }
        }
        bands
    }

    fn l2a(&self, index: usize, pixel: &Pixel) -> [f32; BANDS] {
        let mut bands = self.reflectance(pixel);
        for (band, value) in bands.iter_mut().enumerate() {
            *value = optical::digital(*value, self.sensor_noise(index, band));
        }
        bands
    }

    fn l1c(&self, index: usize, pixel: &Pixel) -> [f32; BANDS + 1] {
        let (column, row) = self.column_and_row(index);
        let (x, y) = self.view.place(column, row);
        let surface = self.reflectance(pixel);
        let mut bands =
            optical::top_of_atmosphere(&surface, pixel.height_m, self.sky.haze(x, y), self.sky.cirrus(x, y));
        for (band, value) in bands.iter_mut().enumerate() {
            // The bands of both products are one measurement: one noise.
            let noise =
                self.sensor_noise(index, if band < optical::CIRRUS { band } else { band.max(11) - 1 });
            *value = optical::digital(*value, if band == optical::CIRRUS { 0.2 * noise } else { noise });
        }
        bands
    }

    fn reflectance(&self, pixel: &Pixel) -> [f32; BANDS] {
        let [dx, dy] = pixel.slope;
        let light = optical::illumination(self.conditions.season.sun(), dx, dy);
        optical::surface_reflectance(&pixel.surface, light, &pixel.air)
    }

    /// About normal with a deviation of 1: the sum of four bytes of a hash.
    fn sensor_noise(&self, index: usize, band: usize) -> f32 {
        if !self.conditions.noise {
            return 0.0;
        }
        let (column, row) = self.column_and_row(index);
        let bits =
            self.optical_noise.octave(band as u32).hash(self.view.column + column, self.view.row + row);
        let sum: u32 = bits.to_le_bytes().into_iter().map(u32::from).sum();
        (sum as f32 - 510.0) * (1.0 / 147.8)
    }

    fn radar(&self, index: usize, powers: [f32; 2], stream: u32) -> [f32; 2] {
        let (column, row) = self.column_and_row(index);
        let (column, row) = (self.view.column + column, self.view.row + row);
        let speckle = |band: u32| {
            self.conditions.noise.then(|| self.radar_noise.octave(stream + band).uniform(column, row))
        };
        [radar::decibels(powers[0], 0, speckle(0)), radar::decibels(powers[1], 1, speckle(1))]
    }

    /// Where in the window a pixel lies.
    fn column_and_row(&self, index: usize) -> (i64, i64) {
        ((index % self.view.width) as i64, (index / self.view.width) as i64)
    }
}
