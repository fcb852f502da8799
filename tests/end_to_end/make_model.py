"""Writes embed.model3 and examples/generate_and_embed.model3: graphical models, made by QGIS's own classes.

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
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QPointF

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


def example():
    """An image: land cover and elevation generated from it, and the elevation embedded together with it."""
    source = QgsProcessingModelChildParameterSource
    model = QgsProcessingModelAlgorithm("Generate and embed", "TerraMind")
    model.setHelpContent(
        {
            "ALG_DESC": "Generates land cover and elevation from a Sentinel-2 image, and embeds the image "
            "together with the elevation. Generated is not measured: never use the elevation as such."
        }
    )
    inputs = [
        QgsProcessingParameterString("MODEL", "Model (with tokenizers of LULC and DEM)", "demo"),
        QgsProcessingParameterRasterLayer("S2L2A", "Sentinel-2 L2A"),
    ]
    for row, definition in enumerate(inputs):
        component = QgsProcessingModelParameter(definition.name())
        component.setPosition(QPointF(150, 80 + 100 * row))
        model.addModelParameter(definition, component)

    generate = QgsProcessingModelChildAlgorithm("terramind:generatemodality")
    generate.setChildId("generate")
    embed = QgsProcessingModelChildAlgorithm("terramind:embedlayer")
    embed.setChildId("embed")
    for column, child in enumerate((generate, embed)):
        child.setDescription(("Generate modality", "Embed layer")[column])
        child.setPosition(QPointF(450 + 350 * column, 130))
        for name in ("MODEL", "S2L2A"):
            child.addParameterSources(name, [source.fromModelParameter(name)])
        child.addParameterSources("AREA", [source.fromStaticValue("layers")])
    generate.addParameterSources("ORDER", [source.fromStaticValue("LULC,DEM")])
    embed.addParameterSources("DEM", [source.fromChildOutput("generate", "OUTPUT_DEM")])

    def outputs(child, names):
        found = {}
        for row, (label, output) in enumerate(names.items()):
            found[label] = QgsProcessingModelOutput(label, label)
            found[label].setChildId(child.childId())
            found[label].setChildOutputName(output)
            # Otherwise it would be skipped unless asked for, and what follows would do without it.
            found[label].setMandatory(True)
            found[label].setPosition(child.position() + QPointF(150, 130 + 60 * row))
        child.setModelOutputs(found)
        model.addChildAlgorithm(child)

    outputs(generate, {"Generated land cover": "OUTPUT_LULC", "Generated elevation": "OUTPUT_DEM"})
    outputs(embed, {"Features": "OUTPUT"})
    model.updateDestinationParameters()
    return model


plugins, _ = arguments()
here = Path(__file__).resolve().parent
with headless_qgis(plugins):
    assert embedding_model().toFile(str(here / "embed.model3"))
    assert example().toFile(str(here.parents[1] / "examples/generate_and_embed.model3"))
    print("{}")
