"""Buttons, menus and forms of messages that stand in channels for years: what they carry is understood for ever.

Their custom_ids are written out here as they stand in messages. One that is no longer written stays here: the
messages that have it stay, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from discord import ui

from bot.core.bulk_changes import read_changed
from bot.core.models import (
    ChannelId,
    Digest,
    DigestId,
    DigestSettings,
    GuildId,
    GuildSettings,
    Recurrence,
    Rules,
    Schedule,
    SourceName,
    Subscription,
    SubscriptionId,
    SubscriptionSettings,
    UserId,
)
from bot.core.text import make_topic
from bot.views.digests.form import DigestForm
from bot.views.guild_settings import FORM_ID, quiet_settings_form, zone_form
from bot.views.kit.custom_ids import read_min_rp, read_until
from bot.views.kit.forms import FormKind, form_about
from bot.views.moderation import HIDE_FORM, hide_form
from bot.views.quiet_form import QuietForm
from bot.views.subscriptions.filter_form import FilterForm
from bot.views.subscriptions.form import EditForm
from bot.views.subscriptions.list_page import search_form
from cogs import moderation
from cogs.subscriptions import list_page
from tests.conftest import EN, BotEnv

MESSAGE = "0123456789abcdef01234567"
HASH = "0123456789abcdef0123456789abcdef"
TOKEN = "0123456789abcdef"
LONGEST_ID = "1234567890123456789"

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

BUTTONS = (
    # under alerts and summaries
    *(
        f"kw:{MESSAGE}:{index}:{action}"
        for index in (0, 99)
        for action in ("trend", "menu", "status", "help", "notify")
    ),
    *(f"kw:{MESSAGE}:0:held", f"kw:{MESSAGE}:0:held.0", f"kw:{MESSAGE}:0:held.12"),
    *(f"kw:{MESSAGE}:0:story", f"kw:{MESSAGE}:0:story.1", f"kw:split:{MESSAGE}:0:{'0a' * 8}"),
    f"kw:unsplit:{LONGEST_ID}",
    *(
        f"kw:menu:{LONGEST_ID}:{MESSAGE}:0:{action}"
        for action in ("quieter", "mute-hour", "mute-day", "author", "stop", "hide", "hide-sure", "curve")
    ),
    *(f"kw:undo:7:{what}" for what in ("quieter", "muted", "author", "stopped")),
    *("kw:undo:7:quieter.tr-100_ma-10_mi-9_bl-8_x-7", "kw:undo:7:muted.1795316400"),
    f"kw:undo:7:author.{MESSAGE}-12",
    *(f"kw:{MESSAGE}:0:menu.{mark}" for mark in ("0123456789abcdef", "sa01234567", "sg01234567")),
    f"kw:{MESSAGE}:0:digest-edit.d{LONGEST_ID}-1795316400",
    # under digests
    *(f"kw:{MESSAGE}:0:digest-edit", f"kw:{MESSAGE}:0:digest-more.0", f"kw:{MESSAGE}:0:digest-topic.24"),
    *(
        f"kw:digest:7:{action}"
        for action in ("open", "edit", "pause", "resume", "preview", "now", "delete", "restore", "rising")
    ),
    *("kw:digest:page:0:0", f"kw:digest:page:12:{LONGEST_ID}"),
    # under subscriptions
    *(
        f"kw:subs:{action}:{LONGEST_ID}"
        for action in ("edit", "filters", "sample", "pause", "resume", "mute-hour", "mute-day", "unmute")
    ),
    *(f"kw:subs:{action}:7" for action in ("hear-authors", "media-off", "media-on", "remove", "restore")),
    *("kw:subs:page:0:0", f"kw:subs:page:12:{LONGEST_ID}"),
    *("kw:subs:find:0:0:電力 net", f"kw:subs:several:1:{LONGEST_ID}", "kw:subs:several:0:0:電力: net"),
    f"kw:subs:search:{LONGEST_ID}",
    *(
        f"kw:subs:{group}:{action}"
        for group in ("all", "undo")
        for action in ("pause", "resume", "mute-day", "remove")
    ),
    *("kw:minrp:7:100", "kw:minrp:7:tr-100_ma-10", "kw:pace:7:20"),
    *(f"kw:{what}:{TOKEN}" for what in ("change", "unchange", "subfeed")),
    *(f"kw:form:{kind}:{LONGEST_ID}" for kind in ("edit", "filters", "digest", "quiet")),
    *(f"kw:form:{kind}:{LONGEST_ID}" for kind in ("new-digest", "digest-options", "subscribe")),
    # under /settings
    *("kw:set:zone", "kw:set:quiet", "kw:set-off:quiet", "kw:set-undo:amount:0a0a0a0a:p5"),
    *("kw:set-undo:role:0a0a0a0a:", "kw:set-undo:quiet:0a0a0a0a:1320-420-0123456-America/Argentina/Buenos_Aires"),
    *("kw:exchange:7:電力: net", f"kw:exchange-back:{LONGEST_ID}:7"),
    *(f"kw:import:{what}:{TOKEN}" for what in ("apply", "undo")),
    # under /trend
    *("kw:sub:データセンター", "kw:sub:url:5d20506117c9e5811a9acb98"),
    "kw:trend:*:rp:1:データセンター",
    *(
        f"kw:trend:{source}:new:12345:url:5d20506117c9e5811a9acb98"
        for source in ("trendpage", "mastodon", "misskey", "bluesky", "x", "feed")
    ),
    # under /history and /compare
    *(f"kw:history:{period}:posts:*:データセンター" for period in ("24h", "7d", "30d", "90d")),
    "kw:history:7d:rp:trendpage:url:5d20506117c9e5811a9acb98",
    *(f"kw:compare:90d:{source}:{'0a' * 5}.{'0b' * 5}" for source in ("*", "mastodon")),
    # under /trending
    *("kw:rising:blocked:*:0", "kw:rising:blocked:mastodon:3", "kw:rising:back:*", "kw:rising:back:google"),
    *(f"kw:rising:{action}:trendpage:電力: net" for action in ("block", "unblock")),
    # under notices, reports and what moderators see
    *(f"kw:resume:{LONGEST_ID}", f"kw:resume-all:{LONGEST_ID}", "kw:status:brief", "kw:status:all"),
    *(f"kw:dlv:{MESSAGE}:arrived:0", f"kw:dlv:{MESSAGE}:again:12"),
    *("kw:dlv:page:3", "kw:dlv:look:0", "kw:dlv:take-downs:0"),
    *(f"kw:why:{LONGEST_ID}:", f"kw:why:{LONGEST_ID}:fediverse:https://social.example/users/h/statuses/9"),
    *(f"kw:unhide:{HASH}", f"kw:unhide:{HASH}:3", "kw:trail:0", "kw:hide:cancel"),
)
MENUS = (
    f"kw:{MESSAGE}:0:digest-topic",
    *(f"kw:{kind}:pick:{channel}" for kind in ("subs", "digest") for channel in ("0", LONGEST_ID)),
    *(
        f"kw:set:{key}"
        for key in ("language", "amount", "surge", "fold", "media", "top", "alerts", "role", "status")
    ),
    *(f"kw:subs:{menu}:{LONGEST_ID}" for menu in ("surge", "fold")),
    *("kw:subs:choose:0:0", f"kw:subs:choose:1:{LONGEST_ID}:電力"),
    "kw:trend:?:rp:1:データセンター",
    "kw:history:?:7d:データセンター",
    f"kw:compare:?:24h:{'0a' * 5}.{'0b' * 5}",
    *(f"kw:rising:pick:{action}:*" for action in ("see", "sub", "block", "unblock")),
    *(f"kw:rising:pick:see:{source}" for source in ("trendpage", "mastodon", "misskey", "bluesky", "google")),
)
UNANSWERED = ("kw:subs:first", "kw:digest:first", "kw:subs:done:pause")
"""Of buttons and menus that cannot be used."""


async def test_every_button_and_menu_of_an_old_message_is_answered_by_one_item(env: BotEnv) -> None:
    click: Any = SimpleNamespace(client=env.bot, message=SimpleNamespace(components=[]), data={})
    for custom_id in (*BUTTONS, *MENUS):
        item: Any = ui.Select(custom_id=custom_id) if custom_id in MENUS else ui.Button(custom_id=custom_id)
        [(kind, match)] = answering(env, custom_id)
        assert (await kind.from_custom_id(click, item, match)).custom_id == custom_id

    assert [one for one in UNANSWERED if answering(env, one)] == []
    unnamed = [one for one in templates(env) if not any(map(one.fullmatch, (*BUTTONS, *MENUS)))]
    assert unnamed == [], "a new button wants an example here"


def templates(env: BotEnv) -> dict[re.Pattern[str], Any]:
    return env.bot._connection._view_store._dynamic_items


def answering(env: BotEnv, custom_id: str) -> list[tuple[Any, re.Match[str]]]:
    """The items that discord.py hands a click to: all whose template fits."""
    return [(kind, match) for one, kind in templates(env).items() if (match := one.fullmatch(custom_id))]


# -- what custom_ids and options carry -----------------------------------------------------------------


def test_what_a_button_undoes_is_read_as_it_was_written() -> None:
    assert read_min_rp("tr-100_ma-10_mi-9_bl-8_x-7") == {
        SourceName("trendpage"): 100,
        SourceName("mastodon"): 10,
        SourceName("misskey"): 9,
        SourceName("bluesky"): 8,
        SourceName("x"): 7,
    }
    assert read_until("1795316400") == datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    assert read_changed("7:forbidden") == (7, "forbidden")
    assert read_changed("7:") == (7, "")


def test_messages_of_ours_are_known_by_their_buttons() -> None:
    match = moderation._OURS.match(f"kw:{MESSAGE}:0:trend")

    assert match is not None
    assert match[1] == MESSAGE


# -- forms ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["edit", "filters", "digest", "quiet"])
def test_form_that_was_open_over_a_restart_is_known(kind: str) -> None:
    about = form_about(f"kw:form:{kind}:{LONGEST_ID}:{TOKEN}")

    assert about == (FormKind(kind), int(LONGEST_ID))


def test_forms_that_are_answered_by_their_custom_id_are_known() -> None:
    asks_why = re.fullmatch(HIDE_FORM, f"kw:hide:{MESSAGE}:12")
    assert asks_why is not None
    assert (asks_why["message"], asks_why["index"]) == (MESSAGE, "12")
    searches = re.fullmatch(list_page._SEARCH, f"kw:subs:search:{LONGEST_ID}")
    assert searches is not None
    assert searches["channel"] == LONGEST_ID
    for key in ("zone", "quiet"):
        settings = re.fullmatch(FORM_ID, f"kw:set-form:{key}")
        assert settings is not None
        assert settings["key"] == key
    assert moderation._DIALOG_PREFIX == "kw:asked:"


async def test_fields_of_forms_have_the_names_they_were_sent_with() -> None:
    schedule = Schedule(Recurrence("daily"), "0 8 * * *", "UTC")
    ours = (GuildId(1), ChannelId(2))
    rules = Rules(muted_authors=("someone",))
    subscription = Subscription(
        SubscriptionId(7),
        *ours,
        make_topic("電力"),
        UserId(3),
        NOW,
        SubscriptionSettings("ja", {SourceName("mastodon"): 5}, rules),
    )
    digest = Digest(DigestId(7), ours[0], UserId(3), NOW, NOW, DigestSettings(ours[1], "朝刊", schedule, "ja"))

    async def never(*_: Any) -> None:
        raise AssertionError

    sources = list(SourceName)
    edit = EditForm(EN, subscription, include="a", exclude="b", submitted=never)
    filters = FilterForm(EN, subscription, sources, submitted=never)
    of_digest = DigestForm(EN, digest, time="8:00", topics="a", submitted=never)

    assert names_of(edit) == ["min_rp", "include", "exclude", "language", "role"]
    assert names_of(filters) == ["languages", "sources", "sensitive", "bots", "authors"]
    assert names_of(of_digest) == ["recurrence", "time", "topics", "numbers", "role"]
    assert names_of(QuietForm(EN, ChannelId(2), submitted=never)) == ["start", "end", "timezone", "weekdays"]
    assert names_of(hide_form(EN, f"kw:hide:{MESSAGE}:0")) == ["reason"]
    assert names_of(search_form(EN, None)) == ["search"]
    assert names_of(zone_form(EN, GuildSettings())) == ["timezone"]
    assert names_of(quiet_settings_form(EN, GuildSettings())) == ["start", "end", "timezone", "weekdays"]


def names_of(form: ui.Modal) -> list[str]:
    return list(fields_of(form))


def fields_of(form: ui.Modal) -> Iterator[str]:
    for part in form.walk_children():
        if isinstance(part, ui.TextInput | ui.Select | ui.RoleSelect):
            yield part.custom_id
