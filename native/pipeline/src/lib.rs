//! Read, infer, blend, write with bounded queues, without knowing QGIS.
