"""Feature colours: the components that NumPy finds, by every way, with holes and beyond one block."""

import json

import numpy
import pytest
from osgeo import gdal

gdal.UseExceptions()

BANDS, ROWS, COLUMNS = 24, 300, 530
NODATA = -9999


def features():
    """Five smooth patterns in 24 bands, with noise and a hole; `[band, y, x]`."""
    random = numpy.random.default_rng(7)
    y, x = numpy.mgrid[:ROWS, :COLUMNS] / 100
    patterns = [numpy.sin(k * x + 0.7 * k * k) * numpy.cos(1.3 * k * y) / k for k in range(1, 6)]
    values = numpy.einsum("bk,kyx->byx", random.normal(size=(BANDS, 5)), numpy.array(patterns))
    values += 40 + 0.05 * random.normal(size=values.shape)
    values = values.astype(numpy.float32)
    values[3, 100:150, 200:290] = NODATA
    return values


def expected(values):
    """The colours, and the part of the variance that they show."""
    valid = (values != NODATA).all(0)
    cells = values[:, valid].T.astype(numpy.float64)
    cells -= cells.mean(0)
    _, lengths, axes = numpy.linalg.svd(cells, full_matrices=False)
    axes = axes[:3]
    largest = axes[numpy.arange(3), numpy.abs(axes).argmax(1)]
    scores = cells @ (axes * numpy.sign(largest)[:, None]).T
    low, high = numpy.quantile(scores, [0.02, 0.98], axis=0)
    colours = numpy.zeros((3, ROWS, COLUMNS))
    colours[:, valid] = (1 + 254 * ((scores - low) / (high - low)).clip(0, 1)).T
    return colours, (lengths[:3] ** 2).sum() / (lengths**2).sum()


@pytest.mark.parametrize("way", ["terramind", "qgis_process"])
@pytest.mark.parametrize("storage", [["TILED=YES", "INTERLEAVE=BAND"], ["INTERLEAVE=PIXEL"]])
def test_the_colours_are_those_of_numpy(empty_bench, tmp_path, output, way, storage):
    values = features()
    path, out = tmp_path / "features.tif", output / "colours.tif"
    file = gdal.GetDriverByName("GTiff").Create(
        str(path), COLUMNS, ROWS, BANDS, gdal.GDT_Float32, options=storage
    )
    file.SetGeoTransform((500000, 160, 0, 5300000, 0, -160))
    file.WriteArray(values)
    for band in range(BANDS):
        file.GetRasterBand(band + 1).SetNoDataValue(NODATA)
    file = None
    done = getattr(empty_bench, way)("featurecolours", INPUT=path, OUTPUT=out)
    assert done.code == 0, done.said
    colours, share = expected(values)
    found = gdal.Open(str(out))
    assert found.GetGeoTransform() == (500000, 160, 0, 5300000, 0, -160)
    pixels = found.ReadAsArray()
    assert ((pixels == 0) == (colours == 0)).all()
    # Rounding: half a step.
    assert numpy.abs(pixels - colours).max() < 0.51
    shown = [float(part) for part in found.GetMetadataItem("TERRAMIND_EXPLAINED").split(",")]
    assert sum(shown) == pytest.approx(share, abs=2e-4)
    # Overviews are colours between those of the pixels, and holes stay holes.
    overview = found.GetRasterBand(1).GetOverview(0).ReadAsArray()
    assert overview[60, 120] == 0 and overview[5, 5] != 0
    mean = pixels[0, 10:12, 10:12].mean()
    assert abs(overview[5, 5] - mean) <= 1
    if way == "terramind":
        assert json.loads(done.stdout)["outputs"]["EXPLAINED"] == pytest.approx(share, abs=1e-6)


def coloured(bench, tmp_path, output, values):
    """Colour these values of six bands; how it ended, and the colours where there are some."""
    path, out = tmp_path / "values.tif", output / "colours.tif"
    bands, rows, columns = values.shape
    file = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, bands, gdal.GDT_Float32)
    file.WriteArray(values)
    file = None
    done = bench.terramind("featurecolours", INPUT=path, OUTPUT=out)
    return done, gdal.Open(str(out)).ReadAsArray() if out.exists() else None


def noise():
    """Six bands of 40 by 50 cells without any pattern."""
    return numpy.random.default_rng(1).normal(size=(6, 40, 50)).astype(numpy.float32)


def test_values_that_are_none_cost_a_cell_and_not_the_picture(empty_bench, tmp_path, output):
    values = noise()
    for cell, value in enumerate((numpy.inf, -numpy.inf, numpy.nan, 1e30, -3.4e38)):
        values[cell, 7, cell] = value
    done, pixels = coloured(empty_bench, tmp_path, output, values)
    assert done.code == 0 and "5 cells lack a value in some band" in done.stderr, done.said
    assert (pixels[:, 7, :5] == 0).all() and (pixels != 0).sum() == 3 * (2000 - 5)
    # All others are spread over the colours, as without those five.
    assert (pixels[:, 8:].std(axis=(1, 2)) > 50).all()


@pytest.mark.parametrize("factor", [1e-30, 1e29])
def test_small_and_large_values_have_the_colours_of_usual_ones(empty_bench, tmp_path, output, factor):
    usual = coloured(empty_bench, tmp_path, output, noise())[1]
    done, pixels = coloured(empty_bench, tmp_path, output, noise() * numpy.float32(factor))
    assert done.code == 0, done.said
    assert numpy.abs(pixels.astype(int) - usual).max() <= 1


def test_a_band_that_decides_the_picture_is_named(empty_bench, tmp_path, output):
    values = noise()
    values[3] *= 1e20
    done, pixels = coloured(empty_bench, tmp_path, output, values)
    assert done.code == 0 and "The values of band 4 differ so much more" in done.stderr, done.said
    assert "only 1 of 3 directions: green and blue are the same everywhere" in done.stderr, done.said
    assert pixels[0].std() > 50 and (pixels[1:] == 128).all()
    # Features do not do that.
    assert "differ so much more" not in coloured(empty_bench, tmp_path, output, noise())[0].stderr


@pytest.mark.parametrize(
    ("bands", "value", "words"),
    [
        ([2], numpy.nan, "band 3 has no value anywhere"),
        ([0, 5], numpy.inf, "bands 1, 6 have no value anywhere"),
        (slice(None), 1e30, "it has no value anywhere"),
        (slice(None), 7, "all cells have the same values"),
    ],
)
def test_what_has_no_colours_is_said(empty_bench, tmp_path, output, bands, value, words):
    values = noise()
    values[bands] = value
    done, pixels = coloured(empty_bench, tmp_path, output, values)
    assert done.code != 0 and words in done.stderr and pixels is None, done.said
    assert not list(output.iterdir())


def test_what_is_wrong_is_said(empty_bench, tmp_path, output):
    path = tmp_path / "two.tif"
    file = gdal.GetDriverByName("GTiff").Create(str(path), 20, 20, 2)
    file.WriteArray(numpy.ones((2, 20, 20)))
    file = None
    done = empty_bench.qgis_process("featurecolours", INPUT=path, OUTPUT=output / "colours.tif")
    assert done.code != 0 and "INPUT has 2" in done.said, done.said
    assert not list(output.iterdir())
