//! Which windows of a raster of many bands are read one after the other. Pure arithmetic.

use grid::Window;

/// Values of all bands that are read at once, at most: 160 MB with what is known of their validity.
const VALUES: usize = 32 << 20;

/// Rows of a strip: whole blocks of files that are written, and not more than the blocks of most files have.
const ROWS: usize = 16;
const MOST_ROWS: usize = 512;

/// Columns below which reading is slow.
const COLUMNS: usize = 256;

/// Rows that are written together, and the windows that they are read in.
pub struct Strip {
    pub first: usize,
    pub rows: usize,
    pub windows: Vec<Window>,
}

/// All of a raster of this size, along its blocks as far as they fit.
pub fn strips(size: (usize, usize), block: (usize, usize), bands: usize) -> Vec<Strip> {
    strips_of(size, block, VALUES / bands)
}

/// The same with windows of so many pixels at most.
fn strips_of((width, height): (usize, usize), block: (usize, usize), pixels: usize) -> Vec<Strip> {
    let pixels = pixels.max(1);
    let rows = block.1.next_multiple_of(ROWS).min(MOST_ROWS);
    let columns = block.0 * COLUMNS.div_ceil(block.0);
    let columns = columns.min(width).min(pixels);
    let strip = |first: usize| {
        let rows = rows.min(height - first);
        let at_once = (pixels / columns).clamp(1, rows);
        let windows = (0..width).step_by(columns).flat_map(|x| {
            (0..rows).step_by(at_once).map(move |y| Window {
                x,
                y: first + y,
                width: columns.min(width - x),
                height: at_once.min(rows - y),
            })
        });
        Strip { first, rows, windows: windows.collect() }
    };
    (0..height).step_by(rows).map(strip).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pixel_is_read_once_in_windows_that_fit() {
        for (size, block, pixels) in [
            ((700, 530), (256, 256), 1 << 30),
            ((700, 530), (256, 256), 20_000),
            ((700, 530), (700, 1), 10_000),
            ((700, 530), (700, 530), 300),
            ((1, 1), (16, 16), 1),
            ((37, 41), (128, 128), 0),
        ] {
            let mut read = vec![0; size.0 * size.1];
            let mut next = 0;
            for strip in strips_of(size, block, pixels) {
                assert_eq!(strip.first, next);
                next += strip.rows;
                for window in strip.windows {
                    assert!(window.width * window.height <= pixels.max(1), "{window:?}");
                    assert!(window.y >= strip.first && window.y_end() <= next, "{window:?}");
                    for y in window.y..window.y_end() {
                        read[y * size.0 + window.x..y * size.0 + window.x_end()]
                            .iter_mut()
                            .for_each(|n| *n += 1);
                    }
                }
            }
            assert!(next == size.1 && read.iter().all(|n| *n == 1), "{size:?} {block:?} {pixels}");
        }
    }

    #[test]
    fn blocks_that_fit_are_read_whole() {
        let strips = strips_of((700, 530), (256, 256), 1 << 20);
        let sizes: Vec<_> = strips[0].windows.iter().map(|w| (w.width, w.height)).collect();
        assert_eq!(sizes, [(256, 256), (256, 256), (188, 256)]);
        assert_eq!(strips.len(), 3);
    }
}
