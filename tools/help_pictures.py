"""Makes the pictures on the pages of the algorithms, from an invented scene and the models in demo/.

usage: /usr/bin/python3 tools/help_pictures.py [FOLDER]      (docs/figures/algorithms where none is given)

docs/pictures.json says what is run, and which rasters are shown. They look as on the page about a run
(OUTPUT_HTML), from which they are taken. Needs target/release/terramind, ONNX Runtime and PyQt5.
"""

import base64
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# No display is needed.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy
from osgeo import gdal, gdal_array
from PyQt5.QtCore import QRect, Qt
from PyQt5.QtGui import QColor, QFont, QGuiApplication, QImage, QPainter, qRgb

CHECKOUT = Path(__file__).resolve().parents[1]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", CHECKOUT / "target"))
MODELS = [
    {"INPUT": "TerraMind_v1_demonstration.pt", "NAME": "demonstration"},
    *(
        {"INPUT": path.name, "MODEL": "demonstration"}
        for path in sorted(CHECKOUT.glob("demo/*Tokenizer*.pt"))
    ),
    {"INPUT": "flood_tim.ckpt", "CONFIG": "flood_tim.yaml"},
]
PANEL_PX, GAP_PX, TITLE_PX = 192, 10, 24
# Of a picture's 256 colours these are for its titles.
WRITING = [qRgb(level, level, level) for level in range(15, 256, 16)]
# One raster on a page about a run: its file, and its picture.
SHOWN = re.compile(r"<h3>.*?>File</th><td>(.*?)</td>.*?base64,(.*?)\"", re.DOTALL)


def terramind(folder, algorithm, values):
    """Run an algorithm in a folder, where it finds models of its own."""
    environment = {
        "TERRAMIND_ONNXRUNTIME": str(TARGET / "onnxruntime"),
        **os.environ,
        "TERRAMIND_MODELS": str(folder / "models"),
    }
    words = [
        f"--{name}={str(value).lower() if isinstance(value, bool) else value}"
        for name, value in values.items()
    ]
    command = [TARGET / "release/terramind", "run", algorithm, *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{algorithm}: {done.stderr}")


def looks(page):
    """The pictures of a page about a run, by their files."""
    return {file: QImage.fromData(base64.b64decode(data)) for file, data in SHOWN.findall(page.read_text())}


def scaled(look):
    """A panel; few pixels, as of features, stay squares."""
    how = Qt.FastTransformation if look.width() < PANEL_PX else Qt.SmoothTransformation
    return look.scaled(PANEL_PX, PANEL_PX, Qt.IgnoreAspectRatio, how).convertToFormat(QImage.Format_RGB888)


def colours(panel, most):
    """The colours that represent a panel best."""
    size = panel.width(), panel.height()
    pixels = numpy.frombuffer(panel.bits().asstring(panel.sizeInBytes()), numpy.uint8)
    pixels = pixels.reshape(size[1], panel.bytesPerLine())[:, : 3 * size[0]].reshape(size[1], size[0], 3)
    dataset = gdal_array.OpenArray(numpy.ascontiguousarray(pixels.transpose(2, 0, 1)))
    table = gdal.ColorTable()
    gdal.ComputeMedianCutPCT(*(dataset.GetRasterBand(number) for number in (1, 2, 3)), most, table)
    return [qRgb(*table.GetColorEntry(index)[:3]) for index in range(table.GetCount())]


def beside_each_other(titles, panels):
    """One picture of several, with a title above each, in few colours: a small file."""
    picture = QImage(len(panels) * (PANEL_PX + GAP_PX) - GAP_PX, PANEL_PX + TITLE_PX, QImage.Format_RGB888)
    picture.fill(Qt.white)
    painter = QPainter(picture)
    font = QFont("DejaVu Sans")
    font.setPixelSize(13)
    painter.setFont(font)
    painter.setPen(QColor("#222222"))
    table = list(WRITING)
    for number, (title, panel) in enumerate(zip(titles, panels, strict=True)):
        x = number * (PANEL_PX + GAP_PX)
        painter.drawText(QRect(x, 0, PANEL_PX, TITLE_PX), Qt.AlignVCenter, title)
        painter.drawImage(x, TITLE_PX, panel)
        table += colours(panel, (256 - len(WRITING)) // len(panels))
    painter.end()
    return picture.convertToFormat(QImage.Format_Indexed8, table, Qt.ThresholdDither | Qt.AvoidDither)


def main(folder):
    """Write a picture for each algorithm that has one."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        for values in MODELS:
            files = {name: CHECKOUT / "demo" / values[name] for name in ("INPUT", "CONFIG") if name in values}
            terramind(work, "importmodel", {**values, **files})
        seen = {}
        for name, picture in json.loads((CHECKOUT / "docs/pictures.json").read_text()).items():
            for algorithm, values in picture["runs"]:
                terramind(work, algorithm, {**values, "OUTPUT_HTML": "page.html"})
                # What a run made looks as that run says, not as one that reads it later.
                seen = {**looks(work / "page.html"), **seen}
            titles, panels = picture["panels"].values(), [scaled(seen[file]) for file in picture["panels"]]
            beside_each_other(titles, panels).save(str(folder / f"{name}.png"))


gdal.UseExceptions()
application = QGuiApplication([])
main(Path(sys.argv[1]) if len(sys.argv) > 1 else CHECKOUT / "docs/figures/algorithms")
