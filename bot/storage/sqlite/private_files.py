"""Files that only the user who runs the bot may read, whatever the umask: the database and the files beside it.

They hold servers' private feed addresses, people's ids and a session's tokens. SQLite gives a WAL and its index
the mode of the database (``findCreateFileMode`` in its os_unix.c), so the database file is created here before
SQLite opens it. Windows has no such modes; a user's folders are private there.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

_LOG = logging.getLogger(__name__)
FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
BESIDE: Final = ("-wal", "-shm", "-journal")
_HAS_MODES: Final = os.name == "posix"


def make_folder(folder: Path) -> list[Path]:
    """Make a folder and its missing parents, for their owner alone; existing ones stay as they are.

    Returns those that were missing, the innermost first. Raises ``OSError``.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        with suppress(FileExistsError):  # another process was faster
            one.mkdir(mode=FOLDER_MODE)
    if not folder.is_dir():
        raise NotADirectoryError(20, "there is a file of that name", str(folder))
    return missing


def remove_folders(made: Iterable[Path]) -> None:
    """Remove folders that ``make_folder`` made, the innermost first, as far as they are empty."""
    with suppress(OSError):
        for one in made:
            one.rmdir()


def make_file(path: Path, *, anew: bool = False) -> None:
    """Make an empty file for its owner alone; ``anew``: it must not exist yet, not even as a link.

    Raises ``OSError``.
    """
    once = (os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)) if anew else 0
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | once, FILE_MODE))


def of_database(path: Path) -> Iterator[Path]:
    """Paths of a database: the file, SQLite's files beside it, copies from before an update."""
    yield path
    yield from (path.with_name(f"{path.name}{ending}") for ending in BESIDE)
    with suppress(OSError):
        yield from (one for one in sorted(path.parent.iterdir()) if one.name.startswith(f"{path.name}.before-"))


def exposed(paths: Iterable[Path]) -> list[tuple[Path, int]]:
    """Existing files among ``paths`` that other users may access, each with its mode."""
    found = []
    for path in paths if _HAS_MODES else ():
        with suppress(OSError):
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & _OTHERS:
                found.append((path, mode))
    return found


def tighten(paths: Iterable[Path]) -> None:
    """Restrict exposed files to their owner; logs a warning where the mode cannot be changed."""
    for path, mode in exposed(paths):
        try:
            path.chmod(mode & ~_OTHERS)
        except OSError as error:
            _LOG.warning(
                "%s can be read by other users of this machine (mode %o) and cannot be changed: %s",
                path,
                mode,
                error.strerror,
            )


def remove_database(path: Path) -> None:
    """Delete a database file and what SQLite kept beside it; missing ones count as deleted. Raises ``OSError``."""
    for one in (path, *(path.with_name(f"{path.name}{ending}") for ending in BESIDE)):
        one.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Wait until a file, or where the system can, the names in a folder, are on the disk. Raises ``OSError``.

    Not for a database that is open in this process: closing any handle of it drops SQLite's locks.
    """
    if path.is_dir() and not _HAS_MODES:
        return
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
