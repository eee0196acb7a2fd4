"""Addresses as they are sent: those that need no parser are what the parser would make of them."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.errors import AddressRefused
from bot.sources.http.address import Address, read_address, redirected, with_params

HOSTS = (
    "a.example", "A.example", "news.a-b.example", "a.example.", "a..example", "-a.example", "a_b.example",
    "localhost", "127.0.0.1", "127.0.0.01", "256.1.1.1", "1.2.3", "0.0.0.0", "[::1]", "xn--zckzah.example",
    "a.xn--zckzah", "xn--9.example", "瓦版.example", "a.example:80", "a.example:443", "a.example:8080",
    "a.example:0", "a.example:65536", "a.example:64999", "a.example:065", "a.example:", "me@a.example",
    "me:pw@a.example", "", "%61.example",
)  # fmt: skip
PARTS = (
    "/", "a", ".", "..", "feed.xml", ".well-known", "%27", "%e7%93%a6", "%", "%zz", "'", "(x)", "@", ":", ";s=1",
    "~", "+", "=", "&", "?", "#", "q=1", "瓦", " ", '"', "<", "`", "{}", "|", "\\", "^", "[", "\t", "\n",
    "\ud800", "//",
)  # fmt: skip
addresses = st.builds(
    lambda scheme, host, rest: f"{scheme}{host}{''.join(rest)}",
    st.sampled_from(["http://", "https://", "HTTP://", "http:/", "http:", "ftp://", "//", ""]),
    st.sampled_from(HOSTS),
    st.lists(st.sampled_from(PARTS), max_size=8),
)


def by_httpx(text: str) -> Address | None:
    """What httpx makes of an address; None for one that cannot be asked."""
    try:
        url = httpx.URL(text)
        host, port = url.host, url.port or 0
    except (httpx.InvalidURL, ValueError):
        return None
    if url.scheme not in {"http", "https"} or not host or not 0 <= port <= 65_535:
        return None
    url = url.copy_with(userinfo=b"") if url.userinfo else url
    return Address(url.scheme, url.netloc.decode("ascii"), str(url))


@given(addresses)
@example("http://a.example/feed.xml?a=b&c=%27#top")
@example("https://a.example/b/../c")
@example("https://a.example/b/.")
@example("https://a.example:64999/?")
def test_an_address_is_read_by_the_rules_of_httpx(text: str) -> None:
    wanted = by_httpx(text)

    if wanted is None:
        with pytest.raises(AddressRefused):
            read_address(text)
    else:
        assert read_address(text) == wanted


def test_parameters_are_added_to_those_of_an_address() -> None:
    asked = with_params(read_address("https://a.example/search?page=2"), {"q": "瓦版 a&b", "limit": 40})

    assert asked.text == "https://a.example/search?page=2&q=%E7%93%A6%E7%89%88+a%26b&limit=40"


def test_a_redirect_to_another_host_names_the_other_host() -> None:
    target = redirected(read_address("https://a.example/b/c"), 301, "//b.example:8443/d")

    assert (target.netloc, target.text) == ("b.example:8443", "https://b.example:8443/d")
