"""Every style is drawn as the contract says, with notes where there are any."""

import json

from common import SCRATCH, Feedback, finish, raster, registry, terramind
from osgeo import gdal
from qgis.core import (
    QgsLayerNotesUtils,
    QgsPalettedRasterRenderer,
    QgsProcessingContext,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingUtils,
    QgsProject,
    QgsRasterMinMaxOrigin,
    QgsSingleBandGrayRenderer,
    QgsSingleBandPseudoColorRenderer,
)

plugin = terramind.classFactory(None)
plugin.initProcessing()
scene = raster("scene.tif")
kept = []


def loaded(style, source=scene, **parameters):
    """Copy `source`, have QGIS load and finish the copy, and return the layer."""
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    destination = QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT", QgsProject.instance())
    given = {"INPUT": source, "STYLE": json.dumps(style), "OUTPUT": destination, **parameters}
    results, ok = registry.algorithmById("terramind:copy").create().run(given, context, Feedback())
    assert ok
    layer = QgsProcessingUtils.mapLayerFromString(results["OUTPUT"], context)
    processor = context.layersToLoadOnCompletion()[results["OUTPUT"]].postProcessor()
    if processor:
        processor.postProcessLayer(layer, context, Feedback())
    kept.append(context)
    return layer


def flat(name, value, nodata=None):
    path = str(SCRATCH / name)
    dataset = gdal.GetDriverByName("GTiff").Create(path, 64, 48, 1, gdal.GDT_Float32)
    dataset.GetRasterBand(1).Fill(value)
    if nodata is not None:
        dataset.GetRasterBand(1).SetNoDataValue(nodata)
    dataset = None
    return path


# From black to white.
renderer = loaded({"kind": "gray", "band": 2, "minimum": 10.5, "maximum": 200}).renderer()
assert isinstance(renderer, QgsSingleBandGrayRenderer) and renderer.grayBand() == 2
stretch = renderer.contrastEnhancement()
assert (stretch.minimumValue(), stretch.maximumValue()) == (10.5, 200)
assert stretch.contrastEnhancementAlgorithm() == stretch.StretchToMinimumMaximum
assert renderer.minMaxOrigin().limits() == QgsRasterMinMaxOrigin.None_
renderer = loaded({"kind": "gray", "band": 1}).renderer()
stretch = renderer.contrastEnhancement()
assert 0 < stretch.minimumValue() < stretch.maximumValue() < 250, "cut at both ends"
assert renderer.minMaxOrigin().limits() == QgsRasterMinMaxOrigin.CumulativeCut
stretch = loaded({"kind": "gray", "band": 1, "minimum": 30}).renderer().contrastEnhancement()
assert stretch.minimumValue() == 30 and 200 < stretch.maximumValue() < 250, "the other end is cut"


# A ramp of QGIS's.
def colours(style, source=scene):
    renderer = loaded(style, source).renderer()
    assert isinstance(renderer, QgsSingleBandPseudoColorRenderer), renderer
    shader = renderer.shader().rasterShaderFunction()
    items = shader.colorRampItemList()
    ends = (renderer.classificationMin(), renderer.classificationMax())
    assert (items[0].value, items[-1].value) == ends == (shader.minimumValue(), shader.maximumValue())
    assert shader.colorRampType() == shader.Interpolated and len(items) > 10
    return (*ends, items[0].color.name(), items[-1].color.name())


viridis = {"kind": "ramp", "band": 3, "ramp": "Viridis"}
assert colours({**viridis, "minimum": 0, "maximum": 0.5}) == (0, 0.5, "#440154", "#fde725")
assert colours({**viridis, "minimum": 0, "maximum": 0.5, "invert": True}) == (0, 0.5, "#fde725", "#440154")
minimum, maximum, *_ = colours(viridis)
assert 0 < minimum < maximum < 250, "cut at both ends"
assert colours({**viridis, "band": 1}, flat("flat.tif", 7))[:2] == (7, 8), "all pixels alike"
layer = loaded({"kind": "ramp", "band": 1, "ramp": "No such ramp", "maximum": 9})
assert isinstance(layer.renderer(), QgsSingleBandGrayRenderer), "a ramp that somebody deleted"

# Classes.
classes = [
    {"value": 5, "label": "Crops", "colour": "#e49635"},
    {"value": 1, "label": "Water — öde", "colour": "#419bdf"},
]
layer = loaded({"kind": "paletted", "band": 1, "classes": classes})
renderer = layer.renderer()
assert isinstance(renderer, QgsPalettedRasterRenderer) and renderer.band() == 1
drawn = [(entry.value, entry.label, entry.color.name()) for entry in renderer.classes()]
assert drawn == [(5, "Crops", "#e49635"), (1, "Water — öde", "#419bdf")], drawn
block = renderer.block(1, layer.extent(), 64, 48)
assert [block.color(0, x) for x in (5, 1, 2)] == [0xFFE49635, 0xFF419BDF, 0], "no class, no colour"

# What cannot be drawn so stays as QGIS draws it.
plain = loaded(None).renderer().type()
for style, source in (
    ({"kind": "gray", "band": 4}, scene),
    ({"kind": "multiband", "bands": [1, 2, 4]}, scene),
    ({"kind": "paletted", "band": 0, "classes": classes}, scene),
):
    assert loaded(style, source).renderer().type() == plain, style
empty = flat("empty.tif", -1, nodata=-1)
assert loaded({"kind": "ramp", "band": 1, "ramp": "Viridis"}, empty).renderer().type() == "singlebandgray"

# Notes, with a style and without.
text = "Generated by a model; a < b.\n\nNot measured."
for style in ({"kind": "gray", "band": 1}, None):
    layer = loaded(style, NOTES=text)
    assert layer.metadata().abstract() == text
    assert (
        QgsLayerNotesUtils.layerNotes(layer) == "<p>Generated by a model; a &lt; b.</p><p>Not measured.</p>"
    )
assert not QgsLayerNotesUtils.layerHasNotes(loaded({"kind": "gray", "band": 1}))
assert loaded({"kind": "gray", "band": 1}).metadata().abstract() == ""

del layer, renderer, stretch, block
kept.clear()
finish()
