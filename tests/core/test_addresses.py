"""Which links lead to a post."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.addresses import address_hashes, normal_url
from bot.core.models import Network, Post

URI = "https://mastodon.example/users/hanako/statuses/1"
URL = "https://mastodon.example/@hanako/1"
AT_URI = "at://did:plc:hanako/app.bsky.feed.post/3abc"


def article(address: str) -> Post:
    """A feed's entry that links to this address."""
    return Post(network=Network.WEB, canonical_id=address, text="見出し")


@pytest.mark.parametrize(
    ("post", "link"),
    [
        (Post(Network.FEDIVERSE, URI, "本文", url=URL), URL),
        (Post(Network.FEDIVERSE, URI, "本文", url=URL), URI),
        (Post(Network.FEDIVERSE, "http://Misskey.example/notes/1", "本文"), "https://misskey.example/notes/1"),
        (Post(Network.BLUESKY, AT_URI, "本文"), "https://bsky.app/profile/did:plc:hanako/post/3abc"),
        (
            Post(Network.BLUESKY, AT_URI, "本文", author_handle="hanako.example"),
            "https://bsky.app/profile/hanako.example/post/3abc",
        ),
    ],
)
def test_article_that_links_to_a_post_is_that_post(post: Post, link: str) -> None:
    assert set(address_hashes(article(link))) <= set(address_hashes(post))
    assert address_hashes(article(link))


@pytest.mark.parametrize(
    "post",
    [
        Post(Network.X, "123", "本文", url="https://x.com/hanako/status/123"),
        Post(Network.WEB, "sha256:0123", "見出し", url="https://trends.example/the-same-for-all"),
        Post(Network.FEDIVERSE, "https://[broken/notes/1", "本文", url="https://host:port/1"),
        Post(Network.BLUESKY, "at://did:plc:hanako/app.bsky.feed.like/3abc", "本文"),
    ],
)
def test_what_no_link_stands_for_has_no_address(post: Post) -> None:
    """X is known by its id; a link that several entries share stands for none of them."""
    assert address_hashes(post) == ()


def test_address_is_kept_as_a_hash_that_leads_nobody_to_it() -> None:
    [hashed] = address_hashes(article(URL))
    assert "hanako" not in hashed
    assert len(hashed) == 32


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/v.cgi?w=%82%A0%82%A2", "https://a.example/v.cgi?w=%82%A4%82%A6"),
        ("https://a.example/index.php?%A5%C6%A5%B9", "https://a.example/index.php?%A5%C6%A5%BB"),
    ],
)
def test_addresses_in_old_encodings_stay_apart(one: str, other: str) -> None:
    assert normal_url(one) != normal_url(other)
    assert normal_url(normal_url(one)) == normal_url(one)
    assert normal_url(f"{one}&utm_source=rss") == normal_url(one)


def test_address_in_utf_8_is_compared_as_ever() -> None:
    assert normal_url("https://a.example/q?s=%e7%93%a6&b&c=+") == "https://a.example/q?s=%E7%93%A6&b=&c=+"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="%&"), max_size=12))
def test_any_query_in_utf_8_keeps_its_identity(query: str) -> None:
    """As it was when what is no UTF-8 was replaced."""
    pairs = parse_qsl(urlsplit(f"https://a.example/?x={query}&y").query, keep_blank_values=True)
    assert normal_url(f"https://a.example/?x={query}&y") == f"https://a.example/?{urlencode(pairs)}"


@given(st.from_regex(r"https?://[a-zA-Z0-9.\-]{1,12}/[!-~]{0,24}", fullmatch=True))
def test_plain_address_is_compared_as_any_other(url: str) -> None:
    """With a fragment it is taken apart, and the fragment says nothing."""
    assert normal_url(url) == normal_url(f"{url}#section")
