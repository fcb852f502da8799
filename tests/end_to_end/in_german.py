"""Shows what the plugin says in a QGIS that speaks German; prints it as a JSON object."""

import json
import sys

from headless_qgis import arguments, headless_qgis, load_plugin, unload_plugin
from qgis.core import QgsApplication, QgsProcessingContext, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication

sys.path.append("/usr/share/qgis/python/plugins")
plugins, _ = arguments()

with headless_qgis(plugins):
    unload_plugin()
    # Austria's: a country without a file of its own has its language's.
    QgsSettings().setValue("locale/overrideFlag", True)
    QgsSettings().setValue("locale/userLocale", "de_AT")
    load_plugin()
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("terramind:embedlayer")
    area = algorithm.parameterDefinition("AREA")
    refused = algorithm.checkParameterValues({"AREA": "moon", "OUTPUT": "a.tif"}, QgsProcessingContext())
    said = {
        "locale": QgsApplication.locale(),
        "name": algorithm.displayName(),
        "group": [algorithm.group(), algorithm.groupId()],
        "tags": algorithm.tags(),
        "help": algorithm.shortHelpString(),
        "label": area.description(),
        "help_of_area": area.help(),
        "choices": [area.options(), area.metadata()["widget_wrapper"]["labels"]],
        "refused": refused[1],
    }
    unload_plugin()
    said["after_unload"] = QCoreApplication.translate("TerraMind", "Embed layer")
    QgsSettings().remove("locale")
    load_plugin()
    print(json.dumps(said))
