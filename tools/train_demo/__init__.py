"""Trains the demonstration of demo/ on synthetic scenes: see `__main__.py` for how to run it.

`scenes` makes what it learns from, `tokenizers`, `backbone` and `heads` learn, `training` is their loop,
`storing` writes files of the published layout, and `measure` judges them by the plugin's own command line.
"""

import sys
from pathlib import Path

# Where TerraTorch's classes in reduced sizes are put together, for the goldens as well.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "reference"))
