"""Weights in the layout of the published files, in little space."""

import tempfile
from pathlib import Path

import torch
from fine_tuned import deflated


def half(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Weights as bfloat16; equal tensors become one, which `torch.save` then stores once.

    Positions stay as they are: they are sines and cosines that everybody computes alike.
    """
    known: dict[tuple, list[torch.Tensor]] = {}
    kept = {}
    for name, tensor in state.items():
        if tensor.is_floating_point() and "pos_emb" not in name:
            tensor = tensor.detach().to(torch.bfloat16)
        tensor = tensor.contiguous().clone()
        alike = known.setdefault((tensor.dtype, *tensor.shape), [])
        same = next((other for other in alike if torch.equal(other, tensor)), None)
        if same is None:
            alike.append(tensor)
        kept[name] = tensor if same is None else same
    return kept


def save(content: object, path: Path) -> None:
    """Like `torch.save`, with deflated records."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / path.name
        torch.save(content, plain)
        path.write_bytes(deflated(plain))
    print(f"{path}: {path.stat().st_size:,} bytes", flush=True)
