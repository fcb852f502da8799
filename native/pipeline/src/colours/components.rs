//! Principal components: the directions in which cells differ most. Pure arithmetic.

use nalgebra::{DMatrix, DVector, SymmetricEigen};

/// How many components there are: red, green and blue.
pub const COMPONENTS: usize = 3;

/// Cells whose products are summed at once: enough for the matrix product to be fast, and little memory.
const AT_ONCE: usize = 1024;

/// Beside the variance of all components, less than this is the rounding of others.
const NOTHING: f64 = 1e-12;

/// Sums over cells, from which means and covariances follow.
pub struct Moments {
    /// The first cell. Differences from it are summed: squares of large means would swallow what varies.
    origin: Option<DVector<f64>>,
    count: u64,
    sums: DVector<f64>,
    products: DMatrix<f64>,
}

/// The directions, and what cells are along them.
#[derive(Debug, Clone)]
pub struct Components {
    mean: Vec<f64>,
    /// `[component, band]`, each of length 1; zeros where the cells do not differ in that many directions.
    axes: [Vec<f64>; COMPONENTS],
    /// The part of the variance of all bands that each shows.
    pub shares: [f64; COMPONENTS],
    /// The band that varies most, counted from 0, and its part of the variance of all.
    pub widest: (usize, f64),
}

impl Moments {
    /// Of no cell yet.
    #[must_use]
    pub fn new(bands: usize) -> Self {
        Self { origin: None, count: 0, sums: DVector::zeros(bands), products: DMatrix::zeros(bands, bands) }
    }

    /// Takes in cells `[cell, band]`, all of whose values are numbers.
    pub fn add(&mut self, cells: &[f32]) {
        let bands = self.sums.len();
        for some in cells.chunks(AT_ONCE * bands) {
            let mut differences =
                DMatrix::from_iterator(bands, some.len() / bands, some.iter().map(|&v| f64::from(v)));
            let origin = self.origin.get_or_insert_with(|| differences.column(0).into_owned());
            for mut cell in differences.column_iter_mut() {
                cell -= &*origin;
                self.sums += &cell;
            }
            self.count += differences.ncols() as u64;
            self.products.gemm(1.0, &differences, &differences.transpose(), 1.0);
        }
    }

    /// How many cells were taken in.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The components, by falling variance; nothing where all cells are the same or there is none.
    ///
    /// A direction and its opposite are the same component: of the two that one is taken whose largest part (of equal
    /// ones the first) is positive.
    #[must_use]
    pub fn components(self) -> Option<Components> {
        let Self { origin, count, sums, products } = self;
        let shift = sums / count as f64;
        let mean = origin? + &shift;
        let covariance = products / count as f64 - &shift * shift.transpose();
        let variances = covariance.diagonal();
        let total = variances.sum();
        if total <= 0.0 || !total.is_finite() {
            return None;
        }
        let (widest, variance) = variances.argmax();
        let SymmetricEigen { eigenvalues, eigenvectors } = covariance.symmetric_eigen();
        let mut order: Vec<_> = (0..eigenvalues.len()).collect();
        order.sort_by(|&a, &b| eigenvalues[b].total_cmp(&eigenvalues[a]));
        let is_there = |component: usize| eigenvalues[order[component]] > NOTHING * total;
        let axis = |component: usize| {
            let axis = eigenvectors.column(order[component]);
            let largest =
                axis.iter().fold(0.0_f64, |most, &part| if part.abs() > most.abs() { part } else { most });
            let factor = if is_there(component) { largest.signum() } else { 0.0 };
            axis.iter().map(|part| factor * part).collect()
        };
        let share =
            |component: usize| if is_there(component) { eigenvalues[order[component]] / total } else { 0.0 };
        Some(Components {
            mean: mean.iter().copied().collect(),
            axes: std::array::from_fn(axis),
            shares: std::array::from_fn(share),
            widest: (widest, variance / total),
        })
    }
}

impl Components {
    /// What a cell is along each of them.
    #[must_use]
    pub fn scores(&self, cell: &[f32]) -> [f64; COMPONENTS] {
        let mut scores = [0.0; COMPONENTS];
        for (band, (&value, mean)) in cell.iter().zip(&self.mean).enumerate() {
            let difference = f64::from(value) - mean;
            for (score, axis) in scores.iter_mut().zip(&self.axes) {
                *score += axis[band] * difference;
            }
        }
        scores
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `[cell, band]`: six cells on three axes at right angles, of lengths 5, 3 and 1, around a far centre.
    fn cross() -> Vec<f32> {
        let axes = [[0.0, 0.6, 0.8, 0.0], [-1.0, 0.0, 0.0, 0.0], [0.0, 0.8, -0.6, 0.0]];
        let mut cells = Vec::new();
        for (axis, length) in axes.iter().zip([5.0, 3.0, 1.0]) {
            for sign in [1.0, -1.0] {
                cells.extend(axis.iter().map(|part| 4096.0 + sign * length * part));
            }
        }
        cells
    }

    fn components(cells: &[f32], bands: usize) -> Option<Components> {
        let mut moments = Moments::new(bands);
        moments.add(cells);
        moments.components()
    }

    #[test]
    fn the_axes_of_a_cross_are_found_by_their_lengths() {
        let cells = cross();
        let found = components(&cells, 4).unwrap();
        // Its squares: 25, 9 and 1 of 35.
        for (share, expected) in found.shares.iter().zip([25.0 / 35.0, 9.0 / 35.0, 1.0 / 35.0]) {
            assert!((share - expected).abs() < 1e-3, "{:?}", found.shares);
        }
        let scores: Vec<_> = cells.chunks(4).map(|cell| found.scores(cell)).collect();
        // The second axis is turned round: its largest part was negative.
        for (cell, expected) in
            [(0, [5.0, 0.0, 0.0]), (2, [0.0, -3.0, 0.0]), (4, [0.0, 0.0, 1.0]), (5, [0.0, 0.0, -1.0])]
        {
            for (score, expected) in scores[cell].iter().zip(expected) {
                assert!((score - expected).abs() < 2e-3, "{cell}: {:?}", scores[cell]);
            }
        }
    }

    #[test]
    fn neither_a_far_origin_nor_the_way_cells_come_changes_anything() {
        let whole = components(&cross(), 4).unwrap();
        let mut moments = Moments::new(4);
        cross().chunks(8).for_each(|some| moments.add(some));
        assert_eq!(moments.count(), 6);
        let parts = moments.components().unwrap();
        let near: Vec<f32> = cross().iter().map(|value| value - 4096.0).collect();
        let near = components(&near, 4).unwrap();
        for other in [parts, near] {
            for (a, b) in whole.axes.iter().flatten().zip(other.axes.iter().flatten()) {
                assert!((a - b).abs() < 1e-9, "{a} {b}");
            }
        }
    }

    #[test]
    fn cells_on_a_line_have_one_component() {
        let line: Vec<f32> = (0..9).flat_map(|n| [n as f32, -2.0 * n as f32, 7.0]).collect();
        let found = components(&line, 3).unwrap();
        assert!(
            (found.shares[0] - 1.0).abs() < 1e-9 && found.shares[1..] == [0.0, 0.0],
            "{:?}",
            found.shares
        );
        let scores = found.scores(&line[24..]);
        assert!((scores[0] + 4.0 * 5.0_f64.sqrt()).abs() < 1e-9 && scores[1..] == [0.0, 0.0], "{scores:?}");
    }

    #[test]
    fn values_as_large_or_small_as_can_be_read_have_the_same_components() {
        let expected = components(&cross(), 4).unwrap();
        for factor in [2.0e26, 1e-33] {
            let cells: Vec<f32> = cross().iter().map(|value| value * factor).collect();
            let found = components(&cells, 4).unwrap();
            for (share, expected) in found.shares.iter().zip(expected.shares) {
                assert!((share - expected).abs() < 2e-3, "{factor}: {:?}", found.shares);
            }
        }
    }

    #[test]
    fn the_band_that_varies_most_is_known() {
        let cells: Vec<f32> =
            (0..100).flat_map(|n| [n as f32, (n % 7) as f32, 1e20 * (n % 3) as f32]).collect();
        let (band, share) = components(&cells, 3).unwrap().widest;
        assert!(band == 2 && share > 0.999_999, "{band} {share}");
    }

    #[test]
    fn cells_that_are_all_the_same_have_none() {
        assert!(components(&[], 3).is_none());
        assert!(components(&[0.0; 30], 3).is_none());
        assert!(components(&[3.3e7, -1.7, 0.1].repeat(3000), 3).is_none());
    }
}
