"""A command at a terminal: a pseudo-terminal of a given width, on which a test types and reads."""

from __future__ import annotations

import asyncio
import fcntl
import os
import struct
import sys
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import regex

from tests.cli.processes import ROOT, TIMEOUT_S

_STYLE = regex.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """What is on the screen, and a keyboard."""

    def __init__(self, master: int, process: asyncio.subprocess.Process) -> None:
        self._master = master
        self._process = process
        self._screen = ""
        self._read = 0
        self._more = asyncio.Event()
        os.set_blocking(master, False)
        asyncio.get_running_loop().add_reader(master, self._take)

    @property
    def screen(self) -> str:
        """All that was written so far, without colours."""
        return _STYLE.sub("", self._screen).replace("\r\n", "\n")

    async def until(self, text: str) -> str:
        """Wait until ``text`` was written after what was waited for before, however lines were broken."""
        wanted = "".join(text.split())
        async with asyncio.timeout(TIMEOUT_S):
            while (at := "".join(self.screen.split()).find(wanted, self._read)) < 0:
                self._more.clear()
                await self._more.wait()
        self._read = at + len(wanted)
        return self.screen

    def type(self, line: str) -> None:
        """Type a line and press Enter."""
        os.write(self._master, f"{line}\n".encode())

    def press(self, key: bytes) -> None:
        """Press a key."""
        os.write(self._master, key)

    async def interrupted(self, text: str) -> None:
        """Press Ctrl-C until ``text`` stands there: one that comes just before a read is only seen at the next.

        Not while the process works: a second one would end it before it has said why it ends.
        """
        before = ""
        while "".join(text.split()) not in "".join(self.screen.split()):
            assert self._process.returncode is None, self.screen
            spent = self._cpu()
            if not before or spent == before:
                self.press(b"\x03")
            before = spent
            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await self.until(text)

    async def ended(self) -> int:
        """The exit code."""
        async with asyncio.timeout(TIMEOUT_S):
            return await self._process.wait()

    def _cpu(self) -> str:
        """CPU that the process has taken; empty where the system has no such file."""
        stat = Path(f"/proc/{self._process.pid}/stat")
        return " ".join(stat.read_text().rpartition(")")[2].split()[11:13]) if stat.exists() else ""

    def _take(self) -> None:
        try:
            found = os.read(self._master, 65_536)
        except OSError:  # the other side is closed
            found = b""
        if not found:
            asyncio.get_running_loop().remove_reader(self._master)
        self._screen += found.decode("utf-8", "replace")
        self._more.set()


def _own_session() -> None:
    """A session whose terminal is the standard input, as a login has it: Ctrl-C reaches the process."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@asynccontextmanager
async def terminal(folder: Path, *words: str, columns: int = 80, **settings: str) -> AsyncIterator[Terminal]:
    """``python -m bot …`` at a terminal; ``DISCORD__API_BASE=…`` becomes ``KAWARABAN_DISCORD__API_BASE``."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TERM": "xterm"}
    environment |= {"LANG": settings.pop("LANG", "en_US.UTF-8")}
    environment |= {f"KAWARABAN_{name}": value for name, value in settings.items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        cwd=folder,
        env=environment,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        preexec_fn=_own_session,
    )
    os.close(slave)
    try:
        yield Terminal(master, process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        asyncio.get_running_loop().remove_reader(master)
        os.close(master)
