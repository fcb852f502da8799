//! From surfaces to what Sentinel-2 measures: reflectance × 10,000, without the offset of products since 2022.

use crate::cover::Surface;
use crate::material::Material;
use crate::maths::mix;
use crate::sky::Air;

/// Bands of L2A.
pub(crate) const BANDS: usize = 12;
/// Where B10 stands in L1C.
pub(crate) const CIRRUS: usize = 10;

/// What the air adds (× 10,000, at sea level) and lets through, band by band of L2A. Read off the dark water and the
/// bright soil of two `TerraMesh` tiles that have both products.
const AIR: [(f32, f32); BANDS] = [
    (1050.0, 0.52),
    (730.0, 0.69),
    (400.0, 0.79),
    (240.0, 0.865),
    (205.0, 0.82),
    (180.0, 0.88),
    (155.0, 0.92),
    (130.0, 0.89),
    (120.0, 0.955),
    (55.0, 0.27),
    (22.0, 0.92),
    (10.0, 0.85),
];

/// Whether a band's pixels measure 10 m (0), 20 m (1) or 60 m (2).
pub(crate) const RESOLUTION: [usize; BANDS] = [2, 0, 0, 0, 1, 1, 1, 0, 1, 2, 1, 1];
/// The bands of 20 m and those of 60 m.
pub(crate) const COARSE: [&[usize]; 2] = [&[4, 5, 6, 8, 10, 11], &[0, 9]];

/// The sides of the pixels of each resolution, in pixels of a scene; the last is a multiple of the others. Products are
/// brought to 10 m by repeating pixels, which real tiles show.
pub(crate) fn sides_px(pixel_m: f64) -> [usize; 3] {
    let fine = side_of(20.0, pixel_m);
    [1, fine, if fine > 1 { 3 * fine } else { side_of(60.0, pixel_m) }]
}

fn side_of(metres: f64, pixel_m: f64) -> usize {
    ((metres / pixel_m + 0.5) as usize).max(1)
}

/// What the sun does at a place: 1 on level ground, 0.25 where only the sky lights it.
pub(crate) fn illumination([east, north, up]: [f32; 3], dx: f32, dy: f32) -> f32 {
    let cosine = (up - dx * east - dy * north) / (1.0 + dx * dx + dy * dy).sqrt();
    (0.25 + 0.75 * cosine.max(0.0) / up).min(1.7)
}

/// Surface reflectance × 10,000 below the clouds, then the clouds over it. Not rounded.
pub(crate) fn surface_reflectance(surface: &Surface, light: f32, air: &Air) -> [f32; BANDS] {
    let [first, second] = surface.materials.map(|material| material.facts().reflectance);
    let cloud = Material::Cloud.facts().reflectance;
    let lit = surface.brightness * light * (1.0 - 0.62 * air.shadow);
    let bright = 0.72 + 0.5 * air.thickness;
    let mut bands = [0.0; BANDS];
    for (band, value) in bands.iter_mut().enumerate() {
        let ground = mix(first[band], second[band], surface.share) * lit;
        *value = mix(ground, cloud[band] * bright, air.cloud);
    }
    bands
}

/// What is written as L2A: whole, at least 1, with the noise of the sensor where `bits` are given.
pub(crate) fn digital(value: f32, noise: f32) -> f32 {
    round(value + noise * (9.0 + 0.006 * value)).clamp(1.0, 16_000.0)
}

/// To whole numbers, halves upwards. `f32::round` is a function call on processors without SSE 4.1.
pub(crate) fn round(value: f32) -> f32 {
    (value + 0.5).max(0.0) as i32 as f32
}

/// Reflectance at the top of the atmosphere of the bands of L1C, from that of the surface.
pub(crate) fn top_of_atmosphere(
    surface: &[f32; BANDS],
    height_m: f32,
    haze: f32,
    cirrus: f32,
) -> [f32; BANDS + 1] {
    // Less air above mountains: e-fold every 8 km, to first order.
    let air = haze * (1.0 - height_m * (1.0 / 9000.0)).max(0.4);
    let mut bands = [0.0; BANDS + 1];
    for (band, &reflectance) in surface.iter().enumerate() {
        let (path, through) = AIR[band];
        let through = 1.0 - (1.0 - through) * (0.5 + 0.5 * air);
        let value = path * air + through * reflectance + 140.0 * cirrus;
        bands[if band < CIRRUS { band } else { band + 1 }] = value;
    }
    bands[CIRRUS] = 9.0 + 160.0 * cirrus;
    bands
}

/// 8 bits by one stretch for all scenes: reflectance 0 to 0.3 becomes 0 to 255.
pub(crate) fn eight_bits(reflectance: f32) -> f32 {
    round(reflectance * (255.0 / 3000.0)).min(255.0)
}

/// The vegetation index of two bands.
pub(crate) fn ndvi(red: f32, near_infrared: f32) -> f32 {
    (near_infrared - red) / (near_infrared + red)
}
