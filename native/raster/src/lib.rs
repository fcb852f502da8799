//! Rasters in and out through GDAL and PROJ, without knowing models.
