"""TerraMind for QGIS: loads the native libraries that do the work."""


def classFactory(iface):  # noqa: N802, the name is QGIS's
    """Return the plugin; `iface` is None in qgis_process."""
    from .bootstrap import Bootstrap

    return Bootstrap(iface)
