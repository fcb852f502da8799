"""A written raster is named and drawn as the core says, if QGIS loads it."""

from common import SCRATCH, Feedback, finish, processing, raster, registry, terramind
from qgis.core import (
    QgsMultiBandColorRenderer,
    QgsProcessingContext,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterRasterLayer,
    QgsProcessingUtils,
    QgsProject,
)

plugin = terramind.classFactory(None)
plugin.initProcessing()
scene = raster("scene.tif")


def loaded(definition):
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    results, ok = (
        registry.algorithmById("terramind:copy")
        .create()
        .run({"INPUT": scene, "OUTPUT": definition}, context, Feedback())
    )
    assert ok
    details = context.layersToLoadOnCompletion()[results["OUTPUT"]]
    layer = QgsProcessingUtils.mapLayerFromString(results["OUTPUT"], context)
    details.postProcessor().postProcessLayer(layer, context, Feedback())
    renderer = layer.renderer()
    assert isinstance(renderer, QgsMultiBandColorRenderer)
    assert (renderer.redBand(), renderer.greenBand(), renderer.blueBand()) == (3, 2, 1)
    stretch = renderer.redContrastEnhancement()
    assert 0 < stretch.minimumValue() < stretch.maximumValue() < 250, "cut at both ends"
    return details.name


project = QgsProject.instance()
assert loaded(QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT", project)) == "Copied layer"
named = QgsProcessingOutputLayerDefinition(str(SCRATCH / "b.tif"), project)
named.destinationName = "Name in a model"
assert loaded(named) == "Name in a model"

# Not loaded: nothing to name or draw, and the path is the result.
path = str(SCRATCH / "c.tif")
assert (
    processing.run("terramind:copy", {"INPUT": scene, "OUTPUT": path}, feedback=Feedback())["OUTPUT"] == path
)
# In a model: QGIS hands the step no key that it does not know, and the name given there stays.
child = QgsProcessingModelChildAlgorithm("terramind:copy")
child.setChildId("copy")
child.addParameterSources("INPUT", [QgsProcessingModelChildParameterSource.fromModelParameter("SCENE")])
child.addParameterSources("MODE", [QgsProcessingModelChildParameterSource.fromStaticValue("patch")])
output = QgsProcessingModelOutput("My result", "My result")
output.setChildId("copy")
output.setChildOutputName("OUTPUT")
child.setModelOutputs({"My result": output})
model = QgsProcessingModelAlgorithm("Model", "Tests")
model.addModelParameter(
    QgsProcessingParameterRasterLayer("SCENE", "Scene"), QgsProcessingModelParameter("SCENE")
)
model.addChildAlgorithm(child)
model.updateDestinationParameters()
context = QgsProcessingContext()
context.setProject(project)
feedback = Feedback()
destination = QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT", project)
key = model.destinationParameterDefinitions()[0].name()
results, ok = model.run({"SCENE": scene, key: destination}, context, feedback)
assert ok, feedback.errors
details = context.layersToLoadOnCompletion()[results[key]]
assert details.name == "My result" and details.postProcessor(), details.name

del project, named, destination, details, context, model, child
finish()
