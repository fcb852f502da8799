"""Texts in the user's language: the files of `i18n/`, which hold those of the libraries too."""

from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QLocale, QTranslator

FOLDER = Path(__file__).resolve().parent / "i18n"
CONTEXT = "TerraMind"


def tr(text):
    """Return a text in the user's language."""
    return QCoreApplication.translate(CONTEXT, text)


def install():
    """Use the language that QGIS uses, and return what `remove` takes; None where there is no file of it."""
    translator = QTranslator()
    if not translator.load(QLocale(QgsApplication.locale()), "terramind", "_", str(FOLDER)):
        return None
    QCoreApplication.installTranslator(translator)
    return translator


def remove(translator):
    """Give up a language."""
    if translator:
        QCoreApplication.removeTranslator(translator)
