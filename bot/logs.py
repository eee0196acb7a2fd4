"""The log on a console or in a file: one line a record, without what is a secret or would forge another record.

A record says which poll or message it is about (``about``). The id of a poll is made of the time of its decisions,
which every entry of the outbox keeps: the message that is sent days later by another process names the same poll.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final

from bot.core.text import cleaned_line
from bot.network_errors import in_a_line, is_network_error

MESSAGE_MAX: Final = 1_000
"""UTF-16 units of a message, and of a line of a traceback."""
TRACEBACK_LINES_MAX: Final = 200
SECRET_MIN: Final = 4
"""Shorter ones would tear holes into words, and are no secrets."""
HIDDEN: Final = "(hidden)"


SAID_AGAIN_S: Final = 600.0
"""Seconds within which discord.py's warnings of rate limits and slow heartbeats are logged once, with a count."""
_UNSAID: Final = (
    "Shard ID %s has stopped responding to the gateway",  # a line of ours follows where it stays away
    "An error occurred while stopping the gateway",
)
"""Beginnings of messages that are logged at DEBUG only."""


_ABOUT: ContextVar[Mapping[str, str]] = ContextVar("about")
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


@contextmanager
def about(**ids: str) -> Iterator[None]:
    """Let the records of this task, and of what it starts, carry these ids besides those that they have."""
    token = _ABOUT.set({**_ABOUT.get({}), **ids})
    try:
        yield
    finally:
        _ABOUT.reset(token)


def poll_id(decided_at: datetime) -> str:
    """Id of the poll that decided at a time, in the log: its microseconds, in letters and digits."""
    number, digits = round(decided_at.timestamp() * 1_000_000), ""
    while number > 0:
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits


class CalmFilter(logging.Filter):
    """A filter for discord.py's loggers: duplicates of our messages become DEBUG, a warning comes once in 10 min.

    ``monotonic``: seconds on a clock that never steps.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._monotonic = monotonic
        self._said: dict[str, float] = {}
        self._unsaid: dict[str, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it is said now."""
        template = str(record.msg).partition("\n")[0]
        if record.levelno < logging.WARNING:
            return True
        if template.startswith(_UNSAID):
            return self._as_debug(record)
        if record.levelno > logging.WARNING:
            return True
        now = self._monotonic()
        if now - self._said.get(template, -SAID_AGAIN_S) < SAID_AGAIN_S:
            self._unsaid[template] = self._unsaid.get(template, 0) + 1
            return self._as_debug(record)
        self._said[template] = now
        left_out = self._unsaid.pop(template, 0)
        if left_out:
            record.msg, record.args = f"{record.getMessage()} (and {left_out} times before)", ()
        return True

    @staticmethod
    def _as_debug(record: logging.LogRecord) -> bool:
        record.levelno, record.levelname = logging.DEBUG, logging.getLevelName(logging.DEBUG)
        return logging.getLogger(record.name).isEnabledFor(logging.DEBUG)


def calm_discord() -> None:
    """Put the filter before discord.py's loggers, once."""
    for name in ("discord.client", "discord.gateway", "discord.http", "discord.shard", "discord.state"):
        logger = logging.getLogger(name)
        if not any(isinstance(one, CalmFilter) for one in logger.filters):
            logger.addFilter(CalmFilter())


def _is_a_librarys(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] not in {"bot", "cogs", "config"}


class LineFormatter(logging.Formatter):
    """A record as one line; a traceback under it is set in, so that no line of it passes for a record.

    Of addresses hosts are left, and of ``secrets`` nothing. Whoever logs need not think of it: messages hold what
    servers and people write, and exceptions of libraries hold whole addresses.
    """

    shows_ids = True

    def __init__(self, fmt: str, secrets: Collection[str] = ()) -> None:
        super().__init__(fmt)
        self._secrets = sorted((one for one in secrets if len(one) >= SECRET_MIN), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The record, whatever another formatter made of its exception.

        Of a network's error that a library logs, what it says is enough: its traceback leads through the library.
        """
        exc_info = record.exc_info
        error = exc_info[1] if exc_info else None
        is_weather = error is not None and _is_a_librarys(record) and is_network_error(error)
        record.exc_text = None
        if is_weather:
            record.exc_info = None
        try:
            line = super().format(record)
        finally:
            record.exc_text, record.exc_info = None, exc_info
        return f"{line}: {self._shown(in_a_line(error))}" if is_weather and error is not None else line

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The line itself."""
        ids = ", ".join(f"{name} {value}" for name, value in _ABOUT.get({}).items()) if self.shows_ids else ""
        record.message = self._shown(record.message) + (f" [{ids}]" if ids else "")
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        """The traceback, set in."""
        return self._block(super().formatException(ei))  # type: ignore[arg-type]

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - logging's name
        """A stack, set in."""
        return self._block(stack_info)

    def _block(self, text: str) -> str:
        lines = self._hidden(text).splitlines()
        left_out = len(lines) - TRACEBACK_LINES_MAX
        if left_out > 0:
            half = TRACEBACK_LINES_MAX // 2
            lines = [*lines[:half], f"({left_out} lines left out)", *lines[-half:]]
        return "\n".join(f"    {_indent(one)}{cleaned_line(one, MESSAGE_MAX)}" for one in lines)

    def _shown(self, text: str) -> str:
        return cleaned_line(self._hidden(text), MESSAGE_MAX)

    def _hidden(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text


def _indent(one: str) -> str:
    """The spaces a line of a traceback begins with, of which ``cleaned_line`` would leave none."""
    return " " * min(len(one) - len(one.lstrip(" ")), 8)


class JsonFormatter(logging.Formatter):
    """A record as a JSON object on one line, with the same left out as in ``LineFormatter``.

    Keys: ``time`` (UTC), ``level``, ``logger``, ``message``, the ids of ``about``, ``traceback`` of an exception.
    """

    def __init__(self, secrets: Collection[str] = ()) -> None:
        super().__init__()
        self._lines = _BareFormatter("%(message)s", secrets)

    def format(self, record: logging.LogRecord) -> str:
        """The record."""
        message, _, traceback = self._lines.format(record).partition("\n")
        written = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
            **_ABOUT.get({}),
        }
        return json.dumps(written | ({"traceback": traceback} if traceback else {}), ensure_ascii=False)


class _BareFormatter(LineFormatter):
    """Lines without the ids, which have keys of their own."""

    shows_ids = False
