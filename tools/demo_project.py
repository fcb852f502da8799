"""Make a QGIS project and a picture of what demo.sh left in a folder: terramind.qgz and terramind.png.

usage: /usr/bin/python3 tools/demo_project.py FOLDER
"""

import os
import sys
import tempfile
from pathlib import Path

# No display is needed.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsColorRampShader,
    QgsContrastEnhancement,
    QgsGradientColorRamp,
    QgsGradientStop,
    QgsLayoutExporter,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsLegendStyle,
    QgsMapLayerLegendUtils,
    QgsMapThemeCollection,
    QgsMultiBandColorRenderer,
    QgsPalettedRasterRenderer,
    QgsPrintLayout,
    QgsProject,
    QgsRasterLayer,
    QgsRasterMinMaxOrigin,
    QgsReferencedRectangle,
    QgsSingleBandGrayRenderer,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtCore import QRectF
from qgis.PyQt.QtGui import QColor, QFont

TITLE = "TerraMind: one invented place, as it was given and as the demonstration model makes it"
NOTE = (
    "The scene is invented, and the model was trained on invented scenes only: it knows nothing about Earth. "
    "Generated is not measured."
)

# In millimetres of five pixels each.
DPI = 127
PAGE, MARGIN, SIDE, GAP = (384, 240), 12, 84, 8
COLUMNS, FIRST_ROW, ROW = 4, 28, 100


def natural(layer):
    """Red, green and blue of Sentinel-2; QGIS cuts 2 % of the pixels at both ends."""
    layer.setRenderer(QgsMultiBandColorRenderer(layer.dataProvider(), 4, 3, 2))
    cut = QgsRasterMinMaxOrigin.CumulativeCut
    layer.setContrastEnhancement(QgsContrastEnhancement.StretchToMinimumMaximum, cut)


def radar(layer):
    """What land and water scatter back in VV, in decibels."""
    renderer = QgsSingleBandGrayRenderer(layer.dataProvider(), 1)
    stretch = QgsContrastEnhancement(layer.dataProvider().dataType(1))
    stretch.setContrastEnhancementAlgorithm(QgsContrastEnhancement.StretchToMinimumMaximum)
    stretch.setMinimumValue(-25)
    stretch.setMaximumValue(0)
    renderer.setContrastEnhancement(stretch)
    layer.setRenderer(renderer)


def elevation(layer):
    """From green valleys to white summits, over the values that there are."""
    provider = layer.dataProvider()
    low, high = provider.cumulativeCut(1, 0.02, 0.98)
    stops = [QgsGradientStop(0.35, QColor("#f0e6a0")), QgsGradientStop(0.7, QColor("#a0714f"))]
    ramp = QgsGradientColorRamp(QColor("#2f6b3c"), QColor("#ffffff"), False, stops)
    renderer = QgsSingleBandPseudoColorRenderer(provider, 1)
    renderer.setClassificationMin(low)
    renderer.setClassificationMax(high)
    renderer.createShader(ramp, QgsColorRampShader.Interpolated)
    layer.setRenderer(renderer)


def classes(layer):
    """The classes that the file names, in its colours."""
    every = QgsPalettedRasterRenderer.colorTableToClassData(layer.dataProvider().colorTable(1))
    named = [entry for entry in every if entry.label not in (str(int(entry.value)), "no data")]
    layer.setRenderer(QgsPalettedRasterRenderer(layer.dataProvider(), 1, named))


def colours(layer):
    """Bytes of red, green and blue: as QGIS shows them by itself."""


GIVEN, GENERATED, TIM, FEATURES, TRUE = (
    "Given: an invented scene",
    "Generated from Sentinel-2",
    "TiM segment from Sentinel-1",
    "Embed layer and Feature colours from Sentinel-2",
    "The truth",
)

# File, title, group, style, and whether it is in the picture.
LAYERS = [
    ("scene_s2.tif", "Sentinel-2 (given)", GIVEN, natural, True),
    ("generated_land_cover.tif", "Land cover (generated)", GENERATED, classes, True),
    ("generated_dem.tif", "Elevation (generated)", GENERATED, elevation, True),
    ("generated_s1.tif", "Sentinel-1 RTC (generated)", GENERATED, radar, True),
    ("scene_s1.tif", "Sentinel-1 GRD (given)", GIVEN, radar, True),
    ("flood.tif", "Flood (TiM segment)", TIM, classes, True),
    ("feature_colours.tif", "Features as colours", FEATURES, colours, True),
    ("true_land_cover.tif", "Land cover (true)", TRUE, classes, True),
    ("true_dem.tif", "Elevation (true)", TRUE, elevation, False),
    ("true_flood.tif", "Flood (true)", TRUE, classes, False),
]


def add_layers(project, folder):
    """Put all layers into the project's groups: those that are in the picture."""
    shown = []
    for group in (GIVEN, GENERATED, TIM, FEATURES, TRUE):
        project.layerTreeRoot().addGroup(group)
    for file, title, group, style, is_shown in LAYERS:
        layer = QgsRasterLayer(str(folder / file), title)
        if not layer.isValid():
            sys.exit(f"QGIS cannot open {folder / file}: run demo.sh again")
        style(layer)
        project.addMapLayer(layer, False)
        node = project.layerTreeRoot().findGroup(group).addLayer(layer)
        node.setItemVisibilityChecked(not shown)
        node.setExpanded(False)
        if is_shown:
            shown.append(layer)
    return shown


def font_of(size_pt):
    """Without serifs, of this size."""
    font = QFont("DejaVu Sans")
    font.setPointSizeF(size_pt)
    return font


def add_text(layout, text, x, y, size_pt, width=PAGE[0] - 2 * MARGIN):
    """Write one line."""
    label = QgsLayoutItemLabel(layout)
    label.setFont(font_of(size_pt))
    label.setText(text)
    label.attemptMove(QgsLayoutPoint(x, y))
    label.attemptResize(QgsLayoutSize(width, 8))
    layout.addLayoutItem(label)


def add_panel(project, layout, layer, number):
    """Show one layer in a theme of its own, with its name above."""
    theme = QgsMapThemeCollection.MapThemeRecord()
    theme.setLayerRecords([QgsMapThemeCollection.MapThemeLayerRecord(layer)])
    project.mapThemeCollection().insert(layer.name(), theme)
    x = MARGIN + number % COLUMNS * (SIDE + GAP)
    y = FIRST_ROW + number // COLUMNS * ROW
    panel = QgsLayoutItemMap(layout)
    panel.setId(layer.name())
    panel.attemptSetSceneRect(QRectF(x, y, SIDE, SIDE))
    panel.setFollowVisibilityPreset(True)
    panel.setFollowVisibilityPresetName(layer.name())
    panel.setCrs(project.crs())
    panel.zoomToExtent(layer.extent())
    panel.setFrameEnabled(True)
    layout.addLayoutItem(panel)
    add_text(layout, layer.name(), x, y - 7, 11, SIDE)


def add_legend(project, layout, names):
    """Tell the classes of these layers."""
    legend = QgsLayoutItemLegend(layout)
    layout.addLayoutItem(legend)
    legend.setAutoUpdateModel(False)
    root = legend.model().rootGroup()
    root.clear()
    for name in names:
        node = root.addLayer(project.mapLayersByName(name)[0])
        node.setCustomProperty("legend/title-style", "hidden")
        # The first entry names the band.
        entries = len(legend.model().layerOriginalLegendNodes(node))
        QgsMapLayerLegendUtils.setLegendNodeOrder(node, list(range(1, entries)))
        legend.model().refreshLayerLegend(node)
    legend.setColumnCount(6)
    legend.setSplitLayer(True)
    legend.setEqualColumnWidth(True)
    legend.setSymbolHeight(3.5)
    style = legend.style(QgsLegendStyle.SymbolLabel)
    style.setFont(font_of(8))
    legend.setStyle(QgsLegendStyle.SymbolLabel, style)
    legend.attemptMove(QgsLayoutPoint(MARGIN - 2, FIRST_ROW + 2 * ROW - 13))
    legend.adjustBoxSize()


def add_layout(project, layers):
    """Lay the layers out side by side."""
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.setName("All layers side by side")
    layout.pageCollection().page(0).setPageSize(QgsLayoutSize(*PAGE))
    add_text(layout, TITLE, MARGIN, 5, 15)
    add_text(layout, NOTE, MARGIN, 13, 9)
    for number, layer in enumerate(layers):
        add_panel(project, layout, layer, number)
    add_legend(project, layout, ["Land cover (generated)", "Flood (TiM segment)"])
    project.layoutManager().addLayout(layout)
    return layout


def main(folder):
    """Write the project and its picture into the folder."""
    project = QgsProject.instance()
    project.setTitle(TITLE)
    project.setFileName(str(folder / "terramind.qgz"))
    project.setFilePathStorage(Qgis.FilePathType.Relative)
    layers = add_layers(project, folder)
    first = layers[0]
    project.setCrs(first.crs())
    project.viewSettings().setDefaultViewExtent(QgsReferencedRectangle(first.extent(), first.crs()))
    layout = add_layout(project, layers)
    if not project.write():
        sys.exit(f"The project cannot be written: {project.error()}")
    picture = folder / "terramind.png"
    if not QgsLayoutExporter(layout).renderPageToImage(0, dpi=DPI).save(str(picture)):
        sys.exit(f"The picture cannot be written: {picture}")
    project.clear()


with tempfile.TemporaryDirectory() as profile:
    application = QgsApplication([], True, profile)
    application.initQgis()
    main(Path(sys.argv[1]).resolve())
    application.exitQgis()
