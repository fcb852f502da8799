"""How Sphinx builds the documentation; build.sh beside this file calls it."""

import re
import sys
from pathlib import Path

docs = Path(__file__).resolve().parent
sys.path.insert(0, str(docs / "_extensions"))

project = "TerraMind for QGIS"
author = "TerraMind for QGIS authors"
copyright = author  # noqa: A001, the name is Sphinx's
version = release = re.search(r"^version=(.+)$", (docs.parent / "metadata.txt").read_text(), re.MULTILINE)[1]

extensions = ["myst_parser", "algorithm_pages"]
myst_enable_extensions = ["deflist"]
# The contract between the two halves of the plugin is for those who work on it.
exclude_patterns = ["contract.md"]
# Every word in backquotes is code; typographic replacements would change commands that people copy.
smartquotes = False
myst_heading_anchors = 3
# A link to a page, a heading or a picture that is not there is a warning, and warnings are errors.
nitpicky = True

html_theme = "furo"
html_title = f"TerraMind for QGIS {release}"
html_favicon = "../plugin/icon.svg"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
# In the plugin's folder the pages are read without a server, and their sources are not needed.
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_theme_options = {"top_of_page_buttons": []}
