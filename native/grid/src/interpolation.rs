//! From one value per patch to one value per pixel.

/// The two patches that a pixel lies between, along one axis, and the share of the second:
/// `value = first · (1 − share) + second · share`. Patches are taken at their centres; beyond the outermost
/// centres the outermost patch is repeated (bilinear resizing with `align_corners = false`).
///
/// `pixel` counts from the edge of patch 0, and so do the patches in the result; `cells` is how many there are.
///
/// ```
/// let (first, second, share) = grid::interpolation::linear(16, 16, 3);
/// assert_eq!((first, second), (0, 1));
/// assert!((share - 0.53125).abs() < 1e-6);
/// ```
#[must_use]
pub fn linear(pixel: usize, patch_px: usize, cells: usize) -> (usize, usize, f32) {
    let at = (pixel as f64 + 0.5) / patch_px as f64 - 0.5;
    let last = cells - 1;
    if at <= 0.0 {
        return (0, 0, 0.0);
    }
    let first = at.floor() as usize;
    if first >= last {
        return (last, last, 0.0);
    }
    (first, first + 1, (at - first as f64) as f32)
}

#[cfg(test)]
mod tests {
    use super::linear;

    #[test]
    fn a_linear_field_is_reproduced_between_the_centres() {
        for pixel in 8..40 {
            let (a, b, share) = linear(pixel, 16, 3);
            let value = a as f64 + (b as f64 - a as f64) * f64::from(share);
            assert!((value - ((pixel as f64 + 0.5) / 16.0 - 0.5)).abs() < 1e-6, "pixel {pixel}");
        }
    }

    #[test]
    fn the_edges_repeat_the_outermost_patch() {
        assert_eq!(linear(0, 16, 3), (0, 0, 0.0));
        assert_eq!(linear(47, 16, 3), (2, 2, 0.0));
        assert_eq!(linear(5, 16, 1), (0, 0, 0.0));
    }
}
