"""The entry TerraMind in the Plugins menu, and the page in the options, in QGIS's window."""

import shutil
from itertools import combinations

import pytest
from conftest import CHECKOUT, CHECKPOINT, SCENE

NAME = "to_remove"
# How much of their 24 by 24 pixels icons have to fill, and to differ in.
FILLED, DIFFERENT = 100, 40


@pytest.fixture
def documentation(bench):
    """The documentation's folder in the plugin; a stand-in where none was built."""
    folder = bench.plugins / "terramind/doc"
    built = folder.exists()
    if not built:
        (folder / "algorithms").mkdir(parents=True)
        for page in ("index.html", "algorithms/samplescene.html"):
            (folder / page).write_text("<title>TerraMind for QGIS</title>")
    yield folder
    if not built:
        shutil.rmtree(folder)


def test_the_menu_shows_models_runtime_sample_data_examples_and_documentation(
    bench, documentation, tmp_path, output
):
    case = {
        "pictures": str(bench.screenshots / "menu"),
        "result": str(tmp_path / "result.json"),
        "checkpoint": str(CHECKPOINT),
        "name": NAME,
        "layer": str(SCENE["DEM"]),
        "features": str(output / "features.tif"),
    }
    seen = bench.in_window(tmp_path, "gui_menu.py", case)
    assert seen["entries"] == ["Models…", "Runtime…", "Sample data…", "Example models", "Documentation"]
    check_models(seen, bench.home / ".local/share/terramind/models")
    check_question(*seen["questions"])
    check_icons(seen["icons"])
    assert (
        "CPU in fp32 (DEVICE=cpu, PRECISION=fp32): works" in seen["report"]
        and "libonnxruntime.so" in seen["report"]
    )
    assert seen["copied"] == seen["report"]
    assert seen["scene"] == "terramind:samplescene"
    assert [name.split(" (")[0] for name in seen["layers"]] == [
        "Synthetic DEM",
        "Synthetic Sentinel-1 GRD",
        "Synthetic Sentinel-2 L2A",
        "Synthetic land cover",
    ]
    assert len(seen["examples"]) == len(set(seen["opened"])) == len(list(CHECKOUT.glob("examples/*.model3")))
    # What was built; the README where nothing was; and words where there is not even that.
    plugin = bench.plugins / "terramind"
    assert seen["documentation"] == [str(plugin / "doc/index.html"), str(plugin / "README.md")]
    assert "TerraMind for QGIS" in (documentation / "index.html").read_text()
    assert str(plugin / "doc") in seen["no_documentation"]
    assert seen["help"] == [str(plugin / "doc/algorithms/samplescene.html")]
    assert seen["help_without_pages"] == (plugin / "README.md").as_uri()
    assert seen["help_without_anything"] == ""
    assert len(seen["options"]) == 4 and "Memory limit" in seen["options"]
    assert not seen["entries_after_unload"] and not seen["provider_after_unload"]


def check_models(seen, folder):
    """What was imported is listed, can be read to its end, and goes when it is deleted."""
    rows = {row[0]: row for row in seen["models"]}
    of_demo = rows["demo"]
    assert of_demo[1].endswith("own tokenizers of DEM, LULC, NDVI, S1GRD, S1RTC, S2L2A")
    assert of_demo[1].startswith("a reduced TerraMind") and of_demo[2] == "TerraMind_v1_demo.pt"
    assert NAME in rows
    # One line of the column would not hold it.
    assert len(of_demo[1]) > 100 and seen["cut"] == []
    assert all(row[1] in tooltip for row, tooltip in zip(seen["models"], seen["tooltips"], strict=True))
    assert max(seen["widths"]) == seen["widths"][1], seen["widths"]
    assert seen["folder"] == [str(folder)]
    assert not seen["can_delete_nothing"]
    kept, left = seen["left"]
    assert NAME in kept and left == [name for name in kept if name != NAME]
    assert not (folder / NAME).exists() and (folder / "demo").exists()


def check_question(first, second):
    """Before a model is deleted its user is told what depends on it, and what does not."""
    assert f"“{NAME}”" in first and "TerraMind_v1_demo.pt" in first
    assert "Runs, graphical models and scripts that name it will fail" in first
    assert "• <b>Made with it" in first and "Not made with it" not in first
    # The task had ended when it was asked for the second time.
    assert "• Something long" in first and "Something long" not in second


def check_icons(icons):
    """Each algorithm has an icon that shows something, and another one than all others and the provider."""
    assert len(icons) == 1 + len(list((CHECKOUT / "plugin/icons").glob("*.svg")))
    for name, pixels in icons.items():
        opaque = [pixel for pixel in pixels if pixel.startswith("#ff")]
        assert len(opaque) > FILLED and len(set(opaque)) > 2, f"{name or 'the provider'} has an empty icon"
    for (one, pixels), (other, others) in combinations(icons.items(), 2):
        different = sum(a != b for a, b in zip(pixels, others, strict=True))
        assert different > DIFFERENT, f"{one or 'the provider'} and {other} look the same"
