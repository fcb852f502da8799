//! Extents in world units, windows in pixels, and the affine map between them.

use thiserror::Error;

/// A rectangle in CRS units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// Smallest x (or longitude).
    pub xmin: f64,
    /// Smallest y (or latitude).
    pub ymin: f64,
    /// Largest x.
    pub xmax: f64,
    /// Largest y.
    pub ymax: f64,
}

impl Extent {
    /// Whether all four numbers are finite and the rectangle is not inside out. A point or a line counts: it
    /// touches pixels.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        [self.xmin, self.ymin, self.xmax, self.ymax].iter().all(|v| v.is_finite())
            && self.xmin <= self.xmax
            && self.ymin <= self.ymax
    }
}

impl Extent {
    /// Whether `other` lies in this rectangle.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        self.xmin <= other.xmin
            && self.ymin <= other.ymin
            && self.xmax >= other.xmax
            && self.ymax >= other.ymax
    }

    /// How far apart both are in x and in y; 0 where they do not miss each other.
    #[must_use]
    pub fn gap(&self, other: &Self) -> (f64, f64) {
        let apart = |least: f64, most: f64, other_least: f64, other_most: f64| {
            (other_least - most).max(least - other_most).max(0.0)
        };
        (
            apart(self.xmin, self.xmax, other.xmin, other.xmax),
            apart(self.ymin, self.ymax, other.ymin, other.ymax),
        )
    }

    /// What both share; touching counts, apart is `None`.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let shared = Self {
            xmin: self.xmin.max(other.xmin),
            ymin: self.ymin.max(other.ymin),
            xmax: self.xmax.min(other.xmax),
            ymax: self.ymax.min(other.ymax),
        };
        shared.is_valid().then_some(shared)
    }
}

/// A rectangle of pixels (or of patches, where a lattice is meant) of one grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First column.
    pub x: usize,
    /// First row.
    pub y: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl Window {
    /// The column behind the last.
    #[must_use]
    pub fn x_end(&self) -> usize {
        self.x + self.width
    }

    /// The row behind the last.
    #[must_use]
    pub fn y_end(&self) -> usize {
        self.y + self.height
    }

    /// This window in units that are `factor` times larger, widened to whole ones.
    #[must_use]
    pub fn coarsened(&self, factor: usize) -> Self {
        let (x, y) = (self.x / factor, self.y / factor);
        Self { x, y, width: self.x_end().div_ceil(factor) - x, height: self.y_end().div_ceil(factor) - y }
    }

    /// This window in units that are `factor` times smaller, clipped to a raster of `width` × `height` of them.
    #[must_use]
    pub fn refined(&self, factor: usize, width: usize, height: usize) -> Self {
        let (x, y) = (self.x * factor, self.y * factor);
        Self {
            x,
            y,
            width: (self.x_end() * factor).min(width).saturating_sub(x),
            height: (self.y_end() * factor).min(height).saturating_sub(y),
        }
    }

    /// This window with `by` more on each side, as far as a raster of `width` × `height` reaches.
    #[must_use]
    pub fn grown(&self, by: usize, width: usize, height: usize) -> Self {
        let (x, y) = (self.x.saturating_sub(by), self.y.saturating_sub(by));
        Self { x, y, width: (self.x_end() + by).min(width) - x, height: (self.y_end() + by).min(height) - y }
    }
}

/// Why a geotransform cannot be used.
#[derive(Debug, Error, PartialEq)]
#[error("the geotransform {0:?} does not map pixels to places (its pixels have no area or are not finite)")]
pub struct GridError([f64; 6]);

/// Where the pixels of a raster lie in its CRS: GDAL's six-number geotransform and a size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    transform: [f64; 6],
    width_px: usize,
    height_px: usize,
}

impl Grid {
    /// A grid of `width_px` × `height_px` pixels; `transform` in GDAL's order
    /// (x origin, column step x, row step x, y origin, column step y, row step y).
    pub fn new(transform: [f64; 6], width_px: usize, height_px: usize) -> Result<Self, GridError> {
        let determinant = transform[1] * transform[5] - transform[2] * transform[4];
        if !transform.iter().all(|v| v.is_finite()) || determinant == 0.0 || !determinant.is_finite() {
            return Err(GridError(transform));
        }
        Ok(Self { transform, width_px, height_px })
    }

    /// The grid of square cells, north up, that holds `extent` and whose borders are whole multiples of `cell_size`
    /// from the origin of the CRS: all grids of one cell size put their pixels on each other. `None` where the cell
    /// size is not positive or there would be no pixel or more than GDAL can count.
    #[must_use]
    pub fn snapped(extent: &Extent, cell_size: f64) -> Option<Self> {
        // As in `window_of`: rounding must not add a row.
        const TOLERANCE: f64 = 1e-3;
        if !extent.is_valid() || !cell_size.is_finite() || cell_size <= 0.0 {
            return None;
        }
        let span = |low: f64, high: f64| {
            let first = (low / cell_size + TOLERANCE).floor();
            let size = ((high / cell_size - TOLERANCE).ceil() - first).max(1.0);
            (size <= f64::from(i32::MAX)).then_some((first, size))
        };
        let (x, width) = span(extent.xmin, extent.xmax)?;
        let (y, height) = span(extent.ymin, extent.ymax)?;
        let transform = [x * cell_size, cell_size, 0.0, (y + height) * cell_size, 0.0, -cell_size];
        Self::new(transform, width as usize, height as usize).ok()
    }

    /// GDAL's geotransform.
    #[must_use]
    pub fn transform(&self) -> [f64; 6] {
        self.transform
    }

    /// Columns.
    #[must_use]
    pub fn width_px(&self) -> usize {
        self.width_px
    }

    /// Rows.
    #[must_use]
    pub fn height_px(&self) -> usize {
        self.height_px
    }

    /// The whole grid as a window.
    #[must_use]
    pub fn window(&self) -> Window {
        Window { x: 0, y: 0, width: self.width_px, height: self.height_px }
    }

    /// The place of a pixel coordinate (0, 0 is the outer corner of the first pixel).
    #[must_use]
    pub fn world_from_pixel(&self, column: f64, row: f64) -> (f64, f64) {
        let t = &self.transform;
        (t[0] + column * t[1] + row * t[2], t[3] + column * t[4] + row * t[5])
    }

    /// The pixel coordinate of a place: the inverse of [`Self::world_from_pixel`].
    #[must_use]
    pub fn pixel_from_world(&self, x: f64, y: f64) -> (f64, f64) {
        let t = &self.transform;
        let determinant = t[1] * t[5] - t[2] * t[4];
        let (dx, dy) = (x - t[0], y - t[3]);
        ((dx * t[5] - dy * t[2]) / determinant, (dy * t[1] - dx * t[4]) / determinant)
    }

    /// The smallest rectangle in the CRS that holds all pixels.
    #[must_use]
    pub fn extent(&self) -> Extent {
        let (w, h) = (self.width_px as f64, self.height_px as f64);
        bounds([(0.0, 0.0), (w, 0.0), (0.0, h), (w, h)].map(|(c, r)| self.world_from_pixel(c, r)))
    }

    /// The pixels that `extent` touches, or `None` where it lies outside. An edge that lies within a
    /// thousandth of a pixel of a pixel's border counts as on it: rounding must not add a row.
    #[must_use]
    pub fn window_of(&self, extent: &Extent) -> Option<Window> {
        const TOLERANCE_PX: f64 = 1e-3;
        if !extent.is_valid() {
            return None;
        }
        let e = extent;
        let corners = [(e.xmin, e.ymin), (e.xmax, e.ymin), (e.xmin, e.ymax), (e.xmax, e.ymax)];
        let px = bounds(corners.map(|(x, y)| self.pixel_from_world(x, y)));
        let span = |low: f64, high: f64, size: usize| {
            if high <= TOLERANCE_PX || low >= size as f64 - TOLERANCE_PX {
                return None;
            }
            // A point between two tolerances still touches the pixel that it lies in.
            let first = (low + TOLERANCE_PX).floor().max(0.0);
            let end = (high - TOLERANCE_PX).ceil().max(first + 1.0).min(size as f64);
            (first < end).then_some((first as usize, (end - first) as usize))
        };
        let (x, width) = span(px.xmin, px.xmax, self.width_px)?;
        let (y, height) = span(px.ymin, px.ymax, self.height_px)?;
        Some(Window { x, y, width, height })
    }

    /// Width and height of a pixel, in units of the CRS, however the grid is turned.
    #[must_use]
    pub fn cell_size(&self) -> (f64, f64) {
        let t = &self.transform;
        (t[1].hypot(t[4]), t[2].hypot(t[5]))
    }

    /// The column and row of the first pixel, counted in pixels from the origin of the CRS, rightwards and downwards.
    ///
    /// Two grids cut out of one raster give the same place the same numbers. Only for grids that are not rotated do
    /// they mean a place; for others they are merely as good as any.
    #[must_use]
    pub fn first_pixel(&self) -> (i64, i64) {
        let t = &self.transform;
        let count = |origin: f64, step: f64| (origin / step).round() as i64;
        let (width, height) = self.cell_size();
        (count(t[0], width), count(-t[3], height))
    }

    /// Whether rows or columns do not run along the axes of the CRS: the bounds then hold more than the grid.
    #[must_use]
    pub fn is_turned(&self) -> bool {
        self.transform[2] != 0.0 || self.transform[4] != 0.0
    }

    /// By how many degrees the rows of an upright grid are turned from west to east, counter-clockwise.
    #[must_use]
    pub fn turn(&self) -> f64 {
        self.transform[4].atan2(self.transform[1]).to_degrees()
    }

    /// The same pixels in the order that maps have: rows from north to south, columns from west to east. Of a rotated
    /// grid only a mirror image is undone.
    #[must_use]
    pub fn upright(&self) -> Self {
        let mut t = self.transform;
        let is_turned = self.is_turned();
        let is_mirrored = t[1] * t[5] - t[2] * t[4] > 0.0;
        if !is_turned && t[1] < 0.0 {
            t[0] += t[1] * self.width_px as f64;
            t[1] = -t[1];
        }
        if if is_turned { is_mirrored } else { t[5] > 0.0 } {
            t[0] += t[2] * self.height_px as f64;
            t[3] += t[5] * self.height_px as f64;
            (t[2], t[5]) = (-t[2], -t[5]);
        }
        Self { transform: t, ..*self }
    }

    /// The grid of a window's pixels.
    #[must_use]
    pub fn sub_grid(&self, window: Window) -> Self {
        let (x, y) = self.world_from_pixel(window.x as f64, window.y as f64);
        let mut transform = self.transform;
        (transform[0], transform[3]) = (x, y);
        Self { transform, width_px: window.width, height_px: window.height }
    }

    /// The same place and orientation with pixels that are `factor` times larger, widened to whole ones.
    #[must_use]
    pub fn coarsened(&self, factor: usize) -> Self {
        let mut transform = self.transform;
        for step in [1, 2, 4, 5] {
            transform[step] *= factor as f64;
        }
        Self {
            transform,
            width_px: self.width_px.div_ceil(factor),
            height_px: self.height_px.div_ceil(factor),
        }
    }

    /// Whether both grids have the same size and put every pixel within a thousandth of a pixel of each other.
    #[must_use]
    pub fn aligns_with(&self, other: &Self) -> bool {
        let (w, h) = (self.width_px as f64, self.height_px as f64);
        self.width_px == other.width_px
            && self.height_px == other.height_px
            && [(0.0, 0.0), (w, 0.0), (0.0, h), (w, h)].into_iter().all(|(c, r)| {
                let (x, y) = self.world_from_pixel(c, r);
                let (c2, r2) = other.pixel_from_world(x, y);
                (c - c2).abs() < 1e-3 && (r - r2).abs() < 1e-3
            })
    }
}

fn bounds(points: [(f64, f64); 4]) -> Extent {
    let mut e =
        Extent { xmin: f64::INFINITY, ymin: f64::INFINITY, xmax: f64::NEG_INFINITY, ymax: f64::NEG_INFINITY };
    for (x, y) in points {
        e.xmin = e.xmin.min(x);
        e.xmax = e.xmax.max(x);
        e.ymin = e.ymin.min(y);
        e.ymax = e.ymax.max(y);
    }
    e
}

#[cfg(test)]
mod tests {
    use super::*;

    fn north_up() -> Grid {
        Grid::new([500_000.0, 10.0, 0.0, 5_200_000.0, 0.0, -10.0], 480, 400).unwrap()
    }

    #[test]
    fn upright_grids_have_the_same_pixels_from_north_west_on() {
        let (width, height) = (5, 3);
        let wanted = Grid::new([100.0, 10.0, 0.0, 500.0, 0.0, -10.0], width, height).unwrap();
        assert_eq!(wanted.upright(), wanted);
        for mirrored in [
            [100.0, 10.0, 0.0, 470.0, 0.0, 10.0],
            [150.0, -10.0, 0.0, 500.0, 0.0, -10.0],
            [150.0, -10.0, 0.0, 470.0, 0.0, 10.0],
        ] {
            assert_eq!(Grid::new(mirrored, width, height).unwrap().upright(), wanted, "{mirrored:?}");
        }
        let turned = Grid::new([0.0, 6.0, 8.0, 0.0, 8.0, -6.0], width, height).unwrap();
        assert_eq!(turned.upright(), turned);
        assert!(turned.is_turned() && (turned.turn() - 53.130_102).abs() < 1e-6 && !wanted.is_turned());
        let mirrored = Grid::new([24.0, 6.0, -8.0, -18.0, 8.0, 6.0], width, height).unwrap();
        assert_eq!(mirrored.upright(), turned);
    }

    #[test]
    fn pixels_and_places_are_inverse_even_when_rotated() {
        let rotated = Grid::new([300.0, 8.0, 6.0, 900.0, 6.0, -8.0], 50, 40).unwrap();
        for grid in [north_up(), rotated] {
            for (c, r) in [(0.0, 0.0), (12.5, 3.25), (480.0, 400.0)] {
                let (x, y) = grid.world_from_pixel(c, r);
                let (c2, r2) = grid.pixel_from_world(x, y);
                assert!((c - c2).abs() < 1e-6 && (r - r2).abs() < 1e-6, "{c} {r} became {c2} {r2}");
            }
        }
    }

    #[test]
    fn an_extent_on_pixel_borders_is_exactly_these_pixels() {
        let e = Extent { xmin: 500_100.0, ymin: 5_199_700.0, xmax: 500_200.0, ymax: 5_199_900.0 };
        assert_eq!(north_up().window_of(&e), Some(Window { x: 10, y: 10, width: 10, height: 20 }));
    }

    #[test]
    fn a_gap_is_the_same_seen_from_both_sides() {
        let extent = |xmin, ymin| Extent { xmin, ymin, xmax: xmin + 2.0, ymax: ymin + 2.0 };
        for (other, gap) in [
            (extent(5.0, 0.0), (3.0, 0.0)),
            (extent(-6.0, 9.0), (4.0, 7.0)),
            (extent(1.0, 1.0), (0.0, 0.0)),
            (extent(2.0, 0.0), (0.0, 0.0)),
        ] {
            assert_eq!((extent(0.0, 0.0).gap(&other), other.gap(&extent(0.0, 0.0))), (gap, gap));
        }
    }

    #[test]
    fn an_extent_is_clipped_and_one_outside_is_none() {
        let grid = north_up();
        let all = Extent { xmin: 0.0, ymin: 0.0, xmax: 9e6, ymax: 9e6 };
        assert_eq!(grid.window_of(&all), Some(grid.window()));
        let beside = Extent { xmin: 504_800.0, ymin: 5_199_000.0, xmax: 504_900.0, ymax: 5_199_100.0 };
        assert_eq!(grid.window_of(&beside), None);
        let nan = Extent { xmin: f64::NAN, ..all };
        assert_eq!(grid.window_of(&nan), None);
    }

    #[test]
    fn a_point_touches_one_pixel() {
        let e = Extent { xmin: 500_105.0, ymin: 5_199_895.0, xmax: 500_105.0, ymax: 5_199_895.0 };
        assert_eq!(north_up().window_of(&e), Some(Window { x: 10, y: 10, width: 1, height: 1 }));
    }

    #[test]
    fn degenerate_transforms_are_refused() {
        assert!(Grid::new([0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 1, 1).is_err());
        assert!(Grid::new([0.0, f64::NAN, 0.0, 0.0, 0.0, 1.0], 1, 1).is_err());
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "multiples of 16 are exact")]
    fn coarsening_widens_to_whole_patches_and_keeps_the_corner() {
        let coarse = north_up().coarsened(16);
        assert_eq!((coarse.width_px(), coarse.height_px()), (30, 25));
        assert_eq!(coarse.transform(), [500_000.0, 160.0, 0.0, 5_200_000.0, 0.0, -160.0]);
        let w = Window { x: 15, y: 16, width: 2, height: 16 };
        assert_eq!(w.coarsened(16), Window { x: 0, y: 1, width: 2, height: 1 });
        assert_eq!(w.coarsened(16).refined(16, 20, 400), Window { x: 0, y: 16, width: 20, height: 16 });
    }

    #[test]
    fn snapped_grids_hold_their_extent_and_lie_on_each_other() {
        let a = Extent { xmin: 500_003.0, ymin: -7.0, xmax: 500_041.0, ymax: 20.000_000_1 };
        let grid = Grid::snapped(&a, 10.0).unwrap();
        assert!(grid.aligns_with(&Grid::new([500_000.0, 10.0, 0.0, 20.0, 0.0, -10.0], 5, 3).unwrap()));
        let point = Extent { xmin: 15.0, ymin: 15.0, xmax: 15.0, ymax: 15.0 };
        assert_eq!(Grid::snapped(&point, 10.0).unwrap().window(), Window { x: 0, y: 0, width: 1, height: 1 });
        assert_eq!(Grid::snapped(&a, 0.0), None);
        assert_eq!(Grid::snapped(&a, f64::NAN), None);
        assert_eq!(Grid::snapped(&Extent { xmax: 1e15, ..a }, 10.0), None);
    }

    #[test]
    fn alignment_notices_a_tenth_of_a_pixel() {
        let a = north_up();
        let shifted = Grid::new([500_001.0, 10.0, 0.0, 5_200_000.0, 0.0, -10.0], 480, 400).unwrap();
        assert!(a.aligns_with(&a) && !a.aligns_with(&shifted));
    }
}
