//! Values between pixels: what a pixel of one grid gets from the pixels of another that lie around it.
//!
//! The result depends on the place and on the pixels around it alone, never on what else is computed, so that a
//! raster can be resampled window by window.

use crate::Window;

/// How values between pixels are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Resampling {
    /// The pixel that holds the place: for classes, whose numbers cannot be averaged.
    Nearest,
    /// The four pixels around the place by their nearness; where the target is coarser, all that its pixel reaches.
    #[default]
    Bilinear,
    /// Sixteen pixels by a cubic that goes through them: sharper, and it may overshoot beside edges.
    Cubic,
}

/// Coarser by less than this is taken as equally fine: widening the kernel would only blur.
const EQUALLY_FINE: f64 = 1.0 / 0.95;

/// The share of a kernel's weight that valid pixels must have.
const LEAST_VALID: f64 = 0.5;

/// How far, in pixels, rounding may put a place beyond an edge.
const ROUNDING_PX: f64 = 1e-6;

/// The weights with which pixels count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kernel {
    resampling: Resampling,
    /// By how much it is widened along columns and rows.
    wide: (f64, f64),
    /// Places that are nearer than this to a pixel's centre, in pixels, are taken as it.
    snap_px: f64,
}

/// The pixels that one place takes its value from.
#[derive(Debug, Clone, PartialEq)]
pub struct Footprint {
    x: usize,
    y: usize,
    columns: Vec<f64>,
    rows: Vec<f64>,
}

impl Kernel {
    /// A kernel for targets whose pixels are as large as `scale` source pixels (along columns, along rows). Places
    /// within `snap_px` of a pixel's centre are taken as the centre, so that shifts by whole pixels copy.
    #[must_use]
    pub fn new(resampling: Resampling, scale: (f64, f64), snap_px: f64) -> Self {
        let wide = |scale: f64| match resampling {
            Resampling::Nearest => 1.0,
            Resampling::Bilinear | Resampling::Cubic if scale < EQUALLY_FINE => 1.0,
            Resampling::Bilinear | Resampling::Cubic => scale,
        };
        Self { resampling, wide: (wide(scale.0), wide(scale.1)), snap_px }
    }

    /// The pixels that count at a place, given in pixels from the outer corner of the first one, of a raster of
    /// `width` × `height` pixels; none outside of it.
    #[must_use]
    pub fn footprint(&self, (x, y): (f64, f64), width: usize, height: usize) -> Option<Footprint> {
        let (x_first, columns) = self.weights(x, width, self.wide.0)?;
        let (y_first, rows) = self.weights(y, height, self.wide.1)?;
        Some(Footprint { x: x_first, y: y_first, columns, rows })
    }

    /// The first pixel along one axis and the weights from there on.
    fn weights(&self, at: f64, length: usize, wide: f64) -> Option<(usize, Vec<f64>)> {
        if !(-ROUNDING_PX..=length as f64 + ROUNDING_PX).contains(&at) || length == 0 {
            return None;
        }
        // Half a pixel to the left, where centres are whole numbers.
        let centre = (at - 0.5).clamp(-0.5, length as f64 - 0.5);
        let nearest = ((centre + 0.5 + ROUNDING_PX).floor() as usize).min(length - 1);
        let is_centre = wide <= 1.0 && (centre - nearest as f64).abs() <= self.snap_px;
        let reach = match self.resampling {
            Resampling::Nearest => return Some((nearest, vec![1.0])),
            _ if is_centre => return Some((nearest, vec![1.0])),
            Resampling::Bilinear => wide,
            Resampling::Cubic => 2.0 * wide,
        };
        let (low, high) = ((centre - reach).ceil(), (centre + reach).floor());
        let is_whole = low >= 0.0 && high < length as f64;
        let first = low.max(0.0) as usize;
        let last = (high as usize).min(length - 1);
        let weight = |pixel: usize| self.weight((pixel as f64 - centre).abs() / wide);
        let mut weights: Vec<_> = (first..=last).map(weight).collect();
        if wide > 1.0 && is_whole {
            balance(&mut weights, first as f64 - centre);
        }
        Some((first, weights))
    }

    /// The weight of a pixel at a distance from the place.
    fn weight(&self, distance: f64) -> f64 {
        let d = distance;
        match self.resampling {
            Resampling::Nearest => 1.0,
            Resampling::Bilinear => (1.0 - d).max(0.0),
            // Keys' cubic convolution with a = -0.5, as GDAL has it.
            Resampling::Cubic if d < 1.0 => (1.5 * d - 2.5) * d * d + 1.0,
            Resampling::Cubic if d < 2.0 => ((-0.5 * d + 2.5) * d - 4.0) * d + 2.0,
            Resampling::Cubic => 0.0,
        }
    }
}

/// Moves the weights of pixels, the first of which lies at `first` from the place, so that their centre of mass is the
/// place: a stretched kernel that is cut into pixels puts it up to a fifteenth of a pixel beside, differently from
/// pixel to pixel.
fn balance(weights: &mut [f64], first: f64) {
    let distance = |i: usize| first + i as f64;
    let moment: f64 = weights.iter().enumerate().map(|(i, weight)| weight * distance(i)).sum();
    // Without signs: those of a cubic would cancel.
    let spread: f64 = weights.iter().enumerate().map(|(i, weight)| weight.abs() * distance(i).powi(2)).sum();
    for (i, weight) in weights.iter_mut().enumerate() {
        *weight -= moment / spread * weight.abs() * distance(i);
    }
}

impl Footprint {
    /// The pixels as a window.
    #[must_use]
    pub fn window(&self) -> Window {
        Window { x: self.x, y: self.y, width: self.columns.len(), height: self.rows.len() }
    }

    /// The value, from the pixels of a `block` that holds the footprint; `values` and `valid` as `[y, x]`. None
    /// where less than half of the weight lies on valid pixels.
    #[must_use]
    pub fn value(&self, block: Window, values: &[f32], valid: &[bool]) -> Option<f32> {
        let (mut sum, mut weight, mut all) = (0.0, 0.0, 0.0);
        for (row, by_row) in self.rows.iter().enumerate() {
            let start = (self.y + row - block.y) * block.width + self.x - block.x;
            for (column, by_column) in self.columns.iter().enumerate() {
                let (at, share) = (start + column, by_row * by_column);
                all += share;
                if valid[at] {
                    sum += share * f64::from(values[at]);
                    weight += share;
                }
            }
        }
        (weight > 0.0 && weight >= LEAST_VALID * all).then(|| (sum / weight) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = 12;

    fn value(kernel: Kernel, at: (f64, f64), of: impl Fn(usize, usize) -> Option<f32>) -> Option<f32> {
        let cells: Vec<_> = (0..SIDE * SIDE).map(|i| of(i % SIDE, i / SIDE)).collect();
        let values: Vec<_> = cells.iter().map(|v| v.unwrap_or(f32::NAN)).collect();
        let valid: Vec<_> = cells.iter().map(Option::is_some).collect();
        let block = Window { x: 0, y: 0, width: SIDE, height: SIDE };
        kernel.footprint(at, SIDE, SIDE)?.value(block, &values, &valid)
    }

    #[expect(clippy::unnecessary_wraps, reason = "fields may have holes, and this one stands for them")]
    fn ramp(x: usize, y: usize) -> Option<f32> {
        Some((3 * x + 5 * y) as f32)
    }

    #[test]
    fn a_ramp_is_reproduced_by_all_but_nearest() {
        for resampling in [Resampling::Bilinear, Resampling::Cubic] {
            for scale in [0.3, 1.0, 1.37, 2.0] {
                let kernel = Kernel::new(resampling, (scale, scale), 0.0);
                for (x, y) in [(6.0, 5.5), (5.31, 6.0), (6.5, 6.77)] {
                    let found = value(kernel, (x, y), ramp).unwrap();
                    let expected = 3.0 * (x - 0.5) + 5.0 * (y - 0.5);
                    let error = (f64::from(found) - expected).abs();
                    assert!(error < 1e-5, "{resampling:?} {scale}: {found}, not {expected}");
                }
            }
        }
        let kernel = Kernel::new(Resampling::Nearest, (0.3, 0.3), 0.0);
        assert_eq!(value(kernel, (4.9, 7.01), ramp), ramp(4, 7));
    }

    #[test]
    fn coarser_targets_average_finer_pixels() {
        // A chessboard: at its own resolution it is 0 or 1, four times coarser it is grey.
        let board = |x: usize, y: usize| Some(((x + y) % 2) as f32);
        let fine = Kernel::new(Resampling::Bilinear, (1.0, 1.0), 0.0);
        assert_eq!(value(fine, (5.5, 6.5), board), Some(1.0));
        let coarse = Kernel::new(Resampling::Bilinear, (4.0, 4.0), 0.0);
        assert!((value(coarse, (6.0, 6.0), board).unwrap() - 0.5).abs() < 1e-6);
        assert_eq!(coarse.footprint((6.0, 6.0), SIDE, SIDE).unwrap().window().width, 8);
    }

    #[test]
    fn missing_pixels_do_not_count_and_too_many_leave_nothing() {
        let kernel = Kernel::new(Resampling::Bilinear, (1.0, 1.0), 0.0);
        let left_is_missing = |x: usize, y: usize| if x < 6 { None } else { ramp(x, y) };
        assert_eq!(value(kernel, (6.1, 3.5), left_is_missing), ramp(6, 3));
        assert_eq!(value(kernel, (5.9, 3.5), left_is_missing), None);
    }

    #[test]
    fn the_outer_half_of_edge_pixels_is_theirs_and_beyond_is_nothing() {
        for resampling in [Resampling::Nearest, Resampling::Bilinear, Resampling::Cubic] {
            let kernel = Kernel::new(resampling, (1.0, 1.0), 0.0);
            assert!(value(kernel, (0.0, 0.0), ramp).is_some());
            assert!(value(kernel, (SIDE as f64, SIDE as f64), ramp).is_some());
            assert_eq!(value(kernel, (-0.01, 3.0), ramp), None);
            assert_eq!(value(kernel, (3.0, SIDE as f64 + 0.01), ramp), None);
            assert_eq!(value(kernel, (f64::NAN, 3.0), ramp), None);
        }
    }

    #[test]
    fn a_centre_within_the_tolerance_is_copied() {
        let third = |x: usize, _: usize| Some(x as f32 / 3.0);
        let kernel = Kernel::new(Resampling::Cubic, (1.0, 1.0), 1e-3);
        assert_eq!(value(kernel, (7.5004, 2.4996), third), third(7, 2));
        assert_ne!(value(kernel, (7.502, 2.5), third), third(7, 2));
    }
}
