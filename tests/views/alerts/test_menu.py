"""The ⋯ menu as it is drawn: what it offers for what, and how its undo remembers what was before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import (
    ChannelId,
    GuildId,
    MessageId,
    SourceName,
    Subscription,
    SubscriptionId,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import make_topic
from bot.services.input.text import MIN_RP_MAX
from bot.views.alerts.menu import MenuAction, Undo, UndoStep, draw_done, draw_menu, thresholds_line, undo_id
from bot.views.kit.custom_ids import read_entry, read_min_rp, read_until, write_entry, write_min_rp, write_until
from bot.views.kit.text import LANGUAGES, Texts
from config import LOCALES
from tests.views.drawn import sent, text_of

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TEXTS = Texts(LOCALES)
HUGE = SubscriptionId(2**63 - 1)
MESSAGE = MessageId("a" * 24)
bars = st.dictionaries(st.sampled_from(SourceName), st.integers(0, MIN_RP_MAX))


def a_subscription(*sources: SourceName) -> Subscription:
    return Subscription(
        id=SubscriptionId(1),
        guild_id=GuildId(1),
        channel_id=ChannelId(2),
        topic=make_topic("データセンター"),
        created_by=UserId(3),
        created_at=NOW,
        settings=SubscriptionSettings(language="ja", min_rp=dict.fromkeys(sources, 100)),
    )


def offered(*sources: SourceName, handle: str | None = "yamada", may_hide: bool = True) -> set[str]:
    view = draw_menu(
        TEXTS.speaker("en"),
        a_subscription(*sources),
        message_id=MESSAGE,
        index=0,
        handle=handle,
        now=NOW,
        may_hide=may_hide,
    )
    return {one["custom_id"].rpartition(":")[2] for one in sent(view) if "custom_id" in one}


def test_a_feeds_article_is_offered_no_fewer_alerts() -> None:
    assert MenuAction.FEWER_ALERTS in offered(SourceName.MASTODON)
    assert MenuAction.FEWER_ALERTS in offered(SourceName.MASTODON, SourceName.FEED)
    assert MenuAction.FEWER_ALERTS not in offered(SourceName.FEED)


def test_an_author_nobody_knows_is_not_offered_to_be_muted() -> None:
    assert MenuAction.AUTHOR not in offered(SourceName.FEED, handle=None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_feed_is_never_given_a_minimum_in_words(language: str) -> None:
    said = thresholds_line(TEXTS.speaker(language), a_subscription(SourceName.FEED))

    assert "100" not in said
    assert "RP" not in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", Undo)
def test_whatever_can_be_undone_says_where_else(what: Undo, language: str) -> None:
    speaker = TEXTS.speaker(language)

    view = draw_done(speaker, "✅", UndoStep(HUGE, what))

    assert speaker.say(f"alert-later-{what}") in text_of(view)
    assert [one["custom_id"] for one in sent(view) if "custom_id" in one] == [undo_id(UndoStep(HUGE, what))]


@given(bars)
def test_minimums_come_back_from_a_custom_id_without_those_that_have_none(min_rp: dict[SourceName, int]) -> None:
    written = write_min_rp(min_rp)

    assert len(undo_id(UndoStep(HUGE, Undo.FEWER_ALERTS, written))) <= 100
    assert read_min_rp(written) == {source: bar for source, bar in min_rp.items() if source.traits.counts_reposts}


@given(st.text(max_size=70))
def test_what_nobody_wrote_is_read_as_nothing(written: str) -> None:
    read_min_rp(written)
    read_until(written)
    read_entry(written)


def test_the_end_of_a_mute_and_a_post_come_back_from_a_custom_id() -> None:
    assert read_until(write_until(NOW + timedelta(days=1))) == NOW + timedelta(days=1)
    assert read_until(write_until(None)) is None
    assert read_entry(write_entry(MESSAGE, 0)) == (MESSAGE, 0)
    assert read_entry(write_entry(MESSAGE, 17)) == (MESSAGE, 17)
