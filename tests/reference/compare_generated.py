"""Compares a generated raster with `whole_run.py`; the exit status is 1 where they differ too much.

    python3 tests/reference/compare_generated.py RASTER.tif REFERENCE.npy [BAND]

Whole numbers (classes, token ids) must be equal. Other values may differ by a relative RMS of 1e-4 from their
reference, whose mean is taken off first: what remains is what was generated. With BAND, from 1, one band is
compared with a reference [y, x].
"""

import sys

import numpy as np
from osgeo import gdal

RELATIVE_RMS_LIMIT = 1e-4


def main() -> None:
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    gdal.UseExceptions()
    found = gdal.Open(sys.argv[1]).ReadAsArray()
    expected = np.load(sys.argv[2])
    if len(sys.argv) == 4:
        found = found.reshape(-1, *found.shape[-2:])[int(sys.argv[3]) - 1]
    elif expected.ndim == 3:
        found = found.reshape(-1, *found.shape[-2:])
    if found.shape != expected.shape:
        sys.exit(f"shapes differ: the raster has {found.shape}, the reference {expected.shape}")
    if expected.dtype.kind in "iu":
        differing = int(np.count_nonzero(found != expected))
        print(f"{differing} of {expected.size} differ")
        sys.exit(differing > 0)
    difference = found.astype(np.float64) - expected
    of_channels = (-2, -1)
    relief = expected - expected.mean(of_channels, keepdims=True, dtype=np.float64)
    relative_rms = np.sqrt((difference**2).mean(of_channels) / (relief**2).mean(of_channels)).max()
    print(f"relative RMS {relative_rms:.3e}  max abs {np.abs(difference).max():.3e}")
    # Written so that NaN fails.
    if not relative_rms <= RELATIVE_RMS_LIMIT:
        sys.exit(1)


if __name__ == "__main__":
    main()
