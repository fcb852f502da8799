"""What Install runtime refuses, in a terminal as in QGIS. The real files are too large to be fetched here."""

import json
import shutil

import pytest

# The first file that is looked for, and the only one with OpenVINO.
WHEELS = {
    "cuda": "onnxruntime_gpu-1.26.0-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
    "openvino": "onnxruntime_openvino-1.24.1-cp311-cp311-manylinux_2_28_x86_64.whl",
}


@pytest.fixture(params=["terramind", "qgis_process"])
def refused(request, empty_bench, tmp_path):
    """Run it where it must fail, with words in its message, and must leave nothing."""

    def refused(*words, **parameters):
        data = tmp_path / "data"
        environment = {"XDG_DATA_HOME": str(data)}
        if request.param == "qgis_process":
            # The profile with the plugin stays where it is.
            environment["QGIS_CUSTOM_CONFIG_PATH"] = str(empty_bench.home / ".local/share/QGIS/QGIS3")
        run = getattr(empty_bench, request.param)
        done = run("installruntime", environment=environment, **parameters)
        assert done.code != 0, done.said
        for word in words:
            assert word in done.said, f"{word!r} is not in: {done.said}"
        for crash in ("panicked", "Traceback", "Segmentation"):
            assert crash not in done.said, done.said
        folder = data / "terramind"
        assert not folder.exists() or list(folder.iterdir()) == []

    return refused


def test_nothing_is_fetched_without_consent(refused, tmp_path):
    words = (
        "ACCEPT",
        "2.0 GB",
        "3.8 GB",
        "End User License Agreement",
        str(tmp_path / "data/terramind/runtime"),
    )
    refused(*words, PACKAGE="cuda", INDEX=tmp_path)


@pytest.mark.parametrize("package", WHEELS)
def test_a_folder_without_the_wheel(refused, tmp_path, package):
    refused(WHEELS[package], str(tmp_path), PACKAGE=package, ACCEPT="true", INDEX=tmp_path)


def test_another_file_of_the_wheels_name(refused, tmp_path):
    wheel = tmp_path / WHEELS["openvino"]
    wheel.write_bytes(b"PK")
    refused("only 2 of 84430935", str(wheel), PACKAGE="openvino", ACCEPT="true", INDEX=tmp_path)
    with wheel.open("r+b") as file:
        file.truncate(84430935)
    refused("SHA-256", str(wheel), PACKAGE="openvino", ACCEPT="true", INDEX=tmp_path)


def test_an_index_that_is_none(refused):
    refused("INDEX", "https://", PACKAGE="openvino", ACCEPT="true", INDEX="ftp://127.0.0.1/simple")
    refused(
        "download failed", "127.0.0.1:9", PACKAGE="openvino", ACCEPT="true", INDEX="http://127.0.0.1:9/simple"
    )


@pytest.fixture
def installed(request, empty_bench, tmp_path):
    """The main library of a runtime in the user's data, and Runtime information with it."""
    data = tmp_path / "data"
    folder = data / "terramind/runtime"
    shutil.copytree(request.config.getoption("--runtime"), folder)
    sizes = {path.name: path.stat().st_size for path in folder.iterdir() if path.is_file()}
    (folder / "contents.json").write_text(json.dumps(sizes))
    (library,) = folder.glob("libonnxruntime.so.*")
    environment = {"XDG_DATA_HOME": str(data), "TERRAMIND_ONNXRUNTIME": ""}
    environment["QGIS_CUSTOM_CONFIG_PATH"] = str(empty_bench.home / ".local/share/QGIS/QGIS3")

    def info(program):
        return getattr(empty_bench, program)("runtimeinfo", environment=environment)

    return library, info


@pytest.mark.parametrize("program", ["terramind", "qgis_process"])
def test_what_was_damaged_after_its_installation_is_not_loaded(installed, program):
    library, info = installed
    done = info(program)
    assert done.code == 0 and str(library) in done.said and "Install runtime has fetched it" in done.said
    with library.open("r+b") as file:
        file.truncate(library.stat().st_size // 2)
    # The system would load this, and end the process when what is missing is touched.
    done = info(program)
    assert done.code == 0, done.said
    for words in ("No model can be run", library.name, "bytes instead of", "install it again"):
        assert words in done.said, done.said
    library.unlink()
    done = info(program)
    assert f"{library.name} is missing" in done.said, "nothing else may silently take its place"
