"""A private PostgreSQL server for tests: a cluster on a unix socket, without fsync, ended with the tests."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import psycopg

FAST: Final = ("fsync=off", "full_page_writes=off", "shared_buffers=32MB", "autovacuum=off")
"""Settings of a server that is thrown away after the tests."""
_SETTINGS: Final = ("listen_addresses=''", "max_connections=200")
SAFE: Final = ("shared_buffers=32MB",)
"""Settings of a server that is killed by a test: what it committed is on the disk, as in production."""
_ENDED_WITHIN_S: Final = 10.0
_STOP: Final = 'read -r _; "$0" -D "$1/data" -m immediate -w stop; rm -rf "$1"'
"""A shell's script. A test may have stopped the server before."""
_TABLES: Final = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
  AND relname <> 'kawaraban_version'
"""
_SEQUENCES: Final = "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
_CLEAN: Final = """
CREATE FUNCTION pg_temp.clean() RETURNS void LANGUAGE plpgsql AS $$
DECLARE added record;
BEGIN
  FOR added IN SELECT tgname AS name, tgrelid::regclass AS place FROM pg_trigger WHERE NOT tgisinternal LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', added.name, added.place);
  END LOOP;
  STEPS
END $$
"""
_CLEANERS: Final[dict[str, psycopg.Connection[Any]]] = {}
"""Sessions of ``empty`` by URL."""


class NoServer(Exception):
    """There is no PostgreSQL on this machine that a test could start; says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. ``url``: its database ``postgres``."""

    url: str
    folder: Path
    programs: Path
    user: str | None
    settings: Sequence[str] = FAST

    def process_ids(self) -> list[int]:
        """The server's process and those of its sessions."""
        first = int((self.folder / "data" / "postmaster.pid").read_text().split("\n")[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [first, *map(int, children)]

    def new_database(self, name: str) -> str:
        """URL of an empty database, made anew."""
        with closing(psycopg.connect(self.url, autocommit=True)) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
        return self.url.replace("/postgres?", f"/{name}?")

    def start(self) -> None:
        """Start it. Raises ``NoServer``."""
        options = " ".join(
            f"-c {setting}" for setting in (*_SETTINGS, *self.settings, f"unix_socket_directories={self.folder}")
        )
        self._control("-l", self.folder / "log", "-o", options, "start")

    def stop(self, how: str = "immediate") -> None:
        """Stop it; ``immediate``: without a checkpoint, so that the next start recovers from the log."""
        self._control("-m", how, "stop")

    def kill(self) -> None:
        """Kill the server's process with SIGKILL; wait until its sessions have seen it and have ended."""
        first, *children = self.process_ids()
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + _ENDED_WITHIN_S
        while any(Path(f"/proc/{one}").exists() for one in (first, *children)) and time.monotonic() < deadline:
            time.sleep(0.01)

    @contextmanager
    def standby(self) -> Iterator[Server]:
        """A standby of this server, which follows it until ``promote``; stopped at the end.

        This server is stopped for the copy: not every package has ``pg_basebackup``.
        """
        folder = Path(tempfile.mkdtemp(prefix="kawaraban-pg-"))
        _owner(folder)
        standby = replace(self, url=self.url.replace(str(self.folder), str(folder)), folder=folder)
        with _stopped_at_the_end(standby):
            self.stop("fast")
            _run(self.user, "cp", "-a", self.folder / "data", folder)
            (folder / "data" / "standby.signal").touch()
            with (folder / "data" / "postgresql.auto.conf").open("a") as settings:
                settings.write(f"primary_conninfo = 'host={self.folder} user=kawaraban'\n")
            self.start()
            standby.start()
            yield standby

    def promote(self) -> None:
        """Let a standby take the place of its server."""
        self._control("promote")

    def _control(self, *arguments: str | Path) -> None:
        _run(self.user, self.programs / "pg_ctl", "-D", self.folder / "data", "-w", *arguments)


@contextmanager
def running_server(settings: Sequence[str] = FAST) -> Iterator[Server]:
    """Start a server of its own, which ends with the block or with this process. Raises ``NoServer``."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="kawaraban-pg-"))
    server = Server(f"postgresql://kawaraban@/postgres?host={folder}", folder, programs, _owner(folder), settings)
    with _stopped_at_the_end(server):
        options = ("-A", "trust", "-U", "kawaraban", "-E", "UTF8", "--no-sync", "--locale=C")
        _run(server.user, programs / "initdb", "-D", folder / "data", *options)
        server.start()
        yield server


@contextmanager
def _stopped_at_the_end(server: Server) -> Iterator[None]:
    """Stop the server and delete its folder, even where this process is killed.

    Another process does it, of a session of its own, when the pipe between the two is closed.
    """
    with subprocess.Popen(
        ["sh", "-c", _STOP, server.programs / "pg_ctl", server.folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=server.user,
        cwd="/",
        start_new_session=True,
    ):
        yield


def empty(url: str) -> None:
    """Delete all rows, restart all ids and drop the triggers that a test added.

    The session that does it stays open until ``end_cleaner``: it knows the tables already. A new one for each test
    would take ten times as long, as would TRUNCATE.
    """
    try:
        _cleaner(url).execute("SELECT pg_temp.clean()")
    except psycopg.OperationalError:  # a test ended the session
        end_cleaner(url)
        _cleaner(url).execute("SELECT pg_temp.clean()")


def end_cleaner(url: str) -> None:
    """End the session of ``empty``, if there is one."""
    if (session := _CLEANERS.pop(url, None)) is not None:
        session.close()


def _cleaner(url: str) -> psycopg.Connection[Any]:
    """A session with a function that empties the tables and sequences that the database has now."""
    if url in _CLEANERS:
        return _CLEANERS[url]
    session = _CLEANERS[url] = psycopg.connect(url, autocommit=True)
    steps = [f'DELETE FROM "{name}";' for (name,) in session.execute(_TABLES)]  # noqa: S608 - our own tables
    steps += [f"PERFORM setval('\"{name}\"', 1, false);" for (name,) in session.execute(_SEQUENCES)]
    # As a replica the server checks no references, so that the order of the tables does not matter.
    session.execute("SET session_replication_role = replica")
    session.execute(_CLEAN.replace("STEPS", " ".join(steps)).encode())
    return session


def server_version() -> str | None:
    """Version of the server's programs; None where there are none."""
    try:
        program = _programs() / "initdb"
    except NoServer:
        return None
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.strip()


def _programs() -> Path:
    """Folder of the server's programs: of those in PATH, or Debian's."""
    found = [Path(path).parent for path in filter(None, [shutil.which("initdb")])]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in found:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    msg = "no PostgreSQL server is installed (apt-get install postgresql)"
    raise NoServer(msg)


def _owner(folder: Path) -> str | None:
    """User that the server runs as: it refuses to run as root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    try:
        shutil.chown(folder, "postgres")
    except LookupError as error:
        msg = "PostgreSQL does not run as root, and there is no user postgres"
        raise NoServer(msg) from error
    return "postgres"


def _run(user: str | None, *command: str | Path) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        user=user,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        msg = f"{Path(command[0]).name}: {done.stderr.decode(errors='replace').strip()[-300:]}"
        raise NoServer(msg)
