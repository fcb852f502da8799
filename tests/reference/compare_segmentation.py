"""Compares rasters of TiM segment with TerraTorch's logits; the exit status is 1 where they differ too much.

    python3 tests/reference/compare_segmentation.py REFERENCE.npy [--probabilities P.tif] [--classes C.tif]

REFERENCE.npy has logits [class, y, x] of one tile, from `fine_tuned_full_size.py`. P.tif
(OUTPUT_PROBABILITIES) has one band per class, C.tif (OUTPUT) the classes.

Probabilities are compared as they are, and as logits. A softmax leaves the differences between these: so the
logarithms of the probabilities without their mean over the classes are compared with the logits without
theirs. Pixels with a probability that is too small for its logarithm to be exact are left out there. Classes
must be equal, but where the two best logits differ by less than 1e-4.
"""

import argparse
import sys

import numpy as np
from osgeo import gdal

RELATIVE_RMS_LIMIT = 1e-4
CLOSE_CALL = 1e-4
SMALLEST_PROBABILITY = 1e-30


def relative_rms(found: np.ndarray, expected: np.ndarray) -> float:
    return float(np.sqrt(np.mean((found - expected) ** 2) / np.mean(expected**2)))


def without_mean(values: np.ndarray) -> np.ndarray:
    return values - values.mean(0)


def read(path: str, shape: tuple[int, ...]) -> np.ndarray:
    """A raster [band, y, x]."""
    values = gdal.Open(path).ReadAsArray()
    values = values.reshape(-1, *values.shape[-2:])
    if values.shape != shape:
        sys.exit(f"shapes differ: {path} has {values.shape} (band, y, x), expected {shape}")
    return values


def compare_probabilities(path: str, logits: np.ndarray) -> bool:
    found = read(path, logits.shape).astype(np.float64)
    expected = np.exp(logits - logits.max(0))
    expected /= expected.sum(0)
    clear = (found > SMALLEST_PROBABILITY).all(0) & (expected > SMALLEST_PROBABILITY).all(0)
    if not clear.any():
        sys.exit(f"{path}: no pixel has probabilities of which logits can be recovered")
    recovered = without_mean(np.log(found[:, clear]))
    of_probabilities = relative_rms(found, expected)
    of_logits = relative_rms(recovered, without_mean(logits[:, clear]))
    print(
        f"probabilities: relative RMS {of_probabilities:.3e}, max abs {np.abs(found - expected).max():.3e}; "
        f"logits of {clear.mean():.1%} of the pixels: relative RMS {of_logits:.3e}"
    )
    # Written so that NaN fails.
    return of_probabilities <= RELATIVE_RMS_LIMIT and of_logits <= RELATIVE_RMS_LIMIT


def compare_classes(path: str, logits: np.ndarray) -> bool:
    found = read(path, (1, *logits.shape[1:]))[0]
    equal = found == logits.argmax(0)
    best = np.sort(logits, axis=0)[-2:]
    clear = best[1] - best[0] >= CLOSE_CALL
    print(
        f"classes: {equal.mean():.4%} equal; {equal[clear].mean():.4%} where the best logit leads, "
        f"{clear.mean():.4%} of the pixels"
    )
    return bool(equal[clear].all())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reference", metavar="REFERENCE.npy")
    parser.add_argument("--probabilities", metavar="P.tif")
    parser.add_argument("--classes", metavar="C.tif")
    arguments = parser.parse_args()
    if not (arguments.probabilities or arguments.classes):
        parser.error("give --probabilities, --classes or both")
    gdal.UseExceptions()
    logits = np.load(arguments.reference).astype(np.float64)
    good = True
    if arguments.probabilities:
        good &= compare_probabilities(arguments.probabilities, logits)
    if arguments.classes:
        good &= compare_classes(arguments.classes, logits)
    if not good:
        sys.exit(1)


if __name__ == "__main__":
    main()
