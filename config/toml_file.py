"""The TOML file of settings: where it is, and its tables."""

from __future__ import annotations

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
    return tomllib.loads(file.read_text(encoding=UTF8)) if file.is_file() else {}
