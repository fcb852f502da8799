"""Token logits and ids of TerraTorch's generation, at temperature 0."""

import importlib.util
import random
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import numpy as np
import reduced_tokenizers  # noqa: F401  (finds `reference_model`)
import torch
from einops import repeat
from reduced_tokenizers import choices
from reference_model import TOKEN_KEYS, register
from terratorch.models.backbones.terramind.model import decoder_embeddings, encoder_embeddings
from terratorch.models.backbones.terramind.model.modality_info import MODALITY_INFO
from terratorch.models.backbones.terramind.model.terramind_generation import TerraMindGeneration
from terratorch.models.backbones.terramind.model.tm_utils import interpolate_pos_encoding

GOLDENS = Path(__file__).resolve().parents[1]


def goldens_of_features():
    """The script of the folder above, which has the same name as the one here."""
    spec = importlib.util.spec_from_file_location("goldens_of_features", GOLDENS / "make_goldens.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FEATURES = goldens_of_features()
VOCABULARY = {key: 20 if "lulc" in key else 32 for key in TOKEN_KEYS}
# inputs, with a seed where they are tokens; outputs in their order; height, width
CASES = [
    ([("S2L2A", None)], ["LULC"], 224, 224),
    ([("S2L2A", None), ("S1GRD", None)], ["DEM"], 224, 224),
    ([("LULC", 7), ("DEM", None)], ["S2L2A"], 224, 224),
    ([("S2L2A", None)], ["LULC", "DEM"], 224, 224),
    ([("NDVI", 8), ("S1RTC", None)], ["S1GRD", "LULC", "S2L2A"], 256, 256),
    ([("DEM", None)], ["S1RTC", "NDVI"], 64, 64),
    ([("S2L2A", None)], ["LULC"], 160, 288),
    ([("LULC", 9), ("DEM", None)], ["S2L2A", "NDVI"], 160, 288),
]
# Ids must not hang on the last bits of a logit.
SMALLEST_MARGIN = 1e-4


class GivenTokens(torch.nn.Module):
    """Stands in for a tokenizer: an input's pixels are its ids already, and outputs stay ids."""

    patch_size = 16

    def encode(self, raster, _device):
        return (raster[:, 0, ::16, ::16].long(),)

    def decode_tokens(self, tokens, **_options):
        return tokens


def key_of(modality: str) -> str:
    return f"tok_{modality.lower().replace('s2', 'sen2').replace('s1', 'sen1')}@224"


@contextmanager
def small_vocabularies():
    """Those of the checkpoints of the folder above."""
    kept = {key: MODALITY_INFO[key]["vocab_size"] for key in TOKEN_KEYS}
    for key in TOKEN_KEYS:
        MODALITY_INFO[key]["vocab_size"] = VOCABULARY[key]
    try:
        yield
    finally:
        for key in TOKEN_KEYS:
            MODALITY_INFO[key]["vocab_size"] = kept[key]


def generation(
    name: str, inputs: list[str], outputs: list[str], change=dict, tokenizers: dict | None = None
) -> TerraMindGeneration:
    """TerraTorch's class, with its own loading of the published layout; `change` makes another checkpoint of
    the one of that name."""
    architecture = FEATURES.MODELS[name]
    with small_vocabularies():
        model = TerraMindGeneration(
            modalities=inputs,
            output_modalities=outputs,
            temps=0.0,
            decoder_depth=architecture.decoder_depth,
            tokenizer_dict={key: lambda pretrained: GivenTokens() for key in TOKEN_KEYS} | (tokenizers or {}),
            **architecture.blocks(),
        )
    state = change(torch.load(GOLDENS / f"{name}.pt", map_location="cpu", weights_only=True))
    wanted = {key.removeprefix("sampler.model.") for key in model.sampler.state_dict(prefix="sampler.")}
    if not wanted <= state.keys():
        raise KeyError(f"{name}.pt lacks {sorted(wanted - state.keys())}")
    model.load_state_dict(register.checkpoint_filter_fn_generate(state, model), strict=True)
    return model.eval()


@contextmanager
def any_rectangle(height: int, width: int):
    """Lifts TerraTorch's check for square tokens: positions by its own function, to height x width."""

    def embed(self, d):
        d = d if isinstance(d, dict) else {"tensor": d}
        d["ids"] = d["tensor"].reshape(d["tensor"].shape[0], -1)
        d["x"] = self.token_emb(d["ids"])
        positions = interpolate_pos_encoding(
            self.pos_emb.clone(), height, width, self.patch_size, self.dim_tokens
        )
        d["emb"] = repeat(positions + self.mod_emb, "() n d -> b n d", b=d["x"].shape[0])
        return d

    with (
        mock.patch.object(encoder_embeddings.ImageTokenEncoderEmbedding, "forward", embed),
        mock.patch.object(decoder_embeddings.ImageTokenDecoderEmbedding, "forward_embed", embed),
    ):
        yield


def recorded(model: TerraMindGeneration, inputs: dict[str, torch.Tensor]) -> tuple[dict, dict]:
    """Logits per output in the order of the patches, and what the model returns."""
    logits = {}
    step = model.sampler.forward_enc_dec_roar_batched

    def recording(mod_dict, target, num_select, seed=None):
        shuffled, positions = step(mod_dict, target, num_select, seed=seed)
        # TerraTorch decodes the patches in random order.
        logits[target] = torch.empty_like(shuffled)
        logits[target][:, positions[0]] = shuffled
        return shuffled, positions

    random.seed(0)
    with mock.patch.object(model.sampler, "forward_enc_dec_roar_batched", recording):
        return logits, model(inputs, standardize=False)


def raster(modality: str, seed: int | None, height: int, width: int) -> torch.Tensor:
    if seed is None:
        return FEATURES.formula_input(modality, height, width)
    ids = choices(seed, (1, 1, height // 16, width // 16), VOCABULARY[key_of(modality)])
    return ids.float().repeat_interleave(16, 2).repeat_interleave(16, 3)


def make() -> tuple[dict, dict]:
    cases, tensors = [], {}
    for name in FEATURES.MODELS:
        for inputs, outputs, height, width in CASES:
            model = generation(name, [modality for modality, _ in inputs], outputs)
            rasters = {modality: raster(modality, seed, height, width) for modality, seed in inputs}
            square = height == width
            if square:
                logits, returned = recorded(model, rasters)
            else:
                with any_rectangle(height, width):
                    logits, returned = recorded(model, rasters)
            prefix = f"{name}/{'+'.join(rasters)}/{'+'.join(outputs)}/{height}x{width}"
            entries = []
            for modality in outputs:
                values = logits[key_of(modality)].numpy()
                best = np.sort(values, axis=-1)
                margin = float((best[..., -1] - best[..., -2]).min() / values.std())
                if margin < SMALLEST_MARGIN:
                    raise ValueError(f"{prefix} {modality}: the best two logits differ by {margin:.1e} only")
                # In the order of the patches, as the logits are.
                ids = values.argmax(-1).reshape(1, height // 16, width // 16).astype(np.int32)
                if not np.array_equal(ids.ravel(), returned[modality].numpy().ravel()):
                    raise ValueError(f"{prefix} {modality}: the logits are not those behind the ids")
                entry = {part: f"{prefix}/{modality}/{part}" for part in ("logits", "ids")}
                tensors |= {entry["logits"]: values, entry["ids"]: ids}
                entries.append({"modality": modality} | entry)
                count = np.unique(ids).size
                print(f"{entry['logits']}  RMS {values.std():.3f}  margin {margin:.1e}  {count} ids")
            cases.append(
                {
                    "model": name,
                    "height": height,
                    "width": width,
                    "square": square,
                    "inputs": [
                        {"modality": modality} | ({} if seed is None else {"seed": seed})
                        for modality, seed in inputs
                    ],
                    "outputs": entries,
                }
            )
    return {"tokens": cases}, tensors
