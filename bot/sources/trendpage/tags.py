"""Properties of tags: which break a line, which hold no text, how deep they nest."""

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
OPENED_ANEW_MAX = 500_000
"""Ten levels of emphasis around 50,000 tags; as nodes, a second and 150 MB (measured)."""
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
_EMPHASIS = frozenset({"b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"})
_EMPHASISED = re.compile(rf"<(?:{'|'.join(sorted(_EMPHASIS))})[\s/>]", re.IGNORECASE)
_NEVER_DEEP = frozenset(
    {"br", "img", "hr", "input", "meta", "link", "wbr", "source", "area", "col", "embed", "param", "track"}
    | {"p", "li", "dt", "dd", "tr", "td", "th", "option", "thead", "tbody", "tfoot"}
)


def one_space(text: str) -> str:
    """Text with each run of spaces and tabs as one space; new lines stay."""
    return SPACES.sub(" ", text) if "  " in text or "\t" in text or "\f" in text else text


def nests_without_end(text: str) -> bool:
    """Whether a page is nested deeper than any real one: the parser would take seconds over it."""
    tags = text.count("<")
    if tags * tags <= OPENED_ANEW_MAX:
        return False
    if tags <= MANY_TAGS and tags * len(_EMPHASISED.findall(text)) <= OPENED_ANEW_MAX:
        return False  # as nearly every page, at a tenth of the time
    return _is_too_deep(text)


def _is_too_deep(text: str) -> bool:
    """Whether the tags nest without end, or emphasis is opened without end.

    HTML parsers take quadratic time over depth: 50,000 levels are 3 s. And what is emphasised stays so over the
    end of its paragraph: each that follows opens all of it anew, and 5 MB of such a page fill any memory.
    """
    open_tags: Counter[str] = Counter()
    depth = emphasis = opened_anew = 0
    for found in _TAG.finditer(text):
        tag = found[2].lower()
        if tag not in _EMPHASIS and not found[1]:
            opened_anew += emphasis
        if tag not in _NEVER_DEEP:
            step = (-1 if open_tags[tag] else 0) if found[1] else 1  # </i> closes no <b>
            open_tags[tag] += step
            depth += step
            emphasis += step if tag in _EMPHASIS else 0
        if depth > DEEPEST or opened_anew > OPENED_ANEW_MAX:
            return True
    return False
