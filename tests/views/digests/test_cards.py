"""What people see of digests stays within Discord's limits and reads back what was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.core.models import (
    ChannelId,
    Digest,
    DigestId,
    DigestSettings,
    GuildId,
    PauseReason,
    Recurrence,
    RoleId,
    Schedule,
    Topic,
    UserId,
)
from bot.core.text import make_topic, utf16_length
from bot.views.digests.cards import (
    PAGE,
    DigestCardAction,
    Done,
    action_id,
    digest_choice,
    distinguishing_marks,
    draw_digest_card,
    draw_digest_changed,
    draw_digest_created,
    draw_digest_deleted,
    draw_digest_list,
)
from bot.views.digests.form import DigestForm
from bot.views.digests.schedule import NAME_MAX, default_name, schedule_words
from bot.views.kit.text import LANGUAGES, Texts
from bot.views.kit.timezones import city, on_the_clock
from config import LOCALES
from tests.views.drawn import labels, nasty, sent, slow, text_of, within_limits

TEXTS = Texts(LOCALES)
JA, EN = TEXTS.speaker("ja"), TEXTS.speaker("en")
NOW = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
UPCOMING = tuple(NOW + timedelta(days=n) for n in range(1, 4))
SNOWFLAKE = 9_223_372_036_854_775_807
DAILY = Schedule(Recurrence.DAILY, "0 8 * * *", "Asia/Tokyo")
AI, CHIPS = make_topic("AI"), make_topic("半導体")


def a_digest(**more: Any) -> Digest:
    chosen: dict[str, Any] = {"channel_id": ChannelId(10), "name": "朝刊", "schedule": DAILY, "language": "ja"}
    plain: dict[str, Any] = {
        "id": DigestId(7),
        "guild_id": GuildId(1),
        "created_by": UserId(5),
        "created_at": NOW,
        "anchor": NOW,
        "next_at": UPCOMING[0],
    }
    chosen |= {name: more.pop(name) for name in tuple(more) if name in DigestSettings.__dataclass_fields__}
    return Digest(settings=DigestSettings(**chosen), **(plain | more))


def card(digest: Digest, topics: Sequence[Topic] = (AI,), done: Done | None = None) -> ui.LayoutView:
    return draw_digest_card(JA, digest, () if digest.paused else UPCOMING, topics, done=done)


def a_list(*digests: Digest, page: int = 0, channel_id: ChannelId | None = None) -> ui.LayoutView:
    names = {ChannelId(10): "ニュース"}
    return draw_digest_list(JA, digests, page=page, channel_id=channel_id, channel_names=names)


def actions_of(view: ui.LayoutView) -> list[str]:
    ids = [one["custom_id"] for one in sent(view) if "custom_id" in one]
    return [each.rpartition(":")[2] for each in ids if each.startswith("kw:digest:7:")]


zones = st.sampled_from(["Asia/Tokyo", "America/Argentina/ComodRivadavia", "UTC", "Africa/El_Aaiun"])
schedules = st.one_of(
    st.builds(Schedule, st.just(Recurrence.HOURLY), st.sampled_from(["0 * * * *", "59 * * * *"]), zones),
    st.builds(Schedule, st.just(Recurrence.DAILY), st.sampled_from(["0 0 * * *", "59 23 * * *"]), zones),
    st.builds(Schedule, st.just(Recurrence.WEEKDAYS), st.just("30 12 * * 1-5"), zones),
    st.builds(
        Schedule, st.just(Recurrence.WEEKLY), st.sampled_from(["0 9 * * 0", "0 9 * * 7", "0 9 * * 3"]), zones
    ),
    st.builds(Schedule, st.just(Recurrence.CUSTOM), st.just("*/15 0,6,12,18 1-7,15-21 JAN-JUN MON-FRI"), zones),
)
topics = nasty.map(make_topic)
digests = st.builds(
    a_digest,
    id=st.integers(1, 10**18).map(DigestId),
    channel_id=st.just(ChannelId(SNOWFLAKE)),
    name=nasty,
    schedule=schedules,
    created_by=st.just(UserId(SNOWFLAKE)),
    topics=st.lists(topics, max_size=25).map(tuple),
    top=st.integers(1, 10),
    min_rp=st.integers(0, 10**9),
    role_id=st.none() | st.just(RoleId(SNOWFLAKE)),
    replaces_alerts=st.booleans(),
    paused=st.none() | st.sampled_from(PauseReason),
)


@pytest.mark.invariant(7)
@slow
@given(digests, st.lists(topics, max_size=40), st.sampled_from(LANGUAGES), st.none() | st.sampled_from(Done))
def test_every_answer_about_a_digest_is_within_discords_limits(
    digest: Digest, now: list[Topic], language: str, done: Done | None
) -> None:
    speaker = TEXTS.speaker(language)
    views = [
        draw_digest_card(speaker, digest, UPCOMING, now, done=done),
        draw_digest_deleted(speaker, digest),
        draw_digest_list(speaker, [digest], page=0, channel_id=None, channel_names={}),
        draw_digest_card(speaker, digest, UPCOMING, now, done=done, roles_gone={RoleId(SNOWFLAKE)}),
    ]
    for view in views:
        assert within_limits(view)
        assert "@everyone" not in text_of(view)
        assert "<@&1>" not in text_of(view)
    assert utf16_length(digest_choice(speaker, digest, "名" * 100)) <= 100


@slow
@given(st.lists(digests, max_size=PAGE * 2 + 1, unique_by=lambda one: one.id), st.integers(-1, 4))
def test_every_page_of_the_list_is_within_discords_limits(found: list[Digest], page: int) -> None:
    names = {ChannelId(SNOWFLAKE): "名" * 100}
    for gone in (frozenset[RoleId](), {RoleId(SNOWFLAKE)}):
        channel_id = ChannelId(SNOWFLAKE)
        assert within_limits(
            draw_digest_list(EN, found, page=page, channel_id=channel_id, channel_names=names, roles_gone=gone)
        )


def test_a_new_digest_is_read_back_with_its_next_three_times() -> None:
    digest = a_digest(top=3, min_rp=100, role_id=RoleId(9), replaces_alerts=True, topics=(AI, CHIPS))
    first = int(UPCOMING[0].timestamp())
    shown = text_of(draw_digest_created(JA, digest, UPCOMING, digest.settings.topics)).split("\n")
    assert shown == [
        f"✅ {JA.say('digest-done-created', channel='<#10>')}",
        "### 朝刊",
        f"🟢 {JA.say('state-active')}",
        f"🗓️ **{schedule_words(JA, DAILY)}**",
        JA.say("digest-upcoming"),
        *(f"> <t:{first + n * 86_400}:F>（<t:{first + n * 86_400}:R>）" for n in range(3)),
        f"- {JA.say('detail-channel', channel='<#10>')}",
        f"- {JA.say('digest-topics', topics='AI、半導体', more=0)}",
        f"- {JA.say('digest-top', count=3)}",
        f"- {JA.say('digest-min-rp', count=100)}",
        f"- {JA.say('digest-alerts-off')}",
        f"- {JA.say('rule-role', role='<@&9>')}",
        f"- {JA.say('digest-language', language='日本語')}",
        f"-# {JA.say('digest-made', user='<@5>', when=f'<t:{int(NOW.timestamp())}:f>')}",
    ]


def test_a_digest_of_all_subscribed_topics_names_them_as_they_are_now() -> None:
    many = [make_topic(f"話題{n}") for n in range(12)]
    for topics, said, more in (((AI, CHIPS), "AI、半導体", 0), ((), "なし", 0)):
        assert JA.say("digest-topics-all", topics=said, more=more) in text_of(card(a_digest(), topics))
    said = "、".join(f"話題{n}" for n in range(10))
    assert JA.say("digest-topics-all", topics=said, more=2) in text_of(card(a_digest(), many))


def test_a_changed_digest_says_so_in_the_readers_language() -> None:
    shown = text_of(draw_digest_changed(EN, a_digest(), UPCOMING, (AI,)))
    assert shown.startswith(f"✅ {EN.say('digest-done-changed')}\n### 朝刊\n🟢 Active\n")
    assert f"🗓️ **{schedule_words(EN, DAILY)}**" in shown
    assert f"- {EN.say('digest-any-rp')}" in shown


def test_a_paused_digest_says_why_has_no_next_time_and_offers_to_resume() -> None:
    view = card(a_digest(paused=PauseReason.FORBIDDEN, next_at=None))
    assert JA.say("state-paused-forbidden") in text_of(view)
    assert ":F>" not in text_of(view)
    assert actions_of(view) == ["edit", "preview", "now", "resume", "delete", "rising"]
    assert actions_of(card(a_digest())) == ["edit", "preview", "now", "pause", "delete", "rising"]


def test_a_deleted_digest_can_be_had_back() -> None:
    view = draw_digest_deleted(JA, a_digest())
    assert text_of(view).startswith(f"### {JA.say('digest-deleted-heading', name='朝刊')}")
    assert actions_of(view) == ["restore"]
    assert labels(view) == [JA.say("digest-button-restore")]


def test_the_list_names_channel_schedule_and_next_time_and_opens_each() -> None:
    view = a_list(a_digest(), a_digest(id=DigestId(8), name="夕刊", paused=PauseReason.BY_USER))
    daily = schedule_words(JA, DAILY)
    assert f"**朝刊** ・ <#10>\n{daily} ・ " in text_of(view)
    assert f"**夕刊** ・ <#10>\n{daily} ・ ⏸️ 一時停止中" in text_of(view)
    menu = next(one for one in sent(view) if "options" in one)
    assert menu["custom_id"] == "kw:digest:pick:0"
    assert [(one["label"], one["value"]) for one in menu["options"]] == [("朝刊", "7"), ("夕刊", "8")]
    assert menu["options"][0]["description"] == f"#ニュース ・ {daily}"


def test_a_long_list_comes_in_pages() -> None:
    found = [a_digest(id=DigestId(100 + n), name=f"号{n}") for n in range(PAGE + 1)]
    last = a_list(*found, page=9, channel_id=ChannelId(10))
    assert f"**号{PAGE}**" in text_of(last)
    assert "**号0**" not in text_of(last)
    ids = {one["custom_id"]: one["disabled"] for one in sent(last) if one.get("label")}
    assert ids == {"kw:digest:page:0:10": False, "kw:digest:page:2:10": True}


def test_an_empty_list_says_how_to_make_the_first() -> None:
    assert JA.say("digest-list-empty") in text_of(a_list())


@pytest.mark.parametrize(
    ("recurrence", "cron", "values"),
    [
        (Recurrence.HOURLY, "15 * * * *", {"minute": 15}),
        (Recurrence.HOURLY, "0 * * * *", {"minute": 0}),
        (Recurrence.DAILY, "5 8 * * *", {"time": "8:05"}),
        (Recurrence.WEEKDAYS, "0 8 * * 1-5", {"time": "8:00"}),
        (Recurrence.WEEKLY, "0 9 * * 1", {"day": ("月曜日", "Monday"), "time": "9:00"}),
        (Recurrence.WEEKLY, "0 9 * * 0", {"day": ("日曜日", "Sunday"), "time": "9:00"}),
        (Recurrence.WEEKLY, "0 9 * * 7", {"day": ("日曜日", "Sunday"), "time": "9:00"}),
        (Recurrence.CUSTOM, "*/5 1 * * MON", {"cron": "*/5 1 * * MON"}),
    ],
)
def test_a_schedule_is_read_back_in_words(recurrence: Recurrence, cron: str, values: dict[str, Any]) -> None:
    schedule = Schedule(recurrence, cron, "Asia/Tokyo")
    for place, (speaker, where) in enumerate(((JA, "東京"), (EN, "Tokyo"))):
        named = {name: each[place] if isinstance(each, tuple) else each for name, each in values.items()}
        assert schedule_words(speaker, schedule) == speaker.say(
            f"digest-schedule-{recurrence}", **({} if "minute" in named else {"city": where}), **named
        )


@pytest.mark.parametrize(
    ("recurrence", "cron", "paper"),
    [
        (Recurrence.DAILY, "0 8 * * *", "morning"),
        (Recurrence.DAILY, "30 12 * * *", "noon"),
        (Recurrence.WEEKDAYS, "0 18 * * 1-5", "evening"),
        (Recurrence.DAILY, "0 2 * * *", "evening"),
        (Recurrence.HOURLY, "0 * * * *", "hourly"),
        (Recurrence.WEEKLY, "0 9 * * 1", "weekly"),
        (Recurrence.CUSTOM, "0 */6 * * *", "custom"),
    ],
)
def test_a_digest_without_a_name_is_called_like_a_newspaper(recurrence: Recurrence, cron: str, paper: str) -> None:
    schedule = Schedule(recurrence, cron, "Asia/Tokyo")
    named = JA.say(f"digest-name-{paper}")
    assert default_name(JA, schedule, []) == default_name(JA, schedule, [AI, CHIPS]) == named
    assert default_name(EN, schedule, [AI]) == f"AI · {EN.say(f'digest-name-{paper}')}"


@slow
@given(topics, schedules, st.sampled_from(LANGUAGES))
def test_a_name_of_our_own_is_never_too_long(topic: Topic, schedule: Schedule, language: str) -> None:
    assert 0 < utf16_length(default_name(TEXTS.speaker(language), schedule, [topic])) <= NAME_MAX


def test_a_clock_is_its_zones_and_a_zone_without_a_place_keeps_its_name() -> None:
    assert on_the_clock(NOW, "America/New_York", "en") == "Tue 24 Nov, 18:00"
    assert on_the_clock(NOW, "Asia/Tokyo", "ja") == "11月25日（水）8:00"
    assert (city("Asia/Tokyo", "ja"), city("UTC", "ja"), city("Etc/GMT+3", "en")) == ("東京", "UTC", "Etc/GMT+3")


def test_ids_of_buttons_stay_below_a_hundred_characters() -> None:
    assert all(len(action_id(DigestId(2**63 - 1), action)) <= 100 for action in DigestCardAction)


# -- the form ------------------------------------------------------------------------------------------


async def nothing(_: discord.Interaction[Any], __: DigestForm) -> None:
    """Nobody presses this form."""


def a_form(digest: Digest, language: str = "ja", **fields: str) -> DigestForm:
    now = {"time": "8:00", "topics": "AI, 半導体"} | fields
    return DigestForm(TEXTS.speaker(language), digest, time=now["time"], topics=now["topics"], submitted=nothing)


def filled(form: DigestForm, **typed: str) -> DigestForm:
    for field in form.walk_children():
        if isinstance(field, ui.TextInput):
            field._value = typed.get(field.custom_id, field.default or "")
    return form


@slow
@given(digests, st.sampled_from(LANGUAGES), nasty, nasty)
def test_the_form_is_one_discord_takes(digest: Digest, language: str, time: str, topics: str) -> None:
    form = a_form(digest, language, time=time, topics=topics * 9).to_dict()
    assert len(form["title"]) <= 45
    assert len(form["components"]) == 5
    for one in form["components"]:
        assert len(one["label"]) <= 45
        assert len(one.get("description") or "") <= 100
        assert len(one["component"].get("value") or "") <= one["component"].get("max_length", 0)


async def test_the_form_shows_what_holds_and_gives_back_what_was_typed() -> None:
    form = a_form(a_digest(top=3, min_rp=100, role_id=RoleId(9)))
    fields = {one["component"]["custom_id"]: one["component"] for one in form.to_dict()["components"]}
    assert fields["time"]["value"] == "8:00"
    assert fields["topics"]["value"] == "AI, 半導体"
    assert fields["numbers"]["value"] == "3, 100"
    assert [one["value"] for one in fields["recurrence"]["options"] if one["default"]] == ["daily"]
    assert fields["role"]["default_values"] == [{"id": 9, "type": "role"}]
    kept = filled(form)
    assert (kept.time, kept.topics, kept.top, kept.min_rp) == ("8:00", "AI, 半導体", "3", "100")


@pytest.mark.parametrize(
    ("typed", "top", "min_rp"),
    [("5", "5", ""), ("5,100", "5", "100"), (" 5、100 ", "5", "100"), ("5 / 1,000", "5", "1,000"), ("", "", "")],
)
async def test_two_numbers_share_a_field(typed: str, top: str, min_rp: str) -> None:
    form = filled(a_form(a_digest()), numbers=typed)
    assert (form.top, form.min_rp) == (top, min_rp)


def test_digests_of_one_name_are_distinguished_and_others_get_nothing_more() -> None:
    own = a_digest(id=DigestId(1), name="夕刊")
    elsewhere = a_digest(id=DigestId(2), channel_id=ChannelId(11))
    first, second = a_digest(id=DigestId(3), topics=(AI,)), a_digest(id=DigestId(4), topics=(CHIPS,))
    same, again = a_digest(id=DigestId(5), name="昼刊"), a_digest(id=DigestId(6), name="昼刊")
    digests = (own, elsewhere, first, second, same, again)

    marks = distinguishing_marks(JA, digests)
    choices = [digest_choice(JA, one, f"c{one.channel_id}", marks.get(one.id, "")) for one in digests]

    assert len(set(choices)) == len(digests)
    assert marks.keys() == {3, 4, 5, 6}
    assert AI.name in choices[2]
    assert CHIPS.name in choices[3]
    listed = text_of(a_list(*digests[2:]))
    assert all(marks[one.id] in listed for one in digests[2:])
    long = [digest_choice(JA, a_digest(name="長" * 60), "名" * 100, mark) for mark in ("(1)", "(2)")]
    assert [len(one) <= 100 for one in long] == [True, True]
    assert len(set(long)) == 2
