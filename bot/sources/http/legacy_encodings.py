"""The encodings of the web as browsers read them (encoding.spec.whatwg.org), where Python's own know less. Pure.

EUC-JP and ISO-2022-JP are read with the characters of NEC and IBM that nearly all Japanese writers had (①, ㈱),
which Python has in Windows' form of Shift_JIS only. Other names mean their wider successors, as in browsers.
"""

from __future__ import annotations

import codecs
import re
from functools import cache, partial
from typing import Final

_OTHER_NAMES: Final = {
    "x-sjis": "cp932", "windows-31j": "cp932", "x-euc-jp": "euc_jp", "eucjp-win": "euc_jp", "eucjp-ms": "euc_jp",
    "cp51932": "euc_jp", "cp50220": "iso2022_jp", "cp50221": "iso2022_jp", "iso-2022-jp-ms": "iso2022_jp",
    "windows-874": "cp874", "tis-620": "cp874", "windows-949": "cp949", "x-gbk": "gbk", "cn-big5": "big5",
    "x-x-big5": "big5", "unicode-1-1-utf-8": "utf-8", "x-unicode20utf8": "utf-8", "utf8mb4": "utf-8",
    "iso-8859-8-i": "iso8859-8", "logical": "iso8859-8", "visual": "iso8859-8", "csiso88598i": "iso8859-8",
    "koi": "koi8-r", "koi8": "koi8-r", "koi8_r": "koi8-r", "koi8-ru": "koi8-u", "dos-874": "cp874",
    "ibm866": "cp866",
    "sun_eu_greek": "iso8859-7", "csgb2312": "gb2312", "ms_kanji": "cp932", "sjis-win": "cp932", "ms932": "cp932",
    "win-1251": "cp1251", "win1251": "cp1251", "macintosh": "mac-roman", "x-mac-ukrainian": "mac-cyrillic",
    "uhc": "cp949", "ks_c_5601-1987": "cp949", "iso_8859-1": "cp1252", "utf8-sig": "utf-8", "unicode": "utf-8",
    "x-mac-roman": "mac-roman", "x-mac-cyrillic": "mac-cyrillic", "x-cp1252": "cp1252", "x-cp1251": "cp1251",
}  # fmt: skip
_WIDER: Final = {
    "shift_jis": "cp932", "shift_jis_2004": "cp932", "shift_jisx0213": "cp932", "iso8859-1": "cp1252",
    "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874", "gb2312": "gb18030",
    "gbk": "gb18030", "euc_kr": "cp949", "johab": "johab", "big5": "big5hkscs", "cp950": "big5hkscs",
    "euc_jis_2004": "euc_jp", "euc_jisx0213": "euc_jp", "iso2022_jp_1": "iso2022_jp", "iso2022_jp_2": "iso2022_jp",
    "iso2022_jp_3": "iso2022_jp", "iso2022_jp_ext": "iso2022_jp", "iso2022_jp_2004": "iso2022_jp",
}  # fmt: skip
_WRITTEN: Final = frozenset(
    {"utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "ascii"}
    | {"cp866", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic"}
    | {f"iso8859-{part}" for part in range(1, 17)}
    | {f"cp{page}" for page in (874, *range(1250, 1259))}
    | {"cp932", "euc_jp", "iso2022_jp", "gb18030", "big5hkscs", "cp949"}
)
"""Encodings that browsers read, and UTF-32, by Python's names. Python has codecs that no page uses, of which
punycode takes an hour for 5 MB."""
_WINDOWS_FORMS: Final = (("〜", "～"), ("−", "－"), ("‖", "∥"), ("¢", "￠"), ("£", "￡"), ("¬", "￢"))
"""Six characters of JIS X 0208 that browsers read as Windows does."""
_SHIFTS: Final = re.compile(rb"\x1b(\$[@B]|\([BJI])")
_HIGH: Final = bytes(byte | 0x80 if 0x21 <= byte <= 0x7E else byte for byte in range(256))


def name_of(label: str) -> str | None:
    """The encoding that a label means, by the name that ``read_as`` takes; None for what no page is written in."""
    plain = label.strip().lower()
    try:
        name = codecs.lookup(_OTHER_NAMES.get(plain, plain)).name
    except (LookupError, ValueError):
        return None
    wide = _WIDER.get(name, name)
    return wide if wide in _WRITTEN else None


def read_as(name: str, body: bytes, *, strict: bool = True) -> str:
    """A body in an encoding of ``name_of``.

    Raises ``ValueError`` where it is not; else what can be read of it.
    """
    if name == "iso2022_jp":
        return _iso_2022_jp(body, strict=strict)
    if name == "euc_jp":
        return _euc_jp(body, strict=strict)
    return body.decode(name, "strict" if strict else "replace")


def _euc_jp(body: bytes, *, strict: bool) -> str:
    text = body.decode("euc_jp", _BY_WINDOWS if strict else _BY_WINDOWS_OR_LOST)
    for ours, windows in _WINDOWS_FORMS:
        if ours in text:
            text = text.replace(ours, windows)
    return text


def _iso_2022_jp(body: bytes, *, strict: bool) -> str:
    """Decode bytes with the high bit set as well, which EUC-JP and Shift_JIS may shift in."""
    first, *shifted = _SHIFTS.split(body)
    pieces = [first.decode("ascii", "strict" if strict else "replace")]
    for shift, segment in zip(shifted[::2], shifted[1::2], strict=True):
        if shift[:1] == b"$":
            pieces.append(_euc_jp(segment.translate(_HIGH), strict=strict))
        elif shift == b"(I":
            pieces.append(segment.translate(_HIGH).decode("cp932", "strict" if strict else "replace"))
        else:
            pieces.append(segment.decode("ascii", "strict" if strict else "replace"))
    return "".join(pieces)


@cache
def _ibm() -> dict[tuple[int, int], str]:
    """IBM's characters as eucJP-ms has them, behind JIS X 0212: in Windows' order, without those of that set."""
    places = [(0xF3, cell) for cell in range(0xF3, 0xFF)] + [(0xF4, cell) for cell in range(0xA1, 0xFF)]
    trails = [*range(0x40, 0x7F), *range(0x80, 0xFD)]
    written = [bytes((lead, trail)).decode("cp932", "ignore") for lead in (0xFA, 0xFB, 0xFC) for trail in trails]
    signs = written[:20] + written[22:27]
    kanji = [each for each in written[28:] if len(each) == 1 and not each.encode("euc_jp", "ignore")]
    return dict(zip(places, signs + kanji, strict=False))


def _by_windows(error: UnicodeError, *, strict: bool) -> tuple[str, int]:
    """Two bytes that Python's EUC-JP does not know, as the same place of Shift_JIS."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    one, two, three = (error.object[error.start : error.start + 3] + b"\0\0\0")[:3]
    if one == 0x8F and (found := _ibm().get((two, three))):
        return found, error.start + 3
    if 0xA1 <= one <= 0xFE and 0xA1 <= two <= 0xFE:
        row, cell = one - 0xA1, two - 0xA1
        lead = row // 2 + (0x81 if row < 62 else 0xC1)
        trail = cell + (0x9F if row % 2 else 0x40 + (cell >= 63))
        try:
            return bytes((lead, trail)).decode("cp932"), error.start + 2
        except ValueError:
            pass
    if strict:
        raise error
    return "\ufffd", error.end


_BY_WINDOWS: Final = "kawaraban.windows"
_BY_WINDOWS_OR_LOST: Final = "kawaraban.windows-or-lost"
codecs.register_error(_BY_WINDOWS, partial(_by_windows, strict=True))
codecs.register_error(_BY_WINDOWS_OR_LOST, partial(_by_windows, strict=False))
