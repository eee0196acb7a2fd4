"""Which links lead to a post."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.identity.urls import address_hashes, normal_url
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
        Post(Network.WEB, "sha256:0123", "見出し", url="https://trends.example/the-same-for-all"),
        Post(Network.FEDIVERSE, "https://[broken/notes/1", "本文", url="https://host:port/1"),
        Post(Network.BLUESKY, "at://did:plc:hanako/app.bsky.feed.like/3abc", "本文"),
    ],
)
def test_what_no_link_stands_for_has_no_address(post: Post) -> None:
    """A link that several entries share stands for none of them."""
    assert address_hashes(post) == ()


@pytest.mark.invariant(2)
def test_entry_whose_id_names_a_part_of_a_page_does_not_stand_for_the_page() -> None:
    """Comments of one article, versions in one log: each is told."""
    assert address_hashes(article("https://a.example/?p=1#comment-12")) == ()


def test_post_on_x_is_known_by_its_first_and_by_its_newest_version() -> None:
    edited = Post(Network.X, "123", "本文(訂正)", source_id="125")

    for version in ("123", "125"):
        assert set(address_hashes(Post(Network.X, version, "本文"))) <= set(address_hashes(edited))
    assert not set(address_hashes(Post(Network.X, "124", "別"))) & set(address_hashes(edited))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://例え.jp/瓦", "HTTPS://XN--R8JZ45G.JP:443/%e7%93%a6"),
        ("https://a.example./x", "https://A.example/x"),
        ("https://a.example/a/./b/../c", "https://a.example/a/c"),
        ("https://a.example/%7Ehanako", "https://a.example/~hanako"),
        ("https://a.example\\x\\y", "https://a.example/x/y"),
        ("http://a.example:80/x", "https://a.example/x"),
        ("https://user:word@a.example/x", "https://a.example/x"),
        ("https://a.example/x;jsessionid=1A2B?y=1", "https://a.example/x?y=1"),
        ("https://a.example/(S(lit3py55t21z5v55vlm25s55))/x", "https://a.example/x"),
        ("https://a.example/x?PHPSESSID=1&y=1", "https://a.example/x?y=1"),
        *(
            (f"https://a.example/x?{mark}", "https://a.example/x")
            for mark in (
                "ref=rss",
                "source=rss",
                "from=rss",
                "rss",
                "rss=1",
                "cmpid=rss",
                "at_medium=RSS&at_campaign=rss",
                "UTM_Source=x",
                "fbclid=1",
                "iref=comrss",
                "source=rss------2",
                "partner=rss&emc=rss",
                "xtor=RSS-1",
                "ns_mchannel=rss&ns_source=PublicRSS20-sa",
                "wt_zmc=koop.int.zonaudev.rss.feed",
                "mibextid=Zxz2cZ",
                "n_cid=DSREA001",
                "ref=feedly",
                "source=feedburner",
                "__twitter_impression=true",
                "guccounter=1&guce_referrer=aHR0cHM6",
                "matomo_source=rss",
            )
        ),
    ],
)
def test_addresses_that_lead_to_the_same_are_one(one: str, other: str) -> None:
    assert normal_url(one) == normal_url(other)
    assert normal_url(normal_url(one)) == normal_url(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/x?ref=2", "https://a.example/x"),
        ("https://a.example/x?source=feeding-cats", "https://a.example/x"),
        ("https://a.example/x?source=kyoto", "https://a.example/x?source=osaka"),
        ("https://a.example/X", "https://a.example/x"),
        ("https://a.example/x%2Fy", "https://a.example/x/y"),
        ("https://a.example:8080/x", "https://a.example/x"),
        ("https://a.example/x?from=tokyo&to=kyoto", "https://a.example/x?to=kyoto"),
    ],
)
def test_addresses_that_lead_elsewhere_stay_apart(one: str, other: str) -> None:
    assert normal_url(one) != normal_url(other)


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
