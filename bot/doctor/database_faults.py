"""Finds out why a database cannot be used, and what to do: from the files, not from SQLite's short messages."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bot.core.errors import (
    BackupRefused,
    CopyFailed,
    CopyRefused,
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseFull,
    DatabaseTooNew,
    MigrationFailed,
    RestoreRefused,
    ServerUnusable,
    StorageError,
)
from bot.core.limits.disk_space import DISK_FULL, MB
from bot.storage.opening import backup_command, is_server, shown, sqlite_file
from bot.storage.sqlite.migrate import copy_before, database_path, load_steps, readable_version
from config.sentences import Sentence

_HEADER: Final = b"SQLite format 3\x00"
SETTING: Final = "database.url (KAWARABAN_DATABASE__URL)"
_FULL: Final = "disk is full"
"""A part of SQLite's message: the unfinished file is deleted by then, and its room free again."""


def why_unusable(url: str, error: StorageError | OSError, *, setting: str = SETTING) -> Sentence:
    """A sentence about the file or server that a database's URL names: which it is, what is wrong, what to do.

    ``setting``: name of the setting or the option that holds the URL.
    """
    found = _why_unusable(url, error)
    return Sentence(found.text_id, {"setting": setting, **found.values})


def why_not_copied(source: str, target: str, error: CopyFailed | CopyRefused) -> Sentence:
    """A sentence about a copy that was not made: which database is in the way, why, what to do."""
    if isinstance(error, CopyRefused):
        known = {"source": shown(source), "url": shown(target), **error.values}
        known["side"] = shown(target if error.values.get("side") == "target" else source)
        return Sentence(f"cli-copy-{error.problem.replace('_', '-')}", known)
    if not error.is_target:
        return why_unusable(source, error.error)
    path = sqlite_file(target)
    if path is None:
        return why_unusable(target, error.error, setting="--to")
    return _unmade(path.absolute(), error.error, setting="--to")


def why_no_backup(url: str, target: Path, error: BackupRefused | CopyFailed, *, setting: str = "FILE") -> Sentence:
    """A sentence about a copy of the database ``url`` that was not made as the file ``target``.

    ``setting``: name of the argument or the setting that names the file.
    """
    if isinstance(error, BackupRefused):
        return Sentence(f"cli-backup-{error.problem.replace('_', '-')}", dict(error.values))
    if not error.is_target:
        return why_unusable(url, error.error)
    return _unmade(target.absolute(), error.error, setting=setting)


def why_not_restored(error: RestoreRefused) -> Sentence:
    """A sentence about a copy that was not put in the place of the database: why, and what to do."""
    return Sentence(f"cli-restore-{error.problem.replace('_', '-')}", dict(error.values))


def _unmade(path: Path, error: StorageError, *, setting: str) -> Sentence:
    """The fault because of which a file was not made."""
    try:
        found = _in_the_way(path)
        if found is None and (_FULL in str(error) or _is_full(path)):
            found = Sentence("cli-database-disk-full", {"path": str(path)})
    except OSError as refused:
        found = _not_allowed(path, refused)
    other = Sentence("cli-database-other", {"path": str(path), "why": str(error)})
    return Sentence((found or other).text_id, {"setting": setting, **(found or other).values})


def _is_full(path: Path) -> bool:
    """Whether nothing can be written beside a file. Raises ``OSError``."""
    return shutil.disk_usage(next(one for one in path.parents if one.exists())).free < DISK_FULL


def _why_unusable(url: str, error: StorageError | OSError) -> Sentence:
    if is_server(url):
        return _of_server(url, error)
    try:
        path = database_path(url).absolute()
    except StorageError:
        return Sentence("cli-database-other", {"path": url, "why": str(error)})
    for look in (_as_folder, _as_migration, _as_file, _as_busy, _as_damaged):
        try:
            found = look(path, error)
        except OSError as refused:
            found = _not_allowed(path, refused)
        if found is not None:
            return found
    return Sentence("cli-database-other", {"path": str(path), "why": str(error)})


def can_be_made(url: str) -> bool:
    """Whether the file does not exist yet, and nothing prevents that it is made."""
    try:
        path = database_path(url).absolute()
        return not path.exists() and _in_the_way(path) is None
    except (StorageError, OSError):
        return False


def _of_server(url: str, error: StorageError | OSError) -> Sentence:
    """The fault of a database server, without the URL's password."""
    known: dict[str, str | int] = {"url": shown(url)}
    if isinstance(error, ServerUnusable):
        about = known | error.values | {"backup": backup_command(url)}
        return Sentence(f"cli-server-{error.problem.replace('_', '-')}", about)
    if isinstance(error, MigrationFailed):
        failed = "cli-server-migration-full" if error.is_full else "cli-server-not-migrated"
        return Sentence(failed, known | _migration_values(error))
    if isinstance(error, DatabaseTooNew):
        return Sentence("cli-server-newer", known)
    if isinstance(error, DatabaseFull):
        return Sentence("cli-server-disk-full", known | {"why": str(error)})
    if isinstance(error, DatabaseBusy):
        return Sentence("cli-server-busy", known | {"why": str(error)})
    return Sentence("cli-server-other", known | {"why": str(error)})


def _as_folder(path: Path, _: Exception) -> Sentence | None:
    """The fault of the folder of the file, or that the file does not exist."""
    fault = _in_the_way(path)
    if fault is not None or path.exists():
        return fault
    shown = {"path": str(path), "folder": str(path.parent)}
    return Sentence("cli-database-none" if path.parent.exists() else "cli-database-no-folder", shown)


def _in_the_way(path: Path) -> Sentence | None:
    """The fault because of which a file cannot be made here; None for one that exists."""
    folder, shown = path.parent, {"path": str(path), "folder": str(path.parent)}
    standing = next(one for one in (folder, *folder.parents) if one.exists())
    if not standing.is_dir():
        return Sentence("cli-database-folder-is-file", shown | {"folder": str(standing)})
    if path.is_dir():
        return Sentence("cli-database-is-folder", shown)
    if path.exists():
        return None
    if _is_read_only(standing):
        return Sentence("cli-database-read-only", shown)
    if not os.access(standing, os.W_OK | os.X_OK):
        return Sentence("cli-database-folder-closed", shown | {"folder": str(standing)})
    return None


def _as_migration(path: Path, error: Exception) -> Sentence | None:
    """The fault of a migration that failed. The file is as it was."""
    if not isinstance(error, MigrationFailed):
        return None
    shown = _migration_values(error) | {"path": str(path), "folder": str(path.parent)}
    if error.is_full:
        return Sentence("cli-database-migration-full", shown | {"mb": _migration_mb(path)})
    return Sentence("cli-database-not-migrated" if error.step else "cli-database-no-copy-before", shown)


def _migration_values(error: MigrationFailed) -> dict[str, str | int]:
    return {"newest": str(error.newest), "step": error.step, "why": error.why}


def _migration_mb(path: Path) -> int:
    """Megabytes that a migration takes at most: a copy, and a WAL with each page of the file."""
    return 2 * path.stat().st_size // MB + 1


def _as_file(path: Path, _: Exception) -> Sentence | None:
    """The fault of the file itself."""
    shown: dict[str, str | int] = {"path": str(path)}
    with path.open("rb") as file:
        header = file.read(len(_HEADER))
    current, newest = readable_version(path), load_steps()[-1].version
    copy = copy_before(path, newest + 1)
    shown |= {"folder": str(path.parent), "current": str(current), "newest": str(newest), "copy": copy.name}
    found = (
        ("cli-database-not-one", bool(header) and header != _HEADER),
        ("cli-database-newer-copied", current is not None and current > newest and copy.exists()),
        ("cli-database-newer", current is not None and current > newest),
        ("cli-database-read-only", _is_read_only(path.parent)),
        ("cli-database-closed", not os.access(path, os.W_OK)),
        ("cli-database-folder-closed", not os.access(path.parent, os.W_OK | os.X_OK)),
        ("cli-database-disk-full", _is_full(path)),
        ("cli-database-older", current is not None and current < newest),
    )
    return next((Sentence(text_id, shown) for text_id, is_so in found if is_so), None)


def _as_busy(path: Path, error: Exception) -> Sentence | None:
    if isinstance(error, DatabaseBusy):
        return Sentence("cli-database-busy", {"path": str(path), "why": str(error)})
    return None


def _as_damaged(path: Path, error: Exception) -> Sentence | None:
    if isinstance(error, DatabaseDamaged):
        return Sentence("cli-database-damaged", {"path": str(path), "why": error.why})
    return None


def _not_allowed(path: Path, refused: OSError) -> Sentence:
    """The disk itself refused to show what is there."""
    if refused.errno in {errno.EACCES, errno.EPERM}:
        return Sentence("cli-database-closed", {"path": str(path)})
    return Sentence("cli-database-other", {"path": str(path), "why": refused.strerror or str(refused)})


def _is_read_only(folder: Path) -> bool:
    """Whether the disk is mounted for reading alone."""
    statvfs: Callable[[Path], os.statvfs_result] | None = getattr(os, "statvfs", None)
    return statvfs is not None and bool(statvfs(folder).f_flag & os.ST_RDONLY)
