"""Opens a project in a QGIS without a window, and tells its layers, themes and layouts.

usage: /usr/bin/python3 read_project.py PROJECT
"""

import json
import sys

from qgis.core import QgsApplication, QgsProject

application = QgsApplication([], False)
application.initQgis()
project = QgsProject.instance()
opened = project.read(sys.argv[1])
layers = [
    {"name": layer.name(), "valid": layer.isValid(), "source": layer.source(), "crs": layer.crs().authid()}
    for layer in project.mapLayers().values()
]
told = {
    "opened": opened,
    "layers": layers,
    "themes": project.mapThemeCollection().mapThemes(),
    "layouts": [layout.name() for layout in project.layoutManager().layouts()],
}
project.clear()
application.exitQgis()
print(json.dumps(told))
