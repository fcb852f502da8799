"""The graphical models in examples/, run as files by qgis_process on the sample scene."""

import pytest
from conftest import CHECKOUT, SAMPLE, SCENE
from osgeo import gdal, ogr

gdal.UseExceptions()
EXAMPLES = CHECKOUT / "examples"


@pytest.fixture(scope="module")
def water(bench):
    """The fine-tuned model of the sample."""
    imported = bench.terramind(
        "importmodel", INPUT=SAMPLE / "water_tim.ckpt", CONFIG=SAMPLE / "water_tim.yaml", NAME="water_tim"
    )
    assert imported.code == 0, imported.said
    return "water_tim"


def run(bench, example, output, inputs, outputs):
    """Run an example with its outputs in a folder; their paths."""
    paths = {name: output / file for name, file in outputs.items()}
    ran = bench.qgis_process(EXAMPLES / f"{example}.model3", **inputs, **paths)
    assert ran.code == 0, ran.said
    return list(paths.values())


def size(path):
    """Columns, rows and bands."""
    raster = gdal.Open(str(path))
    return raster.RasterXSize, raster.RasterYSize, raster.RasterCount


def test_water_is_mapped_with_an_imagined_radar_image(bench, water, output):
    names = {"imagine_sentinel-1:Imagined Sentinel-1": "s1.tif", "map_water:Water": "water.tif"}
    inputs = {"MODEL": "demo", "WATER_MODEL": water, "S2L2A": SCENE["S2L2A"]}
    radar, mapped = run(bench, "water_from_an_image", output, inputs, names)
    assert size(radar) == (*size(SCENE["S2L2A"])[:2], 2) and size(mapped) == (*size(radar)[:2], 1)
    classes = set(gdal.Open(str(mapped)).ReadAsArray().ravel().tolist())
    assert classes <= {0, 1, 255} and classes & {0, 1}


def test_land_cover_is_mapped_from_an_imagined_image(bench, output):
    names = {"imagine_sentinel-2:Imagined Sentinel-2": "s2.tif", "map_land_cover:Land cover": "lulc.tif"}
    inputs = {"MODEL": "demo", "S1GRD": SCENE["S1GRD"]}
    image, mapped = run(bench, "generate_and_segment", output, inputs, names)
    assert size(image) == (*size(SCENE["S1GRD"])[:2], 12) and size(mapped) == (*size(image)[:2], 1)
    assert set(gdal.Open(str(mapped)).ReadAsArray().ravel().tolist()) <= {*range(10), 255}


def test_every_patch_gets_a_cluster(bench, output):
    names = {"embed_layer:Features": "features.tif", "clusters_of_patches:Clusters": "clusters.gpkg"}
    inputs = {"MODEL": "demo", "S2L2A": SCENE["S2L2A"], "CLUSTERS": 3, "FIRST": 1, "SECOND": 5}
    features, clusters = run(bench, "embed_and_cluster", output, inputs, names)
    file = ogr.Open(str(clusters))
    layer = file.GetLayer()
    by_patch = {f["PATCH"]: f["CLUSTER_ID"] for f in layer}
    columns = size(features)[0]
    raster = gdal.Open(str(features))
    with_data = raster.GetRasterBand(1).GetMaskBand().ReadAsArray() > 0
    assert len(by_patch) == with_data.sum() and set(by_patch.values()) == {0, 1, 2}
    # In the plane of the two features, every patch belongs to the cluster whose mean is nearest.
    plane = {n: raster.GetRasterBand(n).ReadAsArray().ravel() for n in (1, 5)}
    layer.ResetReading()
    points = {}
    for feature in layer:
        x, y, _ = feature.geometry().Centroid().GetPoint()
        left, width, _, top, _, height = raster.GetGeoTransform()
        cell = int((y - top) / height) * columns + int((x - left) / width)
        points.setdefault(feature["CLUSTER_ID"], []).append((plane[1][cell], plane[5][cell]))
    means = {k: tuple(sum(axis) / len(axis) for axis in zip(*p)) for k, p in points.items()}
    for cluster, members in points.items():
        for member in members:
            distance = {k: sum((a - b) ** 2 for a, b in zip(member, m)) for k, m in means.items()}
            assert distance[cluster] <= min(distance.values()) * 1.001
