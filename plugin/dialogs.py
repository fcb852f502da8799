"""The windows behind the menu's entries: what algorithms tell, in tables and texts."""

import json

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

from .translation import tr


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
        self.resize(900, 400)
        self.folder = ""
        self.place = QLabel()
        self.place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = QTableWidget(0, 4)
        self.table.setHorizontalHeaderLabels([tr("Name"), tr("What it is"), tr("Made of"), tr("Size")])
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
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
        models = json.loads(found["MODELS"])
        self.place.setText(
            tr("Folder: {}").format(self.folder)
            if models
            else tr("No model is installed yet in {}").format(self.folder)
        )
        self.table.setRowCount(len(models))
        for row, model in enumerate(models):
            size = f"{model['bytes'] / 1e6:.1f} MB"
            for column, text in enumerate((model["name"], model["description"], model["source"], size)):
                self.table.setItem(row, column, QTableWidgetItem(text))
        self.enable_delete()

    def chosen(self):
        """Return the name of the chosen model, None without one."""
        rows = self.table.selectionModel().selectedRows()
        return self.table.item(rows[0].row(), 0).text() if rows else None

    def enable_delete(self):
        """Only what is chosen can be deleted."""
        self.delete_button.setEnabled(self.chosen() is not None)

    def import_model(self):
        """Open the dialog of Import model, and list what it has made."""
        open_algorithm("terramind:importmodel").algorithmFinished.connect(lambda *_: self.fill())

    def delete(self):
        """Remove the chosen model once the user has agreed."""
        name = self.chosen()
        question = tr("Delete “{}” and all of its files? This cannot be undone.").format(name)
        if QMessageBox.question(self, tr("Delete model"), question) != QMessageBox.StandardButton.Yes:
            return
        try:
            run("terramind:removemodel", MODEL=name)
        except QgsProcessingException as error:
            QMessageBox.warning(self, tr("Delete model"), str(error))
        self.fill()

    def open_folder(self):
        """Show the folder in the system's file manager."""
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(self.folder)):
            QMessageBox.warning(
                self, self.windowTitle(), tr("No program opens the folder: {}").format(self.folder)
            )


class Runtime(QDialog):
    """What models run on here, as text that can be copied into a report."""

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
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.report)
        layout.addWidget(buttons)
