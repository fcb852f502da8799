"""Compares the graphs of this crate, saved as `.onnx`, with the goldens, without any of our runtime code.

    cargo build --release -p model --examples
    python native/model/tests/onnx_parity.py tests/goldens target/release/examples

Needs numpy, safetensors, onnx and onnxruntime. Checks that ONNX accepts every graph, that the shapes in it
are those that ONNX infers, and that the features agree with TerraTorch's, as nearly as their form has them.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file

# Relative root mean square and largest absolute difference, of each form of the graphs.
# What is rounded must also differ.
MAXIMUM = {"fp32": (1e-5, 1e-4), "fp16": (2e-3, 2e-2), "int8": (2e-2, 2e-1)}
ROUNDED_MINIMUM_RMS = 1e-5
CHANNELS = {"S2L2A": 12, "S2L1C": 13, "RGB": 3, "S1GRD": 2, "S1RTC": 2, "DEM": 1}


def formula_input(modality: str, height: int, width: int) -> np.ndarray:
    """The same as `model::fixed_input`."""
    index = np.arange(CHANNELS[modality] * height * width, dtype=np.uint64)
    start = np.uint64((list(CHANNELS).index(modality) + 1) * 40503)
    scrambled = (index * np.uint64(2654435761) + start) % np.uint64(2**32)
    values = scrambled.astype(np.float64) / 2**32 * 4 - 2
    return values.astype(np.float32).reshape(1, -1, height, width)


def run(path: Path, inputs: dict[str, np.ndarray]) -> np.ndarray:
    """The features that a saved encoder computes, after ONNX's own checks of the file."""
    onnx.checker.check_model(str(path), full_check=True)
    onnx.shape_inference.infer_shapes(
        onnx.load(path, load_external_data=False), strict_mode=True, data_prop=True
    )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return session.run(["features"], inputs)[0]


def agrees(form: str, found: np.ndarray, known: np.ndarray, name: str) -> bool:
    """Whether features are TerraTorch's, as nearly as their form has them; tells how nearly."""
    if found.shape != known.shape:
        print(f"FAILED  {name} in {form}: shape {found.shape} instead of {known.shape}")
        return False
    difference = found.astype(np.float64) - known
    relative = np.sqrt(np.mean(difference**2) / np.mean(known.astype(np.float64) ** 2))
    absolute = np.abs(difference).max()
    maximum_relative, maximum_absolute = MAXIMUM[form]
    passed = relative <= maximum_relative and absolute <= maximum_absolute
    passed = passed and (form == "fp32" or relative >= ROUNDED_MINIMUM_RMS)
    print(f"{'ok' if passed else 'FAILED':6}  {relative:.2e}  {absolute:.2e}  {form}  {name}")
    return bool(passed)


def main() -> int:
    goldens, examples = Path(sys.argv[1]), Path(sys.argv[2])
    cases = json.loads((goldens / "cases.json").read_text(encoding="utf-8"))["cases"]
    expected = load_file(goldens / "goldens.safetensors")
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        packs = {}
        for case in cases:
            model = case["model"]
            if model not in packs:
                packs[model] = Path(folder) / model
                subprocess.run(
                    [examples / "import_pack", goldens / f"{model}.pt", packs[model]],
                    check=True,
                    stdout=subprocess.DEVNULL,
                )
            path = Path(folder) / "encoder.onnx"
            size = f"{case['height']}x{case['width']}"
            block = "last" if case["block"] is None else str(case["block"])
            arguments = ["+".join(case["modalities"]), size, case["merge"], block, "2"]
            # The golden is the second of two tiles, so that samples which influence each other show.
            tiles = {m: formula_input(m, case["height"], case["width"]) for m in case["modalities"]}
            inputs = {m: np.concatenate([-tile[..., ::-1], tile]) for m, tile in tiles.items()}
            known = expected[case["tensor"]]
            for form in MAXIMUM:
                subprocess.run([examples / "save_onnx", packs[model], path, *arguments, form], check=True)
                failures += not agrees(form, run(path, inputs)[1:], known, case["tensor"])
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
