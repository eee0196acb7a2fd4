"""What an alert looks like: limits of Discord, hostile text, honest counts, hidden things hidden."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import (
    AlertContent,
    AlertReason,
    ChannelId,
    Content,
    EntryId,
    GuildId,
    HoldReason,
    LiveCount,
    Message,
    MessageId,
    MostBy,
    Network,
    OutboxEntry,
    Post,
    RoleId,
    SourceName,
    StoredPost,
    SubscriptionId,
    SummaryContent,
)
from bot.core.text import make_topic
from bot.views.alerts.menu import HELD_A_PAGE, MenuAction, draw_held_posts, menu_id
from bot.views.alerts.message import Drawn, draw, draw_alert_preview, how_many_fit, redraw
from bot.views.kit.post import author_line, site_of
from bot.views.kit.text import LANGUAGES, Texts
from tests.views.drawn import NOW, labels, nasty, posts, raw, sent, slow, text_of, within_limits

TEXTS = Texts(Path(__file__).parents[3] / "config" / "locales")
JA, EN = TEXTS.speaker("ja"), TEXTS.speaker("en")
TOPIC = make_topic("データセンター")
READ_BY_PAGE = JA.say("alert-as-of", source=JA.say("source-trendpage"), time=f"<t:{int(NOW.timestamp())}:t>")
ID = MessageId("00112233445566778899aabb")

POST = Post(
    network=Network.X,
    canonical_id="1",
    text="増設の話です",
    rp=1234,
    url="https://x.com/yamada/status/1",
    author_name="山田 太郎",
    author_handle="yamada",
    author_url="https://x.com/yamada",
    created_at=NOW - timedelta(hours=1),
)


def alert(post: Post = POST, **more: Any) -> AlertContent:
    content = AlertContent(
        topic=TOPIC,
        source=SourceName.TRENDPAGE,
        post=post,
        reason=AlertReason.NEW,
        observed_at=NOW,
        min_rp=100,
        language="ja",
    )
    return replace(content, **more)


def summary(count: int = 12, why: HoldReason = HoldReason.HOURLY_LIMIT, language: str = "ja") -> SummaryContent:
    return SummaryContent(TOPIC, why, language, count)


def entry(content: Content) -> OutboxEntry:
    return OutboxEntry(EntryId(1), GuildId(1), ChannelId(2), SubscriptionId(3), content, NOW, NOW)


def drawn(
    *contents: AlertContent | SummaryContent, age_restricted: bool = False, mentions: Sequence[RoleId] = ()
) -> Drawn:
    message = Message(ID, GuildId(1), ChannelId(2), tuple(map(entry, contents)), NOW, mentions=tuple(mentions))
    return draw(message, TEXTS, age_restricted=age_restricted)


def roles_of(waiting: Sequence[OutboxEntry]) -> tuple[RoleId, ...]:
    """All roles a message of these could mention."""
    contents = (entry.content for entry in waiting)
    roles = [content.role_id for content in contents if isinstance(content, AlertContent)]
    return tuple(dict.fromkeys(role for role in roles if role is not None))


alerts = st.builds(
    alert,
    posts,
    topic=nasty.map(make_topic),
    source=st.sampled_from(SourceName),
    reason=st.sampled_from(AlertReason),
    language=st.sampled_from(LANGUAGES),
    role_id=st.one_of(st.none(), st.integers(10**17, 10**18).map(RoleId)),
    previous_rp=st.one_of(st.none(), st.integers(0, 1000)),
)
summaries = st.builds(summary, st.integers(1, 10**6), st.sampled_from(HoldReason), st.sampled_from(LANGUAGES))
entries = st.lists(st.one_of(alerts, summaries).map(entry), min_size=1, max_size=12)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("most_by", MostBy)
def test_topic_whose_hour_is_mostly_ones_is_marked_once_a_message(language: str, most_by: MostBy) -> None:
    said = TEXTS.speaker(language).say(f"alert-most-by-{most_by}")
    one, two = (alert(replace(POST, canonical_id=str(n)), language=language, most_by=most_by) for n in (1, 2))

    assert text_of(drawn(one, two).view).count(f"-# {said}\n") == 1
    assert said not in text_of(drawn(alert(language=language)).view)


ONLY_AN_ID = Post(Network.X, "7", "", rp=120, url="https://x.com/i/web/status/7", created_at=NOW)
"""As a page embeds a post of which it holds nothing."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_alert_of_a_post_that_is_only_an_id_says_where_it_stands_and_leads_there(language: str) -> None:
    view = drawn(alert(ONLY_AN_ID, language=language)).view

    where = TEXTS.speaker(language).say("post-on", network="x")
    assert f"[{where}](https://x.com/i/web/status/7)" in text_of(view)
    assert TEXTS.speaker(language).say("alert-button-open") in labels(view)


def test_post_of_media_alone_says_so_and_hides_it_where_it_is_sensitive() -> None:
    photo = replace(POST, text="", has_media=True)

    assert TEXTS.speaker("ja").say("post-only-media") in text_of(drawn(alert(photo)).view)
    sensitive = text_of(drawn(alert(replace(photo, sensitive=True)), age_restricted=True).view)
    assert TEXTS.speaker("ja").say("alert-sensitive") in sensitive


@pytest.mark.parametrize("roles", [1, 2, 9])
def test_message_with_buttons_that_give_roles_keeps_discords_limits(roles: int) -> None:
    waiting = [replace(entry(alert()), notify_role=RoleId(1 + number % roles)) for number in range(12)]

    count = how_many_fit(waiting, TEXTS)
    message = Message(ID, GuildId(1), ChannelId(2), tuple(waiting[:count]), NOW)
    view = draw(message, TEXTS, age_restricted=False).view

    ids = [one["custom_id"] for one in sent(view) if one.get("custom_id", "").endswith(":notify")]
    assert within_limits(view)
    assert len(ids) == min(roles, count, 3)


@pytest.mark.invariant(7)
@slow
@given(entries, st.booleans())
def test_what_fits_is_within_discords_limits_wherever_it_goes(waiting: list[OutboxEntry], allowed: bool) -> None:
    count = how_many_fit(waiting, TEXTS)
    assert 1 <= count <= len(waiting)
    message = Message(
        ID, GuildId(1), ChannelId(2), tuple(waiting[:count]), NOW, mentions=roles_of(waiting[:count])
    )
    assert within_limits(draw(message, TEXTS, age_restricted=allowed).view)


@slow
@given(entries)
def test_drawing_is_a_function_of_the_message_alone(waiting: list[OutboxEntry]) -> None:
    message = Message(ID, GuildId(1), ChannelId(2), tuple(waiting[: how_many_fit(waiting, TEXTS)]), NOW)
    once, again = (raw(draw(message, TEXTS, age_restricted=False).view) for _ in range(2))
    assert json.dumps(once) == json.dumps(again)


@pytest.mark.invariant(7)
@slow
@given(alerts)
def test_outside_text_mentions_nobody_and_only_the_subscriptions_role_is_named(content: AlertContent) -> None:
    roles = () if content.role_id is None else (content.role_id,)
    shown = drawn(content, age_restricted=True, mentions=roles)
    assert shown.role_ids == roles
    assert re.findall(r"<@&?!?\d+>", text_of(shown.view)) == [f"<@&{role}>" for role in roles]
    assert "@everyone" not in text_of(shown.view)


@slow
@given(st.lists(posts, max_size=9), st.integers(-1, 5), st.sampled_from(LANGUAGES), st.booleans())
def test_every_page_of_held_posts_is_within_discords_limits(
    found: list[Post], page: int, language: str, allowed: bool
) -> None:
    stored = [StoredPost(post, SourceName.X, post.rp, NOW, NOW) for post in found]
    view = draw_held_posts(
        TEXTS.speaker(language), "話", stored, message_id=ID, index=9, page=page, age_restricted=allowed
    )
    assert within_limits(view)


def test_ordinary_posts_share_a_message_six_at_a_time() -> None:
    assert how_many_fit([entry(alert())] * 50, TEXTS) == 6


def test_a_single_entry_always_fits() -> None:
    huge = alert(replace(POST, text="*" * 100_000, author_name="_" * 1000, author_handle="~" * 1000))
    assert how_many_fit([entry(huge)] * 9, TEXTS) >= 1
    assert within_limits(drawn(huge).view)


def test_a_new_post_says_why_who_what_and_where_from() -> None:
    assert text_of(drawn(alert()).view).split("\n") == [
        JA.say("alert-head", topic="データセンター", why=JA.say("alert-why-new-passed", minimum="100", count=100)),
        "**山田 太郎** [\\@yamada](https://x.com/yamada)",
        "増設の話です",
        f"**{JA.say('alert-reposts', rp='1,234', count=1234)}** ・ "
        + JA.say("alert-age", age=f"<t:{int(NOW.timestamp()) - 3600}:R>"),
        f"-# {READ_BY_PAGE} ・ {JA.say('alert-caution')}",
    ]


def test_a_post_that_rose_says_to_what_and_from_what() -> None:
    content = alert(replace(POST, rp=112), reason=AlertReason.ROSE, previous_rp=87)
    shown = text_of(drawn(content).view)
    assert JA.say("alert-why-rose", minimum="100", count=100) in shown
    assert JA.say("alert-reposts-rise", before="87", now="112") in shown


@pytest.mark.parametrize("reason", AlertReason)
def test_title_says_what_was_passed_and_the_counts_then_and_now_stand_below_it(reason: AlertReason) -> None:
    content = alert(replace(POST, rp=207), reason=reason, previous_rp=94, language="en")
    live = replace(entry(content), live=LiveCount(414, NOW + timedelta(hours=1)))
    message = Message(ID, GuildId(1), ChannelId(2), (live,), NOW)

    title, *rest = text_of(redraw(message, TEXTS, age_restricted=False).view).split("\n")

    assert "100" in title
    assert "207" not in title
    assert "414" not in title
    assert f"**{EN.say('alert-reposts-grown', sent='207', now='414')}**" in "\n".join(rest)


@pytest.mark.parametrize("reason", AlertReason)
def test_post_that_reached_the_minimum_with_others_does_not_claim_it_alone(reason: AlertReason) -> None:
    content = alert(replace(POST, rp=60), reason=reason, previous_rp=40)
    title, *_rest = text_of(drawn(content).view).split("\n")
    assert JA.say("alert-why-together", minimum="100", count=100) in title


ARTICLE = replace(
    POST,
    network=Network.WEB,
    rp=None,
    titled=True,
    text="橋が開く\n川の上で",
    url="https://www.news.example/a/1",
    author_name=None,
    author_handle=None,
)


@pytest.mark.invariant(5)
def test_article_is_its_title_then_its_site_with_a_button_to_read_it_and_no_count() -> None:
    view = drawn(alert(ARTICLE, source=SourceName.FEED, min_rp=0)).view

    assert text_of(view).split("\n")[:4] == [
        JA.say("alert-head", topic="データセンター", why=JA.say("alert-why-new-entry")),
        "**橋が開く**",
        "川の上で",
        "**news.example**",
    ]
    assert labels(view)[0] == JA.say("alert-button-article")
    assert "RP" not in text_of(view)
    assert JA.say("alert-caution") not in text_of(view)


def test_article_names_its_author_before_its_site_and_a_title_alone_is_bold() -> None:
    signed = replace(ARTICLE, text="橋が開く", author_name="山田")

    shown = text_of(drawn(alert(signed, source=SourceName.FEED, min_rp=0)).view)

    assert "\n**橋が開く**\n**山田** · news.example\n" in shown


@pytest.mark.invariant(9)
def test_caution_stands_under_the_last_post_that_has_an_rp() -> None:
    shown = text_of(drawn(alert(), alert(ARTICLE, source=SourceName.FEED)).view)

    assert shown.count(JA.say("alert-caution")) == 1
    assert shown.index(JA.say("alert-caution")) < shown.index("橋が開く")


@pytest.mark.invariant(5)
def test_an_unknown_rp_is_said_to_be_unknown() -> None:
    shown = text_of(drawn(alert(replace(POST, rp=None), min_rp=0)).view)
    assert JA.say("alert-reposts-unknown") in shown
    assert JA.say("alert-reposts", rp="0", count=0) not in shown
    assert JA.say("alert-caution") not in shown


def test_the_channel_is_notified_in_the_subscriptions_language() -> None:
    shown = drawn(alert(replace(POST, rp=12_345), language="en")).view
    assert EN.say("alert-reposts", rp="12.3K", count=12_345) in text_of(shown)
    assert labels(shown) == [EN.say("alert-button-open"), EN.say("alert-button-trend"), "⋯"]


@pytest.mark.invariant(9)
def test_the_caution_is_said_once_and_the_time_with_every_post() -> None:
    shown = text_of(drawn(alert(), summary(), alert(), summary()).view)
    assert shown.count(JA.say("alert-caution")) == 1
    assert shown.count(READ_BY_PAGE) == 2


def test_every_button_carries_the_messages_id_and_its_entry() -> None:
    ids = [one["custom_id"] for one in sent(drawn(alert(), summary()).view) if "custom_id" in one]
    assert [one.partition(".")[0] for one in ids] == [f"kw:{ID}:0:trend", f"kw:{ID}:0:menu", f"kw:{ID}:1:held"]


async def test_the_view_is_not_kept_by_discord_py() -> None:
    view = drawn(alert()).view
    assert view.is_finished()
    assert draw_alert_preview(alert(), TEXTS, age_restricted=False).is_finished()


@pytest.mark.invariant(7)
def test_the_roles_that_were_decided_when_it_was_sealed_are_mentioned_and_no_others() -> None:
    role, other = RoleId(111111111111111111), RoleId(222222222222222222)
    shown = drawn(alert(role_id=role), alert(role_id=other), summary(), mentions=[other])
    assert shown.role_ids == (other,)
    assert sent(shown.view)[0]["content"] == f"<@&{other}>"
    unmentioned = drawn(alert(role_id=role))
    assert unmentioned.role_ids == ()
    assert "<@&" not in text_of(unmentioned.view)


@pytest.mark.parametrize("url", [None, "javascript:alert(1)", "https://a.example/" + "a" * 600, "https://"])
def test_a_post_without_an_address_discord_takes_has_no_open_button(url: str | None) -> None:
    assert labels(drawn(alert(replace(POST, url=url))).view) == ["トレンド", "⋯"]


SENSITIVE = replace(POST, sensitive=True, content_warning="事故", text="見せない||本文|")


@pytest.mark.invariant(7)
def test_sensitive_text_goes_behind_a_spoiler_that_its_text_cannot_end() -> None:
    shown = text_of(drawn(alert(SENSITIVE)).view)
    assert JA.say("alert-warning", warning="事故") in shown
    hidden = re.findall(r"\|\|(.+?)\|\|", shown, re.DOTALL)
    assert hidden == ["見せない\\|\\|本文\\|\u200b"]


def test_sensitive_media_is_withheld_with_its_link_unless_the_channel_is_age_restricted() -> None:
    content = alert(replace(SENSITIVE, has_media=True))
    public, restricted = drawn(content).view, drawn(content, age_restricted=True).view
    assert labels(public) == ["トレンド", "⋯"]
    for hidden in ("見せない", "事故", "yamada", "x.com"):
        assert hidden not in json.dumps(raw(public), ensure_ascii=False)
    assert JA.say("alert-withheld", rp="1,234") in text_of(public)
    assert "||見せない" in text_of(restricted)
    assert labels(restricted)[0] == JA.say("alert-button-open")


def test_held_posts_keep_the_same_rule() -> None:
    stored = [StoredPost(replace(SENSITIVE, has_media=True), SourceName.X, 5, NOW, NOW)]
    view = draw_held_posts(TEXTS.speaker("ja"), "話", stored, message_id=ID, index=0, page=0, age_restricted=False)
    assert "見せない" not in text_of(view)
    assert labels(view) == []


def test_held_posts_come_in_pages() -> None:
    stored = [
        StoredPost(replace(POST, text=f"投稿{n}"), SourceName.X, 5, NOW, NOW) for n in range(HELD_A_PAGE + 1)
    ]
    view = draw_held_posts(TEXTS.speaker("ja"), "話", stored, message_id=ID, index=2, page=9, age_restricted=False)
    assert f"投稿{HELD_A_PAGE}" in text_of(view)
    assert "投稿0" not in text_of(view)
    assert JA.say("alert-held-page", page=2, pages=2) in text_of(view)
    ids = {one["custom_id"]: one["disabled"] for one in sent(view) if "custom_id" in one}
    assert ids == {f"kw:{ID}:2:held.0": False, f"kw:{ID}:2:held.2": True}


@pytest.mark.parametrize(
    ("content", "text_id"),
    [
        (summary(), "alert-summary-ceiling"),
        (summary(3, HoldReason.CATCH_UP), "alert-summary-catch-up"),
        (summary(1, language="en"), "alert-summary-ceiling"),
        (summary(2, HoldReason.CATCH_UP, "en"), "alert-summary-catch-up"),
    ],
)
def test_a_summary_is_one_line_with_a_button(content: SummaryContent, text_id: str) -> None:
    shown = drawn(content).view
    said = TEXTS.speaker(content.language).say(text_id, topic="データセンター", count=content.count)
    assert text_of(shown) == said
    assert "\n" not in said
    assert len(labels(shown)) == 1


def test_a_sample_looks_the_same_but_does_nothing() -> None:
    view = draw_alert_preview(alert(role_id=RoleId(1)), TEXTS, age_restricted=False)
    assert text_of(view).startswith(JA.say("alert-sample"))
    assert "増設の話です" in text_of(view)
    assert "<@&" not in text_of(view)
    assert labels(view) == [JA.say("alert-button-open")]


def test_ids_of_the_menu_stay_below_a_hundred_characters() -> None:
    huge = SubscriptionId(2**63 - 1)
    assert all(len(menu_id(huge, ID, 999, action)) <= 100 for action in MenuAction)


def test_title_and_summary_of_an_article_are_two_things() -> None:
    article = replace(POST, text="橋が*開く*\n川の上で", titled=True)

    assert "**橋が\\*開く\\***\n川の上で" in text_of(drawn(alert(article)).view)
    assert "**橋が" not in text_of(drawn(alert(replace(article, titled=False))).view)


def test_post_of_which_only_the_id_is_known_is_drawn() -> None:
    within_limits(drawn(alert(replace(POST, text=""))).view)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/a", "http://[::1]:80/a", "http://localhost/a"])
def test_the_operators_own_machine_is_no_name_of_a_site(url: str) -> None:
    article = Post(Network.WEB, url, "増設へ", url=url, author_name="記者")

    assert site_of(article) == ""
    assert author_line(article) == "**記者**"
    assert site_of(replace(article, url="https://1.news.example/a")) == r"1\.news.example"
