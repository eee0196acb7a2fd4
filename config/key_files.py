"""Settings files that hold secrets: who else may read them matters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .settings import Settings
from .tables import paths_of
from .toml_file import config_file, read_toml


def files_with_keys() -> list[Path]:
    """Settings files with secrets: ``.env`` always, the TOML file if it has one.

    What cannot be read is left out; ``load`` says what is wrong with it.
    """
    file, found = config_file(), [Path(".env")]
    try:
        tables = read_toml(file)
    except (OSError, ValueError):
        tables = {}
    if any(_is_secret(key, value) for key, value in _leaves(tables)):
        found.append(file)
    return [path for path in found if path.is_file()]


def _leaves(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Each text in a table and in what it holds, with its key."""
    for key, value in table.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from _leaves(one, f"{above}{key}.")
            elif isinstance(one, str) and one:
                yield f"{above}{key}", one


def _is_secret(key: str, value: str) -> bool:
    """Whether a value is a secret by its type, or an address with a user's name, a password or a query."""
    if key in _secret_keys():
        return True
    if value.startswith("postgres"):
        return bool(re.search(r"://[^/@]*:[^/]*@|[?&]password=", value))
    return bool(re.match(r"https?://.+", value)) and ("@" in value or "?" in value.replace("?q={topic}", ""))


def _secret_keys() -> set[str]:
    """The keys whose type is a secret, as TOML writes them."""
    return {".".join(path) for path in paths_of(Settings, of_secrets=True)}
