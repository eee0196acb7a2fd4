"""A simulated Discord around the real bot.

Only this file, ``live_page`` and ``token_memory`` touch SimCord and its private parts.

SimCord 3.2 is made for tests: its clock stands still at 2026-01-01, every person speaks en-US, an action
waits for *all* of the bot's work, and its page shows a published picture. Here its clock is the demo's,
people speak the language of the demo, the bot's background work is its own, and the page follows the channel.
What of SimCord this relies on is checked by ``_check_simcord`` before anything starts.

SimCord is imported when a world is entered, never before: this module imports without it.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

import discord

from bot.core.errors import KawarabanError
from bot.demo.clock import DemoClock, RealClock
from bot.demo.discord.avatar import draw_avatar
from bot.demo.discord.background import BACKGROUND, detaching_background_tasks
from bot.demo.discord.labels import LOCALES, NAMES, ZONES
from bot.demo.discord.live_page import Around, LivePage
from bot.demo.discord.payloads import lead_back, localize
from bot.demo.discord.token_memory import can_be_remembered
from bot.demo.sites.pages import words
from bot.demo.worlds.script import Language
from config.sentences import Sentence

__all__ = ["Language", "PortTaken", "SimulatedDiscord", "SimulationChanged"]

_AVATAR = "kawaraban"
SETTLE_S = 60.0
"""The longest that the page waits for a command or click to be over; a busy machine takes long."""


class SimulationChanged(KawarabanError):
    """The installed SimCord is missing, or is not the one this file was written against.

    ``sentence`` says what to do in the reader's language; ``str`` in English.
    """

    def __init__(self, text_id: str, **values: str) -> None:
        self.sentence = Sentence(text_id, values)
        super().__init__(self.sentence.said("en"))


class PortTaken(KawarabanError):
    """The page cannot be served on the port that was asked for."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken: choose another with --port, or 0 for a free one")
        self.port = port


class SimulatedDiscord:
    """A guild with two channels, a person who may manage them, one who may not, and the bot, in ``async with``.

    After entering: ``guild``, ``channel``, ``news``, ``viewer``, ``member``, ``role`` and ``env`` are SimCord's
    own handles; ``member`` has the ``role``, which manages nothing;
    ``viewer.slash(...)``, ``viewer.click(...)`` drive the bot, ``serve`` shows it in a browser.
    The bot is logged in, its ``setup_hook`` done. On leaving, the bot is closed.
    """

    guild: Any
    channel: Any
    news: Any
    viewer: Any
    member: Any
    role: Any
    env: Any

    def __init__(
        self,
        bot: discord.Client,
        *,
        language: Language = "ja",
        clock: DemoClock | None = None,
        background: Iterable[str] = (),
        settle_timeout_s: float = SETTLE_S,
    ) -> None:
        self.bot = bot
        self.language: Language = language
        self._clock = clock or DemoClock()
        self._background = (*BACKGROUND, *background)
        self._settle_timeout_s = settle_timeout_s
        self._stack = AsyncExitStack()
        self._preview: Any = None
        self._links: Mapping[str, str] = {}

    async def __aenter__(self) -> Self:
        """Build the world and log the bot in. Raises ``SimulationChanged``."""
        self.env = _make_env(self.bot, self._clock, self._background, self._settle_timeout_s)
        backend = self.env.backend
        backend.edit_bot_profile(NAMES[self.language].bot)
        backend.bot_user.avatar = _AVATAR
        backend.subscribers.append(self._speak)
        _describe_commands(backend, LOCALES[self.language])
        self._furnish()
        await self.env.start()
        self._stack.enter_context(self.env.time_context())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the page, the bot and the world."""
        try:
            if self._preview is not None:
                await self._preview.close()
            with self.env._bot_scope():  # noqa: SLF001 - the bot says good-bye through the simulation
                await self.bot.close()
        finally:
            await self._stack.aclose()
            await self.env.shutdown()

    @property
    def errors(self) -> list[BaseException]:
        """The errors that the bot raised so far."""
        return list(self.env.errors)

    async def serve(
        self,
        port: int = 0,
        *,
        timezone: str | None = None,
        sites: Mapping[str, str] | None = None,
        links: Mapping[str, str] | None = None,
        hosts: Mapping[str, str] | None = None,
    ) -> str:
        """Show the channels in a browser page; returns its address, a secret of this machine.

        Raises ``PortTaken``. ``timezone``: an IANA name; ``sites``, ``links`` and ``hosts``: see ``Around``.
        """
        self._preview = self.env.preview(
            self.channel,
            viewers=[self.viewer, self.member],
            layout="channel",
            locale=LOCALES[self.language],
            timezone=timezone or ZONES[self.language],
            assets=_assets(self.env.backend.bot_user.id),
            port=port,
        )
        self._links = links or {}
        say = words(self.language).say
        people = {
            str(self.viewer.id): say("demo-viewer-editor", name=NAMES[self.language].editor),
            str(self.member.id): say("demo-viewer-member", name=NAMES[self.language].member),
        }
        around = Around(self.language, self._clock, people, sites or {}, links or {}, hosts or {})
        live = LivePage(self._preview, self.env.backend, [self.channel, self.news], around)
        page = await self._enter_page(port)
        await self._stack.enter_async_context(live)
        return str(page.url)

    async def _enter_page(self, port: int) -> Any:
        try:
            return await self._stack.enter_async_context(self._preview)
        except Exception as error:
            if isinstance(error.__cause__, OSError):
                raise PortTaken(port) from error
            raise

    async def ended(self) -> None:
        """Return when the person ends the session in the page."""
        await self._preview.wait_closed()

    def _speak(self, event: str, payload: Mapping[str, Any]) -> None:
        """The person's client says its language, and whose page an address is, before the bot hears the event."""
        if event == "INTERACTION_CREATE" and isinstance(payload, dict):
            payload["locale"] = LOCALES[self.language]
            lead_back(payload.get("data") or {}, self._links)

    def _furnish(self) -> None:
        names = NAMES[self.language]
        self.guild = self.env.create_guild(names.guild)
        self.channel = self.guild.create_text_channel(names.alerts, topic=names.alerts_topic)
        self.news = self.guild.create_text_channel(names.news, topic=names.news_topic)
        may = discord.Permissions(manage_channels=True, manage_guild=True, manage_messages=True, manage_roles=True)
        editors = self.guild.create_role(names.editor_role, permissions=may, color=0xE67E22)
        self.role = self.guild.create_role(names.fan_role, color=0x3BA55D, mentionable=True)
        first, second = names.accounts
        editor, member = (
            self.env.create_user(first, global_name=names.editor),
            self.env.create_user(second, global_name=names.member),
        )
        self.viewer = self.guild.add_member(editor, roles=[editors])
        self.member = self.guild.add_member(member, roles=[self.role])


def _assets(bot_id: int) -> dict[str, tuple[str, bytes]]:
    """The bot's picture, at the address the page looks for it."""
    base = importlib.import_module("simcord.backend.cdn").CDN_BASE
    return {f"{base}/avatars/{bot_id}/{_AVATAR}.png": ("kawaraban.png", draw_avatar())}


def _describe_commands(backend: Any, locale: str) -> None:
    """The command picker shows descriptions in the person's language, as Discord's does; names stay."""
    visible = backend.visible_commands

    def localized(**where: Any) -> list[dict[str, Any]]:
        return [localize(command, locale) for command in visible(**where)]

    backend.visible_commands = localized


def _make_env(bot: discord.Client, clock: DemoClock, background: tuple[str, ...], settle_timeout_s: float) -> Any:
    """SimCord's environment with the demo's clock and with background work let go."""
    _check_simcord()
    runtime = importlib.import_module("simcord._runtime")
    internals = importlib.import_module("simcord._dpy_internals")
    base: Any = importlib.import_module("simcord").Env

    class Environment(base):  # type: ignore[misc]
        def _capture_errors(self) -> None:
            """SimCord calls this after it took over the event loop and before the bot logs in."""
            super()._capture_errors()
            loop = asyncio.get_running_loop()
            loop.call_later = self._runtime.call_later  # type: ignore[method-assign]
            loop.call_at = self._runtime.call_at  # type: ignore[method-assign]
            loop.create_task = detaching_background_tasks(loop.create_task, runtime._BOT_SCOPE, background)  # type: ignore[method-assign] # noqa: SLF001

    # The bot takes as many shards as Discord recommends; a simulated one recommends none.
    sharded = isinstance(bot, discord.AutoShardedClient) and bot.shard_count is None
    shards = 1 if sharded else None
    env = Environment(bot, check_errors=False, settle_timeout=settle_timeout_s, shard_count=shards)
    env.backend.clock = RealClock(internals.real_monotonic, clock.now)
    return env


def _check_simcord() -> None:
    """Raises ``SimulationChanged`` when SimCord is missing or lacks what this file relies on."""
    try:
        missing = [name for name, there in _needed() if not there]
    except ImportError as error:
        raise SimulationChanged("cli-demo-no-simcord", why=str(error)) from error
    if missing:
        raise SimulationChanged("cli-demo-other-simcord", parts=", ".join(missing))


def _needed() -> list[tuple[str, bool]]:
    """Each part of SimCord this file touches, and whether it is there."""
    load = importlib.import_module
    env, runtime, clock = load("simcord").Env, load("simcord._runtime"), load("simcord._clock").Clock()
    preview, server = load("simcord.preview").Preview, load("simcord.preview._server").PreviewServer
    backend = load("simcord.backend").Backend()
    source = inspect.getsource(load("simcord.interactions").base_payload)
    attached = inspect.getsource(runtime._attach_bot)  # noqa: SLF001
    return [
        ("Env._capture_errors", hasattr(env, "_capture_errors") and "self._capture_errors()" in attached),
        ("Env._bot_scope", hasattr(env, "_bot_scope")),
        ("_runtime._BOT_SCOPE", hasattr(runtime, "_BOT_SCOPE")),
        ("_Runtime.call_at", "call_at" in runtime._Runtime.__slots__),  # noqa: SLF001
        ("_dpy_internals.real_monotonic", hasattr(load("simcord._dpy_internals"), "real_monotonic")),
        ("Clock", all(hasattr(clock, name) for name in ("elapsed", "now", "advance"))),
        ("Backend.clock", type(backend.clock) is type(clock)),
        ("Backend.subscribers", isinstance(backend.subscribers, list)),
        ("Backend.visible_commands", hasattr(backend, "visible_commands")),
        (
            "Preview._publish",
            all(
                hasattr(preview, name)
                for name in (
                    "_publish",
                    "_action",
                    "_advance_presentation_time",
                    "_clear_page_assets",
                    "_reset_queries",
                    "_initial_target",
                )
            ),
        ),
        (
            "PreviewServer._static",
            all(hasattr(server, name) for name in ("_static", "_STATIC_FILES", "_allowed_hosts")),
        ),
        ("preview.markdown_tokens", can_be_remembered()),
        ("the locale of interactions", '"locale": "en-US"' in source),
    ]
