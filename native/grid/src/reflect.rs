//! Reflect padding: the pixel that stands in for one beyond the edge.

/// The index inside `0..length` that stands in for `index`, mirrored at the edge pixels without repeating them
/// (numpy's and PyTorch's "reflect"), as often as needed where the padding is longer than the raster.
///
/// ```
/// // A row of four pixels, read from 2 to 9:  c d | c b a b c d
/// let read: Vec<_> = (2..10).map(|i| grid::reflect::index(i, 4)).collect();
/// assert_eq!(read, [2, 3, 2, 1, 0, 1, 2, 3]);
/// ```
#[must_use]
pub fn index(index: usize, length: usize) -> usize {
    if length <= 1 {
        return 0;
    }
    let period = 2 * (length - 1);
    let i = index % period;
    i.min(period - i)
}

#[cfg(test)]
mod tests {
    #[test]
    fn inside_nothing_changes_and_one_pixel_repeats() {
        assert!((0..7).all(|i| super::index(i, 7) == i));
        assert!((0..7).all(|i| super::index(i, 1) == 0));
    }
}
