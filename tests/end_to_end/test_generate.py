"""Generate modality and Reconstruct, as a user runs them."""

import json
import re
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from conftest import CHECKOUT, CHECKPOINT, SCENE, TOKENIZERS
from osgeo import gdal

gdal.UseExceptions()

MODALITIES = {"S2L2A": 12, "S1GRD": 2, "S1RTC": 2, "DEM": 1, "LULC": 1, "NDVI": 1}
# A part of the scene with 17 by 11 patches, larger than a tile.
EXTENT = "460960,463680,5547960,5549720 [EPSG:32633]"
CLASSES = ["no data", "water", "trees", "flooded vegetation", "crops"]
CLASSES += ["built area", "bare ground", "snow/ice", "clouds", "rangeland"]


def generated(run, folder, outputs, **request):
    """Generate from S2L2A; the paths of the results."""
    suffix = {"COORDINATES": ".gpkg"}
    paths = {name: folder / f"{name}{suffix.get(name, '.tif')}" for name in outputs}
    destinations = {f"OUTPUT_{name}": path for name, path in paths.items()}
    values = {"MODEL": "demo", "S2L2A": SCENE["S2L2A"], "EXTENT": EXTENT, "SEED": 5, "STEPS": 2}
    done = run("generatemodality", **{**values, **request}, **destinations)
    assert done.code == 0, done.said
    return paths, done


def array(path):
    """The raster's values, `[band, y, x]`."""
    return np.atleast_3d(gdal.Open(str(path)).ReadAsArray().T).T


@pytest.fixture(scope="module")
def everything(bench, tmp_path_factory):
    """All outputs of one run of the command line."""
    outputs = [*MODALITIES, "COORDINATES", "LULC_PROBABILITIES", "TOKENS", "ENTROPY"]
    return generated(bench.terramind, tmp_path_factory.mktemp("everything"), outputs)


def test_every_modality_is_on_the_grid_and_described(everything):
    paths, _ = everything
    scene = gdal.Open(str(SCENE["S2L2A"]))
    for modality, bands in MODALITIES.items():
        raster = gdal.Open(str(paths[modality]))
        assert (raster.RasterXSize, raster.RasterYSize, raster.RasterCount) == (272, 176, bands)
        assert raster.GetGeoTransform() == (460960.0, 10.0, 0.0, 5549720.0, 0.0, -10.0)
        assert raster.GetSpatialRef().IsSame(scene.GetSpatialRef())
        metadata = raster.GetMetadata()
        assert "not measured" in metadata["TERRAMIND_STATEMENT"]
        assert (metadata["TERRAMIND_SEED"], metadata["TERRAMIND_STEPS"]) == ("5", "2")
        assert metadata["TERRAMIND_ORDER"] == "S2L2A,S1GRD,S1RTC,DEM,LULC,NDVI,coordinates"
        assert metadata["TERRAMIND_SOURCES"] == str(SCENE["S2L2A"])
        assert metadata["TERRAMIND_PROVIDER"] == "CPU in fp32"
        assert re.fullmatch(r"\d+\.\d+\.\d+", metadata["TERRAMIND_ONNX_RUNTIME"])
        assert metadata["TERRAMIND_TOKENIZERS_SHA256"].count(";") == 5
        assert metadata["TERRAMIND_INPUTS"] == "S2L2A" and len(metadata["TERRAMIND_MODEL_SHA256"]) == 64
        for number in range(1, bands + 1):
            band = raster.GetRasterBand(number)
            assert band.GetDescription() and band.GetNoDataValue() is not None
            if modality == "S2L2A":
                names = ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B11", "B12"]
                assert band.GetDescription() == names[number - 1]
            if modality in ("S1GRD", "S1RTC", "DEM"):
                assert band.GetUnitType() == ("m" if modality == "DEM" else "dB")
            assert band.ReadAsArray().std() > 0, f"{modality} {number} is constant"


def test_land_cover_is_classes_with_names_and_colours(everything):
    paths, _ = everything
    raster = gdal.Open(str(paths["LULC"]))
    band = raster.GetRasterBand(1)
    assert band.DataType == gdal.GDT_Byte and band.GetNoDataValue() == 255
    assert band.GetColorTable().GetColorEntry(1)[:3] == (26, 91, 171)
    table = band.GetDefaultRAT()
    names = next(i for i in range(table.GetColumnCount()) if table.GetUsageOfCol(i) == gdal.GFU_Name)
    assert [table.GetValueAsString(row, names) for row in range(table.GetRowCount())] == CLASSES
    values = array(paths["LULC"])[0]
    probabilities = array(paths["LULC_PROBABILITIES"])
    assert np.abs(probabilities.sum(axis=0) - 1).max() < 1e-5
    assert (probabilities.argmax(axis=0) == values).mean() > 0.9999


def test_values_are_within_the_limits_that_the_log_tells(everything, bench, output):
    paths, done = everything
    assert "DEM -280.6 to 1621.9" in done.said
    dem = array(paths["DEM"])
    assert dem.min() >= -280.7 and dem.max() <= 1622
    free, _ = generated(bench.terramind, output, ["DEM"], CLAMP="false", ORDER="S2L2A,S1GRD,S1RTC,DEM")
    assert (array(free["DEM"]) != dem).any()


def test_tokens_and_entropy_have_a_cell_per_patch(everything):
    paths, _ = everything
    tokens = gdal.Open(str(paths["TOKENS"]))
    assert (tokens.RasterXSize, tokens.RasterYSize, tokens.RasterCount) == (17, 11, 6)
    assert tokens.GetRasterBand(1).DataType == gdal.GDT_UInt16
    assert tokens.GetRasterBand(5).GetDescription() == "LULC token"
    ids, entropy = array(paths["TOKENS"]), array(paths["ENTROPY"])
    assert ids[4].max() < 4375 and ids.max() < 15360 and len(np.unique(ids[4])) > 5
    assert gdal.Open(str(paths["ENTROPY"])).GetRasterBand(1).GetUnitType() == "bit"
    assert entropy.shape == ids.shape and entropy.min() >= 0 and entropy.max() < 13.91


def test_coordinates_come_as_points_and_as_a_value(everything):
    paths, done = everything
    assert "COORDINATES_FOUND" in json.loads(done.stdout)["outputs"]
    with sqlite3.connect(paths["COORDINATES"]) as table:
        assert "not measured" in table.execute("SELECT description FROM gpkg_contents").fetchone()[0]
        columns = [row[1] for row in table.execute("PRAGMA table_info(coordinates)")]
    assert {"latitude", "longitude", "tile_latitude", "tile_longitude", "member"} <= set(columns)


def test_qgis_process_makes_the_same_bytes(everything, bench, output):
    expected, _ = everything
    rasters = [*MODALITIES, "LULC_PROBABILITIES", "TOKENS", "ENTROPY"]
    paths, _ = generated(bench.qgis_process, output, [*rasters, "COORDINATES"], THREADS=1)
    for name in rasters:
        assert paths[name].read_bytes() == expected[name].read_bytes(), name
    assert Path(f"{paths['LULC']}.aux.xml").read_bytes() == Path(f"{expected['LULC']}.aux.xml").read_bytes()


def test_the_window_draws_each_modality_in_its_own_way(bench, output):
    outputs = {name: str(output / f"{name}.tif") for name in ("S2L2A", "S1GRD", "DEM", "LULC", "NDVI")}
    destinations = {f"OUTPUT_{name}": path for name, path in outputs.items()}
    run = {"MODEL": "demo", "S2L2A": str(SCENE["S2L2A"]), "AREA": "layers", "STEPS": 2, **destinations}
    result = bench.window(output, "terramind:generatemodality", [run], [SCENE["S2L2A"]])
    assert [run["succeeded"] for run in result["runs"]] == [True], result
    drawn = {layer["source"]: layer for layer in result["layers"]}
    assert {name: drawn[path]["renderer"] for name, path in outputs.items()} == {
        "S2L2A": "QgsMultiBandColorRenderer",
        "S1GRD": "QgsSingleBandGrayRenderer",
        "DEM": "QgsSingleBandPseudoColorRenderer",
        "LULC": "QgsPalettedRasterRenderer",
        "NDVI": "QgsSingleBandPseudoColorRenderer",
    }
    assert drawn[outputs["DEM"]]["name"] == "Generated DEM (demo)"
    assert "Never use it as elevation" in drawn[outputs["DEM"]]["notes"]


def test_only_what_has_a_destination_is_generated(bench, output):
    generated(bench.qgis_process, output, ["LULC"])
    assert {path.name for path in output.iterdir()} == {"LULC.tif", "LULC.tif.aux.xml"}


@pytest.fixture(scope="module")
def small(bench, tmp_path_factory):
    """Generate and Reconstruct with other parameters than usual: the bytes of what they write."""
    folder = tmp_path_factory.mktemp("small")

    def small(algorithm, name, **changes):
        requests = {
            "generatemodality": {"MODEL": "demo", "S2L2A": SCENE["S2L2A"], "ORDER": "S2L2A,LULC"},
            "reconstruct": {"MODEL": "demo", "INPUT": SCENE["S2L2A"], "MODALITY": "S2L2A"},
        }
        destinations = {
            "generatemodality": {"OUTPUT_TOKENS": "tokens", "OUTPUT_S2L2A": "values"},
            "reconstruct": {"OUTPUT_TOKENS": "tokens", "OUTPUT": "values"},
        }
        files = {
            key: folder / f"{algorithm}_{name}_{what}.tif" for key, what in destinations[algorithm].items()
        }
        usual = {"EXTENT": "460960,462240,5548440,5549720 [EPSG:32633]", "STEPS": 2, "TILE_SIZE": 64}
        done = bench.terramind(algorithm, **{**requests[algorithm], **usual, **changes}, **files)
        assert done.code == 0, done.said
        tokens, values = (gdal.Open(str(path)).ReadAsArray() for path in files.values())
        return tokens, values, json.loads(done.stdout)["outputs"]

    return small


@pytest.fixture(scope="module")
def usual(small):
    """The same without changes."""
    return {algorithm: small(algorithm, "usual") for algorithm in ("generatemodality", "reconstruct")}


# What each parameter changes: tokens, values or both.
GENERATE = [
    ("SEED", 6, "tokens"),
    ("TEMPERATURE", 0, "tokens"),
    ("TOP_P", 0.1, "tokens"),
    ("TOP_K", 1, "tokens"),
    ("TILE_SIZE", 96, "tokens"),
    ("OVERLAP", 0, "tokens"),
    ("S2_UNITS", "dn+1000", "tokens"),
    ("STEPS", 3, "values"),
    ("CLAMP", "false", "values"),
    ("ENSEMBLE", 2, "values"),
]
RECONSTRUCT = [
    ("SEED", 6, "values"),
    ("STEPS", 3, "values"),
    ("CLAMP", "false", "values"),
    ("S2_UNITS", "dn+1000", "tokens"),
    ("TILE_SIZE", 96, "tokens"),
]


@pytest.mark.parametrize(
    "algorithm, name, value, changes",
    [
        *(("generatemodality", *row) for row in GENERATE),
        *(("reconstruct", *row) for row in RECONSTRUCT),
    ],
)
def test_every_parameter_does_what_it_says(small, usual, algorithm, name, value, changes):
    (tokens, values, _), (old_tokens, old_values, _) = (
        small(algorithm, name, **{name: value}),
        usual[algorithm],
    )
    assert (tokens != old_tokens).any() == (changes == "tokens")
    assert (values != old_values).any()


def test_reconstruct_compares_in_the_unit_that_models_know(small, tmp_path):
    _, values, outputs = small("reconstruct", "compared", S2_UNITS="dn+1000")
    scene = gdal.Open(str(SCENE["S2L2A"])).ReadAsArray(96, 128, 128, 128).astype(np.float64)
    error = np.sqrt(((values - (scene - 1000)) ** 2).mean())
    assert outputs["RMSE"] == pytest.approx(error, rel=1e-4)


def test_an_ensemble_tells_its_spread(bench, output):
    outputs = ["LULC", "LULC_UNCERTAINTY", "S1GRD", "S1GRD_UNCERTAINTY"]
    paths, _ = generated(bench.terramind, output, outputs, ENSEMBLE=3, STEPS=1)
    doubt, spread = array(paths["LULC_UNCERTAINTY"]), array(paths["S1GRD_UNCERTAINTY"])
    # Where windows overlap, their votes are blended.
    assert np.isin(doubt.round(4), np.float32([0, 0.3333, 0.6667])).mean() > 0.5 and doubt.max() < 1
    assert spread.shape[0] == 2 and spread.min() >= 0 and spread.mean() > 0.01


def test_the_example_chains_generate_and_embed(bench, output):
    model = CHECKOUT / "examples/generate_and_embed.model3"
    cover, dem, features = (output / f"{name}.tif" for name in ("cover", "dem", "features"))
    destinations = {
        "generate_modality:Generated land cover": cover,
        "generate_modality:Generated elevation": dem,
        "embed_layer:Features": features,
    }
    done = bench.qgis_process(model, MODEL="demo", S2L2A=SCENE["S2L2A"], **destinations)
    assert done.code == 0, done.said
    expected = output / "expected.tif"
    layers = {"MODEL": "demo", "S2L2A": SCENE["S2L2A"], "DEM": dem, "AREA": "layers"}
    assert bench.terramind("embedlayer", **layers, OUTPUT=expected).code == 0
    assert features.read_bytes() == expected.read_bytes()
    assert gdal.Open(str(features)).GetMetadata()["TERRAMIND_INPUTS"] == "S2L2A + DEM (generated)"
    assert "DEM: this layer was itself generated" in done.said
    assert gdal.Open(str(cover)).GetRasterBand(1).GetColorTable()


def test_reconstruct_tells_what_was_lost(bench, output):
    paths, done = {}, None
    for modality in ("S1GRD", "DEM"):
        paths[modality] = output / f"{modality}.tif"
        done = bench.qgis_process(
            "reconstruct",
            MODALITY=modality,
            INPUT=SCENE[modality],
            MODEL="demo",
            EXTENT=EXTENT,
            STEPS=2,
            OUTPUT=paths[modality],
        )
        assert done.code == 0, done.said
    scene = gdal.Open(str(SCENE["DEM"])).ReadAsArray(96, 128, 272, 176).astype(np.float64)
    error = np.sqrt(((array(paths["DEM"])[0] - scene) ** 2).mean())
    said = float(done.said.split("RMSE:")[1].split()[0])
    assert said == pytest.approx(error, rel=1e-4)


def test_reconstruct_of_classes_tells_the_share_that_stays(bench, everything, output):
    classes = everything[0]["LULC"]
    tokens, again = output / "tokens.tif", output / "again.tif"
    request = {"MODALITY": "LULC", "INPUT": classes, "MODEL": "demo", "AREA": "layers"}
    done = bench.terramind("reconstruct", **request, OUTPUT=again, OUTPUT_TOKENS=tokens)
    assert done.code == 0, done.said
    accuracy = json.loads(done.stdout)["outputs"]["ACCURACY"]
    assert accuracy == pytest.approx((array(again) == array(classes)).mean(), abs=1e-9)


@pytest.fixture(params=["terramind", "qgis_process"])
def refused(request, bench, output):
    """Run an algorithm that must fail, with words in its message, and must not write."""

    def refused(algorithm, *words, **parameters):
        done = getattr(bench, request.param)(algorithm, **parameters)
        assert done.code != 0, done.said
        for word in words:
            assert word in done.said, f"{word!r} is not in: {done.said}"
        for crash in ("panicked", "Traceback", "Segmentation"):
            assert crash not in done.said, done.said
        assert list(output.iterdir()) == []

    return refused


def layer(path, values, like="DEM"):
    """A raster of the scene's upper left corner with other values."""
    scene = gdal.Open(str(SCENE[like]))
    rows, columns = values.shape
    raster = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, 1, gdal.GDT_Float32)
    raster.SetGeoTransform(scene.GetGeoTransform())
    raster.SetProjection(scene.GetProjection())
    raster.GetRasterBand(1).WriteArray(values)
    return path


def test_what_cannot_be_generated_says_why(refused, output, tmp_path):
    base = {"MODEL": "demo", "S2L2A": SCENE["S2L2A"], "AREA": "layers"}
    dem = output / "dem.tif"
    refused("generatemodality", "OUTPUT_LULC", **base)
    refused("generatemodality", "ENSEMBLE", **base, OUTPUT_DEM_UNCERTAINTY=dem)
    refused("generatemodality", "ORDER", "RGB", **base, ORDER="RGB", OUTPUT_DEM=dem)
    refused("generatemodality", "STEPS", **base, STEPS=0, OUTPUT_DEM=dem)
    refused("generatemodality", "STEPS", "1000", **base, STEPS=1001, OUTPUT_DEM=dem)
    refused("generatemodality", "S2L2A", MODEL="demo", OUTPUT_DEM=dem)
    classes = layer(tmp_path / "classes.tif", np.full((64, 64), 11.0))
    lulc = {"MODEL": "demo", "LULC": classes, "AREA": "layers"}
    refused("generatemodality", "LULC", "11", **lulc, OUTPUT_DEM=dem)
    index = layer(tmp_path / "index.tif", np.linspace(0, 9000, 4096).reshape(64, 64))
    refused("generatemodality", "NDVI", "-1", MODEL="demo", NDVI=index, AREA="layers", OUTPUT_DEM=dem)
    again = {"MODEL": "demo", "MODALITY": "NDVI", "INPUT": index, "AREA": "layers"}
    refused("reconstruct", "NDVI", "-1", **again, OUTPUT=dem)
    sound = layer(tmp_path / "sound.tif", np.ones((64, 64)))
    lulc["LULC"] = sound
    refused("generatemodality", "LULC", "input", **lulc, OUTPUT_LULC=output / "lulc.tif")


def test_what_a_model_lacks_is_named_with_the_file_to_import(empty_bench, output, tmp_path):
    pack = tmp_path / "alone"
    assert empty_bench.terramind("importmodel", INPUT=CHECKPOINT, DEST=pack).code == 0
    request = {"MODEL": pack, "S2L2A": SCENE["S2L2A"], "TOKENIZERS": tmp_path}
    done = empty_bench.terramind("generatemodality", **request, OUTPUT_DEM=output / "dem.tif")
    assert done.code != 0 and "TerraMind_Tokenizer_DEM.pt" in done.said, done.said
    tokenizer = next(path for path in TOKENIZERS if "DEM" in path.name)
    imported = empty_bench.terramind("importmodel", INPUT=tokenizer, DEST=tmp_path / "dem")
    assert imported.code == 0, imported.said
    done = empty_bench.terramind("generatemodality", **request, STEPS=1, OUTPUT_DEM=output / "dem.tif")
    assert done.code == 0, done.said


def test_bands_in_another_order_are_found_by_their_descriptions(bench, output, tmp_path):
    maps = []
    for order in ([1, 2], [2, 1]):
        source = tmp_path / f"{order}.tif"
        gdal.Translate(str(source), str(SCENE["S1GRD"]), bandList=order, srcWin=[128, 128, 64, 64])
        request = {"MODEL": "demo", "S1GRD": source, "AREA": "layers"}
        lulc = output / f"{source.stem}.tif"
        done = bench.terramind("generatemodality", **request, OUTPUT_LULC=lulc)
        assert done.code == 0, done.said
        maps.append(array(lulc))
    assert 'VV is band 2 ("VV"), VH is band 1 ("VH")' in done.said, done.said
    assert len(np.unique(maps[0])) > 1 and (maps[0] == maps[1]).all()


def test_altered_packs_are_refused(bench, output, tmp_path):
    installed = bench.home / ".local/share/terramind/models/demo"
    dem = {"S2L2A": SCENE["S2L2A"], "EXTENT": EXTENT, "STEPS": 1, "OUTPUT_DEM": output / "dem.tif"}
    again = {"INPUT": SCENE["DEM"], "MODALITY": "DEM", "STEPS": 1, "OUTPUT": output / "again.tif"}
    for name, requests in {
        "weights.safetensors": [("generatemodality", dem)],
        "tokenizers/DEM/weights.safetensors": [("generatemodality", dem), ("reconstruct", again)],
    }.items():
        pack = tmp_path / name.replace("/", "_")
        shutil.copytree(installed, pack)
        data = bytearray((pack / name).read_bytes())
        data[-1] ^= 0x40
        (pack / name).write_bytes(data)
        for algorithm, request in requests:
            done = bench.terramind(algorithm, MODEL=pack, **request)
            assert done.code != 0 and "altered" in done.said, done.said
            assert list(output.iterdir()) == []


def test_a_local_system_has_no_coordinates(bench, output, tmp_path):
    local = tmp_path / "local.tif"
    part = {"srcWin": [128, 128, 64, 64], "outputSRS": 'LOCAL_CS["x",UNIT["m",1]]'}
    gdal.Translate(str(local), str(SCENE["S2L2A"]), **part)
    request = {"MODEL": "demo", "S2L2A": local, "COORDINATES": "true", "AREA": "layers"}
    done = bench.terramind("generatemodality", **request, OUTPUT_LULC=output / "lulc.tif")
    assert done.code != 0 and json.loads(done.stdout)["status"] == "error", done.said
    assert "no place on Earth" in done.said and "panicked" not in done.said, done.said


def test_values_beyond_reason_are_not_blamed_on_the_model(bench, output, tmp_path):
    huge = tmp_path / "huge.tif"
    options = {"outputType": gdal.GDT_Float32, "scaleParams": [[0, 10000, 0, 9e29]]}
    gdal.Translate(str(huge), str(SCENE["S2L2A"]), srcWin=[128, 128, 64, 64], **options)
    request = {"MODEL": "demo", "S2L2A": huge, "AREA": "layers"}
    done = bench.terramind("generatemodality", **request, OUTPUT_LULC=output / "lulc.tif")
    assert done.code != 0 and "far too large" in done.said and list(output.iterdir()) == [], done.said


def test_an_image_may_be_input_and_output(bench, output):
    _, done = generated(bench.terramind, output, ["S2L2A"], STEPS=1)
    assert "S2L2A is an input, too" in done.said


def test_wrong_units_are_told(bench, output, tmp_path):
    reflectance = tmp_path / "reflectance.tif"
    options = {
        "outputType": gdal.GDT_Float32,
        "scaleParams": [[0, 10000, 0, 1]],
        "srcWin": [128, 128, 64, 64],
    }
    gdal.Translate(str(reflectance), str(SCENE["S2L2A"]), **options)
    request = {"MODEL": "demo", "S2L2A": reflectance, "AREA": "layers"}
    done = bench.qgis_process("generatemodality", **request, OUTPUT_LULC=output / "lulc.tif")
    assert done.code == 0 and "10,000" in done.said, done.said
