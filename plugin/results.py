"""Names in QGIS's results viewer, which calls a page what its parameter is called: one name for all runs."""

import re
from html import unescape
from pathlib import Path

from qgis.core import QgsApplication, QgsProcessingOutputHtml

# Where title and generator stand, in bytes.
HEAD = 4096
GENERATOR = '<meta name="generator" content="TerraMind for QGIS '


class PageNames:
    """Lists pages of ours by their titles, as long as the plugin is loaded."""

    def __init__(self):
        from processing.core.ProcessingResults import resultsList  # there in a window only

        self.results = resultsList
        self.results.resultAdded.connect(self.name)

    def remove(self):
        """Leave names to QGIS."""
        self.results.resultAdded.disconnect(self.name)

    def name(self):
        """Call the newest page by its title; a name that somebody chose, such as a model's, stays."""
        newest = self.results.getResults()[-1]
        title = title_of(newest.filename)
        usual = next((name for name in usual_names() if newest.name.startswith(name)), None)
        if title and usual and not title.startswith(usual):
            # QGIS counts the pages of a batch behind the name.
            newest.name = title + newest.name[len(usual) :]
            # The viewer may have read the old name already.
            self.results.resultAdded.emit()


def usual_names():
    """What the pages' parameters are called."""
    provider = QgsApplication.processingRegistry().providerById("terramind")
    outputs = (output for algorithm in provider.algorithms() for output in algorithm.outputDefinitions())
    return {output.description() for output in outputs if isinstance(output, QgsProcessingOutputHtml)}


def title_of(path):
    """Return the title of a page of ours, None of any other file."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(HEAD).decode(errors="replace")
    except OSError:
        return None
    title = re.search("<title>(.*?)</title>", head, re.DOTALL)
    return unescape(title[1]) if title and GENERATOR in head else None
