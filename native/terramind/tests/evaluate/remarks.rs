//! What users are told of comparisons that may not mean what they think, and of what was passed over.

use super::*;

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
