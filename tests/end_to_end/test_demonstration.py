"""The demonstration knows what it was trained for: scores on scenes that it never saw, and what spoils them.

It was trained on worlds from seed 1000 on (tools/train_demo/scenes.py); the worlds here lie below.
"""

import json
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from conftest import CHECKOUT
from osgeo import gdal

gdal.UseExceptions()

DEMO = CHECKOUT / "demo"
MODALITIES = ("S2L2A", "S1GRD", "S1RTC", "DEM", "LULC", "NDVI")
# World and season.
WORLDS = {201: "spring", 202: "summer", 204: "winter"}
FLOODED = {205: "spring", 206: "summer", 207: "autumn"}
SIDE_PX, PATCH_PX, PIXEL_M, CLASSES = 448, 16, 10, 10
# The likeliest tokens, so that every run gives the same; values are not cut off at one deviation.
USUAL = {"MODEL": "demonstration", "TEMPERATURE": 0, "CLAMP": "false"}
# TerraMind's, of S2L2A.
MEANS = [1390, 1503, 1718, 1854, 2199, 2780, 2987, 3083, 3132, 3163, 2425, 1858]
# Somewhat less than what was measured (docs/demonstration-model.md).
COVER_PIXELS, COVER_CELLS = 0.7, 0.85
CORRELATION = {"DEM": 0.8, "NDVI": 0.97, "S1RTC": 0.85, "S1GRD": 0.65}
FLOOD_IOU = 0.65
# Within a world, where a constant has none.
RELIEF = 0.3


@dataclass
class Accuracy:
    """Parts of what is right."""

    pixels: float
    cells: float


@dataclass
class Judge:
    """The program with the demonstration, and the worlds that it is held against."""

    bench: object
    folder: Path

    def run(self, algorithm, **parameters):
        """Run an algorithm; its outputs."""
        done = self.bench.terramind(algorithm, **parameters)
        assert done.code == 0, done.said
        return json.loads(done.stdout)["outputs"]

    def layer(self, world, modality):
        """What sensors see of a world; `true/…` is without their noise, `flooded/…` under water."""
        return self.folder / str(world) / f"{modality}.tif"

    def generated(self, world, modality, inputs):
        """The raster that the demonstration makes of a modality."""
        path = self.folder / f"{modality}.tif"
        self.run("generatemodality", **USUAL, **inputs, **{f"OUTPUT_{modality}": path})
        return path

    def accuracy(self, inputs):
        """How much of the generated land cover is the true one.

        Of all pixels, as Evaluate says, and of the cells that a token stands for, by their most frequent
        class. `inputs` gives the layers of a world.
        """
        pixels, right = [], []
        for world in WORLDS:
            path, truth = self.generated(world, "LULC", inputs(world)), self.layer(world, "true/LULC")
            pixels.append(self.run("evaluate", PREDICTION=path, REFERENCE=truth)["OVERALL_ACCURACY"])
            right.append((dominant(path) == dominant(truth)).mean())
        return Accuracy(np.mean(pixels), np.mean(right))

    def correlation(self, modality, inputs, within=False):
        """Band by band: means of patches, generated and true, of all worlds together or of the middle one.

        How high whole worlds lie would already be most of what elevations have in common.
        """
        found, true = [], []
        for world in WORLDS:
            found.append(cells(self.generated(world, modality, inputs(world))))
            true.append(cells(self.layer(world, f"true/{modality}")))
        if within:
            own = [[correlate(*pair) for pair in zip(*world)] for world in zip(found, true)]
            return list(np.median(own, 0))
        bands = [np.concatenate(values, axis=1) for values in (found, true)]
        return [correlate(*pair) for pair in zip(*bands)]

    def largest_class(self):
        """What part of all pixels would be right if everything were called what is most frequent."""
        counts = [np.bincount(array(self.layer(world, "true/LULC")).ravel()) for world in WORLDS]
        counts = [np.pad(count, (0, CLASSES - len(count))) for count in counts]
        return np.sum(counts, 0).max() / np.sum(counts)

    def flood(self, model):
        """The part of all pixels that are rightly called dry or flooded, and the IoU of what is flooded."""
        pixels = np.zeros((2, 2))
        for world in FLOODED:
            path, report = self.folder / f"{model}.tif", self.folder / f"{model}.json"
            self.run("timsegment", MODEL=model, S1GRD=self.layer(world, "flooded/S1GRD"), OUTPUT=path)
            truth = self.layer(world, "flooded/FLOOD")
            self.run("evaluate", PREDICTION=path, REFERENCE=truth, OUTPUT_JSON=report)
            pixels += np.array(json.loads(report.read_text())["confusion_matrix"]["pixels"])
        return np.trace(pixels) / pixels.sum(), pixels[1, 1] / (pixels.sum() - pixels[0, 0])


def correlate(one, other):
    return np.corrcoef(one.ravel(), other.ravel())[0, 1]


def array(path):
    """The raster's values, `[band, y, x]`."""
    return np.atleast_3d(gdal.Open(str(path)).ReadAsArray().T).T


def cells(path):
    """What tokens carry: means over patches, `[band, y, x]`."""
    values = array(path).astype(np.float64)
    side = SIDE_PX // PATCH_PX
    return values.reshape(len(values), side, PATCH_PX, side, PATCH_PX).mean((2, 4))


def dominant(path):
    """The most frequent class of patches, `[y, x]`."""
    side = SIDE_PX // PATCH_PX
    blocks = array(path)[0].reshape(side, PATCH_PX, side, PATCH_PX)
    return np.stack([(blocks == number).sum((1, 3)) for number in range(CLASSES)]).argmax(0)


@pytest.fixture(scope="module")
def judge(empty_bench, tmp_path_factory):
    """Imports the demonstration, its tokenizers and both fine-tuned models, and makes the worlds."""
    judge = Judge(empty_bench, tmp_path_factory.mktemp("worlds"))
    judge.run("importmodel", INPUT=DEMO / "TerraMind_v1_demonstration.pt", NAME="demonstration")
    for name in MODALITIES:
        judge.run("importmodel", INPUT=DEMO / f"TerraMind_Tokenizer_{name}.pt", MODEL="demonstration")
    for name in ("flood", "flood_tim"):
        judge.run("importmodel", INPUT=DEMO / f"{name}.ckpt", CONFIG=DEMO / f"{name}.yaml")
    kinds = {
        "": (WORLDS, MODALITIES, {}),
        "true": (WORLDS, MODALITIES, {"NOISE": "false"}),
        "flooded": (FLOODED, ("S1GRD", "FLOOD"), {"FLOODED": "true"}),
    }
    for kind, (worlds, names, state) in kinds.items():
        for world, season in worlds.items():
            folder = judge.folder / str(world) / kind
            folder.mkdir(parents=True, exist_ok=True)
            values = {"SEED": world, "SEASON": season, "SIZE": SIDE_PX, "PIXEL_SIZE": PIXEL_M}
            outputs = {f"OUTPUT_{name}": folder / f"{name}.tif" for name in names}
            judge.run("samplescene", **values, **state, **outputs)
    return judge


def layers(judge, *modalities):
    """A function from a world to its layers of these modalities."""
    return lambda world: {name: judge.layer(world, name) for name in modalities}


def changed(judge, modality, change):
    """A function from a world to one layer of other values, whose bands do not say which they are."""

    def layer(world):
        path, source = judge.folder / "changed.tif", gdal.Open(str(judge.layer(world, modality)))
        values = change(source.ReadAsArray().astype(np.float32))
        # A copy by GDAL would keep the bands' names, and the plugin would put them right.
        kind = gdal.GDT_Float32
        file = gdal.GetDriverByName("GTiff").Create(str(path), SIDE_PX, SIDE_PX, len(values), kind)
        file.SetGeoTransform(source.GetGeoTransform())
        file.SetProjection(source.GetProjection())
        file.WriteArray(values)
        return {modality: path}

    return layer


def swapped(values):
    """Near infrared (B08) and red (B04) in each other's place."""
    return values[[0, 1, 2, 7, 4, 5, 6, 3, 8, 9, 10, 11]]


def a_tenth(values):
    """Reflectance in thousandths instead of ten thousandths."""
    return values / 10


def not_centred(values):
    """What the model would be given if normalisation did not take off the means."""
    return values + np.float32(MEANS)[:, None, None]


SPOILT = pytest.mark.parametrize("spoil", [swapped, a_tenth, not_centred])


def test_land_cover_from_optical_images(judge):
    found = judge.accuracy(layers(judge, "S2L2A"))
    assert found.pixels >= COVER_PIXELS and found.cells >= COVER_CELLS, found


@SPOILT
def test_what_spoils_the_input_spoils_land_cover(judge, spoil):
    """The test above would not let pass bands that are taken for others, wrong units, wrong normalisation."""
    found = judge.accuracy(changed(judge, "S2L2A", spoil))
    assert found.pixels < COVER_PIXELS and found.cells < COVER_CELLS, found


def test_a_copy_spoils_nothing(judge):
    """It is the changes above that do, not that files are written anew, as floats and without names."""
    found = judge.accuracy(changed(judge, "S2L2A", lambda values: values))
    assert found.pixels >= COVER_PIXELS and found.cells >= COVER_CELLS, found


def test_land_cover_from_radar_is_far_better_than_chance(judge):
    found = judge.accuracy(layers(judge, "S1GRD"))
    assert found.pixels >= judge.largest_class() + 0.15, found


@pytest.mark.parametrize("modality", ["DEM", "NDVI", "S1RTC"])
def test_what_is_made_of_optical_images_goes_with_the_truth(judge, modality):
    found = judge.correlation(modality, layers(judge, "S2L2A"))
    assert min(found) >= CORRELATION[modality], found


def test_elevation_goes_with_the_relief_of_each_world(judge):
    found = judge.correlation("DEM", layers(judge, "S2L2A"), within=True)
    assert min(found) >= RELIEF, found


def test_it_warns_of_real_layers_and_says_what_it_is(judge):
    path = judge.folder / "warned.tif"
    runs = {
        "generatemodality": {**USUAL, "OUTPUT_LULC": path},
        "embedlayer": {"MODEL": "demonstration", "OUTPUT": path},
    }
    real = judge.folder / "real.tif"
    # Without the metadata by which an invented scene is known.
    gdal.Translate(str(real), str(judge.layer(201, "S2L2A")), metadataOptions=["TERRAMIND_SYNTHETIC="])
    gdal.Open(str(real), gdal.GA_Update).SetMetadata({})
    for algorithm, values in runs.items():
        invented = judge.bench.terramind(algorithm, **values, S2L2A=judge.layer(201, "S2L2A"))
        assert invented.code == 0 and "trained on synthetic data" not in invented.stderr, invented.said
        done = judge.bench.terramind(algorithm, **values, S2L2A=real)
        assert done.code == 0 and "trained on synthetic data" in done.stderr, done.said
        if algorithm == "generatemodality":
            assert "not for analysis" in gdal.Open(str(path)).GetMetadataItem("TERRAMIND_STATEMENT")


def test_swapped_bands_spoil_vegetation(judge):
    found = judge.correlation("NDVI", changed(judge, "S2L2A", swapped))
    assert max(found) < CORRELATION["NDVI"], found


def test_radar_on_slopes_goes_with_the_truth_to_some_degree(judge):
    """GRD brightens slopes towards the satellite, which an optical image hardly shows."""
    found = judge.correlation("S1GRD", layers(judge, "S2L2A"))
    assert min(found) >= CORRELATION["S1GRD"], found


@pytest.mark.parametrize("model", ["flood", "flood_tim"])
def test_floods_are_found_by_radar(judge, model):
    right, iou = judge.flood(model)
    assert right >= 0.85 and iou >= FLOOD_IOU, (right, iou)


NOT_REACHED = pytest.mark.xfail(strict=True, reason="see docs/demonstration-model.md, What it cannot do")


@NOT_REACHED
def test_all_pixels_of_land_cover_are_as_right_as_was_aimed_at(judge):
    assert judge.accuracy(layers(judge, "S2L2A")).pixels >= 0.85


@NOT_REACHED
def test_radar_on_slopes_is_as_good_as_was_aimed_at(judge):
    assert min(judge.correlation("S1GRD", layers(judge, "S2L2A"))) >= 0.8


# Each row: an algorithm, its parameters, the output, and whether tokens are chosen on the way.
ROUNDED = {
    "features": ("embedlayer", {"MODEL": "demonstration"}, "S2L2A", "OUTPUT"),
    "land cover": ("generatemodality", USUAL, "S2L2A", "OUTPUT_LULC"),
    "elevation": ("generatemodality", {**USUAL, "STEPS": 3}, "S2L2A", "OUTPUT_DEM"),
    "flood": ("timsegment", {"MODEL": "flood"}, "S1GRD", "OUTPUT"),
    "flood with TiM": ("timsegment", {"MODEL": "flood_tim"}, "S1GRD", "OUTPUT"),
    "reconstruction": ("reconstruct", {"MODEL": "demonstration", "MODALITY": "LULC"}, "LULC", "OUTPUT"),
}


@pytest.mark.parametrize("what", ROUNDED)
def test_rounded_results_are_nearly_the_same(judge, what):
    """int8 within the limits of what auto may choose; where tokens are chosen, what auto leaves alone."""
    algorithm, values, modality, output = ROUNDED[what]
    given = "INPUT" if algorithm == "reconstruct" else modality
    world = 205 if what.startswith("flood") else 201
    layer = judge.layer(world, "flooded/S1GRD" if what.startswith("flood") else modality)
    made = {}
    for precision in ("fp32", "int8", "auto"):
        path = judge.folder / f"{precision}.tif"
        judge.run(algorithm, **values, **{given: layer, output: path}, PRECISION=precision)
        made[precision] = array(path).astype(np.float64)
        computed_by = gdal.Open(str(path)).GetMetadataItem("TERRAMIND_PROVIDER")
        assert precision == "auto" or f"CPU in {precision}" in computed_by, computed_by
    for precision in ("int8", "auto"):
        found, exact = made[precision], made["fp32"]
        assert precision == "auto" or (found != exact).any(), "int8 did nothing"
        if what == "features":
            products = (found * exact).sum(0) / np.sqrt((found**2).sum(0) * (exact**2).sum(0))
            assert products.mean() >= 0.999, (precision, products.mean())
        elif what == "elevation":
            # Other tokens have other elevations: 0.96 was measured. Auto rounds neither them nor the picture.
            assert np.corrcoef(found.ravel(), exact.ravel())[0, 1] >= 0.95, precision
            assert precision == "int8" or (found == exact).all()
        else:
            # int8 chooses other tokens now and then, which auto does not.
            limit = 0.98 if precision == "int8" and what == "land cover" else 0.99
            assert (found == exact).mean() >= limit, (precision, (found == exact).mean())


@contextmanager
def int8_is_the_fastest(judge):
    """Of whatever was tried so far, on any machine."""
    (trials,) = judge.bench.home.rglob("trials.json")
    kept = json.loads(trials.read_text())
    trials.write_text(json.dumps({key: seconds | {"CPU in int8": 1e-6} for key, seconds in kept.items()}))
    yield
    trials.unlink()


def test_auto_chooses_the_very_tokens_of_fp32(judge):
    layer, tokens = judge.layer(201, "S2L2A"), {}

    def run(precision):
        path = judge.folder / f"tokens_{precision}.tif"
        outputs = {"OUTPUT_LULC": judge.folder / "cover.tif", "OUTPUT_TOKENS": path}
        judge.run("generatemodality", **USUAL, S2L2A=layer, **outputs, PRECISION=precision)
        tokens[precision] = array(path)
        return gdal.Open(str(outputs["OUTPUT_LULC"])).GetMetadataItem("TERRAMIND_PROVIDER")

    for precision in ("fp32", "int8", "auto"):
        run(precision)
    with int8_is_the_fastest(judge):
        computed_by = run("auto")
    assert computed_by == "CPU in fp32, CPU in int8", "tokens exactly, then their pixels"
    assert (tokens["auto"] == tokens["fp32"]).all()
    assert (tokens["int8"] != tokens["fp32"]).any(), "nothing was rounded that auto could have rounded"


def test_auto_rounds_what_is_imagined_unless_somebody_sees_it(judge):
    layer, maps = judge.layer(205, "flooded/S1GRD"), {}

    def run(precision, **outputs):
        path = judge.folder / f"flood_{precision}.tif"
        values = {"MODEL": "flood_tim", "S1GRD": layer, "OUTPUT": path, "PRECISION": precision}
        judge.run("timsegment", **values, **outputs)
        maps[precision] = array(path)
        return gdal.Open(str(path)).GetMetadataItem("TERRAMIND_PROVIDER")

    # The flood models have no tokenizers of their own.
    (tokenizers,) = judge.bench.home.rglob("models/demonstration/tokenizers")
    shown = {"OUTPUT_TIM_LULC": judge.folder / "imagined.tif", "TOKENIZERS": tokenizers}
    for outputs in ({}, shown):
        run("auto", **outputs)
    run("fp32")
    with int8_is_the_fastest(judge):
        assert run("auto") == "CPU in int8"
        agreement = (maps["auto"] == maps["fp32"]).mean()
        assert 0.999 <= agreement < 1, agreement
        assert run("auto", **shown) == "CPU in fp32, CPU in int8", "exactly, then the map and its pixels"
