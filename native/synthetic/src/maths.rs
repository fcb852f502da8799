//! Small arithmetic with the same bits everywhere.

/// The whole number below x, and the rest. `f64::floor` is a function call on processors without SSE 4.1.
pub(crate) fn split(x: f64) -> (i64, f32) {
    let whole = x as i64;
    let whole = whole - i64::from((whole as f64) > x);
    (whole, (x - whole as f64) as f32)
}

/// From a to b.
pub(crate) fn mix(a: f32, b: f32, share: f32) -> f32 {
    a + (b - a) * share
}

/// 0 below `low`, 1 above `high`, smooth between; the other way round where `low` is above `high`.
pub(crate) fn step(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// The power that decibels stand for.
pub(crate) fn power_from_db(db: f32) -> f32 {
    libm::exp2f(db * 0.332_192_8)
}

/// Decibels of a power.
pub(crate) fn db_from_power(power: f32) -> f32 {
    3.010_3 * libm::log2f(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_towards_minus_infinity() {
        assert_eq!(split(2.25), (2, 0.25));
        assert_eq!(split(-2.25), (-3, 0.75));
        assert_eq!(split(-3.0), (-3, 0.0));
    }

    #[test]
    fn steps_run_both_ways() {
        assert_eq!((step(1.0, 3.0, 0.0), step(1.0, 3.0, 2.0), step(1.0, 3.0, 9.0)), (0.0, 0.5, 1.0));
        assert_eq!((step(3.0, 1.0, 0.0), step(3.0, 1.0, 9.0)), (1.0, 0.0));
    }

    #[test]
    fn decibels_and_powers_are_inverse() {
        for db in [-30.0, -12.5, 0.0, 3.0_f32] {
            assert!((db_from_power(power_from_db(db)) - db).abs() < 1e-4);
        }
        assert!((power_from_db(-20.0) - 0.01).abs() < 1e-6);
    }
}
