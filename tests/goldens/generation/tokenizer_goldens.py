"""What TerraTorch's tokenizers make of rasters, and its LULC decoder of tokens."""

import numpy as np
import torch
from reduced_tokenizers import CHANNELS, choices
from reference_tokenizer import LEVELS

# modality, height, width, seed of the classes (LULC)
ENCODERS = [
    ("S2L2A", 224, 224, None),
    ("S1GRD", 224, 224, None),
    ("S1RTC", 256, 256, None),
    ("DEM", 224, 224, None),
    ("LULC", 224, 224, 11),
    ("NDVI", 192, 192, None),
    ("DEM", 160, 288, None),
    ("LULC", 160, 288, 12),
]
# height, width, seed of the ids
DECODERS = [(96, 160, 21), (64, 64, 25)]
# The places of `model::fixed_input`'s formula; LULC has classes instead.
PLACES = {"S2L2A": 0, "S1GRD": 3, "S1RTC": 4, "DEM": 5, "NDVI": 7}
# Ids must not hang on the last bits of a latent (in levels), nor classes on those of a logit.
SMALLEST_LATENT_MARGIN = 1e-4
SMALLEST_LOGIT_MARGIN = 5e-5


def standardised(modality: str, height: int, width: int) -> torch.Tensor:
    """`formula_input` of the features' goldens, for NDVI too."""
    index = np.arange(CHANNELS[modality] * height * width, dtype=np.uint64)
    start = np.uint64((PLACES[modality] + 1) * 40503)
    u = (index * np.uint64(2654435761) + start) % np.uint64(2**32)
    values = (u.astype(np.float64) / 2**32 * 4 - 2).astype(np.float32)
    return torch.from_numpy(values.reshape(1, CHANNELS[modality], height, width))


def make(tokenizers: dict) -> tuple[dict, dict]:
    encoders, decoders, tensors = [], [], {}
    for modality, height, width, seed in ENCODERS:
        model = tokenizers[modality]
        if seed is None:
            raster = standardised(modality, height, width)
        else:
            raster = choices(seed, (1, height, width), 10)
        codes, _, ids = model.encode(raster)
        latent = model.quant_proj(model.encoder(model.prepare_input(raster)))
        levels = torch.tensor(LEVELS[modality]).reshape(1, 5, 1, 1)
        scaled = torch.sigmoid(latent) * (levels - 1)
        margin = float((scaled - scaled.floor() - 0.5).abs().min())
        if margin < SMALLEST_LATENT_MARGIN:
            raise ValueError(f"{modality} {height}x{width}: a latent is {margin:.1e} from the next level")
        used = [int(scaled[:, i].round().unique().numel()) for i in range(5)]
        prefix = f"{modality}/encoder/{height}x{width}"
        print(f"{prefix}  {ids.unique().numel()} ids, levels used {used}, margin {margin:.1e}")
        case = {"modality": modality, "height": height, "width": width}
        case |= {} if seed is None else {"seed": seed}
        for part, tensor in (("ids", ids.to(torch.int32)), ("latent", latent), ("codes", codes)):
            case[part] = f"{prefix}/{part}"
            tensors[case[part]] = tensor.numpy()
        encoders.append(case)
    for height, width, seed in DECODERS:
        ids = choices(seed, (1, height // 16, width // 16), int(np.prod(LEVELS["LULC"])))
        logits = tokenizers["LULC"].decode_tokens(ids).numpy()
        name = f"LULC/decoder/{height}x{width}/logits"
        best = np.sort(logits, axis=1)
        margin = float((best[:, -1] - best[:, -2]).min())
        if margin < SMALLEST_LOGIT_MARGIN:
            raise ValueError(f"{name}: the best two logits of a pixel differ by {margin:.1e} only")
        print(f"{name}  RMS {logits.std():.3f}  margin {margin:.1e}")
        tensors[name] = logits
        decoders.append({"modality": "LULC", "height": height, "width": width, "seed": seed, "logits": name})
    return {"encoders": encoders, "decoders": decoders}, tensors
