"""The pictures on the pages of the algorithms are what these make today."""

import json

import numpy
import pytest
from conftest import CHECKOUT
from osgeo import gdal

gdal.UseExceptions()

KEPT = CHECKOUT / "docs/figures/algorithms"
# Titles are above the panels, in the machine's own font.
TITLE_PX, PANEL_PX, STEP_PX = 24, 192, 202
# Levels of 255: other machines round differently, and draw other tokens here and there.
ALIKE = 12


def colours(path):
    """The pixels of a picture below its titles, `[y, x, colour]`."""
    picture = gdal.Open(str(path))
    band = picture.GetRasterBand(1)
    entries = band.GetColorTable()
    table = numpy.array([entries.GetColorEntry(index)[:3] for index in range(entries.GetCount())])
    return table[band.ReadAsArray()[TITLE_PX:]].astype(float)


@pytest.fixture(scope="module")
def made(empty_bench, tmp_path_factory):
    """What the script makes."""
    folder = tmp_path_factory.mktemp("pictures")
    target = empty_bench.build.parent
    done = empty_bench.run(
        "/usr/bin/python3", CHECKOUT / "tools/help_pictures.py", folder, CARGO_TARGET_DIR=str(target)
    )
    assert done.code == 0, done.said
    return folder


@pytest.mark.parametrize("name", json.loads((CHECKOUT / "docs/pictures.json").read_text()))
def test_a_picture_is_what_its_algorithm_makes(made, name):
    kept, new = colours(KEPT / f"{name}.png"), colours(made / f"{name}.png")
    assert kept.shape == new.shape, "run tools/help_pictures.py"
    for x in range(0, kept.shape[1], STEP_PX):
        one, other = (picture[:, x : x + PANEL_PX] for picture in (kept, new))
        assert numpy.abs(one - other).mean() < ALIKE, (
            f"{name}: the panel at {x} differs; run tools/help_pictures.py"
        )
        assert one.std() > ALIKE, f"{name}: nothing is seen in the panel at {x}"
