//! The world: what lies where.

use crate::conditions::Conditions;
use crate::cover::{Class, Cover, Region, Site};
use crate::modality::Modality;
use crate::noise::Noise;
use crate::optical;
use crate::sky::{Fronts, Sky};
use crate::survey::{Pixel, Survey};
use crate::terrain::{Ground, Land, Terrain};
use crate::view::View;

/// An invented piece of Earth without end: a function of a seed.
#[derive(Debug, Clone, Copy)]
pub struct World {
    seed: u64,
    conditions: Conditions,
    terrain: Terrain,
    cover: Cover,
    sky: Sky,
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
        let sky = Sky::new(seed, conditions);
        Self { seed, conditions, terrain: Terrain::new(seed), cover: Cover::new(seed), sky }
    }

    /// One modality of a window, `[band, y, x]`. For several use [`World::survey`], which does what they share once.
    #[must_use]
    pub fn render(&self, modality: Modality, view: View) -> Vec<f32> {
        self.survey(view).render(modality)
    }

    /// What lies in a window. Takes some 150 bytes per pixel: render large scenes in strips.
    #[must_use]
    pub fn survey(&self, view: View) -> Survey {
        let sides = optical::sides_px(view.pixel_m);
        let whole = view.widened(sides[2]);
        Survey {
            view,
            whole,
            conditions: self.conditions,
            sky: self.sky,
            optical_noise: Noise::new(self.seed, "optical sensor"),
            radar_noise: Noise::new(self.seed, "speckle"),
            sides,
            pixels: self.pixels(&whole),
        }
    }

    /// The pixels of a window, row by row.
    fn pixels(&self, view: &View) -> Vec<Pixel> {
        let basis = Basis {
            land: self.terrain.land(view),
            region: self.cover.region(view),
            fronts: self.sky.fronts(view),
        };
        let (width, height) = (view.width as i64, view.height as i64);
        let line = |row: i64| -> Vec<Ground> {
            (-1..=width).map(|column| self.ground(&basis.land, view, column, row)).collect()
        };
        let rise = |to: &Ground, from: &Ground| (to.height_m - from.height_m) / (2.0 * view.pixel_m as f32);
        let mut pixels = Vec::with_capacity(view.pixels());
        let (mut above, mut here) = (line(-1), line(0));
        for row in 0..height {
            let below = line(row + 1);
            for column in 0..view.width {
                let (x, y) = view.place(column as i64, row);
                let slope =
                    [rise(&here[column + 2], &here[column]), rise(&above[column + 1], &below[column + 1])];
                pixels.push(self.pixel(&basis, x, y, here[column + 1], slope));
            }
            (above, here) = (here, below);
        }
        pixels
    }

    fn ground(&self, land: &Land, view: &View, column: i64, row: i64) -> Ground {
        let (x, y) = view.place(column, row);
        self.terrain.ground(land, x, y)
    }

    fn pixel(&self, basis: &Basis, x: f64, y: f64, ground: Ground, slope: [f32; 2]) -> Pixel {
        // Water lies level, whatever its banks do.
        let slope = if ground.bank_m < 0.0 { [0.0; 2] } else { slope };
        let steepness = (slope[0] * slope[0] + slope[1] * slope[1]).sqrt();
        let Conditions { season, flooded, .. } = self.conditions;
        let site = Site { x, y, ground, slope: steepness };
        let surface = self.cover.surface(&basis.region, &site, season, flooded);
        // So does a flood.
        let slope = if surface.class == Class::Water { [0.0; 2] } else { slope };
        Pixel { surface, height_m: ground.height_m, slope, air: self.sky.air(basis.fronts.as_ref(), x, y) }
    }
}
