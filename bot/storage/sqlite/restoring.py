"""A copy of the database, put in its place.

    FILE ─▶ DATABASE.part-… ─▶ integrity_check, references, checks ─▶ hidden posts, note ─▶ old aside ─▶ DATABASE
           (mode 600)          (of the copy; nothing is touched yet)    (of the old file)   (….before-restore-…)

The bot must not run: the caller holds the database for itself (``bot.instance_lock``). A restore that is killed
leaves the old file in its place or beside it, complete.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.core.backups import PART
from bot.core.errors import RestoreProblem, RestoreRefused, StorageError
from bot.core.lazy_dataclass import dataclass
from bot.core.models import GuildId, HiddenPost, LaterTakeDowns, MessageId, RestoreNote
from bot.storage.sql.consistency import Finding
from bot.storage.sql.mapping.common import from_us
from bot.storage.sql.outbox.history_gate import NOTE, READ_NOTE, note_from
from bot.storage.sql.outbox.restores import KNOWN_AT, note_value

from . import private_files
from .backup import SPARE_BYTES
from .migrate import load_steps

_HEADER: Final = b"SQLite format 3\x00"
_CHUNK: Final = 1 << 20
_HIDDEN: Final = "SELECT guild_id, post_hash, hidden_at, actor, why FROM hidden ORDER BY hidden_at, post_hash"
_UNFINISHED: Final = "SELECT message_id FROM redraws WHERE urgent = 1"
_OWN_TABLES: Final = frozenset({"watches", "posts", "entries", "messages", "notes"})
"""Tables that every version of the database has."""
ASIDE: Final = ".before-restore-"
"""Between a database's name and the time at which it was put aside."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored database. ``aside``: where the one before it is; None: there was none.

    ``hidden``: the number of posts hidden since the copy, which stay hidden; None: the old file cannot be read,
    or there is none.
    """

    path: Path
    aside: Path | None
    version: int
    note: RestoreNote
    hidden: int | None


Hide = Callable[[Path, LaterTakeDowns], None]
"""Takes over take-downs in a database file of any version, which it brings up to the newest one."""
Check = Callable[[Path], list[Finding]]
"""The project's own check of a database file of the newest version; it may change the file."""


def restore(
    path: Path,
    copy: Path,
    now: datetime,
    check: Check,
    hide: Hide,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Restored:
    """Put a copy in the place of the database ``path``, once it is verified; the old file is kept beside it.

    Posts hidden since the copy are hidden in it too, by ``hide``, before it has the database's name.
    Raises ``RestoreRefused`` for a copy that cannot be used; the database is then as it was. ``progress`` gets the
    bytes done and those of the whole. Raises ``OSError`` for a folder that cannot be written to.
    """
    path = path.resolve()  # a link to the database stays one
    _refuse(path, copy)
    private_files.make_folder(path.parent)
    part = path.with_name(f"{path.name}{PART}{secrets.token_hex(4)}")
    try:
        private_files.make_file(part, anew=True)
        _copy_bytes(copy, part, progress)
        version = _verify(part, copy, check)
        later = _later_take_downs(path, part)
        if later is not None and (later.hidden or later.unfinished):
            hide(part, later)
        try:
            note = _write_note(part, now)
        except (sqlite3.DatabaseError, ValueError) as error:  # a note that none of ours wrote
            raise RestoreRefused(RestoreProblem.DAMAGED, path=str(copy.absolute()), why=str(error)) from error
        private_files.sync(part)
        aside = _put_aside(path, now)
        part.replace(path)
        private_files.sync(path.parent)
        return Restored(path, aside, version, note, None if later is None else len(later.hidden))
    finally:
        for one in (part, *part.parent.glob(f"{part.name}.before-*")):
            with suppress(OSError):
                private_files.remove_database(one)


def _refuse(path: Path, copy: Path) -> None:
    """Raise ``RestoreRefused`` for a file that is no complete copy, judged from outside."""
    known = {"path": str(copy.absolute())}
    if copy.is_dir():
        raise RestoreRefused(RestoreProblem.FOLDER, **known)
    if not copy.exists():
        raise RestoreRefused(RestoreProblem.MISSING, **known)
    if not copy.is_file():  # a pipe would be waited for
        raise RestoreRefused(RestoreProblem.NOT_ONE, **known)
    if path.exists() and path.samefile(copy):
        raise RestoreRefused(RestoreProblem.SAME, **known)
    beside = [copy.with_name(f"{copy.name}{ending}") for ending in private_files.BESIDE]
    if (found := next((one for one in beside if one.exists() and one.stat().st_size), None)) is not None:
        raise RestoreRefused(RestoreProblem.IN_USE, beside=found.name, **known)
    with copy.open("rb") as file:
        header = file.read(len(_HEADER))
    if header != _HEADER:
        raise RestoreRefused(RestoreProblem.NOT_ONE, **known)
    size, free = copy.stat().st_size, shutil.disk_usage(_standing(path.parent)).free
    # Beside the copy in its place, another one is brought up to date to be checked.
    if free < 2 * size + SPARE_BYTES:
        needed = str(round((2 * size + SPARE_BYTES) / 1e6) + 1)
        raise RestoreRefused(RestoreProblem.NO_ROOM, needed=needed, free=str(round(free / 1e6)), **known)


def _standing(folder: Path) -> Path:
    return next(one for one in (folder, *folder.parents) if one.exists())


def _copy_bytes(copy: Path, part: Path, progress: Callable[[int, int], None]) -> None:
    total = copy.stat().st_size
    with copy.open("rb") as source, part.open("r+b") as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)
            progress(target.tell(), total)


def _verify(part: Path, copy: Path, check: Check) -> int:
    """The version of a copy that nothing is wrong with. Raises ``RestoreRefused``."""
    known = {"path": str(copy.absolute())}
    newest = load_steps()[-1].version
    try:
        with closing(sqlite3.connect(f"{part.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            version: int = connection.execute("PRAGMA user_version").fetchone()[0]
            found = [str(line) for (line,) in connection.execute("PRAGMA integrity_check(3)")]
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    except sqlite3.DatabaseError as error:
        raise RestoreRefused(RestoreProblem.DAMAGED, why=str(error), **known) from error
    if found != ["ok"]:
        raise RestoreRefused(RestoreProblem.DAMAGED, why="; ".join(found), **known)
    if version > newest:
        raise RestoreRefused(RestoreProblem.NEWER, version=str(version), newest=str(newest), **known)
    if version == 0 or not tables >= _OWN_TABLES:
        raise RestoreRefused(RestoreProblem.NOT_OURS, **known)
    _own_check(part, copy, check)
    return version


def _own_check(part: Path, copy: Path, check: Check) -> None:
    """Run the project's check on a throw-away file, which is brought up to the newest version for it."""
    trial = part.with_name(f"{part.name}-check")
    try:
        private_files.make_file(trial, anew=True)
        _copy_bytes(part, trial, lambda _done, _total: None)
        findings = check(trial)
    except (sqlite3.DatabaseError, StorageError) as error:
        raise RestoreRefused(RestoreProblem.DAMAGED, path=str(copy.absolute()), why=str(error)) from error
    finally:
        for one in (trial, *trial.parent.glob(f"{trial.name}.before-*")):
            private_files.remove_database(one)
    unmendable = [one for one in findings if not one.is_repairable]
    if unmendable:
        why = ", ".join(f"{one.name} {one.table} {one.rows}".replace("  ", " ") for one in unmendable)
        raise RestoreRefused(RestoreProblem.DAMAGED, path=str(copy.absolute()), why=why)


def _later_take_downs(path: Path, part: Path) -> LaterTakeDowns | None:
    """Take-downs of the old file that the copy does not know; None where the old file cannot be read."""
    if not path.exists():
        return None
    try:
        before = _take_downs(f"{path.absolute().as_uri()}?mode=rw")  # with what a killed bot left in the WAL
        copied = _take_downs(f"{part.absolute().as_uri()}?mode=ro")
    except (sqlite3.Error, OverflowError, ValueError):
        return None
    known = {(one.guild_id, one.post_hash) for one in copied.hidden}
    hidden = tuple(one for one in before.hidden if (one.guild_id, one.post_hash) not in known)
    return LaterTakeDowns(hidden, before.unfinished)


def _take_downs(uri: str) -> LaterTakeDowns:
    """The take-downs of a database file."""
    with closing(sqlite3.connect(uri, uri=True, timeout=1)) as connection:
        connection.execute("PRAGMA query_only = ON")
        rows = connection.execute(_HIDDEN).fetchall()
        unfinished = [MessageId(message) for (message,) in connection.execute(_UNFINISHED)]
    hidden = [
        HiddenPost(GuildId(guild), hashed, from_us(at), actor, why) for guild, hashed, at, actor, why in rows
    ]
    return LaterTakeDowns(tuple(hidden), tuple(unfinished))


def _write_note(part: Path, now: datetime) -> RestoreNote:
    """Have the bot read the channels' histories since the copy before it sends anything."""
    with closing(sqlite3.connect(part)) as connection, connection:
        connection.execute("PRAGMA journal_mode = DELETE")  # no WAL is left beside a name that it will not have
        (known_at,) = connection.execute(KNOWN_AT).fetchone()
        before = connection.execute(READ_NOTE).fetchone()
        value = note_value(known_at, None if before is None else before[0], now)
        connection.execute("INSERT OR REPLACE INTO notes (key, value) VALUES (?, ?)", (NOTE, value))
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'read_histories'").fetchone():
            connection.execute("DELETE FROM read_histories")
    return note_from(value)


def _put_aside(path: Path, now: datetime) -> Path | None:
    """Give the database a second name, beside which all of it is: what a killed bot left in a WAL as well.

    Nothing is left beside the first name then, where SQLite would apply it to the copy.
    """
    aside = _free_name(path.with_name(f"{path.name}{ASIDE}{now:%Y%m%dT%H%M%SZ}"))
    if path.exists():
        _empty_wal(path)
        for ending in ("", *private_files.BESIDE):
            _link(path.with_name(f"{path.name}{ending}"), aside.with_name(f"{aside.name}{ending}"))
        aside.chmod(private_files.FILE_MODE)
    for ending in private_files.BESIDE:
        path.with_name(f"{path.name}{ending}").unlink(missing_ok=True)
    return aside if aside.exists() else None


def _free_name(wanted: Path) -> Path:
    """A name that no file has: two restores in one second keep both files."""
    names = (wanted, *(wanted.with_name(f"{wanted.name}-{number}") for number in range(2, 100)))
    return next(name for name in names if not name.exists())


def _empty_wal(path: Path) -> None:
    """Write what the WAL holds into the database; in a damaged one it stays beside it."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, timeout=1)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _link(path: Path, other: Path) -> None:
    """Give a file a second name; on a disk without hard links, another one."""
    if not path.exists():
        return
    try:
        os.link(path, other)
    except FileExistsError:
        raise
    except OSError:
        path.rename(other)
