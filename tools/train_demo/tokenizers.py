"""The reduced tokenizers: pixels to the tokens of patches of 16 by 16 pixels, and back.

Land cover has a decoder of classes, and is trained as a whole. The others have diffusion decoders, which are
slow: there, the encoder is trained first, against a plain decoder that is then thrown away, and the diffusion
decoder learns to show what its tokens say. What tokens of radar say is laid down (`Levels`): left to itself,
the encoder spends them on speckle, which nothing can foretell.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests" / "reference"))

import numpy as np  # noqa: E402
import torch  # noqa: E402
from reference_tokenizer import LEVELS, Transformer, Unet, tokenizer  # noqa: E402
from terratorch.models.backbones.terramind.model import terramind_register as register  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn.functional import avg_pool2d, cross_entropy, mse_loss, one_hot, pixel_shuffle  # noqa: E402

from . import training  # noqa: E402
from .scenes import KEPT, Scenes  # noqa: E402

CLASSES, PATCH_PX = 10, 16
# Sides of the squares to train on, in turn. The UNet halves its grid of 4 by 4 pixels three times, so their
# step is 32 pixels.
SIDES_PX = (128, 128, 128, 224)
WIDE = Transformer(width=128, depth=2, hidden=256)
NARROW = Transformer(width=64, depth=2, hidden=128)
COVER = Transformer(width=128, depth=3, hidden=512)
UNET = Unet(channels=32, blocks=1, multipliers=(1, 1, 1, 1), attention=(4, 8))


@dataclass(frozen=True)
class Phase:
    """How long something is trained, and how fast."""

    steps: int
    rate: float
    pixels: int  # in a step


@dataclass(frozen=True)
class Plan:
    """The parts of a tokenizer, and how they are trained."""

    encoder: Transformer
    first: Phase
    second: Phase | None = None


FIRST, SECOND = Phase(3000, 3e-3, 16 * 128**2), Phase(600, 2e-3, 8 * 128**2)
RADAR = Phase(500, 3e-3, 16 * 128**2)
PLANS = {
    "LULC": Plan(COVER, Phase(7000, 1.5e-3, 12 * 128**2)),
    "S2L2A": Plan(WIDE, Phase(600, 3e-3, 16 * 128**2), SECOND),
    "DEM": Plan(NARROW, FIRST, SECOND),
    "NDVI": Plan(NARROW, FIRST, SECOND),
    "S1GRD": Plan(NARROW, RADAR, SECOND),
    "S1RTC": Plan(NARROW, RADAR, SECOND),
}


def statistics(modality: str) -> tuple[torch.Tensor, torch.Tensor]:
    """TerraMind's own means and deviations, [channel, 1, 1]."""
    keys = {"S2L2A": "untok_sen2l2a@224", "S1GRD": "untok_sen1grd@224", "S1RTC": "untok_sen1rtc@224"}
    key = keys | {"DEM": "untok_dem@224", "NDVI": "tok_ndvi@224"}
    tables = (register.v1_pretraining_mean, register.v1_pretraining_std)
    return tuple(torch.tensor(table[key[modality]], dtype=torch.float32).view(-1, 1, 1) for table in tables)


def standardised(modality: str, values: np.ndarray) -> torch.Tensor:
    """What tokenizers and the model take of [batch, channel, y, x]; land cover is a channel per class."""
    if modality == "LULC":
        classes = torch.from_numpy(values[:, 0].astype(np.int64))
        return one_hot(classes, CLASSES).movedim(-1, 1).float()
    mean, std = statistics(modality)
    return (torch.from_numpy(values.astype(np.float32)) - mean) / std


def difference(found: torch.Tensor, true: torch.Tensor) -> torch.Tensor:
    """Squared, of pixels and of patches: what a patch is like on the whole comes before its details."""
    return mse_loss(found, true) + mse_loss(avg_pool2d(found, PATCH_PX), avg_pool2d(true, PATCH_PX))


class PlainDecoder(nn.Module):
    """From the numbers of codes [batch, 5, y, x] to pixels, in one go."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(5, 64, 3, padding=1),
            nn.GELU(),
            nn.Conv2d(64, 128, 3, padding=1),
            nn.GELU(),
            nn.Conv2d(128, channels * PATCH_PX**2, 1),
        )

    def forward(self, codes: torch.Tensor) -> torch.Tensor:
        return pixel_shuffle(self.layers(codes), PATCH_PX)


class Levels(nn.Module):
    """What tokens of radar say of a patch: five numbers from 0 to 1 that speckle hardly touches.

    How bright it is, VV against VH, how both grow to the right and downwards, and the middle against the rim.
    Each is spread by a logistic function, so that rare extremes have levels, too.
    """

    def __init__(self, modality: str, scenes: Scenes) -> None:
        super().__init__()
        self.requires_grad_(False)
        values = scenes.crops((modality,), np.random.default_rng(4), 300, 224)[modality]
        plain = self.plain(standardised(modality, values))
        self.middle, self.spread = plain.mean((0, 2, 3), True), plain.std((0, 2, 3), keepdim=True)

    @staticmethod
    def plain(values: torch.Tensor) -> torch.Tensor:
        """[batch, channel, y, x] to [batch, 5, row, column] of patches."""
        fourths = avg_pool2d(values, PATCH_PX // 4).unfold(2, 4, 4).unfold(3, 4, 4)
        both = fourths.mean(1)
        whole, middle = both.mean((-2, -1)), both[..., 1:3, 1:3].mean((-2, -1))
        against = (fourths[:, 0] - fourths[:, 1]).mean((-2, -1))
        right = both[..., 2:].mean((-2, -1)) - both[..., :2].mean((-2, -1))
        down = both[..., 2:, :].mean((-2, -1)) - both[..., :2, :].mean((-2, -1))
        return torch.stack([whole, against, right, down, middle - whole], 1)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return ((self.plain(values) - self.middle) / self.spread).sigmoid()


class LandCoverDecoder(nn.Module):
    """From the numbers of codes to logits of classes, by the tokenizer itself."""

    def __init__(self, tokenizer: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(tokenizer.post_quant_proj, tokenizer.decoder)

    def forward(self, codes: torch.Tensor) -> torch.Tensor:
        return self.layers(codes)


def crops(modality: str, scenes: Scenes, step: int, random: np.random.Generator, pixels: int) -> torch.Tensor:
    side = SIDES_PX[step % len(SIDES_PX)]
    return standardised(modality, scenes.crops((modality,), random, pixels // side**2, side)[modality])


def build(modality: str) -> nn.Module:
    torch.manual_seed(1)
    return tokenizer(modality, PLANS[modality].encoder, COVER if modality == "LULC" else UNET).train()


def train_land_cover(scenes: Scenes, folder: Path) -> nn.Module:
    model, phase = build("LULC"), PLANS["LULC"].first

    def loss_of(step: int, random: np.random.Generator) -> torch.Tensor:
        values = crops("LULC", scenes, step, random, phase.pixels)
        return cross_entropy(model(values)[0], values.argmax(1))

    training.run("tokenizer_LULC", model, loss_of, phase.steps, phase.rate, folder)
    return model.eval()


def train_encoder(modality: str, scenes: Scenes, folder: Path) -> tuple[nn.Module, PlainDecoder]:
    """The tokenizer with a trained encoder, and a decoder that knows nothing yet; and the plain decoder."""
    model, phase = build(modality), PLANS[modality].first
    plain = PlainDecoder(KEPT[modality][1])
    trained = nn.ModuleList([model.encoder, model.quant_proj, plain])

    def loss_of(step: int, random: np.random.Generator) -> torch.Tensor:
        values = crops(modality, scenes, step, random, phase.pixels)
        found = plain(model.encode(values)[0])
        return difference(found, values)

    training.run(f"encoder_{modality}", trained, loss_of, phase.steps, phase.rate, folder)
    return model.eval(), plain.eval()


def train_radar(modality: str, scenes: Scenes, folder: Path) -> tuple[nn.Module, Levels]:
    """The tokenizer with an encoder that tells `Levels`, and a decoder that knows nothing yet; and those."""
    model, phase, levels = build(modality), PLANS[modality].first, Levels(modality, scenes)
    trained = nn.ModuleList([model.encoder, model.quant_proj])

    def loss_of(step: int, random: np.random.Generator) -> torch.Tensor:
        values = crops(modality, scenes, step, random, phase.pixels)
        return 100 * mse_loss(model.quant_proj(model.encoder(values)).sigmoid(), levels(values))

    training.run(f"encoder_{modality}", trained, loss_of, phase.steps, phase.rate, folder)
    return model.eval(), levels


def train_decoder(modality: str, model: nn.Module, scenes: Scenes, folder: Path) -> None:
    """Trains the diffusion decoder: it finds the picture without noise.

    Every second picture is nothing but noise: there, the tokens are all that the decoder has.
    """
    phase = PLANS[modality].second
    last = model.num_train_timesteps - 1

    def loss_of(step: int, random: np.random.Generator) -> torch.Tensor:
        values = crops(modality, scenes, step, random, phase.pixels)
        times = torch.randint(0, last + 1, (len(values),))
        times[::2] = last
        noised = model.noise_scheduler.add_noise(values, torch.randn_like(values), times)
        with torch.no_grad():
            codes = model.encode(values)[0]
        return mse_loss(model.decoder(noised, times, codes), values)

    model.encoder.requires_grad_(False)
    model.quant_proj.requires_grad_(False)
    model.decoder.train()
    training.run(f"tokenizer_{modality}", model, loss_of, phase.steps, phase.rate, folder)
    model.eval()


__all__ = [
    "LEVELS",
    "PLANS",
    "LandCoverDecoder",
    "PlainDecoder",
    "difference",
    "standardised",
    "statistics",
    "train_decoder",
]
__all__ += ["train_encoder", "train_land_cover"]
