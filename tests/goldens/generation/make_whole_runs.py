"""Makes the goldens of whole runs: the sample's model and tokenizers, from rasters to rasters.

    .venv-ref/bin/python tests/goldens/generation/make_whole_runs.py [FOLDER]

FOLDER defaults to the folder of this script. The noise comes from the example `save_noise` of native/model,
so cargo is needed too. README.md says what the files hold.
"""

import json
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
import rasterio
import reduced_tokenizers  # noqa: F401  (finds the modules of tests/reference)
import torch
from reduced_tokenizers import choices
from reference_tokenizer import LEVELS, tokenizer_of
from safetensors.numpy import save_file
from terratorch.models.backbones.terramind.tokenizer.vqvae import VQ
from whole_run import KEYS, generation, load, raster, run

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[2]
SAMPLE = PROJECT / "sample"
SEED = 7
# left, upper, size of the crop of the scene; inputs; outputs in their order; steps
RUNS = [
    ((128, 128, 64), ["S2L2A"], ["LULC", "DEM"], 10),
    ((192, 96, 96), ["S2L2A", "S1GRD"], ["NDVI", "S1GRD"], 4),
    ((256, 192, 64), ["DEM", "LULC", "NDVI"], ["S1RTC", "S2L2A"], 10),
    ((192, 96, 96), ["DEM", "S2L2A"], ["LULC", "DEM"], 4),
]
CLASSES_SEED = 91
# Neither ids nor classes must hang on the last bits of a number: in deviations of the logits of tokens, in
# levels of the quantiser, and in deviations of the logits of classes.
SMALLEST_TOKEN_MARGIN = 3e-4
SMALLEST_LATENT_MARGIN = 1e-3
SMALLEST_CLASS_MARGIN = 2e-5


def input_of(modality: str, window: tuple[int, int, int]) -> np.ndarray:
    """[channel, y, x]; the scene has neither LULC nor NDVI."""
    if modality == "LULC":
        return choices(CLASSES_SEED, (1, window[2], window[2]), 10).numpy().astype(np.uint8)
    if modality == "NDVI":
        optical = raster(SAMPLE / "S2L2A.tif", window)[0].numpy()
        red, infrared = optical[3:4], optical[7:8]
        return (infrared - red) / (infrared + red)
    with rasterio.open(SAMPLE / f"{modality}.tif") as dataset:
        values = dataset.read(window=rasterio.windows.Window(*window[:2], window[2], window[2]))
        if np.any(values == dataset.nodata):
            raise ValueError(f"{modality}: the crop has missing values")
    return values


def noise(modality: str, size: int) -> np.ndarray:
    """Ours, of the window at the origin of the grid, [channel, y, x]."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "noise.npy"
        example = ["cargo", "run", "--release", "--quiet", "--package", "model", "--example", "save_noise"]
        place = [modality, str(SEED), "0,0", f"{size}x{size}"]
        subprocess.run([*example, "--", str(path), *place], cwd=PROJECT, check=True)
        return np.load(path)


def check_latents(tokenizer: VQ, modality: str, values: torch.Tensor) -> None:
    """Refuses inputs that are close to other ids."""
    latent = tokenizer.quant_proj(tokenizer.encoder(values))
    levels = torch.tensor(LEVELS[modality]).reshape(1, 5, 1, 1)
    scaled = torch.sigmoid(latent) * (levels - 1)
    margin = float((scaled - scaled.floor() - 0.5).abs().min())
    print(f"{modality}, an input: a latent is {margin:.1e} from the next level")
    if margin < SMALLEST_LATENT_MARGIN:
        raise ValueError(f"{modality}: a latent is {margin:.1e} from the next level")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    torch.set_num_threads(1)
    state = load(SAMPLE / "TerraMind_v1_demo.pt")
    tokenizers = {
        name: tokenizer_of(name, load(SAMPLE / f"TerraMind_Tokenizer_{name}.pt")) for name in LEVELS
    }
    cases, tensors = [], {}
    for window, inputs, outputs, steps in RUNS:
        left, upper, size = window
        prefix = f"{left},{upper},{size}/{'+'.join(inputs)}"
        model = generation(state, tokenizers, inputs, outputs, steps)
        rasters = {name: input_of(name, window) for name in inputs}
        tiles = {name: torch.from_numpy(values.astype(np.float32))[None] for name, values in rasters.items()}
        given_inputs = []
        for name in inputs:
            entry = {"modality": name}
            if name in ("LULC", "NDVI"):
                entry["values"] = f"{prefix}/input/{name}"
                tensors[entry["values"]] = rasters[name]
                mean, std = model.pretraining_mean[KEYS[name]], model.pretraining_std[KEYS[name]]
                with torch.inference_mode():
                    check_latents(tokenizers[name], name, (tiles[name] - mean) / std)
            given_inputs.append(entry)
        starts = {name: noise(name, size) for name in outputs if name != "LULC"}
        given_outputs = []
        for name, result in run(model, tiles, starts).items():
            if result.margin < SMALLEST_TOKEN_MARGIN:
                raise ValueError(f"{prefix} {name}: a logit leads by {result.margin:.1e} only")
            parts = {"ids": result.ids}
            if name == "LULC":
                best = np.sort(result.values, axis=0)
                margin = float((best[-1] - best[-2]).min() / result.values.std())
                if margin < SMALLEST_CLASS_MARGIN:
                    raise ValueError(f"{prefix} LULC: a class leads by {margin:.1e} only")
                parts["classes"] = result.values.argmax(0).astype(np.uint8)
            else:
                parts |= {"noise": starts[name], "values": result.values}
            names = {part: f"{prefix}/{name}/{part}" for part in parts}
            tensors |= {names[part]: parts[part] for part in parts}
            given_outputs.append({"modality": name} | names)
            print(f"{prefix}/{name}  {np.unique(result.ids).size} ids, the best leads by {result.margin:.1e}")
        crop = {"left": left, "upper": upper, "size": size}
        cases.append({"crop": crop, "steps": steps, "inputs": given_inputs, "outputs": given_outputs})
    made_with = {name: version(name) for name in ("terratorch", "torch", "diffusers")}
    document = {"made_with": made_with, "seed": SEED, "runs": cases}
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {key: np.ascontiguousarray(tensor) for key, tensor in tensors.items()}
    save_file(tensors, folder / "whole_runs.safetensors")
    (folder / "whole_runs.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
