"""Follows the tutorial to the letter in a real QGIS window, and takes the pictures that it shows.

usage: TUTORIAL=index.md CHECKOUT=folder PICTURES=folder RESULT=result.json
       xvfb-run qgis --nologo --noversioncheck --code follow.py

The text is the script. What is understood, from top to bottom:

    Open *Group → Algorithm*           double click on it in the toolbox
    | Label | `value` or (empty) |     a row of a table: the dialog's field of this label gets the value
    Press *Button*                     of the open dialog; after Run the end is waited for
    tick *Layer*, untick *Layer*       in the panel of layers
    ![…](name.png)                     a picture of the dialog, or of the window where none is open

A label, a layer, an option or a button that does not exist ends QGIS with an error, and so does a run that
fails. The result: {"logs": [the log of each run], "layers": [names], "reports": [paths]}
"""

import json
import os
import re
import sys
import traceback
from pathlib import Path

import numpy
from osgeo import gdal
from qgis.core import (
    QgsApplication,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterRasterLayer,
    QgsProject,
)
from qgis.gui import QgsCollapsibleGroupBoxBasic
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtGui import QImage, qRgb
from qgis.PyQt.QtWidgets import QApplication, QDialog, QDockWidget, QLineEdit, QPushButton, QTextEdit
from qgis.utils import iface

# Time for a window to draw itself before it is looked at.
SETTLE_MS = 1500
WINDOW_PX = 1100, 640
DIALOG_PX = 860, 620
# Colours of a picture: the largest areas of one colour as they are, all else in some more.
AREAS = 64
AREA_PX = 100
COLOURS = 32

checkout = Path(os.environ["CHECKOUT"])
pictures = Path(os.environ["PICTURES"])
pictures.mkdir(parents=True, exist_ok=True)
result = {"logs": [], "layers": [], "reports": []}

STEP = re.compile(
    r"Open \*(?P<group>[^*→]+) → (?P<algorithm>[^*]+)\*"
    r"|^\| (?P<label>[^|`]+?) \| (?:`(?P<value>[^`]+)`|\(empty\)) \|"
    r"|[Pp]ress \*(?P<button>[^*]+)\*"
    r"|\b(?P<tick>[Tt]ick|[Uu]ntick) \*(?P<layer>[^*]+)\*"
    r"|!\[[^]]*\]\((?P<picture>[^)]+)\.png\)",
    re.MULTILINE,
)


def steps():
    """Everything that the tutorial does; at every yield the window gets time to draw, or a run to finish."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog) and widget.isVisible():
            widget.close()  # tips of a first start
    window = iface.mainWindow()
    window.showNormal()
    iface.newProject()
    window.setGeometry(0, 0, *WINDOW_PX)
    toolbox = window.findChild(QDockWidget, "ProcessingToolbox")
    toolbox.setVisible(True)
    toolbox.findChild(QLineEdit).setText("TerraMind")
    for name in ("Browser", "MessageLog"):
        dock = window.findChild(QDockWidget, name)
        if dock:
            dock.hide()
    # What the plugins of QGIS itself say at their start is not the tutorial's.
    iface.messageBar().clearWidgets()
    window.resizeDocks([toolbox, window.findChild(QDockWidget, "Layers")], [250, 330], 1)
    yield SETTLE_MS

    dialog = None
    for step in STEP.finditer(Path(os.environ["TUTORIAL"]).read_text()):
        if step["algorithm"]:
            double_click(toolbox, step["group"], step["algorithm"])
            yield SETTLE_MS
            dialog = opened(step["algorithm"])
            yield SETTLE_MS
        elif step["label"]:
            fill(dialog, step["label"], step["value"] or "")
            yield 100
        elif step["button"]:
            yield from press(dialog, step["button"])
            dialog = None if step["button"] == "Close" else dialog
        elif step["layer"]:
            (layer,) = QgsProject.instance().mapLayersByName(step["layer"])
            node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
            node.setItemVisibilityChecked(step["tick"].lower() == "tick")
            node.setExpanded(step["tick"].lower() == "tick")
        else:
            yield SETTLE_MS
            keep_picture(dialog or window, step["picture"])

    from processing.core.ProcessingResults import resultsList  # only there once QGIS has started

    result["layers"] = [layer.name() for layer in QgsProject.instance().mapLayers().values()]
    result["reports"] = [entry.filename for entry in resultsList.getResults()]
    Path(os.environ["RESULT"]).write_text(json.dumps(result, indent=1))
    QgsProject.instance().clear()
    QgsProject.instance().setDirty(False)
    yield SETTLE_MS
    iface.actionExit().trigger()


def double_click(toolbox, group, name):
    """Open an algorithm of the toolbox. Its dialog is modal, so this must not wait for it."""
    tree = toolbox.algorithmTree
    algorithms = QgsApplication.processingRegistry().providerById("terramind").algorithms()
    if (group, name) not in [(a.group(), a.displayName()) for a in algorithms]:
        raise LookupError(f"the toolbox has no {group} → {name}")
    tree.setCurrentIndex(find(tree.model(), name))
    QTimer.singleShot(0, toolbox.executeAlgorithm)


def opened(name):
    """Return the open dialog of an algorithm."""
    dialogs = [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
    (dialog,) = (d for d in dialogs if d.windowTitle().endswith(name))
    dialog.resize(*DIALOG_PX)
    outcome = dialog.outcome = {}
    dialog.algorithmFinished.connect(lambda succeeded, _: outcome.update(succeeded=succeeded))
    return dialog


def find(model, text, parent=None):
    """Return the index of the entry `text` in the toolbox's tree, or None."""
    for row in range(model.rowCount() if parent is None else model.rowCount(parent)):
        index = model.index(row, 0) if parent is None else model.index(row, 0, parent)
        found = index if index.data() == text and not model.rowCount(index) else find(model, text, index)
        if found is not None:
            return found
    return None


def fill(dialog, label, text):
    """Set the field that is labelled `label`."""
    definitions = dialog.algorithm().parameterDefinitions()
    (definition,) = (d for d in definitions if d.description() == label)
    advanced = definition.flags() & QgsProcessingParameterDefinition.FlagAdvanced
    wrapper = dialog.mainWidget().wrappers[definition.name()]
    value = value_of(definition, text)
    if hasattr(wrapper, "setWidgetValue"):
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        wrapper.setWidgetValue(value, context)
        shown = wrapper.parameterValue()
    else:
        wrapper.setValue(value)
        shown = wrapper.value()
    if advanced:
        for group in dialog.findChildren(QgsCollapsibleGroupBoxBasic):
            group.setCollapsed(False)
    if not definition.isDestination() and shown != value:
        raise ValueError(f"{label}: cannot be set to {text}, it is {shown}")


def value_of(definition, text):
    """What a person chooses who reads `text`."""
    if text in ("[Create temporary layer]", "[Save to temporary file]"):
        return QgsProcessing.TEMPORARY_OUTPUT
    if isinstance(definition, QgsProcessingParameterEnum):
        option = definition.options().index(text)
        return text if definition.usesStaticStrings() else option
    if isinstance(definition, QgsProcessingParameterFile):
        path = checkout / text
        if not path.exists():
            raise FileNotFoundError(path)
        return str(path)
    if isinstance(definition, QgsProcessingParameterRasterLayer):
        (layer,) = QgsProject.instance().mapLayersByName(text)
        return layer.id()
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    return text


def press(dialog, text):
    """Press the dialog's button; wait for the end of what it starts."""
    buttons = [b for b in dialog.findChildren(QPushButton) if b.text().replace("&", "") == text]
    (button,) = (b for b in buttons if b.isVisible() and b.isEnabled())
    dialog.outcome.clear()
    button.click()
    yield SETTLE_MS
    if text != "Run":
        return
    while not dialog.outcome:
        if button.isVisible() and button.isEnabled():
            raise RuntimeError("the dialog refuses to run")
        yield 100
    log = "\n".join(field.toPlainText() for field in dialog.findChildren(QTextEdit) if field.isReadOnly())
    result["logs"].append(log)
    if not dialog.outcome["succeeded"]:
        raise RuntimeError(f"the run failed:\n{log}")
    yield SETTLE_MS


def keep_picture(widget, name):
    """Keep a picture in few colours, a third of the size: those of legends and letters as they are."""
    picture = widget.grab().toImage().convertToFormat(QImage.Format_RGB888)
    file = str(pictures / f"{name}.png")
    picture.save(file)
    full = gdal.Open(file)
    red, green, blue = full.ReadAsArray().astype("uint32")
    values, counts = numpy.unique(red << 16 | green << 8 | blue, return_counts=True)
    areas = values[counts >= AREA_PX][numpy.argsort(counts[counts >= AREA_PX])[::-1]]
    table = gdal.ColorTable()
    gdal.ComputeMedianCutPCT(*(full.GetRasterBand(number) for number in (1, 2, 3)), COLOURS, table)
    others = [qRgb(*table.GetColorEntry(index)[:3]) for index in range(table.GetCount())]
    colours = [0xFF000000 | int(value) for value in areas[:AREAS]] + others
    picture = picture.convertToFormat(QImage.Format_Indexed8, colours, Qt.ThresholdDither | Qt.AvoidDither)
    if not picture.save(file, "PNG", 0):
        raise OSError(f"cannot write {file}")


def advance(tutorial):
    """Take the next step, and come back after the time that it asks for."""
    try:
        pause_ms = next(tutorial, None)
    except Exception:
        traceback.print_exc()
        keep_picture(iface.mainWindow(), "failed")
        sys.stderr.flush()
        os._exit(1)
    if pause_ms is not None:
        QTimer.singleShot(pause_ms, lambda: advance(tutorial))


gdal.UseExceptions()
tutorial = steps()
QTimer.singleShot(SETTLE_MS, lambda: advance(tutorial))
