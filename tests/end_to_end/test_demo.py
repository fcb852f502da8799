"""The first command of README does what it says, for somebody who has no model and no profile yet."""

import os
import subprocess

from conftest import CHECKOUT


def test_the_demo_runs_to_its_end_for_a_new_user(tmp_path):
    done = subprocess.run(
        [CHECKOUT / "demo.sh"],
        env={**os.environ, "XDG_DATA_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=900,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0 and "== Done" in said, said
    output = CHECKOUT / "demo-output"
    written = {file.name for file in output.iterdir() if file.stat().st_mtime >= tmp_path.stat().st_ctime}
    assert {
        "features.tif",
        "generated_dem.tif",
        "generated_land_cover.tif",
        "generated_ndvi.tif",
        "land_cover.html",
        "imagined_land_cover.tif",
        "scene.tif",
        "true_land_cover.tif",
        "water.gpkg",
        "water.tif",
    } <= written, written
