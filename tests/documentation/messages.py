"""The messages of the error types in native/*/src/error.rs, as patterns with … for what differs."""

import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
# A message of an error type; one without words of its own repeats another's.
ATTRIBUTE = re.compile(r'#\[error\(\s*"((?:[^"\\]|\\.)*)"', re.DOTALL)
PLACEHOLDER = re.compile(r"(?:\{[^{}]*\})+")


def pattern(message):
    """A Rust format string as a person sees it."""
    text = re.sub(r"\\\n\s*", "", message).replace('\\"', '"')
    return PLACEHOLDER.sub("…", text)


def messages():
    """All patterns that have words, in the order of the sources."""
    found = {}
    for path in sorted(CHECKOUT.glob("native/*/src/error.rs")):
        for attribute in ATTRIBUTE.findall(path.read_text()):
            text = pattern(attribute)
            if re.search(r"[A-Za-z]", text):
                found.setdefault(text, path)
    return found
