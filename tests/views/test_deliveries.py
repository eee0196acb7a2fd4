"""/deliveries as it is drawn: within Discord's limits whatever there is, and in plain words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import (
    AlertContent,
    AlertReason,
    ChannelId,
    ChannelQueue,
    Deliveries,
    EntryId,
    Failure,
    FailureCode,
    GuildId,
    HoldReason,
    Message,
    MessageId,
    MessageState,
    Network,
    OutboxEntry,
    Post,
    SourceName,
    SubscriptionId,
    SummaryContent,
)
from bot.core.text import make_topic
from bot.views.deliveries import draw_deliveries
from bot.views.delivery_failures import DROPPED, REASONS, dropped, of_discord, reason
from bot.views.kit.layout import view_weight
from bot.views.kit.text import Texts
from config import LOCALES
from tests.failures import failed

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TEXTS = Texts(LOCALES)
ENGLISH = TEXTS.speaker("en")
NO_HISTORY = "history cannot be read, so nobody can tell whether it arrived"


def an_entry(text: str = "増設の話", *, topic: str = "データセンター", **more: Any) -> OutboxEntry:
    post = Post(network=Network.X, canonical_id="1", text=text, rp=150, sensitive=more.pop("sensitive", False))
    content = AlertContent(
        topic=make_topic(topic),
        source=SourceName.TRENDPAGE,
        post=post,
        reason=AlertReason.NEW,
        observed_at=NOW,
        min_rp=100,
        language="ja",
        **more,
    )
    return in_outbox(content)


def in_outbox(content: AlertContent | SummaryContent) -> OutboxEntry:
    return OutboxEntry(
        id=EntryId(1),
        guild_id=GuildId(7),
        channel_id=ChannelId(1 << 60),
        subscription_id=SubscriptionId(1),
        content=content,
        created_at=NOW,
        not_before=NOW,
    )


def a_message(*entries: OutboxEntry, number: int = 1, **more: Any) -> Message:
    return Message(
        id=MessageId(f"{number:024x}"),
        guild_id=GuildId(7),
        channel_id=ChannelId(1 << 60),
        entries=entries or (an_entry(),),
        sealed_at=NOW - timedelta(hours=1),
        **more,
    )


def uncertain(*entries: OutboxEntry, number: int = 1, error: str = NO_HISTORY) -> Message:
    return a_message(*entries, number=number, state=MessageState.UNCERTAIN, failure=failed(error))


def given_up(*entries: OutboxEntry, number: int = 1, error: str = "403 50013: Missing Permissions") -> Message:
    return a_message(*entries, number=number, state=MessageState.GIVEN_UP, failure=failed(error))


def drawn(deliveries: Deliveries, page: int = 0, **more: Any) -> ui.LayoutView:
    return draw_deliveries(ENGLISH, deliveries, page=page, now=NOW, **more)


def said(view: ui.LayoutView) -> str:
    return "\n".join(item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay))


def buttons(view: ui.LayoutView) -> dict[str, str]:
    """Labels and custom_ids."""
    return {item.label or "": item.custom_id or "" for item in view.walk_children() if isinstance(item, ui.Button)}


def test_nothing_to_tell_says_so() -> None:
    view = drawn(Deliveries())

    assert ENGLISH.say("deliveries-none") in said(view)
    assert list(buttons(view)) == ["Refresh"]


def test_an_uncertain_message_tells_what_is_in_it_and_has_two_buttons() -> None:
    view = drawn(Deliveries(uncertain=(uncertain(an_entry("一行目\n二行目"), an_entry(), an_entry()),)))

    assert "**データセンター**" in said(view)
    assert "> 一行目 二行目" in said(view)
    assert ENGLISH.say("deliveries-more", count=2) in said(view)
    assert ENGLISH.say("reason-history") in said(view)
    assert "nobody can tell" not in said(view)
    assert ENGLISH.say("deliveries-uncertain-hint") in said(view)
    assert buttons(view) == {
        ENGLISH.say("deliveries-button-arrived"): f"kw:dlv:{1:024x}:arrived:0",
        ENGLISH.say("deliveries-button-again"): f"kw:dlv:{1:024x}:again:0",
        "Refresh": "kw:dlv:look:0",
    }


def test_what_was_given_up_says_why_in_plain_words_and_can_be_tried_again() -> None:
    view = drawn(Deliveries(given_up=(given_up(),)))

    assert ENGLISH.say("reason-forbidden") in said(view)
    assert "-# 403 50013\\: Missing Permissions" in said(view)
    assert "Try again" in buttons(view)


def test_what_arrived_and_was_deleted_says_what_trying_again_means() -> None:
    view = drawn(Deliveries(given_up=(given_up(error="arrived and was deleted (404 10008)"),)))

    assert ENGLISH.say("reason-deleted") in said(view)
    assert ENGLISH.say("deliveries-deleted-hint") in said(view)
    assert "Try again" in buttons(view)


def test_invariant_8_what_was_taken_down_is_neither_shown_nor_offered_again() -> None:
    hidden = an_entry("見せない", hidden=True)
    view = drawn(Deliveries(given_up=(given_up(hidden),), uncertain=(uncertain(hidden),)))

    assert "見せない" not in said(view)
    assert said(view).count(ENGLISH.say("deliveries-empty")) == 2
    assert list(buttons(view)) == ["It arrived", "Refresh"]


def test_what_is_left_beside_a_hidden_post_is_shown() -> None:
    view = drawn(Deliveries(given_up=(given_up(an_entry("見せない", hidden=True), an_entry("見せる")),)))

    assert "> 見せる" in said(view)
    assert "見せない" not in said(view)


def test_sensitive_posts_and_summaries_are_named_not_quoted() -> None:
    summary = SummaryContent(topic=make_topic("生成AI"), why=HoldReason.HOURLY_LIMIT, language="ja", count=4)
    view = drawn(
        Deliveries(
            given_up=(
                given_up(an_entry("あらわな話", sensitive=True)),
                given_up(in_outbox(summary), number=2),
            )
        )
    )

    assert "あらわな話" not in said(view)
    assert ENGLISH.say("deliveries-summary", count=4) in said(view)


def test_a_failed_take_down_leads_to_its_message() -> None:
    message = a_message(
        state=MessageState.SENT, discord_message_id=77, failure=failed("403 50013: Missing Permissions")
    )
    view = drawn(Deliveries(take_downs=(message,)))

    assert f"https://discord.com/channels/7/{1 << 60}/77" in said(view)


def test_what_is_on_the_way_tells_tries_trouble_and_the_next_try() -> None:
    later = NOW + timedelta(minutes=5)
    message = a_message(attempts=3, failure=failed("503 0: Service Unavailable"), next_try_at=later)
    view = drawn(Deliveries(on_the_way=(message,)))

    assert ENGLISH.say("deliveries-tries", count=3) in said(view)
    assert ENGLISH.say("reason-discord") in said(view)
    assert ENGLISH.say("deliveries-next", time=f"<t:{int(later.timestamp())}:R>") in said(view)


def test_what_waits_tells_how_much_since_when_and_until_when() -> None:
    until = NOW + timedelta(hours=4)
    queues = (
        ChannelQueue(ChannelId(1), 12, oldest_at=NOW, until=until),
        ChannelQueue(ChannelId(2), 1, oldest_at=NOW, until=NOW),
    )
    lines = said(drawn(Deliveries(waiting=queues))).splitlines()

    [held] = [line for line in lines if "<#1>" in line]
    [free] = [line for line in lines if "<#2>" in line]
    since, ends = f"<t:{int(NOW.timestamp())}:R>", f"<t:{int(until.timestamp())}:f>"
    assert held.endswith(ENGLISH.say("deliveries-queue-held", channel="<#1>", count=12, since=since, until=ends))
    assert free.endswith(ENGLISH.say("deliveries-queue", channel="<#2>", count=1, since=since))
    assert ENGLISH.say("deliveries-count-waiting", count=13) in lines


def test_what_a_person_can_decide_comes_first() -> None:
    text = said(
        drawn(
            Deliveries(
                waiting=(ChannelQueue(ChannelId(1), 1, NOW, NOW),),
                on_the_way=(a_message(number=1),),
                uncertain=(uncertain(number=2),),
                given_up=(given_up(number=3),),
            )
        )
    )

    places = [text.index(mark) for mark in ("❓", "⛔", "📨", "🕒")]
    assert places == sorted(places)


def test_a_long_list_has_pages_that_name_each_section_anew() -> None:
    found = Deliveries(given_up=tuple(given_up(number=number) for number in range(12)))

    first, last, beyond = (drawn(found, page) for page in (0, 2, 99))

    assert list(buttons(first)) == ["Try again", "Refresh", "Next"]
    assert buttons(first)["Next"] == "kw:dlv:page:1"
    assert list(buttons(last)) == ["Try again", "Back", "Refresh"]
    assert said(last).count("⛔") == 1
    assert said(beyond) == said(last)


@pytest.mark.parametrize("code", FailureCode)
def test_every_failure_has_a_sentence_in_both_languages(code: FailureCode) -> None:
    for language in ("ja", "en"):
        speaker = TEXTS.speaker(language)
        assert reason(speaker, Failure(code, "")) == speaker.say(REASONS[code])
        assert dropped(speaker, Failure(code, "")) == speaker.say(DROPPED.get(code, "why-dropped"))


def test_a_failure_that_is_not_on_record_is_said_to_be_unknown() -> None:
    assert (
        reason(ENGLISH, None) == reason(ENGLISH, Failure(FailureCode.OTHER, "")) == ENGLISH.say("reason-unknown")
    )


def test_only_what_discord_answered_is_shown_besides_the_sentence() -> None:
    assert of_discord(failed("403 50013: Missing Permissions")) == "403 50013\\: Missing Permissions"
    assert [of_discord(failed(own)) for own in (NO_HISTORY, "hidden", "all messages wait")] == [""] * 3


def test_a_reason_nobody_foresaw_is_shown_as_it_was_written_but_harmless() -> None:
    unforeseen = Failure(FailureCode.OTHER, "@everyone **new**\ntrouble")
    assert reason(ENGLISH, unforeseen) == "\\@\u200beveryone \\*\\*new\\*\\* trouble"


# -- limits --------------------------------------------------------------------------------------------

shouts = st.sampled_from(["＊" * 500, "**" * 300, "@everyone " * 60, "𠮷" * 300, "短い", ""])
entries = st.builds(an_entry, shouts, topic=shouts, sensitive=st.booleans(), hidden=st.booleans())
failures = st.none() | st.builds(
    Failure, st.sampled_from(FailureCode), st.sampled_from(["**" * 500, "400 50035: " + "*" * 900, "𠮷" * 900])
)
messages = st.builds(
    lambda found, failure, number: a_message(
        *found, number=number, failure=failure, attempts=number, next_try_at=NOW + timedelta(hours=1)
    ),
    st.lists(entries, min_size=1, max_size=3),
    failures,
    st.integers(1, 10**9),
)
queues = st.builds(
    ChannelQueue, st.integers(1, 2**63).map(ChannelId), st.integers(1, 10**9), st.just(NOW),
    st.sampled_from([NOW, NOW + timedelta(days=1)]),
)  # fmt: skip


def tuples_of(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=7).map(tuple)


@given(
    st.builds(
        Deliveries,
        waiting=tuples_of(queues),
        on_the_way=tuples_of(messages),
        uncertain=tuples_of(messages),
        given_up=tuples_of(messages),
        take_downs=tuples_of(messages),
    ),
    st.integers(0, 8),
    st.sampled_from(["ja", "en"]),
)
def test_every_page_is_within_discords_limits(found: Deliveries, page: int, language: str) -> None:
    speaker = TEXTS.speaker(language)

    view = draw_deliveries(speaker, found, page=page, now=NOW, note=speaker.say("deliveries-done-arrived"))

    assert sum(1 for _ in view.walk_children()) <= 40
    assert view_weight(view) <= 4000
    ids = list(buttons(view).values())
    custom_ids = [
        item.custom_id for item in view.walk_children() if isinstance(item, discord.ui.Button) and item.custom_id
    ]
    assert ids
    assert all(len(custom_id) <= 100 for custom_id in custom_ids)


@pytest.mark.parametrize("section", ["uncertain", "given_up", "take_downs", "on_the_way"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_longest_page_is_within_discords_limits(section: str, language: str) -> None:
    longest = an_entry("*" * 500, topic="*" * 500)
    messages = tuple(
        a_message(
            longest,
            longest,
            number=number,
            failure=Failure(FailureCode.DELETED, "arrived and was deleted (" + "*" * 500),
            attempts=99,
            next_try_at=NOW + timedelta(hours=1),
            discord_message_id=1 << 62,
        )
        for number in range(20)
    )

    found = replace(Deliveries(), **{section: messages})  # type: ignore[arg-type]

    view = draw_deliveries(TEXTS.speaker(language), found, page=1, now=NOW, note="済" * 60)

    assert sum(1 for _ in view.walk_children()) <= 40
    assert view_weight(view) <= 4000
