//! Farmland: districts with straight borders, each cut into parcels along a direction of its own.

#![expect(clippy::many_single_char_names, reason = "coordinates, as formulas have them")]

use crate::maths::split;
use crate::noise::Noise;

/// Distance between the centres of districts, in metres.
const DISTRICT_M: f64 = 1150.0;

/// What grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Crop {
    /// Sown in autumn, ripe in July.
    Cereal,
    /// Yellow in May.
    Rapeseed,
    /// Sown in May, tall in summer.
    Maize,
    /// Potatoes, beets, vegetables.
    Roots,
    /// Nothing, at any time of the year.
    Fallow,
    /// Grass; land cover maps call it rangeland.
    Meadow,
}

/// The field at a place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parcel {
    pub crop: Crop,
    /// How far on it is beside other fields of its crop, 0 to 1.
    pub stage: f32,
    /// How bright its soil is, 0 to 1.
    pub soil: f32,
    /// Distance to the border in metres.
    pub edge_m: f32,
    /// Distance to the road between districts in metres.
    pub road_m: f32,
    /// Whether that is more than a track.
    pub is_paved: bool,
}

/// Directions of districts: cosine and sine.
const DIRECTIONS: [[f32; 2]; 8] = [
    [1.0, 0.0],
    [0.9239, 0.3827],
    [std::f32::consts::FRAC_1_SQRT_2, std::f32::consts::FRAC_1_SQRT_2],
    [0.3827, 0.9239],
    [0.9808, 0.1951],
    [0.8315, 0.5556],
    [0.5556, 0.8315],
    [0.1951, 0.9808],
];

/// The field at a place; x and y in metres.
pub(crate) fn parcel(noise: Noise, x: f64, y: f64) -> Parcel {
    let ((i, u), (j, v)) = (split(x / DISTRICT_M), split(y / DISTRICT_M));
    let (mut nearest, mut second) = ((f32::MAX, [0; 2], [0.0; 2]), (f32::MAX, [0; 2], [0.0; 2]));
    for (dj, di) in (-1..=1).flat_map(|dj| (-1..=1).map(move |di| (dj, di))) {
        let [a, b, _] = noise.thrice(i + di, j + dj);
        // From the district's centre to the place, in districts.
        let from = [u - di as f32 - 0.1 - 0.8 * a, v - dj as f32 - 0.1 - 0.8 * b];
        let distance = from[0] * from[0] + from[1] * from[1];
        if distance < nearest.0 {
            second = nearest;
            nearest = (distance, [i + di, j + dj], from);
        } else if distance < second.0 {
            second = (distance, [i + di, j + dj], from);
        }
    }
    let (from, other) = (nearest.2, second.2);
    let apart =
        ((from[0] - other[0]) * (from[0] - other[0]) + (from[1] - other[1]) * (from[1] - other[1])).sqrt();
    let road_m = (second.0 - nearest.0) / (2.0 * apart.max(0.05)) * DISTRICT_M as f32;

    let [di, dj] = nearest.1;
    // The same from both sides.
    let [ei, ej] = second.1;
    let is_paved = noise.octave(40).uniform(di + ei, dj + ej) < 0.4;

    let bits = noise.octave(1).hash(di, dj);
    let [cosine, sine] = DIRECTIONS[(bits & 7) as usize];
    let metres = DISTRICT_M as f32;
    let along = (from[0] * cosine + from[1] * sine) * metres;
    let across = (from[1] * cosine - from[0] * sine) * metres;
    // Strips of a district are alike, from gardens of 60 m to fields of 250 m.
    let width = 60.0 + 190.0 * ((bits >> 8 & 255) as f32 / 255.0);
    let length = width * (1.2 + 2.8 * ((bits >> 16 & 255) as f32 / 255.0));
    let cuts = noise.octave(2 + (bits >> 24));
    let (strip, edge_across) = cut(cuts, across, width, 0);
    let (piece, edge_along) = cut(cuts, along, length, strip);
    let mut own = cuts.thrice(strip * 1009 + piece, di * 31 + dj);
    let kind = own[0];
    // Farmers of a district have something in common.
    own[2] = 0.6 * own[2] + 0.4 * ((bits >> 3 & 31) as f32 / 31.0);
    let crop = match kind {
        k if k < 0.33 => Crop::Cereal,
        k if k < 0.43 => Crop::Rapeseed,
        k if k < 0.63 => Crop::Maize,
        k if k < 0.73 => Crop::Roots,
        k if k < 0.82 => Crop::Fallow,
        _ => Crop::Meadow,
    };
    Parcel {
        crop,
        stage: own[1],
        soil: own[2],
        edge_m: edge_across.min(edge_along).min(road_m),
        road_m,
        is_paved,
    }
}

/// The piece of a line that is cut at irregular places about `step` apart, and the distance to its nearer end in metres.
fn cut(noise: Noise, position: f32, step: f32, line: i64) -> (i64, f32) {
    let (whole, part) = split(f64::from(position / step));
    let border = |index: i64| 0.6 * noise.uniform(index, line * 2 + 1) - 0.3;
    let (low, high) = (border(whole), 1.0 + border(whole + 1));
    if part < low {
        let before = border(whole - 1) - 1.0;
        (whole - 1, (part - before).min(low - part) * step)
    } else if part > high {
        let behind = 2.0 + border(whole + 2);
        (whole + 1, (part - high).min(behind - part) * step)
    } else {
        (whole, (part - low).min(high - part) * step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_whole_and_end_at_their_borders() {
        let noise = Noise::new(11, "parcels");
        let mut kinds = std::collections::HashSet::new();
        for row in 0..60 {
            let y = f64::from(row) * 53.0;
            let mut before = parcel(noise, 0.0, y);
            for column in 1..2000 {
                let here = parcel(noise, f64::from(column) * 2.0, y);
                let same = here.stage.to_bits() == before.stage.to_bits() && here.crop == before.crop;
                // Steps of 2 m: who leaves a field has been within 2 m of its border.
                assert!(same || before.edge_m <= 2.01, "{row} {column}: {before:?} {here:?}");
                assert!(here.edge_m >= -0.01 && here.road_m >= -0.01, "{here:?}");
                kinds.insert(format!("{:?}", here.crop));
                before = here;
            }
        }
        assert_eq!(kinds.len(), 6);
    }
}
