"""What cannot be loaded is explained in the window and in the log, and nothing is registered."""

import sys

from common import Window, finish, logged, registry, terramind

window = Window()
plugin = terramind.classFactory(window)
plugin.initGui()
assert registry.providerById("terramind") is None
assert len(window.shown) == 1 and f"TerraMind: {window.shown[0]}" in logged
for word in sys.argv[3:]:
    assert word in window.shown[0], (word, window.shown[0])
plugin.unload()
window.canvas.deleteLater()
del window.canvas
finish()
