"""Takes a picture of a page as Qt's text browser shows it, and tells how many of its pictures it can show.

usage: /usr/bin/python3 page_picture.py PAGE PICTURE
"""

import json
import sys
from base64 import b64decode
from pathlib import Path

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QImage, QTextDocument
from qgis.PyQt.QtWidgets import QApplication, QTextBrowser


class Browser(QTextBrowser):
    """Notes what a page asks for, and gives it what the page itself holds."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def loadResource(self, kind, url):  # noqa: N802, the name is Qt's
        """Decode pictures that are in the page."""
        address = url.toString()
        self.asked.append(address[:40])
        if kind == QTextDocument.ImageResource and address.startswith("data:image/png;base64,"):
            return QImage.fromData(b64decode(address.split(",", 1)[1]))
        return None


application = QApplication([])
browser = Browser()
browser.setHtml(Path(sys.argv[1]).read_text(encoding="utf-8"))
browser.resize(1000, 1400)
browser.grab().save(sys.argv[2])
pictures, block = [], browser.document().begin()
while block.isValid():
    fragments = block.begin()
    while not fragments.atEnd():
        picture = fragments.fragment().charFormat()
        if picture.isImageFormat():
            name = picture.toImageFormat().name()
            image = browser.document().resource(QTextDocument.ImageResource, QUrl(name))
            pictures.append([image.width(), image.height()] if isinstance(image, QImage) else None)
        fragments += 1
    block = block.next()
print(json.dumps({"pictures": pictures, "asked": browser.asked, "text": browser.toPlainText()}))
