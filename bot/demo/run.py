"""``kawaraban demo``: the real bot between a small trend site and a simulated Discord in the browser.

TrendSite ─▶ trendpage source ─▶ poller ─▶ SQLite in a temporary folder ─▶ delivery ─▶ SimulatedDiscord ─▶ browser
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
from tempfile import TemporaryDirectory
from typing import Any

import tzlocal
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot import app, lookout
from bot.client import TrendBot
from bot.core.models import ChannelId, GuildId, Recurrence, UserId
from bot.demo.simulated import Language, PortTaken, SimulatedDiscord, SimulationChanged
from bot.demo.site import TrendSite
from bot.demo.world import World
from bot.services import Services
from bot.services.asks import SubscribeAsk
from bot.services.digests import DigestAsk
from config.settings import Settings, SettingsError

POLL_EVERY_S = 3
MIN_RP = 100
DIGEST_AFTER = timedelta(seconds=45)
"""The surge and its first alerts come before the digest that sums them up."""
DIGEST_TOPICS = 3
HOME = "Asia/Tokyo"

_WHAT_TO_TRY = {
    "ja": """
かわら版のデモが動いています（外のネットワークには一切つながりません。Ctrl-C で終わります）。

  チャンネル        {page}
  トレンドサイト    {site}

  1. そのまま1分ほどお待ちください。「{surging}」が急に話題になり、#{channel} に速報が届きます。
  2. 入力欄に /trend と打って Enter、topic に {surging} と入れて Enter。いまの話題が見られます。
  3. 同じように /subscribe で {other} を購読できます。ほかの話題: {others}
  4. 速報の下のボタンで、静かにしたり、止めたりできます。
  5. もう少し待つと、話題のまとめ(ダイジェスト)も届きます。/digest create で自分でも作れます。
""",
    "en": """
The Kawaraban demo is running (nothing leaves this machine; Ctrl-C ends it).

  Channel      {page}
  Trend site   {site}

  1. Wait for about a minute: {surging} (data centres) takes off, and #{channel} hears of it.
  2. Type /trend and Enter, then {surging} as the topic and Enter, to see what is said right now.
  3. In the same way /subscribe to {other} (typhoons). More topics:\n     {others}
  4. The buttons below an alert make it quieter, or stop it.
  5. A minute later a digest sums it all up; /digest create makes one of your own.
""",
}
_WAITING = {
    "ja": "## かわら版デモ\n「{surging}」を購読中です。急に話題になると、ここに届きます。`/` と打ってください。",
    "en": "## Kawaraban demo\nThis channel follows {surging}. When it takes off you read it here. Try typing `/`.",
}


_DIGEST_NAME = {"ja": "今日の瓦版", "en": "Today's broadsheet"}


class DemoSettings(Settings):
    """The real settings, from what the demo says alone: no token, file or variable of the operator's."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Nothing but the arguments."""
        return (init_settings,)


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo: the addresses of the page and of the trend site, and all that runs behind them."""

    page: str
    site: str
    services: Services
    discord: SimulatedDiscord
    world: World


async def run_demo(
    *,
    language: str | None,
    port: int,
    seconds: float | None,
    open_browser: bool,
    announce: Callable[[str], None],
) -> None:
    """Show the bot until ``seconds`` are over, the person ends the session in the page, or cancellation.

    Raises ``SettingsError`` with what to do when SimCord is missing or another one, or the port is taken.
    """
    chosen = language_or_system(language)
    async with _as_sentences(), running_demo(language=chosen, port=port) as demo:
        announce(what_to_try(demo, chosen))
        if open_browser:
            await asyncio.to_thread(webbrowser.open, demo.page)
        with suppress(TimeoutError):
            await asyncio.wait_for(demo.discord.ended(), seconds)


@asynccontextmanager
async def running_demo(*, language: Language, port: int = 0, seed: int = 1) -> AsyncIterator[Demo]:
    """The whole demo; closed and its folder removed at the end, whatever happened."""
    _hush()
    async with AsyncExitStack() as stack:
        folder = Path(
            stack.enter_context(TemporaryDirectory(prefix="kawaraban-demo-", ignore_cleanup_errors=True))
        )
        world = World(lookout.utc_now(), seed=seed)
        site = await stack.enter_async_context(TrendSite(world, clock=lookout.utc_now))
        services = await stack.enter_async_context(app.house(demo_settings(folder, site.template, language)))
        bot = TrendBot(services)
        discord = await stack.enter_async_context(SimulatedDiscord(bot, language=language))
        await _follow(world.topics[0], services, discord)
        await _plan_digest(world.topics[:DIGEST_TOPICS], services, discord)
        _tick(services, stack)
        await _greet(discord, world.topics[0])
        page = await discord.serve(port, timezone=_zone(language))
        yield Demo(page, site.url, services, discord, world)


@asynccontextmanager
async def _as_sentences() -> AsyncIterator[None]:
    """What the person at the terminal can put right, as the error the command line knows."""
    try:
        yield
    except (SimulationChanged, PortTaken) as error:
        raise SettingsError("cli-settings-demo", why=str(error)) from error


def demo_settings(folder: Path, template: str, language: Language) -> Settings:
    """Settings of an impatient operator with one source, on this machine."""
    said: dict[str, Any] = {
        "database": {"url": f"sqlite:///{folder / 'kawaraban.db'}"},
        "discord": {"language": language},
        "http": {"allow_private_networks": True, "per_host_interval_s": 0.0},
        "sources": {
            "trendpage": {"url": template},
            "mastodon": {"enabled": False},
            "misskey": {"enabled": False},
        },
        "poll": {"interval_s": POLL_EVERY_S},
        "quota": {"trend_per_minute": 0, "effort_per_minute": 0},
    }
    return DemoSettings(**said)


def language_or_system(language: str | None) -> Language:
    """``ja`` or ``en``: what was asked for, else what the system speaks, Japanese only where it says so."""
    told = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    spoken = language or next(filter(None, told), None) or locale.getlocale()[0] or ""
    return "ja" if spoken.lower().startswith("ja") else "en"


def _zone(language: Language) -> str | None:
    """The system's time zone; None leaves it to the page. In Japanese it is Japan's, as on the trend site."""
    name = None if language == "ja" else tzlocal.get_localzone_name()
    return name if name in zoneinfo.available_timezones() else None


def _hush() -> None:
    """discord.py warns of what a demo has no use for: voice, and the clients SimCord makes to look inside."""
    for name in ("discord.client", "discord.state"):
        logging.getLogger(name).setLevel(logging.ERROR)


def what_to_try(demo: Demo, language: Language) -> str:
    """The addresses and a few lines on what to do with them."""
    surging, *others = demo.world.topics
    return _WHAT_TO_TRY[language].format(
        page=demo.page,
        site=demo.site,
        surging=surging,
        channel=demo.discord.channel.name,
        other="台風",
        others="、".join(topic for topic in others if topic != "台風"),
    )


async def _follow(topic: str, services: Services, discord: SimulatedDiscord) -> None:
    """The alert channel follows the topic from the start on: what is there already is baseline."""
    ask = SubscribeAsk(
        topic=topic,
        guild_id=GuildId(discord.guild.id),
        channel_id=ChannelId(discord.channel.id),
        user_id=UserId(discord.viewer.id),
        language=discord.language,
        min_rp=MIN_RP,
    )
    await services.subscriptions.subscribe(ask)


async def _plan_digest(topics: Sequence[str], services: Services, discord: SimulatedDiscord) -> None:
    """A digest each hour, at the first full minute that leaves time for an alert to come before."""
    zone = HOME if discord.language == "ja" else _zone(discord.language) or "UTC"
    first = (services.clock() + DIGEST_AFTER + timedelta(minutes=1)).astimezone(zoneinfo.ZoneInfo(zone))
    ask = DigestAsk(
        channel_id=ChannelId(discord.channel.id),
        recurrence=Recurrence.HOURLY,
        time=f":{first.minute:02}",
        zone=zone,
        language=discord.language,
        name=_DIGEST_NAME[discord.language],
        topics=",".join(topics),
        top=2,
    )
    await services.digests.create(GuildId(discord.guild.id), UserId(discord.viewer.id), ask)


def _tick(services: Services, stack: AsyncExitStack) -> None:
    """The clockwork of the real bot, for as long as the stack lasts."""
    scheduler = app.make_scheduler(services)
    scheduler.start()
    stack.callback(scheduler.stop)


async def _greet(discord: SimulatedDiscord, topic: str) -> None:
    """A first message, so that the channel does not look dead while one waits."""
    channel = discord.bot.get_partial_messageable(discord.channel.id)
    await channel.send(_WAITING[discord.language].format(surging=topic))
