"""A simulated Discord around the real bot: the one file that touches SimCord and its private parts.

SimCord 3.2 is made for tests: its clock stands still at 2026-01-01, every person speaks en-US, an action
waits for *all* of the bot's work, and its page shows a published picture. Here its clock is the real one,
people speak the language of the demo, the bot's background work is its own, and the page follows the channel.
What of SimCord this relies on is checked by ``_check_simcord`` before anything starts.

SimCord is imported when a world is entered, never before: this module imports without it.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import AsyncExitStack, suppress
from types import TracebackType
from typing import Any, Literal, Self

import discord

from bot.core.errors import KawarabanError
from bot.demo.avatar import draw_avatar
from bot.demo.background import BACKGROUND, letting_go
from bot.demo.clock import RealClock
from bot.demo.payloads import localize, stamp_relative_times
from bot.demo.scenery import LOCALES, NAMES, TOUCHES, ZONES

Language = Literal["ja", "en"]

_TICK_S = 20.0
"""So often the page is drawn anew though nothing happened: 「3分前」 has to move."""
_GATHER_S = 0.1
"""What happens within this time is drawn at once."""
_SHOWN = frozenset({"MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "CHANNEL_UPDATE", "GUILD_ROLE_UPDATE"})
_AVATAR = "kawaraban"


class SimulationChanged(KawarabanError):
    """The installed SimCord is missing, or is not the one this file was written against."""


class PortTaken(KawarabanError):
    """The page cannot be served on the port that was asked for."""


class SimulatedDiscord:
    """A guild with two channels, a person who may manage them, and the bot, in ``async with``.

    After entering: ``guild``, ``channel``, ``lounge``, ``viewer`` and ``env`` are SimCord's own handles;
    ``viewer.slash(...)``, ``viewer.click(...)`` drive the bot, ``serve`` shows it in a browser.
    The bot is logged in, its ``setup_hook`` done. On leaving, the bot is closed.
    """

    guild: Any
    channel: Any
    lounge: Any
    viewer: Any
    env: Any

    def __init__(
        self,
        bot: discord.Client,
        *,
        language: Language = "ja",
        bot_name: str = "Kawaraban",
        background: Iterable[str] = (),
        settle_timeout_s: float = 10.0,
    ) -> None:
        self.bot = bot
        self.language: Language = language
        self._bot_name = bot_name
        self._background = (*BACKGROUND, *background)
        self._settle_timeout_s = settle_timeout_s
        self._stack = AsyncExitStack()
        self._preview: Any = None

    async def __aenter__(self) -> Self:
        """Build the world and log the bot in. Raises ``SimulationChanged``."""
        self.env = _make_env(self.bot, self._background, self._settle_timeout_s)
        backend = self.env.backend
        backend.edit_bot_profile(self._bot_name)
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
        """What the bot raised so far."""
        return list(self.env.errors)

    async def serve(self, port: int = 0, *, timezone: str | None = None) -> str:
        """Show the alert channel in a browser page; returns its address, a secret of this machine.

        Raises ``PortTaken``. ``timezone``: an IANA name.
        """
        self._preview = self.env.preview(
            self.channel,
            viewers=[self.viewer],
            layout="channel",
            locale=LOCALES[self.language],
            timezone=timezone or ZONES[self.language],
            assets=_assets(self.env.backend.bot_user.id),
            port=port,
        )
        _touch_up(self._preview)
        page = await self._enter_page(port)
        await self._stack.enter_async_context(_LivePage(page, self.env.backend))
        return str(page.url)

    async def _enter_page(self, port: int) -> Any:
        try:
            return await self._stack.enter_async_context(self._preview)
        except Exception as error:
            if isinstance(error.__cause__, OSError):
                raise PortTaken(
                    f"port {port} is taken: choose another with --port, or 0 for a free one"
                ) from error
            raise

    async def ended(self) -> None:
        """Return when the person ends the session in the page."""
        await self._preview.wait_closed()

    def _speak(self, event: str, payload: Mapping[str, Any]) -> None:
        """The person's client says which language it runs in; runs before the bot hears the event."""
        if event == "INTERACTION_CREATE" and isinstance(payload, dict):
            payload["locale"] = LOCALES[self.language]

    def _furnish(self) -> None:
        guild, alerts, lounge, topic, viewer = NAMES[self.language]
        self.guild = self.env.create_guild(guild)
        self.channel = self.guild.create_text_channel(alerts, topic=topic)
        self.lounge = self.guild.create_text_channel(lounge)
        may = discord.Permissions(manage_channels=True, manage_guild=True, manage_messages=True)
        role = self.guild.create_role(
            "編集長" if self.language == "ja" else "Editor", permissions=may, color=0xE67E22
        )
        user = self.env.create_user("haru", global_name=viewer)
        self.viewer = self.guild.add_member(user, roles=[role])


class _LivePage:
    """Keeps the browser page true: draws it anew when the channel changed, and now and then for the clock."""

    def __init__(self, preview: Any, backend: Any) -> None:
        self._preview = preview
        self._backend = backend
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._preview._action = _with_todays_revision(self._preview)  # noqa: SLF001
        self._backend.subscribers.append(self._notice)
        self._task = asyncio.create_task(self._follow())
        return self

    async def __aexit__(self, *_: object) -> None:
        with suppress(ValueError):
            self._backend.subscribers.remove(self._notice)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _notice(self, event: str, _payload: Mapping[str, Any]) -> None:
        if event in _SHOWN:
            self._changed.set()

    async def _follow(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK_S):
                    await self._changed.wait()
            self._changed.clear()
            await asyncio.sleep(_GATHER_S)
            self._draw()

    def _draw(self) -> None:
        preview = self._preview
        preview._advance_presentation_time()  # noqa: SLF001
        for page in list(preview._pages.values()):  # noqa: SLF001
            preview._publish(page, reason="refresh")  # noqa: SLF001
            stamp_relative_times(page.snapshot, preview.capture_time)


def _with_todays_revision(preview: Any) -> Callable[[str | None, Any], Coroutine[Any, Any, dict[str, Any]]]:
    """SimCord refuses a click made on an older picture; ours changes by itself, a click stays a click."""
    act = preview._action  # noqa: SLF001

    async def action(context_id: str | None, body: Any) -> dict[str, Any]:
        page = preview._pages.get(context_id)  # noqa: SLF001
        if page is not None and isinstance(body, dict) and "published_revision" in body:
            body["published_revision"] = page.revision
        result: dict[str, Any] = await act(context_id, body)
        return result

    return action


def _assets(bot_id: int) -> dict[str, tuple[str, bytes]]:
    """The bot's picture, at the address the page looks for it."""
    base = importlib.import_module("simcord.backend.cdn").CDN_BASE
    return {f"{base}/avatars/{bot_id}/{_AVATAR}.png": ("kawaraban.png", draw_avatar())}


def _touch_up(preview: Any) -> None:
    """Serve the page's files with ``TOUCHES``."""
    server = preview._server  # noqa: SLF001
    static = server._static  # noqa: SLF001

    async def touched(request: Any) -> Any:
        answer = await static(request)
        if request.path in TOUCHES:
            answer.text = answer.text.replace(*TOUCHES[request.path])
        return answer

    server._static = touched  # noqa: SLF001


def _describe_commands(backend: Any, locale: str) -> None:
    """The command picker shows descriptions in the person's language, as Discord's does; names stay."""
    visible = backend.visible_commands

    def localized(**where: Any) -> list[dict[str, Any]]:
        return [localize(command, locale) for command in visible(**where)]

    backend.visible_commands = localized


def _make_env(bot: discord.Client, background: tuple[str, ...], settle_timeout_s: float) -> Any:
    """SimCord's environment with the real clock and with background work let go."""
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
            loop.create_task = letting_go(loop.create_task, runtime._BOT_SCOPE, background)  # type: ignore[method-assign] # noqa: SLF001

    # The bot takes as many shards as Discord recommends; a simulated one recommends none.
    sharded = isinstance(bot, discord.AutoShardedClient) and bot.shard_count is None
    shards = 1 if sharded else None
    env = Environment(bot, check_errors=False, settle_timeout=settle_timeout_s, shard_count=shards)
    env.backend.clock = RealClock(internals.real_monotonic)
    return env


def _check_simcord() -> None:
    """Raises ``SimulationChanged`` when SimCord is missing or lacks what this file relies on."""
    try:
        missing = [name for name, there in _needed() if not there]
    except ImportError as error:
        raise SimulationChanged(
            f"The demo needs SimCord with its preview (pip install 'kawaraban[demo]'): {error}"
        ) from error
    if missing:
        raise SimulationChanged(
            f"The installed SimCord is not the 3.2 the demo was written for; it lacks {', '.join(missing)}. "
            "Install 'simcord[preview]>=3.2,<3.3'."
        )


def _needed() -> list[tuple[str, bool]]:
    """Each part of SimCord this file touches, and whether it is there."""
    load = importlib.import_module
    env, runtime, clock = load("simcord").Env, load("simcord._runtime"), load("simcord._clock").Clock()
    preview = load("simcord.preview").Preview
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
            all(hasattr(preview, name) for name in ("_publish", "_action", "_advance_presentation_time")),
        ),
        ("PreviewServer._static", hasattr(load("simcord.preview._server").PreviewServer, "_static")),
        ("the locale of interactions", '"locale": "en-US"' in source),
    ]
