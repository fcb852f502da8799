"""The reduced TerraMind: from pictures and tokens of some modalities to the tokens of others.

A token is five digits (finite scalar quantisation), so its row in a table is made of five pieces, one for
each digit: 8 + 8 + 8 + 6 + 5 small vectors stand for 15,360 rows. A row's logit is then the sum of its
digits' logits: they are learnt, and drawn, independently of each other. The stored tables have the published
size.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
import torch
from reference_model import RAW_KEYS, Architecture, encoder_decoder
from torch import nn
from torch.nn.functional import avg_pool2d, cross_entropy, layer_norm, mse_loss

from . import training
from .scenes import SIDE_PX, Scenes
from .tokenizers import CLASSES, LEVELS, PATCH_PX, Levels, difference, standardised

ARCHITECTURE = Architecture(dim=128, encoder_depth=4, decoder_depth=2, gated=False)
HEAD, LOOK = 64, 5.0
RAW = ("S2L2A", "S1GRD", "S1RTC", "DEM")
TILE_PX = 224
CELLS = TILE_PX // PATCH_PX
# Upper left corners of the tiles of a scene.
CORNERS_PX = ((0, 0), (0, 224), (224, 0), (224, 224), (112, 96))
BATCH, ENCODER_BATCH = 4, 16
# What the model is given, and how often; what is generated is given as tokens besides.
INPUTS = {
    ("S2L2A",): 14,
    ("S1GRD",): 6,
    ("S1RTC",): 2,
    ("DEM",): 1,
    ("S2L2A", "S1GRD"): 3,
    ("S2L2A", "S1RTC"): 1,
    ("S2L2A", "DEM"): 7,
    ("S1GRD", "DEM"): 1,
    (): 1,
}
TARGETS = {"LULC": 6, "DEM": 2, "NDVI": 1, "S1GRD": 3.5, "S1RTC": 1.5, "S2L2A": 0.4}
TARGETS_PER_STEP = 3
# Small squares show more places in a step.
SMALL = 7
# This part of a step's squares is compared as pictures, too.
SHOWN = 0.5
# What the encoder is to know of a patch counts so much, beside the tokens.
SHARE_KNOWN = 1.0
# The patches' most important components that the encoder is given at first, of blocks of 4 by 4 pixels.
COMPONENTS, BLOCK_PX, FLOOR = 96, 4, 0.003
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
    # How much it counts, beside the tokens.
    share: float = 3.0
    # The decoder of land cover learns, too: to show what the model says, not only what is true.
    shows: bool = False
    # So many steps of the encoder alone before it, in which means of S1GRD count so much.
    encoder_steps: int = 0
    stress: float = 1.0
    # Drawn so often instead.
    targets: tuple[tuple[str, float], ...] = ()


ENCODER_STEPS, ENCODER_RATE = 2800, 2e-3
ROUNDS = (
    Round(1300, 1.5e-3, 0.0, 0.9),
    Round(760, 1.2e-3, 0.0, 0.75, share=8.0, shows=True),
    Round(
        2500,
        1.2e-3,
        0.0,
        0.9,
        share=8.0,
        encoder_steps=3900,
        stress=10.0,
        targets=(("S1GRD", 7.0), ("LULC", 5.0)),
    ),
)


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


def true_codes(modality: str, tokens: torch.Tensor) -> torch.Tensor:
    """The numbers from 0 to 1 that tokens stand for, [..., 5]."""
    return digits(modality, tokens) / torch.tensor([count - 1.0 for count in LEVELS[modality]])


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
CLOUDS = 8


def in_patches(values: torch.Tensor) -> torch.Tensor:
    """[batch, channel, y, x] to [batch, patch, what TerraMind's linear layer takes of a patch]."""
    patches = values.unfold(2, PATCH_PX, PATCH_PX).unfold(3, PATCH_PX, PATCH_PX)
    return patches.permute(0, 2, 3, 4, 5, 1).flatten(3).flatten(1, 2)


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

    @torch.no_grad()
    def look_at_what_differs(self, scenes: Scenes) -> None:
        """Begins with encoders that see each patch by its principal components, all alike in size.

        Most of what a random projection sees is brightness. Clouds are left out: they outshine all else.
        """
        random = np.random.default_rng(6)
        for modality in RAW:
            cut = scenes.crops((modality, "LULC"), random, 1500, 64)
            clear = np.repeat(~(cut["LULC"] == CLOUDS).any((1, 2, 3)), 16)
            patches = in_patches(standardised(modality, cut[modality])).flatten(0, 1)[clear]
            side, channels = PATCH_PX // BLOCK_PX, patches.shape[-1] // PATCH_PX**2
            pixels = patches.view(-1, side, BLOCK_PX, side, BLOCK_PX, channels)
            blocks = pixels.mean((2, 4)).flatten(1)
            sizes, directions = torch.linalg.eigh(blocks.T @ blocks / len(blocks))
            sizes, directions = sizes.flip(0)[:COMPONENTS], directions.flip(1)[:, :COMPONENTS]
            # FLOOR: the last are mostly noise.
            rows = (directions / (sizes + FLOOR * sizes[1]).sqrt()).T
            spread = rows.view(-1, side, 1, side, 1, channels) / BLOCK_PX**2
            spread = spread.expand(-1, side, BLOCK_PX, side, BLOCK_PX, channels).flatten(1)
            turned = nn.init.orthogonal_(torch.empty(ARCHITECTURE.dim, len(spread)))
            projection = self.terramind.encoder_embeddings[RAW_KEYS[modality]].proj
            projection.weight.copy_(turned @ spread)

    def encode(
        self, images: dict[str, torch.Tensor], tokens: dict[str, torch.Tensor], window: "Window"
    ) -> torch.Tensor:
        """What the decoder reads of all patches of a window of a tile; tokens are [batch, patch]."""
        model = self.terramind
        rows, places = [], []
        for modality, values in images.items():
            embedding = model.encoder_embeddings[RAW_KEYS[modality]]
            rows.append(embedding.proj(in_patches(values)))
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
        self.means = self.averaged(folder)

    def images(self, modality: str, numbers: Iterable[int], window: Window = WHOLE) -> torch.Tensor:
        """[tile, channel, y, x], standardised."""
        array, side = self.scenes.arrays[modality], window.side * PATCH_PX
        cut = []
        for number in numbers:
            scene, top, left = self.places[number]
            row, column = top + window.row * PATCH_PX, left + window.column * PATCH_PX
            cut.append(array[scene, :, row : row + side, column : column + side])
        return standardised(modality, np.stack(cut))

    def averaged(self, folder: Path) -> torch.Tensor:
        """What `Known` is to say of all patches, [tile, patch, …]."""
        path = folder / "means.npy"
        if not path.exists():
            found = []
            for number in range(len(self.places)):
                found.append(Known.truth(partial(self.images, numbers=[number])))
            np.save(path, torch.cat(found).numpy())
        return torch.from_numpy(np.load(path))

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


def task(random: np.random.Generator, targets: dict[str, float]) -> Task:
    sets = list(INPUTS)
    shares = np.array(list(INPUTS.values()), dtype=float)
    images = sets[random.choice(len(sets), p=shares / shares.sum())]
    others = [name for name in LEVELS if name not in images]
    count = random.choice(3, p=[0.75, 0.2, 0.05]) if images else 1 + random.choice(2)
    tokens = tuple(random.permutation(others)[:count])
    left = [name for name in others if name not in tokens]
    chances = np.array([targets[name] for name in left], dtype=float)
    wanted = random.choice(
        left, size=min(TARGETS_PER_STEP, len(left)), replace=False, p=chances / chances.sum()
    )
    return Task(images, tuple(map(str, tokens)), tuple(map(str, wanted)))


class Known(nn.Module):
    """What the encoder is to know of a patch, said by a layer that is thrown away: much in each step.

    Shares of the classes in its quarters, and means of all that has other values.
    """

    MEANS = ("S1GRD", "S1RTC", "DEM", "NDVI")
    SHARES = 4 * CLASSES

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(ARCHITECTURE.dim, self.SHARES + 2 + 2 + 1 + 1)
        # How much the means of S1GRD count, which are the hardest.
        self.stress = 1.0

    @classmethod
    def truth(cls, images: Callable[[str], torch.Tensor]) -> torch.Tensor:
        """[tile, patch, what is known], of a function from a modality to its images."""
        quarters = avg_pool2d(images("LULC"), PATCH_PX // 2).unfold(2, 2, 2).unfold(3, 2, 2)
        parts = [quarters.permute(0, 2, 3, 4, 5, 1).flatten(3).flatten(1, 2)]
        for name in cls.MEANS:
            mean = avg_pool2d(images(name), PATCH_PX).flatten(2).movedim(1, -1)
            parts.append(mean / VARIANCE.get(name, 1) ** 0.5)
        return torch.cat(parts, -1)

    def forward(self, context: torch.Tensor, true: torch.Tensor) -> torch.Tensor:
        """`context` [batch, patch, width] is of pictures, one after the other; the truth of one."""
        losses, weights = [], torch.ones(true.shape[-1] - self.SHARES)
        weights[:2] = self.stress
        for part in self.layer(context).split(true.shape[1], 1):
            classes = part[..., : self.SHARES].unflatten(-1, (4, CLASSES)).log_softmax(-1).flatten(-2)
            losses.append(-(true[..., : self.SHARES] * classes).sum(-1).mean() / 4)
            difference = part[..., self.SHARES :] - true[..., self.SHARES :]
            losses.append((weights * difference**2).mean())
        return 2 * torch.stack(losses).mean()


def shown(modality: str, codes: torch.Tensor, decoder: nn.Module, true: torch.Tensor) -> torch.Tensor:
    """How far what codes [batch, patch, 5] look like lies from the truth, in units of its variance.

    Of radar, what its codes are to say is compared.
    """
    side = true.shape[-1] // PATCH_PX
    codes = codes.movedim(-1, 1).unflatten(-1, (side, side))
    if isinstance(decoder, Levels):
        told = decoder(true)
        return mse_loss(codes, told) / told.var((0, 2, 3)).mean()
    found = decoder(codes)
    if modality == "LULC":
        return cross_entropy(found, true.argmax(1))
    return difference(found, true) / VARIANCE.get(modality, 1)


def train(tiles: Tiles, decoders: dict[str, nn.Module], folder: Path) -> Model:
    """Besides the tokens themselves, what they look like counts: digits that do not go together look wrong.

    `decoders` turn codes into pixels, of all modalities; only that of land cover learns here, in the end.
    """
    model, known = Model(), Known()
    model.look_at_what_differs(tiles.scenes)
    for decoder in decoders.values():
        decoder.requires_grad_(False)

    both = nn.ModuleList([model, known])
    training.run(
        "encoder", both, partial(loss_of_encoder, model, known, tiles), ENCODER_STEPS, ENCODER_RATE, folder
    )
    for number, part in enumerate(ROUNDS, 1):
        known.stress = part.stress
        if part.encoder_steps:
            alone = partial(loss_of_encoder, model, known, tiles)
            training.run(f"encoder_{number}", both, alone, part.encoder_steps, ENCODER_RATE, folder)
        cover = decoders["LULC"].requires_grad_(part.shows)
        training.run(
            f"backbone_{number}",
            nn.ModuleList([model, known, cover]) if part.shows else both,
            partial(loss_of_step, model, known, tiles, decoders, part),
            part.steps,
            part.rate,
            folder,
        )
    return model.eval()


def loss_of_encoder(
    model: Model, known: Known, tiles: Tiles, step: int, random: np.random.Generator
) -> torch.Tensor:
    """How little the encoder knows of some places: such steps are several times as fast as whole ones."""
    images = ()
    while not images:
        images = task(random, TARGETS).images
    window = Window(*map(int, random.integers(CELLS - SMALL + 1, size=2)), SMALL)
    numbers = random.choice(len(tiles.places), size=ENCODER_BATCH, replace=False)
    context = model.encode({name: tiles.images(name, numbers, window) for name in images}, {}, window)
    return known(context, tiles.means[numbers][:, window.patches()])


def loss_of_step(
    model: Model,
    known: Known,
    tiles: Tiles,
    decoders: dict[str, nn.Module],
    part: Round,
    step: int,
    random: np.random.Generator,
) -> torch.Tensor:
    """How wrong the model is of some places, for one set of inputs and a few targets."""
    chosen = task(random, TARGETS | dict(part.targets))
    side = CELLS if step >= part.whole_from * part.steps else SMALL
    window = Window(*map(int, random.integers(CELLS - side + 1, size=2)), side)
    numbers = random.choice(len(tiles.places), size=BATCH * CELLS**2 // side**2, replace=False)
    tokens = {name: tiles.tokens[name][numbers][:, window.patches()] for name in LEVELS}
    images = {name: tiles.images(name, numbers, window) for name in chosen.images}
    context = model.encode(images, {name: tokens[name] for name in chosen.tokens}, window)
    losses = []
    if images:
        seen = context[:, : len(images) * side**2]
        true = tiles.means[numbers][:, window.patches()]
        losses.append(SHARE_KNOWN * len(chosen.targets) * known(seen, true))
    for name in chosen.targets:
        found = model.decode(name, context, window)
        losses.append(model.write[name].loss(found, tokens[name]))
        if step < part.shown_from * part.steps:
            continue
        some = int(SHOWN * len(numbers))
        true = tiles.images(name, numbers[:some], window)
        codes = model.write[name].codes(found[:some])
        losses.append(part.share * shown(name, codes, decoders[name], true))
        if part.shows and name == "LULC":
            codes = true_codes(name, tokens[name][:some])
            losses.append(part.share * shown(name, codes, decoders[name], true))
    return torch.stack(losses).sum() / len(chosen.targets)


__all__ = ["ARCHITECTURE", "RAW", "SIDE_PX", "Model", "Tiles", "train"]
