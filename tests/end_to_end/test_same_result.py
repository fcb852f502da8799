"""The same request makes the same bytes from the command line, qgis_process, a model and QGIS's window."""

from pathlib import Path

import pytest
from conftest import SCENE
from osgeo import gdal

gdal.UseExceptions()

# A corner of the scene, given in another CRS than its own.
CORNER = "14.45,14.47,50.095,50.105 [EPSG:4326]"
REQUESTS = {
    "whole scene": {"AREA": "layers"},
    "corner": {"EXTENT": CORNER, "MERGE": "concat", "RESOLUTION": "pixel", "BLOCK": 1, "THREADS": 1},
    "large tiles": {"AREA": "layers", "TILE_SIZE": 256, "OVERLAP": 64, "MERGE": "max"},
}


def embed(run, path, **request):
    """Embed the scene and return the file's bytes."""
    done = run("embedlayer", MODEL="demo", **SCENE, **request, OUTPUT=path)
    assert done.code == 0, done.said
    return path.read_bytes()


@pytest.fixture(scope="session")
def reference(bench, tmp_path_factory):
    """The whole scene's features, from the command line."""
    return embed(bench.terramind, tmp_path_factory.mktemp("reference") / "features.tif", AREA="layers")


@pytest.mark.parametrize("request_name", REQUESTS)
def test_qgis_process_agrees_with_the_command_line(bench, output, request_name):
    request = REQUESTS[request_name]
    expected = embed(bench.terramind, output / "terramind.tif", **request)
    assert embed(bench.qgis_process, output / "qgis.tif", **request) == expected


def test_the_raster_is_georeferenced_and_described(bench, output):
    path = output / "features.tif"
    embed(bench.terramind, path, AREA="layers")
    features, scene = gdal.Open(str(path)), gdal.Open(str(SCENE["S2L2A"]))
    x, width, _, y, _, height = scene.GetGeoTransform()
    assert features.GetGeoTransform() == (x, 16 * width, 0, y, 0, 16 * height)
    assert (features.RasterXSize, features.RasterYSize) == (scene.RasterXSize // 16, scene.RasterYSize // 16)
    assert features.GetSpatialRef().IsSame(scene.GetSpatialRef())
    for number in range(1, features.RasterCount + 1):
        band = features.GetRasterBand(number)
        assert band.DataType == gdal.GDT_Float32
        assert band.GetDescription() and band.GetNoDataValue() is not None
        assert band.ComputeStatistics(False)[3] > 0, "the band is constant"


def test_a_model_agrees_with_the_command_line(bench, output, reference):
    path = output / "features.tif"
    model = Path(__file__).with_name("embed.model3")
    done = bench.qgis_process(model, **SCENE, **{"embed:features": path})
    assert done.code == 0, done.said
    assert path.read_bytes() == reference


def test_the_plugin_runs_again_after_it_was_reloaded(bench, output, reference):
    parameters = {"MODEL": "demo", **SCENE, "AREA": "layers"}
    first, second = output / "first.tif", output / "second.tif"
    runs = bench.pyqgis("run_reload_run.py", parameters=parameters, first=first, second=second)
    assert [run["succeeded"] for run in runs] == [True, True]
    assert first.read_bytes() == second.read_bytes() == reference


def test_the_window_agrees_with_the_command_line(bench, output, reference):
    layers, view = output / "layers.tif", output / "view.tif"
    inputs = {"MODEL": "demo", **{name: str(path) for name, path in SCENE.items()}}
    runs = [
        {"name": "layers", "parameters": {**inputs, "AREA": "layers", "OUTPUT": str(layers)}, "view": None},
        # What a click on Run does: nothing is said of the area, so that the map's is taken.
        {
            "name": "view",
            "parameters": {**inputs, "OUTPUT": str(view)},
            "view": [461000, 5548000, 463000, 5550000],
        },
    ]
    result = bench.window(output, "terramind:embedlayer", runs, SCENE.values())
    assert [run["succeeded"] for run in result["runs"]] == [True, True], result

    assert layers.read_bytes() == reference
    seen = result["runs"][1]
    xmin, ymin, xmax, ymax = seen["extent"]
    expected = output / "expected.tif"
    embed(bench.terramind, expected, EXTENT=f"{xmin!r},{xmax!r},{ymin!r},{ymax!r} [{seen['crs']}]")
    assert view.read_bytes() == expected.read_bytes()

    drawn = [layer for layer in result["layers"] if layer["source"] in (str(layers), str(view))]
    assert [layer["renderer"] for layer in drawn] == ["QgsMultiBandColorRenderer"] * 2
    assert not result["runtime_at_start"], "ONNX Runtime is loaded when a run begins, never at QGIS's start"


def test_proj_and_gdal_are_those_of_the_process(bench):
    needed = bench.run("readelf", "--dynamic", bench.plugins / "terramind/lib/libterramind.so").stdout
    assert "libproj.so" in needed
    assert "libgdal.so" not in needed
