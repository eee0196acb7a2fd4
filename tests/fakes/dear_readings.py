"""Readings as no parser should be, for the processes that read: each a function of a module, to be found there."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from bot.core.errors import NotAFeed


def itself(answer: object) -> object:
    """What it was given."""
    return answer


def process(_: bytes = b"") -> int:
    """Where it runs."""
    return os.getpid()


def environment() -> list[str]:
    """The names of what it is told by its surroundings."""
    return list(os.environ)


def for_ever(note: str = "") -> NoReturn:
    """Never ends. ``note``: a file to write its process into."""
    if note:
        Path(note).write_text(str(os.getpid()), encoding="ascii")
    while True:
        pass


def much_memory(size: int) -> int:
    """Takes so many bytes."""
    return len(bytes(size))


def crash() -> None:
    """Ends as a library written in C does."""
    os.kill(os.getpid(), signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)


def chatter() -> str:
    """Prints something."""
    sys.stdout.write("hello\n")
    sys.stdout.flush()
    return "quiet"


def no_feed() -> NoReturn:
    """Finds what is no feed."""
    raise NotAFeed("this is not a feed", feed="https://a.example/feed")


class _Command:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("exit 7",)


def command() -> object:
    """What would run a command where it is unpacked."""
    return _Command()
