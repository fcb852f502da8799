"""Makes the goldens of fine-tuned models: what TerraTorch's own factory builds, with random weights.

    .venv-ref/bin/python tests/goldens/tasks/make_goldens.py [FOLDER]

FOLDER defaults to the folder of this script. README.md says what the files hold.
"""

import json
import sys
import zlib
from importlib.metadata import version
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "generation"), str(HERE.parents[1] / "reference")]

import numpy as np  # noqa: E402
import torch  # noqa: E402
from cases import CASES, Case  # noqa: E402
from reduced_tokenizers import choices, fill, noise  # noqa: E402
from reference_model import Architecture, register  # noqa: E402
from safetensors.numpy import save_file  # noqa: E402
from terratorch.models import EncoderDecoderFactory  # noqa: E402
from terratorch.models.backbones.terramind.model.modality_info import MODALITY_INFO  # noqa: E402
from terratorch.registry import TERRATORCH_BACKBONE_REGISTRY  # noqa: E402

REDUCED = {
    gated: Architecture(dim=64, encoder_depth=4, decoder_depth=1, gated=gated) for gated in (False, True)
}


@TERRATORCH_BACKBONE_REGISTRY.register
def reduced_terramind(gated: bool = False, **options):
    """`terramind_v1_tiny` (`terramind_v1_base` if gated), narrower."""
    return register.build_terrammind_vit(
        pretrained_bands=register.PRETRAINED_BANDS, **REDUCED[gated].blocks(), **options
    )


@TERRATORCH_BACKBONE_REGISTRY.register
def reduced_terramind_tim(**options):
    """`terramind_v1_tiny_tim`, narrower."""
    return register.build_terrammind_tim(decoder_depth=1, **REDUCED[False].blocks(), **options)


def build(case: Case) -> torch.nn.Module:
    options = case.backbone | {"modalities": case.modalities()}
    name = "reduced_terramind"
    if case.bands():
        options["bands"] = case.bands()
    if case.tim:
        name = "reduced_terramind_tim"
        options["tim_modalities"] = case.tim
    decoder = {key: value for key, value in case.decoder.items() if key != "name"} | case.decoder_extra
    if case.decoder["name"] == "LinearDecoder":
        # TerraTorch takes this one for a decoder without a head, and adds one.
        decoder["num_classes"] = 4
    outputs = {"num_outputs" if case.kind == "regression" else "num_classes": case.outputs}
    model = EncoderDecoderFactory().build_model(
        task=case.kind,
        backbone=name,
        decoder=case.decoder["name"],
        necks=[dict(neck) for neck in case.necks],
        **{f"backbone_{key}": value for key, value in options.items()},
        **{f"decoder_{key}": value for key, value in decoder.items()},
        **{f"head_{key}": value for key, value in case.head.items()},
        **outputs,
    )
    return model.eval()


def recipe(model: torch.nn.Module, first: int) -> list[list]:
    """Name, shape, seed, offset and scale of every tensor that the prediction needs."""
    rows = []
    for position, (name, tensor) in enumerate(model.state_dict().items()):
        if name.endswith("num_batches_tracked") or ".sampler." in name:
            continue
        if name.endswith("running_var"):
            offset, scale = 1.0, 0.5
        elif tensor.ndim == 1:
            offset, scale = (1.0, 0.5) if name.endswith("weight") else (0.0, 0.25)
        elif name.endswith("pos_emb"):
            offset, scale = 0.0, 1.0
        else:
            # Keeps the variance of what comes in, to the next power of two; activations halve it on the way.
            gain = 2 if name.startswith(("decoder", "neck")) else 1
            offset, scale = 0.0, 2.0 ** round(np.log2(np.sqrt(3 * gain / tensor[0].numel())))
        rows.append([name, list(tensor.shape), first + position, offset, scale])
    return rows


def predict(model: torch.nn.Module, case: Case, height: int, width: int) -> np.ndarray:
    dates = case.dates or 1
    images = {}
    for place, (name, channels) in enumerate(case.channels().items()):
        image = noise(500 + place, (dates, channels, height, width))
        images[name] = image.permute(1, 0, 2, 3)[None] if case.dates else image
    if not case.tim:
        return model(images).output.numpy()

    padded = [-(-side // 32) * 32 for side in (height, width)]
    ids = {}
    for place, name in enumerate(case.tim):
        key = f"tok_{name.lower().replace('s2', 'sen2').replace('s1', 'sen1')}@224"
        shape = (dates, padded[0] * padded[1] // 256)
        ids[key] = {"tensor": choices(600 + place, shape, MODALITY_INFO[key]["vocab_size"])}
    encoder = model.encoder.encoder if case.dates else model.encoder
    # What is imagined is compared elsewhere (generation); here it is given.
    with mock.patch.object(encoder.sampler, "generate", lambda *_, **__: ids):
        return model(images).output.numpy()


def main() -> None:
    torch.set_num_threads(1)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    folder.mkdir(parents=True, exist_ok=True)
    lines, tensors = [], {}
    for case in CASES:
        model = build(case)
        rows = recipe(model, first=zlib.crc32(case.name.encode()) % 2**20)
        fill(model, rows)
        sizes = []
        for height, width in case.sizes:
            with torch.inference_mode():
                values = predict(model, case, height, width)
            # A prediction that the images hardly reach would compare nothing.
            spread = float(values.std(axis=(-2, -1)).min() if values.ndim > 2 else values.std())
            if not 1e-2 < spread < 1e3:
                raise ValueError(f"{case.name}: a standard deviation of {spread:.1e}")
            name = f"{case.name}/{height}x{width}"
            tensors[name] = values.astype(np.float32)
            sizes.append({"height": height, "width": width, "output": name})
            print(f"{name}  {list(values.shape)}  standard deviation {spread:.3f}", flush=True)
        entry = {"name": case.name, "task": case.task(), "dates": case.dates or 1, "sizes": sizes}
        head = json.dumps(entry)[:-1]
        listed = ",\n   ".join(json.dumps(row) for row in rows)
        lines.append(f'  {head},\n   "tensors": [\n   {listed}\n  ]}}')
    made_with = {name: version(name) for name in ("terratorch", "torch", "segmentation_models_pytorch")}
    text = f'{{\n "made_with": {json.dumps(made_with)},\n "cases": [\n' + ",\n".join(lines) + "\n ]\n}\n"
    (folder / "cases.json").write_text(text, encoding="utf-8")
    save_file({name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}, folder / "outputs.safetensors")


if __name__ == "__main__":
    main()
