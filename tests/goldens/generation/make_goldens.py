"""Makes the goldens of generation: what TerraTorch computes with reduced models and random weights.

    .venv-ref/bin/python tests/goldens/generation/make_goldens.py [FOLDER] [--checkpoints FOLDER]
        [--coordinates-tokenizer FILE] [--only-coordinates]

FOLDER defaults to the folder of this script. `--checkpoints` also writes the reduced tokenizers as
`TerraMind_Tokenizer_<MOD>.pt`. `--coordinates-tokenizer` is the vocabulary of coordinates (README.md says
which); without it TerraTorch downloads its own, given HF_HUB_OFFLINE=0. The same bytes each time on one
machine; on another processor the results may differ in their last bits. README.md says what the files hold.
"""

import argparse
import json
from importlib.metadata import version
from pathlib import Path

import coordinate_goldens
import diffusion_goldens
import filter_goldens
import numpy as np
import token_goldens
import tokenizer_goldens
import torch
from reduced_tokenizers import CHANNELS, fill, recipe, tokenizer
from reference_tokenizer import HEAD_DIM, LEVELS
from safetensors.numpy import save_file

HERE = Path(__file__).resolve().parent


def write_tokenizers(recipes: dict[str, list], path: Path) -> None:
    """One line per tensor, so that differences can be read."""
    parts = []
    for modality, rows in recipes.items():
        lines = ",\n".join("    " + json.dumps(row) for row in rows)
        parts.append(
            f'  "{modality}": {{\n   "head_dim": {HEAD_DIM},\n   "levels": {json.dumps(LEVELS[modality])},\n'
            f'   "tensors": [\n{lines}\n   ]\n  }}'
        )
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def save(tensors: dict[str, np.ndarray], path: Path) -> None:
    save_file({key: np.ascontiguousarray(tensor) for key, tensor in tensors.items()}, path)


def write(document: dict, path: Path) -> None:
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def made_with(*packages: str) -> dict:
    return {"made_with": {name: version(name) for name in packages}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=HERE)
    parser.add_argument("--checkpoints", type=Path)
    parser.add_argument("--coordinates-tokenizer", type=Path)
    parser.add_argument("--only-coordinates", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    arguments.folder.mkdir(parents=True, exist_ok=True)

    with torch.inference_mode():
        cases, tensors = coordinate_goldens.make(arguments.coordinates_tokenizer)
    save(tensors, arguments.folder / "coordinates.safetensors")
    write(made_with("terratorch", "torch", "tokenizers") | cases, arguments.folder / "coordinates.json")
    if arguments.only_coordinates:
        return

    tokenizers, recipes = {}, {}
    for modality in CHANNELS:
        tokenizers[modality] = tokenizer(modality)
        recipes[modality] = recipe(tokenizers[modality], modality)
        fill(tokenizers[modality], recipes[modality])
        if arguments.checkpoints:
            arguments.checkpoints.mkdir(parents=True, exist_ok=True)
            name = f"TerraMind_Tokenizer_{modality}.pt"
            torch.save(tokenizers[modality].state_dict(), arguments.checkpoints / name)
    write_tokenizers(recipes, arguments.folder / "tokenizers.json")

    document = made_with("terratorch", "torch", "diffusers")
    with torch.inference_mode():
        for name, make in (
            ("tokens", token_goldens.make),
            ("tokenizers", lambda: tokenizer_goldens.make(tokenizers)),
            ("diffusion", lambda: diffusion_goldens.make(tokenizers)),
            ("filters", filter_goldens.make),
        ):
            cases, tensors = make()
            document |= cases
            save(tensors, arguments.folder / f"{name}.safetensors")
    write(document, arguments.folder / "cases.json")


if __name__ == "__main__":
    main()
