"""Compares synthetic scenes with real tiles, band by band: the tables of docs/synthetic-scenes.md.

    /usr/bin/python3 tools/scene_statistics.py [TERRAMIND] [TILES]

TERRAMIND is the program (default: target/release/terramind). TILES is a folder of TerraMesh tiles, one
folder per modality; without it only the synthetic half is printed. Needs numpy and GDAL's Python module. The
real tiles are only read: nothing of them but these statistics is kept.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from osgeo import gdal

PROJECT = Path(__file__).resolve().parent.parent
SIZE_PX = 224
SEASONS = ["winter", "spring", "summer", "autumn"]
# Scenes far apart in several worlds, all seasons alike.
SCENES = [(seed, SEASONS[seed % 4], 400_000 + 7_000 * seed, 5_200_000 + 11_000 * seed) for seed in range(64)]
MODALITIES = ["S2L2A", "S2L1C", "RGB", "S1GRD", "S1RTC", "DEM", "NDVI"]
FOLDERS = {"RGB": "S2RGB"}
# Mean and standard deviation of TerraMind's training data (TerraTorch).
TRAINING = {
    "S2L2A": (
        [1390, 1503, 1718, 1854, 2199, 2780, 2987, 3083, 3132, 3163, 2425, 1858],
        [2107, 2141, 2039, 2134, 2085, 1890, 1820, 1872, 1754, 1797, 1434, 1334],
    ),
    "S2L1C": (
        [2357, 2137, 2019, 2083, 2296, 2855, 3123, 3041, 3307, 1474, 506, 2473, 1839],
        [1625, 1676, 1558, 1834, 1824, 1734, 1732, 1680, 1727, 1025, 442, 1331, 1160],
    ),
    "RGB": ([87.3, 80.9, 66.7], [58.8, 47.7, 42.6]),
    "S1GRD": ([-12.6, -20.3], [5.2, 5.9]),
    "S1RTC": ([-10.9, -17.3], [4.4, 4.5]),
    "DEM": ([671], [951]),
    "NDVI": ([0.327], [0.322]),
}
CLASSES = ["", "water", "trees", "flooded vegetation", "crops", "built area", "bare ground", "snow", "clouds"]
CLASSES += ["rangeland"]


def read(path):
    """Bands, names of the bands."""
    dataset = gdal.Open(str(path))
    values = dataset.ReadAsArray().astype(np.float64)
    names = [dataset.GetRasterBand(i + 1).GetDescription() for i in range(dataset.RasterCount)]
    return values.reshape(len(names), -1), names


def synthetic(program, folder):
    """Pixels of all scenes by modality, and the names of the bands."""
    pixels, names = {name: [] for name in [*MODALITIES, "LULC"]}, {}
    for seed, season, x, y in SCENES:
        outputs = [f"--OUTPUT_{name}={folder / name}.tif" for name in pixels]
        settings = [f"--SEED={seed // 4}", f"--SEASON={season}", f"--CENTRE={x},{y}", f"--SIZE={SIZE_PX}"]
        command = [program, "run", "samplescene", *settings, "--CLOUDS=0.05", *outputs]
        subprocess.run(command, check=True, capture_output=True)
        for name, parts in pixels.items():
            values, names[name] = read(folder / f"{name}.tif")
            parts.append(values)
    return {name: np.concatenate(parts, axis=1) for name, parts in pixels.items()}, names


def real(tiles, modality):
    """Pixels of all tiles, or nothing where there are none."""
    parts = []
    for path in sorted((tiles / FOLDERS.get(modality, modality)).glob("*.tif")):
        values, _ = read(path)
        # Processing baseline 04.00 adds 1000 to everything; then no band has anything darker.
        if modality in {"S2L2A", "S2L1C"} and np.percentile(values, 0.1) > 900:
            values = values - 1000
        parts.append(values)
    return np.concatenate(parts, axis=1) if parts else None


def words(values, digits):
    """Mean, deviation and percentiles of a band."""
    low, middle, high = np.percentile(values, [5, 50, 95])
    mean, deviation = values.mean(), values.std()
    parts = [f"{number:.{digits}f}" for number in (mean, deviation, low, middle, high)]
    return f"{parts[0]} ± {parts[1]} ({parts[2]}, {parts[3]}, {parts[4]})"


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else str(PROJECT / "target" / "release" / "terramind")
    tiles = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory() as folder:
        pixels, names = synthetic(program, Path(folder))
    print("| | synthetic | three real tiles | training data |\n|---|---|---|---|")
    for modality in MODALITIES:
        digits = {"NDVI": 2, "S1GRD": 1, "S1RTC": 1}.get(modality, 0)
        known = real(tiles, modality) if tiles else None
        for band, name in enumerate(names[modality]):
            found = "" if known is None else words(known[band], digits)
            mean, deviation = (numbers[band] for numbers in TRAINING[modality])
            made_up = words(pixels[modality][band], digits)
            print(f"| {modality} {name} | {made_up} | {found} | {mean} ± {deviation} |")
    print("\n| class | synthetic |\n|---|---|")
    classes = pixels["LULC"].ravel()
    for value, name in enumerate(CLASSES):
        if name:
            print(f"| {name} | {100 * np.mean(classes == value):.1f} % |")


if __name__ == "__main__":
    main()
