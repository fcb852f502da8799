"""The example models in the user's language. QGIS has no translations for models that are files."""

from qgis.core import QgsProcessingModelAlgorithm

from .translation import tr

# What holds words for people, wherever in a model it stands; tools/translations.py collects the same.
WORDS = ("model_name", "component_description", "description", "ALG_DESC")


def load(path):
    """Return a model with its words translated, None where it cannot be read.

    It is a copy without a file: the designer asks where to save it.
    """
    model = QgsProcessingModelAlgorithm()
    if not model.fromFile(str(path)) or not model.loadVariant(translated(model.toVariant())):
        return None
    return model


def translated(part):
    """Return a part of a model's definition with its words translated."""
    if isinstance(part, dict):
        return {
            name: tr(value) if name in WORDS and isinstance(value, str) and value else translated(value)
            for name, value in part.items()
        }
    return [translated(value) for value in part] if isinstance(part, list) else part
