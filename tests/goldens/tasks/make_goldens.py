"""Makes the goldens of fine-tuned models: what TerraTorch's own factory builds, with random weights.

    .venv-ref/bin/python tests/goldens/tasks/make_goldens.py [FOLDER]

FOLDER defaults to the folder of this script. README.md says what the files hold.
"""

import json
import random
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
# Ids must not hang on the last bits of a logit.
SMALLEST_MARGIN = 1e-4
PATCHES_KEPT = 2


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


def key_of(modality: str) -> str:
    return f"tok_{modality.lower().replace('s2', 'sen2').replace('s1', 'sen1')}@224"


def build(case: Case) -> torch.nn.Module:
    options = case.backbone | {"modalities": case.modalities()}
    name = "reduced_terramind"
    if case.bands():
        options["bands"] = case.bands()
    if case.tim:
        name = "reduced_terramind_tim"
        options |= {"tim_modalities": case.tim, "tim_temps": 0.0}
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


def recipe(model: torch.nn.Module, case: Case) -> list[list]:
    """Name, shape, seed, offset and scale of every tensor that the prediction needs."""
    rows, first_names = [], {}
    for name, tensor in model.state_dict().items():
        # TiM shares tensors between its two models, and between the sides of the second one.
        first_name = first_names.setdefault((tensor.data_ptr(), tensor.shape), name)
        if name.endswith("num_batches_tracked") or (".sampler." in name and not case.imagines):
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
        rows.append([name, list(tensor.shape), zlib.crc32(first_name.encode()) % 2**20, offset, scale])
    return rows


def parts(rows: list[list]) -> list[str]:
    """The rows of each part of a model, as text: many models share some."""
    by_part = {}
    for row in rows:
        by_part.setdefault(row[0].split(".")[0], []).append(json.dumps(row))
    return ["[\n   " + ",\n   ".join(lines) + "\n  ]" for lines in by_part.values()]


def images_of(case: Case, height: int, width: int) -> dict[str, torch.Tensor]:
    images = {}
    for place, (name, channels) in enumerate(case.channels().items()):
        image = noise(500 + place, (case.dates or 1, channels, height, width))
        images[name] = image.permute(1, 0, 2, 3)[None] if case.dates else image
    return images


def ids_of(case: Case, height: int, width: int) -> dict[str, dict]:
    patches = -(-height // 32) * -(-width // 32) * 4
    ids = {}
    for place, name in enumerate(case.tim):
        shape = (case.dates or 1, patches)
        ids[key_of(name)] = {"tensor": choices(600 + place, shape, MODALITY_INFO[key_of(name)]["vocab_size"])}
    return ids


def predict(model: torch.nn.Module, case: Case, height: int, width: int) -> tuple[np.ndarray, dict]:
    """The prediction, and the logits of what was imagined for it."""
    images = images_of(case, height, width)
    if not case.tim:
        return model(images).output.numpy(), {}

    encoder = model.encoder.encoder if case.dates else model.encoder
    if not case.imagines:
        ids = ids_of(case, height, width)
        with mock.patch.object(encoder.sampler, "generate", lambda *_, **__: ids):
            return model(images).output.numpy(), {}

    step = encoder.sampler.forward_enc_dec_roar_batched
    logits = {}

    def recording(mod_dict, target, num_select, seed=None):
        shuffled, positions = step(mod_dict, target, num_select, seed=seed)
        # TerraTorch decodes the patches in random order.
        index = positions[..., None].expand_as(shuffled)
        logits[target] = torch.empty_like(shuffled).scatter_(1, index, shuffled)
        return shuffled, positions

    random.seed(0)
    with mock.patch.object(encoder.sampler, "forward_enc_dec_roar_batched", recording):
        output = model(images).output.numpy()
    for target, values in logits.items():
        best = values.topk(2).values
        margin = float((best[..., 0] - best[..., 1]).min() / values.std())
        if margin < SMALLEST_MARGIN:
            raise ValueError(f"{case.name} {target}: the best two logits differ by {margin:.1e} only")
    return output, {name: logits[key_of(name)].numpy() for name in case.tim}


def main() -> None:
    torch.set_num_threads(1)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    folder.mkdir(parents=True, exist_ok=True)
    lines, tensors, stored = [], {}, {}
    for case in CASES:
        model = build(case)
        rows = recipe(model, case)
        fill(model, rows)
        sizes = []
        for height, width in case.sizes:
            with torch.inference_mode():
                values, imagined = predict(model, case, height, width)
            # A prediction that the images hardly reach would compare nothing.
            spread = float(values.std(axis=(-2, -1)).min() if values.ndim > 2 else values.std())
            if not 1e-2 < spread < 1e3:
                raise ValueError(f"{case.name}: a standard deviation of {spread:.1e}")
            name = f"{case.name}/{height}x{width}"
            tensors[name] = values.astype(np.float32)
            size = {"height": height, "width": width, "output": name, "imagined": []}
            for modality, logits in imagined.items():
                # The others show in the prediction.
                tensors[f"{name}/{modality}"] = logits[:, :PATCHES_KEPT]
                size["imagined"].append(f"{name}/{modality}")
            sizes.append(size)
            print(f"{name}  {list(values.shape)}  standard deviation {spread:.3f}", flush=True)
        entry = {"name": case.name, "task": case.task(), "dates": case.dates or 1, "sizes": sizes}
        entry["weights"] = [stored.setdefault(part, len(stored)) for part in parts(rows)]
        lines.append("  " + json.dumps(entry))
    made_with = {name: version(name) for name in ("terratorch", "torch", "segmentation_models_pytorch")}
    text = (
        f'{{\n "made_with": {json.dumps(made_with)},\n "cases": [\n'
        + ",\n".join(lines)
        + '\n ],\n "weights": [\n  '
        + ",\n  ".join(stored)
        + "\n ]\n}\n"
    )
    (folder / "cases.json").write_text(text, encoding="utf-8")
    save_file(
        {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()},
        folder / "outputs.safetensors",
    )


if __name__ == "__main__":
    main()
