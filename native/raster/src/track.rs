//! Many points from one grid to another, with few of them carried over exactly.
//!
//! A projection bends little over a few pixels. So squares of a target grid are carried over by their corners, and what
//! lies between is interpolated, where that is right to within a ten-thousandth of a pixel; else every point is carried over.
//! The squares are those of the grid, not of the window that is read: a point's place does not depend on the window.

use grid::Window;

/// Side of a square. Four points of it are carried over for its 256.
const SIDE_PX: usize = 16;
const HALF_PX: usize = SIDE_PX / 2;

/// How far from its exact place a point may be put, in pixels of the source.
const TOLERANCE_PX: f64 = 1e-4;

/// A place, if there is one, in pixels.
type Place = Option<(f64, f64)>;

/// Where the centres of a window's pixels lie, by rows, as `exact` tells it of a point.
pub(crate) fn carry(window: Window, exact: impl Fn((f64, f64)) -> Place, places: &mut [Place]) {
    let (first_column, first_row) = (window.x / SIDE_PX, window.y / SIDE_PX);
    let columns = window.x_end().div_ceil(SIDE_PX) - first_column;
    let rows = window.y_end().div_ceil(SIDE_PX) - first_row;
    let points_of_row = |row: usize| -> Vec<Place> {
        let at = |column| ((first_column * SIDE_PX + column * HALF_PX) as f64, row as f64);
        (0..=2 * columns).map(|column| exact(at(column))).collect()
    };
    let mut upper = points_of_row(first_row * SIDE_PX);
    for row in first_row..first_row + rows {
        let middle = points_of_row(row * SIDE_PX + HALF_PX);
        let lower = points_of_row((row + 1) * SIDE_PX);
        for column in 0..columns {
            let points = [&upper, &middle, &lower].map(|points| [0, 1, 2].map(|i| points[2 * column + i]));
            let square = Square::of(points);
            let (x, y) = ((first_column + column) * SIDE_PX, row * SIDE_PX);
            for y_px in y.max(window.y)..(y + SIDE_PX).min(window.y_end()) {
                for x_px in x.max(window.x)..(x + SIDE_PX).min(window.x_end()) {
                    let (in_x, in_y) = ((x_px - x) as f64 + 0.5, (y_px - y) as f64 + 0.5);
                    places[(y_px - window.y) * window.width + x_px - window.x] = match &square {
                        Some(square) => Some(square.at(in_x / SIDE_PX as f64, in_y / SIDE_PX as f64)),
                        None => exact((x_px as f64 + 0.5, y_px as f64 + 0.5)),
                    };
                }
            }
        }
        upper = lower;
    }
}

/// A square by the places of its corners.
struct Square([[(f64, f64); 2]; 2]);

impl Square {
    /// Nothing where a point has no place, or where the points between the corners are not where they would be put.
    fn of(points: [[Place; 3]; 3]) -> Option<Self> {
        let mut found = [[(0.0, 0.0); 3]; 3];
        for (found, points) in found.iter_mut().zip(points) {
            for (found, point) in found.iter_mut().zip(points) {
                *found = point?;
            }
        }
        let square = Self([[found[0][0], found[0][2]], [found[2][0], found[2][2]]]);
        let is_right = |row: usize, column: usize| {
            let (put, there) = (square.at(column as f64 / 2.0, row as f64 / 2.0), found[row][column]);
            (put.0 - there.0).hypot(put.1 - there.1) <= TOLERANCE_PX
        };
        [(0, 1), (1, 0), (1, 1), (1, 2), (2, 1)]
            .into_iter()
            .all(|(row, column)| is_right(row, column))
            .then_some(square)
    }

    /// The place of a point, given as shares of the sides.
    fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let between =
            |a: (f64, f64), b: (f64, f64), share: f64| (a.0 + share * (b.0 - a.0), a.1 + share * (b.1 - a.1));
        let [[upper_left, upper_right], [lower_left, lower_right]] = self.0;
        between(between(upper_left, upper_right, x), between(lower_left, lower_right, x), y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// A gentle bend, with a hole and a tear.
    fn bent((x, y): (f64, f64)) -> Place {
        if (40.0..60.0).contains(&x) && y < 20.0 {
            return None;
        }
        let tear = if y > 90.0 { 1000.0 } else { 0.0 };
        Some((x * 1.1 + 1e-6 * y * y + tear, y * 0.9 + 2e-5 * x * y))
    }

    fn carried(window: Window) -> (Vec<Place>, usize) {
        let (mut places, asked) = (vec![None; window.width * window.height], Cell::new(0));
        let exact = |at| {
            asked.set(asked.get() + 1);
            bent(at)
        };
        carry(window, exact, &mut places);
        (places, asked.get())
    }

    #[test]
    fn few_points_are_asked_for_and_all_are_within_the_tolerance() {
        let window = Window { x: 67, y: 21, width: 200, height: 60 };
        let (places, asked) = carried(window);
        assert!(asked < window.width * window.height / 20, "{asked}");
        for (i, place) in places.iter().enumerate() {
            let (x, y) = (window.x + i % window.width, window.y + i / window.width);
            let (there, put) = (bent((x as f64 + 0.5, y as f64 + 0.5)).unwrap(), place.unwrap());
            let off = (there.0 - put.0).hypot(there.1 - put.1);
            assert!(off <= TOLERANCE_PX, "{x} {y}: {off}");
        }
        assert!(places.iter().enumerate().any(|(i, place)| {
            let (x, y) = (window.x + i % window.width, window.y + i / window.width);
            *place != bent((x as f64 + 0.5, y as f64 + 0.5))
        }));
    }

    #[test]
    fn holes_and_tears_are_where_they_are() {
        let window = Window { x: 30, y: 0, width: 50, height: 110 };
        for (i, place) in carried(window).0.iter().enumerate() {
            let at = ((window.x + i % window.width) as f64 + 0.5, (i / window.width) as f64 + 0.5);
            let there = bent(at);
            assert_eq!(place.is_none(), there.is_none(), "{at:?}");
            if let (Some(there), Some(put)) = (there, place) {
                assert!((there.0 - put.0).hypot(there.1 - put.1) <= TOLERANCE_PX, "{at:?}");
            }
        }
    }

    #[test]
    fn a_place_does_not_depend_on_the_window() {
        let (large, small) =
            (Window { x: 0, y: 0, width: 130, height: 120 }, Window { x: 37, y: 11, width: 41, height: 90 });
        let (all, some) = (carried(large).0, carried(small).0);
        for (i, place) in some.iter().enumerate() {
            let (x, y) = (small.x + i % small.width, small.y + i / small.width);
            assert_eq!(*place, all[y * large.width + x]);
        }
    }
}
