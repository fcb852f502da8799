//! Feature colours as a shell sees it.
#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "a test may panic, and grids are copied")]

#[allow(dead_code, reason = "what other tests need of it")]
mod common;

use common::{Home, sample, text};
use gdal::raster::{ColorInterpretation, GdalType};
use gdal::{Dataset, DriverManager, Metadata};
use serde_json::Value;
use std::fs;
use std::path::Path;

const SIDE: usize = 40;

/// A raster of these bands, `[y, x]`, with nodata -9999.
fn write<T: Copy + GdalType>(path: &Path, bands: &[Vec<T>]) {
    let driver = DriverManager::get_driver_by_name("GTiff").unwrap();
    let mut dataset = driver.create_with_band_type::<T, _>(path, SIDE, SIDE, bands.len()).unwrap();
    dataset.set_geo_transform(&[500_000.0, 160.0, 0.0, 5_300_000.0, 0.0, -160.0]).unwrap();
    dataset.set_metadata_item("TERRAMIND_MODEL", "tiny", "").unwrap();
    for (index, values) in bands.iter().enumerate() {
        let mut band = dataset.rasterband(index + 1).unwrap();
        band.set_no_data_value(Some(-9999.0)).unwrap();
        let mut buffer = gdal::raster::Buffer::new((SIDE, SIDE), values.clone());
        band.write((0, 0), (SIDE, SIDE), &mut buffer).unwrap();
    }
}

/// Band by band, of the cells' columns and rows.
fn bands(of_cell: impl Fn(f32, f32) -> Vec<f32>) -> Vec<Vec<f32>> {
    let cells: Vec<_> = (0..SIDE * SIDE).map(|i| of_cell((i % SIDE) as f32, (i / SIDE) as f32)).collect();
    (0..cells[0].len()).map(|band| cells.iter().map(|cell| cell[band]).collect()).collect()
}

/// Features that vary along x most, then along y, then in a pattern that goes with neither.
fn known() -> Vec<Vec<f32>> {
    bands(|x, y| {
        let pattern = if (x as usize + y as usize).is_multiple_of(2) { 1.0 } else { -1.0 };
        vec![0.1 * pattern, 5.0 * x, 7.0, -3.0 * y, 5.0 * x]
    })
}

fn run(home: &Home, input: &Path, more: &[&str]) -> std::process::Output {
    let input = format!("--INPUT={}", input.display());
    home.run(&[&["featurecolours", &input, "--OUTPUT=out.tif"], more].concat())
}

fn colours(home: &Home) -> Vec<Vec<u8>> {
    let dataset = Dataset::open(home.path("out.tif")).unwrap();
    let read = |band: usize| dataset.rasterband(band).unwrap().read_band_as::<u8>().unwrap().data().to_vec();
    (1..=dataset.raster_count()).map(read).collect()
}

#[test]
fn known_directions_become_red_green_and_blue() {
    let home = Home::new();
    let input = home.path("features.tif");
    let mut features = known();
    features[3][5] = -9999.0;
    features[1][6] = f32::NAN;
    features[0][7] = f32::INFINITY;
    write(&input, &features);
    let done = run(&home, &input, &[]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let result: Value = serde_json::from_slice(&done.stdout).unwrap();
    let layer = &result["layers"][0];
    assert!(result["outputs"]["EXPLAINED"].as_f64().unwrap() > 0.999_999);
    assert!(layer["name"].as_str().unwrap().contains("tiny") && layer.get("style").is_none());
    assert!(layer["notes"].as_str().unwrap().contains("no meaning by itself"));

    let found = colours(&home);
    let [red, green, blue] = found.as_slice() else { panic!("{} bands", found.len()) };
    for missing in [5, 6, 7] {
        assert_eq!([red[missing], green[missing], blue[missing]], [0, 0, 0]);
    }
    let cell = |x: usize, y: usize| y * SIDE + x;
    // Red goes with x, green against -y (its largest part is positive), blue with the pattern.
    assert_eq!([red[cell(0, 20)], red[cell(39, 20)]], [1, 255]);
    assert_eq!([green[cell(20, 0)], green[cell(20, 39)]], [255, 1]);
    assert_eq!([blue[cell(20, 20)], blue[cell(21, 20)]], [255, 1]);
    assert!((red[cell(20, 20)]).abs_diff(131) < 4 && red[cell(20, 3)].abs_diff(red[cell(20, 36)]) < 2);

    let dataset = Dataset::open(home.path("out.tif")).unwrap();
    assert_eq!(dataset.geo_transform().unwrap(), [500_000.0, 160.0, 0.0, 5_300_000.0, 0.0, -160.0]);
    let item = |key: &str| dataset.metadata_item(key, "").unwrap();
    assert_eq!(item("TERRAMIND_MODEL"), "tiny");
    assert!(
        item("TERRAMIND_FEATURES").ends_with("features.tif") && item("TERRAMIND_EXPLAINED").contains(',')
    );
    let band = dataset.rasterband(2).unwrap();
    assert_eq!(
        (band.no_data_value(), band.color_interpretation()),
        (Some(0.0), ColorInterpretation::GreenBand)
    );
    assert!(band.description().unwrap().starts_with("component 2, "), "{}", band.description().unwrap());

    // The same again, byte for byte.
    let first = fs::read(home.path("out.tif")).unwrap();
    assert!(run(&home, &input, &[]).status.success());
    assert_eq!(fs::read(home.path("out.tif")).unwrap(), first);
}

#[test]
fn features_of_a_model_become_a_picture_on_their_grid() {
    let home = Home::with_demo();
    let done = home.embed(&["--OUTPUT=features.tif"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let done = run(&home, &home.path("features.tif"), &[]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let [features, colours] = ["features.tif", "out.tif"].map(|name| Dataset::open(home.path(name)).unwrap());
    assert_eq!(features.raster_size(), colours.raster_size());
    assert_eq!(features.geo_transform().unwrap(), colours.geo_transform().unwrap());
    assert_eq!(colours.metadata_item("TERRAMIND_INPUTS", "").as_deref(), Some("S2L2A"));
}

#[test]
fn what_differs_in_one_direction_only_is_told() {
    let home = Home::new();
    let input = home.path("line.tif");
    write(&input, &bands(|x, y| vec![x + y, -2.0 * (x + y), 7.0]));
    let done = run(&home, &input, &[]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert!(text(&done.stderr).contains("only 1 of 3 directions: green and blue"), "{}", text(&done.stderr));
    let found = colours(&home);
    assert!(
        found[1..].concat().iter().all(|value| *value == 128)
            && found[0].contains(&1)
            && found[0].contains(&255)
    );
}

#[test]
fn what_cannot_be_coloured_is_refused() {
    let home = Home::new();
    let input = home.path("in.tif");
    let refused = |words: &[&str]| home.refuses(&run(&home, &input, &[]), words);
    write(&input, &known()[..2]);
    refused(&["INPUT has 2", "3 to 3072", "in.tif"]);
    write(&input, &bands(|_, _| vec![-9999.0; 4]));
    refused(&["INPUT", "it has no value anywhere"]);
    // Each band has values, but no cell has all of them.
    write(&input, &bands(|x, _| if x < 9.0 { vec![1.0, x, -9999.0] } else { vec![x, f32::NAN, 1.0] }));
    refused(&["INPUT", "no cell has a value in every band"]);
    write(&input, &bands(|_, _| vec![1.5, -2.5, 1e9]));
    refused(&["INPUT", "all cells have the same values"]);
    fs::write(&input, "no raster").unwrap();
    refused(&["INPUT", "in.tif"]);
    let complex = home.path("complex.vrt");
    let band = |n| format!("<VRTRasterBand dataType=\"CFloat32\" band=\"{n}\"/>");
    let vrt = format!(
        "<VRTDataset rasterXSize=\"9\" rasterYSize=\"9\">{}{}{}</VRTDataset>",
        band(1),
        band(2),
        band(3)
    );
    fs::write(&complex, vrt).unwrap();
    home.refuses(&run(&home, &complex, &[]), &["INPUT", "complex numbers"]);
    let many = home.path("many.vrt");
    let band = |n| format!("<VRTRasterBand dataType=\"Byte\" band=\"{n}\"/>");
    let vrt: String = (1..=3073).map(band).collect();
    fs::write(&many, format!("<VRTDataset rasterXSize=\"9\" rasterYSize=\"9\">{vrt}</VRTDataset>")).unwrap();
    home.refuses(&run(&home, &many, &[]), &["INPUT has 3073", "MERGE"]);
}

#[test]
fn an_input_is_never_replaced_and_a_wrong_destination_is_found_first() {
    let home = Home::new();
    let input = home.path("features.tif");
    write(&input, &known());
    let before = fs::read(&input).unwrap();
    let argument = format!("--INPUT={}", input.display());
    let done = home.run(&["featurecolours", &argument, "--OUTPUT=features.tif"]);
    home.refuses(&done, &["INPUT", "one of the files"]);
    assert_eq!(fs::read(&input).unwrap(), before);
    let done = home.run(&["featurecolours", &argument, "--OUTPUT=missing/out.tif"]);
    home.refuses(&done, &["there is no folder"]);
    assert!(!text(&done.stderr).contains("directions"), "{}", text(&done.stderr));
    // A band of another raster, in between.
    let done = home.run(&["featurecolours", &format!("--INPUT={}", sample("DEM.tif")), "--OUTPUT=out.tif"]);
    home.refuses(&done, &["INPUT has 1"]);
}
