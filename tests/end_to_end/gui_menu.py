"""Walks through the plugin's menu in a real QGIS window, presses its buttons, takes pictures and closes QGIS.

usage: CASE=case.json xvfb-run qgis --nologo --noversioncheck --code gui_menu.py
case.json: {"pictures": folder, "result": path, "checkpoint": path of a model to import,
            "name": what it is called until it is deleted again, "layer": a raster of elevation,
            "features": path that its features are written to}
The system's browser and file manager are not started: what they would show is in the result.
"""

import json
import os
import sys
import threading
import traceback
from pathlib import Path

import qgis.utils
from qgis.core import QgsApplication, QgsProject, QgsRasterLayer, QgsTask
from qgis.PyQt.QtCore import QObject, QRect, Qt, QTimer, QUrl, pyqtSlot
from qgis.PyQt.QtGui import QColor, QDesktopServices
from qgis.PyQt.QtTest import QTest
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

    result["icons"] = {name: looks_like(icon) for name, icon in icons().items()}
    yield from models_dialog(actions[0])

    actions[1].trigger()
    yield SETTLE_MS
    runtime = window("TerraMind: runtime")
    result["report"] = runtime.findChild(QPlainTextEdit).toPlainText()
    picture("runtime")
    press(runtime, "Copy")
    result["copied"] = QApplication.clipboard().text()
    runtime.close()

    actions[2].trigger()
    yield SETTLE_MS
    scene = window("Sample scene")
    result["scene"] = scene.algorithm().id()
    picture("sample_data")
    with Catcher() as opened:
        press(scene, "Help")
    result["help"] = opened.paths
    yield from run(scene)
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

    with Catcher() as opened:
        actions[4].trigger()
        pages = Path(opened.paths[0]).parent
        pages.rename(pages.with_name("away"))
        actions[4].trigger()
        result["help_without_pages"] = scene_algorithm().helpUrl()
        readme = Path(opened.paths[1])
        readme.rename(readme.with_name("away.md"))
        actions[4].trigger()
    result["documentation"] = opened.paths
    result["help_without_anything"] = scene_algorithm().helpUrl()
    result["no_documentation"] = iface.messageBar().currentItem().text()
    pages.with_name("away").rename(pages)
    readme.with_name("away.md").rename(readme)

    QTimer.singleShot(2 * SETTLE_MS, options)
    iface.showOptionsDialog(iface.mainWindow(), "processingOptions")
    yield SETTLE_MS

    qgis.utils.unloadPlugin("terramind")
    result["entries_after_unload"] = entries() is not None
    result["provider_after_unload"] = bool(QgsApplication.processingRegistry().providerById("terramind"))
    Path(case["result"]).write_text(json.dumps(result, indent=1))
    iface.actionExit().trigger()


def scene_algorithm():
    """Sample scene as it is now."""
    return QgsApplication.processingRegistry().createAlgorithmById("terramind:samplescene")


def models_dialog(action):
    """Import a model, use it, look at the list, open the folder, and delete the model at the second time."""
    action.trigger()
    yield SETTLE_MS
    models = window("installed models")
    table = models.findChild(QTableWidget)

    press(models, "Import…")
    yield SETTLE_MS
    importing = window("Import model")
    importing.setParameters({"INPUT": case["checkpoint"], "NAME": case["name"]})
    yield from run(importing)
    importing.close()
    yield SETTLE_MS
    picture("models")
    result["models"] = [
        [table.item(row, column).text() for column in range(4)] for row in range(table.rowCount())
    ]
    result["tooltips"] = [table.item(row, 1).toolTip() for row in range(table.rowCount())]
    result["cut"] = [description for _, description, _, _ in result["models"] if is_cut(table, description)]
    result["widths"] = [table.columnWidth(column) for column in range(4)]

    with Catcher() as opened:
        press(models, "Open folder")
    result["folder"] = opened.paths

    result["can_delete_nothing"] = button(models, "Delete…").isEnabled()
    busy = make_use_of_the_model()
    table.selectRow([row[0] for row in result["models"]].index(case["name"]))
    # The question waits for an answer; both are given while it does.
    for answer in (QMessageBox.No, QMessageBox.Yes):
        QTimer.singleShot(SETTLE_MS, lambda answer=answer: reply(answer))
        press(models, "Delete…")
        result.setdefault("left", []).append([table.item(row, 0).text() for row in range(table.rowCount())])
        busy.set()
        yield SETTLE_MS
    models.close()
    QgsProject.instance().clear()


def make_use_of_the_model():
    """Put a layer that the model made into the project, and return what ends a task that runs until then."""
    import processing  # only there once QGIS has started

    parameters = {"MODEL": case["name"], "DEM": case["layer"], "AREA": "layers", "OUTPUT": case["features"]}
    features = processing.run("terramind:embedlayer", parameters)["OUTPUT"]
    for path, name in ((features, "<b>Made with it"), (case["layer"], "Not made with it")):
        QgsProject.instance().addMapLayer(QgsRasterLayer(path, name))

    enough = threading.Event()
    make_use_of_the_model.task = QgsTask.fromFunction("Something long", lambda _: enough.wait())
    QgsApplication.taskManager().addTask(make_use_of_the_model.task)
    return enough


def run(dialog):
    """Press Run, and wait for the end."""
    ended = []
    dialog.algorithmFinished.connect(lambda succeeded, _: ended.append(succeeded))
    dialog.runButton().click()
    while not ended:
        yield 200
    yield SETTLE_MS


def button(dialog, text):
    """The button of a dialog that says this."""
    return next(b for b in dialog.findChildren(QPushButton) if b.text().replace("&", "") == text)


def press(dialog, text):
    """Click on a button as a mouse does: one that is disabled or not there does nothing."""
    QTest.mouseClick(button(dialog, text), Qt.LeftButton)


def is_cut(table, text):
    """Whether a description needs more height than the row of it has."""
    row = next(row for row in range(table.rowCount()) if table.item(row, 1).text() == text)
    room = QRect(0, 0, table.columnWidth(1) - 8, 10_000)
    needed = table.fontMetrics().boundingRect(room, Qt.TextWordWrap, text)
    return needed.height() > table.rowHeight(row)


def icons():
    """The icons of the algorithms by their ids, and that of the provider."""
    provider = QgsApplication.processingRegistry().providerById("terramind")
    return {"": provider.icon(), **{a.name(): a.icon() for a in provider.algorithms()}}


def looks_like(icon):
    """The colours of an icon's pixels, as QGIS draws it in the toolbox."""
    image = icon.pixmap(24, 24).toImage()
    return [image.pixelColor(x, y).name(QColor.HexArgb) for y in range(24) for x in range(24)]


class Catcher(QObject):
    """Stands in for the system's browser and file manager."""

    def __init__(self):
        super().__init__()
        self.paths = []

    def __enter__(self):
        QDesktopServices.setUrlHandler("file", self.open)
        return self

    def __exit__(self, *_):
        QDesktopServices.unsetUrlHandler("file")

    @pyqtSlot(QUrl)
    def open(self, url):
        """Keep what was to be opened."""
        self.paths.append(url.toLocalFile())


def reply(answer):
    """Press a button of the question that is open."""
    picture("delete")
    question = QApplication.activeModalWidget()
    result.setdefault("questions", []).append(question.text())
    question.button(answer).click()


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
