"""The entry TerraMind in the Plugins menu. What it shows is told by algorithms."""

from pathlib import Path

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices, QIcon
from qgis.PyQt.QtWidgets import QAction, QMenu

from . import dialogs, examples
from .translation import tr

FOLDER = Path(__file__).resolve().parent
NAME = "TerraMind"
# What a first look needs: an image, radar, elevation, and the truth.
SAMPLE = ("S2L2A", "S1GRD", "DEM", "LULC")


class Menu:
    """The actions, as long as the plugin is loaded."""

    def __init__(self, iface):
        self.iface = iface
        window = iface.mainWindow()
        self.models_dialog = None
        self.actions = [
            self.action("installedmodels", tr("Models…"), self.models),
            self.action("runtimeinfo", tr("Runtime…"), self.runtime),
            self.action("samplescene", tr("Sample data…"), self.sample_data),
        ]
        shown = QMenu(tr("Example models"), window)
        for path in sorted(FOLDER.glob("examples/*.model3")):
            name = path.stem.replace("_", " ").capitalize()
            shown.addAction(tr(name), lambda path=path: self.example(path))
        self.actions += [shown.menuAction(), self.action(None, tr("Documentation"), self.documentation)]
        for action in self.actions:
            iface.addPluginToMenu(NAME, action)

    def action(self, icon, text, work):
        """Return an action with the icon of an algorithm."""
        action = QAction(text, self.iface.mainWindow())
        if icon:
            action.setIcon(QIcon(str(FOLDER / f"icons/{icon}.svg")))
        action.triggered.connect(lambda _: work())
        return action

    def remove(self):
        """Take the entry away."""
        for action in self.actions:
            self.iface.removePluginMenu(NAME, action)
            action.deleteLater()
        self.actions = []
        if self.models_dialog:
            self.models_dialog.deleteLater()
            self.models_dialog = None

    def models(self):
        """List the installed models."""
        if not self.models_dialog:
            self.models_dialog = dialogs.Models(self.iface.mainWindow())
        self.models_dialog.fill()
        self.models_dialog.show()
        self.models_dialog.raise_()

    def runtime(self):
        """Tell what models run on."""
        dialogs.Runtime(self.iface.mainWindow()).show()

    def sample_data(self):
        """Open the dialog that makes a scene, ready to run."""
        wanted = {f"OUTPUT_{name}": "TEMPORARY_OUTPUT" for name in SAMPLE}
        dialogs.open_algorithm("terramind:samplescene", wanted)

    def example(self, path):
        """Open an example in the model designer."""
        # Only there once QGIS has started.
        from processing.modeler.ModelerDialog import ModelerDialog

        designer = ModelerDialog.create()
        model = examples.load(path)
        if model:
            designer.setModel(model)
        else:
            designer.loadModel(str(path))  # says what is wrong
        designer.show()

    def documentation(self):
        """Open the documentation that came with the plugin."""
        pages = [path for path in (FOLDER / "doc/index.html", FOLDER / "README.md") if path.is_file()]
        if not pages or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(pages[0]))):
            self.iface.messageBar().pushWarning(
                NAME,
                tr("No program opens the documentation: {}").format(pages[0] if pages else FOLDER / "doc"),
            )
