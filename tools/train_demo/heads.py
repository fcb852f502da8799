"""Fine-tuned demonstrations: flooded or not, from radar, with and without land cover that is imagined first.

Both are fitted by what `terratorch fit` runs, alike but for the thinking, and left as TerraTorch's users have
them: a checkpoint and a configuration.
"""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

import lightning
import numpy as np
import torch
import yaml
from fine_tuned import fit
from reference_model import architecture_of, register

from .scenes import Scenes
from .storing import half, save
from .tokenizers import standardised, statistics

MODALITIES = ("S1GRD",)
TILE_PX = 224
STEPS, BATCH, RATE = 220, 8, 1.5e-3
# Of the squares to fit to, so many show a flood.
FLOODED_SHARE = 0.75
NAMES = {"flood": False, "flood_tim": True}


def configuration(thinking: bool) -> dict:
    """What a user writes for `terratorch fit`."""
    backbone = {
        "backbone": "terramind_v1_tiny_tim" if thinking else "terramind_v1_tiny",
        "backbone_pretrained": False,
        "backbone_modalities": list(MODALITIES),
        "backbone_merge_method": "mean",
    }
    if thinking:
        backbone["backbone_tim_modalities"] = ["LULC"]
    tables = {name: [table.flatten().tolist() for table in statistics(name)] for name in MODALITIES}
    rounded = {
        name: [[round(value, 3) for value in table] for table in pair] for name, pair in tables.items()
    }
    return {
        "seed_everything": 11,
        "trainer": {"accelerator": "auto", "max_steps": STEPS},
        "data": {
            "class_path": "terratorch.datamodules.GenericMultiModalDataModule",
            "init_args": {
                "task": "segmentation",
                "batch_size": BATCH,
                "modalities": list(MODALITIES),
                "data_root": "flood/images",
                "label_data_root": "flood/labels",
                "image_grep": {name: f"*_{name.lower()}.tif" for name in MODALITIES},
                "label_grep": "*_flood.tif",
                "num_classes": 2,
                "means": {name: pair[0] for name, pair in rounded.items()},
                "stds": {name: pair[1] for name, pair in rounded.items()},
            },
        },
        "model": {
            "class_path": "terratorch.tasks.SemanticSegmentationTask",
            "init_args": {
                "model_factory": "EncoderDecoderFactory",
                "model_args": {
                    **backbone,
                    "necks": [
                        {"name": "SelectIndices", "indices": [0, 1, 2, 3]},
                        {"name": "ReshapeTokensToImage", "remove_cls_token": False},
                        {"name": "LearnedInterpolateToPyramidal"},
                    ],
                    "decoder": "UNetDecoder",
                    "decoder_channels": [48, 32, 24, 16],
                    "head_dropout": 0.1,
                    "num_classes": 2,
                },
                "loss": "ce",
                "ignore_index": -1,
                "class_names": ["Dry", "Flooded"],
            },
        },
        "optimizer": {"class_path": "torch.optim.AdamW", "init_args": {"lr": RATE, "weight_decay": 0.01}},
    }


class Crops(torch.utils.data.Dataset):
    """Squares of the training scenes with the truth of the flood."""

    scenes: Scenes

    def __len__(self) -> int:
        return STEPS * BATCH

    def __getitem__(self, index: int) -> dict:
        random = np.random.Generator(np.random.PCG64([12, index]))
        flooded = random.random() < FLOODED_SHARE
        chosen = [number for number in range(self.scenes.count) if (number % 3 == 0) == flooded]
        cut = self.scenes.crops((*MODALITIES, "FLOOD"), random, 1, TILE_PX, chosen)
        images = {name: standardised(name, cut[name])[0] for name in MODALITIES}
        mask = torch.from_numpy(cut["FLOOD"][0, 0].astype(np.int64))
        return {"image": images, "mask": mask, "filename": str(index)}


class FloodData(lightning.LightningDataModule):
    """Stands in for the data module of the configuration."""

    def train_dataloader(self) -> torch.utils.data.DataLoader:
        return torch.utils.data.DataLoader(Crops(), batch_size=BATCH)


class Falling(lightning.Callback):
    """Lets the rate fall to nothing along half a cosine."""

    def on_train_batch_start(
        self, trainer: lightning.Trainer, module: lightning.LightningModule, batch: dict, number: int
    ) -> None:
        for group in trainer.optimizers[0].param_groups:
            group["lr"] = RATE * 0.5 * (1 + float(np.cos(np.pi * number / STEPS)))

    def on_train_batch_end(
        self, trainer: lightning.Trainer, module: lightning.LightningModule, outputs: dict, *rest: object
    ) -> None:
        if trainer.global_step % 25 == 0:
            print(f"step {trainer.global_step} of {STEPS}: loss {float(outputs['loss']):.4f}", flush=True)


def reduced(build: Callable, filtered: Callable, weights: dict[str, torch.Tensor]) -> Callable:
    """TerraTorch's builder, in the sizes of the demonstration and with its weights."""

    def built(**options: object) -> torch.nn.Module:
        architecture = architecture_of(weights)
        sizes = architecture.blocks()
        if filtered is register.checkpoint_filter_fn_tim:
            sizes |= {"decoder_depth": architecture.decoder_depth, "tokenizer_dict": None}
        model = build(**(options | sizes))
        model.load_state_dict(filtered(weights, model), strict=True)
        return model

    return built


def train(name: str, scenes: Scenes, weights: dict[str, torch.Tensor], folder: Path, target: Path) -> None:
    """Fits one of both; leaves `name`.ckpt and `name`.yaml in `target`."""
    path = target / f"{name}.ckpt"
    if path.exists():
        return
    config = configuration(NAMES[name])
    Crops.scenes = scenes
    builders = {
        "build_terrammind_tim": register.checkpoint_filter_fn_tim,
        "build_terrammind_vit": register.checkpoint_filter_fn,
    }
    with ExitStack() as stack:
        for builder, filtered in builders.items():
            build = getattr(register, builder)
            stack.enter_context(mock.patch.object(register, builder, reduced(build, filtered, weights)))
        temporary = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=folder)))
        left = fit(
            config,
            name,
            temporary,
            {"class_path": f"{__name__}.FloodData"},
            max_steps=STEPS,
            callbacks=[{"class_path": f"{__name__}.Falling"}],
            checkpointing={"save_weights_only": True},
            limit_val_batches=0,
        )
        checkpoint = torch.load(left, map_location="cpu", weights_only=False)
    checkpoint["state_dict"] = half(checkpoint["state_dict"])
    (target / f"{name}.yaml").write_text(
        "# Flooded or not, from radar alone. Written and fitted by tools/train_demo on invented scenes.\n"
        + yaml.safe_dump(config, sort_keys=False, default_flow_style=None, width=110)
    )
    save(checkpoint, path)
