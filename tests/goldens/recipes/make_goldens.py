"""Makes the goldens of recipes: what TerraTorch predicts from a checkpoint, a configuration and GeoTIFFs.

    .venv-ref/bin/python tests/goldens/recipes/make_goldens.py [FOLDER]

FOLDER defaults to the folder of this script. README.md says what the files hold.
"""

import importlib.util
import json
import random
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "reference")]

import numpy as np  # noqa: E402
import torch  # noqa: E402
import yaml  # noqa: E402
from fine_tuned import imagining, inference  # noqa: E402
from safetensors.numpy import save_file  # noqa: E402
from scenes import RECIPES, Raster, Recipe, write  # noqa: E402

FIXTURES = HERE.parents[2] / "native" / "checkpoint" / "tests" / "fixtures" / "tasks"
# Ids must not hang on the last bits of a logit.
SMALLEST_MARGIN = 1e-4
# What the data module of the crops wants beside images: the crops' kinds, which predictions do not use.
CROPS = "MultiTemporalCropClassificationDataModule"


def reduce_backbones() -> None:
    """The registered backbones as narrow as the fixtures are."""
    spec = importlib.util.spec_from_file_location("fixtures", FIXTURES / "make.py")
    fixtures = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fixtures)
    fixtures.reduce_backbones()


def place(recipe: Recipe, tile: tuple[int, int], module: object, folder: Path) -> None:
    """Writes a tile's files where the data module looks for them."""
    roots = {}
    for raster in recipe.rasters:
        root = folder / raster.modality
        root.mkdir(parents=True)
        write(root / f"scene{raster.suffix}", tile_of(raster, recipe, tile))
        roots[raster.modality] = str(root)
    if type(module).__name__ == CROPS:
        (raster,) = recipe.rasters
        chips = folder / "validation_chips"
        chips.mkdir()
        write(chips / "scene_merged.tif", tile_of(raster, recipe, tile))
        write(chips / "scene.mask.tif", np.zeros((1, recipe.tile_px, recipe.tile_px), np.uint8))
        (folder / "validation_data.txt").write_text("scene\n")
        module.data_root = folder
    elif hasattr(module, "modalities"):
        module.predict_root = roots
    else:
        (module.predict_root,) = roots.values()
        if type(module).__name__ == "GenericNonGeoClassificationDataModule":
            # Its images lie in a folder for each class.
            scene = Path(module.predict_root) / "scene.tif"
            (scene.parent / "class").mkdir()
            scene.rename(scene.parent / "class" / scene.name)


def tile_of(raster: Raster, recipe: Recipe, tile: tuple[int, int]) -> np.ndarray:
    row, column = tile
    values = raster.values(recipe.height, recipe.width)
    return values[:, row : row + recipe.tile_px, column : column + recipe.tile_px]


class Watch:
    """Keeps what a model is given and predicts, and what it imagines."""

    def __init__(self, task: torch.nn.Module) -> None:
        self.inputs, self.output, self.ids = None, None, {}
        self.model = task.model
        self.model.register_forward_pre_hook(self.before)
        self.model.register_forward_hook(self.after)
        encoder = imagining(self.model)
        if encoder is not None:
            encoder.tim_temps = 0.0
            sampler = encoder.sampler
            sampler.forward_enc_dec_roar_batched = self.watched(sampler.forward_enc_dec_roar_batched)

    def before(self, _model: object, arguments: tuple) -> None:
        if self.model.training:
            raise RuntimeError("the model is in training")
        images = arguments[0]
        images = images if isinstance(images, dict) else {"": images}
        self.inputs = {name: image.clone() for name, image in images.items()}

    def after(self, _model: object, _arguments: tuple, output: object) -> None:
        self.output = output.output.numpy().astype(np.float32)

    def watched(self, step):
        def recording(mod_dict, target, num_select, seed=None):
            shuffled, positions = step(mod_dict, target, num_select, seed=seed)
            best = shuffled.topk(2).values
            margin = float((best[..., 0] - best[..., 1]).min() / shuffled.std())
            if margin < SMALLEST_MARGIN:
                raise ValueError(f"{target}: the best two logits differ by {margin:.1e} only")
            # TerraTorch decodes the patches in random order.
            ids = torch.empty_like(positions).scatter_(1, positions, shuffled.argmax(-1))
            self.ids[target] = ids.numpy().astype(np.int32)
            return shuffled, positions

        return recording


def predict(recipe: Recipe) -> tuple[dict[str, np.ndarray], list[dict]]:
    tensors, tiles = {}, []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        config = yaml.safe_load((FIXTURES / f"{recipe.name}.yaml").read_text())
        loaded = inference(config, FIXTURES / f"{recipe.name}.ckpt", folder)
        watch = Watch(loaded.model)
        for row, column in recipe.tiles:
            place(recipe, (row, column), loaded.datamodule, folder / f"{row}_{column}")
            random.seed(0)
            loaded.trainer.predict(loaded.model, datamodule=loaded.datamodule)
            name = f"{recipe.name}/{row},{column}"
            spread = float(watch.output.std())
            # A prediction that the images hardly reach would compare nothing.
            if not 1e-2 < spread < 1e3:
                raise ValueError(f"{name}: a standard deviation of {spread:.1e}")
            tensors[name] = watch.output[0]
            tile = {"row": row, "column": column, "output": name, "imagined": []}
            for target, ids in watch.ids.items():
                tensors[f"{name}/{target}"] = ids[0]
                tile["imagined"].append(f"{name}/{target}")
            tiles.append(tile)
            report(name, watch)
    return tensors, tiles


def report(name: str, watch: Watch) -> None:
    output = watch.output[0]
    inputs = {
        key: (list(image.shape), f"{image.mean():.2f} ± {image.std():.2f}")
        for key, image in watch.inputs.items()
    }
    print(f"{name}  {list(output.shape)}  deviation {output.std():.3f}  inputs {inputs}")
    if output.ndim == 3 and len(output) > 1:
        best = np.sort(output, axis=0)
        print(
            f"  shares of classes {np.round(np.bincount(output.argmax(0).ravel()) / output[0].size, 3)}, "
            f"smallest lead {(best[-1] - best[-2]).min():.1e}"
        )
    for target, ids in watch.ids.items():
        print(f"  {target}: {len(np.unique(ids))} different ids of {ids.size}")


def main() -> None:
    torch.set_num_threads(1)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    folder.mkdir(parents=True, exist_ok=True)
    reduce_backbones()
    lines, tensors = [], {}
    for recipe in RECIPES:
        outputs, tiles = predict(recipe)
        tensors |= outputs
        entry = {
            "name": recipe.name,
            "height": recipe.height,
            "width": recipe.width,
            "tile": recipe.tile_px,
            "rasters": [raster.description() for raster in recipe.rasters],
            "tiles": tiles,
        }
        lines.append("  " + json.dumps(entry))
    made_with = {name: version(name) for name in ("terratorch", "torch", "lightning", "rioxarray")}
    text = f'{{\n "made_with": {json.dumps(made_with)},\n "recipes": [\n' + ",\n".join(lines) + "\n ]\n}\n"
    (folder / "cases.json").write_text(text, encoding="utf-8")
    save_file(
        {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()},
        folder / "outputs.safetensors",
    )


if __name__ == "__main__":
    main()
