"""Text and authors of an entry: from raw texts to text for people. Pure.

RSS never says whether a title or a description is HTML. A text is taken for HTML where it holds elements as HTML
has them; any other ``<`` is a bracket, and nothing of it is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import unescape
from typing import Final

from bot.core.identity.urls import normal_url
from bot.core.text import excerpt, one_line
from bot.sources.parsing.html_text import HTML_MAX, html_to_text, lines_to_text, plain_to_text
from bot.sources.parsing.sanitize import clean_name

from .raw import Kind, RawEntry, RawText

SUMMARY_MAX: Final = 600
"""Characters of an entry's summary; some feeds send whole articles."""
ENOUGH: Final = SUMMARY_MAX + 200
"""Characters that are read of a long text: an excerpt ends before an address that begins in it."""
NAMES_MAX: Final = 3
"""Authors of an entry that are named."""

_PAIRED: Final = re.compile(
    r"<(?:a|abbr|address|applet|article|aside|audio|b|big|blink|blockquote|center|cite|code|dd|del|details|div|dl|dt|"
    r"em|figcaption|figure|font|footer|form|frameset|h[1-6]|header|i|iframe|ins|kbd|li|main|mark|marquee|nav|noscript|"
    r"object|ol|p|pre|q|rp|rt|ruby|s|samp|script|section|small|span|strike|strong|style|sub|summary|sup|table|tbody|"
    r"td|th|thead|time|tr|tt|u|ul|var|video|(?:[a-z]+:)?(?:svg|math))(?:\s[^<>]*+)?>", re.IGNORECASE
)  # fmt: skip
_CLOSED: Final = re.compile(r"</((?:[A-Za-z]+:)?[A-Za-z][A-Za-z0-9]*+)\s*+>")
_VOID: Final = re.compile(
    r"<(?:br|hr|img|wbr|p)(?:\s[^<>]*+|/)?+>|<!--|<(?:a|applet|base|embed|font|frame|iframe|input|link|meta|object)"
    r"\s[^<>=]*+=", re.IGNORECASE
)  # fmt: skip
_VOID_IN_TITLE: Final = re.compile(r"<(?:br|wbr|img\s[^<>]*+)\s*+/?+>", re.IGNORECASE)
_TAG_NAME: Final = re.compile(r"(?:[A-Za-z]+:)?[A-Za-z][A-Za-z0-9]*+")
_BRACKET: Final = re.compile(r"<(?=(/?)([A-Za-z][A-Za-z0-9]*+)?)")
_REFERENCE: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MAIL: Final = re.compile(
    r"(?:mailto:)?(?<![^\s<>()\[\],;:\"'])[^\s<>()\[\],;:\"'@]{1,100}@[^\s<>()\[\],;:\"'@]{1,255}", re.IGNORECASE
)
_OWN, _IN_BRACKETS = "\x1e", "\x1d"
"""Marks for an entry's own address, which no text has. A pattern of it takes 4 ms to compile, each time."""
_OWN_AT_END: Final = re.compile(rf"[ \t]*[{_OWN}{_IN_BRACKETS}](?=[^\S{_OWN}{_IN_BRACKETS}]|\)|\Z)")
_MARKED: Final = re.compile(r"[?#][^\s()<>\"']{0,1000}")
_SCHEMES: Final = ("https://", "http://")
OWN_MAX: Final = 20
"""Times that an entry's own address is looked for in other forms."""
_AROUND_A_NAME: Final = " \t\"'<>,;:/-–—|"
_AT: Final = re.compile(r"\s?[(\[]\s?at\s?[)\]]\s?", re.IGNORECASE)
_DOT: Final = re.compile(r"\s?[(\[]\s?dot\s?[)\]]\s?", re.IGNORECASE)
"""Ways to write a dot in an address hidden from robots."""
_EMPTY: Final = re.compile(r"[(\[<]\s?[)\]>]")
_WRITTEN_CDATA: Final = re.compile(r"\s*+<!\[CDATA\[(.*)\]\]>\s*", re.DOTALL)
_WHOLLY_HTML: Final = re.compile(r"\s*+<[A-Za-z][^<>]*+>.*>\s*", re.DOTALL)
"""A text that begins and ends with a tag: the markup of a page, and no sentence about markup."""
_LINKED: Final = re.compile(r"</?a(?:\s[^<>]*+)?>", re.IGNORECASE)
_NOT_WORDS: Final = re.compile(r"[\W_]+")


def title_of(of: RawEntry) -> str:
    """A title in one line; empty where there is none."""
    return next((line for text in _ranked(of.titles) if (line := one_line(_title(text)))), "")


def words_of(entry: RawEntry, title: str, own: str | None, base: str, redact: Callable[[str], str]) -> str:
    """The title, and below it what the summary adds to it.

    ``own``: the entry's address, which is shown anyway. ``base``: where relative links are meant from.
    ``redact``: leaves out what nobody is to read, before anything is cut.
    """
    summary = ""
    for text in [*_ranked(entry.summaries), *entry.contents]:
        summary = excerpt(_shown(text, own, base, redact), SUMMARY_MAX)
        if summary:
            break
    folded = " ".join(summary.split())
    if not title or (folded.startswith(title) and len(folded) > len(title)):
        return summary or title
    return title if _same_words(folded, title) else f"{title}\n{summary}".strip()


def _shown(text: RawText, own: str | None, base: str, redact: Callable[[str], str]) -> str:
    """A text without what nobody is to read; of a long one what its excerpt depends on."""
    found = readable(text, own, base, ENOUGH)
    said = _without_own(redact(found), own)
    if len(said) >= ENOUGH or len(found) < ENOUGH:
        return said
    return _without_own(redact(readable(text, own, base)), own)


def readable(text: RawText, own: str | None = None, base: str = "", enough: int | None = None) -> str:
    """A text as a person reads it. Links to ``own`` are only what they say, others are meant from ``base``.

    Line ends are white space in HTML, and lines anywhere else. ``enough``: of a longer text so many characters do.
    """
    value = _unwrapped(text)
    if text.kind is Kind.PLAIN or (text.kind is Kind.LOOSE and "<" not in value and "&" not in value):
        return lines_to_text(value)
    if text.kind is Kind.HTML or _is_html(value):
        return html_to_text(value, own=own, base=text.base or base, enough=enough)
    resolved = _resolved(value)
    if "<" not in value and _WHOLLY_HTML.fullmatch(resolved) and _is_html(resolved):  # escaped twice
        return html_to_text(resolved, own=own, base=text.base or base, enough=enough)
    return lines_to_text(resolved)


def author_of(names: Sequence[str]) -> str | None:
    """Names of people, never their addresses: ``a@b.example (Hanako)`` is Hanako. None where there is no name."""
    found: dict[str, None] = {}
    for each in names:
        name = _person(each)
        # Some elements name all authors at once, beside those that name one each.
        if name and not all(part in found for part in name.split(", ")):
            found[name] = None
    return clean_name(", ".join([*found][:NAMES_MAX])) if found else None


def _person(written: str) -> str:
    line = one_line(_title(RawText(_LINKED.sub("", written[:1_000]), Kind.LOOSE)))
    if _AT.search(line):
        line = _AT.sub("@", _DOT.sub(".", line))
    if "@" not in line:
        return line
    bare = one_line(_EMPTY.sub(" ", _MAIL.sub(" ", line))).strip(_AROUND_A_NAME)
    if bare in {f"({bare[1:-1]})", f"[{bare[1:-1]}]"}:  # whose address it was
        bare = bare[1:-1].strip(_AROUND_A_NAME)
    if bare.count("(") != bare.count(")"):
        bare = bare.strip("()[]").strip(_AROUND_A_NAME)
    return bare if any(map(str.isalnum, bare)) else ""


def _ranked(texts: Sequence[tuple[int, RawText]]) -> list[RawText]:
    """The likeliest first."""
    return (
        [text for _, text in sorted(texts, key=lambda ranked: ranked[0])]
        if len(texts) > 1
        else [text for _, text in texts]
    )


def _title(text: RawText) -> str:
    value = _unwrapped(text)[:HTML_MAX]
    if ("<" not in value and "&" not in value) or text.kind is Kind.PLAIN:
        return plain_to_text(value)
    if text.kind is Kind.HTML:
        return html_to_text(value)
    return html_to_text(_brackets_escaped(value)) if "<" in value else plain_to_text(_resolved(value))


def _unwrapped(text: RawText) -> str:
    """A text without a CDATA section that was escaped as if it were text itself."""
    value = text.value
    if "<![CDATA[" not in value or text.kind is Kind.PLAIN:
        return value
    found = _WRITTEN_CDATA.fullmatch(value)
    return found[1] if found else value


def _resolved(text: str) -> str:
    return _REFERENCE.sub(lambda found: unescape(found[0]), text)


def _is_html(value: str) -> bool:
    """Whether a text holds an element of HTML with its end, or one that has none."""
    cut = value[:HTML_MAX]
    if _VOID.search(cut):
        return True
    closed = {name.lower() for name in _CLOSED.findall(cut)}
    return bool(closed) and any(
        (named := _TAG_NAME.match(found[0], 1)) is not None and named[0].lower() in closed
        for found in _PAIRED.finditer(cut)
    )


def _brackets_escaped(title: str) -> str:
    """A title in which only pairs of elements that a title can have are markup; any other ``<`` is a bracket."""
    opened = {_TAG_NAME.match(found[0], 1)[0].lower() for found in _PAIRED.finditer(title)}  # type: ignore[index]
    pairs = opened & {name.lower() for name in _CLOSED.findall(title)}

    def bracket(found: re.Match[str]) -> str:
        is_markup = (found[2] or "").lower() in pairs or _VOID_IN_TITLE.match(title, found.start())
        return "<" if is_markup else "&lt;"

    return _BRACKET.sub(bracket, title)


def _without_own(text: str, own: str | None) -> str:
    """The text without the address that the alert leads to anyway, where it stands alone or ends a line."""
    if own is None:
        return text
    if (bare := own.partition("://")[2]) not in text:
        return text
    text = _unmarked(text, own, bare)
    marked = text.replace(f"({own})", _IN_BRACKETS).replace(own, _OWN)
    left = _OWN_AT_END.sub("", marked).replace(_IN_BRACKETS, f"({own})").replace(_OWN, own)
    return left.strip()


def _unmarked(text: str, own: str, bare: str) -> str:
    """A text in which ``own`` stands in one form: no marks behind it, no other scheme or part of the page.

    ``bare``: it without its scheme.
    """
    pieces = text.split(bare, OWN_MAX)
    shown = pieces[:1]
    for piece in pieces[1:]:
        scheme = next((each for each in _SCHEMES if shown[-1].endswith(each)), "")
        marks = found[0] if (found := _MARKED.match(piece)) else ""
        if scheme and (marks or not own.startswith(scheme)) and _is_same(f"{scheme}{bare}{marks}", own):
            shown[-1] = shown[-1].removesuffix(scheme)
            shown += [own, piece[len(marks) :]]
        else:
            shown += [bare, piece]
    return "".join(shown)


def _is_same(address: str, own: str) -> bool:
    try:
        return normal_url(address) == normal_url(own)
    except ValueError:
        return False


def _same_words(summary: str, title: str) -> bool:
    """Whether a summary says no more than its title; its beginning nearly always decides."""
    if _first_letter(summary) != _first_letter(title):
        return False
    words = _only_words(title)
    return words.startswith(_only_words(summary[: 2 * len(title)])) and _only_words(summary) == words


def _first_letter(text: str) -> str:
    """The beginning of ``_only_words``; empty where there is none."""
    return next(filter(str.isalnum, text), "").casefold()[:1]


def _only_words(text: str) -> str:
    return _NOT_WORDS.sub("", text).casefold()
