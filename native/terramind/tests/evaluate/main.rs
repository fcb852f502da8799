//! Evaluate as a shell sees it, on small rasters and polygons that are made here.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[allow(dead_code, reason = "what other tests need of it")]
#[path = "../common/mod.rs"]
mod common;
mod pages;
mod remarks;

use common::{Home, text};
use gdal::DriverManager;
use gdal::raster::Buffer;
use gdal::spatial_ref::SpatialRef;
use gdal::vector::{Feature, Geometry, LayerAccess, LayerOptions, OGRFieldType};
use serde_json::Value;
use std::fs;
use std::process::Output;

const NODATA: i16 = 99;

/// Rows from north to south, a character per pixel: a digit, `-` for −1, `.` for nodata.
fn raster(home: &Home, name: &str, place: (f64, f64, f64), rows: &[&str], categories: &[&str]) {
    raster_as(home, name, place, rows, categories, (Some(32633), NODATA));
}

/// The same with its system and what it declares to be nodata.
fn raster_as(
    home: &Home,
    name: &str,
    (x, y, step): (f64, f64, f64),
    rows: &[&str],
    categories: &[&str],
    (system, nodata): (Option<u32>, i16),
) {
    let (width, height) = (rows[0].len(), rows.len());
    let path = home.path(name);
    let driver = DriverManager::get_driver_by_name("GTiff").unwrap();
    let mut dataset = driver.create_with_band_type::<i16, _>(&path, width, height, 1).unwrap();
    dataset.set_geo_transform(&[x, step, 0.0, y, 0.0, -step]).unwrap();
    if let Some(system) = system {
        dataset.set_spatial_ref(&SpatialRef::from_epsg(system).unwrap()).unwrap();
    }
    let value = |pixel: char| match pixel {
        '.' => NODATA,
        '-' => -1,
        digit => digit.to_digit(10).unwrap() as i16,
    };
    let pixels: Vec<_> = rows.iter().flat_map(|row| row.chars()).map(value).collect();
    let mut band = dataset.rasterband(1).unwrap();
    band.set_no_data_value(Some(f64::from(nodata))).unwrap();
    band.write((0, 0), (width, height), &mut Buffer::new((width, height), pixels)).unwrap();
    dataset.close().unwrap();
    if !categories.is_empty() {
        let names = categories.join("</Category><Category>");
        let beside = format!(
            "<PAMDataset><PAMRasterBand band=\"1\"><CategoryNames><Category>{names}</Category></CategoryNames></PAMRasterBand></PAMDataset>"
        );
        fs::write(home.path(&format!("{name}.aux.xml")), beside).unwrap();
    }
}

const PLACE: (f64, f64, f64) = (500_000.0, 5_300_000.0, 10.0);
const MAP: [&str; 4] = ["0011", "0011", "2211", "22.1"];

/// A home with `map.tif`: 4 × 4 pixels of 10 m, three classes, of which a fourth is named too, and one pixel of nodata.
fn home() -> Home {
    let home = Home::new();
    raster(&home, "map.tif", PLACE, &MAP, &["Water", "&lt;b&gt;Trees &amp; shrubs", "Fields", "Snow"]);
    home
}

/// Rectangles of map pixels (column, row, width, height) with a text and a number, in degrees.
fn polygons(home: &Home, name: &str, rectangles: &[(f64, f64, f64, f64, &str, f64)]) {
    let path = home.path(name);
    let mut dataset = DriverManager::get_driver_by_name("GPKG").unwrap().create_vector_only(&path).unwrap();
    let mut degrees = SpatialRef::from_epsg(4326).unwrap();
    degrees.set_axis_mapping_strategy(gdal::spatial_ref::AxisMappingStrategy::TraditionalGisOrder);
    let metres = SpatialRef::from_epsg(32633).unwrap();
    let ty = gdal_sys::OGRwkbGeometryType::wkbPolygon;
    let layer = LayerOptions { name: "labels", srs: Some(&degrees), ty, options: None };
    let layer = dataset.create_layer(layer).unwrap();
    let fields = [("kind", OGRFieldType::OFTString), ("number", OGRFieldType::OFTReal)];
    layer.create_defn_fields(&fields).unwrap();
    for &(column, row, width, height, kind, number) in rectangles {
        let (x, y) = (PLACE.0 + 10.0 * column, PLACE.1 - 10.0 * row);
        let mut geometry = Geometry::bbox(x, y - 10.0 * height, x + 10.0 * width, y).unwrap();
        geometry.set_spatial_ref(metres.clone());
        geometry.transform_to_inplace(&degrees).unwrap();
        let mut feature = Feature::new(layer.defn()).unwrap();
        feature.set_geometry(geometry).unwrap();
        feature.set_field_string(0, kind).unwrap();
        feature.set_field_double(1, number).unwrap();
        feature.create(&layer).unwrap();
    }
    dataset.close().unwrap();
}

/// What a run that must succeed says.
fn said(done: &Output) -> String {
    outputs(done);
    text(&done.stderr)
}

fn document(home: &Home, name: &str) -> Value {
    serde_json::from_slice(&fs::read(home.path(name)).unwrap()).unwrap()
}

fn evaluate(home: &Home, more: &[&str]) -> Output {
    home.run(&[&["evaluate", "--PREDICTION=map.tif"], more].concat())
}

/// The outputs of a run that must succeed.
fn outputs(done: &Output) -> Value {
    assert!(done.status.success(), "{}", text(&done.stderr));
    let result: Value = serde_json::from_slice(&done.stdout).unwrap();
    result["outputs"].clone()
}

/// Number of pixels and overall accuracy.
fn counted(home: &Home, more: &[&str]) -> (u64, f64) {
    let outputs = outputs(&evaluate(home, more));
    (outputs["PIXELS"].as_u64().unwrap(), outputs["OVERALL_ACCURACY"].as_f64().unwrap())
}

#[test]
fn the_scores_are_those_computed_by_hand() {
    let home = home();
    raster(&home, "truth.tif", PLACE, &["0011", "0-11", "2111", "2201"], &[]);
    let more = ["--REFERENCE=truth.tif", "--IGNORE=-1", "--OUTPUT_TABLE=t.csv", "--OUTPUT_JSON=d.json"];
    let done = evaluate(&home, &[&more[..], &["--OUTPUT_HTML=r.html"]].concat());
    let outputs = outputs(&done);
    // One of 14 pixels is wrong: class 1 in truth, 2 in the map.
    assert_eq!(
        (outputs["PIXELS"].as_u64(), outputs["OVERALL_ACCURACY"].as_f64()),
        (Some(14), Some(13.0 / 14.0))
    );
    for (name, expected) in
        [("MIOU", (1.0 + 7.0 / 8.0 + 0.75) / 3.0), ("MACRO_F1", (1.0 + 14.0 / 15.0 + 6.0 / 7.0) / 3.0)]
    {
        assert!((outputs[name].as_f64().unwrap() - expected).abs() < 1e-12, "{name}: {outputs}");
    }
    let said = text(&done.stderr);
    assert!(said.contains("1 pixels have a label, but no prediction"), "{said}");
    assert!(said.contains("Class 3 Snow: occurs neither"), "{said}");

    let report = fs::read_to_string(home.path("r.html")).unwrap();
    assert!(report.contains("<title>Evaluation of map</title>"), "{report}");
    let table = fs::read_to_string(home.path("t.csv")).unwrap();
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(
        lines[0],
        "class,name,iou,precision,recall,f1,reference_px,prediction_px,unpredicted_px,ignored"
    );
    assert_eq!(lines[1], "0,Water,1.0,1.0,1.0,1.0,3,3,1,false", "one pixel of water has no prediction");
    assert_eq!(lines[2], "1,<b>Trees & shrubs,0.875,1.0,0.875,0.933333,8,7,0,false");
    assert_eq!((lines[4], lines.len()), ("3,Snow,,,,,0,0,0,false", 5));

    let document = document(&home, "d.json");
    assert_eq!(document["confusion_matrix"]["classes"], serde_json::json!([0, 1, 2, 3]));
    let matrix = serde_json::json!([[3, 0, 0, 0], [0, 7, 1, 0], [0, 0, 3, 0], [0, 0, 0, 0]]);
    assert_eq!(document["confusion_matrix"]["pixels"], matrix);
    assert_eq!(document["classes"][3]["iou"], Value::Null);
    assert_eq!(document["labelled_pixels_without_prediction"], 1);
    assert_eq!(document["subject"]["ignored"], serde_json::json!([-1]));
    let f1 = document["classes"][1]["f1"].as_f64().unwrap();
    assert!((f1 - 14.0 / 15.0).abs() < 1e-12, "in full: {f1}");
    assert_eq!(document["predicted_pixels_without_label"], 1);
    assert_eq!(document["warnings"], serde_json::json!([]));
    let extent =
        serde_json::json!({ "xmin": 500_000.0, "xmax": 500_040.0, "ymin": 5_299_960.0, "ymax": 5_300_000.0 });
    assert_eq!(document["subject"]["grid"]["extent"], extent);
    let truth = home.path("truth.tif").canonicalize().unwrap();
    assert_eq!(document["subject"]["reference"].as_str(), truth.to_str());

    let report = fs::read_to_string(home.path("r.html")).unwrap();
    assert!(report.contains("&lt;b&gt;Trees &amp; shrubs") && !report.contains("<b>"), "{report}");
    assert!(report.contains("<td align=\"right\" bgcolor=\"#ffffff\">"), "{report}");
    assert!(report.contains(">7<br>87.5 %<"), "{report}");
    assert!(report.contains("500000,500040,5299960,5300000 [EPSG:32633]"), "{report}");
    assert!(!report.contains("ignored") && !report.contains("Warnings"), "{report}");
}

#[test]
fn a_reference_may_lie_on_any_grid() {
    let home = home();
    // Twice as fine and shifted: only the map's right half and one pixel to its left are covered.
    let fine = ["111111"; 8];
    raster(&home, "fine.tif", (500_010.0, 5_300_000.0, 5.0), &fine, &[]);
    assert_eq!(counted(&home, &["--REFERENCE=fine.tif"]), (11, 7.0 / 11.0));
    let one = ["--REFERENCE=fine.tif", "--EXTENT=500020,500040,5299980,5300000"];
    assert_eq!(counted(&home, &one), (4, 1.0));
    let degrees = ["--REFERENCE=fine.tif", "--EXTENT=15.0003,15.00033,47.8540,47.8544 [EPSG:4326]"];
    let refused = evaluate(&home, &degrees);
    home.refuses(&refused, &["EXTENT", "outside"]);
}

#[test]
fn polygons_are_matched_by_name_or_number() {
    let home = home();
    let labels = [
        (0.0, 0.0, 2.0, 2.0, "WATER", 0.0),
        (0.0, 1.0, 1.0, 1.0, "fields", 2.0),
        (2.0, 0.0, 2.0, 1.0, "<b>trees & Shrubs", 1.0),
        (2.0, 0.0, 1.0, 1.0, "unknown", -1.0),
        (2.0, 2.0, 2.0, 2.0, "", 1.0),
    ];
    polygons(&home, "labels.gpkg", &labels);
    let by_name = ["--REFERENCE_POLYGONS=labels.gpkg|layername=labels", "--FIELD=kind", "--IGNORE=Unknown"];
    // Water 4 of which one became fields, trees 1 of 2; without a name there is no label.
    assert_eq!(counted(&home, &by_name), (5, 4.0 / 5.0));
    let by_number = ["--REFERENCE_POLYGONS=labels.gpkg", "--FIELD=Number", "--IGNORE=-1"];
    assert_eq!(counted(&home, &by_number), (8, 7.0 / 8.0));

    let polygons = "--REFERENCE_POLYGONS=labels.gpkg";
    for (more, words) in [
        (vec![polygons], vec!["FIELD is missing"]),
        (vec![polygons, "--FIELD=class"], vec!["no field \"class\"", "kind, number", "labels.gpkg"]),
        (vec![polygons, "--FIELD=kind"], vec!["kind", "\"unknown\"", "\"Water\"", "\"Snow\"", "IGNORE"]),
        (vec![polygons, "--FIELD=number"], vec!["number", "\"-1\""]),
        (
            vec!["--REFERENCE_POLYGONS=labels.gpkg|layername=x", "--FIELD=kind"],
            vec!["\"x\"", "it has: labels"],
        ),
        (vec!["--REFERENCE_POLYGONS=none.gpkg", "--FIELD=kind"], vec!["REFERENCE_POLYGONS", "none.gpkg"]),
    ] {
        home.refuses(&evaluate(&home, &[&more[..], &["--OUTPUT_TABLE=out.tif.csv"]].concat()), &words);
    }
}

#[test]
fn what_cannot_be_compared_is_named() {
    let home = home();
    raster(&home, "truth.tif", PLACE, &MAP, &[]);
    raster(&home, "empty.tif", PLACE, &["...."; 4], &[]);
    raster(&home, "minus.tif", PLACE, &["----"; 4], &[]);
    raster(&home, "far.tif", (900_000.0, 5_300_000.0, 10.0), &MAP, &[]);
    polygons(&home, "far.gpkg", &[(1000.0, 0.0, 2.0, 2.0, "Water", 0.0)]);
    let truth = "--REFERENCE=truth.tif";
    for (more, words) in [
        (vec![], vec!["nothing to compare", "REFERENCE", "REFERENCE_POLYGONS"]),
        (vec![truth, "--FIELD=kind"], vec!["FIELD", "leave FIELD empty", "kind"]),
        (vec![truth, "--REFERENCE_POLYGONS=far.gpkg"], vec!["REFERENCE", "REFERENCE_POLYGONS", "both"]),
        (vec!["--REFERENCE=far.tif"], vec!["REFERENCE", "do not overlap", "far.tif"]),
        (vec!["--REFERENCE_POLYGONS=far.gpkg", "--FIELD=kind"], vec!["do not overlap", "far.gpkg"]),
        (vec!["--REFERENCE=empty.tif"], vec!["no pixel", "REFERENCE", "empty.tif"]),
        (vec!["--REFERENCE=minus.tif"], vec!["REFERENCE", "-1", "IGNORE", "minus.tif"]),
        (vec!["--REFERENCE=minus.tif", "--IGNORE=-1"], vec!["no pixel"]),
        (vec![truth, "--IGNORE=nothing"], vec!["IGNORE", "\"nothing\"", "\"Water\""]),
        (vec!["--REFERENCE=none.tif"], vec!["REFERENCE", "cannot open", "none.tif"]),
        (vec![truth, "--AREA=map"], vec!["AREA", "no map"]),
        (vec![truth, "--OUTPUT_TABLE=out.tif"], vec!["OUTPUT_TABLE", ".csv"]),
        (vec![truth, "--OUTPUT_TABLE=no/out.tif.csv"], vec!["no/out.tif.csv"]),
    ] {
        home.refuses(&evaluate(&home, &[&["--OUTPUT_JSON=out.tif.json"], &more[..]].concat()), &words);
    }
    // As a prediction.
    let done = home.run(&["evaluate", "--PREDICTION=minus.tif", truth, "--OUTPUT_JSON=out.tif.json"]);
    home.refuses(&done, &["PREDICTION", "-1", "0 to 255", "minus.tif"]);
}

#[test]
fn an_output_that_is_compared_is_refused_and_stays() {
    let home = home();
    let geojson = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"kind":"Water"},
        "geometry":{"type":"Polygon","coordinates":[[[14.9,47.7],[15.1,47.7],[15.1,47.9],[14.9,47.9],[14.9,47.7]]]}}]}"#;
    fs::write(home.path("labels.json"), geojson).unwrap();
    let more = ["--REFERENCE_POLYGONS=labels.json", "--FIELD=kind", "--OUTPUT_JSON=./labels.json"];
    home.refuses(&evaluate(&home, &more), &["REFERENCE_POLYGONS", "would be lost", "another name"]);
    assert_eq!(fs::read_to_string(home.path("labels.json")).unwrap(), geojson);
    assert_eq!(counted(&home, &more[..2]), (15, 4.0 / 15.0));
}

#[test]
fn large_maps_are_read_in_strips_with_the_same_result() {
    let home = home();
    // More rows than a strip has, of a pattern that differs everywhere.
    let rows: Vec<String> = (0..400)
        .map(|y| (0..300).map(|x| char::from(b'0' + ((x * 31 + y * 17) % 7) as u8)).collect())
        .collect();
    let other: Vec<String> = (0..400)
        .map(|y| (0..300).map(|x| char::from(b'0' + ((x * 29 + y * 13) % 7) as u8)).collect())
        .collect();
    let rows: Vec<_> = rows.iter().map(String::as_str).collect();
    let other: Vec<_> = other.iter().map(String::as_str).collect();
    raster(&home, "large.tif", PLACE, &rows, &[]);
    raster(&home, "other.tif", PLACE, &other, &[]);
    let right = rows.iter().zip(&other).flat_map(|(a, b)| a.bytes().zip(b.bytes())).filter(|(a, b)| a == b);
    let expected = right.count() as f64 / 120_000.0;
    let done = home.run(&["evaluate", "--PREDICTION=large.tif", "--REFERENCE=other.tif"]);
    let outputs = outputs(&done);
    assert_eq!(outputs["PIXELS"], 120_000);
    assert!((outputs["OVERALL_ACCURACY"].as_f64().unwrap() - expected).abs() < 1e-12);
}
