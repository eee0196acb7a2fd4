"""Names mean one thing, and prose calls things by the field's words."""

from __future__ import annotations

import re
from collections import defaultdict

from .documents import pages, texts

OURS = ("bot/", "cogs/", "config/")

_CLASS = re.compile(r"^ *class (\w+)", re.MULTILINE)
_HEADLESS = re.compile(
    r"(What|Who|Whoever|Whatever|Whose|Whom|How|When|Where|Those|That|Which|Why)\b"
    r"|(Of|For|It|By|Never|As|In|At(?! (?:most|least)\b)|From|Under|Until|With|Without|Nobody|The same|Beyond)\b"
    r"|(Beside|Besides|Before|After|Then|Does|Since)\b"
)
"""Beginnings of a sentence whose object stands elsewhere. A docstring is read on its own, in a list or a
tooltip."""
_METAPHOR = re.compile(r"\b(house|rooms|walls)\b", re.IGNORECASE)
_TRIPLE = re.compile(r'^(.*?)"""([\s\S]*?)"""', re.MULTILINE)
_COMMENT = re.compile(r"(?:^|  )# (.*)", re.MULTILINE)
_OUR_OWN = re.compile(r"test_names|`[^`]*`")


def docstrings_of(text: str) -> list[str]:
    """The docstrings of a file, and other strings in three quotes that stand as statements."""
    return [said for before, said in _TRIPLE.findall(text) if not before.strip()]


def prose_of(text: str) -> list[str]:
    """The docstrings and comments of a file."""
    return docstrings_of(text) + _COMMENT.findall(text)


def test_no_class_name_is_defined_twice() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for path, text in texts().items():
        if path.startswith(OURS):
            for name in _CLASS.findall(text):
                found[name].append(path)

    assert {name: paths for name, paths in found.items() if len(paths) > 1} == {}


def test_first_line_of_a_docstring_names_its_object() -> None:
    found = [
        (path, said.strip().splitlines()[0])
        for path, text in texts().items()
        if path.startswith(OURS)
        for said in docstrings_of(text)
        if _HEADLESS.match(said.strip())
    ]

    assert found == []


def test_prose_of_the_code_speaks_of_no_house_rooms_or_walls() -> None:
    found = [
        (path, said)
        for path, text in texts().items()
        if path not in {"tests/test_names.py", "bot/core/stories/thesaurus.py"}  # whose texts are words of posts
        for said in prose_of(text)
        if _METAPHOR.search(_OUR_OWN.sub("", said))
    ]

    assert found == []


def test_documentation_speaks_of_no_house_rooms_or_walls() -> None:
    found = [page.path.as_posix() for page in pages("*.md", "docs/**/*.md") if _METAPHOR.search(page.text)]

    assert found == []
