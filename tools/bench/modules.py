"""Single pieces of work in TerraTorch, timed on random tiles.

Each of MODULES loads what it needs from the folder that `reference.py models` and `reference.py task` write,
and gives a function that makes, for a batch of so many tiles, the function that is timed. The example
`bare_session` of native/pipeline runs the same.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
import yaml
from fine_tuned import imagining, inference
from reference_model import CHANNELS, architecture_of, backbone
from reference_tokenizer import LEVELS, tokenizer_of
from whole_run import generation, load

TILE_PX = 224
PATCHES = TILE_PX // 16
INPUT = "S2L2A"

Run = Callable[[], object]
OfBatch = Callable[[int], Run]


def encoder(folder: Path, size: str) -> OfBatch:
    """All blocks of the encoder."""
    state = load(checkpoint(folder, size))
    model = backbone(architecture_of(state), state, [INPUT], "mean")
    return over_images(lambda images: model({INPUT: images})[-1])


def landcover(folder: Path, size: str) -> OfBatch:
    """Tokens of land cover at temperature 0, then the logits of the classes of their pixels."""
    tokenizers = {"LULC": tokenizer(folder, "LULC")}
    model = generation(load(checkpoint(folder, size)), tokenizers, [INPUT], ["LULC"], steps=1)
    return over_images(lambda images: model({INPUT: images})["LULC"])


def denoiser(folder: Path, _size: str) -> OfBatch:
    """One step of the diffusion that makes elevation."""
    unet, numbers = tokenizer(folder, "DEM").decoder, len(LEVELS["DEM"])

    def of_batch(batch: int) -> Run:
        noisy = torch.randn(batch, 1, TILE_PX, TILE_PX)
        codes = torch.rand(batch, numbers, PATCHES, PATCHES) * 2 - 1
        return lambda: unet(noisy, torch.tensor(500), codes)

    return of_batch


def tim(folder: Path, size: str) -> OfBatch:
    """Land cover imagined at temperature 0, then the logits of the map."""
    path = task(folder, size)
    with tempfile.TemporaryDirectory() as temporary:
        configuration = yaml.safe_load(path.with_suffix(".yaml").read_text())
        model = inference(configuration, path, Path(temporary)).model.eval()
    imagining(model).tim_temps = 0.0
    return over_images(lambda images: model(images).output)


MODULES = {function.__name__: function for function in (encoder, landcover, denoiser, tim)}


def measure(run: Run, repeats: int) -> float:
    """The median of the seconds of a run that was made ready by another."""
    seconds = []
    with torch.inference_mode():
        run()
        for _ in range(repeats):
            started = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def checkpoint(folder: Path, size: str) -> Path:
    return folder / f"TerraMind_v1_{size}.pt"


def task(folder: Path, size: str) -> Path:
    return folder / f"TerraMind_v1_{size}_tim.ckpt"


def tokenizer(folder: Path, modality: str) -> torch.nn.Module:
    return tokenizer_of(modality, load(folder / f"TerraMind_Tokenizer_{modality}.pt"))


def over_images(predict: Callable[[torch.Tensor], object]) -> OfBatch:
    def of_batch(batch: int) -> Run:
        images = torch.randn(batch, CHANNELS[INPUT], TILE_PX, TILE_PX)
        return lambda: predict(images)

    return of_batch
