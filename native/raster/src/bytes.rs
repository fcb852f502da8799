//! Bytes in words, rounded so that what is needed never reads like what there is.

/// What is needed or taken: rounded up.
#[must_use]
pub fn rounded_up(bytes: u64) -> String {
    match bytes.div_ceil(MEGABYTE) {
        megabytes @ 0..1000 => format!("{megabytes} MB"),
        _ => gigabytes(bytes.div_ceil(TENTH)),
    }
}

/// What is free or allowed: rounded down.
#[must_use]
pub fn rounded_down(bytes: u64) -> String {
    match bytes / MEGABYTE {
        megabytes @ 0..1000 => format!("{megabytes} MB"),
        _ => gigabytes(bytes / TENTH),
    }
}

const MEGABYTE: u64 = 1_000_000;

/// Of a gigabyte.
const TENTH: u64 = 100_000_000;

fn gigabytes(tenths: u64) -> String {
    format!("{}.{} GB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_never_reads_like_less_that_is_free() {
        assert_eq!((rounded_up(1), rounded_down(999_999)), (String::from("1 MB"), String::from("0 MB")));
        assert_eq!((rounded_up(0), rounded_up(4_000_000)), (String::from("0 MB"), String::from("4 MB")));
        assert_eq!(rounded_up(2_900_000_000), "2.9 GB");
        for bytes in [3_999_999, 4_000_001, 999_999_999, 1_000_000_001, 2_949_999_999, 3_000_000_001] {
            assert_ne!(rounded_up(bytes + 1), rounded_down(bytes), "{bytes}");
        }
        assert_eq!(
            (rounded_up(999_999_999), rounded_down(999_999_999)),
            (String::from("1.0 GB"), String::from("999 MB"))
        );
    }
}
