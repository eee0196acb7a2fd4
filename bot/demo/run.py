"""``kawaraban demo``: the real bot between small sites of its own and a simulated Discord in the browser.

sites (loopback) ─▶ free sources ─▶ poller ─▶ SQLite (temporary) ─▶ delivery ─▶ SimulatedDiscord ─▶ browser

Nothing leaves this machine: the bot asks only the demo's sites (``http.only_hosts``), Discord is simulated, and
the links of made-up posts lead to the demo's own pages.
"""

from __future__ import annotations

import asyncio
import locale
import logging
import os
import webbrowser
import zoneinfo
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import tzlocal

from bot import app
from bot.core.calendar.digest_schedule import hourly
from bot.core.models import ChannelId, DigestSettings, GuildId, RoleId, UserId
from bot.core.targets import targets_of
from bot.core.text import make_topic
from bot.demo.clock import DemoClock
from bot.demo.discord.simulated import PortTaken, SimulatedDiscord, SimulationChanged
from bot.demo.folder import demo_folder
from bot.demo.sites.all_sites import Sites, open_sites
from bot.demo.sites.pages import words
from bot.demo.sites.servers import MASTODON_NAME, MISSKEY_NAME
from bot.demo.worlds.past import past_counts, past_state
from bot.demo.worlds.posts import CASTS
from bot.demo.worlds.script import Language
from bot.demo.worlds.world import World
from bot.gateway.client import TrendBot
from bot.services import Services
from bot.services.digests import DigestRequest
from bot.services.subscriptions.requests import SettingsChange, SubscribeRequest, Unchanged
from config.faults import SettingsError
from config.settings import Settings

POLL_EVERY_S = 3
PACE = 5
"""Alerts a day of the topic that surges: the demo shows the first of them within a minute."""
DIGEST_AFTER = timedelta(seconds=45)
"""The surge and its first alerts come before the digest that sums them up."""
DIGEST_TOPICS = 3
HOME = "Asia/Tokyo"
_TRY_NEXT = 5
"""Index of the topic that the demo suggests for a subscription: the typhoon in either world."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo: the address of the page, and all that runs behind it."""

    page: str
    sites: Sites
    services: Services
    discord: SimulatedDiscord
    world: World
    clock: DemoClock


async def run_demo(
    folder: Path,
    *,
    language: str | None,
    port: int,
    seconds: float | None,
    open_browser: bool,
    announce: Callable[[str], None],
    speed: float = 1.0,
) -> None:
    """Show the bot until ``seconds`` are over, the person ends the session in the page, or cancellation.

    ``folder``: where the database goes (``demo_folder``). Raises ``SettingsError`` with what to do when SimCord is
    missing or another one, or the port is taken.
    """
    chosen = language_or_system(language)
    async with (
        _as_sentences(),
        running_demo(language=chosen, port=port, folder=folder, clock=DemoClock(speed=speed)) as demo,
    ):
        announce(what_to_try(demo, chosen))
        if open_browser:
            await asyncio.to_thread(webbrowser.open, demo.page)
        with suppress(TimeoutError):
            await asyncio.wait_for(demo.discord.ended(), seconds)


@asynccontextmanager
async def running_demo(
    *,
    language: Language,
    port: int = 0,
    seed: int = 1,
    folder: Path | None = None,
    clock: DemoClock | None = None,
    trend_page: bool = True,
    welcome: bool = True,
) -> AsyncIterator[Demo]:
    """The whole demo, closed at the end, whatever happened; without a ``folder`` in one that is then removed.

    ``trend_page`` False: with the sources of a bot that nobody configured, which knows no trend page.
    ``welcome``: whether the bot begins by welcoming the server, with a word of its own, and with the
    button "Notify me" under alerts.
    """
    _quiet_discord_loggers()
    async with AsyncExitStack() as stack:
        folder = folder or stack.enter_context(demo_folder())
        clock = clock or DemoClock()
        with clock.stopped():
            world = World(clock.now(), seed=seed, cast=CASTS[language])
            sites = await stack.enter_async_context(open_sites(world, clock=clock.now))
            settings = demo_settings(folder, sites, language, trend_page=trend_page)
            services = await stack.enter_async_context(app.open_services(settings, clock=clock.now))
            services.texts.say_instead("source-error-not-listed", "demo-not-listed", feed=sites.news.feed)
            if not welcome:
                await services.storage.welcomes.begin(clock.now() + timedelta(days=1))
            bot = TrendBot(services)
            discord = await stack.enter_async_context(SimulatedDiscord(bot, language=language, clock=clock))
            await _know_topics(services, world)
            await _know_the_past(services, world)
            await _subscribe(world.topics[0], discord.channel, services, discord, pace=PACE)
            await _subscribe(sites.news.feed, discord.news, services, discord)
            if welcome:
                await services.notify_roles.choose(
                    GuildId(discord.guild.id), None, RoleId(discord.role.id), UserId(discord.viewer.id)
                )
            await _plan_digest(world.topics[:DIGEST_TOPICS], services, discord)
            _tick(services, stack)
            if welcome:
                await _greet(discord, world.topics[0])
            page = await discord.serve(
                port,
                timezone=_zone(language),
                sites=_shown_sites(sites, language),
                links=sites.links,
                hosts=sites.names,
            )
        yield Demo(page, sites, services, discord, world, clock)


@asynccontextmanager
async def _as_sentences() -> AsyncIterator[None]:
    """Turn faults that the person at the terminal can fix into the error that the command line knows."""
    try:
        yield
    except PortTaken as error:
        raise SettingsError("cli-demo-port-taken", port=error.port) from error
    except SimulationChanged as error:
        raise SettingsError("cli-settings-demo", why=error.sentence) from error


def demo_settings(folder: Path, sites: Sites, language: Language, *, trend_page: bool = True) -> Settings:
    """Settings of an impatient operator whose sources are all on this machine, and who lists them."""
    said: dict[str, Any] = {
        "database": {"url": f"sqlite:///{folder / 'kawaraban.db'}"},
        "discord": {"language": language},
        "http": {"allow_private_networks": True, "per_host_interval_s": 0.0, "only_hosts": list(sites.hosts)},
        "sources": {
            "trendpage": {"url": sites.trend.template, "ranking_url": sites.trend.url} if trend_page else {},
            "mastodon": {"base_url": sites.mastodon.url},
            "misskey": {"base_url": sites.misskey.url},
        },
        "trending": {"sources": ["trendpage", "mastodon", "misskey"]},
        "poll": {"interval_s": POLL_EVERY_S},
        "quota": {"trend_per_minute": 0, "effort_per_minute": 0, "looks_per_hour": 0},
    }
    return Settings.only(**said)


def language_or_system(language: str | None) -> Language:
    """``ja`` or ``en``: what was asked for, else what the system speaks, Japanese only where it says so."""
    languages = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    spoken = language or next(filter(None, languages), None) or locale.getlocale()[0] or ""
    return "ja" if spoken.lower().startswith("ja") else "en"


def _zone(language: Language) -> str | None:
    """The system's time zone; None leaves it to the page. In Japanese it is Japan's, as on the trend site."""
    name = None if language == "ja" else tzlocal.get_localzone_name()
    return name if name in zoneinfo.available_timezones() else None


def _quiet_discord_loggers() -> None:
    """discord.py warns of what a demo has no use for: voice, and the clients SimCord makes to look inside."""
    for name in ("discord.client", "discord.state"):
        logging.getLogger(name).setLevel(logging.ERROR)


def what_to_try(demo: Demo, language: Language) -> str:
    """The addresses and a few lines on what to do with them."""
    say = words(language).say
    surging, *others = demo.world.topics
    other = demo.world.topics[_TRY_NEXT]
    between = "、" if language == "ja" else ", "
    addresses = {
        "demo-address-page": demo.page,
        "demo-address-site": demo.sites.trend.url,
        "demo-address-feed": demo.sites.news.feed,
    }
    steps = (
        say("demo-try-wait", surging=surging, pace=PACE, channel=demo.discord.channel.name),
        say("demo-try-trend", surging=surging),
        say("demo-try-subscribe", other=other, others=between.join(each for each in others if each != other)),
        say("demo-try-buttons"),
        say("demo-try-digest"),
        say("demo-try-page"),
    )
    return "\n".join(
        (
            "",
            say("demo-running"),
            "",
            *(f"  {say('demo-address', name=say(name), address=address)}" for name, address in addresses.items()),
            "",
            *(f"  {number}. {step}" for number, step in enumerate(steps, start=1)),
            "",
        )
    )


def _shown_sites(sites: Sites, language: Language) -> dict[str, str]:
    """The demo's sites as the page names them."""
    say = words(language).say
    return {
        say("demo-page-site-trend"): sites.trend.url,
        MASTODON_NAME: sites.mastodon.url,
        MISSKEY_NAME: sites.misskey.url,
        say("demo-page-site-news"): sites.news.url,
    }


async def _know_topics(services: Services, world: World) -> None:
    """Add every topic as an operator's watch, so that each is suggested while one types."""
    topics = [make_topic(topic) for topic in world.topics]
    wanted = [
        (name, topic, target)
        for name, source in services.sources.items()
        for topic in topics
        for target in targets_of(source.target_templates, topic)
    ]
    await services.storage.watches.add(wanted, services.clock())


async def _know_the_past(services: Services, world: World) -> None:
    """Store a quiet week of each topic's counts: what is usual is known from the start, and a surge is one."""
    until = world.start.replace(second=0, microsecond=0)  # a page says when it counted to the minute
    for name in world.topics:
        for watch in await services.storage.trends.topic_watches(make_topic(name).key):
            if watch.source.traits.has_page_addresses:
                volume = world.page(name, world.start).volume
                await services.storage.post_counts.add(watch.id, past_counts(volume, until))
                await services.storage.post_counts.keep_state(watch.id, past_state(volume, until))


async def _subscribe(
    topic: str, channel: Any, services: Services, discord: SimulatedDiscord, *, pace: int | None = None
) -> None:
    """A channel is subscribed to a topic from the start on: what is there already is baseline."""
    ask = SubscribeRequest(
        topic=topic,
        guild_id=GuildId(discord.guild.id),
        channel_id=ChannelId(channel.id),
        user_id=UserId(discord.viewer.id),
        language=discord.language,
        chosen=SettingsChange(pace=Unchanged.UNCHANGED if pace is None else pace),
    )
    await services.subscriptions.subscribe(ask)


async def _plan_digest(topics: Sequence[str], services: Services, discord: SimulatedDiscord) -> None:
    """A digest each hour, at the first full minute that leaves time for an alert to come before."""
    zone = HOME if discord.language == "ja" else _zone(discord.language) or "UTC"
    first = (services.clock() + DIGEST_AFTER + timedelta(minutes=1)).astimezone(zoneinfo.ZoneInfo(zone))
    settings = DigestSettings(
        channel_id=ChannelId(discord.channel.id),
        name=words(discord.language).say("demo-digest-name"),
        schedule=hourly(first.minute, zone),
        language=discord.language,
        topics=tuple(make_topic(topic) for topic in topics),
        top=2,
    )
    await services.digests.create(GuildId(discord.guild.id), UserId(discord.viewer.id), DigestRequest(settings))


def _tick(services: Services, stack: AsyncExitStack) -> None:
    """The clockwork of the real bot, for as long as the stack lasts."""
    scheduler = app.make_scheduler(services)
    scheduler.start()
    stack.push_async_callback(services.poller.stop)
    stack.callback(scheduler.stop)


async def _greet(discord: SimulatedDiscord, topic: str) -> None:
    """A first message, so that the channel does not look dead while one waits."""
    channel = discord.bot.get_partial_messageable(discord.channel.id)
    await channel.send(words(discord.language).say("demo-welcome", surging=topic, pace=PACE))
