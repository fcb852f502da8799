"""A cancelled run ends at once, says so, and leaves nothing."""

import signal
import subprocess
import time

import pytest
from conftest import SCENE
from osgeo import gdal

gdal.UseExceptions()

# Long enough for both loading the model and the first tiles.
CANCEL_AFTER_S = 4
# Measured: well below 2 s (docs/benchmarks.md). Here only that it is not the minutes of the whole run.
ENDS_WITHIN_S = 20


@pytest.fixture
def large_scene(tmp_path):
    """The scene's Sentinel-2 layer stretched to 480 megapixels, which takes minutes to embed."""
    path = tmp_path / "large.vrt"
    gdal.Translate(str(path), str(SCENE["S2L2A"]), format="VRT", width=24000, height=20000)
    return {"MODEL": "demo", "S2L2A": path, "AREA": "layers"}


def test_the_command_line_stops_at_ctrl_c(bench, large_scene, output):
    command = bench.terramind_command("embedlayer", **large_scene, OUTPUT=output / "features.tif")
    with subprocess.Popen(
        list(map(str, command)),
        env=bench.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        time.sleep(CANCEL_AFTER_S)
        assert running.poll() is None, running.communicate()
        running.send_signal(signal.SIGINT)
        began_s = time.monotonic()
        _, said = running.communicate(timeout=60)
    assert time.monotonic() - began_s < ENDS_WITHIN_S
    assert running.returncode != 0
    assert "ancelled" in said
    assert list(output.iterdir()) == []


def test_qgis_stops_at_cancel(bench, large_scene, output):
    parameters = {**large_scene, "OUTPUT": output / "features.tif"}
    seen = bench.pyqgis("cancel.py", parameters=parameters, cancel_after_s=CANCEL_AFTER_S)
    assert seen["succeeded"] is False
    assert seen["finished_at_s"] - seen["cancelled_at_s"] < ENDS_WITHIN_S, seen["log"]
    assert list(output.iterdir()) == []
