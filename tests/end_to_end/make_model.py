"""Writes embed.model3 and the models in examples/: graphical models, made by QGIS's own classes.

usage: QT_QPA_PLATFORM=offscreen /usr/bin/python3 make_model.py PLUGINS '{}'
PLUGINS is the folder of QGIS plugins in which terramind is installed. To be run again when parameters change.
"""

from pathlib import Path

from headless_qgis import arguments, headless_qgis
from qgis.analysis import QgsNativeAlgorithms
from qgis.core import (
    QgsApplication,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QPointF

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parents[1] / "examples"
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


class Example:
    """A model in the making: inputs in one column, then a column for each step."""

    def __init__(self, name, help_text, inputs):
        self.model = QgsProcessingModelAlgorithm(name, "TerraMind")
        self.model.setHelpContent({"ALG_DESC": help_text})
        for row, definition in enumerate(inputs):
            component = QgsProcessingModelParameter(definition.name())
            component.setPosition(QPointF(150, 80 + 100 * row))
            # The model owns what it is given, and other models use the same.
            self.model.addModelParameter(definition.clone(), component)
        self.steps = 0

    def step(self, algorithm, name, outputs=None, **values):
        """Add a step. Its values are inputs of the model, (step, output) of an earlier one, or constants."""
        child = QgsProcessingModelChildAlgorithm(algorithm)
        child.setChildId(name.lower().replace(" ", "_"))
        child.setDescription(name)
        child.setPosition(QPointF(450 + 300 * self.steps, 100 + 60 * (self.steps % 2)))
        self.steps += 1
        source = QgsProcessingModelChildParameterSource
        # The designer takes a step whose defaults are not written down for unfinished.
        defaults = {
            definition.name(): definition.defaultValue()
            for definition in child.algorithm().parameterDefinitions()
            if not definition.flags() & QgsProcessingParameterDefinition.FlagOptional
            and definition.defaultValue() is not None
        }
        for parameter, value in {**defaults, **values}.items():
            if isinstance(value, Input):
                made = source.fromModelParameter(value)
            elif isinstance(value, tuple):
                made = source.fromChildOutput(*value)
            else:
                made = source.fromStaticValue(value)
            child.addParameterSources(parameter, [made])
        found = {}
        for row, (label, output) in enumerate((outputs or {}).items()):
            found[label] = QgsProcessingModelOutput(label, label)
            found[label].setChildId(child.childId())
            found[label].setChildOutputName(output)
            # Otherwise it would be skipped unless asked for, and what follows would do without it.
            found[label].setMandatory(True)
            found[label].setPosition(child.position() + QPointF(150, 130 + 60 * row))
        child.setModelOutputs(found)
        self.model.addChildAlgorithm(child)
        return child.childId()

    def write(self, file):
        """Write the model to the folder of examples."""
        self.model.updateDestinationParameters()
        valid, problems = self.model.validate()
        assert valid, problems
        assert self.model.toFile(str(EXAMPLES / file))


class Input(str):
    """The name of an input of the model."""


MODEL = QgsProcessingParameterString("MODEL", "Pre-trained model (with its tokenizers)", "demo")
IMAGE = QgsProcessingParameterRasterLayer("S2L2A", "Sentinel-2 L2A")
RADAR = QgsProcessingParameterRasterLayer("S1GRD", "Sentinel-1 GRD")
NOT_MEASURED = "Generated is not measured: it can be wrong anywhere and does not say so."


def generate_and_embed():
    """An image: land cover and elevation generated from it, and the elevation embedded together with it."""
    example = Example(
        "Generate and embed",
        "Generates land cover and elevation from a Sentinel-2 image, and embeds the image together with the "
        "elevation. Generated is not measured: never use the elevation as such.",
        [MODEL, IMAGE],
    )
    common = {"MODEL": Input("MODEL"), "S2L2A": Input("S2L2A"), "AREA": "layers"}
    outputs = {"Generated land cover": "OUTPUT_LULC", "Generated elevation": "OUTPUT_DEM"}
    generated = example.step(
        "terramind:generatemodality", "Generate modality", outputs, ORDER="LULC,DEM", **common
    )
    example.step(
        "terramind:embedlayer", "Embed layer", {"Features": "OUTPUT"}, DEM=(generated, "OUTPUT_DEM"), **common
    )
    example.write("generate_and_embed.model3")


def water_from_an_image():
    """An image: the radar image that is missing is imagined, and both are mapped."""
    example = Example(
        "Water from an image",
        "For a model that was fine-tuned on Sentinel-2 and Sentinel-1 where there is no Sentinel-1: a radar "
        f"image is generated from the Sentinel-2 image, and both are mapped. {NOT_MEASURED} Compare such a "
        "map with one of a place where there are both (Evaluate) before you rely on it.",
        [
            MODEL,
            QgsProcessingParameterString("WATER_MODEL", "Fine-tuned model of water", "water_tim"),
            IMAGE,
        ],
    )
    imagined = example.step(
        "terramind:generatemodality",
        "Imagine Sentinel-1",
        {"Imagined Sentinel-1": "OUTPUT_S1GRD"},
        MODEL=Input("MODEL"),
        S2L2A=Input("S2L2A"),
        AREA="layers",
    )
    example.step(
        "terramind:timsegment",
        "Map water",
        {"Water": "OUTPUT"},
        MODEL=Input("WATER_MODEL"),
        S2L2A=Input("S2L2A"),
        S1GRD=(imagined, "OUTPUT_S1GRD"),
        AREA="layers",
    )
    example.write("water_from_an_image.model3")


def generate_and_segment():
    """A radar image: the optical image is imagined, and land cover is mapped from both."""
    example = Example(
        "Generate and segment",
        "Under clouds: generates a Sentinel-2 image from Sentinel-1, and maps land cover from both with the "
        f"pre-trained model. {NOT_MEASURED}",
        [MODEL, RADAR],
    )
    imagined = example.step(
        "terramind:generatemodality",
        "Imagine Sentinel-2",
        {"Imagined Sentinel-2": "OUTPUT_S2L2A"},
        MODEL=Input("MODEL"),
        S1GRD=Input("S1GRD"),
        AREA="layers",
    )
    example.step(
        "terramind:timsegment",
        "Map land cover",
        {"Land cover": "OUTPUT"},
        MODEL=Input("MODEL"),
        S1GRD=Input("S1GRD"),
        S2L2A=(imagined, "OUTPUT_S2L2A"),
        AREA="layers",
    )
    example.write("generate_and_segment.model3")


def embed_and_cluster():
    """An image: its features, and patches that are alike."""
    example = Example(
        "Embed and cluster",
        "Groups patches of 16 by 16 pixels by what TerraMind sees in them. QGIS 3.22 has k-means for points "
        "in a plane only, and none for rasters: so two of the features are taken for the coordinates of a "
        "plane, and the groups go back to the patches. Clusters of all features need another program, such "
        "as scikit-learn or Orfeo ToolBox.",
        [
            MODEL,
            IMAGE,
            QgsProcessingParameterNumber("CLUSTERS", "Number of clusters", defaultValue=5, minValue=2),
            QgsProcessingParameterNumber("FIRST", "First feature", defaultValue=1, minValue=1),
            QgsProcessingParameterNumber("SECOND", "Second feature", defaultValue=2, minValue=1),
        ],
    )
    features = example.step(
        "terramind:embedlayer",
        "Embed layer",
        {"Features": "OUTPUT"},
        MODEL=Input("MODEL"),
        S2L2A=Input("S2L2A"),
        AREA="layers",
    )
    raster = (features, "OUTPUT")
    cells = example.step(
        "native:pixelstopolygons", "Patches", INPUT_RASTER=raster, RASTER_BAND=1, FIELD_NAME="FEATURE"
    )
    numbered = example.step(
        "native:addautoincrementalfield",
        "Number patches",
        INPUT=(cells, "OUTPUT"),
        FIELD_NAME="PATCH",
        START=1,
    )
    centres = example.step("native:centroids", "Centres", INPUT=(numbered, "OUTPUT"))
    sampled = example.step(
        "native:rastersampling",
        "Features of patches",
        INPUT=(centres, "OUTPUT"),
        RASTERCOPY=raster,
        COLUMN_PREFIX="F_",
    )
    plane = example.step(
        "native:geometrybyexpression",
        "Plane of features",
        INPUT=(sampled, "OUTPUT"),
        OUTPUT_GEOMETRY=2,
        EXPRESSION="make_point( attribute( 'F_' || @FIRST ), attribute( 'F_' || @SECOND ) )",
    )
    clusters = example.step(
        "native:kmeansclustering", "Cluster", INPUT=(plane, "OUTPUT"), CLUSTERS=Input("CLUSTERS")
    )
    example.step(
        "native:joinattributestable",
        "Clusters of patches",
        {"Clusters": "OUTPUT"},
        INPUT=(numbered, "OUTPUT"),
        FIELD="PATCH",
        INPUT_2=(clusters, "OUTPUT"),
        FIELD_2="PATCH",
        FIELDS_TO_COPY=["CLUSTER_ID"],
    )
    example.write("embed_and_cluster.model3")


plugins, _ = arguments()
with headless_qgis(plugins):
    QgsApplication.processingRegistry().addProvider(QgsNativeAlgorithms())
    assert embedding_model().toFile(str(HERE / "embed.model3"))
    for write in (generate_and_embed, water_from_an_image, generate_and_segment, embed_and_cluster):
        write()
    print("{}")
