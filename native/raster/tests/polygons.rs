//! Outlines of class maps: how many, how large, with holes, and what becomes of nodata and of small areas.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use gdal::vector::{LayerAccess, LayerOptions};
use gdal::{Dataset, DriverManager};
use grid::{Extent, Grid};
use raster::{
    BandSpec, Class, Column, ColumnKind, Completed, Crs, LayerText, PolygonsWriter, RasterSpec, Rectangle,
    SampleType, Value, Writer, publish_all,
};
use std::cell::Cell;
use std::fs;
use std::path::Path;

/// A polygon as it is read back.
#[derive(Debug, Clone, PartialEq)]
struct Polygon {
    class: i64,
    name: Option<String>,
    area_m2: Option<f64>,
    /// Rings inside it.
    holes: usize,
    /// In the units of the system.
    planar: f64,
}

/// 255 is nodata.
const MAP: [&str; 6] = [
    "11112222", //
    "1..12322", //
    "1..12222", //
    "11114444", //
    "55551144", //
    "55551111",
];

fn classes() -> Vec<Class> {
    let class = |value, name: &str| Class { value, name: String::from(name), colour: [value, 0, 0] };
    vec![class(1, "Water"), class(2, "Trees & shrubs"), class(3, "Öde"), class(4, "Crops")]
}

fn text() -> LayerText {
    LayerText { name: String::from("classes"), description: String::from("made up, not measured") }
}

/// A finished class map in a system, with cells from a corner.
fn map(folder: &Path, crs: &str, transform: [f64; 6], rows: &[&str]) -> Completed {
    let (width, height) = (rows[0].len(), rows.len());
    let crs = if crs.is_empty() { Crs::none() } else { Crs::from_text(crs).unwrap() };
    let spec = RasterSpec {
        grid: Grid::new(transform, width, height).unwrap(),
        crs,
        bands: vec![BandSpec::named("class")],
        sample: SampleType::Byte,
        nodata: Some(255.0),
        classes: vec![],
        metadata: vec![],
        creation: raster::CreationOptions::default(),
    };
    let cell = |c: char| c.to_digit(10).map_or(255.0, |digit| digit as f32);
    let values: Vec<_> = rows.iter().flat_map(|row| row.chars().map(cell)).collect();
    let mut writer = Writer::create(&folder.join("map.tif"), spec).unwrap();
    writer.write_rows(0, height, |_, out| out.copy_from_slice(&values)).unwrap();
    writer.complete().unwrap()
}

const UTM: &str = "EPSG:32633";

/// Cells of 10 m × 20 m.
const METRES: [f64; 6] = [500_000.0, 10.0, 0.0, 5_400_000.0, 0.0, -20.0];

fn outlined(map: &Completed, folder: &Path, sieve_px: usize) -> Vec<Polygon> {
    let path = folder.join(format!("sieved_{sieve_px}.gpkg"));
    let writer = PolygonsWriter::create(&path, "classes").unwrap();
    let done = writer.outline(map, &classes(), &text(), sieve_px, &|| true).unwrap().unwrap();
    assert!(!path.exists(), "it appears when it is published");
    publish_all(vec![done]).unwrap();
    polygons(&path)
}

/// The polygons of a file, by class and area.
fn polygons(path: &Path) -> Vec<Polygon> {
    let dataset = Dataset::open(path).unwrap();
    let mut layer = dataset.layer(0).unwrap();
    let mut polygons: Vec<_> = layer
        .features()
        .map(|feature| {
            let geometry = feature.geometry().unwrap();
            assert!(geometry.is_valid());
            Polygon {
                class: feature.field_as_integer64(0).unwrap().unwrap(),
                name: feature.field_as_string(1).unwrap(),
                area_m2: feature.field_as_double(2).unwrap(),
                holes: geometry.geometry_count() - 1,
                planar: geometry.area(),
            }
        })
        .collect();
    polygons.sort_by(|a, b| (a.class, a.planar).partial_cmp(&(b.class, b.planar)).unwrap());
    polygons
}

fn near(found: f64, expected: f64, share: f64) -> bool {
    (found - expected).abs() <= share * expected
}

#[test]
fn every_area_of_one_class_is_a_polygon_with_its_name_and_its_cells() {
    let folder = tempfile::tempdir().unwrap();
    let map = map(folder.path(), UTM, METRES, &MAP);
    let found = outlined(&map, folder.path(), 0);
    let polygon = |class, name: Option<&str>, cells: u32, holes| Polygon {
        class,
        name: name.map(String::from),
        area_m2: Some(200.0 * f64::from(cells)),
        holes,
        planar: 200.0 * f64::from(cells),
    };
    let expected = [
        // Below, and around the hole of nodata: they touch at a corner only.
        polygon(1, Some("Water"), 6, 0),
        polygon(1, Some("Water"), 12, 1),
        polygon(2, Some("Trees & shrubs"), 11, 1),
        polygon(3, Some("Öde"), 1, 0),
        polygon(4, Some("Crops"), 6, 0),
        // A class without a name.
        polygon(5, None, 8, 0),
    ];
    assert_eq!(found, expected);

    let dataset = Dataset::open(folder.path().join("sieved_0.gpkg")).unwrap();
    assert_eq!(dataset.layer_count(), 1);
    let layer = dataset.layer(0).unwrap();
    assert_eq!(layer.name(), "classes");
    assert_eq!(layer.spatial_ref().unwrap().auth_code().unwrap(), 32633);
    let extent = layer.get_extent().unwrap();
    assert_eq!((extent.MinX, extent.MaxX), (500_000.0, 500_080.0));
    assert_eq!((extent.MinY, extent.MaxY), (5_399_880.0, 5_400_000.0));
}

#[test]
fn small_areas_become_part_of_their_largest_neighbour_and_nodata_stays_empty() {
    let folder = tempfile::tempdir().unwrap();
    let map = map(folder.path(), UTM, METRES, &MAP);
    let cells = |found: &[Polygon]| -> Vec<(i64, f64)> {
        found.iter().map(|polygon| (polygon.class, polygon.planar / 200.0)).collect()
    };
    let plain = outlined(&map, folder.path(), 0);
    assert_eq!(outlined(&map, folder.path(), 1), plain, "every area has a pixel");
    let found = outlined(&map, folder.path(), 2);
    assert_eq!(cells(&found), [(1, 6.0), (1, 12.0), (2, 12.0), (4, 6.0), (5, 8.0)]);
    assert_eq!(found[2].holes, 0, "the one pixel in it is gone");
    let found = outlined(&map, folder.path(), 8);
    let total: f64 = found.iter().map(|polygon| polygon.planar).sum();
    assert!(near(total, 44.0 * 200.0, 1e-12), "all but nodata, {found:?}");
    assert!(found.iter().all(|polygon| ![3, 4].contains(&polygon.class)), "{found:?}");
}

/// The area of the ellipsoid of WGS 84 between the equator and a latitude, per radian of longitude.
fn zone_m2(latitude: f64) -> f64 {
    let (a, f) = (6_378_137.0_f64, 1.0 / 298.257_223_563);
    let e = (f * (2.0_f64 - f)).sqrt();
    let b = a * (1.0 - f);
    let sine = latitude.to_radians().sin();
    b * b / 2.0 * (sine / (1.0 - e * e * sine * sine) + (e * sine).atanh() / e)
}

#[test]
fn areas_in_degrees_are_measured_on_the_ellipsoid() {
    for (north, step) in [(48.0, 0.01), (0.03, 0.01), (-71.0, 0.002)] {
        let folder = tempfile::tempdir().unwrap();
        let transform = [11.0, step, 0.0, north, 0.0, -step];
        let map = map(folder.path(), "EPSG:4326", transform, &MAP);
        let found = outlined(&map, folder.path(), 0);
        for (index, class) in [(0, '1'), (1, '1'), (2, '2'), (3, '3'), (4, '4'), (5, '5')] {
            // Of the areas of class 1, the first is in the last two rows, the second in the others.
            let is_own = |row: usize| class != '1' || (row >= 4) == (index == 0);
            let expected: f64 = (0..MAP.len())
                .filter(|row| is_own(*row))
                .map(|row| {
                    let cells = MAP[row].chars().filter(|c| *c == class).count() as f64;
                    let top = north - row as f64 * step;
                    cells * step.to_radians() * (zone_m2(top) - zone_m2(top - step))
                })
                .sum();
            let area = found[index].area_m2.unwrap();
            assert!(near(area, expected, 1e-4), "{class} at {north}: {area} for {expected}");
        }
    }
}

#[test]
fn feet_become_metres_and_without_a_system_no_area_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let feet = map(folder.path(), "EPSG:2263", [1e6, 10.0, 0.0, 2e5, 0.0, -10.0], &["11", "12"]);
    let found = outlined(&feet, folder.path(), 0);
    let foot_m = 1200.0 / 3937.0;
    assert!(near(found[0].area_m2.unwrap(), 300.0 * foot_m * foot_m, 1e-9), "{found:?}");
    let folder = tempfile::tempdir().unwrap();
    let nowhere = map(folder.path(), "", [0.0, 1.0, 0.0, 0.0, 0.0, -1.0], &["11", "12"]);
    let found = outlined(&nowhere, folder.path(), 0);
    assert_eq!(found.iter().map(|polygon| polygon.area_m2).collect::<Vec<_>>(), [None, None]);
}

#[test]
fn a_map_of_nothing_has_no_polygons() {
    let folder = tempfile::tempdir().unwrap();
    let map = map(folder.path(), UTM, METRES, &["...", "..."]);
    assert_eq!(outlined(&map, folder.path(), 0), []);
    assert_eq!(outlined(&map, folder.path(), 5), []);
}

#[test]
fn whoever_says_no_gets_nothing_and_no_file_is_left() {
    // Large enough for GDAL to ask several times.
    let rows: Vec<String> = (0..600)
        .map(|y| (0..600).map(|x| if (x / 3 + y / 5) % 2 == 0 { '1' } else { '2' }).collect())
        .collect();
    let rows: Vec<_> = rows.iter().map(String::as_str).collect();
    for (sieve_px, answers) in [(0, 0), (0, 40), (9, 0), (9, 40)] {
        let folder = tempfile::tempdir().unwrap();
        let map = map(folder.path(), UTM, METRES, &rows);
        let before = fs::read_dir(folder.path()).unwrap().count();
        let asked = Cell::new(0);
        let go_on = || {
            asked.set(asked.get() + 1);
            asked.get() <= answers
        };
        let writer = PolygonsWriter::create(&folder.path().join("out.gpkg"), "classes").unwrap();
        let outcome = writer.outline(&map, &classes(), &text(), sieve_px, &go_on).unwrap();
        assert!(outcome.is_none(), "{sieve_px} {answers}: asked {} times", asked.get());
        assert!(asked.get() > answers);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), before, "{sieve_px} {answers}");
    }
}

#[test]
fn rectangles_have_their_columns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.gpkg");
    let column = |name: &str, kind| Column { name: String::from(name), kind };
    let columns = [
        column("class", ColumnKind::Integer),
        column("name", ColumnKind::Text),
        column("probability", ColumnKind::Real),
    ];
    let rectangle = |left: f64, class, name: &str, probability| Rectangle {
        extent: Extent { xmin: left, xmax: left + 640.0, ymin: 5_399_360.0, ymax: 5_400_000.0 },
        values: vec![Value::Integer(class), Value::Text(String::from(name)), Value::Real(probability)],
    };
    let rectangles = [rectangle(500_000.0, 1, "Forest", 0.75), rectangle(500_640.0, 0, "River – Ufer", 0.5)];
    let crs = Crs::from_text(UTM).unwrap();
    let writer = PolygonsWriter::create(&path, "classes").unwrap();
    let done = writer.rectangles(&crs, &text(), &columns, &rectangles).unwrap();
    publish_all(vec![done]).unwrap();

    let dataset = Dataset::open(&path).unwrap();
    let mut layer = dataset.layer(0).unwrap();
    assert_eq!(layer.spatial_ref().unwrap().auth_code().unwrap(), 32633);
    let found: Vec<_> = layer
        .features()
        .map(|feature| {
            let geometry = feature.geometry().unwrap();
            let envelope = geometry.envelope();
            assert_eq!((envelope.MinY, envelope.MaxY), (5_399_360.0, 5_400_000.0));
            assert!((geometry.area() - 640.0 * 640.0).abs() < 1e-6);
            let class = feature.field_as_integer64(0).unwrap().unwrap();
            let name = feature.field_as_string(1).unwrap().unwrap();
            (envelope.MinX, class, name, feature.field_as_double(2).unwrap().unwrap())
        })
        .collect();
    let expected =
        [(500_000.0, 1, String::from("Forest"), 0.75), (500_640.0, 0, String::from("River – Ufer"), 0.5)];
    assert_eq!(found, expected);
}

#[test]
fn a_destination_that_cannot_be_written_is_known_before_any_work() {
    let folder = tempfile::tempdir().unwrap();
    let error =
        PolygonsWriter::create(&folder.path().join("no/such/out.gpkg"), "classes").err().unwrap().to_string();
    assert!(error.contains("no/such"), "{error}");
}

#[test]
fn a_geopackage_with_other_layers_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.gpkg");
    let driver = DriverManager::get_driver_by_name("GPKG").unwrap();
    let mut theirs = driver.create_vector_only(&path).unwrap();
    theirs.create_layer(LayerOptions { name: "precious", ..LayerOptions::default() }).unwrap();
    theirs.close().unwrap();
    let before = fs::read(&path).unwrap();
    let message = PolygonsWriter::create(&path, "classes").err().unwrap().to_string();
    assert!(message.contains("precious") && message.contains("another file"), "{message}");
    assert_eq!(fs::read(&path).unwrap(), before);
    assert!(PolygonsWriter::create(&path, "precious").is_ok(), "one of the same name is replaced");
}
