"""What people see of quiet hours, and zones by what people call them."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta

import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import (
    ChannelId,
    GuildId,
    QuietHours,
    SourceName,
    Subscription,
    SubscriptionId,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import make_topic
from bot.views.digests.form import DigestOptionsForm
from bot.views.kit.forms import About, FormKind
from bot.views.kit.text import LANGUAGES, Texts
from bot.views.kit.timezones import city, default_zone, find_zone, suggest_zones, zone_label
from bot.views.quiet_form import QuietForm
from bot.views.quiet_hours import Quiet, draw_quiet_list, draw_quiet_off, draw_quiet_set, names_of
from config import LOCALES

ZONES = zoneinfo.available_timezones()
"""Asked once: each time it reads the whole database."""
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TEXTS = Texts(LOCALES)
NIGHT = QuietHours("Asia/Tokyo", 22 * 60, 7 * 60, (0, 2))


def quiet(hours: QuietHours = NIGHT, *, begins_in: float = 1) -> Quiet:
    begin = NOW + timedelta(hours=begins_in)
    return Quiet(ChannelId(1 << 60), hours, begin, begin + timedelta(hours=9))


def text(view: ui.LayoutView) -> str:
    return "\n".join(item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay))


async def unused(*_: object) -> None:
    """A form that nobody sends."""


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_zone_is_required_in_a_form_where_leaving_it_out_would_be_refused(language: str) -> None:
    speaker = TEXTS.speaker(language)
    about = About(FormKind.NEW_DIGEST, 1)
    forms: list[ui.Modal] = [
        QuietForm(speaker, ChannelId(1), submitted=unused),
        DigestOptionsForm(speaker, about, submitted=unused),
    ]

    zones = [
        item.required
        for form in forms
        for item in form.walk_children()
        if isinstance(item, ui.TextInput) and item.custom_id == "timezone"
    ]

    assert zones == [default_zone(language) is None] * len(forms)


def test_names_of_what_is_paused_are_listed_as_the_language_lists() -> None:
    settings = SubscriptionSettings(min_rp={SourceName.MASTODON: 1}, language="ja")
    resting = [
        Subscription(SubscriptionId(1), GuildId(1), ChannelId(1), make_topic(name), UserId(1), NOW, settings)
        for name in ("a", "b")
    ]

    assert names_of(TEXTS.speaker("ja"), resting) == ("a、b", 0)
    assert names_of(TEXTS.speaker("en"), resting) == ("a, b", 0)


@pytest.mark.parametrize(
    ("begins_in", "held", "text_id", "values"),
    [
        (1, 0, "quiet-held-later", {}),
        (-1, 0, "quiet-held", {"count": 0}),
        (-1, 3, "quiet-held", {"count": 3}),
    ],
)
def test_the_answer_says_what_waits(begins_in: float, held: int, text_id: str, values: dict[str, int]) -> None:
    speaker = TEXTS.speaker("ja")

    view = draw_quiet_set(speaker, quiet(begins_in=begins_in), held=held, now=NOW)

    assert speaker.say(text_id, **values) in text(view)


def test_the_end_of_quiet_hours_says_what_goes_out() -> None:
    speaker = TEXTS.speaker("en")

    for waiting in (0, 1, 2):
        said = speaker.say("quiet-off-text", channel="<#1>", count=waiting)
        assert text(draw_quiet_off(speaker, ChannelId(1), waiting)).endswith(said)
        assert said.count("waiting") == min(waiting, 1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 12, 200])
def test_a_list_of_any_length_fits_a_message(language: str, count: int) -> None:
    longest = max(zoneinfo.available_timezones(), key=lambda name: len(zone_label(name, language)))
    hours = QuietHours(longest, 0, 0, (0, 1, 2, 3, 4, 5))

    view = draw_quiet_list(TEXTS.speaker(language), [quiet(hours)] * count, NOW)

    assert len(text(view)) <= 4000
    assert len(list(view.walk_children())) <= 40


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("tokyo", "Asia/Tokyo"),
        ("東京", "Asia/Tokyo"),
        ("ＪＳＴ", "Asia/Tokyo"),
        ("Japan", "Asia/Tokyo"),
        ("日本時間", "Asia/Tokyo"),
        ("asia/TOKYO", "Asia/Tokyo"),
        ("New York", "America/New_York"),
        ("ニューヨーク", "America/New_York"),
        ("est", "America/New_York"),
        ("PST", "America/Los_Angeles"),
        ("london", "Europe/London"),
        ("US/Eastern", "US/Eastern"),
        ("utc", "UTC"),
        ("United States", None),
        ("lon", None),
        ("", None),
        ("  ", None),
        ("localtime", None),
        ("Atlantis", None),
        ("../etc/passwd", None),
    ],
)
def test_a_zone_is_found_by_what_people_call_it_or_not_at_all(typed: str, zone: str | None) -> None:
    assert find_zone(typed) == zone


def test_every_zone_can_be_named_and_is_labelled_briefly() -> None:
    for name in zoneinfo.available_timezones() - {"localtime", "Factory"}:
        found = find_zone(name)
        assert found is not None, name
        assert found == name or "/" not in name
        assert all(len(zone_label(name, language)) <= 100 for language in LANGUAGES)


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "Zulu"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_utc_is_called_so_whichever_of_its_names_a_machine_has(name: str, language: str) -> None:
    assert (zone_label(name, language), city(name, language)) == ("UTC", "UTC")


def test_countries_with_many_zones_offer_the_usual_first() -> None:
    offered = [name for name, _ in suggest_zones("アメリカ", "ja")]

    assert offered[:4] == ["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"]
    assert len(offered) == 25


@given(st.text(max_size=20), st.sampled_from(LANGUAGES))
def test_suggestions_are_within_discords_limits(typed: str, language: str) -> None:
    offered = suggest_zones(typed, language)

    assert len(offered) <= 25
    assert all(1 <= len(label) <= 100 for _, label in offered)
    assert {name for name, _ in offered} <= ZONES
