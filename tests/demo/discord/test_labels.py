from __future__ import annotations

from importlib.resources import files

import pytest

from bot.demo.discord.labels import CHANGES, changed
from bot.demo.worlds.script import Language

STATIC = files("simcord.preview") / "static"
FILES = sorted({path for tables in CHANGES.values() for table in tables for path in table})


def served(path: str) -> str:
    return (STATIC / ("index.html" if path == "/" else path.lstrip("/"))).read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("path", FILES)
def test_each_change_finds_what_it_changes_in_the_installed_simcord(path: str, language: Language) -> None:
    text, lost = served(path), []
    for table in CHANGES[language]:
        for old, new in table.get(path, ()):
            lost += [old] if old not in text else []
            text = text.replace(old, new)
    assert lost == []
    assert text == changed(path, served(path), language)
