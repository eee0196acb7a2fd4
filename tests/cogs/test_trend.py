"""/trend as people use it, on the simulated Discord."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.components import walk_components

from bot.core.errors import DatabaseBusy
from bot.core.models import SourceName
from bot.core.text import make_topic
from tests.conftest import EN, JA, BotEnv, Clock, make_settings, open_env
from tests.fakes.trend_site import TrendSite

from .sentences import answered, say

TOPIC = "データセンター"
ALL = discord.Permissions(administrator=True)


def shown(message: Any) -> str:
    """All text of a message's layout."""
    return "\n".join(part["content"] for part in walk_components(message.components) if part.get("type") == 10)


def labels(message: Any) -> list[str]:
    return [part["label"] for part in walk_components(message.components) if part.get("type") == 2]


def link_to(message: Any, label: str) -> str:
    """The custom_id of a button."""
    found = [part for part in walk_components(message.components) if part.get("label") == label]
    return str(found[0]["custom_id"])


def in_japanese(env: BotEnv) -> None:
    """From now on people's clients run in Japanese."""

    def speak(event: str, payload: Any) -> None:
        if event == "INTERACTION_CREATE":
            payload["locale"] = "ja"

    # First of all who hear of an event: the bot is one of them.
    env.sim.backend.subscribers.insert(0, speak)


def put_posts(env: BotEnv, count: int = 12) -> None:
    env.site.put(TOPIC, [env.post(f"post number {n}", 100 + n, serial=n) for n in range(count)])


async def ask(env: BotEnv, who: Any = None, *, topic: str = TOPIC, **options: Any) -> Any:
    return answered(await (who or env.visitor).slash(env.channel, "trend", topic=topic, **options))


async def test_topic_nobody_follows_is_fetched_and_shown_to_the_channel(env: BotEnv) -> None:
    put_posts(env)

    message = await ask(env)

    said = shown(message)
    assert not message.ephemeral
    assert f"## {TOPIC}" in said
    assert "1,000 posts" in said
    assert "Men 60%" in said
    assert "post number 11" in said
    assert "post number 6\n" not in said
    assert say(env, "trend-as-of", time=f"<t:{int(env.clock().timestamp())}:t>") in said
    assert say(env, "trend-button-subscribe") in labels(message)


async def test_private_answer_is_seen_by_the_asker_alone(env: BotEnv) -> None:
    put_posts(env)

    message = await ask(env, private=True)

    assert message.ephemeral


async def test_japanese_reader_reads_japanese(env: BotEnv) -> None:
    put_posts(env)
    in_japanese(env)

    message = await ask(env)

    assert JA.say("trend-volume", count=1000) in shown(message)
    assert JA.say("rp-caution") in shown(message)


async def test_newest_first_can_be_asked_for(env: BotEnv) -> None:
    env.site.put(TOPIC, [env.post("young", 1, minutes_old=5, serial=1), env.post("old", 99, minutes_old=600)])

    message = await ask(env, sort="new")

    assert shown(message).index("young") < shown(message).index("old")


async def test_asker_turns_the_shared_page(env: BotEnv) -> None:
    put_posts(env)
    message = await ask(env)

    turned = await env.visitor.click(message, label="▶")

    assert turned.response.id == message.id
    assert "post number 6" in shown(turned.response)
    assert "2 / 3" in labels(turned.response)
    assert len(env.site.requests) == 1


async def test_another_person_gets_a_copy_and_the_shared_page_stays(env: BotEnv) -> None:
    put_posts(env)
    message = await ask(env)

    copy = await env.admin.click(message, label="▶")

    assert copy.response.id != message.id
    assert copy.response.ephemeral
    assert "2 / 3" in labels(copy.response)
    assert "1 / 3" in labels(message)
    again = await env.admin.click(copy.response, label="▶")
    assert again.response.id == copy.response.id
    assert "3 / 3" in labels(again.response)


async def test_order_can_be_toggled(env: BotEnv) -> None:
    env.site.put(TOPIC, [env.post("young", 1, minutes_old=5, serial=1), env.post("old", 99, minutes_old=600)])
    message = await ask(env)
    assert shown(message).index("old") < shown(message).index("young")

    await env.visitor.click(message, label=say(env, "trend-button-sort-new"))

    assert shown(message).index("young") < shown(message).index("old")
    assert say(env, "trend-button-sort-rp") in labels(message)


async def test_buttons_live_on_after_a_restart(env: BotEnv) -> None:
    put_posts(env)
    message = await ask(env)

    await env.sim.restart_bot(type(env.bot)(env.services, background=False))
    turned = await env.visitor.click(message, label="▶")

    assert "2 / 3" in labels(turned.response)


async def test_source_that_fails_says_so_instead_of_posts(env: BotEnv) -> None:
    env.site.status = 503

    message = await ask(env)

    why = say(env, "source-error-busy")
    assert say(env, "trend-failed", source=say(env, "source-trendpage"), why=why) in shown(message)
    assert say(env, "trend-all-failed") in shown(message)


@pytest.mark.parametrize("status", [200, 503])
async def test_answer_without_posts_is_for_the_asker_alone(env: BotEnv, status: int) -> None:
    env.site.status = status

    message = await ask(env)

    assert message.ephemeral
    assert say(env, "trend-button-anyway") in labels(message)
    assert env.channel.history() == []


async def test_page_that_is_turned_to_nothing_leaves_what_all_read(
    tmp_path: Path, clock: Clock, site: TrendSite
) -> None:
    sources = {"trendpage": {"url": site.url}, "mastodon": {"enabled": True, "base_url": site.base_url}}
    async with open_env(make_settings(tmp_path, sources=sources), clock, site) as env:
        put_posts(env)
        message = await ask(env)

        picked = await env.visitor.select(message, ["mastodon"], custom_id=f"kw:trend:?:rp:1:{TOPIC}")

        assert "post number 11" in shown(message)
        assert answered(picked).ephemeral
        assert say(env, "trend-all-sources") in labels(answered(picked))


async def test_topic_the_channel_is_subscribed_to_is_edited_from_the_answer(env: BotEnv) -> None:
    put_posts(env)
    await env.admin.slash(env.channel, "subscribe", topic=TOPIC)

    message = await ask(env)

    assert say(env, "trend-button-subscribed") in labels(message)
    assert say(env, "trend-button-subscribe") not in labels(message)
    refused = await env.visitor.click(message, label=say(env, "trend-button-subscribed"))
    assert "Manage Channels" in answered(refused).content
    form = await env.admin.click(message, label=say(env, "trend-button-subscribed"))
    assert form.modal is not None


@pytest.mark.parametrize("typed", ["でーたせんたー", "ﾃﾞｰﾀｾﾝﾀ", "data center", "データセンダー"])
async def test_near_spelling_of_a_known_topic_is_a_button_that_leads_there(env: BotEnv, typed: str) -> None:
    put_posts(env)
    await env.admin.slash(env.channel, "subscribe", topic=TOPIC)

    message = await ask(env, env.admin, topic=typed)

    shows = await env.admin.click(message, label=TOPIC)
    assert "post number 11" in shown(answered(shows))


@pytest.mark.invariant(10)
async def test_what_another_server_follows_is_never_offered(env: BotEnv) -> None:
    put_posts(env)
    other = env.sim.create_guild("隣の会")
    boss = other.add_member(env.sim.create_user("tonari"), roles=[other.create_role("主", permissions=ALL)])
    room = other.create_text_channel("隣の間")
    await boss.slash(room, "subscribe", topic=TOPIC)

    message = await ask(env, topic="データセンタ")

    assert TOPIC not in labels(message)
    assert TOPIC in labels(answered(await boss.slash(room, "trend", topic="データセンタ")))


async def test_nothing_found_offers_a_known_topic_as_a_button(env: BotEnv) -> None:
    put_posts(env)
    await env.services.storage.watches.add([(SourceName.TRENDPAGE, make_topic(TOPIC), None)], env.clock())

    message = await ask(env, topic="データ")
    assert say(env, "trend-similar", count=1) in shown(message)
    await env.visitor.click(message, label=TOPIC)

    assert "post number 11" in shown(message)


async def test_followed_topic_is_answered_from_memory(env: BotEnv) -> None:
    put_posts(env)
    await env.admin.slash(env.channel, "subscribe", topic=TOPIC)
    await env.poll_again()
    asked = len(env.site.requests)
    env.clock.forward(minutes=2)

    message = await ask(env)

    assert len(env.site.requests) == asked
    assert "post number 11" in shown(message)


async def hidden_room(env: BotEnv) -> Any:
    """A channel that the visitor and the admin see, and nobody else."""
    room = env.guild.create_text_channel("奥の間")
    channel = env.bot.get_channel(room.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.me, view_channel=True, manage_roles=True, send_messages=True)
    await channel.set_permissions(channel.guild.default_role, view_channel=False)
    for one in (env.visitor, env.admin):
        await channel.set_permissions(await channel.guild.fetch_member(one.id), view_channel=True)
    await env.sim.settle()
    return room


async def known_behind_a_door(env: BotEnv) -> Any:
    """Posts that only a hidden channel was shown; the page has others by now."""
    room = await hidden_room(env)
    put_posts(env)
    await env.admin.slash(room, "subscribe", topic=TOPIC)
    await env.poll_again()
    env.site.put(TOPIC, [env.post(f"fresh post {n}", 10 + n, serial=100 + n) for n in range(12)])
    env.clock.forward(minutes=2)
    return room


@pytest.mark.invariant(10)
async def test_what_all_read_is_nothing_that_only_a_hidden_channel_knows(env: BotEnv) -> None:
    await known_behind_a_door(env)

    message = await ask(env)
    turned = await env.visitor.click(message, label="▶")
    told = await ask(env, private=True)

    for read_by_all in (message, answered(turned)):
        assert not read_by_all.ephemeral
        assert "fresh post" in shown(read_by_all)
        assert "post number" not in shown(read_by_all)
    assert "post number 11" in shown(told)


@pytest.mark.invariant(10)
async def test_posts_of_a_hidden_channel_are_for_who_sees_it_alone_where_there_are_no_others(env: BotEnv) -> None:
    await known_behind_a_door(env)
    env.site.put(TOPIC, [])

    message = await ask(env)

    assert message.ephemeral
    assert "post number 11" in shown(message)
    assert [one for one in env.channel.history() if "post number" in shown(one)] == []


@pytest.mark.invariant(10)
async def test_what_the_channel_itself_follows_is_answered_from_memory_for_all(env: BotEnv) -> None:
    room = await known_behind_a_door(env)
    asked = len(env.site.requests)

    message = answered(await env.visitor.slash(room, "trend", topic=TOPIC))

    assert not message.ephemeral
    assert "post number 11" in shown(message)
    assert len(env.site.requests) == asked


@pytest.mark.parametrize(
    ("typed", "sentence"), [("  ", EN.say("error-topic-empty")), ("あ" * 61, "up to 60 characters")]
)
async def test_what_cannot_be_a_topic_is_refused_privately(env: BotEnv, typed: str, sentence: str) -> None:
    result = await env.visitor.slash(env.channel, "trend", topic=typed)

    assert result.response.ephemeral
    assert sentence in result.response.content


async def test_suggestions_are_known_topics(env: BotEnv) -> None:
    put_posts(env)
    await env.admin.slash(env.channel, "subscribe", topic=TOPIC)

    choices = await env.visitor.autocomplete(env.channel, "trend", "topic", "デー")

    assert [choice["value"] for choice in choices] == [TOPIC]


async def test_suggestions_stay_away_while_the_database_is_busy(
    env: BotEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: Any, **__: Any) -> None:
        raise DatabaseBusy

    monkeypatch.setattr(type(env.services.storage.trends), "suggest_topics", busy)

    assert await env.visitor.autocomplete(env.channel, "trend", "topic", "デー") == []


async def test_trend_works_in_direct_messages_without_the_subscribe_button(env: BotEnv) -> None:
    put_posts(env)

    result = await env.visitor.user.slash("trend", topic=TOPIC)

    assert "post number 11" in shown(result.response)
    assert say(env, "trend-button-subscribe") not in labels(result.response)
    turned = await env.visitor.user.click(result.response, label="▶")
    assert turned.response.id == result.response.id


async def test_person_who_asks_too_often_reads_when_to_come_back(
    tmp_path: Path, clock: Clock, site: TrendSite
) -> None:
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}}, quota={"trend_per_minute": 1})
    async with open_env(settings, clock, site) as env:
        put_posts(env)
        await ask(env)

        refused = await ask(env)

        assert refused.ephemeral
        assert f"<t:{int(clock().timestamp()) + 60}:R>" in refused.content
        assert not (await ask(env, env.admin)).ephemeral
        clock.forward(minutes=1)
        assert not (await ask(env)).ephemeral


async def test_one_of_several_sources_is_picked_from_the_menu(
    tmp_path: Path, clock: Clock, site: TrendSite
) -> None:
    sources = {"trendpage": {"url": site.url}, "mastodon": {"enabled": True, "base_url": site.base_url}}
    async with open_env(make_settings(tmp_path, sources=sources), clock, site) as env:
        put_posts(env)
        message = await ask(env)
        assert "**Mastodon**" in shown(message)

        await env.visitor.select(message, ["trendpage"], custom_id=f"kw:trend:?:rp:1:{TOPIC}")
        assert "Mastodon" not in shown(message)

        alone = await ask(env, source="mastodon")
        assert "Trend page" not in shown(alone)


async def test_only_sources_that_are_on_can_be_chosen(env: BotEnv) -> None:
    trend = env.bot.tree.get_command("trend")

    assert isinstance(trend, discord.app_commands.Command)
    source = trend.get_parameter("source")
    assert source is not None
    assert [choice.value for choice in source.choices] == ["trendpage", "feed"]


async def test_error_behind_a_button_is_said_to_the_person(env: BotEnv, monkeypatch: pytest.MonkeyPatch) -> None:
    put_posts(env)
    message = await ask(env)

    async def busy(*_: Any, **__: Any) -> None:
        raise DatabaseBusy("disk full")

    monkeypatch.setattr(type(env.services.storage.moderation), "hidden_among", busy)
    result = await env.visitor.click(message, label="▶")

    assert EN.say("error-busy", reference="").partition(" (")[0] in result.followups[0].content
    assert result.followups[0].ephemeral
    assert "1 / 3" in labels(message)


async def test_an_answer_never_waits_behind_alerts(env: BotEnv) -> None:
    """Delivery may be held back for an hour by Discord's global limit: answers have their own way."""
    env.services.delivery.rate_limiter.pause_for(3600)
    env.site.put(TOPIC, [env.post("すぐに答える話", 120)])

    result = await env.visitor.slash(env.channel, "trend", topic=TOPIC)

    assert "すぐに答える話" in str(result.response.components)
