"""TerraTorch's whole generation of tiles at temperature 0, to compare with ours.

    .venv-ref/bin/python tests/reference/whole_run.py FOLDER --model MODEL.pt --tokenizers FOLDER \\
        --input S2L2A=S2L2A.tif --outputs LULC,DEM [--steps 10] [--noise FOLDER] [--window X,Y,SIZE]

MODEL is a `TerraMind_v1_<size>.pt` of any size. `--tokenizers` has `TerraMind_Tokenizer_<modality>.pt`, of
any size too, for every output and for the inputs LULC and NDVI. `--input` may be repeated; the inputs are
GeoTIFFs of one size in their usual units (LULC: classes), of which `--window` takes a square of SIZE pixels,
a multiple of 32. The outputs are generated in their order, each feeding the next.

`--noise` has `<modality>.npy`, float32 [channel, y, x], which the diffusion of that output begins with (the
example `save_noise` of native/model writes ours); without it TerraTorch draws its own, seeded with 0.

FOLDER gets for every output `<modality>.ids.npy`, int32 [y, x], the token ids, and `<modality>.npy`, float32
[channel, y, x], the values in physical units; for LULC uint8 [y, x], the classes, and `LULC.logits.npy`,
float32 [class, y, x].

`TerraMindGeneration` does all of it, loaded with TerraTorch's own filter and given the means of its
pre-training. Three hooks are ours: the diffusion's `torch.randn` returns the given noise, the decoders of
the tokenizers tell what ids they were given, and the sampler's `forward_enc_dec_roar_batched` tells by how
much the best logits lead. Coordinates are left out, as their tokenizer is downloaded.
"""

import argparse
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unittest import mock

import numpy as np
import rasterio
import torch
from reference_model import TOKEN_KEYS, architecture_of, register
from reference_tokenizer import LEVELS, tokenizer_of
from terratorch.models.backbones.terramind.model.terramind_generation import TerraMindGeneration
from terratorch.models.backbones.terramind.tokenizer.vqvae import VQ

KEYS = dict(zip(LEVELS, TOKEN_KEYS, strict=True))


def load(path: Path) -> dict[str, torch.Tensor]:
    # Records of the small files are deflated, which cannot be mapped.
    is_large = path.stat().st_size > 1 << 30
    return torch.load(path, map_location="cpu", weights_only=True, mmap=is_large)


def generation(
    state: dict[str, torch.Tensor],
    tokenizers: dict[str, VQ],
    inputs: list[str],
    outputs: list[str],
    steps: int,
) -> TerraMindGeneration:
    """TerraTorch's class with the weights of a checkpoint and tokenizers that are loaded already."""
    architecture = architecture_of(state)
    model = TerraMindGeneration(
        modalities=inputs,
        output_modalities=outputs,
        temps=0.0,
        timesteps=steps,
        decoder_depth=architecture.decoder_depth,
        standardize=True,
        pretraining_mean=register.v1_pretraining_mean,
        pretraining_std=register.v1_pretraining_std,
        tokenizer_dict={KEYS[name]: lambda pretrained, name=name: tokenizers[name] for name in tokenizers},
        **architecture.blocks(),
    )
    wanted = {name.removeprefix("sampler.model.") for name in model.sampler.state_dict(prefix="sampler.")}
    if not wanted <= state.keys():
        raise KeyError(f"the checkpoint lacks {sorted(wanted - state.keys())}")
    model.load_state_dict(register.checkpoint_filter_fn_generate(state, model), strict=True)
    return model.eval()


@dataclass(frozen=True)
class Generated:
    """One output."""

    ids: np.ndarray  # int32 [y, x]
    values: np.ndarray  # float32 [channel, y, x]; for LULC the logits of the classes
    margin: float  # how much the best logit of any token leads, in deviations of all logits


@torch.inference_mode()
def run(
    model: TerraMindGeneration, inputs: dict[str, torch.Tensor], noise: dict[str, np.ndarray]
) -> dict[str, Generated]:
    """Every output by its modality; inputs are [1, channel, y, x] in physical units."""
    ids, margins = {}, {}
    step = model.sampler.forward_enc_dec_roar_batched

    def predict(mod_dict, target, *arguments, **options):
        logits, positions = step(mod_dict, target, *arguments, **options)
        best = logits.topk(2).values
        margins[target] = float((best[..., 0] - best[..., 1]).min() / logits.std())
        return logits, positions

    def hooked(modality: str, decode):
        def decode_tokens(tokens, **options):
            ids[modality] = tokens[0].to(torch.int32).numpy()
            with ExitStack() as stack:
                if modality in noise:
                    stack.enter_context(mock.patch("torch.randn", partial(given, noise[modality])))
                return decode(tokens, **options)

        return decode_tokens

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(model.sampler, "forward_enc_dec_roar_batched", predict))
        for modality, key in KEYS.items():
            if key in model.output_modalities:
                part = model.tokenizer[key]
                hook = hooked(modality, part.decode_tokens)
                stack.enter_context(mock.patch.object(part, "decode_tokens", hook))
        returned = model(dict(inputs))
    return {
        name: Generated(ids[name], values[0].numpy(), margins[KEYS[name]])
        for name, values in returned.items()
    }


def given(noise: np.ndarray, shape: tuple[int, ...], **_options: object) -> torch.Tensor:
    """Stands in for `torch.randn`."""
    start = torch.from_numpy(noise).unsqueeze(0)
    if start.shape != shape:
        raise ValueError(f"the noise is {tuple(start.shape)} instead of {shape}")
    return start


def raster(path: Path, window: tuple[int, int, int] | None) -> torch.Tensor:
    """A tile, [1, channel, y, x]."""
    with rasterio.open(path) as dataset:
        part = None if window is None else rasterio.windows.Window(*window[:2], window[2], window[2])
        return torch.from_numpy(dataset.read(window=part).astype(np.float32)).unsqueeze(0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--tokenizers", type=Path, required=True)
    parser.add_argument("--input", action="append", required=True, metavar="MODALITY=FILE")
    parser.add_argument("--outputs", required=True, metavar="MODALITY,…")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--noise", type=Path, metavar="FOLDER")
    parser.add_argument("--window", type=lambda text: tuple(map(int, text.split(","))), metavar="X,Y,SIZE")
    arguments = parser.parse_args()

    files = dict(pair.split("=", 1) for pair in arguments.input)
    outputs = arguments.outputs.split(",")
    inputs = {name: raster(Path(path), arguments.window) for name, path in files.items()}
    noise = {}
    if arguments.noise:
        diffused = [name for name in outputs if name != "LULC"]
        noise = {name: np.load(arguments.noise / f"{name}.npy") for name in diffused}
    needed = [name for name in KEYS if name in outputs or (name in inputs and name in ("LULC", "NDVI"))]
    tokenizers = {
        name: tokenizer_of(name, load(arguments.tokenizers / f"TerraMind_Tokenizer_{name}.pt"))
        for name in needed
    }
    torch.manual_seed(0)
    model = generation(load(arguments.model), tokenizers, list(inputs), outputs, arguments.steps)
    results = run(model, inputs, noise)

    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name, result in results.items():
        ids, values = result.ids, result.values
        np.save(arguments.folder / f"{name}.ids.npy", ids)
        if name == "LULC":
            np.save(arguments.folder / "LULC.logits.npy", values)
            values = values.argmax(0).astype(np.uint8)
        np.save(arguments.folder / f"{name}.npy", values)
        print(
            f"{name}: {np.unique(ids).size} different ids among {ids.size}, the best logit leads by at least "
            f"{result.margin:.1e} deviations; {values.min()} to {values.max()}"
        )


if __name__ == "__main__":
    main()
