"""Every kind of value arrives in the request as the contract says, and nothing else does."""

import json

from common import SCRATCH, Feedback, failure, finish, polygons, processing, raster, registry, terramind
from osgeo import gdal
from processing.gui.wrappers import WidgetWrapperFactory
from processing.modeler.ModelerParametersDialog import ModelerParametersDialog
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelParameter,
    QgsProcessingParameterString,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtWidgets import QDialog

plugin = terramind.classFactory(None)
plugin.initProcessing()


def echo(feedback=None, **parameters):
    result = processing.run("terramind:echo", parameters, feedback=feedback or Feedback())
    request = json.loads(result["REQUEST"])
    assert request["algorithm"] == "echo"
    assert "canvas" not in request, "there is no map"
    return request["parameters"], result


# Descriptions.
provider = registry.providerById("terramind")
assert (provider.name(), provider.longName(), provider.versionInfo()) == (
    "TerraMind",
    "TerraMind 9.8.7",
    "9.8.7",
)
assert provider.supportedOutputRasterLayerExtensions() == ["tif"]
assert provider.supportedOutputVectorLayerExtensions() == ["gpkg"]
assert not provider.supportsNonFileBasedOutput(), "no memory layers and databases"
assert {a.name() for a in provider.algorithms()} == {
    "echo",
    "copy",
    "several",
    "wait",
    "fail",
    "panic",
    "garbage",
    "nothing",
}
algorithm = registry.algorithmById("terramind:echo")
assert (algorithm.displayName(), algorithm.group(), algorithm.groupId()) == ("Fake echo", "Fakes", "fakes")
assert algorithm.tags() == ["fake"]
assert algorithm.shortHelpString() == "<p>Does a &lt; b.</p><p>First paragraph.</p><p>Second paragraph.</p>"
assert algorithm.svgIconPath().endswith("icon.svg")
definitions = {d.name(): d for d in algorithm.parameterDefinitions()}
assert "Help of MODE." in definitions["MODE"].help()
assert "patch: One cell per patch" in definitions["MODE"].help()
assert definitions["MODEL"].metadata()["widget_wrapper"]["value_hints"] == ["tiny", "base"]
dialog = QDialog()
wrapper = WidgetWrapperFactory.create_wrapper(definitions["MODEL"], dialog)
assert wrapper.value() == "tiny", "the default"
wrapper.setValue("base")
assert wrapper.value() == "base" and wrapper.widget.currentIndex() == 1
for text in ("/my/own pack", "tiny", ""):
    wrapper.setValue(text)
    assert wrapper.value() == text, "any other text is kept"
wrapper.widget.setEditText("base")
assert wrapper.value() == "base", "typed, not chosen"

# Choices show what values mean, and take QGIS's numbers of them.
choice = WidgetWrapperFactory.create_wrapper(definitions["MODE"], dialog)
assert [choice.widget.itemText(i) for i in range(choice.widget.count())] == [
    "[Not selected]",
    "One cell per patch",
    "One cell per pixel",
]
assert choice.value() == "pixel", "the default"
for given, value in (("patch", "patch"), (1, "pixel"), ("0", "patch"), ("cell", "cell")):
    choice.setValue(given)
    assert choice.value() == value, given

# The same field in the model designer: suggestions, the model's own inputs, and any other text.
model = QgsProcessingModelAlgorithm("Model", "Tests")
model.addModelParameter(
    QgsProcessingParameterString("PACK", "Pack of the model"), QgsProcessingModelParameter("PACK")
)
designer = ModelerParametersDialog(algorithm.create(), model)
field = designer.widget.widget.wrappers["MODEL"]
assert [field.widget.itemText(i) for i in range(field.widget.count())] == [
    "tiny",
    "base",
    "Pack of the model",
]
field.widget.setEditText("Pack of the model")
assert field.value().parameterName() == "PACK"
sources = designer.createAlgorithm().parameterSources()["MODEL"]
assert [source.parameterName() for source in sources] == ["PACK"]
field.setValue("/my/own pack")
assert designer.createAlgorithm().parameterSources()["MODEL"][0].staticValue() == "/my/own pack"
choice = designer.widget.widget.wrappers["MODE"]
choice.setValue("patch")
assert designer.createAlgorithm().parameterSources()["MODE"][0].staticValue() == "patch"
designer.deleteLater()
del designer, field, choice
assert definitions["SIZE"].flags() & definitions["SIZE"].FlagAdvanced
assert not definitions["FLAG"].flags() & definitions["FLAG"].FlagAdvanced
assert (definitions["COUNT"].minimum(), definitions["COUNT"].maximum()) == (0, 9999999999)
assert definitions["FILE"].fileFilter().startswith("file (*.pt *.ckpt);;")

points = definitions["OUTPUT_POINTS"]
assert points.type() == "vectorDestination" and points.dataType() == QgsProcessing.TypeVectorPoint
for name in ("OUTPUT", "OUTPUT_POINTS", "OUTPUT_FOLDER", "OUTPUT_TABLE", "OUTPUT_REPORT"):
    assert definitions[name].flags() & definitions[name].FlagOptional
    # A page is made by dialogs: it appears in the results viewer.
    assert definitions[name].createByDefault() == (name == "OUTPUT_REPORT"), name

assert definitions["POLYGONS"].type() == "vector"
assert definitions["POLYGONS"].dataTypes() == [QgsProcessing.TypeVectorPolygon]
field = definitions["FIELD"]
assert (field.type(), field.parentLayerParameterName(), field.allowMultiple()) == ("field", "POLYGONS", False)
assert definitions["DATES"].type() == "multilayer"
assert definitions["DATES"].layerType() == QgsProcessing.TypeRaster
table = definitions["OUTPUT_TABLE"]
assert table.type() == "fileDestination" and table.defaultFileExtension() == "csv"
assert table.fileFilter().startswith("output_table (*.csv);;")
# QGIS lists the one in its results viewer, and names the other.
assert algorithm.outputDefinition("OUTPUT_REPORT").type() == "outputHtml"
assert algorithm.outputDefinition("OUTPUT_TABLE").type() == "outputFile"

# Defaults, and nothing for what has none.
values, result = echo()
assert values == {"MODEL": "tiny", "MODE": "pixel", "COUNT": 4, "FLAG": True}, values
assert result["SEVEN"] == 7
assert result["GDAL"] == gdal.VersionInfo("RELEASE_NAME")

# Reports of all levels, from threads of the core's.
feedback = Feedback()
echo(feedback)
assert ("information" in feedback.infos, feedback.warnings, feedback.errors) == (
    True,
    ["a warning"],
    ["an error"],
)
assert feedback.progress() == 100

# Texts, numbers, files.
values, _ = echo(
    MODEL="my ünïque “model”", MODE="patch", COUNT=5_000_000_000, SIZE=0.75, FLAG=False, FILE="/a/b.pt"
)
assert values["MODEL"] == "my ünïque “model”"
assert (values["MODE"], values["COUNT"], values["SIZE"], values["FLAG"]) == (
    "patch",
    5_000_000_000,
    0.75,
    False,
)
assert values["FILE"] == "/a/b.pt"
assert echo(FOLDER="/tmp")[0]["FOLDER"] == "/tmp"  # noqa: S108, nothing is written
assert (
    echo(COUNT="12", SIZE="1.5", FLAG="false")[0].items() >= {"COUNT": 12, "SIZE": 1.5, "FLAG": False}.items()
)
for index in (0, "0"):
    assert echo(MODE=index)[0]["MODE"] == "patch", "qgis_process lists numbers"
assert "MODEL" in echo(MODEL="")[0] and "SIZE" not in echo(SIZE=None)[0]

# Rasters: by path, by layer, by name; sources as GDAL opens them.
path = raster("scene.tif")
layer = QgsRasterLayer(path, "My scene")
QgsProject.instance().addMapLayer(layer)
for given in (path, layer, layer.id(), "My scene"):
    assert echo(RASTER=given)[0]["RASTER"] == path, given
table = f"GPKG:{raster('tables.gpkg', 'GPKG', ['RASTER_TABLE=b'])}:b"
in_table = QgsRasterLayer(table, "Layer of a GeoPackage")
assert in_table.isValid()
assert gdal.Open(echo(RASTER=in_table)[0]["RASTER"]).RasterXSize == 64
feedback = Feedback()
with_options = QgsRasterLayer(f"{path}|option:NUM_THREADS=1", "with options")
assert echo(feedback, RASTER=with_options)[0]["RASTER"] == path
assert any("open options" in warning for warning in feedback.warnings), feedback.warnings

# Several rasters, in the order in which they were given, the same one twice too; one alone is a list of one.
later = raster("later.tif")
for given, expected in (
    ([later, layer, later], [later, path, later]),
    ([path], [path]),
    (path, [path]),
    (layer, [path]),
):
    assert echo(DATES=given)[0]["DATES"] == expected, given
assert "DATES" not in echo(DATES=[])[0] and "DATES" not in echo(DATES=None)[0]

# Polygons: by path, by layer, by name; one layer of several, and its filter.
places = polygons("places.gpkg", {"first": ["a"], "second": ["b", "c"]})
layer_of = QgsVectorLayer(f"{places}|layername=second", "My places")
assert layer_of.isValid()
QgsProject.instance().addMapLayer(layer_of)
for given in (f"{places}|layername=second", layer_of, layer_of.id(), "My places"):
    assert echo(POLYGONS=given)[0]["POLYGONS"] == f"{places}|layername=second", given
assert layer_of.setSubsetString("kind = 'c'")
assert echo(POLYGONS=layer_of)[0]["POLYGONS"] == f"{places}|layername=second|subset=kind = 'c'"
only = polygons("only.gpkg", {"only": ["a"]})
assert echo(POLYGONS=only)[0]["POLYGONS"].split("|")[0] == only
assert "POLYGONS" not in echo(POLYGONS="")[0]
assert echo(POLYGONS=only, FIELD="kind")[0].items() >= {"POLYGONS": only, "FIELD": "kind"}.items()
assert "FIELD" not in echo(POLYGONS=only, FIELD=None)[0]
feedback = Feedback()
edited = QgsVectorLayer(only, "Edited")
assert edited.startEditing() and edited.deleteFeature(1)
echo(feedback, POLYGONS=edited)
assert any("“Edited”" in warning for warning in feedback.warnings), feedback.warnings
edited.rollBack()

# Extents keep their own CRS; without one it is the target grid's, not the project's.
QgsProject.instance().setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
extent = {"xmin": 1.5, "xmax": 3, "ymin": 2, "ymax": 4}
assert echo(EXTENT="1.5,3,2,4 [EPSG:3857]")[0]["EXTENT"] == {**extent, "crs": "EPSG:3857"}
assert echo(EXTENT="1.5,3,2,4")[0]["EXTENT"] == {**extent, "crs": ""}
assert echo(EXTENT=QgsRectangle(1.5, 2, 3, 4))[0]["EXTENT"] == {**extent, "crs": ""}
referenced = QgsReferencedRectangle(QgsRectangle(1.5, 2, 3, 4), QgsCoordinateReferenceSystem("EPSG:3035"))
assert echo(EXTENT=referenced)[0]["EXTENT"] == {**extent, "crs": "EPSG:3035"}
own = QgsCoordinateReferenceSystem.fromProj("+proj=laea +lat_0=50 +lon_0=10")
assert "Lambert" in echo(EXTENT=QgsReferencedRectangle(QgsRectangle(1.5, 2, 3, 4), own))[0]["EXTENT"]["crs"]
of_layer = echo(EXTENT=layer)[0]["EXTENT"]
assert (of_layer["xmin"], of_layer["ymax"], of_layer["crs"]) == (500000, 5300000, "EPSG:32633")

# Destinations: as given, temporary, or none.
wanted = str(SCRATCH / "wanted.tif")
assert echo(OUTPUT=wanted)[0]["OUTPUT"] == wanted
assert echo(OUTPUT="TEMPORARY_OUTPUT")[0]["OUTPUT"].endswith("OUTPUT.tif")
assert echo(OUTPUT_POINTS="TEMPORARY_OUTPUT")[0]["OUTPUT_POINTS"].endswith("OUTPUT_POINTS.gpkg")
for nothing in (None, ""):
    assert not {"OUTPUT", "OUTPUT_POINTS"} & echo(OUTPUT=nothing, OUTPUT_POINTS=nothing)[0].keys(), nothing
assert echo(OUTPUT_FOLDER=str(SCRATCH))[0]["OUTPUT_FOLDER"] == str(SCRATCH)
wanted = str(SCRATCH / "wanted.csv")
assert echo(OUTPUT_TABLE=wanted)[0]["OUTPUT_TABLE"] == wanted
temporary = echo(OUTPUT_TABLE="TEMPORARY_OUTPUT", OUTPUT_REPORT="TEMPORARY_OUTPUT")[0]
assert temporary["OUTPUT_TABLE"].endswith("OUTPUT_TABLE.csv"), temporary
assert temporary["OUTPUT_REPORT"].endswith("OUTPUT_REPORT.html"), temporary
assert not {"OUTPUT_TABLE", "OUTPUT_REPORT"} & echo(OUTPUT_TABLE=None, OUTPUT_REPORT="")[0].keys()

# What is wrong is named, also where nobody asked before the run.
virtual = QgsRasterLayer(
    f"?crs=EPSG:32633&extent=500000,5299520,500640,5300000&width=64&height=48&formula=\"a@1\"&a:uri={path}&a:provider=gdal",
    "Computed", "virtualraster",
)  # fmt: skip
assert virtual.isValid()
QgsProject.instance().addMapLayer(virtual)
scratch = QgsVectorLayer("Polygon?crs=EPSG:4326", "Scratch", "memory")
QgsProject.instance().addMapLayer(scratch)
for parameters, words in (
    ({"RASTR": path}, ["Unknown parameter", "RASTR", "RASTER, MODEL, MODE"]),
    ({"raster": path}, ["Unknown parameter", "“raster”"]),
    ({"MODE": "cell"}, ["“cell”", "MODE", "patch, pixel"]),
    ({"MODE": 2}, ["“2”", "MODE", "patch, pixel"]),
    ({"MODE": "-1"}, ["“-1”", "MODE", "patch, pixel"]),
    ({"RASTER": "/no/such.tif"}, ["RASTER", "/no/such.tif"]),
    ({"RASTER": virtual}, ["“Computed”", "virtualraster", "Save it as GeoTIFF"]),
    ({"DATES": [path, "/no/such.tif"]}, ["DATES", "/no/such.tif"]),
    ({"DATES": [path, virtual]}, ["DATES", "“Computed”", "virtualraster"]),
    ({"POLYGONS": path}, ["POLYGONS", path]),
    ({"POLYGONS": "/no/such.gpkg"}, ["POLYGONS", "/no/such.gpkg"]),
    ({"POLYGONS": scratch}, ["POLYGONS", "“Scratch”", "memory", "Save it as GeoPackage"]),
    ({"EXTENT": "far away"}, ["EXTENT"]),
    ({"EXTENT": "3,3,4,4"}, ["EXTENT", "empty"]),
    ({"COUNT": "many"}, ["“many”", "COUNT"]),
    ({"COUNT": 10_000_000_000}, ["COUNT is 10000000000", "at most 9999999999"]),
    ({"FLAG": "no"}, ["“no”", "FLAG", "true, false"]),
    ({"SIZE": 0.25}, ["SIZE is 0.25", "at least 0.5"]),
):
    reported = failure("echo", parameters)
    assert all(word in reported for word in words), (parameters, reported)
assert "Layer to copy (INPUT) has no value" in failure("copy", {})
accepted, message = algorithm.create().checkParameterValues({"MODE": "cell"}, QgsProcessingContext())
assert not accepted and "patch, pixel" in message

del wrapper, dialog, layer, in_table, virtual, with_options, provider, algorithm, definitions, table
del layer_of, edited, scratch
finish()
