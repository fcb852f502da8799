"""The plugin in German: descriptions of the core, messages of the C++ side, and the window."""

import configparser
import sys

import pytest
from conftest import CHECKOUT, SCENE

sys.path.append(str(CHECKOUT / "tools"))
import translations


def test_the_check_finds_what_is_missing_gone_or_damaged(tmp_path):
    file = tmp_path / "terramind_de.ts"
    old = {"Gone": "a", "Seed": "b", "%1 of {}": "c", "Two\n& lines": "d"}
    translations.write(file, old, {"Gone": "Weg", "%1 of {}": "{} von 1", "Two\n& lines": "Zwei <\nZeilen"})
    assert translations.read(file)["Two\n& lines"] == "Zwei <\nZeilen"
    new = {"Seed": "b", "%1 of {}": "c", "Two\n& lines": "d", "New": "e"}
    found = list(translations.problems(file, new))
    assert len(found) == 4, found
    for words, text in (
        ("no translation", "Seed"),
        ("placeholders", "%1 of {}"),
        ("lacks", "New"),
        ("gone", "Gone"),
    ):
        assert any(words in problem and problem.endswith(text) for problem in found), (words, found)
    complete = {"Seed": "Startwert", "%1 of {}": "%1 von {}", "Two\n& lines": "x", "New": "Neu"}
    translations.write(file, new, complete)
    assert list(translations.problems(file, new)) == []


def test_descriptions_and_messages_are_german_and_values_are_not(bench):
    said = bench.pyqgis("in_german.py")
    assert said["locale"] == "de_AT"
    assert said["name"] == "Layer einbetten" and said["group"] == ["Merkmale", "features"]
    assert {"embedding", "Ähnlichkeitssuche"} <= set(said["tags"]), "found by words of both languages"
    assert said["help"].count("<p>") == 4 and "Geben Sie mindestens einen Layer an" in said["help"]
    assert said["label"] == "Gebiet" and "layers: Alles, was die Layer bedecken" in said["help_of_area"]
    assert said["choices"] == [["map", "layers"], ["Was die Karte zeigt", "Alles, was die Layer bedecken"]]
    assert said["refused"] == "„moon“ ist kein Wert von AREA. Möglich sind: map, layers"
    assert said["after_unload"] == "Embed layer"
    check_examples(said["examples"])


def check_examples(examples):
    """Words of the example models are German, nothing else of them differs, and they have no file."""
    assert len(examples) == len(list(CHECKOUT.glob("examples/*.model3")))
    for example in examples.values():
        names = {name for name, _, _ in example["words"]}
        assert names == {"model_name", "component_description", "description", "ALG_DESC"}
        assert example["file"] == ""
    clusters = examples["embed_and_cluster"]
    assert clusters["name"] == "Einbetten und clustern"
    words = {before: after for _, before, after in clusters["words"]}
    assert words["Number of clusters"] == "Anzahl der Cluster" and words["Embed layer"] == "Layer einbetten"


def test_the_plugin_manager_finds_the_plugin_described_in_german():
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.read(CHECKOUT / "metadata.txt", encoding="utf-8")
    for name in ("description", "about"):
        english, german = metadata["general"][name], metadata["general"][f"{name}[de]"]
        assert german != english and 0.7 < len(german) / len(english) < 1.5


@pytest.fixture
def german(bench):
    """The profile in German, for one test."""
    file = bench.profile / "QGIS/QGIS3.ini"
    before = file.read_bytes()
    file.write_bytes(before + b"\n[locale]\noverrideFlag=true\nuserLocale=de\n")
    yield
    file.write_bytes(before)


def test_the_dialog_and_the_menu_are_german(bench, german, tmp_path, output):
    parameters = {"MODEL": "demo", "DEM": str(SCENE["DEM"]), "OUTPUT": str(output / "features.tif")}
    runs = [{"name": "german", "parameters": parameters, "view": None}]
    shown = bench.window(tmp_path, "terramind:embedlayer", runs, [SCENE["DEM"]])
    assert [run["succeeded"] for run in shown["runs"]] == [True], shown["runs"][0]["log"]
    assert shown["menu"] == [
        "Modelle…",
        "Laufzeitumgebung…",
        "Beispieldaten…",
        "Beispielmodelle",
        "Dokumentation",
    ]
    choice = next(box for box in shown["choices"] if "Was die Karte zeigt" in box)
    assert choice == ["Was die Karte zeigt", "Alles, was die Layer bedecken"]
    # The page's title is English as the names of layers are, and the viewer's usual name is not.
    assert [name.split(" [")[0] for name in shown["listed"]] == [
        "Embed layer: Features of DEM (demo), from DEM"
    ]
