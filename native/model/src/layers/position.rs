//! Position embeddings for tiles of other sizes than that of pre-training.
//!
//! PyTorch's bicubic interpolation (`align_corners = False`, no antialiasing), in its order of operations
//! and in 32-bit floats, so that the results are TerraTorch's.

/// PyTorch's coefficient of the cubic convolution.
const A: f32 = -0.75;

/// One position between four stored ones.
struct Tap {
    indices: [usize; 4],
    weights: [f32; 4],
}

/// Resizes a square table `[y, x, feature]` to `patches` rows and columns.
pub fn resize(table: &[f32], side: usize, width: usize, patches: [usize; 2]) -> Vec<f32> {
    let [rows, columns] = patches;
    if rows == side && columns == side {
        return table.to_vec();
    }
    // Along x first, then along y, as PyTorch adds up.
    let x_taps = taps(side, columns);
    let widened: Vec<f32> = table
        .chunks_exact(side * width)
        .flat_map(|row| x_taps.iter().flat_map(|tap| tap.mix(row, width)))
        .collect();
    taps(side, rows).iter().flat_map(|tap| tap.mix(&widened, columns * width)).collect()
}

impl Tap {
    /// The weighted sum of four of the `length` long parts of `values`.
    fn mix<'a>(&'a self, values: &'a [f32], length: usize) -> impl Iterator<Item = f32> + 'a {
        let parts = self.indices.map(|index| &values[index * length..(index + 1) * length]);
        (0..length).map(move |position| {
            let [a, b, c, d] = parts.map(|part| part[position]);
            let [wa, wb, wc, wd] = self.weights;
            a * wa + b * wb + c * wc + d * wd
        })
    }
}

/// For every new position along an axis, which stored ones it is made of.
fn taps(stored: usize, wanted: usize) -> Vec<Tap> {
    let scale = stored as f32 / wanted as f32;
    (0..wanted)
        .map(|position| {
            let at = scale * (position as f32 + 0.5) - 0.5;
            let floor = at.floor();
            let t = at - floor;
            let indices =
                [-1, 0, 1, 2].map(|step| (floor as i64 + step).clamp(0, stored as i64 - 1) as usize);
            Tap { indices, weights: [far(t + 1.0), near(t), near(1.0 - t), far(2.0 - t)] }
        })
        .collect()
}

/// The weight of a stored position at most 1 away.
fn near(x: f32) -> f32 {
    ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
}

/// The weight of a stored position between 1 and 2 away.
fn far(x: f32) -> f32 {
    ((A * x - 5.0 * A) * x + 8.0 * A) * x - 4.0 * A
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_pretraining_is_untouched() {
        let table: Vec<f32> = (0..14 * 14 * 3).map(|index| index as f32).collect();
        assert_eq!(resize(&table, 14, 3, [14, 14]), table);
    }

    #[test]
    fn weights_sum_to_one() {
        for wanted in [1, 4, 10, 18, 64] {
            for tap in taps(14, wanted) {
                let sum: f32 = tap.weights.iter().sum();
                assert!((sum - 1.0).abs() < 1e-6, "{wanted}: {sum}");
            }
        }
    }

    /// `torch.nn.functional.interpolate( torch.arange( 16. ).square().reshape( 1, 1, 4, 4 ), size = ( 3, 6 ),
    /// mode = "bicubic" )`.
    #[test]
    fn results_are_pytorchs() {
        let table: Vec<f32> = (0..16).map(|index| (index * index) as f32).collect();
        let expected: [f32; 18] = [
            1.28855, 2.09172, 4.11771, 6.41932, 10.86198, 14.01238, 32.87154, 39.09375, 49.98611, 58.59723,
            71.90625, 80.4757, 131.26935, 142.9106, 162.66934, 177.58998, 199.76537, 213.75388,
        ];
        for (found, expected) in resize(&table, 4, 1, [3, 6]).iter().zip(expected) {
            assert!((found - expected).abs() < 1e-4, "{found} instead of {expected}");
        }
    }

    #[test]
    fn features_do_not_mix() {
        let one: Vec<f32> = (0..16).map(|index| (index * index) as f32).collect();
        let two: Vec<f32> = one.iter().flat_map(|&value| [value, -2.0 * value]).collect();
        let resized = resize(&two, 4, 2, [5, 3]);
        let expected = resize(&one, 4, 1, [5, 3]);
        assert_eq!(resized.len(), 30);
        for (pair, expected) in resized.chunks(2).zip(expected) {
            assert_eq!(pair, [expected, -2.0 * expected]);
        }
    }
}
