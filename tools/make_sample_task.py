"""Makes sample/water_tim.ckpt: a reduced TerraMind that thinks in land cover, fitted to the sample's water.
And the truth that its maps can be compared with: sample/water_truth.tif and sample/water_truth.geojson.

    .venv-ref/bin/python tools/make_sample_task.py [FOLDER] [--truth-only]

FOLDER defaults to the project's sample/; it has the scene and the checkpoint of tools/make_sample.py, and
`water_tim.yaml`, the configuration. Seeded; a few minutes on two cores. What the model says of water is
compared with the scene's own map of it, tile by tile, with TerraTorch.

Everything begins with the weights of `TerraMind_v1_demo.pt`. As always in TerraTorch, what imagines keeps
them, and so do the patch projections, which the encoder shares with it: the tokenizers of the sample decode
its tokens. The blocks of the encoder, the neck, the decoder and the head are fitted.
"""

import json
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from unittest import mock

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT / "tests" / "reference"), str(PROJECT / "tools")]

import lightning  # noqa: E402
import make_sample  # noqa: E402
import numpy as np  # noqa: E402
import rasterio  # noqa: E402
import rasterio.features  # noqa: E402
import rasterio.warp  # noqa: E402
import torch  # noqa: E402
import yaml  # noqa: E402
from fine_tuned import deflated, fit, imagining, inference  # noqa: E402
from reference_model import architecture_of, register  # noqa: E402
from terratorch.tasks.tiled_inference import tiled_inference  # noqa: E402
from whole_run import raster  # noqa: E402

NAME = "water_tim"
MODALITIES = ("S2L2A", "S1GRD")
TILE_PX, STRIDE_PX = 224, 192
STEPS, BATCH = 240, 4
WATER = make_sample.NAMES.index("water")
# Fitted weights keep so many bits of their mantissas: what is rounded off would not compress.
MANTISSA_BITS = 9
# The scene's missing values and labels.
NODATA = {"S2L2A": 0, "S1GRD": -9999}
NO_LABEL = -1
# The truth's own marker of no label, and the corners (column, row) of the part that has polygons: the lake's.
TRUTH_NODATA = 255
DRAWN_PX = (300, 230, 450, 370)

arguments = [argument for argument in sys.argv[1:] if argument != "--truth-only"]
folder = Path(arguments[0]) if arguments else PROJECT / "sample"


def configuration() -> dict:
    return yaml.safe_load((folder / f"{NAME}.yaml").read_text())


@cache
def demo() -> dict[str, torch.Tensor]:
    return torch.load(folder / "TerraMind_v1_demo.pt", map_location="cpu", weights_only=True)


def build_reduced(build):
    """`terramind_v1_tiny_tim` in the sizes of the sample's checkpoint and with its weights."""

    def reduced(**options):
        architecture = architecture_of(demo())
        sizes = architecture.blocks() | {"decoder_depth": architecture.decoder_depth}
        model = build(**(options | sizes | {"tokenizer_dict": None}))
        state = register.checkpoint_filter_fn_tim(demo(), model)
        model.load_state_dict(state, strict=True)
        return model

    return reduced


@cache
def land_cover() -> np.ndarray:
    """The land is what the script of the sample begins with: numbers of its covers, [y, x]."""
    return make_sample.Scene(np.random.Generator(np.random.PCG64(33))).cover


def write_truth() -> None:
    """The scene's own water: of all that both layers see as a raster, around the lake as polygons."""
    water = (land_cover() == WATER).astype(np.uint8)
    with rasterio.open(folder / "S2L2A.tif") as layer:
        seen = (layer.read() != NODATA["S2L2A"]).all(0)
        profile = {"crs": layer.crs, "transform": layer.transform}
    height, width = water.shape
    profile |= {"driver": "GTiff", "dtype": "uint8", "count": 1, "width": width, "height": height}
    profile |= {"nodata": TRUTH_NODATA, "compress": "deflate"}
    with rasterio.open(folder / "water_truth.tif", "w", **profile) as truth:
        truth.write(np.where(seen, water, TRUTH_NODATA).astype(np.uint8), 1)
        truth.set_band_description(1, "0 land, 1 water")
    (folder / "water_truth.geojson").write_text(json.dumps(polygons(water, profile)) + "\n")


def polygons(water: np.ndarray, profile: dict) -> dict:
    """Land, then the water that lies on it, as GeoJSON: later polygons count."""
    left, top, right, bottom = DRAWN_PX
    here = profile["transform"] * rasterio.Affine.translation(left, top)
    corners = [(0, 0), (0, bottom - top), (right - left, bottom - top), (right - left, 0), (0, 0)]
    land = {"type": "Polygon", "coordinates": [[here * corner for corner in corners]]}
    inside = water[top:bottom, left:right]
    shapes = rasterio.features.shapes(inside, mask=inside == 1, transform=here)
    features = []
    for cover, shape in [("Land", land), *(("Water", shape) for shape, _ in shapes)]:
        # Seven decimals of a degree are a centimetre.
        geometry = rasterio.warp.transform_geom(profile["crs"], "EPSG:4326", shape, precision=7)
        features.append({"type": "Feature", "properties": {"cover": cover}, "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}


@cache
def scene() -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """The standardised images, [channel, y, x], 0 where there is none; and the classes, [y, x]."""
    settings = configuration()["data"]["init_args"]
    images, seen = {}, True
    for name in MODALITIES:
        values = raster(folder / f"{name}.tif", None)[0]
        mean, std = (torch.tensor(settings[key][name]).view(-1, 1, 1) for key in ("means", "stds"))
        there = values != NODATA[name]
        images[name] = torch.where(there, (values - mean) / std, torch.tensor(0.0))
        seen = seen & there.all(0)
    classes = torch.from_numpy(land_cover() == WATER).long()
    return images, torch.where(seen, classes, torch.tensor(NO_LABEL))


class Crops(torch.utils.data.Dataset):
    """Squares of the scene, turned and mirrored by chance."""

    def __len__(self) -> int:
        return STEPS * BATCH

    def __getitem__(self, index: int) -> dict:
        random = np.random.Generator(np.random.PCG64([12, index]))
        images, classes = scene()
        row, column = (int(random.integers(0, side - TILE_PX + 1)) for side in classes.shape)
        turns, mirrored = int(random.integers(4)), bool(random.integers(2))

        def crop(values: torch.Tensor) -> torch.Tensor:
            values = values[..., row : row + TILE_PX, column : column + TILE_PX].rot90(turns, (-2, -1))
            return (values.flip(-1) if mirrored else values).contiguous()

        return {
            "image": {name: crop(image) for name, image in images.items()},
            "mask": crop(classes),
            "filename": str(index),
        }


class SceneData(lightning.LightningDataModule):
    """Stands in for the data module of the configuration."""

    def train_dataloader(self) -> torch.utils.data.DataLoader:
        return torch.utils.data.DataLoader(Crops(), batch_size=BATCH)


def fitted(temporary: Path) -> dict:
    """What Lightning saved, without states of training."""
    path = fit(
        configuration(),
        NAME,
        temporary,
        {"class_path": "__main__.SceneData"},
        max_steps=STEPS,
        callbacks=[],
        checkpointing={"save_weights_only": True},
        limit_val_batches=0,
    )
    return torch.load(path, map_location="cpu", weights_only=False)


def compact(state: dict[str, torch.Tensor]) -> None:
    """Stores what is still the sample's as it is stored there, once, and rounds what was fitted."""
    frozen = {}
    for tensor in demo().values():
        frozen.setdefault(tuple(tensor.shape), []).append(tensor)
    for name, tensor in state.items():
        same = [known for known in frozen.get(tuple(tensor.shape), []) if torch.equal(known, tensor)]
        if same:
            state[name] = same[0]
        elif tensor.is_floating_point():
            mantissa, exponent = np.frexp(tensor.numpy())
            rounded = np.ldexp(np.round(np.ldexp(mantissa, MANTISSA_BITS)), exponent - MANTISSA_BITS)
            state[name] = torch.from_numpy(rounded.astype(np.float32))


@torch.inference_mode()
def evaluate(checkpoint: Path, temporary: Path) -> None:
    """Compares TerraTorch's map of the scene with the truth."""
    images, classes = scene()
    task = inference(configuration(), checkpoint, temporary).model.eval()
    imagining(task).tim_temps = 0.0
    batch = {name: image[None] for name, image in images.items()}
    logits = tiled_inference(
        lambda tile, **_: task.model(tile).output,
        batch,
        crop=TILE_PX,
        stride=STRIDE_PX,
    )
    found, known = logits[0].argmax(0), classes != NO_LABEL
    water, truth = (found == 1)[known], (classes == 1)[known]
    either, both = (water | truth).sum().item(), (water & truth).sum().item()
    print(
        f"water is {truth.float().mean():.2%} of the scene, {water.float().mean():.2%} of the map: accuracy "
        f"{(water == truth).float().mean():.2%}, intersection over union {both / either:.3f}"
    )


def main() -> None:
    write_truth()
    if "--truth-only" in sys.argv:
        return
    torch.set_num_threads(2)
    started = time.monotonic()
    build = build_reduced(register.build_terrammind_tim)
    with (
        tempfile.TemporaryDirectory() as name,
        mock.patch.object(register, "build_terrammind_tim", build),
    ):
        temporary = Path(name)
        checkpoint = fitted(temporary)
        compact(checkpoint["state_dict"])
        target = folder / f"{NAME}.ckpt"
        torch.save(checkpoint, temporary / "compact.ckpt")
        target.write_bytes(deflated(temporary / "compact.ckpt"))
        print(f"{target}: {target.stat().st_size:,} bytes after {time.monotonic() - started:.0f} s")
        evaluate(target, temporary)


if __name__ == "__main__":
    main()
