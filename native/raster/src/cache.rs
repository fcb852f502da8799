//! How much of the rasters GDAL keeps in memory.

/// What GDAL's cache may grow by for one raster. Left alone it takes a twentieth of the memory, whatever the scene: then
/// memory would grow with it. A row of tiles over a large scene does not fit; its blocks are decoded again for the next
/// row, which takes less than the models do.
const BYTES: i64 = 64 << 20;

/// Keeps GDAL's cache from growing while some rasters are read or written. The limit of the whole process stays as its
/// user set it.
pub struct BlockCache {
    limit_bytes: i64,
}

impl BlockCache {
    /// For so many rasters at once.
    #[must_use]
    pub fn of(rasters: usize) -> Self {
        Self { limit_bytes: cache_bytes() + BYTES * rasters as i64 }
    }

    /// Lets GDAL forget what it used longest ago, where it holds too much; to be called every now and then.
    #[expect(unsafe_code, reason = "the safe wrapper cannot flush a single block")]
    pub fn relieve(&self) {
        // SAFETY: takes nothing. Blocks in use are passed over, changed ones are written, and 0 says that none is left.
        while cache_bytes() > self.limit_bytes && unsafe { gdal_sys::GDALFlushCacheBlock() } != 0 {}
    }
}

#[expect(unsafe_code, reason = "the safe wrapper knows the cache's limit, not its content")]
fn cache_bytes() -> i64 {
    // SAFETY: takes nothing and returns a number.
    unsafe { gdal_sys::GDALGetCacheUsed64() }
}
