"""The reduced TerraMind: from pictures and tokens of some modalities to the tokens of others.

A token is five digits (finite scalar quantisation), so its row in a table is made of five pieces, one for
each digit: 8 + 8 + 8 + 6 + 5 small vectors stand for 15,360 rows. A row's logit is then the sum of its
digits' logits: they are learnt, and drawn, independently of each other. The stored tables have the published
size.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
import torch
from reference_model import RAW_KEYS, Architecture, encoder_decoder
from torch import nn
from torch.nn.functional import cross_entropy, layer_norm

from . import training
from .scenes import SIDE_PX, Scenes
from .tokenizers import LEVELS, PATCH_PX, difference, standardised

ARCHITECTURE = Architecture(dim=128, encoder_depth=4, decoder_depth=2, gated=False)
HEAD, LOOK = 64, 5.0
RAW = ("S2L2A", "S1GRD", "S1RTC", "DEM")
TILE_PX = 224
CELLS = TILE_PX // PATCH_PX
# Upper left corners of the tiles of a scene.
CORNERS_PX = ((0, 0), (0, 224), (224, 0), (224, 224), (112, 96))
BATCH = 8
# What the model is given, and how often; what is generated is given as tokens besides.
INPUTS = {
    ("S2L2A",): 16,
    ("S1GRD",): 5,
    ("S1RTC",): 2,
    ("DEM",): 1,
    ("S2L2A", "S1GRD"): 3,
    ("S2L2A", "S1RTC"): 1,
    ("S1GRD", "DEM"): 1,
    (): 1,
}
TARGETS = {"LULC": 5, "DEM": 3, "NDVI": 2, "S1GRD": 2, "S1RTC": 2, "S2L2A": 0.4}
TARGETS_PER_STEP = 3
# Small squares show more places in a step.
SMALL = 7
# This part of a step's squares is compared as pictures, too, and so much does that count.
SHOWN, SHARE_SHOWN = 0.4, 3.0
# Of a modality's standardised values in the scenes, where it is far from 1.
VARIANCE = {"DEM": 0.12}
# Stored logits are so many times the learnt ones: digits that are drawn independently hardly go together
# unless each is the likeliest. The likeliest tokens stay the same.
SHARPNESS = 4.0


@dataclass(frozen=True)
class Round:
    """A part of the training: the rate rises, and falls to nothing."""

    steps: int
    rate: float
    # From these parts of it on what tokens look like counts, and tiles are whole.
    shown_from: float
    whole_from: float


ROUNDS = (Round(900, 2e-3, 0.6, 0.85), Round(650, 1.5e-3, 0.0, 0.9))


def token_key(modality: str) -> str:
    names = {"S2L2A": "sen2l2a", "S1GRD": "sen1grd", "S1RTC": "sen1rtc"}
    return f"tok_{names.get(modality, modality.lower())}@224"


@cache
def basis(modality: str) -> torch.Tensor:
    """What a digit is worth in a token's number."""
    return torch.tensor(np.cumprod([1, *LEVELS[modality][:-1]]))


def digits(modality: str, tokens: torch.Tensor) -> torch.Tensor:
    """The digits of tokens, [..., 5]."""
    return tokens[..., None] // basis(modality) % torch.tensor(LEVELS[modality])


class Pieces(nn.Module):
    """A table of tokens: each digit has columns of its own."""

    def __init__(self, modality: str, width: int) -> None:
        super().__init__()
        levels = LEVELS[modality]
        self.modality = modality
        self.columns = [len(part) for part in np.array_split(np.arange(width), len(levels))]
        self.vectors = nn.ParameterList(
            nn.Parameter(torch.randn(count, columns) * 0.1)
            for count, columns in zip(levels, self.columns, strict=True)
        )

    def rows(self, tokens: torch.Tensor) -> torch.Tensor:
        """The embeddings of tokens, [..., width]."""
        each = digits(self.modality, tokens).unbind(-1)
        return torch.cat([vectors[digit] for vectors, digit in zip(self.vectors, each, strict=True)], -1)

    def codes(self, found: torch.Tensor) -> torch.Tensor:
        """The likeliest tokens' codes, [..., 5], with the gradients of the expected ones."""
        each = []
        for part, vectors in zip(found.split(self.columns, -1), self.vectors, strict=True):
            levels = torch.linspace(0, 1, len(vectors))
            logits = part @ vectors.T
            expected = logits.softmax(-1) @ levels
            each.append(levels[logits.argmax(-1)] + expected - expected.detach())
        return torch.stack(each, -1)

    def loss(self, found: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        """Cross entropy of tokens (in nats) where the decoder says `found`, [..., width]."""
        parts = found.split(self.columns, -1)
        each = digits(self.modality, tokens).unbind(-1)
        return sum(
            cross_entropy((part @ vectors.T).flatten(0, -2), digit.flatten())
            for part, vectors, digit in zip(parts, self.vectors, each, strict=True)
        )

    def table(self) -> torch.Tensor:
        """All rows, as TerraTorch has them."""
        return self.rows(torch.arange(int(np.prod(LEVELS[self.modality])))).detach()


@dataclass(frozen=True)
class Window:
    """A square part of a tile, in patches."""

    row: int
    column: int
    side: int

    def patches(self) -> torch.Tensor:
        """The numbers of its patches."""
        grid = torch.arange(CELLS**2).view(CELLS, CELLS)
        return grid[self.row : self.row + self.side, self.column : self.column + self.side].flatten()

    def places(self, embedding: nn.Module) -> torch.Tensor:
        """What an embedding adds to its patches, [1, patch, width]."""
        return embedding.pos_emb[:, self.patches()] + embedding.mod_emb


WHOLE = Window(0, 0, CELLS)


class Model(nn.Module):
    """TerraTorch's encoder-decoder with tables in pieces."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.terramind = encoder_decoder(ARCHITECTURE, list(RAW), [], small_tables=True).train()
        width = ARCHITECTURE.dim
        self.look_at_own_place()
        self.read = nn.ModuleDict({modality: Pieces(modality, width) for modality in LEVELS})
        self.write = nn.ModuleDict({modality: Pieces(modality, width) for modality in LEVELS})

    @torch.no_grad()
    def look_at_own_place(self) -> None:
        """Begins with decoders of which one head looks at where a token is to be: that is learnt very slowly.

        Queries and keys both begin as what of the positions differs between neighbours, the fast sines and
        cosines, less their mean. What is not position adds little at first, and nothing to these.
        """
        model, width = self.terramind, ARCHITECTURE.dim
        fast = torch.arange(width).view(4, -1)[:, : width // 16].flatten()
        positions = WHOLE.places(model.decoder_embeddings[token_key("LULC")])[0]
        middle = layer_norm(positions, (width,)).mean(0)
        head = torch.zeros(HEAD, width)
        head[torch.arange(len(fast)), fast] = LOOK
        parts = [model.decoder_proj_context]
        for block in model.decoder:
            attention = block.cross_attn
            for layer in (attention.q, attention.kv):
                layer.weight[:HEAD] = head
                layer.bias[:HEAD] = -head @ middle
            parts += [block.self_attn.proj, attention.proj, block.mlp.fc2]
        for layer in parts:
            layer.weight.mul_(0.4)
            layer.weight[fast] = 0

    def encode(
        self, images: dict[str, torch.Tensor], tokens: dict[str, torch.Tensor], window: "Window"
    ) -> torch.Tensor:
        """What the decoder reads of all patches of a window of a tile; tokens are [batch, patch]."""
        model = self.terramind
        rows, places = [], []
        for modality, values in images.items():
            embedding = model.encoder_embeddings[RAW_KEYS[modality]]
            patches = values.unfold(2, PATCH_PX, PATCH_PX).unfold(3, PATCH_PX, PATCH_PX)
            rows.append(embedding.proj(patches.permute(0, 2, 3, 4, 5, 1).flatten(3).flatten(1, 2)))
            places.append(window.places(embedding).expand(len(values), -1, -1))
        for modality, values in tokens.items():
            rows.append(self.read[modality].rows(values))
            place = window.places(model.encoder_embeddings[token_key(modality)])
            places.append(place.expand(len(values), -1, -1))
        place = torch.cat(places, 1)
        features = torch.cat(rows, 1) + place
        for block in model.encoder:
            features = block(features)
        features = model.encoder_norm(features)
        return model.decoder_proj_context(features) + place

    def decode(self, modality: str, context: torch.Tensor, window: "Window") -> torch.Tensor:
        """What is said of each patch's token."""
        model = self.terramind
        embedding = model.decoder_embeddings[token_key(modality)]
        found = (model.mask_token + window.places(embedding)).expand(len(context), -1, -1)
        for block in model.decoder:
            found = block(found, context)
        return model.decoder_norm(found)

    def published(self) -> dict[str, torch.Tensor]:
        """The state in the layout of the published files."""
        state = dict(self.terramind.state_dict())
        for modality in LEVELS:
            key = token_key(modality)
            state[f"encoder_embeddings.{key}.token_emb.weight"] = self.read[modality].table()
            table = SHARPNESS * self.write[modality].table()
            for name in ("token_emb", "to_logits"):
                state[f"decoder_embeddings.{key}.{name}.weight"] = table
        return state


class Tiles:
    """Tiles of scenes with their tokens."""

    def __init__(self, scenes: Scenes, tokenizers: dict[str, nn.Module], folder: Path) -> None:
        self.scenes = scenes
        self.places = [(scene, *corner) for scene in range(scenes.count) for corner in CORNERS_PX]
        self.tokens = {name: self.tokenized(name, model, folder) for name, model in tokenizers.items()}

    def images(self, modality: str, numbers: Iterable[int], window: Window = WHOLE) -> torch.Tensor:
        """[tile, channel, y, x], standardised."""
        array, side = self.scenes.arrays[modality], window.side * PATCH_PX
        cut = []
        for number in numbers:
            scene, top, left = self.places[number]
            row, column = top + window.row * PATCH_PX, left + window.column * PATCH_PX
            cut.append(array[scene, :, row : row + side, column : column + side])
        return standardised(modality, np.stack(cut))

    @torch.inference_mode()
    def tokenized(self, modality: str, model: nn.Module, folder: Path) -> torch.Tensor:
        """[tile, patch]"""
        path = folder / f"tokens_{modality}.npy"
        if not path.exists():
            found = []
            for first in range(0, len(self.places), 16):
                numbers = range(first, min(first + 16, len(self.places)))
                found.append(model.tokenize(self.images(modality, numbers)))
            np.save(path, torch.cat(found).flatten(1).to(torch.int16).numpy())
        return torch.from_numpy(np.load(path).astype(np.int64)).clone()


@dataclass(frozen=True)
class Task:
    """What is given, and what is to be found."""

    images: tuple[str, ...]
    tokens: tuple[str, ...]
    targets: tuple[str, ...]


def task(random: np.random.Generator) -> Task:
    sets = list(INPUTS)
    shares = np.array(list(INPUTS.values()), dtype=float)
    images = sets[random.choice(len(sets), p=shares / shares.sum())]
    others = [name for name in LEVELS if name not in images]
    count = random.choice(3, p=[0.75, 0.2, 0.05]) if images else 1 + random.choice(2)
    tokens = tuple(random.permutation(others)[:count])
    left = [name for name in others if name not in tokens]
    chances = np.array([TARGETS[name] for name in left], dtype=float)
    wanted = random.choice(
        left, size=min(TARGETS_PER_STEP, len(left)), replace=False, p=chances / chances.sum()
    )
    return Task(images, tuple(map(str, tokens)), tuple(map(str, wanted)))


def shown(modality: str, codes: torch.Tensor, decoder: nn.Module, true: torch.Tensor) -> torch.Tensor:
    """How far what codes [batch, patch, 5] look like lies from the truth, in units of its variance."""
    side = true.shape[-1] // PATCH_PX
    found = decoder(codes.movedim(-1, 1).unflatten(-1, (side, side)))
    if modality == "LULC":
        return cross_entropy(found, true.argmax(1))
    return difference(found, true) / VARIANCE.get(modality, 1)


def train(tiles: Tiles, decoders: dict[str, nn.Module], folder: Path) -> Model:
    """Besides the tokens themselves, what they look like counts: digits that do not go together look wrong.

    `decoders` turn codes into pixels, of all modalities; they learn nothing here.
    """
    model = Model()
    for decoder in decoders.values():
        decoder.requires_grad_(False)

    for number, part in enumerate(ROUNDS, 1):
        training.run(
            f"backbone_{number}",
            model,
            partial(loss_of_step, model, tiles, decoders, part),
            part.steps,
            part.rate,
            folder,
        )
    return model.eval()


def loss_of_step(
    model: Model,
    tiles: Tiles,
    decoders: dict[str, nn.Module],
    part: Round,
    step: int,
    random: np.random.Generator,
) -> torch.Tensor:
    """How wrong the model is of some places, for one set of inputs and a few targets."""
    chosen = task(random)
    side = CELLS if step >= part.whole_from * part.steps else SMALL
    window = Window(*map(int, random.integers(CELLS - side + 1, size=2)), side)
    numbers = random.choice(len(tiles.places), size=BATCH * CELLS**2 // side**2, replace=False)
    tokens = {name: tiles.tokens[name][numbers][:, window.patches()] for name in LEVELS}
    images = {name: tiles.images(name, numbers, window) for name in chosen.images}
    context = model.encode(images, {name: tokens[name] for name in chosen.tokens}, window)
    losses = []
    for name in chosen.targets:
        found = model.decode(name, context, window)
        losses.append(model.write[name].loss(found, tokens[name]))
        if step < part.shown_from * part.steps:
            continue
        some = int(SHOWN * len(numbers))
        true = tiles.images(name, numbers[:some], window)
        codes = model.write[name].codes(found[:some])
        losses.append(SHARE_SHOWN * shown(name, codes, decoders[name], true))
    return torch.stack(losses).sum() / len(chosen.targets)


__all__ = ["ARCHITECTURE", "RAW", "SIDE_PX", "Model", "Tiles", "train"]
