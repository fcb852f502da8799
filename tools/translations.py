"""Keeps the translation files in i18n/ in step with the texts of the plugin.

usage: /usr/bin/python3 tools/translations.py update|check [--terramind PROGRAM]

Texts come from four places: the descriptions that the core gives (names, groups, summaries, help by
paragraphs, tags, labels), `tr( "…" )` in cpp/, `tr("…")` in plugin/, and the models in examples/. `update`
adds those that a file lacks, without a translation, and drops those that are gone. `check` fails where a file
is not in step, a translation is missing, or a placeholder (%1, {}) got lost.
"""

import argparse
import ast
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

CHECKOUT = Path(__file__).resolve().parents[1]
CONTEXT = "TerraMind"
FILES = sorted((CHECKOUT / "i18n").glob("terramind_*.ts"))
PLACEHOLDER = re.compile(r"%\d+|\{\w*\}")
HOW_TO = """
To bring i18n/ up to date:
  1. cargo build --release
  2. /usr/bin/python3 tools/translations.py update
  3. in i18n/terramind_de.ts (by hand or in Qt Linguist) write a <translation> for each text of
     type="unfinished", and remove that type
  4. /usr/bin/python3 tools/translations.py check
"""


def descriptions(program):
    """Yield (text, where it stands) of everything that the core describes."""
    listed = subprocess.run([program, "list"], check=True, capture_output=True, text=True).stdout
    for line in listed.splitlines():
        name = line.split("\t")[0].split(":")[1]
        described = subprocess.run([program, "describe", name], check=True, capture_output=True, text=True)
        algorithm = json.loads(described.stdout)
        for part in ("group", "name", "summary"):
            yield algorithm[part], f"{name}: {part}"
        for paragraph in re.split(r"\n\s*\n", algorithm["help"]):
            yield paragraph, f"{name}: help"
        yield ",".join(algorithm["tags"]), f"{name}: words to find it by, with commas between"
        for parameter in algorithm["parameters"] + algorithm["outputs"]:
            where = f"{name}: {parameter['name']}"
            yield parameter["label"], where
            for paragraph in re.split(r"\n\s*\n", parameter.get("help", "")):
                yield paragraph, where
            for option in parameter.get("options", []):
                yield option["label"], f"{where}, {option['value']}"


def shim():
    """Yield the texts of the C++ side."""
    call = re.compile(r'\btr\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)')
    literal = re.compile(r'"((?:[^"\\]|\\.)*)"')
    for path in sorted(CHECKOUT.glob("cpp/*.cpp")):
        for found in call.finditer(path.read_text(encoding="utf-8")):
            text = "".join(literal.findall(found[1])).replace('\\"', '"').replace("\\n", "\n")
            yield text, f"cpp/{path.name}"


def plugin():
    """Yield the texts of the Python side, and the words in the example models of its menu."""
    for path in sorted(CHECKOUT.glob("plugin/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_call = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tr"
            if is_call and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value, f"plugin/{path.name}"
    words = words_of_models()
    for path in sorted(CHECKOUT.glob("examples/*.model3")):
        yield path.stem.replace("_", " ").capitalize(), f"examples/{path.name}"
        for option in ElementTree.parse(path).iter("Option"):  # noqa: S314, files of this repository
            if option.get("name") in words and option.get("type") == "QString":
                yield option.get("value"), f"examples/{path.name}"


def words_of_models():
    """What the plugin translates in a model."""
    module = ast.parse((CHECKOUT / "plugin/examples.py").read_text(encoding="utf-8"))
    assigned = (node for node in module.body if isinstance(node, ast.Assign))
    return next(ast.literal_eval(node.value) for node in assigned if node.targets[0].id == "WORDS")


def texts(program):
    """Return every text once, with the first place where it stands."""
    found = {}
    for source in (descriptions(program), shim(), plugin()):
        for text, where in source:
            if text.strip():
                found.setdefault(text, where)
    return found


def read(path):
    """Return the translations of a file by their texts; None for those that are not finished."""
    translations = {}
    for message in ElementTree.parse(path).iter("message"):  # noqa: S314, files of this repository
        translation = message.find("translation")
        unfinished = translation.get("type") == "unfinished" or not (translation.text or "").strip()
        translations[message.findtext("source")] = None if unfinished else translation.text
    return translations


def write(path, found, translations):
    """Write a file in the form of Qt Linguist."""
    language = path.stem.split("_")[1]
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<!DOCTYPE TS>",
        f'<TS version="2.1" language="{language}" sourcelanguage="en">',
        f"<context>\n    <name>{CONTEXT}</name>",
    ]
    for text, where in found.items():
        translation = translations.get(text)
        state = "" if translation else ' type="unfinished"'
        lines += [
            "    <message>",
            f"        <source>{escape(text)}</source>",
            f"        <extracomment>{escape(where)}</extracomment>",
            f"        <translation{state}>{escape(translation or '')}</translation>",
            "    </message>",
        ]
    path.write_text("\n".join([*lines, "</context>", "</TS>", ""]), encoding="utf-8")


def problems(path, found):
    """Yield what is wrong with a file."""
    translations = read(path)
    for text, where in found.items():
        shown = text if len(text) < 80 else text[:77] + "…"
        if text not in translations:
            yield f"{path.name} lacks a text ({where}): {shown}"
        elif translations[text] is None:
            yield f"{path.name} has no translation ({where}): {shown}"
        elif Counter(PLACEHOLDER.findall(text)) != Counter(PLACEHOLDER.findall(translations[text])):
            yield f"{path.name}: the placeholders of the translation are others ({where}): {shown}"
    for text in translations.keys() - found.keys():
        yield f"{path.name} has a text that is gone: {text[:80]}"


def main():
    """Update or check all files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", choices=("update", "check"))
    parser.add_argument("--terramind", default=CHECKOUT / "target/release/terramind")
    given = parser.parse_args()
    found = texts(given.terramind)
    if given.task == "update":
        for path in FILES:
            translations = read(path)
            write(path, found, translations)
            print(f"{path.name}: {sum(not translations.get(text) for text in found)} of {len(found)} to do")
        return 0
    wrong = [problem for path in FILES for problem in problems(path, found)]
    for problem in wrong:
        print(problem, file=sys.stderr)
    if wrong:
        print(HOW_TO, file=sys.stderr)
        return 1
    print(f"{len(found)} texts are translated in {', '.join(path.name for path in FILES)}")
    return 0 if FILES else 1


if __name__ == "__main__":
    sys.exit(main())
