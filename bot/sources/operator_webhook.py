"""Posts to the operator's webhook, by an HTTP client of its own: Discord's form, which many programs take.

The address is a secret and the operator's own, so that it may be on this machine or in a private network. A
redirect is a failure, as of every POST, and no error names the address.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.core.calendar.clock import Clock
from bot.core.errors import SourceError
from bot.core.text import excerpt
from bot.sources.http.client import Http
from bot.sources.http.limits import HttpLimits

TIMEOUT_S: Final = 10.0
CONTENT_MAX: Final = 1_900
"""UTF-16 units of a text; Discord takes 2,000."""


class WebhookRefused(Exception):
    """The webhook did not take a text. ``str``: why, without its address."""


class OperatorWebhook:
    """The operator's webhook."""

    def __init__(self, limits: HttpLimits, clock: Clock) -> None:
        self._limits = replace(limits, total_timeout_s=TIMEOUT_S, only_hosts=frozenset())
        self._clock = clock

    async def post(self, url: str, text: str) -> None:
        """Post a text, which mentions nobody. Raises ``WebhookRefused``."""
        payload = {"content": excerpt(text, CONTENT_MAX), "allowed_mentions": {"parse": []}}
        http = Http(self._limits, clock=self._clock, may_connect=lambda _: True)  # seldom: none is kept open
        try:
            await http.deliver_json(url, payload)
        except SourceError as error:
            raise WebhookRefused(_why(error)) from None
        except ValueError:
            raise WebhookRefused("its address cannot be used") from None
        finally:
            await http.aclose()


def _why(error: SourceError) -> str:
    """The kind of the failure: what a server answered may hold anything."""
    status = "".join(one for one in str(error).partition("answered ")[2][:3] if one.isdigit())
    return f"HTTP {status}" if status else type(error).__name__
