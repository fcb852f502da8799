"""The page in Settings ► Options ► Processing ► Providers, whose values are the defaults of the algorithms.

What there is to choose, and within which limits, is told by the algorithms' own parameters. The core checks
the values; where it refuses one it says so, and the default stays what it was.
"""

import json

from qgis.core import QgsApplication, QgsProcessingParameterEnum, QgsSettings
from qgis.PyQt.QtCore import QSettings

from .translation import tr

GROUP = "TerraMind"
MODELS = "TERRAMIND_MODELS"
# Any algorithm that runs a model has these.
ALGORITHM = "terramind:embedlayer"
PARAMETERS = ("DEVICE", "THREADS", "MEMORY_LIMIT")


class Settings:
    """The settings of the plugin, as long as it is loaded."""

    def __init__(self, shim, warn):
        self.shim, self.warn = shim, warn
        self.definitions = {}
        self.settings = {}

    def add(self):
        """Add the page, and make its values the defaults."""
        try:
            from processing.core.ProcessingConfig import ProcessingConfig, Setting, settingsWatcher
        except ImportError:
            # Scripts can do without Processing; then there is no page, and nothing was chosen on it.
            return

        # Defaults from here on are the core's own.
        self.shim.qgis_rs_ffi_configure(b"{}")
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(ALGORITHM)
        names = PARAMETERS if algorithm else ()
        self.definitions = {name: algorithm.parameterDefinition(name).clone() for name in names}
        ProcessingConfig.settingIcons[GROUP] = (
            QgsApplication.processingRegistry().providerById("terramind").icon()
        )
        self.settings[MODELS] = Setting(
            GROUP, MODELS, tr("Folder of models (empty: in your home folder)"), "", valuetype=Setting.FOLDER
        )
        for name, definition in self.definitions.items():
            default = definition.defaultValue()
            if isinstance(definition, QgsProcessingParameterEnum):
                kind = {"valuetype": Setting.SELECTION, "options": labels(definition)}
                default = kind["options"][definition.options().index(default)]
            else:
                kind = {"valuetype": Setting.INT, "validator": check(definition)}
                default = int(default)
            self.settings[name] = Setting(
                GROUP, f"TERRAMIND_{name}", definition.description(), default, **kind
            )
        for setting in self.settings.values():
            ProcessingConfig.addSetting(setting)
            setting.read()
        settingsWatcher.settingsChanged.connect(self.changed)
        self.push()

    def remove(self):
        """Take the page away, and the defaults with it; what was chosen stays in the user's settings."""
        if not self.settings:
            return
        from processing.core.ProcessingConfig import ProcessingConfig, settingsWatcher

        settingsWatcher.settingsChanged.disconnect(self.changed)
        for setting in self.settings.values():
            if setting.name in ProcessingConfig.settings:
                ProcessingConfig.removeSetting(setting.name)
        ProcessingConfig.settingIcons.pop(GROUP, None)
        self.settings = {}
        self.shim.qgis_rs_ffi_configure(b"{}")

    def changed(self):
        """Take up new values, which QGIS has stored where it could."""
        self.push()
        if not QSettings(QgsSettings().fileName(), QSettings.IniFormat).isWritable():
            self.warn(
                tr(
                    "The settings cannot be stored and are lost when QGIS is closed. "
                    "This file is read-only: {}"
                ).format(QgsSettings().fileName())
            )

    def push(self):
        """Hand the values to the core."""
        defaults = {}
        for name, definition in self.definitions.items():
            value = self.settings[name].value
            if isinstance(definition, QgsProcessingParameterEnum):
                value = definition.options()[labels(definition).index(value)]
            defaults[name] = value
        values = {"models": str(self.settings[MODELS].value or ""), "defaults": defaults}
        if not self.shim.qgis_rs_ffi_configure(json.dumps(values).encode()):
            problem = self.shim.qgis_rs_ffi_last_error().decode()
            self.warn(tr("Settings ► Options ► Processing ► Providers ► TerraMind: {}").format(problem))
        # Whoever asks an algorithm that is listed already is told the new defaults, too.
        QgsApplication.processingRegistry().providerById("terramind").refreshAlgorithms()


def labels(definition):
    """Return what the values of an enumeration mean."""
    return definition.metadata()["widget_wrapper"]["labels"]


def check(definition):
    """Return a function that raises where the parameter would not take a value."""

    def validator(value):
        if not definition.checkValueIsAcceptable(value):
            raise ValueError(tr("“{}” is no value of {}").format(value, definition.description()))

    return validator
