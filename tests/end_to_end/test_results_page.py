"""The results page: the same by every way, and in QGIS's results viewer without being asked for."""

import json
from pathlib import Path

from conftest import SCENE

INPUTS = {"MODEL": "demo", "S2L2A": SCENE["S2L2A"], "AREA": "layers"}


def shown(bench, page, name):
    """How a text browser shows a page; it keeps a picture."""
    bench.screenshots.mkdir(exist_ok=True)
    script = Path(__file__).with_name("page_picture.py")
    done = bench.run("/usr/bin/python3", script, page, bench.screenshots / f"{name}.png")
    assert done.code == 0, done.said
    return json.loads(done.stdout.splitlines()[-1])


def test_a_generation_has_a_page(bench, output):
    page = output / "page.html"
    done = bench.qgis_process(
        "generatemodality",
        **INPUTS,
        OUTPUT_LULC=output / "cover.tif",
        OUTPUT_DEM=output / "dem.tif",
        OUTPUT_HTML=page,
    )
    assert done.code == 0, done.said
    told = shown(bench, page, "results_page")
    # Two results and one layer; the scene has 480 by 400 pixels.
    assert told["pictures"] == [[256, 213]] * 3, told["pictures"]
    assert all(address.startswith("data:") for address in told["asked"]), told["asked"]
    for words in ("Generate modality", "Memory at most", "not measured", "MODEL_SHA256", "built area", "B8A"):
        assert words in told["text"], (words, told["text"])


def test_without_being_asked_for_it_is_written_by_dialogs_alone(bench, tmp_path, output):
    done = bench.qgis_process("embedlayer", **INPUTS, OUTPUT=output / "features.tif")
    assert done.code == 0 and "OUTPUT_HTML" not in done.stdout, done.said
    parameters = {
        **{key: str(value) for key, value in INPUTS.items()},
        "OUTPUT": str(output / "features.tif"),
    }
    other = {"MODEL": "demo", "DEM": str(SCENE["DEM"]), "OUTPUT": str(output / "elevation.tif")}
    window = bench.window(tmp_path, "terramind:embedlayer", [parameters, other], [SCENE["S2L2A"]])
    assert [run["succeeded"] for run in window["runs"]] == [True, True], window["runs"][0]["log"]
    assert len(window["reports"]) == 2 and window["reports"][0].endswith(".html"), window["reports"]
    # QGIS itself would call both "Results page"; the newest comes first, each with its time.
    assert [name.split(" [")[0] for name in window["listed"]] == [
        "Embed layer: Features of DEM (demo), from DEM",
        "Embed layer: Features of S2L2A (demo), from S2L2A",
    ]
