"""The language of the command line: ``--language``, the setting ``cli.language``, else the system's."""

from __future__ import annotations

import locale
import os
import re
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .sentences import LANGUAGES, Language
from .toml_file import UTF8, config_file

VARIABLE: Final = "KAWARABAN_CLI__LANGUAGE"
_SYSTEM: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


def cli_language(words: Sequence[str] = ()) -> Language:
    """The language for a command line of these words.

    Settings are looked into for this key alone, and whatever is wrong with them is said elsewhere: ``--help``
    needs none of them.
    """
    return _named(_option(words)) or _named(os.environ.get(VARIABLE)) or _named(_in_files()) or _systems()


def _option(words: Sequence[str]) -> str | None:
    """The value of ``--language``, wherever it stands; the last one counts."""
    found = None
    for number, word in enumerate(words):
        if word == "--":
            break
        if word == "--language" and number + 1 < len(words):
            found = words[number + 1]
        elif word.startswith("--language="):
            found = word.partition("=")[2]
    return found


def _in_files() -> str | None:
    """The setting in ``.env`` or in the TOML file."""
    try:
        dotenv = Path(".env").read_text(encoding=UTF8)
        if found := re.search(rf"(?im)^(?:export +)?{VARIABLE}\s*=\s*['\"]?(\w+)", dotenv):
            return found[1]
    except (OSError, ValueError):
        pass
    try:
        table = tomllib.loads(config_file().read_text(encoding=UTF8)).get("cli")
    except (OSError, ValueError, RecursionError):
        return None
    said = table.get("language") if isinstance(table, dict) else None
    return said if isinstance(said, str) else None


def _systems() -> Language:
    """The system's: of the variables the first that is set counts, as for any program."""
    said = next(filter(None, map(os.environ.get, _SYSTEM)), None)
    if said is None and sys.platform in {"win32", "darwin"}:  # where a terminal may have no such variable
        said = locale.getlocale()[0]
    return "ja" if (said or "").lower().startswith(("ja", "japanese")) else "en"


def _named(said: str | None) -> Language | None:
    """Ours of what was said, in any case."""
    short = (said or "").strip().lower()
    return next((one for one in LANGUAGES if one == short), None)
