"""Random tensors that take little space in a file: overlapping views of a few vectors.

`torch.save` keeps strides, and stores each vector once. Whoever loads the file gets tensors of the full size.
"""

from dataclasses import dataclass

import numpy as np
import torch


@dataclass(frozen=True)
class Layout:
    """How tensors lie on their vector."""

    # Larger tensors overlap with themselves: the longer of their sides runs along the vector, and every step
    # along the other begins `step` numbers further on.
    largest_plain: int = 2**15
    step: int = 257
    # From the beginning of a tensor to that of the next one.
    distance: int = 131


def views_of_vectors(
    state: dict[str, torch.Tensor],
    recipes: dict[str, tuple[float, float]],
    random: np.random.Generator,
    dtype: torch.dtype,
    layout: Layout = Layout(),
) -> dict[str, torch.Tensor]:
    """Random tensors of the shapes in `state`, all of one recipe views of one vector.

    A recipe is the middle of the values, and how far they go from it.
    """
    tensors = {}
    for shared in sorted(set(recipes.values())):
        views, length = {}, 0
        for number, name in enumerate(name for name in recipes if recipes[name] == shared):
            shape = state[name].shape
            if shape.numel() <= layout.largest_plain:
                strides = torch.empty(shape, device="meta").stride()
            elif shape[0] > shape[1:].numel():
                strides = (1, layout.step)
            else:
                strides = (layout.step, *torch.empty(shape, device="meta").stride()[1:])
            start = layout.distance * number
            views[name] = (shape, strides, start)
            reach = sum((side - 1) * stride for side, stride in zip(shape, strides, strict=True))
            length = max(length, start + reach + 1)
        middle, distance = shared
        # 64 levels compress well in version control.
        levels = (2 * random.integers(0, 64, size=length) - 63) / 64
        vector = torch.from_numpy(middle + distance * levels).to(dtype)
        tensors |= {name: vector.as_strided(*view) for name, view in views.items()}
    return tensors
