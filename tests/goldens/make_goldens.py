"""Makes the goldens: two reduced TerraMind checkpoints and the features that TerraTorch computes with them.

    .venv-ref/bin/python tests/goldens/make_goldens.py [FOLDER]

FOLDER defaults to the folder of this script. The same bytes each time on one machine; on another processor
the features may differ in their last bits. README.md says what the files hold.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "reference"))

import numpy as np  # noqa: E402
import torch  # noqa: E402
from reference_model import (  # noqa: E402
    CHANNELS,
    Architecture,
    backbone,
    encoder_decoder,
    features,
    randomise,
    share_position_tables,
)
from safetensors.numpy import save_file  # noqa: E402

MODELS = {
    "plain": Architecture(dim=64, encoder_depth=3, decoder_depth=2, gated=False),
    "swiglu": Architecture(dim=128, encoder_depth=3, decoder_depth=2, gated=True),
}
# modalities in the order of the inputs, height, width, merge, block (None: the last, normalised)
CASES = [
    (["S2L2A"], 224, 224, "mean", None),
    (["S2L2A", "S1GRD", "DEM"], 224, 224, "mean", None),
    (["S2L2A", "S1GRD", "DEM"], 224, 224, "max", None),
    (["S2L2A", "S1GRD", "DEM"], 224, 224, "concat", None),
    (["S2L2A", "S2L1C", "RGB", "S1GRD", "S1RTC", "DEM"], 64, 64, "mean", None),
    (["RGB"], 256, 256, "mean", None),
    (["S1RTC", "DEM"], 160, 288, "mean", None),
    (["S2L1C"], 224, 224, "mean", 1),
]


def formula_input(modality: str, height: int, width: int) -> torch.Tensor:
    """Input [1, channel, y, x] that any language can compute to the bit, from the flat index."""
    channels = CHANNELS[modality]
    index = np.arange(channels * height * width, dtype=np.uint64)
    number = list(CHANNELS).index(modality)
    scrambled = (index * np.uint64(2654435761) + np.uint64((number + 1) * 40503)) % np.uint64(2**32)
    values = scrambled.astype(np.float64) / 2**32 * 4 - 2
    return torch.from_numpy(values.astype(np.float32).reshape(1, channels, height, width))


def make_checkpoint(name: str, folder: Path) -> dict[str, torch.Tensor]:
    """Writes `<name>.pt` and returns what it holds, read back as TerraTorch reads published files."""
    plain = name == "plain"
    sequences = ["caption", "coords"] if plain else ["coords"]
    model = encoder_decoder(MODELS[name], raw=list(CHANNELS), sequences=sequences, small_tables=True)
    randomise(model, seed=list(MODELS).index(name) + 1)
    if plain:
        state = model.state_dict()  # an OrderedDict with `_metadata`, every position table stored by itself
    else:
        share_position_tables(model)
        state = dict(model.state_dict())  # a plain dict in which tensors share storages
    path = folder / f"{name}.pt"
    torch.save(state, path)
    return torch.load(path, map_location="cpu", weights_only=True)


def main() -> None:
    torch.set_num_threads(1)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    folder.mkdir(parents=True, exist_ok=True)
    expected, manifest = {}, []
    for name, architecture in MODELS.items():
        state = make_checkpoint(name, folder)
        for modalities, height, width, merge, block in CASES:
            model = backbone(architecture, state, modalities, merge)
            inputs = {modality: formula_input(modality, height, width) for modality in modalities}
            key = (
                f"{name}/{'+'.join(modalities)}/{height}x{width}/{merge}/{'last' if block is None else block}"
            )
            expected[key] = features(model, inputs, block)
            manifest.append(
                {
                    "tensor": key,
                    "model": name,
                    "modalities": modalities,
                    "height": height,
                    "width": width,
                    "merge": merge,
                    "block": block,
                }
            )
            rms = float(np.sqrt(np.mean(np.square(expected[key], dtype=np.float64))))
            print(f"{key}  {list(expected[key].shape)}  RMS {rms:.4f}")
    save_file(expected, folder / "goldens.safetensors")
    versions = {package: version(package) for package in ("terratorch", "torch")}
    document = {"made_with": versions, "cases": manifest}
    (folder / "cases.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
