"""Runs Embed layer in a QGIS without a window, before and after the plugin was unloaded and loaded again."""

import json

from headless_qgis import arguments, headless_qgis, load_plugin, unload_plugin
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback

plugins, case = arguments()


def run(output):
    """Run the algorithm; the result's values."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("terramind:embedlayer")
    parameters = {**case["parameters"], "OUTPUT": output}
    values, succeeded = algorithm.run(parameters, QgsProcessingContext(), QgsProcessingFeedback())
    return {"succeeded": succeeded, **values}


with headless_qgis(plugins):
    first = run(case["first"])
    unload_plugin()
    load_plugin()
    second = run(case["second"])
    print(json.dumps([first, second]))
