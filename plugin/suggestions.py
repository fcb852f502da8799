"""A field for text with suggestions, for parameters that take any other text too."""

from processing.gui.wrappers import DIALOG_MODELER, WidgetWrapper
from qgis.core import QgsProcessingOutputString, QgsProcessingParameterString
from qgis.PyQt.QtWidgets import QComboBox


class Suggestions(WidgetWrapper):
    """A list that can be typed into.

    QGIS's own list for `value_hints` takes no other text, and silently empties itself when a run is
    repeated with one.
    """

    def createWidget(self, value_hints=()):  # noqa: N802, the name is QGIS's
        """Return the list, in the model designer with what other steps offer."""
        combo = QComboBox()
        combo.setEditable(True)
        for suggestion in value_hints:
            combo.addItem(suggestion, suggestion)
        if self.dialogType == DIALOG_MODELER:
            kinds = QgsProcessingParameterString, QgsProcessingOutputString
            for source in self.dialog.getAvailableValuesOfType(*kinds):
                combo.addItem(self.dialog.resolveValueDescription(source), source)
        combo.setEditText("")
        combo.editTextChanged.connect(lambda _: self.widgetValueHasChanged.emit(self))
        return combo

    def setValue(self, value):  # noqa: N802, the name is QGIS's
        """Show a value, whether it is suggested or not."""
        self.setComboValue(value)

    def value(self):
        """Return what is shown: the item of that text, or the text itself."""
        text = self.widget.currentText().strip()
        index = self.widget.findText(text)
        return text if index < 0 else self.widget.itemData(index)
