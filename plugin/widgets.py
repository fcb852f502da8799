"""Fields of the dialogs that QGIS has no fitting ones for."""

from processing.gui.wrappers import DIALOG_MODELER, WidgetWrapper
from qgis.core import (
    QgsProcessingOutputString,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtWidgets import QComboBox

from .translation import tr


def add_sources(combo, wrapper, kinds):
    """In the model designer, offer what the model's inputs and other steps give."""
    if wrapper.dialogType == DIALOG_MODELER:
        for source in wrapper.dialog.getAvailableValuesOfType(*kinds):
            combo.addItem(wrapper.dialog.resolveValueDescription(source), source)


class Suggestions(WidgetWrapper):
    """A list that can be typed into, for parameters that take any other text too.

    QGIS's own list for `value_hints` takes no other text, and silently empties itself when a run is
    repeated with one.
    """

    def createWidget(self, value_hints=()):  # noqa: N802, the name is QGIS's
        """Return the list, in the model designer with what other steps offer."""
        combo = QComboBox()
        combo.setEditable(True)
        for suggestion in value_hints:
            combo.addItem(suggestion, suggestion)
        add_sources(combo, self, (QgsProcessingParameterString, QgsProcessingOutputString))
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


class Choice(WidgetWrapper):
    """A list of what the values of an enumeration mean.

    QGIS's own list shows the values as scripts take them.
    """

    def createWidget(self, labels=()):  # noqa: N802, the name is QGIS's
        """Return the list, in the model designer with what other steps offer."""
        combo = QComboBox()
        definition = self.parameterDefinition()
        if definition.flags() & QgsProcessingParameterDefinition.FlagOptional:
            combo.addItem(tr("[Not selected]"), None)
        for value, label in zip(definition.options(), labels):
            combo.addItem(label, value)
        add_sources(combo, self, (QgsProcessingParameterEnum, QgsProcessingParameterString))
        combo.currentIndexChanged.connect(lambda _: self.widgetValueHasChanged.emit(self))
        return combo

    def setValue(self, value):  # noqa: N802, the name is QGIS's
        """Show a value; a number counts from 0, as QGIS counts enumerations."""
        options = self.parameterDefinition().options()
        if str(value) not in options and str(value).isdigit() and int(value) < len(options):
            value = options[int(value)]
        index = self.widget.findData(value)
        # One that is not there stays visible: as an error of the run, not as another value.
        if index < 0:
            self.widget.addItem(str(value), value)
            index = self.widget.count() - 1
        self.widget.setCurrentIndex(index)

    def value(self):
        """Return the value whose meaning is shown."""
        return self.widget.currentData()
