"""Writes embed.model3: a graphical model around Embed layer, made by QGIS's own classes.

usage: QT_QPA_PLATFORM=offscreen /usr/bin/python3 make_model.py PLUGINS '{}'
PLUGINS is the folder of QGIS plugins in which terramind is installed. To be run again when parameters change.
"""

from pathlib import Path

from headless_qgis import arguments, headless_qgis
from qgis.core import (
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterRasterLayer,
)

MODALITIES = ("S2L2A", "S1GRD", "DEM")


def embedding_model():
    """Three raster inputs, the demo model, one raster output."""
    model = QgsProcessingModelAlgorithm("embed", "TerraMind tests")
    child = QgsProcessingModelChildAlgorithm("terramind:embedlayer")
    child.setChildId("embed")
    child.addParameterSources("MODEL", [QgsProcessingModelChildParameterSource.fromStaticValue("demo")])
    child.addParameterSources("AREA", [QgsProcessingModelChildParameterSource.fromStaticValue("layers")])
    for name in MODALITIES:
        model.addModelParameter(
            QgsProcessingParameterRasterLayer(name, name), QgsProcessingModelParameter(name)
        )
        child.addParameterSources(name, [QgsProcessingModelChildParameterSource.fromModelParameter(name)])
    features = QgsProcessingModelOutput("features")
    features.setChildId("embed")
    features.setChildOutputName("OUTPUT")
    child.setModelOutputs({"features": features})
    model.addChildAlgorithm(child)
    model.updateDestinationParameters()
    return model


plugins, _ = arguments()
with headless_qgis(plugins):
    assert embedding_model().toFile(str(Path(__file__).with_name("embed.model3")))
    print("{}")
