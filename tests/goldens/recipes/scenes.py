"""The recipes, their scenes by a formula (README.md), and how these become GeoTIFFs."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "generation"))

import numpy as np  # noqa: E402
import rasterio  # noqa: E402

CELL_PX = 16
# Indices of pixels and corners are rows times this, plus columns: crops of a scene are the same scene.
ROW = 65536


def scrambled(seed: int, index: np.ndarray) -> np.ndarray:
    """As in the generation's goldens, at any indices."""
    h = index.astype(np.uint32) + np.uint32(seed * 0x9E3779B9 % 2**32)
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return (h ^ (h >> np.uint32(16))).astype(np.int64)


@dataclass(frozen=True)
class Raster:
    """What a recipe's scene has of one modality."""

    modality: str
    # The lowest value of every band, and how far above it the highest lies, before the division.
    lows: list[int]
    spans: list[int]
    type: str
    seed: int
    divisor: int = 1
    dates: int = 1
    # How its names end in the folder that the data module reads.
    suffix: str = ".tif"

    def description(self) -> dict:
        return {
            "modality": self.modality,
            "dates": self.dates,
            "type": self.type,
            "seed": self.seed,
            "lows": self.lows,
            "spans": self.spans,
            "divisor": self.divisor,
        }

    def values(self, height: int, width: int) -> np.ndarray:
        """[date · band, y, x], all bands of the first date first."""
        y, x = np.mgrid[0:height, 0:width]
        top, left, down, right = y // CELL_PX, x // CELL_PX, y % CELL_PX, x % CELL_PX
        bands = []
        for number in range(self.dates * len(self.lows)):
            seed = self.seed + 2 * number

            def corner(row: np.ndarray, column: np.ndarray, seed: int = seed) -> np.ndarray:
                return scrambled(seed, row * ROW + column) * 4096 >> 32

            smooth = (
                corner(top, left) * (CELL_PX - down) * (CELL_PX - right)
                + corner(top, left + 1) * (CELL_PX - down) * right
                + corner(top + 1, left) * down * (CELL_PX - right)
                + corner(top + 1, left + 1) * down * right
            )
            grain = scrambled(seed + 1, y * ROW + x) * 4096 >> 32
            band = number % len(self.lows)
            mixed = (7 * smooth + 256 * grain) >> 3
            bands.append(self.lows[band] + (mixed * self.spans[band] >> 20))
        values = np.stack(bands)
        # The divisors are powers of two: nothing is rounded.
        return values.astype(self.type) if self.divisor == 1 else (values / self.divisor).astype(self.type)


@dataclass(frozen=True)
class Recipe:
    """A fine-tuned model and the scene that it gets."""

    name: str
    rasters: list[Raster]
    height: int = 64
    width: int = 64
    # Upper left corners of the tiles, in rows and columns.
    tiles: list[tuple[int, int]] = field(default_factory=lambda: [(0, 0)])
    tile_px: int = 64


def write(path: Path, values: np.ndarray) -> None:
    profile = {
        "driver": "GTiff",
        "count": len(values),
        "height": values.shape[1],
        "width": values.shape[2],
        "dtype": values.dtype,
        "crs": "EPSG:32633",
        "transform": rasterio.Affine(10, 0, 460_000, 0, -10, 5_551_000),
    }
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(values)


def around(means: list[float], deviations: list[float], divisor: int = 1, lowest: int = -(2**15)) -> dict:
    """Bands that reach from two deviations below their means to two above them."""
    lows = [
        max(lowest, round((mean - 2 * deviation) * divisor))
        for mean, deviation in zip(means, deviations, strict=True)
    ]
    tops = [
        round((mean + 2 * deviation) * divisor) for mean, deviation in zip(means, deviations, strict=True)
    ]
    return {
        "lows": lows,
        "spans": [top - low for top, low in zip(tops, lows, strict=True)],
        "divisor": divisor,
    }


S2L1C = around(
    [2357.0, 2137.0, 2018.5, 2082.0, 2295.0, 2854.0, 3122.0, 3040.0, 3306.0, 1473.0, 506.0, 2472.0, 1838.0],
    [1624.0, 1675.0, 1557.0, 1833.0, 1823.0, 1733.0, 1732.0, 1679.0, 1727.0, 1024.0, 442.0, 1331.0, 1160.0],
    lowest=1,
)
S2L2A = around(
    [1390.0, 1503.0, 1718.0, 1854.0, 2199.0, 2780.0, 2987.0, 3083.0, 3132.0, 3163.0, 2425.0, 1858.0],
    [2107.0, 2141.0, 2039.0, 2134.0, 2085.0, 1890.0, 1820.0, 1872.0, 1754.0, 1797.0, 1434.0, 1334.0],
    lowest=1,
)
S1 = around([-12.6, -20.3], [5.2, 5.9], divisor=64)
SCARS = around(
    [0.033, 0.057, 0.059, 0.232, 0.197, 0.119], [0.023, 0.027, 0.040, 0.078, 0.087, 0.072], 8192, lowest=0
)
CROPS = around(
    [494.9, 815.2, 924.3, 2968.9, 2634.6, 1739.6], [284.9, 357.8, 575.6, 896.6, 951.9, 921.4], lowest=1
)
FLOODS = [Raster("S2L1C", **S2L1C, type="int16", seed=1000), Raster("S1GRD", **S1, type="float32", seed=2000)]


def bands(of: dict, *numbers: int) -> dict:
    return of | {key: [of[key][number] for number in numbers] for key in ("lows", "spans")}


RECIPES = [
    Recipe("floods", FLOODS),
    Recipe("floods_tim", FLOODS, 96, 96, tiles=[(0, 0), (0, 32), (32, 0), (32, 32)]),
    Recipe("burn_scars", [Raster("S2L2A", **SCARS, type="float32", seed=3000)]),
    Recipe("crops", [Raster("S2L2A", **CROPS, type="int16", seed=4000, dates=3)]),
    Recipe(
        "biomass",
        [
            Raster("S1RTC", **S1, type="float32", seed=5000, suffix="_s1rtc.tif"),
            Raster("DEM", [120], [1900], type="int16", seed=6000, suffix="_dem.tif"),
        ],
    ),
    Recipe("land_use", [Raster("RGB", [20, 25, 15], [200, 180, 160], type="uint8", seed=7000)]),
    Recipe(
        "planet",
        [
            Raster(
                "PLANET",
                [300, 400, 500, 900],
                [1500, 1600, 1700, 4000],
                type="uint16",
                seed=8000,
                suffix="_planet.tif",
            ),
            Raster("S2L2A", **S2L2A, type="int16", seed=9000, suffix="_s2l2a.tif"),
        ],
    ),
    Recipe(
        "aliases",
        [
            Raster("S2L1C_SUMMER", **bands(S2L1C, 7, 3, 2), type="int16", seed=10000, suffix="_s2.tif"),
            Raster("S1_ASCENDING", **S1, type="float32", seed=11000, suffix="_s1.tif"),
        ],
    ),
    Recipe(
        "change",
        [Raster("S1GRD", [-160, -160], [320, 320], type="float32", seed=12000, divisor=64, dates=2)],
    ),
    Recipe("season", [Raster("S2L2A", **bands(S2L2A, 1, 2, 3, 7), type="int16", seed=13000, dates=2)]),
]
