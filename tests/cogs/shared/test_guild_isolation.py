"""Nobody comes to know what another server, or a channel hidden from them, follows (invariant 10).

Every command that the bot has is walked, so that a new one is covered without a word here: what it suggests, what
it answers, and what the buttons and menus under its answers do. Canaries stand in all that a followed topic is
made of.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands
from simcord.components import walk_components

from bot.core.models import ChannelId, GuildId, Recurrence, SourceName, SubscriptionId, UserId, Viewer
from bot.core.text import make_topic
from bot.services.subscriptions.requests import SubscribeRequest
from tests.cogs.subscriptions.test_subscribe import answer, shown
from tests.conftest import BotEnv, Clock, make_settings, open_env
from tests.fakes.feed_site import FeedSite, Item, rss
from tests.fakes.trend_site import TrendSite
from tests.services.digest_rig import typed_request

pytestmark = pytest.mark.invariant(10)

KEYWORD = "極秘買収計画"
TITLE = "鷹計画の内部便り"
TOKEN = "tokn7f3a9c"
PATH = "pathc4n4ry"
TEXT = "社外秘の中身"
CANARIES = (KEYWORD, TITLE, TOKEN, PATH, TEXT)
DIGEST = "役員の朝刊"
STRETCHES = 8
"""A walk is taken in so many stretches, each over its share of the commands."""
stretches = pytest.mark.parametrize("stretch", range(STRETCHES))


@dataclass(slots=True)
class Secret:
    """What somebody follows where others do not look: a keyword, a feed with a token, a digest of both."""

    handle: str
    subscriptions: list[SubscriptionId]
    digest: int
    links: list[str]
    """Of posts, and of the message that told of one."""


@dataclass(slots=True)
class Walker:
    """A person who tries everything in a place, and all that they were shown."""

    who: Any
    place: Any
    seen: list[str] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)

    @property
    def where(self) -> tuple[Any, ...]:
        """The channel, as people's commands name it; in a direct message there is only one."""
        return () if self.place is None else (self.place,)

    async def autocomplete(self, command: str, option: str, typed: str) -> list[dict[str, Any]]:
        choices: list[dict[str, Any]] = await self.who.autocomplete(*self.where, command, option, typed)
        self.seen += [str(choice) for choice in choices]
        return choices

    async def slash(self, command: str, **options: Any) -> None:
        await self.poll(await self.who.slash(*self.where, command, **options), deep=True)

    async def poll(self, result: Any, *, deep: bool = False) -> None:
        """Read an answer; ``deep``: use every button and menu under it once."""
        if result.modal is not None:
            self.seen.append(str(result.modal))
        for message in (result.response, *result.followups):
            if message is None:
                continue
            self.seen.append(f"{shown(message)}\n{message.components}")
            for part in walk_components(message.components) if deep else ():
                await self.use(message, part)

    async def use(self, message: Any, part: dict[str, Any]) -> None:
        custom_id = part.get("custom_id")
        if custom_id is None or part.get("disabled") or custom_id in self.tried:
            return
        self.tried.add(custom_id)
        with suppress(Exception):  # a message that the click before took away
            if part["type"] == discord.ComponentType.button.value:
                await self.poll(await self.who.click(message, custom_id=custom_id))
            elif part["type"] == discord.ComponentType.select.value:
                for option in part["options"]:
                    await self.poll(await self.who.select(message, [option["value"]], custom_id=custom_id))

    def knows(self) -> set[str]:
        return {canary for canary in CANARIES if any(canary in one for one in self.seen)}


@pytest.fixture
async def feeds() -> AsyncIterator[FeedSite]:
    async with FeedSite() as running:
        yield running


@pytest.fixture
async def env(tmp_path: Path, clock: Clock, site: TrendSite) -> AsyncIterator[BotEnv]:
    settings = make_settings(tmp_path, sources={"trendpage": {"url": site.url}})
    async with open_env(settings, clock, site) as running:
        yield running


async def follow_in_secret(env: BotEnv, feeds: FeedSite, channel: Any) -> Secret:
    """A channel follows both, was told of posts, and has a digest; it says so nowhere else."""
    guild_id, channel_id, admin = GuildId(env.guild.id), ChannelId(channel.id), UserId(env.admin.id)
    link = "https://intra.example/7"
    address = feeds.put(
        f"/{PATH}/issues.atom?key={TOKEN}", rss(Item(f"{TEXT}：遅延", link, env.clock()), title=TITLE)
    )
    env.site.put(KEYWORD, [env.post(f"{TEXT}：合併", 10)])
    asks = [SubscribeRequest(topic, guild_id, channel_id, admin, "ja") for topic in (address, KEYWORD)]
    made = [await env.services.subscriptions.subscribe(ask) for ask in asks]
    handle = made[0].subscription.topic.handle
    ask = typed_request(
        channel_id, Recurrence.DAILY, "8:00", "Asia/Tokyo", "ja", name=DIGEST, topics=f"{handle}, {KEYWORD}"
    )
    digest = await env.services.digests.create(guild_id, admin, ask)
    await env.poll_again()
    env.site.put(KEYWORD, [env.post(f"{TEXT}：合併", 5000, serial=1)])
    await env.poll_again()
    told = channel.history() if hasattr(channel, "history") else []
    messages = [f"https://discord.com/channels/{guild_id}/{channel_id}/{message.id}" for message in told]
    ids = [one.subscription.id for one in made]
    return Secret(handle, ids, digest.digest.id, [link, *messages])


def commands(env: BotEnv, stretch: int | None) -> list[app_commands.Command[Any, ..., Any]]:
    found = [one for one in env.bot.tree.walk_commands() if isinstance(one, app_commands.Command)]
    return found if stretch is None else found[stretch::STRETCHES]


def probes(secret: Secret) -> list[str]:
    """What somebody types who knows nothing, or who guesses at much, but not what they look for."""
    numbers = [*secret.subscriptions, secret.digest]
    ids = [text for number in numbers for text in (str(number), f"id:{number}")]
    return ["", "url:", secret.handle, KEYWORD[:-1], KEYWORD[1:], TITLE[:3], *ids, *secret.links]


def filled(command: app_commands.Command[Any, ..., Any], option: str | None, probe: str) -> dict[str, Any] | None:
    """The options of a command with the probe in one of them; None where one that it needs cannot be made up."""
    options: dict[str, Any] = {}
    for parameter in command.parameters:
        if parameter.name == option:
            options[str(parameter.name)] = probe
        elif parameter.required and parameter.choices:
            options[str(parameter.name)] = parameter.choices[0].value
        elif parameter.required and parameter.type is discord.AppCommandOptionType.string:
            options[str(parameter.name)] = "8:00"
        elif parameter.required and parameter.type is discord.AppCommandOptionType.integer:
            options[str(parameter.name)] = int(parameter.min_value or 1)
        elif parameter.required:
            return None
    return options


async def walk(env: BotEnv, walker: Walker, secret: Secret, stretch: int | None = None) -> None:
    """All that there is to type, choose and click for the person."""
    theirs = walker.who.available_commands(*walker.where)
    for command in commands(env, stretch):
        if command.qualified_name not in theirs:
            continue
        texts = [
            one
            for one in command.parameters
            if one.type is discord.AppCommandOptionType.string and not one.choices
        ]
        for parameter in texts:
            offered = [
                choice["value"]
                for probe in probes(secret)
                if parameter.autocomplete
                for choice in await walker.autocomplete(command.qualified_name, parameter.name, probe[:100])
            ]
            typed = probes(secret) if parameter.required else [secret.handle]
            for probe in dict.fromkeys([*filter(None, typed), *offered[:2]]):
                options = filled(command, parameter.name, probe)
                if options is not None:
                    await walker.slash(command.qualified_name, **options)
        if not texts and (options := filled(command, None, "")) is not None:
            await walker.slash(command.qualified_name, **options)


def moderator(env: BotEnv, guild: Any) -> Any:
    role = guild.create_role("世話役", permissions=discord.Permissions(manage_channels=True, manage_messages=True))
    return guild.add_member(env.sim.create_user(f"sewa{guild.id}"), roles=[role])


def hidden_channel(env: BotEnv, *people: Any) -> Any:
    overwrites = {one: discord.PermissionOverwrite(view_channel=False) for one in people}
    return env.guild.create_text_channel("役員室", overwrites=overwrites)


async def private_thread(env: BotEnv) -> Any:
    channel = env.bot.get_channel(env.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="密談", type=discord.ChannelType.private_thread)
    await env.sim.settle()
    return env.channel.threads[0]


async def nothing_is_theirs(env: BotEnv, guild_id: int, secret: Secret, walker: Walker) -> None:
    """They were shown no canary, and by now follow nothing of it."""
    assert walker.knows() == set()
    assert DIGEST not in "".join(walker.seen)
    theirs = await env.services.subscriptions.list(GuildId(guild_id))
    digests = await env.services.digests.list(GuildId(guild_id))
    keys = {secret.handle, make_topic(KEYWORD).key}
    followed = [
        *(one.topic.key for one in theirs if one.id not in secret.subscriptions),
        *(topic.key for one in digests if one.id != secret.digest for topic in one.settings.topics),
    ]
    assert keys.isdisjoint(followed)
    assert walker.seen, "the walk went somewhere"


@stretches
async def test_a_moderator_of_another_server_learns_nothing(env: BotEnv, feeds: FeedSite, stretch: int) -> None:
    secret = await follow_in_secret(env, feeds, env.channel)
    other = env.sim.create_guild(name="よその会")
    walker = Walker(moderator(env, other), other.create_text_channel("広場"))

    await walk(env, walker, secret, stretch)

    await nothing_is_theirs(env, other.id, secret, walker)


async def test_a_member_learns_nothing_of_a_channel_they_do_not_see(env: BotEnv, feeds: FeedSite) -> None:
    secret = await follow_in_secret(env, feeds, hidden_channel(env, env.visitor))
    walker = Walker(env.visitor, env.channel)

    await walk(env, walker, secret)

    await nothing_is_theirs(env, env.guild.id, secret, walker)


@stretches
async def test_a_moderator_learns_nothing_of_a_channel_they_do_not_see(
    env: BotEnv, feeds: FeedSite, stretch: int
) -> None:
    who = moderator(env, env.guild)
    secret = await follow_in_secret(env, feeds, hidden_channel(env, who))
    walker = Walker(who, env.channel)

    await walk(env, walker, secret, stretch)

    await nothing_is_theirs(env, env.guild.id, secret, walker)


async def test_unhide_does_not_reveal_what_a_channel_hidden_from_the_moderator_was_sent(
    env: BotEnv, feeds: FeedSite
) -> None:
    who = moderator(env, env.guild)
    secret = await follow_in_secret(env, feeds, hidden_channel(env, who))
    nothing = ["https://intra.example/8", f"https://discord.com/channels/{env.guild.id}/12345/67890"]
    assert len(secret.links) > 1

    results = [await who.slash(env.channel, "unhide", post=link) for link in (*secret.links, *nothing)]

    assert len({shown(answer(result)) for result in results}) == 1


@stretches
async def test_a_moderator_learns_nothing_of_a_private_thread_they_are_not_in(
    env: BotEnv, feeds: FeedSite, stretch: int
) -> None:
    secret = await follow_in_secret(env, feeds, await private_thread(env))
    walker = Walker(moderator(env, env.guild), env.channel)

    await walk(env, walker, secret, stretch)

    await nothing_is_theirs(env, env.guild.id, secret, walker)


async def test_in_a_direct_message_nothing_of_any_server_is_shown(env: BotEnv, feeds: FeedSite) -> None:
    secret = await follow_in_secret(env, feeds, env.channel)
    walker = Walker(env.visitor.user, None)

    await walk(env, walker, secret)

    assert walker.knows() == set()
    assert walker.seen


async def test_who_sees_the_channel_is_shown_what_it_follows(env: BotEnv, feeds: FeedSite) -> None:
    """The walk finds the canaries where they are somebody's own."""
    secret = await follow_in_secret(env, feeds, env.channel)
    walker = Walker(moderator(env, env.guild), env.channel)

    for command in ("trend", "subscribe", "unsubscribe"):
        await walker.autocomplete(command, "topic", "")
    await walker.slash("trend", topic=secret.handle)
    await walker.slash("subscriptions")

    assert walker.knows() >= {KEYWORD, TITLE, TEXT}


async def test_what_the_operator_watches_is_suggested_to_everybody(env: BotEnv) -> None:
    await env.services.storage.watches.add([(SourceName.TRENDPAGE, make_topic("みんなの話題"), None)], env.clock())
    other = env.sim.create_guild(name="よその会")
    stranger = Walker(other.add_member(env.sim.create_user("yoso")), other.create_text_channel("広場"))
    alone = Walker(env.visitor.user, None)

    for one in (stranger, alone):
        await one.autocomplete("trend", "topic", "")
        assert "みんなの話題" in "".join(one.seen)


async def test_buttons_under_an_answer_go_on_working_for_who_saw_it(env: BotEnv, feeds: FeedSite) -> None:
    """An address that nobody follows is known to whoever typed it, and to the channel that saw the answer."""
    many = [Item(f"{number}番", f"https://a.example/{number}", env.clock()) for number in range(12)]
    address = feeds.put(f"/{PATH}.xml?key={TOKEN}", rss(*many, title=TITLE))
    asked = await env.visitor.slash(env.channel, "trend", topic=address)
    [message] = [one for one in (asked.response, *asked.followups) if one is not None]

    turned = await env.admin.click(message, label="▶")

    text = "".join(shown(one) for one in (turned.response, *turned.followups) if one is not None)
    assert "2 / 3" in str([one.components for one in (turned.response, *turned.followups) if one is not None])
    assert TITLE in text
    stranger = Viewer(GuildId(env.guild.id), frozenset(), UserId(5), ChannelId(6))
    assert await env.services.storage.trends.shown_watches(make_topic(address).key, stranger) == []


async def keep_out(env: BotEnv, channel: Any) -> None:
    """Nobody sees the channel but the bot, and those who see all."""
    known = env.bot.get_channel(channel.id)
    assert isinstance(known, discord.TextChannel)
    await known.set_permissions(known.guild.me, view_channel=True, manage_roles=True)
    await known.set_permissions(known.guild.default_role, view_channel=False)
    await env.sim.settle()


async def test_topics_of_a_channel_that_only_the_asker_sees_are_named_to_them_alone(env: BotEnv) -> None:
    closed, everyone = env.guild.create_text_channel("奥の間"), env.guild.create_text_channel("表")
    await keep_out(env, closed)
    may_all = env.guild.create_role("主", permissions=discord.Permissions(administrator=True))
    boss = env.guild.add_member(env.sim.create_user("aruji"), roles=[may_all])
    for topic, channel in ((KEYWORD, closed), ("極秘でない話", everyone)):
        await boss.slash(channel, "subscribe", topic=topic)

    [theirs] = (await boss.slash(env.channel, "trend", topic="極秘")).followups
    [others] = (await env.visitor.slash(env.channel, "trend", topic="極秘")).followups

    assert theirs.ephemeral
    assert KEYWORD in str(theirs.components)
    assert "極秘でない話" in str(others.components)
    assert KEYWORD not in str(others.components)
    assert env.channel.history() == []
