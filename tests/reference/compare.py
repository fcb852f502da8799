"""Compares a raster of features with a reference array; the exit status is 1 where they differ too much.

    python3 tests/reference/compare.py RASTER.tif REFERENCE.npy

One band per feature and one cell per patch against [y, x, feature] (from `full_size.py`).
"""

import sys

import numpy as np
from osgeo import gdal

RELATIVE_RMS_LIMIT = 1e-5
MAX_ABS_LIMIT = 1e-4


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    gdal.UseExceptions()
    raster = gdal.Open(sys.argv[1]).ReadAsArray().astype(np.float64)
    found = np.moveaxis(raster.reshape(-1, *raster.shape[-2:]), 0, -1)
    expected = np.load(sys.argv[2]).astype(np.float64)
    if found.shape != expected.shape:
        sys.exit(
            f"shapes differ: the raster has {found.shape} (y, x, feature), the reference {expected.shape}"
        )
    difference = found - expected
    relative_rms = np.sqrt(np.mean(difference**2) / np.mean(expected**2))
    max_abs = np.max(np.abs(difference))
    print(f"relative RMS {relative_rms:.3e}  max abs {max_abs:.3e}")
    # Written so that NaN fails.
    if not (relative_rms <= RELATIVE_RMS_LIMIT and max_abs <= MAX_ABS_LIMIT):
        sys.exit(1)


if __name__ == "__main__":
    main()
