"""Finds the libraries for this QGIS, loads them, and says what is missing where that fails.

There is no logic here: the algorithms are in `lib/libterramind.so`, the classes that QGIS sees in
`lib/libqgis_rs_ffi-<QGIS version>.so`. Nothing is ever unloaded, because threads and caches of the
libraries may outlive the plugin; unloading the plugin takes its provider out of QGIS.
"""

import ctypes
import os
import re
import sys
from pathlib import Path

from qgis.core import Qgis, QgsCoordinateReferenceSystem, QgsMessageLog

from . import translation
from .settings import Settings
from .translation import tr

FOLDER = Path(__file__).resolve().parent
LIBRARIES = FOLDER / "lib"
PREFIX = "libqgis_rs_ffi-"
VERSION = f"{Qgis.QGIS_VERSION_INT // 10000}.{Qgis.QGIS_VERSION_INT // 100 % 100}"


class Bootstrap:
    """The plugin as QGIS's plugin manager sees it."""

    def __init__(self, iface):
        self.iface = iface
        self.shim = None
        self.settings = None
        self.menu = None
        self.page_names = None
        self.translator = None

    def initProcessing(self):  # noqa: N802, the name is QGIS's
        """Add the provider; all that qgis_process calls."""
        self.translator = translation.install()
        try:
            self.shim = load_shim()
            register(self.shim)
        except OSError as error:
            self.shim = None
            self.explain(str(error))
            return
        self.settings = Settings(self.shim, self.warn)
        self.settings.add()

    def initGui(self):  # noqa: N802, the name is QGIS's
        """Add the provider and follow the map."""
        self.initProcessing()
        if self.shim:
            canvas = self.iface.mapCanvas()
            canvas.extentsChanged.connect(self.push_canvas)
            canvas.destinationCrsChanged.connect(self.push_canvas)
            self.push_canvas()
            # Nothing of these is needed without a window.
            from .menu import Menu
            from .results import PageNames

            self.menu = Menu(self.iface)
            self.page_names = PageNames()

    def unload(self):
        """Take everything out of QGIS that was added."""
        translation.remove(self.translator)
        self.translator = None
        if not self.shim:
            return
        if self.menu:
            self.menu.remove()
            self.menu = None
        if self.page_names:
            self.page_names.remove()
            self.page_names = None
        self.settings.remove()
        if self.iface:
            canvas = self.iface.mapCanvas()
            canvas.extentsChanged.disconnect(self.push_canvas)
            canvas.destinationCrsChanged.disconnect(self.push_canvas)
            self.shim.qgis_rs_ffi_clear_canvas()
        if not self.shim.qgis_rs_ffi_unregister():
            self.explain(last_error(self.shim))
        self.shim = None

    def push_canvas(self):
        """Tell the shim what the map shows."""
        canvas = self.iface.mapCanvas()
        crs = canvas.mapSettings().destinationCrs()
        text = crs.authid()
        if not text.startswith("EPSG:"):
            text = crs.toWkt(QgsCoordinateReferenceSystem.WKT_PREFERRED)
        extent = canvas.extent()
        corners = extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()
        self.shim.qgis_rs_ffi_set_canvas(*corners, text.encode())

    def warn(self, text):
        """Say in the log, and in the window where there is one, what the user should look at."""
        QgsMessageLog.logMessage(text, "TerraMind", Qgis.MessageLevel.Warning)
        if self.iface:
            self.iface.messageBar().pushMessage("TerraMind", text, Qgis.MessageLevel.Warning, 0)
        else:
            # qgis_process shows no log.
            print(text, file=sys.stderr)

    def explain(self, problem):
        """Say in the log, and in the window where there is one, why TerraMind cannot be used."""
        missing = re.search(r"(\S+\.so\S*): cannot open shared object file", problem)
        if missing and not missing[1].startswith("/"):
            problem = tr(
                "this system has no {}. Install the package that contains it "
                "(on Debian and Ubuntu: “apt-file search {}” names it) and restart QGIS."
            ).format(missing[1], missing[1])
        text = tr("TerraMind cannot be used: {}").format(problem)
        QgsMessageLog.logMessage(text, "TerraMind", Qgis.MessageLevel.Critical)
        if self.iface:
            self.iface.messageBar().pushMessage("TerraMind", text, Qgis.MessageLevel.Critical, 0)


def load_shim():
    """Return the shim for this QGIS with the signatures of its functions."""
    path = LIBRARIES / f"{PREFIX}{VERSION}.so"
    if not path.is_file():
        there = sorted(file.stem[len(PREFIX) :] for file in LIBRARIES.glob(f"{PREFIX}*.so"))
        raise OSError(
            tr(
                "this plugin has no library for QGIS {}; it has one for: {}. "
                "Install the TerraMind plugin that is made for QGIS {}."
            ).format(VERSION, ", ".join(there) or tr("no version at all"), VERSION)
        )
    share_qgis()
    shim = ctypes.CDLL(str(path))
    for name, result, arguments in (
        ("built_for", ctypes.c_int32, []),
        ("register", ctypes.c_bool, [ctypes.c_char_p, ctypes.c_char_p]),
        ("unregister", ctypes.c_bool, []),
        ("set_canvas", ctypes.c_bool, [ctypes.c_double] * 4 + [ctypes.c_char_p]),
        ("clear_canvas", None, []),
        ("configure", ctypes.c_bool, [ctypes.c_char_p]),
        ("last_error", ctypes.c_char_p, []),
    ):
        function = getattr(shim, f"qgis_rs_ffi_{name}")
        function.restype, function.argtypes = result, arguments
    return shim


def share_qgis():
    """Make QGIS's own library visible to the shim, which names no version of it.

    Python loads it for itself only; opened again without loading, it becomes visible to all.
    """
    mapped = re.search(r"/\S*/libqgis_core\.so\S*", Path("/proc/self/maps").read_text(encoding="utf-8"))
    if mapped:
        ctypes.CDLL(mapped[0], mode=os.RTLD_NOLOAD | os.RTLD_GLOBAL | os.RTLD_NOW)


def register(shim):
    """Load the core and add its provider to QGIS."""
    core = os.fsencode(LIBRARIES / "libterramind.so")
    if not shim.qgis_rs_ffi_register(core, os.fsencode(FOLDER / "icon.svg")):
        raise OSError(last_error(shim))


def last_error(shim):
    """Return why the shim's last call failed."""
    return shim.qgis_rs_ffi_last_error().decode()
