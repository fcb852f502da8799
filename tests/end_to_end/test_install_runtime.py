"""What Install runtime refuses, in a terminal as in QGIS. The real files are too large to be fetched here."""

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
