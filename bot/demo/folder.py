"""The folder of a demo's database, removed afterwards."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def demo_folder() -> Iterator[Path]:
    """A temporary folder that is gone afterwards, however the process is asked to end.

    Around the event loop, not within it: a second Ctrl-C ends the loop before anything in it can clean up. What
    would end the process at once (a closed terminal, a service manager) ends it as Ctrl-C does.
    """
    with (
        _ending_as_interrupted(),
        TemporaryDirectory(prefix="kawaraban-demo-", ignore_cleanup_errors=True) as folder,
    ):
        yield Path(folder)


@contextmanager
def _ending_as_interrupted() -> Iterator[None]:
    def interrupt(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    names = ("SIGTERM", "SIGHUP", "SIGBREAK")
    known = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {each: signal.signal(each, interrupt) for each in known}
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a script began it with "&": nothing would end it
        before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
