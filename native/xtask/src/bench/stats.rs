//! Medians of measurements that were taken in turn.

use anyhow::Result;

/// The middle value; of an even number, the mean of the two in the middle.
///
/// # Panics
///
/// If there is none.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) {
        f64::midpoint(values[middle - 1], values[middle])
    } else {
        values[middle]
    }
}

/// Takes the measurement of each side so often, in turn: whatever slows the machine down for a while meets all of them.
pub fn alternate<T>(
    repeats: usize,
    sides: usize,
    mut measure: impl FnMut(usize) -> Result<T>,
) -> Result<Vec<Vec<T>>> {
    let mut taken: Vec<Vec<T>> = (0..sides).map(|_| Vec::with_capacity(repeats)).collect();
    for _ in 0..repeats {
        for (index, values) in taken.iter_mut().enumerate() {
            values.push(measure(index)?);
        }
    }
    Ok(taken)
}

/// The median of the other over ours in each turn, which compares what ran one after the other.
pub fn median_ratio(ours: &[f64], others: &[f64]) -> f64 {
    median(ours.iter().zip(others).map(|(ours, other)| other / ours))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} instead of {expected}");
    }

    #[test]
    fn the_median_is_the_middle_whatever_the_order() {
        assert_near(median([9.0, 1.0, 2.0]), 2.0);
        assert_near(median([9.0, 1.0, 2.0, 4.0]), 3.0);
        assert_near(median([7.0]), 7.0);
    }

    #[test]
    fn measurements_are_taken_in_turn() {
        let mut order = Vec::new();
        let taken = alternate(2, 2, |index| {
            order.push(index);
            Ok(order.len())
        })
        .unwrap();
        assert_eq!(taken, [[1, 3], [2, 4]]);
        assert_eq!(order, [0, 1, 0, 1]);
    }

    #[test]
    fn a_slow_turn_does_not_spoil_the_ratio() {
        assert_near(median_ratio(&[1.0, 10.0, 1.0], &[2.0, 20.0, 2.2]), 2.0);
    }
}
