"""The log on a console or in a file: one line a record, without what is a secret or would forge another record."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Final

from bot.core.text import told_line

MESSAGE_MAX: Final = 1_000
"""UTF-16 units of a message, and of a line of a traceback."""
TRACEBACK_LINES_MAX: Final = 200
SECRET_MIN: Final = 4
"""Shorter ones would tear holes into words, and are no secrets."""
HIDDEN: Final = "(hidden)"


class LineFormatter(logging.Formatter):
    """A record as one line; a traceback under it is set in, so that no line of it passes for a record.

    Of addresses hosts are left, and of ``secrets`` nothing. Whoever logs need not think of it: messages hold what
    servers and people write, and exceptions of libraries hold whole addresses.
    """

    def __init__(self, fmt: str, secrets: Collection[str] = ()) -> None:
        super().__init__(fmt)
        self._secrets = sorted((one for one in secrets if len(one) >= SECRET_MIN), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The record, whatever another formatter made of its exception."""
        record.exc_text = None
        try:
            return super().format(record)
        finally:
            record.exc_text = None

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The line itself."""
        record.message = self._shown(record.message)
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
        return "\n".join(f"    {_indent(one)}{told_line(one, MESSAGE_MAX)}" for one in lines)

    def _shown(self, text: str) -> str:
        return told_line(self._hidden(text), MESSAGE_MAX)

    def _hidden(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text


def _indent(one: str) -> str:
    """The spaces a line of a traceback begins with, of which ``told_line`` would leave none."""
    return " " * min(len(one) - len(one.lstrip(" ")), 8)
