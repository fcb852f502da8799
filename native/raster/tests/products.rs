//! What a raster product is: types, units, colours and names of classes, and outputs that appear together.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use gdal::raster::{ColorInterpretation, GdalDataType, RgbaEntry};
use gdal::vector::{FieldValue, LayerAccess};
use gdal::{Dataset, Metadata};
use grid::Grid;
use raster::{
    BandSpec, Class, Column, ColumnKind, Completed, Crs, Error, LayerText, Point, PointsWriter, RasterSpec,
    SampleType, Value, Writer, publish_all,
};
use std::ffi::CStr;
use std::fs;
use std::path::Path;

fn write_points(
    path: &Path,
    crs: &Crs,
    name: &str,
    columns: &[Column],
    points: &[Point],
) -> Result<Completed, Error> {
    let text = LayerText { name: name.to_owned(), description: String::from("made up, not measured") };
    PointsWriter::create(path, name)?.complete(crs, &text, columns, points)
}

fn spec(sample: SampleType, nodata: Option<f64>, bands: Vec<BandSpec>) -> RasterSpec {
    RasterSpec {
        grid: Grid::new([500_000.0, 10.0, 0.0, 5_200_000.0, 0.0, -10.0], 40, 33).unwrap(),
        crs: Crs::from_text("EPSG:32633").unwrap(),
        bands,
        sample,
        nodata,
        classes: vec![],
        metadata: vec![],
        creation: raster::CreationOptions::default(),
    }
}

fn class_map() -> RasterSpec {
    let class = |value, name: &str, colour| Class { value, name: String::from(name), colour };
    let classes = vec![
        class(1, "Water", [65, 155, 223]),
        class(2, "Trees & shrubs", [57, 125, 73]),
        class(9, "Flooded — öde", [0, 255, 1]),
    ];
    RasterSpec { classes, ..spec(SampleType::Byte, Some(255.0), vec![BandSpec::named("class")]) }
}

fn filled(path: &Path, spec: &RasterSpec, value: impl Fn(usize, usize) -> f32) -> Writer {
    let mut writer = Writer::create(path, spec.clone()).unwrap();
    for (first, rows) in [(0, 16), (16, 16), (32, 1)] {
        writer
            .write_rows(first, rows, |band, values| {
                values.iter_mut().enumerate().for_each(|(i, v)| *v = value(band, first * 40 + i));
            })
            .unwrap();
    }
    writer
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn every_type_keeps_its_values_nodata_and_compression() {
    let folder = tempfile::tempdir().unwrap();
    for (sample, kind, nodata, predictor, largest) in [
        (SampleType::Byte, GdalDataType::UInt8, Some(255.0), None, 255.0),
        (SampleType::UInt16, GdalDataType::UInt16, Some(65_535.0), Some("2"), 65_535.0),
        (SampleType::Float32, GdalDataType::Float32, Some(-9999.0), Some("3"), 1e30),
        (SampleType::UInt16, GdalDataType::UInt16, None, Some("2"), 65_535.0),
    ] {
        let path = folder.path().join("out.tif");
        let spec = spec(sample, nodata, vec![BandSpec::named("a"), BandSpec::named("b")]);
        let value = |band: usize, i: usize| if band == 0 { (i % 200) as f32 } else { largest };
        filled(&path, &spec, value).finish().unwrap();
        let dataset = Dataset::open(&path).unwrap();
        let band = dataset.rasterband(1).unwrap();
        assert_eq!(band.band_type(), kind);
        assert_eq!(band.no_data_value(), nodata);
        assert_eq!(dataset.metadata_item("PREDICTOR", "IMAGE_STRUCTURE").as_deref(), predictor, "{sample:?}");
        let read = band.read_band_as::<f32>().unwrap();
        let expected: Vec<_> = (0..40 * 33).map(|i| value(0, i)).collect();
        assert_eq!(read.data(), expected);
        let second = dataset.rasterband(2).unwrap().read_band_as::<f32>().unwrap();
        assert!(second.data().iter().all(|v| v.to_bits() == largest.to_bits()), "{sample:?}");
    }
}

#[test]
fn whole_numbers_are_rounded_and_kept_in_range() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.tif");
    let wild = [-3.0, 0.4, 2.6, 254.4, 300.0, f32::NAN, f32::INFINITY];
    let spec = spec(SampleType::Byte, None, vec![BandSpec::named("a")]);
    filled(&path, &spec, |_, i| wild[i % wild.len()]).finish().unwrap();
    let read = Dataset::open(&path).unwrap().rasterband(1).unwrap().read_band_as::<f32>().unwrap();
    assert_eq!(read.data()[..7], [0.0, 0.0, 3.0, 254.0, 255.0, 0.0, 255.0]);
}

#[test]
fn units_belong_to_their_bands() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.tif");
    let decibel = |name: &str| BandSpec { description: String::from(name), unit: String::from("dB") };
    let bands = vec![decibel("VV"), BandSpec::named("angle"), decibel("VH")];
    filled(&path, &spec(SampleType::Float32, None, bands), |_, _| 1.0).finish().unwrap();
    assert_eq!(files(folder.path()), ["out.tif"]);
    let dataset = Dataset::open(&path).unwrap();
    let read: Vec<_> =
        dataset.rasterbands().map(Result::unwrap).map(|b| (b.description().unwrap(), b.unit())).collect();
    let expected = [("VV", "dB"), ("angle", ""), ("VH", "dB")];
    assert_eq!(read, expected.map(|(name, unit)| (String::from(name), String::from(unit))));
}

/// The attribute table of a band, row by row, after its columns as name and usage.
fn attribute_table(path: &Path) -> (Vec<(String, u32)>, Vec<Vec<String>>) {
    let dataset = Dataset::open(path).unwrap();
    let band = dataset.rasterband(1).unwrap();
    // SAFETY: handles are valid as long as the dataset, strings are copied at once, columns and rows exist.
    #[expect(unsafe_code, reason = "the safe wrapper does not know attribute tables")]
    unsafe {
        let text = |text| CStr::from_ptr(text).to_str().unwrap().to_owned();
        let table = gdal_sys::GDALGetDefaultRAT(band.c_rasterband());
        assert!(!table.is_null(), "no attribute table");
        assert_eq!(gdal_sys::GDALRATGetTableType(table), gdal_sys::GDALRATTableType::GRTT_THEMATIC);
        let columns = 0..gdal_sys::GDALRATGetColumnCount(table);
        let rows = 0..gdal_sys::GDALRATGetRowCount(table);
        let named =
            |c| (text(gdal_sys::GDALRATGetNameOfCol(table, c)), gdal_sys::GDALRATGetUsageOfCol(table, c));
        let value = |r, c| text(gdal_sys::GDALRATGetValueAsString(table, r, c));
        (
            columns.clone().map(named).collect(),
            rows.map(|r| columns.clone().map(|c| value(r, c)).collect()).collect(),
        )
    }
}

#[test]
fn classes_come_back_with_colours_and_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.tif");
    filled(&path, &class_map(), |_, i| [1.0, 2.0, 9.0, 255.0][i % 4]).finish().unwrap();
    assert_eq!(files(folder.path()), ["out.tif", "out.tif.aux.xml"]);
    let dataset = Dataset::open(&path).unwrap();
    let band = dataset.rasterband(1).unwrap();
    assert_eq!(band.color_interpretation(), ColorInterpretation::PaletteIndex);
    let colours = band.color_table().unwrap();
    let colour = |value| {
        let RgbaEntry { r, g, b, .. } = colours.entry_as_rgb(value).unwrap();
        [r, g, b]
    };
    assert_eq!([colour(1), colour(2), colour(9)], [[65, 155, 223], [57, 125, 73], [0, 255, 1]]);
    let (columns, rows) = attribute_table(&path);
    let expected = [("Value", 5), ("Class", 2), ("Red", 6), ("Green", 7), ("Blue", 8)];
    assert_eq!(columns, expected.map(|(name, usage)| (String::from(name), usage)));
    assert_eq!(
        rows,
        [
            ["1", "Water", "65", "155", "223"],
            ["2", "Trees & shrubs", "57", "125", "73"],
            ["9", "Flooded — öde", "0", "255", "1"],
        ]
    );
    let sidecar = fs::read_to_string(folder.path().join("out.tif.aux.xml")).unwrap();
    assert!(sidecar.contains("<Category>Water</Category>") && !sidecar.contains(".part"), "{sidecar}");
}

#[test]
fn classes_are_written_where_gdal_may_not_look_for_sidecars() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("classes.tif");
    // A usual setting for files on the web.
    let setting = "GDAL_DISABLE_READDIR_ON_OPEN";
    gdal::config::set_thread_local_config_option(setting, "EMPTY_DIR").unwrap();
    let written = filled(&path, &class_map(), |_, _| 1.0).finish();
    gdal::config::clear_thread_local_config_option(setting).unwrap();
    written.unwrap();
    assert_eq!(attribute_table(&path).1.len(), 3);
}

#[test]
fn classes_that_the_format_cannot_hold_are_refused_before_any_work() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.tif");
    let floats = RasterSpec { sample: SampleType::Float32, ..class_map() };
    let three = RasterSpec { bands: vec![BandSpec::named("a"); 3], ..class_map() };
    for spec in [floats, three] {
        let error = Writer::create(&path, spec).err().unwrap();
        assert!(matches!(error, Error::Destination { .. }), "{error}");
    }
    assert!(files(folder.path()).is_empty());
}

#[test]
fn a_sidecar_never_outlives_its_raster() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.tif");
    // Dropped half-way and dropped when complete.
    drop(filled(&path, &class_map(), |_, _| 1.0));
    assert!(files(folder.path()).is_empty(), "{:?}", files(folder.path()));
    let completed = filled(&path, &class_map(), |_, _| 1.0).complete().unwrap();
    assert_eq!(files(folder.path()).len(), 2, "the raster and its sidecar, both hidden");
    drop(completed);
    assert!(files(folder.path()).is_empty());

    // A class map over another one, then a raster without classes over that.
    fs::write(folder.path().join("out.tif"), "older").unwrap();
    for beside in ["out.tif.aux.xml", "out.tif.ovr", "out.tif.msk"] {
        fs::write(folder.path().join(beside), "older").unwrap();
    }
    filled(&path, &class_map(), |_, _| 1.0).finish().unwrap();
    assert_eq!(files(folder.path()), ["out.tif", "out.tif.aux.xml"]);
    assert_eq!(attribute_table(&path).1.len(), 3);
    filled(&path, &spec(SampleType::Byte, None, vec![BandSpec::named("a")]), |_, _| 1.0).finish().unwrap();
    assert_eq!(files(folder.path()), ["out.tif"]);
}

#[test]
fn what_killed_runs_left_is_swept_with_its_sidecars_but_not_those_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.tif");
    for left in [
        ".out.tif.terramind-1-0.part",
        ".out.tif.terramind-1-0.part.aux.xml",
        ".out.tif.terramind-2-0.part.aux.xml",
        ".out.tif.terramind-3-0.part-journal",
    ] {
        fs::write(folder.path().join(left), "left").unwrap();
    }
    fs::write(folder.path().join(".out.tif.of-somebody-else"), "kept").unwrap();
    let in_use = filled(&path, &class_map(), |_, _| 1.0).complete().unwrap();
    let second = Writer::create(&path, class_map()).unwrap();
    let there = files(folder.path());
    assert!(
        there.iter().all(|name| !name.contains("-1-0") && !name.contains("-2-0") && !name.contains("-3-0"))
    );
    drop(second);
    in_use.publish().unwrap();
    assert_eq!(files(folder.path()), [".out.tif.of-somebody-else", "out.tif", "out.tif.aux.xml"]);
    assert_eq!(attribute_table(&path).1.len(), 3, "the sidecar of the run in progress was swept");
}

#[test]
fn outputs_of_one_run_appear_together() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b, c] = ["a.tif", "b.tif", "c.gpkg"].map(|name| folder.path().join(name));
    fs::write(&a, "older").unwrap();
    let plain = spec(SampleType::Float32, None, vec![BandSpec::named("a")]);
    let outputs = vec![
        filled(&a, &plain, |_, _| 1.0).complete().unwrap(),
        filled(&b, &class_map(), |_, _| 1.0).complete().unwrap(),
        write_points(&c, &Crs::none(), "points", &[], &[]).unwrap(),
    ];
    assert_eq!(fs::read(&a).unwrap(), b"older");
    assert!(!b.exists() && !c.exists());
    publish_all(outputs).unwrap();
    assert_eq!(files(folder.path()), ["a.tif", "b.tif", "b.tif.aux.xml", "c.gpkg"]);
    assert_ne!(fs::read(&a).unwrap(), b"older");
}

#[test]
fn none_appears_if_one_cannot() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b] = ["a.tif", "b.tif"].map(|name| folder.path().join(name));
    fs::write(&a, "older").unwrap();
    let completed = || {
        vec![
            filled(&a, &class_map(), |_, _| 1.0).complete().unwrap(),
            filled(&b, &class_map(), |_, _| 1.0).complete().unwrap(),
        ]
    };
    // Known beforehand: the older output stays.
    let outputs = completed();
    fs::create_dir(&b).unwrap();
    let message = publish_all(outputs).err().unwrap().to_string();
    assert!(message.contains("b.tif") && message.contains("folder"), "{message}");
    assert_eq!(files(folder.path()), ["a.tif", "b.tif"]);
    assert_eq!(fs::read(&a).unwrap(), b"older");
    fs::remove_dir(&b).unwrap();

    // Found out half-way: what was published is taken back.
    let outputs = completed();
    fs::create_dir(folder.path().join("b.tif.aux.xml")).unwrap();
    let message = publish_all(outputs).err().unwrap().to_string();
    assert!(message.contains("b.tif"), "{message}");
    assert_eq!(files(folder.path()), ["b.tif.aux.xml"]);
}

#[test]
fn points_come_back_with_place_and_columns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("places.gpkg");
    // Of an older file that QGIS had open.
    for older in ["places.gpkg", "places.gpkg-wal", "places.gpkg-shm"] {
        fs::write(folder.path().join(older), "older").unwrap();
    }
    let columns = [("lat", ColumnKind::Real), ("tile", ColumnKind::Integer), ("said", ColumnKind::Text)]
        .map(|(name, kind)| Column { name: String::from(name), kind });
    let point = |x, y, tile, said: &str| Point {
        x,
        y,
        values: vec![Value::Real(y), Value::Integer(tile), Value::Text(String::from(said))],
    };
    let points = [
        point(14.25, 47.5, 5_000_000_000, "öde"),
        point(-14.25, f64::from_bits(0x4047_0000_0000_0001), 2, ""),
    ];
    let crs = Crs::from_text("EPSG:4326").unwrap();
    let completed = write_points(&path, &crs, "coordinates", &columns, &points).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"older");
    completed.publish().unwrap();
    assert_eq!(files(folder.path()), ["places.gpkg"]);
    let bytes = fs::read(&path).unwrap();
    assert!(!bytes.windows(10).any(|w| w == b".terramind"), "the hidden name shows");

    let dataset = Dataset::open(&path).unwrap();
    assert_eq!(dataset.layer_count(), 1);
    let mut layer = dataset.layer(0).unwrap();
    assert_eq!(layer.name(), "coordinates");
    assert_eq!(layer.spatial_ref().unwrap().auth_code().unwrap(), 4326);
    let read: Vec<_> = layer
        .features()
        .map(|f| {
            let (x, y, _) = f.geometry().unwrap().get_point(0);
            let number = |i| f.field_as_double(i).unwrap().unwrap();
            let Some(FieldValue::StringValue(said)) = f.field(2).unwrap() else { panic!("no text") };
            (x.to_bits(), y.to_bits(), number(0).to_bits(), f.field_as_integer64(1).unwrap().unwrap(), said)
        })
        .collect();
    let expected: Vec<_> = points
        .iter()
        .map(|p| {
            let [Value::Real(lat), Value::Integer(tile), Value::Text(said)] = &p.values[..] else { panic!() };
            (p.x.to_bits(), p.y.to_bits(), lat.to_bits(), *tile, said.clone())
        })
        .collect();
    assert_eq!(read, expected);
}

#[test]
fn points_are_refused_where_rasters_are() {
    let folder = tempfile::tempdir().unwrap();
    let protected = folder.path().join("protected.gpkg");
    fs::write(&protected, "protected").unwrap();
    let mut permissions = fs::metadata(&protected).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&protected, permissions).unwrap();
    for (path, words) in [
        (protected, "write-protected"),
        (folder.path().to_owned(), "it is a folder"),
        (folder.path().join("no/out.gpkg"), "there is no folder"),
    ] {
        let error = write_points(&path, &Crs::none(), "points", &[], &[]).err().unwrap();
        assert!(matches!(error, Error::Destination { .. }) && error.to_string().contains(words), "{error}");
    }
    assert_eq!(files(folder.path()), ["protected.gpkg"]);
}

#[test]
fn points_that_cannot_be_written_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.gpkg");
    let twice = ["a", "a"].map(|name| Column { name: String::from(name), kind: ColumnKind::Real });
    let error = write_points(&path, &Crs::none(), "points", &twice, &[]).err().unwrap();
    assert!(matches!(error, Error::Write { .. }), "{error}");
    assert!(files(folder.path()).is_empty());
    let in_memory = gdal::vsi::read_dir("/vsimem/", true).unwrap_or_default();
    assert!(in_memory.iter().all(|name| !name.to_string_lossy().contains("broken")), "{in_memory:?}");
}
