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
from bot.core.backups import BackupState
from bot.core.causes import Cause
from bot.core.health.status import DailyReads, ServerStatus, SourceLine, source_lines, worst_first
from bot.core.models import (
    ChannelId,
    Endpoint,
    FollowedWatch,
    Health,
    NoticeContent,
    OutageScope,
    SourceName,
    Watch,
    WatchHealth,
    WatchId,
)
from bot.core.processes import ProcessReport, survey
from bot.core.roles import Role, Shards
from bot.core.text import TOPIC_NAME_MAX, make_topic
from bot.views.alerts.notice import draw_notice, notice_text
from bot.views.kit.causes import say_cause
from bot.views.kit.layout import view_weight
from bot.views.kit.text import LANGUAGES, Texts
from bot.views.status import draw_brief, draw_status
from config import LOCALES

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
STAMP = int(NOW.timestamp())
LATER = NOW + timedelta(minutes=2)
AGO = f"<t:{STAMP}:R>"
TEXTS = Texts(LOCALES)
EN = TEXTS.speaker("en")
BUSY, QUIET, UNFIT = Cause.BUSY, Cause.SILENT, Cause.TOPIC_UNSUPPORTED


def a_watch(
    topic: str = "データセンター",
    health: Health = Health.OK,
    why: Cause | None = None,
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
        health_record=WatchHealth(since=NOW if why else None, cause=why, hours=40, usual_hours=2),
    )


def a_status(*watches: Watch, enabled: tuple[SourceName, ...] = (), **more: Any) -> ServerStatus:
    followed = [FollowedWatch(watch, frozenset({ChannelId(1)})) for watch in watches]
    counts = {"waiting": 0, "on_the_way": 0, "uncertain": 0} | more
    return ServerStatus(source_lines(watches, enabled), worst_first(followed), **counts, started_at=NOW)


def words(view: ui.LayoutView) -> str:
    return "\n".join(item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay))


def status_words(*watches: Watch, latency_s: float = 0.042, **more: Any) -> str:
    return words(draw_status(EN, a_status(*watches, **more), latency_s, LATER))


def brief_words(*watches: Watch, now: datetime = LATER, **more: Any) -> str:
    return words(draw_brief(EN, a_status(*watches, **more), now))


def source_words(mark: str, source: str, topics: int, **counts: int) -> str:
    return EN.say(
        "status-source",
        mark=mark,
        source=source,
        topics=topics,
        **({"degraded": 0, "down": 0, "unchecked": 0} | counts),
    )


def a_notice(**more: Any) -> NoticeContent:
    bad = NoticeContent(
        endpoint=Endpoint(SourceName.MASTODON),
        scope=OutageScope.ALL,
        better=False,
        count=12,
        topics=("猫", "犬"),
        language="en",
        since=NOW,
        cause=BUSY,
    )
    return replace(bad, **more)


# -- /status -------------------------------------------------------------------------------------------


def test_server_without_topics_says_so_and_names_its_sources_in_detail() -> None:
    assert brief_words(enabled=(SourceName.MASTODON,)) == EN.say("status-none")
    assert source_words("⚪", "Mastodon", 0) in status_words(enabled=(SourceName.MASTODON,))


def test_where_all_is_well_one_line_says_so() -> None:
    shown = brief_words(a_watch("猫"), a_watch("猫", source=SourceName.MISSKEY), a_watch("犬"))

    assert shown == EN.say("status-all-ok", count=2, last=AGO)


def test_the_details_name_sources_and_topics() -> None:
    shown = status_words(a_watch())

    assert source_words("🟢", "Mastodon", 1) in shown
    assert f"🟢 **データセンター** · Mastodon · {EN.say('status-checked', last=AGO)}" in shown


def test_a_topic_is_one_line_with_its_sources_and_the_oldest_of_their_polls() -> None:
    earlier = NOW - timedelta(minutes=9)
    shown = status_words(a_watch(), replace(a_watch(source=SourceName.MISSKEY), last_ok_at=earlier))

    checked = EN.say("status-checked", last=f"<t:{int(earlier.timestamp())}:R>")
    parts = ["🟢 **データセンター**", EN.say("list-comma").join(["Mastodon", "Misskey"]), checked]
    assert EN.say("alert-dot").join(parts) in shown


@pytest.mark.invariant(5)
def test_what_was_never_polled_is_not_called_well() -> None:
    new = replace(a_watch("鳥"), last_ok_at=None)

    alone, among = brief_words(new), brief_words(new, a_watch("猫"))
    shown = status_words(new)

    assert alone == EN.say("status-some-unchecked", count=1)
    assert among.splitlines() == [
        EN.say("status-some-ok", count=1, last=AGO),
        EN.say("status-some-unchecked", count=1),
    ]
    assert "🟢" not in shown
    assert source_words("⚪", "Mastodon", 1, unchecked=1) in shown
    assert "⚪ **鳥**" in shown


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(seconds=30), timedelta(seconds=-50)])
def test_no_poll_is_said_to_be_in_the_future(ahead: timedelta) -> None:
    watch = replace(a_watch(), last_ok_at=NOW + ahead, next_poll_at=NOW - timedelta(minutes=3))
    bad = replace(a_watch("犬", Health.DOWN, BUSY), last_ok_at=NOW + ahead, next_poll_at=NOW)

    shown = brief_words(watch, now=NOW) + words(draw_status(EN, a_status(watch, bad), 0.1, NOW))

    assert ":R>" not in shown


@pytest.mark.invariant(5)
def test_broken_source_comes_first_with_reason_and_times() -> None:
    watches = a_watch("猫"), a_watch("犬", Health.DOWN, BUSY), a_watch("鳥", Health.DEGRADED, QUIET)
    shown, brief = status_words(*watches), brief_words(*watches)

    assert source_words("🟡", "Mastodon", 3, down=1) in shown
    assert f"-# {EN.say('status-source-quiet', count=1)}" in shown
    down = EN.say("status-since", health=EN.say("status-health-down"), since=f"<t:{STAMP}:f>")
    quiet = EN.say("status-since", health=EN.say("status-health-quiet"), since=f"<t:{STAMP}:f>")
    for text in (shown, brief):
        assert f"🔴 **犬** · Mastodon · {down}\n{say_cause(EN, BUSY)}" in text
        assert EN.say("status-next", next=f"<t:{STAMP + 300}:R>") in text
        assert quiet in text
        assert text.index("犬") < text.index("鳥")
    assert EN.say("status-some-unwell", count=2) in brief
    assert EN.say("status-some-ok", count=1, last=AGO) in brief
    assert shown.index("鳥") < shown.index("猫")


def test_topic_that_cannot_be_asked_for_has_a_line_and_does_not_count_for_its_source() -> None:
    only = status_words(a_watch("犬", Health.DOWN, UNFIT))
    among = status_words(a_watch("犬", Health.DOWN, UNFIT), a_watch("猫", Health.DOWN, BUSY), a_watch("鳥"))

    assert source_words("⚪", "Mastodon", 0) in only
    assert EN.say("status-health-unfit") in only
    assert say_cause(EN, UNFIT) in only
    assert source_words("🟡", "Mastodon", 2, down=1) in among
    assert among.index("猫") < among.index("犬") < among.index("鳥")


def test_source_is_down_where_every_topic_that_can_be_asked_for_is() -> None:
    shown = status_words(a_watch("犬", Health.DOWN, UNFIT), a_watch("猫", Health.DOWN, BUSY))

    assert source_words("🔴", "Mastodon", 1, down=1) in shown


def test_each_server_of_a_source_has_its_line() -> None:
    shown = status_words(
        a_watch(source=SourceName.MISSKEY),
        a_watch(source=SourceName.MISSKEY, target="https://other.example", health=Health.DOWN, why=BUSY),
    )

    other = EN.say("health-endpoint", source="Misskey", host="other.example")
    assert source_words("🟢", "Misskey", 1) in shown
    assert source_words("🔴", other, 1, down=1) in shown


def test_what_else_is_to_be_said_of_a_source_stands_under_it() -> None:
    line = SourceLine(Endpoint(SourceName.X), Health.OK, 3, 0, 0, 0, asked=3, reads=DailyReads(40, 100))
    status = ServerStatus([line], [], 0, 0, 0, NOW)

    shown = words(draw_status(EN, status, 0.1, LATER))

    assert f"{source_words('🟢', 'X', 3)}\n-# {EN.say('status-spent', spent=40, limit=100)}" in shown


def test_outbox_version_uptime_and_latency_end_it() -> None:
    shown = status_words(waiting=7, on_the_way=1, uncertain=2)

    bot = [EN.say("status-bot", version=__version__), EN.say("status-started", time=AGO)]
    bot.append(EN.say("status-latency", ms=42))
    assert shown.splitlines()[-2:] == [
        EN.say("status-queue", waiting=7, sealed=1, uncertain=2),
        f"-# {EN.say('alert-dot').join(bot)}",
    ]


def test_what_waits_and_what_is_uncertain_is_in_the_summary() -> None:
    shown = brief_words(a_watch(), waiting=7, uncertain=2)

    assert EN.say("status-waiting", waiting=7) in shown
    assert EN.say("status-uncertain", uncertain=2) in shown


@pytest.mark.parametrize("latency_s", [math.nan, math.inf])
def test_latency_that_is_not_known_yet_is_left_out(latency_s: float) -> None:
    assert " ms" not in status_words(latency_s=latency_s)


names = st.text(min_size=1, max_size=TOPIC_NAME_MAX).filter(lambda name: make_topic(name).key)
watches = st.builds(
    a_watch,
    names,
    st.sampled_from(Health),
    st.sampled_from([None, BUSY, QUIET, Cause.OTHER]),
    source=st.sampled_from(SourceName),
    target=st.sampled_from([None, *(f"https://{'very-' * 11}long-{n}.example/feed" for n in range(40))]),
)


GATEWAY = ProcessReport("a", "machine:7", (Role.GATEWAY,), Shards((0, 1), 4), NOW, NOW)
SENDER = ProcessReport("b", "machine:8", (Role.SENDER,), Shards(), NOW, NOW, is_active=True)


def test_processes_of_the_bot_are_listed_with_what_they_lack() -> None:
    found = survey([GATEWAY, SENDER], NOW)

    said = status_words(processes=found)

    assert EN.say("cli-process-no-poller") in said
    assert EN.say("cli-process-no-shards", shards="2-3") in said
    assert EN.say("status-shards", shards="0-1") in said
    assert EN.say("cli-process-active") in said


def test_last_copy_of_the_database_is_said_with_a_try_that_failed() -> None:
    made = EN.say("status-backup", last=AGO)

    assert made in status_words(backups=BackupState(NOW, 3))
    assert EN.say("status-backup-none") in status_words(backups=BackupState())
    failed = status_words(backups=BackupState(NOW, 3, "no room"))
    assert (made in failed, EN.say("status-backup-failed") in failed) == (True, True)


@settings(max_examples=60, deadline=None)
@given(st.lists(watches, max_size=200), st.sampled_from(LANGUAGES), st.sampled_from([0, 4, 500]))
def test_status_fits_into_a_message_whatever_there_is(many: list[Watch], language: str, processes: int) -> None:
    found = survey(
        [replace(GATEWAY, holder=str(each), shards=Shards((each,), 900)) for each in range(processes)], NOW
    )
    speaker, status = TEXTS.speaker(language), a_status(*many, enabled=tuple(SourceName), processes=found)

    for view in (draw_status(speaker, status, 0.1, NOW), draw_brief(speaker, status, NOW)):
        assert view_weight(view) <= 4000
        assert sum(1 for _ in view.walk_children()) <= 40


def test_what_does_not_fit_is_counted() -> None:
    many = [a_watch(f"話題その{number}", Health.DOWN, BUSY) for number in range(100)]

    for shown in (status_words(*many), brief_words(*many)):
        assert EN.say("status-more", count=100 - shown.count("話題その")) in shown


# -- the notice ----------------------------------------------------------------------------------------


@pytest.mark.invariant(5)
def test_bad_news_name_source_reason_time_and_topics() -> None:
    since = f"<t:{STAMP}:f>"
    assert notice_text(EN, a_notice()).splitlines() == [
        f"{EN.say('notice-all', source='Mastodon')} {say_cause(EN, BUSY)}",
        EN.say("notice-topics", count=12, since=since, topics="猫, 犬", more=10),
        EN.say("notice-hint"),
    ]


@pytest.mark.parametrize(
    ("content", "text_id", "values"),
    [
        (a_notice(scope=OutageScope.SOME, count=2), "notice-some", {}),
        (a_notice(scope=OutageScope.NONE, better=True), "notice-well", {}),
        (
            a_notice(scope=OutageScope.SOME, better=True, count=2),
            "notice-partly",
            {"topics": "猫, 犬", "more": 0},
        ),
        (
            a_notice(endpoint=Endpoint(SourceName.FEED, "a.example")),
            "notice-all",
            {"source": "Feed (a.example)"},
        ),
    ],
)
def test_each_kind_of_news_has_its_sentence(content: NoticeContent, text_id: str, values: dict[str, Any]) -> None:
    assert EN.say(text_id, **({"source": "Mastodon"} | values)) in notice_text(EN, content)


@pytest.mark.invariant(7)
@given(st.text(max_size=60), st.text(max_size=80), st.sampled_from(LANGUAGES))
def test_names_from_outside_are_escaped_and_a_notice_stays_short(topic: str, host: str, language: str) -> None:
    speaker = TEXTS.speaker(language)
    content = a_notice(topics=(f"@everyone **{topic}",) * 5, endpoint=Endpoint(SourceName.FEED, f"<@1>{host}"))

    shown = notice_text(speaker, content)

    assert "@everyone" not in shown
    assert "<@1>" not in shown
    assert len(shown) < 1500


def test_notice_opens_the_status() -> None:
    card = draw_notice(EN, a_notice(), "kw:1:0:status")

    (button,) = [item for item in card.walk_children() if isinstance(item, ui.Button)]
    assert (button.custom_id, button.label) == ("kw:1:0:status", "Status")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_server_whose_topics_are_all_at_a_source_that_is_off_is_not_called_empty(language: str) -> None:
    off = replace(a_status(), switched_off={SourceName.MASTODON: 2})
    speaker = TEXTS.speaker(language)

    for shown in (words(draw_status(speaker, off, 0.1, NOW)), words(draw_brief(speaker, off, NOW))):
        assert speaker.say("status-off", source="Mastodon", count=2) in shown
        assert speaker.say("status-none") not in shown
