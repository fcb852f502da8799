"""Writes a page for each algorithm from its description, of which the dialogs in QGIS are made, too.

The pages go to docs/algorithms/ at the beginning of each build; that folder is emptied first, not committed.
The program `terramind` is asked: that of TERRAMIND, else the one in target/release. Examples come from
examples.json, so that they can be run by a test; an algorithm without one there has none. The pictures that
pictures.json describes are made by tools/help_pictures.py.
"""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1]
PAGES = DOCS / "algorithms"
EXAMPLES = DOCS / "examples.json"
# What tools/help_pictures.py makes pictures of, and what is written below them.
PICTURES = DOCS / "pictures.json"

# How the kind of a parameter is called in a table.
KINDS = {
    "raster": "raster layer",
    "rasters": "raster layers, in order",
    "vector": "vector layer",
    "field": "field of that layer",
    "file": "file",
    "folder": "folder",
    "string": "text",
    "enum": "choice",
    "crs": "coordinate reference system",
    "extent": "extent",
    "integer": "whole number",
    "number": "number",
    "boolean": "yes or no",
    "raster_destination": "raster to write",
    "vector_destination": "vector layer to write",
    "file_destination": "file to write",
    "folder_destination": "folder to write",
}


def setup(app):
    """Called by Sphinx."""
    app.connect("builder-inited", lambda _: write_pages())
    return {"parallel_read_safe": True}


def write_pages():
    """Write the pages and their index."""
    shutil.rmtree(PAGES, ignore_errors=True)
    PAGES.mkdir()
    examples = json.loads(EXAMPLES.read_text())
    algorithms = descriptions()
    unknown = examples.keys() - {a["id"] for a in algorithms}
    if unknown:
        raise ValueError(f"{EXAMPLES.name} has examples of algorithms that do not exist: {sorted(unknown)}")
    pictures = json.loads(PICTURES.read_text())
    for algorithm in algorithms:
        name = algorithm["id"]
        text = page(algorithm, examples.get(name, []), pictures.get(name))
        (PAGES / f"{algorithm['id']}.md").write_text(text)
    (PAGES / "index.md").write_text(index(algorithms))


def descriptions():
    """What the program tells of all its algorithms, on a machine without models."""
    program = os.environ.get("TERRAMIND", DOCS.parent / "target/release/terramind")
    with tempfile.TemporaryDirectory() as empty:

        def ask(*words):
            environment = {**os.environ, "TERRAMIND_MODELS": empty}
            return subprocess.run([program, *words], env=environment, capture_output=True, check=True).stdout

        ids = [line.split("\t")[0].split(":")[1] for line in ask("list").decode().splitlines()]
        return [json.loads(ask("describe", name)) for name in ids]


def index(algorithms):
    """The page that lists them."""
    rows = [
        f"| [{a['name']}]({a['id']}.md) | {a['group']} | `terramind:{a['id']}` | {cell(a['summary'])} |"
        for a in algorithms
    ]
    return "\n".join(
        [
            "# Algorithms",
            "",
            "These pages are made from the descriptions that the dialogs in QGIS are made of.",
            "",
            "| algorithm | group in the toolbox | id | does |",
            "|---|---|---|---|",
            *rows,
            "",
            "```{toctree}",
            ":hidden:",
            *(a["id"] for a in algorithms),
            "```",
            "",
        ]
    )


def page(algorithm, examples, picture=None):
    """The page of one algorithm."""
    parameters = algorithm["parameters"]
    known = {p["name"] for p in parameters}
    wrong = {name for example in examples for name in example["parameters"]} - known
    if wrong:
        raise ValueError(f"{EXAMPLES.name}: {algorithm['id']} has no {sorted(wrong)}")
    inputs = [p for p in parameters if not p["kind"].endswith("_destination")]
    parts = [
        f"# {algorithm['name']}",
        algorithm["summary"],
        f"In QGIS: *Processing Toolbox → TerraMind → {algorithm['group']} → {algorithm['name']}*. "
        f"Elsewhere: `terramind:{algorithm['id']}`.",
        *figure(algorithm["id"], picture),
        algorithm["help"],
        "## Parameters",
        table([p for p in inputs if not p["advanced"]]),
        *section("Advanced parameters", [p for p in inputs if p["advanced"]], 3),
        *section("Outputs", [p for p in parameters if p not in inputs], 2),
        *values(algorithm["outputs"]),
        *calls(algorithm["id"], examples),
    ]
    return "\n\n".join(parts) + "\n"


def figure(name, picture):
    """What an algorithm makes of an invented scene, where there is a picture of that."""
    if not picture:
        return []
    shown = ", ".join(picture["panels"].values())
    return [f"![{shown}](../figures/algorithms/{name}.png)", f"*{picture['caption']}*"]


def section(title, parameters, level):
    """A heading and a table, where there is something to put into it."""
    return ["#" * level + f" {title}", table(parameters)] if parameters else []


def table(parameters):
    """A table of parameters."""
    rows = [
        f"| {p['label']}<br>`{p['name']}` | {kind(p)} | {cell(p['help'])}{options(p)} |" for p in parameters
    ]
    return "\n".join(["| parameter | kind | meaning |", "|---|---|---|", *rows])


def kind(parameter):
    """What a parameter takes, and what it is where nothing is given."""
    words = [KINDS[parameter["kind"]]]
    if parameter["kind"] in ("integer", "number"):
        least, most = parameter.get("minimum"), parameter.get("maximum")
        words += [f"from {least}"] if least is not None else []
        words += [f"to {most}"] if most is not None else []
    if parameter["optional"]:
        words.append("(optional)")
    default = parameter.get("default")
    if default not in (None, ""):
        words.append(f"<br>default: `{str(default).lower() if isinstance(default, bool) else default}`")
    if parameter.get("default_with_map"):
        words.append(f"<br>in QGIS: `{parameter['default_with_map']}`")
    return " ".join(words)


def options(parameter):
    """The choices of a parameter, or the files that it takes."""
    if parameter["kind"] == "enum":
        return "<br>" + "<br>".join(f"`{o['value']}`: {cell(o['label'])}" for o in parameter["options"])
    if parameter["kind"] == "file" and parameter.get("extensions"):
        return "<br>" + ", ".join(f"`.{e}`" for e in parameter["extensions"])
    return ""


def values(outputs):
    """Results that are no files."""
    if not outputs:
        return []
    rows = [f"| {o['label']}<br>`{o['name']}` | {KINDS.get(o['kind'], o['kind'])} |" for o in outputs]
    return [
        "Besides, these values come back, for models and scripts:",
        "\n".join(["| value | kind |", "|---|---|", *rows]),
    ]


def calls(name, examples):
    """The same runs on the command line, in qgis_process and in QGIS's Python console."""
    parts = ["## Examples"] if examples else []
    for example in examples:
        given = example["parameters"]
        parts += [
            f"{example['what']}. On the command line:",
            fence("sh", command(name, given)),
            "In the Python console of QGIS:",
            fence("python", python_call(name, given)),
        ]
    return parts


def command(name, given):
    """A call of the program; a list is given one by one."""
    words = []
    for parameter, value in given.items():
        for one in value if isinstance(value, list) else [value]:
            text = str(one).lower() if isinstance(one, bool) else str(one)
            words.append(f"--{parameter}='{text}'" if set(text) & set(" |;[]") else f"--{parameter}={text}")
    return f"terramind run {name} \\\n    " + " \\\n    ".join(words)


def python_call(name, given):
    """A call in Python."""
    lines = [f'    "{parameter}": {value!r},'.replace("'", '"') for parameter, value in given.items()]
    return "\n".join([f'processing.run("terramind:{name}", {{', *lines, "})"])


def fence(language, text):
    """A block of code."""
    return f"```{language}\n{text}\n```"


def cell(text):
    """Text as a cell of a table takes it."""
    return text.replace("|", "\\|").replace("\n\n", "<br>").replace("\n", " ")
