//! The map canvas as the bootstrap last told it.

use crate::bridge::ffi::Canvas;
use parking_lot::Mutex;

/// None where there is no canvas: in `qgis_process`, in scripts, and before the first layer is there.
static CANVAS: Mutex<Option<Canvas>> = Mutex::new(None);

/// Remembers what the map shows; a rectangle that is empty or not finite counts as no canvas.
pub fn set(canvas: Canvas) {
    let width = canvas.xmax - canvas.xmin;
    let height = canvas.ymax - canvas.ymin;
    let usable = width.is_finite() && height.is_finite() && width > 0.0 && height > 0.0;
    *CANVAS.lock() = usable.then_some(canvas);
}

/// Forgets the canvas.
pub fn clear() {
    *CANVAS.lock() = None;
}

/// The canvas; `known` is false where there is none.
pub fn current() -> Canvas {
    CANVAS.lock().clone().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canvas(xmin: f64, xmax: f64) -> Canvas {
        Canvas { known: true, xmin, ymin: 0.0, xmax, ymax: 1.0, crs: "EPSG:32633".into() }
    }

    #[test]
    fn only_a_rectangle_with_an_area_is_a_canvas() {
        set(canvas(2.0, 5.0));
        assert!(current().known);
        assert_eq!(current().xmax.to_bits(), 5.0f64.to_bits());
        for (xmin, xmax) in [(5.0, 5.0), (5.0, 2.0), (f64::NAN, 5.0), (f64::NEG_INFINITY, f64::INFINITY)] {
            set(canvas(2.0, 5.0));
            set(canvas(xmin, xmax));
            assert!(!current().known, "{xmin} to {xmax} has no area");
        }
        set(canvas(2.0, 5.0));
        clear();
        assert!(!current().known);
    }
}
