"""Bytes to text: the encoding a page or a feed declares, and the one it is really in."""

from __future__ import annotations

import codecs
import re

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(r"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:-]+)", re.IGNORECASE)
_WIDER = {"shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "iso-8859-1": "cp1252"}
_JAPANESE = ("euc_jp", "cp932")
_KANA = re.compile(r"[ぁ-んァ-ヶー]")


def decode(body: bytes, content_type: str | None) -> str:
    """As UTF-8 where it is UTF-8, else as declared (header, then document), else what can be saved of it.

    What declares nothing and is no UTF-8 is tried as the encodings of old Japanese sites.
    """
    names = _declared(body, content_type)
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        first = ["utf-16"]
    elif b"\x1b$" in body:  # ISO-2022-JP is ASCII to look at, and so is valid UTF-8
        first = ["iso2022_jp", "utf-8-sig"]
    else:
        first = ["utf-8-sig"]
    for name in [*first, *names]:
        try:
            return body.decode(_WIDER.get(name, name))
        except (LookupError, ValueError):
            continue
    for name in names:
        try:
            return body.decode(_WIDER.get(name, name), errors="replace")
        except (LookupError, ValueError):
            continue
    return _as_japanese(body) or body.decode("utf-8", errors="replace")


def _declared(body: bytes, content_type: str | None) -> list[str]:
    head = body[:2048].decode("latin-1")
    found = [_CHARSET.search(content_type or ""), _CHARSET.search(head), _XML_ENCODING.search(head)]
    return [match[1].lower() for match in found if match]


def _as_japanese(body: bytes) -> str | None:
    """As the one Japanese encoding that reads all of it and makes the most kana; None where none makes any."""
    readings: list[tuple[int, str]] = []
    for name in _JAPANESE:
        try:
            text = body.decode(name)
        except ValueError:
            continue
        readings.append((len(_KANA.findall(text)), text))
    kana, text = max(readings, default=(0, ""))
    return text if kana else None
