"""The bot's connection to Discord for as long as the process lives: what passes is waited out, what stays is said.

discord.py logs in once and gives up at the first error. Here no network, a 5xx, a page in Discord's place or a
limit is one line a try with a growing wait, while the rest of the bot works; a token that is refused, or anything
else that no further try can mend, is ``CannotStay`` with a sentence for the operator.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

import aiohttp
import discord

from bot.delivery.rate_limit_listener import seconds
from bot.delivery.rate_limiter import Sleep
from bot.gateway.client import TrendBot
from bot.gateway.rest_client import RestClient
from bot.gateway.shards import BackOff, NotDiscord
from bot.network_errors import in_a_line, is_network_error
from config.sentences import Sentence

log = logging.getLogger(__name__)

_REFUSED: Final = "cli-refused-token"
_CLOSED: Final = {
    4004: _REFUSED,
    4010: "cli-refused-shard",
    4011: "cli-refused-shards",
    4012: "cli-refused-version",
    4013: "cli-refused-unknown-intent",
    4014: "cli-refused-intent",
}
"""Sentences for the gateway's close codes after which reconnecting would not help."""


class CannotStay(Exception):
    """Discord will not take this bot, however often it tries; ``sentence`` says what to do, ``str`` in English."""

    def __init__(self, text_id: str, **values: str | int) -> None:
        self.sentence = Sentence(text_id, values)
        super().__init__(self.sentence.said("en"))


async def stay_connected(bot: TrendBot, token: str, *, sleep: Sleep = asyncio.sleep) -> None:
    """Log in and serve the gateway until the bot is closed or this is cancelled. Raises ``CannotStay``."""
    await log_in(bot, token, sleep=sleep)
    try:
        await _until_it_works(bot, bot.connect, sleep)
    except discord.PrivilegedIntentsRequired:
        raise CannotStay(_CLOSED[4014]) from None
    except discord.ConnectionClosed as closed:
        raise CannotStay(_CLOSED.get(closed.code, "cli-refused-closed"), code=str(closed.code)) from None


async def log_in(client: TrendBot | RestClient, token: str, *, sleep: Sleep = asyncio.sleep) -> None:
    """Log in, however often it takes. Raises ``CannotStay``."""
    await _until_it_works(client, lambda: _log_in(client, token), sleep)


async def _until_it_works(bot: discord.Client, attempt: Callable[[], Awaitable[None]], sleep: Sleep) -> None:
    """Try until it works or cannot. Raises ``CannotStay`` for a token that is refused."""
    back_off = BackOff()
    while True:
        try:
            await attempt()
        except discord.LoginFailure:
            raise CannotStay(_REFUSED) from None
        except (discord.HTTPException, discord.GatewayNotFound, NotDiscord, aiohttp.ClientError, OSError) as error:
            if bot.is_closed() or not _passes(error):
                raise
            answer = error if isinstance(error, discord.HTTPException) else error.__cause__
            if isinstance(answer, discord.HTTPException) and answer.status == 401:
                raise CannotStay(_REFUSED) from None
            wait_s = max(back_off.next_s(), _asked_to_wait_s(answer))
            log.warning("Discord cannot be reached, next try in %.0f s: %s", wait_s, in_a_line(answer or error))
            await sleep(wait_s)
        else:
            return


def _passes(error: Exception) -> bool:
    """Whether another try may do. Of the system's errors only those of the network pass."""
    return not isinstance(error, OSError) or is_network_error(error)


def _asked_to_wait_s(answer: BaseException | None) -> float:
    """The seconds in ``Retry-After``, from Discord or from Cloudflare before it."""
    if not isinstance(answer, discord.HTTPException) or answer.status != 429:
        return 0.0
    return seconds(answer.response.headers.get("Retry-After")) or 0.0


async def _log_in(bot: TrendBot | RestClient, token: str) -> None:
    try:
        await bot.login(token)
    except Exception as error:
        # Each login makes a new session; the old one is closed, and its connections with it.
        await bot.http.close()
        bot.http.clear()
        bot.http.connector = discord.utils.MISSING
        if isinstance(error, (TypeError, KeyError)) and not bot.is_logged_in:
            raise NotDiscord("something else answers in Discord's place") from error
        raise
