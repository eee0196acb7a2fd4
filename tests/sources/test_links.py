from __future__ import annotations

import pytest

from bot.sources.links import link_text, web_address

HREF = "https://long.example/path?id=7"


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ("こちら", f"こちら ({HREF})"),
        ("long.example/pa…", HREF),
        ("www.bank.example", HREF),
        ("https://bank.example", HREF),
        ("", HREF),
        ("#電力", "#電力"),
        ("＠hanako", "＠hanako"),
    ],
)
def test_link_is_its_label_and_address_or_only_the_address_where_the_label_claims_to_be_one(
    shown: str, text: str
) -> None:
    assert link_text(shown, HREF) == text


@pytest.mark.parametrize(
    ("address", "is_web"),
    [
        (HREF, True),
        ("http://a.example", True),
        ("javascript:alert(1)", False),
        ("https://a.example/ b", False),
        ('https://a.example/"', False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_stand_behind_a_button(address: str | None, is_web: bool) -> None:
    assert web_address(address) == (address if is_web else None)
