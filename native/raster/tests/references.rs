//! Rasters on other grids, polygons as pixels, and names of classes: what a prediction is compared with.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use gdal::DriverManager;
use gdal::raster::Buffer;
use gdal::spatial_ref::SpatialRef;
use gdal::vector::{Feature, Geometry, LayerAccess, LayerOptions, OGRFieldType};
use grid::{Grid, Window};
use raster::{
    BandSpec, Class, Crs, Error, Layer, Mark, PolygonLayer, RasterSpec, Resampling, SampleType, Tally,
    TextWriter, Writer,
};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const EVERYTHING: &dyn Fn() -> bool = &|| true;

/// A GeoTIFF whose pixels are `value( column, row )`.
fn raster(
    path: &Path,
    grid: &Grid,
    epsg: u32,
    nodata: Option<f64>,
    value: impl Fn(usize, usize) -> i16,
) -> String {
    let (width, height) = (grid.width_px(), grid.height_px());
    let driver = DriverManager::get_driver_by_name("GTiff").unwrap();
    let mut dataset = driver.create_with_band_type::<i16, _>(path, width, height, 1).unwrap();
    dataset.set_geo_transform(&grid.transform()).unwrap();
    dataset.set_spatial_ref(&SpatialRef::from_epsg(epsg).unwrap()).unwrap();
    let mut band = dataset.rasterband(1).unwrap();
    band.set_no_data_value(nodata).unwrap();
    let pixels = (0..width * height).map(|i| value(i % width, i / width)).collect();
    band.write((0, 0), (width, height), &mut Buffer::new((width, height), pixels)).unwrap();
    dataset.close().unwrap();
    path.to_str().unwrap().to_owned()
}

fn grid(x: f64, y: f64, step: f64, width: usize, height: usize) -> Grid {
    Grid::new([x, step, 0.0, y, 0.0, -step], width, height).unwrap()
}

fn utm() -> Crs {
    Crs::from_text("EPSG:32633").unwrap()
}

/// Values, with −9 where a pixel is invalid.
fn read(layer: &Layer, window: Window) -> Vec<i16> {
    let pixels = layer.read(window).unwrap();
    pixels.values.iter().zip(&pixels.valid).map(|(&v, &valid)| if valid { v as i16 } else { -9 }).collect()
}

#[test]
fn a_pixel_has_the_value_of_what_its_centre_lies_in() {
    let folder = TempDir::new().unwrap();
    let fine = grid(500_020.0, 5_300_000.0, 2.0, 60, 40);
    let source = raster(&folder.path().join("fine.tif"), &fine, 32633, Some(-1.0), |x, y| {
        if (x, y) == (7, 2) { -1 } else { (x + 100 * y) as i16 }
    });
    let coarse = grid(500_000.0, 5_300_000.0, 10.0, 6, 3);
    let layer = Layer::open(&source).unwrap().on(&coarse, &utm(), Resampling::Nearest).unwrap();
    assert!(layer.grid() == coarse && layer.band_count() == 1);
    // Centres lie in columns 2, 7, 12 … and rows 2, 7, 12; two columns lie left of it, and one pixel is nodata.
    let row = |y: i16, first: i16| vec![-9, -9, 2 + 100 * y, first, 12 + 100 * y, 17 + 100 * y];
    assert_eq!(read(&layer, coarse.window()), [row(2, -9), row(7, 707), row(12, 1207)].concat());
    assert!(layer.reads(Path::new(&source)), "what it is read from is known");
}

#[test]
fn zero_is_a_value_and_beyond_the_edge_is_none() {
    let folder = TempDir::new().unwrap();
    let small = grid(500_010.0, 5_299_990.0, 10.0, 2, 2);
    let source = raster(&folder.path().join("zero.tif"), &small, 32633, None, |_, _| 0);
    let wide = grid(500_000.0, 5_300_000.0, 10.0, 4, 4);
    let layer = Layer::open(&source).unwrap().on(&wide, &utm(), Resampling::Nearest).unwrap();
    let expected = [-9, -9, -9, -9, -9, 0, 0, -9, -9, 0, 0, -9, -9, -9, -9, -9];
    assert_eq!(read(&layer, wide.window()), expected);
}

#[test]
fn another_system_is_carried_over_pixel_by_pixel() {
    let folder = TempDir::new().unwrap();
    // About 15° east, 47.8° north; a step is some 3 metres.
    let degrees = Grid::new([14.99, 4e-5, 0.0, 47.86, 0.0, -3e-5], 900, 700).unwrap();
    let source =
        raster(&folder.path().join("degrees.tif"), &degrees, 4326, None, |x, y| ((x * 7 + y) % 251) as i16);
    let metres = grid(499_500.0, 5_300_100.0, 10.0, 300, 260);
    let layer = Layer::open(&source).unwrap().on(&metres, &utm(), Resampling::Nearest).unwrap();
    let whole = read(&layer, metres.window());
    let (mut inside, mut compared) = (0, 0);
    // Some of them: each has PROJ look for the way anew.
    for (i, &value) in whole.iter().enumerate().step_by(257) {
        let (x, y) = metres.world_from_pixel((i % 300) as f64 + 0.5, (i / 300) as f64 + 0.5);
        let (latitude, longitude) = utm().geographic(x, y).unwrap();
        let (column, row) = degrees.pixel_from_world(longitude, latitude);
        let is_inside = (0.0..900.0).contains(&column) && (0.0..700.0).contains(&row);
        inside += usize::from(is_inside);
        // Not where rounding may decide.
        if [column, row].iter().all(|at| (at - at.round()).abs() > 1e-3) {
            let expected = if is_inside { ((column as usize * 7 + row as usize) % 251) as i16 } else { -9 };
            assert_eq!(value, expected, "pixel {i}");
            compared += 1;
        }
    }
    assert!(inside > 100 && inside < compared - 10 && compared > 280, "{inside} of {compared}");

    // The same pixels in other windows, read from a layer of their own.
    let again = Layer::open(&source).unwrap().on(&metres, &utm(), Resampling::Nearest).unwrap();
    for window in [
        Window { x: 17, y: 101, width: 200, height: 1 },
        Window { x: 0, y: 90, width: 300, height: 77 },
        Window { x: 131, y: 0, width: 1, height: 260 },
    ] {
        let found = read(&again, window);
        let expected: Vec<_> = (window.y..window.y_end())
            .flat_map(|y| whole[y * 300 + window.x..y * 300 + window.x_end()].to_vec())
            .collect();
        assert!(found == expected, "{window:?}");
    }
}

/// Squares by corner and side in UTM 33 with a text, in two layers of a GeoPackage: `other`, empty, and `places`.
fn squares(folder: &Path, epsg: u32, squares: &[(f64, f64, f64, &str)]) -> PathBuf {
    let path = folder.join(format!("squares{epsg}.gpkg"));
    let mut dataset = DriverManager::get_driver_by_name("GPKG").unwrap().create_vector_only(&path).unwrap();
    let system = SpatialRef::from_epsg(epsg).unwrap();
    let kind = gdal_sys::OGRwkbGeometryType::wkbPolygon;
    for name in ["other", "places"] {
        let options = LayerOptions { name, srs: Some(&system), ty: kind, options: None };
        let layer = dataset.create_layer(options).unwrap();
        layer
            .create_defn_fields(&[("kind", OGRFieldType::OFTString), ("number", OGRFieldType::OFTInteger)])
            .unwrap();
        for &(x, y, side, text) in squares.iter().filter(|_| name == "places") {
            let mut feature = Feature::new(layer.defn()).unwrap();
            let mut geometry = Geometry::bbox(x, y, x + side, y + side).unwrap();
            if epsg != 32633 {
                geometry.set_spatial_ref(SpatialRef::from_epsg(32633).unwrap());
                let mut system = SpatialRef::from_epsg(epsg).unwrap();
                system.set_axis_mapping_strategy(gdal::spatial_ref::AxisMappingStrategy::TraditionalGisOrder);
                geometry.transform_to_inplace(&system).unwrap();
            }
            feature.set_geometry(geometry).unwrap();
            if !text.is_empty() {
                feature.set_field_string(0, text).unwrap();
            }
            feature.create(&layer).unwrap();
        }
    }
    dataset.close().unwrap();
    path
}

/// `a` is class 1, `b` class 2, `-` no label.
fn mark(text: Option<&str>) -> Mark {
    match text {
        Some("a") => Mark::Class(1),
        Some("b") => Mark::Class(2),
        Some("-") => Mark::NoLabel,
        _ => Mark::Nothing,
    }
}

/// One digit per pixel, a dot for no label.
fn picture(classes: &[Option<u8>], width: usize) -> Vec<String> {
    let digit = |class: &Option<u8>| class.map_or_else(|| String::from("."), |class| class.to_string());
    classes.chunks(width).map(|row| row.iter().map(digit).collect()).collect()
}

#[test]
fn pixels_are_labelled_by_their_centres_and_later_polygons_win() {
    let folder = TempDir::new().unwrap();
    let all = [
        (500_004.0, 5_299_954.0, 42.0, "a"),
        (500_020.0, 5_299_965.0, 20.0, "b"),
        (500_030.0, 5_299_975.0, 10.0, "-"),
        (500_000.0, 5_299_980.0, 10.0, ""),
        (900_000.0, 5_299_980.0, 10.0, "b"),
    ];
    let expected = ["......", "11111.", "112.1.", "11221.", "11111.", "......"];
    let area = grid(500_000.0, 5_300_000.0 + 5.0, 10.0, 6, 6);
    for epsg in [32633, 4326, 3035] {
        let path = squares(folder.path(), epsg, &all);
        let layer = PolygonLayer::open(&format!("{}|layername=places", path.display())).unwrap();
        let shapes = layer.shapes("kind", (&area, &utm()), &mut mark, EVERYTHING).unwrap().unwrap();
        assert_eq!(picture(&shapes.burn(&area).unwrap(), 6), expected, "EPSG:{epsg}");
        let expected_tally = Tally { used: 3, elsewhere: 1, without_value: 1, without_geometry: 0 };
        assert_eq!(shapes.tally(), expected_tally, "EPSG:{epsg}");
        // Strip by strip the same.
        for y in 0..6 {
            let strip = area.sub_grid(Window { x: 0, y, width: 6, height: 1 });
            assert_eq!(picture(&shapes.burn(&strip).unwrap(), 6), expected[y..=y], "EPSG:{epsg} row {y}");
        }
    }
}

#[test]
fn layers_fields_and_filters_are_found_or_named() {
    let folder = TempDir::new().unwrap();
    let path = squares(folder.path(), 32633, &[(0.0, 0.0, 10.0, "a"), (0.0, 0.0, 10.0, "b")]);
    let path = path.display();
    let area = (&grid(0.0, 10.0, 10.0, 1, 1), &utm());
    let open = |suffix: &str| PolygonLayer::open(&format!("{path}{suffix}"));
    let burnt = |suffix: &str| {
        let shapes = open(suffix).unwrap().shapes("kind", area, &mut mark, EVERYTHING).unwrap().unwrap();
        shapes.burn(area.0).unwrap()[0]
    };
    assert_eq!((burnt("|layername=other"), burnt("|layername=places")), (None, Some(2)));
    // Which comes first is the driver's choice.
    let numbered = ["|layerid=0", "|layerid=1"].map(burnt);
    assert!(numbered.contains(&None) && numbered.contains(&Some(2)));
    assert_eq!(burnt(""), numbered[0]);
    assert_eq!(burnt("|layername=places|subset=kind = 'a'"), Some(1));
    let fields = open("").unwrap().fields().unwrap();
    let fields: Vec<_> = fields.iter().map(|field| (field.name.as_str(), field.is_text)).collect();
    assert_eq!(fields, [("kind", true), ("number", false)]);
    let refused = |suffix: &str| open(suffix).err().unwrap().to_string();
    // Only who names none has to be told that there are several.
    let names = |suffix: &str| {
        let found = open(suffix).unwrap().unchosen();
        assert!(found.iter().all(|it| it.may_hold_polygons && it.fields.len() == 2), "{found:?}");
        found.into_iter().map(|it| it.name).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(names(""), ["other", "places"].map(String::from).into());
    assert!(names("|layername=places").is_empty() && names("|layerid=0").is_empty());
    let mut chosen = open("").unwrap();
    chosen.choose("places");
    assert_eq!((chosen.name().unwrap(), chosen.crs().unwrap() == utm()), (String::from("places"), true));
    let roads = refused("|layername=roads");
    assert!(["\"roads\"", "it has: ", "other", "places"].iter().all(|word| roads.contains(word)), "{roads}");
    // Some drivers look at a filter only when they read.
    let read = open("|layername=places|subset=nonsense = 1")
        .and_then(|layer| layer.shapes("kind", area, &mut mark, EVERYTHING).map(|_| ()));
    let error = read.unwrap_err().to_string();
    assert!(error.contains("nonsense") && error.contains("squares"), "{error}");
    assert!(matches!(PolygonLayer::open("nowhere.gpkg"), Err(Error::OpenVector { .. })));
    let stopped = open("|layername=places").unwrap().shapes("kind", area, &mut mark, &|| false).unwrap();
    assert!(stopped.is_none());
}

#[test]
fn other_geometries_than_polygons_are_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("lines.geojson");
    let line = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"kind":"a"},
        "geometry":{"type":"LineString","coordinates":[[15,47],[16,48]]}}]}"#;
    fs::write(&path, line).unwrap();
    let layer = PolygonLayer::open(path.to_str().unwrap()).unwrap();
    let area = (&grid(500_000.0, 5_300_000.0, 10.0, 1, 1), &utm());
    let error = layer.shapes("kind", area, &mut mark, EVERYTHING).err().unwrap().to_string();
    assert!(error.contains("LINESTRING") && error.contains("polygons are needed"), "{error}");
}

#[test]
fn polygons_and_pixels_are_both_placed_or_neither() {
    let folder = TempDir::new().unwrap();
    let area = grid(0.0, 10.0, 10.0, 1, 1);
    let path = folder.path().join("bare.shp");
    {
        let driver = DriverManager::get_driver_by_name("ESRI Shapefile").unwrap();
        let mut dataset = driver.create_vector_only(&path).unwrap();
        let ty = gdal_sys::OGRwkbGeometryType::wkbPolygon;
        let options = LayerOptions { name: "bare", srs: None, ty, options: None };
        let layer = dataset.create_layer(options).unwrap();
        layer.create_defn_fields(&[("kind", OGRFieldType::OFTString)]).unwrap();
        let mut feature = Feature::new(layer.defn()).unwrap();
        feature.set_geometry(Geometry::bbox(0.0, 0.0, 10.0, 10.0).unwrap()).unwrap();
        feature.set_field_string(0, "a").unwrap();
        feature.create(&layer).unwrap();
    }
    let bare = PolygonLayer::open(path.to_str().unwrap()).unwrap();
    assert!(bare.crs().unwrap().is_none());
    let refused = bare.shapes("kind", (&area, &utm()), &mut mark, EVERYTHING);
    assert!(matches!(refused, Err(Error::LayerUnplaced { .. })));
    let shapes = bare.shapes("kind", (&area, &Crs::none()), &mut mark, EVERYTHING).unwrap().unwrap();
    assert_eq!(shapes.burn(&area).unwrap(), [Some(1)]);

    let placed = squares(folder.path(), 32633, &[(0.0, 0.0, 10.0, "a")]);
    let placed = PolygonLayer::open(&format!("{}|layername=places", placed.display())).unwrap();
    let refused = placed.shapes("kind", (&area, &Crs::none()), &mut mark, EVERYTHING);
    assert!(matches!(refused, Err(Error::TargetUnplaced { .. })));
}

#[test]
fn what_a_raster_declares_to_be_nodata_is_known() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("raster.tif");
    for nodata in [None, Some(0.0), Some(-1.0)] {
        let source = raster(&path, &grid(0.0, 0.0, 1.0, 2, 2), 32633, nodata, |_, _| 0);
        assert_eq!(Layer::open(&source).unwrap().declared_nodata(), nodata);
    }
}

#[test]
fn names_of_classes_are_read_as_they_were_written() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("map.tif");
    let class = |value, name: &str| Class { value, name: name.to_owned(), colour: [value, 0, 0] };
    let spec = RasterSpec {
        grid: grid(0.0, 0.0, 1.0, 4, 2),
        crs: utm(),
        bands: vec![BandSpec::named("class")],
        sample: SampleType::Byte,
        nodata: None,
        classes: vec![class(0, "Nothing"), class(7, "Wald & <Wiese>")],
        metadata: Vec::new(),
        creation: raster::CreationOptions::default(),
    };
    let mut writer = Writer::create(&path, spec).unwrap();
    writer.write_rows(0, 2, |_, values| values.fill(7.0)).unwrap();
    writer.finish().unwrap();
    let names = |source: &Path| Layer::open(source.to_str().unwrap()).unwrap().class_names();
    let expected = vec![(0, String::from("Nothing")), (7, String::from("Wald & <Wiese>"))];
    assert_eq!(names(&path), expected);

    // Category names alone, as other programs leave them.
    let other = folder.path().join("other.tif");
    raster(&other, &grid(0.0, 0.0, 1.0, 4, 2), 32633, None, |_, _| 1);
    assert!(names(&other).is_empty());
    let beside = "<PAMDataset><PAMRasterBand band=\"1\"><CategoryNames><Category></Category><Category>Water</Category></CategoryNames></PAMRasterBand></PAMDataset>";
    fs::write(folder.path().join("other.tif.aux.xml"), beside).unwrap();
    assert_eq!(names(&other), [(1, String::from("Water"))]);
}

#[test]
fn texts_appear_whole_and_replace_older_ones() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("table.csv");
    fs::write(&path, "older and longer").unwrap();
    let writer = TextWriter::create(&path).unwrap();
    let completed = writer.complete("ä,1\n").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "older and longer");
    completed.publish().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "ä,1\n");
    drop(TextWriter::create(&path).unwrap());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "what is not completed is gone");
    assert!(TextWriter::create(&folder.path().join("no/such.csv")).is_err());
}
