"""What a robots.txt allows us: as RFC 9309 and other readers have it, and never at more than its length's cost."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from protego import Protego

from bot.sources.http.robots_rules import RULE_MAX, WILDCARDS_MAX, SiteRules, rules_for

RULES_MAX = 512_000


def allows(text: str, path: str) -> bool:
    return rules_for("kawaraban", text).allow(f"https://a.example{path}")


def for_all(*rules: str) -> str:
    return "\n".join(["User-agent: *", *rules])


# RFC 9309, 2.2.2 and 5.2, and the examples of Google's page on robots.txt
@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        (["Disallow: /"], "/", False),
        (["Disallow: /"], "/robots.txt", True),
        (["Disallow: /fish"], "/fish/salmon.html", False),
        (["Disallow: /fish"], "/Fish.asp", True),
        (["Disallow: /fish/"], "/fish", True),
        (["Disallow: /*.php"], "/folder/filename.php?parameters", False),
        (["Disallow: /*.php$"], "/filename.php?parameters", True),
        (["Disallow: /*.php$"], "/folder/filename.php", False),
        (["Disallow: /fish*.php"], "/fishheads/catfish.php?id=1", False),
        (["Allow: /p", "Disallow: /"], "/page", True),
        (["Allow: /folder", "Disallow: /folder"], "/folder/page", True),
        (["Allow: /page", "Disallow: /*.htm"], "/page.htm", False),
        (["Allow: /page", "Disallow: /*.ph"], "/page.php5", True),
        (["Allow: /$", "Disallow: /"], "/", True),
        (["Allow: /$", "Disallow: /"], "/page.htm", False),
        (
            ["Allow: /example/page/", "Disallow: /example/page/disallowed.gif"],
            "/example/page/disallowed.gif",
            False,
        ),
        (["Disallow: /a/*/b$"], "/a/x/y/b", False),
        (["Disallow: /a**b"], "/a-b", False),
        (["Disallow: /ab*ba$"], "/aba", True),
        (["Disallow:"], "/", True),
        (["Disallow: /%7Ejoe/"], "/~joe/", False),
        (["Disallow: /~joe/"], "/%7ejoe/", False),
        (["Disallow: /橋"], "/%e6%a9%8b/1", False),
        (["Disallow: /%E6%A9%8B"], "/橋", False),
        (["Disallow: /a%2Fb"], "/a/b", True),
        (["Disallow: /a?x="], "/a?x=1#top", False),
        (["Disalow: /a", "Crawl-delay: 5", "disallow /b"], "/b", False),
        (["Sitemap: https://a.example/s.xml", "Disallow: /a # secret"], "/a", False),
        (["fish: /", "Disallow fish"], "/fish", True),
        (["Allow: /**", "Disallow: /a*"], "/a", True),
        (["Disallow: /a***c", "Allow: /a*b"], "/abc", False),
        (["Allow: /a*b", "Allow: /a***b", "Disallow: /a*b*"], "/ab", True),
    ],
)
def test_a_path_is_allowed_as_the_longest_rule_says(rules: list[str], path: str, *, allowed: bool) -> None:
    assert allows(for_all(*rules), path) is allowed


@pytest.mark.parametrize("line", ["User-agent: Kawaraban", "user-agent:kawaraban/1.0", "User agent kawaraban"])
def test_our_own_group_stands_for_the_one_of_all(line: str) -> None:
    text = f"{for_all('Disallow: /')}\n\n{line}\nDisallow: /no\n"

    assert allows(text, "/yes")
    assert not allows(text, "/no")


def test_groups_of_one_name_are_one_and_rules_before_any_name_are_none() -> None:
    text = "Disallow: /\nUser-agent: a\nUser-agent: kawaraban\nDisallow: /1\n\nUser-agent: kawaraban\nDisallow: /2"

    assert [allows(text, path) for path in ("/0", "/1", "/2")] == [True, False, False]


def test_names_of_others_are_not_ours() -> None:
    assert allows("User-agent: kawarabanbot\nUser-agent: mykawaraban\nDisallow: /", "/")


PATHS = st.text("ab/.", max_size=8).map("/{}".format)
PATTERNS = st.text("ab/.*", max_size=8).map(lambda rest: f"/{rest}")
LINES = st.one_of(
    st.sampled_from(["User-agent: *", "User-agent: kawaraban", "user-agent: other", "", "# x", "Crawl-delay: 1"]),
    st.builds("{}: {}{}".format, st.sampled_from(["Allow", "Disallow"]), PATTERNS, st.sampled_from(["", "", "$"])),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=14), PATHS)
def test_other_readers_read_the_same(lines: list[str], path: str) -> None:
    text, url = "\n".join(lines), f"https://a.example{path}"

    assert rules_for("kawaraban", text).allow(url) is Protego.parse(text).can_fetch(url, "kawaraban")


def test_every_rule_of_the_whole_text_counts() -> None:
    rules = (f"Disallow: /{number:x}/" for number in range(100_000))
    text = for_all(*rules)[:RULES_MAX]
    last = int(text.split()[-3].strip("/"), 16)

    rules_kept = rules_for("kawaraban", text)

    assert not rules_kept.allow(f"https://a.example/{last:x}/feed.xml")
    assert rules_kept.allow("https://a.example/z/feed.xml")


def test_wildcards_beyond_those_that_are_kept_forbid_more_and_never_less() -> None:
    rules = [f"Disallow: /{number}/*.xml" for number in range(WILDCARDS_MAX + 10)]
    text = for_all(*rules, "Allow: /last/*.xml", "Disallow: /last")

    assert allows(text, "/0/feed.txt")
    assert not allows(text, f"/{WILDCARDS_MAX + 5}/feed.xml")
    assert not allows(text, "/last/feed.xml")


def test_a_rule_too_long_to_keep_forbids_what_it_begins() -> None:
    assert not allows(for_all("Disallow: /" + "a" * 20_000), "/" + "a" * RULE_MAX)
    assert allows(for_all("Disallow: /" + "a" * 20_000), "/b")


BOMBS = {
    "agents, then rules": ("user-agent:{0:x}\n", "disalow:/{0:x}\n"),
    "our name, then rules": ("user-agent:kawaraban\n", "disallow:/{0:x}\n"),
    "beginnings of our name": ("user-agent:kaw\nuser-agent:kawa\nuser-agent:*\n", "allow:/{0:x}\n"),
    "a group a rule": ("", "user-agent:*\nallow:/{0:x}\n"),
    "wildcards": ("user-agent:*\n", "allow:*{0:x}*$\n"),
    "rules of every length": ("user-agent:*\n", "allow:/{0:b}{0:b}\n"),
}


@pytest.mark.invariant(11)
@pytest.mark.parametrize("bomb", BOMBS)
def test_what_is_kept_of_a_site_is_no_larger_than_what_was_read(bomb: str) -> None:
    kept = rules_for("kawaraban", bomb_of(bomb, RULES_MAX))

    assert isinstance(kept, SiteRules)
    assert kept.weight < 1_000_000
    assert len(pickle.dumps(kept)) < RULES_MAX


def bomb_of(bomb: str, size: int) -> str:
    """Half of the text names, the other half rules."""
    names, rules = BOMBS[bomb]
    first = "".join(names.format(number) for number in range(size // 20))[: size // 2].rpartition("\n")[0]
    return first + "\n" + "".join(rules.format(number) for number in range(size // 8))[: size - len(first)]
