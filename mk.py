from osgeo import gdal, osr
import numpy as np, sys

gdal.UseExceptions()
