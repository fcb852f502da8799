//! Smooth functions of the place, computed every 64 m and interpolated between.
//!
//! Half of the octaves that make the land are kilometres wide; computing them for every pixel of 10 m would be half of
//! the work. The lattice belongs to the world, not to the window, so windows still agree bit for bit.

#![expect(clippy::many_single_char_names, reason = "coordinates, as formulas have them")]

use crate::maths::{mix, split};

/// Distance between two points of the lattice, in metres.
const STEP_M: f64 = 64.0;

/// `N` functions over a rectangle.
pub(crate) struct Coarse<const N: usize> {
    first: [i64; 2],
    columns: i64,
    values: Vec<[f32; N]>,
}

impl<const N: usize> Coarse<N> {
    /// Computes the functions between two corners in metres.
    pub fn between(low: [f64; 2], high: [f64; 2], functions: impl Fn(f64, f64) -> [f32; N]) -> Self {
        let first = low.map(|metres| split(metres / STEP_M).0);
        let last = high.map(|metres| split(metres / STEP_M).0 + 1);
        let columns = last[0] - first[0] + 1;
        let places = (first[1]..=last[1]).flat_map(|j| (first[0]..=last[0]).map(move |i| (i, j)));
        let values = places.map(|(i, j)| functions(i as f64 * STEP_M, j as f64 * STEP_M)).collect();
        Self { first, columns, values }
    }

    /// The functions at a place between the corners, bilinear.
    pub fn at(&self, x: f64, y: f64) -> [f32; N] {
        let ((i, s), (j, t)) = (split(x / STEP_M), split(y / STEP_M));
        let corner = ((j - self.first[1]) * self.columns + i - self.first[0]) as usize;
        let next = corner + self.columns as usize;
        let [a, b] = [self.values[corner], self.values[corner + 1]];
        let [c, d] = [self.values[next], self.values[next + 1]];
        std::array::from_fn(|n| mix(mix(a[n], b[n], s), mix(c[n], d[n], s), t))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_are_exact_and_windows_agree() {
        let plane = |x: f64, y: f64| [(2.0 * x - y) as f32, 1.0];
        let coarse = Coarse::between([-100.0, 30.0], [500.0, 400.0], plane);
        let other = Coarse::between([130.0, 200.0], [190.0, 260.0], plane);
        for (x, y) in [(-100.0, 30.0), (500.0, 400.0), (133.3, 222.2)] {
            assert!((coarse.at(x, y)[0] - plane(x, y)[0]).abs() < 1e-3);
        }
        assert_eq!(coarse.at(133.3, 222.2)[0].to_bits(), other.at(133.3, 222.2)[0].to_bits());
    }
}
