"""Sentences for errors: one map for commands, buttons, menus and modals.

The order, first match wins (a command's error is unwrapped first):

1. The interaction is gone (expired, unknown, or answered already): nobody can be answered, only logged.
2. ``RefusedRequest``: the sentence it names. It is an answer, not a fault.
3. ``SourceError``: the sentence of its kind; the detail is in the log.
4. What Discord's own checks say: the person lacks a permission, the bot lacks one, not inside a server, too often.
5. AutoMod, or a filter of Discord's, does not let the answer through.
6. A command that changed since it was synced: try again in a moment.
7. ``TookTooLong``: the question reads too much; another way to ask.
8. ``DatabaseBusy``: not now; the reference finds it in the log.
9. Everything else: it was unexpected; the reference finds the traceback in the log (of an error of the network: a
   line).
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from math import ceil
from types import TracebackType
from typing import Any, Self

import aiohttp
import discord
from discord import app_commands, ui

from bot.core.errors import DatabaseBusy, RefusedRequest, SourceError, TookTooLong
from bot.core.models import FailureCode
from bot.core.text import excerpt
from bot.delivery.discord.channel_rights import timed_out_s
from bot.delivery.discord.refusals import failure_of
from bot.gateway.client import TrendBot
from bot.network_errors import in_a_line, is_network_error
from bot.views.kit.causes import error_text
from bot.views.kit.text import Speaker
from cogs.shared.acknowledging import answer_privately
from cogs.shared.language import speaker_of

log = logging.getLogger(__name__)

GONE = frozenset({10062, 10015, 50027, 40060})
"""Discord's codes for an interaction that takes no answer any more: its three seconds are over; its fifteen
minutes are (unknown webhook, invalid token); somebody else answered it."""
ELSEWHERE = 40060
"""The one of these that says that another program answered, which has this bot's token."""

CONTENT_MAX = 2000
"""UTF-16 units of a message's text: Discord refuses a longer one, and nobody would read why."""
_REFERENCE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters of a reference, without I and O, which read like digits."""

_Values = Mapping[str, str | int]


Draw = Callable[[Speaker, str], ui.LayoutView]
"""A sentence with what can be done about it."""


async def answer_error(interaction: discord.Interaction[Any], error: Exception) -> None:
    """Tell the person one helpful sentence, only to them, however far the answer had come; log the rest.

    For the command tree and for every callback of a button, menu or modal. Never raises.
    """
    await answer_error_with(interaction, error)


async def answer_error_with(
    interaction: discord.Interaction[Any], error: Exception, draw: Draw | None = None
) -> None:
    """Answer an interaction with the sentence of an error; ``draw`` shows it with more than itself."""
    cause = _unwrap(error)
    if isinstance(cause, discord.HTTPException) and cause.code in GONE:
        # Everything is acknowledged before it does anything (see acknowledging.py).
        done = "what was done stands" if interaction.response.is_done() else "nothing was done"
        who = "nobody was answered" if cause.code != ELSEWHERE else "another program with this token answered"
        log.warning("%s: the interaction is gone, %s; %s", _what(interaction), who, done)
        return
    if isinstance(cause, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        interaction.client.command_sync.request_check()
    speaker = speaker_of(interaction)
    sentence = _known(cause, interaction, speaker)
    if sentence is None:
        sentence = _with_reference(cause, interaction, speaker)
    else:
        log.info("%s: %s: %s", _what(interaction), type(cause).__name__, cause)
    sentence = excerpt(sentence, CONTENT_MAX)
    await _reply_privately(
        interaction, {"content": sentence} if draw is None else {"view": draw(speaker, sentence)}
    )


class answering:  # noqa: N801 -- reads as a word: ``async with answering(interaction):``
    """A block whose errors are answered by ``answer_error`` instead of ending in discord.py's log."""

    def __init__(self, interaction: discord.Interaction[Any]) -> None:
        self._interaction = interaction

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        await answer_error(self._interaction, error)
        return True


def sentence_of(error: Exception, interaction: discord.Interaction[Any]) -> str:
    """The sentence for an error that has one, to be part of a longer answer; empty for another."""
    return _known(error, interaction, speaker_of(interaction)) or ""


def permission_names(names: Iterable[str], speaker: Speaker) -> str:
    """Discord's permissions as its own settings call them in the speaker's language, ready for a sentence."""
    return _list("perm", ",".join(names), speaker)


def _unwrap(error: Exception) -> Exception:
    """The error raised inside a command's callback."""
    return error.original if isinstance(error, app_commands.CommandInvokeError) else error


def _known(error: Exception, interaction: discord.Interaction[Any], speaker: Speaker) -> str | None:
    """The sentence for an error we know (steps 2 to 7), None for another."""
    found = _text_of(error, interaction)
    if found is None:
        return None
    text_id, values = found
    try:
        return speaker.say(text_id, **_spoken(values, speaker))
    except KeyError:
        log.exception("no sentence for %r with %r", text_id, dict(values))
        return None


def _text_of(error: Exception, interaction: discord.Interaction[Any]) -> tuple[str, _Values] | None:
    """Steps 2 to 7 of the order: a sentence's id and what fills it."""
    said: tuple[str, _Values] | None = None
    match error:
        case RefusedRequest():
            said = error.text_id, error.values
        case SourceError():
            said = error_text(error.cause), {}
        case TookTooLong():
            said = error.text_id, {}
        case app_commands.MissingPermissions():
            said = "error-you-need", {"permissions": ",".join(error.missing_permissions)}
        case app_commands.BotMissingPermissions():
            said = _bot_lacks(error, interaction)
        case app_commands.NoPrivateMessage():
            said = "error-guild-only", {}
        case app_commands.CommandOnCooldown():
            again = interaction.client.services.clock() + timedelta(seconds=error.retry_after)
            said = "error-cooldown", {"when": ceil(again.timestamp())}
        case discord.HTTPException() if failure_of(error).code is FailureCode.FILTERED:
            said = "error-filtered", {}
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            said = "error-command-changed", {}
    return said


def _bot_lacks(
    error: app_commands.BotMissingPermissions, interaction: discord.Interaction[Any]
) -> tuple[str, _Values]:
    """The permissions that the bot lacks; while it is timed out nearly all, and no channel setting helps."""
    guild = None if interaction.guild is None else interaction.client.get_guild(interaction.guild.id)
    left_s = timed_out_s(guild)
    if left_s is None:
        return "error-bot-needs", {"permissions": ",".join(error.missing_permissions)}
    return "error-bot-timed-out", {"when": ceil((discord.utils.utcnow() + timedelta(seconds=left_s)).timestamp())}


def _with_reference(error: Exception, interaction: discord.Interaction[Any], speaker: Speaker) -> str:
    """Steps 8 and 9: a sentence with a short reference that is in the log beside the traceback."""
    reference = "".join(secrets.choice(_REFERENCE_LETTERS) for _ in range(6))
    if is_network_error(error):
        log.error("%s failed, reference %s: %s", _what(interaction), reference, in_a_line(error))
    else:
        log.error("%s failed, reference %s", _what(interaction), reference, exc_info=error)
    text_id = "error-busy" if isinstance(error, DatabaseBusy) else "error-unexpected"
    return speaker.say(text_id, reference=reference)


_WORDS: Mapping[str, Callable[[str, Speaker], str]] = {
    "source": lambda value, speaker: _named("source", value, speaker),
    "available": lambda value, speaker: _list("source", value, speaker),
    "permissions": lambda value, speaker: _list("perm", value, speaker),
    "when": lambda value, _: f"<t:{value}:R>" if value.isdigit() else value,
}
"""Values of a ``RefusedRequest`` that are terms of the domain: services name them, only here they become text."""


def _spoken(values: _Values, speaker: Speaker) -> dict[str, str | int]:
    """A refusal's values in the reader's language: sources, permissions (comma-separated), Unix times."""
    return {name: _WORDS[name](str(value), speaker) if name in _WORDS else value for name, value in values.items()}


def _list(prefix: str, values: str, speaker: Speaker) -> str:
    """``trendpage,mastodon`` as the reader's language lists it; an empty list says none."""
    names = [_named(prefix, value.strip(), speaker) for value in values.split(",") if value.strip()]
    return speaker.say("list-comma").join(names) or speaker.say("list-none")


def _named(prefix: str, value: str, speaker: Speaker) -> str:
    """The name the locale files have for a source or a permission; what they do not know stays as it is."""
    text_id = f"{prefix}-{value.replace('_', '-')}"
    return speaker.say(text_id) if speaker.has(text_id) else value


def _what(interaction: discord.Interaction[Any]) -> str:
    """The interaction for the log: a command or a component, where, and who (ids only)."""
    data: Any = interaction.data or {}
    name = data.get("name") or data.get("custom_id") or "interaction"
    return (
        f"{name!r} (server {interaction.guild_id}, channel {interaction.channel_id}, user {interaction.user.id})"
    )


async def _reply_privately(interaction: discord.Interaction[Any], said: Mapping[str, Any]) -> None:
    """Say it only to the person; where even that fails, the log knows."""
    try:
        await answer_privately(interaction, **said)
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        log.warning("%s: the person could not be told: %s", _what(interaction), in_a_line(error))


async def setup(bot: TrendBot) -> None:
    """Every command's error comes here."""
    bot.tree.error(answer_error)
