"""What Sphinx cannot know of the documentation: that messages, pictures, links and commands are real.

usage: /usr/bin/python3 -m pytest tests/documentation      (needs no QGIS; about a minute)
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from messages import CHECKOUT, messages

DOCS = CHECKOUT / "docs"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", CHECKOUT / "target"))
sys.path.insert(0, str(DOCS / "_extensions"))
import algorithm_pages  # noqa: E402, its folder is no package

# A message of the page about them: a line of its own, explained on the next.
QUOTED = re.compile(r"^`(.+)`\n: \S", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)")


@pytest.fixture(scope="module")
def page():
    """The page about messages: what it quotes of errors, and what of warnings."""
    errors, warnings = (DOCS / "troubleshooting.md").read_text().split("\n## Warnings")
    return QUOTED.findall(errors), QUOTED.findall(warnings)


def test_the_page_has_the_messages_of_all_error_types_and_no_others(page):
    errors, _ = page
    assert len(errors) == len(set(errors))
    real = messages()
    missing = [f"{path.relative_to(CHECKOUT)}: {text}" for text, path in real.items() if text not in errors]
    assert not missing, "docs/troubleshooting.md lacks these messages"
    assert not set(errors) - real.keys(), (
        "docs/troubleshooting.md quotes messages that are not there any more"
    )


def test_the_warnings_of_the_page_are_in_the_sources(page):
    _, warnings = page
    assert len(warnings) > 5
    files = [path.read_text() for path in CHECKOUT.glob("native/*/src/**/*.rs") if "tests" not in path.parts]
    for warning in warnings:
        # What stands for a name or a number may be anything that a format string has there.
        wanted = re.compile(r"[^\n]*?".join(map(re.escape, warning.split("…"))))
        assert any(wanted.search(text) for text in files), f"not there any more: {warning}"


def test_every_picture_is_named_by_the_tutorial_and_small():
    shown = set(re.findall(r"\((\w+\.png)\)", (DOCS / "tutorial/index.md").read_text()))
    there = {path.name: path.stat().st_size for path in DOCS.glob("tutorial/*.png")}
    assert shown == there.keys()
    assert max(there.values()) < 100_000, there


def test_the_pictures_of_algorithms_are_there_small_and_on_their_pages():
    pictures = json.loads(algorithm_pages.PICTURES.read_text())
    there = {path.stem: path.stat().st_size for path in DOCS.glob("figures/algorithms/*.png")}
    assert pictures.keys() == there.keys(), "run tools/help_pictures.py"
    assert max(there.values()) < 150_000, there
    described = {algorithm["id"]: algorithm for algorithm in algorithm_pages.descriptions()}
    for name, picture in pictures.items():
        page = algorithm_pages.page(described[name], [], picture)
        assert f"(../figures/algorithms/{name}.png)" in page and picture["caption"] in page
        assert any(algorithm == name for algorithm, _ in picture["runs"]), f"{name} is not what is shown"


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "demo/README.md"])
def test_links_outside_of_the_site_lead_somewhere(page):
    links = [link for link in LINK.findall((CHECKOUT / page).read_text()) if "://" not in link]
    assert links
    broken = [link for link in links if not ((CHECKOUT / page).parent / link).exists()]
    assert not broken


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    """Runs lines as a shell does, in a folder that looks like the project's, with models of its own."""
    folder = tmp_path_factory.mktemp("project")
    for name in ("demo", "sample"):
        (folder / name).symlink_to(CHECKOUT / name)
    environment = {
        "HOME": str(tmp_path_factory.mktemp("home")),
        "LANG": "C.UTF-8",
        "PATH": f"{TARGET / 'release'}:/usr/bin:/bin",
        "TERRAMIND_ONNXRUNTIME": str(TARGET / "onnxruntime"),
    }

    def run(lines):
        done = subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-c", lines],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{lines}\n{done.stdout}{done.stderr}"
        return folder

    return run


def blocks(text):
    """The blocks of shell commands of a page."""
    return re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_commands_of_the_page_about_the_command_line_run(shell):
    commands = [
        block for block in blocks((DOCS / "command-line.md").read_text()) if "qgis_process" not in block
    ]
    assert len(commands) > 5
    for block in commands:
        folder = shell(block)
    made = {path.name for path in folder.iterdir()}
    assert {"land_cover.tif", "scores.json", "features.tif", "results.jsonl"} <= made
    assert "failed.txt" not in made
    assert len(list((folder / "features").iterdir())) == 3


def test_the_commands_about_fine_tuned_models_and_evaluation_run(shell):
    # The second page evaluates what the first one makes.
    for name in ("fine-tuned-models.md", "evaluation.md"):
        commands = blocks((DOCS / name).read_text())
        assert commands
        for block in commands:
            folder = shell(block)
    assert (folder / "report.html").exists()


def test_the_examples_of_the_algorithms_run(shell):
    described = {algorithm["id"] for algorithm in algorithm_pages.descriptions()}
    # Models before what uses them, a scene before what reads it, a map before its evaluation.
    order = [
        "importmodel",
        "samplescene",
        "generatemodality",
        "reconstruct",
        "timsegment",
        "embedlayer",
        "evaluate",
    ]
    text = dict(pages())
    ran = [name for name in order if name in text] + sorted(text.keys() - set(order))
    assert set(ran) <= described
    for name in ran:
        for block in blocks(text[name]):
            shell(block)


def pages():
    """The algorithms that have examples, with their pages."""
    algorithm_pages.write_pages()
    for path in sorted((DOCS / "algorithms").glob("*.md")):
        if blocks(path.read_text()):
            yield path.stem, path.read_text()
