"""TerraTorch's token ids of a tile, to compare with those of Reconstruct (OUTPUT_TOKENS).

    .venv-ref/bin/python tests/reference/encode.py IDS.npy MODALITY TerraMind_Tokenizer_<MODALITY>.pt TILE.tif

TILE is in the modality's usual units (LULC: classes), its sides multiples of 16. IDS.npy gets int32 [y, x].
The script also tells how far the nearest latent is from the border between two levels: where that is less
than about 1e-5, an id may differ by rounding alone.
"""

import sys
from pathlib import Path

import numpy as np
import rasterio
import torch
from reference_model import register
from reference_tokenizer import LEVELS, tokenizer_of


def standardised(modality: str, tile: Path) -> torch.Tensor:
    """The tile as a batch of one, [1, channel, y, x]."""
    with rasterio.open(tile) as raster:
        values = torch.from_numpy(raster.read().astype(np.float32))[None]
    if modality == "LULC":
        return torch.nn.functional.one_hot(values[:, 0].long(), 10).permute(0, 3, 1, 2).float()
    key = {"S2L2A": "sen2l2a", "S1GRD": "sen1grd", "S1RTC": "sen1rtc", "DEM": "dem", "NDVI": "ndvi"}[modality]
    means, deviations = register.v1_pretraining_mean, register.v1_pretraining_std
    key = next(name for name in (f"tok_{key}@224", f"untok_{key}@224") if name in means)
    mean, deviation = (torch.tensor(table[key]).view(1, -1, 1, 1) for table in (means, deviations))
    return (values - mean) / deviation


@torch.no_grad()
def main() -> None:
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    ids, modality, checkpoint, tile = sys.argv[1:]
    state = torch.load(checkpoint, map_location="cpu", weights_only=True, mmap=True)
    model = tokenizer_of(modality, state).eval()
    image = standardised(modality, Path(tile))
    found = model.encode(image)[2]
    np.save(ids, found.numpy().astype(np.int32).reshape(image.shape[-2] // 16, image.shape[-1] // 16))
    tops = torch.tensor(LEVELS[modality]).view(1, -1, 1, 1) - 1
    levels = torch.sigmoid(model.quant_proj(model.encoder(model.prepare_input(image)))) * tops
    margin = (levels - levels.floor() - 0.5).abs().min().item()
    print(
        f"{len(found.unique())} different ids; the nearest latent is {margin:.1e} of a level from the border"
    )


if __name__ == "__main__":
    main()
