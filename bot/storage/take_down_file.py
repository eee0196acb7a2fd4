"""Take-downs of a database in a file, while a copy takes its place by other means (``pg_restore``).

    {"take_downs": 1, "hidden": [{"guild_id": …, "post_hash": …, …}], "unfinished": […]}

Of a hidden post it holds the hash. The file is for its owner alone: it says who hid something, and why.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from bot.core.errors import StorageError
from bot.core.lazy_dataclass import dataclass
from bot.core.models import HiddenPost, LaterTakeDowns, MessageId
from bot.storage.sql.mapping.json_forms import form_of
from bot.storage.sqlite import private_files

_FORM_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class KeptTakeDowns:
    """Content of the file. ``take_downs``: version of its form. Nothing has a default: half a file is none."""

    take_downs: int
    hidden: tuple[HiddenPost, ...]
    unfinished: tuple[MessageId, ...]


_CONTENT: Final = form_of(KeptTakeDowns)


class NoTakeDownFile(StorageError):
    """A file that does not hold take-downs, or not all of them."""


def write_take_downs(path: Path, take_downs: LaterTakeDowns) -> None:
    """Write them to a new file of mode 600. Raises ``OSError``, ``FileExistsError`` where there is one."""
    private_files.make_file(path, anew=True)
    try:
        content = KeptTakeDowns(_FORM_VERSION, take_downs.hidden, take_downs.unfinished)
        path.write_text(_CONTENT.encode(content), encoding="utf-8")
        private_files.sync(path)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def read_take_downs(path: Path) -> LaterTakeDowns:
    """The take-downs of a file. Raises ``OSError``, ``NoTakeDownFile``."""
    try:
        content = _CONTENT.decode(path.read_bytes())
    except msgspec.MsgspecError as error:
        raise NoTakeDownFile(str(error)) from error
    if content.take_downs != _FORM_VERSION:
        msg = f"form {content.take_downs}"
        raise NoTakeDownFile(msg)
    if any(one.hidden_at.tzinfo is None for one in content.hidden):
        msg = "a time without a zone"
        raise NoTakeDownFile(msg)
    return LaterTakeDowns(content.hidden, content.unfinished)
