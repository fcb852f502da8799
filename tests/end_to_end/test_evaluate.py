"""Evaluate: the same numbers by every way, references on other grids and as polygons, the report in QGIS."""

import csv
import json

import numpy
import pytest
from osgeo import gdal, ogr, osr

gdal.UseExceptions()

SIDE = 64
UTM_33, WGS_84 = 32633, 4326
NAMES = ["Water", "Öde <Fläche>", "Forest"]
# Computed by hand below; half of the forest is called water.
IOU = {0: 0.5, 1: 1.0, 2: 0.5}


def system(code):
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(code)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return srs


def raster(path, values, pixel_m=10, names=None, kind=gdal.GDT_Byte):
    """Write a map in UTM 33 whose upper left corner is always the same."""
    rows, columns = values.shape
    file = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, 1, kind)
    file.SetGeoTransform((500000, pixel_m, 0, 5300000, 0, -pixel_m))
    file.SetProjection(system(UTM_33).ExportToWkt())
    band = file.GetRasterBand(1)
    band.WriteArray(values)
    if names:
        band.SetCategoryNames(names)
    return path


def truth():
    """A quarter of water, a quarter of wasteland, half of forest."""
    values = numpy.full((SIDE, SIDE), 2)
    values[: SIDE // 2, : SIDE // 2] = 0
    values[: SIDE // 2, SIDE // 2 :] = 1
    return values


@pytest.fixture
def prediction(tmp_path):
    """Water is right, and a quarter of all that is forest in truth is called water."""
    values = truth()
    values[SIDE // 2 :, : SIDE // 2] = 0
    return raster(tmp_path / "prediction.tif", values, names=NAMES)


@pytest.fixture
def reference(tmp_path):
    """The truth on a coarser grid that shares the corner; each of its pixels is two of the prediction's."""
    return raster(tmp_path / "reference.tif", truth()[::2, ::2], pixel_m=20, kind=gdal.GDT_Int16)


@pytest.fixture
def places(tmp_path):
    """The truth as polygons in degrees, in the second layer of a file, with the names in other letters."""
    path = tmp_path / "places.gpkg"
    file = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    file.CreateLayer("nothing", system(WGS_84), ogr.wkbPolygon)
    table = file.CreateLayer("cover", system(WGS_84), ogr.wkbPolygon)
    table.CreateField(ogr.FieldDefn("kind", ogr.OFTString))
    to_degrees = osr.CoordinateTransformation(system(UTM_33), system(WGS_84))
    # Forest lies under the other two, which come later. Edges run between the centres of pixels.
    for name, (left, top, right, bottom) in (
        ("forest", (0, 0, 64, 64)),
        ("WATER", (0, 0, 32, 32)),
        ("öde <fläche>", (32, 0, 64, 32)),
    ):
        x0, x1, y0, y1 = 5e5 + 10 * left, 5e5 + 10 * right, 53e5 - 10 * top, 53e5 - 10 * bottom
        shape = ogr.CreateGeometryFromWkt(
            f"POLYGON (({x0} {y0}, {x1} {y0}, {x1} {y1}, {x0} {y1}, {x0} {y0}))"
        )
        shape.Transform(to_degrees)
        feature = ogr.Feature(table.GetLayerDefn())
        feature["kind"] = name
        feature.SetGeometry(shape)
        table.CreateFeature(feature)
    return f"{path}|layername=cover"


@pytest.fixture(params=["terramind", "qgis_process"])
def run(request, empty_bench):
    """Each way to run an algorithm."""
    return getattr(empty_bench, request.param)


def check(output):
    """Compare what was written with what was computed by hand."""
    document = json.loads((output / "all.json").read_text())
    assert {row["class"]: row["iou"] for row in document["classes"]} == IOU
    assert document["scores"]["mean_iou"] == pytest.approx(2 / 3)
    assert document["scores"]["overall_accuracy"] == 0.75
    extent = {"xmin": 5e5, "xmax": 5e5 + 10 * SIDE, "ymin": 53e5 - 10 * SIDE, "ymax": 53e5}
    assert document["subject"]["grid"]["extent"] == extent
    assert document["subject"]["ignored"] == [] and document["warnings"] == []
    assert document["confusion_matrix"]["pixels"] == [[1024, 0, 0], [0, 1024, 0], [1024, 0, 1024]]
    with (output / "table.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == NAMES
    assert [float(row["iou"]) for row in rows] == list(IOU.values())
    page = (output / "report.html").read_text(encoding="utf-8")
    assert "Öde &lt;Fläche&gt;" in page and "<Fläche>" not in page


def outputs(folder):
    return {
        "OUTPUT_JSON": folder / "all.json",
        "OUTPUT_TABLE": folder / "table.csv",
        "OUTPUT_HTML": folder / "report.html",
    }


def test_a_reference_raster_on_another_grid(run, prediction, reference, output):
    done = run("evaluate", PREDICTION=prediction, REFERENCE=reference, AREA="layers", **outputs(output))
    assert done.code == 0, done.said
    check(output)
    assert "0.75" in done.stdout, "numbers come back as outputs"


def test_polygons_with_names_in_another_system(run, prediction, places, output):
    given = {"PREDICTION": prediction, "REFERENCE_POLYGONS": places, "FIELD": "kind", "AREA": "layers"}
    done = run("evaluate", **given, **outputs(output))
    assert done.code == 0, done.said
    check(output)
    subject = json.loads((output / "all.json").read_text())["subject"]
    assert subject["layer"] == "cover"
    assert subject["polygons"] == {"used": 3, "elsewhere": 0, "without_class": 0, "without_geometry": 0}
    # The other layer of the file has no such field.
    unnamed = {**given, "REFERENCE_POLYGONS": places.split("|")[0]}
    done = run("evaluate", **unnamed)
    assert done.code == 0 and '"cover" is used' in done.said, done.said


def test_what_is_wrong_is_named(run, prediction, reference, places, tmp_path, output):
    far = gdal.Translate(str(tmp_path / "far.tif"), str(reference), outputBounds=[7e5, 53e5, 70064e1, 52e5])
    far = far.GetDescription()
    values = raster(tmp_path / "values.tif", truth() + 0.5, kind=gdal.GDT_Float32)
    unnamed = raster(tmp_path / "unnamed.tif", truth())
    nothing = raster(tmp_path / "nothing.tif", numpy.full((SIDE, SIDE), 255))
    both = {"REFERENCE": reference, "REFERENCE_POLYGONS": places, "FIELD": "kind"}
    in_places = {"REFERENCE_POLYGONS": places, "FIELD": "kind"}
    for given, words in (
        (both, ["REFERENCE", "REFERENCE_POLYGONS", "not both"]),
        ({}, ["nothing to compare", "REFERENCE", "REFERENCE_POLYGONS"]),
        ({"REFERENCE": far}, ["REFERENCE", "199360 apart in x and 0 in y", "EPSG:32633", "far.tif"]),
        ({"REFERENCE": nothing, "IGNORE": "-1,255"}, ["REFERENCE", "nothing.tif"]),
        ({"REFERENCE": values}, ["0.5", "values.tif"]),
        ({"PREDICTION": values, "REFERENCE": reference}, ["0.5", "values.tif"]),
        ({"REFERENCE_POLYGONS": places}, ["FIELD"]),
        ({**in_places, "FIELD": "cover"}, ["cover", "kind"]),
        ({**in_places, "PREDICTION": unnamed}, ["forest", "names no classes", ".tif.aux.xml"]),
        ({"REFERENCE": reference, "OUTPUT_JSON": output / "all.txt"}, ["OUTPUT_JSON", ".json"]),
    ):
        wanted = {**outputs(output), "PREDICTION": prediction, "AREA": "layers", **given}
        done = run("evaluate", **wanted)
        assert done.code != 0, (given, done.said)
        for word in words:
            assert word in done.said, (given, word, done.said)
        for crash in ("panicked", "Traceback", "Segmentation fault"):
            assert crash not in done.said, done.said
        assert list(output.iterdir()) == [], given


def test_a_reference_is_never_replaced(run, prediction, places, tmp_path, output):
    path, layer = places.split("|layername=")
    reference = tmp_path / "places.json"
    gdal.VectorTranslate(str(reference), path, layers=[layer], format="GeoJSON")
    before = reference.read_bytes()
    given = {"PREDICTION": prediction, "REFERENCE_POLYGONS": reference, "FIELD": "kind", "AREA": "layers"}
    done = run("evaluate", **given, **{**outputs(output), "OUTPUT_JSON": reference})
    assert done.code != 0 and "REFERENCE_POLYGONS" in done.said, done.said
    assert reference.read_bytes() == before
    assert list(output.iterdir()) == []


def test_the_dialog_lists_the_report_among_results(empty_bench, prediction, places, tmp_path, output):
    files = {name: str(path) for name, path in outputs(output).items()}
    polygons = {"REFERENCE_POLYGONS": places, "FIELD": "kind"}
    parameters = {"PREDICTION": str(prediction), "AREA": "map", **polygons, **files}
    shown = empty_bench.window(tmp_path, "terramind:evaluate", [parameters], [prediction])
    assert [run["succeeded"] for run in shown["runs"]] == [True], shown["runs"][0]["log"]
    check(output)
    assert shown["reports"] == [files["OUTPUT_HTML"]], "what is no page is not listed"
