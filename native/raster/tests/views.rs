//! What a layer promises that is seen on another grid, on small files made here.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use gdal::raster::{Buffer, ColorInterpretation, GdalType, RasterCreationOptions};
use gdal::{Dataset, DatasetOptions, DriverManager, GdalOpenFlags, Metadata};
use grid::{Grid, Window};
use proj::Proj;
use raster::{Crs, Error, Layer, Pixels, Resampling};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

const UTM_33: &str = "EPSG:32633";

/// A raster of one band or several: what `of` says of a band (counted from 0) and a place.
struct Scene<'a> {
    crs: &'a str,
    grid: Grid,
    bands: usize,
    nodata: &'a [Option<f64>],
}

impl Scene<'_> {
    fn write<T: GdalType + Copy>(&self, path: &Path, of: impl Fn(usize, f64, f64) -> T) -> Dataset {
        let (width, height) = (self.grid.width_px(), self.grid.height_px());
        let driver = DriverManager::get_driver_by_name("GTiff").unwrap();
        let options = RasterCreationOptions::from_iter(["TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64"]);
        let mut dataset = driver
            .create_with_band_type_with_options::<T, _>(path, width, height, self.bands, &options)
            .unwrap();
        dataset.set_geo_transform(&self.grid.transform()).unwrap();
        if !self.crs.is_empty() {
            dataset.set_projection(self.crs).unwrap();
        }
        for band in 0..self.bands {
            let mut raster = dataset.rasterband(band + 1).unwrap();
            if let Some(nodata) = self.nodata.get(band) {
                raster.set_no_data_value(*nodata).unwrap();
            }
            let values = (0..width * height).map(|i| {
                let (x, y) = self.grid.world_from_pixel((i % width) as f64 + 0.5, (i / width) as f64 + 0.5);
                of(band, x, y)
            });
            raster
                .write((0, 0), (width, height), &mut Buffer::new((width, height), values.collect()))
                .unwrap();
        }
        dataset
    }
}

fn scene(crs: &str, grid: Grid) -> Scene<'_> {
    Scene { crs, grid, bands: 1, nodata: &[] }
}

fn grid(transform: [f64; 6], width: usize, height: usize) -> Grid {
    Grid::new(transform, width, height).unwrap()
}

fn north_up(x: f64, y: f64, cell: f64, width: usize, height: usize) -> Grid {
    grid([x, cell, 0.0, y, 0.0, -cell], width, height)
}

fn crs(text: &str) -> Crs {
    Crs::from_text(text).unwrap()
}

fn open(path: &Path) -> Layer {
    Layer::open(path.to_str().unwrap()).unwrap()
}

/// Adds to a file, which is closed before: libtiff would lose itself in one that is being made.
fn update(path: &Path, add: impl FnOnce(&mut Dataset)) {
    let options = DatasetOptions { open_flags: GdalOpenFlags::GDAL_OF_UPDATE, ..DatasetOptions::default() };
    let mut dataset = Dataset::open_ex(path, options).unwrap();
    add(&mut dataset);
    dataset.close().unwrap();
}

fn with_overviews(path: &Path, method: &str, factors: &[i32]) {
    update(path, |dataset| dataset.build_overviews(method, factors, &[]).unwrap());
}

/// One mask for all bands, which the first column that counts begins.
fn with_mask(path: &Path, side: usize, first: usize) {
    update(path, |dataset| {
        let mut raster = dataset.rasterband(1).unwrap();
        raster.create_mask_band(true).unwrap();
        let mut mask = raster.open_mask_band().unwrap();
        let values: Vec<u8> = (0..side * side).map(|i| 255 * u8::from(i % side >= first)).collect();
        mask.write((0, 0), (side, side), &mut Buffer::new((side, side), values)).unwrap();
    });
}

fn folder_and(name: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    (folder, path)
}

/// A field whose value does not repeat, so that a wrong pixel shows.
fn texture(x: f64, y: f64) -> f64 {
    1000.0 + 400.0 * (x / 37.0).sin() + 300.0 * (y / 53.0).cos() + x / 1000.0
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|v| v.to_bits()).collect()
}

/// What a window of a larger read must be.
fn cut(pixels: &Pixels, whole: Window, part: Window, bands: usize) -> (Vec<u32>, Vec<bool>) {
    let at =
        |band: usize, y: usize, x: usize| (band * whole.height + y - whole.y) * whole.width + x - whole.x;
    let mut values = Vec::new();
    let mut valid = Vec::new();
    for band in 0..bands {
        for y in part.y..part.y_end() {
            for x in part.x..part.x_end() {
                values.push(pixels.values[at(band, y, x)].to_bits());
                valid.push(pixels.valid[at(band, y, x)]);
            }
        }
    }
    (values, valid)
}

/// How far, in pixels of the source, the ramps `x` and `y` are from where PROJ puts the target's centres; and how
/// many pixels were compared.
fn ramp_error(source: (&str, Grid), target: (&str, Grid), resampling: Resampling) -> (f64, usize) {
    let (_folder, path) = folder_and("ramp.tif");
    let (x0, y0) = source.1.world_from_pixel(0.0, 0.0);
    let ramps = Scene { bands: 2, ..scene(source.0, source.1) };
    // Differences, because 32-bit floats count metres of UTM in halves; in pixels, which degrees are small for.
    let cell = source.1.transform()[1].hypot(source.1.transform()[4]);
    ramps
        .write::<f64>(&path, |band, x, y| if band == 0 { (x - x0) / cell } else { (y - y0) / cell })
        .close()
        .unwrap();
    let layer = open(&path).on(&target.1, &crs(target.0), resampling).unwrap();
    let found = layer.read(target.1.window()).unwrap();
    let way = Proj::new_known_crs(target.0, source.0, None).unwrap();
    let (size, mut worst, mut compared) = (target.1.width_px() * target.1.height_px(), 0.0_f64, 0);
    for i in 0..size {
        let (column, row) = (i % target.1.width_px(), i / target.1.width_px());
        let world = target.1.world_from_pixel(column as f64 + 0.5, row as f64 + 0.5);
        let (x, y) = way.convert(world).unwrap();
        let at = source.1.pixel_from_world(x, y);
        // Beside the edges kernels are cut off.
        let inner = 15.0;
        let is_inner = |v: f64, length: usize| (inner..length as f64 - inner).contains(&v);
        if is_inner(at.0, source.1.width_px()) && is_inner(at.1, source.1.height_px()) {
            assert!(found.valid[i] && found.valid[size + i], "{column} {row}");
            worst = worst.max((f64::from(found.values[i]) - (x - x0) / cell).abs());
            worst = worst.max((f64::from(found.values[size + i]) - (y - y0) / cell).abs());
            compared += 1;
        } else if at.0 < 0.0
            || at.1 < 0.0
            || at.0 > source.1.width_px() as f64
            || at.1 > source.1.height_px() as f64
        {
            assert!(!found.valid[i], "{column} {row} lies outside");
        }
    }
    (worst, compared)
}

#[test]
fn ramps_in_the_world_are_reproduced_between_systems() {
    let utm = north_up(499_000.0, 5_201_000.0, 10.0, 200, 200);
    let degrees = north_up(14.985, 46.965, 0.000_1, 300, 300);
    let rotated = grid([499_500.0, 8.0, 6.0, 5_200_000.0, 6.0, -8.0], 150, 150);
    let skewed = grid([499_500.0, 10.0, 3.0, 5_201_000.0, 0.0, -9.0], 150, 150);
    // Around the same place in another system.
    let around = |system: &str, cell: f64, side: usize| {
        let (x, y) =
            Proj::new_known_crs(UTM_33, system, None).unwrap().convert((500_000.0, 5_200_000.0)).unwrap();
        north_up(x - cell * 0.5 * side as f64, y + cell * 0.5 * side as f64, cell, side, side)
    };
    let (web, lambert) = (around("EPSG:3857", 14.0, 200), around("EPSG:3035", 12.5, 250));
    for (name, source, target) in [
        ("to degrees", (UTM_33, utm), ("EPSG:4326", degrees)),
        ("from degrees", ("EPSG:4326", degrees), (UTM_33, utm)),
        ("the next zone", (UTM_33, utm), ("EPSG:32634", around("EPSG:32634", 10.0, 250))),
        ("a rotated source", (UTM_33, rotated), (UTM_33, utm)),
        ("a rotated target", (UTM_33, utm), (UTM_33, rotated)),
        ("a skewed source", (UTM_33, skewed), ("EPSG:4326", degrees)),
        ("Europe's equal areas", (UTM_33, utm), ("EPSG:3035", lambert)),
        ("web maps", (UTM_33, utm), ("EPSG:3857", web)),
        ("finer", (UTM_33, utm), ("EPSG:3857", around("EPSG:3857", 3.0, 200))),
        ("coarser", (UTM_33, utm), ("EPSG:3857", around("EPSG:3857", 47.0, 60))),
    ] {
        for resampling in [Resampling::Bilinear, Resampling::Cubic] {
            let (worst, compared) = ramp_error(source, target, resampling);
            assert!(compared > 500, "{name}: only {compared} pixels lie in both");
            assert!(worst < 1e-4, "{name}, {resampling:?}: {worst} pixels");
        }
    }
}

#[test]
fn datums_are_shifted() {
    // Between Britain's own datum and WGS 84 lie a hundred metres; both grids have the same numbers.
    let source = ("EPSG:4277", north_up(-0.01, 51.49, 0.000_1, 300, 300));
    let target = ("EPSG:4326", north_up(-0.01, 51.49, 0.000_1, 300, 300));
    let (worst, compared) = ramp_error(source, target, Resampling::Bilinear);
    assert!(compared > 500 && worst < 1e-4, "{worst} pixels of {compared}");
    let (_folder, path) = folder_and("datum.tif");
    scene(source.0, source.1).write::<f32>(&path, |_, x, _| x as f32).close().unwrap();
    let layer = open(&path).on(&target.1, &crs(target.0), Resampling::Bilinear).unwrap();
    let middle = layer.read(Window { x: 150, y: 150, width: 1, height: 1 }).unwrap();
    let shift = f64::from(middle.values[0]) - target.1.world_from_pixel(150.5, 0.0).0;
    assert!((0.001..0.002).contains(&shift.abs()), "{shift} degrees");
}

#[test]
fn windows_agree_bit_for_bit() {
    let (_folder, path) = folder_and("windows.tif");
    let source = north_up(499_000.0, 5_201_000.0, 10.0, 300, 300);
    let holes = Scene { bands: 2, nodata: &[Some(-1.0), None], ..scene(UTM_33, source) };
    let of = |band: usize, x: f64, y: f64| {
        let is_hole = band == 0 && (x / 130.0).sin() * (y / 70.0).sin() > 0.6;
        if is_hole { -1.0 } else { texture(x, y) as f32 }
    };
    holes.write::<f32>(&path, of).close().unwrap();
    with_overviews(&path, "AVERAGE", &[2, 4]);
    for cell in [0.000_2, 0.000_4, 0.000_9] {
        let side = (0.036 / cell) as usize;
        let target = north_up(14.985, 46.972, cell, side, side);
        for resampling in [Resampling::Nearest, Resampling::Bilinear, Resampling::Cubic] {
            let on = || open(&path).on(&target, &crs("EPSG:4326"), resampling).unwrap();
            let layer = on();
            let whole = layer.read(target.window()).unwrap();
            assert!(whole.valid.contains(&true) && whole.valid.contains(&false));
            let third = side / 3;
            for part in [
                Window { x: 0, y: 0, width: 1, height: side },
                Window { x: third, y: third + 1, width: third, height: 7 },
                Window { x: third + 5, y: 0, width: 3, height: side - 2 },
                Window { x: side - 9, y: side - 5, width: 9, height: 5 },
            ] {
                let expected = cut(&whole, target.window(), part, 2);
                for layer in [&layer, &on()] {
                    let found = layer.read(part).unwrap();
                    assert_eq!(
                        (bits(&found.values), found.valid),
                        expected,
                        "{resampling:?} {cell} {part:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_same_grid_stays_as_it_is_and_whole_pixels_are_copied() {
    let (_folder, path) = folder_and("same.tif");
    let source = north_up(499_000.0, 5_201_000.0, 10.0, 60, 50);
    scene(UTM_33, source).write::<f32>(&path, |_, x, y| (texture(x, y) / 3.0) as f32).close().unwrap();
    let own = open(&path).read(source.window()).unwrap();
    let same = open(&path).on(&source, &crs(UTM_33), Resampling::Cubic).unwrap();
    assert_eq!(same.read(source.window()).unwrap(), own);
    // Six columns and four rows further left and up, and longer; with rounding as files have it.
    let shifted = north_up(498_940.000_001, 5_201_040.000_001, 10.0, 80, 70);
    for resampling in [Resampling::Nearest, Resampling::Bilinear, Resampling::Cubic] {
        let layer = open(&path).on(&shifted, &crs(UTM_33), resampling).unwrap();
        assert!(layer.grid() == shifted && layer.crs() == &crs(UTM_33));
        let found = layer.read(Window { x: 6, y: 4, width: 60, height: 50 }).unwrap();
        assert_eq!(bits(&found.values), bits(&own.values), "{resampling:?}");
        let beyond = layer.read(shifted.window()).unwrap();
        assert_eq!(beyond.valid.iter().filter(|v| **v).count(), 60 * 50);
        assert!(!beyond.valid[80 * 3 + 40] && !beyond.valid[80 * 40 + 5] && beyond.valid[80 * 4 + 6]);
    }
}

#[test]
fn beyond_the_target_pixels_are_mirrored() {
    let (_folder, path) = folder_and("mirror.tif");
    scene(UTM_33, north_up(499_000.0, 5_201_000.0, 10.0, 100, 100))
        .write::<f32>(&path, |_, x, y| texture(x, y) as f32)
        .close()
        .unwrap();
    let target = north_up(499_203.0, 5_200_707.0, 7.0, 30, 20);
    let layer = open(&path).on(&target, &crs(UTM_33), Resampling::Bilinear).unwrap();
    let whole = layer.read(target.window()).unwrap();
    let found = layer.read(Window { x: 28, y: 18, width: 4, height: 4 }).unwrap();
    let at = |x: usize, y: usize| whole.values[y * 30 + x];
    let expected: Vec<_> =
        [18, 19, 18, 17].iter().flat_map(|&y| [28, 29, 28, 27].map(|x| at(x, y))).collect();
    assert_eq!(bits(&found.values), bits(&expected));
}

#[test]
fn a_pixel_missing_in_one_band_is_missing_there_alone() {
    let (_folder, path) = folder_and("bands.tif");
    let source = north_up(499_000.0, 5_201_000.0, 10.0, 40, 40);
    let nodata = [Some(0.0), Some(0.0)];
    let bands = Scene { bands: 2, nodata: &nodata, ..scene(UTM_33, source) };
    // The first band misses the western half, the second the northern.
    let of = |band: usize, x: f64, y: f64| match band {
        0 if x < 499_200.0 => 0,
        1 if y > 5_200_800.0 => 0,
        _ => 7_i16,
    };
    bands.write::<i16>(&path, of).close().unwrap();
    let target = north_up(499_000.0, 5_201_000.0, 5.0, 80, 80);
    let layer = open(&path).on(&target, &crs(UTM_33), Resampling::Bilinear).unwrap();
    let found = layer.read(target.window()).unwrap();
    for i in 0..80 * 80 {
        assert_eq!(found.valid[i], i % 80 >= 40, "west of the first band, {i}");
        assert_eq!(found.valid[6400 + i], i / 80 >= 40, "north of the second band, {i}");
    }
    // Nodata, which is 0, was not mixed in.
    let is_seven = |(v, valid): (&f32, &bool)| !valid || (*v - 7.0).abs() < 1e-6;
    assert!(found.values.iter().zip(&found.valid).all(is_seven));
}

#[test]
fn undeclared_nodata_and_nan_do_not_spoil_their_neighbours() {
    let (_folder, path) = folder_and("wild.tif");
    let source = north_up(499_000.0, 5_201_000.0, 10.0, 40, 40);
    for wild in [f64::NAN, f64::from(-f32::MAX), f64::INFINITY] {
        let of = |_: usize, x: f64, _: f64| if x < 499_200.0 { wild } else { 7.0 };
        scene(UTM_33, source).write::<f64>(&path, of).close().unwrap();
        let target = north_up(499_003.0, 5_200_990.0, 5.0, 70, 70);
        let layer = open(&path).on(&target, &crs(UTM_33), Resampling::Cubic).unwrap();
        let found = layer.read(target.window()).unwrap();
        assert!(found.valid[69] && !found.valid[0]);
        assert!(found.values.iter().zip(&found.valid).all(|(v, valid)| !valid || (*v - 7.0).abs() < 1e-5));
    }
}

#[test]
fn alpha_and_mask_bands_are_respected() {
    let folder = tempfile::tempdir().unwrap();
    let source = north_up(499_000.0, 5_201_000.0, 10.0, 40, 40);
    let target = north_up(499_000.0, 5_201_000.0, 5.0, 80, 80);
    let is_west = |x: f64| x < 499_200.0;
    let alpha = folder.path().join("alpha.tif");
    let dataset = Scene { bands: 2, ..scene(UTM_33, source) }
        .write::<u8>(&alpha, |band, x, _| if band == 0 { 200 } else { 255 * u8::from(!is_west(x)) });
    dataset.rasterband(2).unwrap().set_color_interpretation(ColorInterpretation::AlphaBand).unwrap();
    dataset.close().unwrap();
    let mask = folder.path().join("mask.tif");
    scene(UTM_33, source).write::<u8>(&mask, |_, _, _| 200).close().unwrap();
    with_mask(&mask, 40, 20);
    for path in [alpha, mask] {
        let layer = open(&path).on(&target, &crs(UTM_33), Resampling::Bilinear).unwrap();
        assert_eq!(layer.band_count(), 1);
        let found = layer.read(target.window()).unwrap();
        let right = |(i, valid): (usize, &bool)| *valid == (i % 80 >= 40);
        assert!(found.valid.iter().enumerate().all(right), "{}", path.display());
        // Bytes stay what they are: no value of the range was taken for what is missing.
        assert!(found.values.iter().zip(&found.valid).all(|(v, valid)| !valid || (*v - 200.0).abs() < 1e-4));
    }
}

#[test]
fn classes_keep_their_numbers() {
    let (_folder, path) = folder_and("classes.tif");
    let source = north_up(499_000.0, 5_201_000.0, 10.0, 200, 200);
    let class = |_: usize, x: f64, y: f64| [1_u8, 5, 9][((x / 30.0) as usize + (y / 20.0) as usize) % 3];
    scene(UTM_33, source).write::<u8>(&path, class).close().unwrap();
    // Averages of classes are none.
    with_overviews(&path, "AVERAGE", &[2, 4]);
    for cell in [0.000_05, 0.000_1, 0.000_6] {
        let side = (0.03 / cell) as usize;
        let target = north_up(14.985, 46.965, cell, side, side);
        let layer = open(&path).on(&target, &crs("EPSG:4326"), Resampling::Nearest).unwrap();
        let found = layer.read(target.window()).unwrap();
        let valid = || found.values.iter().zip(&found.valid).filter(|(_, valid)| **valid).map(|(v, _)| *v);
        assert!(valid().count() > 200);
        assert!(valid().all(|v| [1.0, 5.0, 9.0].contains(&v)), "{cell}");
    }
}

#[test]
fn coarser_grids_average_and_take_overviews() {
    let (_folder, path) = folder_and("coarse.tif");
    let source = north_up(499_000.0, 5_201_000.0, 10.0, 320, 320);
    let target = north_up(499_000.0, 5_201_000.0, 80.0, 40, 40);
    // Black and white in turns, pixel by pixel: grey from afar.
    let board =
        |_: usize, x: f64, y: f64| 100.0 * f32::from(((x / 10.0) as i64 + (y / 10.0) as i64) % 2 == 0);
    scene(UTM_33, source).write::<f32>(&path, board).close().unwrap();
    let read = || {
        let layer = open(&path).on(&target, &crs(UTM_33), Resampling::Bilinear).unwrap();
        layer.read(target.window()).unwrap()
    };
    let averaged = read();
    assert!(averaged.valid.iter().all(|v| *v));
    let grey = |v: &f32| (*v - 50.0).abs() < 1e-3;
    // At the edge an even number of black and white pixels is cut through.
    assert!((1..39).all(|y| averaged.values[y * 40 + 1..y * 40 + 39].iter().all(grey)));
    // Overviews that say something else, to see that they are read: 4, not 16, whose pixels would be too large.
    with_overviews(&path, "NEAREST", &[4, 16]);
    update(&path, |dataset| {
        for (index, value) in [(0, 4.0), (1, 16.0)] {
            let band = dataset.rasterband(1).unwrap();
            let mut overview = band.overview(index).unwrap();
            let size = overview.size();
            overview.write((0, 0), size, &mut Buffer::new(size, vec![value; size.0 * size.1])).unwrap();
        }
    });
    assert!(read().values.iter().all(|v| (*v - 4.0).abs() < 1e-5));
    let own =
        open(&path).on(&north_up(499_005.0, 5_201_005.0, 10.0, 40, 40), &crs(UTM_33), Resampling::Bilinear);
    let found = own.unwrap().read(Window { x: 5, y: 5, width: 9, height: 9 }).unwrap();
    assert!(found.values.iter().all(grey), "the pixels themselves where the grid is as fine");
}

#[test]
fn overviews_without_the_mask_are_not_trusted() {
    let (_folder, path) = folder_and("masked.tif");
    let source = north_up(499_000.0, 5_201_000.0, 10.0, 320, 320);
    scene(UTM_33, source).write::<f32>(&path, |_, _, _| 7.0).close().unwrap();
    // GDAL would make the mask's overviews, too; tools that write masks themselves do not.
    let twin = path.with_file_name("twin.tif");
    fs::copy(&path, &twin).unwrap();
    with_mask(&twin, 320, 160);
    with_overviews(&path, "NEAREST", &[4]);
    fs::rename(path.with_file_name("twin.tif.msk"), path.with_file_name("masked.tif.msk")).unwrap();
    let target = north_up(499_000.0, 5_201_000.0, 80.0, 40, 40);
    let layer = open(&path).on(&target, &crs(UTM_33), Resampling::Bilinear).unwrap();
    let found = layer.read(target.window()).unwrap();
    let wrong = found.valid.iter().enumerate().find(|&(i, valid)| *valid != (i % 40 >= 20));
    assert_eq!(wrong, None);
}

#[test]
fn longitudes_go_around() {
    let folder = tempfile::tempdir().unwrap();
    // One layer across the antimeridian counted from 0, the other counted from -180, and a zone of UTM that has both.
    let utm = north_up(800_000.0, 1_000.0, 100.0, 800, 20);
    let way = Proj::new_known_crs("EPSG:32660", "EPSG:4326", None).unwrap();
    for (name, source) in [
        ("from 0", north_up(179.0, 0.5, 0.001, 2000, 1000)),
        ("from -180", north_up(-180.0, 0.5, 0.001, 1000, 1000)),
        ("beyond -180", north_up(-181.0, 0.5, 0.001, 2000, 1000)),
    ] {
        let path = folder.path().join("around.tif");
        let (left, right) = (source.extent().xmin, source.extent().xmax);
        scene("EPSG:4326", source).write::<f32>(&path, |_, x, _| (x - left) as f32).close().unwrap();
        let layer = open(&path).on(&utm, &crs("EPSG:32660"), Resampling::Bilinear).unwrap();
        let found = layer.read(Window { x: 0, y: 10, width: 800, height: 1 }).unwrap();
        let mut compared = 0;
        for (i, value) in found.values.iter().enumerate() {
            let (x, _) = way.convert(utm.world_from_pixel(i as f64 + 0.5, 10.5)).unwrap();
            let places = [x - 360.0, x, x + 360.0];
            let place = places.into_iter().find(|x| (left + 0.002..right - 0.002).contains(x));
            if let Some(x) = place {
                assert!(found.valid[i], "{name}: {x}");
                assert!((f64::from(*value) - (x - left)).abs() < 1e-6, "{name}: {value} at {x}");
                compared += 1;
            }
        }
        assert!(compared > 300, "{name}: {compared}");
    }
}

#[test]
fn layers_that_miss_the_grid_say_by_how_much() {
    let (_folder, path) = folder_and("apart.tif");
    let source = north_up(500_000.0, 5_200_000.0, 10.0, 100, 100);
    scene(UTM_33, source).write::<u8>(&path, |_, _, _| 1).close().unwrap();
    let message = |target: Grid, system: &str| {
        let error = open(&path).on(&target, &crs(system), Resampling::Bilinear).err().unwrap();
        assert!(matches!(error, Error::Apart { .. }), "{error}");
        assert!(error.to_string().contains(path.to_str().unwrap()));
        error.to_string()
    };
    let text = message(north_up(490_000.0, 5_200_000.0, 10.0, 100, 100), UTM_33);
    assert!(text.contains("9000 metres too far east;"), "{text}");
    let text = message(north_up(502_000.0, 5_201_500.0, 10.0, 100, 30), UTM_33);
    assert!(text.contains("1000 metres too far west and 1200 metres too far south"), "{text}");
    let text = message(north_up(15.0, 45.0, 0.01, 100, 100), "EPSG:4326");
    assert!(text.contains("degrees too far north") && text.contains("1.9"), "{text}");
    // Rasters that only touch share no pixel.
    let text = message(north_up(501_000.0, 5_200_000.0, 10.0, 100, 100), UTM_33);
    assert!(text.contains("0.0000 metres too far west"), "{text}");
    // A corner is enough, and so is a narrow strip across.
    let corner = north_up(500_995.0, 5_199_005.0, 10.0, 100, 100);
    let strip = north_up(400_000.0, 5_199_533.0, 10.0, 30_000, 1);
    for target in [corner, strip] {
        let layer = open(&path).on(&target, &crs(UTM_33), Resampling::Nearest).unwrap();
        assert!(layer.read(target.window()).unwrap().valid.contains(&true));
    }
}

#[test]
fn layers_without_a_system_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let (placed, unplaced) = (folder.path().join("placed.tif"), folder.path().join("unplaced.tif"));
    let source = north_up(500_000.0, 5_200_000.0, 10.0, 100, 100);
    let target = north_up(500_005.0, 5_200_000.0, 5.0, 100, 100);
    scene(UTM_33, source).write::<u8>(&placed, |_, _, _| 1).close().unwrap();
    scene("", source).write::<u8>(&unplaced, |_, _, _| 1).close().unwrap();
    let error = open(&unplaced).on(&target, &crs(UTM_33), Resampling::Nearest).err().unwrap();
    assert!(matches!(error, Error::LayerUnplaced { .. }), "{error}");
    let error = open(&placed).on(&target, &Crs::none(), Resampling::Nearest).err().unwrap();
    assert!(matches!(error, Error::TargetUnplaced { .. }), "{error}");
    // Numbers of which nobody knows the place still have one among each other.
    assert!(open(&unplaced).on(&target, &Crs::none(), Resampling::Nearest).is_ok());
    let local = crs("LOCAL_CS[\"x\",UNIT[\"m\",1]]");
    let error = open(&placed).on(&target, &local, Resampling::Nearest).err().unwrap();
    assert!(
        matches!(error, Error::Align { .. }) && error.to_string().contains("no place on Earth"),
        "{error}"
    );
}

#[test]
fn what_a_layer_is_stays_and_it_may_go_to_another_thread() {
    let (_folder, path) = folder_and("same.tif");
    let source = north_up(500_000.0, 5_200_000.0, 10.0, 100, 100);
    let dataset = Scene { bands: 2, ..scene(UTM_33, source) }.write::<u16>(&path, |band, _, _| band as u16);
    dataset.rasterband(1).unwrap().set_description("VV").unwrap();
    dataset.close().unwrap();
    let target = north_up(15.0, 46.955, 0.000_1, 100, 100);
    let layer = open(&path).on(&target, &crs("EPSG:4326"), Resampling::Bilinear).unwrap();
    assert!(layer.reads(&path) && layer.source() == path.to_str().unwrap());
    assert_eq!(layer.band_descriptions().collect::<Vec<_>>(), ["VV", ""]);
    let here = layer.read(target.window()).unwrap();
    let there = std::thread::spawn(move || layer.with_bands(&[1]).read(target.window()).unwrap());
    let there = there.join().unwrap();
    assert_eq!(bits(&there.values), bits(&here.values[100 * 100..]));
}

#[test]
fn a_huge_raster_is_read_where_it_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let tile = folder.path().join("tile.tif");
    scene(UTM_33, north_up(500_000.0, 5_200_000.0, 10.0, 256, 256))
        .write::<f32>(&tile, |_, x, y| texture(x, y) as f32)
        .close()
        .unwrap();
    let huge = folder.path().join("huge.vrt");
    let vrt = format!(
        "<VRTDataset rasterXSize=\"100000\" rasterYSize=\"100000\"><SRS>{UTM_33}</SRS>\
         <GeoTransform>0, 10, 0, 5700000, 0, -10</GeoTransform>\
         <VRTRasterBand dataType=\"Float32\" band=\"1\"><NoDataValue>-1</NoDataValue><SimpleSource>\
         <SourceFilename relativeToVRT=\"1\">tile.tif</SourceFilename><SourceBand>1</SourceBand>\
         <SrcRect xOff=\"0\" yOff=\"0\" xSize=\"256\" ySize=\"256\"/>\
         <DstRect xOff=\"50000\" yOff=\"50000\" xSize=\"256\" ySize=\"256\"/>\
         </SimpleSource></VRTRasterBand></VRTDataset>"
    );
    fs::write(&huge, vrt).unwrap();
    let start = Instant::now();
    let whole = north_up(9.0, 51.0, 0.000_1, 120_000, 60_000);
    let layer = open(&huge).on(&whole, &crs("EPSG:4326"), Resampling::Bilinear).unwrap();
    let (x, y) = whole.pixel_from_world(15.01, 46.945);
    let window = Window { x: x as usize, y: y as usize, width: 224, height: 224 };
    assert!(layer.read(window).unwrap().valid.contains(&true));
    // A coarse grid reaches over many pixels; they are taken bit by bit.
    let coarse = north_up(300_000.0, 5_500_000.0, 5_000.0, 100, 100);
    let layer = open(&huge).on(&coarse, &crs(UTM_33), Resampling::Bilinear).unwrap();
    let before = resident_mib();
    let found = layer.read(Window { x: 38, y: 58, width: 6, height: 6 }).unwrap();
    assert!(found.values.len() == 36 && resident_mib() - before < 200.0);
    let coarser = north_up(0.0, 5_700_000.0, 500_000.0, 2, 2);
    let error = open(&huge).on(&coarser, &crs(UTM_33), Resampling::Bilinear).err().unwrap();
    assert!(matches!(error, Error::TooFine { .. }) && error.to_string().contains("50000 times"), "{error}");
    assert!(error.to_string().contains("CELL_SIZE, which counts in"), "{error}");
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

/// Memory in use now, in MiB.
fn resident_mib() -> f64 {
    let statm = fs::read_to_string("/proc/self/statm").unwrap();
    let pages: f64 = statm.split_whitespace().nth(1).unwrap().parse().unwrap();
    pages * 4096.0 / 1_048_576.0
}

#[test]
fn a_grid_in_metres_covers_a_layer_in_degrees() {
    let (_folder, path) = folder_and("degrees.tif");
    scene("EPSG:4326", north_up(15.2, 47.1, 0.000_1, 200, 100))
        .write::<u8>(&path, |_, _, _| 1)
        .close()
        .unwrap();
    let layer = open(&path);
    let utm = Crs::utm_of(47.1, 15.2).unwrap();
    let target = layer.grid_in(&utm, 10.0).unwrap();
    assert_eq!(utm.name(), UTM_33);
    let [x, _, _, y, _, _] = target.transform();
    assert!((x / 10.0).fract() == 0.0 && (y / 10.0).fract() == 0.0, "{x} {y}");
    let corners = [(15.2, 47.1), (15.22, 47.1), (15.2, 47.09), (15.22, 47.09)];
    let way = Proj::new_known_crs("EPSG:4326", UTM_33, None).unwrap();
    let extent = target.extent();
    for (x, y) in corners.map(|corner| way.convert(corner).unwrap()) {
        assert!((extent.xmin..=extent.xmax).contains(&x) && (extent.ymin..=extent.ymax).contains(&y));
    }
    assert!((150..=158).contains(&target.width_px()) && (110..=118).contains(&target.height_px()));
    assert!(matches!(layer.grid_in(&utm, 0.0), Err(Error::CellSize { .. })));
}

/// For whoever wants to know what it costs: `cargo test --release -p raster --test views -- --ignored --nocapture`.
#[test]
#[ignore = "tells times, has nothing to check"]
fn times() {
    let (_folder, path) = folder_and("times.tif");
    let source = north_up(499_000.0, 5_210_000.0, 10.0, 1000, 1000);
    Scene { bands: 12, ..scene(UTM_33, source) }
        .write::<f32>(&path, |band, x, y| (texture(x, y) + band as f64) as f32)
        .close()
        .unwrap();
    for (system, target) in [
        (UTM_33, north_up(499_003.0, 5_210_000.0, 10.0, 1000, 1000)),
        ("EPSG:4326", north_up(15.0, 47.0, 0.000_1, 900, 500)),
        ("EPSG:32634", north_up(44_000.0, 5_230_000.0, 10.0, 1000, 1000)),
        ("EPSG:4277", north_up(15.0, 47.0, 0.000_1, 900, 500)),
    ] {
        for resampling in [Resampling::Nearest, Resampling::Bilinear, Resampling::Cubic] {
            let layer = open(&path).on(&target, &crs(system), resampling).unwrap();
            let window = |side| Window { x: 100, y: 100, width: side, height: side };
            layer.read(window(224)).unwrap();
            let start = Instant::now();
            layer.read(window(1)).unwrap();
            let one = start.elapsed();
            let start = Instant::now();
            layer.read(window(224)).unwrap();
            println!("{system} {resampling:?}: {one:?} for a pixel, {:?} for 224 x 224", start.elapsed());
        }
    }
}
