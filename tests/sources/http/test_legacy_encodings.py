"""The encodings of the web, with the characters that Python's own leave out."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.http.charset import decode
from bot.sources.http.legacy_encodings import name_of, read_as


def pairs(text: str) -> bytes:
    """As rows and cells of JIS X 0208 with NEC's and IBM's rows, high bits set: by way of Windows' Shift_JIS."""
    out = bytearray()
    for character in text:
        lead, trail = character.encode("cp932")
        row = (lead - (0x81 if lead < 0xA0 else 0xC1)) * 2 + (trail >= 0x9F)
        cell = trail - 0x9F if trail >= 0x9F else trail - 0x40 - (trail > 0x7F)
        out += bytes((row + 0xA1, cell + 0xA1))
    return bytes(out)


EVERY_PAIR = "".join(
    text
    for lead in [*range(0x81, 0xA0), *range(0xE0, 0xEF)]
    for trail in [*range(0x40, 0x7F), *range(0x80, 0xFD)]
    if len(text := bytes((lead, trail)).decode("cp932", "ignore")) == 1
    and text.encode("cp932") == bytes((lead, trail))
)


def test_every_character_of_windows_is_read_from_euc_jp() -> None:
    assert {"①", "㈱", "№", "～", "－", "∥"} <= set(EVERY_PAIR)
    assert read_as("euc_jp", pairs(EVERY_PAIR)) == EVERY_PAIR


def test_every_character_of_windows_is_read_from_iso_2022_jp() -> None:
    seven = bytes(byte & 0x7F for byte in pairs(EVERY_PAIR))

    assert read_as("iso2022_jp", b"a\x1b$B" + seven + b"\x1b(Bz") == f"a{EVERY_PAIR}z"


@pytest.mark.parametrize("characters", ["髙﨑", "纊鍈"])
def test_what_nec_chose_of_ibms_characters_is_read(characters: str) -> None:
    rows = {"髙": b"\xfc\xe2", "﨑": b"\xf9\xf5", "纊": b"\xf9\xa1", "鍈": b"\xf9\xa3"}

    assert read_as("euc_jp", b"".join(rows[each] for each in characters)) == characters


def test_what_ibm_added_is_read_where_euc_jp_ms_has_it() -> None:
    assert read_as("euc_jp", b"\x8f\xf4\xfb\x8f\xf4\xbd\x8f\xf3\xf3\x8f\xf4\xfe\x8f\xd4\xe3") == "髙﨑ⅰ黑纊"


@pytest.mark.parametrize(
    ("label", "written", "text"),
    [
        ("EUC-KR", "똠방각하 펲시콜라".encode("cp949"), "똠방각하 펲시콜라"),
        ("ks_c_5601-1987", "한국".encode("euc_kr"), "한국"),
        ("Big5", "囧啫煊".encode("big5hkscs"), "囧啫煊"),
        ("Big5", "碁銹裏墻恒粧嫺".encode("cp950"), "碁銹裏墻恒粧嫺"),
        ("GB2312", "镕朱㐂".encode("gb18030"), "镕朱㐂"),
        ("Shift_JIS", "第①回㈱髙﨑～".encode("cp932"), "第①回㈱髙﨑～"),
        ("x-sjis", "№".encode("cp932"), "№"),
        ("iso-8859-1", b"\x93caf\xe9\x94", "\u201ccafé\u201d"),
        ("iso-8859-9", b"\xfe", "ş"),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label: str, written: bytes, text: str) -> None:
    assert decode(written, f"text/xml; charset={label}") == text


@pytest.mark.parametrize("label", ["punycode", "rot13", "idna", "unicode_escape", "base64", "x-user-defined", "?"])
def test_what_no_page_is_written_in_is_no_encoding(label: str) -> None:
    assert name_of(label) is None


@pytest.mark.parametrize("mark", [codecs.BOM_UTF32_BE, codecs.BOM_UTF32_LE])
def test_utf_32_is_read_with_its_mark(mark: bytes) -> None:
    name = "utf-32-be" if mark == codecs.BOM_UTF32_BE else "utf-32-le"

    assert decode(mark + "<a>橋</a>".encode(name), None) == "<a>橋</a>"
    assert decode("<a>橋</a>".encode(name), None) == "<a>橋</a>"


@given(
    st.binary(max_size=200), st.sampled_from(["euc_jp", "iso2022_jp", "cp932", "cp949", "big5hkscs", "gb18030"])
)
def test_any_bytes_are_read_or_refused(body: bytes, name: str) -> None:
    assert isinstance(read_as(name, body, strict=False), str)
    try:
        whole = read_as(name, body)
    except ValueError:
        return
    assert "\ufffd" not in whole or name in {"gb18030", "cp932"}
