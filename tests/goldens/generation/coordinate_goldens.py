"""Coordinates: TerraTorch's words for them, and predictions from and of them at temperature 0."""

import hashlib
import random
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import numpy as np
import reduced_tokenizers  # noqa: F401  (finds `reference_model`)
import token_goldens
import torch
from reduced_tokenizers import choices, spread
from reference_model import register
from terratorch.models.backbones.terramind.model.generate import (
    GenerationSampler,
    init_empty_target_modality,
)
from terratorch.models.backbones.terramind.model.modality_info import MODALITY_INFO
from terratorch.models.backbones.terramind.tokenizer.text.text_tokenizer import CoordsTokenizer
from token_goldens import SMALLEST_MARGIN, VOCABULARY, generation, key_of

LATITUDES = np.arange(-90, 90.25, 0.25)
LONGITUDES = np.arange(-180, 180.25, 0.25)
# latitude, longitude: some cities, halves between two words, the limits
GIVEN = [
    (46.95, 7.44),
    (-33.87, 151.21),
    (64.15, -21.94),
    (-54.8, -68.3),
    (0.125, 0.375),
    (-0.375, -12.625),
    (0.0, 0.0),
    (0.13, -0.126),
    (89.875, 179.875),
    (-89.9, -179.9),
    (90.0, 180.0),
    (-90.0, -180.0),
]
# What a model may say after [S_1] (5): 4 to 203 are such marks, [S_2] is 6, [EOS] 3, [PAD] 0; latitudes are
# 4204 to 4924, longitudes 4925 to 6365.
PREDICTED = [
    [5, 4752, 5675, 3],
    [5, 4752, 5675, 6],
    [5, 4752, 5675, 5000],
    [5, 5675, 4752, 3],
    [5, 4752, 4752, 3],
    [5, 4752, 6, 5675],
    [5, 5, 4752, 5675],
    [5, 4752, 5, 5675],
    [5, 203, 4752, 5675],
    [5, 4752, 203, 5],
    [5, 6, 4752, 5675],
    [5, 0, 4752, 5675],
    [5, 3, 3, 3],
]
# Of the published 30,000 words those up to the last longitude.
WORDS = 6366
FIRST_LATITUDE = 4204
# The positions of the two samples of a batch.
POSITIONS = [(46.95, 7.44), (-33.87, 151.21)]
BATCH = len(POSITIONS)
# model; inputs, with a seed where they are tokens; outputs in their order; height, width
RUNS = [
    ("plain", [("S2L2A", None), ("coords", None)], ["LULC"], 224, 224),
    ("swiglu", [("S2L2A", None), ("coords", None)], ["LULC"], 224, 224),
    ("plain", [("coords", None), ("LULC", 7)], ["DEM", "NDVI"], 64, 64),
    ("swiglu", [("coords", None), ("LULC", 7)], ["DEM", "NDVI"], 64, 64),
    ("plain", [("coords", None)], ["DEM"], 224, 224),
    ("plain", [("S2L2A", None)], ["coords"], 64, 64),
    ("plain", [("S2L2A", None)], ["coords", "LULC"], 64, 64),
    ("swiglu", [("DEM", None)], ["LULC", "coords", "NDVI"], 64, 64),
]


def words(tokenizer: CoordsTokenizer, latitude: float, longitude: float) -> list[int]:
    given = torch.tensor([[longitude, latitude]], dtype=torch.float64)
    return tokenizer.encode(given)["tensor"][0].tolist()


def vocabulary(tokenizer: CoordsTokenizer, tensors: dict) -> dict:
    """The words of all positions of the 0.25 degree raster, which hang on one coordinate each."""
    found = []
    for latitude in LATITUDES:
        row = np.stack([LONGITUDES, np.full_like(LONGITUDES, latitude)], axis=1)
        found.append(tokenizer.encode(torch.from_numpy(row))["tensor"].numpy())
    found = np.stack(found)  # [latitude, longitude, word]
    tensors["latitudes"] = found[:, 0, 0].astype(np.int32)
    tensors["longitudes"] = found[0, :, 1].astype(np.int32)
    expected = np.stack(
        np.broadcast_arrays(tensors["latitudes"][:, None], tensors["longitudes"][None], 3), axis=2
    )
    if not np.array_equal(found, expected):
        raise ValueError("the words of a position are not those of its latitude, its longitude and [EOS]")
    return {part: part for part in ("latitudes", "longitudes")}


def places(returned: list[list[float]]) -> list[dict | None]:
    """TerraTorch's pairs of longitude and latitude, or of not-a-numbers."""
    return [
        None if np.isnan(longitude) else {"latitude": latitude, "longitude": longitude}
        for longitude, latitude in returned
    ]


def merged(tokenizer: CoordsTokenizer) -> list[dict]:
    """One sample at a time: in a batch TerraTorch pads those with fewer words."""
    sampler = GenerationSampler(torch.nn.Identity())
    cases = []
    for predicted in PREDICTED:
        state = {"coords": init_empty_target_modality(MODALITY_INFO, "coords", 1, 4, "cpu")}
        state = sampler.merge_sequences_batched(
            state, torch.tensor([predicted]), "coords", tokenizer.text_tokenizer
        )
        told = [int(word) for word in state["coords"]["tensor"][0]]
        state["coords"]["tensor"] = torch.tensor([told], dtype=torch.int64)
        [position] = places(tokenizer.decode_text(state))
        cases.append({"predicted": predicted, "told": told, "position": position})
    return cases


@contextmanager
def fewer_words():
    """As the checkpoints of the folder above have them, but for the number of words."""
    with mock.patch.dict(MODALITY_INFO["coords"], vocab_size=WORDS, max_sincos_pos_emb=8):
        yield


def with_words(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The checkpoint with tables for `WORDS` words, of which the decoder says mostly coordinates."""
    state = dict(state)
    width = state["mask_token"].shape[-1]
    encoder = np.float32(0.25) * spread(91, (WORDS, width))
    decoder = np.float32(1 / 16) * spread(100, (WORDS, width))
    decoder[:FIRST_LATITUDE] *= np.float32(1 / 16)
    state["encoder_embeddings.coords.token_emb.weight"] = torch.from_numpy(encoder)
    for name in ("token_emb", "to_logits"):
        state[f"decoder_embeddings.coords.{name}.weight"] = torch.from_numpy(decoder)
    return state


def value(modality: str, seed: int | None, height: int, width: int) -> torch.Tensor:
    """A batch; the second sample of a raw raster is the negative of the first."""
    if modality == "coords":
        return torch.tensor([[longitude, latitude] for latitude, longitude in POSITIONS], dtype=torch.float64)
    if seed is None:
        raster = token_goldens.FEATURES.formula_input(modality, height, width)
        return torch.cat([raster, -raster])
    ids = choices(seed, (BATCH, 1, height // 16, width // 16), VOCABULARY[key_of(modality)])
    return ids.float().repeat_interleave(16, 2).repeat_interleave(16, 3)


def recorded(model, inputs: dict[str, torch.Tensor]) -> tuple[dict, dict, dict]:
    """Logits per output `[sample, patch or word, vocabulary]`, what was drawn and told of coordinates, and
    what the model returns."""
    logits, words_of = {}, {}
    sampler = model.sampler
    roar, merge = sampler.forward_enc_dec_roar_batched, sampler.merge_sequences_batched
    of_rows = sampler.model.forward_logits

    def of_patches(state, target, count, seed=None):
        shuffled, positions = roar(state, target, count, seed=seed)
        logits[target] = torch.empty_like(shuffled)
        for sample, places_of_sample in enumerate(positions):
            logits[target][sample, places_of_sample] = shuffled[sample]
        return shuffled, positions

    def of_words(rows, targets, mask):
        answer = of_rows(rows, targets, mask)
        if "coords" in targets:
            # Each call repeats the rows before: the last one has all.
            logits["coords"] = answer["coords"].reshape(BATCH, -1, WORDS)
        return answer

    def merging(state, drawn, target, tokenizer):
        state = merge(state, drawn, target, tokenizer)
        words_of["words"], words_of["told"] = drawn.tolist(), state[target]["tensor"].tolist()
        return state

    random.seed(0)
    with (
        mock.patch.object(sampler, "forward_enc_dec_roar_batched", of_patches),
        mock.patch.object(sampler, "merge_sequences_batched", merging),
        mock.patch.object(sampler.model, "forward_logits", of_words),
    ):
        return logits, words_of, model(inputs, standardize=False)


def runs(tokenizer: CoordsTokenizer, tensors: dict) -> list[dict]:
    cases, found = [], []
    for name, inputs, outputs, height, width in RUNS:
        with fewer_words():
            model = generation(
                name,
                [modality for modality, _ in inputs],
                outputs,
                change=with_words,
                tokenizers={"coords": lambda pretrained: tokenizer},
            )
        given = {modality: value(modality, seed, height, width) for modality, seed in inputs}
        logits, of_words, returned = recorded(model, given)
        prefix = f"{name}/{'+'.join(given)}/{'+'.join(outputs)}/{height}x{width}"
        entries = []
        for modality in outputs:
            key = "coords" if modality == "coords" else key_of(modality)
            values = logits[key].numpy()
            best = np.sort(values, axis=-1)
            margin = float((best[..., -1] - best[..., -2]).min() / values.std())
            if margin < SMALLEST_MARGIN:
                raise ValueError(f"{prefix} {modality}: the best two logits differ by {margin:.1e} only")
            entry = {"modality": modality, "logits": f"{prefix}/{modality}/logits"}
            tensors[entry["logits"]] = values
            chosen = values.argmax(-1)
            if modality == "coords":
                if [row[1:] for row in of_words["words"]] != chosen.tolist():
                    raise ValueError(f"{prefix}: the logits are not those behind the words")
                positions = places(returned[modality])
                found += positions
                entry |= of_words | {"positions": positions}
                print(f"{prefix}/{modality}  margin {margin:.1e}  {positions}")
            else:
                ids = chosen.reshape(BATCH, height // 16, width // 16).astype(np.int32)
                if not np.array_equal(ids, returned[modality].numpy()):
                    raise ValueError(f"{prefix} {modality}: the logits are not those behind the ids")
                entry["ids"] = f"{prefix}/{modality}/ids"
                tensors[entry["ids"]] = ids
                print(f"{prefix}/{modality}  margin {margin:.1e}  {np.unique(ids).size} ids")
            entries.append(entry)
        cases.append(
            {
                "model": name,
                "height": height,
                "width": width,
                "inputs": [
                    {"modality": modality} | ({} if seed is None else {"seed": seed})
                    for modality, seed in inputs
                ],
                "outputs": entries,
            }
        )
    if None not in found or not any(found):
        raise ValueError("positions and words that are none must both come up")
    return cases


def make(tokenizer_file: Path | None) -> tuple[dict, dict]:
    """`tokenizer_file` is the published `config.json`; without it TerraTorch downloads it."""
    tokenizer = register.terramind_v1_coords_tokenizer(
        tokenizer_file=None if tokenizer_file is None else str(tokenizer_file)
    )
    text = tokenizer.text_tokenizer.to_str(pretty=False)
    tensors: dict[str, np.ndarray] = {}
    cases = {
        "vocabulary": vocabulary(tokenizer, tensors) | {"sha256": hashlib.sha256(text.encode()).hexdigest()},
        "given": [
            {"latitude": latitude, "longitude": longitude, "words": words(tokenizer, latitude, longitude)}
            for latitude, longitude in GIVEN
        ],
        # Not a word: TerraTorch writes -0.00.
        "minus_zero": {"latitude": -0.1, "longitude": 7.44, "words": words(tokenizer, -0.1, 7.44)},
        "predicted": merged(tokenizer),
        "positions": [{"latitude": latitude, "longitude": longitude} for latitude, longitude in POSITIONS],
        "runs": runs(tokenizer, tensors),
    }
    return cases, tensors
