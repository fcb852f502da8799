"""Makes sample/: a small synthetic Sentinel scene, a reduced TerraMind and its tokenizers, of random weights.

    .venv-ref/bin/python tools/make_sample.py [FOLDER]

Runs in the environment of tests/goldens/requirements.txt (numpy, torch, TerraTorch; rasterio writes the
GeoTIFFs). FOLDER defaults to the project's sample/. Seeded: the same files each time.
"""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "tests" / "reference"))

import numpy as np  # noqa: E402
import rasterio  # noqa: E402
import torch  # noqa: E402
from reference_model import Architecture, encoder_decoder, randomise, share_position_tables  # noqa: E402
from reference_tokenizer import LEVELS, Transformer, Unet, recipe, tokenizer  # noqa: E402
from shared_vectors import views_of_vectors  # noqa: E402
from varied_tokens import centre, look_around  # noqa: E402
from whole_run import raster  # noqa: E402

WIDTH_PX, HEIGHT_PX, PIXEL_M = 480, 400, 10
SCENE = ("S2L2A", "S1GRD", "DEM")
ORIGIN_M = (460_000, 5_551_000)  # upper left corner, UTM zone 33 north
BANDS = ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B11", "B12"]
NATIVE_M = [60, 10, 10, 10, 20, 20, 20, 10, 20, 60, 20, 20]
# Surface reflectance x 10,000 per band, then backscatter (VV, VH) in dB.

COVERS = {
    "water": ([420, 470, 500, 350, 300, 240, 230, 200, 180, 170, 90, 60], (-21.0, -28.5)),
    "forest": ([210, 250, 430, 290, 720, 2050, 2500, 2600, 2800, 2850, 1400, 640], (-9.5, -14.5)),
    "meadow": ([360, 470, 880, 790, 1450, 2900, 3450, 3600, 3750, 3800, 2100, 1150], (-12.0, -18.0)),
    "cereal": ([350, 430, 740, 480, 1150, 3300, 4200, 4350, 4500, 4450, 1900, 900], (-13.0, -19.5)),
    "rape": ([380, 500, 1250, 1050, 1800, 3300, 3800, 4000, 4150, 4150, 2250, 1150], (-10.5, -15.0)),
    "bare": ([620, 800, 1120, 1450, 1750, 1950, 2080, 2200, 2330, 2350, 3150, 2750], (-11.0, -20.5)),
    "town": ([900, 1150, 1350, 1500, 1700, 1950, 2050, 2200, 2250, 2300, 2350, 2050], (-5.0, -12.0)),
    "road": ([800, 1000, 1130, 1220, 1330, 1420, 1480, 1560, 1600, 1620, 1900, 1750], (-14.0, -21.0)),
}
NAMES = list(COVERS)
# What the checkpoint's means are taken over: inputs, and outputs in their order; every output once.
GENERATIONS = [
    (["S2L2A"], ["LULC", "DEM"]),
    (["S2L2A", "S1GRD"], ["NDVI", "S1RTC"]),
    (["DEM"], ["S2L2A", "S1GRD"]),
]


def smooth_noise(random: np.random.Generator, cell_px: float) -> np.ndarray:
    """Noise [y, x] that changes over about `cell_px` pixels, mean 0, deviation 1."""
    frequency = np.hypot(np.fft.fftfreq(HEIGHT_PX)[:, None], np.fft.fftfreq(WIDTH_PX)[None, :])
    spectrum = np.fft.fft2(random.standard_normal((HEIGHT_PX, WIDTH_PX)))
    noise = np.real(np.fft.ifft2(spectrum * np.exp(-((frequency * cell_px) ** 2))))
    return (noise - noise.mean()) / noise.std()


class Scene:
    """Relief and land cover on the 10 m grid; each array is [y, x]."""

    def __init__(self, random: np.random.Generator) -> None:
        self.y, self.x = np.mgrid[0:HEIGHT_PX, 0:WIDTH_PX].astype(np.float64)
        self.river_x = 210 + 60 * np.sin(self.y / 62) + 22 * np.sin(self.y / 23 + 1) + 0.12 * self.y
        self.to_river_px = np.abs(self.x - self.river_x)
        lake = np.hypot((self.x - 375) / 48, (self.y - 300) / 30) + 0.12 * smooth_noise(random, 30)
        self.lake = lake < 1
        self.height_m = self.relief(random, lake)
        self.cover = self.land_cover(random)

    def relief(self, random: np.random.Generator, lake: np.ndarray) -> np.ndarray:
        hills = 30 * smooth_noise(random, 110) + 7 * smooth_noise(random, 35)
        valley = 1 - np.exp(-((self.to_river_px / 70) ** 2))
        height = 330 - 0.05 * self.y + valley * 62 * np.exp(hills / 75) + smooth_noise(random, 9) * valley
        shore = np.clip((lake - 1) / 0.5, 0, 1)
        return np.where(self.lake, 352, 352 + (height - 352) * shore)

    def land_cover(self, random: np.random.Generator) -> np.ndarray:
        cover = self.fields(random)
        woods = (self.height_m + 18 * smooth_noise(random, 40)) > 412
        cover[woods] = NAMES.index("forest")
        cover[self.to_river_px < 14 + 4 * smooth_noise(random, 20)] = NAMES.index("meadow")
        self.add_town(random, cover)
        along = np.abs(self.y - (0.28 * self.x + 95 + 14 * np.sin(self.x / 50)))
        cover[along < 1] = NAMES.index("road")
        cover[(self.to_river_px < 4.5) | self.lake] = NAMES.index("water")
        return cover

    def fields(self, random: np.random.Generator) -> np.ndarray:
        """Parcels: strips in cells of a coarse pattern, each cell with its own direction."""
        seeds = random.uniform((0, 0), (HEIGHT_PX, WIDTH_PX), size=(70, 2))
        distance = (self.y[..., None] - seeds[:, 0]) ** 2 + (self.x[..., None] - seeds[:, 1]) ** 2
        cell = np.argmin(distance, axis=-1)
        angle, strip_px = random.uniform(0, np.pi, 70)[cell], random.uniform(9, 22, 70)[cell]
        strip = np.floor((self.x * np.cos(angle) + self.y * np.sin(angle)) / strip_px).astype(int)
        crops = [NAMES.index(name) for name in ("cereal", "cereal", "rape", "bare", "meadow")]
        return random.choice(crops, size=(70, 128))[cell, strip % 128]

    def add_town(self, random: np.random.Generator, cover: np.ndarray) -> None:
        extent = np.hypot((self.x - 150) / 62, (self.y - 150) / 46) + 0.15 * smooth_noise(random, 18)
        inside = extent < 1
        u, v = self.x * 0.94 + self.y * 0.34, self.y * 0.94 - self.x * 0.34
        streets = (np.mod(u, 13) < 1.3) | (np.mod(v, 17) < 1.3)
        gardens = smooth_noise(random, 5) > 0.9
        cover[inside] = NAMES.index("town")
        cover[inside & gardens] = NAMES.index("meadow")
        cover[inside & streets] = NAMES.index("road")

    def sunlight(self) -> np.ndarray:
        """1 on flat ground, more on slopes that face the sun in the south-east, less behind."""
        slope_y, slope_x = np.gradient(self.height_m, PIXEL_M)
        return np.clip(1 - 0.8 * slope_x - 0.8 * slope_y, 0.6, 1.4)


def at_native_resolution(values: np.ndarray, metres: int) -> np.ndarray:
    """What a band of coarser resolution looks like on the 10 m grid: means of cells, repeated."""
    step = metres // PIXEL_M
    padded = np.pad(values, ((0, -HEIGHT_PX % step), (0, -WIDTH_PX % step)), mode="edge")
    rows, columns = padded.shape[0] // step, padded.shape[1] // step
    means = padded.reshape(rows, step, columns, step).mean(axis=(1, 3))
    return np.repeat(np.repeat(means, step, 0), step, 1)[:HEIGHT_PX, :WIDTH_PX]


def optical(scene: Scene, random: np.random.Generator) -> np.ndarray:
    """S2L2A digital numbers [12, y, x]; 0 in the corner that the orbit did not see."""
    light = scene.sunlight() * (1 + 0.05 * smooth_noise(random, 25))
    spectra = np.array([spectrum for spectrum, _ in COVERS.values()], dtype=np.float64)
    grain = 1 + 0.04 * smooth_noise(random, 1.5)
    bands = [at_native_resolution(spectra[scene.cover, i] * light * grain, m) for i, m in enumerate(NATIVE_M)]
    values = np.clip(np.rint(np.stack(bands)), 1, 10_000).astype(np.int16)
    unseen = scene.x + 0.45 * (HEIGHT_PX - 1 - scene.y) > WIDTH_PX + 0.45 * HEIGHT_PX - 45
    values[:, unseen] = 0
    return values


def radar(scene: Scene, random: np.random.Generator) -> np.ndarray:
    """S1GRD backscatter [2, y, x] in dB with speckle, in steps of 1/16 dB so that the file stays small."""
    levels = np.array([backscatter for _, backscatter in COVERS.values()])
    slope_x = np.gradient(scene.height_m, PIXEL_M, axis=1)
    channels = []
    for channel in range(2):
        speckle_db = 10 * np.log10(random.gamma(12, 1 / 12, size=scene.x.shape))
        channels.append(levels[scene.cover, channel] + speckle_db - 5 * slope_x)
    return (np.rint(np.stack(channels) * 16) / 16).astype(np.float32)


def write(path: Path, values: np.ndarray, descriptions: list[str], nodata: float) -> None:
    """A tiled, deflated GeoTIFF of [band, y, x]."""
    profile = {
        "driver": "GTiff",
        "count": len(values),
        "height": HEIGHT_PX,
        "width": WIDTH_PX,
        "dtype": values.dtype,
        "crs": "EPSG:32633",
        "transform": rasterio.Affine(PIXEL_M, 0, ORIGIN_M[0], 0, -PIXEL_M, ORIGIN_M[1]),
        "nodata": nodata,
        "tiled": True,
        "blockxsize": 256,
        "blockysize": 256,
        "interleave": "band",
        "compress": "deflate",
        "zlevel": 9,
        "predictor": 3 if values.dtype.kind == "f" else 2,
    }
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(values)
        dataset.descriptions = descriptions
    print(f"{path}: {path.stat().st_size:,} bytes")


def save(path: Path, state: dict[str, torch.Tensor]) -> None:
    torch.save(state, path)
    print(f"{path}: {path.stat().st_size:,} bytes")


def write_checkpoint(path: Path) -> None:
    """The published layout without S2L1C. To save space, equal position tables are stored once, and so is
    one vector of which all tables of tokens are views.
    """
    architecture = Architecture(dim=64, encoder_depth=4, decoder_depth=2, gated=False)
    model = encoder_decoder(
        architecture, raw=["S2L2A", "RGB", "S1GRD", "S1RTC", "DEM"], sequences=["coords"], small_tables=False
    )
    randomise(model, seed=2025)
    look_around(model)
    share_position_tables(model)
    state = model.state_dict()
    # Of a deviation with which logits differ enough for some tokens to be much likelier than the others.
    recipes = {name: (0.0, 0.5 * 3**0.5) for name in state if name.endswith("token_emb.weight")}
    state |= views_of_vectors(state, recipes, np.random.Generator(np.random.PCG64(2026)), torch.float32)
    # The decoder reads its tokens and writes its logits with the same table.
    for name in recipes:
        if name.startswith("decoder_embeddings"):
            state[name.replace("token_emb", "to_logits")] = state[name]
    scene = {name: raster(path.with_name(f"{name}.tif"), (128, 128, 224)) for name in SCENE}
    centre(state, scene, GENERATIONS)
    save(path, state)


def write_tokenizer(modality: str, path: Path) -> None:
    """The published layout and number of levels, with the smallest parts, in half precision. To save space,
    the weights are views of a few vectors.
    """
    encoder = Transformer(width=64, depth=1, hidden=64)
    # The norms have 32 groups: no UNet can be narrower.
    unet = Unet(channels=32, blocks=1, multipliers=(1, 1, 1, 1), attention=(4, 8))
    state = tokenizer(modality, encoder, encoder if modality == "LULC" else unet).state_dict()
    # Positions stay the sines and cosines that TerraTorch makes, as in the published files.
    recipes = {name: recipe(name, tensor) for name, tensor in state.items() if "pos_emb" not in name}
    positions = state["encoder.pos_emb"].half()
    state |= {name: positions for name in state if "pos_emb" in name}
    random = np.random.Generator(np.random.PCG64(3000 + list(LEVELS).index(modality)))
    save(path, state | views_of_vectors(state, recipes, random, torch.float16))


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "sample"
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.Generator(np.random.PCG64(33))
    scene = Scene(random)
    write(folder / "S2L2A.tif", optical(scene, random), BANDS, nodata=0)
    write(folder / "S1GRD.tif", radar(scene, random), ["VV", "VH"], nodata=-9999)
    height_m = (np.rint(scene.height_m * 4) / 4).astype(np.float32)
    write(folder / "DEM.tif", height_m[np.newaxis], ["elevation"], nodata=-9999)
    write_checkpoint(folder / "TerraMind_v1_demo.pt")
    for modality in LEVELS:
        write_tokenizer(modality, folder / f"TerraMind_Tokenizer_{modality}.pt")


if __name__ == "__main__":
    main()
