//! Land cover: which class a place has, and which materials a satellite sees there.

use crate::coarse::Coarse;
use crate::conditions::Season;
use crate::material::Material as M;
use crate::maths::step;
use crate::noise::Noise;
use crate::parcels::{Crop, Parcel, parcel};
use crate::terrain::Ground;
use crate::towns::{Plot, Towns};
use crate::view::View;

/// TerraMind's classes of land cover, which are ESRI's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Class {
    /// Lakes, rivers, floods.
    Water = 1,
    /// Forest, woods, trees along brooks.
    Trees = 2,
    /// Reed, and trees in the water.
    FloodedVegetation = 3,
    /// Fields, also harvested ones.
    Crops = 4,
    /// Towns with their streets and gardens, and roads.
    BuiltArea = 5,
    /// Rock, scree, gravel.
    BareGround = 6,
    /// Snow and ice.
    Snow = 7,
    /// What hides the land.
    Clouds = 8,
    /// Grass and meadows.
    Rangeland = 9,
}

/// A place and its shape.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site {
    /// In metres eastwards and northwards.
    pub x: f64,
    pub y: f64,
    pub ground: Ground,
    /// Rise over run.
    pub slope: f32,
}

/// What lies at a place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surface {
    pub class: Class,
    /// Land that is under water for now.
    pub is_flooded: bool,
    /// Two materials and the share of the second.
    pub materials: [M; 2],
    pub share: f32,
    /// Brightness beside that of the materials.
    pub brightness: f32,
}

/// The noises that decide what grows where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cover {
    climate: Noise,
    woods: Noise,
    patches: Noise,
    farms: Noise,
    wet: Noise,
    grain: Noise,
    parcels: Noise,
    towns: Towns,
}

/// What decides over kilometres: the climate, and how much land is farmed.
pub(crate) type Region = Coarse<2>;

impl Cover {
    pub fn new(seed: u64) -> Self {
        let noise = |purpose| Noise::new(seed, purpose);
        Self {
            climate: noise("climate"),
            woods: noise("woods"),
            patches: noise("patches"),
            farms: noise("farms"),
            wet: noise("wet"),
            grain: noise("grain"),
            parcels: noise("parcels"),
            towns: Towns::new(seed),
        }
    }

    /// The region of a window.
    pub fn region(&self, view: &View) -> Region {
        let (low, high) = view.corners(0.0);
        Coarse::between(low, high, |x, y| {
            [self.climate.fbm(x, y, 21_000.0, 3, 0.5), self.farms.fbm(x, y, 5200.0, 3, 0.5)]
        })
    }

    /// What lies at a place; x, y in metres, the slope as rise over run.
    pub fn surface(&self, region: &Region, site: &Site, season: Season, flooded: bool) -> Surface {
        let Site { x, y, ground, .. } = *site;
        let patch = self.patches.fbm(x, y, 230.0, 4, 0.6);
        let dry = self.dry(region, site, season, patch);
        let mut surface = dry;
        if flooded
            && dry.class != Class::Water
            && self.is_under_flood(x, y, &ground)
            && ground.height_m < 1100.0
        {
            surface = flood(dry, patch);
        }
        let texture = |material: M| material.facts().texture;
        let [first, second] = surface.materials.map(texture);
        let texture = first + (second - first) * surface.share;
        let grain = self.grain.at(x / 13.7, y / 13.7) + 0.6 * self.grain.octave(1).at(x / 31.0, y / 31.0);
        surface.brightness *= (1.0 + 0.10 * patch + 2.6 * texture * grain).clamp(0.35, 1.9);
        surface
    }

    fn is_under_flood(&self, x: f64, y: f64, ground: &Ground) -> bool {
        let level = 2.6 + 2.2 * self.wet.octave(5).fbm(x, y, 2600.0, 4, 0.55);
        ground.bank_m < 1100.0 && ground.rise_m + 0.0012 * ground.bank_m < level
    }

    /// What lies there when no river is over its banks.
    fn dry(&self, region: &Region, site: &Site, season: Season, patch: f32) -> Surface {
        let Site { x, y, ground, slope } = *site;
        let Ground { height_m: height, bank_m: bank, rise_m: rise, relief_m: relief } = ground;
        if bank < 0.0 {
            return self.water(x, y, &ground);
        }
        let line = season.of([780.0, 1650.0, 2060.0, 1800.0]);
        let above = height + 170.0 * patch - 330.0 * (slope - 0.6).max(0.0) - line;
        if above > 0.0 {
            let second = if season == Season::Summer { M::OldSnow } else { M::Snow };
            let rocks = step(0.75, 1.25, slope + 0.25 * patch);
            let materials = if rocks > 0.35 { [second, M::Rock] } else { [M::Snow, second] };
            let class = if rocks > 0.65 { Class::BareGround } else { Class::Snow };
            let share = if rocks > 0.35 { rocks } else { 0.5 + patch };
            return plain(class, materials, share);
        }
        let wood = self.woods.fbm(x, y, 1050.0, 5, 0.58);
        let [climate, farms] = region.at(x, y);
        if slope > 1.02 + 0.35 * patch || height > 2080.0 + 260.0 * wood {
            return plain(Class::BareGround, [M::Rock, M::Gravel], 0.5 + 0.9 * patch);
        }
        let gravel = 4.0 + 11.0 * step(60.0, 500.0, relief);
        if bank < gravel * (0.6 + 1.2 * patch) {
            return plain(Class::BareGround, [M::Gravel, M::BrightSoil], 0.5 + patch);
        }
        let is_low = bank < 260.0 && slope < 0.05 && rise < 5.0;
        if is_low && bank < 260.0 * (self.wet.fbm(x, y, 1300.0, 4, 0.5) + 0.25 * climate - 0.08) {
            let second = season.of([M::DryGrass, M::GreenGrass, M::GreenGrass, M::DryGrass]);
            return plain(Class::FloodedVegetation, [M::Reed, second], 0.35 + 0.6 * patch);
        }
        if let Some(plot) = self.towns.plot(x, y, &ground, slope) {
            return town(plot, season);
        }
        let is_gentle = slope < 0.13 + 0.05 * patch && height < 900.0;
        let farm = is_gentle.then(|| parcel(self.parcels, x, y));
        if farm.is_some_and(|farm| farm.is_paved && farm.road_m < 6.0) && wood < 0.45 {
            return plain(Class::BuiltArea, [M::Asphalt, M::GreenGrass], 0.2);
        }
        let farms = farms + 0.35 - 3.0 * (slope - 0.05).max(0.0);
        let farm = farm.filter(|_| farms > 0.0);
        let open = if farm.is_some() { 0.42 + 0.3 * farms } else { 0.06 };
        let trees = wood + 0.30 * climate + 0.75 * step(0.1, 0.45, slope) - open;
        let hedge = patch > 0.30 && farm.is_some_and(|farm| farm.edge_m < 7.0);
        let riparian = bank < 38.0 + 60.0 * patch && wood > -0.25;
        if (trees > 0.0 || hedge || riparian) && step(1850.0, 1550.0, height + 220.0 * patch) > 0.5 {
            return forest(height, climate, patch, season);
        }
        if let Some(farm) = farm {
            if farm.edge_m < 3.5 {
                let dryness = grass_dryness(season, 0.1 + 0.5 * patch);
                return plain(Class::Rangeland, [M::GreenGrass, M::DryGrass], dryness);
            }
            return field(&farm, season, patch);
        }
        // Arid land shows its soil, high land its stones.
        let bare = 0.55 * patch - 0.5 * climate - 0.16 + 0.9 * step(1650.0, 2250.0, height);
        if bare > 0.32 {
            return plain(
                Class::BareGround,
                [M::BrightSoil, if height > 1500.0 { M::Rock } else { M::DryGrass }],
                0.45 + 0.5 * patch,
            );
        }
        let dryness =
            grass_dryness(season, 0.13 - 0.75 * climate + 0.5 * patch + 0.3 * step(1500.0, 2200.0, height));
        plain(Class::Rangeland, [M::GreenGrass, M::DryGrass], dryness)
    }

    fn water(&self, x: f64, y: f64, ground: &Ground) -> Surface {
        let silt = self.wet.octave(8).fbm(x, y, 3800.0, 4, 0.5);
        let shallow = step(-70.0, 0.0, ground.bank_m);
        plain(
            Class::Water,
            [M::ClearWater, M::TurbidWater],
            (0.28 + 0.9 * silt + 0.30 * shallow).clamp(0.02, 0.95),
        )
    }
}

fn plain(class: Class, materials: [M; 2], share: f32) -> Surface {
    Surface { class, is_flooded: false, materials, share: share.clamp(0.0, 1.0), brightness: 1.0 }
}

fn grass_dryness(season: Season, local: f32) -> f32 {
    (season.of([0.75, 0.12, 0.32, 0.45]) + local).clamp(0.0, 1.0)
}

fn forest(height: f32, climate: f32, patch: f32, season: Season) -> Surface {
    let leaves = season.of([M::BareBranches, M::GreenLeaves, M::GreenLeaves, M::AutumnLeaves]);
    // Conifers stand high, and in stands of their own.
    let leafy = 0.62 - 0.0011 * (height - 450.0) + 1.1 * patch + 0.2 * climate;
    plain(Class::Trees, [M::Conifers, leaves], step(0.2, 0.7, leafy))
}

fn town(plot: Plot, season: Season) -> Surface {
    let leaves = season.of([M::BareBranches, M::GreenLeaves, M::GreenLeaves, M::AutumnLeaves]);
    let (materials, share) = match plot {
        Plot::Street => ([M::Asphalt, leaves], 0.08),
        Plot::RedRoof => ([M::RedRoof, M::Asphalt], 0.25),
        Plot::GreyRoof => ([M::GreyRoof, M::Asphalt], 0.25),
        Plot::BrightRoof => ([M::BrightRoof, M::GreyRoof], 0.2),
        Plot::Yard => ([M::Asphalt, M::Gravel], 0.45),
        Plot::Garden => ([M::GreenGrass, leaves], 0.55),
    };
    plain(Class::BuiltArea, materials, share)
}

fn field(farm: &Parcel, season: Season, patch: f32) -> Surface {
    let soil = if farm.soil < 0.6 { M::DarkSoil } else { M::BrightSoil };
    let stage = (farm.stage + 0.16 * patch).clamp(0.0, 1.0);
    // How much is green, from the least to the most advanced field.
    let green = |low: f32, high: f32| low + (high - low) * stage;
    let (first, second, share) = match (farm.crop, season) {
        (Crop::Meadow, _) => {
            let dryness = grass_dryness(season, 0.75 * farm.stage - 0.35 + 0.25 * patch);
            return brightened(plain(Class::Rangeland, [M::GreenGrass, M::DryGrass], dryness), farm);
        }
        (Crop::Fallow, _) => (soil, M::DryGrass, green(0.05, 0.5)),
        (Crop::Cereal, Season::Winter) => (soil, M::GreenCereal, green(0.1, 0.55)),
        (Crop::Cereal, Season::Spring) => (soil, M::GreenCereal, green(0.75, 1.0)),
        (Crop::Cereal, Season::Summer) if farm.stage > 0.75 => (soil, M::RipeCereal, 0.35),
        (Crop::Cereal, Season::Summer) => (M::GreenCereal, M::RipeCereal, green(0.55, 1.3).min(1.0)),
        (Crop::Cereal, Season::Autumn) => (soil, M::GreenGrass, green(0.0, 0.45)),
        (Crop::Rapeseed, Season::Winter) => (soil, M::GreenCereal, green(0.3, 0.7)),
        (Crop::Rapeseed, Season::Spring) => (M::GreenCereal, M::Rapeseed, green(0.3, 1.0)),
        (Crop::Rapeseed, Season::Summer) => (soil, M::RipeCereal, green(0.5, 1.0)),
        (Crop::Rapeseed, Season::Autumn) => (soil, M::GreenCereal, green(0.3, 0.9)),
        (Crop::Maize, Season::Summer) => (soil, M::Maize, green(0.7, 1.0)),
        (Crop::Maize, Season::Autumn) if farm.stage < 0.4 => (M::DryGrass, M::Maize, 0.3),
        (Crop::Roots, Season::Summer) => (soil, M::Maize, green(0.35, 0.95)),
        (Crop::Roots, Season::Autumn) if farm.stage > 0.5 => (soil, M::GreenGrass, 0.7),
        (Crop::Maize | Crop::Roots, _) => (soil, M::DryGrass, green(0.0, 0.25)),
    };
    brightened(plain(Class::Crops, [first, second], share), farm)
}

/// Fields of one crop differ in soil, water and how they were sown.
fn brightened(surface: Surface, farm: &Parcel) -> Surface {
    Surface { brightness: 0.84 + 0.32 * farm.soil, ..surface }
}

/// Land under water: trees still stand out of it.
fn flood(dry: Surface, patch: f32) -> Surface {
    let (class, materials, share) = match dry.class {
        Class::Trees => (Class::FloodedVegetation, [dry.materials[1], M::TurbidWater], 0.35),
        Class::FloodedVegetation => {
            (Class::Water, [M::TurbidWater, M::Reed], (0.12 + 0.3 * patch).clamp(0.0, 0.4))
        }
        _ => (Class::Water, [M::TurbidWater, M::ClearWater], (0.10 + 0.3 * patch).clamp(0.0, 0.5)),
    };
    Surface { class, is_flooded: true, materials, share, brightness: 1.0 }
}
