"""Bad input ends in one message that names the culprit and leaves no file, in a terminal as in QGIS."""

import io
import pickle
import shutil
import zipfile

import pytest
from conftest import CHECKPOINT, SCENE
from osgeo import gdal, osr

gdal.UseExceptions()


@pytest.fixture(params=["terramind", "qgis_process"])
def run(request, bench):
    """Each way to run an algorithm."""
    return getattr(bench, request.param)


@pytest.fixture
def refused(run, output):
    """Run an algorithm that must fail, with words in its message, and must not write."""

    def refused(algorithm, *words, environment=None, **parameters):
        destination = {"importmodel": ("DEST", "pack"), "embedlayer": ("OUTPUT", "features.tif")}
        name, file = destination[algorithm]
        done = run(algorithm, environment=environment, **{name: output / file, **parameters})
        assert done.code != 0, done.said
        for word in words:
            assert word in done.said, f"{word!r} is not in: {done.said}"
        for crash in ("panicked", "Traceback", "Segmentation"):
            assert crash not in done.said, done.said
        assert list(output.iterdir()) == []

    return refused


def changed(layer, folder, **options):
    """A copy of a layer of the scene that gdal_translate changed."""
    path = folder / f"changed_{layer}.tif"
    gdal.Translate(str(path), str(SCENE[layer]), **options)
    return path


def test_wrong_number_of_bands(refused, tmp_path):
    eleven = changed("S2L2A", tmp_path, bandList=list(range(1, 12)))
    refused("embedlayer", "S2L2A", "11", "12", str(eleven), MODEL="demo", S2L2A=eleven)


def test_no_modality(refused):
    refused("embedlayer", "S2L2A", "DEM", MODEL="demo")


def test_layers_of_different_places(refused, tmp_path):
    far = changed("DEM", tmp_path, outputBounds=[100_000, 5_000_000, 104_800, 4_996_000])
    refused("embedlayer", "DEM", "does not overlap", str(far), MODEL="demo", S2L2A=SCENE["S2L2A"], DEM=far)


def test_a_coarser_layer_is_put_on_the_grid_of_the_image(run, tmp_path, output):
    coarse = changed("DEM", tmp_path, width=240, height=200)
    features = output / "features.tif"
    done = run("embedlayer", MODEL="demo", S2L2A=SCENE["S2L2A"], DEM=coarse, OUTPUT=features)
    assert done.code == 0, done.said
    assert "DEM: put on the grid of S2L2A" in done.said
    assert gdal.Open(str(features)).RasterXSize == 30


def test_an_extent_outside_the_layers(refused):
    refused("embedlayer", "EXTENT", MODEL="demo", S2L2A=SCENE["S2L2A"], EXTENT="0,1000,0,1000 [EPSG:32633]")


def test_an_unknown_parameter(refused):
    refused("embedlayer", "NONSENSE", MODEL="demo", S2L2A=SCENE["S2L2A"], NONSENSE=1)


def test_an_unknown_option(refused):
    refused("embedlayer", "RESOLUTION", "patch", MODEL="demo", S2L2A=SCENE["S2L2A"], RESOLUTION="fine")


def test_an_unknown_model(refused):
    refused("embedlayer", "MODEL", "nosuch", "demo", MODEL="nosuch", S2L2A=SCENE["S2L2A"])


def test_an_unwritable_destination(refused):
    refused("embedlayer", "/proc/result.tif", MODEL="demo", S2L2A=SCENE["S2L2A"], OUTPUT="/proc/result.tif")


def test_a_missing_onnx_runtime(refused, tmp_path):
    nowhere = tmp_path / "nowhere"
    environment = {"TERRAMIND_ONNXRUNTIME": str(nowhere)}
    refused(
        "embedlayer",
        "ONNX Runtime",
        str(nowhere),
        environment=environment,
        MODEL="demo",
        S2L2A=SCENE["S2L2A"],
    )


def test_altered_weights(bench, refused, tmp_path):
    pack = tmp_path / "altered"
    shutil.copytree(bench.home / ".local/share/terramind/models/demo", pack)
    weights = pack / "weights.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 0x40
    weights.write_bytes(data)
    refused("embedlayer", "weights", str(pack), MODEL=pack, S2L2A=SCENE["S2L2A"])


def test_a_truncated_checkpoint(refused, tmp_path):
    path = tmp_path / "truncated.pt"
    path.write_bytes(CHECKPOINT.read_bytes()[:1_000_000])
    refused("importmodel", str(path), INPUT=path, NAME="truncated")


def test_a_file_that_is_no_checkpoint(refused, tmp_path):
    path = tmp_path / "foreign.pt"
    path.write_text("not a checkpoint")
    refused("importmodel", str(path), INPUT=path, NAME="foreign")


def test_a_checkpoint_without_terramind_in_it(refused, tmp_path):
    path = tmp_path / "empty.pt"
    write_checkpoint(path, {})
    refused("importmodel", str(path), INPUT=path, NAME="empty")


def test_a_pickle_that_would_run_code(refused, tmp_path):
    path, trap = tmp_path / "hostile.pt", tmp_path / "executed"
    write_checkpoint(path, Trap(trap))
    refused("importmodel", str(path), INPUT=path, NAME="hostile")
    assert not trap.exists()


def test_an_extent_smaller_than_a_patch_is_widened(run, output):
    path = output / "features.tif"
    extent = "461001,461009,5549001,5549009 [EPSG:32633]"
    done = run("embedlayer", MODEL="demo", S2L2A=SCENE["S2L2A"], EXTENT=extent, OUTPUT=path)
    assert done.code == 0, done.said
    features = gdal.Open(str(path))
    assert (features.RasterXSize, features.RasterYSize) == (1, 1)


class Trap:
    """An object whose pickle makes a folder when it is executed."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        import os

        return os.mkdir, (self.path,)


def write_checkpoint(path, content):
    """A file in the layout of torch.save."""
    data = io.BytesIO()
    pickle.Pickler(data, protocol=2).dump(content)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/data.pkl", data.getvalue())
        archive.writestr("archive/byteorder", "little")
        archive.writestr("archive/version", "3\n")


def test_bands_units_grid_and_mask_by_choice(run, tmp_path, output):
    """What reading parameters say gives the same features as a raster that needs none of them."""
    size = {"srcWin": [128, 128, 96, 96]}
    plain = changed("S2L2A", tmp_path, **size)
    scene = gdal.Open(str(plain))
    usual = scene.ReadAsArray()
    names = [scene.GetRasterBand(band + 1).GetDescription() for band in range(12)]
    order = [3, 2, 1, 0, 4, 5, 6, 7, 8, 9, 10, 11]

    def written(name, values, described):
        path = tmp_path / f"{name}.tif"
        source = gdal.Open(str(plain))
        raster = gdal.GetDriverByName("GTiff").Create(str(path), 96, 96, 12, gdal.GDT_Float32)
        raster.SetGeoTransform(source.GetGeoTransform())
        raster.SetProjection(source.GetProjection())
        for band, index in enumerate(order):
            raster.GetRasterBand(band + 1).WriteArray(values[index])
            if described:
                raster.GetRasterBand(band + 1).SetDescription(names[index])
        raster.FlushCache()
        return path

    def features(name, layer, **parameters):
        path = output / f"{name}.tif"
        done = run("embedlayer", MODEL="demo", S2L2A=layer, AREA="layers", OUTPUT=path, **parameters)
        assert done.code == 0, done.said
        return gdal.Open(str(path)).ReadAsArray(), done.said

    expected, _ = features("expected", plain)
    by_name, said = features("by_name", written("named", usual, described=True))
    assert (by_name == expected).all() and "by their descriptions" in said
    bands = "S2L2A=" + ",".join(str(order.index(band) + 1) for band in range(12))
    by_number, _ = features("by_number", written("unnamed", usual, described=False), BANDS=bands)
    assert (by_number == expected).all()
    raised, said = features("raised", written("raised", usual + 1000, described=True), S2_UNITS="dn+1000")
    assert (raised == expected).all() and "(as given)" in said

    mask = tmp_path / "mask.tif"
    gdal.Translate(str(mask), str(plain), bandList=[1], scaleParams=[[0, 1, 1, 1]], outputType=gdal.GDT_Byte)
    clear = gdal.Open(str(mask), gdal.GA_Update)
    values = clear.ReadAsArray()
    values[:] = 1
    values[:, :32] = 0
    clear.GetRasterBand(1).WriteArray(values)
    del clear
    masked, _ = features("masked", plain, MASK=mask)
    missing = masked[0] != masked[0]
    assert missing[:, :2].all() and not missing[:, 2:].any()

    path = output / "coarse.tif"
    done = run(
        "embedlayer",
        MODEL="demo",
        S2L2A=plain,
        AREA="layers",
        TARGET_CRS="EPSG:32632",
        CELL_SIZE=20,
        OUTPUT=path,
    )
    assert done.code == 0, done.said
    coarse = gdal.Open(str(path))
    assert coarse.GetGeoTransform()[1] == 320 and 'EPSG","32632"' in coarse.GetProjection().replace(", ", ",")


@pytest.mark.parametrize(
    "words, parameters",
    [
        (["TARGET_CRS"], {"TARGET_CRS": "EPSG:999999"}),
        (["CELL_SIZE", "above 0"], {"CELL_SIZE": 0}),
        (["BANDS", "no band 77"], {"BANDS": "S2L2A=1,2,3,4,5,6,7,8,9,10,11,77"}),
        (["BANDS", "DEM"], {"BANDS": "DEM=1"}),
        (["S2_UNITS", "dn+1000"], {"S2_UNITS": "reflectances"}),
        (["MASK", "nowhere.tif"], {"MASK": "nowhere.tif"}),
    ],
)
def test_reading_that_cannot_be(refused, words, parameters):
    refused("embedlayer", *words, MODEL="demo", S2L2A=SCENE["S2L2A"], **parameters)


def test_a_run_stops_at_its_memory_limit(refused):
    """One tile of 1024 pixels: 4096 patches, each of which looks at each."""
    large = {"MODEL": "demo", "S2L2A": SCENE["S2L2A"], "TILE_SIZE": 1024}
    refused("embedlayer", "MEMORY_LIMIT", "30 MB", "TILE_SIZE", **large, MEMORY_LIMIT=30)


@pytest.mark.parametrize(
    "epsg, corner, extent, cells",
    [
        # Across the antimeridian, from its west and from its east.
        (32760, (815_000, 8_000_000), "179.9,180.1,-18.2,-18", (16, 16)),
        (32760, (815_000, 8_000_000), "-180,-179.9,-18.2,-18", (1, 16)),
        # Around the pole, and a quarter of what lies around it.
        (3413, (-1280, 1280), "-180,180,89.99,90", (14, 14)),
        (3413, (-1280, 1280), "0,90,89.995,89.999", (4, 6)),
    ],
)
def test_extents_at_the_edges_of_the_world(run, output, tmp_path, epsg, corner, extent, cells):
    layer = tmp_path / "layer.tif"
    raster = gdal.GetDriverByName("GTiff").Create(str(layer), 256, 256, 12, gdal.GDT_Int16)
    system = osr.SpatialReference()
    system.ImportFromEPSG(epsg)
    raster.SetProjection(system.ExportToWkt())
    raster.SetGeoTransform([corner[0], 10, 0, corner[1], 0, -10])
    for band in range(1, 13):
        raster.GetRasterBand(band).Fill(1000 + 100 * band)
    raster = None
    path = output / "features.tif"
    done = run("embedlayer", MODEL="demo", S2L2A=layer, EXTENT=f"{extent} [EPSG:4326]", OUTPUT=path)
    assert done.code == 0, done.said
    features = gdal.Open(str(path))
    assert (features.RasterXSize, features.RasterYSize) == cells
