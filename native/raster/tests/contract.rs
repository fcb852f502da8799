//! What a layer and a writer promise, on small files made here.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use gdal::raster::{Buffer, ColorInterpretation, GdalType};
use gdal::{Dataset, DatasetOptions, DriverManager, GdalOpenFlags, Metadata};
use grid::{Grid, Window};
use raster::{BandSpec, Crs, Error, Layer, RasterSpec, SampleType, Writer};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const TRANSFORM: [f64; 6] = [500_000.0, 10.0, 0.0, 5_200_000.0, 0.0, -10.0];

/// A raster whose value is `1000 · band + 10 · row + column`, bands counted from 1.
fn fixture<T: GdalType + Copy>(
    folder: &Path,
    size: (usize, usize),
    bands: usize,
    from: impl Fn(f64) -> T,
    nodata: Option<f64>,
) -> PathBuf {
    let path = folder.join("fixture.tif");
    let driver = DriverManager::get_driver_by_name("GTiff").unwrap();
    let mut dataset = driver.create_with_band_type::<T, _>(&path, size.0, size.1, bands).unwrap();
    dataset.set_geo_transform(&TRANSFORM).unwrap();
    dataset.set_projection("EPSG:32633").unwrap();
    for b in 1..=bands {
        let mut band = dataset.rasterband(b).unwrap();
        band.set_description(&format!("B{b:02}")).unwrap();
        band.set_no_data_value(nodata).unwrap();
        let values =
            (0..size.0 * size.1).map(|i| from((1000 * b + 10 * (i / size.0) + i % size.0) as f64)).collect();
        band.write((0, 0), size, &mut Buffer::new(size, values)).unwrap();
    }
    path
}

fn open(path: &Path) -> Layer {
    Layer::open(path.to_str().unwrap()).unwrap()
}

fn spec(width: usize, height: usize, bands: usize) -> RasterSpec {
    RasterSpec {
        grid: Grid::new(TRANSFORM, width, height).unwrap(),
        crs: Crs::from_text("EPSG:32633").unwrap(),
        bands: (1..=bands).map(|b| BandSpec::named(format!("feature {b}"))).collect(),
        sample: SampleType::Float32,
        nodata: Some(f64::NAN),
        classes: vec![],
        metadata: vec![(String::from("TERRAMIND_MODEL"), String::from("demo"))],
        creation: raster::CreationOptions::default(),
    }
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_window_keeps_bands_and_order_for_every_type() {
    let folder = tempfile::tempdir().unwrap();
    let window = Window { x: 2, y: 1, width: 2, height: 2 };
    let expected = [1012.0, 1013.0, 1022.0, 1023.0, 2012.0, 2013.0, 2022.0, 2023.0];
    let read = |path: PathBuf| open(&path).read(window).unwrap().values;
    assert_eq!(read(fixture(folder.path(), (6, 5), 2, |v| v as i16, None)), expected);
    assert_eq!(read(fixture(folder.path(), (6, 5), 2, |v| v as u16, None)), expected);
    assert_eq!(read(fixture(folder.path(), (6, 5), 2, |v| v as f32, None)), expected);
    assert_eq!(read(fixture(folder.path(), (6, 5), 2, |v| v, None)), expected);
}

#[test]
fn beyond_the_edge_pixels_are_mirrored() {
    let folder = tempfile::tempdir().unwrap();
    let layer = open(&fixture(folder.path(), (6, 5), 1, |v| v as f32, None));
    let pixels = layer.read(Window { x: 4, y: 3, width: 4, height: 3 }).unwrap();
    let row = |y: f32| [1004.0, 1005.0, 1004.0, 1003.0].map(|v| v + 10.0 * y);
    assert_eq!(pixels.values, [row(3.0), row(4.0), row(3.0)].concat());
    // A window that lies wholly in the padding still finds its mirror image.
    let beyond = layer.read(Window { x: 6, y: 0, width: 2, height: 1 }).unwrap();
    assert_eq!(beyond.values, [1004.0, 1003.0]);
}

#[test]
fn nodata_and_nan_are_invalid() {
    let folder = tempfile::tempdir().unwrap();
    let window = Window { x: 0, y: 0, width: 3, height: 1 };
    let layer = open(&fixture(folder.path(), (3, 1), 2, |v| v as i16, Some(1001.0)));
    assert_eq!(layer.read(window).unwrap().valid, [true, false, true, true, true, true]);
    let wild = [f32::INFINITY, -f32::MAX, 5.0];
    let wild = fixture(folder.path(), (3, 1), 1, |v| wild[v as usize - 1000], None);
    assert_eq!(open(&wild).read(window).unwrap().valid, [false, false, true]);
    let nan = fixture(folder.path(), (3, 1), 1, |v| if v > 1001.5 { f32::NAN } else { v as f32 }, None);
    assert_eq!(open(&nan).read(window).unwrap().valid, [true, true, false]);
}

#[test]
fn a_mask_band_is_respected_and_an_alpha_band_is_no_band() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alpha.tif");
    let driver = DriverManager::get_driver_by_name("GTiff").unwrap();
    let options = gdal::raster::RasterCreationOptions::from_iter(["ALPHA=YES", "PHOTOMETRIC=RGB"]);
    let mut dataset = driver.create_with_band_type_with_options::<u8, _>(&path, 2, 1, 4, &options).unwrap();
    dataset.set_geo_transform(&TRANSFORM).unwrap();
    for b in 1..=4 {
        let values = if b == 4 { vec![255, 0] } else { vec![7, 7] };
        dataset.rasterband(b).unwrap().write((0, 0), (2, 1), &mut Buffer::new((2, 1), values)).unwrap();
    }
    dataset.close().unwrap();
    let layer = open(&path);
    assert_eq!(layer.band_count(), 3);
    let pixels = layer.read(Window { x: 0, y: 0, width: 2, height: 1 }).unwrap();
    assert_eq!(pixels.valid, [true, false, true, false, true, false]);
}

#[test]
fn an_alpha_band_counts_beside_any_number_of_bands() {
    let folder = tempfile::tempdir().unwrap();
    let path = fixture(folder.path(), (6, 5), 13, |v| v as f32, None);
    {
        let options =
            DatasetOptions { open_flags: GdalOpenFlags::GDAL_OF_UPDATE, ..DatasetOptions::default() };
        let dataset = Dataset::open_ex(&path, options).unwrap();
        let mut alpha = dataset.rasterband(13).unwrap();
        alpha.set_color_interpretation(ColorInterpretation::AlphaBand).unwrap();
        let values = (0..30).map(|i| if i % 6 < 2 { 0.0_f32 } else { 255.0 }).collect();
        alpha.write((0, 0), (6, 5), &mut Buffer::new((6, 5), values)).unwrap();
    }
    let layer = open(&path);
    let pixels = layer.read(layer.grid().window()).unwrap();
    assert_eq!(layer.band_count(), 12);
    assert!(pixels.valid.iter().enumerate().all(|(i, valid)| *valid == (i % 6 >= 2)));
}

#[test]
fn complex_numbers_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let real = fixture(folder.path(), (6, 5), 2, |v| v as f32, None);
    let path = folder.path().join("complex.tif");
    let made = Command::new("gdal_translate").args(["-q", "-ot", "CFloat32"]).args([&real, &path]).status();
    assert!(made.unwrap().success());
    let message = Layer::open(path.to_str().unwrap()).err().unwrap().to_string();
    assert!(message.contains("complex") && message.contains("complex.tif"), "{message}");
}

#[test]
fn bands_of_a_virtual_raster_are_called_like_their_files_where_nothing_else_names_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| {
        let path = fixture(folder.path(), (6, 5), 1, |v| v as i16, None);
        let to = folder.path().join(name);
        fs::rename(path, &to).unwrap();
        to
    };
    let (red, blue) = (file("T32UPU_B04_10m.tif"), file("T32UPU_B02_10m.tif"));
    let described = |options: &[&str], files: &[&PathBuf]| -> Vec<String> {
        let path = folder.path().join("bands.vrt");
        let mut command = Command::new("gdalbuildvrt");
        let made = command.args(["-q", "-overwrite"]).args(options).arg(&path).args(files).status();
        assert!(made.unwrap().success());
        open(&path).band_descriptions().map(String::from).collect()
    };
    assert_eq!(described(&["-separate"], &[&red, &blue]), ["T32UPU_B04_10m", "T32UPU_B02_10m"]);
    let both = fixture(folder.path(), (6, 5), 2, |v| v as i16, None);
    assert_eq!(described(&[], &[&both]), ["", ""], "of a mosaic all bands come from one file");
}

#[test]
fn what_is_no_raster_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.tif");
    fs::write(&text, "not a raster").unwrap();
    for source in [text.to_str().unwrap(), "/nowhere/at/all.tif"] {
        let message = Layer::open(source).err().unwrap().to_string();
        assert!(message.contains(source), "{message}");
    }
}

#[test]
fn a_written_raster_comes_back_with_place_names_and_nodata() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.tif");
    let mut writer = Writer::create(&path, spec(5, 20, 3)).unwrap();
    for (first, rows) in [(0, 16), (16, 4)] {
        writer
            .write_rows(first, rows, |band, values| {
                for (i, v) in values.iter_mut().enumerate() {
                    *v = (100 * band + first * 5 + i) as f32;
                }
            })
            .unwrap();
    }
    assert!(!path.exists(), "nothing has the output's name before it is complete");
    writer.finish().unwrap();
    assert_eq!(files(folder.path()), ["out.tif"]);
    let layer = open(&path);
    assert!(layer.grid().aligns_with(&Grid::new(TRANSFORM, 5, 20).unwrap()));
    assert!(layer.crs() == &Crs::from_text("EPSG:32633").unwrap());
    assert_eq!(layer.band_descriptions().collect::<Vec<_>>(), ["feature 1", "feature 2", "feature 3"]);
    let values = layer.read(Window { x: 0, y: 0, width: 5, height: 20 }).unwrap().values;
    assert!(values.iter().enumerate().all(|(i, v)| (*v - i as f32).abs() < 0.5), "{values:?}");
    let dataset = gdal::Dataset::open(&path).unwrap();
    assert_eq!(dataset.metadata_item("TERRAMIND_MODEL", "").as_deref(), Some("demo"));
    assert!(dataset.rasterbands().all(|b| b.unwrap().no_data_value().unwrap().is_nan()));
}

#[test]
fn an_unfinished_output_leaves_nothing_and_the_older_one_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.tif");
    fs::write(&path, "older").unwrap();
    let mut writer = Writer::create(&path, spec(5, 5, 1)).unwrap();
    writer.write_rows(0, 5, |_, values| values.fill(1.0)).unwrap();
    drop(writer);
    assert_eq!(files(folder.path()), ["out.tif"]);
    assert_eq!(fs::read(&path).unwrap(), b"older");
}

#[test]
fn what_a_killed_run_left_is_swept_but_not_what_another_run_writes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.tif");
    let stale = folder.path().join(".out.tif.terramind-1-0.part");
    fs::write(&stale, "half").unwrap();
    let first = Writer::create(&path, spec(5, 5, 1)).unwrap();
    assert!(!stale.exists());
    let second = Writer::create(&path, spec(5, 5, 1)).unwrap();
    assert_eq!(files(folder.path()).len(), 4, "two hidden files each; the first run's file was swept");
    drop((first, second));
    assert!(files(folder.path()).is_empty());
}

#[test]
fn what_was_made_of_an_older_output_does_not_stay_beside_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.tif");
    for name in ["out.tif", "out.tif.aux.xml", "out.tif.ovr"] {
        fs::write(folder.path().join(name), "older").unwrap();
    }
    let mut writer = Writer::create(&path, spec(5, 5, 1)).unwrap();
    writer.write_rows(0, 5, |_, values| values.fill(1.0)).unwrap();
    writer.finish().unwrap();
    assert_eq!(files(folder.path()), ["out.tif"]);
}

#[test]
fn destinations_that_cannot_be_written_are_named() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("no/such/folder/out.tif"), folder.path().to_owned()] {
        let error = Writer::create(&path, spec(1, 1, 1)).err().unwrap();
        assert!(matches!(error, Error::Destination { .. }), "{error}");
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    }
    assert!(files(folder.path()).is_empty());
}

#[test]
fn what_is_write_protected_stays_even_for_an_administrator() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.tif");
    fs::write(&path, "protected").unwrap();
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let message = Writer::create(&path, spec(1, 1, 1)).err().unwrap().to_string();
    assert!(message.contains("write-protected"), "{message}");
    assert_eq!(files(folder.path()), ["out.tif"]);
}

#[test]
fn a_layer_knows_the_files_that_it_is_read_from() {
    let folder = tempfile::tempdir().unwrap();
    let tif = fixture(folder.path(), (6, 5), 1, |v| v as f32, None);
    let vrt = folder.path().join("mosaic.vrt");
    let source = gdal::Dataset::open(&tif).unwrap();
    let driver = DriverManager::get_driver_by_name("VRT").unwrap();
    source.create_copy(&driver, &vrt, &gdal::cpl::CslStringList::new()).unwrap().close().unwrap();
    let layer = open(&vrt);
    assert!(
        layer.reads(&vrt)
            && layer.reads(&tif)
            && layer.reads(
                &folder.path().join("../").join(tif.strip_prefix(folder.path().parent().unwrap()).unwrap())
            )
    );
    let outer = folder.path().join("outer.vrt");
    let source =
        r#"<SimpleSource><SourceFilename relativeToVRT="1">mosaic.vrt</SourceFilename></SimpleSource>"#;
    let band = format!(r#"<VRTRasterBand dataType="Float32" band="1">{source}</VRTRasterBand>"#);
    fs::write(&outer, format!(r#"<VRTDataset rasterXSize="6" rasterYSize="5">{band}</VRTDataset>"#)).unwrap();
    assert!(open(&outer).reads(&tif) && open(&outer).reads(&vrt), "a mosaic of a mosaic");
    assert!(!layer.reads(&folder.path().join("other.tif")));
}

#[test]
fn proj_is_the_system_library() {
    // A statically built copy would not show up among the mapped libraries.
    assert_ne!(raster::versions().1, "unknown");
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    assert!(maps.contains("/libproj.so"), "PROJ is not linked dynamically");
    assert!(maps.contains("/libgdal.so"), "GDAL is not linked dynamically");
}
