"""Follows the settings of the plugin through a QGIS without a window; prints what it sees as a JSON object.

case: {"folder": a folder of models, "model": the name of one in it}
"""

import contextlib
import io
import json
import shutil
import sys
from pathlib import Path

from headless_qgis import arguments, headless_qgis, load_plugin, unload_plugin
from qgis.core import QgsApplication, QgsSettings

sys.path.append("/usr/share/qgis/python/plugins")
plugins, case = arguments()


def defaults(algorithm="embedlayer"):
    """The defaults that QGIS shows, and the models that it suggests."""
    made = QgsApplication.processingRegistry().createAlgorithmById(f"terramind:{algorithm}")
    found = {d.name(): d.defaultValue() for d in made.parameterDefinitions()}
    hints = made.parameterDefinition("MODEL").metadata().get("widget_wrapper", {}).get("value_hints", [])
    return {name: found[name] for name in ("DEVICE", "THREADS", "MEMORY_LIMIT")} | {"models": hints}


def said(work):
    """What is printed to the user meanwhile."""
    stderr = io.StringIO()
    with contextlib.redirect_stderr(stderr):
        work()
    return stderr.getvalue()


with headless_qgis(plugins):
    from processing.core.ProcessingConfig import ProcessingConfig, settingsWatcher

    def page():
        """The page in the options: each setting with its kind and value."""
        of_plugin = [s for s in ProcessingConfig.settings.values() if s.group == "TerraMind"]
        return {setting.name: [setting.description, setting.value] for setting in of_plugin}

    def choose(**values):
        """Choose values as the page of the options does."""
        for name, value in values.items():
            setting = ProcessingConfig.settings[f"TERRAMIND_{name}"]
            setting.value = value
            setting.save()
        settingsWatcher.settingsChanged.emit()

    seen = {"page": page(), "first": defaults()}
    device = ProcessingConfig.settings["TERRAMIND_DEVICE"].options[1]
    seen["said"] = said(
        lambda: choose(DEVICE=device, THREADS="3", MEMORY_LIMIT="9000", MODELS=case["folder"])
    )
    seen["chosen"] = defaults()
    unload_plugin()
    seen["unloaded"] = page()
    load_plugin()
    seen["again"] = defaults()
    nonsense = {"THREADS": "many", "MEMORY_LIMIT": "-1", "MODELS": "/no/such folder"}
    seen["said_of_nonsense"] = said(lambda: choose(**nonsense))
    seen["after_nonsense"] = defaults()
    refused = {}
    for name, value in (("THREADS", "many"), ("THREADS", "-1"), ("MODELS", "/no/such folder")):
        try:
            ProcessingConfig.settings[f"TERRAMIND_{name}"].setValue(value)
        except ValueError as error:
            refused[f"{name}={value}"] = str(error)
    seen["refused"] = refused
    # Nobody can write there, not even an administrator.
    file = Path(QgsSettings().fileName())
    QgsSettings().sync()
    file.unlink(missing_ok=True)
    file.mkdir(parents=True)
    seen["said_of_read_only"] = said(lambda: choose(THREADS="2", MEMORY_LIMIT="0", MODELS=""))
    seen["unsaved"] = defaults()
    seen["file"] = str(file)
    shutil.rmtree(file)
    print(json.dumps(seen))
