"""TerraTorch's tokenizers with reduced sizes, their weights, and the formulas of README.md that fill them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "reference"))

import numpy as np
import reference_tokenizer
import torch
from reference_tokenizer import PUBLISHED_UNET, Transformer, Unet
from terratorch.models.backbones.terramind.tokenizer.vqvae import VQ

CHANNELS = {"S2L2A": 12, "S1GRD": 2, "S1RTC": 2, "DEM": 1, "LULC": 10, "NDVI": 1}
# Two heads of 64 where a narrow patch projection leaves room for it.
WIDTHS = {modality: 128 if modality in ("DEM", "LULC") else 64 for modality in CHANNELS}
DEPTH = 2
# Its norms have 32 groups: no UNet can be narrower.
UNET_CHANNELS = 32
# Spread the latents over all levels of the quantiser, and the UNet's answers to both sides of its clamp.
GAINS = {"quant_proj.weight": 2.0, "decoder.out.2.weight": 1.0}


def scrambled(seed: int, count: int) -> np.ndarray:
    """Numbers in 0 … 2^32 for the flat indices 0 … count."""
    h = np.arange(count, dtype=np.uint32) + np.uint32(seed * 0x9E3779B9 % 2**32)
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return h ^ (h >> np.uint32(16))


def spread(seed: int, shape: tuple[int, ...]) -> np.ndarray:
    """Float32 in -1 … 1, without rounding."""
    h = scrambled(seed, int(np.prod(shape)))
    return ((h >> np.uint32(8)).astype(np.float32) / np.float32(2**23) - np.float32(1)).reshape(shape)


def choices(seed: int, shape: tuple[int, ...], n: int) -> torch.Tensor:
    """Whole numbers below `n`."""
    h = scrambled(seed, int(np.prod(shape))).astype(np.uint64)
    return torch.from_numpy(((h * np.uint64(n)) >> np.uint64(32)).astype(np.int64).reshape(shape))


def noise(seed: int, shape: tuple[int, ...]) -> torch.Tensor:
    """Stands for Gaussian noise."""
    return torch.from_numpy(np.float32(2) * spread(seed, shape))


def tokenizer(modality: str) -> VQ:
    """TerraTorch's tokenizer with smaller parts."""
    transformer = Transformer(WIDTHS[modality], DEPTH, hidden=4 * WIDTHS[modality])
    unet = Unet(UNET_CHANNELS, PUBLISHED_UNET.blocks, PUBLISHED_UNET.multipliers, PUBLISHED_UNET.attention)
    return reference_tokenizer.tokenizer(modality, transformer, transformer if modality == "LULC" else unet)


def recipe(model: VQ, modality: str) -> list[list]:
    """Name, shape, seed, offset and scale of every tensor, in the order of the state dict."""
    first = 1000 * (1 + list(CHANNELS).index(modality))
    rows = []
    for position, (name, tensor) in enumerate(model.state_dict().items()):
        if tensor.ndim == 1:
            offset, scale = (1.0, 0.5) if name.endswith("weight") else (0.0, 0.25)
        elif name.endswith("pos_emb"):
            offset, scale = 0.0, 1.0
        else:
            fan_in = tensor[0].numel()
            # Keeps the variance of what comes in, to the next power of two.
            scale = 2.0 ** round(np.log2(np.sqrt(3 / fan_in) * GAINS.get(name, 1.0)))
            offset = 0.0
        rows.append([name, list(tensor.shape), first + position, offset, scale])
    return rows


@torch.no_grad()
def fill(model: VQ, rows: list[list]) -> None:
    """Gives the tensors the values that the recipe says."""
    state = model.state_dict()
    for name, shape, seed, offset, scale in rows:
        values = np.float32(scale) * spread(seed, tuple(shape)) + np.float32(offset)
        state[name].copy_(torch.from_numpy(values))
