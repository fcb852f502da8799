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
