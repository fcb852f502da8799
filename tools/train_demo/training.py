"""A loop of training that goes on where it was stopped."""

import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch


def rate_at(step: int, steps: int, highest: float) -> float:
    """A short rise, then half a cosine down to nothing."""
    warm = min(1.0, (step + 1) / 50)
    return highest * warm * 0.5 * (1 + math.cos(math.pi * step / steps))


def run(
    name: str,
    model: torch.nn.Module,
    loss_of: Callable[[int, np.random.Generator], torch.Tensor],
    steps: int,
    rate: float,
    folder: Path,
) -> None:
    """Fits what of `model` wants gradients, with AdamW; `loss_of` gets the step and its own random numbers.

    Leaves `name`.pt in the folder, and does nothing but load it where it is there already.
    """
    done, begun = folder / f"{name}.pt", folder / f"{name}.begun.pt"
    if done.exists():
        model.load_state_dict(torch.load(done))
        return
    wanted = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(wanted, betas=(0.9, 0.98), weight_decay=0.01)
    first = 0
    if begun.exists():
        kept = torch.load(begun)
        model.load_state_dict(kept["model"])
        optimiser.load_state_dict(kept["optimiser"])
        first = kept["step"]
    started, mean = time.monotonic(), None
    for step in range(first, steps):
        torch.manual_seed(step)
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, steps, rate)
        loss = loss_of(step, np.random.Generator(np.random.PCG64([*name.encode(), step])))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(wanted, 1.0)
        optimiser.step()
        mean = loss.item() if mean is None else 0.97 * mean + 0.03 * loss.item()
        if step % 50 == 49:
            each = (time.monotonic() - started) / (step + 1 - first)
            print(f"{name} {step + 1} of {steps}: loss {mean:.4f}, {each:.3f} s a step", flush=True)
        if step % 200 == 199:
            torch.save(
                {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step + 1}, begun
            )
    torch.save(model.state_dict(), done)
    begun.unlink(missing_ok=True)
