//! Which pixels are asked for.

/// A window of pixels on the lattice whose lines are whole multiples of `pixel_m` from the origin of the world.
///
/// Places are counted in whole pixels, so that two windows that share a pixel mean the same place, bit for bit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// First column: its left border lies at x = `column` · `pixel_m`.
    pub column: i64,
    /// First row, counted southwards: its upper border lies at y = −`row` · `pixel_m`.
    pub row: i64,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Length of a pixel's side in metres.
    pub pixel_m: f64,
}

impl View {
    /// The place of the middle of a pixel of the window, in metres eastwards and northwards. The pixels around the window
    /// have one, too.
    #[must_use]
    pub fn place(&self, column: i64, row: i64) -> (f64, f64) {
        let x = ((self.column + column) as f64 + 0.5) * self.pixel_m;
        let y = -((self.row + row) as f64 + 0.5) * self.pixel_m;
        (x, y)
    }

    /// This window widened to whole squares of `side` × `side` pixels, counted from the origin of the world.
    pub(crate) fn widened(&self, side: usize) -> Self {
        let span = |first: i64, count: usize| {
            let side = side as i64;
            let begin = first.div_euclid(side) * side;
            let end = (first + count as i64 + side - 1).div_euclid(side) * side;
            (begin, (end - begin) as usize)
        };
        let ((column, width), (row, height)) = (span(self.column, self.width), span(self.row, self.height));
        Self { column, row, width, height, ..*self }
    }

    /// The lowest and the highest x and y in metres of the window with `around_m` more on every side.
    pub(crate) fn corners(&self, around_m: f64) -> ([f64; 2], [f64; 2]) {
        let (west, north) = (self.column as f64 * self.pixel_m, -(self.row as f64) * self.pixel_m);
        let (east, south) =
            (west + self.width as f64 * self.pixel_m, north - self.height as f64 * self.pixel_m);
        ([west - around_m, south - around_m], [east + around_m, north + around_m])
    }

    /// Pixels of the window.
    #[must_use]
    pub fn pixels(&self) -> usize {
        self.width * self.height
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_widened_outwards() {
        let view = View { column: -7, row: 6, width: 2, height: 6, pixel_m: 10.0 };
        assert_eq!(view.widened(6), View { column: -12, row: 6, width: 12, height: 6, ..view });
        assert_eq!(view.widened(1), view);
    }

    #[test]
    fn windows_that_share_a_pixel_mean_the_same_place() {
        let view = View { column: 50_001, row: -530_002, width: 7, height: 5, pixel_m: 0.1 };
        let other = View { column: 50_004, row: -530_000, ..view };
        let (a, b) = (view.place(3, 2), other.place(0, 0));
        assert_eq!((a.0.to_bits(), a.1.to_bits()), (b.0.to_bits(), b.1.to_bits()));
        assert_eq!(View { column: 0, row: -1, pixel_m: 10.0, ..view }.place(0, 0), (5.0, 5.0));
    }
}
