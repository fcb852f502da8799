"""QGIS in a Python process, with the plugin loaded the way qgis_process loads it."""

import contextlib
import json
import sys

import qgis.utils
from qgis.core import QgsApplication


def arguments():
    """The folder of the plugins and the test's case, as conftest.py passes them."""
    return sys.argv[1], json.loads(sys.argv[2])


def load_plugin():
    """Load the plugin and register its algorithms."""
    assert qgis.utils.loadPlugin("terramind"), "QGIS cannot import the plugin"
    assert qgis.utils.startProcessingPlugin("terramind"), "the plugin does not start"
    assert QgsApplication.processingRegistry().providerById("terramind"), "the provider is not registered"


def unload_plugin():
    """Unload the plugin and everything that it registered."""
    assert qgis.utils.unloadPlugin("terramind"), "the plugin does not unload"
    assert not QgsApplication.processingRegistry().providerById("terramind"), "the provider is left behind"


@contextlib.contextmanager
def headless_qgis(plugins):
    """A QGIS with the plugin, which is unloaded again at the end."""
    application = QgsApplication([], False)
    application.initQgis()
    sys.path.insert(0, plugins)
    qgis.utils.plugin_paths = [plugins]
    qgis.utils.updateAvailablePlugins()
    load_plugin()
    yield application
    unload_plugin()
    application.exitQgis()
