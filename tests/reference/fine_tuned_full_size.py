"""Makes fine-tuned models of full size with random weights, and what TerraTorch predicts of real tiles.

    .venv-ref/bin/python tests/reference/fine_tuned_full_size.py FOLDER TILES [MODEL ...]
    .venv-ref/bin/python tests/reference/fine_tuned_full_size.py FOLDER --measure MODEL PRECISION

TILES holds one folder of GeoTIFFs per modality (S2L2A, S2L1C, S1RTC) with equal file names for equal places.
MODEL is one of those below; without one, all are made. FOLDER gets, for each,

    MODEL.ckpt, MODEL.yaml        as `terratorch fit` leaves and takes them: what a user imports
    MODEL_TILE_MODALITY.tif       what a user gives it
    MODEL_TILE.npy                the logits that TerraTorch predicts, float32 [class, y, x]
    MODEL_TILE.ids.npy            the ids that it imagines at temperature 0, int32 [y, x], where it does

`compare_segmentation.py` compares rasters with the logits. The tiles of S1RTC stand in for S1GRD; three dates
are three places, each the first once.

--measure predicts one of these tiles three times and prints time and memory (on Linux); PRECISION is that of
matrix products, `highest`, or `medium` as TerraTorch sets it.
"""

import argparse
import json
import random
import tempfile
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

import lightning
import numpy as np
import rasterio
import torch
import yaml
from fine_tuned import fit, imagining, inference
from reference_model import MEANS, RAW_KEYS, STDS, register
from varied_tokens import look_around

S2L2A_BANDS = register.PRETRAINED_BANDS[RAW_KEYS["S2L2A"]]
HLS = ["BLUE", "GREEN", "RED", "NIR_NARROW", "SWIR_1", "SWIR_2"]
HLS_CHANNELS = [S2L2A_BANDS.index(band) for band in HLS]
DATES = 3
NECKS = [
    {"name": "SelectIndices", "indices": [2, 5, 8, 11]},
    {"name": "ReshapeTokensToImage", "remove_cls_token": False},
    {"name": "LearnedInterpolateToPyramidal"},
]
UNET = {"decoder": "UNetDecoder", "decoder_channels": [512, 256, 128, 64]}
SIX_BANDS = {
    "backbone": "terramind_v1_base",
    "backbone_modalities": ["S2L2A"],
    "backbone_bands": {"S2L2A": HLS},
}


def statistics(modality: str, channels: list[int] | None = None) -> tuple[list[float], list[float]]:
    """Those of pre-training."""
    mean, std = list(MEANS[modality]), list(STDS[modality])
    return (mean, std) if channels is None else ([mean[i] for i in channels], [std[i] for i in channels])


def images_of_two() -> dict:
    optical, radar = statistics("S2L1C"), statistics("S1GRD")
    return {
        "class_path": "terratorch.datamodules.GenericMultiModalDataModule",
        "init_args": {
            "task": "segmentation",
            "batch_size": 4,
            "num_classes": 2,
            "modalities": ["S2L1C", "S1GRD"],
            "data_root": "floods/images",
            "label_data_root": "floods/labels",
            "means": {"S2L1C": optical[0], "S1GRD": radar[0]},
            "stds": {"S2L1C": optical[1], "S1GRD": radar[1]},
        },
    }


def images_of_one(bands: list[str]) -> dict:
    means, stds = statistics("S2L2A", [S2L2A_BANDS.index(band) for band in bands])
    return {
        "class_path": "terratorch.datamodules.GenericNonGeoSegmentationDataModule",
        "init_args": {
            "batch_size": 4,
            "num_workers": 0,
            "num_classes": 2,
            "train_data_root": "scars",
            "dataset_bands": bands,
            "means": means,
            "stds": stds,
        },
    }


def images_of_dates() -> dict:
    return {
        "class_path": "terratorch.datamodules.MultiTemporalCropClassificationDataModule",
        "init_args": {"batch_size": 4, "data_root": "crops"},
    }


@dataclass(frozen=True)
class Model:
    """A fine-tuned model, and the inputs that it takes: channels by modality, and dates."""

    arguments: dict
    data: dict
    channels: dict[str, int]
    names: list[str]
    dates: int = 0

    def configuration(self) -> dict:
        options = {"backbone_pretrained": False, "necks": NECKS, "num_classes": len(self.names)}
        configuration = {
            "seed_everything": 0,
            "data": self.data,
            "model": {
                "class_path": "terratorch.tasks.SemanticSegmentationTask",
                "init_args": {
                    "model_factory": "EncoderDecoderFactory",
                    "model_args": self.arguments | options,
                    "loss": "ce",
                    "ignore_index": -1,
                    "freeze_backbone": True,
                    "class_names": self.names,
                },
            },
        }
        # YAML would write a list that is there twice once only, and TerraTorch changes such lists in place.
        return json.loads(json.dumps(configuration))


MODELS = {
    "floods_tim": Model(
        {
            "backbone": "terramind_v1_base_tim",
            "backbone_modalities": ["S2L1C", "S1GRD"],
            "backbone_tim_modalities": ["LULC"],
            **UNET,
        },
        images_of_two(),
        {"S2L1C": 13, "S1GRD": 2},
        ["Dry", "Water"],
    ),
    "burn_scars": Model(
        SIX_BANDS | {"decoder": "UperNetDecoder", "decoder_channels": 256},
        images_of_one(HLS),
        {"S2L2A": len(HLS)},
        ["Other", "Burned"],
    ),
    "crops": Model(
        SIX_BANDS
        | UNET
        | {
            "backbone_use_temporal": True,
            "backbone_temporal_pooling": "concat",
            "backbone_temporal_n_timestamps": DATES,
        },
        images_of_dates(),
        {"S2L2A": len(HLS)},
        [f"Crop {number}" for number in range(1, 14)],
        DATES,
    ),
}


class NoData(lightning.LightningDataModule):
    """Stands in for the data modules: small images without anything in them."""

    def __init__(self, channels: dict, dates: int):
        super().__init__()
        size = ([dates] if dates else []) + [64, 64]
        images = {name: torch.zeros(count, *size) for name, count in channels.items()}
        one = next(iter(images.values())) if len(images) == 1 else images
        self.samples = [{"image": one, "mask": torch.zeros(64, 64, dtype=torch.long), "filename": "x"}] * 2

    def train_dataloader(self) -> torch.utils.data.DataLoader:
        return torch.utils.data.DataLoader(self.samples, batch_size=2)

    val_dataloader = train_dataloader


@torch.no_grad()
def randomise(state: dict[str, torch.Tensor]) -> None:
    """Fills everything but the positions, which stay TerraTorch's sines and cosines."""
    filled = set()
    for name, tensor in state.items():
        # TiM stores what its two models share under both names.
        if "pos_emb" in name or not tensor.is_floating_point() or tensor.data_ptr() in filled:
            continue
        filled.add(tensor.data_ptr())
        if name.endswith("running_var"):
            middle, distance = 1.0, 0.5
        elif tensor.ndim == 1:
            middle, distance = (1.0, 0.5) if name.endswith("weight") else (0.0, 0.25)
        elif "mod_emb" in name or name.endswith("mask_token"):
            middle, distance = 0.0, 0.5
        else:
            gain = 2 if name.startswith(("model.decoder", "model.neck")) else 1
            middle, distance = 0.0, float(np.sqrt(3 * gain / tensor[0].numel()))
        generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))
        tensor.uniform_(middle - distance, middle + distance, generator=generator)


def make(name: str, model: Model, folder: Path) -> None:
    """Writes checkpoint and configuration."""
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(model.configuration(), sort_keys=False))
    data = {
        "class_path": f"{__name__}.NoData",
        "init_args": {"channels": model.channels, "dates": model.dates},
    }
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        path = fit(model.configuration(), name, Path(temporary), data)
        checkpoint = torch.load(path, map_location="cpu", weights_only=False)
        randomise(checkpoint["state_dict"])
        torch.save(checkpoint, path)
        task = inference(model.configuration(), path, Path(temporary)).model
        encoder = imagining(task)
        if encoder is not None:
            look_around(encoder.sampler.model)
        checkpoint["state_dict"] = task.state_dict()
        torch.save(checkpoint, folder / f"{name}.ckpt")
    print(f"{folder / name}.ckpt: {(folder / name).with_suffix('.ckpt').stat().st_size:,} bytes", flush=True)


def write_inputs(name: str, tiles: Path, folder: Path) -> list[str]:
    """The names of the tiles."""
    files = sorted(path.name for path in (tiles / "S2L2A").glob("*.tif"))
    for place, file in enumerate(files):
        for modality in MODELS[name].channels:
            source = tiles / modality.replace("S1GRD", "S1RTC")
            with rasterio.open(source / file) as dataset:
                profile, values = dataset.profile, dataset.read()
            if name == "burn_scars":
                values = values[HLS_CHANNELS]
            elif name == "crops":
                dates = [files[(place + date) % len(files)] for date in range(DATES)]
                values = np.concatenate([read(source / date)[HLS_CHANNELS] for date in dates])
            profile |= {"count": len(values), "driver": "GTiff"}
            with rasterio.open(
                input_path(folder, name, Path(file).stem, modality), "w", **profile
            ) as dataset:
                dataset.write(values)
    return [Path(file).stem for file in files]


def read(path: Path) -> np.ndarray:
    with rasterio.open(path) as dataset:
        return dataset.read()


def input_path(folder: Path, name: str, tile: str, modality: str) -> Path:
    return folder / f"{name}_{tile}_{modality}.tif"


def images_of(name: str, tile: str, folder: Path, module: object) -> dict | torch.Tensor:
    """A tile as the data module standardises it, a batch of one."""
    images = {}
    for modality in MODELS[name].channels:
        values = torch.from_numpy(read(input_path(folder, name, tile, modality)).astype(np.float32))
        if MODELS[name].dates:
            # "(time channels) h w -> channels time h w"
            values = values.unflatten(0, (MODELS[name].dates, -1)).transpose(0, 1)
        images[modality] = values[None]
    batch = {"image": next(iter(images.values())) if len(images) == 1 else images}
    return module.aug(batch)["image"]


def predict_tiles(name: str, names: list[str], folder: Path) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        loaded = inference(MODELS[name].configuration(), folder / f"{name}.ckpt", Path(temporary))
    task, encoder, imagined = loaded.model.eval(), imagining(loaded.model), {}
    if encoder is not None:
        encoder.tim_temps = 0.0
        step = encoder.sampler.forward_enc_dec_roar_batched

        def watched(mod_dict, target, *arguments, **options):
            logits, positions = step(mod_dict, target, *arguments, **options)
            best = logits.topk(2).values
            ids = torch.empty_like(positions).scatter_(1, positions, logits.argmax(-1))
            imagined["margin"] = float((best[..., 0] - best[..., 1]).min() / logits.std())
            imagined["ids"] = ids[0].numpy().astype(np.int32)
            return logits, positions

        encoder.sampler.forward_enc_dec_roar_batched = watched
    for tile in names:
        random.seed(0)
        images = images_of(name, tile, folder, loaded.datamodule)
        with torch.inference_mode():
            logits = task(images).output[0].numpy()
        np.save(folder / f"{name}_{tile}.npy", logits)
        shares = np.bincount(logits.argmax(0).ravel(), minlength=len(logits)) / logits[0].size
        print(
            f"{name} {tile}: deviations {logits.std((1, 2)).round(3)}, shares {shares.round(3)}", flush=True
        )
        if imagined:
            side = int(np.sqrt(imagined["ids"].size))
            np.save(folder / f"{name}_{tile}.ids.npy", imagined["ids"].reshape(side, side))
            different = np.unique(imagined["ids"]).size
            print(
                f"  {different} different ids of {imagined['ids'].size}; the best logit leads by at least "
                f"{imagined['margin']:.1e} deviations"
            )


def measure(name: str, precision: str, folder: Path) -> None:
    """Time and memory of TerraTorch's prediction of one tile."""

    tile = next(folder.glob(f"{name}_*_S*.tif")).stem.removeprefix(f"{name}_").rsplit("_", 1)[0]
    with tempfile.TemporaryDirectory() as temporary:
        loaded = inference(MODELS[name].configuration(), folder / f"{name}.ckpt", Path(temporary))
    torch.set_float32_matmul_precision(precision)
    task, seconds, loading_gb = loaded.model.eval(), [], peak_gb()
    # From here on the peak is that of the prediction.
    Path("/proc/self/clear_refs").write_text("5")
    for _ in range(3):
        images = images_of(name, tile, folder, loaded.datamodule)
        started = time.perf_counter()
        with torch.inference_mode():
            task(images)
        seconds.append(time.perf_counter() - started)
    print(
        f"{name}, {precision}, {torch.get_num_threads()} threads, tile {tile}: "
        f"{seconds[0]:.2f} s, then {min(seconds[1:]):.2f} s; "
        f"peak {loading_gb:.2f} GB to load, {peak_gb():.2f} GB to predict"
    )


def peak_gb() -> float:
    """The most memory that was in use."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("tiles", type=Path, nargs="?")
    parser.add_argument("models", nargs="*", metavar="MODEL", help=", ".join(MODELS))
    parser.add_argument("--measure", nargs=2, metavar=("MODEL", "PRECISION"))
    arguments = parser.parse_args()
    if arguments.measure:
        measure(*arguments.measure, arguments.folder)
        return
    if arguments.tiles is None:
        parser.error("TILES is missing")
    torch.set_num_threads(1)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name in arguments.models or MODELS:
        make(name, MODELS[name], arguments.folder)
        names = write_inputs(name, arguments.tiles, arguments.folder)
        predict_tiles(name, names, arguments.folder)


if __name__ == "__main__":
    main()
