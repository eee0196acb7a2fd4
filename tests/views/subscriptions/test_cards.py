"""What people see of subscriptions stays within Discord's limits, whatever people and posts say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from discord import ui
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.alerting.dry_run import DryRun
from bot.core.alerting.subscribe_result import SubscribeResult
from bot.core.causes import Cause
from bot.core.models import (
    ChannelId,
    GuildId,
    Network,
    PauseReason,
    Post,
    RoleId,
    Rules,
    SourceName,
    StoredPost,
    Subscription,
    SubscriptionId,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import TOPIC_NAME_MAX, excerpt, make_topic, utf16_length
from bot.services.input.text import WORD_MAX, WORDS_MAX, write_words
from bot.views.kit.text import Texts
from bot.views.subscriptions.cards import draw_detail, draw_removed, draw_subscribed
from bot.views.subscriptions.form import EditForm
from bot.views.subscriptions.list_page import draw_list
from config import LOCALES

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TEXTS = Texts(LOCALES)
JA, EN = TEXTS.speaker("ja"), TEXTS.speaker("en")
SNOWFLAKE = 9_223_372_036_854_775_807
MAX_RP = 1_000_000_000

foreign = st.text(max_size=400) | st.text(alphabet="*_[]()@<>|`~#-:\\ ", max_size=400) | st.just("👩‍👩‍👧‍👦" * 100)
languages = st.sampled_from(["ja", "en"])
bars = st.dictionaries(st.sampled_from(SourceName), st.integers(0, MAX_RP), min_size=1)


@st.composite
def words(draw: st.DrawFn) -> tuple[str, ...]:
    word = st.text(min_size=1, max_size=WORD_MAX)
    return tuple(draw(st.lists(word, max_size=WORDS_MAX)))


@st.composite
def subscriptions(draw: st.DrawFn) -> Subscription:
    return Subscription(
        id=SubscriptionId(draw(st.integers(1, 10**12))),
        guild_id=GuildId(SNOWFLAKE),
        channel_id=ChannelId(SNOWFLAKE),
        topic=make_topic(excerpt(draw(foreign), TOPIC_NAME_MAX)),
        created_by=UserId(SNOWFLAKE),
        created_at=NOW,
        paused=draw(st.none() | st.sampled_from(PauseReason)),
        muted_until=draw(st.none() | st.just(NOW + timedelta(days=1))),
        settings=SubscriptionSettings(
            language=draw(languages),
            min_rp=draw(bars),
            rules=Rules(draw(words()), draw(words()), muted_authors=tuple(draw(st.lists(foreign, max_size=20)))),
            role_id=RoleId(SNOWFLAKE),
        ),
    )


@st.composite
def sightings(draw: st.DrawFn) -> StoredPost:
    url = draw(st.none() | foreign | st.just("https://example.com/" + "a" * 179))
    post = Post(
        Network.WEB,
        "1",
        draw(foreign),
        rp=draw(st.none() | st.integers(0, MAX_RP)),
        url=url,
        author_name=draw(st.none() | foreign),
        created_at=draw(st.none() | st.just(NOW)),
        sensitive=draw(st.booleans()),
    )
    return StoredPost(post, draw(st.sampled_from(SourceName)), post.rp, NOW, NOW)


def a_subscription(**more: Any) -> Subscription:
    plain: dict[str, Any] = {
        "id": SubscriptionId(4),
        "guild_id": GuildId(1),
        "channel_id": ChannelId(10),
        "topic": make_topic("データセンター"),
        "created_by": UserId(7),
        "created_at": NOW,
    }
    chosen: dict[str, Any] = {
        "language": "ja",
        "min_rp": {SourceName.TRENDPAGE: 100, SourceName.MASTODON: 10},
    }
    chosen |= {name: more.pop(name) for name in tuple(more) if name in SubscriptionSettings.__dataclass_fields__}
    return Subscription(settings=SubscriptionSettings(**chosen), **(plain | more))


def subscribed(subscription: Subscription, language: str = "ja", **more: Any) -> ui.LayoutView:
    asked = ((SourceName.TRENDPAGE, "https://trend.example/word/x"), (SourceName.MASTODON, "#x @ mstdn.jp"))
    day: dict[str, Any] = {
        "known": 12,
        "passing": 3,
        "largest": {SourceName.TRENDPAGE: 200, SourceName.MASTODON: 20},
    }
    day |= {name: more.pop(name) for name in tuple(more) if name in day}
    offers = more.pop("offers", ())
    plain: dict[str, Any] = {"asked": asked, "failed": (), "top": (), "day": DryRun(**day)}
    result = SubscribeResult(subscription, **(plain | more))
    return draw_subscribed(TEXTS.speaker(language), result, offers=offers)


def text_of(layout: ui.LayoutView) -> str:
    return "\n".join(item.content for item in layout.walk_children() if isinstance(item, ui.TextDisplay))


def ids_of(layout: ui.LayoutView) -> list[str]:
    return [
        item.custom_id
        for item in layout.walk_children()
        if isinstance(item, ui.Button | ui.Select) and item.custom_id is not None
    ]


def labels_of(layout: ui.LayoutView) -> Iterator[str]:
    return (item.label or "" for item in layout.walk_children() if isinstance(item, ui.Button))


def assert_sendable(layout: ui.LayoutView) -> None:
    texts = [item.content for item in layout.walk_children() if isinstance(item, ui.TextDisplay)]
    assert layout.total_children_count <= 40
    assert all(texts)
    assert sum(map(utf16_length, texts)) <= 4000
    assert len(set(ids_of(layout))) == len(ids_of(layout))
    assert all(1 <= len(custom_id) <= 100 for custom_id in ids_of(layout))
    assert all(1 <= len(label) <= 80 for label in labels_of(layout))
    for menu in (item for item in layout.walk_children() if isinstance(item, ui.Select)):
        assert 1 <= len(menu.options) <= 25
        for option in menu.options:
            assert 1 <= utf16_length(option.label) <= 100
            assert utf16_length(option.description or "") <= 100


slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@slow
@given(
    language=languages,
    subscription=subscriptions(),
    asked=foreign | st.just("https://example.com/" + "a" * 179),
    failing=st.booleans(),
    top=st.lists(sightings(), max_size=3),
)
def test_the_answer_fits_whatever_is_said(
    language: str, subscription: Subscription, asked: str, failing: bool, top: list[StoredPost]
) -> None:
    sources = list(subscription.settings.min_rp)

    layout = subscribed(
        subscription,
        language,
        asked=[(source, asked) for source in sources],
        failed=[(source, Cause.UNREACHABLE) for source in sources] if failing else [],
        largest=dict.fromkeys(sources, 0),
        known=MAX_RP,
        passing=MAX_RP,
        top=top,
    )

    assert_sendable(layout)


@slow
@given(language=languages, subscription=subscriptions())
def test_the_detail_and_the_farewell_fit_whatever_is_said(language: str, subscription: Subscription) -> None:
    speaker = TEXTS.speaker(language)

    assert_sendable(draw_detail(speaker, subscription, known=MAX_RP, passing=MAX_RP, now=NOW))
    assert_sendable(draw_removed(speaker, subscription))


@slow
@given(language=languages, subscription=subscriptions(), count=st.integers(1, 12), page=st.integers(0, 5))
def test_a_page_of_the_list_fits_whatever_is_said(
    language: str, subscription: Subscription, count: int, page: int
) -> None:
    layout = draw_list(
        TEXTS.speaker(language),
        [subscription] * count,
        page=page,
        channel_id=subscription.channel_id,
        channel_names={subscription.channel_id: "長" * 100},
        now=NOW,
    )

    assert_sendable(layout)


@slow
@given(language=languages, subscription=subscriptions())
async def test_the_form_fits_whatever_is_in_it(language: str, subscription: Subscription) -> None:
    form = EditForm(
        TEXTS.speaker(language),
        subscription,
        include=write_words(subscription.settings.rules.include),
        exclude=write_words(subscription.settings.rules.exclude),
        submitted=_nobody,
    )

    shown = form.to_dict()
    assert 1 <= len(shown["title"]) <= 45
    assert len(shown["components"]) <= 5
    for part in shown["components"]:
        assert 1 <= len(part["label"]) <= 45
        assert len(part.get("description") or "") <= 100
        field = part["component"]
        assert len(field.get("placeholder") or "") <= 100
        assert len(field.get("value") or "") <= field.get("max_length", 4000)


async def test_discord_py_need_not_keep_what_is_sent() -> None:
    layout = draw_removed(TEXTS.speaker("ja"), a_subscription())

    assert layout.is_finished()


async def _nobody(_: discord.Interaction[Any], __: EditForm) -> None: ...


def test_the_answer_says_what_will_come_and_what_would_have_come() -> None:
    said = text_of(subscribed(a_subscription(rules=Rules(include=("電力",), exclude=("広告",)))))

    assert JA.say("subscribed-heading", topic="データセンター") in said
    assert "<#10>" in said
    for source, count, asked in (
        (JA.say("source-trendpage"), 100, "trend.example/…"),
        ("Mastodon", 10, "\\#x \\@ mstdn.jp"),
    ):
        assert (
            JA.say("subscribed-asked", source=source, minimum=JA.say("rule-min-rp", count=count), asked=asked)
            in said
        )
    assert JA.say("rule-include", words="電力") in said
    assert JA.say("rule-exclude", words="広告") in said
    assert JA.say("day-passing", known=12, passing=3) in said
    assert "⚠️" not in said


@pytest.mark.parametrize("passing", [0, 1, 4])
def test_answer_says_how_many_posts_of_a_day_would_have_passed(passing: int) -> None:
    said = EN.say("day-passing", known=12, passing=passing)

    assert said in text_of(subscribed(a_subscription(), "en", passing=passing))
    assert len({EN.say("day-passing", known=12, passing=number) for number in (0, 1, 4)}) == 3


def test_a_threshold_out_of_reach_is_warned_of_with_the_largest_rp() -> None:
    layout = subscribed(a_subscription(), largest={SourceName.TRENDPAGE: 6, SourceName.MASTODON: 10})

    assert JA.say("warn-out-of-reach", source=JA.say("source-trendpage"), minimum=100, largest=6) in text_of(
        layout
    )
    assert text_of(layout).count("⚠️") == 1


def test_rp_nobody_knows_is_warned_of_and_not_called_zero() -> None:
    layout = subscribed(a_subscription(), largest={SourceName.TRENDPAGE: None})

    assert JA.say("warn-rp-unknown", source=JA.say("source-trendpage")) in text_of(layout)


def test_a_topic_without_any_post_is_warned_of() -> None:
    layout = subscribed(a_subscription(), known=0, passing=0, largest={})

    assert JA.say("warn-no-data") in text_of(layout)


def test_a_source_that_failed_is_said_instead_of_no_data() -> None:
    failed = [(SourceName.MASTODON, Cause.BUSY)]

    layout = subscribed(a_subscription(), known=0, passing=0, largest={}, failed=failed)

    why = JA.say("source-error-busy")
    assert JA.say("subscribed-failed", source="Mastodon", why=why) in text_of(layout)
    assert JA.say("warn-no-data") not in text_of(layout)


def test_the_top_post_is_escaped_and_its_rp_has_time_and_source() -> None:
    post = Post(Network.X, "1", "**太字** @everyone", rp=12_345, author_name="[悪](い)", created_at=NOW)

    said = text_of(subscribed(a_subscription(), top=[StoredPost(post, SourceName.TRENDPAGE, 12_345, NOW, NOW)]))

    assert "RP 1.2万" in said
    assert f"<t:{int(NOW.timestamp())}" in said
    assert "**太字**" not in said
    assert "@everyone" not in said
    assert JA.say("trend-as-of", time=f"<t:{int(NOW.timestamp())}:t>") in said


def test_a_sensitive_post_is_not_shown_among_the_top() -> None:
    post = Post(Network.X, "1", "見せない言葉", rp=5, sensitive=True)

    said = text_of(subscribed(a_subscription(), top=[StoredPost(post, SourceName.X, 5, NOW, NOW)]))

    assert "見せない言葉" not in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "state-active"),
        ({"muted_until": NOW + timedelta(hours=1)}, "state-muted"),
        ({"muted_until": NOW - timedelta(hours=1)}, "state-active"),
        ({"paused": PauseReason.BY_USER}, "state-paused-by-user"),
        ({"paused": PauseReason.FORBIDDEN}, "state-paused-forbidden"),
        ({"paused": PauseReason.NOT_FOUND}, "state-paused-not-found"),
    ],
)
def test_the_state_is_said(change: dict[str, Any], said: str) -> None:
    layout = draw_detail(TEXTS.speaker("ja"), a_subscription(**change), known=0, passing=0, now=NOW)

    until = f"<t:{int((NOW + timedelta(hours=1)).timestamp())}:f>"
    values = {"when": until} if said == "state-muted" else {}
    assert JA.say(said, **values) in text_of(layout)


def test_a_paused_subscription_offers_to_resume_and_an_active_one_to_pause() -> None:
    speaker = TEXTS.speaker("ja")

    active = ids_of(draw_detail(speaker, a_subscription(), known=0, passing=0, now=NOW))
    resting = a_subscription(paused=PauseReason.BY_USER)
    paused = ids_of(draw_detail(speaker, resting, known=0, passing=0, now=NOW))

    assert {"kw:subs:pause:4", "kw:subs:mute-hour:4"} <= set(active)
    assert "kw:subs:resume:4" in paused
    assert "kw:subs:mute-hour:4" not in paused


def test_a_page_that_is_no_more_shows_the_last_one() -> None:
    many = [a_subscription(id=SubscriptionId(number)) for number in range(1, 8)]

    layout = draw_list(TEXTS.speaker("ja"), many, page=9, channel_id=None, channel_names={}, now=NOW)

    assert JA.say("list-count", count=7, first=6, last=7) in text_of(layout)


def test_an_empty_list_says_how_to_begin() -> None:
    layout = draw_list(TEXTS.speaker("ja"), [], page=0, channel_id=None, channel_names={}, now=NOW)

    assert "/購読" in text_of(layout)
    assert_sendable(layout)
