//! How visible the borders of tiles are in a raster.
//!
//! Two tiles share a *zone* as wide as their overlap, in which one fades into the other. Two indices compare
//! zones with the interior of tiles, where there is one tile only; 1 is a raster that shows nothing of its tiles.
//! Both take all rows (for borders between columns of tiles) and all columns (for borders between rows):
//!
//! - **gradient**: `mean |v(x+1) − v(x)|` over neighbours of which at least one lies in a zone, divided by the
//!   same mean over the other neighbours. It sees sharp edges.
//! - **step**: `mean |v(z+overlap) − v(z−1)|` over zones that begin at `z`, from the last pixel before to the first
//!   behind, divided by the mean over pairs as far apart that lie with all between them in one interior. It
//!   sees tiles of different levels however gently they are blended.
//!
//! As many pixels as a tile has are left out at right and bottom: the last row and column of tiles are moved inwards
//! to the edge, and lie elsewhere in the lattice.

/// Side and overlap of tiles, in pixels.
#[derive(Debug, Clone, Copy)]
pub struct Tiling {
    /// Side of a tile.
    pub tile_px: usize,
    /// What neighbours share.
    pub overlap_px: usize,
}

/// The two indices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seams {
    /// By neighbouring pixels.
    pub gradient: f64,
    /// By pixels on both sides of a zone.
    pub step: f64,
}

/// Mean of absolute differences.
#[derive(Default)]
struct Mean {
    sum: f64,
    count: usize,
}

impl Mean {
    fn add(&mut self, a: f32, b: f32) {
        // Nodata is not a number.
        let difference = f64::from((a - b).abs());
        if difference.is_finite() {
            self.sum += difference;
            self.count += 1;
        }
    }

    fn over(&self, other: &Self) -> f64 {
        (self.sum / self.count as f64) / (other.sum / other.count as f64)
    }
}

impl Tiling {
    /// The distance of neighbouring tiles.
    fn stride_px(self) -> usize {
        self.tile_px - self.overlap_px
    }

    /// How much of a side counts: up to where the moved tile may begin.
    fn regular_px(self, side_px: usize) -> usize {
        side_px.saturating_sub(self.tile_px)
    }

    fn in_zone(self, x: usize) -> bool {
        x >= self.stride_px() && x % self.stride_px() < self.overlap_px
    }

    /// The indices of a square raster `[y, x]`, row after row.
    ///
    /// # Panics
    ///
    /// If the raster is no square.
    pub fn seams(self, values: &[f32], side_px: usize) -> Seams {
        assert_eq!(values.len(), side_px * side_px, "a square raster");
        let (mut near_zone, mut near_inside) = (Mean::default(), Mean::default());
        let (mut far_zone, mut far_inside) = (Mean::default(), Mean::default());
        let regular_px = self.regular_px(side_px);
        let reach = self.overlap_px + 1;
        for x in 0..regular_px.saturating_sub(1) {
            let near = if self.in_zone(x) || self.in_zone(x + 1) { &mut near_zone } else { &mut near_inside };
            // From `x` over a whole zone, or within an interior.
            let zoned = (x..=x + reach).filter(|&x| self.in_zone(x)).count();
            let far = match zoned {
                0 => Some(&mut far_inside),
                all if all == self.overlap_px => Some(&mut far_zone),
                _ => None,
            };
            let pairs = |first: usize, next: usize, mean: &mut Mean| {
                for line in 0..regular_px {
                    mean.add(values[line * side_px + first], values[line * side_px + next]);
                    mean.add(values[first * side_px + line], values[next * side_px + line]);
                }
            };
            pairs(x, x + 1, near);
            if let Some(far) = far.filter(|_| x + reach < regular_px) {
                pairs(x, x + reach, far);
            }
        }
        Seams { gradient: near_zone.over(&near_inside), step: far_zone.over(&far_inside) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TILING: Tiling = Tiling { tile_px: 40, overlap_px: 8 };
    const SIDE: usize = 200;

    fn raster(value: impl Fn(usize, usize) -> f32) -> Vec<f32> {
        (0..SIDE * SIDE).map(|i| value(i / SIDE, i % SIDE)).collect()
    }

    fn slope(y: usize, x: usize) -> f32 {
        (x + y) as f32
    }

    /// Another level for every other tile, linearly blended over the zone.
    fn level(at: usize) -> f32 {
        let (tile, from) = (at / 32, at % 32);
        let (previous, own) = ((tile.max(1) - 1) % 2, tile % 2);
        let weight = ((from as f32 + 1.0) / 9.0).min(1.0);
        10.0 * (own as f32 * weight + previous as f32 * (1.0 - weight))
    }

    #[test]
    fn a_slope_has_no_seams() {
        let seams = TILING.seams(&raster(slope), SIDE);
        assert!((seams.gradient - 1.0).abs() < 1e-6 && (seams.step - 1.0).abs() < 1e-6, "{seams:?}");
    }

    #[test]
    fn tiles_of_different_level_are_seen_through_their_blending() {
        let seams = TILING.seams(&raster(|y, x| slope(y, x) + level(x) + level(y)), SIDE);
        // Up by 10 and down by 10 in turns, over zones of 9 steps that rise by 9.
        assert!((seams.step - f64::midpoint(19.0, 1.0) / 9.0).abs() < 0.2, "{seams:?}");
        assert!(seams.gradient > 1.02, "{seams:?}");
    }

    #[test]
    fn a_sharp_edge_is_seen_by_the_gradient() {
        let edge = |at: usize| if (at / 32).is_multiple_of(2) { 0.0 } else { 50.0 };
        let seams = TILING.seams(&raster(|y, x| slope(y, x) + edge(x)), SIDE);
        assert!(seams.gradient > 3.0, "{seams:?}");
    }

    #[test]
    fn neither_nodata_nor_the_last_tiles_count() {
        let cut = TILING.regular_px(SIDE);
        assert_eq!(cut, 160);
        let values = raster(|y, x| match (y, x) {
            (7, 9) => f32::NAN,
            _ if y >= cut || x >= cut => 1e6 * ((y * 31 + x * 17) % 13) as f32,
            _ => slope(y, x),
        });
        let seams = TILING.seams(&values, SIDE);
        assert!((seams.gradient - 1.0).abs() < 1e-3 && (seams.step - 1.0).abs() < 1e-3, "{seams:?}");
    }
}
