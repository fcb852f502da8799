"""Fine-tuned models with TerraTorch and Lightning: made by `terratorch fit`, run as their users run them.

Needs the environment of tests/goldens/requirements.txt.
"""

import io
import zipfile
from pathlib import Path

import torch
import yaml
from reference_model import register  # noqa: F401  (sets the precision of matrix products)
from terratorch.cli_tools import LightningInferenceModel, build_lightning_cli
from terratorch.models.backbones.terramind.model.terramind_tim import TerraMindTiM

TRAINER = {
    "accelerator": "cpu",
    "logger": False,
    "enable_progress_bar": False,
}
FITTING = TRAINER | {"max_steps": 1, "num_sanity_val_steps": 0}
# One precision, whatever the configuration trained with; nothing is written.
PREDICTING = TRAINER | {"precision": "32-true", "enable_checkpointing": False}


def fit(config: dict, name: str, folder: Path, data: dict, **trainer: object) -> Path:
    """What `terratorch fit` leaves after a step, or as many as `trainer` says: the path of `name`.ckpt.

    `data` stands in for the data module of the configuration.
    """
    checkpointing = {
        "class_path": "ModelCheckpoint",
        "init_args": {"dirpath": str(folder), "filename": name, "save_weights_only": False}
        | trainer.pop("checkpointing", {}),
    }
    stopping = {"class_path": "EarlyStopping", "init_args": {"monitor": "val/loss"}}
    callbacks = {"callbacks": [checkpointing, *trainer.pop("callbacks", [stopping])]}
    trained = FITTING | {"default_root_dir": str(folder)} | callbacks | trainer
    used = Path(folder) / "config.yaml"
    used.write_text(yaml.safe_dump(config | {"data": data, "trainer": trained}))
    build_lightning_cli(["fit", "--config", str(used)])
    return Path(folder) / f"{name}.ckpt"


def inference(config: dict, checkpoint: Path, folder: Path) -> LightningInferenceModel:
    """Task and data module of a configuration with a checkpoint's weights, for one image at a time."""
    config["trainer"] = PREDICTING | {"default_root_dir": str(folder)}
    config["data"]["init_args"]["batch_size"] = 1
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(config))
    loaded = LightningInferenceModel.from_config(str(path), checkpoint)
    if torch.get_float32_matmul_precision() != "highest":
        raise RuntimeError("matrix products are rounded")
    return loaded


def imagining(model: torch.nn.Module) -> TerraMindTiM | None:
    """The part of a model that imagines, where there is one."""
    return next((module for module in model.modules() if isinstance(module, TerraMindTiM)), None)


def deflated(path: Path) -> bytes:
    """The file with its records deflated, which PyTorch reads just as well."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(path) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target,
    ):
        for info in source.infolist():
            entry = zipfile.ZipInfo(info.filename)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(info))
    return buffer.getvalue()
