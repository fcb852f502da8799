//! The shape of the land: heights in metres as a function of the place.
//!
//! Rivers come first. Between them the land rises, steeply and with sharp ridges where mountains are, hardly in
//! plains; so valleys lead somewhere, which terrain of noise alone does not have.

use crate::coarse::Coarse;
use crate::drainage::{Drainage, REACH_M};
use crate::maths::{mix, step};
use crate::noise::Noise;
use crate::view::View;

/// How far places are shifted for meanders, in metres, at most.
const MEANDER_M: f64 = 480.0;

/// The noises that the land is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terrain {
    base: Noise,
    relief: Noise,
    ridges: Noise,
    meander: [Noise; 2],
    rough: Noise,
    drainage: Noise,
}

/// What shapes a window: rivers and lakes, and functions that change over kilometres.
pub(crate) struct Land {
    drainage: Drainage,
    /// Height of valley bottoms, relief, meanders eastwards and northwards, all in metres.
    slow: Coarse<4>,
}

/// The land at one place.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_field_names, reason = "all are metres, as their names are to say")]
pub(crate) struct Ground {
    /// Above the sea, in metres; of water its surface.
    pub height_m: f32,
    /// Above the river or lake of the valley, in metres.
    pub rise_m: f32,
    /// Distance to the nearest bank in metres, negative in the water.
    pub bank_m: f32,
    /// How high mountains rise here above their valleys, in metres.
    pub relief_m: f32,
}

impl Terrain {
    pub fn new(seed: u64) -> Self {
        let noise = |purpose| Noise::new(seed, purpose);
        Self {
            base: noise("base"),
            relief: noise("relief"),
            ridges: noise("ridges"),
            meander: [noise("meander east"), noise("meander north")],
            rough: noise("rough"),
            drainage: noise("drainage"),
        }
    }

    /// What shapes a window and one pixel around it.
    pub fn land(&self, view: &View) -> Land {
        let (low, high) = view.corners(2.0 * view.pixel_m);
        let drainage = Drainage::between(
            self.drainage,
            low.map(|metres| metres - MEANDER_M),
            high.map(|metres| metres + MEANDER_M),
            |x, y| self.base_m(x, y),
            |x, y| self.relief_m(x, y) < 60.0,
        );
        let slow = Coarse::between(low, high, |x, y| {
            let [east, north] = self.meander.map(|noise| {
                let shift = 400.0 * noise.fbm(x, y, 1900.0, 3, 0.6);
                shift.clamp(-MEANDER_M as f32, MEANDER_M as f32)
            });
            [self.base_m(x, y), self.relief_m(x, y), east, north]
        });
        Land { drainage, slow }
    }

    /// The height of valley bottoms.
    fn base_m(&self, x: f64, y: f64) -> f32 {
        let rough = self.base.fbm(x, y, 46_000.0, 4, 0.42);
        let share = step(-0.75, 1.0, rough);
        // Mountains stand on high land, and their valleys turn.
        let relief = self.relief_m(x, y);
        let turns = self.base.octave(17).fbm(x, y, 3600.0, 2, 0.5);
        50.0 + 900.0 * share * share + 60.0 * rough + (0.5 + 0.15 * turns) * relief
    }

    /// How high mountains rise above valley bottoms.
    fn relief_m(&self, x: f64, y: f64) -> f32 {
        let belt =
            0.45 * self.base.fbm(x, y, 46_000.0, 2, 0.42) + 0.9 * self.relief.fbm(x, y, 26_000.0, 3, 0.45);
        let share = step(-0.12, 0.72, belt);
        14.0 + 110.0 * step(-0.45, 0.1, belt) + 1050.0 * share * share.sqrt()
    }

    /// The land at a place of the window that `land` was made for.
    pub fn ground(&self, land: &Land, x: f64, y: f64) -> Ground {
        let [base, relief, east, north] = land.slow.at(x, y);
        let (dx, dy) = (f64::from(east), f64::from(north));
        let near = land.drainage.near(x + dx, y + dy);
        let base = mix(base, near.lake.1, near.lake.0);
        // Plains have broad floors, mountains narrow ones.
        let floor = mix(170.0, 12.0, step(40.0, 420.0, relief));
        let t = ((near.valley_m - floor) / (REACH_M - floor)).clamp(0.0, 1.0);
        // Straight sides with a soft foot.
        let side = t * (1.25 - 0.25 * t) * step(-0.02, 0.12, t);
        let mut rise = 0.0;
        if side > 0.0 {
            let crests = self.ridges.ridges(x + 0.6 * dx, y + 0.6 * dy, 1900.0, relief);
            let rough = self.rough.fbm(x, y, 520.0, 4, 0.55);
            // Gullies begin at the foot of a slope.
            rise =
                relief * side * (0.58 + 0.75 * crests) + (2.0 + 0.028 * relief) * rough * step(0.0, 0.12, t);
        }
        let rise = rise.max(0.0);
        Ground { height_m: base + rise, rise_m: rise, bank_m: near.bank_m, relief_m: relief }
    }
}
