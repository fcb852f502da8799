"""Makes full-size random checkpoints and TerraTorch's features of real tiles, to compare with ours.

    .venv-ref/bin/python tests/reference/full_size.py FOLDER TILES [PART ...]

TILES holds one folder of GeoTIFFs per modality (S2L2A, S1RTC, DEM) with equal file names for equal places.
PART is tiny, base or tokenizers; without one, tiny and base are made (base takes 1.5 GB on disk and more than
that in memory).

For tiny and base, FOLDER gets `TerraMind_v1_<size>.pt` in the published layout and, for every tile,
`<size>_<modalities>_<tile>.npy` with the features [y, x, width] of the last block, merged by their mean.
`compare.py` compares a raster of features with such a file.

For tokenizers it gets the six `TerraMind_Tokenizer_<modality>.pt`, 1.2 GB each (LULC: 0.7 GB). `whole_run.py`
generates with them.
"""

import sys
from pathlib import Path

import numpy as np
import rasterio
import torch
from reference_model import (
    CHANNELS,
    MEANS,
    STDS,
    Architecture,
    backbone,
    encoder_decoder,
    features,
    randomise,
)
from reference_tokenizer import LEVELS, tokenizer
from reference_tokenizer import randomise as randomise_tokenizer
from varied_tokens import centre, look_around
from whole_run import raster

SIZES = {
    "tiny": Architecture(dim=192, encoder_depth=12, decoder_depth=4, gated=False),
    "base": Architecture(dim=768, encoder_depth=12, decoder_depth=12, gated=True),
}
INPUTS = [["S2L2A"], ["S2L2A", "S1RTC", "DEM"]]
# What the decoder's means are taken over: inputs, and outputs in their order; every output once.
GENERATIONS = [
    (["S2L2A"], ["LULC", "DEM"]),
    (["S2L2A", "S1RTC"], ["NDVI", "S1GRD"]),
    (["DEM"], ["S2L2A", "S1RTC"]),
]


def make_checkpoint(size: str, folder: Path, scene: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Writes the checkpoint. The published files have tables for coordinates but none for captions."""
    model = encoder_decoder(SIZES[size], raw=list(CHANNELS), sequences=["coords"], small_tables=False)
    randomise(model, seed=len(size))
    look_around(model)
    state = model.state_dict()
    centre(state, scene, GENERATIONS)
    save(state, folder / f"TerraMind_v1_{size}.pt")
    return state


def make_tokenizer(modality: str, folder: Path) -> None:
    model = tokenizer(modality)
    randomise_tokenizer(model, list(LEVELS).index(modality))
    save(model.state_dict(), folder / f"TerraMind_Tokenizer_{modality}.pt")


def make_tokenizers(folder: Path) -> None:
    for modality in LEVELS:
        make_tokenizer(modality, folder)


def save(state: dict[str, torch.Tensor], path: Path) -> None:
    torch.save(state, path)
    print(f"{path}: {path.stat().st_size:,} bytes")


def standardised(modality: str, path: Path) -> torch.Tensor:
    """A tile as the model wants it: [1, channel, y, x], minus the mean, over the standard deviation."""
    with rasterio.open(path) as dataset:
        values = torch.from_numpy(dataset.read().astype(np.float32))
    mean, std = (torch.tensor(table[modality]).reshape(-1, 1, 1) for table in (MEANS, STDS))
    return ((values - mean) / std).unsqueeze(0)


def main() -> None:
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    folder, tiles = Path(sys.argv[1]), Path(sys.argv[2])
    names = sorted(path.name for path in (tiles / "S2L2A").glob("*.tif"))
    if not names:
        sys.exit(f"no GeoTIFF in {tiles / 'S2L2A'}")
    folder.mkdir(parents=True, exist_ok=True)
    parts = sys.argv[3:] or list(SIZES)
    if "tokenizers" in parts:
        make_tokenizers(folder)
    scene = {name: raster(tiles / name / names[0], None) for name in ("S2L2A", "S1RTC", "DEM")}
    for size in (part for part in parts if part != "tokenizers"):
        state = make_checkpoint(size, folder, scene)
        for modalities in INPUTS:
            model = backbone(SIZES[size], state, modalities, "mean")
            for name in names:
                inputs = {
                    modality: standardised(modality, tiles / modality / name) for modality in modalities
                }
                path = folder / f"{size}_{'+'.join(modalities)}_{Path(name).stem}.npy"
                np.save(path, features(model, inputs, None)[0])
                print(path)


if __name__ == "__main__":
    main()
