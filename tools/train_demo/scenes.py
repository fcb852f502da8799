"""Synthetic scenes of all modalities to train on, made by `terramind run samplescene` and kept as arrays."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio

SIDE_PX = 448
SEASONS = ("winter", "spring", "summer", "autumn")
# How values are kept, and how many channels there are.
KEPT = {
    "S2L2A": (np.int16, 12),
    "S1GRD": (np.float16, 2),
    "S1RTC": (np.float16, 2),
    "DEM": (np.float32, 1),
    "LULC": (np.uint8, 1),
    "NDVI": (np.float16, 1),
    "FLOOD": (np.uint8, 1),
}
# Seeds of held-out scenes (tests and reports) are below.
FIRST_TRAINING_SEED = 1000
# So many scenes with pixels of this length, in metres. The world is the same, so scenes of 5 m look
# magnified: less lies in a patch.
COUNTS = {10: 480, 5: 360}


@dataclass(frozen=True)
class Survey:
    """What decides a training scene."""

    seed: int
    pixel_m: int
    season: str
    flooded: bool
    clouds: float

    def make(self, program: Path, folder: Path) -> dict[str, np.ndarray]:
        """The scene's modalities, each [channel, y, x]."""
        command = [program, "run", "samplescene", f"--SEED={self.seed}", f"--SIZE={SIDE_PX}"]
        command += [f"--PIXEL_SIZE={self.pixel_m}", f"--SEASON={self.season}", f"--CLOUDS={self.clouds}"]
        command += [f"--FLOODED={str(self.flooded).lower()}"]
        command += [f"--OUTPUT_{name}={folder / name}.tif" for name in KEPT]
        subprocess.run(list(map(str, command)), check=True, capture_output=True)
        made = {}
        for name, (kind, _) in KEPT.items():
            with rasterio.open(folder / f"{name}.tif") as file:
                made[name] = file.read().astype(kind)
        return made


def survey(number: int) -> Survey:
    """The training scene of this number: each a world of its own, seasons in turn, every third flooded."""
    return Survey(
        seed=FIRST_TRAINING_SEED + number,
        pixel_m=10 if number < COUNTS[10] else 5,
        season=SEASONS[number % len(SEASONS)],
        flooded=number % 3 == 0,
        clouds=0.2 if number % 7 == 0 else 0.03,
    )


def make(program: Path, folder: Path) -> None:
    """Writes all scenes into one array per modality, [scene, channel, y, x]; does nothing where they are."""
    if (folder / "complete").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    count = sum(COUNTS.values())
    arrays = {
        name: np.lib.format.open_memmap(
            folder / f"{name}.npy", mode="w+", dtype=kind, shape=(count, channels, SIDE_PX, SIDE_PX)
        )
        for name, (kind, channels) in KEPT.items()
    }

    def one(number: int) -> None:
        with tempfile.TemporaryDirectory() as temporary:
            for name, values in survey(number).make(program, Path(temporary)).items():
                arrays[name][number] = values
        if number % 20 == 0:
            print(f"scene {number} of {count}", flush=True)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(one, range(count)))
    for array in arrays.values():
        array.flush()
    (folder / "complete").touch()


class Scenes:
    """The scenes of a folder, mapped into memory."""

    def __init__(self, folder: Path) -> None:
        self.arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in KEPT}
        self.count = len(self.arrays["LULC"])

    def crops(
        self,
        names: tuple[str, ...],
        random: np.random.Generator,
        count: int,
        side_px: int,
        chosen: Sequence[int] | None = None,
    ) -> dict[str, np.ndarray]:
        """Squares at random places, [count, channel, y, x] of each modality; all show the same places.

        Of all scenes, or of those that are `chosen`.

        Never turned or mirrored: radar looks in one direction, and so shines the sun.
        """
        scenes = random.choice(self.count if chosen is None else chosen, size=count)
        corners = random.integers(SIDE_PX - side_px + 1, size=(count, 2))
        return {
            name: np.stack(
                [
                    self.arrays[name][scene, :, row : row + side_px, column : column + side_px]
                    for scene, (row, column) in zip(scenes, corners, strict=True)
                ]
            )
            for name in names
        }
