"""What the demonstration is worth on scenes that it never saw, by the plugin's own command line.

    python -m train_demo.measure PROGRAM FOLDER [--models FOLDER]

Run in tools/. FOLDER keeps the held-out scenes and what is made of them. Numbers go to the standard output.
"""

import argparse
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio

from .scenes import COUNTS, FIRST_TRAINING_SEED, SEASONS

PROJECT = Path(__file__).resolve().parents[2]
MODALITIES = ("S2L2A", "S1GRD", "S1RTC", "DEM", "LULC", "NDVI")
PATCH_PX, SIDE_PX, CLASSES = 16, 448, 10
SEEDS = range(201, 209)
GENERATIONS = [
    (("S2L2A",), ("LULC", "DEM", "NDVI", "S1GRD", "S1RTC")),
    (("S1GRD",), ("LULC", "DEM", "NDVI", "S2L2A")),
    (("S1RTC",), ("LULC",)),
    (("S2L2A", "S1GRD"), ("LULC", "DEM")),
    (("S2L2A", "DEM"), ("S1GRD",)),
    (("S2L2A", "S1RTC"), ("DEM",)),
    (("DEM",), ("S2L2A", "LULC")),
]


@dataclass(frozen=True)
class Program:
    """The command line under test."""

    path: Path
    models: Path

    def run(self, algorithm: str, **parameters: object) -> dict:
        """The outputs of a run."""
        command = [self.path, "run", algorithm, *(f"--{name}={value}" for name, value in parameters.items())]
        done = subprocess.run(
            list(map(str, command)),
            capture_output=True,
            text=True,
            env=os.environ | {"XDG_DATA_HOME": str(self.models)},
        )
        if done.returncode != 0:
            raise RuntimeError(done.stdout + done.stderr)
        return json.loads(done.stdout)["outputs"]

    def import_all(self, folder: Path) -> None:
        """Imports the demonstration and its tokenizers as the model "demonstration"."""
        self.run("importmodel", INPUT=folder / "TerraMind_v1_demonstration.pt", NAME="demonstration")
        for name in MODALITIES:
            path = folder / f"TerraMind_Tokenizer_{name}.pt"
            if path.exists():
                self.run("importmodel", INPUT=path, MODEL="demonstration")
        for path in sorted(folder.glob("*.ckpt")):
            self.run("importmodel", INPUT=path, CONFIG=path.with_suffix(".yaml"))


def scene(program: Program, folder: Path, seed: int, pixel_m: int, flooded: bool, noise: bool) -> Path:
    """The folder of a scene with one raster for each modality; its seed decides the season."""
    if seed >= FIRST_TRAINING_SEED:
        raise ValueError(f"seed {seed} may be one of training")
    made = folder / f"{seed}_{pixel_m}m{'_flooded' if flooded else ''}{'' if noise else '_truth'}"
    if not made.exists():
        made.mkdir(parents=True)
        outputs = {f"OUTPUT_{name}": made / f"{name}.tif" for name in (*MODALITIES, "FLOOD")}
        states = {"FLOODED": str(flooded).lower(), "NOISE": str(noise).lower()}
        states |= {"PIXEL_SIZE": pixel_m, "SEASON": SEASONS[seed % len(SEASONS)]}
        program.run("samplescene", SEED=seed, SIZE=SIDE_PX, **states, **outputs)
    return made


def pairs(program: Program, folder: Path, pixel_m: int) -> list[tuple[Path, Path]]:
    """Held-out scenes as sensors see them, and as they are; every third is flooded."""
    return [
        tuple(scene(program, folder, seed, pixel_m, seed % 3 == 0, noise) for noise in (True, False))
        for seed in SEEDS
    ]


def cells(path: Path) -> np.ndarray:
    """Means of 16 by 16 pixels, [band, y, x]."""
    with rasterio.open(path) as file:
        values = file.read().astype(np.float64)
    bands, rows, columns = values.shape
    shape = (bands, rows // PATCH_PX, PATCH_PX, columns // PATCH_PX, PATCH_PX)
    return values.reshape(shape).mean((2, 4))


def dominant(path: Path) -> np.ndarray:
    """The most frequent class of 16 by 16 pixels, [y, x]."""
    with rasterio.open(path) as file:
        classes = file.read(1)
    rows, columns = (side // PATCH_PX for side in classes.shape)
    blocks = classes.reshape(rows, PATCH_PX, columns, PATCH_PX)
    return np.stack([(blocks == number).sum((1, 3)) for number in range(CLASSES)]).argmax(0)


def correlation(found: np.ndarray, true: np.ndarray) -> float:
    return float(np.corrcoef(found.ravel(), true.ravel())[0, 1])


def describe(found: list[np.ndarray], true: list[np.ndarray]) -> str:
    """Correlation over all scenes together, and the middle of those within each scene, band by band."""
    parts = []
    for band in range(true[0].shape[0]):
        pairs = [(one[band], other[band]) for one, other in zip(found, true, strict=True)]
        together = correlation(np.stack([one for one, _ in pairs]), np.stack([other for _, other in pairs]))
        within = np.median([correlation(*pair) for pair in pairs])
        parts.append(f"{together:.3f} ({within:.3f})")
    return ", ".join(parts)


def generations(program: Program, folder: Path, pixel_m: int, options: dict[str, object]) -> None:
    """Prints a line for each pair of inputs and output."""
    name = "_".join(f"{key}-{value}" for key, value in options.items()) or "usual"
    for inputs, outputs in GENERATIONS:
        found: dict[str, list[np.ndarray]] = {output: [] for output in outputs}
        true: dict[str, list[np.ndarray]] = {output: [] for output in outputs}
        scores, shares, right = [], [], []
        for noisy, clean in pairs(program, folder, pixel_m):
            made = noisy / f"{name}_{'+'.join(inputs)}"
            made.mkdir(exist_ok=True)
            given = {modality: noisy / f"{modality}.tif" for modality in inputs}
            for output in outputs:  # alone: nothing that was generated before is given
                path = made / f"{output}.tif"
                program.run(
                    "generatemodality",
                    MODEL="demonstration",
                    **given,
                    **options,
                    **{f"OUTPUT_{output}": path},
                )
                if output == "LULC":
                    truth = clean / "LULC.tif"
                    scores.append(program.run("evaluate", PREDICTION=path, REFERENCE=truth))
                    right.append((dominant(path) == dominant(truth)).mean())
                    with rasterio.open(truth) as file:
                        shares.append(np.bincount(file.read().ravel(), minlength=CLASSES))
                else:
                    found[output].append(cells(path))
                    true[output].append(cells(clean / f"{output}.tif"))
        for output in outputs:
            line = f"{pixel_m} m, {' + '.join(inputs)} -> {output} [{name}]: "
            if output == "LULC":
                accuracy = [score["OVERALL_ACCURACY"] for score in scores]
                majority = np.sum(shares, 0).max() / np.sum(shares)
                miou = np.mean([score["MIOU"] for score in scores])
                line += (
                    f"overall accuracy {np.mean(accuracy):.3f} ({min(accuracy):.3f} to {max(accuracy):.3f}), "
                )
                line += f"mean IoU {miou:.3f}, largest class {majority:.3f}, "
                line += f"cells {np.mean(right):.3f} ({min(right):.3f} to {max(right):.3f})"
            else:
                line += f"correlation {describe(found[output], true[output])}"
            print(line, flush=True)


def reconstructions(program: Program, folder: Path, pixel_m: int) -> None:
    """What tokens can say at best."""
    for modality in MODALITIES:
        found, true, scores, right = [], [], [], []
        for noisy, clean in pairs(program, folder, pixel_m):
            path = noisy / f"reconstructed_{modality}.tif"
            program.run(
                "reconstruct",
                MODEL="demonstration",
                MODALITY=modality,
                INPUT=noisy / f"{modality}.tif",
                CLAMP="false",
                OUTPUT=path,
            )
            if modality == "LULC":
                truth = clean / "LULC.tif"
                scores.append(program.run("evaluate", PREDICTION=path, REFERENCE=truth)["OVERALL_ACCURACY"])
                right.append((dominant(path) == dominant(truth)).mean())
            else:
                found.append(cells(path))
                true.append(cells(clean / f"{modality}.tif"))
        said = (
            f"overall accuracy {np.mean(scores):.3f}, cells {np.mean(right):.3f}"
            if scores
            else describe(found, true)
        )
        print(f"{pixel_m} m, {modality} reconstructed: {said}", flush=True)


def floods(program: Program, folder: Path, pixel_m: int) -> None:
    """How well the fine-tuned models find what is under water, with and without thinking of land cover."""
    for model in ("flood", "flood_tim"):
        counts = np.zeros((2, 2))
        for seed in SEEDS:
            seen = scene(program, folder, seed, pixel_m, True, True)
            path = seen / f"{model}.tif"
            program.run("timsegment", MODEL=model, S1GRD=seen / "S1GRD.tif", OUTPUT=path)
            program.run(
                "evaluate", PREDICTION=path, REFERENCE=seen / "FLOOD.tif", OUTPUT_JSON=seen / f"{model}.json"
            )
            matrix = json.loads((seen / f"{model}.json").read_text())["confusion_matrix"]["pixels"]
            counts += np.array(matrix)
        right, iou = np.trace(counts) / counts.sum(), counts[1, 1] / (counts.sum() - counts[0, 0])
        print(
            f"{pixel_m} m, {model}: accuracy {right:.4f}, IoU of flooded {iou:.4f}, "
            f"flooded {counts[1].sum() / counts.sum():.3f} of all",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--models", type=Path, default=PROJECT / "demo")
    given = parser.parse_args()
    program = Program(given.program, given.folder / "home")
    program.import_all(given.models)
    for pixel_m in COUNTS:
        reconstructions(program, given.folder, pixel_m)
        floods(program, given.folder, pixel_m)
        for options in ({"TEMPERATURE": 0, "CLAMP": "false"}, {"TEMPERATURE": 0}, {}):
            generations(program, given.folder, pixel_m, options)


if __name__ == "__main__":
    main()
