//! Small pictures in memory.

use crate::Error;
use crate::error::words;
use gdal::DriverManager;
use gdal::cpl::CslStringList;
use gdal::raster::Buffer;
use gdal::vsi;
use std::sync::atomic::{AtomicU32, Ordering};

/// The bytes of a PNG file of red, green, blue and opacity, `[y, x, part]`.
pub fn png((width, height): (usize, usize), pixels: &[u8]) -> Result<Vec<u8>, Error> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("/vsimem/terramind-picture-{}.png", NEXT.fetch_add(1, Ordering::Relaxed));
    let write = || {
        let memory = DriverManager::get_driver_by_name("MEM")?;
        let picture = memory.create_with_band_type::<u8, _>("", width, height, 4)?;
        for part in 0..4 {
            let values: Vec<u8> = pixels.iter().skip(part).step_by(4).copied().collect();
            picture.rasterband(part + 1)?.write(
                (0, 0),
                (width, height),
                &mut Buffer::new((width, height), values),
            )?;
        }
        let driver = DriverManager::get_driver_by_name("PNG")?;
        picture.create_copy(&driver, &name, &CslStringList::new())?.close()?;
        vsi::get_vsi_mem_file_bytes_owned(&name)
    };
    let written = write();
    // Where it was written its bytes were taken, and the file with them.
    let _ = vsi::unlink_mem_file(&name);
    let _ = vsi::unlink_mem_file(format!("{name}.aux.xml"));
    written.map_err(|e| Error::Picture { reason: words(&e) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use gdal::Dataset;

    #[test]
    fn a_picture_reads_as_it_was_drawn() {
        let pixels: Vec<u8> = (0..3 * 2 * 4).map(|n| n * 10).collect();
        let bytes = png((3, 2), &pixels).unwrap();
        assert!(bytes.starts_with(b"\x89PNG"));
        vsi::create_mem_file("/vsimem/read.png", bytes).unwrap();
        let read = Dataset::open("/vsimem/read.png").unwrap();
        assert_eq!((read.raster_size(), read.raster_count()), ((3, 2), 4));
        for part in 0..4 {
            let band = read.rasterband(part + 1).unwrap().read_band_as::<u8>().unwrap();
            assert!(band.data().iter().eq(pixels.iter().skip(part).step_by(4)));
        }
    }
}
