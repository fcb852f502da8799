"""Walks through the plugin's menu in a real QGIS window, takes pictures and closes QGIS.

usage: CASE=case.json xvfb-run qgis --nologo --noversioncheck --code gui_menu.py
case.json: {"pictures": folder, "result": path, "remove": name of a model to delete}
"""

import json
import os
import sys
import traceback
from pathlib import Path

import qgis.utils
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QObject, QTimer, QUrl, pyqtSlot
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDialog,
    QMainWindow,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTreeView,
)
from qgis.utils import iface

SETTLE_MS = 1500

case = json.loads(Path(os.environ["CASE"]).read_text())
pictures = Path(case["pictures"])
pictures.mkdir(parents=True, exist_ok=True)
result = {}


def give_up(kind, error, trace):
    """End QGIS at the first error, which would otherwise be shown in a window that nobody closes."""
    traceback.print_exception(kind, error, trace)
    picture("error")
    os._exit(1)


sys.excepthook = give_up


def picture(name):
    """Keep a picture of the screen."""
    QApplication.primaryScreen().grabWindow(0).save(str(pictures / f"{name}.png"))


def entries():
    """The actions of the plugin's entry in the Plugins menu."""
    for action in iface.pluginMenu().actions():
        if action.text() == "TerraMind":
            return action.menu()
    return None


def window(title):
    """The visible window whose title has these words."""
    found = [w for w in QApplication.topLevelWidgets() if title in w.windowTitle() and w.isVisible()]
    return found[0]


def steps():
    """The whole walk; at every yield the window gets time to draw."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog) and widget.isVisible():
            widget.close()  # tips of a first start
    yield SETTLE_MS
    menu = entries()
    actions = menu.actions()
    result["entries"] = [action.text() for action in actions]
    menu.popup(iface.mainWindow().mapToGlobal(iface.mainWindow().rect().center()))
    yield SETTLE_MS
    picture("menu")
    menu.close()

    actions[0].trigger()
    yield SETTLE_MS
    models = window("installed models")
    table = models.findChild(QTableWidget)
    picture("models")
    result["models"] = [
        [table.item(row, column).text() for column in range(4)] for row in range(table.rowCount())
    ]
    names = [row[0] for row in result["models"]]
    table.selectRow(names.index(case["remove"]))
    # The question waits for an answer; both are given while it does.
    for button in (QMessageBox.No, QMessageBox.Yes):
        QTimer.singleShot(SETTLE_MS, lambda button=button: answer(button))
        next(b for b in models.findChildren(QPushButton) if b.text() == "Delete…").click()
        result.setdefault("left", []).append([table.item(row, 0).text() for row in range(table.rowCount())])
        yield SETTLE_MS
    models.close()

    actions[1].trigger()
    yield SETTLE_MS
    runtime = window("TerraMind: runtime")
    result["report"] = runtime.findChild(QPlainTextEdit).toPlainText()
    picture("runtime")
    runtime.close()

    actions[2].trigger()
    yield SETTLE_MS
    scene = window("Sample scene")
    result["scene"] = scene.algorithm().id()
    picture("sample_data")
    ended = []
    scene.algorithmFinished.connect(lambda succeeded, _: ended.append(succeeded))
    scene.runButton().click()
    while not ended:
        yield 200
    yield SETTLE_MS
    result["layers"] = sorted(layer.name() for layer in QgsProject.instance().mapLayers().values())
    scene.close()
    yield SETTLE_MS
    picture("sample_data_map")
    QgsProject.instance().clear()
    QgsProject.instance().setDirty(False)

    examples = actions[3].menu().actions()
    result["examples"] = [action.text() for action in examples]
    for action in examples:
        action.trigger()
        yield SETTLE_MS
        designer = [
            w for w in QApplication.topLevelWidgets() if isinstance(w, QMainWindow) and hasattr(w, "model")
        ][-1]
        result.setdefault("opened", []).append(designer.model().name())
        picture(f"example_{action.text()}")
        designer.setDirty(False)
        designer.close()
        yield SETTLE_MS

    opened = Catcher()
    QDesktopServices.setUrlHandler("file", opened.open)
    actions[4].trigger()
    QDesktopServices.unsetUrlHandler("file")
    result["documentation"] = opened.paths

    QTimer.singleShot(2 * SETTLE_MS, options)
    iface.showOptionsDialog(iface.mainWindow(), "processingOptions")
    yield SETTLE_MS

    qgis.utils.unloadPlugin("terramind")
    result["entries_after_unload"] = entries() is not None
    result["provider_after_unload"] = bool(QgsApplication.processingRegistry().providerById("terramind"))
    Path(case["result"]).write_text(json.dumps(result, indent=1))
    iface.actionExit().trigger()


class Catcher(QObject):
    """Stands in for the system's browser."""

    def __init__(self):
        super().__init__()
        self.paths = []

    @pyqtSlot(QUrl)
    def open(self, url):
        """Keep what was to be opened."""
        self.paths.append(url.toLocalFile())


def answer(button):
    """Press a button of the question that is open."""
    picture("delete")
    QApplication.activeModalWidget().button(button).click()


def options():
    """Unfold the page of the plugin in the options, and close them."""
    dialog = QApplication.activeModalWidget()
    tree = next(t for t in dialog.findChildren(QTreeView) if t.isVisible() and t.model().columnCount() == 2)
    model = tree.model()

    def unfold(parent):
        for row in range(model.rowCount(parent)):
            index = model.index(row, 0, parent)
            if index.data() in ("Providers", "TerraMind"):
                tree.expand(index)
                unfold(index)
                if index.data() == "TerraMind" and not result.get("options"):
                    rows = range(model.rowCount(index))
                    result["options"] = [model.index(r, 0, index).data() for r in rows]
                    tree.scrollTo(model.index(max(rows, default=0), 0, index))

    unfold(tree.rootIndex())
    QApplication.processEvents()
    picture("options")
    dialog.reject()


def advance(case_steps):
    """Take the next step, and come back after the time that it asks for."""
    pause_ms = next(case_steps, None)
    if pause_ms is not None:
        QTimer.singleShot(pause_ms, lambda: advance(case_steps))


QTimer.singleShot(2 * SETTLE_MS, lambda: advance(steps()))
