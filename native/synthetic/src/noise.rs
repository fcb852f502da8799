//! Chance that belongs to places: hashes of lattice points, and noise that is smooth between them.
//!
//! No crate of noise promises the same bits in its next version, and a scene is told by its seed for good. Only
//! basic arithmetic and square roots are used, which every processor rounds alike.

#![expect(clippy::many_single_char_names, reason = "coordinates, as formulas have them")]

use crate::maths::split;

/// Turns and doubles: octaves whose lattices lie on each other would show their axes. A Pythagorean angle, so that no
/// sine is needed.
const TURN: [f64; 2] = [0.8, 0.6];

/// Numbers for one purpose in one world.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noise {
    key: u32,
}

impl Noise {
    /// Other seeds and other purposes give independent numbers.
    pub fn new(seed: u64, purpose: &str) -> Self {
        // FNV-1a over the purpose and the seed, then mixed: neighbouring seeds differ in one bit.
        let bytes = purpose.bytes().chain(seed.to_le_bytes());
        let hash = bytes.fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        Self { key: mix((hash >> 32) as u32 ^ hash as u32) }
    }

    /// Random bits of a lattice point.
    pub fn hash(self, i: i64, j: i64) -> u32 {
        mix(across(i).wrapping_add(down(j)) ^ self.key)
    }

    /// Three independent numbers of a lattice point, 0 ≤ u < 1, in steps of 1/1024.
    pub fn thrice(self, i: i64, j: i64) -> [f32; 3] {
        let bits = self.hash(i, j);
        [bits, bits >> 10, bits >> 20].map(|bits| (bits & 1023) as f32 / 1024.0)
    }

    /// One number of a lattice point, 0 ≤ u < 1, in steps of 2⁻²⁴.
    pub fn uniform(self, i: i64, j: i64) -> f32 {
        (self.hash(i, j) >> 8) as f32 / 16_777_216.0
    }

    /// Gradient noise (Perlin 1985, with his quintic fade of 2002) with lattice points at whole x and y: smooth, 0 on
    /// average, standard deviation about 0.27, within ±1.5.
    pub fn at(self, x: f64, y: f64) -> f32 {
        let ((i, u), (j, v)) = (split(x), split(y));
        let (left, right) = (across(i), across(i + 1));
        let (top, bottom) = (down(j), down(j + 1));
        let corner = |column: u32, row: u32, dx: f32, dy: f32| {
            let bits = mix(column.wrapping_add(row) ^ self.key);
            // The gradient: two numbers from -1 to 1.
            let gx = (bits & 0xFFFF) as f32 * (1.0 / 32_768.0) - 1.0;
            let gy = (bits >> 16) as f32 * (1.0 / 32_768.0) - 1.0;
            gx * dx + gy * dy
        };
        let (a, b) = (corner(left, top, u, v), corner(right, top, u - 1.0, v));
        let (c, d) = (corner(left, bottom, u, v - 1.0), corner(right, bottom, u - 1.0, v - 1.0));
        let fade = |t: f32| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
        let (s, t) = (fade(u), fade(v));
        let (upper, lower) = (a + (b - a) * s, c + (d - c) * s);
        1.5 * (upper + (lower - upper) * t)
    }

    /// A sum of octaves, each half as wide as the one before and `gain` times as high, scaled to the standard
    /// deviation of one (about 0.27). x and y in metres.
    pub fn fbm(self, x: f64, y: f64, wavelength_m: f64, octaves: u32, gain: f32) -> f32 {
        let (mut x, mut y) = (x / wavelength_m, y / wavelength_m);
        let (mut sum, mut squares, mut height) = (0.0, 0.0, 1.0);
        for octave in 0..octaves {
            sum += height * self.octave(octave).at(x, y);
            squares += height * height;
            height *= gain;
            (x, y) = finer(x, y);
        }
        sum / f32::sqrt(squares)
    }

    /// Ridges: sharp crests where noise crosses 0, finer ones mostly beside coarser ones (Musgrave's ridged
    /// multifractal). From 0 to 1. Octaves fade out that would be lower than a metre on mountains of `relief_m`.
    pub fn ridges(self, x: f64, y: f64, wavelength_m: f64, relief_m: f32) -> f32 {
        const OCTAVES: u32 = 7;
        let (mut x, mut y) = (x / wavelength_m, y / wavelength_m);
        let (mut sum, mut height, mut weight) = (0.0, 1.0, 1.0_f32);
        for octave in 0..OCTAVES {
            let shown = (relief_m * height - 0.8).clamp(0.0, 1.0);
            if shown <= 0.0 {
                break;
            }
            let crest = 1.0 - (1.6 * self.octave(octave).at(x, y)).abs().min(1.0);
            let crest = crest * crest * weight;
            sum += shown * height * crest;
            height *= 0.5;
            weight = (1.8 * crest).clamp(0.15, 1.0);
            (x, y) = finer(x, y);
        }
        0.5 * sum
    }

    /// The same purpose for another octave.
    pub fn octave(self, octave: u32) -> Self {
        Self { key: self.key.wrapping_add(octave.wrapping_mul(0x9E37_79B9)) }
    }
}

/// The coordinates for the next octave.
pub(crate) fn finer(x: f64, y: f64) -> (f64, f64) {
    let [cosine, sine] = TURN;
    (2.0 * (x * cosine - y * sine) + 17.31, 2.0 * (x * sine + y * cosine) - 5.77)
}

fn across(i: i64) -> u32 {
    (i as u32).wrapping_mul(0x9E37_79B1)
}

fn down(j: i64) -> u32 {
    (j as u32).wrapping_mul(0x85EB_CA77).rotate_left(15)
}

/// Every bit of the input changes half of the output's (`lowbias32`, Wellons 2018).
fn mix(mut bits: u32) -> u32 {
    bits ^= bits >> 16;
    bits = bits.wrapping_mul(0x7FEB_352D);
    bits ^= bits >> 15;
    bits = bits.wrapping_mul(0x846C_A68B);
    bits ^ (bits >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_those_of_the_first_version() {
        let noise = Noise::new(7, "test");
        assert_eq!((noise.hash(0, 0), noise.hash(-3, 12)), (HASHES.0, HASHES.1));
        assert_eq!(noise.at(0.3, -1.7).to_bits(), BITS.0);
        assert_eq!(noise.fbm(512_345.0, -5_100_020.0, 700.0, 5, 0.5).to_bits(), BITS.1);
    }

    /// Whoever changes these changes every scene that a seed has ever named.
    const HASHES: (u32, u32) = (3_169_886_249, 61_178_606);
    const BITS: (u32, u32) = (3_205_258_420, 3_176_558_094);

    #[test]
    fn hashes_are_even_and_independent_of_neighbours() {
        let noise = Noise::new(1, "even");
        let (mut ones, mut same) = ([0_u32; 32], 0);
        for j in -64..64 {
            for i in -64..64 {
                let bits = noise.hash(i, j);
                for (bit, count) in ones.iter_mut().enumerate() {
                    *count += bits >> bit & 1;
                }
                same += (!(bits ^ noise.hash(i + 1, j))).count_ones();
            }
        }
        // 16,384 throws: beyond five standard deviations (320) once in a million.
        assert!(ones.iter().all(|&count| count.abs_diff(8192) < 320), "{ones:?}");
        assert!((same as f32 / 16_384.0 - 16.0).abs() < 0.15, "{same}");
    }

    #[test]
    fn noise_is_smooth_centred_and_bounded() {
        let noise = Noise::new(3, "smooth");
        let (mut sum, mut squares, mut n) = (0.0, 0.0, 0.0);
        for j in 0..300 {
            for i in 0..300 {
                let (x, y) = (f64::from(i) * 0.37 - 40.0, f64::from(j) * 0.41 - 55.0);
                let value = noise.at(x, y);
                assert!(value.abs() <= 1.5, "{value}");
                assert!((noise.at(x + 1e-4, y) - value).abs() < 1e-3);
                (sum, squares, n) = (sum + value, squares + value * value, n + 1.0);
            }
        }
        let (mean, std) = (sum / n, f32::sqrt(squares / n));
        assert!(mean.abs() < 0.02 && (0.25..0.28).contains(&std), "{mean} {std}");
        assert!(noise.at(5.0, -3.0).abs() < 1e-6);
    }

    #[test]
    fn seeds_purposes_and_octaves_differ() {
        let at = |noise: Noise| noise.at(0.4, 0.6).to_bits();
        let noise = Noise::new(1, "a");
        assert_eq!(at(noise), at(Noise::new(1, "a")));
        for other in [Noise::new(2, "a"), Noise::new(1, "b"), noise.octave(1)] {
            assert_ne!(at(noise), at(other));
        }
    }
}
