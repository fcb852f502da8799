//! One small shared library per QGIS minor version: cpp\/ and the core.
