"""TerraTorch's tokenizers of any size: what the goldens, the sample and the whole runs share.

Needs the environment of tests/goldens/requirements.txt. No weights are downloaded.
"""

import math
import re
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from unittest import mock

import reference_model  # noqa: F401  (pins the precision of matrix products)
import torch
from terratorch.models.backbones.terramind.tokenizer import tokenizer_register
from terratorch.models.backbones.terramind.tokenizer.models import vit_models
from terratorch.models.backbones.terramind.tokenizer.models.unet import unet
from terratorch.models.backbones.terramind.tokenizer.vqvae import VQ

HEAD_DIM = 64
# The number of levels of every number of a code.
LEVELS = {
    modality: [7, 5, 5, 5, 5] if modality == "LULC" else [8, 8, 8, 6, 5]
    for modality in ("S2L2A", "S1GRD", "S1RTC", "DEM", "LULC", "NDVI")
}


@dataclass(frozen=True)
class Transformer:
    """The numbers in which the encoders, and the LULC decoders, differ."""

    width: int
    depth: int
    hidden: int

    def build(self, kind: type) -> partial:
        """What TerraTorch calls with the rest of the arguments."""
        sizes = {"dim_tokens": self.width, "depth": self.depth, "num_heads": self.width // HEAD_DIM}
        return partial(kind, mlp_ratio=self.hidden / self.width, **sizes)


@dataclass(frozen=True)
class Unet:
    """The numbers in which the diffusion decoders differ."""

    channels: int
    blocks: int
    multipliers: tuple[int, ...]  # of the channels, per level
    attention: tuple[int, ...]  # the levels with attention, by how often smaller they are

    def build(self) -> partial:
        """What TerraTorch calls with the rest of the arguments."""
        return partial(
            unet.PatchedUNetCondCat,
            patch_size=4,
            model_channels=self.channels,
            num_res_blocks=self.blocks,
            attention_resolutions=list(self.attention),
            channel_mult=self.multipliers,
        )


PUBLISHED_TRANSFORMER = Transformer(width=768, depth=12, hidden=3072)
PUBLISHED_UNET = Unet(channels=256, blocks=3, multipliers=(1, 2, 2, 2), attention=(4, 8))


def tokenizer(
    modality: str,
    encoder: Transformer = PUBLISHED_TRANSFORMER,
    decoder: Transformer | Unet | None = None,
) -> VQ:
    """`terramind_v1_tokenizer_<modality>` with parts of these sizes; the decoder is published by default."""
    patches = [mock.patch.object(vit_models, "vit_b_enc", encoder.build(vit_models.ViTEncoder))]
    if isinstance(decoder, Transformer):
        patches.append(mock.patch.object(vit_models, "vit_b_dec", decoder.build(vit_models.ViTDecoder)))
    elif decoder is not None:
        patches.append(mock.patch.object(unet, "unet_patched", decoder.build()))
    with ExitStack() as stack:
        # TerraTorch looks its parts up by name in these modules.
        for patch in patches:
            stack.enter_context(patch)
        return getattr(tokenizer_register, f"terramind_v1_tokenizer_{modality.lower()}")().eval()


def recipe(name: str, tensor: torch.Tensor) -> tuple[float, float]:
    """For random weights: the middle of a tensor's values, and how far they go from it.

    Both are short binary numbers.
    """
    if tensor.ndim == 1:
        return (1.0, 0.5) if name.endswith("weight") else (0.0, 0.25)
    # Keeps the variance of what comes in, but spreads the latents over all levels of the quantiser.
    gain = 2.0 if name == "quant_proj.weight" else 1.0
    return 0.0, 2.0 ** round(math.log2(gain * math.sqrt(3 / tensor[0].numel())))


@torch.no_grad()
def randomise(model: VQ, seed: int) -> None:
    """Fills every tensor but the positions, which stay the sines and cosines that TerraTorch makes."""
    generator = torch.Generator().manual_seed(seed)
    for name, tensor in model.state_dict().items():
        if "pos_emb" not in name:
            middle, distance = recipe(name, tensor)
            tensor.uniform_(middle - distance, middle + distance, generator=generator)


def tokenizer_of(modality: str, state: dict[str, torch.Tensor]) -> VQ:
    """The tokenizer of a checkpoint of any size, with its weights."""
    decoder = transformer_of(state, "decoder") if modality == "LULC" else unet_of(state)
    model = tokenizer(modality, transformer_of(state, "encoder"), decoder)
    model.load_state_dict(state, strict=True)
    return model


def transformer_of(state: dict[str, torch.Tensor], side: str) -> Transformer:
    """The sizes of the encoder, or of the LULC decoder, in a checkpoint."""
    hidden, width = state[f"{side}.blocks.0.mlp.fc1.weight"].shape
    return Transformer(width, count(state, f"{side}.blocks"), hidden)


def unet_of(state: dict[str, torch.Tensor]) -> Unet:
    """The sizes of the diffusion decoder in a checkpoint."""
    down = "decoder.input_blocks"
    channels = state[f"{down}.0.0.weight"].shape[0]
    # Blocks per level, from the outermost on; a level ends with a block that halves the size.
    levels: list[list[int]] = [[]]
    for number in range(1, count(state, down)):
        if f"{down}.{number}.0.op.weight" in state:
            levels.append([])
        else:
            levels[-1].append(number)
    widths = [state[f"{down}.{level[0]}.0.out_layers.3.weight"].shape[0] for level in levels]
    return Unet(
        channels,
        blocks=len(levels[0]),
        multipliers=tuple(width // channels for width in widths),
        attention=tuple(
            2**index for index, level in enumerate(levels) if f"{down}.{level[0]}.1.qkv.weight" in state
        ),
    )


def count(state: dict[str, torch.Tensor], prefix: str) -> int:
    """How many numbered parts there are."""
    numbered = re.compile(re.escape(prefix) + r"\.(\d+)\.")
    return 1 + max(int(match[1]) for match in map(numbered.match, state) if match)
