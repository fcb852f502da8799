//! Evaluate as a shell sees it, on small rasters and polygons that are made here.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[allow(dead_code, reason = "what other tests need of it")]
mod common;

use common::{Home, text};
use gdal::DriverManager;
use gdal::raster::Buffer;
use gdal::spatial_ref::SpatialRef;
use gdal::vector::{Feature, Geometry, LayerAccess, LayerOptions, OGRFieldType};
use serde_json::Value;
use std::fs;
use std::process::{Command, Output};

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

/// Layers by name, each with its only field and squares of the map's pixels (column, row, side) with a text there. In
/// metres, with a system or without.
type Squares<'a> = (&'a str, &'a str, &'a [(f64, f64, f64, &'a str)]);

fn layers(home: &Home, name: &str, system: Option<u32>, layers: &[Squares]) {
    let path = home.path(name);
    let mut dataset = DriverManager::get_driver_by_name("GPKG").unwrap().create_vector_only(&path).unwrap();
    let system = system.map(|system| SpatialRef::from_epsg(system).unwrap());
    for &(name, field, squares) in layers {
        let ty = gdal_sys::OGRwkbGeometryType::wkbPolygon;
        let options = LayerOptions { name, srs: system.as_ref(), ty, options: None };
        let layer = dataset.create_layer(options).unwrap();
        layer.create_defn_fields(&[(field, OGRFieldType::OFTString)]).unwrap();
        for &(column, row, side, text) in squares {
            let (x, y) = (PLACE.0 + 10.0 * column, PLACE.1 - 10.0 * row);
            let mut feature = Feature::new(layer.defn()).unwrap();
            feature.set_geometry(Geometry::bbox(x, y - 10.0 * side, x + 10.0 * side, y).unwrap()).unwrap();
            feature.set_field_string(0, text).unwrap();
            feature.create(&layer).unwrap();
        }
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

#[test]
fn features_that_say_nothing_are_passed_over_and_counted() {
    let home = home();
    let square = |x: f64| {
        let (right, y) = (x + 0.2, 47.7);
        format!(
            r#"{{"type":"Polygon","coordinates":[[[{x},{y}],[{right},{y}],[{right},47.9],[{x},47.9],[{x},{y}]]]}}"#
        )
    };
    let empty = r#"{"type":"Polygon","coordinates":[]}"#;
    let features: Vec<_> = [
        ("null", r#""Water""#),
        (empty, r#""no such class""#),
        (&square(14.9), r#""Water""#),
        (&square(16.0), r#""Fields""#),
        (&square(14.9), "null"),
        (&square(14.9), r#"" ""#),
    ]
    .iter()
    .map(|(geometry, kind)| {
        format!(r#"{{"type":"Feature","properties":{{"kind":{kind}}},"geometry":{geometry}}}"#)
    })
    .collect();
    let collection = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    fs::write(home.path("labels.geojson"), collection).unwrap();
    let more = ["--REFERENCE_POLYGONS=labels.geojson", "--FIELD=kind"];
    assert_eq!(counted(&home, &more), (15, 4.0 / 15.0));
    let files = ["--OUTPUT_JSON=d.json", "--OUTPUT_HTML=r.html"];
    let said = said(&evaluate(&home, &[&more[..], &files].concat()));
    let counts =
        "1 used, 1 outside the area, 2 passed over because their field is empty, 2 without a geometry";
    assert!(said.contains(counts), "{said}");
    let expected =
        serde_json::json!({ "used": 1, "elsewhere": 1, "without_class": 2, "without_geometry": 2 });
    assert_eq!(document(&home, "d.json")["subject"]["polygons"], expected);
    let report = fs::read_to_string(home.path("r.html")).unwrap();
    let words = "1 used, 1 outside the area, 2 with an empty field, 2 without a geometry";
    assert!(report.contains(words), "{report}");
    // All is called water; rows of other classes have no parts.
    assert!(report.contains(">0<br>–<") && !report.contains(">0<br>0.0 %<"), "{report}");
}

#[test]
fn what_has_no_system_is_named_with_advice() {
    let home = home();
    let squares: &[Squares] = &[("labels", "kind", &[(0.0, 0.0, 2.0, "Water")])];
    layers(&home, "bare.gpkg", None, squares);
    layers(&home, "placed.gpkg", Some(32633), squares);
    raster_as(&home, "bare.tif", PLACE, &MAP, &["Water"], (None, NODATA));
    let unplaced = "has no coordinate reference system";
    let polygons = |name: &str| [format!("--REFERENCE_POLYGONS={name}"), String::from("--FIELD=kind")];
    let bare = polygons("bare.gpkg");
    let refused = evaluate(&home, &[&bare[0], &bare[1]]);
    home.refuses(&refused, &["REFERENCE_POLYGONS", unplaced, "Assign projection", "bare.gpkg"]);
    home.refuses(&evaluate(&home, &["--REFERENCE=bare.tif"]), &["REFERENCE", unplaced, "bare.tif"]);

    let of_bare = |more: &[&str]| home.run(&[&["evaluate", "--PREDICTION=bare.tif"], more].concat());
    let placed = polygons("placed.gpkg");
    for (done, reference) in [
        (of_bare(&["--REFERENCE=map.tif"]), "REFERENCE is in EPSG:32633"),
        (of_bare(&[&placed[0], &placed[1]]), "REFERENCE_POLYGONS is in EPSG:32633"),
    ] {
        home.refuses(&done, &["PREDICTION has no", reference, "Assign projection", "bare.tif"]);
    }
    // Numbers without a place lie on each other.
    assert_eq!(outputs(&of_bare(&[&bare[0], &bare[1]]))["PIXELS"], 4);
    assert_eq!(outputs(&of_bare(&["--REFERENCE=bare.tif"]))["PIXELS"], 15);
}

#[test]
fn of_several_layers_the_one_that_fits_is_used_and_named() {
    let home = home();
    let water: &[_] = &[(0.0, 0.0, 2.0, "Water")];
    layers(&home, "one.gpkg", Some(32633), &[("roads", "name", &[]), ("cover", "kind", water)]);
    let more =
        ["--REFERENCE_POLYGONS=one.gpkg", "--FIELD=KIND", "--OUTPUT_JSON=d.json", "--OUTPUT_HTML=r.html"];
    let done = evaluate(&home, &more);
    assert_eq!(outputs(&done)["PIXELS"], 4);
    let warned = said(&done);
    for word in ["\"roads\"", "\"cover\" is used", "|layername=", "one.gpkg"] {
        assert!(warned.contains(word), "{word} in {warned}");
    }
    assert_eq!(document(&home, "d.json")["subject"]["layer"], "cover");
    let report = fs::read_to_string(home.path("r.html")).unwrap();
    assert!(report.contains("<th align=\"left\">Layer</th><td>cover</td>") && report.contains("Warnings"));
    let named = said(&evaluate(&home, &["--REFERENCE_POLYGONS=one.gpkg|layername=cover", "--FIELD=kind"]));
    assert!(!named.contains("layername"), "{named}");

    layers(&home, "two.gpkg", Some(32633), &[("2024", "kind", water), ("2025", "kind", water)]);
    let refused = evaluate(&home, &["--REFERENCE_POLYGONS=two.gpkg", "--FIELD=kind"]);
    home.refuses(&refused, &["\"2024\", \"2025\"", "|layername=", "two.gpkg"]);
}

#[test]
fn classes_that_one_side_does_not_know_are_told() {
    let home = home();
    // The map's classes, counted from 1 and from 5.
    raster(&home, "one_more.tif", PLACE, &["1122", "1122", "3322", "3342"], &[]);
    raster(&home, "other.tif", PLACE, &["5566", "5566", "7766", "7716"], &[]);
    raster_as(&home, "holes.tif", PLACE, &["0011", "0011", "2211", "2211"], &[], (Some(32633), 0));
    let warned = said(&evaluate(&home, &["--REFERENCE=other.tif", "--OUTPUT_JSON=d.json"]));
    let words = "REFERENCE has classes that PREDICTION neither names nor has: 5, 6, 7. Classes of REFERENCE: 1 <b>Trees & shrubs, 5, 6, 7; of PREDICTION: 0 Water,";
    assert!(warned.contains(words), "{warned}");
    assert!(document(&home, "d.json")["warnings"][0].as_str().unwrap().contains("numbered in the same way"));
    assert!(warned.contains("Class 5: IoU"), "{warned}");
    let warned = said(&evaluate(&home, &["--REFERENCE=one_more.tif"]));
    assert!(warned.contains("neither names nor has: 4."), "3 is named, though not there: {warned}");

    // Everything that counts is right, because all water is nodata.
    let done = evaluate(&home, &["--REFERENCE=holes.tif"]);
    assert_eq!(outputs(&done)["OVERALL_ACCURACY"], 1.0);
    let warned = said(&done);
    assert!(warned.contains("REFERENCE declares 0 to be nodata") && warned.contains("0 Water"), "{warned}");
    let meant = said(&evaluate(&home, &["--REFERENCE=holes.tif", "--IGNORE=Water"]));
    assert!(!meant.contains("declares") && !meant.contains("IGNORE"), "{meant}");
    let agreed = said(&evaluate(&home, &["--REFERENCE=map.tif"]));
    assert!(!agreed.contains("declares") && !agreed.contains("neither names"), "{agreed}");
}

#[test]
fn what_is_ignored_is_marked_and_doubted_where_it_never_occurs() {
    let home = home();
    raster(&home, "truth.tif", PLACE, &["-011", "0011", "2011", "2211"], &[]);
    let more = ["--REFERENCE=truth.tif", "--IGNORE=fields,-1,7,255.5,99", "--OUTPUT_TABLE=t.csv"];
    let done = evaluate(&home, &[&more[..], &["--OUTPUT_JSON=d.json", "--OUTPUT_HTML=r.html"]].concat());
    let warned = said(&done);
    assert!(warned.contains("IGNORE: what was compared of REFERENCE has no 7, no 255.5, so"), "{warned}");
    assert!(warned.contains("Class 2 Fields (ignored):"), "{warned}");
    let report = fs::read_to_string(home.path("r.html")).unwrap();
    for word in ["<td>Fields (ignored)</td>", "left out of the mean IoU", "<td>-1, 7, 255.5, 99, fields</td>"]
    {
        assert!(report.contains(word), "{word} in {report}");
    }
    let ignored = serde_json::json!([-1, 7, 255.5, 99, "fields"]);
    assert_eq!(document(&home, "d.json")["subject"]["ignored"], ignored);
    let table = fs::read_to_string(home.path("t.csv")).unwrap();
    let marks: Vec<_> = table.lines().map(|line| line.rsplit(',').next().unwrap()).collect();
    assert_eq!(marks, ["ignored", "false", "false", "true", "false"], "{table}");
    assert!(table.contains("\n2,Fields,0.0,0.0,,0.0,0,1,0,true\n"), "{table}");
}

#[test]
fn values_that_are_no_classes_are_told_for_what_they_are() {
    let home = home();
    let labels = [(0.0, 0.0, 2.0, 2.0, "Water", 0.0), (2.0, 0.0, 2.0, 2.0, "Water", 0.75)];
    polygons(&home, "labels.gpkg", &labels);
    let more = ["--REFERENCE_POLYGONS=labels.gpkg", "--FIELD=number"];
    home.refuses(&evaluate(&home, &more), &["FIELD number", "\"0.75\"", "not whole numbers", "labels.gpkg"]);
    // A map that was copied without what lies beside it.
    fs::remove_file(home.path("map.tif.aux.xml")).unwrap();
    let more = ["--REFERENCE_POLYGONS=labels.gpkg", "--FIELD=kind"];
    home.refuses(&evaluate(&home, &more), &["\"Water\"", "names no classes", ".tif.aux.xml"]);
}

#[test]
fn an_extent_in_another_order_is_doubted() {
    let home = home();
    let swapped = ["--REFERENCE=map.tif", "--EXTENT=500000,5299960,500040,5300000"];
    let warned = said(&evaluate(&home, &swapped));
    assert!(
        warned.contains("EXTENT: 100.0 % of it lies outside") && warned.contains("xmin,xmax,ymin,ymax"),
        "{warned}"
    );
    let right = said(&evaluate(&home, &["--REFERENCE=map.tif", "--EXTENT=500000,500040,5299960,5300000"]));
    assert!(!right.contains("EXTENT"), "{right}");
}

#[test]
fn many_classes_are_numbers_above_the_matrix() {
    let home = home();
    let name = "Transitional woodland and shrub";
    raster(&home, "long.tif", PLACE, &MAP, &["Water", name, "Fields"]);
    let report = |prediction: &str| {
        let done = home.run(&["evaluate", prediction, "--REFERENCE=map.tif", "--OUTPUT_HTML=r.html"]);
        outputs(&done);
        fs::read_to_string(home.path("r.html")).unwrap()
    };
    let long = report("--PREDICTION=long.tif");
    assert!(long.contains("<th>1</th>") && !long.contains(&format!("<th>1 {name}</th>")), "{long}");
    assert!(long.contains(&format!("by number: 0 Water; 1 {name}; 2 Fields.")), "{long}");
    assert!(long.contains(&format!("<th align=\"left\">1 {name}</th>")), "{long}");
    let short = report("--PREDICTION=map.tif");
    assert!(short.contains("<th>2 Fields</th>") && !short.contains("by number"), "{short}");
}

/// The commands of a page, one a line.
fn commands(page: &str) -> Vec<String> {
    let page = fs::read_to_string(common::repository().join("docs").join(page)).unwrap();
    let blocks = page.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    let joined = blocks.collect::<String>().replace("\\\n", " ");
    joined.lines().filter(|line| line.starts_with("terramind run ")).map(ToOwned::to_owned).collect()
}

/// Runs a line in a shell in which `terramind` is a command.
fn shell(home: &Home, line: &str) -> Output {
    let program = home.command();
    let name = home.path("terramind");
    let _ = std::os::unix::fs::symlink(program.get_program(), name);
    let path = format!("{}:{}", home.folder.path().display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).env("PATH", path).current_dir(home.folder.path());
    for (variable, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(variable, value),
            None => shell.env_remove(variable),
        };
    }
    shell.output().unwrap()
}

#[test]
fn the_pages_commands_run_as_they_are_written() {
    let home = Home::new();
    std::os::unix::fs::symlink(common::repository().join("sample"), home.path("sample")).unwrap();
    for line in commands("fine-tuned-models.md") {
        outputs(&shell(&home, &line));
    }
    let evaluations = commands("evaluation.md");
    assert!(evaluations.len() >= 3, "{evaluations:?}");
    for line in evaluations {
        let done = shell(&home, &line);
        // The model was fitted to what it is compared with.
        assert!(outputs(&done)["MIOU"].as_f64().unwrap() > 0.9, "{line}: {}", text(&done.stdout));
        assert!(!said(&done).contains("Warning:"), "{line}: {}", said(&done));
    }
}
