"""What every case needs: a QGIS without windows, the plugin, and a raster."""

import sys
from pathlib import Path

from osgeo import gdal, ogr, osr
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtWidgets import QMainWindow

PLUGINS = Path(sys.argv[1])
SCRATCH = Path(sys.argv[2])

gdal.UseExceptions()
sys.path[:0] = [str(PLUGINS), "/usr/share/qgis/python/plugins"]
QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], True)
application.initQgis()

import processing  # noqa: E402, it is found once QGIS runs
import terramind  # noqa: E402, it is found on the path set above
from processing.core.Processing import Processing  # noqa: E402

Processing.initialize()
registry = QgsApplication.processingRegistry()
logged = []
QgsApplication.messageLog().messageReceived.connect(lambda text, tag, level: logged.append(f"{tag}: {text}"))


class Window:
    """As much of QGIS's window as the plugin sees."""

    def __init__(self):
        self.canvas = QgsMapCanvas()
        self.window = QMainWindow()
        self.shown = []
        self.menu = []

    def mainWindow(self):  # noqa: N802, the name is QGIS's
        return self.window

    def addPluginToMenu(self, name, action):  # noqa: N802, the name is QGIS's
        self.menu.append((name, action.text()))

    def removePluginMenu(self, name, action):  # noqa: N802, the name is QGIS's
        self.menu.remove((name, action.text()))

    def mapCanvas(self):  # noqa: N802, the name is QGIS's
        return self.canvas

    def messageBar(self):  # noqa: N802, the name is QGIS's
        return self

    def pushMessage(self, title, text, level, duration):  # noqa: N802, the name is QGIS's
        self.shown.append(text)


class Feedback(QgsProcessingFeedback):
    """Remembers what is reported, in Python: the methods need the interpreter's lock."""

    def __init__(self):
        super().__init__(False)
        self.infos, self.warnings, self.errors = [], [], []

    def pushInfo(self, info):  # noqa: N802, the name is QGIS's
        self.infos.append(info)

    def pushWarning(self, warning):  # noqa: N802, the name is QGIS's
        self.warnings.append(warning)

    def reportError(self, error, fatalError=False):  # noqa: N802, N803, the names are QGIS's
        self.errors.append(error)


def raster(name, driver="GTiff", options=()):
    """Write 3 bands of 64 by 48 pixels in UTM 33 and return the path."""
    path = SCRATCH / name
    dataset = gdal.GetDriverByName(driver).Create(str(path), 64, 48, 3, gdal.GDT_Byte, list(options))
    dataset.SetGeoTransform((500000, 10, 0, 5300000, 0, -10))
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(32633)
    dataset.SetProjection(srs.ExportToWkt())
    for band in range(1, 4):
        dataset.GetRasterBand(band).WriteRaster(0, 0, 64, 48, bytes((x * band) % 251 for x in range(64 * 48)))
    dataset = None
    return str(path)


def polygons(name, layers):
    """Write squares with a field `kind`, by layer, to a GeoPackage and return the path."""
    path = SCRATCH / name
    file = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(32633)
    for layer, kinds in layers.items():
        table = file.CreateLayer(layer, srs, ogr.wkbPolygon)
        table.CreateField(ogr.FieldDefn("kind", ogr.OFTString))
        for kind in kinds:
            feature = ogr.Feature(table.GetLayerDefn())
            feature.SetField("kind", kind)
            feature.SetGeometry(ogr.CreateGeometryFromWkt("POLYGON ((0 0, 0 1, 1 1, 1 0, 0 0))"))
            table.CreateFeature(feature)
    file = table = feature = None
    return str(path)


def failure(algorithm, parameters, feedback=None):
    """Run without asking first, as models do, and return what is reported as wrong."""
    feedback = feedback or Feedback()
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    instance = registry.algorithmById(f"terramind:{algorithm}").create()
    _, ok = instance.run(parameters, context, feedback)
    assert not ok, f"{algorithm} ended well with {parameters}"
    return " ".join(feedback.errors)


def finish():
    """Leave QGIS; layers first, or they are deleted after it."""
    QgsProject.instance().clear()
    application.exitQgis()
    print("finished")


__all__ = ["PLUGINS", "SCRATCH", "Feedback", "Window", "failure", "finish", "logged", "processing", "raster"]
__all__ += ["polygons", "registry", "terramind"]
