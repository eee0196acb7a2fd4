"""Bytes to text: the encoding a page declares, and the one it is really in."""

from __future__ import annotations

import codecs
import re

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_WIDER = {"shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "iso-8859-1": "cp1252"}


def decode(body: bytes, content_type: str | None) -> str:
    """As UTF-8 where it is UTF-8, else as declared (header, then meta), else what can be saved of it."""
    declared = [_CHARSET.search(content_type or ""), _CHARSET.search(body[:2048].decode("latin-1"))]
    names = [match[1].lower() for match in declared if match]
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        names.insert(0, "utf-16")
    for name in [*([] if names[:1] == ["utf-16"] else ["utf-8-sig"]), *names]:
        try:
            return body.decode(_WIDER.get(name, name))
        except (LookupError, ValueError):
            continue
    for name in names:
        try:
            return body.decode(_WIDER.get(name, name), errors="replace")
        except (LookupError, ValueError):
            continue
    return body.decode("utf-8", errors="replace")
