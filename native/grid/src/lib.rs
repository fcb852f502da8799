//! Extents, windows, the tile lattice and blend weights: pure arithmetic, no I/O.
