"""Makes scheduled copies of the database file, and deletes the oldest."""

from __future__ import annotations

import logging
import threading
from asyncio import to_thread
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.core.backups import BackupState, copy_name, is_due, is_unfinished, made_at, superseded
from bot.core.errors import BackupProblem, BackupRefused, CopyFailed
from bot.storage.opening import Backup, back_up, is_server, sqlite_file
from bot.storage.sql.maintenance import MaintenanceStore

log = logging.getLogger(__name__)

FAILURE_NOTE: Final = "backup.failure"
FOLDER: Final = "backups"
"""Folder of the copies, beside the database, where the settings name none."""
AGAIN_AFTER: Final = timedelta(hours=1)
"""Time until another try after one that failed: a copy that is faulty costs as much as one that is not."""


class ScheduledBackups:
    """Scheduled copies of the database file; of a server's database none.

    ``every``: time between two, zero for none. ``keep``: so many stay. ``folder``: empty for ``FOLDER``.
    """

    def __init__(
        self,
        maintenance: MaintenanceStore,
        url: str,
        clock: Callable[[], datetime],
        *,
        every: timedelta,
        keep: int,
        folder: str = "",
    ) -> None:
        self._maintenance = maintenance
        self._url = url
        self._keep = keep
        self._clock = clock
        self.every = every
        self.folder = _folder(url, folder)
        self.newest: datetime | None = None
        """Time of the newest copy, as ``run_due`` saw it last; None where it saw none."""
        self._not_before: datetime | None = None

    @property
    def is_on(self) -> bool:
        """Whether copies are made."""
        return bool(self.every) and self.folder is not None

    async def run_due(self) -> Path | None:
        """Make a copy if one is due, then delete the oldest; returns its path. A failure is logged once."""
        now, folder, stem = self._clock(), self.folder, self._stem
        if not self.is_on or folder is None or not self._may_try(now):
            return None
        try:
            self.newest = await to_thread(_newest, folder, stem)
            if not is_due(self.newest, now, self.every):
                return None
            target = folder / copy_name(stem, now)
            await to_thread(_delete_unfinished, folder, stem)
            made = await self._copy(target)
            self.newest = now
            await to_thread(_delete_oldest, folder, stem, self._keep)
        except (BackupRefused, CopyFailed, OSError) as error:
            self._not_before = now + AGAIN_AFTER
            await self._note_failure(_reason(error))
            return None
        log.info("copied the database to %s (%.1f MB)", made.path, made.size / 1e6)
        await self._note_failure("")
        return made.path

    async def _copy(self, target: Path) -> Backup:
        """Copy in a thread, which ends soon when this is cancelled: a process that stops waits for its threads."""
        stop = threading.Event()
        try:
            return await to_thread(back_up, self._url, target, is_cancelled=stop.is_set)
        finally:
            stop.set()

    async def state(self) -> BackupState:
        """State of the copies in the folder."""
        failure = await self._maintenance.get_note(FAILURE_NOTE) or None
        try:
            times = [] if self.folder is None else await to_thread(_times, self.folder, self._stem)
        except OSError as error:
            return BackupState(failure=failure or _reason(error))
        return BackupState(max(times, default=None), len(times), failure)

    @property
    def _stem(self) -> str:
        path = sqlite_file(self._url)
        return "" if path is None else path.stem

    def _may_try(self, now: datetime) -> bool:
        """Whether enough time passed since a try that failed; a clock that was set back does not put it off."""
        return self._not_before is None or not now < self._not_before <= now + AGAIN_AFTER

    async def _note_failure(self, reason: str) -> None:
        """Log a failure once, over restarts too, and once that copies are made again."""
        known = await self._maintenance.get_note(FAILURE_NOTE) or ""
        if reason and not known:
            log.warning("no copy of the database was made, the next try is in an hour: %s", reason)
        elif known and not reason:
            log.info("copies of the database are made again")
        if known != reason:
            await self._maintenance.set_note(FAILURE_NOTE, reason)


def _folder(url: str, named: str) -> Path | None:
    """Folder of the copies; None for a server's database."""
    if is_server(url):
        return None
    path = sqlite_file(url)
    if named:
        return Path(named).expanduser()
    return None if path is None else path.parent / FOLDER


def _reason(error: Exception) -> str:
    """The reason why no copy was made, in English: for the log, ``doctor`` and ``status``."""
    if isinstance(error, CopyFailed):
        side = "the copy" if error.is_target else "the database"
        why = str(error.error)
        return f"{side} can't be {'written' if error.is_target else 'read'}: {why}"
    if isinstance(error, BackupRefused):
        known = error.values
        if error.problem is BackupProblem.NO_ROOM:
            return f"{known['needed']} MB are needed on the disk of {known['path']}, {known['free']} MB are free"
        if error.problem is BackupProblem.DAMAGED:
            return f"the copy was faulty ({known['why']}): check the database and the disk"
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _times(folder: Path, stem: str) -> list[datetime]:
    """Times of the copies in a folder; none where there is no folder. Raises ``OSError``."""
    with suppress(FileNotFoundError):
        return [at for one in folder.iterdir() if (at := made_at(stem, one.name)) is not None]
    return []


def _newest(folder: Path, stem: str) -> datetime | None:
    return max(_times(folder, stem), default=None)


def _delete_unfinished(folder: Path, stem: str) -> None:
    """Delete unfinished copies, before another is begun: one bot makes copies in a folder, one at a time.

    A process that is killed in each of its copies would otherwise fill the disk. Raises ``OSError``.
    """
    with suppress(FileNotFoundError):
        for one in folder.iterdir():
            if is_unfinished(stem, one.name):
                one.unlink(missing_ok=True)


def _delete_oldest(folder: Path, stem: str, keep: int) -> None:
    """Delete copies beyond the newest ``keep``. Raises ``OSError``."""
    for name in superseded(stem, [one.name for one in folder.iterdir()], keep):
        (folder / name).unlink(missing_ok=True)
