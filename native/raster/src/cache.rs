//! How much of the rasters GDAL keeps in memory.

use std::sync::{Mutex, PoisonError};

/// What GDAL's cache may grow by for one raster. Left alone it takes a twentieth of the memory, whatever the scene: then
/// memory would grow with it. A row of tiles over a large scene does not fit; its blocks are decoded again for the next
/// row, which takes less than the models do.
const BYTES: i64 = 64 << 20;

/// Rasters that have a share, and what the cache held of others before the first of them.
static SHARED: Mutex<(i64, i64)> = Mutex::new((0, 0));

/// A raster's share of GDAL's cache. As long as there are any, what GDAL holds beyond all of them can be dropped; the limit
/// of the whole process stays as its user set it.
pub(crate) struct Share(());

impl Share {
    /// For a raster that has not been read yet.
    pub fn new() -> Self {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if shared.0 == 0 {
            shared.1 = cache_bytes();
        }
        shared.0 += 1;
        Self(())
    }

    /// Lets GDAL forget what it used longest ago, where it holds too much; to be called every now and then.
    #[expect(clippy::unused_self, reason = "only who has a share may drop what others may need")]
    #[expect(unsafe_code, reason = "the safe wrapper cannot flush a single block")]
    pub fn relieve(&self) {
        let (rasters, others) = *SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = others + BYTES * rasters;
        // SAFETY: takes nothing. Blocks in use are passed over, changed ones are written, and 0 says that none is left.
        while cache_bytes() > limit && unsafe { gdal_sys::GDALFlushCacheBlock() } != 0 {}
    }
}

/// What GDAL's cache is still going to take when rasters of so many bytes are read, all of which are open already.
#[must_use]
pub fn cache_to_come(bytes: u64) -> u64 {
    let (rasters, others) = *SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    to_come(bytes, (BYTES * rasters) as u64, (cache_bytes() - others).max(0) as u64)
}

/// Where blocks are dropped the allocator does not give them back, and a read may go beyond the limit until they are: that
/// was measured to take as much again.
fn to_come(bytes: u64, limit: u64, held: u64) -> u64 {
    let most = if bytes > limit { 2 * limit } else { bytes };
    most.saturating_sub(held)
}

/// What it grows by at most while a raster of so many bytes is copied.
pub(crate) fn while_copied(bytes: u64) -> u64 {
    bytes.min(BYTES as u64)
}

impl Drop for Share {
    fn drop(&mut self) {
        SHARED.lock().unwrap_or_else(PoisonError::into_inner).0 -= 1;
    }
}

#[expect(unsafe_code, reason = "the safe wrapper knows the cache's limit, not its content")]
fn cache_bytes() -> i64 {
    // SAFETY: takes nothing and returns a number.
    unsafe { gdal_sys::GDALGetCacheUsed64() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_rasters_are_kept_whole_and_large_ones_leave_holes() {
        assert_eq!(to_come(30, 64, 10), 20);
        assert_eq!(to_come(64, 64, 64), 0);
        assert_eq!(to_come(1000, 64, 60), 68);
        assert_eq!(to_come(30, 64, 50), 0, "others keep something, too");
    }
}
