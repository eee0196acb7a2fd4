"""/status and the notice of a source as they are drawn: honest words, within Discord's limits."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import __version__
from bot.core.health import SILENT
from bot.core.models import (
    ChannelId,
    Extent,
    FollowedWatch,
    Health,
    NoticeContent,
    Place,
    Reason,
    SourceName,
    Vitals,
    Watch,
    WatchId,
)
from bot.core.status import SourceLine, Status, source_lines, worst_first
from bot.core.text import TOPIC_NAME_MAX, make_topic
from bot.views.health import draw_notice, notice_text, said
from bot.views.layout import view_weight
from bot.views.status import draw_status
from bot.views.text import LANGUAGES, Texts
from config import LOCALES

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
STAMP = int(NOW.timestamp())
TEXTS = Texts(LOCALES)
EN = TEXTS.speaker("en")
BUSY, QUIET, UNFIT = Reason("health-busy"), Reason(SILENT, {"hours": 40, "usual": 2}), Reason("health-topic")


def a_watch(
    topic: str = "データセンター",
    health: Health = Health.OK,
    why: Reason | None = None,
    *,
    source: SourceName = SourceName.MASTODON,
    target: str | None = None,
) -> Watch:
    return Watch(
        id=WatchId(1),
        topic=make_topic(topic),
        source=source,
        target=target,
        next_poll_at=NOW + timedelta(minutes=5),
        last_ok_at=NOW,
        health=health,
        vitals=Vitals(since=NOW if why else None, why=why),
    )


def a_status(*watches: Watch, enabled: tuple[SourceName, ...] = (), **more: int) -> Status:
    followed = [FollowedWatch(watch, frozenset({ChannelId(1)})) for watch in watches]
    counts = {"waiting": 0, "on_the_way": 0, "uncertain": 0} | more
    return Status(source_lines(watches, enabled), worst_first(followed), **counts, started_at=NOW)  # type: ignore[arg-type]


def words(view: ui.LayoutView) -> str:
    return "\n".join(item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay))


def status_words(*watches: Watch, latency_s: float = 0.042, **more: Any) -> str:
    return words(draw_status(EN, a_status(*watches, **more), latency_s))


def a_notice(**more: Any) -> NoticeContent:
    bad = NoticeContent(
        place=Place(SourceName.MASTODON),
        extent=Extent.ALL,
        better=False,
        count=12,
        topics=("猫", "犬"),
        language="en",
        since=NOW,
        why=BUSY,
    )
    return replace(bad, **more)


# -- /status -------------------------------------------------------------------------------------------


def test_server_without_topics_says_so_and_still_names_its_sources() -> None:
    shown = status_words(enabled=(SourceName.MASTODON,))

    assert "This server follows no topics yet." in shown
    assert "🟢 **Mastodon** no topics here" in shown


def test_where_all_is_well_it_says_so() -> None:
    shown = status_words(a_watch())

    assert "All is well." in shown
    assert "🟢 **Mastodon** 1 topic" in shown
    assert (
        f"🟢 **データセンター** ・ Mastodon ・ Last read: <t:{STAMP}:R> · next look: <t:{STAMP + 300}:R>" in shown
    )


@pytest.mark.invariant(5)
def test_broken_source_comes_first_with_reason_and_times() -> None:
    shown = status_words(a_watch("猫"), a_watch("犬", Health.DOWN, BUSY), a_watch("鳥", Health.DEGRADED, QUIET))

    assert "🟡 **Mastodon** 3 topics, down: 1" in shown
    assert "-# Unusually quiet topics: 1" in shown
    assert (
        f"🔴 **犬** ・ Mastodon ・ down since <t:{STAMP}:f>\nIt is overloaded, or has a fault of its own." in shown
    )
    assert "Nothing new for 40 h; usually something comes within about 2 h." in shown
    assert "All is well." not in shown
    assert shown.index("犬") < shown.index("鳥") < shown.index("猫")


def test_topic_that_cannot_be_asked_for_has_a_line_and_its_source_is_well() -> None:
    only = status_words(a_watch("犬", Health.DOWN, UNFIT))
    among = status_words(a_watch("犬", Health.DOWN, UNFIT), a_watch("猫", Health.DOWN, BUSY), a_watch("鳥"))

    assert "🟢 **Mastodon** no topics here" in only
    assert "**犬** ・ Mastodon ・ down" in only
    assert "This topic cannot be looked up there." in only
    assert "🟡 **Mastodon** 2 topics, down: 1" in among
    assert "quiet" not in among
    assert among.index("猫") < among.index("犬") < among.index("鳥")


def test_source_is_down_where_every_topic_that_can_be_asked_for_is() -> None:
    shown = status_words(a_watch("犬", Health.DOWN, UNFIT), a_watch("猫", Health.DOWN, BUSY))

    assert "🔴 **Mastodon** 1 topic, down: 1" in shown


def test_each_server_of_a_source_has_its_line() -> None:
    shown = status_words(
        a_watch(source=SourceName.MISSKEY),
        a_watch(source=SourceName.MISSKEY, target="https://other.example", health=Health.DOWN, why=BUSY),
    )

    assert "🟢 **Misskey** 1 topic" in shown
    assert "🔴 **Misskey (other.example)** 1 topic, down: 1" in shown


def test_what_else_is_to_be_said_of_a_source_stands_under_it() -> None:
    line = SourceLine(Place(SourceName.X), Health.OK, 3, 0, 0, 0, notes=(BUSY,))
    status = Status([line], [], 0, 0, 0, NOW)

    assert "**X** 3 topics\n-# It is overloaded" in words(draw_status(EN, status, 0.1))


def test_outbox_version_uptime_and_latency_end_it() -> None:
    shown = status_words(waiting=7, on_the_way=1, uncertain=2)

    assert "Waiting to be sent: 7 · on the way: 1 · uncertain: 2" in shown
    assert f"-# Kawaraban {__version__} · started <t:{STAMP}:R> · Discord answers in 42 ms" in shown


@pytest.mark.parametrize("latency_s", [math.nan, math.inf])
def test_latency_that_is_not_known_yet_is_left_out(latency_s: float) -> None:
    assert "Discord answers" not in status_words(latency_s=latency_s)


names = st.text(min_size=1, max_size=TOPIC_NAME_MAX).filter(lambda name: make_topic(name).key)
watches = st.builds(
    a_watch,
    names,
    st.sampled_from(Health),
    st.sampled_from([None, BUSY, QUIET, Reason("health-of-another-version")]),
    source=st.sampled_from(SourceName),
    target=st.sampled_from([None, *(f"https://{'very-' * 11}long-{n}.example/feed" for n in range(40))]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(watches, max_size=200), st.sampled_from(LANGUAGES))
def test_status_fits_into_a_message_whatever_there_is(many: list[Watch], language: str) -> None:
    view = draw_status(TEXTS.speaker(language), a_status(*many, enabled=tuple(SourceName)), 0.1)

    assert view_weight(view) <= 4000
    assert sum(1 for _ in view.walk_children()) <= 40


def test_what_does_not_fit_is_counted() -> None:
    many = [a_watch(f"話題その{number}", Health.DOWN, BUSY) for number in range(100)]

    shown = status_words(*many)

    assert f"… and {100 - shown.count('話題その')} more" in shown


# -- the notice ----------------------------------------------------------------------------------------


@pytest.mark.invariant(5)
def test_bad_news_name_source_reason_time_and_topics() -> None:
    assert notice_text(EN, a_notice()) == (
        "⚠️ **Mastodon** cannot be read properly. It is overloaded, or has a fault of its own.\n"
        f"Affected since <t:{STAMP}:f>, 12 topics: 猫, 犬 and 10 more\n"
        "-# Alerts may be missing meanwhile. You are told when it is well again."
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (a_notice(extent=Extent.SOME, count=2), "cannot be read properly for some topics."),
        (a_notice(extent=Extent.NONE, better=True), "✅ **Mastodon** can be read again."),
        (a_notice(extent=Extent.SOME, better=True, count=2), "can be read again, but not yet for 猫, 犬."),
        (a_notice(place=Place(SourceName.FEED, "feeds.example")), "⚠️ **Feed (feeds.example)** cannot"),
    ],
)
def test_each_kind_of_news_has_its_sentence(content: NoticeContent, expected: str) -> None:
    assert expected in notice_text(EN, content)


@pytest.mark.invariant(7)
@given(st.text(max_size=60), st.text(max_size=80), st.sampled_from(LANGUAGES))
def test_names_from_outside_are_escaped_and_a_notice_stays_short(topic: str, host: str, language: str) -> None:
    speaker = TEXTS.speaker(language)
    content = a_notice(topics=(f"@everyone **{topic}",) * 5, place=Place(SourceName.FEED, f"<@1>{host}"))

    shown = notice_text(speaker, content)

    assert "@everyone" not in shown
    assert "<@1>" not in shown
    assert len(shown) < 1500


def test_notice_opens_the_status() -> None:
    card = draw_notice(EN, a_notice(), "kw:1:0:status")

    (button,) = [item for item in card.walk_children() if isinstance(item, ui.Button)]
    assert (button.custom_id, button.label) == ("kw:1:0:status", "Status")


def test_reason_of_another_version_is_said_in_general() -> None:
    assert said(EN, Reason("health-of-tomorrow")) == "It cannot be read."


@pytest.mark.parametrize(
    ("language", "sentence"), [("ja", "2 トピックはそこでは見に行きません"), ("en", "2 topics are not looked at")]
)
def test_a_server_whose_topics_are_all_at_a_source_that_is_off_is_not_called_empty(
    language: str, sentence: str
) -> None:
    off = replace(a_status(), switched_off={SourceName.MASTODON: 2})

    shown = words(draw_status(TEXTS.speaker(language), off, 0.1))

    assert sentence in shown
    assert TEXTS.speaker(language).say("status-none") not in shown
    assert TEXTS.speaker(language).say("status-all-well") not in shown
