"""Optional destinations: what has none is not written, in dialogs, models and batches."""

import json

from common import SCRATCH, Feedback, finish, processing, raster, registry, terramind
from osgeo import ogr, osr
from qgis.core import (
    QgsLayerNotesUtils,
    QgsProcessingContext,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterFile,
    QgsProcessingParameterRasterLayer,
    QgsProcessingUtils,
    QgsProject,
    QgsVectorLayer,
)

plugin = terramind.classFactory(None)
plugin.initProcessing()
project = QgsProject.instance()
scene = raster("scene.tif")
places = str(SCRATCH / "places.gpkg")
srs = osr.SpatialReference()
srs.ImportFromEPSG(4326)
file = ogr.GetDriverByName("GPKG").CreateDataSource(places)
table = file.CreateLayer("coordinates", srs, ogr.wkbPoint)
feature = ogr.Feature(table.GetLayerDefn())
feature.SetGeometry(ogr.CreateGeometryFromWkt("POINT (14 47)"))
table.CreateFeature(feature)
file = table = feature = None
DESTINATIONS = ("FIRST", "SECOND", "POINTS")


def asked_for(result):
    """Return the destinations that reached the core."""
    parameters = json.loads(result["REQUEST"])["parameters"]
    return {name for name in DESTINATIONS if name in parameters}


def several(**parameters):
    given = {"INPUT": scene, "PLACES": places, **parameters}
    result = processing.run("terramind:several", given, feedback=Feedback())
    asked = asked_for(result)
    assert asked == {name for name in DESTINATIONS if name in result}, result
    return asked, result


assert several()[0] == set()
assert several(FIRST=None, SECOND="", POINTS=None)[0] == set()
assert several(SECOND=str(SCRATCH / "second.tif"))[0] == {"SECOND"}
asked, result = several(FIRST="TEMPORARY_OUTPUT", POINTS="TEMPORARY_OUTPUT")
assert asked == {"FIRST", "POINTS"}
# Python gets the layers themselves of temporary outputs.
points = result["POINTS"]
points = QgsVectorLayer(points, "points") if isinstance(points, str) else points
assert points.isValid() and points.featureCount() == 1 and points.crs().authid() == "EPSG:4326"

# Loaded, named and annotated: rasters and points. What nobody wants is not loaded either.
context = QgsProcessingContext()
context.setProject(project)
definitions = {
    "FIRST": QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT", project),
    "SECOND": QgsProcessingOutputLayerDefinition("", project),
    "POINTS": QgsProcessingOutputLayerDefinition(str(SCRATCH / "points.gpkg"), project),
}
feedback = Feedback()
results, ok = (
    registry.algorithmById("terramind:several")
    .create()
    .run({"INPUT": scene, "PLACES": places, **definitions}, context, feedback)
)
assert ok, feedback.errors
assert asked_for(results) == {"FIRST", "POINTS"}
to_load = context.layersToLoadOnCompletion()
assert {details.outputName: details.name for details in to_load.values()} == {
    "FIRST": "My FIRST",
    "POINTS": "My POINTS",
}, [(path, details.name) for path, details in to_load.items()]
for path, details in to_load.items():
    layer = QgsProcessingUtils.mapLayerFromString(path, context)
    details.postProcessor().postProcessLayer(layer, context, feedback)
    assert layer.metadata().abstract() == "Generated."
    assert QgsLayerNotesUtils.layerNotes(layer) == "<p>Generated.</p>"

# In a model, saved and read again: written is what the model puts out, and what another step takes in.
model = QgsProcessingModelAlgorithm("Model", "Tests")
for parameter in (
    QgsProcessingParameterRasterLayer("SCENE", "Scene"),
    QgsProcessingParameterFile("PLACES", "Places", optional=True),
):
    model.addModelParameter(parameter, QgsProcessingModelParameter(parameter.name()))
step = QgsProcessingModelChildAlgorithm("terramind:several")
step.setChildId("several")
source = QgsProcessingModelChildParameterSource
step.addParameterSources("INPUT", [source.fromModelParameter("SCENE")])
step.addParameterSources("PLACES", [source.fromModelParameter("PLACES")])
output = QgsProcessingModelOutput("Places", "Places")
output.setChildId("several")
output.setChildOutputName("POINTS")
step.setModelOutputs({"Places": output})
model.addChildAlgorithm(step)
after = QgsProcessingModelChildAlgorithm("terramind:copy")
after.setChildId("copy")
after.addParameterSources("INPUT", [source.fromChildOutput("several", "SECOND")])
copied = QgsProcessingModelOutput("Copied", "Copied")
copied.setChildId("copy")
copied.setChildOutputName("OUTPUT")
after.setModelOutputs({"Copied": copied})
model.addChildAlgorithm(after)
model.updateDestinationParameters()
saved = str(SCRATCH / "saved.model3")
assert model.toFile(saved)
model = QgsProcessingModelAlgorithm()
assert model.fromFile(saved)
keys = {d.description(): d.name() for d in model.destinationParameterDefinitions()}
assert keys.keys() == {"Places", "Copied"}, keys
context = QgsProcessingContext()
context.setProject(project)
feedback = Feedback()
wanted = {keys["Places"]: str(SCRATCH / "model.gpkg"), keys["Copied"]: "TEMPORARY_OUTPUT"}
results, ok = model.run({"SCENE": scene, "PLACES": places, **wanted}, context, feedback)
assert ok, feedback.errors
assert asked_for(results["CHILD_RESULTS"]["several"]) == {"SECOND", "POINTS"}, results
assert QgsVectorLayer(results[keys["Places"]], "places").featureCount() == 1

del points, layer, details, to_load, context, model, step, after, project, definitions, result, results
finish()
