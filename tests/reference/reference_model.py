"""TerraTorch's TerraMind with random weights: what the goldens, the sample and the full-size check share.

Needs the environment of tests/goldens/requirements.txt. No weights are downloaded.
"""

import logging
import os
import warnings
from dataclasses import dataclass
from functools import partial

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")
warnings.filterwarnings("ignore")

import numpy as np  # noqa: E402
import torch  # noqa: E402
from terratorch.models.backbones.terramind.model import terramind_register as register  # noqa: E402
from terratorch.models.backbones.terramind.model.modality_info import MODALITY_INFO  # noqa: E402
from terratorch.models.backbones.terramind.model.terramind import TerraMind  # noqa: E402
from terratorch.models.backbones.terramind.model.terramind_vit import TerraMindViT  # noqa: E402
from terratorch.models.backbones.terramind.model.tm_utils import LayerNorm  # noqa: E402

logging.getLogger("terramind").setLevel(logging.ERROR)
# Importing TerraTorch lowers the precision of matrix products to bfloat16 where the CPU has them.
torch.set_float32_matmul_precision("highest")

RAW_KEYS = {
    "S2L2A": "untok_sen2l2a@224",
    "S2L1C": "untok_sen2l1c@224",
    "RGB": "untok_sen2rgb@224",
    "S1GRD": "untok_sen1grd@224",
    "S1RTC": "untok_sen1rtc@224",
    "DEM": "untok_dem@224",
}
TOKEN_KEYS = [f"tok_{name}@224" for name in ("sen2l2a", "sen1grd", "sen1rtc", "dem", "lulc", "ndvi")]
CHANNELS = {modality: MODALITY_INFO[key]["num_channels"] for modality, key in RAW_KEYS.items()}
MEANS = {modality: register.v1_pretraining_mean[key] for modality, key in RAW_KEYS.items()}
STDS = {modality: register.v1_pretraining_std[key] for modality, key in RAW_KEYS.items()}


@dataclass(frozen=True)
class Architecture:
    """The few numbers in which TerraMind's sizes differ."""

    dim: int
    encoder_depth: int
    decoder_depth: int
    gated: bool  # SwiGLU without biases (base, large) instead of GELU with biases (tiny, small)

    def blocks(self) -> dict:
        """What TerraTorch's encoder-decoder and its backbone both take (see `terramind_register.py`)."""
        return {
            "dim": self.dim,
            "encoder_depth": self.encoder_depth,
            "num_heads": self.dim // 64,
            "mlp_ratio": 4,
            "qkv_bias": not self.gated,
            "proj_bias": not self.gated,
            "mlp_bias": not self.gated,
            "norm_layer": partial(LayerNorm, eps=1e-6, bias=False),
            "act_layer": torch.nn.SiLU if self.gated else torch.nn.GELU,
            "gated_mlp": self.gated,
            "num_register_tokens": 0,
        }


def architecture_of(state: dict[str, torch.Tensor]) -> Architecture:
    """The sizes of the encoder-decoder in a checkpoint."""

    def depth(side: str) -> int:
        blocks = {name.split(".")[1] for name in state if name.startswith(f"{side}.")}
        return len(blocks)

    return Architecture(
        dim=state["encoder_norm.weight"].shape[0],
        encoder_depth=depth("encoder"),
        decoder_depth=depth("decoder"),
        gated="encoder.0.mlp.fc3.weight" in state,
    )


def encoder_decoder(
    architecture: Architecture, raw: list[str], sequences: list[str], small_tables: bool
) -> TerraMind:
    """TerraTorch's encoder-decoder, whose state dict has the layout of the published `TerraMind_v1_*.pt`.

    `small_tables` shortens vocabularies and sequences; nothing else of the layout depends on them.
    """

    def embeddings(keys: list[str], side: str) -> dict[str, torch.nn.Module]:
        built = {}
        for key in keys:
            options = {**MODALITY_INFO[key], "image_size": 224}
            if small_tables and "vocab_size" in options:
                options["vocab_size"] = 20 if "lulc" in key else 32
            if small_tables and key in ("caption", "coords"):
                options |= {"max_length": 4, "max_sincos_pos_emb": 8}
            built[key] = MODALITY_INFO[key][side](**options)
        return built

    return TerraMind(
        encoder_embeddings=embeddings(
            [RAW_KEYS[m] for m in raw] + TOKEN_KEYS + sequences, "encoder_embedding"
        ),
        decoder_embeddings=embeddings(TOKEN_KEYS + sequences, "decoder_embedding"),
        modality_info=MODALITY_INFO,
        decoder_depth=architecture.decoder_depth,
        **architecture.blocks(),
    ).eval()


@torch.no_grad()
def randomise(model: torch.nn.Module, seed: int) -> None:
    """Fills every parameter; buffers (positions, the zero biases of the norms) stay as TerraTorch makes them.

    A value is one of 64 levels times a scale per tensor: that compresses well in version control, and yet the
    values use all 24 bits, so weights that were rounded on the way show in the results.
    """
    random = np.random.Generator(np.random.PCG64(seed))
    for name, parameter in model.named_parameters():
        levels = random.integers(0, 64, size=tuple(parameter.shape), dtype=np.uint8)
        values = levels.astype(np.float32) * np.float32(2 / 63) - np.float32(1)
        if "norm" in name:
            values = 1 + values / 2
        elif name.endswith(".bias") or "mod_emb" in name or name == "mask_token":
            values = values / 2
        else:
            values = values * np.float32(
                np.sqrt(3 / parameter.shape[-1])
            )  # keeps the variance of what comes in
        parameter.copy_(torch.from_numpy(values))


def share_position_tables(model: TerraMind) -> None:
    """Makes equal position tables one tensor, which `torch.save` then stores once."""
    tables = {}
    for side in (model.encoder_embeddings, model.decoder_embeddings):
        for embedding in side.values():
            embedding.pos_emb = tables.setdefault(tuple(embedding.pos_emb.shape), embedding.pos_emb)


def backbone(
    architecture: Architecture, state: dict[str, torch.Tensor], modalities: list[str], merge: str
) -> TerraMindViT:
    """TerraTorch's backbone with the weights of an encoder-decoder.

    The class and the loading of `BACKBONE_REGISTRY.build("terramind_v1_<size>", pretrained=True)`, which
    cannot be called itself because it fixes the width and downloads weights.
    """
    model = TerraMindViT(img_size=224, modalities=modalities, merge_method=merge, **architecture.blocks())
    wanted = {name for name in model.state_dict() if name != "missing_mod_token"}
    if not wanted <= state.keys():
        raise KeyError(f"the checkpoint lacks {sorted(wanted - state.keys())}")
    model.load_state_dict(register.checkpoint_filter_fn(state, model), strict=True)
    return model.eval()


@torch.inference_mode()
def features(model: TerraMindViT, inputs: dict[str, torch.Tensor], block: int | None) -> np.ndarray:
    """The output of one block (`None`: the last, normalised) as [batch, y, x, width]."""
    height, width = next(iter(inputs.values())).shape[-2:]
    tokens = model(dict(inputs))[-1 if block is None else block]
    return tokens.reshape(tokens.shape[0], height // 16, width // 16, -1).contiguous().numpy()
