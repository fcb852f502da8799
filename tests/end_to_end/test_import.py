"""Importing a checkpoint makes the same model pack whoever does it."""

import json

from conftest import CHECKPOINT


def files(pack):
    """The files of a model pack with their bytes."""
    return {path.name: path.read_bytes() for path in pack.iterdir()}


def test_the_command_line_and_qgis_make_the_same_pack(empty_bench, output):
    by_terramind = empty_bench.terramind("importmodel", INPUT=CHECKPOINT, NAME="demo", DEST=output / "one")
    assert by_terramind.code == 0, by_terramind.said
    by_qgis = empty_bench.qgis_process("importmodel", INPUT=CHECKPOINT, NAME="demo", DEST=output / "two")
    assert by_qgis.code == 0, by_qgis.said
    one, two = files(output / "one"), files(output / "two")
    assert set(one) >= {"manifest.json", "weights.safetensors"}
    assert one == two


def test_the_command_line_prints_one_json_object_and_nothing_else(empty_bench, output):
    done = empty_bench.terramind("importmodel", INPUT=CHECKPOINT, NAME="demo", DEST=output / "pack")
    assert isinstance(json.loads(done.stdout), dict)
