from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.sources.parsing.links import link_text, web_address
from tests.ending import ends_soon

HREF = "https://long.example/path?id=7"
ONE_PATTERN = re.compile(r"(?:https?://|www\.)\S|[^\s/]+\.[a-z]{2,}(?:[/?#:]\S*)?$", re.IGNORECASE)
"""What claims to be an address, said at once; it takes quadratic time."""


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


@given(st.text(st.sampled_from("aZ.:/?#-1 \n\t\u3000字\u017f\u212a\x1c"), max_size=9))
@example("a.example\n")
@example("a.example\n\n")
@example(".example")
@example("a/b.example")
@example("a.b.1/c")
@example("www.")
@example("wWw.a b")
@example("a.example:80/x y")
@example("#.aa")
def test_what_claims_to_be_an_address_is_what_one_pattern_says(shown: str) -> None:
    claims = not shown.startswith("#") and ONE_PATTERN.match(shown) is not None
    assert (link_text(shown, HREF) == HREF) == (not shown or claims)


@pytest.mark.invariant(6)
@pytest.mark.parametrize("piece", ["aa.aa:", "a.aa?", "aa.", "a.aa", "aa", ".", "a.aa/", "www."])
@pytest.mark.parametrize("end", [" x", "1", ""])
@ends_soon
def test_hostile_labels_end_soon(piece: str, end: str) -> None:
    link_text(piece * 500_000 + end, HREF)


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
