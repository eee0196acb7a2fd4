"""A process that only reads: no keys, no network, no files of its own. ``readers`` starts it, and ends it.

    stdin ─▶ length, pickled (function, args, named) ─▶ call ─▶ length, pickled (good, what came of it) ─▶ stdout

It takes a pure function and an answer, and gives what the function made of it. It ends by itself when its input
does: when the process that started it ended, however that came.
"""

from __future__ import annotations

import contextlib
import gc
import math
import os
import pickle
import signal
import struct
import sys
import time
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from typing import IO, Any, Final

CPU_S: Final = 5
"""Seconds of CPU for one answer. The largest that is asked for takes a third of it at its worst
(tests/sources/test_costs.py)."""
MEMORY_MAX: Final = 768 * 2**20
"""Bytes of addresses, of which the interpreter and its libraries take 50 MiB before anything is read."""
LENGTH: Final = struct.Struct("!Q")
READY: Final = b"\x01"


def main() -> None:
    """Read answers until there is no more input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it goes to a whole group; whoever started this decides
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    _bound_memory()
    _leave_out("bot.sources.trendpage")
    for parser in sys.argv[1:]:  # the first answer need not wait for them
        import_module(parser)
    gc.freeze()
    with contextlib.suppress(BrokenPipeError):
        out.write(READY)
        out.flush()
        while (task := receive(sys.stdin.buffer)) is not None:
            _bound_time()
            send(out, _done(task))


def receive(pipe: IO[bytes], most: int | None = None) -> bytes | None:
    """One message; None where the pipe ended before or within it, or it is longer than ``most`` bytes."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    if most is not None and length > most:
        return None
    message = pipe.read(length)
    return message if len(message) == length else None


def send(pipe: IO[bytes], message: bytes) -> None:
    """One message, with its length before it."""
    pipe.write(LENGTH.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def _done(task: bytes) -> bytes:
    """The result, or the exception that was raised."""
    result: tuple[bool, Any]
    try:
        reading, args, named = pickle.loads(task)  # noqa: S301 - from whoever started this
        result = True, reading(*args, **named)
        return pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
    except BaseException as error:  # noqa: BLE001 - it is raised again where the answer is waited for
        result = False, error
    try:
        return pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
    except Exception:  # noqa: BLE001 - an error that cannot be sent
        return pickle.dumps((False, RuntimeError(repr(result[1])[:1_000])), pickle.HIGHEST_PROTOCOL)


def _leave_out(package: str) -> None:
    """Know a package without what it imports itself: the HTTP client, which takes half a second and 20 MB."""
    spec = find_spec(package)
    if spec is not None:
        sys.modules[package] = module_from_spec(spec)


def _bound_memory() -> None:
    """Bound the memory where the system can (not on Windows; macOS ignores it)."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))


def _bound_time() -> None:
    """The CPU of the next answer; beyond it the system ends this process, also in the midst of a library."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415

        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        soft = math.ceil(time.process_time()) + CPU_S
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


if __name__ == "__main__":
    main()
