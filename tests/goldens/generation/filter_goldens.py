"""Probabilities after TerraTorch's temperature, top-k and top-p."""

from unittest import mock

import numpy as np
import torch
from reduced_tokenizers import spread
from terratorch.models.backbones.terramind.model.generate import GenerationSampler

LOGITS = {
    "random": 6 * spread(81, (4, 257)),
    "vocabulary": 4 * spread(82, (1, 4375)),
    # Whole numbers: many ties within a row, also at the border of top-k.
    "tied": np.floor(4 * spread(83, (4, 64))),
    "equal": np.zeros((2, 16), dtype=np.float32),
    "extreme": 1e4 * spread(84, (4, 64)),
    "single": spread(85, (2, 1)),
}
# temperature, top_k, top_p
SETTINGS = [
    (1.0, 0, 0.8),  # TerraTorch's default
    (1.0, 0, 0.0),
    (1.0, 5, 0.0),
    (1.0, 1, 0.0),
    (1.0, 100000, 0.0),
    (1.0, 0, 0.5),
    (1.0, 0, 1e-6),
    (1.0, 0, 0.99),
    (1.0, 20, 0.8),
    (0.3, 0, 0.8),
    (3.0, 7, 0.85),
    (1e-3, 0, 0.0),
    (1e-9, 0, 0.8),
    (100.0, 0, 0.8),
    (0.0, 0, 0.8),
    (1e-11, 3, 0.8),
]
# How many tokens top-p keeps must not hang on the last bits of a sum.
SMALLEST_MARGIN = 2e-7


def margin_of(logits: np.ndarray, top_k: int, top_p: float) -> float:
    """How far the sums of probabilities stay from `top_p`, where they are not exact."""
    logits = logits.astype(np.float64)
    if top_k:
        border = np.sort(logits, axis=-1)[:, -min(top_k, logits.shape[1])]
        logits = np.where(logits < border[:, None], -np.inf, logits)
    probabilities = np.exp(np.sort(logits)[:, ::-1] - logits.max(-1, keepdims=True))
    sums = np.cumsum(probabilities / probabilities.sum(-1, keepdims=True), axis=-1)
    away = np.abs(sums - top_p)
    return float(away[(sums < 1) & (away > 0)].min(initial=1.0)) if top_p else 1.0


def make() -> tuple[dict, dict]:
    sampler = GenerationSampler(torch.nn.Identity())
    cases, tensors = [], {}
    for name, logits in LOGITS.items():
        tensors[f"{name}/logits"] = logits.astype(np.float32)
        for temperature, top_k, top_p in SETTINGS:
            margin = margin_of(tensors[f"{name}/logits"], top_k, top_p)
            # TerraTorch filters only where it does not take the largest logit.
            if temperature > 1e-10 and margin < SMALLEST_MARGIN:
                raise ValueError(f"{name}, top-p {top_p}: a sum is only {margin:.1e} away")
            drawn_from = []

            def draw(probabilities, _count, drawn_from=drawn_from):
                drawn_from.append(probabilities.clone())
                return torch.zeros(len(probabilities), 1, dtype=torch.long)

            # TerraTorch's filter writes into its argument.
            given = torch.from_numpy(tensors[f"{name}/logits"].copy())
            with mock.patch("torch.multinomial", draw):
                samples, _ = sampler.sample_tokens(given, temperature, top_k, top_p)
            if drawn_from:
                probabilities = drawn_from[0]
            else:
                probabilities = torch.nn.functional.one_hot(samples, logits.shape[1]).float()
            key = f"{name}/t{temperature:g}-k{top_k}-p{top_p:g}"
            tensors[key] = probabilities.numpy()
            cases.append(
                {
                    "logits": f"{name}/logits",
                    "temperature": temperature,
                    "top_k": top_k,
                    "top_p": top_p,
                    "probabilities": key,
                }
            )
            print(f"{key}  keeps {(probabilities > 0).sum(-1).tolist()}")
    return {"filters": cases}, tensors
