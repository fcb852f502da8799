//! Offsets that make overlapping windows agree.
//!
//! Minimised is Σ w (oᵢ − oⱼ + d)² + λ w̄ Σ oᵢ² over all overlaps (i, j), of which i is higher than j by d on average and
//! which have w pixels: the discrete Poisson equation of image stitching, screened by λ. The sum of all offsets is 0, so
//! that the mean stays, and what is many windows away has no say, so that levels do not drift over a large scene.

/// The part of a window's own weight: offsets reach some 1/√λ = 10 windows far.
const LAMBDA: f64 = 0.01;

/// Iterations of conjugate gradients; each window hears of those that are as many windows away, and λ ends that at tens.
const MOST_STEPS: usize = 500;

/// How much of the residual may be left.
const TOLERANCE: f64 = 1e-9;

/// Two windows that overlap.
pub(super) struct Overlap {
    /// Their places in the order of windows.
    pub windows: (usize, usize),
    /// Pixels that both have.
    pub weight: f64,
    /// By how much the first is higher than the second on average, in each band.
    pub differences: Vec<f64>,
}

/// An offset for each of `count` windows and each band.
pub(super) fn solve(count: usize, bands: usize, overlaps: &[Overlap]) -> Vec<Vec<f64>> {
    let mut offsets = vec![vec![0.0; bands]; count];
    if overlaps.is_empty() {
        return offsets;
    }
    let screen = LAMBDA * overlaps.iter().map(|overlap| overlap.weight).sum::<f64>() / overlaps.len() as f64;
    for band in 0..bands {
        let mut wanted = vec![0.0; count];
        for Overlap { windows: (first, second), weight, differences } in overlaps {
            wanted[*first] -= weight * differences[band];
            wanted[*second] += weight * differences[band];
        }
        for (offsets, offset) in offsets.iter_mut().zip(conjugate_gradients(&wanted, overlaps, screen)) {
            offsets[band] = offset;
        }
    }
    offsets
}

/// The graph's Laplacian and the screen, times offsets.
fn product(offsets: &[f64], overlaps: &[Overlap], screen: f64) -> Vec<f64> {
    let mut result: Vec<_> = offsets.iter().map(|offset| screen * offset).collect();
    for Overlap { windows: (first, second), weight, .. } in overlaps {
        let flow = weight * (offsets[*first] - offsets[*second]);
        result[*first] += flow;
        result[*second] -= flow;
    }
    result
}

fn conjugate_gradients(wanted: &[f64], overlaps: &[Overlap], screen: f64) -> Vec<f64> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut offsets = vec![0.0; wanted.len()];
    let (mut residual, mut direction) = (wanted.to_vec(), wanted.to_vec());
    let mut length = dot(&residual, &residual);
    let end = length * TOLERANCE * TOLERANCE;
    for _ in 0..MOST_STEPS {
        if length <= end {
            break;
        }
        let moved = product(&direction, overlaps, screen);
        let step = length / dot(&direction, &moved);
        for (((offset, residual), direction), moved) in
            offsets.iter_mut().zip(&mut residual).zip(&direction).zip(&moved)
        {
            *offset += step * direction;
            *residual -= step * moved;
        }
        let next = dot(&residual, &residual);
        for (direction, residual) in direction.iter_mut().zip(&residual) {
            *direction = residual + next / length * *direction;
        }
        length = next;
    }
    offsets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_windows_meet_in_the_middle() {
        let overlap = Overlap { windows: (1, 0), weight: 100.0, differences: vec![4.0, 0.0] };
        let offsets = solve(3, 2, &[overlap]);
        // 2 o + 0.01 o = 4 for the lower, with the sum 0.
        assert!((offsets[0][0] - 4.0 / 2.01).abs() < 1e-9 && (offsets[1][0] + 4.0 / 2.01).abs() < 1e-9);
        assert!(offsets[2].iter().chain([&offsets[0][1]]).all(|offset| offset.abs() < 1e-12));
    }

    #[test]
    fn a_chain_keeps_its_mean_and_what_is_far_has_no_say() {
        let step = |i: usize| {
            let differences = vec![if i == 100 { 10.0 } else { 0.0 }];
            Overlap { windows: (i, i - 1), weight: 50.0, differences }
        };
        let overlaps: Vec<_> = (1..200).map(step).collect();
        let offsets = solve(200, 1, &overlaps);
        assert!(offsets.iter().map(|o| o[0]).sum::<f64>().abs() < 1e-6);
        let gap = 10.0 + offsets[100][0] - offsets[99][0];
        assert!(gap.abs() < 0.6, "the step is gone: {gap}");
        assert!(offsets[0][0].abs() < 0.01 && offsets[199][0].abs() < 0.01, "the ends know nothing of it");
    }
}
