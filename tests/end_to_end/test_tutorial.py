"""The tutorial, followed to the letter in QGIS's window.

The pictures that it takes are left in target/screenshots/tutorial. Where the page or the windows changed,
look at them and copy them to docs/tutorial.
"""

import json
import re
import shutil
import tempfile
from pathlib import Path

import pytest
from conftest import CHECKOUT

TUTORIAL = CHECKOUT / "docs/tutorial"


@pytest.fixture
def folder():
    """A folder of a short name, which is what the pictures show, with the project's files in it."""
    folder = Path(tempfile.gettempdir()) / "terramind"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "demo").symlink_to(CHECKOUT / "demo")
    yield folder
    shutil.rmtree(folder)


def test_every_step_works_and_every_picture_is_taken(empty_bench, folder):
    pictures = empty_bench.screenshots / "tutorial"
    shutil.rmtree(pictures, ignore_errors=True)
    result = folder / "result.json"
    done = empty_bench.run(
        *("xvfb-run", "--auto-servernum", "--server-args=-screen 0 1280x800x24"),
        *("qgis", "--nologo", "--noversioncheck", "--code", TUTORIAL / "follow.py"),
        TUTORIAL=str(TUTORIAL / "index.md"),
        CHECKOUT=str(folder),
        PICTURES=str(pictures),
        RESULT=str(result),
        TERRAMIND_MODELS=str(folder / "models"),
        QT_QPA_PLATFORM="xcb",
        timeout_s=300,
    )
    assert done.code == 0, done.said
    assert {p.name for p in pictures.iterdir()} == {p.name for p in TUTORIAL.glob("*.png")}
    found = json.loads(result.read_text())
    assert "Features of S2L2A (demonstration)" in found["layers"]
    # Of the scene, the generation, the features, and of Evaluate.
    assert len(found["reports"]) == 4
    # What the text says of the scores.
    (accuracy,) = re.findall(r"overall accuracy ([\d.]+)", "\n".join(found["logs"]))
    assert 0.7 < float(accuracy) < 0.8, "the tutorial says that three of four pixels are right"
