//! How outputs are stored: blocks, overviews, order in the file, and what users may ask for instead.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use gdal::raster::ColorInterpretation;
use gdal::{Dataset, Metadata};
use grid::Grid;
use raster::{BandSpec, Class, CreationOptions, Crs, Error, Layer, RasterSpec, SampleType, Writer};
use std::cell::Cell;
use std::fs;
use std::path::Path;

fn spec(sample: SampleType, size: (usize, usize), bands: usize, options: &str) -> RasterSpec {
    RasterSpec {
        grid: Grid::new([500_000.0, 10.0, 0.0, 5_200_000.0, 0.0, -10.0], size.0, size.1).unwrap(),
        crs: Crs::from_text("EPSG:32633").unwrap(),
        bands: (1..=bands)
            .map(|n| BandSpec { description: format!("band {n}"), unit: String::from("m") })
            .collect(),
        sample,
        nodata: Some(if sample == SampleType::Float32 { f64::NAN } else { 255.0 }),
        classes: vec![],
        metadata: vec![(String::from("TERRAMIND_MODEL"), String::from("demo"))],
        creation: CreationOptions::parse(options).unwrap(),
    }
}

fn value(band: usize, x: usize, y: usize) -> f32 {
    if (x / 7 + y / 5).is_multiple_of(11) { f32::NAN } else { (1000 * band + 3 * y + x) as f32 / 7.0 }
}

fn filled(path: &Path, spec: RasterSpec, value: impl Fn(usize, usize, usize) -> f32) -> Writer {
    let (width, height) = (spec.grid.width_px(), spec.grid.height_px());
    let mut writer = Writer::create(path, spec).unwrap();
    for first in (0..height).step_by(16) {
        let rows = 16.min(height - first);
        let fill = |band: usize, out: &mut [f32]| {
            for (i, out) in out.iter_mut().enumerate() {
                *out = value(band, i % width, first + i / width);
            }
        };
        writer.write_rows(first, rows, fill).unwrap();
    }
    writer
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn structure(dataset: &Dataset, key: &str) -> Option<String> {
    dataset.metadata_item(key, "IMAGE_STRUCTURE")
}

#[test]
fn a_raster_of_few_bands_is_a_cloud_optimised_geotiff_of_the_same_values() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.tif");
    let (width, height) = (1300, 1100);
    filled(&path, spec(SampleType::Float32, (width, height), 3, ""), value).finish().unwrap();
    assert_eq!(files(folder.path()), ["out.tif"]);
    let dataset = Dataset::open(&path).unwrap();
    assert_eq!(structure(&dataset, "LAYOUT").as_deref(), Some("COG"));
    assert_eq!(structure(&dataset, "COMPRESSION").as_deref(), Some("DEFLATE"));
    assert_eq!(dataset.metadata_item("TERRAMIND_MODEL", "").as_deref(), Some("demo"));
    for (index, band) in dataset.rasterbands().map(Result::unwrap).enumerate() {
        assert_eq!((band.block_size(), band.overview_count().unwrap()), ((512, 512), 2));
        assert_eq!(
            (band.description().unwrap(), band.unit()),
            (format!("band {}", index + 1), String::from("m"))
        );
        let read = band.read_band_as::<f32>().unwrap();
        let expected = (0..width * height).map(|i| value(index, i % width, i / width));
        assert!(
            read.data()
                .iter()
                .zip(expected)
                .all(|(a, b)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan())
        );
        // The mean of the four pixels that have a value.
        let half = band.overview(0).unwrap();
        assert_eq!((half.size(), half.block_size()), ((650, 550), (512, 512)));
        let half = half.read_band_as::<f32>().unwrap();
        for (x, y) in [(100, 100), (333, 17), (649, 549)] {
            let of = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| value(index, 2 * x + dx, 2 * y + dy));
            let valid: Vec<_> = of.into_iter().filter(|v| !v.is_nan()).collect();
            let mean = valid.iter().sum::<f32>() / valid.len() as f32;
            let found = half.data()[y * 650 + x];
            assert!(
                valid.is_empty() && found.is_nan() || (found - mean).abs() < 0.01,
                "{x} {y}: {found} {mean}"
            );
        }
    }
}

#[test]
fn many_bands_lie_one_after_the_other_with_the_directory_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("features.tif");
    filled(&path, spec(SampleType::Float32, (600, 40), 40, ""), value).finish().unwrap();
    let dataset = Dataset::open(&path).unwrap();
    assert_eq!(structure(&dataset, "INTERLEAVE").as_deref(), Some("BAND"));
    let band = dataset.rasterband(40).unwrap();
    assert_eq!((band.block_size(), band.overview_count().unwrap()), ((256, 256), 1));
    assert_eq!(band.overview(0).unwrap().block_size(), (256, 256));
    let read = band.read_band_as::<f32>().unwrap();
    let expected = (0..600 * 40).map(|i| value(39, i % 600, i / 600));
    assert!(
        read.data().iter().zip(expected).all(|(a, b)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan())
    );
    // The overview's directory comes right after the raster's, before any pixels, and pixels end the file.
    let offset = |band: &gdal::raster::RasterBand| {
        let item = band.metadata_item("BLOCK_OFFSET_0_0", "TIFF").unwrap();
        item.parse::<u64>().unwrap()
    };
    let (full, half) = (offset(&dataset.rasterband(1).unwrap()), offset(&band.overview(0).unwrap()));
    assert!(half < full, "overviews lie before the raster: {half} {full}");
}

#[test]
fn a_small_raster_has_no_overviews_and_blocks_of_its_own_size() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.tif");
    filled(&path, spec(SampleType::Float32, (512, 70), 1, ""), value).finish().unwrap();
    let dataset = Dataset::open(&path).unwrap();
    let band = dataset.rasterband(1).unwrap();
    assert_eq!((band.block_size(), band.overview_count().unwrap()), ((512, 80), 0));
    assert_eq!(structure(&dataset, "LAYOUT").as_deref(), Some("COG"));
}

#[test]
fn a_class_map_keeps_names_and_colours_and_its_overviews_have_its_classes_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("classes.tif");
    let class = |value, name: &str, colour| Class { value, name: String::from(name), colour };
    let classes = vec![class(1, "Water", [65, 155, 223]), class(9, "Öde", [0, 255, 1])];
    let spec = RasterSpec { classes, ..spec(SampleType::Byte, (1030, 600), 1, "") };
    filled(&path, spec, |_, x, y| if (x / 3 + y / 3) % 2 == 0 { 1.0 } else { 9.0 }).finish().unwrap();
    assert_eq!(files(folder.path()), ["classes.tif", "classes.tif.aux.xml"]);
    let dataset = Dataset::open(&path).unwrap();
    assert_eq!(structure(&dataset, "LAYOUT").as_deref(), Some("COG"));
    let band = dataset.rasterband(1).unwrap();
    assert_eq!(band.color_interpretation(), ColorInterpretation::PaletteIndex);
    assert_eq!(band.color_table().unwrap().entry_as_rgb(9).unwrap().g, 255);
    assert_eq!(band.overview_count().unwrap(), 2);
    for overview in 0..2 {
        let seen = band.overview(overview).unwrap().read_band_as::<u8>().unwrap();
        assert!(seen.data().iter().all(|value| [1, 9].contains(value)), "overview {overview}");
    }
    let names = Layer::open(path.to_str().unwrap()).unwrap().class_names();
    assert_eq!(names, [(1, String::from("Water")), (9, String::from("Öde"))]);
}

#[test]
fn a_second_band_beside_a_class_map_is_no_alpha_band() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.tif");
    let classes = vec![Class { value: 1, name: String::from("Water"), colour: [65, 155, 223] }];
    let spec = RasterSpec { classes, ..spec(SampleType::Byte, (40, 40), 2, "") };
    filled(&path, spec, |band, x, _| if band == 0 { 1.0 } else { x as f32 }).finish().unwrap();
    let dataset = Dataset::open(&path).unwrap();
    assert_eq!(dataset.rasterband(1).unwrap().color_table().unwrap().entry_as_rgb(1).unwrap().b, 223);
    let layer = Layer::open(path.to_str().unwrap()).unwrap();
    assert_eq!(layer.band_count(), 2);
    let read = layer.read(layer.grid().window()).unwrap();
    assert!(read.valid.iter().all(|valid| *valid));
    assert!((read.values[40 * 40 + 7] - 7.0).abs() < 1e-6 && (read.values[7] - 1.0).abs() < 1e-6);
}

#[test]
fn a_file_does_not_depend_on_the_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = [1, 2, 4].map(|threads| {
        let path = folder.path().join("out.tif");
        let spec = spec(SampleType::Float32, (1300, 700), 2, &format!("NUM_THREADS={threads}"));
        filled(&path, spec, value).finish().unwrap();
        fs::read(&path).unwrap()
    });
    assert!(bytes[0] == bytes[1] && bytes[1] == bytes[2]);
}

#[test]
fn cancelling_the_final_copy_leaves_nothing_and_the_older_output() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.tif");
    fs::write(&path, "older").unwrap();
    // While overviews are made, and in the copy.
    for stop_at in [0.1, 0.6] {
        let last = Cell::new(0.0);
        let progress = |done: f64| {
            assert!((last.get()..=1.0).contains(&done), "{done} after {}", last.get());
            last.set(done);
            done < stop_at
        };
        let writer = filled(&path, spec(SampleType::Float32, (1300, 1100), 2, ""), value);
        let error = writer.complete_watched(&progress).err().unwrap();
        assert!(matches!(error, Error::Cancelled), "{error}");
        assert!(last.get() >= stop_at && last.get() < stop_at + 0.35, "stopped at {}", last.get());
        assert_eq!(files(folder.path()), ["out.tif"]);
        assert_eq!(fs::read(&path).unwrap(), b"older");
    }
    let heard = Cell::new(0.0);
    let writer = filled(&path, spec(SampleType::Float32, (1300, 1100), 2, ""), value);
    let progress = |done| {
        heard.set(done);
        true
    };
    writer.complete_watched(&progress).unwrap().publish().unwrap();
    assert!((heard.get() - 1.0_f64).abs() < 1e-9);
}

#[test]
fn options_replace_what_is_usual() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.tif");
    let write = |options: &str| {
        filled(&path, spec(SampleType::Float32, (600, 600), 2, options), value).finish().unwrap();
        Dataset::open(&path).unwrap()
    };
    let dataset = write("compress=lzw | PREDICTOR=2|BLOCKXSIZE=256|BLOCKYSIZE=256|TILED=YES");
    assert_eq!(structure(&dataset, "COMPRESSION").as_deref(), Some("LZW"));
    assert_eq!(structure(&dataset, "PREDICTOR").as_deref(), Some("2"));
    assert_eq!(dataset.rasterband(1).unwrap().block_size(), (256, 256));
    assert_eq!(structure(&dataset, "LAYOUT").as_deref(), Some("COG"));
    // A compression that knows no predictor is not given one.
    let dataset = write("COMPRESS=NONE");
    assert_eq!(structure(&dataset, "COMPRESSION"), None);
    let dataset = write("INTERLEAVE=BAND");
    assert_eq!(structure(&dataset, "INTERLEAVE").as_deref(), Some("BAND"));
}

#[test]
fn options_that_cannot_be_are_refused_by_name_before_any_work() {
    assert!(
        CreationOptions::parse("").unwrap().is_empty() && CreationOptions::parse(" | ").unwrap().is_empty()
    );
    for (text, option, reason) in [
        ("COMPRESS=LZW|NONSENSE=1", "NONSENSE=1", "COMPRESS, PREDICTOR"),
        ("COMPRESS=FAST", "COMPRESS=FAST", "COMPRESS"),
        ("ZLEVEL=much", "ZLEVEL=much", "ZLEVEL"),
        ("COMPRESS", "COMPRESS", "NAME=VALUE"),
        ("ZLEVEL=1|zlevel=2", "zlevel=2", "twice"),
        ("COMPRESS=JPEG", "COMPRESS=JPEG", "change values"),
        ("TILED=NO", "TILED=NO", "always tiled"),
        ("BLOCKSIZE=512", "BLOCKSIZE=512", "BLOCKXSIZE"),
    ] {
        let error = CreationOptions::parse(text).err().unwrap();
        let Error::CreationOption { option: named, reason: said } = &error else { panic!("{error}") };
        assert!(named == option && said.contains(reason), "{text}: {error}");
    }
    // Right by itself, but not for this raster.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.tif");
    for (sample, options) in [(SampleType::Byte, "PREDICTOR=3"), (SampleType::Float32, "BLOCKXSIZE=100")] {
        let error = Writer::create(&path, spec(sample, (40, 40), 1, options)).err().unwrap();
        assert!(matches!(&error, Error::CreationOption { option, .. } if option == options), "{error}");
    }
    assert!(files(folder.path()).is_empty());
}

#[test]
fn what_a_killed_run_left_of_both_stages_is_swept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.tif");
    for left in ["part", "part.work", "part.work.aux.xml", "part.aux.xml"] {
        fs::write(folder.path().join(format!(".out.tif.terramind-1-0.{left}")), "left").unwrap();
    }
    // Somebody's own.
    fs::write(folder.path().join("out.tif.work"), "kept").unwrap();
    filled(&path, spec(SampleType::Float32, (40, 40), 1, ""), value).finish().unwrap();
    assert_eq!(files(folder.path()), ["out.tif", "out.tif.work"]);
}
