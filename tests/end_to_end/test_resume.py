"""A run that was killed goes on where it stopped, and gives the same file."""

import os
import shutil
import signal
import subprocess
import time
import zipfile

import pytest
from conftest import SAMPLE, SCENE
from osgeo import gdal

GOING_ON = "going on where it stopped"
BEGUN_BYTES = 40_000
WAIT_S = 120

S2 = {"S2L2A": SCENE["S2L2A"], "AREA": "layers", "THREADS": 1}
RUNS = {
    "embedlayer": (
        {"MODEL": "demo", **S2, "TILE_SIZE": 64, "OVERLAP": 32, "RESOLUTION": "pixel"},
        "OUTPUT",
    ),
    "generatemodality": (
        {"MODEL": "demo", **S2, "TILE_SIZE": 96, "STEPS": 4, "SEED": 3},
        "OUTPUT_DEM",
    ),
    "timsegment": (
        {"MODEL": "water", **S2, "S1GRD": SCENE["S1GRD"], "TILE_SIZE": 64, "OVERLAP": 32},
        "OUTPUT",
    ),
    "reconstruct": (
        {
            "MODEL": "demo",
            "MODALITY": "DEM",
            "INPUT": SCENE["DEM"],
            "AREA": "layers",
            "STEPS": 4,
            "THREADS": 1,
        },
        "OUTPUT",
    ),
}


@pytest.fixture(scope="module")
def ready(bench):
    """A bench whose models were checked on this machine already: a run begins at once."""
    imported = bench.terramind("importmodel", INPUT=SAMPLE / "water_tim.ckpt", NAME="water")
    assert imported.code == 0, imported.said
    return bench


def killed(bench, algorithm, values, journal):
    """Start a run and kill it when some of it is in its journal."""
    command = list(map(str, bench.terramind_command(algorithm, **values)))
    run = subprocess.Popen(
        command, env=bench.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    end = time.monotonic() + WAIT_S
    while not (journal.exists() and journal.stat().st_size > BEGUN_BYTES):
        assert run.poll() is None, "the run was over before it was killed"
        assert time.monotonic() < end
        time.sleep(0.002)
    os.kill(run.pid, signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL


@pytest.mark.parametrize("algorithm", RUNS)
def test_a_killed_run_goes_on(ready, output, algorithm):
    values, name = RUNS[algorithm]
    whole = ready.terramind(algorithm, **values, **{name: output / "whole.tif"})
    assert whole.code == 0, whole.said
    path, journal = output / "map.tif", output / ".map.tif.terramind.journal"
    values = {**values, "RESUME": "yes", name: path}
    killed(ready, algorithm, values, journal)
    assert not path.exists() and journal.exists()
    done = ready.terramind(algorithm, **values)
    assert done.code == 0 and GOING_ON in done.said, done.said
    assert path.read_bytes() == (output / "whole.tif").read_bytes()
    assert sorted(file.name for file in output.iterdir() if file.suffix != ".xml") == ["map.tif", "whole.tif"]


@pytest.mark.parametrize("place", ["file", "virtual raster"])
def test_a_layer_that_was_changed_begins_anew(ready, output, tmp_path, place):
    layer = tmp_path / "layer.tif"

    def write(when_s):
        layer.write_bytes(SCENE["S2L2A"].read_bytes())
        os.utime(layer, (when_s, when_s))

    write(1_000_000_000)
    mosaic = tmp_path / "mosaic.vrt"
    gdal.BuildVRT(str(mosaic), [str(layer)])
    source = {"file": layer, "virtual raster": mosaic}
    values, name = RUNS["embedlayer"]
    values = {**values, "S2L2A": source[place], "RESUME": "yes", name: output / "map.tif"}
    journal = output / ".map.tif.terramind.journal"
    killed(ready, "embedlayer", values, journal)
    killed(ready, "embedlayer", values, journal)
    # Its size and time are as before, and yet it was written.
    write(1_000_000_000)
    done = ready.terramind("embedlayer", **values)
    assert done.code == 0 and GOING_ON not in done.said and not journal.exists(), done.said


def test_nothing_is_kept_of_a_layer_that_may_change_unnoticed(ready, output, tmp_path):
    with zipfile.ZipFile(tmp_path / "layer.zip", "w") as archive:
        archive.write(SCENE["S2L2A"], "layer.tif")
    inner, outer = tmp_path / "inner.vrt", tmp_path / "outer.vrt"
    gdal.BuildVRT(str(inner), [f"/vsizip/{tmp_path}/layer.zip/layer.tif"])
    inner.write_text('<?xml version="1.0"?>\n' + inner.read_text())
    gdal.BuildVRT(str(outer), [str(inner)])
    values, name = RUNS["embedlayer"]
    for layer in (f"/vsizip/{tmp_path}/layer.zip/layer.tif", outer):
        values = {**values, "S2L2A": layer, "RESUME": "yes", name: output / "map.tif"}
        done = ready.terramind("embedlayer", **values)
        assert done.code == 0 and "RESUME is left out" in done.said, done.said
        assert not list(output.glob(".*.journal"))


def test_what_nobody_goes_on_with_is_removed(ready, output):
    values, name = RUNS["embedlayer"]
    values = {**values, "RESUME": "yes", name: output / "map.tif"}
    journal = output / ".map.tif.terramind.journal"
    killed(ready, "embedlayer", values, journal)
    done = ready.terramind("embedlayer", **{**values, "RESUME": "no"})
    assert done.code == 0 and GOING_ON not in done.said and not journal.exists(), done.said


def test_somebody_elses_file_is_not_written_over(ready, output):
    values, name = RUNS["embedlayer"]
    journal = output / ".map.tif.terramind.journal"
    journal.write_text("precious")
    refused = ready.terramind("embedlayer", **values, RESUME="yes", **{name: output / "map.tif"})
    assert refused.code != 0 and str(journal) in refused.said, refused.said
    done = ready.terramind("embedlayer", **values, RESUME="no", **{name: output / "map.tif"})
    assert done.code == 0 and journal.read_text() == "precious", done.said


def test_another_request_or_another_model_begins_anew(ready, output, tmp_path):
    model = tmp_path / "model"
    imported = ready.terramind("importmodel", INPUT=SAMPLE / "water_tim.ckpt", DEST=model)
    assert imported.code == 0, imported.said
    values, name = RUNS["timsegment"]
    values = {**values, "MODEL": model, "RESUME": "yes", name: output / "map.tif"}
    journal = output / ".map.tif.terramind.journal"
    killed(ready, "timsegment", values, journal)
    done = ready.terramind("timsegment", **{**values, "OVERLAP": 0})
    assert done.code == 0 and GOING_ON not in done.said, done.said
    killed(ready, "timsegment", values, journal)
    # The same weights under the same name, but other names of classes.
    shutil.rmtree(model)
    imported = ready.terramind("importmodel", INPUT=SAMPLE / "water_tim.ckpt", DEST=model, CLASSES="Dry,Wet")
    assert imported.code == 0, imported.said
    done = ready.terramind("timsegment", **values)
    assert done.code == 0 and GOING_ON not in done.said and not journal.exists(), done.said


def test_nothing_is_kept_where_nobody_asks_for_it(ready, output):
    """Outputs in the system's temporary folder are nobody's who would come back."""
    values, name = RUNS["embedlayer"]
    for resume in ("auto", "no"):
        command = ready.terramind_command("embedlayer", **values, RESUME=resume, **{name: output / "map.tif"})
        run = subprocess.Popen(
            list(map(str, command)), env=ready.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        # Tiles are written into it as they come, so a journal would be there, too.
        while not any(path.stat().st_size > 0 for path in output.glob(".*.work")):
            assert run.poll() is None
            time.sleep(0.002)
        assert not list(output.glob(".*.journal"))
        run.send_signal(signal.SIGINT)
        said = run.communicate()[0].decode()
        assert "is kept for" not in said and not list(output.glob(".*.journal")), said


def test_a_cancelled_run_tells_what_it_keeps(ready, output):
    values, name = RUNS["embedlayer"]
    path, journal = output / "map.tif", output / ".map.tif.terramind.journal"
    values = {**values, "RESUME": "yes", name: path}
    command = list(map(str, ready.terramind_command("embedlayer", **values)))
    run = subprocess.Popen(command, env=ready.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    while not (journal.exists() and journal.stat().st_size > BEGUN_BYTES):
        assert run.poll() is None
        time.sleep(0.002)
    run.send_signal(signal.SIGINT)
    said = run.communicate()[0].decode()
    assert run.returncode != 0 and str(journal) in said and "7 days" in said, said
    done = ready.terramind("embedlayer", **values)
    assert done.code == 0 and GOING_ON in done.said and not journal.exists(), done.said
