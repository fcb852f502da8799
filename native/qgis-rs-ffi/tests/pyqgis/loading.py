"""The plugin loads twice, unloads, loads again, follows the map, and describes afresh."""

import json
import os

from common import Feedback, Window, finish, processing, registry, terramind
from qgis.core import QgsCoordinateReferenceSystem, QgsRectangle


def echo():
    return json.loads(processing.run("terramind:echo", {}, feedback=Feedback())["REQUEST"])


window = Window()
first, second = terramind.classFactory(window), terramind.classFactory(None)
first.initGui()
second.initProcessing()
assert [provider.id() for provider in registry.providers()].count("terramind") == 1
assert window.shown == []
assert [text for name, text in window.menu if name == "TerraMind"][:2] == ["Models…", "Runtime…"]

# Without a layer the map shows nothing, so there is no canvas.
assert "canvas" not in echo() and echo()["parameters"]["MODE"] == "pixel"
window.canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:32633"))
window.canvas.resize(400, 400)
window.canvas.setExtent(QgsRectangle(500000, 5200000, 600000, 5300000))
shown = window.canvas.extent()
canvas = {
    "xmin": shown.xMinimum(),
    "ymin": shown.yMinimum(),
    "xmax": shown.xMaximum(),
    "ymax": shown.yMaximum(),
}
assert echo()["canvas"] == {**canvas, "crs": "EPSG:32633"}
assert echo()["parameters"]["MODE"] == "patch", "the default where there is a map"
window.canvas.setDestinationCrs(QgsCoordinateReferenceSystem.fromProj("+proj=laea +lat_0=50 +lon_0=10"))
assert "Lambert" in echo()["canvas"]["crs"]

# A model imported a minute ago is offered.
os.environ["FAKE_CORE_MODELS"] = "tiny,imported"
created = registry.createAlgorithmById("terramind:echo")
model = created.parameterDefinition("MODEL")
assert model.metadata()["widget_wrapper"]["value_hints"] == ["tiny", "imported"]

# What the user has chosen reaches the core, whose words on it come back.
shim = first.shim
assert shim.qgis_rs_ffi_configure(b'{"models": "/data"}')
assert not shim.qgis_rs_ffi_configure(b'{"defaults": {"FORBIDDEN": 1}}')
assert shim.qgis_rs_ffi_last_error().decode() == "FORBIDDEN is no default."
assert not shim.qgis_rs_ffi_configure(None)

for _ in range(3):
    first.unload()
    assert registry.providerById("terramind") is None and window.menu == []
    first.initGui()
    assert echo()["parameters"]["COUNT"] == 4
first.unload()
first.unload()
second.unload()
window.canvas.setExtent(QgsRectangle(0, 0, 1, 1))
window.canvas.deleteLater()
window.window.deleteLater()
del window.canvas, window.window
finish()
