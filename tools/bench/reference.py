"""TerraTorch's side of `cargo xtask bench`. The last line printed is JSON.

    .venv-ref/bin/python tools/bench/reference.py versions
    .venv-ref/bin/python tools/bench/reference.py models FOLDER tiny LULC,DEM
    .venv-ref/bin/python tools/bench/reference.py task FOLDER tiny
    .venv-ref/bin/python tools/bench/reference.py modules FOLDER tiny encoder --batch 1 8 \\
        [--matmul highest|shipped] [--repeats 5]
    .venv-ref/bin/python tools/bench/reference.py tiled MODEL.pt S2L2A.tif LULC --crop 224 --stride 192 \\
        [--matmul highest|shipped] [--batch 1] [--steps 10] [--save VALUES.f32]

`models` writes `TerraMind_v1_<size>.pt` and `TerraMind_Tokenizer_<modality>.pt` with random weights, from
TerraTorch's own classes and in the published layout and sizes. `task` writes `TerraMind_v1_<size>_tim.ckpt`
and its `.yaml`: fine-tuned on S2L2A with imagined land cover and a UNet decoder. What is there is kept.

`modules` times single pieces of work (modules.py) of models in such a folder: warmed up, the median of the
repeats for each batch, without imports and loading.

`tiled` generates one modality from a whole scene by TerraTorch's `tiled_inference`; the tokenizer lies beside
MODEL.pt.

`--matmul shipped` leaves the precision of matrix products as importing TerraTorch sets it.
Threads are those of OMP_NUM_THREADS. `--save` writes the classes or values of the first channel, float32, row
after row.

Needs the environment of tests/goldens/requirements.txt.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "tests" / "reference"))


def versions(_arguments: argparse.Namespace) -> str:
    packages = ", ".join(f"{title} {version(title.lower())}" for title in ("TerraTorch", "Torch"))
    return f"{packages}, Python {platform.python_version()}"


def models(arguments: argparse.Namespace) -> str:
    import torch
    from full_size import SIZES, make_tokenizer
    from reference_model import CHANNELS, encoder_decoder, randomise
    from varied_tokens import look_around

    def make_model(folder: Path) -> None:
        model = encoder_decoder(
            SIZES[arguments.size], raw=list(CHANNELS), sequences=["coords"], small_tables=False
        )
        randomise(model, seed=0)
        look_around(model)
        torch.save(model.state_dict(), folder / f"TerraMind_v1_{arguments.size}.pt")

    for modality in filter(None, arguments.tokenizers.split(",")):
        make = partial(make_tokenizer, modality)
        make_missing(arguments.folder, [f"TerraMind_Tokenizer_{modality}.pt"], make)
    make_missing(arguments.folder, [f"TerraMind_v1_{arguments.size}.pt"], make_model)
    return str(arguments.folder)


def task(arguments: argparse.Namespace) -> str:
    from fine_tuned_full_size import S2L2A_BANDS, UNET, Model, images_of_one, make

    name = f"TerraMind_v1_{arguments.size}_tim"
    backbone = {
        "backbone": f"terramind_v1_{arguments.size}_tim",
        "backbone_modalities": ["S2L2A"],
        "backbone_tim_modalities": ["LULC"],
    }
    model = Model(
        backbone | UNET, images_of_one(S2L2A_BANDS), {"S2L2A": len(S2L2A_BANDS)}, ["Other", "Water"]
    )
    make_missing(arguments.folder, [f"{name}.yaml", f"{name}.ckpt"], partial(make, name, model))
    return str(arguments.folder)


def make_missing(folder: Path, names: list[str], make: Callable[[Path], None]) -> None:
    """Makes files where one is missing; a file that has its name is complete."""
    if all((folder / name).exists() for name in names):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        make(Path(temporary))
        for name in names:
            (Path(temporary) / name).rename(folder / name)


def modules(arguments: argparse.Namespace) -> dict[str, object]:
    import torch

    shipped = prepare()
    from modules import MODULES, measure

    torch.manual_seed(0)
    of_batch = MODULES[arguments.module](arguments.folder, arguments.size)
    # After loading, which checks that nothing is rounded.
    torch.set_float32_matmul_precision(shipped if arguments.matmul == "shipped" else "highest")
    return {
        "seconds": [measure(of_batch(batch), arguments.repeats) for batch in arguments.batch],
        "matmul": torch.get_float32_matmul_precision(),
        "threads": torch.get_num_threads(),
    }


def prepare() -> str:
    """Sets the threads; returns the precision of matrix products that TerraTorch sets."""
    import torch

    threads = int(os.environ.get("OMP_NUM_THREADS", "0"))
    if threads:
        torch.set_num_threads(threads)
    import terratorch  # noqa: F401  (sets the precision)

    return torch.get_float32_matmul_precision()


def tiled(arguments: argparse.Namespace) -> dict[str, float]:
    import torch

    shipped = prepare()
    from reference_tokenizer import tokenizer_of
    from terratorch.tasks.tiled_inference import tiled_inference
    from whole_run import generation, load, raster

    torch.set_float32_matmul_precision(shipped if arguments.matmul == "shipped" else "highest")
    name = arguments.output
    path = arguments.model.with_name(f"TerraMind_Tokenizer_{name}.pt")
    tokenizers = {name: tokenizer_of(name, as_floats(load(path)))}
    model = generation(as_floats(load(arguments.model)), tokenizers, ["S2L2A"], [name], arguments.steps)
    scene = raster(arguments.scene, None)
    torch.manual_seed(0)

    started = time.perf_counter()
    result = tiled_inference(
        lambda inputs: model(inputs)[name],
        {"S2L2A": scene},
        crop=arguments.crop,
        stride=arguments.stride,
        batch_size=arguments.batch,
    )
    inference_s = time.perf_counter() - started
    if arguments.save:
        values = result[0].argmax(0) if name == "LULC" else result[0, 0]
        values.numpy().astype("<f4").tofile(arguments.save)
    return {"inference_s": inference_s, "matmul": torch.get_float32_matmul_precision()}


def as_floats(state: dict) -> dict:
    """The sample's tokenizers are in half precision."""
    return {name: tensor.float() for name, tensor in state.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("versions")
    command.set_defaults(run=versions)
    command = commands.add_parser("models")
    command.add_argument("folder", type=Path)
    command.add_argument("size", choices=["tiny", "base"])
    command.add_argument("tokenizers", metavar="MODALITY,…")
    command.set_defaults(run=models)
    command = commands.add_parser("task")
    command.add_argument("folder", type=Path)
    command.add_argument("size", choices=["tiny", "base"])
    command.set_defaults(run=task)
    command = commands.add_parser("modules")
    command.add_argument("folder", type=Path)
    command.add_argument("size", choices=["tiny", "base"])
    command.add_argument("module", choices=["encoder", "landcover", "denoiser", "tim"])
    command.add_argument("--matmul", choices=["highest", "shipped"], default="highest")
    command.add_argument("--batch", type=int, nargs="+", default=[1])
    command.add_argument("--repeats", type=int, default=5)
    command.set_defaults(run=modules)
    command = commands.add_parser("tiled")
    command.add_argument("model", type=Path)
    command.add_argument("scene", type=Path)
    command.add_argument("output", choices=["LULC", "DEM"])
    command.add_argument("--crop", type=int, required=True)
    command.add_argument("--stride", type=int, required=True)
    command.add_argument("--matmul", choices=["highest", "shipped"], default="highest")
    command.add_argument("--batch", type=int, default=1)
    command.add_argument("--steps", type=int, default=10)
    command.add_argument("--save", type=Path)
    command.set_defaults(run=tiled)
    arguments = parser.parse_args()
    print(json.dumps(arguments.run(arguments)))


if __name__ == "__main__":
    main()
