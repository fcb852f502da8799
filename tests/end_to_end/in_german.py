"""Shows what the plugin says in a QGIS that speaks German; prints it as a JSON object."""

import json
import sys
from pathlib import Path

from headless_qgis import arguments, headless_qgis, load_plugin, unload_plugin
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingModelAlgorithm, QgsSettings
from qgis.PyQt.QtCore import QCoreApplication

sys.path.append("/usr/share/qgis/python/plugins")
plugins, _ = arguments()


def differences(one, other):
    """What differs between two definitions of a model: [its name, before, after]."""
    if isinstance(one, dict) and one.keys() == other.keys():
        for name in one:
            if isinstance(one[name], (dict, list)):
                yield from differences(one[name], other[name])
            elif one[name] != other[name]:
                yield [name, one[name], other[name]]
    elif isinstance(one, list) and len(one) == len(other):
        for pair in zip(one, other, strict=True):
            yield from differences(*pair)
    elif one != other:
        yield [None, str(one), str(other)]


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
    from terramind import examples  # found once QGIS runs

    said["examples"] = {}
    for path in sorted(Path(examples.__file__).parent.glob("examples/*.model3")):
        original = QgsProcessingModelAlgorithm()
        assert original.fromFile(str(path))
        model = examples.load(path)
        said["examples"][path.stem] = {
            "words": list(differences(original.toVariant(), model.toVariant())),
            "name": model.displayName(),
            "file": model.sourceFilePath(),
        }
    unload_plugin()
    said["after_unload"] = QCoreApplication.translate("TerraMind", "Embed layer")
    QgsSettings().remove("locale")
    load_plugin()
    print(json.dumps(said))
