"""The page in QGIS's options: its values are the defaults of the algorithms, and bad ones are told."""

import shutil

import pytest


@pytest.fixture
def settings_file(bench):
    """The profile's settings, which are put back at the end."""
    file = bench.profile / "QGIS/QGIS3.ini"
    before = file.read_bytes()
    yield file
    if file.is_dir():
        shutil.rmtree(file)
    file.write_bytes(before)


def test_chosen_values_are_the_defaults_and_go_with_the_plugin(bench, settings_file, tmp_path):
    shutil.copytree(bench.home / ".local/share/terramind/models/demo", tmp_path / "models/elsewhere")
    seen = bench.pyqgis("use_settings.py", folder=tmp_path / "models")

    assert set(seen["page"]) == {f"TERRAMIND_{n}" for n in ("MODELS", "DEVICE", "THREADS", "MEMORY_LIMIT")}
    assert seen["page"]["TERRAMIND_DEVICE"] == ["Device", "Auto"]
    own = {"DEVICE": "auto", "THREADS": 0, "MEMORY_LIMIT": 0}
    chosen = {"DEVICE": "cpu", "THREADS": 3, "MEMORY_LIMIT": 9000, "models": ["elsewhere"]}
    assert {name: seen["first"][name] for name in own} == own
    assert "demo" in seen["first"]["models"]
    assert seen["chosen"] == chosen and seen["again"] == chosen and seen["said"] == ""
    assert seen["unloaded"] == {}

    # The user's own folder of models, as if none had been chosen.
    after = seen["after_nonsense"]
    assert {name: after[name] for name in own} == {**own, "DEVICE": "cpu"} and "demo" in after["models"]
    for words in ("Options ► Processing", '"many"', '"-1"', "/no/such folder", "0 to 1024"):
        assert words in seen["said_of_nonsense"], seen["said_of_nonsense"]
    assert set(seen["refused"]) == {"THREADS=many", "THREADS=-1", "MODELS=/no/such folder"}
    assert "read-only" in seen["said_of_read_only"] and seen["file"] in seen["said_of_read_only"]
    assert seen["unsaved"]["THREADS"] == 2, "until QGIS is closed"


def test_qgis_process_uses_what_was_chosen(bench, settings_file, output):
    with settings_file.open("a") as file:
        file.write("\n[Processing]\nConfiguration\\TERRAMIND_THREADS=1\n")
    scene = {"MODEL": "demo", "DEM": output.parent / "dem.tif", "OUTPUT": output / "features.tif"}
    made = bench.qgis_process("samplescene", SIZE=64, OUTPUT_DEM=scene["DEM"])
    assert made.code == 0, made.said
    ran = bench.qgis_process("embedlayer", **scene)
    assert ran.code == 0 and "with 1 threads" in ran.said, ran.said
    # The number of a choice, as qgis_process lists it, stands for its value.
    ran = bench.qgis_process("embedlayer", **scene, RESOLUTION="0", PRECISION="0", THREADS=2)
    assert ran.code == 0 and "in fp32 with 2 threads" in ran.said, ran.said
    refused = bench.qgis_process("embedlayer", **scene, RESOLUTION="2")
    assert refused.code != 0 and "patch, pixel" in refused.said, refused.said

    with settings_file.open("a") as file:
        file.write("Configuration\\TERRAMIND_MEMORY_LIMIT=plenty\n")
    ran = bench.qgis_process("embedlayer", **scene)
    assert ran.code == 0 and "plenty" in ran.said, "a warning, and the default"
