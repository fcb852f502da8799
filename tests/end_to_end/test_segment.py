"""TiM segment with fine-tuned models, as a user runs it: from two files of a colleague to a styled map."""

import json
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from conftest import CHECKOUT, SAMPLE, SCENE
from osgeo import gdal

gdal.UseExceptions()

TASKS = CHECKOUT / "native/checkpoint/tests/fixtures/tasks"
SCENES = {name: SCENE[name] for name in ("S2L2A", "S1GRD")}
# A part of the scene with water, larger than a tile.
EXTENT = "460960,463680,5547960,5549720 [EPSG:32633]"
NAMES = {0: "Land", 1: "Water"}


def imported(run, checkpoint, config):
    """Import a model; its name."""
    done = run("importmodel", INPUT=checkpoint, CONFIG=config)
    assert done.code == 0, done.said
    return done


@pytest.fixture(scope="module")
def water(bench):
    """The model of the sample, imported through QGIS."""
    done = imported(bench.qgis_process, SAMPLE / "water_tim.ckpt", SAMPLE / "water_tim.yaml")
    assert "Land, Water" in done.said
    return {"MODEL": "water_tim", **SCENES, "EXTENT": EXTENT}


@pytest.fixture(scope="module")
def tokenizer(empty_bench):
    """The tokenizer of land cover, for all models."""
    imported = empty_bench.terramind("importmodel", INPUT=SAMPLE / "TerraMind_Tokenizer_LULC.pt")
    assert imported.code == 0, imported.said


def outputs(folder):
    """A destination for everything that the model of the sample can tell."""
    names = ["", "_CONFIDENCE", "_PROBABILITIES", "_TIM_EFFECT", "_TIM_LULC"]
    rasters = {f"OUTPUT{name}": folder / f"out{name}.tif" for name in names}
    return {**rasters, "OUTPUT_VECTOR": folder / "out.gpkg"}


def table(path):
    """The polygons in a GeoPackage, without geometries and numbers of features."""
    with sqlite3.connect(path) as file:
        rows = file.execute("SELECT * FROM classes")
        columns = [column[0] for column in rows.description]
        return [{k: v for k, v in zip(columns, row) if k not in ("fid", "geom")} for row in rows]


def test_the_import_makes_the_same_pack_whoever_does_it(bench, water, output):
    files = {"INPUT": SAMPLE / "water_tim.ckpt", "CONFIG": SAMPLE / "water_tim.yaml", "NAME": "water_tim"}
    packs = []
    for run, name in ((bench.terramind, "one"), (bench.qgis_process, "two")):
        done = run("importmodel", **files, DEST=output / name)
        assert done.code == 0, done.said
        packs.append({path.name: path.read_bytes() for path in (output / name).iterdir()})
    assert packs[0] == packs[1] and set(packs[0]) >= {"manifest.json", "weights.safetensors"}


def test_qgis_process_makes_the_same_bytes(bench, water, tokenizer, output):
    results = []
    for run, name in ((bench.terramind, "one"), (bench.qgis_process, "two")):
        (output / name).mkdir()
        paths = outputs(output / name)
        done = run("timsegment", **water, **paths)
        assert done.code == 0, done.said
        assert "By the fine-tuned model water_tim" in done.said and "It imagines LULC first" in done.said
        results.append(paths)
    one, two = results
    for name in one:
        if name != "OUTPUT_VECTOR":
            assert one[name].read_bytes() == two[name].read_bytes(), name
    assert table(one["OUTPUT_VECTOR"]) == table(two["OUTPUT_VECTOR"])


def test_the_map_is_drawn_with_the_names_of_its_classes(bench, water, tokenizer, output):
    destinations = {name: str(path) for name, path in outputs(output).items()}
    layers = {name: [str(path)] for name, path in SCENES.items()}
    result = bench.pyqgis(
        "load_result.py",
        algorithm="terramind:timsegment",
        parameters={**water, **layers},
        destinations=destinations,
    )
    assert result["succeeded"], result["log"]
    drawn = {layer["source"]: layer for layer in result["layers"]}
    assert set(drawn) == set(destinations.values()) and all(layer["valid"] for layer in drawn.values())

    classes = drawn[destinations["OUTPUT"]]
    assert classes["name"] == "Classes by water_tim"
    assert [entry[:2] for entry in classes["classes"]] == [[0, "Land"], [1, "Water"]]
    colours = [entry[2] for entry in classes["classes"]]
    raster = gdal.Open(destinations["OUTPUT"])
    table_of_colours = raster.GetRasterBand(1).GetColorTable()
    palette = ["#{:02x}{:02x}{:02x}".format(*table_of_colours.GetColorEntry(i)[:3]) for i in (0, 1)]
    assert colours == palette and len(set(colours)) == 2
    effect = drawn[destinations["OUTPUT_TIM_EFFECT"]]["classes"]
    assert [entry[:2] for entry in effect] == [[0, "same class"], [1, "other class"]]
    assert drawn[destinations["OUTPUT_TIM_LULC"]]["renderer"] == "QgsPalettedRasterRenderer"
    assert drawn[destinations["OUTPUT_CONFIDENCE"]]["renderer"] == "QgsSingleBandPseudoColorRenderer"

    polygons = drawn[destinations["OUTPUT_VECTOR"]]["features"]
    pixels = raster.ReadAsArray()
    assert {feature["name"] for feature in polygons} == {"Land", "Water"}
    for value, name in NAMES.items():
        own = [feature for feature in polygons if feature["class"] == value]
        assert {feature["name"] for feature in own} == {name}
        area = sum(feature["area_m2"] for feature in own)
        assert area == pytest.approx(100.0 * (pixels == value).sum())


def test_small_polygons_are_sieved_and_the_raster_keeps_them(bench, water, output):
    def run(name, **more):
        paths = {"OUTPUT": output / f"{name}.tif", "OUTPUT_VECTOR": output / f"{name}.gpkg"}
        done = bench.terramind("timsegment", **water, **more, **paths)
        assert done.code == 0, done.said
        return table(paths["OUTPUT_VECTOR"]), gdal.Open(str(paths["OUTPUT"])).ReadAsArray()

    (every, plain), (large, sieved) = run("every"), run("large", SIEVE=1500)
    assert (plain == sieved).all()
    assert len(large) < len(every)
    assert min(row["area_m2"] for row in large) >= 1500 * 100


def test_it_finds_the_water_that_it_was_fitted_to(bench, water, output):
    done = bench.qgis_process("timsegment", **{**water, "EXTENT": ""}, OUTPUT=output / "out.tif")
    assert done.code == 0, done.said
    found = gdal.Open(str(output / "out.tif")).ReadAsArray()
    # Near infrared is dark over water.
    infrared = gdal.Open(str(SCENE["S2L2A"])).ReadAsArray()[7]
    assert 0.02 < (found == 1).mean() < 0.08
    assert np.median(infrared[found == 1]) < 0.5 * np.median(infrared[found == 0])


@pytest.fixture(scope="module")
def dates(tmp_path_factory):
    """Six bands of three parts of the scene, as if they were dates: a raster each, and all in one."""
    folder = tmp_path_factory.mktemp("dates")
    bands = [2, 3, 4, 9, 11, 12]
    each = [folder / f"{number}.tif" for number in range(3)]
    for number, path in enumerate(each):
        part = [64 * number, 128, 160, 128]
        values = gdal.Open(str(SCENE["S2L2A"])).ReadAsArray(*part)[[band - 1 for band in bands]]
        raster = gdal.GetDriverByName("GTiff").Create(str(path), 160, 128, 6, gdal.GDT_Int16)
        raster.SetGeoTransform([460320, 10, 0, 5549720, 0, -10])
        raster.SetProjection(gdal.Open(str(SCENE["S2L2A"])).GetProjection())
        raster.WriteArray(values)
        raster = None
    together = folder / "together.tif"
    stack = [gdal.Open(str(path)) for path in each]
    raster = gdal.GetDriverByName("GTiff").Create(str(together), 160, 128, 18, gdal.GDT_Int16)
    raster.SetGeoTransform(stack[0].GetGeoTransform())
    raster.SetProjection(stack[0].GetProjection())
    raster.WriteArray(np.concatenate([date.ReadAsArray() for date in stack]))
    raster = None
    return each, together


def test_several_dates_are_given_by_repeating_the_name(bench, dates, output):
    each, together = dates
    imported(bench.terramind, TASKS / "crops.ckpt", TASKS / "crops.yaml")
    usual = {"MODEL": "crops", "TILE_SIZE": 64, "OVERLAP": 32}

    def run(name, program, layers):
        path = output / f"{name}.tif"
        arguments = [f"{key}={value}" for key, value in {**usual, "OUTPUT": path}.items()]
        arguments += [f"S2L2A={layer}" for layer in layers]
        if program == "terramind":
            options = [f"--{argument}" for argument in arguments]
            done = bench.run(bench.build / "terramind", "run", "timsegment", *options)
        else:
            done = bench.run("/usr/bin/qgis_process.bin", "run", "terramind:timsegment", "--", *arguments)
        assert done.code == 0, done.said
        # What it says of its sources differs where the files do.
        return gdal.Open(str(path)).ReadAsArray(), path.read_bytes()

    pixels, written = run("one", "terramind", each)
    assert len(np.unique(pixels)) > 1
    assert run("two", "qgis_process", each)[1] == written
    assert (run("three", "qgis_process", [together])[0] == pixels).all()
    assert (run("four", "qgis_process", each[::-1])[0] != pixels).any()

    few = bench.qgis_process("timsegment", **usual, S2L2A=each[0], OUTPUT=output / "few.tif")
    assert few.code != 0 and "3 dates" in few.said, few.said
    assert not (output / "few.tif").exists()


def test_a_pretrained_model_segments_by_its_land_cover(bench, output):
    paths = {"OUTPUT": output / "cover.tif", "OUTPUT_VECTOR": output / "cover.gpkg"}
    values = {"MODEL": "demo", "S2L2A": SCENE["S2L2A"], "EXTENT": EXTENT, "STEPS": 2}
    done = bench.terramind("timsegment", **values, **paths)
    assert done.code == 0, done.said
    assert json.loads(done.stdout)["outputs"]["METHOD"] == "land cover of a pre-trained model"
    assert "without fine-tuning" in done.said
    again = {name: output / f"again{Path(path).suffix}" for name, path in paths.items()}
    assert bench.qgis_process("timsegment", **values, **again).code == 0
    assert again["OUTPUT"].read_bytes() == paths["OUTPUT"].read_bytes()
    rows = table(paths["OUTPUT_VECTOR"])
    assert rows == table(again["OUTPUT_VECTOR"])
    names = {row["name"] for row in rows}
    assert None not in names and names <= {
        *("no data", "water", "trees", "flooded vegetation", "crops", "built area", "bare ground"),
        *("snow/ice", "clouds", "rangeland"),
    }
