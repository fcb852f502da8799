"""The entry TerraMind in the Plugins menu, and the page in the options, in QGIS's window."""

from conftest import CHECKOUT


def test_the_menu_shows_models_runtime_sample_data_examples_and_documentation(bench, tmp_path):
    removed = bench.terramind("importmodel", INPUT=CHECKOUT / "sample/TerraMind_v1_demo.pt", NAME="to_remove")
    assert removed.code == 0, removed.said
    case = {
        "pictures": str(bench.screenshots / "menu"),
        "result": str(tmp_path / "result.json"),
        "remove": "to_remove",
    }
    seen = bench.in_window(tmp_path, "gui_menu.py", case)
    assert seen["entries"] == ["Models…", "Runtime…", "Sample data…", "Example models", "Documentation"]
    of_demo = next(row for row in seen["models"] if row[0] == "demo")
    assert of_demo[1].endswith("own tokenizers of DEM, LULC, NDVI, S1GRD, S1RTC, S2L2A")
    assert of_demo[1].startswith("a reduced TerraMind") and of_demo[2] == "TerraMind_v1_demo.pt"
    kept, left = seen["left"]
    assert "to_remove" in kept and left == [name for name in kept if name != "to_remove"]
    assert not (bench.home / ".local/share/terramind/models/to_remove").exists()
    assert "CPU (fp32): works" in seen["report"] and "libonnxruntime.so" in seen["report"]
    assert seen["scene"] == "terramind:samplescene"
    assert [name.split(" (")[0] for name in seen["layers"]] == [
        "Synthetic DEM",
        "Synthetic Sentinel-1 GRD",
        "Synthetic Sentinel-2 L2A",
        "Synthetic land cover",
    ]
    assert len(seen["examples"]) == len(seen["opened"]) == len(list(CHECKOUT.glob("examples/*.model3")))
    assert seen["documentation"][0].endswith(("terramind/README.md", "terramind/doc/index.html"))
    assert len(seen["options"]) == 4 and "Memory limit" in seen["options"]
    assert not seen["entries_after_unload"] and not seen["provider_after_unload"]
