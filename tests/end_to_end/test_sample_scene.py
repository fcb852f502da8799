"""Sample scene: the same scene in QGIS and in a shell, and what QGIS says of wrong values."""

from osgeo import gdal

gdal.UseExceptions()

VALUES = {"SEED": 5, "SIZE": 128, "FLOODED": "true"}
OUTPUTS = ["S2L2A", "S1GRD", "LULC", "FLOOD"]


def test_qgis_and_the_shell_make_the_same_scene(empty_bench, output):
    pixels = []
    for name, run in [("shell", empty_bench.terramind), ("qgis", empty_bench.qgis_process)]:
        folder = output / name
        folder.mkdir()
        done = run("samplescene", **VALUES, **{f"OUTPUT_{m}": folder / f"{m}.tif" for m in OUTPUTS})
        assert done.code == 0, done.said
        files = [gdal.Open(str(folder / f"{m}.tif")) for m in OUTPUTS]
        assert all("invented" in file.GetMetadataItem("TERRAMIND_SYNTHETIC") for file in files)
        pixels.append([file.ReadAsArray().tobytes() for file in files])
    assert pixels[0] == pixels[1]


def test_what_is_missing_or_wrong_is_said(empty_bench, output):
    done = empty_bench.qgis_process("samplescene", **VALUES)
    assert done.code != 0 and "OUTPUT_S2L2A" in done.said
    done = empty_bench.qgis_process("samplescene", CRS="EPSG:4326", OUTPUT_DEM=output / "out.tif")
    assert done.code != 0 and "degrees" in done.said
    assert not list(output.iterdir())
