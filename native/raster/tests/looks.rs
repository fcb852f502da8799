//! Looks at rasters: few pixels of all of it, and none where all would have to be read.
#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "a test may panic, and copies are exact")]

use grid::Grid;
use raster::{BandSpec, Class, CreationOptions, Crs, Layer, RasterSpec, SampleType, Writer};
use std::fs;
use std::path::Path;

fn write(path: &Path, size: (usize, usize), sample: SampleType, value: impl Fn(usize, usize) -> f32) {
    let class = |value, name: &str, colour| Class { value, name: name.to_owned(), colour };
    let is_classes = sample == SampleType::Byte;
    let spec = RasterSpec {
        grid: Grid::new([500_000.0, 10.0, 0.0, 5_200_000.0, 0.0, -10.0], size.0, size.1).unwrap(),
        crs: Crs::from_text("EPSG:32633").unwrap(),
        bands: vec![BandSpec::named("first")],
        sample,
        nodata: Some(if is_classes { 255.0 } else { f64::NAN }),
        classes: if is_classes {
            vec![class(1, "Water", [1, 2, 3]), class(4, "Wood", [4, 5, 6])]
        } else {
            vec![]
        },
        metadata: vec![(String::from("TERRAMIND_MODEL"), String::from("a=b"))],
        creation: CreationOptions::default(),
    };
    let mut writer = Writer::create(path, spec).unwrap();
    let fill = |_: usize, out: &mut [f32]| {
        for (index, out) in out.iter_mut().enumerate() {
            *out = value(index % size.0, index / size.0);
        }
    };
    writer.write_rows(0, size.1, fill).unwrap();
    writer.finish().unwrap();
}

#[test]
fn a_small_raster_is_seen_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.tif");
    write(&path, (30, 20), SampleType::Float32, |x, y| if x == 3 { f32::NAN } else { (x + 100 * y) as f32 });
    let layer = Layer::open(path.to_str().unwrap()).unwrap();
    let look = layer.look(0, 64).unwrap().unwrap();
    assert_eq!((look.width, look.height), (30, 20));
    assert!((0..600).all(|i| look.valid[i] == (i % 30 != 3)));
    assert!((0..600).all(|i| i % 30 == 3 || look.values[i] == (i % 30 + 100 * (i / 30)) as f32));
    assert!(layer.metadata_items().contains(&(String::from("TERRAMIND_MODEL"), String::from("a=b"))));
}

#[test]
fn a_large_raster_is_seen_in_the_pixels_of_its_overviews() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.tif");
    // Every other column: in overviews there is only the mean.
    let stripes = |x: usize, _| if x.is_multiple_of(2) { 0.0 } else { 10.0 };
    write(&path, (1600, 800), SampleType::Float32, stripes);
    let look = Layer::open(path.to_str().unwrap()).unwrap().look(0, 200).unwrap().unwrap();
    assert_eq!((look.width, look.height), (200, 100));
    assert!(look.values.iter().all(|value| *value == 5.0), "{:?}", &look.values[..9]);
}

#[test]
fn a_large_raster_without_overviews_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.vrt");
    let vrt = |side: usize| {
        format!(
            "<VRTDataset rasterXSize=\"{side}\" rasterYSize=\"{side}\"><VRTRasterBand dataType=\"Byte\" band=\"1\"/></VRTDataset>"
        )
    };
    for (side, is_seen) in [(2048, true), (2049, false)] {
        fs::write(&path, vrt(side)).unwrap();
        assert_eq!(
            Layer::open(path.to_str().unwrap()).unwrap().look(0, 16).unwrap().is_some(),
            is_seen,
            "{side}"
        );
    }
}

#[test]
fn classes_have_the_names_and_colours_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("classes.tif");
    write(&path, (16, 16), SampleType::Byte, |x, _| if x < 4 { 1.0 } else { 4.0 });
    let classes = Layer::open(path.to_str().unwrap()).unwrap().classes();
    let told: Vec<_> = classes.iter().map(|class| (class.value, class.name.as_str(), class.colour)).collect();
    assert_eq!(told, [(1, "Water", [1, 2, 3]), (4, "Wood", [4, 5, 6])]);
}
