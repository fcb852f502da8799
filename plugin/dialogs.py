"""The windows behind the menu's entries: what algorithms tell, in tables and texts."""

import json
from html import escape

from qgis.core import QgsProcessingException
from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtGui import QDesktopServices, QFontDatabase
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from . import in_use
from .translation import tr

# A longer name is cut, and shown whole in the field's tooltip.
WIDEST_PX = 240
# Layers that a question names; of more it tells how many.
MOST_NAMED = 5


def run(algorithm, **parameters):
    """Run an algorithm that only takes a moment, and return its results."""
    import processing  # only there once QGIS has started

    QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        return processing.run(algorithm, parameters)
    finally:
        QApplication.restoreOverrideCursor()


def open_algorithm(algorithm, parameters=None):
    """Show the dialog of an algorithm with some values filled in, and return it."""
    import processing  # only there once QGIS has started

    dialog = processing.createAlgorithmDialog(algorithm, parameters or {})
    dialog.show()
    return dialog


class Models(QDialog):
    """The installed models; imports further ones and removes any."""

    def __init__(self, parent):
        super().__init__(parent)
        self.setWindowTitle(tr("TerraMind: installed models"))
        self.resize(1000, 450)
        self.folder = ""
        self.models = []
        self.place = QLabel()
        self.place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = QTableWidget(0, 4)
        self.table.setHorizontalHeaderLabels([tr("Name"), tr("What it is"), tr("Made of"), tr("Size")])
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        # Descriptions are long: they are broken into lines, and rows are as high as that takes.
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.itemSelectionChanged.connect(self.enable_delete)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        role = QDialogButtonBox.ButtonRole.ActionRole
        buttons.addButton(tr("Import…"), role).clicked.connect(self.import_model)
        self.delete_button = buttons.addButton(tr("Delete…"), role)
        self.delete_button.clicked.connect(self.delete)
        buttons.addButton(tr("Open folder"), role).clicked.connect(self.open_folder)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        for widget in (self.place, self.table, buttons):
            layout.addWidget(widget)

    def fill(self):
        """List what is there now."""
        try:
            found = run("terramind:installedmodels")
        except QgsProcessingException as error:
            self.place.setText(str(error))
            return
        self.folder = found["FOLDER"]
        self.models = json.loads(found["MODELS"])
        self.place.setText(
            tr("Folder: {}").format(self.folder)
            if self.models
            else tr("No model is installed yet in {}").format(self.folder)
        )
        self.table.setRowCount(len(self.models))
        for row, model in enumerate(self.models):
            size = f"{model['bytes'] / 1e6:.1f} MB"
            for column, text in enumerate((model["name"], model["description"], model["source"], size)):
                item = QTableWidgetItem(text)
                # Qt breaks the lines of rich text only.
                item.setToolTip(f"<p>{escape(text)}</p>")
                self.table.setItem(row, column, item)
        for column in (0, 2, 3):
            self.table.resizeColumnToContents(column)
            self.table.setColumnWidth(column, min(self.table.columnWidth(column), WIDEST_PX))
        self.enable_delete()

    def chosen(self):
        """Return the chosen model as Installed models describes it, None without one."""
        rows = self.table.selectionModel().selectedRows()
        return self.models[rows[0].row()] if rows else None

    def enable_delete(self):
        """Only what is chosen can be deleted."""
        self.delete_button.setEnabled(self.chosen() is not None)

    def import_model(self):
        """Open the dialog of Import model, and list what it has made."""
        open_algorithm("terramind:importmodel").algorithmFinished.connect(lambda *_: self.fill())

    def delete(self):
        """Remove the chosen model once the user knows what that means, and has agreed."""
        model = self.chosen()
        yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
        text = "\n\n".join(consequences(model))
        question = QMessageBox(QMessageBox.Icon.Warning, tr("Delete model"), text, yes | no, self)
        # Names of layers are anybody's.
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setDefaultButton(no)
        if question.exec() != yes:
            return
        try:
            run("terramind:removemodel", MODEL=model["name"])
        except QgsProcessingException as error:
            QMessageBox.warning(self, tr("Delete model"), str(error))
        self.fill()

    def open_folder(self):
        """Show the folder in the system's file manager."""
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(self.folder)):
            QMessageBox.warning(
                self, self.windowTitle(), tr("No program opens the folder: {}").format(self.folder)
            )


def consequences(model):
    """Yield what to know before a model is deleted: what will not be possible, and what stays."""
    name = model["name"]
    yield tr("Delete “{}” and all of its files? This cannot be undone.").format(name)
    if model["kind"] == "tokenizer":
        yield tr(
            "Models that use it and have no tokenizer of their own can then not generate, reconstruct or "
            "imagine what it stands for, nor read it as tokens, until it is imported again."
        )
    else:
        yield tr(
            "Runs, graphical models and scripts that name it will fail until it is imported again. "
            "Tokenizers that only this model uses go with it."
        )
    if model["source"]:
        yield tr("It was imported from {}; that file is left alone.").format(model["source"])
    layers = in_use.layers_made_with(name)
    if layers:
        named = [f"• {layer}" for layer in layers[:MOST_NAMED]]
        if len(layers) > MOST_NAMED:
            named.append(tr("and {} more").format(len(layers) - MOST_NAMED))
        stay = tr("These layers of the project stay as they are; to make them again, the model is needed:")
        yield "\n".join([stay, *named])
    tasks = in_use.running()
    if tasks:
        still = tr("This is still running; if it uses the model, it may end with an error:")
        yield "\n".join([still, *(f"• {task}" for task in tasks)])


class Runtime(QDialog):
    """What models run on here, as text that can be copied into a report; installs further runtimes."""

    def __init__(self, parent):
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("TerraMind: runtime"))
        self.resize(800, 500)
        try:
            report = run("terramind:runtimeinfo")["REPORT"]
        except QgsProcessingException as error:
            report = str(error)
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QApplication.clipboard().setText(report))
        install = buttons.addButton(tr("Install…"), QDialogButtonBox.ButtonRole.ActionRole)
        install.clicked.connect(lambda: open_algorithm("terramind:installruntime"))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.report)
        layout.addWidget(buttons)
