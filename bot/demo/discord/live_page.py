"""SimCord's page as the demo serves it: alive, in one language, with a bar of its own. Knows SimCord's preview.

A preview shows one channel at one moment, in English, with tools for tests. Here it follows its channel, its
people can go to the other one, its words are those of the demo's language, and its links stay on this machine.
What of SimCord this relies on is checked by ``simulated._needed``.
"""

# ruff: noqa: SLF001 - with ``simulated`` this is the demo's door into SimCord's private parts

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from bot.demo.clock import DemoClock
from bot.demo.discord.bar import Bar, with_bar
from bot.demo.discord.labels import LOCALES, changed, is_changed
from bot.demo.discord.payloads import (
    lead_links,
    name_commands,
    name_people,
    name_used_commands,
    stamp_relative_times,
)
from bot.demo.discord.token_memory import remembering_tokens
from bot.demo.sites.pages import words
from bot.demo.worlds.script import Language

_TICK_S = 20.0
"""So often, at normal speed, the page is drawn anew though nothing happened: 「3分前」 has to move."""
_SHORTEST_TICK_S = 1.0
_GATHER_S = 0.1
"""Seconds within which changes are drawn together."""
_REST = 3
"""Length of the rest after a drawing, in lengths of that: the bot has the same event loop."""
_SHOWN = frozenset({"MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "CHANNEL_UPDATE", "GUILD_ROLE_UPDATE"})
_OURS = {
    "/demo.js": ("page.js", "application/javascript"),
    "/demo-commands.js": ("commands.js", "application/javascript"),
    "/demo.css": ("page.css", "text/css"),
    "/demo.svg": ("icon.svg", "image/svg+xml"),
}


@dataclass(frozen=True, slots=True)
class Around:
    """Data of the demo for the page.

    ``people``: by id, how those whom one can be are called; ``sites``: names and addresses to offer; ``links``:
    where links lead instead, and ``hosts``: how hosts are named (``payloads.lead_links``).
    """

    language: Language
    clock: DemoClock
    people: Mapping[str, str] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)


class LivePage:
    """Changes a preview before it is entered, and keeps it true while its own ``async with`` block lasts."""

    def __init__(self, preview: Any, backend: Any, channels: Sequence[Any], around: Around) -> None:
        self._preview = preview
        self._backend = backend
        self._channels = {channel.id: channel for channel in channels}
        self._around = around
        self._locale = LOCALES[around.language]
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stack = ExitStack()
        self._publish, self._act, self._static = preview._publish, preview._action, preview._server._static
        preview._publish, preview._action = self._publish_live, self._act_now
        preview._server._static = self._serve
        preview._server._STATIC_FILES = {**preview._server._STATIC_FILES, **dict.fromkeys(_OURS, "")}

    async def __aenter__(self) -> Self:
        """Follow what happens."""
        self._stack.enter_context(remembering_tokens())
        self._backend.subscribers.append(self._notice)
        self._task = asyncio.create_task(self._follow())
        return self

    async def __aexit__(self, *_: object) -> None:
        with suppress(ValueError):
            self._backend.subscribers.remove(self._notice)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._stack.close()

    # -- what is shown

    def _publish_live(self, page: Any, *, reason: Any = "action") -> None:
        """Each picture is of this moment: a message is never younger than the picture it is in."""
        preview = self._preview
        preview._advance_presentation_time()
        self._publish(page, reason=reason)
        commands = self._backend.visible_commands(user_id=page.viewer.id, channel_id=page.channel_id)
        names = name_commands(page.command_catalog, commands, self._locale)
        name_used_commands(page.snapshot, names)
        name_people(page.snapshot, self._around.people)
        lead_links(page.snapshot, self._around.links, self._around.hosts)
        stamp_relative_times(page.snapshot, preview.capture_time)

    def _notice(self, event: str, _payload: Mapping[str, Any]) -> None:
        if event in _SHOWN:
            self._changed.set()

    async def _follow(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(max(_SHORTEST_TICK_S, _TICK_S / self._around.clock.speed)):
                    await self._changed.wait()
            self._changed.clear()
            await asyncio.sleep(_GATHER_S)
            began = time.monotonic()
            for page in list(self._preview._pages.values()):
                self._preview._publish(page, reason="refresh")
            await asyncio.sleep(_REST * (time.monotonic() - began))

    # -- what a person does

    async def _act_now(self, context_id: str | None, body: Any) -> dict[str, Any]:
        """SimCord refuses a click made on an older picture; ours changes by itself, a click stays a click."""
        page = self._preview._pages.get(context_id)
        if page is None or not isinstance(body, dict):
            return dict(await self._act(context_id, body))
        if isinstance(body.get("demo"), dict):
            return self._grant(page, body["demo"])
        if "published_revision" in body:
            body["published_revision"] = page.revision
        if self._preview._active_action is None:
            self._preview.channel = self._channels[page.channel_id]
        with self._around.clock.stopped():
            return dict(await self._act(context_id, body))

    def _grant(self, page: Any, wish: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a wish from the bar: another channel, or another speed."""
        speed, channel = wish.get("speed"), str(wish.get("channel", ""))
        if isinstance(speed, int | float):
            self._around.clock.speed = speed
            self._changed.set()
        if channel.isdecimal() and int(channel) in self._channels:
            self._go_to(page, int(channel))
        return {"granted": True}

    def _go_to(self, page: Any, channel_id: int) -> None:
        """Show another channel, as SimCord shows another person's view."""
        preview = self._preview
        preview.channel = self._channels[channel_id]
        preview._clear_page_assets(page)
        page.channel_id = channel_id
        page.generation += 1
        preview._reset_queries(page)
        page.target_id = page.window_end_id = preview._initial_target(page.viewer, channel_id)
        page.modal = page.modal_handle = None
        page.status = "current"
        preview._publish(page, reason="navigation")

    # -- what is served

    async def _serve(self, request: Any) -> Any:
        if request.path in _OURS:
            return self._own_file(request)
        answer: Any = await self._static(request)
        if is_changed(request.path, self._around.language):
            answer.text = changed(request.path, answer.text, self._around.language)
        if request.path == "/":
            answer.text = with_bar(answer.text, self._bar(), words(self._around.language))
        return answer

    def _own_file(self, request: Any) -> Any:
        from aiohttp import web  # noqa: PLC0415 - with SimCord, only when there is a page

        server = self._preview._server
        if request.headers.get("Host", "") not in server._allowed_hosts():
            raise web.HTTPForbidden
        name, kind = _OURS[request.path]
        text = Path(__file__).with_name(name).read_text(encoding="utf-8")
        return web.Response(text=text, content_type=kind, headers=server._SECURITY_HEADERS)

    def _bar(self) -> Bar:
        channels = [(channel.id, channel.name) for channel in self._channels.values()]
        return Bar(channels, self._around.sites, self._around.clock.speed)
