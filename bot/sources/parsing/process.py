"""One process that reads long answers (``reader``), as seen by the program that started it."""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, Final

from .child import CPU_S, READY, receive, send

DEADLINE_S: Final = 2.0 * CPU_S
"""Seconds from request to answer, on a machine that has other things to do."""
START_S: Final = 30.0
"""The longest that a process may take until it can read."""
RESULT_MAX: Final = 32_000_000
"""Bytes of what was read. What is read of the longest answer is a third of it."""

_KEPT: Final = frozenset(
    {"PATH", "SYSTEMROOT", "WINDIR", "TEMP", "TMP", "TMPDIR", "HOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}
    | {"PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "LANG", "LC_ALL", "TZ"}
)
"""Variables of the environment that a process gets: nothing with a key in it."""


class Ended(Exception):
    """The process ended, or was ended, before it answered."""


PARSERS: Final = ("bot.sources.feed.wire", "bot.sources.trendpage.page")
"""Modules that a process imports before its first answer."""


class ReaderProcess:
    """Started at the first question. ``end`` may be called from any thread, at any time.

    ``preload``: the modules that it imports at its start.
    """

    def __init__(self, deadline_s: float = DEADLINE_S, *, preload: Sequence[str] = PARSERS) -> None:
        self.answers = 0
        self.is_over = False
        self._deadline_s = deadline_s
        self._preload = preload
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def ask(self, reading: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]) -> tuple[bool, Any]:
        """Whether the answer was read, and what came of it: a result, or what was raised. Blocks.

        Raises ``Ended`` where the process was ended or ended itself, and ``OSError`` where none can be started.
        """
        task = pickle.dumps((reading, args, named), pickle.HIGHEST_PROTOCOL)
        into, out = _pipes(self._process or self._start())
        self.answers += 1
        with self._ended_after(self._deadline_s), contextlib.suppress(OSError, ValueError, pickle.UnpicklingError):
            send(into, task)
            answer = receive(out, RESULT_MAX)
            if answer is not None:
                found: tuple[bool, Any] = _Result(io.BytesIO(answer)).load()
                return found
        self.end()
        raise Ended

    def end(self) -> None:
        """Kill it, whatever it is doing; a second time does nothing."""
        with self._lock:
            self.is_over = True
            process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in _pipes(process):  # whoever still waits at one sees its end
            with contextlib.suppress(OSError):
                pipe.close()

    def _start(self) -> subprocess.Popen[bytes]:
        paths = [os.path.abspath(path) for path in sys.path]  # noqa: PTH100 - '' is where we are
        environment = {name: value for name, value in os.environ.items() if name.upper() in _KEPT}
        with self._lock:
            if self.is_over:
                raise Ended
            process = self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and modules
                [sys.executable, "-m", "bot.sources.parsing.child", *self._preload],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment | {"PYTHONPATH": os.pathsep.join(paths)},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        with self._ended_after(START_S):
            if _pipes(process)[1].read(len(READY)) == READY:
                return process
        was_ended = self.is_over
        self.end()
        raise Ended if was_ended else OSError("it ended at once")

    @contextlib.contextmanager
    def _ended_after(self, seconds: float) -> Iterator[None]:
        timer = threading.Timer(seconds, self.end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """The pipes for questions and for answers."""
    if process.stdin is None or process.stdout is None:
        raise OSError("a process without pipes")
    return process.stdin, process.stdout


class _Result(pickle.Unpickler):
    """Values of ours, times and errors: a process that was taken over can send nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """Only types of a few modules. Raises ``UnpicklingError``."""
        known = module in {"datetime", "msgspec", "builtins"} or module.startswith("bot.")
        found = super().find_class(module, name) if known and "." not in name else None
        if module == "array" and name in {"array", "_array_reconstructor"}:
            return super().find_class(module, name)
        if not isinstance(found, type):
            raise pickle.UnpicklingError(f"{module}.{name}")
        if module == "builtins" and not (issubclass(found, BaseException) or found in {set, frozenset}):
            raise pickle.UnpicklingError(name)
        return found
