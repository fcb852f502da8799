"""The first command of README does what it says, for somebody who has no model and no profile yet."""

import json
import os
import shutil
import subprocess
import zipfile
from itertools import combinations
from pathlib import Path

import numpy
import pytest
from conftest import CHECKOUT
from osgeo import gdal

gdal.UseExceptions()

OUTPUT = CHECKOUT / "demo-output"
RASTERS = {
    "feature_colours.tif",
    "flood.tif",
    "generated_dem.tif",
    "generated_land_cover.tif",
    "generated_s1.tif",
    "scene_s1.tif",
    "scene_s2.tif",
    "true_dem.tif",
    "true_flood.tif",
    "true_land_cover.tif",
}
# Pixels of the picture: two rows of four panels.
SIZE, PANEL = (1920, 1200), 400
PANELS = [(x, y) for y in (150, 650) for x in (70, 530, 990, 1450)]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """What demo.sh needs of a user; demo.sh has run for them."""
    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, "XDG_DATA_HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    done = subprocess.run(
        [CHECKOUT / "demo.sh"],
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=900,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0 and "== Done" in said, said
    return home


def test_everything_is_written(home):
    written = {file.name for file in OUTPUT.iterdir() if file.stat().st_mtime >= home.stat().st_ctime}
    assert RASTERS | {"features.tif", "land_cover.html", "terramind.qgz", "terramind.png"} <= written, written


def test_the_project_opens_wherever_its_folder_is(home, tmp_path):
    moved = tmp_path / "somewhere else"
    moved.mkdir()
    for name in RASTERS | {"terramind.qgz"}:
        for file in OUTPUT.glob(f"{name}*"):
            shutil.copy(file, moved)
    done = subprocess.run(
        ["/usr/bin/python3", Path(__file__).with_name("read_project.py"), moved / "terramind.qgz"],
        env={**os.environ, "HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["opened"] and all(layer["valid"] for layer in told["layers"]), told
    assert {layer["source"] for layer in told["layers"]} == {str(moved / name) for name in RASTERS}
    assert {layer["crs"] for layer in told["layers"]} == {"EPSG:32632"}
    assert len(told["themes"]) == len(PANELS) and len(told["layouts"]) == 1, told
    with zipfile.ZipFile(moved / "terramind.qgz") as project:
        text = "".join(project.read(name).decode(errors="replace") for name in project.namelist())
    assert str(CHECKOUT) not in text and str(Path.home()) not in text


def test_the_picture_shows_every_layer(home):
    picture = gdal.Open(str(OUTPUT / "terramind.png")).ReadAsArray()[:3].astype(float)
    assert picture.shape[1:] == SIZE[::-1]
    inside = [picture[:, y : y + PANEL, x : x + PANEL] for x, y in PANELS]
    for panel in inside:
        # Most of the map of the flood has one colour.
        assert panel.mean(0).std() > 15, [part.mean(0).std() for part in inside]
    for first, other in combinations(inside, 2):
        assert numpy.abs(first - other).mean() > 10
    for above in PANELS:
        title = picture[:, above[1] - 45 : above[1] - 15, above[0] - 10 : above[0] + 150]
        assert title.min() < 80 and title.max() > 250, "no title"


def test_all_of_it_is_the_same_place(home):
    def values(name):
        return gdal.Open(str(OUTPUT / name)).ReadAsArray().astype(float)

    found, true = values("flood.tif") == 1, values("true_flood.tif") == 1
    assert (found & true).sum() / (found | true).sum() > 0.4
    assert numpy.corrcoef(values("generated_dem.tif").ravel(), values("true_dem.tif").ravel())[0, 1] > 0.7
    assert (values("generated_land_cover.tif") == values("true_land_cover.tif")).mean() > 0.5
    # Radar sees open water dark.
    radar, cover = values("generated_s1.tif")[0], values("true_land_cover.tif")
    assert radar[cover == 1].mean() < radar[cover == 2].mean() - 3
    # Colours of water are further from those of trees than from each other; a cell is 16 pixels.
    colours = values("feature_colours.tif")
    rows, columns = colours.shape[1:]
    whole = cover[: rows * 16, : columns * 16].reshape(rows, 16, columns, 16)
    water, trees = (colours[:, (whole == kind).mean((1, 3)) > 0.8] for kind in (1, 2))
    assert water.shape[1] > 20 and trees.shape[1] > 20
    apart = numpy.linalg.norm(water.mean(1) - trees.mean(1))
    assert apart > 1.5 * numpy.linalg.norm(water - water.mean(1, keepdims=True), axis=0).mean()
