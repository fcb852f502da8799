//! When and under which sky.

/// A season of the temperate north; it decides the sun, the snow line and what grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Season {
    /// Late January.
    Winter,
    /// Mid May.
    Spring,
    /// Late July.
    #[default]
    Summer,
    /// Mid October.
    Autumn,
}

impl Season {
    /// All of them, from the beginning of the year.
    pub const ALL: [Self; 4] = [Self::Winter, Self::Spring, Self::Summer, Self::Autumn];

    /// The entry of a table in the order of [`Season::ALL`].
    pub(crate) fn of<T: Copy>(self, table: [T; 4]) -> T {
        table[self as usize]
    }

    /// Where the sun stands at half past ten, when Sentinel-2 passes: a unit vector eastwards, northwards, upwards.
    pub(crate) fn sun(self) -> [f32; 3] {
        // Elevations of 23°, 57°, 58° and 33° at azimuths of 161°, 150°, 147° and 165°.
        self.of([
            [0.2997, -0.8704, 0.3907],
            [0.2723, -0.4717, 0.8387],
            [0.2886, -0.4444, 0.8480],
            [0.2171, -0.8101, 0.5446],
        ])
    }
}

/// What a scene depends on besides its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conditions {
    /// The season.
    pub season: Season,
    /// The share of the world under clouds, 0 to 1. A small scene may lie under one or between them.
    pub cloud_share: f32,
    /// Whether rivers and lakes are over their banks.
    pub flooded: bool,
    /// Whether measurements have noise: speckle of radar, and that of optical sensors.
    pub noise: bool,
}

impl Default for Conditions {
    /// A clear summer's day with a few clouds.
    fn default() -> Self {
        Self { season: Season::Summer, cloud_share: 0.03, flooded: false, noise: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sun_is_a_direction_from_the_south_east() {
        for season in Season::ALL {
            let [east, north, up] = season.sun();
            assert!((east * east + north * north + up * up - 1.0).abs() < 2e-3, "{season:?}");
            assert!(east > 0.0 && north < 0.0 && up > 0.3);
        }
    }
}
