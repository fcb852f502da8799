"""What still uses a model that somebody wants to delete."""

from pathlib import Path

from osgeo import gdal
from qgis.core import QgsApplication, QgsProject, QgsRasterLayer

# What the core writes into the metadata of every raster that a model made.
MODEL = "TERRAMIND_MODEL"


def layers_made_with(model):
    """Return the names of the project's layers that a model made; they do not need it any more."""
    layers = QgsProject.instance().mapLayers().values()
    return sorted(layer.name() for layer in layers if model_of(layer) == model)


def model_of(layer):
    """Return the name of the model that made a raster layer, None where none did or the file is not here."""
    if not isinstance(layer, QgsRasterLayer) or not Path(layer.source()).is_file():
        return None
    try:
        dataset = gdal.Open(layer.source())
    except RuntimeError:  # where somebody has switched GDAL's exceptions on
        return None
    return dataset.GetMetadataItem(MODEL) if dataset else None


def running():
    """Return what runs in the background; which model a run uses, QGIS does not tell."""
    return sorted(task.description() for task in QgsApplication.taskManager().activeTasks())
