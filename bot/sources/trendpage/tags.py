"""What the tags of a page mean for reading it: which break a line, which hold no text, how deep they nest."""

from __future__ import annotations

import re
from collections import Counter

INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins", "kbd"}
    | {"label", "mark", "path", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup"}
    | {"svg", "time", "title", "tt", "u", "use", "var", "wbr"}
)
UNREAD = frozenset({"head", "script", "style", "noscript", "template", "iframe", "textarea", "select", "object"})
MARKUP = re.compile(r"</[a-z]|<(?:!doctype|html|body|br|p|div|pre|blockquote|table|li|h\d)\b", re.IGNORECASE)
SPACES = re.compile(r"[ \t\r\f]+")
MANY_TAGS, DEEPEST = 10_000, 2_000
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
_NEVER_DEEP = frozenset(
    {"br", "img", "hr", "input", "meta", "link", "wbr", "source", "area", "col", "embed", "param", "track"}
    | {"p", "li", "dt", "dd", "tr", "td", "th", "option", "thead", "tbody", "tfoot"}
)


def one_space(text: str) -> str:
    """Text with each run of spaces and tabs as one space; new lines stay."""
    return SPACES.sub(" ", text) if "  " in text or "\t" in text or "\f" in text else text


def nests_without_end(text: str) -> bool:
    """Whether a page is nested deeper than any real one: the parser would take seconds over it."""
    return text.count("<") > MANY_TAGS and _depth(text) > DEEPEST


def _depth(text: str) -> int:
    """About how deep the tags nest. HTML parsers take quadratic time over depth: 50,000 levels are 3 s."""
    open_tags: Counter[str] = Counter()
    depth = deepest = 0
    for closing, name in _TAG.findall(text):
        tag = name.lower()
        if tag in _NEVER_DEEP:
            continue
        step = (-1 if open_tags[tag] else 0) if closing else 1
        open_tags[tag] += step
        depth += step
        deepest = max(deepest, depth)
    return deepest
