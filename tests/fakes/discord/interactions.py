"""Interactions from Discord's side: the callback, the original answer, followups, and their time limits."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.fakes.discord.errors import (
    Json,
    already_answered,
    expired_token,
    invalid_form,
    unknown_interaction,
    unknown_message,
    unknown_webhook,
)
from tests.fakes.discord.limits import Clock, Limits
from tests.fakes.discord.messages import Messages, Uploads
from tests.fakes.discord.payloads import message_payload
from tests.fakes.discord.rules import check_body
from tests.fakes.discord.world import EPHEMERAL, LOADING, Body, Channel, Message, User, World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
REPLY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
ALLOWED = {
    COMMAND: {REPLY, DEFER, MODAL},
    COMPONENT: {REPLY, DEFER, DEFER_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {REPLY, DEFER, DEFER_UPDATE, UPDATE},
}


@dataclass(eq=False)
class Interaction:
    """What a person did, and all the bot answered so far."""

    id: int
    type: int
    channel: Channel
    user: User
    pushed_at: float
    source: Message | None = None
    """The message whose component was used."""
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    callback: int | None = None
    callback_data: Json = field(default_factory=dict)
    answered_at: float | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_settled(self) -> bool:
        """Answered, and no longer "thinking"."""
        thinking = self.callback == DEFER and self.original is not None and self.original.body.flags & LOADING
        return self.callback is not None and not thinking

    @property
    def text(self) -> str:
        """What the person reads first."""
        return "" if self.original is None else self.original.text

    @property
    def choices(self) -> list[Json]:
        """Autocomplete's answer."""
        return list(self.callback_data.get("choices") or ())

    async def until(self, condition: Callable[[Interaction], object], wait_s: float = 30.0) -> Interaction:
        """Wait until ``condition(interaction)`` holds; raises TimeoutError."""
        async with asyncio.timeout(wait_s):
            while not condition(self):
                self.changed.clear()
                await self.changed.wait()
        return self

    async def settled(self, wait_s: float = 30.0) -> Interaction:
        """Wait until the bot answered, and where it deferred, until it filled the answer."""
        return await self.until(lambda each: each.is_settled, wait_s)


class Interactions:
    """All interactions and the endpoints that answer them."""

    def __init__(self, world: World, clock: Clock, limits: Limits, messages: Messages) -> None:
        self._world = world
        self._clock = clock
        self._limits = limits
        self._messages = messages
        self._by_id: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}

    def open(self, kind: int, channel: Channel, user: User, source: Message | None = None) -> Interaction:
        """A new interaction; its time runs from now."""
        interaction = Interaction(self._world.next_id(), kind, channel, user, self._clock.monotonic(), source)
        self._by_id[interaction.id] = interaction
        self._by_token[interaction.token] = interaction
        return interaction

    def answer(self, interaction_id: int, token: str, payload: Json, uploads: Uploads) -> Json:
        """The callback: at most once, within three seconds."""
        interaction = self._by_id.get(interaction_id)
        if interaction is None or interaction.token != token:
            raise unknown_interaction()
        if interaction.callback is not None:
            raise already_answered()
        if self._age(interaction) > self._limits.interaction_answer_s:
            raise unknown_interaction()
        if payload["type"] not in ALLOWED[interaction.type]:
            raise invalid_form("type", "BASE_TYPE_CHOICES", "Not a response for this type of interaction.")
        data = payload.get("data") or {}
        self._apply(interaction, payload["type"], data, uploads)
        interaction.callback, interaction.callback_data = payload["type"], data
        interaction.answered_at = self._clock.monotonic()
        interaction.changed.set()
        return self._callback_payload(interaction)

    def _age(self, interaction: Interaction) -> float:
        return self._clock.monotonic() - interaction.pushed_at

    def _apply(self, interaction: Interaction, kind: int, data: Json, uploads: Uploads) -> None:
        if kind == REPLY:
            interaction.original = self._post(interaction, data, uploads)
        elif kind == DEFER:
            body = Body(flags=LOADING | (data.get("flags") or 0) & EPHEMERAL)
            interaction.original = self._accept(interaction, body)
        elif kind in {DEFER_UPDATE, UPDATE}:
            interaction.original = interaction.source
            if kind == UPDATE and interaction.source is not None:
                self._messages.rewrite(interaction.source, data, uploads)
        elif kind == CHOICES and len(data.get("choices") or ()) > 25:
            raise invalid_form("data.choices", "BASE_TYPE_BAD_LENGTH", "Must be 25 or fewer in length.")

    def _post(self, interaction: Interaction, data: Json, uploads: Uploads) -> Message:
        body = Body().edited(data, uploads)
        check_body(body)
        return self._accept(interaction, body)

    def _accept(self, interaction: Interaction, body: Body) -> Message:
        channel, bot = interaction.channel, self._world.bot
        return self._messages.accept(channel, bot, body, interaction_id=interaction.id)

    @staticmethod
    def _callback_payload(interaction: Interaction) -> Json:
        about: Json = {"id": str(interaction.id), "type": interaction.type}
        resource: Json = {"type": interaction.callback}
        if interaction.original is not None:
            flags = interaction.original.body.flags
            about["response_message_id"] = str(interaction.original.id)
            about["response_message_loading"] = bool(flags & LOADING)
            about["response_message_ephemeral"] = bool(flags & EPHEMERAL)
            resource["message"] = message_payload(interaction.original)
        return {"interaction": about, "resource": resource}

    def by_token(self, application_id: int, token: str) -> Interaction:
        """The interaction of a webhook call: answered before, and not older than fifteen minutes."""
        interaction = self._by_token.get(token)
        if interaction is None or application_id != self._world.application_id or interaction.callback is None:
            raise unknown_webhook()
        if self._age(interaction) > self._limits.interaction_token_s:
            raise expired_token()
        return interaction

    def follow_up(self, interaction: Interaction, payload: Json, uploads: Uploads) -> Message:
        """A followup; the first one after a deferral fills the original instead."""
        if not interaction.is_settled and interaction.original is not None:
            return self.edit(interaction, "@original", payload, uploads)
        message = self._post(interaction, payload, uploads)
        interaction.followups.append(message)
        interaction.changed.set()
        return message

    def find(self, interaction: Interaction, which: str) -> Message:
        """``@original`` or the id of one of the interaction's messages."""
        own = [interaction.original, *interaction.followups]
        for message in own:
            if message is None or message.deleted_at:
                continue
            if (which == "@original" and message is interaction.original) or which == str(message.id):
                return message
        raise unknown_message()

    def edit(self, interaction: Interaction, which: str, payload: Json, uploads: Uploads) -> Message:
        """Edit one of the interaction's messages; never limited by age."""
        message = self.find(interaction, which)
        payload = {**payload, "flags": (payload.get("flags") or 0) & ~EPHEMERAL}
        self._messages.rewrite(message, payload, uploads)
        interaction.changed.set()
        return message

    def delete(self, interaction: Interaction, which: str) -> None:
        """Delete one of the interaction's messages."""
        message = self.find(interaction, which)
        message.body = replace(message.body, flags=message.body.flags & ~LOADING)
        self._messages.remove(message)
        interaction.changed.set()
