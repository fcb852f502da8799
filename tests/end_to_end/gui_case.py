"""Runs an algorithm's dialog in a real QGIS window, takes pictures and closes QGIS.

usage: CASE=case.json xvfb-run qgis --nologo --noversioncheck --code gui_case.py
case.json: {"layers": [paths], "algorithm": id, "pictures": folder, "result": path,
            "runs": [{"name": text, "parameters": {...}, "view": [xmin, ymin, xmax, ymax] or null}]}
The result: {"runs": [{"succeeded", "extent", "crs", "log"}],
             "layers": [{"name", "notes", "renderer", "source"}],
             "reports": [paths that the results viewer lists], "listed": [as what it lists them],
             "menu": [entries of the plugin's menu], "choices": [lists of what the last dialog's boxes offer],
             "start_s": the time that the plugin took of QGIS's start,
             "runtime_at_start": whether ONNX Runtime was in the process before any run}
"""

import json
import os
from pathlib import Path

import qgis.utils
from qgis.core import QgsLayerNotesUtils, QgsProject, QgsRasterLayer, QgsRectangle
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QLineEdit,
    QTextEdit,
    QTreeWidget,
)
from qgis.utils import iface

# Time for the window to draw itself before it is looked at.
SETTLE_MS = 2000

case = json.loads(Path(os.environ["CASE"]).read_text())
pictures = Path(case["pictures"])
pictures.mkdir(parents=True, exist_ok=True)
result = {
    "runs": [],
    "menu": [
        entry.text()
        for action in iface.pluginMenu().actions()
        if action.text() == "TerraMind"
        for entry in action.menu().actions()
    ],
    "start_s": float(qgis.utils.plugin_times["terramind"].rstrip("s")),
    "runtime_at_start": "libonnxruntime" in Path("/proc/self/maps").read_text(),
}


def picture(name):
    """Keep a picture of the screen."""
    QApplication.primaryScreen().grabWindow(0).save(str(pictures / f"{name}.png"))


def steps():
    """The whole case; at every yield the window gets time to draw, or a dialog to finish."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog) and widget.isVisible():
            widget.close()  # tips of a first start
    for path in case["layers"]:
        QgsProject.instance().addMapLayer(QgsRasterLayer(path, Path(path).stem))
    iface.zoomToActiveLayer()
    toolbox = iface.mainWindow().findChild(QDockWidget, "ProcessingToolbox")
    toolbox.setVisible(True)
    toolbox.setMinimumWidth(400)
    for search in toolbox.findChildren(QLineEdit):
        search.setText(case["algorithm"].split(":")[0])
    yield SETTLE_MS
    picture("toolbox")
    for run in case["runs"]:
        yield from one_run(run)
    result["layers"] = [
        {
            "name": layer.name(),
            "notes": QgsLayerNotesUtils.layerNotes(layer),
            "renderer": type(layer.renderer()).__name__,
            "source": layer.source(),
        }
        for layer in QgsProject.instance().mapLayers().values()
    ]
    from processing.core.ProcessingResults import resultsList  # only there once QGIS has started

    result["reports"] = [entry.filename for entry in resultsList.getResults()]
    viewer = iface.mainWindow().findChild(QTreeWidget, "treeResults")
    result["listed"] = [viewer.topLevelItem(row).text(0) for row in range(viewer.topLevelItemCount())]
    Path(case["result"]).write_text(json.dumps(result, indent=1))
    QgsProject.instance().clear()
    QgsProject.instance().setDirty(False)
    yield SETTLE_MS
    iface.actionExit().trigger()


def one_run(run):
    """Open the dialog, press Run, wait for the end."""
    import processing  # only there once QGIS has started

    canvas = iface.mapCanvas()
    if run["view"]:
        canvas.setExtent(QgsRectangle(*run["view"]))
        canvas.refresh()
        yield SETTLE_MS
    extent = canvas.extent()
    dialog = processing.createAlgorithmDialog(case["algorithm"], run["parameters"])
    dialog.show()
    yield SETTLE_MS
    picture(f"{run['name']}_dialog")
    boxes = dialog.findChildren(QComboBox)
    result["choices"] = [[box.itemText(row) for row in range(box.count())] for box in boxes]
    outcome = {}
    dialog.algorithmFinished.connect(lambda succeeded, _: outcome.update(succeeded=succeeded))
    dialog.runButton().click()
    # A value that the dialog refuses starts nothing, and would be waited for in vain.
    yield 1000
    if dialog.runButton().isVisible() and dialog.runButton().isEnabled() and not outcome:
        picture(f"{run['name']}_refused")
        outcome["succeeded"] = False
    while not outcome:
        yield 100
    yield SETTLE_MS
    picture(f"{run['name']}_log")
    log = "\n".join(text.toPlainText() for text in dialog.findChildren(QTextEdit) if text.isReadOnly())
    dialog.close()
    yield SETTLE_MS
    picture(f"{run['name']}_map")
    corners = [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()]
    crs = canvas.mapSettings().destinationCrs().authid()
    result["runs"].append({**outcome, "extent": corners, "crs": crs, "log": log})


def advance(case_steps):
    """Take the next step, and come back after the time that it asks for."""
    pause_ms = next(case_steps, None)
    if pause_ms is not None:
        QTimer.singleShot(pause_ms, lambda: advance(case_steps))


QTimer.singleShot(SETTLE_MS, lambda: advance(steps()))
