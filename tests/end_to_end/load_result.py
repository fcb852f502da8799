"""Runs an algorithm in a QGIS without a window, and tells how its layers are drawn in a project."""

from __future__ import annotations

import json

from headless_qgis import arguments, headless_qgis
from qgis.core import (
    QgsApplication,
    QgsPalettedRasterRenderer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingUtils,
    QgsProject,
    QgsRasterLayer,
)


def drawn(layer):
    """Name, notes and classes of a layer."""
    told = {"name": layer.name(), "valid": layer.isValid(), "source": layer.source().split("|")[0]}
    if isinstance(layer, QgsRasterLayer):
        renderer = layer.renderer()
        told["renderer"] = type(renderer).__name__
        if isinstance(renderer, QgsPalettedRasterRenderer):
            told["classes"] = [[entry.value, entry.label, entry.color.name()] for entry in renderer.classes()]
    else:
        columns = layer.fields().names()
        told["features"] = [dict(zip(columns, feature.attributes())) for feature in layer.getFeatures()]
    return told


plugins, case = arguments()
with headless_qgis(plugins):
    project = QgsProject.instance()
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(case["algorithm"])
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    context.setProject(project)
    destinations = {
        name: QgsProcessingOutputLayerDefinition(path, project) for name, path in case["destinations"].items()
    }
    _, succeeded = algorithm.run({**case["parameters"], **destinations}, context, feedback)
    layers = []
    for source, details in context.layersToLoadOnCompletion().items():
        layer = QgsProcessingUtils.mapLayerFromString(source, context)
        # The name that a layer gets before it is drawn, as Processing does.
        details.setOutputLayerName(layer)
        if details.postProcessor():
            details.postProcessor().postProcessLayer(layer, context, feedback)
        layers.append(drawn(layer))
    del layer, details
    print(json.dumps({"succeeded": succeeded, "layers": layers, "log": feedback.textLog()}, default=str))
