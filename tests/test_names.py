"""Names mean one thing, and prose calls things by the field's words."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict

from .documents import pages, texts

OURS = ("bot/", "cogs/", "config/")

_CLASS = re.compile(r"^ *class (\w+)", re.MULTILINE)
_METAPHOR = re.compile(r"\b(house|rooms|walls)\b", re.IGNORECASE)
_OUR_OWN = re.compile(r"test_names|`[^`]*`")


def prose_of(path: str, text: str) -> list[str]:
    """The docstrings (and other strings that stand as statements) and comments of a file."""
    if not _METAPHOR.search(text):
        return []
    tree = ast.parse(text, path)
    said = [
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ]
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return said + [token.string for token in tokens if token.type == tokenize.COMMENT]


def test_no_class_name_is_defined_twice() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for path, text in texts().items():
        if path.startswith(OURS):
            for name in _CLASS.findall(text):
                found[name].append(path)

    assert {name: paths for name, paths in found.items() if len(paths) > 1} == {}


def test_prose_of_the_code_speaks_of_no_house_rooms_or_walls() -> None:
    found = [
        (path, said)
        for path, text in texts().items()
        if path != "tests/test_names.py"
        for said in prose_of(path, text)
        if _METAPHOR.search(_OUR_OWN.sub("", said))
    ]

    assert found == []


def test_documentation_speaks_of_no_house_rooms_or_walls() -> None:
    found = [page.path.as_posix() for page in pages("*.md", "docs/**/*.md") if _METAPHOR.search(page.text)]

    assert found == []
