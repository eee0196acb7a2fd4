"""Bytes to text: the encoding a page or a feed declares, and the one it is really in."""

from __future__ import annotations

import codecs
import contextlib
import re
from collections.abc import Iterable
from typing import Final

from .encoding_guess import guessed, is_credible
from .legacy_encodings import name_of, read_as

# White space is never given back: 8,000 spaces in a header took 0.8 s.
_CHARSET = re.compile(r"charset\s*+=\s*+[\"']?\s*+([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(r"^\s*+<\?xml[^>]{0,200}?encoding\s*+=\s*+[\"']\s*+([\w.:-]+)", re.IGNORECASE)
_LANGUAGE: Final = re.compile(
    rb"(?:<(?:dc:)?language>\s*+|(?:xml:)?lang=[\"']\s*+)([A-Za-z]{2}(?:[-_][A-Za-z]{2,4})?)"
)
_LANGUAGE_WITHIN: Final = 10_000
"""Bytes in which a document names its language."""
_UNMARKED: Final = {
    b"<\0": "utf-16-le", b"{\0": "utf-16-le", b"\0<": "utf-16-be", b"\0{": "utf-16-be",
}  # fmt: skip
"""Markup and JSON in UTF-16 without its mark (XML 1.0, appendix F)."""
_USUAL_IN: Final = {
    "zh-tw": "big5hkscs", "zh-hk": "big5hkscs", "zh-hant": "big5hkscs", "zh": "gb18030", "ko": "cp949",
    "ru": "cp1251", "uk": "cp1251", "bg": "cp1251", "be": "cp1251", "sr": "cp1251", "el": "cp1253", "tr": "cp1254",
    "he": "cp1255", "ar": "cp1256", "pl": "cp1250", "cs": "cp1250", "sk": "cp1250", "hu": "cp1250", "th": "cp874",
    "ro": "cp1250",
}  # fmt: skip
"""Old encodings that sites in these languages use without saying so, the more exact tag first."""
_FEW: Final = 0.02
"""Share of broken characters in text beyond ASCII up to which it is still UTF-8."""


def decode(body: bytes, content_type: str | None) -> str:
    """The text of a body: UTF-8 where it is, else as declared (header, then document), else what can be saved.

    UTF-8 with a broken character in it, or cut within one, is UTF-8. A declaration is believed where the text in
    it is usual in any language; else, and without one, the encoding is guessed by what is.
    """
    evident = _strictly(body, _evident(body))
    if evident is not None:
        return evident
    if b"\xed" in body and (whole := _in_halves(body)) is not None:
        return whole
    saved = body.decode("utf-8", errors="replace")
    return saved if _is_nearly_whole(saved) else _in_old_encoding(body, content_type, saved)


def _in_old_encoding(body: bytes, content_type: str | None, saved: str) -> str:
    """The text of a body that is no UTF-8. ``saved``: what could be read of it as that."""
    names = [name for name in _declared(body, content_type) if name != "utf-8"]
    declared = [name for name in names if is_credible(name, body)][:1]
    of_its_language = _of_its_language(body)
    found = _strictly(body, declared) or guessed(body, likely=(*names, *of_its_language)) or _strictly(body, names)
    if found is not None:
        return found
    if names:
        return read_as(names[0], body, strict=False)
    return _strictly(body, of_its_language) or _as_western(body, saved) or saved


def _strictly(body: bytes, names: Iterable[str]) -> str | None:
    """The text in the first encoding that reads all of it."""
    for name in names:
        with contextlib.suppress(ValueError):
            return read_as(name, body)
    return None


def _evident(body: bytes) -> list[str]:
    """The encodings that the bytes themselves speak for."""
    if body.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return ["utf-32"]
    if body[:4] in {b"<\0\0\0", b"\0\0\0<"}:  # which only XML is written in
        return ["utf-32-le" if body[:1] == b"<" else "utf-32-be"]
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    if b"\0" in body[:2] and (name := _UNMARKED.get(body[:2])) is not None:
        return [name]
    # ISO-2022-JP is ASCII to look at, and so is valid UTF-8. One byte is found ten times as fast as two.
    if b"\x1b" in body and b"\x1b$" in body:
        return ["iso2022_jp", "utf-8-sig"]
    return ["utf-8-sig"]


def _declared(body: bytes, content_type: str | None) -> list[str]:
    head = body[:2048].decode("latin-1")
    found = [_CHARSET.search(content_type or ""), _CHARSET.search(head), _XML_ENCODING.search(head)]
    return [name for match in found if match and (name := name_of(match[1])) is not None]


def _is_nearly_whole(text: str) -> bool:
    """Whether few of the characters beyond ASCII were lost."""
    lost, beyond = _lost(text)
    return lost <= max(1, _FEW * beyond) and beyond - lost >= 2 * lost


def _lost(text: str) -> tuple[int, int]:
    """The number of characters that could not be decoded, and of all beyond ASCII, these included."""
    return text.count("\ufffd"), len(text) - len(text.encode("ascii", "ignore"))


def _in_halves(body: bytes) -> str | None:
    """The text where characters beyond the first 65,536 were written as two halves each, as Java does (CESU-8)."""
    try:
        halves = body.decode("utf-8", "surrogatepass")
        return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except ValueError:
        return None


def _of_its_language(body: bytes) -> list[str]:
    """The usual old encoding of the language that the document names."""
    found = _LANGUAGE.search(body[:_LANGUAGE_WITHIN])
    if found is None:
        return []
    tag = found[1].decode("ascii").lower().replace("_", "-")
    return [name for begins, name in _USUAL_IN.items() if tag == begins or tag.startswith(f"{begins}-")][:1]


def _as_western(body: bytes, saved: str) -> str | None:
    """The text in Windows-1252, where hardly a character beyond ASCII is one in UTF-8 and all are in this."""
    lost, beyond = _lost(saved)
    return _strictly(body, ["cp1252"]) if 2 * lost > beyond else None
