//! Sample scene as a shell sees it.
#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "a test may panic, and copies are exact")]

#[allow(dead_code, reason = "what other tests need of it")]
mod common;

use common::{Home, text};
use gdal::{Dataset, Metadata};
use serde_json::Value;

const SMALL: [&str; 3] = ["samplescene", "--SIZE=96", "--SEED=5"];

fn make(home: &Home, more: &[&str]) -> Value {
    let arguments: Vec<_> = SMALL.iter().chain(more).copied().collect();
    let done = home.run(&arguments);
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert!(text(&done.stderr).contains("Land cover: "), "{}", text(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

fn read(home: &Home, name: &str) -> Vec<f32> {
    let dataset = Dataset::open(home.path(name)).unwrap();
    let (width, height) = dataset.raster_size();
    let band = |index: usize| {
        let band = dataset.rasterband(index).unwrap();
        band.read_as::<f32>((0, 0), (width, height), (width, height), None).unwrap().data().to_vec()
    };
    (1..=dataset.raster_count()).flat_map(band).collect()
}

#[test]
fn every_modality_is_written_and_says_that_it_is_invented() {
    let home = Home::new();
    let names = ["S2L2A", "S2L1C", "RGB", "S1GRD", "S1RTC", "DEM", "LULC", "NDVI", "FLOOD"];
    let outputs: Vec<_> = names.iter().map(|name| format!("--OUTPUT_{name}={name}.tif")).collect();
    let outputs: Vec<_> = outputs.iter().map(String::as_str).collect();
    let result = make(&home, &outputs);
    assert_eq!(result["layers"].as_array().unwrap().len(), names.len());
    let bands = [12, 13, 3, 2, 2, 1, 1, 1, 1];
    for (index, (name, count)) in names.iter().zip(bands).enumerate() {
        let layer = &result["layers"][index];
        let told = layer["notes"].as_str().unwrap();
        assert!(layer["style"].is_object() && told.contains("not measured") && told.contains("SEED: 5"));
        let dataset = Dataset::open(home.path(&format!("{name}.tif"))).unwrap();
        assert_eq!((dataset.raster_count(), dataset.raster_size()), (count, (96, 96)), "{name}");
        assert_eq!(dataset.spatial_ref().unwrap().auth_code().unwrap(), 32_632);
        assert_eq!(dataset.geo_transform().unwrap(), [499_520.0, 10.0, 0.0, 5_300_480.0, 0.0, -10.0]);
        assert!(dataset.metadata_item("TERRAMIND_SYNTHETIC", "").unwrap().contains("invented"), "{name}");
        assert_eq!(dataset.metadata_item("TERRAMIND_SEASON", "").unwrap(), "summer");
    }
    // Files hold what the bands say.
    let (bands, ndvi) = (read(&home, "S2L2A.tif"), read(&home, "NDVI.tif"));
    let (red, infrared) = (&bands[3 * 96 * 96..4 * 96 * 96], &bands[7 * 96 * 96..8 * 96 * 96]);
    for (pixel, index) in ndvi.iter().enumerate() {
        let (red, infrared) = (red[pixel], infrared[pixel]);
        assert!((index - (infrared - red) / (infrared + red)).abs() < 1e-6);
    }
}

#[test]
fn scenes_side_by_side_are_one() {
    let home = Home::new();
    make(&home, &["--OUTPUT_S2L2A=whole.tif"]);
    let part = ["samplescene", "--SIZE=48", "--SEED=5", "--CENTRE=499760,5300240", "--OUTPUT_S2L2A=part.tif"];
    assert!(home.run(&part).status.success());
    let (whole, part) = (read(&home, "whole.tif"), read(&home, "part.tif"));
    for band in 0..12 {
        for row in 0..48 {
            let from = (band * 96 + row) * 96;
            let own = (band * 48 + row) * 48;
            assert_eq!(whole[from..from + 48], part[own..own + 48], "band {band}, row {row}");
        }
    }
}

#[test]
fn what_cannot_be_made_is_refused_before_the_work() {
    let home = Home::new();
    let refused = |more: &[&str], words: &[&str]| {
        let arguments: Vec<_> = SMALL.iter().chain(more).copied().collect();
        home.refuses(&home.run(&arguments), words);
    };
    refused(&[], &["OUTPUT_S2L2A", "OUTPUT_LULC"]);
    refused(&["--OUTPUT_DEM=out.tif", "--CRS=EPSG:4326"], &["CRS", "degrees", "EPSG:32632"]);
    refused(&["--OUTPUT_DEM=out.tif", "--CENTRE=here"], &["CENTRE", "500000,5300000"]);
    refused(&["--OUTPUT_DEM=missing/out.tif"], &["missing"]);
}
