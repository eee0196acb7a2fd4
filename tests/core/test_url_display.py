"""What may be shown of an address, and errors that are one line whatever is put into them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import KawarabanError, NotAFeed, RefusedRequest, SourceBusy, SourceError, StorageError
from bot.core.text import cleaned_line, make_topic
from bot.core.url_display import has_login, host_of, without_addresses

CANARY = "canary7f"
UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://A.example/p", "a.example"),
        ("https://me:pw@a.example:8080/p", "a.example:8080"),
        ("https://a@b@a.example", "a.example"),
        ("http://[::1]:80/", "[::1]:80"),
        ("https://例え.テスト/x", "例え.テスト"),
        ("http://[::1", ""),
        ("https://me:pw#x@a.example/", ""),
        ("no address", ""),
        (None, ""),
    ],
)
def test_host_of_an_address_is_without_login(address: str | None, host: str) -> None:
    assert host_of(address) == host


@given(
    st.text(alphabet="aZ.1-_:/@?#[]%\n\t\u00e9\uff0e", max_size=20),
    st.sampled_from(["http://", "https://", "HTTP:", ""]),
)
def test_host_that_is_read_at_a_glance_is_the_one_that_is_parsed(rest: str, scheme: str) -> None:
    address = f"{scheme}{rest}"
    try:
        parsed = urlsplit(address).netloc.rpartition("@")[2].lower()
    except ValueError:
        parsed = ""

    assert host_of(address) in {parsed, ""}
    assert host_of(address) == host_of(f" {address}")  # white space before it: parsed with care, and left out


@pytest.mark.invariant(10)
@given(
    scheme=st.sampled_from(["http", "https", "HTTPS", "wss", "ftp"]),
    login=st.sampled_from(["", f"{CANARY}@", f"me:{CANARY}@", f":{CANARY}@"]),
    rest=st.sampled_from(
        ["", "/", f"/{CANARY}", f"/a/{CANARY}.xml", f"?k={CANARY}", f"#{CANARY}", f"/?a='{CANARY}'"]
    ),
    before=st.text(alphabet=" ('\"<=:,.|あ", max_size=5),
    after=st.text(alphabet=" )'\">:,.", max_size=5),
)
def test_nothing_of_an_address_but_its_host_is_left_in_a_text(
    scheme: str, login: str, rest: str, before: str, after: str
) -> None:
    shown = without_addresses(f"{before}{scheme}://{login}a.example{rest}{after}")

    assert CANARY not in shown
    assert "a.example" in shown


@pytest.mark.invariant(10)
def test_address_that_is_a_topic_is_named_by_its_host() -> None:
    for address in (f"https://me:{CANARY}@a.example/x", f"https://a.example/{CANARY}?{CANARY}#{CANARY}"):
        assert make_topic(address).name == "a.example"
        assert has_login(address) == ("@" in address)


@pytest.mark.invariant(7)
@pytest.mark.parametrize("kind", [KawarabanError, SourceError, SourceBusy, StorageError, NotAFeed])
@given(text=st.text(max_size=2_000))
def test_what_an_error_says_is_one_line_of_bounded_length(kind: type[KawarabanError], text: str) -> None:
    error = kind(f"a.example: {text}\x1b[31m\u202e\nforged")

    for said in (str(error), getattr(error, "detail", "")):
        assert not UNSEEN.search(said)
        assert len(said) <= 500


@pytest.mark.invariant(10)
def test_error_about_an_address_names_its_host() -> None:
    error = SourceError(f"asked https://me:{CANARY}@a.example/{CANARY}?k={CANARY}: no")

    assert str(error) == "asked a.example/…: no"


@pytest.mark.invariant(7)
def test_what_fills_a_sentence_is_one_line_of_bounded_length() -> None:
    refused = RefusedRequest("subscribe-exists", topic="瓦\n版\x1b[0m\u202e\u2028" + "x" * 5_000, limit=3)

    assert refused.values["limit"] == 3
    assert not UNSEEN.search(str(refused.values["topic"]))
    assert len(str(refused.values["topic"])) <= 1_000


@pytest.mark.parametrize("unseen", ["\x1c", "\x85", "\x0b", "\u200b", "\u202e", "\x1f"])
def test_what_is_not_seen_ends_no_address(unseen: str) -> None:
    assert cleaned_line(f"at https://h.example/{unseen}s3cret", 100) == "at h.example/…"
