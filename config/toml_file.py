"""The TOML file of settings: where it is, and its tables."""

from __future__ import annotations

import errno
import os
import tomllib
from pathlib import Path
from typing import Any, Final

DEFAULT_FILE: Final = "kawaraban.toml"
UTF8: Final = "utf-8-sig"
"""Windows' editor begins a file with a byte order mark."""


def config_file() -> Path:
    """The TOML file that is read: ``KAWARABAN_CONFIG``, else ``kawaraban.toml`` here."""
    return Path(os.environ.get("KAWARABAN_CONFIG", DEFAULT_FILE))


def read_toml(file: Path) -> dict[str, Any]:
    """The tables of the file; none where there is no file. Raises ``OSError`` and ``ValueError``."""
    refuse_folder(file)
    return tomllib.loads(file.read_text(encoding=UTF8)) if file.is_file() else {}


def refuse_folder(file: Path) -> None:
    """Raise ``IsADirectoryError`` for a folder of a settings file's name.

    A container engine makes one where a file is to be mounted that is not there: the settings would be missing.
    """
    if file.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
