"""TiM segment in QGIS's window: several dates in the dialog's list of rasters, the map's legend, polygons."""

from conftest import SAMPLE, SCENE

WATER = {"INPUT": SAMPLE / "water_tim.ckpt", "CONFIG": SAMPLE / "water_tim.yaml"}


def test_the_dialog_makes_a_map_with_names_and_polygons(bench, tmp_path, output):
    imported = bench.terramind("importmodel", **WATER)
    assert imported.code == 0, imported.said
    parameters = {
        "MODEL": "water_tim",
        "S2L2A": [str(SCENE["S2L2A"])],
        "S1GRD": [str(SCENE["S1GRD"])],
        "AREA": "layers",
        "OUTPUT": str(output / "water.tif"),
        "OUTPUT_CONFIDENCE": str(output / "confidence.tif"),
        "OUTPUT_VECTOR": str(output / "water.gpkg"),
    }
    layers = [SCENE["S1GRD"], SCENE["S2L2A"]]
    shown = bench.window(tmp_path, "terramind:timsegment", [parameters], layers)
    assert [run["succeeded"] for run in shown["runs"]] == [True], shown["runs"][0]["log"]
    by_name = {layer["name"]: layer for layer in shown["layers"]}
    assert by_name["Classes by water_tim"]["renderer"] == "QgsPalettedRasterRenderer"
    assert "not measured" in by_name["Classes by water_tim"]["notes"]
    assert {"Confidence of water_tim", "Polygons by water_tim"} <= by_name.keys()
